"""A cell was cut in two, or several became one."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in

JOINED = "A function was cut in two by a cell border; the parts were joined again."


def _cut(
    variant: str, name: str, line: str, is_labelled: bool, *said: str, notebook: str = "03_bptt"
) -> Entry:
    """Cut a cell before the first line that has this text in it."""
    draft = Draft(notebook)
    lines = draft.source(name).split("\n")
    place = next(i for i, text in enumerate(lines) if line in text)
    above, below = "\n".join(lines[:place]), "\n".join(lines[place:])
    twin = draft.copy(name, id="second-half") if is_labelled else code("")
    twin["source"] = below
    draft[name]["source"] = above
    draft.put(twin, after=name)
    return handed_in(f"cut_and_joined/{variant}", draft, *said)


def with_a_helper_above() -> Entry:
    """Cut between a helper and the function: both halves are code by themselves."""
    draft = Draft("02_forward")
    twin = draft.copy("softmax", id="second-half")
    draft.put(twin, after="softmax")
    draft.write("softmax", "def _top(z):\n    return z.max(axis=-1, keepdims=True)")
    lines = (
        "def softmax(logits):",
        "e = np.exp(logits - _top(logits))",
        "return e / e.sum(axis=-1, keepdims=True)",
    )
    twin["source"] = "\n    ".join(lines)
    said = "The cell for `softmax` was there twice; the last changed copy was used."
    return handed_in("cut_and_joined/with_a_helper_above", draft, said)


def two_answers_in_one() -> Entry:
    draft = Draft("02_forward")
    both = f"{draft.source('sentiment_forward')}\n\n\n{draft.source('tag_forward')}"
    draft.write("sentiment_forward", both)
    draft.take("tag_forward")
    said = "The cell for `tag_forward` was missing or not filled in, and the answer was found in another cell"
    return handed_in("cut_and_joined/two_answers_in_one", draft, said)


def answer_and_check_in_one() -> Entry:
    draft = Draft("04_training")
    draft.write("sgd_step", f"{draft.source('sgd_step')}\n\n\ncheck(sgd_step)")
    draft.take("check_sgd_step")
    said = "The check cell for `sgd_step` was missing and was put back as it was released."
    return handed_in("cut_and_joined/answer_and_check_in_one", draft, said)


def all_answers_in_one() -> Entry:
    """One long cell at the end, as in a script; the cells of the notebook were left as they were."""
    draft = Draft("02_forward")
    names = [n for n in draft.named if draft[n]["metadata"].get("nbgrader", {}).get("solution")]
    script = "\n\n\n".join(draft.source(name) for name in names)
    for name in names:
        draft.write(name, draft.stub(name))
    draft.put(code(script))
    said = "were missing or not filled in, and the answers were found in other cells; those were used."
    return handed_in("cut_and_joined/all_answers_in_one", draft, said)


def the_whole_notebook_in_one() -> Entry:
    """All cells were merged, text and checks with them."""
    draft = Draft("00_start_here")
    parts = [
        cell["source"] if cell["cell_type"] == "code" else "# " + cell["source"].replace("\n", "\n# ")
        for cell in draft.cells
    ]
    draft.content["cells"] = [code("\n\n".join(parts))]
    said = "The cell for `affine` had lost its grading label"
    return handed_in("cut_and_joined/the_whole_notebook_in_one", draft, said)


ENTRIES = (
    _cut("before_the_return", "squared_error", "return 0.5", False, JOINED),
    _cut("both_halves_labelled", "squared_error", "return 0.5", True, JOINED),
    _cut("inside_a_loop", "gradient_check", "down = loss", False, JOINED),
    _cut("below_the_docstring", "rnn_backward", "T, H = h.shape", False, JOINED),
    _cut("a_value", "scalar_bptt", "dy = y - d", True, "The cell for `scalar_bptt` was there twice"),
    with_a_helper_above(),
    two_answers_in_one(),
    answer_and_check_in_one(),
    all_answers_in_one(),
    the_whole_notebook_in_one(),
)
