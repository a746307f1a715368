"""What a student wrote cannot run, load, or leave its place."""

from __future__ import annotations

import pytest

from autograder.feedback.cells import cell_html, code_html, output_html
from autograder.feedback.cleaning import clean
from rnncourse.checking.render import to_html
from tests.corpus.pages import acts
from tests.unit.feedback.findings import FINDING

PNG = "iVBORw0KGgo="
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<iframe src="https://example.org"></iframe>',
    '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)"></style></mglyph></table></mtext></math>',
    '<math href="javascript:alert(1)"><mi xlink:href="javascript:alert(1)">x</mi></math>',
    "<style>@import url(https://example.org)</style>",
    '<form action="https://example.org"><input name=x></form>',
    '<img src="https://example.org/seen.png" alt="x">',
    '<div style="background:url(https://example.org/seen.png)">x</div>',
    '<base href="https://example.org">',
    '<meta http-equiv="refresh" content="0;url=https://example.org">',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_runs_or_loads(html: str) -> None:
    output = {"output_type": "display_data", "data": {"text/html": html}}
    markdown = {"cell_type": "markdown", "source": f"x {html}\n\n{html}"}
    for shown in (clean(html), output_html(output), cell_html(markdown)):
        assert acts(shown) == []
        assert "example.org/" not in shown
        assert "src=" not in shown


def test_a_box_stays_where_it_is() -> None:
    shown = clean(
        '<div class="score vh k" id="next" style="position:fixed;top:0;margin:-9em;color:red">x</div>'
    )
    assert "position" not in shown
    assert "margin" not in shown
    assert 'class="vh k"' in shown, "short names colour code, and the page uses none of them"
    assert "id=" not in shown


def test_a_card_comes_through_whole() -> None:
    card = to_html(FINDING, reveal=False)
    shown = clean(card)
    for tag in ("div", "strong", "ul", "li", "span"):
        assert shown.count(f"<{tag}") == card.count(f"<{tag}")
    assert "border-left-width:6px" in shown
    assert 'role="status"' in shown
    folded = '<details open=""><summary>More</summary><pre aria-label="x"><code>a</code></pre></details>'
    assert clean(folded) == folded


def test_outputs_are_shown_in_the_best_form_that_is_safe() -> None:
    figure = {"text/html": f'<img src="data:image/png;base64,{PNG}" alt="A curve">', "image/png": PNG}
    assert 'alt="A curve"' in output_html({"output_type": "display_data", "data": figure})
    only_script = {"text/html": "<script>x</script>", "text/plain": "plain"}
    assert "plain" in output_html({"output_type": "display_data", "data": only_script})
    assert output_html({"output_type": "display_data", "data": {"image/png": '"><img src=x>'}}) == ""
    stream = {"output_type": "stream", "text": ["\x1b[31mred\x1b[0m <b>\x1b]0;title\x07"]}
    assert output_html(stream) == "<pre>red &lt;b&gt;</pre>"


def test_code_is_numbered_line_by_line_and_escaped() -> None:
    shown = code_html('def f():\n    """<b>\n\n    two"""\n    return 1')
    assert shown.count("<span class=line>") == 5
    assert "<b>" not in shown
    assert "<span" not in code_html("x = 1\n" * 10_000).replace('class="code"', ""), "too long to be coloured"
