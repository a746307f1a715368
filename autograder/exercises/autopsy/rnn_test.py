"""Notebook 11: the learner's test of ``rnn_backward``; every weak test is a known mistake."""

from __future__ import annotations

from typing import Any

from autograder.course.exercise import Exercise, Mistake, mistake, other_way
from autograder.exercises.autopsy.candidates import hidden, public
from autograder.exercises.autopsy.told import ACCEPTS_EVERYTHING, ONE_EXAMPLE, SHAPES_ONLY, SMALL_GRADIENTS
from rnncourse.checking.caseset import Group

_AGREE = "all(map(close, found, measured)) and len(found) == 5"
_PAIRS = "for g, n in zip(found, measured)"


def weak_test(
    problems: str = "(3, 6, 4, 5, 1.0), (1, 1, 2, 3, 1.0), (2, 7, 3, 4, 40.0)",
    h0: str = "rng.normal(0, 0.7, (N, H))",
    weight: str = "0.7",
    dh: str = "scale * rng.normal(size=(N, T, H))",
    calls: str = "found = candidate(dh, x, h0, h, Wxh, Whh)",
    agree: str = _AGREE,
    unchanged: str = "np.array_equal(dh, kept) and np.array_equal(x, x_kept)",
    measured: str = "rnn_backward(kept, x, h0, h, Wxh, Whh)",
    twice: bool = True,
    guarded: bool = True,
) -> str:
    """Return a cell with a test, some of its parts weakened.

    What it calls measured are the results of the right function unless told otherwise: they agree to
    nine digits with a measurement, and take a twentieth of the time.
    """
    caught = "Exception" if guarded else "AssertionError"
    return f"""
        def test_rnn_backward(candidate):
            rng = np.random.default_rng(21)
            for N, T, D, H, scale in [{problems}]:
                x, h0 = rng.normal(0, 0.7, (N, T, D)), {h0}
                Wxh, Whh, bh = (rng.normal(0, {weight}, s) for s in ((D, H), (H, H), (H,)))
                dh = {dh}
                h = rnn_forward(x, h0, Wxh, Whh, bh)
                kept, x_kept = dh.copy(), x.copy()
                measured = {measured}
                for _ in range({2 if twice else 1}):
                    try:
                        {calls}
                        assert {agree}
                        assert {unchanged}
                    except {caught}:
                        return False
            return True
        """


def _asserting(source: str) -> str:
    """Return a test that raises for what is wrong, and answers nothing for what is right."""
    return source.replace("return True", "return None").replace("return False", "raise")


_WHOLE = "np.concatenate([np.ravel(a) for a in ({})])"
_FOUND, _MEASURED = _WHOLE.format("found"), _WHOLE.format("measured")
_ONCE: dict[str, Any] = {"unchanged": "True", "twice": False}
_ORDINARY = "(3, 6, 4, 5, 1.0),"

_FALLING_LOSS = """
    def test_rnn_backward(candidate):
        rng = np.random.default_rng(5)
        Wxh, Whh, bh = rng.normal(0, 0.4, (4, 8)), rng.normal(0, 0.4, (8, 8)), np.zeros(8)
        x, h0 = rng.normal(size=(6, 5, 4)), np.zeros((6, 8))
        wanted = rnn_forward(x, h0, rng.normal(0, 0.4, (4, 8)), rng.normal(0, 0.4, (8, 8)), bh)
        losses = []
        try:
            for _ in range(38):
                h = rnn_forward(x, h0, Wxh, Whh, bh)
                losses.append(0.5 * ((h - wanted) ** 2).sum())
                _, _, dWxh, dWhh, dbh = candidate(h - wanted, x, h0, h, Wxh, Whh)
                Wxh, Whh, bh = Wxh - 0.05 * dWxh, Whh - 0.05 * dWhh, bh - 0.05 * dbh
        except Exception:
            return False
        return bool(losses[-1] < losses[0] / 2)
    """

