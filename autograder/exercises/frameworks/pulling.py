"""Notebook 09: the gradient of one operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

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
)
from rnncourse.checking.caseset import CORE, Group
from rnncourse.checking.values import Value

_FORWARD: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "multiply": np.multiply,
    "matmul": np.matmul,
    "tanh": np.tanh,
    "sum": np.sum,
}

_ADD = "return [unbroadcast(g, a.shape), unbroadcast(g, b.shape)]"
_MULTIPLY = "return [unbroadcast(g * b, a.shape), unbroadcast(g * a, b.shape)]"
_MATMUL = "return [g @ b.T, a.T @ g]"
_TANH = "return [g * (1 - output**2)]"
_SUM = "return [g * np.ones(inputs[0].shape)]"


def _of(draw: Draw, group: str, op: str, *inputs: Value) -> Question:
    """Return a question about one operation on these inputs, with an upstream gradient of its own."""
    output = np.asarray(_FORWARD[op](*inputs))
    return ask(group, op=op, g=weights(draw, *output.shape), inputs=list(inputs), output=output)


def _questions(draw: Draw) -> Iterator[Question]:
    a, b, c = sizes(draw, "a", "b", "c")
    yield _of(draw, CORE, "add", weights(draw, a, b), weights(draw, a, b))
    yield _of(draw, "multiply", "multiply", weights(draw, a, b), weights(draw, a, b))
    yield _of(draw, "matmul", "matmul", weights(draw, a, b), weights(draw, b, c))
    yield _of(draw, "tanh", "tanh", np.append(weights(draw, a), [1.0, -1.0]))
    yield _of(draw, "sum", "sum", weights(draw, a, b))
    yield _of(draw, "broadcast", "add", weights(draw, a, b), weights(draw, b))
    yield _of(draw, "broadcast", "add", weights(draw, a, 1), weights(draw, a, b))
    yield _of(draw, "broadcast", "multiply", weights(draw, a, b), weights(draw, a, 1))
    yield _of(draw, "broadcast", "multiply", np.array(-0.7), weights(draw, a, b))
    yield _of(draw, "square", "matmul", weights(draw, 3, 3), weights(draw, 3, 3))
    yield _of(draw, "one", "matmul", weights(draw, 1, b), weights(draw, b, 1))
    yield _of(draw, "one", "sum", np.array(draw.normal()))
    yield _of(draw, "one", "tanh", np.zeros((2, 1)))


def _tripled(inputs: dict[str, Value]) -> dict[str, Value]:
    return inputs | {"g": 3 * inputs["g"]}


PULL = Exercise(
    id="pull",
    questions=_questions,
    core="a list with a gradient for each input: add, equal shapes",
    core_weight=1.0,
    groups=(
        Group("multiply", "multiply, equal shapes"),
        Group("matmul", "matmul, no matrix square", 2.0),
        Group("tanh", "tanh"),
        Group("sum", "sum"),
        Group("broadcast", "add and multiply with an operand that was broadcast", 2.0),
        Group("square", "matmul of square matrices"),
        Group("one", "a row times a column, a sum of one number, tanh at 0"),
    ),
    uses=("unbroadcast",),
    allow_views=True,
    hints=(
        "One operation, five lines. You know all five from notebook 03, where they were lines of rnn_step_backward and "
        "output_backward. What does each input get if the output gets g?",
        "add hands g on, multiply gives each factor the other one times g, and matmul gives two products, each "
        "with one "
        "factor transposed: find them by the shapes. tanh needs the slope at the output. sum was a sum: every "
        "entry gets g.",
        "For matmul with a (n, k), b (k, m) and g (n, m): only g b^T has the shape of a, and only a^T g that of b. "
        "For add and multiply, put each result through unbroadcast with the shape of its input.",
    ),
    invariants=(
        Invariant(
            "linear",
            "the numbers, with g three times as large",
            _tripled,
            lambda i, first, j, second: all(
                np.allclose(3 * p, q) for p, q in zip(first, second, strict=True)
            ),
        ),
    ),
    mistakes=(
        mistake(
            "matmul_first_untransposed",
            """matmul: in the gradient of the first factor, the second is not transposed. For square matrices the shapes
            hide that; for others it fails, or you noticed and turned something else.""",
            (
                _MATMUL,
                "return [g @ b if b.shape[0] == b.shape[1] else g @ b.reshape(b.shape[::-1]), a.T @ g]",
            ),
        ),
        mistake(
            "matmul_first_raises",
            "matmul: in the gradient of the first factor, the second is not transposed. g (n, m) times (m, k) "
            "gives (n, k).",
            (_MATMUL, "return [g @ b, a.T @ g]"),
        ),
        mistake(
            "matmul_second_untransposed",
            """matmul: in the gradient of the second factor, the first is not transposed. For square matrices the shapes
            hide that; reshaping is not transposing.""",
            (
                _MATMUL,
                "return [g @ b.T, a @ g if a.shape[0] == a.shape[1] else a.reshape(a.shape[::-1]) @ g]",
            ),
        ),
        mistake(
            "matmul_second_raises",
            "matmul: in the gradient of the second factor, the first is not transposed. (k, n) times g (n, m) "
            "gives (k, m).",
            (_MATMUL, "return [g @ b.T, a @ g]"),
        ),
        mistake(
            "matmul_order_of_results",
            "matmul: the two gradients are right, and in the wrong order. The first belongs to the first input.",
            (_MATMUL, "return [a.T @ g, g @ b.T]"),
        ),
        mistake(
            "matmul_second_turned_round",
            """matmul: you wrote g^T a for the gradient of the second factor. That is the transpose of what belongs
            there.""",
            (_MATMUL, "return [g @ b.T, g.T @ a]"),
        ),
        mistake(
            "matmul_as_multiply",
            "matmul: you treat the matrix product like the product entry by entry.",
            (_MATMUL, "return [g * b, g * a]"),
        ),
        mistake(
            "matmul_factors_exchanged",
            """matmul: the factors stand in the wrong order. A product of matrices may not be turned round: b^T g is not
            g b^T. Write the shapes under them.""",
            (_MATMUL, "return [b.T @ g, g @ a.T]"),
        ),
        mistake(
            "multiply_own_value",
            "multiply: each factor gets its own value times g. It is the *other* one that stands beside it.",
            (_MULTIPLY, "return [unbroadcast(g * a, a.shape), unbroadcast(g * b, b.shape)]"),
        ),
        mistake(
            "multiply_without_g",
            "multiply: g is missing. You return the derivative of the product; what arrives has to be multiplied in.",
            (
                _MULTIPLY,
                "return [unbroadcast(b + 0 * output, a.shape), unbroadcast(a + 0 * output, b.shape)]",
            ),
        ),
        mistake(
            "multiply_unbroadcast_first",
            """multiply: you sum g to the shape of the input *before* the product. Each place of g has a partner of its
            own: first multiply, then add up.""",
            (
                _MULTIPLY,
                "return [unbroadcast(g, a.shape) * unbroadcast(b + 0 * output, a.shape), unbroadcast(g, "
                "b.shape) * unbroadcast(a + 0 * output, b.shape)]",
            ),
        ),
        mistake(
            "multiply_summed_too_early",
            """multiply: you put g alone through unbroadcast, and multiply afterwards: the product stretches it again.
            First multiply, then sum what came out to the shape of the input.""",
            (_MULTIPLY, "return [unbroadcast(g, a.shape) * b, unbroadcast(g, b.shape) * a]"),
        ),
        mistake(
            "multiply_not_unbroadcast",
            "multiply: a factor that was broadcast gets a gradient of the shape of the result. It must have its "
            "own shape.",
            (_MULTIPLY, "return [g * b, g * a]"),
        ),
        mistake(
            "add_not_unbroadcast",
            "add: a summand that was broadcast gets a gradient of the shape of the result. It must have its own shape.",
            (_ADD, "return [g, g]"),
        ),
        mistake(
            "nothing_unbroadcast",
            """add and multiply: an operand that was broadcast gets a gradient of the shape of the result. Put each
            through unbroadcast.""",
            (_ADD, "return [g, g]"),
            (_MULTIPLY, "return [g * b, g * a]"),
        ),
        mistake(
            "add_halved",
            "add: you share g out between the two. Each summand moves the sum by as much as it moves itself: "
            "both get all of g.",
            (_ADD, "return [unbroadcast(g, a.shape) / 2, unbroadcast(g, b.shape) / 2]"),
        ),
        mistake(
            "add_values",
            "add: you multiply with the other summand. That is the rule of multiply.",
            (_ADD, "return [unbroadcast(g * b, a.shape), unbroadcast(g * a, b.shape)]"),
        ),
        mistake(
            "tanh_slope_of_the_input",
            "tanh: your slope is 1 - input^2. It is the *output* that is squared.",
            (_TANH, "return [g * (1 - inputs[0] ** 2)]"),
        ),
        mistake(
            "tanh_twice",
            "tanh: you take the tanh of the output, which has been through tanh already.",
            (_TANH, "return [g * (1 - np.tanh(output) ** 2)]"),
        ),
        mistake(
            "tanh_without_slope",
            "tanh: you hand g on without the slope.",
            (_TANH, "return [g]"),
        ),
        mistake(
            "tanh_of_g",
            "tanh: you put g itself through tanh. A gradient goes back by the slope, not through the function again.",
            (_TANH, "return [np.tanh(g)]"),
        ),
        mistake(
            "tanh_without_g",
            "tanh: g is missing. You return the slope; what arrives has to be multiplied in.",
            (_TANH, "return [1 - output**2]"),
        ),
        mistake(
            "tanh_not_squared",
            "tanh: your slope is 1 - output. The output has to be squared.",
            (_TANH, "return [g * (1 - output)]"),
        ),
        mistake(
            "sum_not_expanded",
            "sum: you return g, one number. Each entry of the input has a gradient: the answer has the shape of "
            "the input.",
            (_SUM, "return [g]"),
        ),
        mistake(
            "sum_divided",
            "sum: you divide by the number of entries. That belongs to a mean.",
            (_SUM, "return [g * np.ones(inputs[0].shape) / inputs[0].size]"),
        ),
        mistake(
            "sum_times_the_input",
            "sum: you multiply by the input. Each entry counts once in a sum, whatever its value.",
            (_SUM, "return [g * inputs[0]]"),
        ),
        mistake(
            "sum_of_ones",
            "sum: g is missing. Every entry gets g, not 1.",
            (_SUM, "return [np.ones(inputs[0].shape)]"),
        ),
        mistake(
            "first_input_only",
            "You return one gradient where there are two inputs. Both operands have one.",
            (_ADD, "return [unbroadcast(g, a.shape)]"),
            (_MULTIPLY, "return [unbroadcast(g * b, a.shape)]"),
            (_MATMUL, "return [g @ b.T]"),
        ),
        mistake(
            "bare_array",
            "For tanh and sum you return the gradient itself. A list is asked for, with one entry for each input.",
            (_TANH, "return g * (1 - output**2)"),
            (_SUM, "return g * np.ones(inputs[0].shape)"),
        ),
        mistake(
            "tanh_bare_array",
            "For tanh you return the gradient itself. A list is asked for, also where there is one input.",
            (_TANH, "return g * (1 - output**2)"),
        ),
        mistake(
            "sum_bare_array",
            "For sum you return the gradient itself. A list is asked for, also where there is one input.",
            (_SUM, "return g * np.ones(inputs[0].shape)"),
        ),
        mistake(
            "changes_g",
            "You work in place in g. It belongs to the output, and the tape may still need it: use g * b, not g *= b.",
            (
                "    a, b = inputs[0], inputs[-1]",
                "    a, b = inputs[0], inputs[-1]\n    g = np.asarray(g)\n    kept = g.copy()\n    g *= 2\n    "
                "g = kept",
            ),
            manner="changes_its_input",
        ),
    ),
    other_ways=(
        other_way(
            "table",
            source="""
            RULES = {
                "add": lambda g, out, a, b: (g, g),
                "multiply": lambda g, out, a, b: (g * b, g * a),
                "matmul": lambda g, out, a, b: (np.matmul(g, b.T), np.matmul(a.T, g)),
                "tanh": lambda g, out, a: (g - g * out * out,),
                "sum": lambda g, out, a: (np.full(a.shape, g),),
            }

            def pull(op, g, inputs, output):
                found = RULES[op](g, output, *inputs)
                return [unbroadcast(one, value.shape) for one, value in zip(found, inputs)]
            """,
        ),
        other_way(
            "match",
            source="""
            def pull(op, g, inputs, output):
                match op:
                    case "add":
                        return tuple(unbroadcast(g, i.shape) for i in inputs)
                    case "multiply":
                        first, second = inputs
                        return unbroadcast(second * g, first.shape), unbroadcast(first * g, second.shape)
                    case "matmul":
                        first, second = inputs
                        return np.einsum("nm,km->nk", g, second), np.einsum("nk,nm->km", first, g)
                    case "tanh":
                        return (g * (1 - output) * (1 + output),)
                    case "sum":
                        return (np.broadcast_to(g, inputs[0].shape),)
            """,
        ),
        other_way(
            "slope_again",
            (_TANH, "return [g / np.cosh(inputs[0]) ** 2]"),
            (_SUM, "return [g + np.zeros_like(inputs[0])]"),
        ),
        other_way(
            "without_unbroadcast",
            source="""
            def _fit(g, shape):
                while np.ndim(g) > len(shape):
                    g = np.sum(g, axis=0)
                for axis, size in enumerate(shape):
                    if size == 1:
                        g = np.sum(g, axis=axis, keepdims=True)
                return g

            def pull(op, g, inputs, output, *, debug=False):
                if op == "tanh":
                    return [(1 - output * output) * g]
                if op == "sum":
                    return [np.ones_like(inputs[0], dtype=float) * g]
                a, b = inputs
                if op == "matmul":
                    return [(b @ g.T).T, (g.T @ a).T]
                ga, gb = (g, g) if op == "add" else (g * b, g * a)
                return [_fit(ga, a.shape), _fit(gb, b.shape)]
            """,
        ),
    ),
)
