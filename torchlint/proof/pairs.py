"""The proof of rewrite pairs: pattern and replacement are torch functions, so both are executed.

On ordinary inputs their values and gradients are equal; on the pair's hard inputs the pattern breaks (it is not finite, or
off by more than a hundredth) and the replacement, with its gradients, is finite. Measured in a child process, under torch.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from torchlint.proof.versions import Failed, Verdict, describe

_SMALL = 1e-8  # what stands for a small positive constant
_ROWS = 4
_WIDTH = 5
_OFF = 0.01  # relative, from where a finite result counts as broken


@dataclass(frozen=True, slots=True)
class PairJob:
    """The pairs of one rule: its module's file, and the names of the classes in there."""

    file: Path
    pairs: tuple[str, ...]
    result: Path


def verdicts(job: PairJob) -> list[Verdict]:
    """Execute both halves of each pair of a rule."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    spec = importlib.util.spec_from_file_location(job.file.stem, job.file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[job.file.stem] = module
    spec.loader.exec_module(module)
    module.torch = torch  # type: ignore[attr-defined]  # rules import it for type checkers only
    result = []
    for name in job.pairs:
        try:
            result.append(_prove(torch, getattr(module, name)))
        except Failed as failed:
            result.append(Verdict(failure=str(failed)))
        except Exception as error:  # whatever the halves raise
            result.append(Verdict(failure=f"cannot be measured: {describe(error)}"))
    return result


def _prove(torch: Any, pair: Any) -> Verdict:
    largest = 0.0
    for dim in (-1, 0):
        for arguments in _arguments(torch, pair, pair.ordinary, torch.float64, dim):
            expected, found = (_run(torch, half, arguments, pair.ordinary) for half in (pair.pattern, pair.replacement))
            for name, value in expected.items():
                if not torch.allclose(found[name], value, rtol=pair.tolerance, atol=pair.tolerance):
                    difference = float((found[name] - value).abs().max())
                    raise Failed(f"{name} differs by {difference:.3g} on ordinary inputs ({_say(torch, arguments)})")
                largest = max(largest, float((found[name] - value).abs().max()))
    counts = {"values": 0, "gradients": 0}
    if not pair.hard:
        raise Failed("there are no hard inputs")
    for arguments in _arguments(torch, pair, {**pair.ordinary, **pair.hard}, torch.float32, -1):
        broken, sound = (_run(torch, half, arguments, pair.ordinary) for half in (pair.pattern, pair.replacement))
        if not all(bool(value.isfinite().all()) for value in sound.values()):
            raise Failed(f"the replacement is not finite on the hard inputs ({_say(torch, arguments)})")
        bad = [name for name, value in broken.items() if not torch.allclose(value, sound[name], rtol=_OFF, atol=_OFF)]
        if not bad:
            raise Failed(f"the pattern does not break on the hard inputs ({_say(torch, arguments)})")
        counts["values"] += "the value" in bad
        counts["gradients"] += any(name != "the value" for name in bad)
    wrong = " and ".join(kind for kind, count in counts.items() if count)
    return Verdict(f"{wrong} wrong or not finite on hard inputs", "finite on hard inputs, equal on others", largest)


def _arguments(torch: Any, pair: Any, rows: Mapping[str, Any], dtype: Any, dim: int) -> Iterator[dict[str, Any]]:
    """All ways to call the halves: both truth values, with and without optional arguments."""
    generator = torch.Generator().manual_seed(0)
    ways: list[list[tuple[str, Any]]] = []
    for name, parameter in inspect.signature(pair.pattern).parameters.items():
        kind = str(parameter.annotation)
        optional = kind.endswith("| None")
        values: list[Any] = [None] if optional else []
        match kind.removesuffix("| None").strip():
            case "Tensor":
                if name in rows:
                    own = torch.bool if isinstance(rows[name][0], bool) else dtype
                    tensor = torch.tensor(rows[name], dtype=own).expand(_ROWS, -1).contiguous()
                else:
                    tensor = torch.randn(_ROWS, _WIDTH, generator=generator, dtype=torch.float64).to(dtype)
                values.append(tensor if dim else tensor.T)  # the rows lie along the axis
            case "int":
                values.append(dim)
            case "float":
                values.append(_SMALL)
            case "bool":
                values += [False, True]
            case "torch.dtype":
                values.append(dtype)
            case other:
                raise Failed(f"parameter {name} of the pattern is annotated {other}, which has no meaning in a pair")
        ways.append([(name, value) for value in values])
    for way in product(*ways):
        yield dict(way)


def _run(
    torch: Any, half: Callable[..., Any], arguments: Mapping[str, Any], fixed: Mapping[str, Any]
) -> dict[str, Any]:
    """The value of a half and its gradients, by a few words for each. What the pair fixes (a mask) needs no gradient."""
    own = {
        name: value.clone().requires_grad_(name not in fixed) if isinstance(value, torch.Tensor) else value
        for name, value in arguments.items()
    }
    value = half(**own)
    generator = torch.Generator().manual_seed(1)
    weights = torch.rand(value.shape, generator=generator, dtype=torch.float64).to(value.dtype) + 0.5
    (value * weights).sum().backward()
    gradients = {
        f"the gradient of {name}": tensor.grad
        for name, tensor in own.items()
        if isinstance(tensor, torch.Tensor) and tensor.grad is not None
    }
    return {"the value": value.detach(), **gradients}


def _say(torch: Any, arguments: Mapping[str, Any]) -> str:
    plain = [f"{name}={value}" for name, value in arguments.items() if not isinstance(value, torch.Tensor)]
    return ", ".join(plain) or "no options"
