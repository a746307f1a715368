"""Real data that come with the course: small, and free to use and to pass on.

``PROVENANCE.md`` beside this file says for each where it is from, on which terms, and its hash.
Nothing is read before it is asked for.
"""

from __future__ import annotations

import gzip
from importlib.resources import files
from typing import Any

import numpy as np

__all__ = ["digits", "first_names", "sunspots"]

Array = np.ndarray[Any, Any]


def sunspots() -> tuple[Array, Array]:
    """Return the yearly number of sunspots, 1700 to 2008.

    Returns
    -------
    years : int array of shape (309,)
        1700, 1701, ... 2008.
    numbers : float array of shape (309,)
        Mean sunspot number of each year. It counts spots and groups of spots, and has no unit.

    Notes
    -----
    Source: National Geophysical Data Center, by way of statsmodels. Public domain.
    """
    table = np.loadtxt(_lines("sunspots.csv")[1:], delimiter=",")
    return table[:, 0].astype(int), table[:, 1]


def first_names() -> list[str]:
    """Return 5,163 first names, sorted, in lower case, 2 to 11 of the letters a to z each.

    Notes
    -----
    Source: United States census of 1990, by way of the package ``names``. Public domain. A name
    stands in the list once, however many people bear it.
    """
    return _lines("names.txt")


def digits() -> tuple[Array, Array]:
    """Return handwritten digits as small grey images, in the order of their file.

    Returns
    -------
    images : float array of shape (1797, 8, 8)
        Rows from top to bottom, columns from left to right. Each number counts the inked points in a
        block of 4 x 4: 0 is paper, 16 is all ink.
    labels : int array of shape (1797,)
        Which digit it is, 0 to 9.

    Notes
    -----
    Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning
    Repository (1998), https://doi.org/10.24432/C50P49, CC BY 4.0. These are its test images, from 13
    writers, by way of scikit-learn.
    """
    table = np.loadtxt(_lines("digits.csv.gz"), delimiter=",")
    return table[:, :64].reshape(-1, 8, 8), table[:, 64].astype(int)


def _lines(name: str) -> list[str]:
    """Return the lines of a file of this folder."""
    content = (files("rnncourse") / "data" / name).read_bytes()
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    return content.decode("ascii").split()
