"""What may be told about hidden cases: what went wrong in them, and nothing that they hold.

A student's function sees the hidden inputs, and what it raises is the student's own text, so it
could carry them out. The error that is shown is therefore one that the function raises for a
*public* case, in a process that has met no hidden one.
"""

from __future__ import annotations

import builtins
import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.judging.interview import Interview
from rnncourse.checking.calling import Raised
from rnncourse.checking.caseset import CaseSet, load
from rnncourse.checking.diagnose import Finding
from rnncourse.checking.outcomes import NOT_ATTEMPTED
from rnncourse.checking.properties import Property

_KINDS = {
    name
    for name, thing in vars(builtins).items()
    if isinstance(thing, type) and issubclass(thing, BaseException)
} | {"LinAlgError"}
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def discreet(findings: Sequence[Finding], interview: Interview, package: Path) -> list[Finding]:
    """Return findings as they may be shown.

    Parameters
    ----------
    findings : sequence of Finding
        What was found with hidden cases.
    interview : Interview
        The one that is over; it is held again, with public cases, if any function failed.
    package : Path
        The folder of the students' package, which has these cases.
    """
    kept = [_without_names(finding, _public(finding.exercise, package)) for finding in findings]
    failed = [finding for finding in kept if finding.raised and finding.outcome != NOT_ATTEMPTED]
    if not failed:
        return kept
    lines = {line.strip() for cell in interview.cells for line in cell.source.split("\n")}
    with contextlib.ExitStack() as stack:
        fresh = None
        with contextlib.suppress(SandboxError):  # no mark depends on it
            fresh = stack.enter_context(interview.again())
        shown = {f.exercise: _public_error(f, _public(f.exercise, package), fresh, lines) for f in failed}
    return [replace(f, raised=shown[f.exercise]) if f.exercise in shown else f for f in kept]


def _public_error(
    finding: Finding, cases: CaseSet | None, fresh: Interview | None, lines: set[str]
) -> Raised | None:
    """Return the error of the same kind that a public case meets, else only what needs no words of the student's."""
    error = finding.raised
    if error and fresh and cases:
        asked = ((case, right) for right in (False, True)[: 1 + bool(cases.uses)] for case in cases.cases)
        errors = (fresh.ask(cases, [case], right)[0].raised for case, right in asked)  # up to the first
        met = next((raised for raised in errors if raised and raised.kind == error.kind), None)
        if met:
            return met
    if not error:
        return None
    kind = error.kind if error.kind in _KINDS else "an error of its own kind"
    is_there = error.source in lines
    return Raised(kind, "", error.line if is_there else 0, error.source if is_there else "")


def _without_names(finding: Finding, cases: CaseSet | None) -> Finding:
    """Leave out names that only a hidden case, or the answer to one, has."""
    mismatch = finding.mismatch
    if not mismatch or finding.case is None or not finding.case.inputs:
        return finding
    known = _names(finding, cases)

    def shown(match: re.Match[str]) -> str:
        return match[0] if match[0][1:-1] in known else "..."

    where, problem = (_QUOTED.sub(shown, text) for text in (mismatch.where, mismatch.problem))
    return replace(finding, mismatch=replace(mismatch, where=where, problem=problem))


def _names(finding: Finding, cases: CaseSet | None) -> set[str]:
    """Return the names that every answer to an exercise has, which are no secret."""
    names: set[str] = set()
    if finding.case and isinstance(finding.case.expected, Property):
        names.update(_texts(finding.case.expected.settings))
    if cases:
        names.update(cases.parts)
        keys = [set(_texts(c.expected)) for c in cases.cases if not isinstance(c.expected, Property)]
        names.update(set.intersection(*keys) if keys else ())
    return names


def _texts(value: Any) -> Iterator[str]:
    """Yield the keys in a tree, and its texts where they name something."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


@cache
def _public(exercise: str, package: Path) -> CaseSet | None:
    """Return the public cases, or None for an exercise that has none yet."""
    try:
        return load(exercise, package)
    except LookupError:
        return None
