"""Notebook 05: a recurrent network with a second, longer path through time."""

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
    weights,
)
from autograder.course.long_runs import LONG, turning
from autograder.exercises.told import (
    BIAS_OUTSIDE,
    FORGETS_EVERY_TENTH,
    H0_IGNORED,
    NO_BIAS,
    TIME_FIRST,
    WHH_TRANSPOSED,
)
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, D: int, H: int, skip: int) -> dict[str, Value]:
    return {
        "x": weights(draw, N, T, D),
        "h0": weights(draw, N, H),
        "Wxh": weights(draw, D, H),
        "Whh": weights(draw, H, H),
        "Wsh": weights(draw, H, H),
        "bh": weights(draw, H),
        "skip": skip,
    }


def _skip_rnn_forward(draw: Draw) -> Iterator[Question]:
    N, D, H = (int(size) for size in draw.permutation([2, 4, 5]))
    yield ask(**_inputs(draw, N, 8, D, H, 3))
    yield ask(**_inputs(draw, 3, 7, 2, 4, 2))
    yield ask("one", **_inputs(draw, 1, 6, D, H, 3))
    yield ask("last", **_inputs(draw, N, 4, 3, H, 4))
    yield ask("far", **_inputs(draw, N, 3, D, H, 7))
    yield ask("near", **_inputs(draw, 3, 6, D, H, 1))
    yield ask("square", **_inputs(draw, 3, 3, 3, 3, 2))
    yield ask("long", **_long(draw))
    resting = _inputs(draw, 2, 5, 3, 4, 2)
    resting["h0"], resting["x"][1] = 0 * resting["h0"], 0.0
    yield ask("zero", **resting)


def _long(draw: Draw) -> dict[str, Value]:
    """Return a long case in which every state can still be told from its h0."""
    drawn = _inputs(draw, 2, LONG, 1, 3, 5)
    drawn["x"], drawn["bh"] = 0.2 * drawn["x"], 0.2 * drawn["bh"]
    return drawn | {"Whh": turning(draw, 3, 0.8), "Wsh": turning(draw, 3, 0.4)}


def _reversed(i: dict[str, Value]) -> dict[str, Value]:
    return i | {name: i[name][::-1].copy() for name in ("x", "h0")}


def _one_step(i: dict[str, Value]) -> Value:
    """Return the first state of a network without a skip."""
    return np.tanh(i["x"][:, 0] @ i["Wxh"] + i["h0"] @ i["Whh"] + i["bh"])


def _loop(old: str, condition: str = "t >= skip", state: str = "np.tanh(a)", first: str = "h0") -> str:
    """Return a cell in which `old` is what is added at the steps that have a skip."""
    return f"""
            def skip_rnn_forward(x, h0, Wxh, Whh, Wsh, bh, skip):
                N, T, _ = x.shape
                states = [{first}]
                for t in range(1, T + 1):
                    a = x[:, t - 1] @ Wxh + states[t - 1] @ Whh + bh
                    if {condition}:
                        a = a + {old}
                    states.append({state})
                return np.stack(states[1:], axis=1)
            """


