"""What stands at the head of a notebook's page, and in the table of the course: points, minutes, ways to open it."""

from __future__ import annotations

import re
from html import escape

from autograder.course.assignment import Assignment
from rnncourse.learning.contents import Asked, Contents, find

_TIME = re.compile(r"\*\*Time\.\*\* (.+?)(?:,|\.(?!\d))")
_DO = re.compile(r"\*\*What you will do\.\*\* (.+?)\n\n", re.DOTALL)


def contents_of(assignment: Assignment) -> Contents:
    """Return what a notebook asks."""
    found = find(assignment.name)
    assert found is not None, assignment.name
    return found


def time_of(assignment: Assignment) -> str:
    """Return how long a notebook takes, in the words of its head."""
    return _found(_TIME, assignment)


def what_you_do(assignment: Assignment) -> str:
    """Return the first sentence of what is done in a notebook."""
    return " ".join(_found(_DO, assignment).split()).split(". ")[0].rstrip(".") + "."


def _found(pattern: re.Pattern[str], assignment: Assignment) -> str:
    head = assignment.release.cells[0].source
    match = pattern.search(head + "\n\n")
    if match is None:
        raise ValueError(f"The head of {assignment.name} lacks {pattern.pattern}.")
    return match[1]


def facts_of(assignment: Assignment, with_lite: bool) -> str:
    """Return the box at the head of a notebook's page, in Markdown.

    Parameters
    ----------
    assignment : Assignment
        The notebook.
    with_lite : bool
        Whether the course in the browser stands beside the pages.
    """
    contents, name = contents_of(assignment), assignment.name
    ways = [f"{{download}}`Download this notebook <../files/{name}.ipynb>`"]
    if with_lite:
        ways.append(f'<a href="../lite/lab/index.html?path={name}.ipynb">Open it in your browser</a>')
    ways.append("[How this page was made](../this_site.md)")
    rows = "\n".join(map(_row, contents.exercises))
    return f"""\
:::{{admonition}} {time_of(assignment)} · {worth(contents)}
:class: facts

{" · ".join(ways)}

| exercise | points | minutes | what for |
| --- | --- | --- | --- |
{rows}
:::"""


def worth(contents: Contents) -> str:
    """Return how many exercises a notebook has, and their points."""
    count = len(contents.exercises)
    return (
        f"{count} exercise{'s' * (count != 1)} · {sum(asked.points for asked in contents.exercises):g} points"
    )


def _row(asked: Asked) -> str:
    minutes = str(asked.minutes) if asked.minutes else "–"
    objective = asked.objective or ("A person reads it." if asked.by_hand else "–")
    return f"| `{escape(asked.id)}` | {asked.points:g} | {minutes} | {objective} |"
