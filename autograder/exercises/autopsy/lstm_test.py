"""Notebook 11: the learner's test of ``lstm_step_backward``; weak tests are known mistakes."""

from __future__ import annotations

from autograder.course.exercise import Exercise, Mistake, mistake, other_way
from autograder.exercises.autopsy.candidates import hidden, public
from autograder.exercises.autopsy.told import (
    ACCEPTS_EVERYTHING,
    ASSERTS,
    ONE_EXAMPLE,
    SHAPES_ONLY,
    SMALL_GRADIENTS,
)
from rnncourse.checking.caseset import Group

_AGREE = "all(map(close, found, measured)) and len(found) == 6"


def _weak(
    problems: str = "(3, 4, 5, 1.0), (2, 3, 4, 100.0)",
    states: str = "rng.normal(0, 0.7, (2, N, H))",
    weight: str = "0.7",
    dc: str = "scale * rng.normal(size=(N, H))",
    dh: str = "scale * rng.normal(size=(N, H))",
    given: str = "dh, dc, *inputs",
    agree: str = _AGREE,
    unchanged: str = "np.array_equal(dh, kept_h) and np.array_equal(dc, kept_c)",
    guarded: bool = True,
) -> str:
    """Return a cell with a test that measures, some of its parts weakened."""
    return f"""
        def test_lstm_step_backward(candidate):
            rng = np.random.default_rng(22)
            for N, D, H, scale in [{problems}]:
                x_t, (h_prev, c_prev) = rng.normal(0, 0.7, (N, D)), {states}
                weights = [rng.normal(0, {weight}, s) for s in ((D, 4 * H), (H, 4 * H), (4 * H,))]
                inputs = x_t, h_prev, c_prev, *weights
                dh, dc = {dh}, {dc}
                kept_h, kept_c = dh.copy(), dc.copy()

                def loss():
                    h, c = lstm_step(*inputs)
                    return (kept_h * h).sum() + (kept_c * c).sum()

                measured = [measured_gradient(loss, a) for a in inputs]
                try:
                    found = candidate({given})
                    assert {agree}
                    assert {unchanged}
                except {"Exception" if guarded else "AssertionError"}:
                    return False
            return True
        """


def _asserting(source: str) -> str:
    """Return a test that raises for what is wrong, and answers nothing for what is right."""
    return source.replace("return True", "return None").replace("return False", "raise")


def _mistakes() -> tuple[Mistake, ...]:
    ordinary = "(3, 4, 5, 1.0),"
    return (
        mistake(
            "accepts_everything",
            ACCEPTS_EVERYTHING,
            source="def test_lstm_step_backward(candidate):\n    return True",
        ),
        mistake(
            "rejects_everything",
            """Your test rejects all candidates, also the right ones. Is your loss the sum of dh * h *and* dc * c,
            with the h and c that the step returns? Do you compare six results, in their order? Do you ask more than
            40 times? A candidate raises then.""",
            source="def test_lstm_step_backward(candidate):\n    return False",
        ),
        mistake(
            "asserts",
            ASSERTS,
            source=_asserting(_weak()),
        ),
        mistake(
            "asserts_of_order_1",
            ASSERTS,
            source=_asserting(_weak(ordinary, unchanged="True")),
        ),
        mistake(
            "shapes_only",
            SHAPES_ONLY,
            source=_weak(
                ordinary,
                agree="all(np.shape(g) == n.shape for g, n in zip(found, measured))",
                unchanged="True",
            ),
        ),
        mistake(
            "no_dc",
            """The dc of your test is all zeros, as at the last step of a sequence. What arrives at the cell from
            the next step is what an LSTM is for: a test must send something there.""",
            source=_weak(dc="np.zeros((N, H))"),
        ),
        mistake(
            "no_dh",
            """The dh of your test is all zeros, so nothing comes through h: neither the output gate nor the way
            from h to the cell is looked at.""",
            source=_weak(dh="np.zeros((N, H))"),
        ),
        mistake(
            "empty_state",
            """Your h_prev and c_prev are all zeros, as at the first step of a sequence. Then dWh is 0 and the
            forget gate has nothing to forget.""",
            source=_weak(states="np.zeros((2, N, H))"),
        ),
        mistake(
            "empty_cell",
            """Your c_prev is all zeros. Then the forget gate has nothing to forget, and its gradient is 0 whatever
            a candidate does there.""",
            source=_weak(states="rng.normal(0, 0.7, (2, N, H)) * [[[1.0]], [[0.0]]]"),
        ),
        mistake(
            "empty_h",
            "Your h_prev is all zeros. Then dWh is 0, and whoever forgets it is right.",
            source=_weak(states="rng.normal(0, 0.7, (2, N, H)) * [[[0.0]], [[1.0]]]"),
        ),
        mistake(
            "tiny_weights",
            """Your weights and states are of order 0.01 and your tolerance is wide. Then all gates are near one
            half, look alike, and have nothing to pass on: take weights and states of order 1.""",
            source=_weak(
                ordinary,
                weight="0.01",
                states="rng.normal(0, 0.01, (2, N, H))",
                agree="all(np.abs(g - n).max() <= 0.05 * max(1, np.abs(n).max()) for g, n in zip(found, measured))",
                unchanged="True",
            ),
        ),
        mistake(
            "states_only",
            "Your test never looks at dWx, dWh and db, the gradients that training uses.",
            source=_weak(agree="all(map(close, found[:3], measured[:3])) and len(found) == 6"),
        ),
        mistake(
            "parameters_only",
            """Your test looks at dWx, dWh and db alone. dh_prev and dc_prev are what the step before lives on.""",
            source=_weak(agree="all(map(close, found[3:], measured[3:])) and len(found) == 6"),
        ),
        mistake(
            "one_example",
            ONE_EXAMPLE,
            source=_weak("(1, 4, 5, 1.0), (1, 3, 4, 100.0)"),
        ),
        mistake(
            "small_gradients",
            SMALL_GRADIENTS,
            source=_weak(ordinary),
        ),
        mistake(
            "copies_handed_over",
            """Your test hands over copies of dh and dc, or never looks at its own afterwards: it cannot see that a
            candidate writes into them.""",
            source=_weak(given="dh.copy(), dc.copy(), *inputs"),
        ),
        mistake(
            "small_and_copies",
            """All values are compared well. What is left: gradients of order 100, and a look at dh and dc
            afterwards.""",
            source=_weak(ordinary, unchanged="True"),
        ),
    )


