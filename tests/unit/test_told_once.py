"""What a student is told of a mistake stands in one place, so that who betters a text betters it everywhere."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import autograder.exercises

EXERCISES = Path(autograder.exercises.__file__).parent


def told(source: str) -> Iterator[tuple[str, int]]:
    """Yield each hint that is written out as the second argument of a mistake, and its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "mistake" and len(node.args) > 1:
            hint = node.args[1]
            if isinstance(hint, ast.Constant):
                yield " ".join(str(hint.value).split()), hint.lineno


def test_no_hint_is_written_twice() -> None:
    places = defaultdict(list)
    for path in sorted(EXERCISES.rglob("*.py")):
        for hint, line in told(path.read_text(encoding="utf-8")):
            places[hint].append(f"{path.relative_to(EXERCISES)}:{line}")
    assert len(places) > 500
    assert {hint: where for hint, where in places.items() if len(where) > 1} == {}


def test_a_hint_is_found_however_it_is_broken_into_lines() -> None:
    source = 'mistake("a", """One\n    text.""")\nmistake("b", "One text.", ("x", "y"))\nmistake("c", TEXT)'
    assert [hint for hint, _ in told(source)] == ["One text.", "One text."]
