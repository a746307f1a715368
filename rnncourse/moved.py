"""Old names of what has moved, so that a notebook that was handed out earlier works with a newer package.

A package that says ``__getattr__ = moved.finder(__name__)`` answers to its old names below with what is meant
now, and a ``DeprecationWarning`` says where that is. To move something that a notebook imports, add a line here.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

MOVED = {
    "rnncourse.bidirectional_plots": "rnncourse.plots.bidirectional",
    "rnncourse.bptt_plots": "rnncourse.plots.bptt",
    "rnncourse.gradient_plots": "rnncourse.plots.gradients",
    "rnncourse.lstm_plots": "rnncourse.plots.lstm",
    "rnncourse.real_data_plots": "rnncourse.plots.real_data",
    "rnncourse.seq2seq_plots": "rnncourse.plots.seq2seq",
    "rnncourse.tape_plots": "rnncourse.plots.tape",
    "rnncourse.training_plots": "rnncourse.plots.training",
    "rnncourse.lab.train": "rnncourse.lab.loop:descend",
}
"""Old name: new module, or ``module:name`` of what is in one."""


def finder(package: str) -> Callable[[str], Any]:
    """Return a ``__getattr__`` for a package, which finds what has moved out of it.

    Parameters
    ----------
    package : str
        The full name of the package.

    Returns
    -------
    callable
        ``find(name)`` returns what had that name. It raises AttributeError for a name that never was.
    """

    def find(name: str) -> Any:
        place = MOVED.get(f"{package}.{name}")
        if place is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, inside = place.partition(":")
        found = import_module(module)
        found = getattr(found, inside) if inside else found
        said = place.replace(":", ".")
        warnings.warn(
            f"{package}.{name} is now {said}: import it from there.", DeprecationWarning, stacklevel=2
        )
        setattr(sys.modules[package], name, found)  # an import asks twice, and once is enough to be told
        return found

    return find