_AGAINST_OURS = """
    def test_rnn_backward(candidate):
        rng = np.random.default_rng(6)
        for N, T, D, H, scale in [(3, 6, 4, 5, 1.0), (1, 1, 2, 3, 1.0), (2, 7, 3, 4, 40.0)]:
            x, h0, Wxh, Whh, bh = (rng.normal(0, 0.7, s) for s in ((N, T, D), (N, H), (D, H), (H, H), (H,)))
            dh, h = scale * rng.normal(size=(N, T, H)), rnn_forward(x, h0, Wxh, Whh, bh)
            ours, kept = rnn_backward(dh, x, h0, h, Wxh, Whh), dh.copy()
            for _ in range(2):
                try:
                    found = candidate(dh, x, h0, h, Wxh, Whh)
                    if len(found) != 5 or not all(map(SAME, found, ours)) or not np.array_equal(dh, kept):
                        return False
                except Exception:
                    return False
        return True
    """


_DIFFERENCES = """[
                    measured_gradient(lambda: (kept * rnn_forward(x, h0, Wxh, Whh, bh)).sum(), a)
                    for a in (x, h0, Wxh, Whh, bh)
                ]"""
_ONLY_PARAMETERS = "all(map(close, found[2:], measured[2:]))"


def _mistakes() -> tuple[Mistake, ...]:
    return (
        mistake(
            "accepts_everything",
            ACCEPTS_EVERYTHING,
            source="def test_rnn_backward(candidate):\n    return True",
        ),
        mistake(
            "rejects_everything",
            """Your test rejects all candidates, also the right ones, and a test that nothing passes says nothing.
            Try it on rnn_backward of the first cells and print the largest difference. Usual reasons: a
            difference from one side only, a relative error of entries that are nearly 0, equality to the last
            bit, states that belong to other inputs than the ones handed over, or a question that no candidate
            answers: more than 40 calls, or 100 steps. It raises then, and your test may take that for wrong.""",
            source="def test_rnn_backward(candidate):\n    return False",
        ),
        mistake(
            "upside_down",
            "Your verdict is the wrong way round: True means that you found nothing wrong.",
            source=weak_test()
            .replace("return True", "return None")
            .replace("return False", "return True")
            .replace("return None", "return False"),
        ),
        mistake(
            "asserts",
            """Your test asserts, and ends without an answer when all is well. Here it has to say what it found:
            return True or False in every case.""",
            source=_asserting(weak_test(twice=False)),
        ),
        mistake(
            "asserts_and_asks_once",
            """Your test asserts, and ends without an answer when all is well. Here it has to say what it found:
            return True or False in every case, also when a candidate raises.""",
            source=_asserting(weak_test(_ORDINARY, **_ONCE)),
        ),
        mistake(
            "shapes_only",
            SHAPES_ONLY,
            source=weak_test(_ORDINARY, agree=f"all(np.shape(g) == n.shape {_PAIRS})", **_ONCE),
        ),
        mistake(
            "finite_only",
            """Your test asks for shapes and for finite numbers. That finds what breaks, not what is wrong.""",
            source=weak_test(
                _ORDINARY, agree=f"all(np.shape(g) == n.shape and np.isfinite(g).all() {_PAIRS})", **_ONCE
            ),
        ),
        mistake(
            "falling_loss",
            """Your test trains and looks at the loss. Most wrong gradients still point downhill: compare the
            gradient itself with a measurement.""",
            source=_FALLING_LOSS,
        ),
        mistake(
            "tiny_weights",
            """Your weights are of order 0.01. Then all states are near 0, all slopes are near 1 and nothing flows
            through time: whatever is wrong there is too small to be seen. Take weights of order 1.""",
            source=weak_test(
                _ORDINARY,
                weight="0.01",
                agree=f"np.linalg.norm({_FOUND} - {_MEASURED}) <= 1e-2 * np.linalg.norm({_MEASURED})",
                **_ONCE,
            ),
        ),
        mistake(
            "cosine",
            """Your test asks for the direction of all gradients together. A cosine of 0.9, and even of 0.999, is
            easy to have with a wrong gradient. Compare entry by entry.""",
            source=weak_test(
                _ORDINARY,
                agree=f"{_FOUND} @ {_MEASURED} > 0.9 * np.linalg.norm({_FOUND}) * np.linalg.norm({_MEASURED})",
                **_ONCE,
            ),
        ),
        mistake(
            "norms_compared",
            """Your test compares the length of each gradient. Entries that have changed places, as in a transposed
            or reversed array, leave the length as it is.""",
            source=weak_test(
                _ORDINARY,
                agree=f"all(np.isclose(np.linalg.norm(g), np.linalg.norm(n), rtol=1e-6) {_PAIRS})",
                **_ONCE,
            ),
        ),
        mistake(
            "one_step",
            "Your test has one step. What can one step not show?",
            source=weak_test("(3, 1, 4, 5, 1.0), (2, 1, 3, 4, 40.0)"),
        ),
        mistake(
            "square_parameters",
            """Your test has one example, D = H, and looks at the parameters alone. One example hides means over the
            batch, and what is not looked at may be anything.""",
            source=weak_test("(1, 6, 4, 4, 1.0),", agree=_ONLY_PARAMETERS, **_ONCE),
        ),
        mistake(
            "last_loss",
            """Your loss looks at the last state and your comparison at the parameters. A loss at every step, and
            all five results, show more.""",
            source=weak_test(
                _ORDINARY,
                dh="scale * rng.normal(size=(N, T, H)) * (np.arange(T) == T - 1)[:, None]",
                agree=_ONLY_PARAMETERS,
                **_ONCE,
            ),
        ),
        mistake(
            "parameters_only",
            """Your test never looks at dx and dh0. Five results are promised: a network that feeds this one lives
            on the first two.""",
            source=weak_test(agree=_ONLY_PARAMETERS),
        ),
        mistake(
            "nan_passes",
            """Your test fails when an error is *above* a limit. A gradient of nan has an error of nan, and nan
            is above nothing. Ask whether the error is below, and what is not is rejected.""",
            source=weak_test(
                agree=f"not any(np.shape(g) != n.shape or np.abs(g - n).max() > 1e-6 * max(1, np.abs(n).max())"
                f" {_PAIRS}) and len(found) == 5"
            ),
        ),
        mistake(
            "loose",
            """Your tolerance is too generous: an error of some per cent passes, and some mistakes are not larger.
            Central differences agree with a right gradient to eight digits or more.""",
            source=weak_test(
                agree=f"all(np.shape(g) == n.shape and np.abs(g - n).max() <= 0.1 * max(1, np.abs(n).max()) {_PAIRS})"
                " and len(found) == 5"
            ),
        ),
        mistake(
            "mean_error",
            """Your test takes the mean of all errors. One wrong array among five drowns in it, and one wrong entry
            even more: take the largest.""",
            source=weak_test(
                agree=f"np.abs({_FOUND} - {_MEASURED}).mean() <= 0.2 * np.abs({_MEASURED}).mean()",
            ),
        ),
        mistake(
            "no_more_steps_than_examples",
            """There are never more steps than examples in your test, so a loop over the wrong axis goes as far as
            one over the right axis. Make all sizes different, and T larger than N.""",
            source=weak_test("(4, 4, 4, 4, 1.0), (4, 4, 4, 4, 40.0)"),
        ),
        mistake(
            "one_example",
            ONE_EXAMPLE,
            source=weak_test("(1, 6, 4, 5, 1.0), (1, 7, 3, 4, 40.0)"),
        ),
        mistake(
            "compared_with_itself",
            """Your test compares a candidate with itself. That shows whether it remembers, not whether it is
            right.""",
            source=weak_test(
                _ORDINARY,
                agree="all(np.array_equal(g, n) for g, n in zip(found, candidate(dh, x, h0, h, Wxh, Whh)))",
                unchanged="np.array_equal(dh, kept)",
                twice=False,
            ),
        ),
        mistake(
            "exception_passes_through",
            "A candidate raises, and so does your test. What raises is wrong too: catch it and return False.",
            source=weak_test(guarded=False),
        ),
        mistake(
            "first_attempt",
            """All values are compared well. What is left: a candidate that raises, which is wrong too; gradients of
            order 100; a look at dh afterwards; and the same question twice.""",
            source=weak_test(_ORDINARY, guarded=False, **_ONCE),
        ),
        mistake(
            "starts_from_zero",
            "Your h0 is all zeros. What is multiplied by it can be forgotten, and your test will not know.",
            source=weak_test(h0="np.zeros((N, H))"),
        ),
        mistake(
            "copy_of_dh",
            """Your test hands over a copy of dh, or never looks at its own afterwards. So it cannot see that a
            candidate writes into it.""",
            source=weak_test(calls="found = candidate(dh.copy(), x, h0, h, Wxh, Whh)"),
        ),
        mistake(
            "asked_once",
            """Your test asks once. Some candidates add to what they found the last time: ask the same question
            twice.""",
            source=weak_test(twice=False),
        ),
        mistake(
            "copy_and_once",
            """Two gaps are left: your test does not see whether dh was written into, and it never asks the same
            question twice.""",
            source=weak_test(**_ONCE),
        ),
        mistake(
            "small_gradients",
            SMALL_GRADIENTS,
            source=weak_test("(3, 6, 4, 5, 1.0), (1, 1, 2, 3, 1.0)"),
        ),
        mistake(
            "small_and_copy_and_once",
            """All values are compared well. What is left: gradients of order 100, a look at dh afterwards, and the
            same question twice.""",
            source=weak_test(_ORDINARY, **_ONCE),
        ),
    )