TEST_LSTM_STEP_BACKWARD = Exercise(
    id="test_lstm_step_backward",
    lasts=True,
    questions=hidden("lstm"),
    public=public(
        "lstm",
        {
            "plain": "core",
            "as_a_list": "core",
            "cell_unseen": "through_h",
            "cell_dropped": "old_cell",
            "no_forgetting": "old_cell",
            "no_slope": "gate_slopes",
            "another_slope": "gate_slopes",
            "gates_swapped": "partners",
            "old_cell": "partners",
            "no_state": "partners",
            "deaf": "partners",
            "unsummed": "results",
            "mean_bias": "results",
            "states_swapped": "results",
            "limits": "results",
            "mutates": "results",
        },
    ),
    core="no right implementation is rejected",
    core_weight=1.0,
    core_is_a_gate=True,
    groups=(
        Group("through_h", "caught: the way from h to the cell"),
        Group("old_cell", "caught: what arrives at the cell and what leaves it"),
        Group("gate_slopes", "caught: the slopes of the gates"),
        Group("partners", "caught: wrong partners and exchanged gates"),
        Group("results", "caught: means, limits, exchanged results, changed arguments"),
    ),
    hints=(
        "The step has two outputs, and a gradient arrives at each. Which one number, made of h and c, has "
        "exactly these "
        "two gradients?",
        "Differentiate the sum of dh * h plus dc * c, with dh and dc kept aside, by each of the six inputs. "
        "Where would "
        "dh, dc, h_prev or c_prev hide something if they were 0?",
        "The frame is that of your first test: sizes that differ and N above 1; all six results with close; a second "
        "problem with dh and dc of order 100; False for what raises; dh and dc as they were.",
    ),
    mistakes=_mistakes(),
    other_ways=(
        other_way("measured_with_other_problems", source=_weak()),
        other_way(
            "array_equal",
            (
                "any((now != then).any() for now, then in zip(arguments, before, strict=True))",
                "not all(map(np.array_equal, arguments, before))",
            ),
        ),
        other_way("four_problems", ("[(3, 4, 5, 1.0), ", "[(4, 2, 3, 1.0), (3, 4, 5, 1.0), ")),
        other_way(
            "pair_by_pair",
            (
                "len(found) != 6 or not all(map(close, found, measured))",
                "not (len(found) == 6 and all(close(g, n) for g, n in zip(found, measured, strict=True)))",
            ),
        ),
    ),
)
