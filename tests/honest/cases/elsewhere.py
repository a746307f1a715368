"""The answer is there, but not in the cell that asks for it."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in

FOUND = "was missing or not filled in, and the answer was found in another cell; that one was used."


def _moved(
    variant: str, name: str, notebook: str, source: str = "{}", after: str = "", before: str = ""
) -> Entry:
    """Leave the cell of an exercise untouched and write its answer into another."""
    draft = Draft(notebook)
    answer = source.format(draft.source(name))
    draft.write(name, draft.stub(name))
    draft.put(code(answer), after, before)
    return handed_in(f"elsewhere/{variant}", draft, f"The cell for `{name}` {FOUND}")


def in_the_check() -> Entry:
    draft = Draft("02_forward")
    draft.write("check_generate", f"{draft.source('generate')}\n\ncheck(generate)")
    draft.write("generate", draft.stub("generate"))
    said = ("The check cell for `generate` had been changed", f"The cell for `generate` {FOUND}")
    return handed_in("elsewhere/in_the_check", draft, *said)


def in_the_setup() -> Entry:
    draft = Draft("00_start_here")
    draft.write("setup", f"{draft.source('setup')}\n\n\n{draft.source('affine')}")
    draft.write("affine", draft.stub("affine"))
    return handed_in("elsewhere/in_the_setup", draft, f"The cell for `affine` {FOUND}")


def in_a_given_cell() -> Entry:
    draft = Draft("05_vanishing_gradients")
    given = draft.having("def some_orthogonal")
    given["source"] = f"{draft.source('gradient_norms')}\n\n\n{given['source']}"
    draft.write("gradient_norms", draft.stub("gradient_norms"))
    return handed_in("elsewhere/in_a_given_cell", draft, f"The cell for `gradient_norms` {FOUND}")


def below_a_note_in_its_own_cell() -> Entry:
    """The cell says where the answer is, so it is no longer as it was released."""
    draft = Draft("02_forward")
    source = draft.source("rnn_forward")
    draft.write("rnn_forward", "# see the end of the notebook\n" + draft.stub("rnn_forward"))
    draft.put(code(source))
    return handed_in("elsewhere/below_a_note_in_its_own_cell", draft, "The cell for `rnn_forward`")


def with_a_note_alone() -> Entry:
    draft = Draft("02_forward")
    source = draft.source("rnn_forward")
    draft.write("rnn_forward", "# see the end of the notebook")
    draft.put(code(source))
    said = "The check cell for `rnn_forward` stood above what it checks; it was moved below."
    return handed_in("elsewhere/with_a_note_alone", draft, said)


ENTRIES = (
    _moved("above", "adam_step", "04_training", before="adam_step"),
    _moved("below", "adam_step", "04_training", after="check_adam_step"),
    _moved("at_the_end", "cross_entropy", "03_bptt"),
    _moved(
        "with_magics_above",
        "one_hot",
        "01_one_hot",
        "%matplotlib inline\n%config InlineBackend.rc = {{}}\n{}",
    ),
    _moved("timed", "one_hot", "01_one_hot", "%%time\n{}"),
    _moved("a_value", "fates", "05_vanishing_gradients", after="check_fates"),
    in_the_check(),
    in_the_setup(),
    in_a_given_cell(),
    below_a_note_in_its_own_cell(),
    with_a_note_alone(),
)