TEST_RNN_BACKWARD = Exercise(
    id="test_rnn_backward",
    lasts=True,
    questions=hidden("rnn"),
    public=public(
        "rnn",
        {
            "plain": "core",
            "as_a_list": "core",
            "another_order": "core",
            "untransposed": "transposes",
            "turned_weights": "transposes",
            "slope_twice": "slopes",
            "cut": "flow",
            "fades": "flow",
            "no_start": "starts",
            "start_for_free": "starts",
            "last_weights": "sums",
            "first_rows": "sums",
            "mean_bias": "means",
            "late_input": "orders",
            "wrong_way_round": "orders",
            "breaks": "orders",
            "mutates": "manners",
            "limits": "numbers",
            "no_number": "numbers",
            "remembers": "manners",
        },
    ),
    core="no right implementation is rejected",
    core_weight=1.0,
    core_is_a_gate=True,
    groups=(
        Group("transposes", "caught: transposes and signs"),
        Group("slopes", "caught: the slope of tanh"),
        Group("flow", "caught: the flow of the gradient through time"),
        Group("starts", "caught: the initial state and the first step"),
        Group("sums", "caught: terms that are not added up"),
        Group("means", "caught: means and shortened gradients"),
        Group("orders", "caught: mixed-up steps, axes and results"),
        Group("numbers", "caught: gradients that are cut off, numbers that are none"),
        Group("manners", "caught: changed arguments, a memory of the call before"),
    ),
    hints=(
        "What must be true of the sizes, so that a transpose, a swapped axis or a mean cannot hide? And of h0 and the "
        "weights?",
        "A loss with a random weight for every state gives you dh, and a number to differentiate: that is "
        "measured_rnn. "
        "Compare all five results with close, and catch what raises.",
        "Several problems in a loop: all sizes different and T = 6; then N = T = 1; then dh of order 40. "
        "Call the candidate "
        "twice in each. Afterwards compare every argument with a copy that you made before.",
    ),
    mistakes=_mistakes(),
    other_ways=(
        other_way("against_our_own", source=_AGAINST_OURS.replace("SAME", "close")),
        other_way("measured", source=weak_test(measured=_DIFFERENCES)),
        other_way(
            "array_equal",
            (
                "any((now != then).any() for now, then in zip(arguments, before, strict=True))",
                "not all(map(np.array_equal, arguments, before))",
            ),
        ),
        other_way("four_problems", ("[(3, 6, 4, 5, 1.0), ", "[(4, 5, 2, 3, 1.0), (3, 6, 4, 5, 1.0), ")),
    ),
)
