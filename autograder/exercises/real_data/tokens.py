"""Notebook 10: a token drawn for each row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.given import Seeded
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value

_DRAWN = Property("drawn_tokens")


_SHARP, _FLAT, _TWINS = [0.5, 0.0, -0.2, -1.5], [2.9, 1.9, 1.4, 0.1], [-0.5, 1.0, 0.9, 1.4, -0.5]
"""Logits that come in other shares when they, or they divided by the temperature, are rounded."""


def _rows(draw: Draw, N: int, values: list[float], offsets: list[int]) -> Value:
    """Return rows (N, V) with the same numbers in random orders, each row moved by one of the offsets."""
    mixed = draw.permuted(np.tile(np.array(values, dtype=float), (N, 1)), axis=1)
    mixed[0] = sorted(values)  # the first row is not the one that falls
    return mixed + draw.choice(offsets, (N, 1))


def _sampled(draw: Draw, logits: Value, temperature: float) -> dict[str, Value]:
    """Return inputs whose generator starts with a number near 0.

    A dart in the middle hits the largest share in whatever order they lie. Thrown once for all rows, it would look
    as if no dart had been thrown.
    """
    seed = int(draw.integers(1000, 10**6))
    while not 0.01 < np.random.default_rng(seed).random() < 0.08:
        seed += 1
    return {"logits": logits, "temperature": temperature, "rng": Seeded(seed)}


def _sample_token(draw: Draw) -> Iterator[Question]:
    up, near = [4, 8, 12], [-2, 0, 4]
    yield ask("core", _DRAWN, **_sampled(draw, _rows(draw, 1000, _SHARP, up), 0.5))
    yield ask("core", _DRAWN, **_sampled(draw, _rows(draw, 1200, _FLAT, up), 2.0))
    yield ask("plain", _DRAWN, **_sampled(draw, _rows(draw, 600, _TWINS, near), 1.0))
    # Two near the top and two far below: only a shift by the largest of its own row, divided too, holds them.
    yield ask("far", _DRAWN, **_sampled(draw, _rows(draw, 600, [1, 0, -1000, -1000], [-1000, 0, 1000]), 0.5))
    yield ask("cold", _DRAWN, **_sampled(draw, _rows(draw, 60, [5, 3, 1], near), 0.01))
    yield ask("single", _DRAWN, **_sampled(draw, _rows(draw, 7, [2], near), 0.7))


_Z = "z = logits / temperature"
_P = "p = np.exp(z - z.max(axis=1, keepdims=True))"
_RUNNING = "running = np.cumsum(p / p.sum(axis=1, keepdims=True), axis=1)"
_U = "u = rng.random((len(logits), 1))"
_TAKE = "return np.minimum((u >= running).sum(axis=1), logits.shape[1] - 1)"


def _by_choice(exponentials: str) -> str:
    """Return a cell that lets NumPy draw row by row, with these exponentials."""
    return f"""
def sample_token(logits, temperature, rng):
    tokens = []
    for row in logits:
        p = {exponentials}
        tokens.append(int(rng.choice(len(row), p=p / p.sum())))
    return np.array(tokens)
