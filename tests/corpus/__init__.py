"""The published corpus: submissions, hostile and unlucky, each with what grading must make of it."""

from tests.corpus.anywhere import Anywhere, anywhere
from tests.corpus.entry import Entry, entry, refused
from tests.corpus.found import anywheres, attack_files, attacks, mishaps

__all__ = [
    "Anywhere",
    "Entry",
    "anywhere",
    "anywheres",
    "attack_files",
    "attacks",
    "entry",
    "mishaps",
    "refused",
]
