# Positions for an embedding, counted in the forward pass
import torch
import torch.nn as nn


class TextEncoder(nn.Module):
    def __init__(self, vocabulary, length, dim):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, dim)
        self.positions = nn.Embedding(length, dim)
        self.types = nn.Embedding(2, dim)
        self.norm = nn.LayerNorm(dim)

    def forward(self, input_ids, token_type_ids=None):
        position_ids = torch.arange(input_ids.size(1), dtype=torch.long)  # expect: TL110
        position_ids = position_ids.unsqueeze(0).expand_as(input_ids)
        if token_type_ids is None:
            token_type_ids = torch.zeros_like(input_ids)
        embedded = self.tokens(input_ids) + self.positions(position_ids) + self.types(token_type_ids)
        return self.norm(embedded)
