"""Files that are no notebook any more. No mark is given or taken; a person asks for the file again."""

from __future__ import annotations

from dataclasses import replace

from tests.corpus.entry import Entry
from tests.handing_in import solved
from tests.honest.draft import Draft, ungradable

WHOLE = solved("02_forward")
CONFLICT = b'{\n "cells": [\n<<<<<<< HEAD\n  1\n=======\n  2\n>>>>>>> mine\n ]\n}\n'


def _null_in_the_middle() -> bytes:
    middle = WHOLE.index(b'"source"')
    return WHOLE[:middle] + b"\0" + WHOLE[middle:]


def _with_outputs_of(megabytes: int) -> bytes:
    draft = Draft("02_forward")
    draft["rnn_step"]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "x" * (megabytes << 20)}
    ]
    return draft.data()


FILES = {
    "empty": b"",
    "blank": b" \r\n\t ",
    "null_bytes": b"\0" * 4096,
    "null_byte_between_cells": _null_in_the_middle(),
    "cut_off": WHOLE[: len(WHOLE) // 2],
    "last_bytes_missing": WHOLE.rstrip()[:-2],
    "a_bracket_too_few": WHOLE.replace(b'"cells": [', b'"cells": {', 1),
    "merge_conflict": CONFLICT,
    "a_pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "a_zip": b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    "a_web_page": b"<!DOCTYPE html>\n<html><body>02_forward</body></html>",
    "a_script": b"import numpy as np\n\n\ndef rnn_step(x_t, h_prev, Wxh, Whh, bh):\n    return 0\n",
    "a_list": b"[]",
    "no_cells": b'{"metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "of_the_future": b'{"cells": [], "metadata": {}, "nbformat": 5, "nbformat_minor": 0}',
    "another_notebook": solved("00_start_here"),
    "outputs_of_25_megabytes": _with_outputs_of(25),
}


def _entry(name: str, data: bytes) -> Entry:
    item = ungradable(f"unreadable/{name}", "02_forward", data)
    return replace(item, is_another=name == "another_notebook")


ENTRIES = tuple(_entry(name, data) for name, data in FILES.items())
