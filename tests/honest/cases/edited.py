"""Text of the notebook was edited, reformatted or tidied, and the answer is still the answer."""

from __future__ import annotations

import re

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, handed_in, text


def _each_answer(variant: str, notebook: str, pattern: str, replacement: str) -> Entry:
    draft = Draft(notebook)
    for name, cell in draft.named.items():
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
            draft[name]["source"] = re.sub(pattern, replacement, cell["source"], flags=re.M | re.S)
    return handed_in(f"edited/{variant}", draft)


def blanks_at_the_ends_of_lines() -> Entry:
    draft = Draft("03_bptt")
    for cell in draft.cells:
        cell["source"] = "\n".join(line + "  \t" for line in cell["source"].split("\n")) + "\n\n\n"
    return handed_in("edited/blanks_at_the_ends_of_lines", draft)


def an_untouched_stub_with_blanks() -> Entry:
    """An editor touched it and the student did not: it is not started."""
    draft = Draft("02_forward")
    draft["generate"]["source"] = "\n" + draft.stub("generate").replace("\n", "  \n") + "\n\n"
    return handed_in("edited/an_untouched_stub_with_blanks", draft, generate=("not_attempted", 0.0))


def text_of_the_course() -> Entry:
    """Headings were made nicer, notes were put in, a link was broken."""
    draft = Draft("04_training")
    for cell in draft.cells:
        if cell["cell_type"] == "markdown" and "nbgrader" not in cell["metadata"]:
            cell["source"] = cell["source"].replace("#", "##").replace("](", "] (") + "\n\n*my note*"
    return handed_in("edited/text_of_the_course", draft)


def notes_everywhere() -> Entry:
    draft = Draft("01_one_hot")
    draft.content["cells"] = [part for cell in draft.cells for part in (cell, text("- [ ] understand this"))]
    return handed_in("edited/notes_everywhere", draft)


def checks_edited() -> Entry:
    """What stands in a check cell is the course's, and is put back."""
    draft = Draft("01_one_hot")
    draft.write("check_one_hot", "check(one_hot)  # works!\nprint('yes')")
    draft.write("check_decode", "# check(decode)")
    said = "The check cell for `one_hot` and the check cell for `decode` had been changed; they are locked"
    return handed_in("edited/checks_edited", draft, said)


def renamed_file_says_another() -> Entry:
    """The metadata says that it is another notebook, and the cells know better."""
    draft = Draft("01_one_hot")
    draft.content["metadata"]["rnncourse"] = {"notebook": "04_training"}
    return handed_in("edited/renamed_file_says_another", draft)


ENTRIES = (
    _each_answer("comments_removed", "03_bptt", r"\s+# [^\n]*$", ""),
    _each_answer("docstrings_removed", "04_training", r'    """.*?"""\n', ""),
    _each_answer("tabs_for_blanks", "02_forward", r"    ", "\t"),
    _each_answer("two_blanks_for_four", "02_forward", r"    ", "  "),
    _each_answer("a_name_above", "05_vanishing_gradients", r"\A", "# student-07, group \"A\", 2.1. 'b'\n\n"),
    blanks_at_the_ends_of_lines(),
    an_untouched_stub_with_blanks(),
    text_of_the_course(),
    notes_everywhere(),
    checks_edited(),
    renamed_file_says_another(),
)
