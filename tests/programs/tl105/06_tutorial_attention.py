# A Linear that is made casually isn't trained: https://github.com/graykode/nlp-tutorial/issues/29
import numpy as np
import torch
import torch.nn as nn

d_model, d_k, n_heads = 512, 64, 8


class MultiHeadAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.W_Q = nn.Linear(d_model, d_k * n_heads)
        self.W_K = nn.Linear(d_model, d_k * n_heads)
        self.W_V = nn.Linear(d_model, d_k * n_heads)

    def heads(self, x):
        return x.view(x.size(0), -1, n_heads, d_k).transpose(1, 2)

    def forward(self, Q, K, V, attn_mask):
        residual, batch_size = Q, Q.size(0)
        q, k, v = self.heads(self.W_Q(Q)), self.heads(self.W_K(K)), self.heads(self.W_V(V))
        scores = torch.matmul(q, k.transpose(-1, -2)) / np.sqrt(d_k)
        attn = nn.Softmax(dim=-1)(scores.masked_fill(attn_mask.unsqueeze(1), -1e9))
        context = torch.matmul(attn, v)
        context = context.transpose(1, 2).contiguous().view(batch_size, -1, n_heads * d_k)
        output = nn.Linear(n_heads * d_k, d_model)(context)  # expect: TL105
        return nn.LayerNorm(d_model)(output + residual), attn  # expect: TL105
