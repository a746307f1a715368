"""Hands in something else in place of the notebook: another one of the course, or one of no course."""

from __future__ import annotations

import json
from dataclasses import replace

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from tests.corpus import Entry, entry, refused
from tests.corpus.tamper import written
from tests.handing_in import solved

SECTION = "Gaming"

OTHER = nbformat.reads(solved("01_one_hot").decode(), as_version=4)
RELABELLED = nbformat.reads(solved("01_one_hot").decode(), as_version=4)
RELABELLED.metadata["rnncourse"] = {"notebook": "00_start_here"}
STRANGE = new_notebook(cells=[new_code_cell("print('100.0')"), new_code_cell("score = 100")])
ONLY_OUTPUTS = {"cells": [], "metadata": {"rnncourse": {"notebook": "00_start_here"}}, "nbformat": 4}


def _other(name: str, data: bytes) -> Entry:
    return replace(refused(f"another_notebook/{name}", data), is_another=True)


ENTRIES = (
    _other("copied", written(OTHER)),
    _other("relabelled", written(RELABELLED)),
    refused("another_notebook/strange", written(STRANGE)),
    entry(
        "another_notebook/nothing",
        "00_start_here",
        outcomes=("not_attempted",),
        tamper=lambda _: json.dumps(ONLY_OUTPUTS).encode(),
        affine="",
    ),
)
