"""A Sphinx extension that writes formulas as MathML: readable without a script and without a network.

The converter is that of the feedback pages. A formula that it cannot draw is a warning, and so an error.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from autograder.feedback.maths import mathml

_LOGGER = logging.getLogger(__name__)


def _drawn(node: nodes.Element, display: bool) -> str:
    drawn = mathml(node.astext(), display)
    if not drawn.startswith("<math"):
        _LOGGER.warning("this formula cannot be drawn: %s", node.astext(), location=node)
    return drawn


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(_drawn(node, False))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    box = '<div class="formula" tabindex="0" role="group" aria-label="Formula">'  # a long one scrolls, by keys too
    translator.body.append(f"{box}{_drawn(node, True)}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
