"""Twenty places of real models in which one right thing is undone: silent before, found after.

Each is an extract written for this test, after a place in timm, speechbrain, vit-pytorch, x-transformers or
segmentation-models-pytorch. `benchmarks/mutants.py` does the same to the packages themselves.
"""

from __future__ import annotations

import pytest

from torchlint import engine
from torchlint.registry import load
from torchlint.settings import Settings
from torchlint.source import Source

RULES = tuple(rule for rule in load() if not rule.code.startswith("TLX"))
_HEADER = "import math\nimport torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n"

# What is right, what is put in its place, the text around them, and the rule that notices.
PLACES = [
    ("attn.softmax(dim=-1)", "attn.exp() / attn.exp().sum(-1, keepdim=True)", "def f(q, k, v):\n    attn = q @ k.transpose(-2, -1)\n    attn = {}\n    return attn @ v", "TL301"),
    ("x - x.amax(2, keepdim=True)", "x", "def f(x):\n    e = torch.exp({})\n    return (e / e.sum(2, keepdim=True)) * x", "TL301"),
    ("scores.clamp(max=30)", "scores", "def f(scores, v):\n    w = {}.exp()\n    total = w.sum(1, keepdim=True)\n    return v * (w / total)", "TL301"),
    ("F.softmax(logits / t, dim=1)", "torch.exp(logits / t) / torch.exp(logits / t).sum(1, True)", "def f(logits, t, weight):\n    route = {}\n    return torch.matmul(route, weight)", "TL301"),
    ("-dist.abs()", "dist", "def f(dist, v):\n    k = torch.exp({})\n    k = k / k.sum(-1, keepdim=True)\n    return k @ v", "TL301"),
    ("F.log_softmax(x, dim=-1)", "torch.log(F.softmax(x, dim=-1))", "def f(x, target, smoothing):\n    logprobs = {}\n    nll = -logprobs.gather(dim=-1, index=target.unsqueeze(1)).squeeze(1)\n    return nll - smoothing * logprobs.mean(-1)", "TL302"),
    ("nn.LogSoftmax(dim=-1)", "nn.Softmax(dim=-1)", "class M(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.act = {}\n    def forward(self, x):\n        p = self.act(x)\n        return p if isinstance(self.act, nn.LogSoftmax) else torch.log(p)", "TL302"),
    ("attn_logp.log_softmax(3)", "attn_logp.softmax(3).log()", "def f(attn_logp, prior):\n    attn_logp = {}\n    return attn_logp + prior", "TL302"),
    ("F.log_softmax(y_pred, dim=1)[:, 1:]", "torch.log(F.softmax(y_pred, dim=1)[:, 1:])", "def f(y_pred, y):\n    return -(y * {}).sum(1).mean()", "TL302"),
    ("logits.log_softmax(-1)", "(logits.softmax(-1) + 1e-20).log()", "def f(logits, temperature):\n    logits = logits / temperature\n    return {}.gather(-1, logits.argmax(-1, True))", "TL302"),
    ("torch.logsumexp(logits, dim=-1)", "logits.exp().sum(-1).log()", "def f(logits):\n    z = {}\n    return (z ** 2).mean()", "TL303"),
    ("alpha.logsumexp(1, keepdim=True)", "torch.log(torch.exp(alpha).sum(1, keepdim=True))", "def f(alpha, emission):\n    for step in emission:\n        alpha = {} + step\n    return alpha", "TL303"),
    ("x_max + torch.log(torch.exp(x - x_max).sum((2, 3), True))", "torch.log(torch.exp(x).sum((2, 3), True))", "def f(x):\n    x_max = x.amax((2, 3), True)\n    return {}, x_max", "TL303"),
    ("torch.logaddexp(a, b)", "torch.log(torch.exp(a) + torch.exp(b))", "def f(a, b):\n    total = {}\n    return total - a", "TL303"),
    ("F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).T", "q @ k.T", "def f(q, k):\n    sim = {}\n    return sim.diag() - sim.exp().sum(1).log()", "TL303"),
    ("F.logsigmoid(y_pred)", "torch.log(torch.sigmoid(y_pred))", "def f(y_pred, y):\n    return -(y * {}).mean()", "TL304"),
    ("F.logsigmoid(-x)", "torch.log(1 - x.sigmoid())", "def f(x, y, gamma):\n    p = torch.sigmoid(x)\n    neg = {} * p ** gamma\n    return -((1 - y) * neg).sum()", "TL304"),
    ("xs_pos.clamp(min=self.eps)", "xs_pos", "class M(nn.Module):\n    eps = 1e-8\n    def forward(self, x, y):\n        xs_pos = torch.sigmoid(x)\n        return y * torch.log({})", "TL304"),
    ("nn.LogSigmoid()", "nn.Sigmoid()", "act = {}\ndef f(x, y):\n    gate = act(x + y)\n    return gate.log() if isinstance(act, nn.Sigmoid) else gate", "TL304"),
    ("F.logsigmoid(fake).mean()", "torch.log(1 / (1 + torch.exp(-fake))).mean()", "def f(net, noise):\n    fake = net(noise)\n    return -{}", "TL304"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "text", "code"), PLACES, ids=[wrong for _, wrong, _, _ in PLACES])
def test_what_is_undone_is_found(right: str, wrong: str, text: str, code: str) -> None:
    def codes(part: str) -> list[str]:
        source = Source.from_text(_HEADER + text.replace("{}", part) + "\n", "model.py")
        report = engine.check(source, Settings(), RULES)
        assert report.problems == ()
        return [finding.code for finding in report.findings]

    assert codes(right) == []
    assert codes(wrong) == [code]
