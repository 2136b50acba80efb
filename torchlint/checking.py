"""`torchlint check`: settings, files, outcomes, report, exit code."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from torchlint.cache import Cache, default_directory
from torchlint.changes import ChangesError, changed_since
from torchlint.console import columns, wants_color, with_progress
from torchlint.discovery import Found, discover, named_is_excluded, sort_key
from torchlint.registry import RegistryError, load
from torchlint.report import Problem, Report
from torchlint.reporters import Page, reporter
from torchlint.reporters.text import problem_line, shown
from torchlint.rule import Safety, Severity
from torchlint.run import Action, ExecutorError, Job, Outcome, handle_bytes, run
from torchlint.settings import Settings, SettingsError, find_config, load_config, overlay, validate

if TYPE_CHECKING:
    from torchlint.rule import Rule

CLEAN, FINDINGS, FAILED = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of the command, under their own names."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    output_format: str = "full"
    output_file: str | None = None
    statistics: bool = False
    exit_zero: bool = False
    fail_on: str = "note"
    stdin_filename: str | None = None
    jobs: int | None = None
    executor: str | None = None
    config: str | None = None
    isolated: bool = False
    target_torch: str | None = None
    quiet: bool = False
    color: str = "auto"
    changed_since: str | None = None
    no_cache: bool = False
    cache_dir: str | None = None
    stdin: bool = False

    @property
    def action(self) -> Action:
        """What to do with fixes."""
        if self.diff:
            return Action.DIFF
        return Action.FIX if self.fix else Action.CHECK


def check_paths(paths: Sequence[str], options: Options) -> int:
    """Run the command on paths, or on standard input for "-", and return the exit code."""
    if options.stdin and len(paths) > 1:
        return _failed("standard input (-) can't be checked together with files")
    if options.isolated and options.config is not None:
        return _failed("--isolated reads no configuration, so --config can't name one")
    try:
        rules = load()
        settings = resolve_settings(paths, options, rules)
        job = Job(settings, rules, options.action, options.unsafe_fixes)
        found = Found(("-",), ()) if options.stdin else _find(paths, options, settings)
        outcomes = _standard_input(job, options) if options.stdin else _run(found.files, job, options)
    except (RegistryError, SettingsError, ChangesError, ExecutorError) as error:
        return _failed(str(error))
    files, extra = len(found.files), found.problems
    outcomes += [Outcome(Report(problem.path, (), (problem,))) for problem in extra]
    problems = sorted((p for outcome in outcomes for p in outcome.report.problems), key=_place)
    _announce(outcomes, problems, options)
    try:
        _write(_output(outcomes, rules, options, files), options)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _failed(f"{options.output_file or 'standard output'}: can't be written: {error.strerror}")
    if problems:
        return FAILED
    return FINDINGS if _finds(outcomes, options) else CLEAN


def _find(paths: Sequence[str], options: Options, settings: Settings) -> Found:
    """The files to check. Raises ChangesError."""
    found = discover(paths, settings, force_exclude=options.force_exclude)
    if not found.files and not found.problems and not options.quiet:
        print(f"torchlint: no Python files in {', '.join(map(shown, paths))}", file=sys.stderr)
    if options.changed_since is None:
        return found
    return replace(found, files=changed_since(options.changed_since, found.files))


def _run(files: Sequence[str], job: Job, options: Options) -> list[Outcome]:
    """The outcomes of all files. Raises ExecutorError."""
    cache = None if options.no_cache else Cache(cache_directory(options), job.settings, job.rules)
    with closing(run(files, job, jobs=options.jobs, cache=cache, executor=options.executor)) as each:
        outcomes = list(with_progress(each, len(files), show=not options.quiet))
    if cache is not None:
        _save(cache, options)
    return outcomes


def cache_directory(options: Options) -> Path:
    """Where reports of earlier runs are kept."""
    return default_directory() if options.cache_dir is None else Path(options.cache_dir)


def _save(cache: Cache, options: Options) -> None:
    """Keep what was found for the next run. Where that fails, this run is as good as ever; a named place is missed."""
    try:
        cache.save()
    except OSError as error:
        if options.cache_dir is not None:
            print(f"torchlint: the cache {shown(str(cache.path))} can't be written: {error.strerror}", file=sys.stderr)


def resolve_settings(paths: Sequence[str], options: Options, rules: Sequence[Rule]) -> Settings:
    """The settings of the configuration file that applies to the paths, under the options. Raises SettingsError."""
    codes = [rule.code for rule in rules]
    config = None if options.config is None else Path(options.config)
    if config is None and not options.isolated:
        config = find_config(_common_directory([] if options.stdin else paths))
    if config is None or options.isolated:
        settings = Settings(root=os.getcwd())
    else:
        settings = load_config(config)
        validate(settings, codes, config)
    settings = overlay(
        settings,
        select=options.select,
        extend_select=options.extend_select,
        ignore=options.ignore,
        per_file_ignores=options.per_file_ignores,
        exclude=options.exclude,
        target_torch=options.target_torch,
    )
    validate(settings, codes)
    return settings


def _common_directory(paths: Sequence[str]) -> Path:
    """The deepest directory that holds all paths; the working directory when there are none."""
    common = Path(os.path.commonpath([os.path.abspath(path) for path in paths]) if paths else os.getcwd())
    return common if os.path.isdir(common) else common.parent


def _standard_input(job: Job, options: Options) -> list[Outcome]:
    """Check standard input. With --fix its repaired text goes to standard output."""
    data = sys.stdin.buffer.read()
    name = options.stdin_filename or "-"
    excluded = options.force_exclude and name != "-" and named_is_excluded(name, job.settings)
    outcome, after = (Outcome(Report(name, (), ())), data) if excluded else handle_bytes(data, name, job)
    if options.action is Action.FIX:
        sys.stdout.buffer.write(after)
        sys.stdout.flush()
    return [outcome]


def _output(outcomes: Sequence[Outcome], rules: tuple[Rule, ...], options: Options, files: int) -> Iterator[str]:
    """The text to write: the report, or with --diff the differences, and for people the counts."""
    color = options.output_file is None and wants_color(options.color)
    if options.action is Action.DIFF:
        for outcome in outcomes:
            yield outcome.diff if not sys.stdout.isatty() else "\n".join(map(shown, outcome.diff.split("\n")))
        return
    yield from reporter(options.output_format)(outcomes, Page(rules, color, columns()))
    if options.statistics and options.output_format in ("full", "concise"):
        yield from _statistics(outcomes)
    unread = not files and any(outcome.report.problems for outcome in outcomes)
    if options.output_format == "full" and not options.quiet and not unread:
        yield summary_line(outcomes, files) + "\n"


def _write(pieces: Iterator[str], options: Options) -> None:
    """Write the report. Raises OSError when the output file can't be written."""
    if options.output_file is not None:
        text = "".join(pieces)
        Path(options.output_file).write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
        return
    stream = sys.stderr if options.action is Action.FIX and options.stdin else sys.stdout
    for piece in pieces:
        stream.write(piece)
    stream.flush()


