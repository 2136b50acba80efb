"""A rule that is a few pairs of torch functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from torchlint.rewrite.find import Found, find
from torchlint.rewrite.normal import Terms
from torchlint.rewrite.pair import Pair, Variant, variants
from torchlint.rewrite.printing import Printer, Unprintable, operand_node
from torchlint.rule import Because, Edit, Finding, Rule
from torchlint.semantics.inplace import is_view
from torchlint.semantics.promotion import BOOL, INTEGERS
from torchlint.semantics.values import Value
from torchlint.syntax.places import Places, assigned_value

if TYPE_CHECKING:
    from torchlint.context import Context
    from torchlint.edits import Draft
    from torchlint.semantics.frames import Frame, Function

_MAX_NAME = 30
_HOLDERS = frozenset(("py.escape", "py.call", "py.list", "py.tuple", "py.dict", "py.set", "py.attr", "getitem"))


class RewriteRule(Rule):
    """Base of the rules that find a pattern and print its replacement.

    `message` describes what goes wrong; `{x}` and the other variables of the patterns stand for the user's expressions.
    """

    pairs: ClassVar[tuple[type[Pair], ...]]
    message: ClassVar[str]

    def check(self, context: Context) -> Iterator[Finding]:
        """Yield a finding for each place of the pairs' patterns."""
        search = _search(context)
        mine = [place for place in search.places if place.variant.pair in self.pairs]
        by_node: dict[ast.AST, list[Found]] = {}
        for place in mine:
            by_node.setdefault(_where(place), []).append(place)
        for node, places in by_node.items():
            place = places[0]
            if not search.may_be_tensors(place):
                continue
            draft, problem = search.repair(node, places)
            pair = place.variant.pair
            fix = None if draft is None else draft.fix(f"Use {_called(place.variant)}()", pair.safety)
            yield context.finding(
                self,
                node,
                (pair.message or self.message).format_map(search.names(place)),
                because=search.evidence(place),
                fix=fix,
                withheld="" if fix is not None else problem,
            )


