# The energy score of samples out of the distribution: exponentials of the logits, summed, and the logarithm:
# https://github.com/weitliu/energy_ood/issues/23
import torch
from torch import nn


@torch.no_grad()
def scores(model, batches, temperature=1.0):
    found = []
    for batch in batches:
        logits = model(batch)
        scaled = logits / temperature
        mass = torch.exp(scaled).sum(dim=1)
        confidence = scaled.softmax(dim=1).amax(dim=1)
        energy = -temperature * torch.log(mass)  # expect: TL303
        found.append(torch.stack([energy, confidence], dim=1))
    return torch.cat(found)


if __name__ == "__main__":
    print(scores(nn.Linear(6, 10), [torch.randn(3, 6), 1e4 * torch.randn(3, 6)]))
