"""The bias of a layer in front of a batch norm.

## What it does

Finds convolutions (transposed and lazy ones too) with a bias whose output goes only to `BatchNorm`, `SyncBatchNorm` or
`InstanceNorm` over the same channels. Finds `Linear` layers whose features are the channels of a `BatchNorm1d` or
`SyncBatchNorm`. Layout changes may stand between. Where a function or class of the file makes the layer and a parameter
says whether it has a bias, a call that leaves it on is found if its layer goes to such a norm.

## Why is this bad

The norm subtracts the mean of every channel, and with it whatever the bias had added. In training the bias changes no
output and its gradient is zero, up to rounding: it costs memory, optimizer state and time for nothing.

## When it stays silent

The bias is off, given by an expression or a parameter, or may come from unknown keywords. Anything but a change of layout
stands between layer and norm. The layer's output or its bias is used elsewhere too. The norm is optional, comes in by a parameter, is GroupNorm or LayerNorm, or works on other
channels: `Linear` before `BatchNorm1d` on three-dimensional input normalises the second axis, so there the bias matters.
Where the rank isn't known, the same size in both (`Linear(a, b)`, `BatchNorm1d(b)`) is taken for the same axis. A bias
kept for published checkpoints is found all the same: `# noqa: TL201` silences it.

## Example

```python
nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16))
```

## Use instead

```python
nn.Sequential(nn.Conv2d(3, 16, 3, bias=False), nn.BatchNorm2d(16))
```

## Fix safety

Unsafe: the state_dict loses a key. For an old checkpoint, drop the bias and subtract it from the norm's `running_mean`.
There is no fix where initialisation touches the bias without asking for None first: it would fail.

## References

- https://pytorch.org/tutorials/recipes/recipes/tuning_guide.html#disable-bias-for-convolutions-directly-followed-by-a-batch-norm
- Ioffe and Szegedy, Batch Normalization, 2015, section 3.2: https://arxiv.org/abs/1502.03167
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics import operations
from torchlint.semantics.channels import Place, has_positions, readers
from torchlint.semantics.norms import PER_CHANNEL, centres
from torchlint.semantics.usage import Touch, Usage
from torchlint.semantics.values import CONST, Value

if TYPE_CHECKING:
    from torchlint.context import Context

_KINDS = [f"{lazy}{kind}{n}d" for lazy in ("", "Lazy") for kind in ("Conv", "ConvTranspose") for n in (1, 2, 3)]
_LAYERS = {f"torch.nn.{kind}": int(kind[-2]) + 2 for kind in _KINDS} | {"torch.nn.Linear": 0, "torch.nn.LazyLinear": 0}
_LINEAR_NORMS = ("BatchNorm1d", "SyncBatchNorm")


class BiasBeforeBatchNorm(Rule):
    """TL201."""

    code = "TL201"
    name = "bias-before-batch-norm"
    group = Group.WASTE
    needs = frozenset(("BatchNorm", "SyncBatchNorm", "LazyBatchNorm", "InstanceNorm", "LazyInstanceNorm"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every layer whose outputs all go to norms and nowhere else."""
        usage = Usage(context.program)
        made = usage.made(_LAYERS) if usage.complete else {}
        ordered: list[Value] = []
        for node, layers in made.items():
            pair = _cancelled(context, usage, layers)
            if pair is not None:
                kind = operations.module(layers[0].data.name)
                names = kind.constructor.names if kind is not None else ()
                draft = _without_bias(context, usage, node, layers, "bias", names)
                yield self._finding(context, usage, node, pair, draft)
            else:
                ordered.extend(layers)
        for order, layers in usage.orders(ordered, "bias").items():
            pair = _cancelled(context, usage, layers)
            if pair is not None and not any(usage.out_of_sight(owner) for owner in _owners(layers)):
                draft = _without_bias(context, usage, order.call, layers, order.name, order.names)
                yield self._finding(context, usage, order.call, pair, draft, order.name)

    def _finding(
        self, context: Context, usage: Usage, node: ast.Call, pair: tuple[Value, Value], draft: Draft, word: str = ""
    ) -> Finding:
        """`word`: the parameter of a function of the file that gives the layer its bias, where `node` calls such one."""
        result, behind = pair
        assert result.module is not None and behind.module is not None
        name, norm = usage.name(result.module), usage.name(behind.module)
        steps = [(behind.module.node, f"`{norm}` subtracts the mean of every channel")]
        if result.node is not behind.node:
            steps = [(result.node, f"`{name}` is called"), (behind.node, f"only `{norm}` gets its output"), *steps]
        if word:
            steps = [(result.module.node, f"the layer is made here, with bias={word}"), *steps]
        if not _LAYERS[result.module.data.name] and context.facts.rank(result.args["input"]) is None:
            steps = [(result.node, f"which axis `{norm}` normalises is judged by the sizes given to both"), *steps]
        because = [context.because(step, text) for step, text in steps if step is not None]
        maker = f" that `{ast.unparse(node.func)}` makes" if word else ""
        message = (
            f"the bias of `{name}`{maker} has no effect: `{norm}`, made on line {because[-1].line}, subtracts it again "
            f"with the mean of every channel; use {word or 'bias'}=False"
        )
        fix = draft.fix(f"Set {word or 'bias'}=False", Safety.UNSAFE)
        return context.finding(self, node, message, because=because, fix=fix, withheld=draft.problem)


