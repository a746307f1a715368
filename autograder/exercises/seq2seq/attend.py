"""Notebook 08, last part: a weighted look at all states of the encoder."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.exercises.seq2seq.draws import Array, flipped, mixed, ones_first
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _look(draw: Draw, N: int, T: int, H: int, lengths: list[int] | None = None) -> dict[str, Value]:
    """Return arguments; at padding, states are numbers that no tanh gives."""
    mask = ones_first(lengths or mixed(draw, N, T), T)
    states = np.where(mask[:, :, None] > 0, weights(draw, N, T, H), 9 + weights(draw, N, T, H))
    return {"query": weights(draw, N, H, scale=1.0), "states": states, "mask": mask}


def _steep(draw: Draw, sign: float) -> dict[str, Value]:
    """Return arguments whose scores are in the thousands, and far apart from example to example."""
    states = np.round(draw.uniform(0.2, 0.9, (3, 4, 5)), 3)
    states[1, 2:] = 0.0  # two padded steps, whose scores would be 0
    query = sign * np.array([[900.0], [1500.0], [2.0]]) * np.ones(5)
    return {"query": query, "states": states, "mask": ones_first([4, 2, 3], 4)}


def _gap(draw: Draw) -> dict[str, Value]:
    """Return arguments with a step missing in the middle of a row, and at the front of another."""
    given = _look(draw, 3, 5, 4, [5, 5, 5])
    given["mask"][0, 2] = given["mask"][1, 0] = 0.0
    return given


def _questions(draw: Draw) -> Iterator[Question]:
    N, H = (int(size) for size in draw.permutation([3, 4]))
    yield ask(**_look(draw, N, 6, H))
    yield ask(**_look(draw, 5, 3, 7, [3, 1, 2, 3, 2]))
    yield ask("full", **_look(draw, 3, 5, 4, [5, 5, 5]))
    yield ask("gap", **_gap(draw))
    yield ask("one", **_look(draw, 1, 4, 3, [2]))
    yield ask("single", **_look(draw, 3, 1, 4))
    yield ask("steep", **_steep(draw, 1.0))
    yield ask("steep", **_steep(draw, -1.0))
    yield ask("blind", **(_look(draw, 3, 5, 4, [5, 2, 4]) | {"query": np.zeros((3, 4))}))
    yield ask("long", **_look(draw, 2, 26, 3, [26, 19]))
    yield ask("square", **_look(draw, 4, 4, 4))


def _turned(given: dict[str, Value]) -> dict[str, Value]:
    return given | {name: given[name][:, ::-1].copy() for name in ("states", "mask")}


def _longer(given: dict[str, Value]) -> dict[str, Value]:
    N, _, H = given["states"].shape
    states = np.concatenate([given["states"], np.full((N, 2, H), -3.0)], axis=1)
    return given | {"states": states, "mask": np.concatenate([given["mask"], np.zeros((N, 2))], axis=1)}


def _same(a: Array, b: Array) -> bool:
    return bool(np.allclose(a, b))


_SCORES = 'scores = np.einsum("nh,nth->nt", query, states)  # (N, T)'
_MASKED = "scores = np.where(mask > 0, scores, -np.inf)  # padding gets no weight"
_EXP = "e = np.exp(scores - scores.max(axis=1, keepdims=True))  # (N, T), at most 1"
_WEIGHTS = "weights = e / e.sum(axis=1, keepdims=True)  # (N, T)"
_SUM = "look = (weights[:, :, None] * states).sum(axis=1)  # (N, H)"
_RETURN = "return look, weights"

ATTEND = Exercise(
    id="attend",
    questions=_questions,
    core="look and weights of a padded batch",
    parts=("look", "weights"),
    groups=(
        Group("full", "a batch without padding"),
        Group("gap", "a mask with a 0 in front and one in the middle"),
        Group("one", "a batch of one example (N = 1), padded"),
        Group("single", "one state to look at (T = 1)"),
        Group("steep", "scores in the thousands, all positive or all negative"),
        Group("blind", "a query of zeros: every word gets the same weight"),
        Group("long", "26 states"),
        Group("square", "N = T = H, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: flipped(i, "query", "states", "mask"),
            lambda i, a, j, b: _same(a[0][::-1], b[0]) and _same(a[1][::-1], b[1]),
        ),
        Invariant(
            "turned",
            "the numbers, with the states in reverse order",
            _turned,
            lambda i, a, j, b: _same(a[0], b[0]) and _same(a[1][:, ::-1], b[1]),
        ),
        Invariant(
            "more_padding",
            "the numbers, with two more steps of padding",
            _longer,
            lambda i, a, j, b: _same(a[0], b[0]) and _same(a[1], b[1][:, :-2]) and not b[1][:, -2:].any(),
        ),
        Invariant(
            "rescaled",
            "the numbers, with the states doubled and the query halved",
            lambda i: i | {"query": i["query"] / 2, "states": 2 * i["states"]},
            lambda i, a, j, b: _same(2 * a[0], b[0]) and _same(a[1], b[1]),
        ),
    ),
    hints=(
        "Three stages: a score for each state, a weight for each score, one sum for each example. Which axis does "
        "each of them sum over, and which must the weights sum to 1 along?",
        'np.einsum("nh,nth->nt", query, states) is one product of query and state for each step. For the weights '
        "you have written a softmax before; think of what a padded step must bring to it so that its exponential "
        "is 0.",
        "np.where puts -np.inf in place of the scores of padded steps. Subtract the largest score of each row, "
        "take exponentials, divide by their sum along the same axis. Then weights[:, :, None] broadcasts over "
        "the units of states; sum over the steps.",
    ),
    mistakes=(
        mistake(
            "padding_is_seen",
            "You take padded steps as if they were words: they get a weight. Nobody wrote what stands there.",
            ("    " + _MASKED + "\n", ""),
        ),
        mistake(
            "weights_cut_afterwards",
            """You set the weights of padded steps to 0 after the softmax. Then the others do not sum to 1: a short
            source would give a faint look.""",
            (_MASKED, "pass"),
            (_WEIGHTS, "weights = e / e.sum(axis=1, keepdims=True) * mask"),
        ),
        mistake(
            "score_zero_at_padding",
            """You multiply the scores by the mask, so a padded step has the score 0. That is a score like any other:
            its exponential is 1, not 0.""",
            (_MASKED, "scores = scores * mask"),
        ),
        mistake(
            "padding_a_little_lower",
            """You lower the scores of padded steps by 1. They still get a weight, e times smaller. It has to be
            exactly 0.""",
            (_MASKED, "scores = scores - (1 - mask)"),
        ),
        mistake(
            "looks_at_padding",
            "Your mask is the wrong way round: words are cut away and padding is looked at.",
            (_MASKED, "scores = np.where(mask > 0, -1e9, scores)"),
        ),
        mistake(
            "over_the_batch",
            """Your weights sum to 1 over the examples of the batch. Each example looks at its own states: the weights
            of one row must sum to 1.""",
            (_EXP, "e = np.exp(scores - scores.max())"),
            (_WEIGHTS, "weights = e / e.sum(axis=0, keepdims=True)"),
        ),
        mistake(
            "over_everything",
            "Your weights sum to 1 over the whole batch. Each example needs a sum of its own.",
            (_EXP, "e = np.exp(scores - scores.max())"),
            (_WEIGHTS, "weights = e / e.sum()"),
        ),
        mistake(
            "not_shifted",
            """Your exponentials are taken of the scores as they are. Scores in the thousands overflow, or all become
            0, and the quotient is nan. Subtract the largest score of the row first: no weight changes.""",
            (_EXP, "e = np.exp(scores)"),
        ),
        mistake(
            "shifted_by_the_batch",
            """You subtract the largest score of the whole batch. In a row whose scores are all far below it, every
            exponential is 0, and the quotient nan. Each row has its own largest score.""",
            (_EXP, "e = np.exp(scores - scores.max())"),
        ),
        mistake(
            "shifted_by_padding_too",
            """You subtract the largest score before padding is cut away. Where a padded step has the largest one,
            all words of the row may underflow to 0.""",
            (_MASKED, "shifted = scores - scores.max(axis=1, keepdims=True)"),
            (_EXP, "e = np.exp(shifted) * mask"),
        ),
        mistake(
            "divided_by_the_root",
            """You divide the scores by the root of H, as the Transformer does. Here the score is the product as it
            stands.""",
            (_SCORES, 'scores = np.einsum("nh,nth->nt", query, states) / np.sqrt(query.shape[1])'),
        ),
        mistake(
            "mean_of_products",
            "Your score is the mean over the units. It is the sum: the scalar product of query and state.",
            (_SCORES, 'scores = np.einsum("nh,nth->nt", query, states) / query.shape[1]'),
        ),
        mistake(
            "cosine",
            """You divide by the lengths of query and state. Then all scores are between -1 and 1, and no weight can
            ever come near 1.""",
            (
                _SCORES,
                'scores = np.einsum("nh,nth->nt", query, states)\n'
                "    lengths = np.linalg.norm(query, axis=1)[:, None] * np.linalg.norm(states, axis=2)\n"
                "    scores = scores / np.maximum(lengths, 1e-12)",
            ),
        ),
        mistake(
            "least_alike",
            "The weights are largest where the score is smallest: a sign is wrong before the exponential.",
            (_SCORES, 'scores = -np.einsum("nh,nth->nt", query, states)'),
        ),
        mistake(
            "scores_bent",
            "You send the scores through tanh. A score may be any number.",
            (_SCORES, 'scores = np.tanh(np.einsum("nh,nth->nt", query, states))'),
        ),
        mistake(
            "nearest_state",
            """Your scores are minus the distances of query and state. Asked for is their product.""",
            (_SCORES, "scores = -np.linalg.norm(query[:, None] - states, axis=2)"),
        ),
        mistake(
            "no_exponential",
            """You divide the scores by their sum, without exponentials. Scores may be negative, so such weights may
            be too, and the sum may be 0.""",
            (_MASKED, "scores = scores * mask"),
            (_EXP, "e = scores"),
        ),
        mistake(
            "scores_for_weights",
            "You use the scores themselves as weights. A softmax over the words of each source is missing.",
            (_MASKED, "scores = scores * mask"),
            (_EXP, "e = scores"),
            (_WEIGHTS, "weights = e"),
        ),
        mistake(
            "sigmoid_weights",
            """Each of your weights is a sigmoid of its own score. They do not share one whole: a look is a mean, and
            its weights sum to 1.""",
            (_EXP, "e = 1 / (1 + np.exp(-np.clip(scores, -700, 700))) * mask"),
            (_WEIGHTS, "weights = e"),
        ),
        mistake(
            "best_only",
            """All weight is on the state with the largest score. No gradient passes through such a choice: the
            softmax is its soft form.""",
            (_WEIGHTS, "weights = np.eye(scores.shape[1])[scores.argmax(axis=1)]"),
        ),
        mistake(
            "all_alike",
            "Every word gets the same weight: the query has no say.",
            (_EXP, "e = mask * 1.0"),
        ),
        mistake(
            "logarithms",
            "You return logarithms of the weights. The weights themselves are asked for.",
            (_RETURN, "return look, np.log(np.maximum(weights, 1e-300))"),
        ),
        mistake(
            "scores_returned",
            "Your second output holds the scores. The weights are asked for, after the softmax.",
            (_RETURN, "return look, np.where(mask > 0, scores, 0.0)"),
        ),
        mistake(
            "order_of_outputs",
            "Your two outputs are in the other order: first the look, then the weights.",
            (_RETURN, "return weights, look"),
        ),
        mistake(
            "mean_of_what_is_weighed",
            """You take the mean over the steps of weight times state. The weights already sum to 1: their sum is the
            mean.""",
            (_SUM, "look = (weights[:, :, None] * states).mean(axis=1)"),
        ),
        mistake(
            "query_weighed",
            "You weigh the query, not the states. So your look holds nothing that was read.",
            (_SUM, "look = (weights[:, :, None] * query[:, None]).sum(axis=1)"),
        ),
        mistake(
            "query_mixed_in",
            "Your look multiplies each state by the query once more. The query decides the weights, and that is all.",
            (_SUM, "look = (weights[:, :, None] * states * query[:, None]).sum(axis=1)"),
        ),
        mistake(
            "query_added",
            "You add the query to the look. Who calls `attend` decides what to do with the two.",
            (_SUM, "look = query + (weights[:, :, None] * states).sum(axis=1)"),
        ),
        mistake(
            "the_last_state_again",
            """Your look is the state of the last step, whatever the weights are. That is the context: the single
            state that attention replaces.""",
            (_SUM, "look = states[:, -1] * 1.0"),
        ),
        mistake(
            "the_heaviest_state",
            "Your look is the state with the largest weight. It is the sum of all, each times its weight.",
            (_SUM, "look = states[np.arange(len(states)), weights.argmax(axis=1)]"),
        ),
        mistake(
            "summed_over_units",
            "You sum over the units, so your look has a number for each step. Sum over the steps.",
            (_SUM, "look = (weights[:, :, None] * states).sum(axis=2)"),
        ),
    ),
    other_ways=(
        other_way(
            "large_number_for_infinity",
            (_MASKED, "scores = scores - 1e9 * (1 - mask)"),
        ),
        other_way("by_matmul", (_SCORES, "scores = (states @ query[:, :, None])[:, :, 0]")),
        other_way(
            "by_einsum",
            (_SUM, 'look = np.einsum("nt,nth->nh", weights, states)'),
        ),
        other_way(
            "one_by_one",
            source="""
            def _softmax(z):
                e = np.exp(z - z.max())
                return e / e.sum()

            def attend(q, states, mask, softmax=_softmax):
                weights, looks = np.zeros(mask.shape), []
                for n in range(len(q)):
                    words = np.flatnonzero(mask[n])
                    weights[n, words] = softmax(states[n, words] @ q[n])
                    looks.append(weights[n] @ states[n])
                return looks, weights
            """,
        ),
        other_way(
            "cut_after_exponentials",
            (_MASKED, "top = np.where(mask > 0, scores, -np.inf).max(axis=1, keepdims=True)"),
            (_EXP, "e = np.where(mask > 0, np.exp(np.minimum(scores - top, 0)), 0.0)"),
        ),
    ),
)
