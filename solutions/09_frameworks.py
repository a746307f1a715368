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
# **What you need.** Notebooks 03 (gradients through time), 04 (Adam, clipping), 06 (the LSTM), and for one exercise 07 (two directions). **No library has to be
# installed.** Where a cell would use TensorFlow or JAX and does not find it, it shows what it printed elsewhere. With Python 3.11
# to 3.13, `pip install -e ".[frameworks]"` in the folder of the course brings both; they take more than a gigabyte.
#
# **Time.** 3 hours 30 minutes, in two sittings: the first ends with the cost of a tape, after about two hours. Eight exercises.

# %% tags=["setup"]
import time

import numpy as np

from rnncourse import check, failing_case, hint, optional, plots, predict
from rnncourse.plots import tape as tape_plots
from rnncourse.plots import training as training_plots
from rnncourse.recorded import printed_elsewhere

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
guess_slope = predict(...)  # dy/da at a = 3

# %% [markdown]
# <details><summary>With a guess made: go through the table from its last row</summary>
#
# Write $g_k$ for the gradient of $y$ with respect to entry $k$.
#
# - The last entry is $y$ itself, so $g_2 = 1$.
# - Entry 2 added entries 1 and 0. If either grows by a little, the sum grows by as much. So entry 1 gets 1, and entry 0 gets 1.
# - Entry 1 multiplied entry 0 by entry 0. Each factor gets $g_1$ times the *other* factor, $1 \cdot 3$. Both factors are entry 0. So entry 0 gets 3, and
#   3 again.
#
# Entry 0 was used three times, and three gradients have arrived: $1 + 3 + 3$.
#
# </details>
#
# The same in numbers, line by line from the last entry to the first:

# %%
g = [0.0, 0.0, 1.0]  # one for each entry; the last is y itself
g[1] += g[2]  # entry 2 added entry 1 ...
g[0] += g[2]  # ... and entry 0
g[0] += g[1] * 3.0  # entry 1: the first factor gets the second
g[0] += g[1] * 3.0  # and the second factor gets the first
print("gradients of entries 0, 1, 2:", g)
guess_slope.compare(g[0])

# %% tags=["figure"]
small = [("leaf", (), 3.0), ("multiply", (0, 0), 9.0), ("add", (1, 0), 12.0)]
plots.show(
    tape_plots.tape_graph(small, g, ["a", "a a", "y"]),
    alt="Three boxes in a row: leaf 3, multiply 9, add 12. Two arrows lead from the leaf to multiply, one from the leaf to add and one from "
    f"multiply to add. Below the boxes the gradients {g[0]:g}, {g[1]:g} and {g[2]:g}.",
)

# %% [markdown]
# <details><summary>Why it is that number</summary>
#
# This is the rule of notebook 03 once more: **what is used several times collects one gradient from each use**. There it was a weight and its $T$
# steps. Here it is an entry and the entries that name it.
#
# </details>
#
# Why from the last to the first? An entry may send its gradient on only when it is complete, and it is complete when all later entries have been
# visited. Every entry that uses it comes *later* in the list. So on the way from the last to the first, each is complete when its turn comes.

# %% [markdown]
# ### The tape as plain data
#
# Our tape is a list. Entry $k$ is a tuple of three: `(op, inputs, value)`. `op` is one of six words, `inputs` is a tuple of entry numbers, all smaller than $k$,
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
# shape $(4, 3)$. What is the gradient of $b$? It has the shape of $b$. Commit yourself to its three numbers.

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
# <details><summary>Answer</summary>
#
# Each number of $b$ was used four times, once in each row, and collects four gradients of 1. You did the same in `rnn_step_backward`, where
# `dbh` was `da.sum(axis=0)`.
#
# </details>
#
# Now for any two shapes.
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
# Backwards, sum over exactly what was stretched. What is left has the operand's shape.

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
# \delta L = \sum_{i, j} g_{ij} \Big( \sum_l \delta a_{il}\, b_{lj} \Big) = \sum_{i, l} \delta a_{il} \Big( \sum_j g_{ij}\, b_{lj} \Big) .
# $$
#
# Read the last parenthesis as a matrix with row $i$ and column $l$. It is a product of $g$ and of $b$: which of them has to be turned, and why does it not
# work in any other order? Do the same with $\delta b$ on paper. The shapes check your result.
#
# **tanh** you know from notebook 03, and it is written with the *output*. **add** you have seen: it is entry 2 of our table.
#
# **sum** is as short. Let $s$ be the sum of the six entries of a $(2, 3)$ array, and let $g = 2.5$ arrive at $s$. Which gradient does the array get? Choose one of the three.

# %%
guess_sum = predict(..., among=("2.5 everywhere", "2.5 in one place", "2.5 / 6 everywhere"))

# %%
matrix, step = np.zeros((2, 3)), 1e-5
moves = step * np.eye(6).reshape(6, 2, 3)  # one entry at a time
measured = [2.5 * ((matrix + move).sum() - (matrix - move).sum()) / (2 * step) for move in moves]
print("gradient of each of the six entries:", np.round(measured, 6))
share = "2.5" if np.isclose(max(measured), 2.5) else "2.5 / 6"
guess_sum.compare(f"{share} everywhere" if np.allclose(measured, measured[0]) else f"{share} in one place")

