"""The histogram of scores."""

from __future__ import annotations

import pytest

from autograder.report.histogram import histogram, slot
from tests.unit.report.made import NB


@pytest.mark.parametrize(
    ("score", "column"),
    [
        (0, 0),
        (0.99, 0),
        (1, 1),
        (0.1 + 0.2, 0),
        (3, 3),
        (9.99, 9),
        (10, 10),
        (11, 10),
        (-1, 0),
        (9.9999999999, 10),
    ],
)
def test_scores_fall_into_their_column(score: float, column: int) -> None:
    assert slot(score, 10.0) == column


def test_a_notebook_without_points_is_full_marks() -> None:
    assert slot(0.0, 0.0) == 10


def test_the_histogram_counts_every_score_and_stays_in_its_frame() -> None:
    plot = histogram(NB, [0, 5, 5.5, 10, 10, 10], 10.0, 7.75)
    assert [bar.count for bar in plot.bars] == [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3]
    heights = [bar.height for bar in plot.bars]
    assert heights[10] == pytest.approx(3 * heights[0])
    assert all(bar.y >= 12 and bar.y + bar.height == pytest.approx(plot.floor) for bar in plot.bars)
    assert plot.bars[7].x < (plot.median or 0) < plot.bars[8].x
    assert plot.alt == (
        "Histogram of 6 scores in 02_forward, as shares of 10 points. "
        "0 to under 10 %: 1; 50 to under 60 %: 2; full marks: 3."
    )


def test_the_median_of_full_marks_stands_in_the_middle_of_its_column() -> None:
    plot = histogram(NB, [3.0], 3.0, 3.0)
    assert plot.median == pytest.approx(plot.bars[10].middle)


def test_an_empty_histogram_draws_nothing() -> None:
    plot = histogram(NB, [], 0.0, None)
    assert plot.median is None
    assert not any(bar.height for bar in plot.bars)
    assert plot.alt.endswith("No scores.")
