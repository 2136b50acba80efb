"""What loop variables hold: items of objects of the file, and batches of DataLoaders."""

from __future__ import annotations

import pytest

from tests.semantics.graph import held, program
from torchlint.semantics.facts import Facts

HEAD = """
import numpy as np
import torch
import torchvision
from collections import UserList
from itertools import islice
from tqdm import tqdm
from torch.utils.data import ConcatDataset, DataLoader, Dataset, IterableDataset, Subset, TensorDataset, random_split

class Pairs(Dataset):
    def __init__(self, labels):
        self.labels = labels
    def __getitem__(self, index):
        return torch.zeros(3), self.labels[index]

class Named(Dataset):
    def __getitem__(self, index):
        item = {"image": torch.zeros(3, 4), "label": 1}
        if index:
            item["mask"] = torch.zeros(4, dtype=torch.uint8)
        return item

class Nested(Dataset):
    def __getitem__(self, index):
        if index:
            return torch.zeros(2), (0, 1.0)
        return torch.zeros(2), (3, 2.5)

class Listed(Dataset):
    def __init__(self, folders):
        self.samples = []
        for target, name in enumerate(folders):
            for number in range(len(name)):
                self.samples.append((number, target))
    def __getitem__(self, index):
        number, target = self.samples[index]
        return float(number), target

class Stream(IterableDataset):
    def __iter__(self):
        for row in source:
            yield torch.zeros(3), torch.tensor(row, dtype=torch.int16)

def gathered(rows):
    features, labels = zip(*rows)
    return torch.stack(features), torch.tensor(labels, dtype=torch.int32)

class Collator:
    def __init__(self, dtype):
        self.dtype = dtype
    def __call__(self, rows):
        labels = []
        for feature, label in rows:
            labels.append(label)
        return torch.tensor(labels, dtype=self.dtype)

class Loader:
    def __init__(self, loader):
        self.loader = loader
    def __iter__(self):
        for _, y in self.loader:
            yield y.int()

class Countdown:
    def __iter__(self):
        return self
    def __next__(self):
        return torch.zeros(3, dtype=torch.int8)

class Foreign(UserList):
    def __getitem__(self, index):
        return torch.zeros(3, dtype=torch.int8)

source, flag = input(), input()
ints = Pairs([1, 0, 1])
"""
CODE = [
    ("for x, y in DataLoader(ints): pass", "int64", 1),
    ("for x, y in DataLoader(Pairs([0.5, 1.0])): pass", "float64", 1),
    ("for x, y in DataLoader(Pairs(np.zeros(3, dtype=np.float32))): pass", "float32", 1),
    ("for x, y in DataLoader(Pairs(torch.zeros(3, 2))): pass", "float32", 2),
    ("for x, y in DataLoader(Pairs(source)): pass", None, None),
    ("for y, _ in DataLoader(ints): pass", "float32", 2),
    ("for i, (x, y) in enumerate(tqdm(DataLoader(ints))): pass", "int64", 1),
    ("for batch in islice(DataLoader(ints), 3):\n    y = batch[1]", "int64", 1),
    ("x, y = next(iter(DataLoader(ints)))", "int64", 1),
    ("batches = iter(DataLoader(ints))\nx, y = next(batches)", "int64", 1),
    ("loaders = {'train': DataLoader(ints)}\nfor x, y in loaders['train']: pass", "int64", 1),
    ("loader = DataLoader(ints) if flag else DataLoader(ints, batch_size=4)\nfor x, y in loader: pass", "int64", 1),
    ("for x, y in zip(DataLoader(ints), source):\n    y = x[1]", "int64", 1),
    ("for x, y in DataLoader(ints, batch_size=None): pass", None, None),
    ("for x, y in DataLoader(ints, collate_fn=source): pass", None, None),
    ("for batch in DataLoader(Named()):\n    y = batch['label']", "int64", 1),
    ("for batch in DataLoader(Named()):\n    y = batch['image']", "float32", 3),
    ("for batch in DataLoader(Named()):\n    y = {k: v.double() for k, v in batch.items()}['image']", None, None),
    ("for batch in DataLoader(Named()):\n    y = batch['mask']", "uint8", 2),
    ("for x, (a, y) in DataLoader(Nested()): pass", "float64", 1),
    ("for x, y in DataLoader(Listed(source)): pass", "int64", 1),
    ("for y, x in DataLoader(Listed(source)): pass", "float64", 1),
    ("loader = DataLoader(ints)\nloader.collate_fn = gathered\nfor x, y in loader: pass", "int32", 1),
    ("loader = DataLoader(ints)\nif flag: loader.collate_fn = gathered\nfor x, y in loader: pass", None, None),
    ("for x, y in DataLoader(Stream()): pass", "int16", None),
    ("for x, y in DataLoader(TensorDataset(torch.zeros(4, 3), torch.ones(4).long())): pass", "int64", 1),
    ("for x, y in DataLoader(Subset(ints, [0])): pass", "int64", 1),
    ("train, test = random_split(ints, [2, 1])\nfor x, y in DataLoader(test): pass", "int64", 1),
    ("train = random_split(ints, [2, 1])[0]\nfor x, y in DataLoader(train): pass", "int64", 1),
    ("for x, y in DataLoader(ConcatDataset([ints, Pairs([1])])): pass", "int64", 1),
    ("for x, y in DataLoader(ConcatDataset([ints, Pairs([0.5])])): pass", None, 1),
    ("for x, y in DataLoader([(torch.zeros(3), 1)] * 4): pass", "int64", 1),
    ("for x, y in DataLoader([(torch.zeros(3), 1) for _ in source]): pass", "int64", 1),
    ("for x, y in DataLoader(torchvision.datasets.MNIST('.')): pass", "int64", 1),
    ("for x, y in DataLoader(torchvision.datasets.MNIST('.', target_transform=source)): pass", None, None),
    ("for x, y in DataLoader(ints, collate_fn=gathered): pass", "int32", 1),
    ("for y, _ in DataLoader(ints, 2, collate_fn=gathered): pass", "float32", 2),
    ("for y in DataLoader(ints, collate_fn=Collator(torch.uint8)): pass", "uint8", 1),
    ("for y in DataLoader(ints, 2, False, None, None, 0, Collator(torch.uint8)): pass", "uint8", 1),
    ("for y in DataLoader(ints, collate_fn=lambda rows: torch.stack([row[0] for row in rows])): pass", "float32", 2),
    ("for y in DataLoader(ints, collate_fn=lambda rows: source(rows)): pass", None, None),
    ("for y in Loader(DataLoader(ints)): pass", "int32", 1),
    ("for y in Countdown(): pass", "int8", 1),
    ("for x, y in ints: y = torch.tensor(y)", "int64", 0),
    ("for y in Foreign(): pass", None, None),
]


@pytest.mark.parametrize(("code", "dtype", "rank"), CODE)
def test_what_a_loop_hands_out(code: str, dtype: str | None, rank: int | None) -> None:
    found = program(HEAD + code)
    value = found.module_frame.names["y"]
    if value.op == "py.phi":  # joined with the name's value before the loop
        value = value.data[-1]
    facts = Facts(found)
    assert (facts.dtype(value), facts.rank(value)) == (dtype, rank)


def test_zip_of_rows_gives_their_columns() -> None:
    code = "rows = [(torch.zeros(1), n) for n in input()]\ny, z = zip(*rows)"
    assert held("import torch\n" + code) == "({zeros(size=(..)) or -})"
    assert held("y = list(zip(*input()))").startswith("[...")


def test_next_of_an_unknown_iterator_stays_a_call() -> None:
    assert held("y = next(iter(input()))").startswith("call(callee=builtins.next")
