"""One verdict as a record for other programs: ``grade --json`` and ``report/results.json`` hold lists of them."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

import msgspec

from autograder.judging.verdict import OUTCOMES


class Record(msgspec.Struct, forbid_unknown_fields=True):
    """One exercise of one file.

    Attributes
    ----------
    path : str
        The file, as it was named; for one in an archive that and the name inside.
    student : str
        Whose it is, as far as that is known; else empty.
    exercise : str
        Its name; empty where the file could not be read at all.
    outcome : str
        One of the eight.
    score : float or None
        Points; None for a fault of the grader, which is no mark.
    max_score : float
        Points there are.
    mistake : str or None
        Id of the mistake that was proved.
    message : str
        What the student reads first.
    seed : int
        Draws the same cases again.
    flags : list of str
        Remarks for a person.
    """

    path: str
    student: str
    exercise: str
    outcome: str
    score: float | None
    max_score: float
    mistake: str | None
    message: str
    seed: int
    flags: list[str]


def record_schema() -> dict[str, Any]:
    """Return the JSON schema of a list of records."""
    schema = msgspec.json.schema(list[Record])
    record = schema["$defs"]["Record"]
    record["properties"]["outcome"]["enum"] = sorted(OUTCOMES)
    record["description"] = cleandoc(Record.__doc__ or "")  # Python 3.13 does it, older ones do not
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Verdicts"} | schema
