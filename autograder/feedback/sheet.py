"""From a marked notebook and its marks to what a page says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from markupsafe import Markup

from autograder.course.release import CHECK, settled
from autograder.feedback.cells import cell_html, outputs_html, text_of
from autograder.feedback.model import BY_HAND, MARKED, Item, Mark, Marks, Sheet
from autograder.feedback.text import to_html
from autograder.judging.verdict import GRADER_FAULT, HOW_READ, OUTCOMES, SAYS
from autograder.report.words import prose
from rnncourse.checking.outcomes import CORRECT, PARTIAL, WRONG

Cell = Mapping[str, Any]

_RUBRIC = re.compile(
    r"\n?[^\n]*BEGIN MARK SCHEME[^\n]*\n?(.*?)(?:\n?[^\n]*END MARK SCHEME[^\n]*|\Z)", re.DOTALL
)
_HIDDEN = re.compile(r"\n?[^\n]*BEGIN HIDDEN TESTS.*?(?:END HIDDEN TESTS[^\n]*|\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\([^A-Za-z0-9\s])")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def make_sheet(
    notebook: Mapping[str, Any],
    marks: Marks,
    student: str,
    name: str,
    released: Set[str] = frozenset(),
    rubric: bool = False,
) -> Sheet:
    """Return what a page says about a marked notebook.

    Parameters
    ----------
    notebook : dict
        The marked notebook, as JSON holds it.
    marks : Marks
        What the gradebook says.
    student, name : str
        Whose it is, and the notebook's name.
    released : set of str
        The texts of the released cells; what is not among them is the student's own.
    rubric : bool
        Whether to show by what a person marks.
    """
    cells: list[Cell] = [cell for cell in notebook.get("cells", ()) if isinstance(cell, dict)]
    notes, cells = _split_notes(cells)
    items = tuple(_items(cells, marks, released, rubric))
    anchors = {item.name: item.anchor for item in items}
    whole = tuple(_whole(cell, anchors, released) for cell in cells)
    return Sheet(student, name, _title(cells, name), marks, items, notes, whole)


def _split_notes(cells: list[Cell]) -> tuple[tuple[Markup, ...], list[Cell]]:
    """Return what stands first if it says how the file was read, sentence by sentence, and the other cells."""
    if not cells or cells[0].get("id") != HOW_READ:
        return (), cells
    lines = text_of(cells[0].get("source")).split("\n")
    said = [_ESCAPED.sub(r"\1", line[2:]) for line in lines if line.startswith("- ")]
    return tuple(map(prose, said)), cells[1:]


def _title(cells: Sequence[Cell], name: str) -> str:
    texts = (text_of(cell.get("source")) for cell in cells if cell.get("cell_type") == "markdown")
    first = next(filter(None, map(_HEADING.search, texts)), None)
    return first[1].replace("`", "") if first else name


def _about(cell: Cell) -> Mapping[str, Any]:
    about = cell.get("metadata", {}).get("nbgrader", {})
    return about if isinstance(about, dict) else {}


def _label(cell: Cell) -> str:
    return str(_about(cell).get("grade_id", ""))


def _items(cells: Sequence[Cell], marks: Marks, released: Set[str], rubric: bool) -> Iterator[Item]:
    """Yield what carries points, in the order of the notebook."""
    pending: list[int] = []
    by_label = {_label(cell): place for place, cell in enumerate(cells) if _label(cell)}
    for place, cell in enumerate(cells):
        about, label = _about(cell), _label(cell)
        if about.get("solution") and not about.get("grade"):
            pending.append(place)
        mark = marks.cells.get(label)
        if mark is None or not (about.get("grade") or about.get("task")):
            continue
        anchor = f"x{place}"
        if about.get("task") or about.get("solution"):
            yield _text_item(cells, place, anchor, mark, marks, released, rubric)
            continue
        own = by_label.get(label.removeprefix(CHECK)) if label.startswith(CHECK) else None
        work = [cells[p] for p in ([own] if own is not None else pending)]
        yield _exercise(cell, work, anchor, mark, marks, released)
        pending = []


def _exercise(
    check: Cell, work: Sequence[Cell], anchor: str, mark: Mark, marks: Marks, released: Set[str]
) -> Item:
    """Return an exercise that the judge has marked; a cell as it was handed out is no work of the student."""
    label = _label(check)
    outputs = list(check.get("outputs") or ())
    says: Mapping[str, Any] = next((s for o in outputs if (s := o.get("metadata", {}).get(SAYS))), {})
    if says:  # what the judge wrote: the card, and the score as nbgrader reads it
        outputs = [o for o in outputs if o.get("output_type") != "execute_result"]
    outcome = str(says.get("outcome", ""))
    if mark.by_person or outcome not in OUTCOMES:
        outcome = outcome if mark.score is None and outcome in OUTCOMES else _by_points(mark)
    return Item(
        name=label.removeprefix(CHECK),
        anchor=anchor,
        outcome=outcome,
        mark=mark,
        message=str(says.get("message", "")),
        card=outputs_html(outputs),
        work=tuple(cell_html(c) for c in work if settled(text_of(c.get("source"))) not in released),
        comments=_comments([*work, check], marks),
    )


def _by_points(mark: Mark) -> str:
    """Return how an exercise came out, where only its points say so."""
    if mark.score is None:
        return BY_HAND if mark.by_person else GRADER_FAULT
    return CORRECT if mark.score >= mark.max_score else PARTIAL if mark.score > 0 else WRONG


def _text_item(
    cells: Sequence[Cell],
    place: int,
    anchor: str,
    mark: Mark,
    marks: Marks,
    released: Set[str],
    rubric: bool,
) -> Item:
    """Return a text that a person marks: the cell itself, or what stands below the task."""
    cell, source = cells[place], text_of(cells[place].get("source"))
    work = list(_answer(cells[place + 1 :], released)) if _about(cell).get("task") else [cell]
    heading = _HEADING.search(source)
    scheme = _RUBRIC.search(source)
    return Item(
        name=_label(cell),
        anchor=anchor,
        outcome=BY_HAND if mark.score is None else MARKED,
        mark=mark,
        title=heading[1] if heading else "",
        work=tuple(cell_html(own) for own in work),
        comments=_comments([cell], marks),
        rubric=to_html(scheme[1].strip().lstrip("-\n")) if rubric and scheme else Markup(""),
    )


def _answer(below: Sequence[Cell], released: Set[str]) -> Iterator[Cell]:
    """Yield the student's own cells right below a task."""
    for cell in below:
        if _label(cell) or settled(text_of(cell.get("source"))) in released:
            return
        yield cell


