"""Notebook 08, second part: the network that reads."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from autograder.course.long_runs import LONG
from autograder.exercises.seq2seq.draws import changed, encoder, flipped, ids, keeping, mixed, ones_first
from autograder.exercises.seq2seq.told import (
    FORGETS_EVERY_TENTH,
    ID_ZERO_IS_PADDING,
    IDS_MULTIPLIED,
    ROW_BEFORE,
    TANH_OF_PARTS,
)
from autograder.exercises.told import BIAS_OUTSIDE, NO_BIAS, TIME_FIRST, WHH_TRANSPOSED
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _source(draw: Draw, N: int, T: int, D: int, H: int, lengths: list[int] | None = None) -> dict[str, Value]:
    mask = ones_first(lengths or mixed(draw, N, T), T)
    return {"source": ids(draw, D, N, T), "mask": mask, "enc": encoder(draw, D, H)}


def _encode(draw: Draw) -> Iterator[Question]:
    H, N = (int(size) for size in draw.permutation([3, 4]))
    yield ask(**_source(draw, N, 5, 6, H))
    yield ask(**_source(draw, 5, 4, 7, 3))
    yield ask("full", **_source(draw, 3, 4, 5, 2, [4, 4, 4]))
    yield ask("one", **_source(draw, 1, 5, 6, 4, [3]))
    yield ask("single", **_source(draw, 3, 1, 5, 2, [1, 1, 1]))
    yield ask("square", **_source(draw, 4, 4, 4, 4))
    far = _source(draw, 2, LONG, 4, 3, [LONG, LONG - 5])
    yield ask("long", **far | {"enc": keeping(far["enc"], draw)})
    small = _source(draw, 3, 4, 6, 2, [2, 1, 4])
    yield ask("small", **small | {"source": small["source"].astype(np.int8)})
    many = _source(draw, 1, 3, 300, 1, [3])
    yield ask("many", **many | {"source": np.array([[255, 256, 299]])})


def _with_padding(i: dict[str, Value]) -> dict[str, Value]:
    """Return inputs with two more padded steps, which hold words."""
    N = len(i["source"])
    more = {"source": np.full((N, 2), i["source"].max()), "mask": np.zeros((N, 2))}
    return i | {name: np.concatenate([i[name], columns], axis=1) for name, columns in more.items()}


def _other_padding(i: dict[str, Value]) -> dict[str, Value]:
    padded = i["mask"] == 0
    return i | {"source": np.where(padded, len(i["enc"]["Wxh"]) - 1 - i["source"], i["source"])}


_NEW = 'h_new = np.tanh(enc["Wxh"][source[:, t]] + h_prev @ enc["Whh"] + enc["bh"])  # (N, H)'
_HOLD = "h_prev = real * h_new + (1 - real) * h_prev"
_STACK = "return np.stack(states, axis=1)"
_ZERO = 'np.zeros((N, len(enc["bh"]))), []'


def _new(sum_: str) -> tuple[str, str]:
    return _NEW, f"h_new = {sum_}"


ENCODE = Exercise(
    id="encode",
    questions=_encode,
    core="the states of a padded batch",
    allow_views=True,
    groups=(
        Group("full", "a batch without padding"),
        Group("one", "a batch of one example (N = 1), padded"),
        Group("single", "sources of one word (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
        Group("long", f"{LONG} words, the longest source first"),
        Group("small", "ids that are integers of 8 bits, and the longest source last"),
        Group("many", "a vocabulary of 300 words"),
    ),
    invariants=(
        Invariant(
            "padded",
            "the numbers, with two more steps of padding",
            _with_padding,
            lambda i, a, j, b: np.allclose(a, b[:, :-2]) and np.allclose(a[:, -1], b[:, -1]),
        ),
        Invariant(
            "other_padding",
            "the numbers, with other words standing at the padding",
            _other_padding,
            lambda i, a, j, b: np.allclose(a, b),
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: flipped(i, "source", "mask"),
            lambda i, a, j, b: np.allclose(a[::-1], b),
        ),
        Invariant(
            "no_memory",
            "the numbers, with Whh = 0",
            lambda i: changed(i, "enc", Whh=np.zeros_like(i["enc"]["Whh"])),
            lambda i, a, j, b: np.allclose(
                (b - np.tanh(i["enc"]["Wxh"][i["source"]] + i["enc"]["bh"])) * i["mask"][..., None], 0
            ),
        ),
    ),
    hints=(
        "It is the loop of `rnn_forward`, from zeros, with rows picked in place of one-hot products. What "
        "must a padded step do to the state, and to which examples of the batch?",
        "In each step compute the new state for all examples, as if nothing were padded. Then decide for "
        "each example, by the mask of this step, whether the new state or the old one goes on.",
        "mask[:, t, None] has shape (N, 1), so that it multiplies whole rows: mask times the new state, "
        "plus 1 - mask times the old one. Keep the result as the state, and collect it. Stack along "
        "axis=1.",
    ),
    mistakes=(
        mistake(
            "ids_of_8_bits",
            """You turn the ids into integers of 8 bits, which end at 255: a larger id comes out as another word,
            without an error.""",
            ("[source[:, t]]", "[source[:, t].astype(np.uint8)]"),
        ),
        mistake(
            "padding_read",
            """Padded steps change your states: the mask is not used. The context of a short source then
            depends on what somebody filled it up with.""",
            (_HOLD, "h_prev = h_new"),
        ),
        mistake(
            "padding_zeroed",
            """At padded steps your state is 0. So the context of every short source is 0, and all it said
            is lost. The mask says where the state should stay as it was; it is no factor of the state.""",
            (_HOLD, "h_prev = real * h_new"),
        ),
        mistake(
            "mask_turned_round",
            "You keep the old state at words and read the padding: the mask is 1 at words.",
            (_HOLD, "h_prev = (1 - real) * h_new + real * h_prev"),
        ),
        mistake(
            "word_zeroed_instead",
            """You multiply the word by the mask, so that padding counts as a word of zeros. But a step with
            zeros is still a step: Whh and the bias change the state.""",
            _new('np.tanh(enc["Wxh"][source[:, t]] * mask[:, t, None] + h_prev @ enc["Whh"] + enc["bh"])'),
            (_HOLD, "h_prev = h_new"),
        ),
        mistake(
            "kept_but_not_collected",
            """The states that you carry are right. What you collect is the new state before the mask
            decided, so h[:, -1] of a short source is wrong.""",
            ("states.append(h_prev)", "states.append(h_new)"),
        ),
        mistake(
            "collected_before_the_step",
            """You collect each state before its step: the first one is 0, and the last one is missing.""",
            (_NEW, "states.append(h_prev)\n        " + _NEW),
            ("        states.append(h_prev)\n    return", "    return"),
        ),
        mistake(
            "stops_at_the_shortest",
            """As soon as one source of the batch has ended, no other one is read on. Each example has its own
            mask.""",
            ("real = mask[:, t, None]  # (N, 1)", "real = mask[:, t].min()"),
        ),
        mistake(
            "pad_id_guessed",
            """You take id 0 for padding and do not use the mask. Here 0 is a word like the others: only the
            mask knows what is padding.""",
            ("real = mask[:, t, None]  # (N, 1)", "real = (source[:, t, None] != 0) * 1.0"),
        ),
        mistake(
            "no_memory",
            "Every step starts from 0 again: Whh has nothing to multiply. Carry the state.",
            _new('np.tanh(enc["Wxh"][source[:, t]] + 0 * h_prev @ enc["Whh"] + enc["bh"])'),
        ),
        mistake(
            "id_as_number",
            """You multiply by the id itself, as if word 4 were twice word 2. An id is a name: it picks a
            row of Wxh.""",
            _new('np.tanh(source[:, t, None] * enc["Wxh"].sum(axis=0) + h_prev @ enc["Whh"] + enc["bh"])'),
        ),
        mistake(
            "row_before",
            ROW_BEFORE,
            _new('np.tanh(enc["Wxh"][source[:, t] - 1] + h_prev @ enc["Whh"] + enc["bh"])'),
        ),
        mistake(
            "columns_picked",
            "You pick *columns* of Wxh. A word's weights are a row: Wxh is (D, H).",
            _new('np.tanh(enc["Wxh"].T[source[:, t]] + h_prev @ enc["Whh"] + enc["bh"])'),
        ),
        mistake(
            "no_bias",
            NO_BIAS,
            _new('np.tanh(enc["Wxh"][source[:, t]] + h_prev @ enc["Whh"])'),
        ),
        mistake(
            "bias_outside",
            BIAS_OUTSIDE,
            _new('np.tanh(enc["Wxh"][source[:, t]] + h_prev @ enc["Whh"]) + enc["bh"]'),
        ),
        mistake(
            "no_activation",
            "There is no tanh, so the network is a linear filter and its states can grow without bound.",
            _new('enc["Wxh"][source[:, t]] + h_prev @ enc["Whh"] + enc["bh"]'),
        ),
        mistake(
            "whh_transposed",
            WHH_TRANSPOSED,
            _new('np.tanh(enc["Wxh"][source[:, t]] + h_prev @ enc["Whh"].T + enc["bh"])'),
        ),
        mistake(
            "tanh_of_parts",
            TANH_OF_PARTS,
            _new('np.tanh(enc["Wxh"][source[:, t]]) + np.tanh(h_prev @ enc["Whh"]) + np.tanh(enc["bh"])'),
        ),
        mistake(
            "reads_backwards",
            "You read the sources from their end. Read them in their order.",
            ("for t in range(T):", "for t in reversed(range(T)):"),
        ),
        mistake(
            "only_the_context",
            """You return the last states only, (N, H). The states of all steps are asked for: the way back
            needs them.""",
            (_STACK, "return h_prev"),
        ),
        mistake(
            "one_state_a_word",
            """You return a list for each example, with one state for each of its words. Asked for is one
            array (N, T, H), where the last state is repeated at the padding.""",
            (
                _STACK,
                "n = mask.sum(axis=1).astype(int)\n    return [np.stack(states, axis=1)[k, : n[k]] for k in range(N)]",
            ),
        ),
        mistake(
            "zero_state_included",
            "Your array has T + 1 states: the zeros before the first step are not asked for.",
            (_ZERO, 'np.zeros((N, len(enc["bh"]))), [np.zeros((N, len(enc["bh"])))]'),
        ),
        mistake(
            "time_first",
            TIME_FIRST,
            ("np.stack(states, axis=1)", "np.stack(states, axis=0)"),
        ),
        mistake(
            "starts_from_ones",
            "Your first state is not 0. Before the first step the encoder has read nothing.",
            (_ZERO, 'np.ones((N, len(enc["bh"]))), []'),
        ),
        mistake(
            "starts_from_the_bias",
            """Your first state is the bias. Before the first step the state is 0; the bias comes in at every
            step.""",
            (_ZERO, 'np.zeros((N, len(enc["bh"]))) + enc["bh"], []'),
        ),
        mistake(
            "cleans_the_source",
            """Your function writes into source, the array it was given. Whoever called you needs it again
            for the way back.""",
            (_STACK, "source[mask == 0] = -1\n    return np.stack(states, axis=1)"),
            manner="changes_its_input",
        ),
        mistake(
            "only_the_last_column_mended",
            """Your last column is right. At the padded steps before it your states have read the padding:
            there, too, the state stays as it was after the last word.""",
            (_HOLD, "h_prev = h_new"),
            (
                _STACK,
                "h = np.stack(states, axis=1)\n    h[:, -1] = h[np.arange(N), mask.sum(axis=1).astype(int) - 1]\n"
                "    return h",
            ),
        ),
        mistake(
            "old_state_added",
            """You add the old state at every step. At a word the new state replaces it; only at padding
            does the old one stay.""",
            (_HOLD, "h_prev = real * h_new + h_prev"),
        ),
        mistake(
            "word_and_bias_zeroed",
            """At padding you leave out the word and the bias. But Whh still acts on the state, and so does
            tanh: it does not stay as it was.""",
            _new('np.tanh(mask[:, [t]] * (enc["Wxh"][source[:, t]] + enc["bh"]) + h_prev @ enc["Whh"])'),
            (_HOLD, "h_prev = h_new"),
        ),
        mistake(
            "mask_of_the_first_example",
            "The mask of the first example decides for all. Each example has its own.",
            ("real = mask[:, t, None]  # (N, 1)", "real = mask[0, t]"),
        ),
        mistake(
            "one_array_collected",
            """All your steps hold the same numbers, those of the last one. Either you put the last state
            everywhere, or you write into one array and collect it T times: each step has a state of its
            own.""",
            (_HOLD, "h_prev[:] = real * h_new + (1 - real) * h_prev"),
        ),
        mistake(
            "ids_multiplied",
            IDS_MULTIPLIED,
            _new('np.tanh(source[:, t] @ enc["Wxh"] + h_prev @ enc["Whh"] + enc["bh"])'),
        ),
        mistake(
            "mask_without_axis",
            """Your mask has one axis, (N,), where the states have two. NumPy lines it up with the units
            instead of the examples, or says that the shapes do not fit: give it a second axis.""",
            ("real = mask[:, t, None]", "real = mask[:, t]"),
        ),
        mistake(
            "mask_of_the_step_before",
            """You ask the mask of the step before whether this step is a word. Each step has an entry of its
            own.""",
            ("real = mask[:, t, None]", "real = mask[:, max(t - 1, 0), None]"),
        ),
        mistake(
            "id_zero_is_padding",
            ID_ZERO_IS_PADDING,
            ("real = mask[:, t, None]", "real = mask[:, t, None] * (source[:, t, None] != 0)"),
        ),
        mistake(
            "forgets_every_tenth",
            FORGETS_EVERY_TENTH,
            ('h_prev @ enc["Whh"]', '(h_prev if t % 10 or t == 0 else 0 * h_prev) @ enc["Whh"]'),
        ),
    ),
    other_ways=(
        other_way("where", (_HOLD, "h_prev = np.where(mask[:, t : t + 1] > 0, h_new, h_prev)")),
        other_way(
            "one_hot",
            _new(
                'np.tanh(np.eye(len(enc["Wxh"]))[source[:, t]] @ enc["Wxh"] + h_prev @ enc["Whh"] + enc["bh"])'
            ),
        ),
        other_way(
            "only_real_rows",
            source="""
            def encode(source, mask, enc):
                U, W, b = enc["Wxh"], enc["Whh"], enc["bh"]
                h = np.zeros((*np.shape(source), W.shape[0]))
                now = np.zeros((len(source), W.shape[0]))
                for t in range(np.shape(source)[1]):
                    on = np.flatnonzero(mask[:, t])
                    now[on] = np.tanh(U[source[on, t]] + np.dot(now[on], W) + b)
                    h[:, t] = now
                return h
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def encode(source, mask, enc):
                batch = []
                for words, real in zip(source, mask):
                    h, states = 0 * enc["bh"], []
                    for word, m in zip(words, real):
                        if m:
                            h = np.tanh(enc["Wxh"][word] + h @ enc["Whh"] + enc["bh"])
                        states.append(h)
                    batch.append(states)
                return batch
            """,
        ),
        other_way(
            "filled_up_afterwards",
            source="""
            def encode(source, mask, enc, start=None):
                N, T = source.shape
                x = enc["Wxh"][source] + enc["bh"]
                h = [np.zeros((N, x.shape[2])) if start is None else start]
                for t in range(T):
                    h.append(np.tanh(x[:, t] + np.einsum("nh,hg->ng", h[-1], enc["Whh"])))
                h = np.stack(h[1:], axis=1)
                last = mask.sum(axis=1).astype(int) - 1
                index = np.minimum(np.arange(T), last[:, None])
                return np.take_along_axis(h, index[:, :, None], axis=1)
            """,
        ),
        other_way("single_precision", (_STACK, "return np.float32(np.stack(states, axis=1))")),
    ),
)
