"""Signatures and binding, against torch itself."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import pytest

from torchlint.semantics import kinds, operations
from torchlint.semantics.values import CONST, GLOBAL, LIST, SIZE, TUPLE, UNKNOWN, Items, Value


def const(data: Any) -> Value:
    return Value(CONST, data=data)


def show(args: dict[str, Value] | None) -> Any:
    """Bound arguments as plain Python, `...` for what isn't a constant."""
    if args is None:
        return None

    def plain(value: Value) -> Any:
        if value.op == CONST:
            return value.data
        if value.op in (TUPLE, LIST):
            return tuple(plain(item) for item in value.data.content)
        return ...

    return {name: plain(value) for name, value in args.items()}


X = Value(UNKNOWN)
TENSOR = Value("exp", {"input": X})
FLOAT32 = Value(GLOBAL, data="torch.float32")
METHODS: list[tuple[str, list[Value], dict[str, Value], Any]] = [
    ("view", [X, const(2), const(3)], {}, {"input": ..., "size": (2, 3)}),
    ("view", [X, Value(TUPLE, data=Items((const(2), const(3))))], {}, {"input": ..., "size": (2, 3)}),
    ("view", [X, const(-1)], {}, {"input": ..., "size": (-1,)}),
    ("view", [X, Value(SIZE)], {}, {"input": ..., "size": (...,)}),
    ("view", [X, X], {}, {"input": ..., "size": ...}),
    ("view", [X, FLOAT32], {}, {"input": ..., "dtype": ...}),
    ("view", [X], {}, None),
    ("view", [X, const("a")], {}, None),
    ("permute", [X, const(0), const(2), const(1)], {}, {"input": ..., "dims": (0, 2, 1)}),
    ("permute", [X], {"dims": X}, {"input": ..., "dims": ...}),
    ("transpose", [X, const(1)], {"dim1": const(2)}, {"input": ..., "dim0": 1, "dim1": 2}),
    ("exp_", [X], {}, {"input": ...}),
    ("exp", [X, const(1)], {}, None),
    ("sum", [X, const(-1), const(True)], {}, {"input": ..., "dim": -1, "keepdim": True}),
    ("sum", [X], {"axis": const(-1), "keepdims": const(True)}, {"input": ..., "dim": -1, "keepdim": True}),
    ("max", [X, const(1)], {}, {"input": ..., "dim": 1}),
    ("max", [X, TENSOR], {}, {"input": ..., "other": ...}),
    ("max", [X, X], {}, None),  # a value of unknown kind: one result or two
    ("std", [X, const(0), const(False)], {}, {"input": ..., "dim": 0, "unbiased": False}),
    ("std", [X, const(False)], {}, {"input": ..., "unbiased": False}),
    ("to", [X, const("cuda")], {}, {"input": ..., "device": "cuda"}),
    ("to", [X, FLOAT32], {}, {"input": ..., "dtype": ...}),
    ("to", [X, const("cuda"), FLOAT32], {}, {"input": ..., "device": "cuda", "dtype": ...}),
    ("to", [X, TENSOR], {}, {"input": ..., "other": ...}),
    ("to", [X, X], {}, {"input": ..., "other": ...}),  # nothing is assumed about the argument
    ("size", [X, const(1)], {}, {"input": ..., "dim": 1}),
    ("size", [X], {}, {"input": ...}),
    ("new_zeros", [X, const(2), const(3)], {"dtype": FLOAT32}, {"input": ..., "size": (2, 3), "dtype": ...}),
    ("split", [X, const(2), const(1)], {}, {"input": ..., "split_size": 2, "dim": 1}),
]
FUNCTIONS: list[tuple[str, list[Value], dict[str, Value], Any]] = [
    ("torch.zeros", [const(2), const(3)], {"dtype": FLOAT32}, {"size": (2, 3), "dtype": ...}),
    ("torch.zeros", [X], {}, {"size": ...}),
    ("torch.zeros", [], {"size": X}, {"size": ...}),
    ("torch.arange", [const(5)], {}, {"end": 5}),
    ("torch.arange", [const(1), const(5), const(2)], {}, {"start": 1, "end": 5, "step": 2}),
    ("torch.arange", [TENSOR], {}, {"end": ...}),
    ("torch.cat", [X], {"axis": const(1)}, {"tensors": ..., "dim": 1}),
    ("torch.linalg.inv", [], {"A": X}, {"input": ...}),
    ("torch.special.expit", [X], {}, {"input": ...}),
    ("torch.einsum", [const("ij,jk"), X, X], {}, {"equation": "ij,jk", "operands": (..., ...)}),
    ("torch.nn.functional.softmax", [X], {"dim": const(1)}, {"input": ..., "dim": 1}),
    ("torch.nn.functional.softmax", [X], {"axis": const(1)}, None),  # Python's own functions know no numpy names
    ("torch.Tensor.exp", [X], {}, {"input": ...}),
    ("torch.where", [X, TENSOR, const(0.0)], {}, {"condition": ..., "input": ..., "other": 0.0}),
]


