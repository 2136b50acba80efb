"""Calls of what torch's databases don't have: casts, factories, old constructors, and layers and functions of their own."""

from __future__ import annotations

from typing import Any

import torch

from benchmarks.operating.calls import Call, Code

# What needs another device, and what is no expression.
NOT_COMPARED = frozenset(("cuda", "pin_memory", "share_memory", "setitem"))


def _table() -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = {}

    def add(name: str, form: str, callee: str, *args: Any, **kwargs: Any) -> None:
        found.setdefault(name, []).append(Call(name, form, callee, args, kwargs))

    def layer(name: str, made: tuple[Any, ...], *args: Any, **options: Any) -> None:
        for training in (True, False):
            found.setdefault(name, []).append(Call(name, "module", name, args, {}, (made, options), training))

    torch.manual_seed(0)
    given: tuple[Any, ...]
    data: Any
    more: dict[str, Any]
    x, y, z = torch.randn(2, 3, 4), torch.randn(3, 4), torch.randint(0, 3, (2, 3))
    image, square, long = torch.randn(2, 4, 6, 6), torch.randn(4, 4), torch.int64
    for name in ("detach", "cpu", "data", "real", "clone", "requires_grad_", "float", "double", "half", "bfloat16", "int", "long",
                 "short", "bool", "cfloat", "cdouble", "chalf"):  # fmt: skip
        for one in (x, y, z):
            add(name, "property" if name in ("data", "real") else "method", name, one)
    for one in (x, y, z):
        add("type", "method", "type", one, torch.float64)
        add("type", "method", "type", one, "torch.LongTensor")
        add("type_as", "method", "type_as", one, z)
        add("type_as", "method", "type_as", one, x)
        add("adjoint", "function", "torch.adjoint", one)
        add("copy_", "method", "copy_", one, one * 2)
        add("random_", "method", "random_", one)
        add("new_tensor", "method", "new_tensor", one, [[1, 2], [3, 4]])
        add("parameter", "function", "torch.nn.Parameter", one.float())
        add("buffer", "function", "torch.nn.Buffer", one)
        add("identity", "function", "torch.nn.Identity()", one)
        add("tensor", "function", "torch.tensor", one)
        add("as_tensor", "function", "torch.as_tensor", one)
        add("asarray", "function", "torch.asarray", one)
        add("dropout1d", "function", "torch.nn.functional.dropout1d", one.float(), 0.5, True)
        add("gumbel_softmax", "function", "torch.nn.functional.gumbel_softmax", one.float())
        add("vector_norm", "function", "torch.linalg.vector_norm", one.float())
    add("gumbel_softmax", "function", "torch.nn.functional.gumbel_softmax", x, hard=True, dim=1)
    add("imag", "property", "imag", torch.complex(x, x))
    add("real", "property", "real", torch.complex(x, x))
    add("detach_copy", "function", "torch.detach_copy", x)
    add("special.polygamma", "function", "torch.special.polygamma", 1, x)
    add("unravel_index", "function", "torch.unravel_index", z, (2, 3))
    add("bincount", "function", "torch.bincount", z[0])
    add("affine_grid", "function", "torch.nn.functional.affine_grid", torch.randn(2, 2, 3), (2, 3, 4, 5))
    for count in (1, 4, 5):
        add("fft.fftfreq", "function", "torch.fft.fftfreq", count)
        add("fft.rfftfreq", "function", "torch.fft.rfftfreq", count)
        add("tril_indices", "function", "torch.tril_indices", count, 3)
    add("rename", "method", "rename", y, "a", "b")
    add("fill_diagonal_", "method", "fill_diagonal_", square, 1.0)
    add("copy_", "method", "copy_", y, 1.0)
    add("copy_", "method", "copy_", x, y)
    add("retain_grad", "method", "retain_grad", x)
    for name in ("tensor", "as_tensor", "asarray"):
        for data in ([1, 2, 3], [[1.0, 2], [3, 4]], 1, True, 2.5, [True, False], [], [[]], [1j, 2], ((1, 2), (3, 4))):
            add(name, "function", f"torch.{name}", data)
        add(name, "function", f"torch.{name}", [1, 2], dtype=torch.float16)
    for kind in ("", "Float", "Double", "Half", "BFloat16", "Byte", "Char", "Short", "Int", "Long", "Bool"):
        for given in ((2, 3), (4,), ([1, 2],), ([[1, 2], [3, 4]],), ((2, 3),), (2, 0, 1), ()):
            add(f"{kind}Tensor", "function", f"torch.{kind}Tensor", *given)
    for name in ("rand", "randn", "zeros", "ones", "empty"):
        for given in ((2, 3), ((2, 3),), ([4],), (0, 2), (), ((),)):
            add(name, "function", f"torch.{name}", *given)
        add(name, "function", f"torch.{name}", 2, 3, dtype=torch.float64)
    for given, more in (((5,), {}), ((0,), {}), ((3,), {"dtype": torch.int32})):
        add("randperm", "function", "torch.randperm", *given, **more)
    for given in ((1, 5), (0, 1, 0.25), (2, 8, 3), (5.0, 1.0, -1)):
        add("range", "function", "torch.range", *given)
    for name in ("hann", "hamming", "blackman", "bartlett", "kaiser"):
        for length in (1, 2, 5, 0):
            add(f"{name}_window", "function", f"torch.{name}_window", length)
            add(f"{name}_window", "function", f"torch.{name}_window", length, dtype=torch.float64)
            add(f"{name}_window", "function", f"torch.{name}_window", length, periodic=False)
    for text in ("numpy.zeros((2, 3))", "numpy.arange(4)", "numpy.ones(3, dtype='float32')", "numpy.eye(3).T"):
        for name in ("from_numpy", "tensor", "as_tensor"):
            add(name, "function", f"torch.{name}", Code(text))
    for size in (None, 12, (12, 8)):
        for factor in (2, 1.5, (2.0, 0.5)):
            more = {"size": size} if size else {"scale_factor": factor}
            add("upsample", "function", "torch.nn.functional.upsample", image, **more)
            layer("torch.nn.Upsample", (), image, **more)
    layer("torch.nn.UpsamplingNearest2d", (), image, scale_factor=2)
    layer("torch.nn.UpsamplingBilinear2d", (), image, scale_factor=2)
    add("fold", "function", "torch.nn.functional.fold", torch.randn(2, 3 * 4, 9), (4, 4), (2, 2))
    add("fold", "function", "torch.nn.functional.fold", torch.randn(3 * 4, 9), output_size=(4, 4), kernel_size=2)
    layer("torch.nn.Fold", ((4, 4), 2), torch.randn(2, 12, 9))
    layer("torch.nn.Unfold", (2,), image)
    layer("torch.nn.Unfold", ((2, 3),), image, stride=2, padding=1)
    for kind in ("RNN", "GRU", "LSTM"):
        for more in ({}, {"batch_first": True}, {"bidirectional": True}, {"num_layers": 2}, {"nonlinearity": "relu"}):
            if "nonlinearity" not in more or kind == "RNN":
                layer(f"torch.nn.{kind}", (4, 5), x, **more)
                layer(f"torch.nn.{kind}", (4, 5), y, **more)
        layer(f"torch.nn.{kind}Cell", (4, 5), y)
    layer("torch.nn.RNNCell", (4, 5), y, nonlinearity="relu")
    layer("torch.nn.LSTM", (4, 5), x, proj_size=2)
    layer("torch.nn.Dropout1d", (), x)
    layer("torch.nn.Identity", (), x)
    layer("torch.nn.FractionalMaxPool2d", (2,), image, output_ratio=0.5)
    for index in (0, -1, slice(1, None), (slice(None), 1), (..., 0), None, (None, slice(0, 1)), z[0] % 2, x > 0, (0, z[0]),
                  (slice(None), z[0]), (z[0] % 2, slice(None), z[0]), [0, 1], (slice(None), [0, 2]), True):  # fmt: skip
        add("getitem", "subscript", "", x, index)
    add("max", "method", "max", x, 1)
    add("max", "function", "torch.max", x, dim=-1, keepdim=True)
    add("max", "function", "torch.max", x, x)
    add("where", "function", "torch.where", x > 0)
    add("tensor", "function", "torch.tensor", [[1, 2]], dtype=long)
    return found


CALLS: dict[str, list[Call]] = _table()
