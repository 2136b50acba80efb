"""Multi-head attention: how one projection is split into heads, and how the heads are merged again.

Every function states one thing and lets torch assert it. Run me: python examples/notes/attention.py
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


def scaled_dot_product(q, k, v, mask=None):
    scores = torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(q.size(-1))
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    attention = F.softmax(scores, dim=-1)
    return torch.matmul(attention, v), attention


class MultiheadAttention(nn.Module):
    def __init__(self, input_dim, embed_dim, num_heads):
        super().__init__()
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.head_dim = embed_dim // num_heads
        self.qkv_proj = nn.Linear(input_dim, 3 * embed_dim)
        self.o_proj = nn.Linear(embed_dim, embed_dim)

    def forward(self, x, mask=None):
        batch_size, seq_length, _ = x.size()
        qkv = self.qkv_proj(x)  # line 1
        qkv = qkv.reshape(batch_size, seq_length, self.num_heads, 3 * self.head_dim)  # line 2
        qkv = qkv.permute(0, 2, 1, 3)  # [Batch, Head, SeqLen, Dims]  line 3
        q, k, v = qkv.chunk(3, dim=-1)  # line 4
        values, attention = scaled_dot_product(q, k, v, mask=mask)  # line 5
        values = values.permute(0, 2, 1, 3)  # [Batch, SeqLen, Head, Dims]  line 6
        values = values.reshape(batch_size, seq_length, self.embed_dim)  # line 7
        return self.o_proj(values)  # line 8


B, L, INPUT, EMBED, HEADS = 2, 5, 6, 12, 3
D = EMBED // HEADS


def example():
    return MultiheadAttention(INPUT, EMBED, HEADS), torch.randn(B, L, INPUT)


def the_weights_are_merged_column_wise():
    """Line 1: x W for a W with the columns of all matrices side by side. nn.Linear keeps W transposed, so in torch
    it is the rows of `weight` that are stacked."""
    model, x = example()
    qkv = model.qkv_proj(x)
    assert qkv.shape == (B, L, 3 * HEADS * D)
    for weight, bias, part in zip(
        model.qkv_proj.weight.chunk(3), model.qkv_proj.bias.chunk(3), qkv.chunk(3, dim=-1), strict=True
    ):
        torch.testing.assert_close(x @ weight.T + bias, part)


def the_split_only_expands_the_last_axis():
    """Line 2: (h, 3D) gives head i the columns i * 3D to (i + 1) * 3D: its query, key and value side by side."""
    model, x = example()
    qkv = model.qkv_proj(x)
    split = qkv.reshape(B, L, HEADS, 3 * D)
    for head in range(HEADS):
        assert torch.equal(split[:, :, head], qkv[..., head * 3 * D : (head + 1) * 3 * D])


def the_permutation_keeps_every_head_whole():
    """Lines 3 and 4: after the permutation, [b, i, l] is still the vector of head i at position l."""
    model, x = example()
    split = model.qkv_proj(x).reshape(B, L, HEADS, 3 * D)
    qkv = split.permute(0, 2, 1, 3)
    q, k, v = qkv.chunk(3, dim=-1)
    for head in range(HEADS):
        for position in range(L):
            assert torch.equal(qkv[:, head, position], split[:, position, head])
    assert q.shape == k.shape == v.shape == (B, HEADS, L, D)


def attention_is_what_torch_computes():
    """Line 5: the formula agrees with torch's own attention."""
    model, x = example()
    q, k, v = model.qkv_proj(x).reshape(B, L, HEADS, 3 * D).permute(0, 2, 1, 3).chunk(3, dim=-1)
    values, attention = scaled_dot_product(q, k, v)
    torch.testing.assert_close(values, F.scaled_dot_product_attention(q, k, v))
    torch.testing.assert_close(attention.sum(-1), torch.ones(B, HEADS, L))


def merging_needs_the_permutation():
    """Lines 6 and 7: the heads of one position lie side by side. Without the permutation the shape is the same, and
    positions and heads are mixed."""
    values = torch.randn(B, HEADS, L, D)
    merged = values.permute(0, 2, 1, 3).reshape(B, L, EMBED)
    for head in range(HEADS):
        assert torch.equal(merged[..., head * D : (head + 1) * D], values[:, head])
    assert not torch.equal(values.reshape(B, L, EMBED), merged)


def each_head_could_be_computed_alone():
    """All eight lines together: a loop over heads gives the same."""
    model, x = example()
    heads = []
    for weight, bias in zip(model.qkv_proj.weight.chunk(HEADS), model.qkv_proj.bias.chunk(HEADS), strict=True):
        q, k, v = (x @ weight.T + bias).chunk(3, dim=-1)
        heads.append(scaled_dot_product(q, k, v)[0])
    torch.testing.assert_close(model(x), model.o_proj(torch.cat(heads, dim=-1)))


def queries_first_is_another_order_of_columns():
    """The notes: one can split as (3D, h), which means W = [W_Q; W_K; W_V] with the heads side by side in each.

    torch decides: in (3D, h) the first 1/3 of the columns are the queries indeed, but within them the heads alternate
    (column d * h + i belongs to head i). Heads side by side are what (3, h, D) gives. Each is the same model with the
    columns of W in another order; so they train alike, and a checkpoint of one is wrong for the other.
    """
    model, x = example()
    qkv = model.qkv_proj(x)
    alternating = qkv.reshape(B, L, 3 * D, HEADS)
    side_by_side = qkv.reshape(B, L, 3, HEADS, D)
    queries = qkv[..., :EMBED]
    for head in range(HEADS):
        assert torch.equal(alternating[:, :, :D, head], queries[..., head::HEADS])
        assert torch.equal(side_by_side[:, :, 0, head], queries[..., head * D : (head + 1) * D])
        assert not torch.equal(alternating[:, :, :D, head], side_by_side[:, :, 0, head])

    order = torch.arange(3 * EMBED).reshape(3 * D, HEADS).T.flatten()
    expected = qkv[..., order].reshape(B, L, HEADS, 3 * D)  # the columns in the order of line 2
    assert torch.equal(alternating.permute(0, 1, 3, 2), expected)


def the_order_of_merging_only_permutes_the_output_weights():
    """The notes: on line 6, (h, D) or (D, h) is irrelevant and only changes the order of columns for W_O.

    torch agrees, for a W_O that was trained that way: the same numbers come out once the columns of the weight, which
    meet the merged values, are permuted.
    """
    values = torch.randn(B, HEADS, L, D)
    heads_first = values.permute(0, 2, 1, 3).reshape(B, L, EMBED)
    dims_first = values.permute(0, 2, 3, 1).reshape(B, L, EMBED)
    o_proj = nn.Linear(EMBED, EMBED)
    order = torch.arange(EMBED).reshape(HEADS, D).T.flatten()
    assert torch.equal(dims_first, heads_first[..., order])
    assert not torch.allclose(o_proj(dims_first), o_proj(heads_first))
    torch.testing.assert_close(F.linear(dims_first, o_proj.weight[:, order], o_proj.bias), o_proj(heads_first))


def main():
    torch.manual_seed(0)
    the_weights_are_merged_column_wise()
    the_split_only_expands_the_last_axis()
    the_permutation_keeps_every_head_whole()
    attention_is_what_torch_computes()
    merging_needs_the_permutation()
    each_head_could_be_computed_alone()
    queries_first_is_another_order_of_columns()
    the_order_of_merging_only_permutes_the_output_weights()


if __name__ == "__main__":
    main()
