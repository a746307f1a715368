"""Packages that a notebook can do without."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

from rnncourse.languages import _

_QUIET = {"tensorflow": {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}}
"""What has to be said before the import, so that a package does not write to stderr."""


def optional(name: str, recorded: str = "", by: str = "") -> ModuleType | None:
    """Return a package if it is installed; else print what it printed where it was, and return None.

    Parameters
    ----------
    name : str
        Name of the import, such as ``"tensorflow"``.
    recorded : str
        What the rest of the cell prints where the package is there.
    by : str
        The version that printed it.

    Examples
    --------
    >>> optional("no_such_package", "1 + 1 = 2", by="no_such_package 1.0")
    no_such_package is not installed here. Recorded with no_such_package 1.0:
    1 + 1 = 2
    """
    for key, value in _QUIET.get(name, {}).items():
        os.environ.setdefault(key, value)
    try:
        return import_module(name)
    except ImportError:
        plainly = _("{name} is not installed here.")
        sentence = _("{name} is not installed here. Recorded with {version}:") if recorded else plainly
        print(sentence.format(name=name, version=by))
        if recorded:
            print(recorded.strip("\n"))
        return None
