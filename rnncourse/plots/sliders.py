"""A figure with sliders, where ``ipywidgets`` is installed; without it the figure is still."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from matplotlib.figure import Figure

from rnncourse.languages import _
from rnncourse.plots.figures import bundle

__all__ = ["explore"]

_SPOKEN = """<script>
(() => {
  const box = document.currentScript?.closest(".jp-OutputArea, .output-area, .output");
  if (!box) return;
  const name = () => box.querySelectorAll(".widget-slider").forEach(slider => {
    const handle = slider.querySelector("[role=slider]"), says = slider.querySelector(".widget-readout").textContent;
    if (handle.getAttribute("aria-valuetext") === says && handle.ariaLabel) return;
    handle.setAttribute("aria-label", slider.querySelector(".widget-label").textContent);
    handle.setAttribute("aria-valuetext", says);
  });
  new MutationObserver(name).observe(box, {
    subtree: true, childList: true, characterData: true, attributeFilter: ["aria-valuetext"]});
  name();
})()
</script>"""
"""Lets a screen reader say name and value of a slider; by itself it says which of the values it is, as a number."""


def explore(
    draw: Callable[..., Figure], describe: Callable[..., str], choices: Mapping[str, Sequence[Any]]
) -> None:
    """Show a figure, and below it a slider for each choice, which draws it anew in its place.

    The figure first shows the first value of each choice, so that a printed or converted notebook loses
    nothing. Sliders need ``ipywidgets``, which is not a dependency. A value that was drawn once is kept.

    Parameters
    ----------
    draw : callable
        ``draw(**values)`` returns the figure.
    describe : callable
        ``describe(**values)`` returns what it shows in words and numbers.
    choices : mapping of str to sequence
        The values of each slider; words are chosen from a list.
    """
    from IPython.display import display

    @cache
    def drawn(*values: Any) -> dict[str, str]:
        chosen = dict(zip(choices, values, strict=True))
        return bundle(draw(**chosen), describe(**chosen), effort=1)

    place = display(drawn(*(values[0] for values in choices.values())), raw=True, display_id=True)
    try:
        import ipywidgets
    except ImportError:
        sentence = _("With the package ipywidgets, sliders for {names} would stand here.")
        print(sentence.format(names=", ".join(choices)))
        return
    sliders = [_slider(ipywidgets, name, values) for name, values in choices.items()]

    def redraw(change: object) -> None:
        try:
            place.update(drawn(*(slider.value for slider in sliders)), raw=True)
        except Exception as error:  # else nobody would hear of it
            place.update({"text/plain": f"{type(error).__name__}: {error}"}, raw=True)

    for slider in sliders:
        slider.observe(redraw, names="value")
    display(ipywidgets.VBox(sliders))
    display({"text/html": _SPOKEN, "text/plain": ""}, raw=True)


def _slider(ipywidgets: Any, name: str, values: Sequence[Any]) -> Any:
    """Return what chooses one of some values: numbers in order on a slider, words from a list."""
    given = {"value": values[0], "description": name}
    if all(isinstance(value, str) for value in values):
        return ipywidgets.Dropdown(options=list(values), **given)
    numbers = all(isinstance(value, int | float) for value in values)
    return ipywidgets.SelectionSlider(options=sorted(values) if numbers else list(values), **given)
