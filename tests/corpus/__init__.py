"""The published corpus: submissions, hostile and unlucky, each with what grading must make of it."""

from tests.corpus.entry import Entry, entry
from tests.corpus.found import attacks, mishaps

__all__ = ["Entry", "attacks", "entry", "mishaps"]
