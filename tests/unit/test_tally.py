"""The table at the end of a test run can show a failure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.tally import counts, table


@dataclass
class Report:
    """As much of a pytest report as is looked at."""

    failed: bool
    user_properties: list[tuple[str, Any]]
    nodeid: str = "test"


@dataclass
class Made:
    """Reports of tests that count something."""

    reports: list[Report] = field(default_factory=list)

    def add(self, failed: bool, *value: str) -> None:
        self.reports.append(Report(failed, [("tally", value)], f"test-{len(self.reports)}"))


def test_what_fails_at_one_door_is_not_survived() -> None:
    made = Made()
    made.add(False, "attacks survived", "bwrap", "first", "a")
    made.add(True, "attacks survived", "bwrap", "second", "a")
    made.add(False, "attacks survived", "bwrap", "first", "b")
    made.add(False, "attacks survived", "bwrap", "second", "b")
    found = counts(made.reports)  # type: ignore[arg-type]
    assert found["attacks survived", "bwrap", ""] == (1, 2)
    assert found["attacks survived", "bwrap", "first"] == (2, 2)
    assert found["attacks survived", "bwrap", "second"] == (1, 2)


def test_a_row_has_a_column_for_each_sandbox_and_nothing_where_nothing_was_run() -> None:
    made = Made()
    made.add(False, "attacks survived", "bwrap", "first", "a")
    made.add(False, "attacks survived", "sandlock", "first", "a")
    made.add(False, "honest cases kept", "sandlock")
    made.add(True, "honest cases kept", "sandlock")
    made.reports.append(Report(False, [("another property", 3)]))
    lines = table(counts(made.reports))  # type: ignore[arg-type]
    assert [line.split() for line in lines] == [
        ["bwrap", "sandlock"],
        ["attacks", "survived", "1/1", "1/1"],
        ["first", "1/1", "1/1"],
        ["honest", "cases", "kept", "1/2"],
    ]
