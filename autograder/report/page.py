"""Render the report: one page that loads nothing and runs nothing.

Ids, messages and paths come from students. Every one of them goes through the template's
escaping; the page also declares a policy under which a browser would run no script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.judging.verdict import OUTCOMES, Graded
from autograder.report.concerns import KINDS, concerns
from autograder.report.histogram import histogram
from autograder.report.mistakes import mistakes, most_frequent
from autograder.report.model import ClassResult, is_settled
from autograder.report.summaries import count_outcomes, repairs, summarise, timing
from autograder.report.words import environment, printable


@dataclass(frozen=True)
class StudentRow:
    """One line of the table of students.

    Attributes
    ----------
    id, anchor : str
        The student, and where links to them lead.
    cells : tuple of tuple of Graded
        The files for each notebook; usually one.
    lost : tuple of Graded
        Files that were not recognised as any notebook.
    score : float
        Sum of the points given so far.
    open_files : int
        Files whose sum is not final.
    """

    id: str
    anchor: str
    cells: tuple[tuple[Graded, ...], ...]
    lost: tuple[Graded, ...]
    score: float
    open_files: int


def write_report(path: Path, class_: ClassResult) -> None:
    """Write the class report as one self-contained HTML file.

    Parameters
    ----------
    path : Path
        File to write; an existing one is replaced.
    class_ : ClassResult
        What to report. The same results give the same page, byte for byte.
    """
    # A file name may hold bytes that are no UTF-8; they must not stop the report.
    path.write_bytes(render_report(class_).encode("utf-8", "backslashreplace"))


def render_report(class_: ClassResult) -> str:
    """Return the class report as HTML."""
    made = mistakes(class_)
    notebooks = summarise(class_)
    page = (
        environment("autograder.report")
        .get_template("report.html.j2")
        .render(
            class_=class_,
            outcomes=OUTCOMES,
            kinds=KINDS,
            totals=count_outcomes(verdict for _, _, verdict in class_.verdicts()),
            concerns=concerns(class_),
            notebooks=notebooks,
            plots={n.name: histogram(n.name, n.scores, n.max_score, n.median) for n in notebooks},
            mistakes=made,
            top=most_frequent(made),
            students=student_rows(class_),
            anchors={student: f"s{i}" for i, student in enumerate(class_.students, 1)},
            timing=timing(class_),
            repairs=repairs(class_),
            settled=is_settled,
            count_outcomes=count_outcomes,
        )
    )
    return printable(page)


def student_rows(class_: ClassResult) -> tuple[StudentRow, ...]:
    """Return one row for each student, in the order of their ids."""
    files: dict[str, list[Graded]] = {student: [] for student in class_.students}
    for student, graded in class_.submissions:
        files[student].append(graded)
    return tuple(_row(f"s{i}", id, mine, class_.notebooks) for i, (id, mine) in enumerate(files.items(), 1))


def _row(anchor: str, id: str, mine: Sequence[Graded], notebooks: Sequence[str]) -> StudentRow:
    return StudentRow(
        id=id,
        anchor=anchor,
        cells=tuple(tuple(g for g in mine if g.notebook == name) for name in notebooks),
        lost=tuple(g for g in mine if not g.notebook),
        score=sum(g.score for g in mine),
        open_files=sum(not is_settled(g) for g in mine),
    )
