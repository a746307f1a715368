"""Notebook 09: the weights of this course as Keras keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Mistake, Question, ask, mistake, other_way, sizes
from autograder.exercises.frameworks.layers import gated, plain
from rnncourse.checking.caseset import CORE, Group


def _keras_questions(draw: Draw) -> Iterator[Question]:
    D, H = sizes(draw, "D", "H")
    yield ask(CORE, params=gated(draw, D, H, 4), kind="lstm")
    yield ask("rnn", params=plain(draw, D, H), kind="rnn")
    yield ask("gru", params=gated(draw, D, H, 3), kind="gru")
    both = {"forward": plain(draw, D, H), "backward": plain(draw, D, H)}
    yield ask("birnn", params=both, kind="birnn")
    yield ask("birnn", params=dict(reversed(both.items())), kind="birnn")
    whole = gated(draw, D, H, 4)
    yield ask("order", params={name: whole[name] for name in ("b", "Wh", "Wx")}, kind="lstm")
    yield ask("square", params=plain(draw, 3, 3), kind="rnn")
    yield ask("square", params=gated(draw, 2, 1, 4), kind="lstm")


_LIST = "return [params[name].copy() for name in names]"
_BOTH = 'return to_keras(params["forward"], "rnn") + to_keras(params["backward"], "rnn")'


def _blocks(order: str, of: str = "ifgo") -> str:
    """Return a list in which the blocks of the LSTM stand in another order."""
    places = [of.index(gate) for gate in order]
    return (
        "def turned(w):\n"
        "        parts = np.split(w, 4, axis=-1)\n"
        f"        return np.concatenate([parts[k] for k in {places}], axis=-1)\n\n"
        '    return [turned(params[name]) if kind == "lstm" else params[name].copy() for name in names]'
    )


def _keras_mistakes() -> Iterator[Mistake]:
    yield mistake(
        "transposed",
        "You transposed both matrices. That is what PyTorch wants. Keras multiplies from the right, as you do.",
        (_LIST, "return [params[name].T.copy() for name in names]"),
    )
    yield mistake(
        "kernel_transposed",
        "You transposed the kernel. Keras calculates x times kernel, as you do.",
        (_LIST, "return [params[names[0]].T.copy(), *(params[name].copy() for name in names[1:])]"),
    )
    yield mistake(
        "recurrent_kernel_transposed",
        "You transposed the recurrent kernel. Keras calculates h times it, as you do. For a plain cell no shape tells.",
        (_LIST, "return [params[names[0]].copy(), params[names[1]].T.copy(), params[names[2]].copy()]"),
    )
    yield mistake(
        "order_ifog",
        "You exchanged the candidate and the output gate of the LSTM. Keras' order i, f, candidate, o is yours: "
        "i, f, g, o.",
        (_LIST, _blocks("ifog")),
    )
    yield mistake(
        "order_iofg",
        "You moved the output gate of the LSTM forward: i, o, f, g. Keras' order i, f, candidate, o is yours.",
        (_LIST, _blocks("iofg")),
    )
    yield mistake(
        "order_figo",
        "You exchanged the input and the forget gate of the LSTM. Keras' order i, f, candidate, o is yours.",
        (_LIST, _blocks("figo")),
    )
    yield mistake(
        "gru_order_rzn",
        "You exchanged z and r of the GRU. Keras' order is z, r, candidate, and z keeps the old state there too.",
        (
            _LIST,
            "swap = lambda w: np.concatenate([np.split(w, 3, axis=-1)[k] for k in (1, 0, 2)], axis=-1)\n"
            '    return [swap(params[name]) if kind == "gru" else params[name].copy() for name in names]',
        ),
    )
    yield mistake(
        "gru_z_negated",
        """You turned the signs of z in the GRU, as if z wrote the new in Keras. It keeps the old there, as here.""",
        (
            _LIST,
            "def turn(w):\n        w = w.copy()\n        w[..., : w.shape[-1] // 3] *= -1\n        return w\n\n"
            '    return [turn(params[name]) if kind == "gru" else params[name].copy() for name in names]',
        ),
    )
    yield mistake(
        "bias_first",
        "The bias stands first in your list. Keras wants kernel, recurrent kernel, bias.",
        (_LIST, "return [params[name].copy() for name in names[::-1][:1] + names[:2]]"),
    )
    yield mistake(
        "recurrent_kernel_first",
        "The recurrent kernel stands first in your list. Keras wants kernel, recurrent kernel, bias.",
        (_LIST, "return [params[name].copy() for name in (names[1], names[0], names[2])]"),
    )
    yield mistake(
        "order_of_the_dict",
        "You take the arrays in the order in which the dict has them. Ask for them by name: a dict may be "
        "filled in any order.",
        (_LIST, "return [value.copy() for value in params.values()]"),
    )
    yield mistake(
        "backward_first",
        "Your list has the backward layer first. Keras has the forward layer first.",
        (_BOTH, 'return to_keras(params["backward"], "rnn") + to_keras(params["forward"], "rnn")'),
    )
    yield mistake(
        "directions_by_place",
        'You take the two directions in the order of the dict. Ask for "forward" and "backward" by name.',
        (_BOTH, "return [array for one in params.values() for array in to_keras(one, 'rnn')]"),
    )
    yield mistake(
        "directions_interleaved",
        "You alternate between the directions, kernel and kernel, bias and bias. First all three of the forward layer.",
        (
            _BOTH,
            'pairs = zip(to_keras(params["forward"], "rnn"), to_keras(params["backward"], "rnn"))\n'
            "        return [array for pair in pairs for array in pair]",
        ),
    )
    yield mistake(
        "directions_nested",
        "For two directions you return a list of two lists. set_weights takes one flat list, of six arrays.",
        (_BOTH, 'return [to_keras(params["forward"], "rnn"), to_keras(params["backward"], "rnn")]'),
    )
    yield mistake(
        "directions_joined",
        "You joined the arrays of both directions. Each direction is a layer of its own with three arrays.",
        (
            _BOTH,
            'pairs = zip(to_keras(params["forward"], "rnn"), to_keras(params["backward"], "rnn"))\n'
            "        return [np.concatenate(pair, axis=-1) for pair in pairs]",
        ),
    )
    yield mistake(
        "backward_bias_lost",
        "The backward layer has a bias too. Your list has five arrays where it needs six.",
        (_BOTH, 'return to_keras(params["forward"], "rnn") + to_keras(params["backward"], "rnn")[:2]'),
    )
    yield mistake(
        "forward_only",
        "Your list has the forward layer only.",
        (_BOTH, 'return to_keras(params["forward"], "rnn")'),
    )
    yield mistake(
        "forget_bias_added",
        """You add 1 to the forget bias of the LSTM. Keras does that when it *starts* a layer. The biases that
        you put in are
        finished: nothing is added.""",
        (
            _LIST,
            "out = [params[name].copy() for name in names]\n"
            '    if kind == "lstm":\n        H = len(out[1])\n        out[2][H : 2 * H] += 1\n    return out',
        ),
    )
    yield mistake(
        "two_biases",
        "You give two biases, shape (2, 3H), to the GRU. That is for reset_after=True, which is another function.",
        (
            _LIST,
            "out = [params[name].copy() for name in names]\n"
            '    if kind == "gru":\n        out[2] = np.stack([out[2], 0 * out[2]])\n    return out',
        ),
    )
    yield mistake(
        "bias_as_row",
        "Your bias is a matrix with one row. Keras wants a vector.",
        (_LIST, "return [params[names[0]].copy(), params[names[1]].copy(), params[names[2]][None].copy()]"),
    )
    yield mistake(
        "one_kernel",
        "You stacked both matrices into one. Keras keeps kernel and recurrent kernel apart.",
        (_LIST, "return [np.concatenate([params[names[0]], params[names[1]]]), params[names[2]].copy()]"),
    )
    yield mistake(
        "returns_a_dict",
        "You return a dict. set_weights takes a list.",
        (_LIST, "return {name: params[name].copy() for name in names}"),
        (
            _BOTH,
            'return {f"{d}_{n}": v for d in ("forward", "backward") for n, v in to_keras(params[d], "rnn").items()}',
        ),
    )
    yield mistake(
        "gives_its_arrays_away",
        """Your list holds the very arrays of params, and no copies. Whoever trains on with one of them changes
        the other.""",
        (_LIST, "return [params[name] for name in names]"),
        manner="shares_memory",
    )


TO_KERAS = Exercise(
    id="to_keras",
    questions=_keras_questions,
    core="an LSTM",
    core_weight=2.0,
    groups=(
        Group("rnn", "a plain layer"),
        Group("gru", "a GRU"),
        Group("birnn", "two directions", 2.0),
        Group("order", "a dict that was filled in another order"),
        Group("square", "as many features as units, and a single unit"),
    ),
    hints=(
        "Put our names beside the first table of this section: which of our arrays is the kernel? Has it the "
        "shape that is "
        "wanted? Are the blocks in the order that is wanted?",
        "Nothing has to be transposed or reordered. Kernel, recurrent kernel and bias, found by their names, "
        "copied, in a "
        "list. The names differ between the plain layer and those with gates.",
        "For two directions, your function can call itself for each of them with the kind rnn, and + joins two lists.",
    ),
    mistakes=tuple(_keras_mistakes()),
    other_ways=(
        other_way(
            "table",
            source="""
            NAMES = {"rnn": ["Wxh", "Whh", "bh"], "lstm": ["Wx", "Wh", "b"], "gru": ["Wx", "Wh", "b"]}

            def to_keras(params, kind):
                parts = [params["forward"], params["backward"]] if kind == "birnn" else [params]
                names = NAMES["rnn" if kind == "birnn" else kind]
                return [np.array(part[name]) for part in parts for name in names]
            """,
        ),
        other_way(
            "branches",
            source="""
            def to_keras(params, kind):
                if kind == "rnn":
                    return [np.copy(params["Wxh"]), np.copy(params["Whh"]), np.copy(params["bh"])]
                if kind in ("lstm", "gru"):
                    return [1.0 * params["Wx"], 1.0 * params["Wh"], 1.0 * params["b"]]
                f, b = params["forward"], params["backward"]
                return [a.copy() for a in (f["Wxh"], f["Whh"], f["bh"], b["Wxh"], b["Whh"], b["bh"])]
            """,
        ),
        other_way(
            "tuple",
            source="""
            def to_keras(params, kind, copy=np.array):
                if "forward" in params:
                    return (*to_keras(params["forward"], "rnn"), *to_keras(params["backward"], "rnn"))
                by_kind = sorted(params, key=lambda name: ("x" not in name, "W" not in name))
                return tuple(copy(params[name]) for name in by_kind)
            """,
        ),
        other_way(
            "deepcopy",
            source="""
            from copy import deepcopy

            def to_keras(params, kind):
                p = deepcopy(params)
                if kind == "birnn":
                    return [p[d][n] for d in ("forward", "backward") for n in ("Wxh", "Whh", "bh")]
                return [p[n] for n in (("Wxh", "Whh", "bh") if kind == "rnn" else ("Wx", "Wh", "b"))]
            """,
        ),
    ),
)
