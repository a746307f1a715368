# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 0 Start here: one layer, one check, one mistake
#
# **What you will do.** Write one line of NumPy, make a mistake on purpose, and watch the check name it.
#
# **What you will learn**
#
# - how exercises, checks, hints and grades work in this course
# - to read and write the *shape* of every array
# - what broadcasting does with a bias, and when it silently does the wrong thing
# - what an activation function is, and why $\tanh$ goes around the sum and not around its parts
#
# **What you need.** Python functions, and NumPy arrays as far as `a @ b` and `a.shape`. No calculus yet.
#
# **Time.** 35 minutes. One exercise.

# %% tags=["setup"]
import numpy as np

from rnncourse import check, failing_case, hint, plots, predict

# %% [markdown]
# ## How this course works
#
# You learn recurrent networks here by writing them. Each notebook alternates four kinds of cells:
#
# 1. **Text and figures** that derive something, with every shape written out.
# 2. **Exercise cells** that hold a function with a hole in it. You replace the hole.
# 3. **Check cells** with one line, such as `check(affine)`. Run one as often as you like.
# 4. **Prediction cells** with one line, such as `guess = predict(...)`. You replace the dots by what you expect, *before* you run
#    the cell below. There, `guess.compare` says how it compares.
#
# A check calls your function with several inputs and compares *every number* with the right one. When something
# differs, it tells you where. When your numbers are exactly those of a mistake it knows, it names the mistake. And
# `affine(**failing_case("affine"))` calls your function once more with the very arguments of that case, so that you can
# look inside.
#
# Grading runs the same tests on **new inputs**. So it does not help to write a function that knows only the inputs of
# the check.
#
# If you are stuck, `hint("affine")` gives a first hint. Call it again for the second and the third. After three hints and a
# check that failed, `solution("affine")` shows our way, where the solved notebooks are at hand.
#
# `progress()` shows what is solved, what is open and what comes next. Each notebook ends with it, and it remembers across days.
#
# If a check does not end, your function has an endless loop. Press the stop button of the notebook, and look at what
# your loop waits for.
#
# Predictions are worth no points, and nobody sees them. They are there because of what they do to you: whoever has said a number
# remembers the right one, and whoever only read it does not. A wrong guess is worth more than none.
#
# *Run All* goes through a notebook to its end, also when nothing is solved yet. A cell that needs an exercise says in one line
# which one it waits for.
#
# ### A word on time
#
# Each exercise says how hard it is, from 1 to 5, and how many minutes it takes a reader who followed the text. If you
# need twice as long, that is normal. If you need four times as long, take a hint.

# %% [markdown]
# ## Shapes
#
# A **batch** of data is a matrix with one example in each *row*. We write $N$ for the number of examples and $D$ for
# the number of features of each, so a batch $x$ has shape $(N, D)$.
#
# A **layer** turns $D$ features into $H$ others. Its weights are a matrix $W$ of shape $(D, H)$, one column for each
# new feature, and its bias $b$ has shape $(H,)$:
#
# $$
# a = x\,W + b
# \qquad
# \underbrace{(N, D)\,(D, H)}_{(N, H)} + \underbrace{(H,)}_{\text{added to each row}}
# $$
#
# Read the shapes first, always. The inner sizes of a product must agree, here $D$ with $D$, and they vanish.
#
# **Predict.** Let $x$ have shape $(2, 3)$ and $W$ shape $(3, 4)$. `x @ W` works. Which of `W @ x` and `x @ W.T` fails? Replace the
# dots by your choice, in quotes.

# %%
guess = predict(..., among=("W @ x", "x @ W.T", "both", "neither"))

# %%
x = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]])  # (N, D) = (2, 3)
W = np.array([[0.1, 0.0, -0.2, 0.3], [0.0, 0.5, 0.1, 0.0], [-0.1, 0.2, 0.0, 0.1]])  # (D, H) = (3, 4)
b = np.array([1.0, 0.0, -1.0, 0.5])  # (H,) = (4,)

print("x @ W     has shape", (x @ W).shape)
print("x @ W + b has shape", (x @ W + b).shape)

failed = []
for name, left, right in (("W @ x", W, x), ("x @ W.T", x, W.T)):
    try:
        left @ right
    except ValueError:
        failed.append(name)
guess.compare("both" if len(failed) == 2 else failed[0] if failed else "neither")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Their inner sizes are 4 with 2, and 3 with 4. Neither pair agrees. That is the good case: an error costs you a minute. A wrong
# shape that *works* costs far more, since nothing tells you. Broadcasting can do that.
#
# </details>

# %% [markdown]
# ## Broadcasting
#
# NumPy adds a $(2, 4)$ and a $(4,)$ by lining up the shapes **from the right** and repeating what is missing on the
# left. So `b` is added to each row, which is what we want.
#
# Now suppose somebody stored the bias as a column, of shape $(4, 1)$, and the batch happened to have one example.
# **Predict** what `(1, 4) + (4, 1)` gives.

