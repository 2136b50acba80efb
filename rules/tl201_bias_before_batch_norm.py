"""The bias of a layer in front of a batch norm.

## What it does

Finds convolutions (`Conv1d` to `Conv3d`, transposed and lazy ones) whose bias is on and whose output goes only to
`BatchNorm`, `SyncBatchNorm` or `InstanceNorm` over the same channels, and `Linear` layers whose features are the channels
of a `BatchNorm1d` or `SyncBatchNorm`.

## Why is this bad

The norm subtracts the mean of every channel, and with it whatever the bias had added. In training the bias changes
no output and its gradient is zero, up to rounding: it only costs memory, optimizer state, weight decay and a little time.

## When it stays silent

The bias is off, given by an expression, or may come from unknown keywords. Anything but a change of layout stands
between layer and norm: an activation, dropout, padding, pooling. The layer's output or its bias is used elsewhere too.
The norm is optional, is GroupNorm or LayerNorm, stands in front, or works on other channels: `Linear` before `BatchNorm1d`
on three-dimensional input normalises the second axis, so its bias matters. Where the rank is not known, equal sizes
of both (`Linear(a, b)`, `BatchNorm1d(b)`) are taken to mean that they are the same axis.

## Known problems

A bias that is kept so that published checkpoints load is found all the same: silence it with `# noqa: TL201`.

## Example

```python
nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16))
```

## Use instead

```python
nn.Sequential(nn.Conv2d(3, 16, 3, bias=False), nn.BatchNorm2d(16))
```

## Fix safety

Unsafe: the state_dict loses a key. To load an old checkpoint, subtract the bias from the norm's `running_mean` and
drop it. There is no fix where initialisation touches the bias without asking for None first: it would fail.

## References

- https://docs.pytorch.org/tutorials/recipes/recipes/tuning_guide.html#disable-bias-for-convolutions-directly-followed-by-a-batch-norm
- Ioffe and Szegedy, Batch Normalization, 2015, section 3.2: https://arxiv.org/abs/1502.03167
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.rule import Finding, Group, Rule, Safety
from torchlint.semantics import operations
from torchlint.semantics.channels import Place, readers, same_size
from torchlint.semantics.usage import Touch, Usage
from torchlint.semantics.values import CONST, Value

if TYPE_CHECKING:
    from torchlint.context import Context

_KINDS = [f"{lazy}{kind}{n}d" for lazy in ("", "Lazy") for kind in ("Conv", "ConvTranspose") for n in (1, 2, 3)]
_CONVOLUTIONS = {f"torch.nn.{kind}": int(kind[-2]) + 2 for kind in _KINDS}  # the rank of their batches
_LINEAR = ("torch.nn.Linear", "torch.nn.LazyLinear")
_BATCH_NORMS = {"BatchNorm1d": (2, 3), "BatchNorm2d": (4,), "BatchNorm3d": (5,), "SyncBatchNorm": (2, 3, 4, 5)}
_NORMS = _BATCH_NORMS | {"InstanceNorm1d": (3,), "InstanceNorm2d": (4,), "InstanceNorm3d": (5,)}  # ranks they take


class BiasBeforeBatchNorm(Rule):
    """TL201."""

    code = "TL201"
    name = "bias-before-batch-norm"
    group = Group.WASTE
    needs = frozenset(("BatchNorm", "InstanceNorm"))

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for every layer whose outputs all go to norms and nowhere else."""
        usage = Usage(context.program)
        for node, layers in usage.made({*_CONVOLUTIONS, *_LINEAR}).items():
            if not all(_has_bias(layer) for layer in layers):
                continue
            results = [result for layer in layers for result in usage.results(layer)]
            norms = [_norm_behind(context, result) for result in results]
            if not norms or norms[0] is None or None in norms:
                continue
            if any(
                usage.may_be_called_elsewhere(layer) or usage.touch(layer, "bias") is Touch.READ for layer in layers
            ):
                continue
            yield self._finding(context, usage, node, results[0], norms[0], layers)

    def _finding(
        self, context: Context, usage: Usage, node: ast.Call, result: Value, norm: Value, layers: list[Value]
    ) -> Finding:
        layer, behind = result.module, norm.module
        assert layer is not None and behind is not None
        name, norm_name = usage.name(layer), usage.name(behind)
        because = [
            context.because(made, text)
            for made, text in (
                (result.node, f"`{name}` is called"),
                (norm.node, f"its output goes to `{norm_name}` only"),
                (behind.node, f"`{norm_name}` subtracts the mean of every channel"),
            )
            if made is not None
        ]
        message = f"the bias of `{name}` has no effect: `{norm_name}` subtracts it again; use bias=False"
        draft, withheld = Draft(), ""
        threats = [threat for layer in layers if (threat := usage.fails_without(layer, "bias")) is not None]
        if threats:
            text = ast.unparse(threats[0].node)
            withheld = f"`{text}` on line {threats[0].node.lineno} would fail without the bias"
        else:
            draft = _without_bias(context, node, layer)
            withheld = draft.problem
        fix = draft.fix("Set bias=False", Safety.UNSAFE)
        return context.finding(self, node, message, because=because, fix=fix, withheld=withheld)


def _without_bias(context: Context, node: ast.Call, layer: Value) -> Draft:
    import libcst as cst

    call = context.concrete.node(node)
    kind = operations.module(layer.data.name)
    if kind is None or not isinstance(call, cst.Call):
        return refused("the call isn't understood")
    unpacked = layer.args.keys() if any(keyword.arg is None for keyword in node.keywords) else None
    return context.edits.with_argument(call, "bias", "False", kind.constructor.names, unpacked)


def _has_bias(layer: Value) -> bool:
    bias = layer.args.get("bias")
    return layer.data.exact_arguments and (bias is None or (bias.op == CONST and bool(bias.data)))


def _norm_behind(context: Context, result: Value) -> Value | None:
    """A norm that cancels the bias in a layer's output, if such norms are all that the output goes to."""
    assert result.module is not None
    layer = result.module
    size = layer.args.get("out_channels", layer.args.get("out_features"))
    batch = _CONVOLUTIONS.get(layer.data.name)
    rank = batch or context.facts.rank(result.args["input"])
    places = [(1, batch)] if batch else [(ndim - 1, ndim) for ndim in ((rank,) if rank else range(2, 6))]
    found = readers(result, places, size)
    if not found or not all(_cancels(norm, seen, size, bool(batch), rank is not None) for norm, seen in found):
        return None
    return found[0][0]


def _cancels(result: Value, places: list[Place], size: Value | None, convolution: bool, sure: bool) -> bool:
    """Whether this is a norm whose channels are the axis with the bias: one of `places`, of this size."""
    norm = result.module
    if result.op not in ("batch_norm", "instance_norm") or norm is None:
        return False
    kind = norm.data.name.removeprefix("torch.nn.").removeprefix("Lazy")
    ranks = (_NORMS if convolution or kind == "SyncBatchNorm" else {"BatchNorm1d": (2, 3)}).get(kind, ())
    if not any(axis == 1 and rank in ranks for axis, rank in places):
        return False
    features = norm.args.get("num_features")
    if not sure:
        return same_size(size, features)
    constants = size is not None and features is not None and size.op == features.op == CONST
    return not constants or same_size(size, features)
