"""The interpreter's state: the value graph under construction, the frames, and a journal of every change.

Branches are run one after the other on the same state. A mark in the journal lets the machine take a branch's changes
back (`rewind`) and join them with those of the other branch, at a cost that follows what was written, not what exists.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from torchlint.semantics.budget import MAX_INHERITED, MAX_STATEMENTS, MAX_STATEMENTS_OF_MODULE, MAX_VALUES, Budget
from torchlint.semantics.classes import ClassModel, Store
from torchlint.semantics.frames import Frame, Function
from torchlint.semantics.nesting import MAX_NESTED, total, weight
from torchlint.semantics.values import (
    CHOICE,
    CONST,
    DICT,
    ESCAPE,
    GAP,
    GLOBAL,
    LIST,
    PHI,
    UNKNOWN,
    Content,
    Entries,
    Items,
    Value,
)

# What a branch changed: (id of the holder, key) -> (holder, new value; None: removed). The holder is kept in the entry,
# so that its id stays its own as long as the entry lives.
Changes = dict[tuple[int, Any], tuple[Any, Any]]
_BORN = object()  # the key under which the journal notes that a holder is new
_MAX_ALTERNATIVES = 8
_MAX_ITEMS = 2000


class Machine:
    """State and primitive effects: make a value, bind a name, write an attribute or the items of a container."""

    def __init__(self) -> None:
        self.by_op: dict[str, list[Value]] = {}
        self.journal: list[tuple[Any, Any, Any]] = []
        self.clock = 0
        self.steps = 0  # statements run since `begin`
        self.protocols = 0  # running calls that Python or torch makes: they don't count as depth
        self.limit = MAX_VALUES
        self.inherited = 0  # methods analysed on objects of subclasses
        self.unfinished = False  # whether code outside of functions, or an inherited method, ran out of budget
        self.module_frame = Frame(None, None, None, None, 0)
        self.frame = self.module_frame
        self.classes: list[ClassModel] = []
        self.functions: list[Function] = []
        self.stores: list[Store] = []
        self.frames: list[Frame] = [self.module_frame]
        self.may_yield = self.may_train = True
        self.trainers: dict[Function, bool] = {}  # whether a function computes gradients, as far as it was asked

    def expect(self, text: str | None) -> None:
        """Spare the search for what can't be in a file, by its words."""
        self.may_yield = text is None or "yield" in text
        self.may_train = text is None or ".backward(" in text

    # Work

    def begin(self) -> None:
        """Allow new work."""
        self.steps = self.protocols = 0
        self.limit = self.clock + MAX_VALUES

    def spend(self) -> None:
        """Raise Budget if what has been made since `_begin` is too much: asked wherever work may multiply."""
        if self.clock > self.limit:
            raise Budget

    def check_budget(self) -> None:
        """Raise Budget if too many statements have run since `begin`, or too much has been made."""
        allowed = MAX_STATEMENTS_OF_MODULE if self.frame is self.module_frame else MAX_STATEMENTS
        if self.steps > allowed or self.clock > self.limit:
            raise Budget

    def may_inherit(self) -> bool:
        """Whether one more inherited method may be analysed: many subclasses of a large class would each run all of it."""
        self.inherited += 1
        self.unfinished = self.unfinished or self.inherited > MAX_INHERITED
        return self.inherited <= MAX_INHERITED

    # Values

    def value(
        self,
        op: str,
        args: dict[str, Value] | None = None,
        node: ast.AST | None = None,
        data: Any = None,
        form: str = "",
    ) -> Value:
        """Make a value and record it as a use of its operands."""
        self.clock += 1
        made = Value(op, args, data, node, self.clock, self.frame, form)
        if args:
            for operand in args.values():
                operand.uses.append(made)
        try:
            self.by_op[op].append(made)
        except KeyError:
            self.by_op[op] = [made]
        return made

    def note(self, op: str, value: Value, node: ast.AST) -> None:
        """Record something about a value that is no use of it."""
        self.clock += 1
        self.by_op.setdefault(op, []).append(Value(op, {"input": value}, None, node, self.clock, self.frame))

    def constant(self, data: Any, node: ast.AST | None = None) -> Value:
        """A Python constant."""
        self.clock += 1
        return Value(CONST, None, data, node, self.clock, self.frame)

    def unknown(self, node: ast.AST | None = None, why: str = "") -> Value:
        """A value of which nothing is known."""
        self.clock += 1
        return Value(UNKNOWN, None, why, node, self.clock, self.frame)

    def sequence(self, op: str, content: Iterable[Value], node: ast.AST | None = None) -> Value:
        """A tuple, list or set. Its items are its operands."""
        held = self.items(content, node)
        items = held.content
        made = self.value(op, None, node, held)
        if op == LIST:
            self.born(made.data)
        for item in items:
            if item.op != CHOICE:
                item.uses.append(made)
        return made

    def items(self, content: Iterable[Value], node: ast.AST | None = None) -> Items:
        """The items of a new container. What holds too much, counted through all that is in it, holds unknown items."""
        items = tuple(content)[:_MAX_ITEMS]
        size = total(items)
        if size <= MAX_NESTED:
            return Items(items, weight=size)
        for item in items:
            if item.op != CHOICE:
                self.escape(item, "too much", node)
        return Items((self.value(GAP),))

    def choice(self, runs: Sequence[tuple[Value, ...]]) -> Value:
        """An item of a sequence that stands for one of several runs of items."""
        self.clock += 1
        made = Value(CHOICE, None, tuple(runs), None, self.clock, self.frame)
        weight(made)  # kept: choices follow each other in long chains
        return made

    def dictionary(self, content: dict[Any, Value], exact: bool, node: ast.AST | None = None) -> Value:
        """A dict with constant keys."""
        made = self.value(DICT, None, node, Entries(content, exact))
        weight(made)  # kept, before a dict may hold itself
        self.born(made.data.content)
        for item in content.values():
            item.uses.append(made)
        return made

    def escape(self, value: Value, why: str, node: ast.AST | None) -> None:
        """Record that a value goes where its uses can't be seen."""
        self.value(ESCAPE, {"input": value}, node, why)

    def phi(self, alternatives: Iterable[Value], node: ast.AST | None = None) -> Value:
        """One of several values. Equal constants are one; too many alternatives are unknown."""
        flat: list[Value] = []
        for value in alternatives:
            for one in value.data if value.op == PHI else (value,):
                for other in flat:
                    if one is other or (one.op in (CONST, GLOBAL) and _same(one, other)):
                        break
                else:
                    flat.append(one)
        if len(flat) == 1:
            return flat[0]
        if len(flat) > _MAX_ALTERNATIVES:
            gone = self.unknown(node, "alternatives")
            for value in flat:
                value.uses.append(gone)
            return gone
        return self.value(PHI, {str(i): value for i, value in enumerate(flat)}, node, tuple(flat))

    # State

    def bind(self, frame: Frame, name: str, value: Value) -> None:
        """Let a name hold a value from now on."""
        if name in frame.globals:
            frame = self.module_frame
        names = frame.names
        self.journal.append((frame, name, names.get(name)))
        names[name] = value
        history = frame.history.get(name)
        if history is None:
            history = frame.history[name] = []
        history.append((self.clock, value))

    def unbind(self, frame: Frame, name: str) -> None:
        """Let a name hold nothing."""
        if name in frame.names:
            self.journal.append((frame, name, frame.names.pop(name)))
            frame.history[name].append((self.clock, None))

    def write(self, mapping: dict[Any, Value], key: Any, value: Value) -> None:
        """Write an attribute of an instance or an entry of a dict."""
        self.journal.append((mapping, key, mapping.get(key)))
        mapping[key] = value

    def replace_items(self, items: Items, content: Iterable[Value]) -> None:
        """Change the items of a list or container."""
        self.journal.append((items, None, items.content))
        held = self.items(content)
        items.content, items.weight = held.content, max(held.weight, items.weight)
        items.changed = True

    def born(self, holder: Items | dict[Any, Value]) -> None:
        """Note that something whose content can change is new: in other branches it doesn't exist."""
        self.journal.append((holder, _BORN, None))

    def mark(self) -> int:
        """A place in the journal to rewind to."""
        return len(self.journal)

    def forget(self, frame: Frame) -> None:
        """Drop from the journal what was bound in a frame that has ended: no branch goes on from its names."""
        start = frame.start
        self.journal[start:] = [
            entry
            for entry in self.journal[start:]
            if type(entry[0]) is not Frame or (entry[0] is not frame and entry[0].depth <= frame.depth)
        ]

    def snapshot(self, mark: int) -> Changes:
        """What has changed since the mark."""
        changes: Changes = {}
        for target, key, _ in self.journal[mark:]:
            place = (id(target), key)
            if place not in changes:
                changes[place] = (target, _current(target, key))
        return changes

    def rewind(self, mark: int) -> Changes:
        """Take back what has changed since the mark, and return it."""
        journal = self.journal
        if len(journal) == mark:
            return {}
        undone = journal[mark:]
        del journal[mark:]
        undone.reverse()
        changes: Changes = {}
        for target, key, old in undone:
            place = (id(target), key)
            if place not in changes:
                changes[place] = (target, _current(target, key))
            if type(target) is Frame:
                if old is None:
                    target.names.pop(key, None)
                else:
                    target.names[key] = old
                target.history[key].append((self.clock, old))
            elif key is _BORN:
                continue
            elif type(target) is Items:
                target.content = old
            elif old is None:
                target.pop(key, None)
            else:
                target[key] = old
        return changes

    def join(self, branches: Sequence[Changes], node: ast.AST | None = None) -> bool:
        """Go on from the state after one of the branches, whichever it was.

        True if something that was there before has changed (False: names are new at the most).
        """
        replaced = False
        if not any(branches):
            return False
        places: Changes = {}
        for changes in branches:
            places.update(changes)
        for place, (target, _) in places.items():
            key = place[1]
            if key is _BORN:
                self.born(target)
                continue
            base = _current(target, key)
            born = (place[0], _BORN)
            where = [changes for changes in branches if born in changes] if born in places else branches
            values = [changes[place][1] if place in changes else base for changes in where]
            if type(target) is Items:
                content = values[0]
                for other in values[1:]:
                    content = self._join_items(content, other)
                if content is not base:
                    self.replace_items(target, content)
                    replaced = True
                continue
            known = [value for value in values if value is not None]
            if not known:
                if type(target) is Frame:
                    self.unbind(target, key)
                replaced = True
                continue
            if len(known) < len(values) and type(target) is Content:
                target.exact = False
            merged = known[0] if known.count(known[0]) == len(known) else self.phi(known, node)
            if merged is base:
                continue
            replaced = replaced or base is not None
            if type(target) is Frame:
                self.bind(target, key, merged)
            else:
                self.write(target, key, merged)
        return replaced

    def _join_items(self, left: tuple[Value, ...], right: tuple[Value, ...]) -> tuple[Value, ...]:
        if left is right or left == right:
            return left
        start = 0
        while start < min(len(left), len(right)) and left[start] is right[start]:
            start += 1
        end = 0
        while end < min(len(left), len(right)) - start and left[-1 - end] is right[-1 - end]:
            end += 1
        runs = (left[start : len(left) - end], right[start : len(right) - end])
        return (*left[:start], self.choice(runs), *left[len(left) - end :])


def _current(target: Any, key: Any) -> Any:
    if type(target) is Frame:
        return target.names.get(key)
    if type(target) is Items:
        return target.content
    return target.get(key)


def _same(left: Value, right: Value) -> bool:
    if left is right:
        return True
    if left.op == right.op == CONST:
        return type(left.data) is type(right.data) and bool(left.data == right.data)
    return left.op == right.op == GLOBAL and bool(left.data == right.data)
