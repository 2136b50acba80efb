"""The rules for sizes and strides of operations, compared with torch on tensors of many layouts."""

from __future__ import annotations

import random

import pytest

from torchlint.semantics.dims import Opaque
from torchlint.semantics.ops import RULES
from torchlint.semantics.ops.base import Many, Slice, Strided
from torchlint.semantics.shapes import apply_rule

torch = pytest.importorskip("torch")
F = torch.nn.functional

LAYOUTS = 40


def layouts(rank: int, seed: int, sizes=(2, 3, 4, 6)):
    """Tensors of a rank: contiguous, permuted, sliced, expanded."""
    rng = random.Random(seed)
    for index in range(LAYOUTS):
        x = torch.randn([rng.choice(sizes) for _ in range(rank)])
        if index % 4:
            order = list(range(rank))
            rng.shuffle(order)
            x = x.permute(order)
        if index % 4 == 2:
            x = x[
                tuple(slice(None, None, rng.choice((1, 2))) if rng.random() < 0.4 else slice(None) for _ in range(rank))
            ]
        if index % 4 == 3 and rank > 1:
            axis = rng.randrange(rank)
            x = x.narrow(axis, 0, 1).expand([4 if i == axis else n for i, n in enumerate(x.shape)])
        yield x


def given(value):
    """The argument as a rule takes it."""
    if isinstance(value, torch.Tensor):
        return Strided(tuple(value.shape), value.stride())
    if isinstance(value, (tuple, list)):
        return tuple(given(one) for one in value)
    if isinstance(value, slice):
        return Slice(value.start, value.stop, value.step)
    if isinstance(value, (torch.memory_format, torch.dtype)):
        return str(value)
    return value


def plain(shape, strides):
    """Strides without those of axes of size 1, which mean nothing."""
    return [stride for size, stride in zip(shape, strides, strict=True) if size != 1] if 0 not in shape else []


def agrees(found, expected) -> bool | None:
    """Whether a rule's answer is torch's; None where it left the strides open."""
    if isinstance(expected, (tuple, list)):
        if isinstance(found, Many):
            return all(agrees(found.item, one) for one in expected)
        return len(found) == len(expected) and all(
            agrees(a, b) is not False for a, b in zip(found, expected, strict=True)
        )
    assert tuple(found.shape) == tuple(expected.shape)
    if found.strides is None:
        return None
    return plain(found.shape, found.strides) == plain(expected.shape, expected.stride())


def check(name, call, **arguments) -> bool | None:
    """Compare the rule of `name` with `call(**arguments)`; None where the rule doesn't answer."""
    try:
        found = apply_rule(RULES[name], {key: given(value) for key, value in arguments.items()})
    except Opaque:
        return None
    expected = call(**arguments)
    answer = agrees(found, expected)
    assert answer is not False, (name, {k: given(v) for k, v in arguments.items()}, found, expected)
    return answer


