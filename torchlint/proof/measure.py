"""How each kind of claim is measured. Runs in the child process, under torch."""

from __future__ import annotations

import copy
import textwrap
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any

from torchlint.proof.claims import (
    Claim,
    Damage,
    Equal,
    NoEffect,
    NonFinite,
    Raises,
    StateDictChanges,
    StaysBehind,
    WrongDtype,
)
from torchlint.proof.versions import Failed, Verdict, Versions, describe, flatten


def check(versions: Versions, claim: Claim) -> Verdict:
    """Measure one claim. Raises Failed with a reason where it does not hold."""
    return _CHECKS[type(claim)](versions, claim)


def _raises(versions: Versions, claim: Raises) -> Verdict:
    error = versions.outcome("before", claim.entry).error
    if error is None:
        raise Failed("nothing is raised before the fix")
    if claim.exception not in [kind.__name__ for kind in type(error).__mro__] or claim.message not in str(error):
        raise Failed(f"expected {claim.exception} with {claim.message!r} before the fix, got {describe(error)}")
    before = textwrap.shorten(describe(error), 90, placeholder=" ..")
    after = _flat(versions, "after", claim.entry)
    if not claim.reference:
        return Verdict(before, "runs")
    expected = _flat(versions, "after", claim.reference)
    difference = _compare(versions.torch, expected, _under(after, list(expected)), claim.tolerance)
    return Verdict(before, f"runs, and gives the same as {claim.reference}()", difference)


def _non_finite(versions: Versions, claim: NonFinite) -> Verdict:
    before, after = (_flat(versions, version, claim.entry) for version in ("before", "after"))
    counts = []
    for name in claim.names:
        finite = _tensor(before, name).isfinite()
        bad = int((~finite).sum())
        if not bad:
            raise Failed(f"{name} is finite before the fix")
        if not bool(_tensor(after, name).isfinite().all()):
            raise Failed(f"{name} is not finite after the fix")
        counts.append(f"`{name}`: {bad} of {finite.numel()} not finite")
    return Verdict("; ".join(counts), "finite")


def _stays_behind(versions: Versions, claim: StaysBehind) -> Verdict:
    torch = versions.torch
    before, after = (versions.results(version, claim.entry) for version in ("before", "after"))
    moves = []
    for path in claim.tensors:
        kinds = []
        for move in ("device", "dtype"):
            outcomes = [_moves(torch, _module(torch, results, claim.module), path, move) for results in (before, after)]
            if outcomes == [None, None]:
                continue
            if outcomes[0]:
                raise Failed(f"{path} moves to another {move} with the module before the fix")
            if not outcomes[1]:
                raise Failed(f"{path} stays behind when the module moves to another {move} after the fix")
            kinds.append(move)
        moves.append(f"`{path}` ({', '.join(kinds)})")
    if claim.inputs:
        error = _call_on_meta(torch, before, claim)
        if error is None:
            raise Failed("the moved module runs before the fix")
        error = _call_on_meta(torch, after, claim)
        if error is not None:
            raise Failed(f"the moved module raises after the fix: {describe(error)}")
    return Verdict(f"left behind by .to(): {'; '.join(moves)}", "moves")


def _moves(torch: Any, module: Any, path: str, move: str) -> bool | None:
    """Whether the tensor follows its module; None where it has no floating dtype to change."""
    dtype = _attribute(module, path).dtype
    if move == "device":
        return bool(_attribute(copy.deepcopy(module).to("meta"), path).device.type == "meta")
    if not dtype.is_floating_point:
        return None
    other = torch.bfloat16 if dtype == torch.float64 else torch.float64
    return bool(_attribute(copy.deepcopy(module).to(other), path).dtype == other)


def _call_on_meta(torch: Any, results: dict[str, Any], claim: StaysBehind) -> Exception | None:
    module = copy.deepcopy(_module(torch, results, claim.module)).to("meta")
    try:
        module(*[results[name].to("meta") for name in claim.inputs])
    except Exception as error:  # the claim says whether it may raise
        return error
    return None


