"""LibCST trees of short slices of text, with the range and the parent of every node.

LibCST's own position metadata copies the tree and counts lines and columns; here one printing of the slice gives
character offsets. The printed text is compared with the slice: LibCST drops form feeds and a final lone CR.

This is the only module of the core that imports libcst when it is imported; `concrete` imports it when first asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import libcst as cst
from libcst._nodes.internal import CodegenState

_T = TypeVar("_T")
# LibCST's parser takes about 7 KiB of C stack for a nested call or bracket (1.9.0): the smallest stack that a thread
# usually has, 512 KiB, held 60 levels and not 100.
_DIRECT_NESTING = 40
_LARGE_STACK = 64 * 1024 * 1024
_stack_size_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Slice:
    """The parsed text: ranges (start, end) in offsets of the file, parents, and nodes by class name and range.

    `ranges` leave a node's own parentheses out, `whole` has them. `base` is the offset of the text's first character;
    `header`: it is an expression, and parentheses were put around it.
    """

    text: str
    base: int
    header: bool
    ranges: dict[cst.CSTNode, tuple[int, int]]
    whole: dict[cst.CSTNode, tuple[int, int]]
    parents: dict[cst.CSTNode, cst.CSTNode]
    nodes: dict[tuple[str, int, int], cst.CSTNode]


def parse_slice(text: str, base: int, header: bool, nesting: int) -> Slice | None:
    """Parse a simple statement, or (`header`) an expression, whose first character is at offset `base`.

    `nesting` is an upper bound of how deeply brackets and operators nest. None where LibCST does not read the text,
    or does not print it as it is.
    """
    if header:
        text, base = f"({text})", base - 1
    if nesting <= _DIRECT_NESTING:
        return _parse(text, base, header)
    return _on_large_stack(lambda: _parse(text, base, header))


def _parse(text: str, base: int, header: bool) -> Slice | None:
    try:
        module = cst.parse_module(text)
        state = _Recorder(module.default_indent, module.default_newline, offset=base)
        module._codegen(state)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError):
        return None
    if "".join(state.tokens) != text:
        return None
    if header:
        first, last = base + 1, base + len(text) - 1
        state.whole = {node: (max(start, first), min(end, last)) for node, (start, end) in state.whole.items()}
    nodes: dict[tuple[str, int, int], cst.CSTNode] = {}
    for node, (start, end) in state.ranges.items():
        name = type(node).__name__
        # A parenthesised node may have the range of its parent (`Expr` and its call do); the classes differ then.
        nodes.setdefault((name, start, end), node)
        if isinstance(node, cst.Tuple | cst.GeneratorExp):
            nodes.setdefault((name, *_with_own_parentheses(node, state)), node)
    return Slice(text, base, header, state.ranges, state.whole, state.parents, nodes)


def _with_own_parentheses(node: cst.Tuple | cst.GeneratorExp, state: _Recorder) -> tuple[int, int]:
    """The range as `ast` counts it: a tuple's or generator expression's own parentheses belong to it."""
    if node.lpar and node.rpar:
        return state.ranges[node.lpar[-1]][0], state.ranges[node.rpar[0]][1]
    argument = state.parents.get(node)
    call = state.parents.get(argument) if argument is not None else None
    if isinstance(node, cst.GeneratorExp) and isinstance(call, cst.Call):
        start = state.whole[call.func][1] + len(_printed(call.whitespace_after_func))
        return start, state.ranges[call][1]
    return state.ranges[node]


def _printed(node: cst.BaseParenthesizableWhitespace) -> str:
    return cst.Module(body=()).code_for_node(node)


@dataclass(slots=True)
class _Recorder(CodegenState):
    """Prints a tree and notes where each node begins and ends."""

    offset: int = 0
    ranges: dict[cst.CSTNode, tuple[int, int]] = field(default_factory=dict)
    whole: dict[cst.CSTNode, tuple[int, int]] = field(default_factory=dict)
    parents: dict[cst.CSTNode, cst.CSTNode] = field(default_factory=dict)
    stack: list[tuple[cst.CSTNode, int]] = field(default_factory=list)

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self.offset += len(value)

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def pop_trailing_newline(self) -> None:
        if self.tokens:
            self.offset -= len(self.tokens.pop())

    def before_codegen(self, node: cst.CSTNode) -> None:
        if self.stack:
            self.parents.setdefault(node, self.stack[-1][0])
        self.stack.append((node, self.offset))

    def after_codegen(self, node: cst.CSTNode) -> None:
        _, start = self.stack.pop()
        self.whole[node] = (start, self.offset)
        self.ranges.setdefault(node, (start, self.offset))

    @contextmanager
    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> Iterator[None]:
        start = self.offset
        yield
        end = self.offset
        if start_node is not None:
            start = self.ranges[start_node][0]
        if end_node is not None:
            end = self.ranges[end_node][1]
        self.ranges[node] = (start, end)


def _on_large_stack(work: Callable[[], _T]) -> _T:
    """The result of `work`, called in a thread whose stack holds several thousand levels of LibCST's parser."""
    result: Future[_T] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    thread = threading.Thread(target=run, name="torchlint-parser")
    with _stack_size_lock:  # the size is a setting of the whole process, read when a thread starts
        before = threading.stack_size(_LARGE_STACK)
        try:
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    return result.result()
