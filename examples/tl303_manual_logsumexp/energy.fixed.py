"""The energy of inputs under a classifier: high for inputs unlike any that it was trained on.

At a low temperature the scaled scores pass 88, exp() overflows, and every input has the energy minus infinity.
"""

import torch
from torch import nn


def energy(model, images, temperature):
    scores = model(images)
    scaled = scores / temperature
    return -temperature * torch.logsumexp(scaled, dim=1)  # expect: TL303


def measure(temperature):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 10))
    images = torch.rand(6, 1, 4, 4).requires_grad_(True)
    result = energy(model, images, temperature)
    result.mean().backward()
    return {"energy": result, "images": images, "model": model}


def main():
    return measure(temperature=1.0)


def at_a_low_temperature():
    return measure(temperature=0.001)
