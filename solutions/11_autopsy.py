# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 Autopsy: a test that deserves trust
#
# **What you will do.** Find the faults of four programs that all run, all return the right shapes, and mostly even train. Measure what
# usual tests miss. Then write a test yourself, and have it judged by programs that you cannot read.
#
# **What you will learn**
#
# - to narrow a fault down by questions that have one answer: which result, which step, which block
# - which property of a test makes which fault visible
# - why a test must also be tried on what is *right*
# - how to choose sizes, weights and losses so that nothing can hide
#
# **What you need.** Notebook 03. For exhibit B and the second round notebook 06, for exhibit D notebook 07.
#
# **Time.** 2 hours 30 minutes, in two sittings: the first ends with the exhibits, after an hour. Six exercises.

# %% tags=["setup"]
import inspect

import numpy as np

from rnncourse import check, failing_case, hint, plots, predict, suspect
from rnncourse.lab.measuring import measured_gradient, measured_once
from rnncourse.plots import autopsy

# %% [markdown]
# ## What is given
#
# You wrote these functions in notebooks 02, 03 and 06. Here they are given, and they are right.


# %% tags=["setup"]
def rnn_forward(x, h0, Wxh, Whh, bh):
    """Return the states (N, T, H) of notebook 02."""
    h_prev, states = h0, []
    for x_t in x.swapaxes(0, 1):
        h_prev = np.tanh(x_t @ Wxh + h_prev @ Whh + bh)
        states.append(h_prev)
    return np.stack(states, axis=1)


def rnn_backward(dh, x, h0, h, Wxh, Whh):
    """Return dx, dh0, dWxh, dWhh, dbh of notebook 03."""
    dx, dh_next = np.zeros_like(x), np.zeros_like(h0)
    dWxh, dWhh, dbh = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros(len(Whh))
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + dh_next) * (1 - h[:, t] ** 2)  # (N, H)
        dx[:, t], dh_next = da @ Wxh.T, da @ Whh.T
        dWxh += x[:, t].T @ da
        dWhh += (h[:, t - 1] if t > 0 else h0).T @ da
        dbh += da.sum(axis=0)
    return dx, dh_next, dWxh, dWhh, dbh


# %% tags=["setup"]
def lstm_gates(x_t, h_prev, Wx, Wh, b):
    """Return i, f, g, o (N, H) of notebook 06."""
    a_i, a_f, a_g, a_o = np.split(x_t @ Wx + h_prev @ Wh + b, 4, axis=1)  # (N, H) each
    i, f, o = ((1 + np.tanh(a / 2)) / 2 for a in (a_i, a_f, a_o))  # sigmoid, without overflow
    return i, f, np.tanh(a_g), o


def lstm_step(x_t, h_prev, c_prev, Wx, Wh, b):
    """Return h and c (N, H) after one step of notebook 06."""
    i, f, g, o = lstm_gates(x_t, h_prev, Wx, Wh, b)
    c = f * c_prev + i * g
    return o * np.tanh(c), c


# %% [markdown]
# Two more come with the course, in `rnncourse.lab.measuring`. `gradient_check` of notebook 03 returned one number;
# `measured_gradient(loss, array)` returns the central difference for *every entry*, in the shape of the array. Its loop is the one that you
# wrote:
#
# ```python
# slopes = np.zeros(array.shape)
# for index in np.ndindex(array.shape):
#     old = array[index]
#     array[index] = old + eps
#     above = loss()
#     array[index] = old - eps
#     below = loss()
#     array[index] = old
#     slopes[index] = (above - below) / (2 * eps)
# ```
#
# That takes two forward passes for each entry. So `@measured_once` stands above the measurements below: what has been measured is kept, and
# the same question takes its time only once.

# %% [markdown]
# ## The ruler, and its blind spot
#
# Notebook 03 ended with a rule for comparing a gradient $g$ with a measured one $n$:
#
# $$
# |n - g| \;\le\; 10^{-6}\, \max\big(1, \max |n|\big) \qquad\text{in every entry, and the same shape.}
# $$
#
# It asks whether the difference is *below* something. So a `nan` fails, since it is below nothing. Here is the rule as a function, and a report of many results.


# %% tags=["setup"]
def close(g, n):
    """Return whether a gradient has the shape of the measured one and agrees with it in every entry."""
    g = np.asarray(g)
    return bool(g.shape == n.shape and np.abs(g - n).max() <= 1e-6 * max(1, np.abs(n).max()))


def report(names, found, measured):
    """Print for each result whether it is close to the measurement, and how many entries are not."""
    for name, g, n in zip(names, found, measured, strict=True):
        off = ~(np.abs(g - n) <= 1e-6 * max(1, np.abs(n).max()))
        print(f"{name:<10} {'right' if close(g, n) else 'WRONG':<6} entries off: {off.sum():>3} of {n.size}")


# %% [markdown]
# Take a network with small weights and the loss at its end alone. Somebody returns zeros for $dh_0$, which is plainly wrong. **Predict** what
# `report` calls these zeros, first for $T = 3$, then for $T = 60$.