def _comments(cells: Sequence[Cell], marks: Marks) -> tuple[Markup, ...]:
    texts = (marks.comments.get(_label(cell), "") for cell in cells if _label(cell))
    return tuple(to_html(text) for text in dict.fromkeys(filter(None, texts)))


def _whole(cell: Cell, anchors: Mapping[str, str], released: Set[str]) -> Markup:
    """Return a cell of the whole notebook; what stands among the exercises already is only linked."""
    label = _label(cell)
    name = label.removeprefix(CHECK)
    about = _about(cell)
    if name in anchors and not about.get("task"):
        if about.get("grade") and label.startswith(CHECK):
            return Markup("")
        if about.get("grade") and not about.get("solution"):  # a test of somebody else's, in the open
            return cell_html({**cell, "source": _HIDDEN.sub("", text_of(cell.get("source"))), "outputs": ()})
        return Markup('<p class="seen"><a href="#{}">Your answer to <code>{}</code></a></p>').format(
            anchors[name], name
        )
    if about.get("task"):  # by what a person marks is for that person
        cell = {**cell, "source": _RUBRIC.sub("", text_of(cell.get("source")))}
    shown = cell_html(cell)
    own = bool(released) and not label and settled(text_of(cell.get("source"))) not in released
    return Markup('<div class="own">{}</div>').format(shown) if own and shown else shown
