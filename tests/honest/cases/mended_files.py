"""Files that are almost a notebook: what is too much in them costs nothing, and is told."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.handing_in import solved
from tests.honest.draft import Draft, as_file, code, handed_in

WHOLE = solved("02_forward")
END = b'"nbformat_minor": 5'
BEHIND = "Text behind the end of the notebook was left out."
ONE_COMMA = WHOLE.replace(b'"nbformat": 4,', b'"nbformat": 4,,', 1)
FILES = {
    "a_comma_too_many": (ONE_COMMA, "A comma too many was taken out of the file"),
    "two_commas_too_many": (ONE_COMMA.replace(END, END + b" ,", 1), "2 commas too many were taken out"),
    "brackets_behind_the_end": (WHOLE.rstrip() + b"\n}\n]\n}\n", BEHIND),
    "words_behind_the_end": (WHOLE + b"\nsent from my telephone", BEHIND),
}


def invisible(mark: str) -> Entry:
    draft = Draft("02_forward")
    draft["softmax"]["source"] = mark + draft.source("softmax")
    said = "Invisible characters at the beginning of lines were taken out of 1 cell."
    return handed_in(f"mended_files/invisible_{ord(mark):x}", draft, said)


def a_megabyte_in_a_cell() -> Entry:
    draft = Draft("02_forward")
    draft.put(code("data = '''" + "12.5 " * 250_000 + "'''"), after="softmax")
    return handed_in("mended_files/a_megabyte_in_a_cell", draft, "held 1,250,013 characters; it was left out")


def text_as_magic() -> Entry:
    draft = Draft("02_forward")
    draft.put(code("%md\n# My notes"), after="softmax")
    return handed_in("mended_files/text_as_magic", draft, "1 code cell that began with %md was read as text.")


ENTRIES = (
    *(as_file(f"mended_files/{name}", "02_forward", *found) for name, found in FILES.items()),
    *(invisible(mark) for mark in "\ufeff\u200b\u2060"),
    a_megabyte_in_a_cell(),
    text_as_magic(),
)