# %%
guess = predict(..., ..., among=("right", "WRONG"))

# %%
verdicts = []
for T in (3, 60):
    rng = np.random.default_rng(1)
    shapes = (1, T, 3), (1, 4), (3, 4), (4, 4), (4,)
    inputs = [rng.normal(0, 0.25, shape) for shape in shapes]
    n = measured_gradient(lambda: rnn_forward(*inputs)[:, -1].sum(), inputs[1])  # noqa: B023 - called at once
    verdicts.append("right" if close(np.zeros((1, 4)), n) else "WRONG")
    print(f"T = {T:>2}: largest entry of dh0 {np.abs(n).max():.1e}, zeros are {verdicts[-1]}")
guess.compare(verdicts)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Over 60 steps $dh_0$ has vanished: the two losses of a central difference agree in all digits, so the measurement is 0 as well. Nothing that
# small can be told from zeros.
#
# </details>
#
# So the choice of the problem is part of the ruler: **short sequences, weights of order 1, a loss at every step.** You will need that.

# %% [markdown]
# ## Four exhibits
#
# Each of the next programs was written by somebody who knew the formulas. Each has one fault, in one line. All run, and all results have the right shapes. The lines have numbers.
#
# Do not start by reading. Start with **questions that have one answer**, and read when only a few lines are left:
#
# 1. Which results are wrong, and which right? What is right clears the lines that made it.
# 2. At which steps, or in which block? Compare with a single step.
# 3. Which change of the *inputs* makes the fault vanish? A symmetric `Whh`, `dh = 0`, `T = 1`, a loss at the last step only.
#
# A verdict has three parts:
#
# | key | meaning |
# | --- | --- |
# | `"quantity"` | the variable that the faulty line leaves with a wrong content, as a text |
# | `"line"` | the number of that line: everything before it is right |
# | `"kind"` | `"transpose"`, `"sign"`, `"slope"`, `"overwritten"`, `"path missing"`, `"order of time"`, `"wrong partner"` or `"mean for sum"` |
#
# All sizes of the problem differ, the weights are of order 1, and there is a random `dh` at every step. As a loss, take the sum of all states, each weighted with its entry of `dh`: its gradient
# with respect to the states *is* `dh`.


# %% tags=["setup"]
def problem(N, T, D, H, scale=1.0, seed=0):
    """Return dh, and [x, h0, Wxh, Whh, bh], all of order 1, dh times scale."""
    rng = np.random.default_rng(seed)
    shapes = (N, T, D), (N, H), (D, H), (H, H), (H,)
    return scale * rng.normal(size=(N, T, H)), [rng.normal(0, 0.7, shape) for shape in shapes]


@measured_once
def measured_rnn(dh, inputs):
    """Return the measured gradients of x, h0, Wxh, Whh, bh for the loss sum(dh * h)."""
    return [measured_gradient(lambda: (dh * rnn_forward(*inputs)).sum(), array) for array in inputs]


# %% [markdown]
# ### Exhibit A


# %%
def exhibit_a(dh, x, h0, h, Wxh, Whh):
    N, T, H = h.shape  # 1
    dx, dWxh = np.zeros_like(x), np.zeros_like(Wxh)  # 2
    dWhh, dbh = np.zeros_like(Whh), np.zeros(H)  # 3
    dh_next = np.zeros((N, H))  # 4
    for t in reversed(range(T)):  # 5
        dh_t = dh[:, t] + dh_next  # 6
        da = dh_t * (1 - h[:, t] ** 2)  # 7
        dx[:, t] = da @ Wxh.T  # 8
        dWxh += x[:, t].T @ da  # 9
        dWhh += (h[:, t - 1] if t > 0 else h0).T @ da  # 10
        dbh += da.sum(axis=0)  # 11
        dh_next = da @ Whh  # 12
    return dx, dh_next, dWxh, dWhh, dbh  # 13


RESULTS = ["dx", "dh0", "dWxh", "dWhh", "dbh"]
dh, inputs = problem(3, 6, 4, 5)
x, h0, Wxh, Whh, bh = inputs
report(RESULTS, exhibit_a(dh, x, h0, rnn_forward(*inputs), Wxh, Whh), measured_rnn(dh, inputs))

# %% [markdown]
# All five are wrong, which is little help. So ask for less: `dx` step by step. **Predict**: at which steps of the sequence is `dx` right in a
# program that is only wrong in what it carries from one step to the one before?

# %%
guess = predict(..., among=("only the first", "only the last", "none"))

# %%
found, measured = exhibit_a(dh, x, h0, rnn_forward(*inputs), Wxh, Whh)[0], measured_rnn(dh, inputs)[0]
right = [t for t in range(6) if close(found[:, t], measured[:, t])]
print("dx is right at steps", right)
guess.compare({(0,): "only the first", (5,): "only the last", (): "none"}.get(tuple(right), "other"))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The walk begins at the last step, where nothing has been carried yet. It passes. So the slope, the product with `Wxh` and what is between
# them are cleared, for each is one line for all steps. What reaches the *other* steps is to blame.
#
# </details>
#
# Here is one of the questions of the third kind. Before you run it, say what it clears if all five pass, and what if none does. Then put
# others into this cell: other sizes, another `dh`, another `Whh`.