def _cancelled(context: Context, usage: Usage, layers: list[Value]) -> tuple[Value, Value] | None:
    """What one of the layers gives and a norm that takes its bias away, if that happens to all that they ever give."""
    if not all(_has_bias(layer) for layer in layers):
        return None
    results = [result for layer in layers for result in usage.results(layer)]
    norms = [_norm_behind(context, result) for result in results]
    if not norms or norms[0] is None or None in norms:
        return None
    if any(usage.out_of_sight(layer) or usage.touch(layer, "bias") is Touch.READ for layer in layers):
        return None
    return results[0], norms[0]


def _owners(layers: list[Value]) -> list[Value]:
    """The objects whose constructors made these layers."""
    owners = [layer.frame.self_value for layer in layers if layer.frame is not None]
    return [owner for owner in owners if owner is not None]


def _without_bias(
    context: Context, usage: Usage, node: ast.Call, layers: list[Value], name: str, names: Sequence[str]
) -> Draft:
    """A fix that passes False for the parameter `name` in a call; `names` are its positional parameters."""
    for layer in layers:
        use = usage.fails_without(layer, "bias")
        if use is not None:
            return refused(f"`{ast.unparse(use.node)}` on line {use.node.lineno} would fail without the bias")
    import libcst as cst

    call = context.concrete.node(node)
    if not isinstance(call, cst.Call):
        return refused("the call isn't understood")
    given = layers[0].args.keys() if name == "bias" and layers[0].node is node else None
    return context.edits.with_argument(call, name, "False", names, given)


def _has_bias(layer: Value) -> bool:
    bias = layer.args.get("bias")
    return bool(layer.data.exact_arguments) if bias is None else bias.op == CONST and bool(bias.data)


def _norm_behind(context: Context, result: Value) -> Value | None:
    """A norm that cancels the bias in a layer's output, if such norms are all that the output goes to."""
    assert result.module is not None
    layer = result.module
    batch = _LAYERS[layer.data.name]
    source = result.args.get("input")
    if source is None:
        return None  # a call that the layer would refuse: it is another one by then
    rank = batch or context.facts.rank(source)
    if not rank and has_positions(source):
        return None
    places: list[Place] = [(1, batch)] if batch else [(n - 1, n) for n in ((rank,) if rank else range(2, 6))]
    size = layer.args.get("out_channels", layer.args.get("out_features"))
    found = readers(result, places, size)
    if not found or not all(centres(norm, seen, size, PER_CHANNEL if batch else _LINEAR_NORMS) for norm, seen in found):
        return None
    return found[0][0]
