"""Show where a learner stands in a notebook: tables without colours of their own, so that any theme is right."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rnncourse.languages import N_, _, said
from rnncourse.learning.standing import MARKS, Place, Standing, coming, course_line

_CELL = "text-align:left;padding:2px 12px 2px 0;vertical-align:top"
_HEADS = (N_("State"), N_("Exercise"), N_("Points"), N_("Minutes"), N_("Remarks"))


def notebook_html(standing: Standing, all_of: Sequence[Standing]) -> str:
    """Return the exercises of one notebook as a table, and what comes next."""
    lines = [standing.summary + ".", coming(all_of, standing), course_line(all_of)]
    body = f"<strong>{escape(said(standing.contents.title))}</strong>{bar(standing)}{_table(standing)}"
    return _framed(body + "".join(f'<p style="margin:4px 0">{escape(line)}</p>' for line in lines))


def course_html(all_of: Sequence[Standing], opened: Standing | None = None) -> str:
    """Return the notebooks of the course, each to be unfolded; the one named is open."""
    parts = "".join(_folded(standing, standing is opened) for standing in all_of)
    lines = (course_line(all_of), coming(all_of, opened))
    return _framed(parts + "".join(f'<p style="margin:4px 0">{escape(line)}</p>' for line in lines))


def _folded(standing: Standing, is_open: bool) -> str:
    title, summary = escape(said(standing.contents.title)), escape(standing.summary)
    head = f'<summary style="cursor:pointer"><strong>{title}</strong>: {summary}{bar(standing)}</summary>'
    return f'<details{" open" * is_open} style="margin:0 0 6px">{head}{_table(standing)}</details>'


def bar(standing: Standing) -> str:
    """Return a bar of what is solved, if anything is, for the eye alone: its numbers stand beside it."""
    if not standing.solved:
        return ""
    part = 100 * standing.solved / max(len(standing.checked), 1)
    return (
        '<div aria-hidden="true" style="border:1px solid;height:6px;max-width:24em;margin:3px 0;opacity:.75">'
        f'<div style="background:currentColor;height:6px;width:{part:.0f}%"></div></div>'
    )


def _table(standing: Standing) -> str:
    heads = "".join(f'<th scope="col" style="{_CELL}">{escape(_(head))}</th>' for head in _HEADS)
    rows = "".join(map(_row, standing.places))
    return f'<table style="margin:4px 0;font-size:inherit"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _row(place: Place) -> str:
    asked = place.asked
    minutes = str(asked.minutes) if asked.minutes and place.is_open else ""
    texts = (f"{MARKS[place.state]} {_(place.state)}", None, f"{asked.points:g}", minutes, place.remark)
    cells = [f'<td style="{_CELL}">{escape(text)}</td>' for text in texts if text is not None]
    cells.insert(
        1, f'<th scope="row" style="{_CELL};font-weight:normal"><code>{escape(asked.id)}</code></th>'
    )
    return f"<tr>{''.join(cells)}</tr>"


def _framed(body: str) -> str:
    style = "max-width:60em;overflow-x:auto;line-height:1.5"
    return f'<div role="group" aria-label="{escape(_("Progress"))}" style="{style}">{body}</div>'
