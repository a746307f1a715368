"""Notebook 10: digits read row by row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.exercises.told import NO_OUTPUT_BIAS
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.values import Value


def _pictures(draw: Draw, N: int, H: int, K: int) -> dict[str, Value]:
    """Return pictures and a network with large weights, so that what it says hangs on every row."""
    net = {
        "Wx": weights(draw, 8, 4 * H, scale=1.5),
        "Wh": weights(draw, H, 4 * H, scale=1.0),
        "b": weights(draw, 4 * H),
        "Why": weights(draw, H, K, scale=1.5),
        "by": weights(draw, K, scale=0.5),
    }
    ink = draw.integers(0, 17, (N, 8, 8)) * (draw.random((N, 8, 8)) < 0.7)
    return {"images": ink.astype(float), "net": net}


def _classify(draw: Draw) -> Iterator[Question]:
    yield ask(**_pictures(draw, 19, 6, 7))
    yield ask(**_pictures(draw, 17, 5, 10))
    yield ask("one", **_pictures(draw, 1, 3, 5))
    first = _pictures(draw, 9, 4, 6)
    blank = first["images"] * (np.arange(9) > 1)[:, None, None]
    yield ask("blank", **first | {"images": blank})
    faint = _pictures(draw, 15, 4, 9)
    seen = faint["net"] | {"Wx": 16 * faint["net"]["Wx"]}  # such a network sees what is lost in whole numbers
    yield ask("faint", images=np.minimum(faint["images"], 6.0) / 16, net=seen)
    yield ask("square", **_pictures(draw, 8, 8, 8))


_RUN = "h = run(net, images / 16)[0]"
_LOGITS = 'logits = h[:, -1] @ net["Why"] + net["by"]'
_ARGMAX = "return logits.argmax(axis=1)"

CLASSIFY_ROWS = Exercise(
    id="classify_rows",
    questions=_classify,
    core="the classes of many pictures",
    tolerance=Tolerance(dtype="int"),
    groups=(
        Group("one", "a single picture (N = 1)"),
        Group("blank", "pictures without ink among the others"),
        Group("faint", "faint pictures, without a number above 0.4"),
        Group("square", "N = T = H = K, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "reordered",
            "the same pictures in another order",
            lambda i: i | {"images": i["images"][::-1].copy()},
            lambda i, first, j, second: bool(np.array_equal(np.asarray(first)[::-1], second)),
        ),
        Invariant(
            "same_bias",
            "the classes with a constant added to by",
            lambda i: i | {"net": i["net"] | {"by": i["net"]["by"] + 1.5}},
            lambda i, first, j, second: bool(np.array_equal(first, second)),
        ),
    ),
    hints=(
        "run wants (N, T, D). What are N, T and D for pictures of 8 rows of 8? Do you have to move any axis?",
        "run returns three arrays. Only the first goes to the output layer, and of its steps only the last.",
        'h = run(net, images / 16)[0]; logits of h[:, -1] with net["Why"] and net["by"]; the argmax of each row.',
    ),
    mistakes=(
        mistake(
            "columns",
            "You read the pictures column by column. images[n, 0] is a row, and comes first.",
            (_RUN, "h = run(net, images.transpose(0, 2, 1) / 16)[0]"),
        ),
        mistake(
            "from_the_bottom",
            "You read from the bottom row to the top.",
            (_RUN, "h = run(net, images[:, ::-1] / 16)[0]"),
        ),
        mistake(
            "mirrored",
            "You read every row from right to left.",
            (_RUN, "h = run(net, images[:, :, ::-1] / 16)[0]"),
        ),
        mistake(
            "batch_as_time",
            "You swap the first two axes: then row number k of all pictures is read as one sequence.",
            (_RUN, "h = run(net, images.transpose(1, 0, 2) / 16)[0].transpose(1, 0, 2)"),
        ),
        mistake(
            "not_scaled",
            "You feed numbers up to 16. The network was trained on numbers from 0 to 1.",
            (_RUN, "h = run(net, images)[0]"),
        ),
        mistake(
            "scaled_as_bytes",
            "You divide by 255. All ink is 16 here.",
            (_RUN, "h = run(net, images / 255)[0]"),
        ),
        mistake(
            "scaled_by_the_largest",
            "You divide by the largest number that occurs, which changes from batch to batch. Divide by 16.",
            (_RUN, "h = run(net, images / max(images.max(), 1))[0]"),
        ),
        mistake(
            "mean_of_states",
            "You take the mean over all steps. The last step has read everything: its output is asked for.",
            (_LOGITS, 'logits = h.mean(axis=1) @ net["Why"] + net["by"]'),
        ),
        mistake(
            "sum_of_states",
            "You add the outputs of all steps. The last one alone is asked for.",
            (_LOGITS, 'logits = h.sum(axis=1) @ net["Why"] + net["by"]'),
        ),
        mistake(
            "first_state",
            "You take the output after the first row. It has not seen the other seven.",
            (_LOGITS, 'logits = h[:, 0] @ net["Why"] + net["by"]'),
        ),
        mistake(
            "last_but_one",
            "You take the output before the last row.",
            (_LOGITS, 'logits = h[:, -2] @ net["Why"] + net["by"]'),
        ),
        mistake(
            "cell_for_output",
            "You use the cell c. The output layer reads h, the first of the three that run returns.",
            (_RUN, "h = run(net, images / 16)[1]"),
        ),
        mistake(
            "no_output_bias",
            NO_OUTPUT_BIAS,
            (_LOGITS, 'logits = h[:, -1] @ net["Why"]'),
        ),
        mistake(
            "argmax_of_state",
            "You take the largest hidden unit. A unit is not a class: the output layer comes in between.",
            (_ARGMAX, "return h[:, -1].argmax(axis=1)"),
        ),
        mistake(
            "argmax_over_batch",
            "Your argmax runs over the pictures. The classes are on the last axis.",
            (_ARGMAX, "return logits.argmax(axis=0)"),
        ),
        mistake(
            "least_probable",
            "You return the *least* probable class.",
            (_ARGMAX, "return logits.argmin(axis=1)"),
        ),
        mistake(
            "one_for_all",
            "Your argmax has no axis, and gives one number for the whole batch.",
            (_ARGMAX, "return logits.argmax()"),
        ),
        mistake(
            "logits_returned",
            "You return the logits. The number of the class is asked for.",
            (_ARGMAX, "return logits"),
        ),
        mistake(
            "counted_from_one",
            "Your classes are one too large: they count from 0.",
            (_ARGMAX, "return logits.argmax(axis=1) + 1"),
        ),
        mistake(
            "classes_after_every_row",
            "You return a class after every row, (N, 8). Only the one after the last is asked for.",
            (_LOGITS, 'logits = h @ net["Why"] + net["by"]'),
            (_ARGMAX, "return logits.argmax(axis=2)"),
        ),
        mistake(
            "most_frequent_vote",
            "You let all steps vote. Only the last has seen the whole picture.",
            (_LOGITS, 'votes = (h @ net["Why"] + net["by"]).argmax(axis=2)'),
            (_ARGMAX, 'return np.array([np.bincount(v, minlength=len(net["by"])).argmax() for v in votes])'),
        ),
        mistake(
            "scales_the_pictures",
            "You divide the pictures in place. They belong to the caller.",
            (_RUN, "images /= 16\n    h = run(net, images)[0]"),
            manner="changes_its_input",
        ),
    ),
    other_ways=(
        other_way(
            "one_by_one",
            source="""
            def classify_rows(pictures, net):
                found = []
                for picture in pictures:
                    h, _, _ = run(net, (picture / 16)[None])
                    found.append(int(np.argmax(h[0, -1] @ net["Why"] + net["by"])))
                return found
            """,
        ),
        other_way(
            "through_log_probabilities",
            (
                _ARGMAX,
                "p = np.exp(logits - logits.max(axis=1, keepdims=True))\n    return np.argmax(p / p.sum(axis=1, "
                "keepdims=True), axis=-1)",
            ),
        ),
        other_way(
            "last_by_index",
            source="""
            def classify_rows(images, net):
                scaled = np.asarray(images, dtype=float) / 16.0
                h, c, gates = run(net, scaled)
                last = h[:, images.shape[1] - 1, :]
                return np.argmax(np.einsum("nh,hk->nk", last, net["Why"]) + net["by"][None], axis=-1)
            """,
        ),
        other_way(
            "own_loop",
            source="""
            def classify_rows(images, net):
                sigmoid = lambda a: 0.5 * (1 + np.tanh(a / 2))
                h = c = np.zeros((len(images), len(net["Wh"])))
                for row in range(8):
                    a = images[:, row] / 16 @ net["Wx"] + h @ net["Wh"] + net["b"]
                    i, f, g, o = np.split(a, 4, axis=1)
                    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
                    h = sigmoid(o) * np.tanh(c)
                return np.argmax(h @ net["Why"] + net["by"], axis=1)
            """,
        ),
    ),
)
