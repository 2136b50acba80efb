"""Finds the rules: every rule pack is announced by an entry point, torchlint's own like a third party's.

A pack is a package whose modules `tlNNN_<name>` (third parties: `tlxNNN_<name>`) hold one rule each, or a single module
that holds rules. Nothing imports a rule by name.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from torchlint.rule import Rule

GROUP = "torchlint.rules"
_RULE_MODULE = re.compile(r"tlx?\d{3}_\w+")


class RegistryError(Exception):
    """No rule was found, or a rule pack can't be used. The message is one line for the user."""


def load(packs: Iterable[EntryPoint] | None = None) -> tuple[Rule, ...]:
    """Return one instance of every rule of every pack (default: the installed ones), ordered by code.

    Raises RegistryError when a pack doesn't load or holds no rule, when two rules share a code, and when there is no
    pack at all: a run without rules would look like a clean result.
    """
    found = entry_points(group=GROUP) if packs is None else packs
    unique = sorted({(pack.name, pack.value): pack for pack in found}.items())
    rules: dict[str, Rule] = {}
    for (name, value), pack in unique:
        classes = list(_classes(pack))
        if not classes:
            raise RegistryError(f"rule pack {name!r} ({value}) holds no rule")
        for rule in classes:
            other = rules.setdefault(rule.code, rule())
            if type(other) is not rule:
                raise RegistryError(
                    f"code {rule.code} is claimed by both {type(other).__module__} and {rule.__module__}"
                )
    if not rules:
        raise RegistryError("no rules found: torchlint is not installed in this Python (its entry points are missing)")
    return tuple(rules[code] for code in sorted(rules))


def _classes(pack: EntryPoint) -> Iterator[type[Rule]]:
    """The rule classes of a pack."""
    try:
        module = pack.load()
        modules = [module, *_rule_modules(module)]
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise RegistryError(f"rule pack {pack.name!r} ({pack.value}) can't be loaded: {reason}") from error
    for each in modules:
        for item in vars(each).values():
            if isinstance(item, type) and issubclass(item, Rule) and item.__module__ == each.__name__:
                if not all(hasattr(item, attribute) for attribute in ("code", "name", "group")):
                    continue
                yield item


def _rule_modules(package: ModuleType) -> Iterator[ModuleType]:
    """The rule modules in a package, by name."""
    for info in sorted(pkgutil.iter_modules(getattr(package, "__path__", ())), key=lambda info: info.name):
        if _RULE_MODULE.fullmatch(info.name):
            yield importlib.import_module(f"{package.__name__}.{info.name}")
