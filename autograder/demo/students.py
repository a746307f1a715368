"""The class: 24 invented students and what each of them does. This is data; read it as a table.

A student answers the exercises of the course one after another by the words of a pattern, which
is repeated as often as needed:

``right``    the solution of the master notebook
``other``    another right way from the exercise's bank
``mistake``  a known mistake from the bank
``stub``     left as it was handed out

``turn`` says which of the other ways and mistakes: the bank of each exercise is counted off from
there. So two students with different turns make different mistakes, and a notebook that is added
to the course later finds 24 students waiting for it.
"""

from __future__ import annotations

from dataclasses import dataclass

RIGHT, OTHER, MISTAKE, STUB = "right", "other", "mistake", "stub"


@dataclass(frozen=True)
class Student:
    """One invented student.

    Attributes
    ----------
    id : str
        Such as ``student-07``.
    says : str
        What is special about them.
    pattern : tuple of str
        How they answer, exercise by exercise, over and over.
    turn : int
        Where they begin to count in each bank.
    damage : tuple of str
        What happens to their files, notebook by notebook, over and over; a key of
        :data:`autograder.demo.damage.DAMAGES` or empty.
    attacks : tuple of str
        What they do in place of one answer of each notebook, over and over; a key of
        :data:`autograder.demo.attacks.ATTACKS`.
    """

    id: str
    says: str
    pattern: tuple[str, ...] = (RIGHT,)
    turn: int = 0
    damage: tuple[str, ...] = ("",)
    attacks: tuple[str, ...] = ()


CLASS = (
    Student("student-01", "follows the text"),
    Student("student-02", "right in another way everywhere", (OTHER,), 0),
    Student("student-03", "right in yet another way, and one answer is that of student-04", (OTHER,), 1),
    Student("student-04", "prefers loops and lists; see student-03", (OTHER, OTHER, RIGHT), 2),
    Student("student-05", "one slip in four", (RIGHT, OTHER, RIGHT, MISTAKE), 0),
    Student("student-06", "one slip in three", (RIGHT, OTHER, MISTAKE), 1),
    Student("student-07", "one slip in three, others", (MISTAKE, RIGHT, RIGHT), 2),
    Student("student-08", "every second one is wrong", (RIGHT, MISTAKE), 0),
    Student("student-09", "every second one is wrong, others", (MISTAKE, OTHER), 1),
    Student("student-10", "two of three are wrong", (MISTAKE, MISTAKE, RIGHT), 5),
    Student("student-11", "struggles", (MISTAKE,), 0),
    Student("student-12", "struggles in another way", (MISTAKE,), 7),
    Student("student-13", "did the first and every second one", (RIGHT, STUB)),
    Student("student-14", "began, slipped, gave up, began again", (OTHER, MISTAKE, STUB, STUB), 2),
    Student("student-15", "handed in what was handed out", (STUB,)),
    Student("student-16", "right, but the files broke", damage=("broken_json", "empty", "truncated")),
    Student("student-17", "slips, and one file of three broke", (RIGHT, MISTAKE), 9, ("", "null_byte", "")),
    Student(
        "student-18",
        "an editor dropped the metadata and the order",
        (RIGHT, OTHER, MISTAKE),
        0,
        ("stripped", "reordered"),
    ),
    Student(
        "student-19",
        "copied, deleted and retyped cells by accident",
        (OTHER, RIGHT, RIGHT, MISTAKE),
        3,
        ("retyped", "duplicated", "missing"),
    ),
    Student("student-20", "prints a score, and equals everything", attacks=("prints_score", "always_equal")),
    Student("student-21", "patches comparisons, edits checks", attacks=("edits_checks", "patches_numpy")),
    Student("student-22", "ends the program, loops forever", attacks=("loops", "exits_cell", "exits_call")),
    Student("student-23", "reads solutions, phones home", attacks=("reads_solutions", "opens_socket")),
    Student("student-24", "forks, fills memory, hides", attacks=("fills_memory", "fork_bomb", "swallows")),
)
"""The whole class."""
