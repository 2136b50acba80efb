"""What a loop variable holds: items of a sequence, what an object's own `__iter__` yields, batches of a DataLoader."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from torchlint.semantics.containers import all_items, exact_items, items_of
from torchlint.semantics.values import (
    BOUND,
    CALL,
    CONST,
    DICT,
    ELEMENT,
    FUNCTION,
    GLOBAL,
    INSTANCE,
    ITEM,
    LIST,
    PARTIAL,
    PHI,
    TUPLE,
    Value,
)

if TYPE_CHECKING:
    from torchlint.semantics.frames import Function
    from torchlint.semantics.interpreter import Interpreter

_DATA = ("torch.utils.data.", "torch.utils.data.dataset.", "torch.utils.data.dataloader.")
# Functions whose result gives the items of their first argument, as long as it lasts.
_SAME_ITEMS = frozenset(
    ("builtins.iter", "tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "tqdm.std.tqdm", "rich.progress.track",
     "itertools.islice", "itertools.cycle")
)  # fmt: skip
# Datasets whose second part is the class as a Python int (documentation of torchvision.datasets).
_CLASSES = ("MNIST", "FashionMNIST", "KMNIST", "QMNIST", "CIFAR10", "CIFAR100", "ImageFolder", "SVHN", "STL10", "GTSRB",
            "Food101", "Flowers102", "DTD", "EuroSAT", "Country211", "PCAM", "FGVCAircraft", "StanfordCars")  # fmt: skip
# Bases that leave it to `__getitem__` what iteration gives.
_PLAIN_BASES = frozenset(("builtins.object", "torch.utils.data.Dataset", "torch.utils.data.dataset.Dataset"))
_CALLABLE = (FUNCTION, BOUND, INSTANCE, PARTIAL)
_MAX_DEPTH = 5


def element_of(it: Interpreter, value: Value, node: ast.AST, depth: int = _MAX_DEPTH) -> Value:
    """What a loop variable holds when it runs over `value`."""
    known = known_element(it, value, node, depth)
    return known if known is not None else it.value(ITEM, {"input": value}, node)


def known_element(it: Interpreter, value: Value, node: ast.AST, depth: int = _MAX_DEPTH) -> Value | None:
    """What iteration over `value` gives; None where nothing is known of it."""
    items = items_of(value)
    found = all_items(items) if items is not None else None
    if found:
        return it.phi(found, node)
    if depth == 0:
        return None
    if value.op == INSTANCE:
        return _of_object(it, value, node, depth)
    if value.op == PHI and all(one.op in (INSTANCE, CALL, LIST, TUPLE) for one in value.data):
        return _joined(it, [known_element(it, one, node, depth - 1) for one in value.data], node)
    if value.op != CALL:
        return None
    name = _called(value)
    if name in _SAME_ITEMS and "0" in value.args:
        return known_element(it, value.args["0"], node, depth - 1)
    return _batch(it, value, node, depth) if _of_torch(name) == "DataLoader" else None


def _of_object(it: Interpreter, owner: Value, node: ast.AST, depth: int) -> Value | None:
    """An item of an object of the file: from its `__iter__`, else from its `__getitem__`."""
    cls = owner.data.cls
    begin = cls.method("__iter__")
    if begin is None:
        plain = all(base.op == GLOBAL and base.data in _PLAIN_BASES for base in cls.outside_bases())
        return _subscripted(it, owner, node) if plain else None
    iterator = _result(it, begin, [owner], node)
    if iterator is None:
        return None
    if iterator is owner:
        step = cls.method("__next__")
        return _result(it, step, [owner], node) if step is not None else None
    return element_of(it, iterator, node, depth - 1)


def _subscripted(it: Interpreter, owner: Value, node: ast.AST) -> Value | None:
    method = owner.data.cls.method("__getitem__")
    if method is None or owner.data.cls.method("__getitems__") is not None:
        return None
    return _result(it, method, [owner, _number(it, node)], node)


def _result(it: Interpreter, function: Function, arguments: list[Value], node: ast.AST) -> Value | None:
    """What a method of the file returns; None where that isn't known."""
    made = it.called_back(it.value(FUNCTION, None, node, function), arguments, node)
    return None if made.op == CONST or (made.op == CALL and made.args["callee"].op == FUNCTION) else made


