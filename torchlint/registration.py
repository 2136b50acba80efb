"""Edits that turn assignments to attributes of a module into buffers.

`self.mask = value` becomes `self.register_buffer("mask", value, persistent=False)`, or `self.mask = nn.Buffer(value,
persistent=False)`. The value's text stays as it is.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from torchlint.edits import Draft, refused
from torchlint.rule import Edit
from torchlint.semantics.classes import Store
from torchlint.semantics.evidence import is_tensor
from torchlint.semantics.left_behind import LeftBehind, before_init, is_parameter, target
from torchlint.semantics.values import BUFFER, CONST, PHI, Value

if TYPE_CHECKING:
    from torchlint.context import Context

_OPTIONS = "persistent=False"
# What every nn.Module has (`dir(torch.nn.Module())` of torch 2.13), where `register_buffer` refuses the name.
OF_MODULE = frozenset(
    [
        "T_destination",
        "add_module",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "ipu",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    ]
)
_FIRST_BUFFER = (2, 5)  # the release of torch that brought nn.Buffer


def registered(context: Context, attribute: LeftBehind) -> Draft:
    """The edits that make an attribute of a module a buffer, or why there are none."""
    name = attribute.name
    if attribute.trained:
        return refused(
            "what it is for decides: nn.Parameter where it is to be trained, else a buffer without gradients"
        )
    if attribute.container:
        return refused("a container is no buffer: register each of its tensors, or their stack")
    if any(_holds_something_else(store.value) for store in (*attribute.stores, *attribute.others)):
        return refused("the attribute also holds something other than a plain tensor")
    if any(name in model.attributes or name in model.methods for model in attribute.cls.mro()):
        return refused("the class has an attribute of this name")
    if name in OF_MODULE:
        return refused("nn.Module has an attribute of this name: register_buffer would raise KeyError")
    if any(map(before_init, attribute.stores)):
        return refused("it is set before super().__init__()")
    if any(category(context, store.value) == "complex" for store in attribute.stores):
        return refused(".to(torch.bfloat16) would drop the imaginary part of a buffer")
    draft = Draft()
    for store in attribute.stores:
        if not _reads_itself(store):  # later stores of a tensor to a buffer's name keep it a buffer
            draft += as_buffer(context, store.node, target(store), may_be_none=_may_be_none(store.value))
    return draft


def category(context: Context, value: Value) -> str | None:
    """ "bool", "integer", "floating" or "complex", where it's certain what a tensor's dtype is."""
    return context.facts.dtypes.category(value)


def _holds_something_else(value: Value) -> bool:
    if value.op == PHI:
        alternatives = [one for one in value.data if not (one.op == CONST and one.data is None)]
        return any(map(_holds_something_else, alternatives))
    return is_tensor(value) is not True or is_parameter(value)


def _may_be_none(value: Value) -> bool:
    return value.op == PHI and any(one.op == CONST for one in value.data)


def _reads_itself(store: Store) -> bool:
    value, place = getattr(store.node, "value", None), target(store)
    owner = ast.dump(place.value) if isinstance(place, ast.Attribute) else ""
    parts = ast.walk(value) if isinstance(value, ast.AST) else ()
    return isinstance(store.node, ast.AugAssign) or any(
        isinstance(part, ast.Attribute) and part.attr == store.name and ast.dump(part.value) == owner for part in parts
    )


def buffer_spelling(context: Context, at: ast.AST) -> Draft | tuple[str, Draft] | None:
    """What `nn.Buffer` is called at a node, and the import it needs; None where the file should do without."""
    uses = any(value.form == "function" for value in context.program.values(BUFFER))
    if not uses and context.settings.target_torch < _FIRST_BUFFER:
        return None
    found = context.edits.imports.ensure("torch.nn.Buffer", at)
    return None if found is None else (found[0], Draft(found[1]))


def as_buffer(context: Context, statement: ast.AST, target: ast.AST, *, may_be_none: bool) -> Draft:
    """Register what a statement assigns to an attribute as a buffer that isn't saved.

    nn.Buffer(None) isn't None, so a value that may be None is always given to register_buffer.
    """
    if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
        return refused("the attribute isn't assigned by name")
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets: list[ast.expr] = [statement.target]
        value = statement.value
    elif isinstance(statement, ast.Assign):
        targets, value = statement.targets, statement.value
    else:
        return refused("it is no plain assignment")
    if len(targets) > 1:
        return refused("several names are assigned at once")
    spelling = None if may_be_none else buffer_spelling(context, statement)
    if isinstance(targets[0], ast.Tuple | ast.List):
        return _unpacked(context, statement, target, targets[0], value, spelling)
    node = context.concrete.node(value)
    if node is None or targets[0] is not target:
        return refused("the assignment isn't understood")
    if isinstance(spelling, tuple):
        return context.edits.wrap_call(node, spelling[0], _OPTIONS) + spelling[1]
    start = context.range(target)[0]
    value_start, end = context.concrete.whole(node)
    head = f'{target.value.id}.register_buffer("{target.attr}", '
    if isinstance(statement, ast.AnnAssign):  # the annotation stays, as a statement of its own
        declaration = context.source.text[start : context.range(statement.annotation)[1]]
        head = declaration + _line_break(context, start) + head
    return Draft((Edit(start, value_start, head), Edit(end, end, f", {_OPTIONS})")))


def _unpacked(
    context: Context,
    statement: ast.AST,
    target: ast.Attribute,
    targets: ast.Tuple | ast.List,
    value: ast.expr,
    spelling: Draft | tuple[str, Draft] | None,
) -> Draft:
    """One of several targets: `self.a, self.n = torch.ones(3), 5`."""
    if (
        not isinstance(value, ast.Tuple | ast.List)
        or len(value.elts) != len(targets.elts)
        or target not in targets.elts
    ):
        return refused("it is unpacked from a value")
    if any(isinstance(part, ast.Starred) for part in (*value.elts, *targets.elts)):
        return refused("it is unpacked from a value")
    own = value.elts[targets.elts.index(target)]
    if isinstance(spelling, tuple):
        node = context.concrete.node(own)
        return (
            refused("the value isn't understood")
            if node is None
            else (context.edits.wrap_call(node, spelling[0], _OPTIONS) + spelling[1])
        )
    stored = {ast.unparse(part) for part in targets.elts}
    read = {ast.unparse(part) for part in ast.walk(value) if isinstance(part, ast.Attribute | ast.Name)}
    node = context.concrete.node(statement)
    if stored & read or node is None:
        return refused("the values depend on what is assigned")
    texts = []
    for part, given in zip(targets.elts, value.elts, strict=True):
        text = context.source.segment(given)
        if part is target:
            texts.append(f'{ast.unparse(target.value)}.register_buffer("{target.attr}", {text}, {_OPTIONS})')
        else:
            texts.append(f"{context.source.segment(part)} = {f'({text})' if chr(10) in text else text}")
    return context.edits.replace_statement(node, *texts)  # type: ignore[arg-type]


def _line_break(context: Context, start: int) -> str:
    """What separates a new statement from the one that begins at an offset: its line's indentation, or a semicolon."""
    line, _ = context.source.position(start)
    head = context.source.text[context.source.line_starts[line - 1] : start]
    return "; " if head.strip() else context.source.newline + head