# %%
symmetric = [x, h0, Wxh, (Whh + Whh.T) / 2, bh]
found = exhibit_a(dh, x, h0, rnn_forward(*symmetric), Wxh, symmetric[3])
report(RESULTS, found, measured_rnn(dh, symmetric))

# %% [markdown]
# ### Exercise: `autopsy_1`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: from evidence to a line.*

# %% nbgrader={"grade_id": "autopsy_1", "solution": true}
# autopsy_1 = {"quantity": ..., "line": ..., "kind": ...}
### BEGIN SOLUTION
autopsy_1 = {"quantity": "dh_next", "line": 12, "kind": "transpose"}
### END SOLUTION

# %% nbgrader={"grade_id": "check_autopsy_1", "points": 1}
check("autopsy_1")

# %% [markdown]
# ### Exhibit B
#
# One step of an LSTM, written gate by gate to save memory. The loss is the sum of `dh * h` and `dc * c`.


# %%
def exhibit_b(dh, dc, x_t, h_prev, c_prev, Wx, Wh, b):
    H = h_prev.shape[1]  # 1
    i, f, g, o = lstm_gates(x_t, h_prev, Wx, Wh, b)  # 2
    tanh_c = np.tanh(f * c_prev + i * g)  # 3
    da_o = dh * tanh_c * o * (1 - o)  # 4
    dh = da_o @ Wh[:, 3 * H :].T  # 5
    dc = dc + dh * o * (1 - tanh_c**2)  # 6
    da_i = dc * g * i * (1 - i)  # 7
    da_f = dc * c_prev * f * (1 - f)  # 8
    da_g = dc * i * (1 - g**2)  # 9
    dc_prev = dc * f  # 10
    dh = dh + np.concatenate([da_i, da_f, da_g], axis=1) @ Wh[:, : 3 * H].T  # 11
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)  # 12
    return da @ Wx.T, dh, dc_prev, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)  # 13


# %% tags=["setup"]
def lstm_problem(N, D, H, scale=1.0, seed=0):
    """Return dh, dc, and [x_t, h_prev, c_prev, Wx, Wh, b], all of order 1, dh and dc times scale."""
    rng = np.random.default_rng(seed)
    shapes = (N, D), (N, H), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,)
    return *(scale * rng.normal(size=(2, N, H))), [rng.normal(0, 0.7, shape) for shape in shapes]


@measured_once
def measured_lstm(dh, dc, inputs):
    """Return the measured gradients of all six inputs for the loss sum(dh * h) + sum(dc * c)."""

    def loss():
        h, c = lstm_step(*inputs)
        return (dh * h).sum() + (dc * c).sum()

    return [measured_gradient(loss, array) for array in inputs]


# %%
LSTM_RESULTS = ["dx_t", "dh_prev", "dc_prev", "dWx", "dWh", "db"]
dh, dc, inputs = lstm_problem(3, 4, 5)
found, measured = exhibit_b(dh, dc, *inputs), measured_lstm(dh, dc, inputs)
report(LSTM_RESULTS, found, measured)
print()
report([f"db, {gate}" for gate in "ifgo"], np.split(found[5], 4), np.split(measured[5], 4))

# %% [markdown]
# The block of $o$ passes, the other three do not. Two experiments with the inputs: in the first all that reaches the cell comes by `dc`, in the
# second by `dh`. Say before you run them what you would conclude if one of the two passed.

# %%
for name, upstream in {"dh = 0": (0 * dh, dc), "dc = 0": (dh, 0 * dc)}.items():
    print(name)
    report(LSTM_RESULTS, exhibit_b(*upstream, *inputs), measured_lstm(*upstream, inputs))

# %% [markdown]
# ### Exercise: `autopsy_2`
#
# *Difficulty 3 of 5 · 10 minutes · Objective: a fault that is not in the line in which it shows.*
#
# Where it shows and where it is done are two lines here. You are asked for the second.

# %% nbgrader={"grade_id": "autopsy_2", "solution": true}
# autopsy_2 = {"quantity": ..., "line": ..., "kind": ...}
### BEGIN SOLUTION
autopsy_2 = {"quantity": "dh", "line": 5, "kind": "overwritten"}
### END SOLUTION

# %% nbgrader={"grade_id": "check_autopsy_2", "points": 1}
check("autopsy_2")

# %% [markdown]
# ### Exhibit C
#
# Somebody was proud of a backward pass without a loop: three lines of `einsum` and a sum.


# %%
def exhibit_c(dh, x, h0, h, Wxh, Whh):
    assert dh.shape == h.shape  # 1
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)  # 2
    da = dh * (1 - h**2)  # 3
    dx = da @ Wxh.T  # 4
    dh0 = da[:, 0] @ Whh.T  # 5
    dWxh = np.einsum("ntd,nth->dh", x, da)  # 6
    dWhh = np.einsum("ntg,nth->gh", before, da)  # 7
    dbh = da.sum(axis=(0, 1))  # 8
    return dx, dh0, dWxh, dWhh, dbh  # 9


