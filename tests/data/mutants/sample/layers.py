import torch
import torch.nn as nn
import torch.nn.functional as F


class Positions(nn.Module):
    def __init__(self, length, dim):
        super().__init__()
        table = torch.arange(length).unsqueeze(1) * torch.ones(dim)
        self.register_buffer("table", table)
        self.register_buffer("scale", torch.tensor(2.0))  # without axes: torch mixes it with any device
        self.register_buffer("given", torch.ones(3, device="cuda"))
        self.register_buffer("unread", torch.ones(3))

    def forward(self, x):
        x = x.flatten(1) * self.scale
        return x + self.table


class Stem(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.block = nn.Sequential(nn.Conv2d(width, 64, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU())
        self.acted = nn.Sequential(nn.Conv2d(64, 64, 1, bias=False), nn.ReLU(), nn.BatchNorm2d(64))
        self.twice = nn.Conv2d(64, 64, 1, bias=False)
        self.after = nn.BatchNorm2d(64)

    def forward(self, x):
        x = self.conv(x)
        x = self.norm(x)
        x = self.acted(self.block(x))
        return self.after(self.twice(x)) + self.twice(x)


class Heads(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.dim, self.heads = dim, heads
        self.qkv = nn.Linear(dim, 3 * dim)

    def forward(self, x):
        b, n, c = x.shape
        q = self.qkv(x).view(b, n, 3, self.heads, c // self.heads)[:, :, 0].transpose(1, 2)
        attn = q @ q.transpose(-2, -1)
        attn = attn.softmax(dim=-1)
        out = attn @ q
        out = out.transpose(1, 2).contiguous().view(b, n, c)
        return F.log_softmax(out, dim=2)


def rows(x):
    b, c, h, w = x.shape
    pixels = x.permute(0, 2, 3, 1).reshape(b, h * w, c)  # joins neighbours only
    return pixels, x.permute(0, 2, 3, 1).reshape(b * h * w, c)


class Counted(nn.Module):
    def __init__(self, length, width):
        super().__init__()
        self.positions = nn.Embedding(length, width)

    def forward(self, x):
        steps = torch.arange(x.shape[1], device=x.device)
        return x + self.positions(steps)


class Towers(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.norms = nn.ModuleList([nn.LayerNorm(width) for i in range(depth + 1)])
        self.acts = nn.ModuleList([nn.ReLU() for i in range(depth)])
        self.sizes = nn.ModuleList([nn.Linear(width, i + 1) for i in range(depth)])

    def forward(self, x):
        for norm, act in zip(self.norms, self.acts):
            x = act(norm(x))
        return [size(x) for size in self.sizes]
