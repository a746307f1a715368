"""Ask, compare, diagnose: the one rule by which an answer is right.

:func:`examine` serves the check in a notebook, the judge, and the audit of our own exercises.
They differ in where the cases come from and in how a function is reached, never in the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rnncourse.checking.calling import Answer, Raised
from rnncourse.checking.caseset import Case, CaseSet, KnownMistake
from rnncourse.checking.compare import Mismatch, compare
from rnncourse.checking.fingerprint import fingerprint
from rnncourse.checking.given import Seeded
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED
from rnncourse.checking.points import (
    GroupResult,
    fraction_of,
    has_generator,
    outcome_of,
    outputs_of,
    results_of,
)
from rnncourse.checking.properties import Property
from rnncourse.checking.telling import most_telling, where
from rnncourse.checking.together import Together
from rnncourse.checking.values import same_bits

Ask = Callable[[Case, bool], Answer]
"""Puts one case to the student's function. The flag asks for right helpers in place of their own."""

AskAll = Callable[[Sequence[Case], bool], Iterable[Answer]]
"""Puts several cases to it, in their order: on a long way they travel together."""

_MANNER_HINTS = {
    "changes_its_input": "Your function changes {what}. Work on a copy: whoever called you still needs it.",
    "shares_memory": "{what} are the same memory. A change to one would change the other: return a copy.",
    "ignores_its_generator": "Your function never draws from the generator it is given, so nobody can repeat what it "
    "did. Use the argument for every random number, and make no generator of your own.",
    "remembers_between_calls": "Asked the same again, your function gives another answer. Something decides besides "
    "its arguments: random numbers, or a variable outside or a default argument that remembers the call before.",
}


@dataclass(frozen=True)
class Finding:
    """What a check found out about one exercise.

    Attributes
    ----------
    exercise, outcome : str
        Name of the exercise, and one of the outcomes above.
    fraction : float
        Share of the points, from 0 to 1.
    groups : tuple of GroupResult
        What passed and what did not.
    mismatch : Mismatch or None
        The first difference, where there is one.
    case : Case or None
        The case that it was found in.
    mistake, hint : str
        Id and hint of the known mistake that was proved, or empty.
    raised : Raised or None
        The exception that came out of the function.
    printed, note : str
        What the function printed in that case; a remark for the student.
    where : str
        What the case probes that the mismatch was found in, and which output is wrong.
    outputs : tuple of (str, bool)
        Where the core is wrong: the names of several outputs, and whether each is right in all its cases.
    """

    exercise: str
    outcome: str
    fraction: float = 0.0
    groups: tuple[GroupResult, ...] = ()
    mismatch: Mismatch | None = None
    case: Case | None = None
    mistake: str = ""
    hint: str = ""
    raised: Raised | None = None
    printed: str = ""
    note: str = ""
    where: str = ""
    outputs: tuple[tuple[str, bool], ...] = ()


def examine(cases: CaseSet, ask: Ask) -> Finding:
    """Put every case to a function, one by one, and return what was found; see :func:`examine_together`."""
    return examine_together(cases, lambda asked, right: (ask(case, right) for case in asked))


def examine_together(cases: CaseSet, ask: AskAll) -> Finding:
    """Put every case to a function, several at a time, and return what was found.

    Parameters
    ----------
    cases : CaseSet
        What to ask, and the expected answers.
    ask : callable
        ``ask(cases, with_right_helpers)`` returns an :class:`Answer` for each, in their order.
    """
    ask = _each_once(ask)
    answers, is_its_own = list(ask(cases.cases, False)), False
    helped = cache(lambda: list(ask(cases.cases, True)))
    if all(_is_stub(answer) for answer in answers):
        finding = Finding(cases.exercise, NOT_ATTEMPTED, note=_not_started(answers[0]))
    else:
        if cases.uses and (worst := _worst(cases, answers)) is not None:
            is_its_own = _is_wrong_even_so(cases, worst, ask)
            if not is_its_own and (right := _right_after_all(cases, helped(), ask)):
                return right
        finding = _weigh(cases, answers, ask, search=not cases.uses)
    if finding.outcome == CORRECT or not cases.uses or (is_its_own and finding.mistake):
        return finding
    if finding.outcome != NOT_ATTEMPTED and not finding.mistake and any(_mismatches(cases, helped())):
        # A search takes long, so it is left out where a helper is to blame.
        finding = _weigh(cases, answers, ask)
        if finding.mistake:
            return finding
    # Also when a mistake was proved, and when the stub of a helper was met: it may be the helper's.
    again = _with_right_helpers(cases, helped(), ask, finding.outcome == NOT_ATTEMPTED)
    return again if again and (again.outcome == CORRECT or not finding.mistake) else finding


def _each_once(ask: AskAll) -> AskAll:
    """Return a way to ask that puts a question once where several cases ask the same, and expect different things."""

    def once(asked: Sequence[Case], right: bool) -> Iterable[Answer]:
        questions = [_question(case) for case in asked]
        put = dict(zip(reversed(questions), reversed(asked), strict=True))
        different = list(dict.fromkeys(questions))
        answers = dict(zip(different, ask([put[question] for question in different], right), strict=True))
        return [answers[question] for question in questions]

    return once


