"""Gradescope: *Export Submissions* of a programming assignment.

The archive holds ``assignment_123_export/submission_456/...`` and ``submission_metadata.yml``, which gives
for each ``submission_456`` its ``:submitters:`` with ``:name:``, ``:sid:`` and ``:email:``, ``:created_at:``
with its time zone, and ``:history:``; a group has several submitters. Only the active submission of each
is there. Gradescope describes the download at
https://help.gradescope.com/article/ubstrwmk7r-instructor-assignment-export, but not the list in it:
its keys are those that programs which read it agree on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from autograder.platforms.found import Download, Found, Sorted, base_of, parts_of
from autograder.platforms.layout import Layout

LIST = "submission_metadata.yml"


def sort(download: Download) -> Sorted:
    """Return whose every notebook is, by the list in the archive; one of a group is each member's."""
    listed = next((file for file, _ in download.others if base_of(file) == LIST), "")
    about = _read_list(download, listed)
    found: list[Found] = []
    skipped = []
    for file in download.notebooks:
        folder = next((part for part in parts_of(file)[:-1] if part in about), "")
        owners = list(_submitters(about[folder])) if folder else []
        if not owners:
            skipped.append((file, f"{LIST} names nobody for it"))
        found += [_found(file, owner, about[folder]) for owner in owners]
    return Sorted(tuple(found), tuple(skipped), frozenset({listed} if about else ()))


def _read_list(download: Download, name: str) -> Mapping[str, Any]:
    """Return the list of Gradescope's; empty if there is none that can be read."""
    try:
        about = yaml.safe_load(download.text(name)) if name else None
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(k): v for k, v in about.items() if isinstance(v, dict)} if isinstance(about, dict) else {}


def _submitters(about: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return who handed one submission in: those who have an id or an address."""
    listed = about.get(":submitters")
    people = [person for person in listed if isinstance(person, dict)] if isinstance(listed, list) else []
    texts = [
        {key: str(person.get(f":{key}") or "").strip() for key in ("name", "sid", "email")}
        for person in people
    ]
    return [person for person in texts if person["sid"] or person["email"]]


def _found(file: str, owner: Mapping[str, str], about: Mapping[str, Any]) -> Found:
    created = about.get(":created_at")
    time = created if isinstance(created, datetime) else None
    if time and time.tzinfo is None:
        time = time.replace(tzinfo=UTC)  # the reader of YAML gives it in UTC
    also = tuple(filter(None, (owner["sid"], owner["email"])))
    return Found(file, also[0], owner["name"], also, base_of(file), time=time)


LAYOUT = Layout("gradescope", sort)