def _statistics(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines with the number of findings of each rule, most frequent first."""
    counts = Counter((finding.code, finding.name) for outcome in outcomes for finding in outcome.report.findings)
    for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count:>6}  {code} {name}\n"


def summary_line(outcomes: Sequence[Outcome], files: int) -> str:
    """What the run found, in one line."""
    findings = [finding for outcome in outcomes for finding in outcome.report.findings]
    fixed = sum(len(outcome.applied) for outcome in outcomes)
    parts = [f"Fixed {plural(fixed, 'finding')}."] if fixed else []
    if not findings:
        return " ".join([*parts, f"No findings in {plural(files, 'file')}."])
    severities = Counter(finding.severity for finding in findings)
    kinds = ", ".join(plural(severities[each], each.value) for each in Severity if severities[each])
    touched = sum(bool(outcome.report.findings) for outcome in outcomes)
    parts.append(f"{plural(len(findings), 'finding')} ({kinds}) in {touched} of {plural(files, 'file')}.")
    safe = sum(finding.fix is not None and finding.fix.safety is Safety.SAFE for finding in findings)
    unsafe = sum(finding.fix is not None for finding in findings) - safe
    if safe:
        parts.append(f"{safe} fixable with --fix.")
    if unsafe:
        parts.append(f"{unsafe} {'more ' * bool(safe)}fixable with --fix --unsafe-fixes.")
    codes = sorted({finding.code for finding in findings})
    parts.append(f"To read why: torchlint explain {' '.join(codes)}")
    return " ".join(parts)


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _announce(outcomes: Sequence[Outcome], problems: Sequence[Problem], options: Options) -> None:
    """Say on standard error what the report has no place for."""
    for problem in problems:
        print(problem_line(problem), file=sys.stderr)
    for outcome in outcomes:
        for finding, reason in outcome.skipped:
            place = f"{outcome.report.path}:{finding.line}:{finding.column}"
            print(shown(f"{place}: {finding.code} not fixed: {reason}", " "), file=sys.stderr)
    if options.action is Action.DIFF and not options.quiet:
        count, files = sum(len(each.applied) for each in outcomes), sum(bool(each.diff) for each in outcomes)
        print(f"{plural(count, 'finding')} would be fixed in {plural(files, 'file')}.", file=sys.stderr)
    if options.statistics and options.output_format not in ("full", "concise"):
        sys.stderr.writelines(_statistics(outcomes))


def _finds(outcomes: Sequence[Outcome], options: Options) -> bool:
    """Whether the run is to fail: a finding is severe enough, or with --diff a file would change."""
    if options.exit_zero:
        return False
    if options.action is Action.DIFF:
        return any(outcome.diff for outcome in outcomes)
    least = Severity(options.fail_on).rank
    return any(finding.severity.rank >= least for outcome in outcomes for finding in outcome.report.findings)


def _place(problem: Problem) -> tuple[tuple[str, ...], int, int, str]:
    return sort_key(problem.path), problem.line, problem.column, problem.message


def _failed(message: str) -> int:
    print(f"torchlint: {shown(message)}", file=sys.stderr)
    return FAILED
