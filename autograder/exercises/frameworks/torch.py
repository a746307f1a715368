"""Notebook 09: the weights of this course as PyTorch keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Mistake, Question, ask, mistake, other_way, sizes
from autograder.exercises.frameworks.layers import gated, plain
from rnncourse.checking.caseset import CORE, Group
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value


def _torch_questions(draw: Draw) -> Iterator[Question]:
    D, H = sizes(draw, "D", "H")
    yield _torch(CORE, "lstm", {name: value / 3 for name, value in gated(draw, D, H, 4).items()})
    yield _torch("rnn", "rnn", plain(draw, D, H))
    yield _torch("square", "rnn", plain(draw, 3, 3))
    yield _torch("square", "lstm", gated(draw, 4, 1, 4))


def _torch(group: str, kind: str, params: dict[str, Value]) -> Question:
    """Return a question whose answer may share the bias out in any way."""
    Wx, Wh, b = params.values()
    weights_there = {"weight_ih_l0": Wx.T.copy(), "weight_hh_l0": Wh.T.copy()}
    expected = Property("entries_and_sum", (weights_there, ("bias_ih_l0", "bias_hh_l0"), b))
    return ask(group, expected, params=params, kind=kind)


_IH, _HH = '"weight_ih_l0": Wx.T.copy(),  # (H, D) or (4H, D)', '"weight_hh_l0": Wh.T.copy(),'
_BIAS, _ZERO = '"bias_ih_l0": b.copy(),', '"bias_hh_l0": np.zeros(b.shape),'


def _torch_mistakes() -> Iterator[Mistake]:
    yield mistake(
        "untransposed",
        "Neither matrix is transposed. PyTorch has one row for each output: x times W transposed.",
        (_IH, '"weight_ih_l0": Wx.copy(),'),
        (_HH, '"weight_hh_l0": Wh.copy(),'),
    )
    yield mistake(
        "ih_untransposed",
        "weight_ih_l0 is not transposed.",
        (_IH, '"weight_ih_l0": Wx.copy(),'),
    )
    yield mistake(
        "hh_untransposed",
        "weight_hh_l0 is not transposed. For a plain cell it is square, and no shape tells.",
        (_HH, '"weight_hh_l0": Wh.copy(),'),
    )
    yield mistake(
        "hh_untransposed_in_a_plain_cell",
        "weight_hh_l0 of the plain cell is not transposed. It is square, and no shape tells.",
        (_HH, '"weight_hh_l0": Wh.copy() if kind == "rnn" else Wh.T.copy(),'),
    )
    yield mistake(
        "reshaped",
        "You reshaped the matrices where they must be transposed. The shape is right, and the numbers stand in "
        "wrong places.",
        (_IH, '"weight_ih_l0": Wx.reshape(Wx.T.shape).copy(),'),
        (_HH, '"weight_hh_l0": Wh.reshape(Wh.T.shape).copy(),'),
    )
    yield mistake(
        "bias_in_both",
        "Your bias stands in both places. PyTorch adds them, so it counts twice.",
        (_ZERO, '"bias_hh_l0": b.copy(),'),
    )
    yield mistake(
        "bias_halved_once",
        "Half of your bias is in one place, and nothing in the other. The two must add up to it.",
        (_BIAS, '"bias_ih_l0": b / 2,'),
    )
    yield mistake(
        "biases_zero",
        "Both biases are zero: yours got lost.",
        (_BIAS, '"bias_ih_l0": np.zeros(b.shape),'),
    )
    yield mistake(
        "one_bias",
        "There is one bias in your dict. PyTorch wants both, bias_ih_l0 and bias_hh_l0; one of them may be zero.",
        ("        " + _ZERO + "\n", ""),
    )
    yield mistake(
        "second_bias_is_a_number",
        "Your second bias is the number 0. It must have the shape of ours.",
        (_ZERO, '"bias_hh_l0": 0.0,'),
    )
    yield mistake(
        "exchanged",
        "weight_ih_l0 and weight_hh_l0 are exchanged. ih reads the input, hh the state.",
        (_IH, '"weight_ih_l0": Wh.T.copy(),'),
        (_HH, '"weight_hh_l0": Wx.T.copy(),'),
    )
    yield mistake(
        "order_ifog",
        "You exchanged the candidate and the output gate of the LSTM. PyTorch's order is i, f, g, o, as ours.",
        (
            "Wx, Wh, b = (params[name] for name in names)",
            "Wx, Wh, b = (params[name] for name in names)\n"
            '    if kind == "lstm":\n'
            "        turned = ([np.split(w, 4, axis=-1)[k] for k in (0, 1, 3, 2)] for w in (Wx, Wh, b))\n"
            "        Wx, Wh, b = (np.concatenate(blocks, axis=-1) for blocks in turned)",
        ),
    )
    yield mistake(
        "order_figo",
        "You exchanged the input and the forget gate of the LSTM. PyTorch's order is i, f, g, o, as ours.",
        (
            "Wx, Wh, b = (params[name] for name in names)",
            "Wx, Wh, b = (params[name] for name in names)\n"
            '    if kind == "lstm":\n'
            "        turned = ([np.split(w, 4, axis=-1)[k] for k in (1, 0, 2, 3)] for w in (Wx, Wh, b))\n"
            "        Wx, Wh, b = (np.concatenate(blocks, axis=-1) for blocks in turned)",
        ),
    )
    yield mistake(
        "blocks_apart",
        "Your LSTM has its four blocks on an axis of their own. PyTorch has them below each other, as one "
        "matrix of 4H rows.",
        (_IH, '"weight_ih_l0": Wx.T.reshape(4, -1, len(Wx)).copy() if kind == "lstm" else Wx.T.copy(),'),
        (_HH, '"weight_hh_l0": Wh.T.reshape(4, -1, len(Wh)).copy() if kind == "lstm" else Wh.T.copy(),'),
    )
    yield mistake(
        "names_without_layer",
        "Your names lack the _l0 at the end, which is the number of the layer.",
        *((f'"{name}_l0": ', f'"{name}": ') for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")),
    )
    yield mistake(
        "returns_a_list",
        "You return a list. load_state_dict takes a dict with the names.",
        ("return {", "return list({"),
        ("    }", "    }.values())"),
    )
    yield mistake(
        "gives_its_arrays_away",
        """What you return shares memory with params: .T is a view, and so is b itself. Whoever trains on with
        one of them changes
        the other.""",
        (_IH, '"weight_ih_l0": Wx.T,'),
        (_HH, '"weight_hh_l0": Wh.T,'),
        (_BIAS, '"bias_ih_l0": b,'),
        manner="shares_memory",
    )


TO_TORCH = Exercise(
    id="to_torch",
    questions=_torch_questions,
    core="an LSTM",
    core_weight=2.0,
    groups=(
        Group("rnn", "a plain layer"),
        Group("square", "as many features as units, and a single unit"),
    ),
    hints=(
        "Put the shapes of ours and theirs side by side. What has to be done to Wx so that x times its "
        "transposed is the same?",
        "Transpose both matrices: rows become columns, and the blocks go below each other by themselves, in the "
        "same order. "
        "Two biases are added there, and we have one.",
        "A dict with the four names. The two weights are .T of ours, copied; one bias is a copy of ours, and "
        "the other zeros.",
    ),
    mistakes=tuple(_torch_mistakes()),
    other_ways=(
        other_way(
            "other_bias", (_BIAS, '"bias_ih_l0": np.zeros(b.shape),'), (_ZERO, '"bias_hh_l0": b.copy(),')
        ),
        other_way("halves", (_BIAS, '"bias_ih_l0": b / 2,'), (_ZERO, '"bias_hh_l0": b / 2,')),
        other_way(
            "random_split", (_BIAS, '"bias_ih_l0": b - 0.3,'), (_ZERO, '"bias_hh_l0": np.full(b.shape, 0.3),')
        ),
        other_way(
            "by_kind",
            source="""
            def to_torch(params, kind):
                pick = {"rnn": "Wxh Whh bh", "lstm": "Wx Wh b"}[kind].split()
                ih, hh, bias = [np.array(params[k], order="C") for k in pick]
                out = dict(zip(("weight_hh_l0", "weight_ih_l0"), (np.transpose(hh).copy(), np.transpose(ih).copy())))
                out.update(bias_ih_l0=bias, bias_hh_l0=np.zeros_like(bias))
                return out
            """,
        ),
    ),
)
