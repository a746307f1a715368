"""Mistakes that go together over exercises, and who shares them.

Two mistakes are linked when more students made both than would if students differed in nothing but how many
mistakes they make. So a weak student, who makes many of all kinds, links nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp

from autograder.report.mistakes import ExerciseMistakes
from autograder.report.model import natural

LEAST_BOTH, LEAST_PART, LEAST_LIFT, MOST_CHANCE = 3, 0.01, 2.0, 0.05
"""So many students, and this part of the class, made both; that is so many times what is expected; and the
chance of it, for all pairs that were looked at together (Bonferroni), is no more than this."""
PRIOR = 0.5
"""Mistakes that everybody is taken to make beside those that are known, so that nobody makes none for sure."""
MOST_SHOWN = 12

Place = tuple[str, str, str]
"""Notebook, exercise, mistake."""


@dataclass(frozen=True)
class Belief:
    """Mistakes that go together, each with each.

    Attributes
    ----------
    mistakes : tuple of (Place, str, int)
        Where and which, what students were told, and how many made it.
    students : tuple of str
        Who made at least two of them.
    both : int
        How many made the pair that most made.
    expected : float
        How many would be expected to make that pair.
    """

    mistakes: tuple[tuple[Place, str, int], ...]
    students: tuple[str, ...]
    both: int
    expected: float


def beliefs(made: Sequence[ExerciseMistakes], students: int) -> tuple[Belief, ...]:
    """Return the groups of mistakes that go together, the most frequent first.

    Parameters
    ----------
    made : sequence of ExerciseMistakes
        All mistakes of the class.
    students : int
        How many students there are.
    """
    who = {(e.notebook, e.exercise, m.id): m.students for e in made for m in e.made}
    told = {(e.notebook, e.exercise, m.id): m.message for e in made for m in e.made}
    links = _links(who, students)
    groups: list[list[Place]] = []
    for pair in sorted(links, key=lambda pair: (-links[pair][0], pair)):
        _join(groups, pair, links)
    return tuple(_belief(group, who, told, links) for group in groups[:MOST_SHOWN])


def _links(who: Mapping[Place, Sequence[str]], students: int) -> dict[tuple[Place, Place], tuple[int, float]]:
    """Return the pairs that go together: how many made both, and how many were expected to."""
    least = max(LEAST_BOTH, int(LEAST_PART * students))
    by_student: dict[str, list[Place]] = {}
    for place in sorted(who):
        for student in who[place]:
            by_student.setdefault(student, []).append(place)
    frequent = {place for place, mine in who.items() if len(mine) >= least}
    both = Counter(
        pair
        for mine in by_student.values()
        for pair in combinations([place for place in mine if place in frequent], 2)
        if pair[0][:2] != pair[1][:2]
    )
    looked_at = max(1, len(frequent) * (len(frequent) - 1) // 2)
    found = {}
    for (one, other), count in both.items():
        usual = len(who[one]) * len(who[other]) / students
        if count < max(least, LEAST_LIFT * usual):
            continue  # what is not even more than usual need not be weighed
        expected = usual * _spread(by_student, students, {one, other})
        if count >= LEAST_LIFT * expected and chance(count, expected) * looked_at <= MOST_CHANCE:
            found[one, other] = (count, expected)
    return found


def _spread(by_student: Mapping[str, Sequence[Place]], students: int, without: set[Place]) -> float:
    """Return by how much unequal students raise the number that makes both, from their other mistakes."""
    others = [len(mine) - len(without.intersection(mine)) + PRIOR for mine in by_student.values()]
    others += [PRIOR] * (students - len(others))
    return students * sum(m * m for m in others) / sum(others) ** 2


def chance(count: int, expected: float) -> float:
    """Return the probability of `count` or more where so many are expected, by Poisson's law."""
    term, below = exp(-expected), 0.0
    for number in range(count):
        below += term
        term *= expected / (number + 1)
    return max(0.0, 1.0 - below)


def _join(
    groups: list[list[Place]],
    pair: tuple[Place, Place],
    links: Mapping[tuple[Place, Place], tuple[int, float]],
) -> None:
    """Add a pair to the first group with all of which it is linked, else begin a group."""
    for group in groups:
        new = [place for place in pair if place not in group]
        if len(new) == 2:
            continue
        if all((min(p, q), max(p, q)) in links for p in new for q in group):
            group.extend(new)
            return
    groups.append(list(pair))


def _belief(
    group: Sequence[Place],
    who: Mapping[Place, Sequence[str]],
    told: Mapping[Place, str],
    links: Mapping[tuple[Place, Place], tuple[int, float]],
) -> Belief:
    times = Counter(student for place in group for student in who[place])
    both, expected = max(links[pair] for pair in combinations(sorted(group), 2))
    return Belief(
        tuple((place, told[place], len(who[place])) for place in sorted(group)),
        tuple(sorted((s for s, count in times.items() if count > 1), key=natural)),
        both,
        expected,
    )
