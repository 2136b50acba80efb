# Attention on the sphere: eval outputs stay stochastic where a drop rate is configured.
# Report: https://github.com/NVIDIA/torch-harmonics/pull/221
import torch
from torch import nn
from torch.nn import functional


class AttentionS2(nn.Module):
    def __init__(self, in_channels, num_heads, weights, drop_rate=0.1):
        super().__init__()
        self.num_heads = num_heads
        self.drop_rate = drop_rate
        self.q_weights = nn.Parameter(torch.randn(in_channels, in_channels, 1, 1))
        self.register_buffer("log_weights", torch.log(weights).reshape(1, 1, 1, -1))

    def split_heads(self, x):
        batch, channels, height, width = x.shape
        x = x.reshape(batch, self.num_heads, channels // self.num_heads, height * width)
        return x.permute(0, 1, 3, 2)

    def forward(self, query, key, value):
        query = functional.conv2d(query, weight=self.q_weights)
        query, key, value = (self.split_heads(part) for part in (query, key, value))
        out = functional.scaled_dot_product_attention(  # expect: TL108
            query, key, value, attn_mask=self.log_weights, dropout_p=self.drop_rate
        )
        return out.permute(0, 1, 3, 2)
