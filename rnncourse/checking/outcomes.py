"""How an answer can come out, and how that is shown: a mark and a word, so that colour is never needed."""

from __future__ import annotations

from dataclasses import dataclass

CORRECT, PARTIAL, WRONG, NOT_ATTEMPTED, CRASHED, TIMED_OUT = (
    "correct",
    "partial",
    "wrong",
    "not_attempted",
    "crashed",
    "timed_out",
)


@dataclass(frozen=True)
class Outcome:
    """What an outcome means and how it is shown.

    Attributes
    ----------
    mark : str
        One character, different for each.
    word : str
        What a table calls it, in two words at most.
    says : str
        What a card says to the student.
    means : str
        When it is given.
    colour : str
        Of the card, with a contrast of at least 4.5 to white.
    """

    mark: str
    word: str
    says: str
    means: str
    colour: str


OUTCOMES = {
    CORRECT: Outcome("✓", "correct", "correct", "every point", "#1a7f37"),
    PARTIAL: Outcome(
        "◐",
        "partly right",
        "partly right",
        "the first test passes and another fails; or some of several outputs are right",
        "#9a6700",
    ),
    WRONG: Outcome(
        "✗",
        "wrong",
        "not yet",
        "the first test fails, and of several outputs none is right; other tests may pass",
        "#cf222e",
    ),
    CRASHED: Outcome(
        "!",
        "error",
        "stopped with an error",
        "the student's code raises an error or ends the program",
        "#cf222e",
    ),
    TIMED_OUT: Outcome("∞", "too slow", "took too long", "no answer within the limits", "#cf222e"),
    NOT_ATTEMPTED: Outcome(
        "○", "not started", "not started", "the stub is untouched, or the function is not there", "#6e7781"
    ),
}
"""Every outcome of a check, in the order in which bars and lists show them."""
