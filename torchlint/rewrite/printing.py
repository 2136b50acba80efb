"""Prints a repair in the user's own expressions.

A bound value prints as the expression that stood at its place in the pattern, if that means the same where the repair
stands, isn't evaluated twice, and loses no side effect; else as a name that holds it there; else there is no repair.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from torchlint.imports import Imports
from torchlint.rewrite.find import ORDERED
from torchlint.rewrite.match import Match
from torchlint.rewrite.normal import IMPURE, Terms, is_pure_call
from torchlint.rewrite.pair import Variant
from torchlint.rewrite.terms import EVERYTHING, IMPLICIT, Term
from torchlint.rule import Edit
from torchlint.semantics import operations
from torchlint.semantics.frames import Frame
from torchlint.semantics.program import Program
from torchlint.semantics.values import CONST, PHI, Value
from torchlint.source import Source
from torchlint.syntax.places import Places, assigned_name, assigned_value

_ATOMS = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Constant, ast.Tuple, ast.List)
_SIMPLE = (ast.Name, ast.Attribute, ast.Constant, ast.UnaryOp, ast.Tuple, ast.List, ast.expr_context, ast.unaryop)
_UNMOVABLE = (
    ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr, ast.Await, ast.Yield,
    ast.YieldFrom, ast.Starred, ast.JoinedStr,
)  # fmt: skip
_ALIASES = {"dim": ("dim", "axis"), "input": ("input", "x", "a"), "other": ("other",), "dtype": ("dtype",)}


# Results of calls that may do anything.
_CALLS = frozenset(("py.call", "py.unknown", "py.item", "py.phi"))


class Unprintable(Exception):
    """Why there is no repair, in words for the user."""


class Printer:
    """Prints a variant's replacement for one place. `gone`: the assignments that the repair takes away."""

    def __init__(
        self,
        program: Program,
        source: Source,
        imports: Imports,
        places: Places,
        terms: Terms,
        root: Value,
        gone: Sequence[ast.stmt],
    ) -> None:
        if root.frame is None or root.node is None:
            raise Unprintable("the place isn't in the text")
        self._program = program
        self._source = source
        self._places = places
        self._terms = terms
        self._root = root
        self._frame: Frame = root.frame
        self._gone = gone
        self._imports = imports
        self.imports: list[Edit] = []  # the imports that the text needs
        self._kept: list[ast.AST] = []  # what is printed again

    def replacement(self, variant: Variant, match: Match) -> str:
        """The text of the replacement. Raises Unprintable."""
        expression = variant.replacement
        names = {name: f"\ue000{i}\ue001" for i, name in enumerate(match.bound)}
        calls: dict[str, str] = {}
        tree = _Placeholders(names, calls).visit(ast.parse(ast.unparse(expression), mode="eval").body)
        text = ast.unparse(tree)
        for name, mark in names.items():
            if mark in text:
                printed, is_atom = self._bound(name, match, variant)
                bare = re.compile(rf"(?<=[(,=] ){mark}(?=[,)])|(?<=[(=]){mark}(?=[,)])")
                text = bare.sub(lambda _, printed=printed: printed, text)  # type: ignore[misc]
                text = text.replace(mark, printed if is_atom else f"({printed})")
        for mark, qualified in calls.items():
            text = self._call(text, mark, qualified)
        return text

    def require_no_loss(self) -> None:
        """Raises if something that is taken away, and not printed again, does more than compute a value."""
        root = self._root.node
        for gone in (root, *self._gone):
            for one in () if gone is None else ast.walk(gone):
                if any(self._places.contains(kept, one) for kept in self._kept):
                    continue
                if isinstance(one, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
                    raise Unprintable("it does more than compute a value")
                if isinstance(one, ast.Call) and one is not root and not self._is_pure_call(one):
                    raise Unprintable(f"`{_short(self._source.segment(one))}` would not be called any more")

    def chain(self, values: Sequence[Value], text: str) -> str:
        """The text of a chain of selections, outermost first, applied to `text`. Raises Unprintable."""
        for value in reversed(values):
            if value.op == PHI:
                raise Unprintable("it is one only in one of the branches")
            if value.op in ("cat", "stack"):
                raise Unprintable("it is one only for a part of what is put together")
            chosen = value.args["input"].op
            if chosen in ORDERED:
                raise Unprintable(f"{chosen}() stands in between")
            node = value.node
            operand = operand_node(value, "input")
            if value.frame is not self._frame or not isinstance(node, ast.expr) or operand is None or value.inplace:
                raise Unprintable("what stands between the two isn't in this function")
            self._require_same_meaning(node, value.time, operand)
            self._kept += [one for one in ast.iter_child_nodes(node) if not self._places.contains(one, operand)]
            start, end = self._source.range(node)
            inner_start, inner_end = self._source.range(operand)
            whole = self._source.text
            text = whole[start:inner_start] + text + whole[inner_end:end]
        return text

    def _bound(self, name: str, match: Match, variant: Variant) -> tuple[str, bool]:
        term = match.bound[name]
        if variant.kinds.get(name) == "int":
            axis = self._axis(term, name, match, variant)
            if axis is not None:
                return axis, False
        if term.opposite is not None:
            text, is_atom = self._term(term.opposite, name, match.owners.get(name))
            return f"-{text}" if is_atom else f"-({text})", False
        return self._term(term, name, match.owners.get(name))

    def _axis(self, term: Term, name: str, match: Match, variant: Variant) -> str | None:
        summed = match.bound.get("x")
        rank = None if summed is None or summed.value is None else self._terms.rank(summed.value)
        if match.rank is not None and rank != match.rank:
            raise Unprintable(f"it is one only where the tensor has {match.rank} axes, which isn't known")
        if term.op == IMPLICIT:
            raise Unprintable("the axis isn't given, and the tensor's rank isn't known")
        if term.op == EVERYTHING:
            if rank == 1:
                return "0"
            if rank is None:
                raise Unprintable("no axis is given, and the tensor's rank isn't known")
            if not variant.pair.many_axes:
                raise Unprintable("it goes over several axes")
            return f"({', '.join(map(str, range(rank)))})"
        if term.op == "py.tuple" and not variant.pair.many_axes:
            raise Unprintable("it goes over several axes")
        if term.value is None:
            return str(term.data[2])
        return None

    def _term(self, term: Term, name: str, owner: Term | None) -> tuple[str, bool]:
        """A value's text, and whether it needs no parentheses."""
        problem: Unprintable | None = None
        for node, time, frame in self._syntax(term, name, owner):
            if frame is not self._frame:
                continue
            try:
                self._require_once(node)
                self._require_same_meaning(node, time, None)
            except Unprintable as error:
                problem = problem or error
                continue
            self._kept.append(node)
            return _one_line(self._source.segment(node)), isinstance(node, _ATOMS)
        held = self._name_of(term)
        if held is not None:
            return held, True
        if term.value is not None and term.value.op == CONST and isinstance(term.value.data, int | float | tuple):
            return repr(term.value.data), True
        raise problem or Unprintable("no name holds the operand here")

    def _syntax(self, term: Term, name: str, owner: Term | None) -> list[tuple[ast.expr, int, Frame | None]]:
        """The expressions that stand for a value: as an operand, and where it was made."""
        found: list[tuple[ast.expr, int, Frame | None]] = []
        if owner is not None and owner.value is not None and owner.value.form != "module":
            names = [one for one, value in owner.value.args.items() if self._terms.of(value).key == term.key]
            if "dim" in owner.value.args and term.value is owner.value.args["dim"]:
                names.insert(0, "dim")
            for one in names:
                node = operand_node(owner.value, one)
                if node is not None:
                    found.append((node, owner.value.time, owner.value.frame))
                    break
        value = term.value
        if value is not None and isinstance(value.node, ast.expr) and value.op != CONST:
            found.append((value.node, value.time, value.frame))
        return found

    def _name_of(self, term: Term) -> str | None:
        names = [] if term.value is None else self._frame.names_at(term.value, self._root.time)
        for name in dict.fromkeys([*names, *self._frame.history]):
            value = self._held(name)
            if value is not None and self._terms.of(value).key == term.key:
                return name
        return None

    def _held(self, name: str) -> Value | None:
        """What a name holds at the place of the repair."""
        time = self._root.time
        for statement in sorted(self._gone, key=lambda one: -one.lineno):
            if assigned_name(statement) == name:
                node = assigned_value(statement)
                made = self._frame.lookup_at(name, time)
                if made is not None and made.node is node:
                    time = made.time
        return self._frame.lookup_at(name, time)

    def _require_same_meaning(self, node: ast.expr, time: int, without: ast.AST | None) -> None:
        """Raises unless evaluating an expression at the place of the repair gives what it gave at `time`."""
        at_home = self._places.contains(self._root.node, node) if self._root.node is not None else False
        for one in ast.walk(node):
            if without is not None and self._places.contains(without, one):
                continue
            if isinstance(one, _UNMOVABLE) and not at_home:
                raise Unprintable("an operand can't be moved")
            if isinstance(one, ast.Name):
                before, now = self._frame.lookup_at(one.id, time), self._held(one.id)
                if before is now:
                    continue
                if before is None or now is None or self._terms.of(before).key != self._terms.of(now).key:
                    raise Unprintable(f"`{one.id}` no longer holds what it held in the pattern")
            elif isinstance(one, ast.Attribute) and not at_home and self._is_stored_between(one, node):
                raise Unprintable(f"`{self._source.segment(one)}` is assigned in between")

    def _require_once(self, node: ast.expr) -> None:
        """Raises if printing an expression would evaluate it a second time, or change the order of side effects."""
        root = self._root.node
        if root is None or self._places.contains(root, node):
            return
        if all(isinstance(one, _SIMPLE) for one in ast.walk(node)):
            return
        home = next((one for one in self._gone if self._places.contains(one, node)), None)
        if home is None:
            raise Unprintable(f"`{_short(self._source.segment(node))}` would be computed twice")
        if self._is_pure(node):
            return
        last = self._places.statement(root)
        block = self._places.block(home)
        following = block[block.index(home) + 1 :]
        between = next((one for one in following if one not in self._gone), None)
        if between is not last:
            raise Unprintable(f"`{_short(self._source.segment(node))}` would be computed later than now")

    def _is_pure(self, node: ast.expr) -> bool:
        return all(self._is_pure_call(one) for one in ast.walk(node) if isinstance(one, ast.Call))

    def _is_pure_call(self, call: ast.Call) -> bool:
        values = self._program.at(call)
        if not values:
            return isinstance(call.func, ast.Name) and call.func.id in ("len", "range", "list", "tuple", "int", "float")
        return not any(
            one.inplace or one.op in IMPURE or (one.op in _CALLS and not is_pure_call(one)) for one in values
        )

    def _is_stored_between(self, attribute: ast.Attribute, node: ast.expr) -> bool:
        scope = self._places.scope(node)
        root = self._root.node
        if scope is None or root is None:
            return False
        return any(
            isinstance(one, ast.Attribute)
            and isinstance(one.ctx, ast.Store)
            and one.attr == attribute.attr
            and node.lineno <= one.lineno <= getattr(root, "lineno", 0)
            for one in ast.walk(scope)
        )

    def _call(self, text: str, mark: str, qualified: str) -> str:
        """The text with the user's spelling of a torch function in place of its mark."""
        short = qualified.rpartition(".")[2]
        homes = [qualified, f"torch.{short}"] if operations.function(f"torch.{short}") is not None else [qualified]
        node = self._root.node
        spelled = [name for home in homes if node is not None and (name := self._imports.name(home, node)) is not None]
        if spelled:
            return text.replace(mark, min(spelled, key=lambda name: name.count(".")))
        call = re.fullmatch(rf"{mark}\((?P<first>[\w.]+)(?:, (?P<rest>.*))?\)", text)
        if operations.method(short) is not None and call is not None:
            return f"{call['first']}.{short}({call['rest'] or ''})"
        imported = None if node is None else self._imports.ensure(qualified, node)
        if imported is None:
            raise Unprintable("torch's usual names stand for something else in this file")
        self.imports.extend(imported[1])
        return text.replace(mark, imported[0])


class _Placeholders(ast.NodeTransformer):
    """Puts marks in place of a replacement's parameters and of the functions that it calls."""

    def __init__(self, names: dict[str, str], calls: dict[str, str]) -> None:
        self._names = names
        self._calls = calls

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self._names.get(node.id, node.id), node.ctx)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        qualified = ast.unparse(node.func)
        mark = f"\ue002{len(self._calls)}\ue003"
        self._calls[mark] = qualified
        node.func = ast.Name(mark, ast.Load())
        node.args = [self.visit(one) for one in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return node


def operand_node(value: Value, name: str) -> ast.expr | None:
    """The expression of an operand in the syntax that made a value; None where it isn't written there."""
    node = value.node
    if isinstance(node, ast.BinOp):
        if name not in value.args:
            return None
        return node.left if name == "input" else node.right
    if isinstance(node, ast.UnaryOp):
        return node.operand
    if isinstance(node, ast.Subscript):
        return node.value if name == "input" else node.slice
    if isinstance(node, ast.Attribute):
        return node.value
    if not isinstance(node, ast.Call):
        return None
    for keyword in node.keywords:
        if keyword.arg in _ALIASES.get(name, (name,)):
            return keyword.value
    positional = [one for one in node.args if not isinstance(one, ast.Starred)]
    if len(positional) != len(node.args):
        return None
    if value.form == "method" and isinstance(node.func, ast.Attribute):
        positional = [node.func.value, *positional]
    place = {"input": 0, "dim": 1, "other": 1}.get(name)
    return positional[place] if place is not None and place < len(positional) else None


def _one_line(text: str) -> str:
    """An expression on one line, unless that could change a string or lose a comment."""
    return text if re.search(r"""["'#\\]""", text) else " ".join(text.split())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:37]}..."
