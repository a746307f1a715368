"""The exercises of the course on recurrent neural networks, by notebook."""

from __future__ import annotations

from pathlib import Path

from autograder.course.course import Course
from autograder.exercises.harmless import HARMLESS

MODULES = {
    "00_start_here": "start_here",
    "01_one_hot": "one_hot",
    "02_forward": "forward",
    "03_bptt": "bptt",
    "04_training": "training",
    "05_vanishing_gradients": "vanishing",
    "06_lstm": "lstm",
    "07_bidirectional": "bidirectional",
    "08_sequence_to_sequence": "seq2seq",
    "09_frameworks": "frameworks",
    "10_real_data": "real_data",
    "11_autopsy": "autopsy",
    "12_capstone": "capstone",
}
"""Notebook name to the module that declares its exercises, in the order of the course."""

_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE.parent / "solutions", _PACKAGE / "solutions")
"""Where the masters are: beside the packages in a clone, inside them in a wheel."""

COURSE = Course(
    where=f"{__name__}:COURSE",
    masters=next((place for place in _PLACES if place.is_dir()), _PLACES[0]),
    modules={notebook: f"{__name__}.{module}" for notebook, module in MODULES.items()},
    origin="git+https://github.com/rnncourse/rnncourse",
    harmless=HARMLESS,
    masked=("tensorflow", "keras", "torch", "jax", "jaxlib", "autograd"),
)
"""The course of this repository."""
