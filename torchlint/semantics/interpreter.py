"""The abstract interpreter: runs a file without executing it, and gives its value graph.

The module's statements run first, in order. Then every class is analysed on an object of its own (its `__init__`, then
each other method on the state that construction left), and every function with unknown arguments. Calls between them
are run in place, three deep. What a function can't be understood in is unknown; it never ends the file.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from torchlint.semantics import operations
from torchlint.semantics.attributes import store_attribute
from torchlint.semantics.budget import MAX_STATEMENTS, Budget, run_module
from torchlint.semantics.calls import apply, call_function, call_unknown
from torchlint.semantics.classes import ClassModel, Instance, file_stores
from torchlint.semantics.containers import store_index, unpack
from torchlint.semantics.expressions import EXPRESSIONS
from torchlint.semantics.frames import Arguments, Frame, Function, FunctionNode
from torchlint.semantics.functions import is_abstract, is_generator
from torchlint.semantics.inplace import overwritten
from torchlint.semantics.machine import Changes, Machine
from torchlint.semantics.module_dicts import is_module_dict, store_key
from torchlint.semantics.modules import call_children
from torchlint.semantics.objects import outside_init, settle
from torchlint.semantics.program import Program
from torchlint.semantics.refine import identical, refine, truth
from torchlint.semantics.statements import STATEMENTS
from torchlint.semantics.values import (
    CHOICE,
    DICT,
    GLOBAL,
    INSTANCE,
    LIST,
    MODULE,
    PARAM,
    TUPLE,
    UNKNOWN,
    Items,
    Parameter,
    Value,
)


def interpret(tree: ast.Module, text: str | None = None, *, strict: bool = False) -> Program:
    """Interpret a file. `text`, where given, spares work (a file without the word `yield` has no generator).

    With `strict`, a surprise inside a function is raised and not contained (for tests).
    """
    it = Interpreter(tree, strict)
    it.expect(text)
    it.run_file()
    program = Program(
        tree, it.by_op, it.classes, it.functions, it.stores, it.module_frame, it.frames, it.cut, it.failures
    )
    program.unfinished = it.unfinished
    return program


class Interpreter(Machine):
    """Runs statements and expressions; see the module's documentation."""

    def __init__(self, tree: ast.Module, strict: bool) -> None:
        super().__init__()
        self.tree = tree
        self.strict = strict
        self.cut: list[Function] = []
        self.failures: list[tuple[str, int, BaseException]] = []
        self.entered: set[object] = set()
        self.current_class: ClassModel | None = None
        self.star_packages: list[str] = []
        self.foreign_stores, self.stored_names, self.replaced_globals = file_stores(tree)
        self.stored_by: dict[Function, frozenset[str]] = {}
        self.generators: dict[FunctionNode, bool] = {}

    # Entry

    def run_file(self) -> None:
        """Interpret the whole file."""
        self._contained(None, partial(run_module, self))
        self._analyse_defined(0, 0)
        self._contained(None, self._chain_uncalled)

    def _analyse_defined(self, classes: int, functions: int) -> None:
        """Analyse the classes and functions defined since these counts, while the scope around them is in place."""
        new_classes, new_functions = self.classes[classes:], self.functions[functions:]
        for model in new_classes:
            self._analyse_class(model)
        for function in new_functions:
            if function.cls is None:
                self._contained(function, partial(self._analyse, function, []))

    def _contained(self, function: Function | None, action: Callable[[], object], chain: bool = True) -> None:
        """Run a part of the file on its own: a function's effects are taken back, a surprise in it stays in it.

        `chain`: also pass a value through the Sequentials that a function makes and doesn't call.
        """
        mark, frame, modules = self.mark(), self.frame, len(self.by_op.get(MODULE, ()))
        classes, functions = len(self.classes), len(self.functions)
        self.begin()
        try:
            action()
            if function is not None and chain:
                self._chain_uncalled(modules)
        except Budget:
            if function is not None:
                self.cut.append(function)
            else:
                self.unfinished = True
        except (Exception, RecursionError) as error:
            if self.strict:
                raise
            name, line = (function.name, function.node.lineno) if function is not None else ("<module>", 1)
            self.failures.append((name, line, error))
        self.frame = frame
        if function is not None:
            self._analyse_defined(classes, functions)
            self.rewind(mark)

    def _analyse_class(self, model: ClassModel) -> None:
        mark, modules = self.mark(), len(self.by_op.get(MODULE, ()))
        instance = Instance(model)
        if model.outside_base("torch.nn."):
            instance.children = Items(())
        made = self.value(INSTANCE, None, model.node, instance)
        model.self_value = made
        init = model.method("__init__")
        self.entered = set()
        if init is not None:
            state: Changes = {}
            self._contained(init, partial(self._construct, init, made, state), chain=False)
            self.join([state])
        else:
            outside_init(self, made, Arguments())
        model.reached_from_init = frozenset(one for one in self.entered if isinstance(one, Function))
        settle(self, made, frozenset(self.entered))
        model.constructed = dict(instance.attributes)
        for owner in model.mro():
            for method in owner.methods.values():
                if method is init or (owner is not model and model.method(method.name) is not method):
                    continue
                if not (owner is model or self.may_inherit()):
                    continue
                self._contained(method, partial(self._analyse, method, [] if method.kind == "static" else [made]))
        self._contained(None, partial(self._chain_uncalled, modules, made))
        self.rewind(mark)

    def _construct(self, init: Function, made: Value, state: Changes) -> None:
        start = self.mark()
        self._analyse(init, [made])
        state.update(self.snapshot(start))

    def _analyse(self, function: Function, first: list[Value]) -> None:
        """Run a function that no caller led to: parameters are unknown, but for those in `first`."""
        self._run(function, first, {}, None, None)

    def _chain_uncalled(self, first: int = 0, subclass: Value | None = None) -> None:
        """Pass an unknown value through each Sequential that the file doesn't call, of the modules from `first` on.

        `subclass`: an object of a class of the file, which is chained too if it is such a Sequential.
        """
        for value in reversed(self.by_op.get(MODULE, [])[first:]):
            held = value.data
            if held.name == "torch.nn.Sequential" and not held.called and held.children is not None:
                held.called = True
                self._chain(value, held.children)
        if subclass is not None:
            cls = subclass.data.cls
            if cls.outside_base("torch.nn.Sequential") and not cls.method("forward") and not cls.method("__call__"):
                self._chain(subclass, subclass.data.children)

    def _chain(self, owner: Value, children: Items) -> None:
        start = self.value(PARAM, None, owner.node, Parameter("input", None, None, "positional"))
        self.escape(self.call_children(children.content, start, owner.node), "chained", owner.node)

    # Functions

    def run(
        self, function: Function, positional: list[Value], keywords: dict[str, Value], node: ast.AST | None
    ) -> Value:
        """Run a function of the file in place of a call of it."""
        return self._run(function, positional, keywords, self.frame, node)

    def _run(
        self,
        function: Function,
        positional: list[Value],
        keywords: dict[str, Value],
        caller: Frame | None,
        node: ast.AST | None,
    ) -> Value:
        self.entered.add(function)
        frame = Frame(function, function.closure, caller, node, self.mark())
        self.frames.append(frame)
        outer, self.frame = self.frame, frame
        outer_class, self.current_class = self.current_class, None
        try:
            self._bind_parameters(frame, function, positional, keywords)
            if isinstance(function.node, ast.Lambda):
                self.spend()
                return self.evaluate(function.node.body)
            if caller is not None and is_generator(self, function.node):
                frame.yields = Items(())
            ended = self.block(function.node.body)
            if frame.exits:
                ways = list(frame.exits)
                if not ended or frame.returned:
                    ways.append(self.snapshot(frame.start))
                self.rewind(frame.start)
                self.join(ways, node)
            if frame.yields is not None:
                return self.sequence(LIST, frame.yields.content, node)
            if not frame.returns and (ended or is_abstract(function)):
                return self.unknown(node, "abstract")
            if not ended:
                frame.returns.append(self.constant(None, node))
            return self.phi(frame.returns, node)
        finally:
            self.frame, self.current_class = outer, outer_class
            if caller is not None:
                self.forget(frame)

    def _bind_parameters(
        self, frame: Frame, function: Function, positional: list[Value], keywords: dict[str, Value]
    ) -> None:
        arguments = function.node.args
        known = frame.caller is not None
        names = [*arguments.posonlyargs, *arguments.args]
        if positional and function.cls is not None and function.kind != "static":
            frame.self_value = positional[0]
        used = set()
        for index, argument in enumerate(names):
            if index < len(positional):
                value = positional[index]
            elif argument.arg in keywords:
                value = keywords[argument.arg]
                used.add(argument.arg)
            else:
                value = self._missing(function, argument, known, "positional")
            self.bind(frame, argument.arg, value)
        for argument in arguments.kwonlyargs:
            given = keywords.get(argument.arg)
            used.add(argument.arg)
            value = given if given is not None else self._missing(function, argument, known, "keyword")
            self.bind(frame, argument.arg, value)
        if arguments.vararg is not None:
            rest = self.sequence(TUPLE, positional[len(names) :], arguments.vararg)
            value = rest if known else self._missing(function, arguments.vararg, known, "star")
            self.bind(frame, arguments.vararg.arg, value)
        if arguments.kwarg is not None:
            more = {name: value for name, value in keywords.items() if name not in used}
            value = self.dictionary(more, known, arguments.kwarg)
            self.bind(frame, arguments.kwarg.arg, value)

    def _missing(self, function: Function, argument: ast.arg, known: bool, kind: str) -> Value:
        default = function.defaults.get(argument.arg)
        if known and default is not None:
            return default
        return self.value(PARAM, None, argument, Parameter(argument.arg, argument.annotation, default, kind))

    # Statements and expressions

    def block(self, statements: list[ast.stmt]) -> bool:
        """Run statements in order. True: control doesn't reach their end."""
        for statement in statements:
            self.steps += 1
            if self.steps > MAX_STATEMENTS or self.clock > self.limit:
                self.check_budget()
            if STATEMENTS[type(statement)](self, statement):
                return True
        return False

    def evaluate(self, node: ast.expr) -> Value:
        """The value of an expression."""
        try:
            handler = EXPRESSIONS[type(node)]
        except KeyError:
            return self.unknown(node, type(node).__name__)
        return handler(self, node)

    def assign(self, target: ast.expr, value: Value, node: ast.AST | None = None) -> None:
        """Effect of `target = value`."""
        if isinstance(target, ast.Name):
            self.bind(self.frame, target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            star = next((i for i, part in enumerate(target.elts) if isinstance(part, ast.Starred)), None)
            for part, held in zip(target.elts, unpack(self, value, len(target.elts), star, target), strict=True):
                self.assign(part.value if isinstance(part, ast.Starred) else part, held, node)
        elif isinstance(target, ast.Attribute):
            store_attribute(self, self.evaluate(target.value), target.attr, value, node if node is not None else target)
        elif isinstance(target, ast.Subscript):
            self._store_item(self.evaluate(target.value), self.evaluate(target.slice), value, target)

    def _store_item(self, owner: Value, index: Value, value: Value, node: ast.Subscript) -> None:
        if owner.op == DICT:
            if index.op == "py.const" and isinstance(index.data, str | int):
                self.write(owner.data.content, index.data, value)
            else:
                owner.data.exact = False
            value.uses.append(owner)
        elif is_module_dict(owner):
            store_key(self, owner, index, value)
        elif owner.op in (LIST, MODULE, INSTANCE):
            store_index(self, owner, index, value)
        else:
            made = self.value("setitem", {"input": owner, "index": index, "value": value}, node, form="operator")
            made.inplace = True
            overwritten(self, owner, made)

    # What handlers in other files ask of each other

    def apply(self, callee: Value, arguments: Arguments, node: ast.AST | None) -> Value:
        """The value of calling `callee`."""
        return apply(self, callee, arguments, node)

    def called_back(self, callee: Value, positional: list[Value], node: ast.AST | None) -> Value:
        """The value of a call that Python or torch makes, and no call in the text: it doesn't count as one level."""
        self.protocols += 1
        made = apply(self, callee, Arguments(positional), node)
        self.protocols -= 1
        return made

    def call_function(
        self,
        function: Function,
        positional: list[Value],
        keywords: dict[str, Value],
        node: ast.AST | None,
        exact: bool = True,
    ) -> Value:
        """The value of calling a function of the file."""
        return call_function(self, function, positional, keywords, node, exact)

    def call_unknown(self, callee: Value, arguments: Arguments, node: ast.AST | None) -> Value:
        """The value of a call that isn't understood."""
        return call_unknown(self, callee, arguments, node)

    def call_children(self, content: Sequence[Value], value: Value, node: ast.AST | None) -> Value:
        """Pass a value through the children of a Sequential."""
        return call_children(self, content, value, node)

    def global_value(self, name: str, node: ast.AST | None) -> Value:
        """Something imported, by its qualified name."""
        self.clock += 1
        return Value(GLOBAL, None, name, node, self.clock, self.frame)

    def builtin(self, name: str, node: ast.AST) -> Value:
        """A name that no scope of the file binds: a builtin, or what a star import of torch brings."""
        for package in self.star_packages:
            qualified = f"{package}.{name}"
            if package != "?" and (operations.function(qualified) or operations.module(qualified)):
                return self.global_value(qualified, node)
        if "?" in self.star_packages and not hasattr(_BUILTINS, name):
            return self.unknown(node, "star import")
        return self.global_value(f"builtins.{name}", node)

    def truth(self, value: Value) -> bool | None:
        return truth(value)

    def identical(self, left: Value, right: Value) -> bool | None:
        return identical(left, right)

    def is_object(self, value: Value) -> bool:
        """Whether a value of `a or b` matters as more than a truth."""
        return value.op not in ("py.compare", UNKNOWN, "eq", "ne", "lt", "le", "gt", "ge", CHOICE)

    def refine(self, test: ast.expr, holds: bool) -> None:
        refine(self, test, holds)

    def enter(self, function: Function | None, closure: Frame) -> Frame:
        """Begin a frame that isn't a function's: a class body or a comprehension."""
        frame = Frame(function, closure, self.frame if closure is self.frame else closure, None, self.mark())
        frame.depth = self.frame.depth
        frame.self_value = None
        frame.nesting = 1
        self.frames.append(frame)
        self.frame = frame
        return frame

    def leave(self, frame: Frame) -> None:
        """End a frame that `enter` began."""
        if frame.caller is not None:
            self.frame = frame.caller
        self.forget(frame)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """A comprehension's scope."""
        frame = self.enter(None, self.frame)
        try:
            yield
        finally:
            self.leave(frame)


_BUILTINS = __import__("builtins")
