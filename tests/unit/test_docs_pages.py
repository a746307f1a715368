"""The cheat sheet and the glossary agree with the course."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tests.ours import MODULES

ROOT = Path(__file__).resolve().parents[2]
SHEET = (ROOT / "docs" / "cheat_sheet.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^\| ([^|]+) \| [^|]+ \| (\d\d) \|$", GLOSSARY, re.MULTILINE)
WORDS = {  # where an entry is worded otherwise in its notebook
    "bias, of a gradient": "bias",
    "bias, of a layer": "bias",
    "many-to-one and so on": "many-to-one",
    "hidden state": "hidden units",
    "saturation": "saturat",
}


def row(name: str) -> str:
    """Return the last row of the cheat sheet that begins with a name."""
    return [line for line in SHEET.splitlines() if line.startswith(f"| {name} |")][-1]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("plain cell", 5 * 3 + 3 * 3 + 3),
        ("both", 5 * 3 + 3 * 3 + 3 + 3 + 1),
        ("LSTM", 4 * (5 * 3 + 3 * 3 + 3)),
        ("GRU", 3 * (5 * 3 + 3 * 3 + 3)),
        ("both directions and an output", 2 * (5 * 3 + 3 * 3 + 3) + 2 * 3 + 1),
    ],
)
def test_the_parameters_are_counted_right(name: str, count: int) -> None:
    last = row(name).rstrip(" |").rsplit("|", 1)[1]
    assert int(re.search(r"\d+", last)[0]) == count  # type: ignore[index]


def test_the_numbers_to_remember_are_right() -> None:
    gates = 1 / (1 + np.exp(-np.array([0.0, 1, 3, 5])))
    assert ", ".join(f"{gate:.3g}" for gate in gates) in SHEET
    assert ", ".join(f"{life:.1f}" for life in np.log(0.5) / np.log(gates[:3])) in SHEET
    assert f"{np.log(np.finfo(float).max):.1f}" in SHEET
    assert f"{0.1 / np.sqrt(0.001):.2f}" in SHEET
    assert (f"{0.5**50:.1e}", f"{2.0**50:.1e}") == ("8.9e-16", "1.1e+15")


def test_the_sheet_is_one_page() -> None:
    assert len(SHEET.splitlines()) <= 90


@pytest.mark.parametrize(("word", "number"), ENTRIES, ids=[word for word, _ in ENTRIES])
def test_every_word_occurs_in_the_notebook_that_is_named(word: str, number: str) -> None:
    name = next(name for name in MODULES if name.startswith(number))
    text = (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    text = re.sub(r"\s*\n# ", " ", text).replace("*", "").casefold()
    assert WORDS.get(word, word).casefold().split(" and ")[0] in text


def test_the_glossary_is_in_order() -> None:
    words = [word.casefold() for word, _ in ENTRIES]
    assert len(words) > 50
    assert words == sorted(words)
