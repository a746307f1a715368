"""The derivation of notebook 03, which a person marks. What happens to it costs nothing that is graded."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Cell, Draft, handed_in, text

WORDS = "The state enters twice: $\\partial L / \\partial h_t$ has two terms. <b>W</b> is used at every step."
PICTURE = {"page.png": {"image/png": "iVBORw0KGgoAAAANSUhEUg=="}}
FILM = {"film.mp4": {"video/mp4": "AAAAIGZ0eXBpc29t"}}


def _below(variant: str, *cells: Cell, said: tuple[str, ...] = ()) -> Entry:
    """Write an answer into cells below the task."""
    draft = Draft("03_bptt")
    for cell in reversed(cells):
        draft.put(cell, after="derivation")
    return handed_in(f"in_words/{variant}", draft, *said)


def into_the_task() -> Entry:
    """The words were typed below the question, in its own cell, which is locked."""
    draft = Draft("03_bptt")
    draft["derivation"]["source"] += f"\n\n{WORDS}"
    said = "The cell for `derivation` had been changed; it is locked, so it was put back as it was released."
    return handed_in("in_words/into_the_task", draft, said)


def in_place_of_the_task() -> Entry:
    draft = Draft("03_bptt")
    draft["derivation"]["source"] = WORDS
    return handed_in("in_words/in_place_of_the_task", draft, "The cell for `derivation` had been changed")


def the_task_deleted() -> Entry:
    draft = Draft("03_bptt")
    draft.put(text(WORDS), after="derivation")
    draft.take("derivation")
    said = "The cell for `derivation` was missing and was put back as it was released."
    return handed_in("in_words/the_task_deleted", draft, said)


def the_task_pasted_twice() -> Entry:
    draft = Draft("03_bptt")
    draft.put(text(WORDS), after="derivation")
    draft.put(draft.copy("derivation"), after="derivation")
    said = "The cell for `derivation` was there twice; one was kept."
    return handed_in("in_words/the_task_pasted_twice", draft, said)


ENTRIES = (
    _below("text", text(WORDS)),
    _below("several_cells", text("First:"), text(WORDS), text("$$\\sum_t$$")),
    _below("as_code", text(WORDS, cell_type="code", outputs=[], execution_count=None)),
    _below("as_raw", text(WORDS, cell_type="raw")),
    _below("with_a_picture", text(f"{WORDS}\n\n![page](attachment:page.png)", attachments=PICTURE)),
    _below(
        "with_a_film",
        text(WORDS, attachments=PICTURE | FILM),
        said=("A text cell has attachments that are no image or too large; they were left out.",),
    ),
    into_the_task(),
    in_place_of_the_task(),
    the_task_deleted(),
    the_task_pasted_twice(),
)
