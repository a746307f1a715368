"""Show something where the learner is: in a notebook, or in a terminal."""

from __future__ import annotations


def show(html: str, text: str) -> None:
    """Display in Jupyter, print elsewhere."""
    try:
        from IPython.core.getipython import get_ipython
        from IPython.display import display
    except ImportError:
        print(text)
        return
    if get_ipython() is None:
        print(text)
    else:
        display({"text/html": html, "text/plain": text}, raw=True)
