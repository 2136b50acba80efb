"""Twenty patterns of real packages that call contiguous() or reshape(): undoing that is found, the original is silent."""

from __future__ import annotations

import pytest

from torchlint import engine, registry
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in registry.load() if rule.code == "TL501"]
HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"

# (name, the right code, what is undone, what it becomes)
CASES = [
    ("window partition", """
def partition(x, size):
    B, H, W, C = x.shape
    x = x.view(B, H // size, size, W // size, size, C)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, size, size, C)
""", ".contiguous()", ""),
    ("window partition with a pair of sizes", """
def partition(x, size):
    B, H, W, C = x.shape
    x = x.view(B, H // size[0], size[0], W // size[1], size[1], C)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, size[0], size[1], C)
""", ".contiguous()", ""),
    ("window reverse", """
def reverse(windows, size, image):
    H, W = image
    C = windows.shape[-1]
    x = windows.view(-1, H // size[0], W // size[1], size[0], size[1], C)
    return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, H, W, C)
""", ".contiguous()", ""),
    ("grid partition of channels first", """
def grid(x, size):
    B, C, H, W = x.shape
    x = x.view(B, C, size[0], H // size[0], size[1], W // size[1])
    return x.permute(0, 3, 5, 1, 2, 4).contiguous().view(-1, C, size[0], size[1])
""", ".contiguous()", ""),
    ("merge heads", """
class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)

    def forward(self, x):
        B, N, C = x.shape
        q, k, v = self.qkv(x).reshape(B, N, 3, self.heads, C // self.heads).permute(2, 0, 3, 1, 4)
        attn = (q @ k.transpose(-2, -1)).softmax(dim=-1)
        return (attn @ v).transpose(1, 2).reshape(B, N, C)
""", ".transpose(1, 2).reshape(", ".transpose(1, 2).view("),
    ("attention with time first", """
class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.width = dim // heads
        self.q, self.k, self.v = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)

    def forward(self, x):
        length, batch, dim = x.size()
        q = self.q(x).view(length, batch * self.heads, self.width).transpose(0, 1)
        k = self.k(x).view(length, batch * self.heads, self.width).transpose(0, 1)
        v = self.v(x).view(length, batch * self.heads, self.width).transpose(0, 1)
        weights = F.softmax(torch.bmm(q, k.transpose(1, 2)), dim=-1)
        attn = torch.bmm(weights, v)
        return attn.transpose(0, 1).contiguous().view(length, batch, dim)
""", ".contiguous()", ""),
    ("dual path", """
def intra(x, model):
    B, N, K, S = x.shape
    return model(x.permute(0, 3, 2, 1).contiguous().view(B * S, K, N))
""", ".contiguous()", ""),
    ("overlap and add", """
def unfold(input, P, K):
    B, N, K, S = input.shape
    input = input.transpose(2, 3).contiguous().view(B, N, -1, K * 2)
    return input
""", ".contiguous()", ""),
    ("halves of segments", """
def halves(input, K):
    B, N, S, L = input.shape
    return input[:, :, :, :K].contiguous().view(B, N, -1)
""", ".contiguous()", ""),
    ("channel shuffle", """
def shuffle(x, groups):
    B, C, H, W = x.size()
    x = x.view(B, groups, C // groups, H, W).transpose(1, 2).contiguous()
    return x.view(B, -1, H, W)
""", ".contiguous()", ""),
    ("top-k accuracy", """
def accuracy(output, target, topk=(1,)):
    _, pred = output.topk(max(topk), 1)
    pred = pred.t()
    correct = pred.eq(target.reshape(1, -1).expand_as(pred))
    return [correct[:k].reshape(-1).float().sum(0) for k in topk]
""", "correct[:k].reshape(", "correct[:k].view("),
    ("output of a recurrent layer", """
class Tagger(nn.Module):
    def __init__(self, size, hidden):
        super().__init__()
        self.rnn = nn.LSTM(size, hidden, batch_first=True)
        self.hidden = hidden

    def forward(self, x):
        B, T, D = x.shape
        output, _ = self.rnn(x)
        return output.contiguous().view(-1, self.hidden)
""", ".contiguous()", ""),
    ("tokens of a feature map", """
class Head(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, 8, 1)

    def forward(self, x):
        B, C, H, W = x.shape
        return self.conv(x).permute(0, 2, 3, 1).reshape(B, -1, 8 * W)
""", ".reshape(", ".view("),
    ("pixels as rows", """
def rows(logits):
    n, c, h, w = logits.size()
    logits = logits.permute(0, 2, 3, 1).contiguous()
    return logits.view(n * h * w * c)
""", ".contiguous()", ""),
    ("patches", """
def patchify(imgs, p):
    N, C, H, W = imgs.shape
    x = imgs.reshape(N, C, H // p, p, W // p, p)
    x = torch.einsum("nchpwq->nhwpqc", x)
    return x.reshape(N, (H // p) * (W // p), p * p * C)
""", "    return x.reshape(", "    return x.view("),
    ("unpatchify", """
def unpatchify(x, p, c):
    N, L, D = x.shape
    h = int(L ** 0.5)
    x = x.reshape(N, h, h, p, p, c)
    x = x.permute(0, 5, 1, 3, 2, 4)
    return x.reshape(N, c, h * p, h * p)
""", "    return x.reshape(", "    return x.view("),
    ("stacked embeddings", """
def interleave(a, b):
    B, N, D = a.shape
    x = torch.stack([a, b], dim=0)
    return x.permute(1, 2, 0, 3).reshape(B, 2 * N, D)
""", ".reshape(", ".view("),
    ("repeated prompts", """
def repeat(prompt, count):
    B, N, D = prompt.shape
    return prompt.unsqueeze(1).expand(B, count, N, D).reshape(B * count, N, D)
""", ".reshape(", ".view("),
    ("statistics of groups", """
def scale(x, groups):
    B, N, C = x.shape
    x = x.transpose(1, 2).contiguous()
    x = x / (x.std(dim=-1, keepdim=True) + 1e-5)
    return x.view(B, C * N)
""", ".contiguous()", ""),
    ("keys cut from a joint projection", """
class Keys(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.kv = nn.Linear(dim, 2 * dim)

    def forward(self, x):
        B, N, C = x.shape
        k, v = self.kv(x).chunk(2, dim=-1)
        return k.reshape(B, N * C), v
""", ".reshape(", ".view("),
]  # fmt: skip


def lines(text: str) -> list[int]:
    """The lines of the findings in a text."""
    report = engine.check(Source.from_text(text, "case.py"), Settings(), RULES)
    assert not report.problems
    return [finding.line for finding in report.findings]


@pytest.mark.parametrize(("name", "code", "right", "wrong"), CASES, ids=[case[0] for case in CASES])
def test_undoing_one_right_thing_is_found(name: str, code: str, right: str, wrong: str) -> None:
    text = HEAD + code.lstrip()
    assert text.count(right) == 1
    assert lines(text) == []
    assert len(lines(text.replace(right, wrong))) == 1
