# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 Frameworks: what a tape does for you
#
# **What you will do.** Write the part of a deep learning library that seems to be magic, the one that finds gradients. Then
# train with it, read the same training loop in TensorFlow, and carry your weights over to Keras, PyTorch and JAX.
#
# **What you will learn**
#
# - what a *tape* is: a list of what was calculated, and why walking it backwards gives every gradient
# - why broadcasting forwards is summing backwards
# - what the generality costs, in time and in memory
# - to read a training loop in a library, and to find what is wrong with one
# - in which order, and which way round, the libraries keep the weights that you know
#
# **What you need.** Notebooks 03 (gradients through time), 04 (Adam, clipping) and 06 (the LSTM). **No library has to be
# installed.** Where a cell would use TensorFlow or JAX and does not find it, it shows what it printed elsewhere. With Python 3.11
# to 3.13, `pip install "rnncourse[frameworks]"` brings both, 1.6 GB.
#
# **Time.** 3 hours 30 minutes, in two sittings: the first ends with the cost of a tape, after about two hours. Eight exercises.

# %% tags=["setup"]
import time

import numpy as np

from rnncourse import check, hint, optional, plots, predict
from rnncourse.plots import tape as tape_plots
from rnncourse.plots import training as training_plots

# %% [markdown]
# ## Nobody writes `rnn_backward` twice
#
# In notebook 03 you derived the backward pass of the plain cell, in 06 that of the LSTM, in 07 that of a masked step. Each cost you
# a derivation, a loop and a gradient check. And each new idea, one more gate or one skip connection, would cost the same again.
#
# In a library you write the forward pass only. The gradients come by themselves. How can it know them? There is nothing clever
# about it. It **writes down what you calculate**, one line for each operation, and then goes through these lines from the last to
# the first. At each line it does what you would do by hand. Such a list is called a **tape**, and the whole is *automatic
# differentiation in reverse mode*.
#
# You will write one now. It has five operations, and that is enough for a recurrent network.

# %% [markdown]
# ## A calculation, written down
#
# Take $y = a \cdot a + a$ at $a = 3$. Three lines say how it came about:
#
# | entry | operation | inputs | value |
# | --- | --- | --- | --- |
# | 0 | leaf | | 3 |
# | 1 | multiply | 0, 0 | 9 |
# | 2 | add | 1, 0 | 12 |
#
# A **leaf** is what was there from the beginning. Every other entry names the entries that it was made from, and they all stand above it.
#
# What is $dy/da$ at $a = 3$? Commit yourself: put a number in place of the dots and run the cell. A guess costs nothing.

# %%
guess_seven = predict(...)  # dy/da at a = 3

# %% [markdown]
# Now go through the table from below. Write $g_k$ for the gradient of $y$ with respect to entry $k$.
#
# - The last entry is $y$ itself, so $g_2 = 1$.
# - Entry 2 added entries 1 and 0. If either grows by a little, the sum grows by as much. So entry 1 gets 1, and entry 0 gets 1.
# - Entry 1 multiplied entry 0 by entry 0. Each factor gets $g_1$ times the *other* factor, $1 \cdot 3$. Both factors are entry 0. So entry 0 gets 3, and
#   3 again.
#
# Entry 0 was used three times, and three gradients have arrived: $1 + 3 + 3$.

# %%
g = [0.0, 0.0, 1.0]  # one for each entry; the last is y itself
g[1] += g[2]  # entry 2 added entry 1 ...
g[0] += g[2]  # ... and entry 0
g[0] += g[1] * 3.0  # entry 1: the first factor gets the second
g[0] += g[1] * 3.0  # and the second factor gets the first
print("gradients of entries 0, 1, 2:", g)
guess_seven.compare(g[0])

# %% tags=["figure"]
small = [("leaf", (), 3.0), ("multiply", (0, 0), 9.0), ("add", (1, 0), 12.0)]
plots.show(
    tape_plots.tape_graph(small, g, ["a", "a a", "y"]),
    alt="Three boxes in a row: leaf 3, multiply 9, add 12. Two arrows lead from the leaf to multiply, one from the leaf to add and one from "
    f"multiply to add. Below the boxes the gradients {g[0]:g}, {g[1]:g} and {g[2]:g}.",
)

# %% [markdown]
# This is the rule of notebook 03 once more: **what is used several times collects one gradient from each use**. There it was a weight and its $T$
# steps. Here it is an entry and the entries that name it.
#
# Why from the last to the first? An entry may send its gradient on only when it is complete, and it is complete when all later entries have been
# visited. Every entry that uses it stands *below* it. So going upwards, each is complete when its turn comes.

