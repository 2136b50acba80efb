"""What the batches of a DataLoader are made of: the tensors of a TensorDataset, or what `__getitem__` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torchlint.semantics import kinds
from torchlint.semantics.values import (
    CALL,
    CONST,
    ELEMENT,
    ESCAPE,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    TUPLE,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.program import Program

_LOADERS = ("torch.utils.data.DataLoader", "torch.utils.data.dataloader.DataLoader")
_TENSORS = ("torch.utils.data.TensorDataset", "torch.utils.data.dataset.TensorDataset")
_SUBSETS = ("torch.utils.data.Subset", "torch.utils.data.random_split", "torch.utils.data.dataset.random_split")
# Datasets whose second part is the class as a Python int (documentation of torchvision.datasets).
_CLASSES = ("MNIST", "FashionMNIST", "KMNIST", "QMNIST", "CIFAR10", "CIFAR100", "ImageFolder", "SVHN", "STL10", "GTSRB",
            "Food101", "Flowers102", "DTD", "EuroSAT", "Country211", "PCAM", "FGVCAircraft", "StanfordCars")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part of a batch comes from: rows of the tensor `source`, or, if `stacked`, many values like it."""

    source: Value
    stacked: bool


class Loaders:
    """The parts of the batches in a program."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def part(self, value: Value) -> Part | None:
        """Where a part of a batch comes from; None where `value` is none or that isn't known."""
        if value.op == ELEMENT:
            index = value.data
        elif value.op in ("getitem", ITEM) and "index" in value.args and value.args["index"].op == CONST:
            index = value.args["index"].data
        else:
            return None
        loader = _loader(value.args["input"])
        if loader is None or not isinstance(index, int) or index < 0 or "collate_fn" in loader.args:
            return None
        size = loader.args.get("1") or loader.args.get("batch_size")
        if size is not None and size.op == CONST and size.data is None:
            return None
        dataset = loader.args.get("0") or loader.args.get("dataset")
        return self._of(dataset, index, 6) if dataset is not None else None

    def _of(self, dataset: Value, index: int, depth: int) -> Part | None:
        if depth == 0:
            return None
        if dataset.op in (ELEMENT, ITEM, "getitem"):  # of random_split
            dataset = dataset.args["input"]
            if _called(dataset) not in _SUBSETS:
                return None
        if dataset.op == INSTANCE:
            return self._returned(dataset, index)
        name = _called(dataset)
        first = dataset.args.get("0") or dataset.args.get("dataset")
        if name in _TENSORS:
            tensor = dataset.args.get(str(index))
            return Part(tensor, False) if tensor is not None else None
        if name in _SUBSETS and first is not None:
            return self._of(first, index, depth - 1)
        classes = name.startswith("torchvision.datasets.") and name.rpartition(".")[2] in _CLASSES
        if classes and index == 1 and "target_transform" not in dataset.args and _plain(dataset):
            return Part(Value(CONST, data=0, node=dataset.node), True)
        return None

    def _returned(self, dataset: Value, index: int) -> Part | None:
        """What the `__getitem__` of a class of the file returns at a place, where that is one value."""
        cls = dataset.data.cls
        method = cls.method("__getitem__")
        if method is None:
            return None
        found: list[Value] = []
        for escape in self._program.values(ESCAPE):
            frame = escape.frame
            if escape.data == "return" and frame is not None and frame.function is method:
                returned = escape.args["input"]
                if returned.op not in (TUPLE, LIST) or not returned.data.exact or index >= len(returned.data.content):
                    return None
                found.append(returned.data.content[index])
        if len({id(one) for one in found}) != 1:
            return None
        return Part(found[0], True)


def _called(value: Value) -> str:
    callee = value.args.get("callee") if value.op == CALL else None
    name: str = callee.data if callee is not None and callee.op == GLOBAL else ""
    return name


def _plain(dataset: Value) -> bool:
    """Whether a dataset's arguments are few enough that none is a `target_transform` given by its position."""
    return sum(name.isdigit() for name in dataset.args) <= 3


def _loader(batch: Value) -> Value | None:
    """The DataLoader that a batch comes from: by a loop over it, or by `next(iter(loader))`."""
    if batch.op == ITEM and "index" not in batch.args:
        source = batch.args["input"]
    elif _called(batch) == "builtins.next" and "0" in batch.args:
        source = batch.args["0"]
    else:
        return None
    for name in ("builtins.iter", "tqdm.tqdm", "tqdm.auto.tqdm"):
        if _called(source) == name and "0" in source.args:
            source = source.args["0"]
    return source if _called(source) in _LOADERS else None


def number_dtype(value: Value) -> str | None:
    """The dtype that torch's default collation gives to Python numbers like this one."""
    kind = kinds.of(value)
    for one, name in ((kinds.BOOL, "bool"), (kinds.INT, "int64"), (kinds.FLOAT, "float64")):
        if not kind & ~one:
            return name
    return None
