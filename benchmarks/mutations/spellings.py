"""How people write stable functions out by hand: the list that mutants are drawn from.

In the templates `{x}` is the operand, `{p}` the same where a method is called on it, `{d}` the axis, `{k}` what passes
keepdim on (or nothing). The other names stand for new variables: `{e}`, `{s}`, and `{h}` for a function.
"""

from __future__ import annotations

from dataclasses import dataclass

CODES = {"softmax": "TL301", "log_softmax": "TL302", "logsumexp": "TL303", "logsigmoid": "TL304"}


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a function out.

    `statements` go in front of the statement that uses the function, `helper` to the module's top. `codes`: the rules that
    know the form, if it isn't the function's own rule alone. `only`: the condition on axis and keepdim.
    """

    name: str
    expression: str
    statements: tuple[str, ...] = ()
    helper: str = ""
    codes: tuple[str, ...] = ()
    only: str = ""


_HELPER = "def {h}(values, axis):\n    "
_INNER = "def {h}(values):"

SPELLINGS: dict[str, tuple[Spelling, ...]] = {
    "softmax": (
        Spelling("functions in one expression", "torch.exp({x}) / torch.sum(torch.exp({x}), dim={d}, keepdim=True)"),
        Spelling("methods in one expression", "{p}.exp() / {p}.exp().sum({d}, keepdim=True)"),
        Spelling("a variable", "{e} / {e}.sum(dim={d}, keepdim=True)", ("{e} = torch.exp({x})",)),
        Spelling("two variables", "{e} / {s}", ("{e} = {p}.exp()", "{s} = torch.sum({e}, {d}, keepdim=True)")),
        Spelling(
            "a variable, unsqueeze", "{e} / {e}.sum({d}).unsqueeze({d})", ("{e} = torch.exp({x})",), only="number"
        ),
        Spelling("a variable, [..., None]", "{e} / {e}.sum(-1)[..., None]", ("{e} = {p}.exp()",), only="last"),
        Spelling("torch.div", "torch.div({e}, torch.sum({e}, {d}, keepdim=True))", ("{e} = torch.exp({x})",)),
        Spelling("the method div", "{e}.div({e}.sum({d}, keepdim=True))", ("{e} = {p}.exp()",)),
        Spelling("division in place", "{e}", ("{e} = torch.exp({x})", "{e} /= {e}.sum({d}, keepdim=True)")),
        Spelling("a name bound again", "{e}", ("{e} = torch.exp({x})", "{e} = {e} / {e}.sum({d}, keepdim=True)")),
        Spelling("times one over the sum", "{e} * (1.0 / {e}.sum({d}, keepdim=True))", ("{e} = torch.exp({x})",)),
        Spelling(
            "a helper function",
            "{h}({x}, {d})",
            helper=_HELPER + "weights = torch.exp(values)\n    return weights / weights.sum(axis, keepdim=True)",
        ),
        Spelling(
            "a helper function of one line",
            "{h}({x}, axis={d})",
            helper=_HELPER + "return values.exp() / values.exp().sum(dim=axis, keepdim=True)",
        ),
        Spelling(
            "an inner function",
            "{h}({x})",
            (
                _INNER
                + "\n        weights = values.exp()\n        return weights / torch.sum(weights, dim={d}, keepdim=True)",
            ),
        ),
    ),
    "log_softmax": (
        Spelling("functions in one expression", "torch.log(torch.softmax({x}, dim={d}))"),
        Spelling("methods in one expression", "{p}.softmax({d}).log()"),
        Spelling("a variable", "torch.log({e})", ("{e} = torch.softmax({x}, dim={d})",)),
        Spelling("two variables", "{s}", ("{e} = {p}.softmax(dim={d})", "{s} = {e}.log()")),
        Spelling("a module", "torch.nn.Softmax(dim={d})({x}).log()"),
        Spelling("a module in a variable", "torch.log({s}({x}))", ("{s} = torch.nn.Softmax(dim={d})",)),
        Spelling("the softmax too", "torch.log({e} / {e}.sum({d}, keepdim=True))", ("{e} = torch.exp({x})",)),
        Spelling(
            "minus the logarithm of the sum",
            "{p} - torch.log(torch.exp({x}).sum({d}, keepdim=True))",
            codes=("TL302", "TL303"),
        ),
        Spelling(
            "a helper function", "{h}({x}, {d})", helper=_HELPER + "return torch.log(torch.softmax(values, dim=axis))"
        ),
        Spelling(
            "a helper function with a variable",
            "{h}({x}, {d})",
            helper=_HELPER + "weights = values.softmax(axis)\n    return weights.log()",
        ),
        Spelling("an inner function", "{h}({x})", (_INNER + "\n        return torch.softmax(values, {d}).log()",)),
    ),
    "logsumexp": (
        Spelling("functions in one expression", "torch.log(torch.sum(torch.exp({x}), dim={d}{k}))"),
        Spelling("methods in one expression", "{p}.exp().sum({d}{k}).log()"),
        Spelling("a variable", "torch.log({e}.sum({d}{k}))", ("{e} = torch.exp({x})",)),
        Spelling("two variables", "{s}.log()", ("{e} = {p}.exp()", "{s} = torch.sum({e}, {d}{k})")),
        Spelling("three variables", "{h}", ("{e} = {p}.exp()", "{s} = {e}.sum({d}{k})", "{h} = torch.log({s})")),
        Spelling(
            "keepdim, then squeeze", "torch.log(torch.exp({x}).sum({d}, keepdim=True)).squeeze({d})", only="no keepdim"
        ),
        Spelling("the logarithm in place", "{s}.log_()", ("{s} = torch.exp({x}).sum({d}{k})",)),
        Spelling(
            "a helper function",
            "{h}({x}, {d})",
            helper=_HELPER + "return torch.log(torch.exp(values).sum(axis))",
            only="no keepdim",
        ),
        Spelling(
            "a helper function with a variable",
            "{h}({x}, {d})",
            helper=_HELPER + "total = values.exp().sum(dim=axis)\n    return total.log()",
            only="no keepdim",
        ),
        Spelling("an inner function", "{h}({x})", (_INNER + "\n        return torch.exp(values).sum({d}{k}).log()",)),
    ),
    "logsigmoid": (
        Spelling("functions in one expression", "torch.log(torch.sigmoid({x}))"),
        Spelling("methods in one expression", "{p}.sigmoid().log()"),
        Spelling("a variable", "torch.log({e})", ("{e} = torch.sigmoid({x})",)),
        Spelling("two variables", "{s}", ("{e} = {p}.sigmoid()", "{s} = {e}.log()")),
        Spelling("the sigmoid too", "torch.log(1 / (1 + torch.exp(-{p})))"),
        Spelling("a module", "torch.nn.Sigmoid()({x}).log()"),
        Spelling("minus a softplus", "-torch.log(1 + torch.exp(-{p}))"),
        Spelling(
            "a helper function", "{h}({x})", helper="def {h}(values):\n    return torch.log(torch.sigmoid(values))"
        ),
        Spelling("an inner function", "{h}({x})", (_INNER + "\n        return values.sigmoid().log()",)),
    ),
}
