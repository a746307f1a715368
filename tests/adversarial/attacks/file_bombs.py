"""Hands in files that are hard to read: deep, endless, twisted, or far larger when parsed."""

from __future__ import annotations

import json

from nbformat import NotebookNode

from tests.corpus import entry, refused
from tests.corpus.tamper import labelled, tampered, written

SECTION = "Harm"
HERE = "00_start_here"


def _cells(number: int, source: str) -> bytes:
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return json.dumps({"cells": [cell] * number, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _same_cell(notebook: NotebookNode) -> None:
    notebook.cells += [notebook.cells[1]] * 1500


def _long_line(notebook: NotebookNode) -> None:
    labelled(notebook, "affine").source += "\n" + "x = [" + "1, " * 20_000 + "]"


def _brackets(notebook: NotebookNode) -> None:
    labelled(notebook, "affine").source += "\ny = " + "(" * 5_000 + ")" * 5_000


def _twice_the_keys(notebook: NotebookNode) -> bytes:
    text = written(notebook).decode()
    return text.replace('"cells":', '"cells": [{"cell_type": "code", "source": "1/0"}], "cells":', 1).encode()


def _numbers(notebook: NotebookNode) -> bytes:
    text = written(notebook).decode()
    return text.replace(
        '"nbformat": 4', f'"n": {"9" * 100_000}, "m": 1e999, "o": NaN, "nbformat": 4', 1
    ).encode()


def _escapes(notebook: NotebookNode) -> None:
    labelled(notebook, "affine").source += "\n# \ud800 \udfff \0 \x1b[2J \u202e \ufeff"


CHANGES = {
    "same cell": _same_cell,
    "odd characters": _escapes,
    "long line": _long_line,
    "brackets": _brackets,
}
REFUSED = {
    "deep": b"[" * 500_000 + b"]" * 500_000,
    "deep cells": b'{"cells": ' * 100_000,
    "too large": b'{"cells": [' + b" " * 20_000_001 + b"]}",
    "too many cells": _cells(6_000, "1"),
    "too much code": _cells(12, "x" * 100_000),
    "many brackets": b'{"cells": [' + b"[]," * 1_000_001 + b"[]]}",
    "long number": b"9" * 1_000_000,
    "zip": b"PK\x03\x04" + bytes(1000),
}
ENTRIES = (
    *(
        entry(
            f"file_bombs/{name}",
            HERE,
            tamper=tampered(change),
            spoilt=("affine",) if name == "brackets" else (),
        )
        for name, change in CHANGES.items()
    ),
    entry("file_bombs/twice the keys", HERE, tamper=_twice_the_keys),
    entry("file_bombs/numbers", HERE, tamper=_numbers),
    *(refused(f"file_bombs/{name}", data) for name, data in REFUSED.items()),
)