def _wrong_dtype(versions: Versions, claim: WrongDtype) -> Verdict:
    for version, expected in (("before", claim.before), ("after", claim.after)):
        found = str(_tensor(_flat(versions, version, claim.entry), claim.name).dtype).removeprefix("torch.")
        if found != expected:
            raise Failed(f"{claim.name} is {found} {version} the fix, expected {expected}")
    return Verdict(f"`{claim.name}` is {claim.before}", f"`{claim.name}` is {claim.after}")


def _damage(versions: Versions, claim: Damage) -> Verdict:
    before, after = (
        float(_tensor(_flat(versions, version, claim.entry), claim.name)) for version in ("before", "after")
    )
    if not before >= claim.before:
        raise Failed(f"{claim.name} is {before:.3g} before the fix, expected at least {claim.before:.3g}")
    if not after <= claim.after:
        raise Failed(f"{claim.name} is {after:.3g} after the fix, expected at most {claim.after:.3g}")
    return Verdict(f"`{claim.name}` is {before:.3g}", f"`{claim.name}` is {after:.3g}")


def _no_effect(versions: Versions, claim: NoEffect) -> Verdict:
    torch = versions.torch
    before, after = (versions.results(version, claim.entry) for version in ("before", "after"))
    module = _module(torch, before, claim.module)
    inputs = [before[name] for name in claim.inputs]
    plain = _output(versions, module, inputs)
    largest = 0.0
    for path in claim.parameters:
        if path not in dict(module.named_parameters()):
            raise Failed(f"{path} is no parameter before the fix")
        changed = copy.deepcopy(module)
        with torch.no_grad():
            _attribute(changed, path).add_(1.0)
        difference = _compare(torch, plain, _output(versions, changed, inputs), claim.tolerance)
        largest = max(largest, difference)
        if path in dict(_module(torch, after, claim.module).named_parameters()):
            raise Failed(f"{path} is still there after the fix")
    names = _quoted(claim.parameters, "parameters")
    return Verdict(f"{names} without effect: adding 1 changes outputs by at most {largest:.1e}", "parameter gone")


def _output(versions: Versions, module: Any, inputs: Iterable[Any]) -> dict[str, Any]:
    versions.seed()
    output = copy.deepcopy(module).train()(*[copy.deepcopy(value) for value in inputs])
    return flatten(versions.torch, {"output": output})


def _equal(versions: Versions, claim: Equal) -> Verdict:
    torch = versions.torch
    if claim.module:
        before, after = _run_modules(versions, claim)
    else:
        before, after = (_flat(versions, version, claim.entry) for version in ("before", "after"))
        if claim.names:
            before, after = (_under(flat, claim.names) for flat in (before, after))
    before, after = (
        {name: value for name, value in flat.items() if not any(fnmatchcase(name, glob) for glob in claim.ignore)}
        for flat in (before, after)
    )
    difference = _compare(torch, before, after, claim.tolerance)
    what = (
        f"`{claim.module}`: outputs and gradients"
        if claim.module
        else _quoted(list(dict.fromkeys(name.split(".")[0] for name in before)), "results")
    )
    return Verdict("", f"{what} equal", difference)


def _run_modules(versions: Versions, claim: Equal) -> tuple[dict[str, Any], dict[str, Any]]:
    """Call both versions of a module with the same weights on the same inputs, and back-propagate a linear loss."""
    torch = versions.torch
    results = versions.results("before", claim.entry)
    state = copy.deepcopy(_module(torch, results, claim.module).state_dict())
    flats = []
    for version in ("before", "after"):
        module = copy.deepcopy(_module(torch, versions.results(version, claim.entry), claim.module)).train()
        module.load_state_dict(copy.deepcopy(state), strict=False)
        module.zero_grad()
        inputs = [results[name].detach().clone() for name in claim.inputs]
        for tensor in inputs:
            tensor.requires_grad_(tensor.is_floating_point())
        versions.seed()
        output = module(*inputs)
        flat = flatten(torch, {"output": output})
        _back_propagate(torch, output)
        flat |= flatten(torch, {"": module, **dict(zip(claim.inputs, inputs, strict=True))})
        flats.append({name.removeprefix("."): value for name, value in flat.items()})
    return flats[0], flats[1]


