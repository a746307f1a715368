"""The figures show what they are asked to show, and say so in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from rnncourse import plots
from rnncourse.plots.sliders import explore


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


class Place:
    """Stands in for a display: keeps what it shows, and what is below."""

    def __init__(self) -> None:
        self.shown: list[dict[str, str]] = []
        self.below: list[Any] = []

    def display(self, what: Any, raw: bool = False, display_id: bool = False) -> Place:
        (self.shown if display_id else self.below).append(what)
        return self

    def update(self, bundle: dict[str, str], raw: bool) -> None:
        self.shown.append(bundle)


def test_a_slider_draws_each_value_once_and_in_the_place_of_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place, drawn = Place(), []

    def draw(steps: int, kind: str) -> Figure:
        drawn.append((steps, kind))
        return plots.curve(np.tanh, (-steps, steps))

    monkeypatch.setattr("IPython.display.display", place.display)
    explore(draw, "{steps} {kind}".format, {"steps": [20, 5, 100], "kind": ["a", "b"]})
    slider, words = place.below[0].children
    assert (list(slider.options), slider.value, words.options) == ([5, 20, 100], 20, ("a", "b"))
    for value in (100, 20):
        slider.value = value
    words.value = "b"
    assert [bundle["text/plain"] for bundle in place.shown] == ["20 a", "100 a", "20 a", "20 b"]
    assert drawn == [(20, "a"), (100, "a"), (20, "b")]


def test_what_a_slider_cannot_draw_is_said_in_the_place_of_the_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = Place()
    monkeypatch.setattr("IPython.display.display", place.display)
    explore(lambda n: plots.curve(np.tanh, (0, 1 / n)), "n = {n}".format, {"n": [1, 0]})
    place.below[0].children[0].value = 0
    assert place.shown[-1] == {"text/plain": "ZeroDivisionError: division by zero"}
