"""Known wrong ways of ``lstm_gates``."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import (
    Mistake,
    mistake,
)
from autograder.exercises.lstm.told import CANDIDATE_NOT_BENT

_SUM = "a = x_t @ Wx + h_prev @ Wh + b  # (N, 4H)"


_I = "i = sigmoid(a[:, :H])"


_F = "f = sigmoid(a[:, H : 2 * H])"


_G = "g = np.tanh(a[:, 2 * H : 3 * H])"


_O = "o = sigmoid(a[:, 3 * H :])"


RETURN = "return i, f, g, o"


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
    """Return edits that read the blocks as if they stood in another order, each with its own activation."""
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
        yield mistake(name, hint, (RETURN, f"return {order}"))


def _block_mistakes() -> Iterator[Mistake]:
    for part, line in zip(_BLOCKS, (_I, _F, _G, _O), strict=True):
        for other in _BLOCKS:
            if other != part and part + other not in ("gf", "fi"):  # two that have a text of their own
                hint = (
                    f"Your {part} is made of the block of {other}. Each part has H columns of its own, in the order "
                    "i, f, g, o."
                )
                yield mistake(
                    f"{part}_from_the_block_of_{other}",
                    hint,
                    (line, line.replace(_BLOCKS[part], _BLOCKS[other])),
                )


def _sum(text: str) -> tuple[str, str]:
    return (_SUM, "a = " + text)


MISTAKES = (
    *_order_mistakes(),
    *_return_mistakes(),
    *_block_mistakes(),
    mistake(
        "candidate_through_sigmoid",
        """Your candidate goes through the sigmoid like the gates. Then the cell could only ever be
            raised: the candidate needs both signs.""",
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
        """The last block goes through tanh and the third through the sigmoid. The candidate, which needs
            both signs, is the third.""",
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
        CANDIDATE_NOT_BENT,
        (_G, "g = a[:, 2 * H : 3 * H]"),
    ),
    mistake(
        "bent_twice",
        """Your gates go through the sigmoid twice: all of them are between 0.5 and 0.73, so no gate can
            close. One activation is enough.""",
        (_I, "i = sigmoid(sigmoid(a[:, :H]))"),
        (_F, "f = sigmoid(sigmoid(a[:, H : 2 * H]))"),
        (_O, "o = sigmoid(sigmoid(a[:, 3 * H :]))"),
    ),
    mistake(
        "sigmoid_before_the_cut",
        """You take the sigmoid of the whole sum and then tanh of the third block. The candidate is then
            put through two activations, and has only one sign left.""",
        (_G, "g = np.tanh(sigmoid(a[:, 2 * H : 3 * H]))"),
    ),
    mistake(
        "bent_before_the_sum",
        "You apply the activation to the parts of the sum. Add all three terms first, then apply it once.",
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
        """You cut the sum after D columns, where D is the number of input features. Each part has one
            column for each unit, so it is H wide.""",
        ("H = h_prev.shape[1]", "H = x_t.shape[1]"),
    ),
    mistake(
        "cut_by_batch",
        """You cut the sum after N columns, where N is the number of examples. Each part has one column
            for each unit, so it is H wide.""",
        ("H = h_prev.shape[1]", "H = len(h_prev)"),
    ),
    mistake(
        "width_of_all",
        """Your H is the number of columns of a weight matrix, which is 4 H. The first part gets
            everything, and the others nothing.""",
        ("H = h_prev.shape[1]", "H = Wh.shape[1]"),
    ),
    mistake(
        "rows_cut",
        "You cut the sum along its rows, which are the examples. The parts stand side by side in the columns.",
        *((old, old.replace("a[:, ", "a[")) for old in (_I, _F, _G, _O)),
    ),
    mistake(
        "cut_one_too_far",
        """Each of your later parts begins one column late. A slice begins at its first number and ends
            before its second.""",
        *_cut(":H", "H + 1 : 2 * H + 1", "2 * H + 1 : 3 * H + 1", "3 * H + 1 :"),
    ),
    mistake(
        "last_slice_of_all",
        """Your last part reaches from the third block to the end: it is 2 H wide. Where does the block of
            the output gate begin?""",
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
        """Your forget gate is 1 - i. There are cells like that, with one gate fewer; here it has weights
            of its own, in the second block.""",
        (_F, "f = 1 - i"),
    ),
    mistake(
        "forget_inverted",
        """Your f is 1 minus what it should be: it says what is *forgotten*. In the formulas f multiplies
            the old cell, so it says what is kept.""",
        (_F, "f = 1 - sigmoid(a[:, H : 2 * H])"),
    ),
    mistake(
        "forget_bias_added",
        """You add 1 to the sum of the forget gate. Some libraries did that inside the cell. Here a forget
            bias is part of b, where everybody can see it.""",
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
        """If NumPy says that shapes do not fit: every row of the data is one example, so the data stands
            on the left, the matrices on the right as they are, and the product is @, not *.""",
        _sum("Wx @ x_t + Wh @ h_prev + b"),
    ),
    mistake(
        "sum_returned_whole",
        "You return one array with all parts in it. Four arrays are asked for, each (N, H).",
        (RETURN, "return np.concatenate([i, f, g, o], axis=1)"),
    ),
    mistake(
        "candidate_from_bent_sum",
        """You put the whole sum through the sigmoid and then the parts through their activations once more. Cut
            the *plain* sum, then apply to each part its activation, once.""",
        _sum("sigmoid(x_t @ Wx + h_prev @ Wh + b)"),
    ),
    mistake(
        "sum_bent_by_tanh",
        """You put the whole sum through tanh, as in the plain cell, and then the parts through their
            activations. Each part goes through one.""",
        _sum("np.tanh(x_t @ Wx + h_prev @ Wh + b)"),
    ),
    mistake(
        "candidate_stretched_sigmoid",
        """Your candidate is 2 sigmoid(a) - 1, which is tanh of *half* the sum. It has the right range;
            the slope is half as large.""",
        (_G, "g = 2 * sigmoid(a[:, 2 * H : 3 * H]) - 1"),
    ),
    mistake(
        "last_column_missing",
        """Your last part lacks its last column: a slice that ends at -1 leaves the last one out.""",
        (_O, "o = sigmoid(a[:, 3 * H : -1])"),
    ),
    mistake(
        "slices_with_both_ends",
        """Your blocks after the first begin one column too late, as if the end of a slice belonged to it.
            a[:, :H] ends before column H, so the next block begins there.""",
        source="""
            def lstm_gates(x_t, h_prev, Wx, Wh, b):
                H = h_prev.shape[1]
                a = x_t @ Wx + h_prev @ Wh + b
                late = np.concatenate([a, a[:, -1:]], axis=1)[:, 1:]
                f, g, o = late[:, H : 2 * H], late[:, 2 * H : 3 * H], late[:, 3 * H :]
                return sigmoid(a[:, :H]), sigmoid(f), np.tanh(g), sigmoid(o)
            """,
    ),
)