# %%
guess = predict(..., among=("an error", "(1, 4)", "(4, 1)", "(4, 4)"))

# %%
row = x[:1] @ W  # (1, 4)
column = b.reshape(4, 1)  # (4, 1)
print("(1, 4) + (4, 1) has shape", (row + column).shape)
guess.compare(str((row + column).shape))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# There is no error. Each of the two is repeated along the side where it has size 1, and out comes a $(4, 4)$ table
# of all sums: sixteen numbers instead of four. This is why the checks compare shapes first, and why this
# course writes the shape behind every line.
#
# </details>

# %% [markdown]
# ## The hyperbolic tangent
#
# A stack of layers without anything in between is one layer: $(x W_1) W_2 = x (W_1 W_2)$. What makes it more is something that
# is not linear, a bend. The field calls such a function a **nonlinearity**, or by the job it has in a layer, an **activation
# function**. In this course it is *the activation*. The classic one in a recurrent network is
#
# $$
# \tanh(a) = \frac{e^{a} - e^{-a}}{e^{a} + e^{-a}},
# $$
#
# applied to each entry. It maps every number into $(-1, 1)$, it is close to $a$ near zero, where its slope is 1, and
# it goes flat far out. You will meet that flatness again in notebook 05, where it makes gradients vanish.

# %% tags=["figure"]
plots.show(
    plots.curve(np.tanh, (-4, 4), marks=[0.8, 1.3], label="tanh(a)"),
    alt="The curve of tanh from -4 to 4: an S through the origin with slope 1 there, flat near -1 and 1 beyond 2. "
    "Marked points: tanh(0.8) = 0.664 and tanh(1.3) = 0.862.",
)

# %% [markdown]
# ### Inside or outside?
#
# Some notes on recurrent networks write the bias *after* the activation: $\tanh(x W) + b$. Take one unit, with
# $x W = 0.8$ and $b = 0.5$. **Predict** both numbers, first with the bias inside, then outside, from the figure.

# %%
guess = predict(..., ...)

# %%
inside, outside = np.tanh(0.8 + 0.5), np.tanh(0.8) + 0.5
print(f"tanh(0.8 + 0.5) = {inside:.4f}")
print(f"tanh(0.8) + 0.5 = {outside:.4f}")
guess.compare([inside, outside])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The second is 1.164, outside of $(-1, 1)$. With the bias outside, the output lies between $b - 1$ and $b + 1$: its
# bounds move with the bias. With the bias inside they stay at $-1$ and $1$, whatever $b$ is. A network that feeds its
# output back needs that. In this course the bias is always **inside**.
#
# </details>

# %% [markdown]
# ## Exercise: `affine`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: write a layer with the right shapes and the bias in the right place.*
#
# Write the layer $\tanh(x W + b)$ for a whole batch. No loop is needed.
#
# When it passes, **break it on purpose**. Move the bias outside, or drop it, and run the check again. Then repair it.


# %% nbgrader={"grade_id": "affine", "solution": true}
def affine(x, W, b):
    """Return tanh(x W + b).

    x : (N, D)   a batch
    W : (D, H)   weights
    b : (H,)     bias

    Returns (N, H), float64 (or float32).
    """
    ### BEGIN SOLUTION
    return np.tanh(x @ W + b)  # (N, H)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_affine", "points": 2}
check(affine)

# %% [markdown]
# ## What is graded, and what is not
#
# - Only the check cells carry points. Everything else in the notebook is yours: add cells, print things, draw.
# - A check cell is locked. If you delete or change one by accident, it is restored before grading.
# - Your function may be written in any way that gives right answers: with loops or without, with helper functions,
#   with other names for its arguments.
# - Your function must not change the arrays it is given. Whoever called you still needs them.
# - `raise NotImplementedError()` marks a hole. Delete that line when you fill it.
# - An error in one exercise does not cost you the others.

# %% [markdown]
# ## On your own
#
# No points, no check. Spend five minutes on one of them.
#
# 1. Call `affine` with one example, $N = 1$. Then with `x[0]`, of shape $(D,)$. Why does that work, and what is lost?
# 2. Draw $\tanh(w a)$ for $w = 0.1, 1, 10$. Which looks like a line, which like a step?
# 3. What does the check say about the $(4, 4)$ accident? Redefine `affine` in a new cell with the accident in it, run
#    `check(affine)`, and run your right cell again afterwards.
#
# ## Further reading
#
# - The NumPy user guide on [broadcasting](https://numpy.org/doc/stable/user/basics.broadcasting.html), ten minutes,
#   with drawings.
# - LeCun, Bottou, Orr and Müller, *Efficient BackProp* (1998), section 4.4, on why an activation that is symmetric about
#   zero trains better than one that is not.
#
# **Next:** [1 One-hot encoding](01_one_hot.ipynb), how words become rows of numbers.
