"""The small course that all these notebooks belong to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.submission import by_hand


@pytest.fixture(autouse=True, scope="module")
def _course() -> Iterator[None]:
    with by_hand.small_course():
        yield