def _question(case: Case) -> Hashable:
    """Return what is equal for cases that ask the same, as far as that is seen at once: of nothing, or of seeds."""
    at_once = all(isinstance(value, Seeded) for value in case.inputs.values())
    return tuple(sorted(case.inputs.items())) if at_once else id(case)


def _worst(cases: CaseSet, answers: Sequence[Answer]) -> int | None:
    """Return which wrong answer tells most, or None if none is wrong."""
    mismatches = _mismatches(cases, answers)
    return most_telling(cases.cases, answers, mismatches) if any(mismatches) else None


def _is_wrong_even_so(cases: CaseSet, number: int, ask: AskAll) -> bool:
    """Return whether an answer is wrong with right helpers, too."""
    (answer,) = ask([cases.cases[number]], True)
    return _compare(cases, cases.cases[number], answer) is not None


def _right_after_all(cases: CaseSet, helped: Sequence[Answer], ask: AskAll) -> Finding | None:
    """Return the finding if right helpers make all right: then no mistake of the function itself is looked for."""
    found = None if any(_mismatches(cases, helped)) else _with_right_helpers(cases, helped, ask, False)
    return found if found and found.outcome == CORRECT else None


def _mismatches(cases: CaseSet, answers: Sequence[Answer]) -> list[Mismatch | None]:
    """Return what is wrong with the value of each answer, or None."""
    mismatches = [_compare(cases, case, answer) for case, answer in zip(cases.cases, answers, strict=True)]
    for together in cases.together:
        _compare_together(cases, together, answers, mismatches)
    return mismatches


NOT_STARTED = "You have not started this one."


def _is_stub(answer: Answer) -> bool:
    """Return whether this is what the untouched stub answers."""
    return answer.failure == "missing" or (
        answer.raised is not None and answer.raised.kind == "NotImplementedError"
    )


def _not_started(answer: Answer) -> str:
    if answer.failure == "missing":
        return NOT_STARTED
    return f"{NOT_STARTED} If you have, delete the line `raise NotImplementedError()`: it is reached."


def _with_right_helpers(
    cases: CaseSet, answers: Sequence[Answer], ask: AskAll, met_a_stub: bool
) -> Finding | None:
    """Return a finding if right helpers make the function right, or prove which mistake it makes itself.

    Also if it met the stub of a helper, and is no stub itself: nothing else can be said of it.
    """
    if met_a_stub and all(map(_is_stub, answers)):
        return None
    again = _weigh(cases, answers, lambda asked, _: ask(asked, True))
    names = " and ".join(cases.uses)
    if again.mistake:
        return replace(again, note=f"This is so even with a right {names}. {again.note}".strip())
    if again.outcome != CORRECT:
        note = (
            f"It calls what you have not finished. This is so even with a right {names}. {again.note}".strip()
        )
        return replace(again, note=note) if met_a_stub else None
    note = f"Right, given a right {names}: the mistake is there, not here."
    return replace(again, note=f"{note} If its check finds none: do the two write into one array?")


def _weigh(cases: CaseSet, answers: Sequence[Answer], ask: AskAll, search: bool = True) -> Finding:
    """Compare all answers and turn them into a finding; without a search only a mistake of the bank has a name."""
    mismatches = _mismatches(cases, answers)
    values_only = any(mismatches) or cases.is_value
    manner, what, shown = ("", "", None) if values_only else _manner(cases, answers, ask)
    groups = results_of(cases, mismatches, manner)
    outputs = outputs_of(cases, groups, answers)
    fraction = fraction_of(cases, groups, outputs)
    finding = Finding(cases.exercise, outcome_of(fraction, answers), fraction, groups, outputs=outputs)
    if manner:
        changed = {name for answer in answers for name in answer.changed}
        return _name_manner(cases, replace(finding, case=shown), manner, what, changed)
    if not any(mismatches):
        return finding
    worst = most_telling(cases.cases, answers, mismatches)
    known = _diagnose(cases, answers, mismatches, search)
    finding = replace(
        finding,
        mismatch=mismatches[worst],
        case=cases.cases[worst],
        raised=answers[worst].raised,
        printed=answers[worst].printed,
        mistake=known.id if known else "",
        hint=known.hint if known else "",
        note=_also_changes(answers),
        where="" if cases.is_value else where(cases, worst, mismatches),
    )
    if search and not known and not cases.is_value and _changed_its_mind(cases, answers[0], ask):
        return _name_manner(cases, finding, "remembers_between_calls", "")
    return finding


def _also_changes(answers: Sequence[Answer]) -> str:
    """Return a remark if a function with wrong values changes its arguments besides."""
    changed = sorted({name for answer in answers for name in answer.changed})
    names = " and ".join(f"`{name}`" for name in changed)
    return f"Besides, your function changes what it is given: {names}." if changed else ""


