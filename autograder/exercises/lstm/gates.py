"""Notebook 06: the three gates and the candidate of an LSTM step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Mistake,
    Question,
    ask,
    mistake,
    other_way,
)
from autograder.exercises.lstm.draws import rows_turned, step_arguments, with_block
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, D: int, H: int, size: float = 1.0) -> dict[str, Value]:
    drawn = step_arguments(draw, N, D, H)
    del drawn["c_prev"]
    return drawn | {"x_t": size * drawn["x_t"]}


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = (int(size) for size in draw.permutation([2, 3, 5]))
    yield ask(**_inputs(draw, N, D, H))
    yield ask(**_inputs(draw, 6, 2, 4))
    yield ask("one", **_inputs(draw, 1, D, H))
    yield ask("unit", **_inputs(draw, 3, 4, 1))
    yield ask("square", **_inputs(draw, 4, 4, 4))
    yield ask("large", **_inputs(draw, N, D, H, size=15))


_SUM = "a = x_t @ Wx + h_prev @ Wh + b  # (N, 4H)"
_I = "i = sigmoid(a[:, :H])"
_F = "f = sigmoid(a[:, H : 2 * H])"
_G = "g = np.tanh(a[:, 2 * H : 3 * H])"
_O = "o = sigmoid(a[:, 3 * H :])"
_RETURN = "return i, f, g, o"


def _cut(i: str, f: str, g: str, o: str) -> tuple[tuple[str, str], ...]:
    """Return edits that take these columns for the four parts."""
    return (
        (_I, f"i = sigmoid(a[:, {i}])"),
        (_F, f"f = sigmoid(a[:, {f}])"),
        (_G, f"g = np.tanh(a[:, {g}])"),
        (_O, f"o = sigmoid(a[:, {o}])"),
    )


_BLOCKS = {"i": ":H", "f": "H : 2 * H", "g": "2 * H : 3 * H", "o": "3 * H :"}


def _assigned(order: str) -> tuple[tuple[str, str], ...]:
    """Return edits that read the blocks as if they stood in another order, each with its own bend."""
    where = dict(zip(order, _BLOCKS.values(), strict=True))
    return _cut(where["i"], where["f"], where["g"], where["o"])


_ORDERS = {
    "figo": """Your i and f are exchanged: you return them in the other order, or read the blocks as f, i, g, o, as they
        stand in some books. Here the input gate comes first.""",
    "ifog": """You read the blocks in the order i, f, o, g: the three gates first. Here the candidate stands between
        them, in the third block, so your g is made of the output gate's sums, and your o of the candidate's.""",
    "iogf": """You have exchanged the blocks of the forget gate and of the output gate. The second block is that of
    f, the last that of o.""",
    "gfio": """You have exchanged the blocks of i and g. The first block is that of the input gate, the third that of
    the candidate.""",
    "igfo": """You have exchanged the blocks of f and g. The second block is that of the forget gate, the third that of
        the candidate.""",
    "ofgi": """You have exchanged the blocks of i and o. The first block is that of the input gate, the last that of the
        output gate.""",
    "fiog": """You read the blocks in the order f, i, o, g. Here they stand in the order i, f, g, o, with the input gate
    first and the candidate third.""",
    "ogfi": """You read the blocks from the right: o, g, f, i. The first H columns are those of the input gate.""",
    "fgio": """You read the blocks in the order f, g, i, o. Here they stand in the order i, f, g, o.""",
    "gifo": """You read the blocks with the candidate first: g, i, f, o. Here it stands third.""",
    "fogi": """You read the blocks in the order f, o, g, i. Here they stand in the order i, f, g, o.""",
    "oifg": """You read the blocks in the order o, i, f, g. Here they stand in the order i, f, g, o.""",
}


def _order_mistakes() -> Iterator[Mistake]:
    for order, hint in _ORDERS.items():
        yield mistake(f"blocks_{order}", hint, *_assigned(order))


_RETURNS = {
    "i, f, o, g": ("returned_og", "The last two of your outputs are exchanged: g is the third, o the last."),
    "i, o, f, g": (
        "returned_iofg",
        "Your gates are right, and returned as i, o, f, g. The order is i, f, g, o.",
    ),
    "i, f, o": (
        "candidate_not_returned",
        "You return three arrays: the candidate g is missing. It stands third.",
    ),
    "f, i, o, g": (
        "returned_fiog",
        "Your gates are right, and returned as f, i, o, g. The order is i, f, g, o.",
    ),
    "i, g, f, o": (
        "returned_igfo",
        "The second and the third of your outputs are exchanged. The order is i, f, g, o.",
    ),
}


def _return_mistakes() -> Iterator[Mistake]:
    for order, (name, hint) in _RETURNS.items():
        yield mistake(name, hint, (_RETURN, f"return {order}"))


def _sum(text: str) -> tuple[str, str]:
    return (_SUM, "a = " + text)


def _halves(inputs: dict[str, Value]) -> dict[str, Value]:
    return inputs | {name: inputs[name] / 2 for name in ("x_t", "h_prev", "b")}


def _half_sums(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    """Return whether the sums behind the gates have been halved."""

    def logit(p: Value) -> Value:
        return np.log(p / (1 - p))

    gates = all(np.allclose(logit(first[k]), 2 * logit(second[k])) for k in (0, 1, 3))
    return bool(gates and np.allclose(np.arctanh(first[2]), 2 * np.arctanh(second[2])))


LSTM_GATES = Exercise(
    id="lstm_gates",
    questions=_questions,
    core="i, f, g and o of a whole batch",
    parts=("i", "f", "g", "o"),
    uses=("sigmoid",),
    allow_views=True,
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("unit", "a layer of one unit (H = 1)"),
        Group("square", "N = D = H, where shapes catch less"),
        Group("large", "large inputs, where the gates are open or closed"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            rows_turned("x_t", "h_prev"),
            lambda i, a, j, b: all(np.allclose(u[::-1], v) for u, v in zip(a, b, strict=True)),
        ),
        Invariant(
            "halved",
            "the numbers, with x_t, h_prev and b half as large",
            _halves,
            _half_sums,
        ),
        Invariant(
            "fixed",
            "the numbers, with the weights of the forget gate at 0 and its bias at 2",
            lambda i: with_block(i, 1, 2.0),
            lambda i, a, j, b: (
                np.allclose(b[1], 1 / (1 + np.exp(-2))) and all(np.allclose(a[k], b[k]) for k in (0, 2, 3))
            ),
        ),
    ),
    hints=(
        "First the sums of all four parts at once, as in the plain cell, but 4 H wide. Then cut, then bend.",
        "Both data arrays stand on the left of their matrices. The sum a has shape (N, 4H). The first H of its columns "
        "belong to i.",
        "With H = h_prev.shape[1], the parts are the columns up to H, from H to 2 H, from 2 H to 3 H, and the rest. "
        "The third goes through np.tanh, the others through sigmoid.",
    ),
    mistakes=(
        *_order_mistakes(),
        *_return_mistakes(),
        mistake(
            "candidate_through_sigmoid",
            """Your candidate goes through the sigmoid like the gates. Then the cell could only ever be raised: the
            candidate needs both signs.""",
            (_G, "g = sigmoid(a[:, 2 * H : 3 * H])"),
        ),
        mistake(
            "all_through_tanh",
            "All four parts go through tanh. A gate is a fraction, between 0 and 1; only the candidate has a sign.",
            (_I, "i = np.tanh(a[:, :H])"),
            (_F, "f = np.tanh(a[:, H : 2 * H])"),
            (_O, "o = np.tanh(a[:, 3 * H :])"),
        ),
        mistake(
            "input_gate_through_tanh",
            "Your input gate goes through tanh. It is a fraction, between 0 and 1.",
            (_I, "i = np.tanh(a[:, :H])"),
        ),
        mistake(
            "output_gate_through_tanh",
            "Your output gate goes through tanh. It is a fraction, between 0 and 1.",
            (_O, "o = np.tanh(a[:, 3 * H :])"),
        ),
        mistake(
            "bends_exchanged",
            """The last block goes through tanh and the third through the sigmoid. The candidate, which needs both
            signs, is the third.""",
            (_G, "g = sigmoid(a[:, 2 * H : 3 * H])"),
            (_O, "o = np.tanh(a[:, 3 * H :])"),
        ),
        mistake(
            "no_bends",
            "You return the four blocks of the sum. Three of them go through the sigmoid, and the third through tanh.",
            *(
                (old, old.split(" = ")[0] + " = a[:, " + columns + "]")
                for old, columns in zip((_I, _F, _G, _O), _BLOCKS.values(), strict=True)
            ),
        ),
        mistake(
            "candidate_not_bent",
            "Your candidate is the plain sum. It goes through tanh.",
            (_G, "g = a[:, 2 * H : 3 * H]"),
        ),
        mistake(
            "bent_twice",
            """Your gates go through the sigmoid twice: all of them are between 0.5 and 0.73, so no gate can close.
            One bend is enough.""",
            (_I, "i = sigmoid(sigmoid(a[:, :H]))"),
            (_F, "f = sigmoid(sigmoid(a[:, H : 2 * H]))"),
            (_O, "o = sigmoid(sigmoid(a[:, 3 * H :]))"),
        ),
        mistake(
            "sigmoid_before_the_cut",
            """You take the sigmoid of the whole sum and then tanh of the third block. The candidate is then bent twice,
            and has only one sign left.""",
            (_G, "g = np.tanh(sigmoid(a[:, 2 * H : 3 * H]))"),
        ),
        mistake(
            "bent_before_the_sum",
            "You bend the parts of the sum before they are added. Add all three terms first, then bend once.",
            _sum("x_t @ Wx"),
            (_I, "r = h_prev @ Wh + b\n    i = sigmoid(a[:, :H]) + sigmoid(r[:, :H])"),
            (_F, "f = sigmoid(a[:, H : 2 * H]) + sigmoid(r[:, H : 2 * H])"),
            (_G, "g = np.tanh(a[:, 2 * H : 3 * H]) + np.tanh(r[:, 2 * H : 3 * H])"),
            (_O, "o = sigmoid(a[:, 3 * H :]) + sigmoid(r[:, 3 * H :])"),
        ),
        mistake(
            "every_fourth_column",
            """You take every fourth column for a part. The columns are not interleaved: H neighbours belong
            together.""",
            *_cut("0::4", "1::4", "2::4", "3::4"),
        ),
        mistake(
            "cut_by_features",
            """You cut the sum after D columns, where D is the number of input features. Each part has one column
            for each unit, so it is H wide.""",
            ("H = h_prev.shape[1]", "H = x_t.shape[1]"),
        ),
        mistake(
            "cut_by_batch",
            """You cut the sum after N columns, where N is the number of examples. Each part has one column for
            each unit, so it is H wide.""",
            ("H = h_prev.shape[1]", "H = len(h_prev)"),
        ),
        mistake(
            "width_of_all",
            """Your H is the number of columns of a weight matrix, which is 4 H. The first part gets everything, and
            the others nothing.""",
            ("H = h_prev.shape[1]", "H = Wh.shape[1]"),
        ),
        mistake(
            "rows_cut",
            "You cut the sum along its rows, which are the examples. The parts stand side by side in the columns.",
            *((old, old.replace("a[:, ", "a[")) for old in (_I, _F, _G, _O)),
        ),
        mistake(
            "cut_one_too_far",
            """Each of your later parts begins one column late. A slice begins at its first number and ends before its
            second.""",
            *_cut(":H", "H + 1 : 2 * H + 1", "2 * H + 1 : 3 * H + 1", "3 * H + 1 :"),
        ),
        mistake(
            "last_slice_of_all",
            """Your last part reaches from the third block to the end: it is 2 H wide. Where does the block of the
            output gate begin?""",
            (_O, "o = sigmoid(a[:, 2 * H :])"),
        ),
        mistake(
            "second_block_twice",
            "Your candidate is made of the block of the forget gate. The third block is its own.",
            (_G, "g = np.tanh(a[:, H : 2 * H])"),
        ),
        mistake(
            "first_block_twice",
            "Your forget gate is made of the block of the input gate. Each part has a block of its own.",
            (_F, "f = sigmoid(a[:, :H])"),
        ),
        mistake(
            "forget_is_one_minus_input",
            """Your forget gate is 1 - i. There are cells like that, with one gate fewer; here it has weights of
            its own, in the second block.""",
            (_F, "f = 1 - i"),
        ),
        mistake(
            "forget_inverted",
            """Your f is 1 minus what it should be: it says what is *forgotten*. In the formulas f multiplies the
            old cell, so it says what is kept.""",
            (_F, "f = 1 - sigmoid(a[:, H : 2 * H])"),
        ),
        mistake(
            "forget_bias_added",
            """You add 1 to the sum of the forget gate. Some libraries did that inside the cell. Here a forget bias
            is part of b, where everybody can see it.""",
            (_F, "f = sigmoid(a[:, H : 2 * H] + 1)"),
        ),
        mistake("no_bias", "There is no bias in your sum: b is not used.", _sum("x_t @ Wx + h_prev @ Wh")),
        mistake(
            "state_ignored", "h_prev is not used: your gates cannot depend on the past.", _sum("x_t @ Wx + b")
        ),
        mistake(
            "input_ignored",
            "x_t is not used: your gates cannot depend on what is read.",
            _sum("h_prev @ Wh + b"),
        ),
        mistake(
            "bias_twice",
            "The bias is in your sum twice, probably once with each product. In this course there is one.",
            _sum("x_t @ Wx + h_prev @ Wh + b + b"),
        ),
        mistake(
            "bias_subtracted", "The bias has the wrong sign: it is added.", _sum("x_t @ Wx + h_prev @ Wh - b")
        ),
        mistake(
            "matrices_exchanged",
            "The two matrices are exchanged: Wx belongs to the input, Wh to h_prev.",
            _sum("x_t @ Wh + h_prev @ Wx + b"),
        ),
        mistake(
            "shapes_do_not_fit",
            """If NumPy says that shapes do not fit: every row of the data is one example, so the data stands on the
            left, the matrices on the right as they are, and the product is @, not *.""",
            _sum("Wx @ x_t + Wh @ h_prev + b"),
        ),
        mistake(
            "sum_returned_whole",
            "You return one array with all parts in it. Four arrays are asked for, each (N, H).",
            (_RETURN, "return np.concatenate([i, f, g, o], axis=1)"),
        ),
        mistake(
            "candidate_from_bent_sum",
            """You put the whole sum through the sigmoid and then the parts through their bends once more. Cut the
            *plain* sum, then bend each part once.""",
            _sum("sigmoid(x_t @ Wx + h_prev @ Wh + b)"),
        ),
        mistake(
            "sum_bent_by_tanh",
            """You put the whole sum through tanh, as in the plain cell, and then the parts through their bends.
            Each part is bent once.""",
            _sum("np.tanh(x_t @ Wx + h_prev @ Wh + b)"),
        ),
        mistake(
            "candidate_stretched_sigmoid",
            """Your candidate is 2 sigmoid(a) - 1, which is tanh of *half* the sum. It has the right range; the
            slope is half as large.""",
            (_G, "g = 2 * sigmoid(a[:, 2 * H : 3 * H]) - 1"),
        ),
        mistake(
            "last_column_missing",
            """Your last part lacks its last column: a slice that ends at -1 leaves the last one out.""",
            (_O, "o = sigmoid(a[:, 3 * H : -1])"),
        ),
    ),
    other_ways=(
        other_way(
            "np_split",
            source="""
            def lstm_gates(x_t, h_prev, Wx, Wh, b):
                i, f, g, o = np.split(x_t @ Wx + h_prev @ Wh + b, 4, axis=1)
                return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
            """,
        ),
        other_way(
            "one_product_of_everything",
            source="""
            def lstm_gates(x, h, U, W, b, order="ifgo"):
                a = np.hstack([x, h]) @ np.vstack([U, W]) + b
                bent = 1 / (1 + np.exp(-a))
                part = {}
                for k, name in enumerate(order):
                    columns = slice(k * h.shape[1], (k + 1) * h.shape[1])
                    part[name] = np.tanh(a[:, columns]) if name == "g" else bent[:, columns]
                return [part[name] for name in "ifgo"]
            """,
        ),
        other_way(
            "four_layers",
            source="""
            def lstm_gates(x_t, h_prev, Wx, Wh, b):
                H = len(Wh)
                def layer(k, bend):
                    s = slice(k * H, k * H + H)
                    return bend(np.dot(x_t, Wx[:, s]) + np.dot(h_prev, Wh[:, s]) + b[s])
                return layer(0, sigmoid), layer(1, sigmoid), layer(2, np.tanh), layer(3, sigmoid)
            """,
        ),
        other_way(
            "reshaped",
            source="""
            def lstm_gates(x_t, h_prev, Wx, Wh, b):
                a = np.einsum("nd,dk->nk", x_t, Wx) + np.einsum("nh,hk->nk", h_prev, Wh) + b
                a = a.reshape(len(a), 4, -1).swapaxes(0, 1)
                return sigmoid(a[0]), sigmoid(a[1]), np.tanh(a[2]), sigmoid(a[3])
            """,
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def lstm_gates(x_t, h_prev, Wx, Wh, b):
                H, rows = len(Wh), []
                for x, h in zip(x_t, h_prev):
                    a = x @ Wx + h @ Wh + b
                    bent = np.concatenate([sigmoid(a[: 2 * H]), np.tanh(a[2 * H : 3 * H]), sigmoid(a[3 * H :])])
                    rows.append(bent.reshape(4, H))
                return tuple(np.array(rows).swapaxes(0, 1))
            """,
        ),
        other_way("single_precision", (_RETURN, "return tuple(q.astype(np.float32) for q in (i, f, g, o))")),
    ),
)
