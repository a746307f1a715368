"""What notebook 06 claims: its gradients, its half-lives, its figures, and which mistakes its relations catch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograder.course.casesets import PUBLIC_SEED
from autograder.exercises.lstm.draws import states_of, with_block
from rnncourse.checking.here import examine_here
from rnncourse.checking.outcomes import CORRECT
from rnncourse.plots import lstm as lstm_plots
from tests.ours import draw_cases, find_exercise, reference, variant

pytestmark = pytest.mark.nb06


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def drawn(seed: int = 4) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = {"x": (2, 5, 3), "h0": (2, 4), "c0": (2, 4), "Wx": (3, 16), "Wh": (4, 16), "b": (16,)}
    return {name: rng.normal(0, 0.8, shape) for name, shape in shapes.items()}


def slopes(inputs: dict[str, np.ndarray], upstream: np.ndarray) -> dict[str, np.ndarray]:
    """Return central differences of ``(upstream * h).sum()`` with respect to every input."""
    found = {name: np.zeros(value.shape) for name, value in inputs.items()}
    for name, value in inputs.items():
        for index in np.ndindex(value.shape):
            old, sides = value[index], []
            for step in (1e-5, -1e-5):
                value[index] = old + step
                sides.append((upstream * reference("lstm_forward")(*inputs.values())[0]).sum())
            value[index] = old
            found[name][index] = (sides[0] - sides[1]) / 2e-5
    return found


def test_backward_agrees_with_differences_and_a_missing_path_does_not() -> None:
    inputs = drawn()
    upstream = np.random.default_rng(9).normal(size=(2, 5, 4))
    h, c = reference("lstm_forward")(*inputs.values())
    arguments = (upstream, *list(inputs.values())[:3], h, c, *list(inputs.values())[3:])
    measured = slopes(inputs, upstream)
    got = reference("lstm_backward")(*arguments)
    assert all(np.allclose(a, b, atol=1e-7) for a, b in zip(got, measured.values(), strict=True))
    wrong = variant("lstm_backward", "no_gradient_through_cells")(*arguments)
    assert not any(np.allclose(a, b, atol=1e-3) for a, b in zip(wrong, measured.values(), strict=True))


def test_the_states_handed_to_the_backward_pass_are_those_of_the_forward_pass() -> None:
    inputs = drawn(5)
    for ours, theirs in zip(states_of(inputs), reference("lstm_forward")(*inputs.values()), strict=True):
        assert np.allclose(ours, theirs, rtol=1e-12)


@pytest.mark.parametrize("block", range(4))
def test_a_fixed_block_is_that_gate_and_no_other(block: int) -> None:
    case = draw_cases("lstm_gates", PUBLIC_SEED).cases[0]
    before = dict(case.inputs)
    after = with_block(before, block, 1.5)
    first, second = (reference("lstm_gates")(*given.values()) for given in (before, after))
    assert [bool(np.allclose(a, b)) for a, b in zip(first, second, strict=True)] == [
        k != block for k in range(4)
    ]
    assert np.ptp(second[block]) == 0


@pytest.mark.parametrize(("b_f", "half_life"), [(0, 1.0), (1, 2.2), (3, 14.3), (5, 103.2)])
def test_half_lives_of_the_table_lead_back_to_their_biases(b_f: float, half_life: float) -> None:
    assert reference("forget_bias")(2, half_life)[2:4] == pytest.approx(b_f, abs=0.03)


def test_a_left_alone_cell_halves_in_its_half_life() -> None:
    b = reference("forget_bias")(3, 9)
    nothing, zeros = np.zeros((1, 18, 2)), np.zeros((1, 3))
    _, c = reference("lstm_forward")(nothing, zeros, np.ones((1, 3)), np.zeros((2, 12)), np.zeros((3, 12)), b)
    assert c[0, [8, 17]] == pytest.approx(np.array([[0.5] * 3, [0.25] * 3]))


@pytest.mark.slow
def test_no_mistake_in_the_step_passes_for_another() -> None:
    cases = draw_cases("lstm_step_backward", 11)
    for mistake in find_exercise("lstm_step_backward")[1].mistakes:
        target = variant("lstm_step_backward", mistake.id)
        finding = examine_here(cases, target)
        assert finding.outcome != CORRECT
        assert finding.mistake == mistake.id


def test_counts_are_those_of_the_arrays() -> None:
    counts = reference("parameter_counts")
    layer = {"Wx": (5, 12), "Wh": (3, 12), "b": (12,)}
    size = sum(int(np.prod(shape)) for shape in layer.values())
    assert counts["longer"] == size == 108
    assert counts["gru"] == size * 3 // 4
    assert counts["tagger"] == size + 3 * 4 + 4


def texts(figure: plt.Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_the_graph_names_every_gate_and_backwards_every_factor() -> None:
    forward, backward = texts(lstm_plots.cell_graph()), texts(lstm_plots.cell_graph(backward=True))
    for label in ("$f$", "$i$", "$g$", "$o$", "$c_t$", "$h_t$", "$c_{t-1}$", "tanh"):
        assert label in forward
        assert label in backward
    assert sum("times" in text for text in backward) == 6
    assert not any("times" in text for text in forward)
    assert backward.count("+") == forward.count("+") + 1


def test_each_frame_of_the_graph_adds_a_gate() -> None:
    frames = [texts(lstm_plots.cell_graph(frame=frame)) for frame in (1, 2, 3, 4)]
    new = [
        {"$f$", "×", "kept"},
        {"$i$", "$g$", "+", "written"},
        {"$o$", "tanh", "$h_t$", "shown"},
        {"$x_t$", "$h_{t-1}$"},
    ]
    for number, names in enumerate(new):
        assert names <= set(frames[number])
        assert number == 0 or not (names & set(frames[number - 1]))
    figures = [lstm_plots.cell_graph(frame=frame).axes[0] for frame in (1, 2, 3, 4)]
    assert all(len(a.patches) < len(b.patches) for a, b in pairwise(figures))


def test_nothing_of_the_graph_is_outside_of_the_figure() -> None:
    for backward in (False, True):
        figure = lstm_plots.cell_graph(backward)
        figure.canvas.draw()
        frame = figure.axes[0].get_window_extent()
        for text in figure.axes[0].texts:
            box = text.get_window_extent()
            assert frame.x0 <= box.x0
            assert box.x1 <= frame.x1


def test_the_blocks_have_a_field_for_each_number() -> None:
    figure = lstm_plots.weight_blocks(5, 3)
    assert len(figure.axes[0].patches) == 108
    assert {"(5, 12): 60", "(3, 12): 36", "(12,): 12"} <= set(texts(figure))


def test_the_staircase_marks_failures_apart() -> None:
    figure = lstm_plots.staircase(
        {15: {"tanh": [10, 20], "b_f = 0": [np.inf, 30]}, 30: {"tanh": [np.inf] * 2}}, 40
    )
    shown = [[(line.get_marker(), len(line.get_xdata())) for line in axes.lines] for axes in figure.axes]
    assert shown == [[("o", 2), ("x", 0), ("o", 1), ("x", 1)], [("o", 0), ("x", 2)]]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()][-1] == "never"


def test_the_staircase_says_what_was_not_tried() -> None:
    figure = lstm_plots.staircase({15: {"tanh": [10], "b_f = 0": [30]}, 30: {"b_f = 0": [np.inf]}}, 40)
    assert [[text.get_text() for text in axes.texts] for axes in figure.axes] == [[], ["not tried"]]
    ticks = [[label.get_text() for label in axes.get_xticklabels()] for axes in figure.axes]
    assert ticks == [["tanh", "0"], ["tanh", "0"]]


def test_the_story_prints_every_input_and_gate() -> None:
    inputs = np.array([[1.0, 1.0], [-1.0, 0.0], [1.0, 1.0]])
    gates = np.arange(12).reshape(3, 4) / 20
    figure = lstm_plots.gate_story(inputs, gates, np.array([0.5, 0.4, 0.9]), np.array([1.0, 1.0, 1.0]))
    assert texts(figure)[:6] == ["1", "-1", "1", "1", "0", "1"]
    assert texts(figure)[6:9] == [f"{value:.2f}" for value in gates[:, 0]]
    assert len(texts(figure)) == 18
