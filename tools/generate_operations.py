"""Write torchlint/semantics/operations.json: torch's signatures as the installed torch states them.

    python tools/generate_operations.py [--check]

Needs torch and `expecttest` (for torch's own operator database). Sources, all of them inside torch's wheel:

- `torch/_C/_VariableFunctions.pyi` and `torch/_C/__init__.pyi`: what the C argument parser of functions and methods takes;
- `torchgen` with `native_functions.yaml`: the same for torch.linalg, torch.special, torch.fft and torch._C._nn, and for
  all operations the alias marks (which results are views), the tags (pointwise) and the names of outputs;
- `inspect.signature` of functions, methods and modules that are written in Python;
- the operator database `op_db`: which names are aliases of one operation.

With `--check` nothing is written; the exit code is 1 if the committed file differs from what would be written.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch
from generate_modules import module_table
from signature_text import NATIVE, from_python, from_source, merged, pyi_functions, result_of
from torch.testing._internal.common_methods_invocations import op_db
from torchgen.api.python import signature

TARGET = Path(__file__).parent.parent / "torchlint" / "semantics" / "operations.json"
TORCH = Path(torch.__file__).parent
NAMESPACES = {"linalg": torch.linalg, "special": torch.special, "fft": torch.fft}

# Aliases that the operator database doesn't list.
ALIASES = {
    "true_divide": "div", "concatenate": "cat", "log_sigmoid": "logsigmoid", "adjoint": "mH", "upsample": "interpolate",
    "nn_Parameter": "parameter", "nn_Buffer": "buffer", "autograd_Variable": "detach",
}  # fmt: skip
KEEP = {"max", "min", "mvlgamma"}  # not folded: alias and name aren't the same for all arguments

# Facts about Python's own signatures where `inspect` sees only `*args, **kwargs`, or several shapes of result.
SIGNATURES = {
    "meshgrid": ["*tensors: any; *; indexing: any = None -> tensors"],
    "einsum": ["equation: any; *operands: any -> tensor"],
    "norm": [
        "input: any; p: any = 'fro'; dim: any = None; keepdim: any = False; out: any = None; dtype: any = None -> tensor"
    ],
}
CASTS = (
    "bfloat16",
    "bool",
    "byte",
    "cdouble",
    "cfloat",
    "chalf",
    "char",
    "double",
    "float",
    "half",
    "int",
    "long",
    "short",
)
SIGNATURES |= {name: ["input: tensor; memory_format: any = None -> tensor"] for name in CASTS}
# They give back their operand where there is nothing to do, which the schema doesn't mark.
MAY_BE_OPERAND = frozenset((
    *CASTS, "to", "type", "type_as", "cpu", "cuda", "as_tensor", "asarray", "atleast_1d", "atleast_2d", "atleast_3d",
    "cartesian_prod", "conj_physical", "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
    "feature_alpha_dropout", "positive", "from_numpy", "broadcast_tensors", "meshgrid", "block_diag", "sum_to_size",
))  # fmt: skip
FLAGGED = dict.fromkeys(("unique", "unique_consecutive"), ("return_inverse", "return_counts"))
KINDS = ("", "Float", "Double", "Half", "BFloat16", "Byte", "Char", "Short", "Int", "Long", "Bool")
CONSTRUCTORS = {
    f"torch.{kind}Tensor": [
        "data: sequence; *; device: any = None -> tensor",
        "*size: sequence|int; *; device: any = None -> tensor",
    ]
    for kind in KINDS
} | {
    "torch.nn.Parameter": ["input=data: any = None; requires_grad: any = True -> tensor"],
    "torch.autograd.Variable": ["input=data: any = None; requires_grad: any = False -> tensor"],
    "torch.nn.Buffer": ["input=data: any = None; *; persistent: any = True -> tensor"],
}
POOLS = ("adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d", "fractional_max_pool2d",
         "fractional_max_pool3d", "max_pool1d", "max_pool2d", "max_pool3d")  # fmt: skip


def alias_table() -> dict[str, str]:
    """The operation's one name for each of its names, without prefix of a namespace."""
    table: dict[str, str] = {}
    for info in op_db:
        name = base_name("torch." + info.name)
        for alias in info.aliases:
            other = base_name("torch." + alias.name.removeprefix("torch."))
            if name not in KEEP and other not in KEEP and other != name:
                table[other] = name
    table.update({"linalg_det": "det", "det": "det", "linalg_inv": "inverse", "inverse": "inverse"})
    table.update({"matrix_power": "matrix_power", "linalg_matrix_power": "matrix_power"})
    table.update(ALIASES)
    return table


