"""How an exercise is declared.

An exercise is data: what is asked, which wrong ways are known, which other right ways there
are, which relations every right answer obeys. The reference is not here: it is the solution
region of the master notebook, the only place where it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

import numpy as np

from autograder.errors import ExerciseError
from rnncourse.checking.caseset import CORE, MANNERS, Group
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.properties import Property
from rnncourse.checking.together import Together
from rnncourse.checking.values import Value

Draw = np.random.Generator


@dataclass(frozen=True)
class Question:
    """One case before it has an answer: the group it belongs to, and the arguments in order."""

    group: str
    inputs: dict[str, Value]
    expected: Property | None = None


def ask(group: str = CORE, expected: Property | None = None, /, **inputs: Value) -> Question:
    """Return a question; the keyword order is the order of the arguments.

    Where many answers are right, `expected` says what must hold for them; otherwise the reference
    gives the expected answer. Arguments may be :class:`Given` functions and :class:`Seeded`
    generators.
    """
    return Question(group, inputs, expected)


@dataclass(frozen=True)
class Variant:
    """Another version of the solution cell: the reference with edits, or a source of its own.

    Attributes
    ----------
    id : str
        Short name, in snake case.
    edits : tuple of (str, str)
        Replacements in the reference; each old text must occur exactly once.
    source : str
        The whole cell instead, for what edits cannot express.
    """

    id: str
    edits: tuple[tuple[str, str], ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Mistake(Variant):
    """A known wrong way, and what a student who took it is told.

    Attributes
    ----------
    hint : str
        Says what happened and why it is wrong, without writing the right line.
    manner : str
        A key of :data:`rnncourse.checking.caseset.MANNERS` where the values are right.
    """

    hint: str = ""
    manner: str = ""

    def __post_init__(self) -> None:
        if not self.hint:
            raise ValueError(f"mistake {self.id} has no hint")
        if self.manner and self.manner not in MANNERS:
            raise ValueError(f"mistake {self.id}: manner is one of {', '.join(MANNERS)}")


def mistake(id: str, hint: str, *edits: tuple[str, str], source: str = "", manner: str = "") -> Mistake:
    """Return a mistake made by edits of the reference, or given as a whole cell.

    Examples
    --------
    >>> mistake("h0_ignored", "Your first step starts from zeros.", ("h = h0", "h = 0 * h0")).id
    'h0_ignored'
    """
    return Mistake(id, edits, dedent(source).strip(), " ".join(hint.split()), manner)


def other_way(id: str, *edits: tuple[str, str], source: str = "") -> Variant:
    """Return another right way to solve the exercise; it must get every point."""
    return Variant(id, edits, dedent(source).strip())


@dataclass(frozen=True)
class Invariant:
    """A relation that every right answer obeys.

    It turns a question into a second one, whose answer is asked for and compared like any other,
    and says how the two answers are related; the audit holds our own reference to that.

    Attributes
    ----------
    id, says : str
        Group id of the derived question, and what a student reads.
    derive : callable
        ``derive(inputs) -> inputs`` of the second question.
    relate : callable
        ``relate(first_inputs, first_answer, second_inputs, second_answer) -> bool``.
    """

    id: str
    says: str
    derive: Callable[[dict[str, Value]], dict[str, Value]]
    relate: Callable[[dict[str, Value], Value, dict[str, Value], Value], bool]
    weight: float = 1.0


@dataclass(frozen=True)
class OwnNumbers:
    """Numbers of a value exercise that follow from the student, where a course wants that.

    Attributes
    ----------
    draw : callable
        ``draw(generator)`` returns them by the names that the solution gives to ``mine``.
    tolerance : Tolerance
        How close an answer must be.
    """

    draw: Callable[[Draw], dict[str, float]]
    tolerance: Tolerance


@dataclass(frozen=True)
class Exercise:
    """One graded function or value.

    Attributes
    ----------
    id : str
        Name of the function or variable, and ``grade_id`` of its solution cell.
    questions : callable
        ``questions(draw)`` yields questions, drawing numbers from a generator. For a value it is
        not needed.
    mistakes : tuple of Mistake
        At least eight where there is room for them.
    other_ways : tuple of Variant
        Right implementations that differ from ours.
    invariants : tuple of Invariant
        Relations between answers; each is applied to the first question.
    groups : tuple of Group
        The properties that questions probe, beside :data:`CORE` which comes first.
    core : str
        What the core group says to a student when it passes.
    core_weight : float
        Weight of the core beside the other groups, which weigh 1 unless they say otherwise.
    parts : tuple of str
        Names of the outputs when there are several.
    uses : tuple of str
        Earlier exercises that a solution may call.
    hints : tuple of str
        Three hints, gentlest first.
    tolerance : Tolerance
        How close is close enough.
    allow_views : bool
        Whether outputs may share memory with each other or the arguments.
    in_double : bool
        Whether the statement asks for float64, as where an answer lies below all float32 numbers; then a
        float32 answer is given no room.
    lasts : bool
        Whether the answer itself may take long, such as an experiment or a test of many programs.
    is_value : bool
        Whether the answer is a variable rather than a function.
    core_is_a_gate : bool
        Whether nothing counts unless the core is right, and then only the other groups do: for tests
        that learners write, where accepting all and rejecting all must both be worth nothing.
    public : callable, optional
        What is asked in the notebook where that must be something else than what is asked when grading.
    together : tuple of Together
        What must hold for all answers of a group: that other seeds give other answers, say.
    own : OwnNumbers, optional
        What each student's own numbers are drawn from.
    """

    id: str
    hints: tuple[str, str, str]
    mistakes: tuple[Mistake, ...]
    questions: Callable[[Draw], Iterable[Question]] = lambda draw: [Question(CORE, {})]
    other_ways: tuple[Variant, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    groups: tuple[Group, ...] = ()
    core: str = "the values are right"
    core_weight: float = 6.0
    parts: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    tolerance: Tolerance = field(default_factory=Tolerance)
    allow_views: bool = False
    in_double: bool = False
    lasts: bool = False
    is_value: bool = False
    core_is_a_gate: bool = False
    public: Callable[[], Iterable[Question]] | None = None
    together: tuple[Together, ...] = ()
    own: OwnNumbers | None = None

    def all_groups(self) -> tuple[Group, ...]:
        """Return the core, the declared groups and those of the invariants, in this order."""
        derived = tuple(Group(i.id, i.says, i.weight) for i in self.invariants)
        return (Group(CORE, self.core, self.core_weight), *self.groups, *derived)

    def all_questions(self, draw: Draw) -> list[Question]:
        """Return the questions with those that the invariants derive from the first.

        Raises
        ------
        ExerciseError
            If there is none: every answer would pass.
        """
        asked = list(self.questions(draw))
        if not asked:
            raise ExerciseError(f"{self.id}: questions(draw) yields no question, so every answer would pass.")
        derived = [Question(i.id, i.derive(dict(asked[0].inputs))) for i in self.invariants]
        return asked + derived


def weights(draw: Draw, *shape: int, scale: float = 0.7) -> np.ndarray[Any, Any]:
    """Return normal numbers of order 1, rounded to 3 decimals so that a file can show them."""
    return np.round(draw.normal(0.0, scale, shape), 3)


def zeroed(array: np.ndarray[Any, Any], *places: Any) -> np.ndarray[Any, Any]:
    """Return a copy of an array with zeros at the given indices: a word that is unknown, a state at rest."""
    copy = array.copy()
    for place in places:
        copy[place] = 0
    return copy


def sizes(draw: Draw, *names: str) -> tuple[int, ...]:
    """Return one size for each name, from 2 to 9, all different.

    A square matrix hides a missing transpose and N = T hides swapped axes, so no two sizes are
    ever equal.
    """
    picked = draw.permutation(np.arange(2, 10))[: len(names)]
    return tuple(int(size) for size in picked)
