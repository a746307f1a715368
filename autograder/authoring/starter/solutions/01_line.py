# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 A line through points
#
# **What you will do.** Fit a line by gradient descent, in three functions of a few lines each.
#
# **What you need.** NumPy arrays as far as `a @ b` and `a.shape`, and the derivative of a square.
#
# **Time.** 40 minutes. Three exercises.

# %% tags=["setup"]
import numpy as np
from line_course import check

# %% [markdown]
# ## The model
#
# Each row of $x$ is one example with $D$ features. The model multiplies each feature by a weight, adds them up, and
# adds a bias $b$. For all $N$ examples at once:
#
# $$\hat y = x w + b, \qquad x: (N, D), \quad w: (D,), \quad \hat y: (N,)$$
#
# ### Exercise: `predict`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: write a sum over features as one product*
#
# If you are stuck, `hint("predict")` gives the first of three hints.


# %% nbgrader={"grade_id": "predict", "solution": true}
def predict(x, w, b):
    """Return what the line says of each example.

    x is (N, D), w is (D,), b is a number. The result is (N,).
    """
    ### BEGIN SOLUTION
    return x @ w + b  # (N,)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_predict", "points": 2}
check(predict)

# %% [markdown]
# ## How wrong it is, and which way is down
#
# The loss is the mean of the squared errors, $L = \frac{1}{N} \sum_n (\hat y_n - y_n)^2$. The chain rule gives one
# factor 2 from the square, the error, and what the error is multiplied by: the feature for a weight, 1 for the bias.
#
# $$\frac{\partial L}{\partial w} = \frac{2}{N} x^T (\hat y - y), \qquad
# \frac{\partial L}{\partial b} = \frac{2}{N} \sum_n (\hat y_n - y_n)$$
#
# ### Exercise: `gradient`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: turn a derivative into code, shape by shape*
#
# Call your `predict`. When a check fails, `gradient(**failing_case("gradient"))` repeats the call that went wrong.


# %% nbgrader={"grade_id": "gradient", "solution": true}
def gradient(x, y, w, b):
    """Return the derivatives of the mean squared error.

    x is (N, D), y is (N,), w is (D,), b is a number. The result is a pair: dw (D,), and db, a number.
    """
    ### BEGIN SOLUTION
    error = predict(x, w, b) - y  # (N,)
    dw = 2 * x.T @ error / len(y)  # (D,)
    db = 2 * np.sum(error) / len(y)
    return dw, db
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gradient", "points": 4}
check(gradient)

# %% [markdown]
# ## Downhill
#
# Gradient descent starts at $w = 0, b = 0$. Each step computes both derivatives where it stands, and then moves both
# parameters against them, `rate` times as far.
#
# ### Exercise: `fit`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: write a loop that learns*


# %% nbgrader={"grade_id": "fit", "solution": true}
def fit(x, y, rate, steps):
    """Return the parameters after so many steps of gradient descent, begun at zeros.

    x is (N, D), y is (N,), rate is a number, steps a whole number. The result is a pair: w (D,), and b, a number.
    """
    ### BEGIN SOLUTION
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        dw, db = gradient(x, y, w, b)
        w = w - rate * dw
        b = b - rate * db
    return w, b
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_fit", "points": 4}
check(fit)

# %% [markdown]
# Does it find a line that you know? The points below lie on $y = 3x - 1$.

# %%
x = np.linspace(-1, 1, 20)[:, None]
fit(x, 3 * x[:, 0] - 1, rate=0.3, steps=200)