METHODS = [
    ("permute", {"dims": (2, 0, 3, 1)}), ("permute", {"dims": (-1, 1, 0, 2)}), ("transpose", {"dim0": 1, "dim1": -1}),
    ("movedim", {"source": (0, 1), "destination": (-1, 0)}), ("movedim", {"source": 1, "destination": 3}),
    ("narrow", {"dim": 1, "start": 0, "length": 1}), ("select", {"dim": 2, "index": 0}), ("unsqueeze", {"dim": 1}),
    ("unsqueeze", {"dim": -1}), ("squeeze", {}), ("squeeze", {"dim": 1}), ("flatten", {"start_dim": 1}),
    ("flatten", {"start_dim": 1, "end_dim": 2}), ("unfold", {"dimension": 1, "size": 1, "step": 1}),
    ("chunk", {"chunks": 2, "dim": 1}), ("split", {"split_size": 1, "dim": 1}), ("unbind", {"dim": 1}), ("unbind", {"dim": -1}),
    ("flip", {"dims": (1,)}), ("roll", {"shifts": 1, "dims": 1}), ("softmax", {"dim": 1}), ("log_softmax", {"dim": -1}),
    ("cumsum", {"dim": 1}), ("cumprod", {"dim": 0}), ("sum", {"dim": 1}), ("sum", {"dim": (0, 2), "keepdim": True}),
    ("mean", {"dim": 0}), ("mean", {"dim": -1, "keepdim": True}), ("amax", {"dim": 1}), ("std", {"dim": 1}), ("var", {"dim": 2}),
    ("norm", {"dim": 1}), ("logsumexp", {"dim": 1}), ("argmax", {"dim": 1}), ("max", {"dim": 1}), ("max", {}),
    ("min", {"dim": -1, "keepdim": True}), ("median", {"dim": 1}), ("topk", {"k": 1, "dim": 1}), ("sort", {"dim": 1}),
    ("argsort", {"dim": 1}), ("cummax", {"dim": 1}), ("kthvalue", {"k": 1, "dim": 1}), ("prod", {"dim": 1}),
    ("contiguous", {}), ("clone", {}), ("detach", {}), ("exp", {}), ("sigmoid", {}), ("relu", {}), ("tanh", {}), ("abs", {}),
    ("tril", {}), ("triu", {}), ("repeat", {"repeats": (1, 2, 1, 1)}), ("repeat_interleave", {"repeats": 2, "dim": 1}),
    ("repeat_interleave", {"repeats": 2}), ("ravel", {}), ("float", {}), ("double", {}), ("half", {}), ("mT", {}),
    ("add", {"other": 1.0}), ("mul", {"other": 2}), ("pow", {"exponent": 2}), ("clamp", {"min": 0}), ("rot90", {"k": 1, "dims": (1, 2)}),
    ("reshape", {"shape": (-1,)}), ("isnan", {}), ("logcumsumexp", {"dim": 1}), ("diagonal", {"dim1": 1, "dim2": 2}),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(METHODS)), ids=[f"{name}-{i}" for i, (name, _) in enumerate(METHODS)])
def test_methods(case: int) -> None:
    name, arguments = METHODS[case]

    def call(input, **rest):
        return input.mT if name == "mT" else getattr(input, name)(**rest)

    answers = [check(name, call, input=x, **arguments) for x in layouts(4, case)]
    if name not in ("diagonal", "rot90", "chunk"):
        assert any(answers)


