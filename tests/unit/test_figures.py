"""The figures show what they are asked to show, and say so in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from rnncourse import plots


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_chain_has_one_input_state_and_output_for_each_step() -> None:
    shown = texts(plots.unrolled(plots.Chain(7)))
    for letter in "xhy":
        assert [f"${letter}_{{{t}}}$" in shown for t in range(1, 9)] == [True] * 7 + [False]
    assert "$h_0$" in shown


def test_a_chain_can_leave_inputs_and_outputs_out() -> None:
    shown = texts(plots.unrolled(plots.Chain(4, inputs={1}, outputs={3, 4}, start=False)))
    assert sorted(shown) == ["$h_{1}$", "$h_{2}$", "$h_{3}$", "$h_{4}$", "$x_{1}$", "$y_{3}$", "$y_{4}$"]


def test_every_arrow_of_an_unrolled_network_carries_a_shared_weight() -> None:
    shown = texts(plots.unrolled(plots.Chain(4, weights=True)))
    assert [shown.count(f"$W_{{{name}}}$") for name in ("xh", "hh", "hy")] == [4, 4, 4]


def test_a_second_direction_has_a_state_for_each_step_and_a_start_of_its_own() -> None:
    shown = texts(plots.unrolled(plots.Chain(3, backward=True)))
    assert sum("leftarrow" in text for text in shown) == 3
    assert sum("rightarrow" in text for text in shown) == 3
    assert "$h_{4}$" in shown


def test_given_labels_replace_the_letters() -> None:
    shown = texts(plots.unrolled(plots.Chain(2, input_labels=["not", "good"], output_labels=["", "$p$"])))
    assert {"not", "good", "$y_{1}$", "$p$"} <= set(shown)
    assert "$x_{1}$" not in shown


def test_nothing_is_drawn_outside_of_the_figure() -> None:
    for chain in (plots.Chain(1, start=False), plots.Chain(5), plots.Chain(3, backward=True)):
        for rolled in (False, True):
            axes = plots.unrolled(chain, rolled=rolled).axes[0]
            (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
            places = [text.get_position() for text in axes.texts]
            assert all(left < x < right and bottom < y < top for x, y in places)


def test_all_five_types_are_named() -> None:
    shown = texts(plots.input_output_types())
    titles = [text for text in shown if "-to-" in text]
    assert len(titles) == 5
    assert shown.count("$x_{1}$") == 5


def test_a_heatmap_prints_every_number() -> None:
    values = np.array([[-1.0, -0.25, 0.5], [0.125, 0.75, 1.0]])
    figure = plots.heatmap(values, ["a", "b", "c"], ["u", "v"])
    assert texts(figure) == ["-1.00", "-0.25", "0.50", "0.12", "0.75", "1.00"]
    inks = {text.get_text(): text.get_color() for text in figure.axes[0].texts}
    assert inks["-1.00"] == inks["1.00"] == "white"
    assert inks["-0.25"] == "black"


def test_show_publishes_the_description_with_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[dict[str, Any]] = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: published.append(data))
    plots.show(plots.curve(np.tanh, (-1, 1)), alt='a "quoted" <curve>')
    assert published[0]["text/plain"] == 'a "quoted" <curve>'
    assert 'alt="a &quot;quoted&quot; &lt;curve&gt;"' in published[0]["text/html"]
    assert plt.get_fignums() == []
