"""Points: which groups passed, which outputs are right, and what share of an exercise that is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rnncourse.checking.calling import Answer
from rnncourse.checking.caseset import CORE, MANNERS, Case, CaseSet
from rnncourse.checking.compare import Mismatch, compare
from rnncourse.checking.given import Seeded
from rnncourse.checking.outcomes import CORRECT, CRASHED, PARTIAL, TIMED_OUT, WRONG
from rnncourse.checking.properties import Property

MANNER_WEIGHT = 0.5
"""Weight of each manner beside the groups of an exercise."""


@dataclass(frozen=True)
class GroupResult:
    """Whether one group passed; None if it was not reached."""

    id: str
    says: str
    weight: float
    passed: bool | None


def results_of(cases: CaseSet, mismatches: Sequence[Mismatch | None], manner: str) -> tuple[GroupResult, ...]:
    """Return the result of every group, and of the manners where the values are right."""
    wrong = {case.group for case, mismatch in zip(cases.cases, mismatches, strict=True) if mismatch}
    results = [GroupResult(g.id, g.says, g.weight, g.id not in wrong) for g in cases.groups]
    for name, says in _manners_of(cases).items():
        passed = None if wrong or _comes_after(name, manner) else name != manner
        results.append(GroupResult(name, says, MANNER_WEIGHT, passed))
    return tuple(results)


def _manners_of(cases: CaseSet) -> dict[str, str]:
    """Return the manners that an exercise can show, in the order in which they are looked at."""
    if cases.is_value:
        return {}
    random = any(map(has_generator, cases.cases))
    return {name: says for name, says in MANNERS.items() if random or name != "ignores_its_generator"}


def has_generator(case: Case) -> bool:
    """Return whether a case hands over a random generator."""
    return any(isinstance(value, Seeded) for value in case.inputs.values())


def _comes_after(name: str, manner: str) -> bool:
    """Return whether one manner is looked at only after another that was found wanting."""
    order = list(MANNERS)
    return bool(manner) and order.index(name) > order.index(manner)


def outputs_of(
    cases: CaseSet, groups: Sequence[GroupResult], answers: Sequence[Answer]
) -> tuple[tuple[str, bool], ...]:
    """Return the outputs that a wrong core is worth points for, and whether each is right."""
    if _core_of(groups).passed or cases.core_is_a_gate:
        return ()
    return tuple((name, _part_is_right(cases, answers, part)) for part, name in enumerate(cases.parts))


def _part_is_right(cases: CaseSet, answers: Sequence[Answer], part: int) -> bool:
    """Return whether output number `part` is right in all core cases."""
    name = cases.parts[part]
    for case, answer in zip(cases.cases, answers, strict=True):
        expected: Any = case.expected
        if case.group != CORE:
            continue
        if isinstance(expected, Property):
            return False
        key: str | int = name if isinstance(expected, dict) else part
        try:
            got = answer.value[key] if answer.answered else None
        except (KeyError, IndexError, TypeError):
            return False
        if got is None or compare(expected[key], got, cases.tolerance_of(case, got), f"[{key!r}]"):
            return False
    return True


def fraction_of(cases: CaseSet, groups: Sequence[GroupResult], outputs: Sequence[tuple[str, bool]]) -> float:
    """Return the share of the points.

    The other groups count only on top of a right core. A wrong core with several named outputs
    earns the share of the outputs that are right in all core cases.
    """
    total = sum(group.weight for group in groups)
    core = _core_of(groups)
    if cases.core_is_a_gate:
        return _behind_the_gate(cases, groups) if core.passed else 0.0
    if core.passed:
        return sum(group.weight for group in groups if group.passed is not False) / total
    right = sum(is_right for _, is_right in outputs)
    return core.weight / total * right / len(outputs) if outputs else 0.0


def _core_of(groups: Sequence[GroupResult]) -> GroupResult:
    return next(group for group in groups if group.id == CORE)


def _behind_the_gate(cases: CaseSet, groups: Sequence[GroupResult]) -> float:
    """Return the share of the groups beside the core that passed; a manner that is lacking costs its weight."""
    lacking = sum(group.weight for group in groups if group.id in MANNERS and group.passed is False)
    counted = [group for group in cases.groups if group.id != CORE]
    passed = {group.id for group in groups if group.passed}
    got = sum(group.weight for group in counted if group.id in passed)
    return max(0.0, got - lacking) / sum(group.weight for group in counted)


def outcome_of(fraction: float, answers: Sequence[Answer]) -> str:
    """Return the outcome that belongs to a share of the points."""
    if fraction >= 1:
        return CORRECT
    if fraction > 0:
        return PARTIAL
    if any(answer.failure == "timed_out" for answer in answers):
        return TIMED_OUT
    return WRONG if any(answer.answered for answer in answers) else CRASHED
