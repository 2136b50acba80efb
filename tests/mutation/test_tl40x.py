"""Twenty patterns of real packages that give a loss its target: a wrong dtype is found, the original is silent."""

from __future__ import annotations

import pytest

from torchlint import engine, registry
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in registry.load() if rule.code in ("TL401", "TL402")]
HEAD = (
    "import numpy as np\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
    "from torch.utils.data import DataLoader, TensorDataset\n\n\n"
)
CRITIC = """
def critic(net, mask, sampled, original):
    generated = torch.where(mask, sampled, original)
    labels = (sampled != original).float()
    scores = net(generated)
    return F.binary_cross_entropy_with_logits(scores.squeeze(-1), labels)
"""
CONTRAST = """
def contrast(x, y, negatives, temperature):
    together = torch.cat([y.unsqueeze(0), negatives], dim=0)
    logits = torch.cosine_similarity(x.float(), together.float(), dim=-1).type_as(x)
    logits = logits.transpose(0, 2).reshape(-1, logits.size(0))
    targets = torch.zeros(logits.size(0), dtype=torch.long, device=logits.device)
    return F.cross_entropy(logits / temperature, targets, reduction="sum")
"""
DISTILL = """
def distill(student, teacher, temperature, hard):
    if not hard:
        return F.kl_div(F.log_softmax(student / temperature, -1), F.softmax(teacher / temperature, -1))
    labels = teacher.argmax(dim=-1)
    return F.cross_entropy(student, labels)
"""
PAIRS = """
class Clip(nn.Module):
    def __init__(self):
        super().__init__()
        self.image = nn.Linear(512, 64)
        self.text = nn.Linear(256, 64)

    def forward(self, images, texts):
        a, b = self.image(images), self.text(texts)
        assert a.dim() == 2
        labels = torch.arange(len(a), device=a.device, dtype=torch.long)
        logits = a @ b.t()
        return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2
"""
GAN = """
class Trainer:
    def __init__(self, net):
        self.net = net
        self.loss = nn.BCEWithLogitsLoss()

    def step(self, real, fake):
        good, bad = self.net(real), self.net(fake.detach())
        return self.loss(good, torch.ones_like(good)) + self.loss(bad, torch.zeros(bad.shape, dtype=torch.float32))
"""
OBJECTNESS = """
class Proposals(nn.Module):
    def __init__(self, anchors):
        super().__init__()
        self.head = nn.Conv2d(256, anchors, 1)

    def loss(self, features, matched):
        objectness = self.head(features).flatten()
        labels = matched >= 0
        labels = labels.to(dtype=torch.float32)
        keep = torch.where(labels >= 0)[0]
        return F.binary_cross_entropy_with_logits(objectness[keep], labels[keep])
"""
TABULAR = """
def fit(table, classes):
    x = torch.from_numpy(table["x"].astype(np.float32))
    y = torch.from_numpy(table["y"].astype(np.int64))
    net, criterion = nn.Linear(8, classes), nn.CrossEntropyLoss()
    for inputs, targets in DataLoader(TensorDataset(x, y), batch_size=32):
        criterion(net(inputs), targets).backward()
"""
REWARD = """
def imitation(policy, states, experts):
    logits = policy(states)
    expert = torch.ones(experts.shape[0], dtype=torch.float32)
    learner = torch.zeros(states.shape[0], dtype=torch.float32)
    labels = torch.cat([expert, learner])
    return F.binary_cross_entropy_with_logits(logits.view(-1), labels)
"""
LINKS = """
def link_loss(z, positive, negative):
    edges = torch.cat([positive, negative], dim=-1)
    logits = (z[edges[0]] * z[edges[1]]).sum(dim=-1)
    labels = torch.zeros(edges.size(1), dtype=torch.float)
    labels[: positive.size(1)] = 1
    return F.binary_cross_entropy_with_logits(logits, labels)
"""
SPANS = """
class Tagger(nn.Module):
    def __init__(self, tags):
        super().__init__()
        self.rnn = nn.LSTM(32, 64, batch_first=True)
        self.out = nn.Linear(64, tags)
        self.loss = nn.NLLLoss(ignore_index=-1)

    def forward(self, words, tags, lengths):
        hidden, _ = self.rnn(words)
        scores = F.log_softmax(self.out(hidden), dim=-1).transpose(1, 2)
        gold = torch.full(tags.shape, -1, dtype=torch.long)
        for row, length in enumerate(lengths):
            gold[row, :length] = tags[row, :length]
        return self.loss(scores, gold)
"""
PERMUTED = """
def jigsaw(net, patches, orders):
    index = np.random.randint(len(orders), size=len(patches))
    label = torch.tensor([int(i) for i in index], dtype=torch.long)
    scores = net(patches)
    return F.cross_entropy(scores, label)
"""
SOFT = """
def soften(scores, labels, classes, smoothing):
    hot = F.one_hot(labels, classes).float()
    rows = hot.flip(0)
    return F.cross_entropy(scores, hot)
"""

# (name, the right code, what is undone, what it becomes)
CASES = [
    ("critic of a masked model", CRITIC, ".float()", ""),
    ("critic with integers", CRITIC, ".float()", ".long()"),
    ("contrastive targets as int32", CONTRAST, "dtype=torch.long", "dtype=torch.int32"),
    ("contrastive targets of the default dtype", CONTRAST, " dtype=torch.long,", ""),
    ("hard distillation with narrow labels", DISTILL, "argmax(dim=-1)", "argmax(dim=-1).int()"),
    ("pairs of images and texts", PAIRS, "dtype=torch.long", "dtype=torch.int32"),
    ("pairs of images and texts, floating", PAIRS, "dtype=torch.long", "dtype=a.dtype"),
    ("pairs of images and texts, short", PAIRS, "dtype=torch.long", "dtype=torch.short"),
    ("labels of a discriminator", GAN, "torch.ones_like(good)", "torch.ones_like(good, dtype=torch.long)"),
    ("other labels of a discriminator", GAN, "dtype=torch.float32", "dtype=torch.int64"),
    ("proposals as a mask", OBJECTNESS, "        labels = labels.to(dtype=torch.float32)\n", ""),
    ("proposals as integers", OBJECTNESS, "torch.float32", "torch.int64"),
    ("a table's labels as int32", TABULAR, "np.int64", "np.int32"),
    ("a table's labels as floats", TABULAR, "np.int64", "np.float32"),
    ("imitation of experts", REWARD, "dtype=torch.float32", "dtype=torch.int64"),
    ("links of a graph", LINKS, "dtype=torch.float)", "dtype=torch.long)"),
    ("links of a graph, boolean", LINKS, "dtype=torch.float)", "dtype=torch.bool)"),
    ("tags of words", SPANS, "dtype=torch.long", "dtype=torch.int"),
    ("order of patches", PERMUTED, "dtype=torch.long", "dtype=torch.uint8) - torch.tensor([1], dtype=torch.int16"),
    ("one-hot labels", SOFT, ".float()", ""),
]  # fmt: skip

# Floating targets whose input's rank nothing tells: they may be class probabilities, so these two are missed.
MISSED = ("contrastive targets of the default dtype", "a table's labels as floats")


def findings(code: str) -> int:
    return len(engine.check(Source.from_text(HEAD + code, "case.py"), Settings(), RULES).findings)


@pytest.mark.parametrize(("name", "right", "undone", "becomes"), CASES, ids=[case[0] for case in CASES])
def test_mutation(name: str, right: str, undone: str, becomes: str) -> None:
    assert undone in right
    assert findings(right) == 0
    assert (findings(right.replace(undone, becomes)) == 0) is (name in MISSED)