# %% [markdown]
# ### The tape as plain data
#
# Our tape is a list. Entry $k$ is a tuple of three: `(op, inputs, value)`. `op` is one of six words, `inputs` is a tuple of entry numbers, all below $k$,
# and `value` is an array.
#
# | `op` | inputs | value |
# | --- | --- | --- |
# | `"leaf"` | none | whatever is put there |
# | `"add"` | two | their sum, entry by entry, broadcast as NumPy does |
# | `"multiply"` | two | their product, entry by entry, broadcast |
# | `"matmul"` | two | the matrix product of two matrices |
# | `"tanh"` | one | tanh of every entry |
# | `"sum"` | one | one number, the sum of all entries |
#
# To write such tuples by hand would be tedious. The class below does it: a `Variable` knows its tape and its number, and *calculating with it writes a
# line*. You need not change it.


# %% tags=["setup"]
class Variable:
    """One entry of a tape. Calculating with it appends to the tape: a + b, a * b, a @ b, a.tanh(), a.sum()."""

    def __init__(self, tape, op, inputs, value):
        self.tape, self.index, self.value = tape, len(tape), np.asarray(value, dtype=float)
        tape.append((op, inputs, self.value))

    def __add__(self, other):
        return Variable(self.tape, "add", (self.index, other.index), self.value + other.value)

    def __mul__(self, other):
        return Variable(self.tape, "multiply", (self.index, other.index), self.value * other.value)

    def __matmul__(self, other):
        return Variable(self.tape, "matmul", (self.index, other.index), self.value @ other.value)

    def tanh(self):
        return Variable(self.tape, "tanh", (self.index,), np.tanh(self.value))

    def sum(self):
        return Variable(self.tape, "sum", (self.index,), self.value.sum())


def leaf(tape, value):
    """Append a value that was there from the beginning, and return it as a Variable."""
    return Variable(tape, "leaf", (), value)


# %% [markdown]
# The three lines from above, written by a calculation that looks like one:

# %%
tape = []
a = leaf(tape, 3.0)
y = a * a + a
for number, (op, inputs, value) in enumerate(tape):
    print(f"{number}  {op:<9} {inputs!s:<7} {value}")
print("y is entry number", y.index)

# %% [markdown]
# There is no subtraction, no division, no constant. What is needed of that can be said with the six: $d - y$ is $d + (-1) \cdot y$, where $-1$ is a
# leaf like any other.

# %% [markdown]
# ## Broadcasting forwards is summing backwards
#
# A bias $b$ of shape $(3,)$ is added to a matrix of shape $(4, 3)$. NumPy **broadcasts** it: the one row is used for all four rows. Let a gradient of ones arrive,
# shape $(4, 3)$. What is the gradient of $b$? It has the shape of $b$, three numbers.

# %%
guess_bias = predict(..., ..., ...)  # the gradient of b, three numbers

# %%
before = np.zeros((4, 3))


def total(b):
    """Return the sum of all entries of a matrix plus a row; the gradient that arrives at the result is all ones."""
    return (before + b).sum()


b, step = np.array([0.5, -1.0, 2.0]), 1e-5
measured = [(total(b + step * row) - total(b - step * row)) / (2 * step) for row in np.eye(3)]
print("measured:", np.round(measured, 6))
guess_bias.compare(measured, within=1e-6)

# %% [markdown]
# Each number of $b$ was used four times, once in each row, and collects four gradients. You did the same in `rnn_step_backward`, where
# `dbh` was `da.sum(axis=0)`. Now for any two shapes.
#
# NumPy lines shapes up **from the right**. Where one of them has no axis, or an axis of size 1, it is stretched:
#
# | operand | result | stretched over |
# | --- | --- | --- |
# | $(3,)$ | $(4, 3)$ | the axis of 4, which the operand does not have |
# | $(1, 3)$ | $(4, 3)$ | the axis of 4, where the operand has a 1 |
# | $(4, 1)$ | $(5, 4, 3)$ | the axis of 5, and the axis of 3 |
# | $()$ | $(4, 3)$ | both axes |
#
# Backwards, sum over exactly what was stretched, and leave the operand's shape.

# %% [markdown]
# ## Exercise: `unbroadcast`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: turn the gradient of a broadcast result into that of an operand.*


