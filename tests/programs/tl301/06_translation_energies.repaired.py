# The energies of an attention grew until exp() overflowed, and NaN spread through the translation model:
# https://github.com/mila-iqia/blocks/pull/727
import torch
from torch import nn


class ContentAttention(nn.Module):
    def __init__(self, state, attended, match):
        super().__init__()
        self.from_state = nn.Linear(state, match)
        self.from_attended = nn.Linear(attended, match)
        self.energy = nn.Linear(match, 1)

    def compute_energies(self, state, attended):
        match = self.from_state(state).unsqueeze(1) + self.from_attended(attended)
        return self.energy(match).squeeze(-1)

    def compute_weights(self, energies, mask):
        if mask is not None:
            energies = energies.masked_fill(mask == 0, float("-inf"))
        return torch.softmax(energies, dim=1)

    def forward(self, state, attended):
        energies = self.compute_energies(state, attended)
        weights = self.compute_weights(energies, None)
        return (weights.unsqueeze(-1) * attended).sum(1), weights


if __name__ == "__main__":
    print(ContentAttention(4, 6, 5)(torch.randn(2, 4), torch.randn(2, 7, 6))[0].shape)
