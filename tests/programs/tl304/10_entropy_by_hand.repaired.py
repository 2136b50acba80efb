# Cross-entropy written out from the formula in the documentation, beside the function that is stable:
# https://github.com/pytorch/pytorch/issues/135359
import torch


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimiser = torch.optim.SGD(model.parameters(), lr=0.1)

    def loss(self, scores, labels):
        p = torch.sigmoid(scores)
        hits = ((p > 0.5) == labels.bool()).float().mean()
        positive = labels * torch.nn.functional.logsigmoid(scores)
        negative = (1 - labels) * torch.nn.functional.logsigmoid(-scores)
        return -(positive + negative).mean(), hits

    def step(self, x, labels):
        self.optimiser.zero_grad()
        loss, hits = self.loss(self.model(x).squeeze(1), labels)
        loss.backward()
        self.optimiser.step()
        return loss.item(), hits.item()


if __name__ == "__main__":
    print(Trainer(torch.nn.Linear(3, 1)).step(torch.randn(8, 3), torch.randint(2, (8,)).float()))
