"""One submission of the corpus, and what grading must make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import nbformat
from nbformat import NotebookNode

from autograder.judging.verdict import GRADER_FAULT, UNGRADABLE, Graded, Verdict
from tests.handing_in import hand_in, solutions_of
from tests.ours import exercises_of, read_master

Tamper = Callable[[NotebookNode], bytes]
Place = Callable[[Path, bytes], None]
"""``place(path, data)`` hands a file in, in a way of its own."""

WHOLE_FILE = "(whole file)"


@dataclass(frozen=True)
class Entry:
    """A submitted file and its deserts.

    Attributes
    ----------
    id : str
        File and variant, such as ``always_equal/object``.
    notebook : str
        The notebook that it is handed in for.
    data : bytes
        The file.
    deserved : mapping
        Exercise to the outcomes that are right for it and the points it deserves. What is not
        named deserves every point.
    spoilt : tuple of str
        Exercises that may come to anything: the attack has taken its own work down with it.
    shown, never_shown : tuple of str
        What the outputs of its cells must, and must not, contain.
    repairs : tuple of str
        Words that the repair log must contain, each.
    lists_nothing : bool
        Whether the repair log must be empty.
    place : callable, optional
        Hands it in where a plain file would not do.
    student : str
        Who hands it in, if the name is part of it.
    is_another : bool
        Whether it is another notebook of the course than it is handed in for: who is not told so
        grades it as what it is.
    """

    id: str
    notebook: str
    data: bytes
    deserved: Mapping[str, tuple[tuple[str, ...], float]] = field(default_factory=dict)
    spoilt: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    never_shown: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    lists_nothing: bool = False
    place: Place | None = None
    student: str = ""
    is_another: bool = False

    def put(self, folder: Path) -> Path:
        """Hand it in: write it, and whatever belongs to it, into a folder; return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.notebook}.ipynb"
        if self.place:
            self.place(path, self.data)
        else:
            path.write_bytes(self.data)
        return path

    def complaints(self, graded: Graded) -> list[str]:
        """Return a line for everything in a result that is not as it must be."""
        lines = self.verdict_complaints(graded.verdicts)
        shown = "".join(str(item) for outputs in graded.outputs.values() for item in outputs)
        log = "\n".join(graded.repairs)
        lines += [f"its cells do not show {text!r}" for text in self.shown if text not in shown]
        lines += [f"its cells show {text!r}" for text in self.never_shown if text in shown]
        lines += [f"the repair log does not say {text!r}: {log}" for text in self.repairs if text not in log]
        lines += [f"the repair log says: {log}"] if self.lists_nothing and log else []
        return lines

    def verdict_complaints(self, verdicts: tuple[Verdict, ...]) -> list[str]:
        """Return a line for every verdict that is wrong, missing or too many."""
        if [v.exercise for v in verdicts] == [WHOLE_FILE] and self._is_ungradable():
            return [] if verdicts[0].outcome == UNGRADABLE else [f"the file is {verdicts[0].outcome}"]
        if not self.is_another or verdicts[0].exercise in self._exercises():
            lines = [line for verdict in verdicts if (line := self._complaint(verdict))]
            named = [verdict.exercise for verdict in verdicts]
            return lines if named == self._exercises() else [*lines, f"there are verdicts on {named}"]
        return [f"a fault: {v.message}" for v in verdicts if v.outcome == GRADER_FAULT]

    def mark_complaints(self, marks: Mapping[str, float | None]) -> list[str]:
        """Return a line for every mark, by exercise, that is not the one deserved."""
        lines = []
        for name in self._exercises():
            deserved, got = self.deserves(name)[1], marks.get(name)
            if got is None or (name not in self.spoilt and got != deserved):
                lines.append(f"{name}: the gradebook has {got} for work that deserves {deserved}")
        return lines

    def deserves(self, exercise: str) -> tuple[tuple[str, ...], float]:
        """Return the outcomes that are right for an exercise, and its points."""
        every_point = read_master(self.notebook).points(exercise)
        return self.deserved.get(exercise, (("correct",), every_point))

    def _exercises(self) -> list[str]:
        return [exercise.id for exercise in exercises_of(self.notebook)]

    def _is_ungradable(self) -> bool:
        return all(self.deserves(name)[0] == (UNGRADABLE,) for name in self._exercises())

    def _complaint(self, verdict: Verdict) -> str:
        if verdict.exercise not in self._exercises():
            return f"nobody asked for {verdict.exercise}"
        if verdict.exercise in self.spoilt:
            return "a grader fault" if verdict.outcome == GRADER_FAULT else ""
        outcomes, score = self.deserves(verdict.exercise)
        if verdict.outcome in outcomes and verdict.score == score:
            return ""
        return f"{verdict.exercise}: {verdict.outcome}, {verdict.score} of {verdict.max_score}: {verdict.message}"


def entry(
    id: str,
    notebook: str = "02_forward",
    first: str = "",
    last: str = "",
    outcomes: tuple[str, ...] = ("wrong", "crashed"),
    tamper: Tamper | None = None,
    spoilt: tuple[str, ...] = (),
    shown: tuple[str, ...] = (),
    never_shown: tuple[str, ...] = (),
    repairs: tuple[str, ...] = (),
    score: float = 0.0,
    place: Place | None = None,
    student: str = "",
    **answers: str,
) -> Entry:
    """Return a solved notebook in which some answers are replaced and cells are added.

    Parameters
    ----------
    id, notebook, spoilt, shown, never_shown, repairs, place, student
        As in :class:`Entry`.
    first, last : str
        Sources of extra cells above and below all others.
    outcomes : tuple of str
        What grading may call each of the replaced answers.
    tamper : callable, optional
        Turns the finished notebook into the bytes of the file.
    score : float
        What each of the replaced answers deserves.
    **answers : str
        Exercise to the source that stands in its cell.
    """
    texts = {name: dedent(source).strip() for name, source in answers.items()}
    data = hand_in(notebook, solutions_of(notebook) | texts, dedent(first).strip(), dedent(last).strip())
    if tamper:
        data = tamper(nbformat.reads(data.decode(), as_version=4))
    deserved = dict.fromkeys(answers, (outcomes, score))
    return Entry(
        id, notebook, data, deserved, spoilt, shown, never_shown, repairs, place=place, student=student
    )


def refused(id: str, data: bytes, notebook: str = "00_start_here", **rest: object) -> Entry:
    """Return a file that nobody can grade: each of its exercises is ungradable."""
    deserved = {exercise.id: ((UNGRADABLE,), 0.0) for exercise in exercises_of(notebook)}
    return Entry(id, notebook, data, deserved, **rest)  # type: ignore[arg-type]
