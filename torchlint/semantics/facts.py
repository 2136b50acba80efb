"""The facts about the values of one program: each is computed when it is asked for, and kept."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from torchlint.semantics import promotion
from torchlint.semantics.devices import Devices
from torchlint.semantics.dims import Dim
from torchlint.semantics.dtypes import Dtypes
from torchlint.semantics.legality import Legality
from torchlint.semantics.outputs import Outputs
from torchlint.semantics.shapes import Shapes
from torchlint.semantics.tensors import is_tensor
from torchlint.semantics.values import CALL, GLOBAL

if TYPE_CHECKING:
    from torchlint.semantics.layouts import Verdict
    from torchlint.semantics.program import Program
    from torchlint.semantics.values import Value

_DEFAULT_SETTERS = frozenset(("torch.set_default_dtype", "torch.set_default_tensor_type"))


class Facts:
    """Answers questions about a program's values: yes, no, or unknown."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.shapes = Shapes(program)
        self.legality = Legality(program, self.shapes)
        self.outputs = Outputs(program)
        called = {call.args["callee"].data for call in program.values(CALL) if call.args["callee"].op == GLOBAL}
        default = promotion.FLOATS if called & _DEFAULT_SETTERS else promotion.FLOAT32
        autocast = any(name.startswith("torch.") and name.endswith("autocast") for name in called)
        self.dtypes = Dtypes(self.shapes.rank, default=default, autocast=autocast)

    @cached_property
    def devices(self) -> Devices:
        """On which device tensors are, as far as a module that moves is concerned."""
        return Devices(self.program)

    def shape(self, value: Value) -> tuple[int | Dim, ...] | None:
        """The sizes of a tensor: integers, or polynomials over symbols. None where the rank is not known."""
        return self.shapes.shape(value)

    def rank(self, value: Value) -> int | None:
        """The number of axes."""
        return self.shapes.rank(value)

    def dtype(self, value: Value) -> str | None:
        """The name of a tensor's dtype ("float32"). None where several are possible; see `dtypes` for which."""
        return self.dtypes.dtype(value)

    def is_tensor(self, value: Value) -> bool | None:
        """Whether a value is a torch tensor."""
        return is_tensor(value)

    def view_legality(self, value: Value) -> Verdict:
        """Whether torch runs this `view`."""
        return self.legality.view(value)

    def is_caught(self, node: ast.AST) -> bool:
        """Whether the code has an `except` clause for what this node raises."""
        return self.legality.blocks.caught(node)

    def is_contiguous(self, value: Value) -> bool | None:
        """Whether a tensor is contiguous, whatever the layout of the arguments; None where that depends."""
        return self.legality.is_contiguous(value)
