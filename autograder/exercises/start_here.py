"""Notebook 00: one layer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    mistake,
    other_way,
    sizes,
    weights,
    zeroed,
)
from autograder.exercises.told import BIAS_SUBTRACTED, ELEMENTWISE, INTEGER_ARRAY, SIGMOID
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance


def _affine(draw: Draw) -> Iterator[Question]:
    N, *both = sizes(draw, "N", "D", "H")
    D, H = sorted(both)
    yield ask(x=weights(draw, N, D), W=weights(draw, D, H), b=weights(draw, H))
    yield ask(x=weights(draw, N, H), W=weights(draw, H, D), b=weights(draw, D))
    yield ask("one", x=weights(draw, 1, D), W=weights(draw, D, H), b=weights(draw, H))
    yield ask("square", x=weights(draw, 4, 4), W=weights(draw, 4, 4), b=weights(draw, 4))
    yield ask("zero", x=zeroed(weights(draw, 4, 3), 1), W=weights(draw, 3, 2), b=weights(draw, 2))
    yield ask("large", x=20 * weights(draw, N, D), W=weights(draw, D, H), b=weights(draw, H))


AFFINE = Exercise(
    id="affine",
    questions=_affine,
    core="all values of a batch",
    tolerance=Tolerance(dtype="float"),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("square", "N = D = H, where a transpose goes unnoticed"),
        Group("zero", "an example that is all zeros"),
        Group("large", "large inputs, where tanh is flat"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda inputs: inputs | {"x": inputs["x"][::-1].copy()},
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
    ),
    hints=(
        "Write the shapes under the formula: (N, D) times (D, H), plus (H,). Which of NumPy's operators multiplies "
        "matrices?",
        "Two operations inside, one outside. Which of the three is the activation?",
        "One line does it: return np.tanh(...), and inside the parentheses stands the product plus b.",
    ),
    mistakes=(
        mistake(
            "bias_outside",
            """Your bias is added after tanh. The sum x W + b belongs inside, so that the answer stays
            between -1 and 1.""",
            ("np.tanh(x @ W + b)", "np.tanh(x @ W) + b"),
        ),
        mistake("no_bias", "There is no bias in your answer: b is not used.", ("x @ W + b", "x @ W")),
        mistake(
            "no_tanh",
            "Your answer is the sum x W + b without the activation: apply np.tanh to it.",
            ("np.tanh(x @ W + b)", "x @ W + b"),
        ),
        mistake(
            "tanh_of_parts",
            """You apply tanh to the product and to the bias and add the two. tanh(a) + tanh(b) is not
            tanh(a + b): add first, then tanh once.""",
            ("np.tanh(x @ W + b)", "np.tanh(x @ W) + np.tanh(b)"),
        ),
        mistake(
            "bias_subtracted",
            BIAS_SUBTRACTED,
            ("x @ W + b", "x @ W - b"),
        ),
        mistake(
            "sigmoid",
            SIGMOID,
            ("np.tanh(x @ W + b)", "1 / (1 + np.exp(-(x @ W + b)))"),
        ),
        mistake(
            "bias_per_product",
            """The bias is added to x before the product, so it goes through W as well. It is added after the
            product, once for each of the H units.""",
            source="""
            def affine(x, W, b):
                return np.tanh(x @ W + b.sum() * np.ones(W.shape[0]) @ W)
            """,
        ),
        mistake(
            "w_transposed",
            """W is transposed. Its shape is (D, H) already, so that (N, D) times (D, H) is (N, H). It only
            seems to work where D = H.""",
            ("x @ W", "x @ W.T"),
        ),
        mistake(
            "w_on_the_left",
            """W stands on the left of x. Here every row of x is one example, so the batch stands on the
            left: only then do the inner sizes agree for every N.""",
            ("x @ W", "W @ x"),
        ),
        mistake(
            "column_vectors",
            """You use the transposed W on the left, as books with column vectors do. Here every row of x is
            one example, so the batch stands on the left and W is used as it is.""",
            ("x @ W", "W.T @ x"),
        ),
        mistake(
            "elementwise",
            ELEMENTWISE,
            ("x @ W", "x * W"),
        ),
        mistake(
            "integer_array",
            INTEGER_ARRAY,
            source="""
            def affine(x, W, b):
                y = np.zeros((len(x), W.shape[1]), dtype=int)
                y[:] = np.tanh(x @ W + b)
                return y
            """,
        ),
        mistake(
            "bias_twice",
            "The bias is in your sum twice. It is added once.",
            ("x @ W + b", "x @ W + b + b"),
        ),
        mistake(
            "bent_twice",
            "You apply tanh twice. Once is enough: the second activation squeezes every value towards 0.",
            ("np.tanh(x @ W + b)", "np.tanh(np.tanh(x @ W + b))"),
        ),
        mistake(
            "column_bias",
            """Your bias is a column of shape (H, 1), so broadcasting makes a table of another shape, or
            fails. It must be added to each row: leave it as (H,).""",
            ("@ W + b)", "@ W + b.reshape(-1, 1))"),
        ),
        mistake(
            "changes_bias",
            "Your function changes x, the batch that was passed in. Build a new array instead of writing into x.",
            manner="changes_its_input",
            source="""
            def affine(x, W, b):
                y = np.tanh(x @ W + b)
                x -= 1
                return y
            """,
        ),
        mistake(
            "first_row_only",
            "Every row of your answer is that of the first example: the others are not used.",
            ("return np.tanh(x @ W + b)", "return np.tanh(np.repeat(x[:1], len(x), axis=0) @ W + b)"),
        ),
    ),
    other_ways=(
        other_way("einsum", ("x @ W", 'np.einsum("nd,dh->nh", x, W)')),
        other_way("exponentials", ("np.tanh(x @ W + b)", "1 - 2 / (1 + np.exp(2 * (x @ W + b)))")),
        other_way(
            "loops",
            source="""
            def affine(batch, weights, bias=0):
                rows = []
                for example in batch:
                    sums = [sum(v * w for v, w in zip(example, column)) for column in weights.T]
                    rows.append([np.tanh(s + c) for s, c in zip(sums, bias)])
                return rows
            """,
        ),
        other_way(
            "helper",
            source="""
            def _bend(a):
                return np.tanh(a)

            def affine(x, W, b, bend=_bend):
                out = np.zeros((x.shape[0], W.shape[1]))
                for n in range(x.shape[0]):
                    out[n] = bend(W.T @ x[n] + b)
                return out
            """,
        ),
        other_way(
            "single_precision", ("return np.tanh(x @ W + b)", "return np.tanh(x @ W + b).astype(np.float32)")
        ),
    ),
)

EXERCISES = (AFFINE,)