def answers(exhibit, T=6, at_the_end=False, symmetric=False):
    """Return what a program finds and what is measured, for T steps, a loss at the end only, or a symmetric Whh."""
    dh, inputs = problem(3, T, 4, 5)
    if at_the_end:
        dh[:, :-1] = 0
    if symmetric:
        inputs[3] = (inputs[3] + inputs[3].T) / 2
    x, h0, Wxh, Whh, _ = inputs
    return exhibit(dh, x, h0, rnn_forward(*inputs), Wxh, Whh), measured_rnn(dh, inputs)


def question(exhibit, **asked):
    """Print what is right in a program; `asked` as for answers."""
    found, measured = answers(exhibit, **asked)
    report(RESULTS, found, measured)
    steps = range(found[0].shape[1])
    print("dx is right at steps", [t for t in steps if close(found[0][:, t], measured[0][:, t])])


question(exhibit_c)

# %% [markdown]
# This looks like exhibit A: all wrong, `dx` right at the last step. Three more questions can be asked of both: `T=1`, a loss at the last step
# only (`at_the_end=True`), a symmetric `Whh` (`symmetric=True`). **Predict** for each of the three whether A and C have the same results
# right, or others.

# %%
guess = predict(..., ..., ..., among=("same", "others"))

# %%
verdicts = []
for asked in ({"T": 1}, {"at_the_end": True}, {"symmetric": True}):
    passed = []
    for exhibit in (exhibit_a, exhibit_c):
        pairs = zip(RESULTS, *answers(exhibit, **asked), strict=True)
        passed.append([name for name, g, n in pairs if close(g, n)])
    print(asked, "right in A:", passed[0] or "none", "right in C:", passed[1] or "none")
    verdicts.append("same" if passed[0] == passed[1] else "others")
guess.compare(verdicts)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Two questions tell them apart. With one step, A still has $dh_0$ wrong, since that leaves through the product that is also carried; C has
# it right. And a symmetric `Whh` mends A alone. A loss at the last step does not help here: `report` only says *wrong* for both. Look at
# what `dx` holds at the earlier steps, then it does.
#
# </details>
#
# `question(exhibit_c, at_the_end=True)` prints the whole report. Ask what you like:

# %%
question(exhibit_c, at_the_end=True)

# %% [markdown]
# ### Exercise: `autopsy_3`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: tell two faults apart that look alike.*

# %% nbgrader={"grade_id": "autopsy_3", "solution": true}
# autopsy_3 = {"quantity": ..., "line": ..., "kind": ...}
### BEGIN SOLUTION
autopsy_3 = {"quantity": "da", "line": 3, "kind": "path missing"}
### END SOLUTION

# %% nbgrader={"grade_id": "check_autopsy_3", "points": 1}
check("autopsy_3")

# %% [markdown]
# ### Exhibit D
#
# A bidirectional network, all sequences of full length. `ahead` and `back` hold `h0`, `Wxh`, `Whh` of the two directions. The states `h` are joined in the order of the text, $(N, T, 2H)$, as in notebook 07.
# `rnn_backward` is the right one.


# %%
def exhibit_d(dh, x, h, ahead, back):
    H = h.shape[2] // 2  # 1
    dx_ahead, *grads_ahead = rnn_backward(
        dh[:, :, :H], x, ahead["h0"], h[:, :, :H], ahead["Wxh"], ahead["Whh"]
    )  # 2
    dh_back = dh[:, ::-1, H:]  # 3
    x_back = x[:, ::-1]  # 4
    h_back = h[:, :, H:]  # 5
    dx_back, *grads_back = rnn_backward(dh_back, x_back, back["h0"], h_back, back["Wxh"], back["Whh"])  # 6
    dx = dx_ahead + dx_back[:, ::-1]  # 7
    return dx, *grads_ahead, *grads_back  # 8


def joined_states(x, ahead, back):
    """Return the states of both directions in the order of the text, (N, T, 2H)."""
    return np.concatenate([rnn_forward(x, *ahead), rnn_forward(x[:, ::-1], *back)[:, ::-1]], axis=2)


_, (x, *ahead) = problem(3, 6, 4, 5, seed=1)
dh, (_, *back) = problem(3, 6, 4, 10, seed=2)[0], problem(3, 6, 4, 5, seed=3)[1]
names = ("h0", "Wxh", "Whh", "bh")
found = exhibit_d(
    dh,
    x,
    joined_states(x, ahead, back),
    dict(zip(names, ahead, strict=True)),
    dict(zip(names, back, strict=True)),
)
measured = [
    measured_gradient(lambda: (dh * joined_states(x, ahead, back)).sum(), array)
    for array in (x, *ahead, *back)
]
report(["dx", *(f"{d} {n}" for d in ("ahead", "back") for n in names)], found, measured)

