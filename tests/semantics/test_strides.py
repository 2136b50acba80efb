"""The stride rules, compared with torch on random strided tensors."""

from __future__ import annotations

import random

import pytest

from torchlint.semantics import strides as rules

torch = pytest.importorskip("torch")


def random_tensor(rng: random.Random):
    """A tensor of rank 1 to 5 with any strides that slicing, permuting and expanding can give."""
    x = torch.empty([rng.choice([1, 2, 2, 3, 4, 6]) for _ in range(rng.randint(1, 5))])
    for _ in range(rng.randint(0, 4)):
        kind = rng.randrange(5)
        axis = rng.randrange(x.dim())
        if kind == 0:
            order = list(range(x.dim()))
            rng.shuffle(order)
            x = x.permute(order)
        elif kind == 1:
            x = x.narrow(axis, 0, rng.randint(1, x.shape[axis]))
        elif kind == 2:
            x = x[(slice(None),) * axis + (slice(None, None, rng.randint(1, 3)),)]
        elif kind == 3 and x.shape[axis] == 1:
            x = x.expand([rng.randint(1, 4) if i == axis else -1 for i in range(x.dim())])
        elif kind == 4 and x.dim() < 5:
            x = x.unsqueeze(axis)
    return x


def random_target(rng: random.Random, elements: int) -> list[int]:
    target = []
    while elements > 1 and len(target) < 4:
        factor = rng.choice([n for n in range(1, elements + 1) if elements % n == 0])
        target.append(factor)
        elements //= factor
    return [*target, elements]


def test_view_rule_equals_torch() -> None:
    rng = random.Random(0)
    legal = 0
    for _ in range(6000):
        x = random_tensor(rng)
        target = random_target(rng, x.numel())
        try:
            expected = x.view(target).stride()
        except RuntimeError:
            expected = None
        legal += expected is not None
        assert rules.view_strides(x.shape, x.stride(), target) == expected, (x.shape, x.stride(), target)
        merged = rules.merged_axes(x.shape, x.stride(), target)
        assert (merged is None) == (expected is not None)
        assert rules.is_contiguous(x.shape, x.stride()) == x.is_contiguous()
    assert 1000 < legal < 5000


def test_clone_and_unary_results_equal_torch() -> None:
    rng = random.Random(1)
    for _ in range(3000):
        x = random_tensor(rng)
        assert rules.preserved_strides(x.shape, x.stride()) == x.clone().stride() == torch.empty_like(x).stride()
        assert rules.pointwise_strides(x.shape, [(x.shape, x.stride())]) == x.exp().stride()
        assert rules.pointwise_strides(x.shape, [(x.shape, x.stride()), ((), ())]) == (x + 1).stride()
        assert rules.contiguous_strides(x.shape) == x.clone(memory_format=torch.contiguous_format).stride()


def test_binary_results_equal_torch() -> None:
    rng = random.Random(2)
    compared = 0
    while compared < 3000:
        x, y = random_tensor(rng), random_tensor(rng)
        try:
            shape = torch.broadcast_shapes(x.shape, y.shape)
        except RuntimeError:
            continue
        compared += 1
        operands = [(x.shape, x.stride()), (y.shape, y.stride())]
        assert rules.pointwise_strides(shape, operands) == (x + y).stride(), operands


@pytest.mark.parametrize(
    ("shape", "strides", "target", "axes"),
    [
        ((2, 4, 3, 5), (60, 5, 20, 1), (2, 4, 15), (2, 3)),
        ((2, 4, 3, 5), (60, 5, 20, 1), (2, 60), (1, 2)),
        ((5, 4), (1, 5), (20,), (0, 1)),
        ((5, 4), (4, 1), (20,), None),
    ],
)
def test_merged_axes(shape, strides, target, axes) -> None:
    assert rules.merged_axes(shape, strides, target) == axes
