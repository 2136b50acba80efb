# "Why your AI model is exploding", about a classifier with a softmax in two lines:
# https://aicosoft.com/data-science-engineering/why-your-ai-model-is-exploding-a-deep-dive-into-softmax-and-numerical-stability
import torch
from torch import nn


class Trainer:
    def __init__(self, model, lr=1e-2):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        self.history = []

    @staticmethod
    def probabilities(logits):
        return torch.softmax(logits, dim=1)

    @torch.no_grad()
    def evaluate(self, x, labels):
        probabilities = self.probabilities(self.model(x))
        wanted = nn.functional.one_hot(labels, probabilities.shape[1]).float()
        return ((probabilities - wanted) ** 2).sum(1).mean().item()

    def step(self, x, labels):
        self.optimizer.zero_grad()
        loss = nn.functional.cross_entropy(self.model(x), labels)
        loss.backward()
        self.optimizer.step()
        self.history.append(self.evaluate(x, labels))


if __name__ == "__main__":
    trainer = Trainer(nn.Linear(5, 3))
    trainer.step(torch.randn(4, 5), torch.tensor([0, 2, 1, 1]))
    print(trainer.history)