def base_name(qualified: str) -> str:
    """torch.nn.functional.relu -> relu, torch.special.expm1 -> special_expm1, torch.nn.init.zeros_ -> init_zeros."""
    name = qualified.removeprefix("torch.nn.functional.").removeprefix("torch.nn.utils.rnn.")
    name = name.removeprefix("torch.nn.init.").join(("init_", "")) if name.startswith("torch.nn.init.") else name
    name = name.removeprefix("torch.nn.utils.").removeprefix("torch.").removeprefix("nn.functional.")
    return name.replace(".", "_").rstrip("_") if not name.startswith("_") else name


ALIAS = alias_table()


def canonical(qualified: str) -> str:
    name = base_name(qualified)
    return ALIAS.get(name, name)


def marks_table() -> dict[str, str]:
    """ "v" for operations that may return a view of their input, "o" for those that may return it itself, "p" for pointwise ones."""
    marks: dict[str, set[str]] = defaultdict(
        set, {name: {"v"} for name in ("T", "H", "mT", "mH", "real", "imag", "data")}
    )
    for function in NATIVE:
        name = canonical("torch." + str(function.func.name.name.base))
        returned = [r.annotation for r in function.func.returns if r.annotation and not r.annotation.is_write]
        own = function.func.arguments.self_arg
        alias = own.argument.annotation if own else None
        if returned and alias and not alias.is_write:
            marks[name].add("v")
        if "pointwise" in function.tags and name not in ("max", "min"):  # only their two-tensor forms are
            marks[name].add("p")
    for name in MAY_BE_OPERAND:
        marks[name].add("o")
    return {name: "".join(sorted(found)) for name, found in marks.items()}


MARKS = marks_table()


def first_is_input(overload: str) -> str:
    """Call the operand `input` where torch calls it A, a, x, tensor or self."""
    head, arrow, result = overload.rpartition(" -> ")
    if not re.search(r"(^|; )\*?input:", head):
        head = re.sub(r"^(A|a|x|tensor|self): (tensor|any)", r"input=\1: \2", head)
    return head + arrow + result


def entry(qualified: str, overloads: list[str]) -> list[Any]:
    name = canonical(qualified)
    return [name, MARKS.get(name, ""), [first_is_input(text) for text in overloads]]


def torchgen_functions(namespace: str) -> dict[str, list[str]]:
    """The overloads of torch.linalg, torch.special, torch.fft, torch._C._nn by the name inside the namespace."""
    found: dict[str, list[str]] = defaultdict(list)
    for function in NATIVE:
        name = str(function.func.name.name)
        if function.python_module != namespace or "out" in function.tags or function.func.is_out_fn():
            continue
        text = signature(function, method=False, pyi=True).signature_str_pyi(skip_outputs=True)
        text = text.replace("at::Reduction::Mean", "1")  # the enumeration's value; C++ in a stub otherwise
        rendered = from_source(text, str(function.func.name.name.base))
        if function.func.kind().name != "inplace" and namespace != "nn":
            head, _, result = rendered.rpartition(" -> ")
            rendered = f"{head}{'' if '; *; ' in head else '; *'}; out: any = None -> {result}"
        found[name.removeprefix(namespace + "_")].append(rendered)
    return {name: merged(overloads) for name, overloads in found.items()}


def flagged(text: str, flags: tuple[str, ...]) -> list[str]:
    """Split an overload by flags: one tensor if all are False, several outputs if one isn't."""
    head, _, _ = text.rpartition(" -> ")
    plain = head
    for flag in flags:
        plain = re.sub(rf"\b{flag}: \w+", f"{flag}: false", plain)
    return [f"{plain} -> tensor", f"{head} -> tensors"]