def _back_propagate(torch: Any, output: Any) -> None:
    generator = torch.Generator().manual_seed(1)
    tensors = [output] if isinstance(output, torch.Tensor) else list(output)
    losses = [
        (tensor * torch.randn(tensor.shape, generator=generator, dtype=tensor.dtype)).sum()
        for tensor in tensors
        if tensor.requires_grad
    ]
    if losses:
        sum(losses).backward()


def _state_dict_changes(versions: Versions, claim: StateDictChanges) -> Verdict:
    before, after = (
        _module(versions.torch, versions.results(version, claim.entry), claim.module).state_dict()
        for version in ("before", "after")
    )
    lost, gained = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    if lost != sorted(claim.lost):
        raise Failed(f"the state_dict loses {lost}, expected {sorted(claim.lost)}")
    if gained != sorted(claim.gained):
        raise Failed(f"the state_dict gains {gained}, expected {sorted(claim.gained)}")
    for key in before.keys() & after.keys():
        if before[key].shape != after[key].shape or before[key].dtype != after[key].dtype:
            raise Failed(f"{key} in the state_dict changes its shape or dtype")
    changes = [f"loses {_quoted(lost, 'keys')}"] * bool(lost) + [f"gains {_quoted(gained, 'keys')}"] * bool(gained)
    return Verdict("", f"state_dict {', '.join(changes) or 'keeps its keys'}")


def _compare(torch: Any, before: dict[str, Any], after: dict[str, Any], tolerance: float) -> float:
    """The largest absolute difference. Raises Failed where something is missing, of another form, or too different."""
    if before.keys() != after.keys():
        raise Failed(f"only before or only after the fix: {', '.join(sorted(before.keys() ^ after.keys()))}")
    if not before:
        raise Failed("there is nothing to compare")
    largest = 0.0
    for name, value in before.items():
        other = after[name]
        if isinstance(value, str) or isinstance(other, str):
            if value != other:
                raise Failed(f"{name} differs: {value!r} and {other!r}")
            continue
        if value.shape != other.shape or value.dtype != other.dtype:
            raise Failed(
                f"{name} was {value.dtype} {tuple(value.shape)} and becomes {other.dtype} {tuple(other.shape)}"
            )
        if torch.equal(value, other) or not value.numel():
            continue
        wide = torch.complex128 if value.is_complex() else torch.float64
        difference = float((value.to(wide) - other.to(wide)).abs().max())
        if not difference <= tolerance:  # a NaN is a difference
            raise Failed(f"{name} differs by {difference:.3g}, allowed is {tolerance:.3g}")
        largest = max(largest, difference)
    return largest


def _flat(versions: Versions, version: str, entry: str) -> dict[str, Any]:
    return flatten(versions.torch, versions.results(version, entry))


def _under(flat: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    for name in names:
        if not any(key == name or key.startswith(f"{name}.") for key in flat):
            raise Failed(f"there is no result {name}")
    return {key: value for key, value in flat.items() if any(key == n or key.startswith(f"{n}.") for n in names)}


def _tensor(flat: dict[str, Any], name: str) -> Any:
    if name not in flat or isinstance(flat[name], str):
        raise Failed(f"there is no tensor {name} in the results")
    return flat[name]


def _module(torch: Any, results: dict[str, Any], name: str) -> Any:
    module = results.get(name)
    if not isinstance(module, torch.nn.Module):
        raise Failed(f"there is no module {name} in the results")
    return module


def _attribute(module: Any, path: str) -> Any:
    """`layers.0.mask` in the module; an item of a list or dict counts as an attribute."""
    value = module
    for part in path.split("."):
        if isinstance(value, dict):
            value = value[part]
        elif isinstance(value, list | tuple):
            value = value[int(part)]
        else:
            value = getattr(value, part)
    return value


def _quoted(names: Sequence[str], kind: str) -> str:
    """A few names in backticks; of many, only how many they are."""
    return f"{len(names)} {kind}" if len(names) > 3 else ", ".join(f"`{name}`" for name in names)


_CHECKS: dict[type[Claim], Callable[[Versions, Any], Verdict]] = {
    Raises: _raises,
    NonFinite: _non_finite,
    StaysBehind: _stays_behind,
    WrongDtype: _wrong_dtype,
    Damage: _damage,
    NoEffect: _no_effect,
    Equal: _equal,
    StateDictChanges: _state_dict_changes,
}