def _compare(cases: CaseSet, case: Case, answer: Answer) -> Mismatch | None:
    """Return what is wrong with one answer, or None."""
    if answer.raised:
        return Mismatch("", f"your code raised {answer.raised.kind}")
    if answer.failure:
        return Mismatch("", _FAILURES[answer.failure])
    if isinstance(case.expected, Property):
        mistake, problem = case.expected.problem(case.inputs, answer.value)
        return Mismatch("", problem, mistake=mistake) if problem else None
    return compare(case.expected, answer.value, cases.tolerance_of(case, answer.value))


def _compare_together(
    cases: CaseSet, together: Together, answers: Sequence[Answer], mismatches: list[Mismatch | None]
) -> None:
    """Note what does not hold for the answers of a group together, at the last of its cases."""
    members = [n for n, case in enumerate(cases.cases) if case.group == together.group]
    if any(mismatches[n] for n in members):
        return
    mistake, problem = together.problem([(cases.cases[n].inputs, answers[n].value) for n in members])
    if problem:
        mismatches[members[-1]] = Mismatch("", problem, mistake=mistake)


_FAILURES = {
    "timed_out": "there was no answer in time",
    "died": "the program ended in the middle of the call",
    "unreadable": "the answer is not made of numbers, texts, arrays, lists, tuples and dicts",
    "missing": "there is nothing of that name",
}


_NO_SECOND_ANSWER = ("timed_out", "died")


def _manner(cases: CaseSet, answers: Sequence[Answer], ask: AskAll) -> tuple[str, str, Case | None]:
    """Return the first manner that a function with right values lacks, what shows it, and in which case."""
    both = list(zip(cases.cases, answers, strict=True))
    for case, answer in both:
        if answer.changed:
            what = " and ".join(f"its argument `{name}`" for name in answer.changed)
            return "changes_its_input", what, case
        if answer.shared and not cases.allow_views:
            return "shares_memory", answer.shared[0], case
    seeded = [(case, answer.unused) for case, answer in both if has_generator(case)]
    if seeded and all(unused for _, unused in seeded):
        return "ignores_its_generator", "", seeded[0][0]
    numbers = _asked_again(cases)
    asked = [cases.cases[number] for number in numbers]
    first = [answers[number] for number in numbers]
    for case, answer, again in zip(asked, first, ask(asked, False), strict=True):
        if again is answer or again.failure in _NO_SECOND_ANSWER:
            continue  # where it is the time of the whole submission that is up, that is no memory
        many_are_right = isinstance(case.expected, Property)
        if not _same(answer, again) if many_are_right else _compare(cases, case, again):
            return "remembers_between_calls", "", case
    return "", "", None


def _asked_again(cases: CaseSet) -> list[int]:
    """Return which cases are asked a second time, the last first; one of those that are judged together."""
    seeded, met = {together.group for together in cases.together}, set[str]()
    numbers = list[int]()
    for number, case in enumerate(cases.cases):
        if case.group not in seeded or case.group not in met:
            numbers.append(number)
        met.add(case.group)
    return numbers[::-1]


def _same(first: Answer, again: Answer) -> bool:
    """Return whether two answers are equal; where many are right, both may be and yet differ."""
    if first.answered and again.answered and same_bits(first.value, again.value):
        return True
    return fingerprint(first).matches(fingerprint(again))


def _changed_its_mind(cases: CaseSet, first: Answer, ask: AskAll) -> bool:
    """Return whether a function answers its first question in another way when asked again."""
    if not first.answered:
        return False
    (again,) = ask(cases.cases[:1], False)
    return again.answered and not _same(first, again)


def _name_manner(
    cases: CaseSet, finding: Finding, manner: str, what: str, changed: Collection[str] = ()
) -> Finding:
    """Return `finding` with the mistake of a bad manner, under the exercise's own name if it has one for it."""
    named = (mistake for mistake in cases.known() if mistake.manner == manner)
    own = next((mistake for mistake in named if set(mistake.changes) == set(changed)), None)
    hint = own.hint if own else _MANNER_HINTS[manner].format(what=what)
    return replace(finding, mistake=own.id if own else manner, hint=hint)


def _diagnose(
    cases: CaseSet, answers: Sequence[Answer], mismatches: Sequence[Mismatch | None], search: bool
) -> KnownMistake | None:
    """Return the known mistake that gives exactly these answers to all cases, or that some case proves; else a slip."""
    if cases.seals and answers[0].answered:
        told = cases.seals.mistake(answers[0].value, [n for n, mismatch in enumerate(mismatches) if mismatch])
        return KnownMistake(told.id, told.hint, ()) if told else None
    proved = {mismatch.mistake for mismatch in mismatches if mismatch and mismatch.mistake}
    if proved:  # cases of one mistake may look like several: the one declared first is the simplest
        return next((mistake for mistake in cases.known() if mistake.id in proved), None)
    prints = [fingerprint(answer, cases.tolerance.dtype is not None) for answer in answers]
    telling = sorted(range(len(prints)), key=lambda n: (mismatches[n] is None, cases.cases[n].seconds))
    for mistake in cases.known():
        if not mistake.manner and all(mistake.answers[n].matches(prints[n]) for n in telling):
            return mistake
    slip = cases.slip(cases, answers) if search else None
    return KnownMistake(*slip, ()) if slip else None