class _Search:
    """What all rules of this kind found in one file, found at once: a larger pattern may explain a smaller one of another."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._terms = Terms(context.facts.rank)
        text = context.source.text if context.gate else None
        wanted: list[Variant] = []
        for rule in _subclasses(RewriteRule):
            if context.settings.enabled(rule.code, rule.group) and rule.may_find(text):
                wanted.extend(variant for pair in rule.pairs for variant in variants(pair))
        self.places = find(context.program, self._terms, wanted)

    def may_be_tensors(self, place: Found) -> bool:
        """False where an operand is known to be no tensor."""
        values = [term.value for name, term in place.match.bound.items() if place.variant.kinds.get(name) == "Tensor"]
        return all(value is None or self._context.facts.is_tensor(value) is not False for value in values)

    def repair(self, node: ast.AST, places: list[Found]) -> tuple[Draft | None, str]:
        """The edits that repair a place, or why there are none."""
        if node is not places[0].root.node:
            return None, "a part of it is in a helper"
        evaluations = self._context.program.at(node)
        if any(
            value.op == places[0].root.op and all(place.root is not value for place in places) for value in evaluations
        ):
            return None, "it is one only for some of the callers"
        try:
            drafts = [self._repair(place) for place in places]
        except Unprintable as problem:
            return None, str(problem)
        if any(draft.edits != drafts[0].edits for draft in drafts):
            return None, "the repair differs from caller to caller"
        return drafts[0], drafts[0].problem

    def _repair(self, place: Found) -> Draft:
        if place.variant.pair.advice:
            raise Unprintable(place.variant.pair.advice)
        context, root = self._context, place.root
        self._refuse_integers(place)
        around = context.program.places
        if any(value.frame is not root.frame for value in place.inside):
            raise Unprintable("its parts are in several functions")
        node, target = self._target(place, around)
        statement = around.statement(node)
        if statement is None:
            raise Unprintable("it stands in no statement")
        allowed = set(around.before(statement))
        for value in place.inside:
            home = None if value.node is None else around.statement(value.node)
            if home is not None and home is not statement and home not in allowed:
                raise Unprintable("its parts run under different conditions")
        made_inside = {value.node for value in place.inside}
        # A local `nn.Softmax(..)` that is only called here goes too.
        modules = [value.module for value in place.inside if value.module is not None]
        made_inside |= {module.node for module in modules if module.frame is root.frame}

        def removable(one: ast.stmt) -> bool:
            return assigned_value(one) in made_inside

        gone = around.dead(node, removable, target)
        printer = Printer(context.program, context.source, context.edits.imports, around, self._terms, root, gone)
        text = printer.chain(place.chain, printer.replacement(place.variant, place.match))
        from torchlint.edits import Draft

        printer.require_no_loss()
        edits, concrete = context.edits, context.concrete
        old = concrete.node(node)
        if old is None:
            raise Unprintable("the place is nested too deeply")
        draft = edits.replace_statement(old, f"{target} = {text}") if target else edits.replace(old, text)  # type: ignore[arg-type]
        draft += Draft(tuple(printer.imports))
        for one in gone:
            old = concrete.node(one)
            if old is None:
                raise Unprintable("the place is nested too deeply")
            draft += edits.delete_statement(old)  # type: ignore[arg-type]
        others = [other.root.node for other in self.places if other.root.node not in (None, root.node)]
        shared = [one for one in around.dead(node, removable, target, others) if one not in gone]
        return draft + Draft(tuple(self._reserve(place, one) for one in shared))

    def _reserve(self, place: Found, shared: ast.stmt) -> Edit:
        """An edit without effect that keeps this fix apart from others that need the same assignment.

        Whichever fix comes last finds that nothing else reads it, and removes it.
        """
        start, end = self._context.source.range(shared)
        end = min(end, start + 1 + self.places.index(place))
        return Edit(start, end, self._context.source.text[start:end])

    def _target(self, place: Found, around: Places) -> tuple[ast.expr | ast.stmt, str]:
        """What to replace, and the name to assign to where an in-place operation becomes an assignment."""
        root, node = place.root, place.root.node
        if not root.inplace:
            if not isinstance(node, ast.expr):
                raise Unprintable("the place isn't an expression")
            return node, ""
        changed = root.args["input"]
        if place.chain or "out" in root.args or root.frame is None:
            raise Unprintable("it changes a tensor in place")
        receiver = node.target if isinstance(node, ast.AugAssign) else operand_node(root, "input")
        if not isinstance(receiver, ast.Name):
            if isinstance(receiver, ast.Call) and isinstance(node, ast.expr):
                return node, ""
            raise Unprintable("it changes a tensor in place")
        holders = [name for name in root.frame.names_at(changed, root.time) if name != receiver.id]
        kept = [use for use in changed.uses if use not in place.inside and use.time < root.time and _may_hold(use)]
        if holders or changed.inplace or kept:
            raise Unprintable(f"`{receiver.id}` is changed in place, and may be held elsewhere")
        statement = None if node is None else around.statement(node)
        if statement is not None and (
            statement is node or (isinstance(statement, ast.Expr) and statement.value is node)
        ):
            return statement, receiver.id
        if not isinstance(node, ast.expr) or not isinstance(statement, ast.Return):
            raise Unprintable("it changes a tensor in place")
        return node, ""

    def _refuse_integers(self, place: Found) -> None:
        """Raises for a tensor of which some, but not all, integer dtypes are possible: then it isn't just unknown."""
        for name, term in place.match.bound.items():
            if place.variant.kinds.get(name) == "Tensor" and term.value is not None:
                possible = self._context.facts.dtypes.of(term.value) & (INTEGERS | BOOL)
                if 0 < possible < INTEGERS:
                    raise Unprintable("the tensor may hold integers, which the replacement doesn't take")

    def names(self, place: Found) -> dict[str, str]:
        """The user's expressions for a pattern's variables, for messages."""
        found: dict[str, str] = {}
        for name, term in place.match.bound.items():
            owner = place.match.owners.get(name)
            node: ast.AST | None = None
            if owner is not None and owner.value is not None:
                same = [one for one, value in owner.value.args.items() if self._terms.of(value).key == term.key]
                node = operand_node(owner.value, same[0]) if same else None
            if node is None and term.value is not None:
                node = term.value.node
            text = self._context.source.segment(node) if isinstance(node, ast.expr) else ""
            text = " ".join(text.split())
            found[name] = f"`{text}`" if 0 < len(text) <= _MAX_NAME else "its operand"
        return found

    def evidence(self, place: Found) -> list[Because]:
        """Where the parts of the pattern are, if not where the finding is."""
        line = getattr(_where(place), "lineno", 0)
        seen: dict[int, Value] = {}
        for value in sorted(place.inside, key=lambda one: one.time):
            where = getattr(value.node, "lineno", line)
            if where != line and isinstance(value.node, ast.expr):
                seen.setdefault(where, value)
        return [
            self._context.because(value.node, f"{_word(value)} is computed here")
            for value in seen.values()
            if value.node is not None
        ]


def _search(context: Context) -> _Search:
    found = context.shared.get(_Search)
    if not isinstance(found, _Search):
        found = context.shared[_Search] = _Search(context)
    return found


def _subclasses(cls: type[RewriteRule]) -> list[type[RewriteRule]]:
    found = [one for each in cls.__subclasses__() for one in (each, *_subclasses(each)) if hasattr(one, "pairs")]
    return sorted(found, key=lambda one: one.code)


def _where(place: Found) -> ast.AST:
    """The syntax to report: the root, or the call of a helper that is but the root's operation, with the rest outside."""
    node, frame = place.root.node, place.root.frame
    while frame is not None and frame.call is not None:
        if frame.function is None or not _is_one_operation(frame.function):
            break
        if all(_runs_in(value.frame, frame) for value in place.inside):
            break
        node, frame = frame.call, frame.caller
    assert node is not None
    return node


def _is_one_operation(function: Function) -> bool:
    """Whether a function is but a name for one expression; not a method, which may get the rest from an attribute."""
    if function.cls is not None or isinstance(function.node, ast.Lambda):
        return function.cls is None
    body = [
        one for one in function.node.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
    ]
    return len(body) == 1


def _runs_in(frame: Frame | None, outer: Frame) -> bool:
    while frame is not None and frame is not outer:
        frame = frame.caller
    return frame is outer


def _may_hold(use: Value) -> bool:
    """Whether a use keeps the tensor or its memory."""
    return use.op in _HOLDERS or is_view(use.op)


def _called(variant: Variant) -> str:
    calls = [one.func for one in ast.walk(variant.replacement) if isinstance(one, ast.Call)]
    return ast.unparse(calls[0]).rpartition(".")[2] if calls else "another form"


def _word(value: Value) -> str:
    return {"div": "the quotient", "mul": "the product", "add": "the sum", "sub": "the difference"}.get(
        value.op, f"{value.op}()"
    )
