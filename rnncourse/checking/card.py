"""What a card says about a finding, in the order in which a teacher would: what went wrong, where it shows, the tests.

:mod:`rnncourse.checking.render` sets it as text or HTML. With ``reveal=False`` a card names what is
wrong but shows no number of a hidden case. Everything is English, which is what records hold; who shows a card
to a learner hands over `words`, which puts a text in the learner's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rnncourse.checking.caseset import CORE
from rnncourse.checking.diagnose import Finding
from rnncourse.checking.given import Given, Seeded
from rnncourse.checking.outcomes import NOT_ATTEMPTED, OUTCOMES, PARTIAL
from rnncourse.checking.points import GroupResult
from rnncourse.checking.prose import listed, wrapped
from rnncourse.checking.values import describe

Words = Callable[[str], str]
"""Returns a text as the reader is to have it."""


def english(text: str) -> str:
    """Return a text as it is."""
    return text


_CODE_WIDTH = 80
_WHOLE = 8
"""Numbers that an array may have to be shown whole; of a larger one the shape says more."""


@dataclass(frozen=True)
class Line:
    """One line of a card: a label, its text, and whether the text is code.

    Text marks code with backticks; see :mod:`rnncourse.checking.prose`.
    """

    label: str
    text: str
    code: bool = False


def headline(finding: Finding) -> str:
    """Return the first line of a card: ``✓ rnn_step: correct``."""
    outcome = OUTCOMES[finding.outcome]
    right = [name for name, is_right in finding.outputs if is_right]
    noun = "outputs" if _is_called(finding) else "values"
    some = f", {len(right)} of {len(finding.outputs)} {noun}" if right and finding.outcome == PARTIAL else ""
    return f"{outcome.mark} {finding.exercise}: {outcome.says}{some}"


def diagnosis(finding: Finding) -> Iterator[Line]:
    """Yield what a card says first: the remark, the mistake that was proved, and what is right of several outputs."""
    if finding.note:
        yield Line("", finding.note)
    if finding.mistake:
        yield Line("What happened", finding.hint)
    right, wrong = (
        [name for name, is_right in finding.outputs if is_right is wanted] for wanted in (True, False)
    )
    if right and finding.outcome == PARTIAL:
        yield Line(
            "Right so far", f"{listed(right)}; not yet {listed(wrong)}." if wrong else f"{listed(right)}."
        )


def details(finding: Finding, reveal: bool = True, words: Words = english) -> Iterator[Line]:
    """Yield what a card says next: the first difference or the error, the case, and what was printed.

    Of a line of code, `words` were asked already: who shows it could not tell what in it is a text of ours.
    """
    if finding.outcome == NOT_ATTEMPTED:
        return
    if finding.raised:
        yield from _error_lines(finding, words)
    elif finding.mismatch:
        yield from _mismatch_lines(finding, reveal, words)
    called = _asked(finding.case.inputs, words) if finding.case and finding.case.inputs and reveal else ""
    if finding.where:
        yield Line("In the test", f"{finding.where}.")
    if called:
        yield Line("Called with", called, code=True)
    if finding.printed.strip() and reveal:
        yield Line("Your function printed", finding.printed.strip()[-400:], code=True)


def _is_called(finding: Finding) -> bool:
    """Return whether a function is asked for. Of a value, the text of what is expected would be the answer."""
    return finding.case is None or bool(finding.case.inputs)


def _error_lines(finding: Finding, words: Words) -> Iterator[Line]:
    assert finding.raised
    error = finding.raised
    said = f"{error.kind}: {words(error.message)}" if error.message else error.kind
    yield Line(
        "Error",
        "\n".join(wrapped(line, rest="  ", width=_CODE_WIDTH) for line in said.split("\n")),
        code=True,
    )
    if error.line and error.source:
        yield Line(f"Line {error.line} of your cell", error.source, code=True)


def _mismatch_lines(finding: Finding, reveal: bool, words: Words) -> Iterator[Line]:
    assert finding.mismatch
    mismatch = finding.mismatch
    place = f"In `answer{mismatch.where}`, " if mismatch.where else ""
    asks = mismatch.problem.endswith("?")
    differs = mismatch.expected and not asks
    label = "First difference" if differs else "Seen" if finding.mistake else "What happened"
    end = "" if asks else "."
    called = _is_called(finding)
    far = f"; {mismatch.distance}" if called and mismatch.distance else ""
    yield Line(label, f"{place}{mismatch.problem}{far}{end}")
    if mismatch.expected and called and (reveal or "shape" in mismatch.problem):
        pair = (f"expected  {mismatch.expected}", f"got       {mismatch.got}")
        yield Line("", "\n".join(map(words, pair)), code=True)
    if mismatch.relation:
        yield Line("Notice", mismatch.relation)


def _asked(inputs: Mapping[str, object], words: Words) -> str:
    """Return the arguments of a call, each whole where it is short, else as what it is."""
    room = max(map(len, inputs)) + 2
    return "\n".join(_argument(name.ljust(room), value, words) for name, value in inputs.items())


def _argument(name: str, value: object, words: Words) -> str:
    if isinstance(value, np.ndarray) and value.size <= _WHOLE:
        return (name + repr(value)).replace("\n", "\n" + " " * len(name))
    text = (
        words(describe(value))
        if isinstance(value, Given | Seeded | np.ndarray)
        else " ".join(repr(value).split())
    )
    return wrapped(text if len(text) <= 300 else words(describe(value)), name, " " * len(name), _CODE_WIDTH)


def reached(finding: Finding) -> Sequence[GroupResult]:
    """Return the tests to list: none for a stub, none that the check did not come to, and none if there is one."""
    tests = [test for test in finding.groups if test.passed is not None]
    return [] if finding.outcome == NOT_ATTEMPTED or len(tests) < 2 else tests


def count(finding: Finding) -> str:
    """Return how many tests pass, and what that means where the first of them does not."""
    tests = reached(finding)
    passed = sum(bool(test.passed) for test in tests)
    said = f"{passed} of {len(tests)} tests pass"
    first = next((test for test in tests if test.id == CORE), None)
    if first is None or first.passed:
        return said
    if passed:
        return f"{said}, but not the first, on which the others build"
    return f"{said}, each of which asks for all outputs" if finding.outcome == PARTIAL else said