# %% [markdown]
# <details><summary>Answer</summary>
#
# If any one of the six entries grows by $\delta$, the sum grows by $\delta$, and the loss by $2.5\,\delta$. So each of the six gets 2.5. A *mean* would give 2.5 / 6.
#
# </details>

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
# Four things are easily got wrong. The first two showed in the little table at the beginning.
#
# - Gradients **add up**, also when an input stands twice in one entry.
# - An entry sends on its gradient **once**, when it is complete.
# - An entry that the loss does not depend on has a gradient all the same: zeros, of its shape.
# - Add with `g[i] = g[i] + ...`, never with `g[i] += ...`. For an `add`, `pull` may give *one* array to both inputs. Whoever writes into it changes the other's gradient too.

# %% [markdown]
# ## Exercise: `tape_gradient`
#
# *Difficulty 4 of 5 · 30 minutes · Objective: the gradient of anything that can be written on a tape.*


# %% nbgrader={"grade_id": "tape_gradient", "solution": true}
def tape_gradient(tape, last, wanted):
    """Return gradients of one entry of a tape with respect to others.

    tape   : list    of entries (op, inputs, value); inputs are numbers of earlier entries
    last   : int     number of the entry that is differentiated; its value is a single number. Other entries may follow it
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

# %% [markdown]
# ## Does it give the right gradients?
#
# First the scalar net with which notebook 03 began: $w = 0.5$, $u = 1$, $b = 0$, $v = 1$, inputs $1, 0, 1$, desired 1. There you found by hand
# $dL/dw = -0.037532$, $dL/du = -0.059016$, $dL/db = -0.082489$ and $dL/dv = -0.142425$. Nobody derives anything now.

# %%
tape = []
w, u, b, v = (leaf(tape, value) for value in (0.5, 1.0, 0.0, 1.0))
h = leaf(tape, 0.0)
for x_t in (1.0, 0.0, 1.0):
    h = (w * h + u * leaf(tape, x_t) + b).tanh()
e = v * h + leaf(tape, -1.0)
L = e * e * leaf(tape, 0.5)
found = tape_gradient(tape, L.index, [w.index, u.index, b.index, v.index])
print(f"{len(tape)} entries, L = {float(L.value):.6f}")
for name, value in zip("wubv", found, strict=True):
    print(f"dL/d{name} = {float(value):.6f}")

# %% [markdown]
# And a network with all sizes different, against the backward pass that you wrote in notebook 03. It stands here again, for this loss.


# %%
def by_hand(x, h0, params, targets):
    """Return the gradients of Wxh, Whh, bh, Why and by: forward, and backpropagation through time, written out."""
    Wxh, Whh, bh, Why, by = params.values()
    h = [h0]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ Wxh + h[-1] @ Whh + bh))
    dWxh, dWhh, dbh, dWhy, dby = (np.zeros(value.shape) for value in params.values())
    dh_next = np.zeros(h0.shape)
    for t in reversed(range(x.shape[1])):
        dy = h[t + 1] @ Why + by - targets[:, t]  # (N, K)
        dWhy, dby = dWhy + h[t + 1].T @ dy, dby + dy.sum(axis=0)
        da = (dy @ Why.T + dh_next) * (1 - h[t + 1] ** 2)  # (N, H)
        dWxh, dWhh, dbh = dWxh + x[:, t].T @ da, dWhh + h[t].T @ da, dbh + da.sum(axis=0)
        dh_next = da @ Whh.T
    return [dWxh, dWhh, dbh, dWhy, dby]


def random_problem(T, N=3, D=4, H=8, K=2):
    """Return x, h0, params and targets of a random network."""
    rng = np.random.default_rng(T)
    shapes = {"Wxh": (D, H), "Whh": (H, H), "bh": (H,), "Why": (H, K), "by": (K,)}
    params = {name: rng.normal(0, 0.5, shape) for name, shape in shapes.items()}
    return rng.normal(size=(N, T, D)), rng.normal(size=(N, H)), params, rng.normal(size=(N, T, K))


def recorded(problem):
    """Return your tape of a problem, with every value as an array."""
    return [(op, inputs, np.asarray(value, dtype=float)) for op, inputs, value in record_rnn(*problem)]


problem = random_problem(50)
tape = recorded(problem)
yours, right = tape_gradient(tape, len(tape) - 1, range(5)), by_hand(*problem)
for name, mine, hand in zip(problem[2], yours, right, strict=True):
    print(
        f"d{name:<4} largest entry {np.abs(hand).max():7.3f}   largest difference {np.abs(mine - hand).max():.1e}"
    )
print(f"{len(tape)} entries")

# %% [markdown]
# Fifty steps, the same gradients, but for a last digit if you add in another order. Your tape knows nothing of recurrent networks, of time or of shared weights. *Backpropagation through time is
# what comes out when a list of operations is walked backwards.*

# %% [markdown]
# ## What it costs
#
# ### Paths
#
# The derivative is a sum over all paths, said notebook 03. Take $z_0 = 1$ and twenty doublings, $z_{k+1} = z_k + z_k$. Each doubling offers two ways to go, so
# there are $2^{20} = 1{,}048{,}576$ paths from $z_{20}$ to $z_0$. How many entries does your walk visit?

# %%
guess_visits = predict(...)  # entries visited, for a sum over 1,048,576 paths

# %%
tape = []
z = leaf(tape, 1.0)
for _ in range(20):
    z = z + z
started = time.perf_counter()
(dz,) = tape_gradient(tape, z.index, [0])
print(f"dz_20 / dz_0 = {float(dz):.0f}, in {1e3 * (time.perf_counter() - started):.2f} ms")
guess_visits.compare(len(tape), within=0, unit="entries")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Each entry once: the leaf and twenty sums. All paths that reach an entry go on together from there, as *one* number. That is the whole economy of backpropagation, and why an
# entry must be complete before it sends anything on.
#
# </details>

# %% [markdown]
# ### Time and memory
#
# The tape does what `by_hand` does, and much besides: it makes tuples, looks up operations, sums over axes that are not there. How many times slower is it?

# %%
guess_slower = predict(...)  # time with the tape / time of by_hand


# %%
def milliseconds(function):
    """Return the shortest of fifteen times: a busy machine makes some longer, and none shorter."""
    times = []
    for _ in range(15):
        started = time.perf_counter()
        function()
        times.append(1e3 * (time.perf_counter() - started))
    return min(times)


def on_a_tape(problem):
    """Return the gradients of the five parameters by the tape."""
    tape = recorded(problem)
    return tape_gradient(tape, len(tape) - 1, range(5))


lengths, spent = [6, 12, 25, 50, 100, 200], {"on the tape": [], "by hand": []}
for T in lengths:
    problem = random_problem(T)
    tape = recorded(problem)
    spent["on the tape"].append(milliseconds(lambda problem=problem: on_a_tape(problem)))
    spent["by hand"].append(milliseconds(lambda problem=problem: by_hand(*problem)))
    kept = sum(value.size for _, _, value in tape)
    print(
        f"T = {T:>3}  {len(tape):>5} entries  tape {spent['on the tape'][-1]:6.1f} ms   by hand {spent['by hand'][-1]:5.1f} ms   "
        f"numbers kept: {kept:>6}, states alone {3 * T * 8:>5}"
    )
slower = float(np.median(np.array(spent["on the tape"]) / spent["by hand"]))
print(f"median factor {slower:.1f}")
guess_slower.compare(slower, within=0.3)

# %% tags=["figure"]
plots.show(
    tape_plots.times(lengths, spent),
    alt="Milliseconds for one gradient against the number of steps, both axes logarithmic. "
    + " ".join(
        f"{name}: "
        + ", ".join(f"T = {T} {value:.1f}" for T, value in zip(lengths, values, strict=True))
        + "."
        for name, values in spent.items()
    )
    + " The tape lies above at all lengths.",
)

# %% [markdown]
# <details><summary>What the price is for</summary>
#
# Both grow about in proportion to $T$. The price of generality has two parts: the time for the bookkeeping, and the memory, since the tape keeps **every** value. That is about seven
# times as many numbers as the states alone, which is all that `by_hand` keeps. Libraries pay the first part with compiled code and large arrays, where the bookkeeping no longer
# counts. The second stays. It is why training needs much more memory than use, and why long sequences are cut (*truncated* backpropagation, notebook 04).
#
# </details>
#
# This is a good place for a break.

# %% [markdown]
# ## The same in TensorFlow
#
# `tf.GradientTape` is your list. Inside of its block, every operation on a `tf.Variable` is written down. Afterwards, `tape.gradient(y, a)` walks back.
#
# Two manners of it are worth knowing. It watches **variables**; a plain tensor (`tf.constant`) is a leaf that nobody asks about. And it is
# thrown away after one walk, for the sake of the memory. So what does `tape.gradient(y, c)` say for a constant $c$ that was used? Your `tape_gradient` would have an answer for it.

# %%
guess_constant = predict(..., among=("its gradient", "zeros", "None"))

# %%
tf = optional("tensorflow", **printed_elsewhere("tape"))
if tf:
    a, c = tf.Variable(3.0, dtype="float64"), tf.constant(2.0, dtype="float64")
    with tf.GradientTape() as tape:
        y = a * a + a + c
    print("dy/da =", tape.gradient(y, a).numpy())
    with tf.GradientTape() as tape:
        y = a * a + a + c
    print("for a constant:", tape.gradient(y, c))
    try:
        tape.gradient(y, a)
    except RuntimeError as error:
        print("asked once more:", type(error).__name__)

# %%
guess_constant.compare("None")

# %% [markdown]
# <details><summary>Answer</summary>
#
# `None`, and no zeros: a constant is not watched. The same `None` comes for a variable that the loss does not reach. An optimiser that gets it leaves the
# variable as it is, with a warning at most. When a layer does not learn, look for a `None`.
#
# </details>

# %% [markdown]
# ## A training loop, with mistakes
#
# Here is a loop as one finds it in notes and forum posts. Each line says in a comment what it is *meant* to do. The comments are right; some of the code is not.
#
# Two calls you have not met. `tf.losses.MeanSquaredError()` makes a function that is called with the targets and the outputs, in this order. `apply_gradients` takes pairs of a gradient
# and its variable, and changes the variables.
#
# ```python
#  1  optimizer = tf.optimizers.Adam(learning_rate=alpha)       # Adam with the rate alpha
#  2  loss = tf.losses.MeanSquaredError()                       # the loss, called loss_fn
#  3  for epoch in range(epochs):                               # several times through the data
#  4      order = np.arange(len(x))                             # a new order in every epoch
#  5      for rows in order.reshape(-1, 1):                     # batches of 2 examples
#  6          with tf.GradientTape() as tape:                   # what follows is written down
#  7              h = tf.zeros((len(rows), H))                  # the state before the first step
#  8              for t in range(T):                            # one step after the other
#  9                  h = x[rows, t] @ Wxh + h @ Whh + bh       # the cell of notebook 02
# 10              y = h @ Why + by                              # a linear output, after the last step
# 11              value = loss_fn(targets[rows], y)             # one number for the batch
# 12              grads = tape.gradient(value, params)          # after the block: this is not to be recorded
# 13          norm = tf.linalg.global_norm(grads)               # clip the gradients to norm 1
# 14          optimizer.apply_gradients(zip(grads, params))     # one step of Adam
# 15          history = [float(value)]                          # keep the loss of every update
# 16  return params, history                                    # the parameters, and all losses
# ```

# %% [markdown]
# ## Exercise: `loop_faults`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: read a training loop line by line, and believe none.*
#
# Which lines do not do what their comment says? Give their numbers in a list, in any order. If a mistake could be mended in two places, only one of the two lines breaks the promise of
# its own comment. Give that one.

# %% nbgrader={"grade_id": "loop_faults", "solution": true}
# loop_faults = [...]
### BEGIN SOLUTION
loop_faults = [2, 4, 5, 9, 12, 13, 15]
### END SOLUTION

# %% nbgrader={"grade_id": "check_loop_faults", "points": 2}
check("loop_faults")

# %% [markdown]
# ### The loop, mended, on your tape
#
# The task is the first one of notebook 04, a label that is the first of three bits: $101 \to 1$, $001 \to 0$, $000 \to 0$, $111 \to 1$. One input, three units, one output
# after the last step, mean squared error. Batches of two in a new order each time, clipping to norm 1, Adam with rate 0.05, 60 updates. All gradients come from **your** `tape_gradient`.

# %%
bits = np.array([[1, 0, 1], [0, 0, 1], [0, 0, 0], [1, 1, 1]], dtype=float)[:, :, None]  # (N, T, D)
first_bit = np.array([[1.0], [0.0], [0.0], [1.0]])  # (N, K)
H, RATE, EPOCHS = 3, 0.05, 30
rng = np.random.default_rng(0)
start = [rng.normal(0, 0.7, shape) for shape in ((1, H), (H, H), (H,), (H, 1), (1,))]  # Wxh, Whh, bh, Why, by


def batches(seed=1):
    """Yield the rows of every batch: two at a time, in a new order in each epoch."""
    rng = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        yield from rng.permutation(len(bits)).reshape(-1, 2)


def loss_and_grads(params, x, d):
    """Return the mean squared error of the last output and the gradients of all parameters, by the tape."""
    tape = []
    Wxh, Whh, bh, Why, by = (leaf(tape, value) for value in params)
    h = leaf(tape, np.zeros((len(x), H)))
    for t in range(x.shape[1]):
        h = (leaf(tape, x[:, t]) @ Wxh + h @ Whh + bh).tanh()  # (N, H)
    e = h @ Why + by + leaf(tape, -d)  # (N, K)
    loss = (e * e).sum() * leaf(tape, 1 / d.size)
    return float(loss.value), tape_gradient(tape, loss.index, range(5))


def adam_here(m, v, step):
    """Return the step of Adam as in notebook 04, with eps = 1e-7."""
    return (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-7)


def train_on_tape(adam):
    """Return the losses of 60 updates, and the gradients of the first."""
    params = [value.copy() for value in start]
    m, v = [np.zeros(p.shape) for p in params], [np.zeros(p.shape) for p in params]
    history, first_grads = [], None
    for step, rows in enumerate(batches(), start=1):
        loss, grads = loss_and_grads(params, bits[rows], first_bit[rows])
        history.append(loss)
        first_grads = first_grads or grads
        norm = np.sqrt(sum((g**2).sum() for g in grads))
        for k, g in enumerate(grads):
            g = g * min(1.0, 1.0 / norm)  # clipped by the global norm
            m[k], v[k] = 0.9 * m[k] + 0.1 * g, 0.999 * v[k] + 0.001 * g**2
            params[k] = params[k] - RATE * adam(m[k], v[k], step)
    return np.array(history), first_grads


history, first_grads = train_on_tape(adam_here)
for update in (1, 2, 10, 20, 40, 60):
    print(f"update {update:>2}: loss {history[update - 1]:.6f}")

# %% tags=["figure"]
plots.show(
    training_plots.curves({"your tape": [history]}, ("update", "mean squared error of the batch"), log=True),
    alt="Mean squared error of the batch over 60 updates, on a logarithmic scale. "
    + ", ".join(f"Update {k}: {history[k - 1]:.2g}" for k in (1, 10, 20, 30, 40, 50, 60))
    + f". In between it jumps up and down, since every batch is another; the lowest point is {history.min():.1g} at update {history.argmin() + 1}.",
)

# %% [markdown]
# ### The same loop in TensorFlow
#
# The same start, the same batches, the same 60 updates, with all lines mended. Keras calculates in float32 unless told otherwise, and so would its loss: the first line of the block asks for
# float64. Its Adam has the same rate, the same 0.9 and 0.999, and $\varepsilon = 10^{-7}$, as ours above.
#
# So both loops do the same arithmetic. What is the largest difference between any of the 60 losses of TensorFlow and yours? Give a power of ten.

# %%
guess_apart = predict(...)  # such as 1e-3

# %%
tf = optional("tensorflow", **printed_elsewhere("loop"))
if tf:
    tf.keras.config.set_floatx("float64")
    weights = [tf.Variable(value) for value in start]
    Wxh, Whh, bh, Why, by = weights
    optimizer, loss_fn = tf.optimizers.Adam(learning_rate=RATE), tf.losses.MeanSquaredError()
    losses, first_tf = [], None
    for rows in batches():
        x, d = tf.constant(bits[rows]), tf.constant(first_bit[rows])
        with tf.GradientTape() as tape:
            h = tf.zeros((len(rows), H), "float64")
            for t in range(x.shape[1]):
                h = tf.tanh(x[:, t] @ Wxh + h @ Whh + bh)
            value = loss_fn(d, h @ Why + by)
        grads = tape.gradient(value, weights)  # after the block
        first_tf = first_tf or [g.numpy() for g in grads]
        grads, _ = tf.clip_by_global_norm(grads, 1.0)
        optimizer.apply_gradients(zip(grads, weights, strict=True))
        losses.append(float(value))
    for update in (1, 2, 10, 20, 40, 60):
        print(f"update {update:>2}: loss {losses[update - 1]:.6f}")
    apart = max(np.abs(a - b).max() for a, b in zip(first_tf, first_grads, strict=True))
    print(f"gradients of the first update: largest difference to yours {apart:.1e}")
    print(f"60 losses: largest difference to yours {np.abs(losses - history).max():.1e}")

# %% [markdown]
# Compare these losses with yours, and read the line on the gradients. Up to where do the two loops agree? Which of the sixteen lines lie between the last number that agrees and the first
# that does not? And what can be different there, when both have the same numbers? Say it before you unfold.
#
# <details><summary>Where they part</summary>
#
# The gradients agree in all 16 digits: your tape and theirs are the same. The losses differ already at the second update, in the sixth digit after the point. Between a gradient
# and the next loss there is only clipping and Adam.
#
# First, the place of $\varepsilon$. In notebook 04, $\varepsilon$ is added to the root of the *corrected* $v$. Keras moves both corrections into the rate,
#
# $$
# \text{rate} \cdot \frac{\sqrt{1 - 0.999^t}}{1 - 0.9^t} \cdot \frac{m}{\sqrt{v} + \varepsilon},
# $$
#
# and adds $\varepsilon$ to the root of the *uncorrected* $v$. In the first updates that root is about 30 times smaller ($\sqrt{0.001} = 0.03$), so that $\varepsilon$ counts 30 times as much.
# The paper that introduced Adam has both forms.
#
# What is left then had to be looked for in Keras' source. It calculates $0.9^t$ and $0.999^t$ from numbers that were rounded to **float32** on the way, whatever the weights are. In
# float32, 0.999 is 0.99900001. That looks harmless. But what counts is $1 - 0.999$, and with the difference three of the seven digits go.
#
# </details>
#
# The next cell trains on your tape twice more, with one difference of Keras after the other taken over.


# %%
def adam_keras(m, v, step, beta_1=0.9, beta_2=0.999):
    """Return the step of Adam as Keras takes it: eps beside the root of the uncorrected v."""
    return np.sqrt(1 - beta_2**step) / (1 - beta_1**step) * m / (np.sqrt(v) + 1e-7)


def adam_rounded(m, v, step):
    """Return the same with 0.9 and 0.999 rounded to float32 in both corrections."""
    return adam_keras(m, v, step, float(np.float32(0.9)), float(np.float32(0.999)))


history_keras, history_rounded = train_on_tape(adam_keras)[0], train_on_tape(adam_rounded)[0]
print(f"1 - 0.999 in float32: {1 - float(np.float32(0.999)):.9f}")
print(f"what the place of eps does to your losses: {np.abs(history_keras - history).max():.1e}")
print(f"what the rounding does to them:            {np.abs(history_rounded - history_keras).max():.1e}")
print(f"both together:                             {np.abs(history_rounded - history).max():.1e}")
guess_apart.compare(np.abs(history_rounded - history).max())

# %%
tf = optional("tensorflow", **printed_elsewhere("adam"))
if tf:
    print("60 losses of TensorFlow, largest difference to yours:")
    ways = {"as in notebook 04": history, "eps in their place": history_keras, "and rounded": history_rounded}
    for name, mine in ways.items():
        print(f"{name:<18} {np.abs(losses - mine).max():.1e}")

# %% [markdown]
# Now all 60 agree to the last digits. What you wrote in this course is not *similar* to what the library does. It is the same, and where numbers differ, one of you has another
# convention, or a lost digit. It can be found: ask, from the front, which is the *first* number that differs. The rest of this notebook is about conventions.
#
# <details><summary>Is line 12 of the loop really wrong?</summary>
#
# The gradient comes out right there too: an ordinary tape stops recording when it is asked. But a *persistent* tape (`GradientTape(persistent=True)`) goes on, and writes its own walk
# down. That is how second derivatives are made, and it costs time and memory if you do not want them. After the block is where it belongs.
#
# </details>

# %% [markdown]
# ## The same weights, elsewhere
#
# Everything that you trained can move. First the shapes. Keras and PyTorch agree with this course on what is calculated, and differ in how it lies:
#
# | | here | Keras | PyTorch |
# | --- | --- | --- | --- |
# | input | $(N, T, D)$ | $(N, T, D)$ | $(T, N, D)$, unless `batch_first=True` |
# | a layer calculates | $x W$ | $x W$ | $x W^\top$ |
# | what a layer returns | all states | the last state; all of them with `return_sequences=True` | all states, and the last one beside them |
# | weights of an LSTM | `Wx`, `Wh`, `b` | `kernel`, `recurrent_kernel`, `bias` | `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0` |
# | two directions | joined, $2H$ | joined, $2H$ | joined, $2H$ |
#
# PyTorch keeps $W$ with one *row* for each output. `_l0` is layer number 0.

# %% [markdown]
# ## Exercise: `framework_shapes`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: know the shape before you run.*
#
# 32 reviews of 20 words, each word a row of 5 features, layers of 3 units. `Dense(1)` is what you wrote as $h W_{hy} + b_y$, with one output. Give each shape as a tuple.
#
# - `"keras_input"`: what a Keras layer reads
# - `"keras_default"`: what `SimpleRNN(3)` returns for it
# - `"keras_sequences"`: what `SimpleRNN(3, return_sequences=True)` returns
# - `"keras_bidirectional"`: what `Bidirectional(SimpleRNN(3, return_sequences=True))` returns
# - `"keras_kernel"`: the `kernel` of `LSTM(3)`
# - `"keras_dense"`: the `kernel` of `Dense(1)` that reads the output of the bidirectional layer
# - `"torch_input"`: what `torch.nn.LSTM(5, 3)` reads, unless told otherwise
# - `"torch_weight_ih"`: the `weight_ih_l0` of `torch.nn.LSTM(5, 3)`

# %% nbgrader={"grade_id": "framework_shapes", "solution": true}
# framework_shapes = {
#     "keras_input": ..., "keras_default": ..., "keras_sequences": ..., "keras_bidirectional": ...,
#     "keras_kernel": ..., "keras_dense": ..., "torch_input": ..., "torch_weight_ih": ...,
# }
### BEGIN SOLUTION
framework_shapes = {
    "keras_input": (32, 20, 5),
    "keras_default": (32, 3),
    "keras_sequences": (32, 20, 3),
    "keras_bidirectional": (32, 20, 6),
    "keras_kernel": (5, 12),
    "keras_dense": (6, 1),
    "torch_input": (20, 32, 5),
    "torch_weight_ih": (12, 5),
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_framework_shapes", "points": 1}
check("framework_shapes")

# %% [markdown]
# ## To Keras
#
# A Keras layer takes its weights as a list of arrays, `layer.set_weights([...])`. This is what it wants:
#
# | layer | list | blocks of columns |
# | --- | --- | --- |
# | `SimpleRNN` | kernel $(D, H)$, recurrent kernel $(H, H)$, bias $(H,)$ | |
# | `LSTM` | kernel $(D, 4H)$, recurrent kernel $(H, 4H)$, bias $(4H,)$ | $i$, $f$, candidate, $o$ |
# | `GRU(reset_after=False)` | kernel $(D, 3H)$, recurrent kernel $(H, 3H)$, bias $(3H,)$ | $z$, $r$, candidate, and $z$ keeps the old state |
# | `Bidirectional` | the list of the forward layer, then that of the backward layer | |
#
# Ours for the LSTM are $i, f, g, o$, and for the GRU $z, r, n$, where $g$ and $n$ are the candidates. So what has to be done? Less than you may fear. Two traps are left. Keras starts its forget bias at 1; if you put *trained* biases in, there is
# nothing to be added. And a list that holds *your* arrays, and no copies of them, changes when you go on training.

# %% [markdown]
# ## Exercise: `to_keras`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: put weights where another library looks for them.*


# %% nbgrader={"grade_id": "to_keras", "solution": true}
def to_keras(params, kind):
    """Return the weights of a layer as the list that Keras' set_weights takes.

    params : dict   for "rnn": "Wxh" (D, H), "Whh" (H, H), "bh" (H,)
                    for "lstm": "Wx" (D, 4H), "Wh" (H, 4H), "b" (4H,), blocks i, f, g, o
                    for "gru": "Wx" (D, 3H), "Wh" (H, 3H), "b" (3H,), blocks z, r, n
                    for "birnn": "forward" and "backward", each a dict as for "rnn"
    kind   : str    "rnn", "lstm", "gru" (of reset_after=False) or "birnn"

    Returns a list of arrays: three, or for "birnn" six. They are copies: whoever changes them changes nothing in params.
    """
    ### BEGIN SOLUTION
    if kind == "birnn":
        return to_keras(params["forward"], "rnn") + to_keras(params["backward"], "rnn")
    names = ("Wxh", "Whh", "bh") if kind == "rnn" else ("Wx", "Wh", "b")
    return [params[name].copy() for name in names]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_to_keras", "points": 4}
check(to_keras)

# %% [markdown]
# Four layers, your weights in Keras' layers, and the states of all steps compared. How many parameters will Keras count? All layers have 3 units and read 5 features. In this order:
#
# 1. `SimpleRNN(3)` with `Dense(1)`
# 2. `LSTM(3)`
# 3. `GRU(3, reset_after=False)`
# 4. `Bidirectional(SimpleRNN(3))` with `Dense(1)`

# %%
guess_counts = predict(..., ..., ..., ...)  # parameters


# %%
def sigmoid(a):
    """Return the logistic sigmoid."""
    return (1 + np.tanh(a / 2)) / 2


def run(step, x, *state):
    """Return the first state after each step, (N, T, H)."""
    states = []
    for t in range(x.shape[1]):
        state = step(x[:, t], *state)
        states.append(state[0])
    return np.stack(states, axis=1)


def rnn(x, p):
    """Return the states of the plain cell."""
    return run(lambda x_t, h: (np.tanh(x_t @ p["Wxh"] + h @ p["Whh"] + p["bh"]),), x, np.zeros((len(x), 3)))


def lstm(x, p):
    """Return the outputs of the LSTM of notebook 06."""

    def step(x_t, h, c):
        i, f, g, o = np.split(x_t @ p["Wx"] + h @ p["Wh"] + p["b"], 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    return run(step, x, np.zeros((len(x), 3)), np.zeros((len(x), 3)))


def gru(x, p):
    """Return the states of the GRU of notebook 06: the reset acts before the product."""

    def step(x_t, h):
        (az, ar, an), (Uz, Ur, Un) = np.split(x_t @ p["Wx"] + p["b"], 3, axis=1), np.split(p["Wh"], 3, axis=1)
        z, r = sigmoid(az + h @ Uz), sigmoid(ar + h @ Ur)
        return (z * h + (1 - z) * np.tanh(an + (r * h) @ Un),)

    return run(step, x, np.zeros((len(x), 3)))


def birnn(x, p):
    """Return both directions, joined at each step, (N, T, 2H)."""
    return np.concatenate([rnn(x, p["forward"]), rnn(x[:, ::-1], p["backward"])[:, ::-1]], axis=2)


rng = np.random.default_rng(3)


def draw(names, blocks):
    """Return random weights of a layer with 3 units that reads 5 features."""
    return {
        n: rng.normal(0, 0.7, (*rows, 3 * blocks)) for n, rows in zip(names, ((5,), (3,), ()), strict=True)
    }


plain, gated = ("Wxh", "Whh", "bh"), ("Wx", "Wh", "b")
layers = {
    "rnn": (rnn, draw(plain, 1), 3 + 1),
    "lstm": (lstm, draw(gated, 4), 0),
    "gru": (gru, draw(gated, 3), 0),
    "birnn": (birnn, {"forward": draw(plain, 1), "backward": draw(plain, 1)}, 6 + 1),
}
x = rng.normal(size=(4, 6, 5))  # (N, T, D)
counts = [sum(w.size for w in to_keras(p, kind)) + dense for kind, (_, p, dense) in layers.items()]
print("our arrays hold, with the Dense(1) of the first and the last:", counts)

# %%
tf = optional("tensorflow", **printed_elsewhere("layers"))
if tf:
    tf.keras.config.set_floatx("float64")
    made = {
        "rnn": tf.keras.layers.SimpleRNN(3, return_sequences=True),
        "lstm": tf.keras.layers.LSTM(3, return_sequences=True),
        "gru": tf.keras.layers.GRU(3, return_sequences=True, reset_after=False),
        "birnn": tf.keras.layers.Bidirectional(tf.keras.layers.SimpleRNN(3, return_sequences=True)),
    }
    for kind, layer in made.items():
        ours, p, dense = layers[kind]
        layer.build(x.shape)
        layer.set_weights(to_keras(p, kind))
        theirs = layer(x).numpy()
        count, apart = layer.count_params() + dense, np.abs(theirs - ours(x, p)).max()
        print(
            f"{type(layer).__name__:<13} {count:>3} parameters   states {theirs.shape}   largest difference {apart:.1e}"
        )
    usual = tf.keras.layers.GRU(3)
    usual.build(x.shape)
    print(
        "GRU(3) as it comes, reset_after=True:",
        usual.count_params(),
        "parameters, bias",
        usual.get_weights()[2].shape,
    )
    mask = np.arange(6) < np.array([6, 4, 2, 1])[:, None]  # (N, T)
    masked = made["rnn"](x, mask=tf.constant(mask)).numpy()
    frozen = max(np.abs(masked[n, t] - masked[n, t - 1]).max() for n, t in zip(*np.where(~mask), strict=True))
    print(f"at masked steps the state moves by {frozen}")
guess_counts.compare(counts, within=0)

# %% [markdown]
# <details><summary>Three things to remember from this table</summary>
#
# The differences are a few $10^{-16}$: the last bit.
#
# - The four counts are those of notebooks 02, 06 and 07. With `reset_after=True`, which is what you get unless you say otherwise, a GRU has 90: it has a second bias, and
#   its reset acts *after* the product. That is another function. No order of your weights gives the same numbers.
# - Gates come in our order. Not every library is so kind.
# - At a masked step the state stands still, exactly, as in `masked_rnn_forward` of notebook 07.
#
# </details>

# %% [markdown]
# ## To PyTorch
#
# For one step, its documentation says
#
# $$
# h_t = \tanh(x_t W_{ih}^\top + b_{ih} + h_{t-1} W_{hh}^\top + b_{hh}),
# $$
#
# with $W_{ih}$ of shape $(H, D)$. The LSTM has four blocks of *rows*, in the order $i, f, g, o$. There are two biases, one beside each product, and only their sum matters. (That is why PyTorch counts $120$ for the LSTM
# of 108.)

# %% [markdown]
# ## Exercise: `to_torch`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: turn weights for a library that multiplies from the other side.*


# %% nbgrader={"grade_id": "to_torch", "solution": true}
def to_torch(params, kind):
    """Return the weights of a layer as PyTorch's load_state_dict takes them, as arrays.

    params : dict   for "rnn": "Wxh" (D, H), "Whh" (H, H), "bh" (H,)
                    for "lstm": "Wx" (D, 4H), "Wh" (H, 4H), "b" (4H,), blocks i, f, g, o
    kind   : str    "rnn" or "lstm"

    Returns a dict with four arrays: "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0". Both biases have the shape of ours, and
    any two whose sum is ours are right. They share no memory with params.
    """
    ### BEGIN SOLUTION
    names = ("Wxh", "Whh", "bh") if kind == "rnn" else ("Wx", "Wh", "b")
    Wx, Wh, b = (params[name] for name in names)
    return {
        "weight_ih_l0": Wx.T.copy(),  # (H, D) or (4H, D)
        "weight_hh_l0": Wh.T.copy(),
        "bias_ih_l0": b.copy(),
        "bias_hh_l0": np.zeros(b.shape),
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_to_torch", "points": 3}
check(to_torch)

# %% [markdown]
# No PyTorch is needed to test that. The formula of its documentation, with *its* arrays, must give *our* states. Here it is in NumPy, on a batch whose first axis is time.


# %%
def torch_rnn(x, w):
    """Return what torch.nn.RNN would, by the formula of its documentation; x and the result have time first."""
    h, states = np.zeros((x.shape[1], len(w["bias_ih_l0"]))), []
    for x_t in x:
        h = np.tanh(x_t @ w["weight_ih_l0"].T + w["bias_ih_l0"] + h @ w["weight_hh_l0"].T + w["bias_hh_l0"])
        states.append(h)
    return np.stack(states)  # (T, N, H)


p = layers["rnn"][1]
theirs = torch_rnn(x.swapaxes(0, 1), to_torch(p, "rnn"))  # (T, N, H)
print(
    "shape",
    theirs.shape,
    f"  largest difference to ours {np.abs(theirs.swapaxes(0, 1) - rnn(x, p)).max():.1e}",
)

# %% [markdown]
# ## JAX, which needs no conversion
#
# JAX differentiates **functions**. `jax.grad(loss)` is a new function that returns the gradient of `loss` with respect to its first argument, and that may be a dict of
# arrays, as ours always were. It too writes down what is calculated, by calling `loss` once with placeholders. And where you write a loop over the steps, it has
# `lax.scan(step, h0, x)`: it carries a state and collects what each step returns.
#
# Below is the network of `record_rnn` in 12 lines. Like Keras it calculates in float32 until it is told not to.

# %%
jax = optional("jax", **printed_elsewhere("jax"))
if jax:
    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy

    def jax_loss(params, x, h0, targets):
        """Return half the summed squared error; the code is that of notebook 02."""

        def step(h, x_t):
            h = jnp.tanh(x_t @ params["Wxh"] + h @ params["Whh"] + params["bh"])
            return h, h

        _, h = jax.lax.scan(step, h0, x.swapaxes(0, 1))  # (T, N, H)
        y = h @ params["Why"] + params["by"]  # (T, N, K)
        return ((y - targets.swapaxes(0, 1)) ** 2).sum() / 2

    x_50, h0_50, params_50, targets_50 = random_problem(50)
    grads = jax.grad(jax_loss)(params_50, x_50, h0_50, targets_50)
    yours = dict(zip(params_50, on_a_tape(random_problem(50)), strict=True))
    for name, grad in grads.items():
        size = np.abs(yours[name]).max()
        print(
            f"d{name:<4} {grad.shape}   largest difference to your tape, relative {np.abs(grad - yours[name]).max() / size:.0e}"
        )

# %% [markdown]
# ## What you can do now
#
# - You can say what a framework does when it finds gradients: it keeps a list and walks it backwards. You have written it, in about as many lines as the backward
#   pass of the LSTM alone.
# - You know its price: every value is kept until the walk.
# - You read a training loop line by line, and know seven ways in which one goes wrong, six of them quietly.
# - You can move weights between libraries, and prove with numbers that they have arrived.

# %% [markdown]
# ## On your own
#
# No points, no check.
#
# 1. **A new operation.** Add `sigmoid` to `Variable` and to a copy of `pull`. Then record an LSTM, without deriving anything, and compare with your
#    `lstm_backward` of notebook 06.
# 2. **Compiled.** With TensorFlow: put the body of the loop into a function, and `@tf.function` before it. How much faster are 60 updates? What happens to a `print` in it?
# 3. **Second derivatives.** `pull` calculates with arrays. Let it calculate with Variables on a second tape. Can you get $d^2y/da^2 = 2$ of the first example?
# 4. **Forget as you go.** Record 50 steps of a network, but throw away all values except every tenth state, and record each piece again when the walk reaches it. How much
#    memory is saved, and what does it cost? (Libraries call it *checkpointing*.)
#
# ## Further reading
#
# - A. G. Baydin and others, *Automatic Differentiation in Machine Learning: a Survey*, Journal of Machine Learning Research 18 (2018). Both directions, and where the names come
#   from.
# - R. E. Wengert, *A simple automatic derivative evaluation program*, Communications of the ACM 7 (1964). Two pages; the list of operations is his.
# - A. Griewank and A. Walther, *Evaluating Derivatives* (2008). The book; chapter 12 on checkpoints.
# - The guides of TensorFlow on automatic differentiation, and of JAX on `grad` and `scan`.
#
# **Next:** [10 Real data](10_real_data.ipynb), where a score means nothing without that of something simple.
