"""One submission of the corpus, and what grading must make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from textwrap import dedent

from nbformat import NotebookNode

from autograder.verdict import Graded, Verdict
from tests.handing_in import hand_in, solutions_of

Tamper = Callable[[NotebookNode], bytes]


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

    def complaints(self, graded: Graded) -> list[str]:
        """Return a line for everything in a result that is not as it must be."""
        lines = [line for verdict in graded.verdicts if (line := self._complaint(verdict))]
        shown = "".join(str(item) for outputs in graded.outputs.values() for item in outputs)
        log = "\n".join(graded.repairs)
        lines += [f"its cells do not show {text!r}" for text in self.shown if text not in shown]
        lines += [f"its cells show {text!r}" for text in self.never_shown if text in shown]
        lines += [f"the repair log does not say {text!r}: {log}" for text in self.repairs if text not in log]
        lines += [f"the repair log says: {log}"] if self.lists_nothing and log else []
        return lines

    def _complaint(self, verdict: Verdict) -> str:
        if verdict.exercise in self.spoilt:
            return "a grader fault" if verdict.outcome == "grader_fault" else ""
        outcomes, score = self.deserved.get(verdict.exercise, (("correct",), verdict.max_score))
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
    **answers: str,
) -> Entry:
    """Return a solved notebook in which some answers are replaced and cells are added.

    Parameters
    ----------
    id, notebook, spoilt, shown, never_shown, repairs
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
        import nbformat

        data = tamper(nbformat.reads(data.decode(), as_version=4))
    deserved = dict.fromkeys(answers, (outcomes, score))
    return Entry(id, notebook, data, deserved, spoilt, shown, never_shown, repairs)