# %% [markdown]
# ### Exercise: `autopsy_4`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: use what is cleared.*

# %% nbgrader={"grade_id": "autopsy_4", "solution": true}
# autopsy_4 = {"quantity": ..., "line": ..., "kind": ...}
### BEGIN SOLUTION
autopsy_4 = {"quantity": "h_back", "line": 5, "kind": "order of time"}
### END SOLUTION

# %% nbgrader={"grade_id": "check_autopsy_4", "points": 1}
check("autopsy_4")

# %% [markdown]
# None of these four would have been found by looking at shapes: all shapes were right. This is a good place for a break.

# %% [markdown]
# ## What weak tests miss
#
# A test is a program that says *nothing found* or *wrong*. How good is it? Try it on programs that are known to be wrong. They are easy to make: take the source of `rnn_backward`, exchange a few
# characters, and run it. This is called **mutation testing**, and the changed programs are **mutants**.
#
# Here are 28 mutants. Each stands for a fault that people make. And 5 changes that leave the function right: for a test that rejects everything would catch all 28.

# %%
SOURCE = inspect.getsource(rnn_backward)
SLOPE, BEFORE = "(1 - h[:, t] ** 2)", "(h[:, t - 1] if t > 0 else h0)"
RETURN = "return dx, dh_next, dWxh, dWhh, dbh"
MUTANTS = {
    "Whh not transposed": ("da @ Whh.T", "da @ Whh"),
    "dWhh transposed": (RETURN, "return dx, dh_next, dWxh, dWhh.T.copy(), dbh"),
    "sign of dbh": ("dbh += da", "dbh -= da"),
    "no slope": (" * " + SLOPE, ""),
    "slope twice": (SLOPE, SLOPE + " ** 2"),
    "slope 1 - h": (SLOPE, "(1 - h[:, t])"),
    "slope before": (SLOPE, f"(1 - {BEFORE} ** 2)"),
    "slope not carried": ("da @ Whh.T", "(dh[:, t] + dh_next) @ Whh.T"),
    "no time": ("+ dh_next)", "+ 0 * dh_next)"),
    "cut every 4th": ("da @ Whh.T", "da @ Whh.T * (t % 4 != 2)"),
    "fades by 1 %": ("da @ Whh.T", "0.99 * da @ Whh.T"),
    "forwards": ("reversed(range(x.shape[1]))", "range(x.shape[1])"),
    "h0 zero": ("else h0)", "else 0 * h0)"),
    "wraps around": (BEFORE, "h[:, t - 1]"),
    "dh0 zero": (RETURN, "return dx, 0 * dh_next, dWxh, dWhh, dbh"),
    "skips first step": ("range(x.shape[1])", "range(1, x.shape[1])"),
    "dWhh overwritten": ("dWhh += ", "dWhh = "),
    "dbh overwritten": ("dbh += ", "dbh = "),
    "last loss only": ("(dh[:, t] +", "(dh[:, t] * (t == x.shape[1] - 1) +"),
    "mean in dbh": ("da.sum(axis=0)", "da.mean(axis=0)"),
    "batch means": (RETURN, "return dx, dh_next, dWxh / len(x), dWhh / len(x), dbh / len(x)"),
    "time mean": (RETURN, "return dx, dh_next, dWxh, dWhh / x.shape[1], dbh"),
    "loop over N": ("range(x.shape[1])", "range(min(x.shape[:2]))"),
    "input before": ("dWxh += x[:, t].T", "dWxh += x[:, t - 1].T"),
    "state after": (BEFORE, "h[:, t]"),
    "dx reversed": (RETURN, "return dx[:, ::-1].copy(), dh_next, dWxh, dWhh, dbh"),
    "clipped at 20": (RETURN, "return tuple(np.clip(g, -20, 20) for g in (dx, dh_next, dWxh, dWhh, dbh))"),
    "writes into dh": ("(dh[:, t] + dh_next)", "np.add(dh[:, t], dh_next, out=dh[:, t])"),
}
RIGHT = {
    "as it is": ("dbh", "dbh"),
    "einsum": ("da @ Whh.T", "np.einsum('nh,gh->ng', da, Whh)"),
    "slope as a product": (SLOPE, "((1 - h[:, t]) * (1 + h[:, t]))"),
    "sum of another order": ("da.sum(axis=0)", "da[::-1].cumsum(axis=0)[-1]"),
    "a list": (RETURN, "return [dx, dh_next, dWxh, dWhh, dbh]"),
}


def mutant(old, new):
    """Return rnn_backward with a piece of its source exchanged."""
    names = {"np": np}
    exec(SOURCE.replace(old, new), names)
    return names["rnn_backward"]


wrong = {name: mutant(*edit) for name, edit in MUTANTS.items()}
right = {name: mutant(*edit) for name, edit in RIGHT.items()}
print(len(wrong), "wrong,", len(right), "right")

