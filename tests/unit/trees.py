"""Hypothesis strategies for values and for the frames that carry them."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp


def _one_nan(value: Any) -> Any:
    """Return a number or array with the usual NaN in the place of every other one: JSON knows one only."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        value[np.isnan(value)] = np.nan
    return float("nan") if isinstance(value, float) and np.isnan(value) else value


shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
arrays: st.SearchStrategy[np.ndarray[Any, Any]] = st.sampled_from(
    [np.float64, np.float32, np.int64, np.uint8, np.bool_]
).flatmap(lambda dtype: hnp.arrays(dtype, shapes).map(_one_nan))
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats().map(_one_nan)
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | arrays
)
keys = st.text(max_size=4) | st.integers(-5, 5) | st.tuples(st.integers(0, 3), st.text(max_size=2))
trees: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=8,
)
"""Every kind of value that crosses a boundary of the course."""
