"""What is asked in a check: cases with their expected answers, and the known mistakes.

A case set comes from one of two places and is the same thing in both. The *public* one of an
exercise is a data file inside this package, read by :func:`load`. A *hidden* one is drawn
fresh by the judge. Neither holds any code. Where a value is asked for, what would tell it is sealed
in the public one: see :mod:`rnncourse.checking.sealed`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from rnncourse import serving
from rnncourse.checking.calling import Answer
from rnncourse.checking.codec import from_json, to_json
from rnncourse.checking.compare import Tolerance, compare, is_single
from rnncourse.checking.fingerprint import Fingerprint
from rnncourse.checking.portions import prints_of
from rnncourse.checking.properties import Property
from rnncourse.checking.seals import SealedMistake, Seals
from rnncourse.checking.together import Together
from rnncourse.checking.values import Value, bits, same_bits

CORE = "core"
"""The group whose cases say whether the answer is right at all; the others only add to it."""

MANNERS = {
    "changes_its_input": "leaves its arguments as they were",
    "shares_memory": "returns something new each time",
    "ignores_its_generator": "draws its random numbers from the generator it is given",
    "remembers_between_calls": "gives the same answer when asked again",
}
"""What is expected of every function whatever it computes, by the mistake of not doing it."""


@dataclass(frozen=True)
class Group:
    """A property that some of the cases probe.

    Attributes
    ----------
    id : str
        Short name that cases refer to.
    says : str
        What holds when it passes, as the student reads it: ``a batch of one (N = 1)``.
    weight : float
        Its share of the score.
    by_row : bool
        Whether its cases are compared row by row; see :class:`rnncourse.checking.compare.Tolerance`.
    """

    id: str
    says: str
    weight: float = 1.0
    by_row: bool = False


Recorded = tuple[str, Mapping[str, Value], Value]
"""A question to an earlier exercise: its name, the arguments by name and in order, and the answer."""


@dataclass(frozen=True)
class Case:
    """One question and its right answer, or the property that every right answer has."""

    group: str
    inputs: Mapping[str, Value]
    expected: Value | Property
    asks: Callable[[], Sequence[Recorded]] = field(default=tuple, compare=False)
    """Returns what earlier exercises are asked on the way by the right solution."""
    single: Callable[[], Mapping[str, float]] = field(default=dict, compare=False)
    """Returns what a float32 answer may be off, by its path; see :class:`rnncourse.checking.compare.Tolerance`."""
    seconds: float = field(default=0.0, compare=False)
    """CPU time that the right solution needed, where that was measured."""

    @cached_property
    def helpers(self) -> Sequence[Recorded]:
        """What earlier exercises are asked on the way, which only a wrong answer makes worth knowing."""
        return self.asks()

    @cached_property
    def by_bits(self) -> Mapping[tuple[str, Hashable], Value]:
        """The answers of helpers by name and arguments, where these have bits to be found by."""
        found: dict[tuple[str, Hashable], Value] = {}
        for name, asked, answer in self.helpers:
            with suppress(TypeError):
                found.setdefault((name, bits(asked)), answer)
        return found

    @cached_property
    def by_sight(self) -> Mapping[tuple[str, int], tuple[_Asked, ...]]:
        """What helpers were asked, by name and number of arguments."""
        found: dict[tuple[str, int], list[_Asked]] = {}
        for name, asked, answer in self.helpers:
            found.setdefault((name, len(asked)), []).append(_Asked(asked, answer))
        return {key: tuple(questions) for key, questions in found.items()}


class _Asked:
    """A question to a helper that tells at first sight what cannot be the same question."""

    def __init__(self, arguments: Mapping[str, Value], answer: Value) -> None:
        self.arguments, self.answer = arguments, answer
        looks = ((name, value, _look(value)) for name, value in arguments.items())
        self._looks = {n: (*look, 1e-4 * float(np.abs(value).max())) for n, value, look in looks if look}

    def may_be(self, looks: Mapping[str, tuple[tuple[int, ...], float] | None]) -> bool:
        """Return whether shapes are equal and first entries differ by no more than rounding."""
        for name, (shape, first, margin) in self._looks.items():
            look = looks.get(name)
            if look and (look[0] != shape or abs(look[1] - first) > margin):
                return False
        return True


def _look(value: Value) -> tuple[tuple[int, ...], float] | None:
    """Return shape and first entry of an array of numbers that has one."""
    if not isinstance(value, np.ndarray) or value.size == 0 or value.dtype.kind not in "iuf":
        return None
    return value.shape, float(value.flat[0])


@dataclass(frozen=True)
class KnownMistake:
    """A named mistake and the answers it gives to the cases, in order.

    Attributes
    ----------
    id, hint : str
        Its name, and what a student who made it is told.
    answers : sequence of Fingerprint
        One for each case, in their order.
    manner : str
        A key of :data:`MANNERS` if the values are right and only the manner is wrong.
    changes : tuple of str
        Names of the arguments that it changes, if that is what it does.
    """

    id: str
    hint: str
    answers: Sequence[Fingerprint]
    manner: str = ""
    changes: tuple[str, ...] = ()


NameSlip = Callable[["CaseSet", Sequence[Answer]], "tuple[str, str] | None"]
"""Returns id and hint of what explains these answers beside the known mistakes: slips, several things, likenesses."""


def no_slip(_: CaseSet, __: Sequence[Answer]) -> None:
    """Name no slip: for case sets of which none are known."""
    return


@dataclass(frozen=True)
class CaseSet:
    """Everything that a check of one exercise needs.

    Attributes
    ----------
    exercise : str
        Name of the function or value that is asked for.
    is_value : bool
        Whether a value is asked for rather than a function.
    groups : tuple of Group
        In the order in which they are shown; the first is :data:`CORE`.
    cases : tuple of Case
        In the order in which they are asked.
    tolerance : Tolerance
        How close is close enough.
    parts : tuple of str
        Names of the outputs when there are several, each worth an equal part of the core.
    uses : tuple of str
        Earlier exercises that this one may call.
    hints : tuple of str
        The staged hints, gentlest first.
    core_is_a_gate : bool
        Whether the core only opens the way to the points of the other groups and earns none itself.
    allow_views : bool
        Whether outputs may share memory with each other or the arguments.
    together : tuple of Together
        What must hold for the answers of a group together.
    known : callable
        Returns the known mistakes; called only when something is wrong.
    slip : callable
        Returns id and hint of what else explains these answers, or None; called only when no known
        mistake does.
    seals : Seals or None
        The known mistakes of a value as students have them, in place of `known`.
    """

    exercise: str
    is_value: bool
    groups: tuple[Group, ...]
    cases: tuple[Case, ...]
    tolerance: Tolerance = field(default_factory=Tolerance)
    parts: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    allow_views: bool = False
    core_is_a_gate: bool = False
    together: tuple[Together, ...] = ()
    known: Callable[[], Sequence[KnownMistake]] = field(default=tuple, compare=False)
    slip: NameSlip = field(default=no_slip, compare=False)
    seals: Seals | None = None

    @cached_property
    def right(self) -> Sequence[Sequence[Fingerprint]]:
        """The fingerprints of the right answers: for each case, of each output."""
        kinds = self.tolerance.dtype is not None
        return [prints_of(Answer(case.expected), case.expected, kinds) for case in self.cases]

    def tolerance_of(self, case: Case, answer: Value) -> Tolerance:
        """Return how far this answer to a case may be off."""
        by_row = any(group.by_row for group in self.groups if group.id == case.group)
        single = case.single() if is_single(answer) else {}
        return replace(self.tolerance, by_row=by_row, single=single)


def find_helper_answer(case: Case, name: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Value:
    """Return the recorded answer of the right `name` to these arguments within `case`.

    Raises
    ------
    LookupError
        If the right solution never asks that.
    """
    able = case.by_sight.get((name, len(args) + len(kwargs)), ())
    for first in able[:1]:  # mostly it is the same question, bit for bit
        with suppress(TypeError, KeyError):
            return case.by_bits[name, bits(_named(first.arguments, args, kwargs))]
    given = _named(able[0].arguments, args, kwargs) if able else {}
    looks = {key: _look(value) for key, value in given.items()}
    for asked in able:
        if asked.may_be(looks) and _same_question(asked.arguments, given):
            return asked.answer
    raise LookupError(f"{name} was asked something that the right solution does not ask")


def _named(asked: Iterable[str], args: Sequence[Value], kwargs: Mapping[str, Value]) -> dict[str, Value]:
    """Return arguments by name, in the order of those names as far as it has them."""
    given = dict(zip(asked, args, strict=False)) | dict(kwargs)
    return {name: given[name] for name in asked if name in given} | given


def _same_question(asked: Mapping[str, Value], given: Mapping[str, Value]) -> bool:
    """Return whether arguments agree to 1e-5."""
    if set(asked) != set(given):
        return False
    rest = [key for key in asked if not same_bits(asked[key], given[key])]
    loose = Tolerance(relative=1e-5, absolute=1e-5)
    return all(compare(asked[key], given[key], loose) is None for key in rest)


def dump(cases: CaseSet) -> dict[str, Any]:
    """Return a case set as JSON data."""
    return {
        "exercise": cases.exercise,
        "is_value": cases.is_value,
        "parts": list(cases.parts),
        "uses": list(cases.uses),
        "allow_views": cases.allow_views,
        **({"core_is_a_gate": True} if cases.core_is_a_gate else {}),
        "tolerance": {key: vars(cases.tolerance)[key] for key in ("relative", "absolute", "dtype")},
        "hints": list(cases.hints),
        "together": [vars(what) | {"settings": to_json(what.settings)} for what in cases.together],
        "groups": [vars(group) for group in cases.groups],
        "cases": [_dump_case(case) for case in cases.cases],
        "mistakes": [_dump_mistake(mistake) for mistake in cases.known()],
        **({"seals": _dump_seals(cases.seals)} if cases.seals else {}),
    }


def _dump_seals(seals: Seals) -> dict[str, Any]:
    mistakes = [{"case": m.case, "of": m.of and list(m.of), "token": m.token} for m in seals.mistakes]
    return {"room": seals.room, "mistakes": mistakes}


def _dump_mistake(mistake: KnownMistake) -> dict[str, Any]:
    answers, changes = [vars(answer) for answer in mistake.answers], list(mistake.changes)
    return {"id": mistake.id} | vars(mistake) | {"answers": answers, "changes": changes}


def _dump_case(case: Case) -> dict[str, Any]:
    inputs = {name: to_json(value) for name, value in case.inputs.items()}
    helpers = [
        [name, {key: _argument(case, value) for key, value in asked.items()}, to_json(answer)]
        for name, asked, answer in case.helpers
    ]
    expected = case.expected
    if isinstance(expected, Property):
        written = {"property": expected.name, "settings": to_json(expected.settings)}
    else:
        written = to_json(expected)
    single = dict(case.single())
    return {
        "group": case.group,
        "inputs": inputs,
        "expected": written,
        "helpers": helpers,
        "single": single,
    }


def _argument(case: Case, value: Value) -> Any:
    """Return an argument of a helper as JSON data: by name if it is an input of the case, as weights are."""
    same = next((name for name, given in case.inputs.items() if same_bits(given, value)), None)
    return to_json(value) if same is None else {"input": same}


def restore(data: dict[str, Any]) -> CaseSet:
    """Return the case set that :func:`dump` wrote."""
    return CaseSet(
        exercise=data["exercise"],
        is_value=data["is_value"],
        groups=tuple(Group(**group) for group in data["groups"]),
        cases=tuple(_restore_case(case) for case in data["cases"]),
        tolerance=Tolerance(**data["tolerance"]),
        parts=tuple(data["parts"]),
        uses=tuple(data["uses"]),
        hints=tuple(data["hints"]),
        allow_views=data["allow_views"],
        core_is_a_gate=data.get("core_is_a_gate", False),
        together=tuple(
            Together(what["group"], what["name"], from_json(what["settings"])) for what in data["together"]
        ),
        known=cache(lambda: [_restore_mistake(mistake) for mistake in data["mistakes"]]),
        slip=_look_up,
        seals=_restore_seals(data["exercise"], data["seals"]) if "seals" in data else None,
    )


def _look_up(cases: CaseSet, answers: Sequence[Answer]) -> tuple[str, str] | None:
    """Look for slips in the table of an exercise; all of that is imported when an answer is wrong."""
    from rnncourse.checking.accounts import from_table
    from rnncourse.checking.tables import slips_of

    return from_table(slips_of(cases.exercise), cases, answers)


def _restore_seals(exercise: str, data: dict[str, Any]) -> Seals:
    of = [None if m["of"] is None else tuple(m["of"]) for m in data["mistakes"]]
    mistakes = (SealedMistake(m["case"], o, m["token"]) for m, o in zip(data["mistakes"], of, strict=True))
    return Seals(exercise, data["room"], tuple(mistakes))


def _restore_case(data: dict[str, Any]) -> Case:
    inputs = {name: from_json(value) for name, value in data["inputs"].items()}
    helpers = tuple(
        (name, {key: _restore_argument(inputs, value) for key, value in asked.items()}, from_json(answer))
        for name, asked, answer in data["helpers"]
    )
    written, single = data["expected"], data["single"]
    if isinstance(written, dict) and "property" in written:
        expected = Property(written["property"], from_json(written["settings"]))
    else:
        expected = from_json(written)
    return Case(data["group"], inputs, expected, lambda: helpers, lambda: single)


def _restore_argument(inputs: Mapping[str, Value], data: Any) -> Value:
    return inputs[data["input"]] if isinstance(data, dict) and "input" in data else from_json(data)


def _restore_mistake(data: dict[str, Any]) -> KnownMistake:
    answers = (Fingerprint(a["structure"], tuple(a["sums"]), a["scale"]) for a in data["answers"])
    return KnownMistake(data["id"], data["hint"], tuple(answers), data["manner"], tuple(data["changes"]))


def load(exercise: str, package: Path | None = None) -> CaseSet:
    """Return the public case set of an exercise, from the folder of a students' package, or of the one served.

    Raises
    ------
    LookupError
        If there is no exercise of that name; the message lists those there are.
    """
    return read_cases((package or serving.folder()) / "cases" / f"{exercise}.json")


@cache
def read_cases(path: Path) -> CaseSet:
    """Return the case set in a file, which is kept."""
    if not path.stem.isidentifier() or not path.is_file():
        there = ", ".join(sorted(other.stem for other in path.parent.glob("*.json")))
        raise LookupError(f"There is no exercise {path.stem!r}. The exercises are: {there}.")
    return restore(json.loads(path.read_text(encoding="utf-8")))


def names() -> list[str]:
    """Return the names of all exercises that have public cases, sorted."""
    return sorted(path.stem for path in (serving.folder() / "cases").glob("*.json"))
