"""Names with commas, quotes, emoji and letters of every script are names like any other."""

from __future__ import annotations

from dataclasses import replace

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, handed_in

NAMES = {
    "comma_and_quote": "O'Brien, Ada",
    "double_quotes": 'Ada "the first"',
    "accents": "Zoë Müller",
    "chinese": "李雷",
    "arabic": "محمد علي",
    "hebrew": "נועה",
    "emoji": "student 🎓",
    "a_formula": "=1+1",
    "markup": "<b>Ada</b>".replace("/", "\u2215"),
    "braces": "{{ 7 * 7 }} %s",
}


def _entry(variant: str, student: str) -> Entry:
    return replace(handed_in(f"names_of_people/{variant}", Draft("00_start_here")), student=student)


ENTRIES = tuple(_entry(variant, student) for variant, student in NAMES.items())
