"""Formulas are drawn without a network, or shown as they were written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograder.feedback.maths import LONGEST, mathml
from autograder.feedback.text import to_html

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![$\\])\$([^$]+?)\$(?!\$)", re.DOTALL)


def formulas() -> set[tuple[str, bool]]:
    """Return every formula of every notebook, and whether it stands alone."""
    found = set()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                text = CODE.sub("", "".join(cell["source"]))
                found |= {(m[1] or m[2], bool(m[1])) for m in FORMULA.finditer(text)}
    return found


def test_every_formula_of_the_course_is_drawn() -> None:
    every = formulas()
    assert len(every) > 800
    drawn = {tex: mathml(tex, display) for tex, display in every}
    assert [tex for tex, shown in drawn.items() if not shown.startswith("<math")] == []
    assert [tex for tex, shown in drawn.items() if "\\" in shown or "&amp;" in shown] == []
    for shown in drawn.values():
        ElementTree.fromstring(shown)


@pytest.mark.parametrize(
    ("tex", "wanted"),
    [
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "<mtable"),
        (r"\mathrm{softmax}(x)", "<mtext>softmax</mtext>"),
        (r"\operatorname{softmax}(x)", "<mi>softmax</mi>"),
        (r"a \odot b", "⊙"),
        (r"\ln x", '<mi>ln</mi><mspace width="0.167em"></mspace><mi>x</mi>'),
        (r"\log_2 y", '<mn>2</mn></msub><mspace width="0.167em"></mspace><mi>y</mi>'),
        (r"\tanh(x)", "<mi>tanh</mi><mo"),
        (r"L'", "<mi>L</mi><mo"),
    ],
)
def test_what_the_converter_leaves_is_mended(tex: str, wanted: str) -> None:
    assert wanted in mathml(tex, True)


@pytest.mark.parametrize(
    "tex", [r"\nonsense{x}", "x_", r"\left( x", "{" * 2000, "x" * (LONGEST + 1), "&" * 50]
)
def test_what_is_no_formula_is_shown_as_written(tex: str) -> None:
    shown = mathml(tex, False)
    assert shown.startswith(("<code>", "<math"))
    assert tex == "&" * 50 or shown.startswith("<code>")


def test_a_formula_cannot_carry_markup() -> None:
    for tex in (
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\nonsense<img src=x>",
    ):
        shown = to_html(f"So ${tex}$ it is.")
        assert "<script" not in shown
        assert "<img" not in shown
        assert "href" not in shown


def test_text_around_formulas_is_markdown_as_in_jupyter() -> None:
    shown = to_html(
        "# A *b*\n\n`$5` and $x_1 * y * z$\n\n$$\na = b\n$$\n\n\\begin{align*}a&=b\\end{align*}\n\n- $c$"
    )
    assert shown.count("<math") == 4
    assert shown.count('display="block"') == 2
    assert "<code>$5</code>" in shown
    assert "<h3>A <em>b</em></h3>" in shown, "headings stand below those of the page"
