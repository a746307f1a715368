"""The table of students: one row each, with short cells, and everything else as lines of text.

A class of 1,000 students and 13 notebooks has 100,000 verdicts. An element for each is more than a browser
should carry, so a row has one element for each notebook, and lines of plain text for what went wrong there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from autograder.judging.verdict import GRADER_FAULT, OUTCOMES, UNGRADABLE, Graded, Verdict
from autograder.report.model import ClassResult, is_settled
from autograder.report.risk import AtRisk
from autograder.report.summaries import count_outcomes
from autograder.report.words import isolated, plural, points, short_name
from rnncourse.checking.outcomes import CORRECT

FILTERS = {
    "risk": "to talk with",
    "open": "with an open mark",
    "flag": "with a flag",
    "alike": "with near-identical work",
    "missing": "with a missing file",
    "note": "with a note",
}
"""What the table can be filtered by."""
MOST_WITH_SIGNS = 2
"""With more notebooks than these, the signs of all exercises do not fit into the table."""
NO_FILE = "–"


@dataclass(frozen=True)
class Cell:
    """What a student has of a notebook: points and perhaps signs, and a letter for the share of the points."""

    text: str
    level: str = ""


@dataclass(frozen=True)
class StudentRow:
    """One line of the table of students.

    Attributes
    ----------
    id, anchor : str
        The student, and where links to them lead.
    cells : tuple of Cell
        One for each notebook.
    score : float
        Sum of the points given so far.
    open_files : int
        Files whose sum is not final.
    keys : tuple of str
        Keys of :data:`FILTERS`.
    lines : str
        What is known of each file, a line each.
    note : str
        What is arranged with them, and why to talk with them.
    links : tuple of (str, str)
        Address and name of pages about them.
    """

    id: str
    anchor: str
    cells: tuple[Cell, ...]
    score: float
    open_files: int
    keys: tuple[str, ...]
    lines: str
    note: str
    links: tuple[tuple[str, str], ...]


def student_rows(class_: ClassResult, risks: Sequence[AtRisk] = ()) -> tuple[StudentRow, ...]:
    """Return one row for each student, in the order of their ids."""
    files: dict[str, list[Graded]] = {student: [] for student in class_.students}
    for student, graded in class_.submissions:
        files[student].append(graded)
    risky = {risk.student: risk for risk in risks}
    alike = {student for pair in class_.alike for student in pair.students}
    waiting = {item.student for item in class_.by_hand}
    rows = []
    for number, (id, mine) in enumerate(files.items(), 1):
        given = {"risk": id in risky, "alike": id in alike, "note": bool(class_.notes.get(id))}
        given["open"] = id in waiting or not all(map(is_settled, mine))
        rows.append(_row(f"s{number}", id, mine, class_, given, risky.get(id)))
    return tuple(rows)


def _row(
    anchor: str,
    id: str,
    mine: Sequence[Graded],
    class_: ClassResult,
    given: Mapping[str, bool],
    risk: AtRisk | None,
) -> StudentRow:
    of = {name: [graded for graded in mine if graded.notebook == name] for name in class_.notebooks}
    signs = len(of) <= MOST_WITH_SIGNS
    missing = any(not of[name] and (id, name) not in class_.excused for name in of)
    flags = any(verdict.flags for graded in mine for verdict in graded.verdicts)
    given = {**given, "missing": missing, "flag": flags}
    lost = sum(not graded.notebook for graded in mine)
    notes = [class_.notes.get(id, ""), ", ".join(word for word, _ in risk.reasons) if risk else ""]
    notes.append(f"{plural(lost, 'file')} not recognised" if lost else "")
    return StudentRow(
        id=id,
        anchor=anchor,
        cells=tuple(_cell(of[name], signs, (id, name) in class_.excused) for name in of),
        score=sum(graded.score for graded in mine),
        open_files=sum(not is_settled(graded) for graded in mine),
        keys=tuple(key for key in FILTERS if given[key]),
        lines="\n".join(_line(graded, len(of) > 1) for graded in mine),
        note="; ".join(filter(None, notes)),
        links=_links(id, class_),
    )


def _cell(files: Sequence[Graded], signs: bool, excused: bool) -> Cell:
    """Return the cell of a notebook; where there are several files, all of them are there."""
    if not files:
        return Cell("excused" if excused else NO_FILE)
    texts = [_short(graded, signs) for graded in files]
    last = files[-1]
    share = last.score / last.max_score if last.max_score else 1.0
    level = "" if not is_settled(last) else "abcd"[sum(share < border for border in (0.9, 0.7, 0.5))]
    return Cell(" / ".join(texts), level)


def _short(graded: Graded, signs: bool) -> str:
    if not graded.verdicts or graded.problem:
        return sign_of(graded)
    text = points(graded.score) + ("" if is_settled(graded) else "+?")
    marks = "".join(OUTCOMES[verdict.outcome].mark for verdict in graded.verdicts)
    return f"{text} {marks}" if signs else text


def sign_of(graded: Graded) -> str:
    """Return the sign of a file as a whole that has no sum."""
    return OUTCOMES[UNGRADABLE if graded.problem else GRADER_FAULT].mark


def _line(graded: Graded, named: bool) -> str:
    """Return what is known of a file: how many exercises came out how, and each that is not right."""
    start = (
        f"{short_name(graded.notebook) or 'No notebook recognised'}: " if named or not graded.notebook else ""
    )
    if not graded.verdicts or graded.problem:
        word = OUTCOMES[UNGRADABLE if graded.problem else GRADER_FAULT].word
        return f"{start}{sign_of(graded)} {word}"
    counts = ", ".join(
        f"{n} {OUTCOMES[outcome].word}" for outcome, n in count_outcomes(graded.verdicts).items()
    )
    rest = "; ".join(map(_exercise, [v for v in graded.verdicts if v.outcome != CORRECT]))
    score = f"{points(graded.score)} of {points(graded.max_score)}: {counts}"
    return f"{start}{score}. {rest}" if rest else f"{start}{score}"


def _exercise(verdict: Verdict) -> str:
    sign = OUTCOMES[verdict.outcome]
    name = f", {isolated(short_name(verdict.mistake))}" if verdict.mistake else ""
    got = f"{points(verdict.score)} of {points(verdict.max_score)}"
    return f"{sign.mark} {isolated(short_name(verdict.exercise))} {sign.word}, {got}{name}"


def _links(id: str, class_: ClassResult) -> tuple[tuple[str, str], ...]:
    found = []
    if page := class_.pages.get((id, "")) or next(
        (class_.pages[id, name] for name in class_.notebooks if (id, name) in class_.pages), ""
    ):
        found.append((page, "feedback"))
    if class_.formgrader:
        found.append((f"{class_.formgrader}/formgrader/manage_students/{quote(id, safe='')}", "formgrader"))
    return tuple(found)
