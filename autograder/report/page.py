"""Render the report: one page that loads nothing and runs nothing but one script of ours.

Ids, messages and paths come from students. Every one of them goes through the template's escaping. The page also
declares a policy under which a browser runs the one script that has the right hash, which searches, sorts and
filters the table of students; without it everything can be read, too.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from autograder.judging.verdict import OUTCOMES
from autograder.report.concerns import KINDS, concerns
from autograder.report.histogram import histogram
from autograder.report.items import FEWEST, items
from autograder.report.lecture import lecture
from autograder.report.mistakes import mistakes, most_frequent
from autograder.report.model import ClassResult
from autograder.report.risk import RULES, at_risk
from autograder.report.shared import LEAST_LIFT, MOST_CHANCE, beliefs
from autograder.report.students import FILTERS, MOST_WITH_SIGNS, student_rows
from autograder.report.summaries import count_outcomes, repairs, summarise, timing
from autograder.report.words import environment, printable

SCRIPT = files("autograder.report").joinpath("templates", "report.js").read_text(encoding="utf-8")
"""Searches, sorts and filters. It is the same for every class: nothing of a student is ever part of it."""
POLICY = (
    f"default-src 'none'; script-src 'sha256-{b64encode(sha256(SCRIPT.encode()).digest()).decode()}'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
MOST_LINKS, MOST_PAIRS = 8, 40
"""More names than these are one text; more pairs than these are a line each."""


def write_report(path: Path, class_: ClassResult) -> None:
    """Write the class report as one self-contained HTML file.

    Parameters
    ----------
    path : Path
        File to write; an existing one is replaced.
    class_ : ClassResult
        What to report. The same results give the same page, byte for byte.
    """
    # A file name may hold bytes that are no UTF-8; they must not stop the report.
    path.write_bytes(render_report(class_).encode("utf-8", "backslashreplace"))


def render_report(class_: ClassResult) -> str:
    """Return the class report as HTML."""
    made, notebooks, risks = mistakes(class_), summarise(class_), at_risk(class_)
    together = beliefs(made, len(class_.students))
    page = (
        environment("autograder.report")
        .get_template("report.html.j2")
        .render(
            class_=class_,
            outcomes=OUTCOMES,
            kinds=KINDS,
            totals=count_outcomes(verdict for _, _, verdict in class_.verdicts()),
            concerns=concerns(class_),
            notebooks=notebooks,
            plots={n.name: histogram(n.name, n.scores, n.max_score, n.median) for n in notebooks},
            items=items(class_),
            fewest=FEWEST,
            mistakes=made,
            beliefs=together,
            lift=LEAST_LIFT,
            most_chance=MOST_CHANCE,
            lecture=lecture(made, notebooks, together, class_.cells),
            risks=risks,
            rules=RULES,
            top=most_frequent(made),
            students=student_rows(class_, risks),
            filters=FILTERS,
            with_signs=MOST_WITH_SIGNS,
            anchors={student: f"s{i}" for i, student in enumerate(class_.students, 1)},
            timing=timing(class_),
            repairs=repairs(class_),
            most_links=MOST_LINKS,
            most_pairs=MOST_PAIRS,
            formgrader=lambda name: f"{class_.formgrader}/formgrader/gradebook/{quote(name)}/{quote(name)}",
            policy=POLICY,
            script=Markup(SCRIPT),
        )
    )
    return printable(page)
