"""What notebook 07 claims: padding changes nothing, both gradients are right at once, and the figures show it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograder.exercises.bidirectional.draws import appended, both_directions, real_steps, states_of, turned
from rnncourse.plots import bidirectional as bidirectional_plots
from tests.ours import find_exercise, reference

pytestmark = pytest.mark.nb07

Inputs = dict[str, Any]


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def drawn(seed: int = 1) -> Inputs:
    inputs = both_directions(np.random.default_rng(seed), N=3, T=6, D=4, H=2)
    inputs["lengths"] = np.array([6, 1, 4])
    return inputs


def forward_states(i: Inputs) -> np.ndarray:
    return reference("birnn_forward")(i["x"], i["lengths"], i["forward"], i["backward"])


def gradients(dh: np.ndarray, i: Inputs, h: np.ndarray) -> dict[str, np.ndarray]:
    dx, *both = reference("birnn_backward")(dh, i["x"], i["lengths"], h, i["forward"], i["backward"])
    return {"x": dx} | {f"{n} {k}": both[n][k] for n in (0, 1) for k in both[n]}


def test_the_declarations_draw_what_the_solution_computes() -> None:
    for seed in range(5):
        inputs = drawn(seed)
        assert np.allclose(states_of(inputs), forward_states(inputs), rtol=0, atol=1e-14)
        rows = reference("reverse_within_length")(inputs["x"], inputs["lengths"])
        assert np.array_equal(turned(inputs["x"], inputs["lengths"]), rows)


def test_both_gradients_agree_with_differences_at_once() -> None:
    inputs = drawn()
    h = forward_states(inputs)
    upstream = np.random.default_rng(2).normal(size=h.shape)
    got = gradients(upstream, inputs, h)
    arrays = {"x": inputs["x"]}
    arrays |= {f"{n} {k}": v for n, way in enumerate(("forward", "backward")) for k, v in inputs[way].items()}
    for name, array in arrays.items():
        for index in np.ndindex(array.shape):
            old, losses = array[index], []
            for shift in (1e-5, -1e-5):
                array[index] = old + shift
                losses.append((upstream * forward_states(inputs)).sum())
            array[index] = old
            assert got[name][index] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-8), name


@pytest.mark.parametrize("extra", [1, 4, 30])
def test_padding_changes_nothing_to_twelve_digits(extra: int) -> None:
    inputs = drawn()
    T, h = 6, forward_states(inputs)
    dh = np.random.default_rng(3).normal(size=h.shape)
    longer = appended(inputs | {"dh": dh}, extra, "x", "dh")
    new_h = forward_states(longer)
    assert np.abs(new_h[:, :T] - h).max() < 1e-12
    assert not new_h[:, T:].any()
    before, after = gradients(dh, inputs, h), gradients(longer["dh"], longer, new_h)
    after["x"] = after["x"][:, :T]
    assert max(np.abs(after[name] - before[name]).max() for name in before) < 1e-12


def test_a_frozen_state_is_the_last_real_one() -> None:
    inputs = drawn()
    mask = real_steps(inputs["lengths"], 6)
    frozen = reference("masked_rnn_forward")(inputs["x"], mask, *inputs["forward"].values())
    summary = reference("last_states")(forward_states(inputs), inputs["lengths"])
    assert np.allclose(frozen[:, -1], summary[:, :2], rtol=0, atol=1e-14)


def test_the_masked_loss_has_the_gradient_that_it_returns() -> None:
    rng = np.random.default_rng(4)
    logits, mask = rng.normal(size=(2, 3, 4)), np.array([[1.0, 0, 1], [0, 1, 0]])
    targets = np.where(mask > 0, rng.integers(0, 4, (2, 3)), -100)
    loss = reference("masked_mean_loss")
    got = loss(logits, targets, mask)[1]
    for index in np.ndindex(logits.shape):
        step = np.zeros_like(logits)
        step[index] = 1e-5
        slope = (loss(logits + step, targets, mask)[0] - loss(logits - step, targets, mask)[0]) / 2e-5
        assert got[index] == pytest.approx(slope, abs=1e-9)


def test_the_counts_are_those_of_arrays() -> None:
    def cells(D: int, H: int) -> int:
        return 2 * sum(np.zeros(shape).size for shape in ((D, H), (H, H), (H,)))

    counts = reference("birnn_parameters")
    assert counts["concatenated"] == counts["longer"] == cells(5, 3) + np.zeros((6, 1)).size + 1
    assert counts["added"] == cells(5, 3) + np.zeros((3, 1)).size + 1
    assert counts["two_layers"] == cells(5, 3) + cells(6, 2) + np.zeros((4, 1)).size + 1


def test_every_way_to_forget_a_turn_is_in_the_bank() -> None:
    names = [m.id for m in find_exercise("birnn_backward")[1].mistakes if "not_turned" in m.id]
    assert len({name for name in names if not name.startswith("dx_concatenated")}) == 2 * (2**4 - 1)


def test_a_batch_shows_each_word_and_hatches_the_rest() -> None:
    figure = bidirectional_plots.batches({"a": [["so", "bad"], ["ok", ""]], "b": [["bad", "so"], ["ok", ""]]})
    assert [axes.get_title() for axes in figure.axes] == ["a", "b"]
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ["so", "bad", "ok", ""]
    assert [bool(patch.get_hatch()) for patch in axes.patches] == [False, False, False, True]


def test_a_state_that_does_not_move_is_left_white() -> None:
    table = np.array([[0.5, 1.0], [0.0, 2.0]])
    figure = bidirectional_plots.reach(table, table.T)
    shown = [axes.images[0].get_array() for axes in figure.axes[:2]]
    assert [array.mask.tolist() for array in shown] == [
        [[False, False], [True, False]],
        [[False, True], [False, False]],
    ]
    assert figure.axes[2].get_ylim() == (0, 2)


def test_runs_are_drawn_as_median_and_range() -> None:
    values = np.array([[1.0, 2.0], [2.0, 2.5], [9.0, 3.0]])
    axes = bidirectional_plots.runs(np.arange(2), {"a": values}, ("x", "y"), (0.5, "floor")).axes[0]
    assert axes.lines[0].get_ydata().tolist() == [2.0, 2.5]
    assert axes.lines[1].get_ydata()[0] == 0.5
    low, high = (
        getattr(axes.collections[0].get_paths()[0].vertices[:, 1], name)().item() for name in ("min", "max")
    )
    assert (low, high) == (1.0, 9.0)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "floor"]
