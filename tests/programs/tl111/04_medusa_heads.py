# Every head of a language model has the same residual block: https://github.com/linkedin/Liger-Kernel/pull/269
import torch
import torch.nn as nn


class ResBlock(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.linear = nn.Linear(hidden_size, hidden_size)
        nn.init.zeros_(self.linear.weight)
        self.act = nn.SiLU()

    def forward(self, x):
        return x + self.act(self.linear(x))


class Heads(nn.Module):
    def __init__(self, hidden_size, vocabulary, num_heads, num_layers):
        super().__init__()
        self.heads = nn.ModuleList(
            [
                nn.Sequential(
                    *([ResBlock(hidden_size)] * num_layers),  # expect: TL111
                    nn.Linear(hidden_size, vocabulary, bias=False),
                )
                for _ in range(num_heads)
            ]
        )

    def forward(self, hidden):
        return torch.stack([head(hidden) for head in self.heads], dim=0)