@pytest.mark.parametrize(("name", "positional", "keywords", "expected"), METHODS)
def test_methods(name: str, positional: list[Value], keywords: dict[str, Value], expected: Any) -> None:
    operation = operations.method(name)
    assert operation is not None
    assert show(operations.bind(operation, positional, keywords)) == expected


@pytest.mark.parametrize(("name", "positional", "keywords", "expected"), FUNCTIONS)
def test_functions(name: str, positional: list[Value], keywords: dict[str, Value], expected: Any) -> None:
    operation = operations.function(name)
    assert operation is not None
    assert show(operations.bind(operation, positional, keywords)) == expected


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("torch.multiply", "mul"),
        ("torch.true_divide", "div"),
        ("torch.swapaxes", "transpose"),
        ("torch.concat", "cat"),
        ("torch.absolute", "abs"),
        ("torch.clip", "clamp"),
        ("torch.arctan", "atan"),
        ("torch.moveaxis", "movedim"),
        ("torch.special.expit", "sigmoid"),
        ("torch.special.log_softmax", "log_softmax"),
        ("torch.nn.functional.logsigmoid", "logsigmoid"),
        ("torch._C._nn.gelu", "gelu"),
        ("torch.functional.einsum", "einsum"),
        ("torch.relu_", "relu"),
        ("torch.nn.init.zeros_", "init_zeros"),
        ("torch.nn.parameter.Parameter", "parameter"),
    ],
)
def test_one_name(name: str, operation: str) -> None:
    found = operations.function(name)
    assert found is not None
    assert found.name == operation


def test_unknown_names() -> None:
    assert operations.function("torch.no_such_function") is None
    assert operations.function("numpy.exp") is None
    assert operations.method("no_such_method") is None
    assert operations.property("no_such_property") is None
    assert operations.module("torch.nn.NoSuchModule") is None


def test_marks() -> None:
    for name, view, pointwise in [("permute", True, False), ("exp", False, True), ("sum", False, False)]:
        operation = operations.method(name)
        assert operation is not None
        assert (operation.view, operation.pointwise, operation.inplace) == (view, pointwise, False)
    inplace = operations.method("add_")
    assert inplace is not None
    assert (inplace.name, inplace.inplace, inplace.pointwise) == ("add", True, True)
    transposed = operations.property("T")
    assert transposed is not None
    assert transposed.view


def test_outputs() -> None:
    maximum = operations.method("max")
    assert maximum is not None
    assert {overload.outputs for overload in maximum.overloads} == {(), ("values", "indices")}
    pool = operations.function("torch.nn.functional.max_pool2d")
    assert pool is not None
    for flag, result in [(True, "tuple"), (False, "tensor")]:
        selected = operations.select(pool, [X, const(2)], {"return_indices": const(flag)})
        assert selected is not None
        assert selected[0].result == result


def test_modules() -> None:
    conv = operations.module("torch.nn.modules.conv.Conv2d")
    assert conv is not None
    assert (conv.name, conv.op, conv.inputs) == ("torch.nn.Conv2d", "conv2d", ("input",))
    assert conv.operands == {"stride": "stride", "padding": "padding", "dilation": "dilation", "groups": "groups"}
    assert conv.parameters == {"weight", "bias"}
    bound = operations.bind_module(conv, [const(3), const(8), const(1)], {"bias": const(False)})
    assert show(bound) == {"in_channels": 3, "out_channels": 8, "kernel_size": 1, "bias": False}
    assert operations.bind_module(conv, [const(3)], {}) is None
    loss = operations.module("torch.nn.CrossEntropyLoss")
    assert loss is not None
    assert loss.inputs == ("input", "target")
    sequential = operations.module("torch.nn.Sequential")
    assert sequential is not None
    assert sequential.op == ""
    assert show(operations.bind_module(sequential, [], {})) == {}
    assert show(operations.bind_module(sequential, [X, X], {})) == {"args": (..., ...)}
    identity = operations.module("torch.nn.Identity")
    assert identity is not None
    assert operations.bind_module(identity, [const(54)], {"unused": X}) is not None


