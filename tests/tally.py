"""Count what was survived, over all tests, and print it as a table at the end of the run.

A test says what it counts before it does anything that may fail: with the mark
``tally("attacks survived", door="grade")``, or by calling the fixture of that name. What fails
at one door is not survived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import pytest

Tally = Callable[..., None]
PROPERTY = "tally"
Key = tuple[str, str, str]
"""What, sandbox, door."""


def note(item: pytest.Item, what: str, sandbox: str, door: str = "", key: str = "") -> None:
    """Count a test.

    Parameters
    ----------
    item : pytest.Item
        The test.
    what : str
        Such as ``attacks survived``.
    sandbox, door : str
        Where.
    key : str
        What it is that is counted once however many tests there are of it; the test itself when empty.
    """
    item.user_properties.append((PROPERTY, (what, sandbox, door, key or item.nodeid)))


def counts(reports: Iterable[pytest.TestReport]) -> dict[Key, tuple[int, int]]:
    """Return how many were survived, and how many there were, in all and by door."""
    fine: dict[Key, dict[str, bool]] = defaultdict(dict)
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):  # a module that cannot be read has none
            if name != PROPERTY or not isinstance(value, (tuple, list)):
                continue
            what, sandbox, door, key = value if len(value) == 4 else (*value, "", report.nodeid)
            for place in {"", door}:
                known = fine[what, sandbox, place]
                known[key] = known.get(key, True) and not report.failed
    return {key: (sum(known.values()), len(known)) for key, known in sorted(fine.items())}


def table(found: dict[Key, tuple[int, int]]) -> list[str]:
    """Return the lines to print: a row for each kind and door, a column for each sandbox."""
    sandboxes = sorted({sandbox for _, sandbox, _ in found})
    rows = sorted({(what, door) for what, _, door in found})
    lines = [" " * 36 + "".join(f"{sandbox:>14}" for sandbox in sandboxes)]
    for what, door in rows:
        cells = [found.get((what, sandbox, door)) for sandbox in sandboxes]
        shown = "".join(f"{f'{c[0]}/{c[1]}' if c else '':>14}" for c in cells)
        lines.append(f"{f'  {door}' if door else what:<36}{shown}")
    return lines