# %% nbgrader={"grade_id": "unbroadcast", "solution": true}
def unbroadcast(g, shape):
    """Return the gradient of an operand that was broadcast to the shape of g.

    g     : array   gradient of the result, of any shape, also ()
    shape : tuple   shape of the operand; NumPy can broadcast it to g.shape

    Returns an array of exactly that shape: g, summed over the axes that the operand does not have, and over those in which it
    has size 1 and g has more. If the shapes are equal, that is g. g is left as it was.
    """
    ### BEGIN SOLUTION
    extra = g.ndim - len(shape)
    g = g.sum(axis=tuple(range(extra)))  # axes that the operand did not have
    stretched = tuple(k for k, size in enumerate(shape) if size == 1)
    return g.sum(axis=stretched, keepdims=True)  # axes that it had with size 1
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_unbroadcast", "points": 2}
check(unbroadcast)

# %% [markdown]
# ## One rule for each operation
#
# Let one operation make `output` from its inputs, and let $g$ be the gradient of the loss with respect to `output`, complete. Which gradient does each
# input get? You need five answers. Here is a way to find all of them, which you can trust more than your memory.
#
# **Move the inputs a little and look at the loss.** If `output` changes by a small $\delta$, of the same shape, then the loss changes by
#
# $$
# \delta L = \sum g \odot \delta\,\text{output},
# $$
#
# summed over all entries. That is what *gradient* means. Now write $\delta\,\text{output}$ with the changes of the inputs, and sort the sum until each change stands alone. What stands
# beside $\delta a$ is the gradient of $a$.
#
# **multiply.** $\delta(a \odot b) = \delta a \odot b + a \odot \delta b$, so
#
# $$
# \delta L = \sum \underbrace{(g \odot b)}_{\text{gradient of } a} \odot\, \delta a \;+\; \sum \underbrace{(g \odot a)}_{\text{gradient of } b} \odot\, \delta b .
# $$
#
# These have the shape of the result. Where an operand was broadcast, its $\delta$ was too: `unbroadcast` does the rest. Before the product, or after it?
#
# **matmul.** $a$ is $(n, k)$, $b$ is $(k, m)$, and both the result and $g$ are $(n, m)$. First only $a$ moves. Written with single entries,
#
# $$
# \delta L = \sum_{n, m} g_{nm} \Big( \sum_k \delta a_{nk}\, b_{km} \Big) = \sum_{n, k} \delta a_{nk} \Big( \sum_m g_{nm}\, b_{km} \Big) .
# $$
#
# Read the last parenthesis as a matrix with row $n$ and column $k$. It is a product of $g$ and of $b$: which of them has to be turned, and why does it not
# work in any other order? Do the same with $\delta b$ on paper. The shapes check your result.
#
# **tanh** you know from notebook 03, and it is written with the *output*. **add** and **sum** are shorter than these. What did entry 2 do in our table?

# %%
guess_sum = predict(..., among=("2.5 everywhere", "2.5 in one place", "2.5 / 6 everywhere"))  # s = sum of a (2, 3), and g = 2.5

# %% [markdown]
# <details><summary>What does each entry of a sum get?</summary>
#
# If any one of the six entries grows by $\delta$, the sum grows by $\delta$, and the loss by $2.5\,\delta$. So each of the six gets 2.5. A *mean* would give 2.5 / 6.
# </details>

# %%
guess_sum.compare("2.5 everywhere")

# %% [markdown]
# ## Exercise: `pull`
#
# *Difficulty 3 of 5 · 25 minutes · Objective: one operation backwards, five times.*
#
# The function gets one entry with its gradient and says what each input gets. Each operation is judged by itself, so begin with those that you are sure of.


# %% nbgrader={"grade_id": "pull", "solution": true}
def pull(op, g, inputs, output):
    """Return the gradients of the inputs of one operation.

    op     : str     "add", "multiply", "matmul", "tanh" or "sum"
    g      : array   gradient with respect to output, of its shape
    inputs : list    of arrays: two for add, multiply and matmul, one for tanh and sum. In matmul both are matrices; in
                     add and multiply they may have been broadcast
    output : array   the result of the operation; for sum a single number, of shape ()

    Returns a list with one array for each input, in their order, each of the shape of its input. All arguments are left as they were.
    """
    ### BEGIN SOLUTION
    a, b = inputs[0], inputs[-1]
    if op == "add":
        return [unbroadcast(g, a.shape), unbroadcast(g, b.shape)]
    if op == "multiply":
        return [unbroadcast(g * b, a.shape), unbroadcast(g * a, b.shape)]
    if op == "matmul":
        return [g @ b.T, a.T @ g]
    if op == "tanh":
        return [g * (1 - output**2)]
    return [g * np.ones(inputs[0].shape)]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_pull", "points": 4}
