"""The figures of notebook 10 show what they are given."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnncourse.plots import real_data

pytestmark = pytest.mark.nb10


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    plt.switch_backend("Agg")
    yield
    plt.close("all")


def test_lines_hold_their_numbers_and_names() -> None:
    at, up = np.arange(5), np.array([3.0, 1.0, 4.0, 1.0, 5.0])
    axes = real_data.lines({"a": (at, up), "b": (at, -up)}, ("year", "number"), (3, "test")).axes[0]
    assert [line.get_ydata().tolist() for line in axes.lines] == [up.tolist(), (-up).tolist()]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b", "test"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("year", "number")


def test_lines_differ_in_more_than_colour() -> None:
    at = np.arange(3)
    axes = real_data.lines(dict.fromkeys("abcd", (at, at)), ("", "")).axes[0]
    assert len({line.get_linestyle() for line in axes.lines}) == 4


def test_there_is_a_picture_with_a_title_for_each_image() -> None:
    pictures = np.arange(3 * 64).reshape(3, 8, 8) % 17
    figure = real_data.images(pictures, ["4", "7", "1"])
    assert [axes.get_title() for axes in figure.axes] == ["4", "7", "1"]
    for axes, picture in zip(figure.axes, pictures, strict=True):
        assert np.array_equal(axes.images[0].get_array(), picture)
        assert axes.images[0].get_clim() == (0, pictures.max())