"""


SAMPLE_TOKEN = Exercise(
    id="sample_token",
    questions=_sample_token,
    core="how often each token comes, at temperatures 0.5 and 2",
    groups=(
        Group("plain", "temperature 1, with two logits that are equal"),
        Group("far", "rows of about 1000 and of about -1000 in one batch"),
        Group("cold", "temperature 0.01, which leaves only the largest"),
        Group("single", "a vocabulary of one token (V = 1)"),
    ),
    hints=(
        "Two parts: the probabilities of every row, which is the softmax of notebook 02 with logits / "
        "temperature, and the "
        "draw. Test the first part against the table before you write the second.",
        "For one row: lay the probabilities end to end on a line from 0 to 1 and throw a dart u. Which running "
        "sums are below the "
        "dart? Their number is the token.",
        "z = logits / temperature; p = np.exp(z - largest of the row), divided by its row sum; running = "
        "np.cumsum(p, axis=1); u = "
        "rng.random((N, 1)), one for each row; count along axis 1 where u >= running.",
    ),
    mistakes=(
        mistake(
            "multiplied",
            """You multiply by the temperature. Then a high one sharpens. Divide: a high temperature makes the
            logits
            smaller, and so more alike.""",
            (_Z, "z = logits * temperature"),
        ),
        mistake(
            "temperature_ignored",
            """The temperature has no effect. If you divide after the exponential, it cancels when you normalise:
            divide
            the logits.""",
            (_Z, "z = logits"),
        ),
        mistake(
            "rounded",
            """You round the logits, or cast them to integers. Two tokens whose logits differ by 0.3 are then as
            likely as each other, or far apart.""",
            (_Z, "z = np.round(logits) / temperature"),
        ),
        mistake(
            "cut_off",
            "You cut off what stands behind the point of the logits: as integers they have other shares.",
            (_Z, "z = logits.astype(int) / temperature"),
        ),
        mistake(
            "rounded_down",
            """You divide with //, which rounds down. Logits that differ by less than the temperature become equal,
            and equally likely.""",
            (_Z, "z = logits // temperature"),
        ),
        mistake(
            "rounded_after",
            """You round what the division by the temperature gives. At a high temperature logits that differ
            become equal, and equally likely.""",
            (_Z, "z = np.round(logits / temperature)"),
        ),
        mistake(
            "greedy",
            "You take the most probable token every time. It is to be drawn: the others have their share too.",
            (
                _TAKE,
                "return np.where(u >= 0, running.argmax(axis=1)[:, None] * 0 + p.argmax(axis=1)[:, None], 0)[:, 0]",
            ),
        ),
        mistake(
            "sign",
            "The largest logit is your rarest token: there is a minus in your exponent.",
            (_Z, "z = -logits / temperature"),
        ),
        mistake(
            "logits_ignored",
            "All tokens come equally often. The logits have no effect.",
            (_Z, "z = 0 * logits / temperature"),
        ),
        mistake(
            "one_draw_for_all",
            "You throw one dart for the whole batch. Each row needs a random number of its own.",
            (_U, "u = rng.random()"),
        ),
        mistake(
            "off_by_one",
            """Your tokens count from 1: there is none that is 0, and one that does not exist. Count how many
            running sums
            are below the dart.""",
            (_TAKE, "return 1 + np.minimum((u >= running).sum(axis=1), logits.shape[1] - 1)"),
        ),
        mistake(
            "next_token",
            "You take the token after the one that the dart hit.",
            (_TAKE, "return ((u >= running).sum(axis=1) + 1) % logits.shape[1]"),
        ),
        mistake(
            "ranks_returned",
            """You sort the probabilities before you draw, and return a place in the sorted row. Which token stood
            there is
            lost.""",
            (
                _RUNNING,
                "running = np.cumsum(np.sort(p / p.sum(axis=1, keepdims=True), axis=1)[:, ::-1], axis=1)",
            ),
        ),
        mistake(
            "largest_of_the_batch",
            """You subtract the largest logit of the whole *batch*. Rows far below it become all zeros, and 0 / 0.
            Each row
            has its own largest.""",
            (_P, "p = np.exp(z - z.max())"),
        ),
        mistake(
            "no_shift",
            "The exponential of 1000 overflows, and that of -1000 is 0. Subtract the largest of each row first.",
            (_P, "p = np.exp(z)"),
        ),
        mistake(
            "no_shift_by_choice",
            "The exponential of 1000 overflows, and that of -1000 is 0: your probabilities are not numbers then. "
            "Subtract the largest logit of each row first.",
            source=_by_choice("np.exp(row / temperature)"),
        ),
        mistake(
            "largest_of_the_batch_by_choice",
            """You subtract the largest logit of the whole *batch*. Rows far below it become all zeros, and 0 / 0 is no
            probability. Each row has its own largest.""",
            source=_by_choice("np.exp((row - logits.max()) / temperature)"),
        ),
        mistake(
            "divided_after",
            """You divide the probabilities by the temperature. They do not add up to 1 any more, and the dart
            misses them or
            never reaches the last. Divide the logits.""",
            (_Z, "z = logits"),
            (_RUNNING, "running = np.cumsum(p / p.sum(axis=1, keepdims=True), axis=1) / temperature"),
        ),
        mistake(
            "not_normalised",
            """Your running sums do not end at 1: the exponentials are not divided by their sum. The dart lands
            between 0 and
            1.""",
            (_RUNNING, "running = np.cumsum(p, axis=1)"),
        ),
        mistake(
            "normalised_over_batch",
            "You divide by the sum of the whole batch. Each row's probabilities add up to 1.",
            (_RUNNING, "running = np.cumsum(p / p.sum(), axis=1)"),
        ),
        mistake(
            "column_sums",
            "You divide by the sums over the batch, axis 0. The tokens are on the last axis.",
            (_RUNNING, "running = np.cumsum(p / p.sum(axis=0, keepdims=True), axis=1)"),
        ),
        mistake(
            "no_running_sum",
            """You compare the dart with each probability itself. It must be compared with their running sum, or
            early
            tokens come too often.""",
            (_RUNNING, "running = p / p.sum(axis=1, keepdims=True)"),
        ),
        mistake(
            "first_row_for_all",
            "All rows are drawn from the first row's probabilities. Each has its own.",
            (_RUNNING, "running = np.cumsum(p[:1] / p[:1].sum(axis=1, keepdims=True), axis=1)"),
        ),
        mistake(
            "float_ids",
            "Your tokens are floating-point numbers. A token is used as an index: return integers.",
            (_TAKE, "return np.minimum((u >= running).sum(axis=1), logits.shape[1] - 1).astype(float)"),
        ),
        mistake(
            "column",
            "The shape is (N, 1). One number for each row is asked for, (N,).",
            (_TAKE, "return np.minimum((u >= running).sum(axis=1), logits.shape[1] - 1)[:, None]"),
        ),
        mistake(
            "one_hot",
            "You return one-hot rows. The number of the token is asked for.",
            (
                _TAKE,
                "return np.eye(logits.shape[1], dtype=int)[np.minimum((u >= running).sum(axis=1), "
                "logits.shape[1] - 1)]",
            ),
        ),
        mistake(
            "own_generator",
            """Your random numbers do not come from `rng`, but from np.random or a generator of your own. Then nobody
            can repeat what you drew; and a generator that starts anew in every call would write aaaaaa.""",
            (_U, "u = np.random.default_rng(0).random((len(logits), 1))"),
            manner="ignores_its_generator",
        ),
        mistake(
            "shifts_the_logits",
            "You divide the logits in place. They belong to the caller.",
            (_Z, "logits /= temperature\n    z = logits"),
            manner="changes_its_input",
        ),
    ),
    other_ways=(
        other_way(
            "choice_row_by_row",
            source="""
            def sample_token(logits, temperature, rng):
                tokens = []
                for row in logits:
                    p = np.exp((row - row.max()) / temperature)
                    tokens.append(int(rng.choice(len(row), p=p / p.sum())))
                return tokens
            """,
        ),
        other_way(
            "gumbel",
            source="""
            def sample_token(logits, temperature, rng):
                return np.argmax(logits / temperature + rng.gumbel(size=logits.shape), axis=1)
            """,
        ),
        other_way(
            "exponential_race",
            source="""
            def sample_token(z, tau, rng):
                p = np.exp((z - z.max(axis=1, keepdims=True)) / tau)
                with np.errstate(divide="ignore"):
                    return np.argmin(rng.exponential(size=z.shape) / p, axis=-1)
            """,
        ),
        other_way(
            "searchsorted",
            source="""
            def sample_token(logits, temperature, rng):
                out = np.zeros(len(logits), dtype=int)
                for n, row in enumerate(logits):
                    p = np.exp((row - row.max()) / temperature)
                    sums = np.cumsum(p)
                    out[n] = min(np.searchsorted(sums, rng.uniform(0, sums[-1]), side="right"), len(row) - 1)
                return out
            """,
        ),
    ),
)
