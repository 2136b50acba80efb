# Attention of a speech encoder hands its dropout rate to the fused kernel, in evaluation as well.
# Report: https://github.com/wenet-e2e/wenet/issues/2699
import torch
from torch import nn


class MultiHeadedAttention(nn.Module):
    def __init__(self, n_head, n_feat, dropout_rate, use_sdpa=False):
        super().__init__()
        self.d_k = n_feat // n_head
        self.h = n_head
        self.linear_q = nn.Linear(n_feat, n_feat)
        self.linear_k = nn.Linear(n_feat, n_feat)
        self.linear_v = nn.Linear(n_feat, n_feat)
        self.linear_out = nn.Linear(n_feat, n_feat)
        self.dropout = nn.Dropout(p=dropout_rate)
        self.dropout_rate = dropout_rate
        self.use_sdpa = use_sdpa

    def split(self, x):
        return x.view(x.size(0), -1, self.h, self.d_k).transpose(1, 2)

    def forward(self, query, key, value, mask):
        q, k, v = self.split(self.linear_q(query)), self.split(self.linear_k(key)), self.split(self.linear_v(value))
        if not self.use_sdpa:
            scores = torch.matmul(q, k.transpose(-2, -1)) / self.d_k**0.5
            attn = torch.softmax(scores.masked_fill(mask.unsqueeze(1) == 0, -float("inf")), dim=-1)
            out = torch.matmul(self.dropout(attn), v)
        else:
            out = torch.nn.functional.scaled_dot_product_attention(
                q,
                k,
                v,
                attn_mask=mask.unsqueeze(1),
                dropout_p=self.dropout_rate if self.training else 0.0,
                scale=1 / self.d_k**0.5,
            )
        out = out.transpose(1, 2).contiguous().view(query.size(0), -1, self.h * self.d_k)
        return self.linear_out(out)
