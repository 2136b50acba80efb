"""Rules for sizes meet calls that torch would refuse: they raise nothing but Opaque."""

from __future__ import annotations

import random

import pytest

from torchlint.semantics.dims import Opaque, Symbol, divide, symbol_size
from torchlint.semantics.ops import EQUALITIES, RULES
from torchlint.semantics.ops.base import UNKNOWN, Many, Slice, Strided, contiguous, parameters

SYMBOLS = [symbol_size(Symbol(name)) for name in "abcd"]


def size(rng: random.Random, symbolic: bool):
    if symbolic and rng.random() < 0.5:
        one = rng.choice(SYMBOLS)
        return rng.choice((one, one + 1, one * 2, divide(one, 2)))
    return rng.choice((-1, 0, 1, 1, 2, 3, 4))


def tensor(rng: random.Random, symbolic: bool):
    shape = tuple(
        abs(one) if isinstance(one, int) else one for one in (size(rng, symbolic) for _ in range(rng.randint(0, 5)))
    )
    if symbolic or rng.random() < 0.3:
        return Strided(shape)
    return Strided(shape, tuple(rng.choice((0, 1, 2, 6)) for _ in shape)) if rng.random() < 0.5 else contiguous(shape)


def argument(rng: random.Random, name: str, symbolic: bool):
    kind = rng.randrange(12)
    if name in ("input", "other", "weight", "query", "value", "mat2", "index") and rng.random() < 0.85:
        return tensor(rng, symbolic)
    if name in ("tensors", "operands") and rng.random() < 0.8:
        one = tensor(rng, symbolic)
        return Many(one, 3) if rng.random() < 0.2 else tuple(rng.choice((one, tensor(rng, symbolic))) for _ in range(2))
    if name == "equation":
        return rng.choice(("ij->ji", "ij,jk->ik", "bij,bjk->bik", "ii->i", "x", 3))
    if kind < 4:
        return size(rng, symbolic)
    if kind < 7:
        return tuple(size(rng, symbolic) for _ in range(rng.randint(0, 4)))
    return rng.choice(
        (
            None,
            True,
            False,
            0.5,
            "same",
            "torch.channels_last",
            ...,
            UNKNOWN,
            Slice(None, 2, None),
            (None, 1),
            (UNKNOWN,),
        )
    )


@pytest.mark.parametrize("name", sorted(RULES))
def test_rules_raise_only_opaque(name: str) -> None:
    rng = random.Random(sum(map(ord, name)))
    for function in (RULES[name], EQUALITIES.get(name)):
        for number in range(150 if function is not None else 0):
            arguments = {word: argument(rng, word, number % 2 == 0) for word in parameters(function)[0]}
            try:
                result = function(**arguments)
                for one in result if isinstance(result, tuple) else (result,):
                    if isinstance(one, Strided) and one.strides is not None:
                        assert len(one.strides) == len(one.shape), (arguments, one)
            except Opaque:
                pass
            except Exception as error:
                raise AssertionError(f"{name} of {arguments}") from error