def test_the_tables_are_what_the_generator_writes() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("expecttest")
    if torch.__version__.partition("+")[0] != operations.torch_version():
        pytest.skip(f"the tables are those of torch {operations.torch_version()}")
    import subprocess
    import sys
    from pathlib import Path

    script = Path(__file__).parents[2] / "tools" / "generate_operations.py"
    done = subprocess.run([sys.executable, "-W", "ignore", str(script), "--check"], check=False)
    assert done.returncode == 0


def value_of(data: Any) -> Value:
    """A Python object as the interpreter would see it."""
    import torch

    if isinstance(data, torch.Tensor):
        return Value("randn")
    if isinstance(data, (tuple, list)):
        return Value(LIST, data=Items(tuple(value_of(item) for item in data)))
    if isinstance(data, (torch.dtype, torch.memory_format, torch.layout)):
        return Value(GLOBAL, data=str(data))
    if isinstance(data, (bool, int, float, complex, str)) or data is None:
        return const(data)
    return X


@cache
def samples() -> list[tuple[str, Any, tuple[Any, ...], dict[str, Any]]]:
    """Real calls from torch's own operator database: name, function, positional and keyword arguments."""
    import torch
    from torch.testing._internal.common_methods_invocations import op_db

    found = []
    for info in op_db:
        name = "torch." + info.name
        if operations.function(name) is None or torch.float32 not in info.dtypes:
            continue
        function = torch
        for part in info.name.split("."):
            function = getattr(function, part)
        if info.op is not function:
            continue
        for index, sample in enumerate(info.sample_inputs("cpu", torch.float32)):
            if index == 6:
                break
            found.append((name, function, (sample.input, *sample.args), sample.kwargs))
    return found


def raises_type_error(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    try:
        function(*args, **kwargs)
    except TypeError:
        return True
    except Exception:
        return False
    return False


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_calls_bind_as_in_torch() -> None:
    """Samples bind; all arguments given by the names that they are bound to is a call that torch takes as well."""
    pytest.importorskip("torch")
    pytest.importorskip("expecttest")
    calls = samples()
    assert len(calls) > 1000
    unbound = []
    misnamed = []
    for name, function, args, kwargs in calls:
        operation = operations.function(name)
        assert operation is not None
        positional = [value_of(arg) for arg in args]
        selected = operations.select(operation, positional, {k: value_of(v) for k, v in kwargs.items()})
        if selected is None:
            unbound.append((name, args[1:], kwargs))
            continue
        overload, _ = selected
        if overload.star >= 0 or overload.kinds == {}:
            continue
        spelled = {bound: torch_name for torch_name, bound in reversed(overload.accepts.items())}
        named = {spelled[overload.names[i]]: arg for i, arg in enumerate(args)} | kwargs
        if raises_type_error(function, (), named) and not raises_type_error(function, args, kwargs):
            misnamed.append((name, list(named)))
    assert unbound == []
    assert misnamed == []


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_torch_refuses_does_not_bind() -> None:
    """Samples with an argument too many, one left out, or of a wrong kind: bound only if torch's parser takes them."""
    pytest.importorskip("torch")
    pytest.importorskip("expecttest")
    generator = random.Random(20)
    wrong = []
    for name, function, args, kwargs in samples():
        operation = operations.function(name)
        assert operation is not None
        if any(overload.kinds == {} for overload in operation.overloads):
            continue
        changed = list(args)
        kind = generator.choice(["more", "less", "other", "keyword"])
        keywords = dict(kwargs)
        if kind == "more":
            changed += [object()] * 6
        elif kind == "less":
            changed.pop()
        elif kind == "other":
            changed[generator.randrange(len(changed))] = generator.choice([None, "a text", 1.5])
        else:
            keywords["no_such_argument"] = 1
        positional = [value_of(arg) if type(arg) is not object else Value("py.dict") for arg in changed]
        bound = operations.bind(operation, positional, {k: value_of(v) for k, v in keywords.items()})
        if (bound is None) != raises_type_error(function, tuple(changed), keywords):
            wrong.append((name, kind, changed[1:], keywords, bound and list(bound)))
    assert wrong == []


def test_masks() -> None:
    assert kinds.of(const(True)) == kinds.TRUE
    assert kinds.of(const(1)) == kinds.INT
    assert kinds.of(FLOAT32) == kinds.DTYPE
    assert kinds.of(X) == kinds.ANY
    assert kinds.of(TENSOR) == kinds.TENSOR
    assert kinds.of(Value("add", {"input": X, "other": X}, form="operator")) == kinds.ANY
    assert kinds.of(Value("add", {"input": X, "other": TENSOR}, form="operator")) == kinds.TENSOR
    assert kinds.of(Value("py.phi", data=(const(1), const(None)))) == kinds.INT | kinds.NONE
