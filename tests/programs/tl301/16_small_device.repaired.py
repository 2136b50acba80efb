# exp() of a logit of 378 is infinity, and the class probabilities are NaN: https://github.com/uTensor/uTensor/issues/175
import torch


class FeatureModel:
    def __init__(self, weights, biases):
        self.weights = weights
        self.biases = biases

    def logits(self, features):
        x = features
        for w, b in zip(self.weights[:-1], self.biases[:-1]):
            x = torch.relu(torch.addmm(b, x, w))
        return torch.addmm(self.biases[-1], x, self.weights[-1])


def classify(model, features):
    out = model.logits(features)
    best = out.argmax(dim=1)
    out = torch.softmax(out, dim=1)
    confidence = out.gather(1, best.unsqueeze(1)).squeeze(1)
    return best, confidence


if __name__ == "__main__":
    sizes = [(33, 20), (20, 10), (10, 6)]
    model = FeatureModel([torch.randn(s) for s in sizes], [torch.zeros(s[1]) for s in sizes])
    print(classify(model, torch.rand(3, 33)))
