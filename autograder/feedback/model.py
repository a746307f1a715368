"""What a feedback page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

NOTHING = Markup("")
BY_HAND, MARKED = "by_hand", "marked"
"""What a page says of a cell that a person marks, before and after: outcomes beside those of the judge."""


@dataclass(frozen=True)
class Mark:
    """The points of one cell.

    Attributes
    ----------
    score : float or None
        Points given; None while a person has not marked it.
    max_score : float
        Points there are.
    by_person : bool
        Whether a person gave them.
    """

    score: float | None
    max_score: float
    by_person: bool = False


@dataclass(frozen=True)
class Marks:
    """What the gradebook says about one notebook of one student.

    Attributes
    ----------
    cells : dict
        Marks by ``grade_id``.
    comments : dict
        Comments of a person by ``grade_id``, in Markdown.
    penalty : float
        Points that lateness costs.
    name : str
        What the student is called, if the gradebook knows.
    extra : float
        Points that the instructor added to the sum.
    excused : bool
        Whether it counts nothing, by arrangement.
    extended : str
        How much later it was due for this student, in words; empty if not at all.
    """

    cells: Mapping[str, Mark] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    penalty: float = 0.0
    name: str = ""
    extra: float = 0.0
    excused: bool = False
    extended: str = ""

    @property
    def score(self) -> float:
        """Points given so far, less the penalty, and with what was added."""
        return max(0.0, sum(mark.score or 0.0 for mark in self.cells.values()) - self.penalty) + self.extra

    @property
    def max_score(self) -> float:
        """Points there are."""
        return sum(mark.max_score for mark in self.cells.values())

    @property
    def pending(self) -> float:
        """Points that nobody has given or refused yet."""
        return sum(mark.max_score for mark in self.cells.values() if mark.score is None)

    def nothing(self) -> Marks:
        """Return the marks of somebody who handed nothing in."""
        return Marks({name: Mark(0.0, mark.max_score) for name, mark in self.cells.items()})


@dataclass(frozen=True)
class Wanted:
    """What pages are to show.

    Attributes
    ----------
    rubric : bool
        Whether students read by what a person marked their text.
    index : str
        Where the page over all notebooks is, seen from this page; no link when empty.
    """

    rubric: bool = False
    index: str = ""


@dataclass(frozen=True)
class Item:
    """One exercise, or one text that a person marks.

    Attributes
    ----------
    name, title, anchor : str
        Its label, its heading if it is a text, and where links to it lead.
    outcome : str
        How it came out.
    mark : Mark
        Its points.
    message : str
        What was found, in one or a few sentences.
    card : Markup
        The whole card.
    work : tuple of Markup
        The student's cells with their outputs.
    comments : tuple of Markup
        What a person wrote.
    rubric : Markup
        By what a person marks, if that is to be shown.
    """

    name: str
    anchor: str
    outcome: str
    mark: Mark
    title: str = ""
    message: str = ""
    card: Markup = NOTHING
    work: tuple[Markup, ...] = ()
    comments: tuple[Markup, ...] = ()
    rubric: Markup = NOTHING


@dataclass(frozen=True)
class Sheet:
    """Everything that one page says.

    Attributes
    ----------
    student, notebook, title : str
        Whose, of which notebook, and its heading.
    marks : Marks
        The points.
    items : tuple of Item
        In the order of the notebook.
    notes : tuple of Markup
        How the file was read, if anything was odd.
    cells : tuple of Markup
        The whole notebook.
    """

    student: str
    notebook: str
    title: str
    marks: Marks
    items: tuple[Item, ...]
    notes: tuple[Markup, ...]
    cells: tuple[Markup, ...]


@dataclass(frozen=True)
class Result:
    """One line of the page over all notebooks: a notebook, where its page is, its points, and whether they count.

    Attributes
    ----------
    notebook : str
        Its name.
    href : str
        Where its page is, seen from the page over all; empty if nothing was handed in.
    marks : Marks
        The points.
    why_not : str
        Why they do not count in the sum; empty if they do.
    """

    notebook: str
    href: str
    marks: Marks
    why_not: str = ""