SKIP_RNN_FORWARD = Exercise(
    id="skip_rnn_forward",
    questions=_skip_rnn_forward,
    core="the states of every step, for a whole batch",
    allow_views=True,
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("last", "skip = T: only the last step has a skip, from h0"),
        Group("far", "skip > T: no step reaches back so far, a plain network"),
        Group("near", "skip = 1: both matrices read the state just before"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
        Group("long", f"{LONG} steps"),
        Group("zero", "h0 = 0, and an example whose inputs are 0"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            _reversed,
            lambda i, a, j, b: np.allclose(a[::-1], b),
        ),
        Invariant(
            "prefix",
            "the numbers, with the first steps alone",
            lambda i: i | {"x": i["x"][:, :4].copy()},
            lambda i, a, j, b: np.allclose(a[:, :4], b),
        ),
        Invariant(
            "before_the_skip",
            "the numbers, with Wsh = 0",
            lambda i: i | {"Wsh": np.zeros_like(i["Wsh"])},
            lambda i, a, j, b: (
                np.allclose(a[:, : i["skip"] - 1], b[:, : i["skip"] - 1]) and not np.allclose(a, b)
            ),
        ),
        Invariant(
            "sum_of_weights",
            "the numbers, with skip = 1 and Wsh = 0",
            lambda i: i | {"skip": 1, "Whh": i["Whh"] + i["Wsh"], "Wsh": np.zeros_like(i["Wsh"])},
            lambda i, a, j, b: np.allclose(b[:, 0], _one_step(j)),
        ),
    ),
    hints=(
        "It is `rnn_forward` of notebook 02 with one more term, which only some of the steps have. Which is "
        "the first step that has it, if skip is 3?",
        "Keep all states in a list that begins with h0. Then item t of the list is the state after step t, "
        "and no index needs a correction.",
        "At step t, from 1 to T: the usual sum of three terms, and if t >= skip also item t - skip of the "
        "list times Wsh. Then tanh around all of it, and append.",
    ),
    mistakes=(
        mistake(
            "no_skip",
            "The skip is missing: this is the plain network, and Wsh is not used.",
            ("if t >= skip:", "if False:"),
        ),
        mistake(
            "wraps_around",
            """You take the item t - skip at every step, also where that is negative. A negative index counts
            from the end of a list, or fails: the first steps read a state they should not. They have no
            skip.""",
            ("if t >= skip:", "if True:"),
        ),
        mistake(
            "h0_for_all_before",
            """Where the skip would reach back beyond h0 you use h0 in its place. There is no state there:
            these steps have no skip term.""",
            source=_loop("states[max(t - skip, 0)] @ Wsh", "True"),
        ),
        mistake(
            "h0_not_reached",
            """Step number `skip` reaches back to h0, and you leave that out: your first skip comes one step
            late. h0 is a state like any other.""",
            ("if t >= skip:", "if t > skip:"),
        ),
        mistake(
            "one_step_too_far",
            """Your skip reaches back one step too far. The new state is h_t, and `skip` steps before it is
            h_(t-skip). Are your states numbered from h0 or from h_1?""",
            source=_loop("states[t - skip - 1] @ Wsh", "t > skip"),
        ),
        mistake(
            "one_step_too_near",
            """Your skip reaches back one step too few: you count from the old state. `skip` is counted from
            the new one, so skip = 1 is the state just before.""",
            source=_loop("states[t - skip + 1] @ Wsh"),
        ),
        mistake(
            "skip_of_one_less",
            """Your network has a skip of one step less, from its first use on: you count from the old state.
            `skip` is counted from the new one, so skip = 1 is the state just before.""",
            source=_loop("states[t - skip + 1] @ Wsh", "t >= skip - 1"),
        ),
        mistake(
            "skip_outside",
            """The old state is added after tanh. In this network it goes through Wsh and into the sum, inside
            the activation.""",
            source=_loop("0", state="np.tanh(a) + (states[t - skip] @ Wsh if t >= skip else 0)"),
        ),
        mistake(
            "added_unweighted",
            "The old state is added as it is, without its weights: Wsh is not used.",
            ("states[t - skip] @ Wsh", "states[t - skip]"),
        ),
        mistake(
            "added_after_unweighted",
            """You add the old state itself after tanh. That is a residual connection, another network, in
            which states can grow without bound.""",
            source=_loop("0", state="np.tanh(a) + (states[t - skip] if t >= skip else 0)"),
        ),
        mistake(
            "wsh_transposed",
            "Wsh is transposed. It is square, so its shape did not warn you.",
            ("@ Wsh", "@ Wsh.T"),
        ),
        mistake(
            "whh_transposed",
            WHH_TRANSPOSED,
            ("@ Whh", "@ Whh.T"),
        ),
        mistake(
            "same_weights",
            "The old state goes through Whh. The skip has weights of its own, Wsh.",
            ("@ Wsh", "@ Whh"),
        ),
        mistake(
            "weights_swapped",
            """Whh and Wsh are exchanged: Whh belongs to the state just before, Wsh to the one `skip` steps
            back.""",
            ("@ Whh", "@ W_"),
            ("@ Wsh", "@ Whh"),
            ("@ W_", "@ Wsh"),
        ),
        mistake(
            "replaces",
            """Where there is a skip you leave out the state just before. The skip is an additional path: both
            terms are in the sum.""",
            source=_loop("(states[t - skip] @ Wsh - states[t - 1] @ Whh)"),
        ),
        mistake(
            "every_skip_steps",
            "You add the skip only at every `skip`-th step. Each step from number `skip` on has one.",
            ("if t >= skip:", "if t % skip == 0:"),
        ),
        mistake(
            "skips_the_input",
            """Your skip reads the input of `skip` steps ago through Wxh. It is the old *state* that is read
            again, through Wsh.""",
            source=_loop("x[:, t - skip] @ Wxh"),
        ),
        mistake(
            "bent_twice",
            """You take the ordinary step with its tanh, add the skip, and apply tanh again. All terms belong into
            one sum, which goes through tanh once.""",
            source=_loop(
                "0", state="np.tanh(np.tanh(a) + states[t - skip] @ Wsh) if t >= skip else np.tanh(a)"
            ),
        ),
        mistake(
            "h0_ignored",
            H0_IGNORED,
            ("states = [h0]", "states = [np.zeros_like(h0)]"),
        ),
        mistake(
            "h0_never_stored",
            """Your array of states has no place for h0, so h0 is never used: where an index is negative you
            read a later state that is still zero, or one that does not exist. Keep h0 where index 0 finds
            it.""",
            source="""
            def skip_rnn_forward(x, h0, Wxh, Whh, Wsh, bh, skip):
                h = np.zeros((x.shape[0], x.shape[1], len(bh)))
                for t in range(x.shape[1]):
                    a = x[:, t] @ Wxh + h[:, t - 1] @ Whh + h[:, t - skip] @ Wsh + bh
                    h[:, t] = np.tanh(a)
                return h
            """,
        ),
        mistake(
            "h0_included",
            "h0 is in your answer: it has T + 1 states. The first is the state after the first input.",
            ("states[1:]", "states"),
        ),
        mistake(
            "no_bias",
            NO_BIAS,
            (" @ Whh + bh", " @ Whh"),
        ),
        mistake(
            "bias_outside",
            BIAS_OUTSIDE,
            (" @ Whh + bh", " @ Whh"),
            ("np.tanh(a)", "np.tanh(a) + bh"),
        ),
        mistake(
            "time_first",
            TIME_FIRST,
            ("axis=1", "axis=0"),
        ),
        mistake(
            "carries_the_sum",
            """You keep the sums before the activation, and apply tanh only to what you return. A state is what
            comes out of tanh.""",
            source="""
            def skip_rnn_forward(x, h0, Wxh, Whh, Wsh, bh, skip):
                states = [h0]
                for t in range(1, x.shape[1] + 1):
                    a = x[:, t - 1] @ Wxh + states[t - 1] @ Whh + bh
                    if t >= skip:
                        a = a + states[t - skip] @ Wsh
                    states.append(a)
                return np.tanh(np.stack(states[1:], axis=1))
            """,
        ),
        mistake(
            "overwrites_h0",
            "Your function changes h0: adding with += works inside the array. Make a new one.",
            manner="changes_its_input",
            source="""
            def skip_rnn_forward(x, h0, Wxh, Whh, Wsh, bh, skip):
                states = [h0.copy()]
                for t in range(1, x.shape[1] + 1):
                    a = x[:, t - 1] @ Wxh + states[t - 1] @ Whh + bh
                    if t >= skip:
                        a += states[t - skip] @ Wsh
                    states.append(np.tanh(a))
                h0 += 1
                return np.stack(states[1:], axis=1)
            """,
        ),
        mistake(
            "h0_for_the_last",
            """Your states begin with h0, and the last one is missing: everything stands one step late. h0 is
            before the first step and not among the answers.""",
            ("states[1:]", "states[:-1]"),
        ),
        mistake(
            "forgets_every_tenth",
            FORGETS_EVERY_TENTH,
            ("states[t - 1] @ Whh", "(states[t - 1] if t % 10 != 1 or t == 1 else 0 * h0) @ Whh"),
        ),
    ),
    other_ways=(
        other_way(
            "array_from_zero",
            source="""
            def skip_rnn_forward(x, h0, Wxh, Whh, Wsh, bh, skip):
                N, T, D = x.shape
                h = np.zeros((N, T, len(bh)))
                for t in range(T):
                    before = h0 if t == 0 else h[:, t - 1]
                    total = np.dot(x[:, t], Wxh) + np.dot(before, Whh) + bh
                    if t + 1 > skip:
                        total += np.dot(h[:, t - skip], Wsh)
                    elif t + 1 == skip:
                        total += np.dot(h0, Wsh)
                    h[:, t] = np.tanh(total)
                return h
            """,
        ),
        other_way(
            "one_product",
            source="""
            def skip_rnn_forward(inputs, start, U, W, S, b, gap=1):
                none = np.zeros_like(start)
                past = [none] * (gap - 1) + [start]
                out = []
                for x_t in inputs.swapaxes(0, 1):
                    row = np.hstack([x_t, past[-1], past[-gap]])
                    new = np.tanh(row @ np.vstack([U, W, S]) + b)
                    past.append(new)
                    out.append(new)
                return np.array(out).swapaxes(0, 1)
            """,
        ),
        other_way(
            "einsum",
            ("states[t - 1] @ Whh", 'np.einsum("nh,hg->ng", states[t - 1], Whh)'),
            ("states[t - skip] @ Wsh", 'np.einsum("nh,hg->ng", states[t - skip], Wsh)'),
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def _state(states, t):
                return states[t] if t >= 0 else 0 * states[0]

            def skip_rnn_forward(x, h0, Wxh, Whh, Wsh, bh, skip):
                batch = []
                for sequence, h in zip(x, h0):
                    states = [h]
                    for t, row in enumerate(sequence, start=1):
                        a = row @ Wxh + states[-1] @ Whh + _state(states, t - skip) @ Wsh + bh
                        states.append(np.tanh(a))
                    batch.append(states[1:])
                return batch
            """,
        ),
        other_way("single_precision", ("axis=1)", "axis=1).astype(np.float32)")),
    ),
)
