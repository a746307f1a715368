# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 A line
#
# Find the slope of the line that is nearest to some points.

# %% tags=["setup"]
import numpy as np

from rnncourse import check

# %% [markdown]
# ## Exercise: `slope`


# %% nbgrader={"grade_id": "slope", "solution": true}
def slope(x, y):
    """Return the slope of the line of least squares through points x, y of shape (N,)."""
    ### BEGIN SOLUTION
    dx, dy = x - np.mean(x), y - np.mean(y)
    return (dx @ dy) / (dx @ dx)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_slope", "points": 3}
check(slope)