check(pull)

# %% [markdown]
# ## The walk back
#
# All is there. One gradient for each entry, zeros at first but for the last one, which is 1. Then from the last entry to the first: each asks `pull` what its inputs get, and
# hands it out.
#
# Three things are easily got wrong, and all of them showed in the little table at the beginning.
#
# - Gradients **add up**, also when an input stands twice in one entry.
# - An entry sends on its gradient **once**, when it is complete.
# - A leaf that the loss does not depend on has a gradient all the same: zeros.

# %% [markdown]
# ## Exercise: `tape_gradient`
#
# *Difficulty 4 of 5 · 30 minutes · Objective: the gradient of anything that can be written on a tape.*


# %% nbgrader={"grade_id": "tape_gradient", "solution": true}
def tape_gradient(tape, last, wanted):
    """Return gradients of one entry of a tape with respect to others.

    tape   : list    of entries (op, inputs, value); inputs are numbers of earlier entries
    last   : int     number of the entry that is differentiated, a single number; entries after it may follow
    wanted : list    of int, numbers of entries, leaves or not, in any order; one may stand there twice

    Returns a list with one array for each number in wanted, in their order: the gradient of entry `last` with respect to that
    entry, of the shape of its value, zeros where `last` does not depend on it. Each is an array of its own. The tape is left as
    it was.
    """
    ### BEGIN SOLUTION
    grads = [np.zeros(np.shape(value)) for _, _, value in tape]
    grads[last] = np.ones(np.shape(tape[last][2]))
    for k in reversed(range(last + 1)):
        op, inputs, output = tape[k]
        if op == "leaf":
            continue
        pulled = pull(op, grads[k], [tape[i][2] for i in inputs], output)
        for i, g in zip(inputs, pulled, strict=True):
            grads[i] = grads[i] + g
    return [grads[k].copy() for k in wanted]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_tape_gradient", "points": 6}
check(tape_gradient)

# %% [markdown]
# ## A network on the tape
#
# Now the network of notebook 03, with a loss at every step:
#
# $$
# \underbrace{h_t}_{(N, H)} = \tanh(x_t W_{xh} + h_{t-1} W_{hh} + b_h), \qquad \underbrace{y_t}_{(N, K)} = h_t W_{hy} + b_y, \qquad
# L = \tfrac12 \sum_{t} \sum_{n, k} (y_{tnk} - d_{tnk})^2 .
# $$
#
# You write only this, with `Variable`s. Whatever takes part has to be on the tape: the inputs, $h_0$, the targets and plain numbers too, as leaves.

# %% [markdown]
# ## Exercise: `record_rnn`
#
# *Difficulty 3 of 5 · 20 minutes · Objective: write a forward pass that remembers itself.*
#
# Many tapes are right: you may add in another order, or halve in another place. The check plays your tape again with *other* parameters in its first five
# leaves, and compares what comes out at its end.


# %% nbgrader={"grade_id": "record_rnn", "solution": true}
def record_rnn(x, h0, params, targets):
    """Record a recurrent network and its loss.

    x       : (N, T, D)   inputs
    h0      : (N, H)      state before the first step
    params  : dict        "Wxh" (D, H), "Whh" (H, H), "bh" (H,), "Why" (H, K), "by" (K,)
    targets : (N, T, K)

    Returns the tape, a list of entries (op, inputs, value). Its first five entries are the leaves Wxh, Whh, bh, Why, by, in this
    order, each recorded once and used at every step. Its last entry is the loss, half the sum of all squared differences
    between outputs and targets.
    """
    ### BEGIN SOLUTION
    tape = []
    Wxh, Whh, bh, Why, by = (leaf(tape, params[name]) for name in ("Wxh", "Whh", "bh", "Why", "by"))
    h, total = leaf(tape, h0), leaf(tape, 0.0)
    for t in range(x.shape[1]):
        h = (leaf(tape, x[:, t]) @ Wxh + h @ Whh + bh).tanh()  # (N, H)
        e = h @ Why + by + leaf(tape, -targets[:, t])  # (N, K)
        total = total + (e * e).sum()
    total * leaf(tape, 0.5)
    return tape
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_record_rnn", "points": 3}
check(record_rnn)
