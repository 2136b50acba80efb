"""The project's own examples: all rules are proved, no fix and a wrong fix are found out, and docs/proof.md is current."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from torchlint import fixing
from torchlint.context import Context
from torchlint.proof.claims import Program, load
from torchlint.proof.execute import execute
from torchlint.proof.prove import prove
from torchlint.proof.table import markdown, without_numbers
from torchlint.registry import load as load_rules
from torchlint.rule import Finding, Rule
from torchlint.settings import Settings
from torchlint.source import Source

ROOT = Path(__file__).parent.parent.parent
RULES = tuple(rule for rule in load_rules() if type(rule).__module__.startswith("torchlint.rules."))
PROGRAMS = [
    (path.parent, program) for path in sorted((ROOT / "examples").glob("tl*/proof.toml")) for program in load(path)
]
programs = pytest.mark.parametrize(
    ("folder", "program"), PROGRAMS, ids=[f"{folder.name[:5]}-{program.file}" for folder, program in PROGRAMS]
)
# What a fix writes, and what a wrong fix might write in its place: the first that occurs counts.
WRONG = (
    ("log_softmax", "softmax"),
    ("softmax", "log_softmax"),
    ("logsumexp", "mean"),
    ("logsigmoid", "sigmoid"),
    ("persistent=False", "persistent=True"),
    ("False", "True"),
    ("reshape", "repeat"),
    ("long()", "double()"),
    ("float()", "long()"),
    (".dtype)", ".dtype).neg()"),
    ("nn.ModuleList", "list"),
    ("nn.ModuleDict", "dict"),
    ("nn.ParameterList", "list"),
    ("nn.ParameterDict", "dict"),
    ("nn.Parameter(", "torch.clone("),
    ("self.training", "True"),
    ("scores = ", "_ = "),
    ("eval()", "train()"),
    ("clamp_", "clamp"),
    ("super().__init__", "object.__init__"),
    (" in range(", " in range(1, "),
    ("is None", "is not None"),
    (".device", ".cpu().device"),
    ("logits", "logits.neg()"),
    ("BCEWithLogitsLoss", "MSELoss"),
    ("CrossEntropyLoss", "NLLLoss"),
    ("LogSoftmax", "Softmin"),
    ("detach()", "clone()"),
)
REMAINS = ".eval().forward"  # in place of a fix that only removes something


def test_every_rule_is_proved_and_the_page_is_current() -> None:
    """The page up to measured numbers. Otherwise: torchlint prove --write docs/proof.md"""
    pytest.importorskip("torch")
    report = prove(RULES, ROOT / "examples")
    assert report.failures == ()
    assert {row.code for row in report.rows} == {rule.code for rule in RULES}
    committed = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    assert without_numbers(committed) == without_numbers(markdown(report))


@programs
def test_no_fix_is_found_out_by_torch(folder: Path, program: Program) -> None:
    """Each claim that shows damage fails for a program that nothing was done to."""
    pytest.importorskip("torch")
    text = (folder / program.file).read_text(encoding="utf-8")
    damaging = replace(program, claim=tuple(claim for claim in program.claim if claim.shows_damage))
    assert all(verdict.failure for verdict in execute(damaging, text, text))


class Wrong(Rule):
    """A rule whose fixes are all replaced by wrong ones."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.code, self.name, self.group, self.needs = rule.code, rule.name, rule.group, rule.needs  # type: ignore[misc]

    def check(self, context: Context) -> Iterator[Finding]:
        for finding in self.rule.check(context):
            fix = finding.fix
            if fix is not None:
                removes = not any(edit.text for edit in fix.edits)
                texts = [REMAINS if removes else wrong(edit.text) for edit in fix.edits]
                edits = [replace(edit, text=text) for edit, text in zip(fix.edits, texts, strict=True)]
                fix = replace(fix, edits=tuple(edits))
            yield replace(finding, fix=fix)


def wrong(text: str) -> str:
    for right, other in WRONG:
        if right in text:
            return text.replace(right, other)
    return text


@pytest.mark.parametrize(
    ("folder", "program"),
    [(folder, program) for folder, program in PROGRAMS if not program.by_hand],
    ids=[f"{folder.name[:5]}-{program.file}" for folder, program in PROGRAMS if not program.by_hand],
)
def test_a_wrong_fix_is_found_out_by_torch(folder: Path, program: Program) -> None:
    """The committed text would tell as well; here only the claims are asked."""
    pytest.importorskip("torch")
    source = Source.from_bytes((folder / program.file).read_bytes(), program.file)
    settings = Settings(select=tuple(rule.code for rule in RULES))
    right = fixing.fix(source, settings, RULES, unsafe=True).source_after.text
    text = fixing.fix(source, settings, [Wrong(rule) for rule in RULES], unsafe=True).source_after.text
    assert text != right, "say in WRONG what a wrong fix would write"
    assert any(verdict.failure for verdict in execute(program, source.text, text))
