"""Show a finding to a person: a small card in Jupyter, the same words as text elsewhere.

Marks are a sign and a word, never a colour alone. With ``reveal=False`` the card names what
is wrong but shows no number of a hidden case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

import numpy as np

from rnncourse.checking.diagnose import Finding, GroupResult
from rnncourse.checking.given import Given, Seeded
from rnncourse.checking.outcomes import NOT_ATTEMPTED, OUTCOMES
from rnncourse.checking.values import describe

_SIGNS = {True: ("✓", "pass"), False: ("✗", "FAIL"), None: ("·", "not reached")}


@dataclass(frozen=True)
class Line:
    """One line of a card: a label, its text, and whether the text is code."""

    label: str
    text: str
    code: bool = False


def headline(finding: Finding) -> str:
    """Return the first line of a card: ``✓ rnn_step: correct``."""
    outcome = OUTCOMES[finding.outcome]
    return f"{outcome.mark} {finding.exercise}: {outcome.says}"


def diagnosis(finding: Finding) -> Iterator[Line]:
    """Yield what a card says first: the remark, and the mistake that was proved."""
    if finding.note:
        yield Line("", finding.note)
    if finding.mistake:
        yield Line("What happened", f"{finding.hint} (mistake: {finding.mistake})")


def details(finding: Finding, reveal: bool = True) -> Iterator[Line]:
    """Yield what a card says last: the error or the first difference, and what was printed."""
    if finding.where and finding.outcome != NOT_ATTEMPTED:
        yield Line("Where", f"{finding.where}.")
    if finding.raised and finding.outcome != NOT_ATTEMPTED:
        yield from _error_lines(finding)
    elif finding.mismatch:
        yield from _mismatch_lines(finding, reveal)
    if finding.printed.strip() and reveal:
        yield Line("Your function printed", finding.printed.strip()[-400:], code=True)


def _error_lines(finding: Finding) -> Iterator[Line]:
    assert finding.raised
    error = finding.raised
    yield Line("Error", f"{error.kind}: {error.message}" if error.message else error.kind, code=True)
    if error.line:
        yield Line(f"Line {error.line} of your cell", error.source, code=True)


def _mismatch_lines(finding: Finding, reveal: bool) -> Iterator[Line]:
    assert finding.mismatch
    mismatch = finding.mismatch
    place = f"In answer{mismatch.where}: " if mismatch.where else ""
    label = "First difference" if mismatch.expected else "Seen" if finding.mistake else "What happened"
    end = "" if mismatch.problem.endswith("?") else "."
    called = finding.case is None or bool(finding.case.inputs)  # for a value, the expected text is the answer
    far = f"; {mismatch.distance}" if called and mismatch.distance else ""
    yield Line(label, f"{place}{mismatch.problem}{far}{end}")
    if mismatch.expected and called and (reveal or "shape" in mismatch.problem):
        yield Line("Compared", f"expected: {mismatch.expected}\ngot:      {mismatch.got}", code=True)
    if mismatch.relation:
        yield Line("Notice", mismatch.relation)
    if reveal and finding.case and finding.case.inputs:
        asked = "\n".join(f"{name}: {_input(value)}" for name, value in finding.case.inputs.items())
        yield Line("When called with", asked, code=True)


def _input(value: object) -> str:
    """Return an argument in one line: whole when it is short, else what it is."""
    if isinstance(value, Given | Seeded):
        return describe(value)
    text = " ".join(repr(value).split())
    room = 90 if isinstance(value, np.ndarray) else 300
    return text if len(text) <= room else describe(value)


def to_text(finding: Finding, reveal: bool = True) -> str:
    """Return the card as plain text."""
    groups = [f"  {_SIGNS[g.passed][0]} {_SIGNS[g.passed][1]}: {g.says}" for g in _reached(finding)]
    above, below = map(_texts, (diagnosis(finding), details(finding, reveal)))
    return "\n".join([headline(finding), *above, *groups, *below])


def _texts(lines: Iterable[Line]) -> list[str]:
    texts = [f"{line.label}: {line.text}" if line.label else line.text for line in lines]
    return ["  " + text.replace("\n", "\n    ") for text in texts]


def _reached(finding: Finding) -> list[GroupResult]:
    """Return the groups to list: none for a stub, and none that the check did not come to."""
    return [] if finding.outcome == NOT_ATTEMPTED else [g for g in finding.groups if g.passed is not None]


def to_html(finding: Finding, reveal: bool = True) -> str:
    """Return the card as HTML with all text escaped, in tags that nbconvert's sanitizer keeps."""
    colour = OUTCOMES[finding.outcome].colour
    items = "".join(map(_item, _reached(finding)))
    groups = f'<ul style="list-style:none;margin:6px 0;padding:0">{items}</ul>' if items else ""
    above, below = ("".join(map(_row, part)) for part in (diagnosis(finding), details(finding, reveal)))
    return (
        f'<div role="status" style="border:1px solid {colour};border-left-width:6px;border-radius:4px;'
        f'padding:8px 14px;margin:4px 0;max-width:52em;font-size:14px;line-height:1.45">'
        f"<strong>{escape(headline(finding))}</strong>{above}{groups}{below}</div>"
    )


def _item(group: GroupResult) -> str:
    sign, word = _SIGNS[group.passed]
    return f'<li style="margin:0">{sign} <span style="font-size:80%">{word}</span>&ensp;{escape(group.says)}</li>'


def _row(line: Line) -> str:
    label = f"<strong>{escape(line.label)}.</strong> " if line.label else ""
    if not line.code:
        return f'<div style="margin:4px 0">{label}{escape(line.text)}</div>'
    box = "white-space:pre-wrap;font-family:monospace;margin:2px 0 4px;padding:4px 8px;"
    box += "background:rgba(127,127,127,.12)"
    return f'<div style="margin:4px 0 0">{label}</div><pre style="{box}">{escape(line.text)}</pre>'