FUNCTIONS = {
    "gelu": F.gelu, "silu": F.silu, "softplus": F.softplus, "leaky_relu": F.leaky_relu, "elu": F.elu, "mish": F.mish,
    "dropout": F.dropout, "dropout2d": F.dropout2d, "hardswish": F.hardswish, "softmin": lambda input: F.softmin(input, 1),
    "normalize": F.normalize, "layer_norm": lambda input: F.layer_norm(input, input.shape[-1:]),
    "batch_norm": lambda input: F.batch_norm(input, None, None, training=True),
    "group_norm": lambda input: F.group_norm(input, 1), "instance_norm": F.instance_norm,
    "rms_norm": lambda input: F.rms_norm(input, input.shape[-1:]),
    "zeros_like": torch.zeros_like, "rand_like": torch.rand_like, "prelu": lambda input: F.prelu(input, torch.ones(1)),
    "local_response_norm": lambda input: F.local_response_norm(input, 2),
    "isreal": torch.isreal, "square": torch.square, "rsqrt": torch.rsqrt, "logsigmoid": F.logsigmoid,
    "nan_to_num": torch.nan_to_num, "round": torch.round, "bernoulli": lambda input: torch.bernoulli(input.sigmoid()),
    "softsign": F.softsign, "tanhshrink": F.tanhshrink, "logical_not": torch.logical_not, "type": lambda input: input.type(torch.float64),
    "scatter": lambda input: input.scatter(1, torch.zeros(1, 1, 1, 1).long(), 0.0),
    "index_add": lambda input: input.index_add(1, torch.tensor([0]), input[:, :1]),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_one_tensor(name: str) -> None:
    answers = [check(name, lambda input: FUNCTIONS[name](input), input=x) for x in layouts(4, 7, (2, 4, 6))]
    assert any(answers)


@pytest.mark.parametrize("name", sorted(set(__import__("torchlint.semantics.ops.pointwise", fromlist=["x"]).UNARY)))
def test_every_unary_operation(name: str) -> None:
    function = (
        getattr(torch, name, None)
        or getattr(F, name, None)
        or getattr(torch.special, name.removeprefix("special_"), None)
    )
    for x in layouts(3, 11):
        value = (
            (x * 4).to(torch.int32) if name.startswith("bitwise") else x.sigmoid().clone() if name == "bernoulli" else x
        )
        extra = {
            "alpha_dropout": (0.5, True),
            "feature_alpha_dropout": (0.5, True),
            "dropout": (0.5, True),
            "mvlgamma": (1,),
        }
        if name == "mvlgamma":
            value = value.abs() + 3
        if name == "threshold":
            check(name, lambda input: F.threshold(input, 0.0, 0.0), input=value)
        elif name.endswith("polygamma"):
            check(name, lambda input: torch.polygamma(1, input), input=value)
        else:
            more = extra.get(name, ())
            check(name, lambda input, more=more: function(input, *more), input=value)


@pytest.mark.parametrize(
    "name", ["add", "sub", "mul", "div", "maximum", "eq", "lt", "logical_and", "where", "lerp", "atan2"]
)
def test_binary(name: str) -> None:
    rng = random.Random(len(name))
    tested = 0
    for index in range(4):
        for x in layouts(4, index):
            order = list(range(4))
            rng.shuffle(order)
            y = torch.randn([x.shape[i] for i in order]).permute([order.index(i) for i in range(4)])
            if rng.random() < 0.3:
                y = y[:, :1]
            if rng.random() < 0.2:
                y = y[0]
            if name == "where":
                tested += bool(check(name, torch.where, condition=x > 0, input=x, other=y))
            elif name == "lerp":
                tested += bool(check(name, torch.lerp, input=x, end=y, weight=0.5))
            else:
                tested += bool(check(name, getattr(torch, name), input=x, other=y))
    assert tested > 100


def test_masks_broadcast_with_what_they_fill() -> None:
    for x in layouts(3, 13):
        for mask in (x > 0, x[:1] > 0, torch.ones(5, *x.shape) > 0):
            assert check("masked_fill", lambda input, mask: input.masked_fill(mask, 0.0), input=x, mask=mask)


SUBSCRIPTS = [
    (slice(None), 0), (..., 0), (..., None), (None, slice(1, None)), 0, -1, (slice(None), slice(None, -1)), (..., slice(None, 1)),
    (slice(None), slice(None, None, 2)), (0, ..., 0), (slice(None), None, ..., 0), slice(1, 5), (slice(None),) * 4, ...,
]  # fmt: skip


@pytest.mark.parametrize("index", SUBSCRIPTS, ids=str)
def test_subscripts(index) -> None:
    def call(input, index):
        return input[index]

    assert all(check("getitem", call, input=x, index=index) for x in layouts(4, 3))


@pytest.mark.parametrize("place", range(4))
def test_index_tensor(place: int) -> None:
    rows = torch.tensor([[0, 1, 0], [1, 0, 0]])

    def call(input, index):
        return input[index]

    answers = [check("getitem", call, input=x, index=(slice(None),) * place + (rows,)) for x in layouts(4, 5, (2, 3))
               if x.shape[place] > 1]  # fmt: skip
    assert any(answers)


@pytest.mark.parametrize("grad", [False, True])
@pytest.mark.parametrize(
    ("a", "b"), [(2, 2), (3, 3), (4, 4), (3, 2), (4, 2), (1, 3), (2, 3), (3, 1), (4, 3), (3, 4), (2, 4)]
)
def test_matmul(a: int, b: int, grad: bool) -> None:
    rng = random.Random(a * 10 + b)
    for x in layouts(a, 1):
        for y in layouts(b, 2):
            y = y.clone() if rng.random() < 0.5 else y
            inner = x.shape[-1]
            shape = [*x.shape[: max(a - 2, 0)], *y.shape][-b:] if b > 2 else list(y.shape)
            shape = [*([1] * (b - len(shape))), *shape]
            if b > 1:
                shape[-2] = inner
            else:
                shape[-1] = inner
            if b > a > 1:
                shape[: b - a] = [3] * (b - a)
            order = list(range(b))
            rng.shuffle(order)
            other = torch.randn([shape[i] for i in order]).permute([order.index(i) for i in range(b)])
            check("matmul", torch.matmul, input=x.detach().requires_grad_(grad), other=other)
            break


def test_linear_and_embedding() -> None:
    for x in layouts(3, 1):
        weight = torch.randn(5, x.shape[-1])
        assert check("linear", F.linear, input=x, weight=weight)
        assert check("embedding", F.embedding, input=x.abs().clamp(max=2).long(), weight=weight)
        assert check("one_hot", torch.nn.functional.one_hot, input=x.abs().clamp(max=2).long(), num_classes=3)


@pytest.mark.parametrize("equation", [
    "bhid,bhjd->bhij", "bhij,bhjd->bhid", "bhij,bhjd->bihd", "bihd,bjhd->bhij", "bhij,bjhd->bihd", "bhid,hde->bhie",
    "bihd,hde->bihe", "bhij,bhij->bh",
])  # fmt: skip
def test_einsum_of_two(equation: str) -> None:
    sizes = dict(zip("bhijde", (2, 3, 4, 5, 6, 7), strict=True))
    left, right = equation.split("->")[0].split(",")
    rng = random.Random(0)

    def call(equation, operands):
        return torch.einsum(equation, *operands)

    for _ in range(60):
        parts = []
        for letters in (left, right):
            order = list(range(len(letters)))
            rng.shuffle(order)
            parts.append(
                torch.randn([sizes[letters[i]] for i in order]).permute([order.index(i) for i in range(len(letters))])
            )
        check("einsum", call, equation=equation, operands=tuple(parts))


def test_einsum_of_one() -> None:
    for x in layouts(4, 1):
        assert check(
            "einsum", lambda equation, operands: torch.einsum(equation, *operands), equation="abcd->adcb", operands=(x,)
        )


def test_cat_and_stack() -> None:
    for rank in (2, 3, 4):
        for index, x in enumerate(layouts(rank, rank)):
            dim = index % rank
            last = x.to(memory_format=torch.channels_last) if rank == 4 and index % 2 else x
            for y in (x, x.contiguous(), x + 1):
                check("cat", torch.cat, tensors=(last, y), dim=dim)
                check("stack", torch.stack, tensors=(last, y), dim=dim)


def test_recurrent() -> None:
    for kind, module in (("lstm", torch.nn.LSTM), ("gru", torch.nn.GRU), ("rnn", torch.nn.RNN)):
        for first in (False, True):
            for both in (False, True):
                layer = module(5, 6, 2, batch_first=first, bidirectional=both)
                for grad in (False, True):
                    with torch.set_grad_enabled(grad):
                        arguments = {"hidden_size": 6, "num_layers": 2, "batch_first": first, "bidirectional": both}
                        found = apply_rule(RULES[kind], {"input": given(torch.randn(3, 4, 5)), **arguments})
                        assert agrees(found[0], layer(torch.randn(3, 4, 5))[0])


SPATIAL = {
    "conv2d": (lambda input, kernel_size, stride, padding, out_channels:
               torch.nn.LazyConv2d(out_channels, kernel_size, stride, padding)(input),
               {"kernel_size": 3, "stride": 2, "padding": 1, "out_channels": 5}),
    "conv_transpose2d": (lambda input, kernel_size, stride, padding, out_channels:
                         torch.nn.LazyConvTranspose2d(out_channels, kernel_size, stride, padding)(input),
                         {"kernel_size": 3, "stride": 2, "padding": 1, "out_channels": 5}),
    "max_pool2d": (F.max_pool2d, {"kernel_size": 2}), "avg_pool2d": (F.avg_pool2d, {"kernel_size": 2, "stride": 1}),
    "adaptive_avg_pool2d": (F.adaptive_avg_pool2d, {"output_size": (1, None)}), "pad": (F.pad, {"pad": (1, 2, 0, 1)}),
    "interpolate": (F.interpolate, {"scale_factor": 2}), "pixel_shuffle": (F.pixel_shuffle, {"upscale_factor": 2}),
    "glu": (F.glu, {"dim": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", SPATIAL)
def test_spatial_operations(name: str) -> None:
    call, arguments = SPATIAL[name]
    answers = [check(name, call, input=x, **arguments) for x in layouts(4, 9, (4, 8))]
    assert any(answers)


def test_factories() -> None:
    assert check("zeros", torch.zeros, size=(2, 3))
    assert check("arange", torch.arange, start=2, end=11, step=3)
    assert check("eye", torch.eye, n=3)
    assert check("tensor", torch.tensor, data=((1, 2), (3, 4)))
    assert check("linspace", lambda steps: torch.linspace(0, 1, steps), steps=7)


def test_expand_and_views() -> None:
    for x in layouts(3, 4):
        x = x[:, :1]
        assert check("expand", lambda input, size: input.expand(size), input=x, size=(5, -1, 4, -1))
        assert check("unflatten", torch.unflatten, input=x, dim=0, sizes=(-1, 1))
        assert check("view_as", lambda input, other: input.view_as(other), input=x, other=x + 1)