# %% [markdown]
# And here are eight tests. All of them can be found in use. Read what each looks at, then **predict** how many of the 28 each of the first four
# catches. A quarter up or down counts as right.
#
# | test | looks at |
# | --- | --- |
# | shapes | five results with the right shapes |
# | loss falls | 150 steps of training halve the loss |
# | small weights | weights of 0.01, relative difference of everything together below 1 % |
# | cosine | the angle between found and measured gradient of everything, cosine above 0.9 |
# | one step | every entry, but $T = 1$ |
# | one example | every entry of the three parameters, $N = 1$, $D = H$ |
# | last loss | every entry of the three parameters, loss at the last step only |
# | same bits | equality to the last bit with our `rnn_backward` |

# %%
guess = predict(..., ..., ..., ...)


# %%
def ask(candidate, dh, inputs):
    """Return what a candidate answers to one problem, or None if it raises."""
    x, h0, Wxh, Whh, _ = inputs
    try:
        with np.errstate(all="ignore"):
            return list(candidate(dh.copy(), x, h0, rnn_forward(*inputs), Wxh, Whh))
    except Exception:
        return None


def entries(first, scale=0.7, last_loss=False, **sizes):
    """Return a test of every entry of the results from number `first` on."""
    dh, inputs = problem(**sizes)
    inputs = [scale / 0.7 * array for array in inputs]
    if last_loss:
        dh[:, :-1] = 0
    measured = measured_rnn(dh, inputs)

    def test(candidate):
        found = ask(candidate, dh, inputs)
        return found is not None and all(map(close, found[first:], measured[first:]))

    return test


def together(agrees, scale=0.7):
    """Return a test that puts all results into one long vector and asks agrees(found, measured)."""
    dh, inputs = problem(3, 6, 4, 5)
    inputs = [inputs[0], inputs[1], *(scale / 0.7 * array for array in inputs[2:])]
    n = np.concatenate([array.ravel() for array in measured_rnn(dh, inputs)])

    def test(candidate):
        found = ask(candidate, dh, inputs)
        return found is not None and bool(agrees(np.concatenate([np.ravel(g) for g in found]), n))

    return test


def cosine(g, n):
    """Return the cosine of the angle between two vectors."""
    return g @ n / np.linalg.norm(g) / np.linalg.norm(n)


def shapes_agree(candidate):
    """Return whether five results have the right shapes."""
    dh, inputs = problem(3, 6, 4, 5)
    found = ask(candidate, dh, inputs)
    return found is not None and [np.shape(g) for g in found] == [array.shape for array in inputs]


def loss_falls(candidate):
    """Return whether 150 steps of training halve the loss."""
    rng = np.random.default_rng(5)
    _, (x, h0, *goal) = problem(6, 5, 4, 8, seed=6)
    wanted = rnn_forward(x, h0, *goal)
    params = [rng.normal(0, 0.4, array.shape) for array in goal]
    losses = []
    for _ in range(150):
        if losses and not losses[-1] < 1e6:
            return False  # it has run away
        h = rnn_forward(x, h0, *params)
        losses.append(0.5 * ((h - wanted) ** 2).sum())
        found = ask(candidate, h - wanted, [x, h0, *params])
        params = [p - 0.02 * g for p, g in zip(params, found[2:], strict=True)]
    return bool(losses[-1] < losses[0] / 2)


def same_bits(candidate):
    """Return whether a candidate equals rnn_backward to the last bit."""
    dh, inputs = problem(3, 6, 4, 5)
    return all(map(np.array_equal, ask(candidate, dh, inputs), ask(rnn_backward, dh, inputs)))


TESTS = {
    "shapes": shapes_agree,
    "loss falls": loss_falls,
    "small weights": together(lambda g, n: np.linalg.norm(g - n) <= 1e-2 * np.linalg.norm(n), scale=0.01),
    "cosine": together(lambda g, n: cosine(g, n) > 0.9),
    "one step": entries(0, N=3, T=1, D=4, H=5),
    "one example": entries(2, N=1, T=6, D=5, H=5),
    "last loss": entries(2, last_loss=True, N=3, T=6, D=4, H=5),
    "same bits": same_bits,
}
passes = {name: [test(candidate) for candidate in wrong.values()] for name, test in TESTS.items()}
kept = {name: [test(candidate) for candidate in right.values()] for name, test in TESTS.items()}
print("test            wrong caught of 28   right passed of 5")
for name in TESTS:
    print(f"{name:<15} {28 - sum(passes[name]):>18} {sum(kept[name]):>19}")
guess.compare([28 - sum(passes[name]) for name in list(TESTS)[:4]], within=0.25)

# %% tags=["figure"]
plots.show(
    autopsy.found(passes, list(wrong)),
    alt="A table of eight tests and 28 wrong programs. A cross marks a wrong program that the test lets pass. "
    + " ".join(f"{name}: {sum(row)} crosses." for name, row in passes.items()),
)