def _batch(it: Interpreter, loader: Value, node: ast.AST, depth: int) -> Value | None:
    """A batch of a DataLoader: what `collate_fn` makes of a list of samples, else stacked samples."""
    given = {word: loader.args.get(word) or loader.args.get(position)
             for position, word in (("0", "dataset"), ("1", "batch_size"), ("6", "collate_fn"))}  # fmt: skip
    dataset, size, collate = given["dataset"], given["batch_size"], given["collate_fn"]
    if dataset is None or loader.form == "inexact":
        return None
    custom = collate is not None and not (collate.op == CONST and collate.data is None)
    if custom and (collate is None or collate.op not in _CALLABLE):
        return None
    whole = size is None or not (size.op == CONST and size.data is None)
    sample = _sample(it, dataset, node, depth)
    if custom and collate is not None:
        if sample is None:
            sample = it.value(ITEM, {"input": dataset}, node)
        samples = it.sequence(LIST, (sample, it.choice(((), (sample,)))), node) if whole else sample
        made = it.called_back(collate, [samples], node)
        return None if made.op in (CONST, CALL) else made
    if sample is None or not whole:
        return None
    return _stacked(it, sample, it.value(ITEM, {"input": loader}, node), node)


def _stacked(it: Interpreter, sample: Value, batch: Value, node: ast.AST) -> Value:
    """What torch's default collation makes of samples like this one: each of its numbers and arrays is stacked."""
    several: tuple[Value, ...] = sample.data if sample.op == PHI else (sample,)
    if all(one.op == DICT for one in several):
        dicts = [one.data for one in several]
        shared = [key for key in dicts[0].content if all(key in one.content for one in dicts)]
        exact = all(one.exact and len(one.content) == len(shared) for one in dicts)
        parts = {key: it.phi([one.content[key] for one in dicts], node) for key in shared}
        return it.dictionary({key: _stacked(it, part, batch, node) for key, part in parts.items()}, exact, node)
    rows = [exact_items(one) for one in several if one.op in (TUPLE, LIST)]
    known = [row for row in rows if row]
    if len(known) == len(several) and len({len(row) for row in known}) == 1:
        columns = [it.phi(column, node) for column in zip(*known, strict=True)]
        return it.sequence(TUPLE, [_stacked(it, column, batch, node) for column in columns], node)
    return it.value(ITEM, {"input": batch, "sample": sample}, node)


def _sample(it: Interpreter, dataset: Value, node: ast.AST, depth: int) -> Value | None:
    """What a dataset gives for an index; None where it isn't known."""
    if depth == 0:
        return None
    if dataset.op == INSTANCE:
        found = _subscripted(it, dataset, node)
        return found if found is not None else _of_object(it, dataset, node, depth)
    if dataset.op in (LIST, TUPLE):
        return element_of(it, dataset, node, depth)
    if dataset.op == PHI:
        return _either(it, dataset.data, node, depth)
    if dataset.op in (ELEMENT, ITEM, "getitem"):
        source = dataset.args["input"]
        return _sample(it, source, node, depth - 1) if _of_torch(_called(source)) == "random_split" else None
    if dataset.op != CALL:
        return it.value(ITEM, {"input": dataset}, node) if not dataset.op.startswith("py.") else None
    name, first = _called(dataset), dataset.args.get("0") or dataset.args.get("dataset")
    kind = _of_torch(name)
    if kind == "TensorDataset" and dataset.form != "inexact":
        tensors = [one for word, one in dataset.args.items() if word != "callee"]
        return it.sequence(TUPLE, [_row(it, one, node) for one in tensors], node)
    if kind in ("Subset", "random_split") and first is not None:
        return _sample(it, first, node, depth - 1)
    if kind == "ConcatDataset":
        several = all_items(first.data) if first is not None and first.op in (LIST, TUPLE) else None
        return _either(it, several, node, depth) if several else None
    plain = "target_transform" not in dataset.args and sum(word.isdigit() for word in dataset.args) <= 3
    if name.startswith("torchvision.datasets.") and name.rpartition(".")[2] in _CLASSES and plain:
        image = it.value(ITEM, {"input": dataset}, node)
        return it.sequence(TUPLE, (image, _number(it, node)), node)
    return None


def _either(it: Interpreter, datasets: Sequence[Value], node: ast.AST, depth: int) -> Value | None:
    return _joined(it, [_sample(it, one, node, depth - 1) for one in datasets], node)


def _joined(it: Interpreter, alternatives: Sequence[Value | None], node: ast.AST) -> Value | None:
    known = [one for one in alternatives if one is not None]
    return it.phi(known, node) if len(known) == len(alternatives) else None


def _row(it: Interpreter, tensor: Value, node: ast.AST) -> Value:
    return it.value("select", {"input": tensor, "dim": it.constant(0), "index": _number(it, node)}, node)


def _number(it: Interpreter, node: ast.AST) -> Value:
    return it.value(CALL, {"callee": it.global_value("builtins.int", node)}, node)


def _called(value: Value) -> str:
    callee = value.args.get("callee") if value.op == CALL else None
    name: str = callee.data if callee is not None and callee.op == GLOBAL else ""
    return name


def _of_torch(name: str) -> str:
    """The last part of a name of torch.utils.data."""
    head, _, last = name.rpartition(".")
    return last if f"{head}." in _DATA else ""
