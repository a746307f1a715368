"""Stores script where an instructor's browser or terminal might run it."""

from __future__ import annotations

import base64
import json

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output, new_raw_cell

from tests.corpus import anywhere, entry
from tests.corpus.tamper import labelled, tampered

SECTION = "Harm"
HERE = "00_start_here"

SCRIPT = "<script>alert('gotcha')</script>"
IMAGE = "<img src=x onerror=alert('gotcha')>"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{SCRIPT}</svg>'
ESCAPE = "</script></style></title></textarea>" + SCRIPT
LINK = '<a href="javascript:alert(\'gotcha\')">x</a><iframe src="javascript:alert(1)"></iframe>'
TERMINAL = "\x1b]0;gotcha\x07\x1b[2J\x1b]52;c;cm0gLXJmIC8=\x07"
SHOWS = {
    "HTML": f"from IPython.display import HTML\ndisplay(HTML({ESCAPE + IMAGE!r}))",
    "JavaScript": "from IPython.display import Javascript\ndisplay(Javascript(\"alert('gotcha')\"))",
    "SVG": f"from IPython.display import SVG\ndisplay(SVG({SVG!r}))",
    "Markdown": f"from IPython.display import Markdown\ndisplay(Markdown({IMAGE + LINK!r}))",
    "raw": f"display({{'text/html': {IMAGE!r}, 'image/svg+xml': {SVG!r}, 'application/javascript': 'alert(1)', "
    "'application/vnd.jupyter.widget-view+json': {'model_id': 'x'}}, raw=True)",
    "our figure": f'start, alt = \'<img src="data:image/png;base64,AAAA" alt="\', {IMAGE!r}\n'
    "display({'text/html': start + alt + '\">'}, raw=True)",
    "printed": f"print({ESCAPE + IMAGE!r})",
    "terminal": f"print({TERMINAL!r})",
    "error": f"raise ValueError({ESCAPE + TERMINAL!r})",
    "error name": f"raise type({IMAGE!r}, (Exception,), {{}})({IMAGE!r})",
}
FUNCTIONS = {
    "message": f"raise ValueError({ESCAPE + TERMINAL!r})",
    "kind": f"raise type({IMAGE!r}, (Exception,), {{}})",
    "line": f"raise ValueError  # {SCRIPT}",
    "text": f"return {SCRIPT!r}",
    "key": f"return {{{SCRIPT!r}: {IMAGE!r}}}",
    "printed": f"print({SCRIPT!r})\n    return {SCRIPT!r}",
}


def _markdown(notebook: NotebookNode) -> None:
    attached = {
        "a.svg": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()},
        IMAGE: {"image/png": IMAGE},
        "b.png": {"text/html": SCRIPT, "image/png": f'"{IMAGE}'},
    }
    cell = new_markdown_cell(
        f"{ESCAPE}\n\n{IMAGE}\n\n{LINK}\n\n![x](attachment:a.svg)\n\n[x](javascript:alert(1))"
    )
    cell.attachments = nbformat.from_dict(attached)
    notebook.cells += [cell, new_raw_cell(SCRIPT, metadata={"format": "text/html"})]


def _metadata(notebook: NotebookNode) -> None:
    notebook.metadata.update(title=ESCAPE, authors=[{"name": IMAGE}], language_info={"name": SCRIPT})
    notebook.metadata.kernelspec = {"name": SCRIPT, "display_name": IMAGE, "language": SCRIPT}
    for cell in notebook.cells:
        cell.metadata.update(tags=[SCRIPT], name=IMAGE)


def _stored(notebook: NotebookNode) -> None:
    data = {"text/html": ESCAPE + IMAGE, "image/svg+xml": SVG, "application/javascript": "alert(1)"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("display_data", data), new_output("error", ename=SCRIPT, evalue=IMAGE)]


def _ids(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{number}{IMAGE}"


def _labels(notebook: NotebookNode) -> None:
    labelled(notebook, "check_affine").metadata.nbgrader.grade_id = SCRIPT
    for cell in notebook.cells[:3]:
        cell.metadata.nbgrader = {"grade_id": IMAGE, "points": SCRIPT}


def _types(notebook: NotebookNode) -> bytes:
    notebook.cells[1].cell_type = SCRIPT
    notebook["nbformat_minor"] = SCRIPT
    notebook[SCRIPT] = IMAGE
    return json.dumps(notebook).encode()


CHANGES = {
    "markdown": _markdown,
    "metadata": _metadata,
    "stored outputs": _stored,
    "ids": _ids,
    "labels": _labels,
}
ENTRIES = (
    *(
        entry(f"stored_script/{name}", HERE, last=source, never_shown=("<svg", "<iframe", "text/html"))
        for name, source in SHOWS.items()
        if name not in ("printed", "error", "error name", "terminal")
    ),
    *(
        entry(f"stored_script/{name}", HERE, last=SHOWS[name])
        for name in ("printed", "error", "error name", "terminal")
    ),
    *(entry(f"stored_script/{name}", HERE, tamper=tampered(change)) for name, change in CHANGES.items()),
    entry("stored_script/types", HERE, tamper=_types),
    entry("stored_script/student", HERE, student="attacker-<img src=x onerror=alert('gotcha')>"),
    entry("stored_script/student, quoted", HERE, student="attacker-'\"--><b>&amp;=cmd|x"),
)
ANYWHERE = tuple(
    anywhere(f"stored_script/function, {name}", f"def NAME(*args):\n    {body}")
    for name, body in FUNCTIONS.items()
)