# %% [markdown]
# Each row has its blind spot. Say for each of the eight what it cannot see, and why, before you open the answer.
#
# <details>
# <summary>Answer</summary>
#
# - *shapes*: numbers.
# - *loss falls*: whatever still points downhill, and that is most of them.
# - *small weights*: all states are near 0, so slopes are near 1 and little comes back through `Whh`. What is wrong there is below 1 %.
# - *cosine*: see the next cell.
# - *one step*: sums over steps with one term, nothing carried that comes to anything but $dh_0$.
# - *one example*: a mean over the batch is a sum; and `dx` and `dh0` are not looked at.
# - *last loss*: a program that forgets all other losses is right; and `dx` and `dh0` again.
# - *same bits*: see below.
#
# By columns: *writes into dh* and *clipped at 20* pass all eight. No test looks at its arguments afterwards, and no gradient here is as large
# as 20.
#
# </details>
#
# Every row has a pattern of its own, so the pattern of a test's verdicts is its fingerprint. The checks below use that: they know the patterns
# of many weak tests, and name yours if it is one of them.
#
# Why is the cosine so forgiving? Look at five programs that are plainly wrong.

# %%
dh, inputs = problem(3, 6, 4, 5)
n = np.concatenate([array.ravel() for array in measured_rnn(dh, inputs)])
print("                     cosine   largest difference, in % of the largest entry")
for name in ("fades by 1 %", "mean in dbh", "h0 zero", "wraps around", "slope twice"):
    g = np.concatenate([np.ravel(array) for array in ask(wrong[name], dh, inputs)])
    print(f"{name:<20} {cosine(g, n):6.4f} {100 * np.abs(g - n).max() / np.abs(n).max():10.1f}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# A cosine weighs all 137 entries together, and forgets their length. One wrong array out of five hardly turns the long vector, and a
# factor that is nearly the same everywhere does not turn it at all. Entry by entry, each of the five is off by more than 1 % of the largest.
#
# </details>
#
# And *same bits* shows the other danger. It catches nearly all of the wrong ones and rejects three of the five right ones, because sums in
# another order differ in the 16th digit. A test that cries wolf is switched off by the first person whom it stops. So two numbers belong to
# every test: what it catches, **and** what it lets live.

# %% [markdown]
# ## Exercise: `test_rnn_backward`
#
# *Difficulty 4 of 5 · 45 minutes · Objective: a test that nothing wrong survives, and everything right does.*
#
# Write a function that is given a `candidate`, which claims to be `rnn_backward`. It returns `True` if it finds nothing wrong and `False` otherwise.
#
# - `candidate(dh, x, h0, h, Wxh, Whh)` returns five results in the usual order, as a tuple *or a list*. A wrong one may also raise, or return anything else: `False`.
# - A right candidate leaves its arguments as they were, and answers the same question twice in the same way. One that does not is wrong.
# - Right candidates differ from ours by rounding. What is called wrong is wrong by far more than that.
# - You choose the inputs. Every fault shows in some problem with at most 7 steps and 3 examples, and a `dh` of order 100 at the most. Not every
#   problem shows every fault.
# - A candidate answers at most 40 calls, with arrays of at most 20,000 finite numbers and 100 steps. Beyond that it raises.
# - `rnn_forward`, `rnn_backward`, `measured_gradient`, `close`, `problem` and `measured_rnn` are there for you. Draw with a fixed seed: a test
#   that changes its mind is worth little.
#
# `check` gives your test twenty **suspects**, of which some are right. `suspect("rnn", 7)` returns the seventh, so that you can look at it yourself. They work in another way than `rnn_backward`, and
# reading them would not help: when your notebook is graded, your test meets others, which answer from outside.
#
# **How it is judged.** Right ones must *all* pass, else there are no points. If they do, the points are the share of the families of faults that your test catches in full. So *accept everything* and *reject everything* are
# worth the same.


# %% nbgrader={"grade_id": "test_rnn_backward", "solution": true}
def test_rnn_backward(candidate):
    """Return True if nothing is wrong with candidate, which claims to be rnn_backward, else False.

    candidate(dh, x, h0, h, Wxh, Whh) : returns dx, dh0, dWxh, dWhh, dbh in this order, as a tuple or a list
    """
    ### BEGIN SOLUTION
    for N, T, D, H, scale in [(3, 6, 4, 5, 1.0), (1, 1, 2, 3, 1.0), (2, 7, 3, 4, 40.0)]:
        dh, inputs = problem(N, T, D, H, scale, seed=11)
        measured = measured_rnn(dh, inputs)
        x, h0, Wxh, Whh, _ = inputs
        arguments = dh, x, h0, rnn_forward(*inputs), Wxh, Whh
        before = [array.copy() for array in arguments]
        for _ in range(2):
            try:
                found = candidate(*arguments)
                if len(found) != 5 or not all(map(close, found, measured)):
                    return False
            except Exception:
                return False
            if any((now != then).any() for now, then in zip(arguments, before, strict=True)):
                return False
    return True
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_test_rnn_backward", "points": 8}
check(test_rnn_backward)

# %% [markdown]
# ## Your test on the mutants
#
# You can read the 28 mutants, so here your test can be improved further. **Predict** how many survive it.

# %%
guess = predict(...)

# %%
survivors = [name for name, candidate in wrong.items() if test_rnn_backward(candidate)]
print("wrong ones that pass your test:", survivors or "none")
print(
    "right ones that pass:",
    sum(test_rnn_backward(candidate) for candidate in right.values()),
    "of",
    len(right),
)
guess.compare(len(survivors), within=0)

# %% [markdown]
# <details><summary>If some pass</summary>
#
# Each name says what is wrong in it. Ask with which sizes, weights or losses that would show in the numbers, and add such a
# problem to your test.
#
# </details>
#
# ### What no fixed test finds
#
# Two more mutants. One forgets the slope, but only for batches of more than 8. The other lets nothing pass through time, but only in sequences of more than 20 steps. **Predict**: does your test catch them?

# %%
guess = predict(..., ..., among=("caught", "missed"))

# %%
rare = {
    "N > 8": mutant(SLOPE, f"({SLOPE} if len(x) <= 8 else 1)"),
    "T > 20": mutant("+ dh_next)", "+ dh_next * (x.shape[1] <= 20))"),
}
verdicts = ["missed" if test_rnn_backward(candidate) else "caught" for candidate in rare.values()]
print(dict(zip(rare, verdicts, strict=True)))
guess.compare(verdicts)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# It depends on your sizes. With batches of at most 8 and at most 20 steps your test has no way to know, however careful it is.
#
# </details>
#
# For any fixed list of sizes there is a fault that begins just beyond it. A test proves the presence of faults, never their absence. What helps: to test where programs usually change their ways (one, two, many; equal and
# different; the first and the last), to draw sizes anew in a long run at night, and to keep the program so short that there is little room to be strange in.

# %% [markdown]
# ## Second round
#
# A step of the LSTM has two outputs, and a gradient arrives at each: `dh` at $h$ and `dc` at $c$. So what is the one number that a measurement can differentiate? Exhibit B has it.

# %% [markdown]
# ### Exercise: `test_lstm_step_backward`
#
# *Difficulty 4 of 5 · 20 minutes · Objective: the same for a function with two upstream gradients and six results.*
#
# The rules are those of the first round. `candidate(dh, dc, x_t, h_prev, c_prev, Wx, Wh, b)` claims to be `lstm_step_backward` of notebook 06. `lstm_step`, `lstm_problem` and `measured_lstm` are there, and
# `suspect("lstm", 3)`. These candidates keep no memory of earlier calls.


# %% nbgrader={"grade_id": "test_lstm_step_backward", "solution": true}
def test_lstm_step_backward(candidate):
    """Return True if nothing is wrong with candidate, which claims to be lstm_step_backward, else False.

    candidate(dh, dc, x_t, h_prev, c_prev, Wx, Wh, b) : returns dx_t, dh_prev, dc_prev, dWx, dWh, db in this
    order, as a tuple or a list
    """
    ### BEGIN SOLUTION
    for N, D, H, scale in [(3, 4, 5, 1.0), (1, 2, 3, 1.0), (2, 3, 4, 100.0)]:
        dh, dc, inputs = lstm_problem(N, D, H, scale, seed=12)
        measured = measured_lstm(dh, dc, inputs)
        arguments = dh, dc, *inputs
        before = [array.copy() for array in arguments]
        try:
            found = candidate(*arguments)
            if len(found) != 6 or not all(map(close, found, measured)):
                return False
        except Exception:
            return False
        if any((now != then).any() for now, then in zip(arguments, before, strict=True)):
            return False
    return True
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_test_lstm_step_backward", "points": 5}
check(test_lstm_step_backward)

# %% [markdown]
# ## What you can do now
#
# - You can find a fault by evidence: which result, which step, which block, which input makes it vanish.
# - You know what to put into a test: sizes that differ, weights of order 1, states that are not zero, a loss at every step, every entry of every result, large gradients, two calls, a look at the arguments.
# - You judge a test by two numbers: what it catches, and what it lets live.
#
# ## On your own
#
# No points, no check.
#
# 1. Delete one line of your test and run *Your test on the mutants* again. Which lines catch something that no other line catches?
# 2. Write a mutant that your own test misses and that does not look at sizes. How strange does it have to be?
# 3. Write `test_gradient_check(candidate)` for notebook 03: what must a right check say about a wrong gradient, and about `nan`?
# 4. Draw the sizes at random from 1 to 9 and run your test with 50 seeds on all mutants. Which mutant is found by the fewest?
#
# ## Further reading
#
# - R. DeMillo, R. Lipton and F. Sayward, *Hints on test data selection*, IEEE Computer 11 (1978). Where mutation testing comes from.
# - E. W. Dijkstra, *Notes on structured programming* (1970). Testing shows the presence of faults, not their absence.
# - Learners' tests have been graded by mutants before, in *learn-ocaml* and others. What is new here are numbers with rounding, right candidates as a gate, and candidates that cannot be read.
#
# **Next:** [12 Capstone](12_capstone.ipynb), a question of your own.