def functions() -> dict[str, list[Any]]:
    stub = ast.parse((TORCH / "_C/_VariableFunctions.pyi").read_text("utf-8"))
    stubs = pyi_functions(stub.body, method=False)
    found = {f"torch.{name}": texts for name, texts in stubs.items() if hasattr(torch, name)}
    for namespace, module in NAMESPACES.items():
        for name, texts in torchgen_functions(namespace).items():
            if hasattr(module, name):
                found[f"torch.{namespace}.{name}"] = texts
    for name, texts in list(found.items()):
        if "_polynomial_" in name:  # orders broadcast with the operand
            found[name] = [re.sub(r"\bn: ", "other=n: ", text) for text in texts]
    for module in (torch.masked, torch.signal.windows):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value) and not name.endswith("masked_tensor"):
                found[f"{module.__name__}.{name}"] = [from_python(inspect.unwrap(value), name, result="tensor")]
    for name in torch.functional.__all__:
        value = getattr(torch.functional, name)
        if inspect.isbuiltin(value):
            continue
        value = getattr(torch.functional, f"_{name}_impl", value)  # behind a dispatch on a boolean argument
        text = SIGNATURES.get(name) or [from_python(value, name)]
        found[f"torch.{name}"] = flagged(text[0], FLAGGED[name]) if name in FLAGGED else text
    native = torchgen_functions("nn")
    F = torch.nn.functional
    for name in sorted(vars(F)):
        value = getattr(F, name)
        if (
            name.startswith(("_", "has_torch", "handle_torch", "assert_", "boolean_dispatch"))
            or not callable(value)
            or isinstance(value, type)
        ):
            continue
        if inspect.isbuiltin(value):
            found[f"torch.nn.functional.{name}"] = native.get(value.__name__) or stubs[value.__name__]
        elif name in POOLS:
            found[f"torch.nn.functional.{name}"] = [
                from_python(getattr(F, f"_{name}"), name, result="tensor").replace(
                    "return_indices: any", "return_indices: false"
                ),
                from_python(getattr(F, f"{name}_with_indices"), name, result="output; indices"),
            ]
        elif getattr(value, "__module__", "") in ("torch.nn.functional", "torch._jit_internal"):
            text = from_python(value, name)
            found[f"torch.nn.functional.{name}"] = [text.replace(" -> other", " -> tensor")]  # a few lack annotations
    for name in sorted(n for n in vars(torch.nn.init) if n.endswith("_") and not n.startswith("_")):
        found[f"torch.nn.init.{name}"] = [
            from_python(inspect.unwrap(getattr(torch.nn.init, name)), name, result="tensor")
        ]
    for name in ("pad_sequence", "pad_packed_sequence", "pack_padded_sequence", "pack_sequence", "unpad_sequence"):
        found[f"torch.nn.utils.rnn.{name}"] = [from_python(getattr(torch.nn.utils.rnn, name), name)]
    for name in ("parameters_to_vector", "vector_to_parameters"):
        found[f"torch.nn.utils.{name}"] = [from_python(getattr(torch.nn.utils, name), name)]
    found.update(CONSTRUCTORS)
    return {name: entry(name, texts) for name, texts in sorted(found.items())}


def methods() -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    stub = ast.parse((TORCH / "_C/__init__.pyi").read_text("utf-8"))
    [tensor] = [node for node in stub.body if isinstance(node, ast.ClassDef) and node.name == "TensorBase"]
    found = pyi_functions(tensor.body, method=True)
    for name, value in vars(torch.Tensor).items():
        if inspect.isfunction(value) and not name.startswith("_"):
            text = from_python(inspect.unwrap(value), name, method=True)
            found[name] = flagged(text, FLAGGED[name]) if name in FLAGGED else [text]
    found.update({name: SIGNATURES[name] for name in ("norm", *CASTS)})
    # An argument of unknown kind binds to `other`, of which nothing is assumed.
    found["to"].sort(key=lambda text: not text.startswith("input: tensor; other: "))
    found["view"].sort(key=lambda text: not text.startswith("input: tensor; *size: "))
    properties = {
        node.target.id: [
            canonical("torch." + node.target.id),
            MARKS.get(canonical("torch." + node.target.id), ""),
            ["input: tensor -> " + result_of(node.annotation, "")],
        ]
        for node in tensor.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and not node.target.id.startswith("_")
    }
    for name in ("is_sparse", "is_cuda", "is_leaf", "names", "name", "nbytes", "itemsize"):
        properties.setdefault(name, [name, "", ["input: tensor -> other"]])
    return {name: entry("torch." + name, texts) for name, texts in sorted(found.items())}, dict(
        sorted(properties.items())
    )


def table() -> str:
    """The text of operations.json."""
    method_table, properties = methods()
    content = {
        "torch": torch.__version__.partition("+")[0],
        "functions": functions(),
        "methods": method_table,
        "properties": properties,
        "modules": module_table(canonical),
    }
    lines = ["{"]
    for key, value in content.items():
        comma = "" if key == "modules" else ","
        if isinstance(value, str):
            lines.append(f" {json.dumps(key)}: {json.dumps(value)}{comma}")
            continue
        lines.append(f" {json.dumps(key)}: {{")
        rows = [f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in value.items()]
        lines.append(",\n".join(rows))
        lines.append(f" }}{comma}")
    return "\n".join([*lines, "}", ""])


def main() -> int:
    text = table()
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.read_text("utf-8") == text else 1
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
