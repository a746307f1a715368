"""Show a finding to a person: a small card in Jupyter, the same words as text elsewhere.

Marks are a sign and a word, never a colour alone. What a card says is in :mod:`rnncourse.checking.card`.
"""

from __future__ import annotations

from html import escape

from rnncourse.checking.card import Line, Words, count, details, diagnosis, english, headline, reached
from rnncourse.checking.diagnose import Finding
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED, OUTCOMES
from rnncourse.checking.points import GroupResult
from rnncourse.checking.prose import in_html, sentence

_SIGNS = {True: ("✓", "pass"), False: ("✗", "FAIL")}
_QUIET = "To try it yourself:"


def _own_call(finding: Finding, reveal: bool) -> str:
    """Return the call that repeats what the card shows, where there is something to repeat."""
    shown = reveal and finding.case and finding.case.inputs
    if not shown or finding.outcome in (CORRECT, NOT_ATTEMPTED):
        return ""
    return f'{finding.exercise}(**failing_case("{finding.exercise}"))'


def to_text(finding: Finding, reveal: bool = True, words: Words = english) -> str:
    """Return the card as plain text, in lines of at most 88 columns; `words` put it in a learner's language."""
    said = [_text(line, words) for line in (*diagnosis(finding), *details(finding, reveal, words))]
    tests = [_test_text(test, words) for test in reached(finding)]
    if tests:
        said.append(f"  {words(count(finding))}:")
    call = _own_call(finding, reveal)
    last = [f"  {words(_QUIET)} {call}"] if call else []
    return "\n".join([words(headline(finding)), *said, *tests, *last])


def _text(line: Line, words: Words) -> str:
    if not line.code:
        label = f"{words(line.label)}: " if line.label else ""
        return sentence(label + words(line.text), "  ", "    ")
    label = f"  {words(line.label)}:\n" if line.label else ""
    return f"{label}      " + line.text.replace("\n", "\n      ")


def _test_text(test: GroupResult, words: Words) -> str:
    sign, word = _SIGNS[bool(test.passed)]
    return sentence(words(test.says), f"    {sign} {words(word)}  ", " " * 12)


_BOX = (
    "white-space:pre-wrap;overflow-wrap:anywhere;font-family:monospace;font-size:13px;line-height:1.45;"
    "margin:4px 0 8px;padding:6px 10px;border:1px solid transparent;border-radius:3px;background:rgba(127,127,127,.13)"
)


def to_html(finding: Finding, reveal: bool = True, words: Words = english) -> str:
    """Return the card as HTML with all text escaped.

    The tests are folded, but not with ``reveal=False``: that card stands on pages of feedback, and
    nbconvert's sanitizer keeps no ``<details>`` and no style there.
    """
    lines = (*diagnosis(finding), *details(finding, reveal, words))
    rows = "".join(_row(line, words) for line in lines)
    call = _own_call(finding, reveal)
    last = (
        f'<div style="margin:8px 0 0;font-size:13px">{escape(words(_QUIET))} <code>{escape(call)}</code></div>'
        if call
        else ""
    )
    colour = OUTCOMES[finding.outcome].colour
    return (
        f'<div role="status" style="border:1px solid {colour};border-left-width:6px;border-radius:4px;'
        'padding:10px 16px;margin:4px 0;max-width:52em;font-size:14px;line-height:1.5">'
        f'<div style="font-size:16px"><strong>{escape(words(headline(finding)))}</strong></div>'
        f"{rows}{_tests(finding, words, folded=reveal)}{last}</div>"
    )


def _tests(finding: Finding, words: Words, folded: bool) -> str:
    items = "".join(_item(test, words, "" if folded else ":") for test in reached(finding))
    if not items:
        return ""
    said = escape(words(count(finding)))
    listing = f'<ul style="list-style:none;margin:4px 0 0;padding:0">{items}</ul>'
    if not folded:
        return f'<div style="margin:8px 0 0">{said}:</div>{listing}'
    return (
        f'<details style="margin:8px 0 0"><summary style="cursor:pointer">{said}</summary>{listing}</details>'
    )


def _item(test: GroupResult, words: Words, end: str) -> str:
    sign, word = _SIGNS[bool(test.passed)]
    mark = f'<span style="display:inline-block;width:4.5em;text-indent:0">{sign} {escape(words(word))}{end}</span> '
    return (
        f'<li style="margin:0;padding-left:4.8em;text-indent:-4.8em">{mark}{in_html(words(test.says))}</li>'
    )


def _row(line: Line, words: Words) -> str:
    label = f"<strong>{escape(words(line.label))}:</strong> " if line.label else ""
    if not line.code:
        return f'<div style="margin:6px 0">{label}{in_html(words(line.text))}</div>'
    above = f'<div style="margin:6px 0 0">{label}</div>' if label else ""
    return f'{above}<pre style="{_BOX}">{escape(line.text)}</pre>'
