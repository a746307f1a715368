"""Notebook 08: its figures, and what its questions promise about themselves."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograder.exercises.seq2seq.draws import ids, mixed, ones_first
from rnncourse.plots import seq2seq as seq2seq_plots
from tests.ours import draw_cases, reference


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def words_shown(taught: bool) -> list[str]:
    figure = seq2seq_plots.translation(["I", "swim"], ["Yo", "nado", "hoy"], taught)
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_teachers_words_are_read_and_given_one_place_earlier() -> None:
    taught, alone = words_shown(True), words_shown(False)
    assert [taught.count(word) for word in ("Yo", "nado", "hoy", "<start>", "<end>")] == [2, 2, 2, 1, 1]
    assert [alone.count(word) for word in ("Yo", "nado", "hoy", "<start>", "<end>")] == [1, 1, 1, 1, 1]
    assert {"encoder", "decoder", "context"} <= set(taught)
    assert [taught.count(f"$h_{{{t}}}$") for t in range(1, 6)] == [2, 2, 1, 1, 0]


def test_names_below_the_chain_are_within_the_figure() -> None:
    axes = seq2seq_plots.translation(["a"], ["b", "c"], True).axes[0]
    bottom, top = axes.get_ylim()
    assert all(bottom < text.get_position()[1] < top for text in axes.texts)


def test_main_directions_find_the_plane_that_points_lie_in() -> None:
    rng = np.random.default_rng(0)
    plane = np.linalg.qr(rng.normal(size=(7, 2)))[0].T  # (2, 7): two perpendicular directions of length 1
    flat = rng.normal(size=(20, 2)) * [5.0, 2.0]
    flat -= flat.mean(axis=0)
    found, kept = seq2seq_plots.main_directions(flat @ plane + 3.0)
    assert kept == pytest.approx(1)
    before, after = (np.linalg.norm(p[:, None] - p, axis=2) for p in (flat, found))
    assert np.allclose(before, after)
    assert found[:, 0].var() > found[:, 1].var()


def test_main_directions_say_how_much_is_lost() -> None:
    corners = np.vstack([np.eye(4), -np.eye(4)])
    assert seq2seq_plots.main_directions(corners)[1] == pytest.approx(0.5)


def test_a_map_names_every_state_on_the_side_where_there_is_room() -> None:
    places = {name: np.array([0.0, height]) for height, name in enumerate("abc")}
    figure = seq2seq_plots.state_map({"one": places, "two": {"d": np.array([1.0, 0.5])}})
    sides = {text.get_text(): text.get_ha() for text in figure.axes[0].texts}
    assert sides == {"c": "left", "b": "right", "a": "left", "d": "left"}


@pytest.mark.parametrize("seed", range(5))
def test_lengths_of_a_batch_differ_and_one_fills_it(seed: int) -> None:
    lengths = mixed(np.random.default_rng(seed), 4, 6)
    assert max(lengths) == 6
    assert min(lengths) == 1
    mask = ones_first(lengths, 6)
    assert mask.sum(axis=1).tolist() == lengths
    assert (np.diff(mask, axis=1) <= 0).all()


def test_a_token_stands_twice_in_the_first_row() -> None:
    drawn = ids(np.random.default_rng(0), 50, 3, 6)
    assert drawn[0, 0] == drawn[0, 2]


@pytest.mark.parametrize("seed", range(6))
def test_sentences_of_the_core_end_at_different_steps(seed: int) -> None:
    first = draw_cases("greedy_decode", seed).cases[0]
    lengths = {len(words) for words in first.expected}  # type: ignore[union-attr]
    assert first.inputs["most"] in lengths
    assert len(lengths) >= 3
    assert min(lengths) > 0


def test_the_whole_gradient_is_that_of_the_loss() -> None:
    rng = np.random.default_rng(1)
    encode, loss = reference("encode"), reference("teacher_forced_loss")
    source, mask = rng.integers(0, 5, (3, 4)), ones_first([4, 2, 1], 4)
    rows = rng.integers(0, 6, (3, 5)), rng.integers(0, 6, (3, 5)), ones_first([2, 5, 3], 5)
    shapes = {"Wxh": (5, 3), "Whh": (3, 3), "bh": (3,)}
    enc = {name: rng.normal(0, 0.7, shape) for name, shape in shapes.items()}
    dec = {"Wxh": rng.normal(size=(6, 3)), "Whh": enc["Whh"].T.copy(), "bh": enc["bh"] + 0.1}
    dec |= {"Why": rng.normal(size=(3, 6)), "by": rng.normal(size=6)}

    h = encode(source, mask, enc)
    _, dlogits, states = loss(h[:, -1], *rows, dec)
    dcontext, _ = reference("decoder_backward")(dlogits, h[:, -1], rows[0], states, dec)
    grads = reference("encoder_backward")(dcontext, source, mask, h, enc)
    for name, value in enc.items():
        for index in np.ndindex(value.shape):
            losses = []
            for shift in (1e-5, -1e-5):
                moved = enc | {name: value.copy()}
                moved[name][index] += shift
                losses.append(loss(encode(source, mask, moved)[:, -1], *rows, dec)[0])
            assert grads[name][index] == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-5, abs=1e-9)
