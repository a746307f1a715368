# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6 LSTM: a memory that is added to
#
# **What you will do.** Build a cell whose memory is kept by adding instead of multiplying, follow one unit through it with numbers,
# write it forwards and backwards for whole batches, and measure what became of the vanishing gradient.
#
# **What you will learn**
#
# - what each of the gates does: $f$ is the fraction that is *kept*, $i$ what is let in, $o$ what is shown
# - how long a cell remembers, and how one number, the forget bias, decides it
# - why an LSTM has four times the parameters of the plain cell, and where each of them stands in the matrices
# - the backward pass, in which one line is forgotten more often than any other
# - what an LSTM does not cure
#
# **What you need.** Notebooks 02 (the cell, the loop), 03 (gradients through time) and 05 (the product of factors).
#
# **Time.** 4 hours, in two sittings: the first ends with the forget bias, after about an hour and three quarters. Eight
# exercises, and one more for those who want to write the GRU too.

# %% tags=["setup"]
import numpy as np

from rnncourse import check, failing_case, hint, plots, predict
from rnncourse.lab import descend, memory, tasks
from rnncourse.plots import gradients as gradient_plots
from rnncourse.plots import lstm as lstm_plots

# %% [markdown]
# ## The line that is added to
#
# In the plain cell the old state goes through a matrix and an activation, $h_t = \tanh(\dots + h_{t-1} W_{hh})$. Its derivative from one step to
# the next is weights times slope, and notebook 05 showed what a hundred such factors do.
#
# Now keep a second quantity beside $h$, the **cell** $c$, and change it in another way:
#
# $$
# c_t = f\,c_{t-1} + w_t .
# $$
#
# The old value is multiplied by one number $f$ between 0 and 1, and something new, $w_t$, is *added*. There is no matrix on this path and no
# activation. Along it, the derivative is
#
# $$
# \frac{\partial c_t}{\partial c_{t-1}} = f, \qquad\qquad \frac{\partial c_T}{\partial c_1} = f^{\,T-1} .
# $$
#
# This is still a product. But its factor is a number that the network can *choose*, and it may choose 0.999.
#
# 99 factors: how much is left for $f = 0.99$, and for $f = 0.999$? (For a small $\varepsilon$, $(1 - \varepsilon)^n$ is about
# $e^{-n \varepsilon}$.)

# %%
left_of_it = predict(..., ...)

# %%
for f in (0.5, 0.9, 0.99, 0.999, 1.0):
    print(f"f = {f:<5}  after 99 steps {f**99:.2g}")
left_of_it.compare([0.99**99, 0.999**99])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# $e^{-0.99} = 0.37$ and $e^{-0.099} = 0.91$.
#
# </details>

# %% [markdown]
# For $f = 1$ nothing is lost, after any number of steps. Then why not always take 1? Because such a cell can never get rid of
# anything: it adds up all it has ever seen. What should be kept depends on what is read. So $f$ has to be **computed** at each step, from the
# input and the state. That is a gate.

# %% [markdown]
# ## Gates
#
# A **gate** is a number between 0 and 1 that something is multiplied by. 0 is closed, 1 is open, and between them it lets through a
# fraction. It is computed by a small layer of its own with the logistic sigmoid,
#
# $$
# \sigma(a) = \frac{1}{1 + e^{-a}},
# $$
#
# because that gives a number between 0 and 1 for any $a$. An LSTM unit has three gates, and a **candidate** $g$, which is what it would
# like to write:
#
# | | name | between | what it does |
# | --- | --- | --- | --- |
# | $i$ | input gate | 0 and 1 | the fraction of the candidate that is written |
# | $f$ | forget gate | 0 and 1 | the fraction of the old cell that is **kept** |
# | $g$ | candidate | -1 and 1 | what would be written |
# | $o$ | output gate | 0 and 1 | the fraction of the cell that is shown |
#
# The name of $f$ misleads: at $f = 1$ nothing is forgotten. With $\odot$ for the product entry by entry,
#
# $$
# c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad\qquad h_t = o_t \odot \tanh(c_t) .
# $$
#
# So there are two states. $c$ is the memory, and may be any number. $h$ is what the rest of the network sees, between -1 and 1.

# %% [markdown]
# ### The graph, gate by gate
#
# **Keep.** The cell runs in a straight line from left to right. On the way it is multiplied by $f$, and by nothing else.

# %% tags=["figure"]
plots.show(
    lstm_plots.cell_graph(frame=1),
    alt="First frame of an LSTM step. The cell runs in a straight line from c_(t-1) on the left to c_t on the right. On the way "
    "it is multiplied by the gate f. What goes on is marked: kept.",
)

# %% [markdown]
# **Write.** The candidate $g$ is multiplied by $i$, and the product is *added* to what was kept.

# %% tags=["figure"]
plots.show(
    lstm_plots.cell_graph(frame=2),
    alt="Second frame. As before, and to the right of the product with f the product of i and g, marked: written, is added to the line.",
)

# %% [markdown]
# **Show.** A copy of the new cell goes through tanh and is multiplied by $o$. That is $h_t$. The cell itself goes on unharmed.

# %% tags=["figure"]
plots.show(
    lstm_plots.cell_graph(frame=3),
    alt="Third frame. As before, and from the line just before c_t a branch goes down through tanh, is multiplied by o, and becomes "
    "h_t, marked: shown.",
)

# %% [markdown]
# **Decide.** All four, $f$, $i$, $g$ and $o$, read the same two things: the input, and what was shown at the step before. Each has
# weights of its own.

# %% tags=["figure"]
plots.show(
    lstm_plots.cell_graph(),
    alt="Fourth frame, the whole graph. As before, and below, x_t and h_(t-1) feed all four boxes, f, i, g and o, each with its own "
    "columns of Wx, Wh and b.",
)

# %% [markdown]
# ### One step by hand
#
# One unit, one input. Its old states are $h_{t-1} = 0.5$ and $c_{t-1} = 0.8$, and the input is $x_t = 1$. Each of the four has a weight for the input, a
# weight for the old $h$ and a bias:
#
# | | input | old $h$ | bias | sum $a$ |
# | --- | --- | --- | --- | --- |
# | $i$ | 2 | -1 | -0.5 | $2 \cdot 1 - 1 \cdot 0.5 - 0.5 = 1$ |
# | $f$ | -1 | 1 | 2 | $-1 \cdot 1 + 1 \cdot 0.5 + 2 = 1.5$ |
# | $g$ | 0.5 | 1 | -0.5 | $0.5 \cdot 1 + 1 \cdot 0.5 - 0.5 = 0.5$ |
# | $o$ | 1 | -2 | 0 | $1 \cdot 1 - 2 \cdot 0.5 + 0 = 0$ |
#
# You need $\sigma(0) = 0.5$, $\sigma(1) = 0.73$, $\sigma(1.5) = 0.82$ and $\tanh(0.5) = 0.46$. What is $c_t$? And how large can $|h_t|$
# be at most, whatever $c_t$ is?

# %%
new_cell_and_bound = predict(..., ...)

# %%
h_old, c_old = 0.5, 0.8
i, f, o = (1 / (1 + np.exp(-a)) for a in (1.0, 1.5, 0.0))
g = np.tanh(0.5)
c_new = f * c_old + i * g
h_new = o * np.tanh(c_new)
print(f"i = {i:.4f}   f = {f:.4f}   g = {g:.4f}   o = {o:.4f}")
print(f"kept    f * c_old = {f * c_old:.4f}")
print(f"written i * g     = {i * g:.4f}")
print(f"c = {c_new:.4f}   tanh(c) = {np.tanh(c_new):.4f}   h = {h_new:.4f}")
new_cell_and_bound.compare([c_new, o], within=0.03)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 82 % of 0.8 is kept and 73 % of 0.46 is written. The memory grows to 0.99. The output gate is half open, so $h$ cannot exceed
# 0.5. It is 0.38.
#
# </details>

# %% [markdown]
# ### Write, hold, show, erase
#
# Here is what gates are for. The next cell begins with a script for one unit: eight steps, one row for each, with the columns $i, f, g, o$. Most
# gates in it are fully open or closed. The candidate $g$ is noise at most steps, as it would be. The cell starts at $c_0 = 0.3$.
#
# Read the eight rows and write down $c$ after each step. Where is $h$ zero? At which steps does the rest of the network know what the
# cell holds?

# %%
script = np.array(
    [  # i    f    g    o
        [0.9, 0.0, 0.8, 0.0],
        [0.0, 1.0, -0.6, 0.0],
        [0.0, 1.0, 0.9, 0.0],
        [0.0, 1.0, -0.9, 1.0],
        [0.0, 0.9, 0.4, 0.0],
        [0.5, 0.9, 0.6, 1.0],
        [0.0, 0.0, 0.7, 1.0],
        [1.0, 1.0, -0.5, 1.0],
    ]
)  # (T, 4)
cells_of_script = predict(..., ..., ..., ..., ..., ..., ..., ...)

# %%
cells, shown, c_now = [], [], 0.3
for i, f, g, o in script:
    c_now = f * c_now + i * g
    cells.append(c_now)
    shown.append(o * np.tanh(c_now))
for t, (row, c_t, h_t) in enumerate(zip(script, cells, shown, strict=True), start=1):
    print(
        f"t = {t}  i {row[0]:.1f}  f {row[1]:.1f}  g {row[2]:4.1f}  o {row[3]:.1f}   c {c_t + 0.0:6.3f}   h {h_t + 0.0:6.3f}"
    )
cells_of_script.compare(np.array(cells) + 0.0, within=0.01)

# %% tags=["figure"]
plots.show(
    plots.heatmap(
        np.vstack([script.T, cells, shown]) + 0.0,
        [f"t = {t}" for t in range(1, 9)],
        ["i, written", "f, kept", "g, candidate", "o, shown", "c, memory", "h, output"],
    ),
    alt="Gates, candidate, cell and output of one unit over eight steps, as coloured fields with numbers. Cell: "
    + ", ".join(f"{c:.2f}" for c in cells)
    + ". Output: "
    + ", ".join(f"{h + 0.0:.2f}" for h in shown)
    + ".",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Read it column by column.
#
# - $t = 1$: the start value 0.3 is erased ($f = 0$) and 90 % of 0.8 is written.
# - $t = 2, 3, 4$: the candidate changes wildly, and the cell does not: $i = 0$ and $f = 1$. **It holds.** At $t = 4$ it is shown for the first time.
# - $t = 5$: a tenth fades. $t = 6$: another tenth, and 0.3 is added.
# - $t = 7$: erased, with nothing written. $t = 8$: a fresh value, through an open $i$.
#
# </details>
#
# The three gates protect three things: $i$ the memory from noise, $f$ the memory from itself, and $o$ the rest of the network from the memory.

# %% [markdown]
# ## A sigmoid that survives
#
# The formula $1 / (1 + e^{-a})$ has a weak spot. float64 ends near $e^{709.8}$. What then is $e^{1000}$? What is $1 / (1 + e^{1000})$, and what the
# other way to write the same function, $e^{a} / (1 + e^{a})$, at $a = 1000$?

# %%
three_values = predict(..., ..., ..., among=("0", "0.5", "1", "inf", "nan"))

# %%
with np.errstate(over="ignore", invalid="ignore"):
    big = np.exp(np.array(1000.0))
    print(
        "exp(1000) =",
        big,
        "  1 / (1 + exp(1000)) =",
        1 / (1 + big),
        "  exp(1000) / (1 + exp(1000)) =",
        big / (1 + big),
    )
    three_values.compare([f"{value:g}" for value in (big, 1 / (1 + big), big / (1 + big))])
    print(f"at a = -720: the formula says {1 / (1 + np.exp(720.0))}, the truth is {np.exp(-720.0):.3g}")
print(f"at a = -40, (1 + tanh(a / 2)) / 2 says {(1 + np.tanh(-20.0)) / 2}, the truth is {np.exp(-40.0):.3g}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The first form overflows for very negative $a$. It still ends up near the right answer, with a warning. The second gives `nan` for large
# $a$. And the elegant third, $\tfrac12 (1 + \tanh \tfrac a2)$, never overflows, but for negative $a$ it subtracts two numbers that are nearly
# equal: from $a = -40$ down, all digits are lost.
#
# </details>
#
# The way out is the one of the losses in notebook 03: never take the exponential of a positive number. For $a \ge 0$ the first form does that.
# For $a < 0$ multiply numerator and denominator by $e^{a}$. In both cases the exponential is that of $-|a|$.

# %% [markdown]
# ### Exercise: `sigmoid`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: a function that is right in both tails.*
#
# The check looks at $a$ down to -740, where $\sigma(a)$ is about $10^{-322}$ and float64 is at its end. It wants every value right to one part in a million,
# the smallest too. Why so far? A gate of $10^{-310}$ is as closed as a gate of 0. But the losses of notebook 03 take the *logarithm* of a sigmoid: that of
# $10^{-310}$ is $-714$, and that of 0 is minus infinity. A function that is right everywhere need not be thought about again.
#
# The check compares values only. If an exponential overflows on the way and the value is right all the same, it passes.


# %% nbgrader={"grade_id": "sigmoid", "solution": true}
def sigmoid(a):
    """Return the logistic sigmoid of every entry, 1 / (1 + exp(-a)).

    a : an array of float64, of any shape, with any finite numbers: also 1000 and -1000

    Returns an array of the same shape, with a relative error of at most 1e-6 in every entry; where the true value is
    too small for float64, as at -1000, it is 0. No nan. The check compares
    values: a warning about an overflow on the way costs nothing, and the cell below it shows whether there was one.
    """
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(a))  # between 0 and 1, so it cannot overflow
    return np.where(a >= 0, 1 / (1 + e), e / (1 + e))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sigmoid", "points": 2}
check(sigmoid)

# %% [markdown]
# Whether something overflowed on the way, NumPy can tell you. Here it is told to raise an error instead of a warning. This is for
# your information: either line is a pass.

# %%
with np.errstate(over="raise", invalid="raise"):
    try:
        print(np.round(sigmoid(np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0])), 4))
        print("nothing overflowed on the way")
    except FloatingPointError as error:
        print("the values are right, but on the way:", error)

# %% [markdown]
# `np.where` computes *both* of its branches for every entry and then picks. So an exponential that overflows in the branch that is not picked
# still warns, although its value is thrown away. That is harmless here, and in a long training it hides the warnings that are not. With
# the exponential of $-|a|$ alone there is nothing to warn of.

# %% [markdown]
# ## From one unit to matrices
#
# A layer has $H$ units, and a batch has $N$ examples. Each of the four, $i$, $f$, $g$ and $o$, is a layer like the plain cell of notebook 02,
# with weights of its own. For the input gate, for instance,
#
# $$
# \underbrace{i_t}_{(N, H)} = \sigma\big(\underbrace{x_t}_{(N, D)} \underbrace{W_x^{(i)}}_{(D, H)} + \underbrace{h_{t-1}}_{(N, H)} \underbrace{W_h^{(i)}}_{(H, H)}
# + \underbrace{b^{(i)}}_{(H,)}\big) .
# $$
#
# Four layers that read the same $x_t$ and $h_{t-1}$ are one layer that is four times as wide. So their weights are kept side by side, in the order
# $i, f, g, o$, and one product computes all sums at once:
#
# $$
# \underbrace{a}_{(N, 4H)} = \underbrace{x_t}_{(N, D)} \underbrace{W_x}_{(D, 4H)} + \underbrace{h_{t-1}}_{(N, H)} \underbrace{W_h}_{(H, 4H)} +
# \underbrace{b}_{(4H,)} .
# $$
#
# Columns $0$ to $H - 1$ of $a$ belong to $i$, the next $H$ to $f$, then $g$, then $o$. Three of the blocks go through $\sigma$, and one, that of $g$, through tanh.

# %% tags=["figure"]
plots.show(
    lstm_plots.weight_blocks(5, 3),
    alt="Wx with 5 rows, Wh with 3 rows and b with one row, each with 12 columns in four blocks of 3: i, f, g, o from left to right. "
    "The blocks i, f and o lead to a sigmoid, the block g to tanh. Wx has 60 numbers, Wh 36, b 12, together 108.",
)

# %% [markdown]
# ### Exercise: `lstm_gates`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: one product for four layers, split in the right places.*
#
# Use your `sigmoid`. `np.split(a, 4, axis=1)` is one way to cut; slices are another.


# %% nbgrader={"grade_id": "lstm_gates", "solution": true}
def lstm_gates(x_t, h_prev, Wx, Wh, b):
    """Return the three gates and the candidate of one step, after sigmoid or tanh.

    x_t    : (N, D)    input of the step
    h_prev : (N, H)    output of the step before
    Wx     : (D, 4H)   from the input; four blocks of H columns, in the order i, f, g, o
    Wh     : (H, 4H)   from h_prev; the same blocks
    b      : (4H,)     biases; the same blocks

    Returns i, f, g, o in this order, each (N, H): i, f and o between 0 and 1, g between -1 and 1.
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    a = x_t @ Wx + h_prev @ Wh + b  # (N, 4H)
    i = sigmoid(a[:, :H])  # (N, H), like the other three
    f = sigmoid(a[:, H : 2 * H])
    g = np.tanh(a[:, 2 * H : 3 * H])
    o = sigmoid(a[:, 3 * H :])
    return i, f, g, o
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_gates", "points": 4}
check(lstm_gates)

# %% [markdown]
# The unit of the hand calculation, as matrices with $N = D = H = 1$. The four numbers must be those from above.

# %%
Wx_unit = np.array([[2.0, -1.0, 0.5, 1.0]])  # (D, 4H) with D = H = 1
Wh_unit = np.array([[-1.0, 1.0, 1.0, -2.0]])  # (H, 4H)
b_unit = np.array([-0.5, 2.0, -0.5, 0.0])  # (4H,)
x_unit, h_unit, c_unit = np.array([[1.0]]), np.array([[0.5]]), np.array([[0.8]])
for name, gate in zip("ifgo", lstm_gates(x_unit, h_unit, Wx_unit, Wh_unit, b_unit), strict=True):
    print(name, "=", np.round(gate, 4))

# %% [markdown]
# ### Exercise: `lstm_step`
#
# *Difficulty 1 of 5 · 10 minutes · Objective: the two lines that make a memory.*


# %% nbgrader={"grade_id": "lstm_step", "solution": true}
def lstm_step(x_t, h_prev, c_prev, Wx, Wh, b):
    """Do one step: c = f * c_prev + i * g and h = o * tanh(c), entry by entry.

    x_t    : (N, D)
    h_prev : (N, H)    output of the step before
    c_prev : (N, H)    cell of the step before
    Wx     : (D, 4H)   order i, f, g, o, as in lstm_gates
    Wh     : (H, 4H)
    b      : (4H,)

    Returns h, c in this order, each (N, H). h_prev and c_prev are left as they were.
    """
    ### BEGIN SOLUTION
    i, f, g, o = lstm_gates(x_t, h_prev, Wx, Wh, b)  # (N, H) each
    c = f * c_prev + i * g  # (N, H): keep a part of the old, add something new
    h = o * np.tanh(c)  # (N, H): show a part of it
    return h, c
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_step", "points": 2}
check(lstm_step)

# %% [markdown]
# ### Exercise: `lstm_forward`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: carry two states through time, and keep all of them.*
#
# The loop is that of notebook 02. Here all cells are returned as well. Why will the backward pass need them?


# %% nbgrader={"grade_id": "lstm_forward", "solution": true}
def lstm_forward(x, h0, c0, Wx, Wh, b):
    """Run an LSTM over whole sequences and return outputs and cells after every step.

    x  : (N, T, D)   inputs; x[:, t] is the input of step t
    h0 : (N, H)      output before the first step
    c0 : (N, H)      cell before the first step
    Wx : (D, 4H)     order i, f, g, o
    Wh : (H, 4H)
    b  : (4H,)

    Returns h, c in this order, each (N, T, H); h[:, t] and c[:, t] are the states after step t. h0 and c0 are not in them.
    """
    ### BEGIN SOLUTION
    h, c = [], []
    h_t, c_t = h0, c0
    for t in range(x.shape[1]):
        h_t, c_t = lstm_step(x[:, t], h_t, c_t, Wx, Wh, b)  # (N, H) each
        h.append(h_t)
        c.append(c_t)
    return np.stack(h, axis=1), np.stack(c, axis=1)  # (N, T, H) each
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_forward", "points": 3}
check(lstm_forward)

# %% [markdown]
# What the cell holds is not bounded like $h$. One unit has $i$, $f$ and $o$ wide open (biases of 10) and a candidate near 1 (bias 3). What are
# $c$ and $h$ after 50 steps?

# %%
cell_and_output = predict(..., ...)

# %%
b_open = np.array([10.0, 10.0, 3.0, 10.0])  # i, f, g, o
h_all, c_all = (
    np.asarray(s)
    for s in lstm_forward(
        np.zeros((1, 50, 1)), np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 4)), np.zeros((1, 4)), b_open
    )
)
print(f"after 50 steps: c = {c_all[0, -1, 0]:.2f}, h = {h_all[0, -1, 0]:.4f}")
cell_and_output.compare([c_all[0, -1, 0], h_all[0, -1, 0]], within=0.05)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# It has counted: one nearly whole unit for each step. $h$ says only *a lot*.
#
# </details>
#
# A counter like this is something that a plain cell, whose whole state lies between -1 and 1, cannot keep so simply.

# %% [markdown]
# ## What it costs
#
# | | shape | a layer with $H = 3$, $D = 5$ |
# | --- | --- | --- |
# | `Wx` | $(D, 4H)$ | $5 \cdot 12 = 60$ |
# | `Wh` | $(H, 4H)$ | $3 \cdot 12 = 36$ |
# | `b` | $(4H,)$ | $12$ |
# | sum | $4\,(D H + H^2 + H)$ | $108$ |
#
# Four blocks, each as large as a plain cell.
#
# At the end of the notebook you meet the **GRU**, a smaller relative without a separate cell. For counting you need to know one thing about it: it
# computes *three* things from $x_t$ and $h_{t-1}$, two gates and a candidate, and each has a block like those here: $(D, H)$ weights for the input,
# $(H, H)$ for the old $h$, and one bias for each unit.

# %% [markdown]
# ### Exercise: `parameter_counts`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: know what a layer costs before you build it.*
#
# How many numbers are learned? Each block has one bias for each unit.
#
# - `"rnn"`: a plain cell with 3 units that reads 5 features
# - `"forget_gate"`: of an LSTM with 3 units and 5 features, the part that computes $f$
# - `"longer"`: the same LSTM, on sequences of 200 steps in place of 20
# - `"doubled"`: an LSTM with **6** units and 5 features
# - `"gru"`: a GRU with 3 units and 5 features
# - `"tagger"`: the LSTM with 3 units and 5 features, and an output layer for $K = 4$ classes that reads its $h$

# %% nbgrader={"grade_id": "parameter_counts", "solution": true}
# Assign a dict with the six keys; each value is a number of parameters.
# parameter_counts = {"rnn": ..., "forget_gate": ..., "longer": ..., "doubled": ..., "gru": ..., "tagger": ...}
### BEGIN SOLUTION
parameter_counts = {"rnn": 27, "forget_gate": 27, "longer": 108, "doubled": 288, "gru": 81, "tagger": 124}
### END SOLUTION

# %% nbgrader={"grade_id": "check_parameter_counts", "points": 2}
check("parameter_counts")

# %% [markdown]
# Libraries print slightly different numbers, and now you can say why. For 3 units and 5 features:
#
# | | plain | LSTM | GRU |
# | --- | --- | --- | --- |
# | one bias for each block, as here | 27 | 108 | 81 |
# | Keras | 27 | 108 | 90 |
# | PyTorch | 30 | 120 | 90 |
#
# PyTorch has two biases for each block, one beside each product. For the plain cell and the LSTM their sum is all that matters. Keras does the same
# for the GRU only, where it uses a variant in which the second bias has an effect of its own (`reset_after=True`, the default).

# %%
D, H = 5, 3
block = D * H + H * H  # weights of one block
for name, blocks in (("plain", 1), ("LSTM", 4), ("GRU", 3)):
    print(f"{name:<6} one bias {blocks * (block + H):>4}   two biases {blocks * (block + 2 * H):>4}")

# %% [markdown]
# ## How long does a cell remember?
#
# Suppose that nothing reaches the forget gate but its bias $b_f$. Then $f = \sigma(b_f)$ at every step, and what the cell held is $f^n$ of itself
# after $n$ steps. The number of steps after which half is left is its **half-life**:
#
# $$
# f^n = \tfrac12
# \qquad\Longleftrightarrow\qquad
# n = \frac{\ln 0.5}{\ln f} .
# $$
#
# Which $b_f$ gives a half-life of 100 steps? First $f$: half is lost in 100 small steps, so each takes about $0.69 / 100$. Then $b_f$, from
# $\sigma(b_f) = f$.

# %%
bias_for_100 = predict(...)

# %%
print("b_f    f       half-life   left after 100 steps")
for b_f in (-1, 0, 1, 2, 3, 5, 7):
    f = 1 / (1 + np.exp(-b_f))
    print(f"{b_f:>3}  {f:.3f}  {np.log(0.5) / np.log(f):9.1f}   {f**100:.1e}")
f_hundred = 0.5**0.01
print(f"for 100 steps: f = {f_hundred:.4f}, b_f = {np.log(f_hundred / (1 - f_hundred)):.2f}")
bias_for_100.compare(np.log(f_hundred / (1 - f_hundred)))


# %% tags=["figure"]
def draw_fading(steps):
    n = np.arange(steps + 1)
    curves = {f"b_f = {b_f}": (1 / (1 + np.exp(-b_f))) ** n for b_f in (0, 1, 3, 5, 7)}
    figure = gradient_plots.lines(n, curves, ("steps", "left of the cell"), (0, 1.02), log=False)
    figure.axes[0].axhline(0.5, color="0.6", linewidth=0.8)
    return figure


def describe_fading(steps):
    left = {b_f: (1 / (1 + np.exp(-b_f))) ** steps for b_f in (0, 1, 3, 5, 7)}
    return (
        f"What is left of a cell over {steps} steps, for five forget biases, and a line at one half. At the end: "
        + ", ".join(f"b_f = {b_f}: {value:.2g}" for b_f, value in left.items())
        + "."
    )


gradient_plots.explore(draw_fading, describe_fading, {"steps": [100, 20, 50, 500]})

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# $f$ is about $1 - 0.0069 = 0.9931$, and $b_f = \ln(f / (1 - f)) = 4.97$: about 5.
#
# </details>

# %% [markdown]
# At $b_f = 0$, which is what you get from biases that start at zero, the memory is gone after a few steps: its half-life is a single step. This is why
# the forget bias is usually set to 1 or more *before training*. Keras sets it to 1 unless told otherwise.
#
# For large $b_f$ the half-life grows like $0.69\,e^{b_f}$. So $b_f$ is something like the logarithm of the time span that you expect to matter.

# %% [markdown]
# ### Exercise: `forget_bias`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: turn a time span into a bias, and put it where it belongs.*
#
# Now the other way round: given the half-life, find the bias. First $f$ from the half-life, then $b_f$ from $f$. For the second you need the inverse
# of the sigmoid.


# %% nbgrader={"grade_id": "forget_bias", "solution": true}
def forget_bias(H, half_life):
    """Return a bias vector for an LSTM layer whose cells halve in `half_life` steps.

    H         : int     number of units
    half_life : float   positive, in steps; it may be below 1, or not whole

    Returns b : (4H,), order i, f, g, o. All blocks are 0 but that of the forget gate, in which every entry is the
    number b_f with sigmoid(b_f) ** half_life = 0.5. Then a cell that nothing else acts on (inputs 0, Wh 0) is half of what it was after
    half_life steps.
    """
    ### BEGIN SOLUTION
    f = 0.5 ** (1 / half_life)  # the fraction kept in one step
    b = np.zeros(4 * H)
    b[H : 2 * H] = np.log(f / (1 - f))  # the inverse of the sigmoid
    return b
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_forget_bias", "points": 2}
check(forget_bias)

# %% [markdown]
# Try it with your own LSTM. A cell starts at 1, with a half-life of 7, and inputs are 0. In the first line $W_h$ is 0 as well. In the second it is
# random. Should the two lines agree?

# %%
two_lines = predict(..., among=("they agree", "they differ"))

# %%
rng = np.random.default_rng(0)
D, H = 2, 4
b_seven = np.asarray(forget_bias(H, 7))
nothing, ones = np.zeros((1, 21, D)), np.ones((1, H))
for name, Wh in (("Wh = 0", np.zeros((H, 4 * H))), ("Wh random", rng.normal(0, 1 / np.sqrt(H), (H, 4 * H)))):
    c_all = np.asarray(lstm_forward(nothing, np.zeros((1, H)), ones, np.zeros((D, 4 * H)), Wh, b_seven)[1])
    print(f"{name:<10} after 7, 14, 21 steps:", [np.round(c_all[0, t - 1], 3).tolist() for t in (7, 14, 21)])
two_lines.compare("they agree" if np.allclose(c_all[0, 6], 0.5) else "they differ")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# With $W_h = 0$: 0.5, 0.25, 0.125. With a random $W_h$ the four cells go four ways, because what they show, $h$, comes back
# at the next step and moves their gates and candidates.
#
# </details>
#
# The half-life is a statement about the *direct* path, for a cell that is left alone. Keep that in mind for the gradient.
#
# This is a good place for a break.

# %% [markdown]
# ## Back through one step
#
# Training needs gradients, and the way is that of notebook 03: take one step, send the gradient back through each operation, and add up where a quantity was
# used twice. There are two gradients that arrive at step $t$ **from outside**:
#
# - $dh$, shape $(N, H)$: from everything that uses $h_t$, namely the output of this step and the gates of step $t + 1$
# - $dc$, shape $(N, H)$: from step $t + 1$, which uses $c_t$ as its old cell
#
# %% [markdown]
# ### The line that is forgotten
#
# Look at the graph. $c_t$ is used **twice**: by the next step, *and* inside this one, where $h_t = o \odot \tanh(c_t)$. What arrives from outside, $dc$, knows
# only of the first use. The second sends back $dh$ times the derivative of $h_t$ with respect to $c_t$. Both add up:
#
# $$
# \underbrace{dc^{\,\text{all}}}_{(N, H)} = dc + dh \odot o \odot \big(1 - \tanh^2(c_t)\big) .
# $$
#
# Everything that follows starts from $dc^{\,\text{all}}$, so it has to be complete first.

# %% tags=["figure"]
plots.show(
    lstm_plots.cell_graph(backward=True),
    alt="The same graph with the gradients going back, right to left. dh arrives at h_t and dc at c_t. From h_t one branch goes to o, with the factor "
    "tanh(c), and one through tanh to c_t, with the factor o (1 - tanh^2 c). There it is added to dc. The sum goes left: to f with the factor c_(t-1), "
    "to i with g, to g with i, and to c_(t-1) with the factor f. From the four boxes it goes down and back to h_(t-1) and x_t, where all four add up.",
)

# %% [markdown]
# ### The four gates
#
# From $c_t = f \odot c_{t-1} + i \odot g$ and $h_t = o \odot \tanh(c_t)$, each factor gets the gradient of the product times its partner:
#
# | gradient of | is | since it stands beside |
# | --- | --- | --- |
# | $i$ | $dc^{\,\text{all}} \odot g$ | $g$ |
# | $f$ | … | … |
# | $g$ | … | … |
# | $o$ | … | … |
# | $c_{t-1}$ | $dc^{\,\text{all}} \odot f$ | $f$ |
#
# Fill in the three lines in between on paper, before you look at the graph again: it has their factors. One of the three does
# **not** start from $dc^{\,\text{all}}$.
#
# The last line is the reason for it all. The gradient goes from cell to cell with the factor $f$: no matrix, no slope.
#
# $c_{t-1}$ also has a second use: it shows in $h_{t-1}$. That part is *not* in the last line. It arrives with $dh_{t-1}$, and step $t - 1$ adds it to
# its own $dc^{\,\text{all}}$ when its turn comes.
#
# %% [markdown]
# ### Through the activations
#
# The gates came out of $\sigma$ and $g$ came out of tanh. Both slopes can be written with the *result*:
#
# $$
# \sigma'(a) = \sigma(a)\,(1 - \sigma(a)), \qquad \tanh'(a) = 1 - \tanh^2(a) .
# $$
#
# So the first block of the gradient of the sum $a$ is
#
# $$
# \underbrace{da^{(i)}}_{(N, H)} = dc^{\,\text{all}} \odot g \odot i\,(1 - i) .
# $$
#
# The other three are yours. They are put side by side to one $da$ of shape $(N, 4H)$, in the order of the forward pass.

# %% [markdown]
# ### Through the products
#
# $a = x_t W_x + h_{t-1} W_h + b$ is a plain layer with $4H$ units, so its five gradients are those of notebook 03, with $da$ of shape $(N, 4H)$
# in the place of that of one block. They must come out with the shapes
#
# | $dx_t$ | $dh_{t-1}$ | $dW_x$ | $dW_h$ | $db$ |
# | --- | --- | --- | --- | --- |
# | $(N, D)$ | $(N, H)$ | $(D, 4H)$ | $(H, 4H)$ | $(4H,)$ |
#
# $W_h$ is never square, and $W_x$ only where $D = 4H$, so a missing transpose nearly always fails at once here. The dangers of this function are
# elsewhere: in a path that is missing, and in a gradient that is used before it is complete.

# %% [markdown]
# ### Back by hand
#
# The unit from the beginning: $i = 0.7311$, $f = 0.8176$, $g = 0.4621$, $o = 0.5$, $c_{t-1} = 0.8$, $\tanh(c_t) = 0.7582$. Let $dh = 1$ and $dc = 0.2$ arrive.
# You need $1 - 0.7582^2 = 0.425$. What are $dc^{\,\text{all}}$ and $dc_{t-1}$?

# %%
whole_and_before = predict(..., ...)

# %%
dh_one, dc_one = 1.0, 0.2
i, f, o = (1 / (1 + np.exp(-a)) for a in (1.0, 1.5, 0.0))
g = np.tanh(0.5)
tanh_c = np.tanh(f * 0.8 + i * g)
through_h = dh_one * o * (1 - tanh_c**2)
dc_whole = dc_one + through_h
print(f"through h: {through_h:.4f}   from outside: {dc_one:.4f}   together: {dc_whole:.4f}")
print(f"dc of the step before: {dc_whole:.4f} * {f:.4f} = {dc_whole * f:.4f}")
whole_and_before.compare([dc_whole, dc_whole * f], within=0.03)
print(f"da of i, f, g, o: {dc_whole * g * i * (1 - i):.4f}, {dc_whole * 0.8 * f * (1 - f):.4f}, ", end="")
print(f"{dc_whole * i * (1 - g**2):.4f}, {dh_one * tanh_c * o * (1 - o):.4f}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# More than half of the gradient of the cell came through $h$ here. Without that path it would have been 0.2.
#
# </details>
#
# %% [markdown]
# ### Exercise: `lstm_step_backward`
#
# *Difficulty 4 of 5 · 40 minutes · Objective: one step back, with every path.*
#
# The function is not given $i, f, g, o$ and $c_t$. Compute them again from the arguments; your `lstm_gates` does most of it. (Programs that must be fast
# keep them from the forward pass.)


# %% nbgrader={"grade_id": "lstm_step_backward", "solution": true}
def lstm_step_backward(dh, dc, x_t, h_prev, c_prev, Wx, Wh, b):
    """Go back through one step, h, c = lstm_step(x_t, h_prev, c_prev, Wx, Wh, b).

    dh     : (N, H)    gradient that arrives at h from outside of this step
    dc     : (N, H)    gradient that arrives at c from outside of this step; it does not include the way through h
    x_t    : (N, D)
    h_prev : (N, H)
    c_prev : (N, H)
    Wx     : (D, 4H)   order i, f, g, o
    Wh     : (H, 4H)
    b      : (4H,)

    Returns dx_t (N, D), dh_prev (N, H), dc_prev (N, H), dWx (D, 4H), dWh (H, 4H), db (4H,), in this order. Gradients of the
    parameters are sums over the batch. dh and dc are left as they were.
    """
    ### BEGIN SOLUTION
    i, f, g, o = lstm_gates(x_t, h_prev, Wx, Wh, b)  # (N, H) each
    tanh_c = np.tanh(f * c_prev + i * g)  # (N, H)
    dc_all = dc + dh * o * (1 - tanh_c**2)  # (N, H): from outside, and through h
    da_i = dc_all * g * i * (1 - i)  # (N, H) each
    da_f = dc_all * c_prev * f * (1 - f)
    da_g = dc_all * i * (1 - g**2)
    da_o = dh * tanh_c * o * (1 - o)
    da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)  # (N, 4H)
    dc_prev = dc_all * f  # (N, H)
    return da @ Wx.T, da @ Wh.T, dc_prev, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_step_backward", "points": 6}
check(lstm_step_backward)

# %% [markdown]
# Your function on the unit above. $dc$ of the step before and the four parts of $da$, which are $db$ here, must be those of the hand calculation.

# %%
back = lstm_step_backward(
    np.array([[1.0]]), np.array([[0.2]]), x_unit, h_unit, c_unit, Wx_unit, Wh_unit, b_unit
)
for name, value in zip(["dx_t", "dh_prev", "dc_prev", "dWx", "dWh", "db"], back, strict=True):
    print(f"{name:<8}", np.round(value, 4))

# %% [markdown]
# ## Back through time
#
# The loop is the one of `rnn_backward`, but it carries **two** arrays from each step to the one before:
#
# - `dh_next`, which is added to $dh_t$ from the output of the step
# - `dc_next`, which is all of what arrives at $c_t$ from outside, since nothing outside of the LSTM reads the cells
#
# After the last step both are 0. What is left of them after the first step are the gradients of $h_0$ and $c_0$.
#
# **Think before you write.** At step $t$ you need the states *before* it. Which are they at the first step?
#
# %% [markdown]
# ### Exercise: `lstm_backward`
#
# *Difficulty 4 of 5 · 30 minutes · Objective: backpropagation through time along two paths.*


# %% nbgrader={"grade_id": "lstm_backward", "solution": true}
def lstm_backward(dh, x, h0, c0, h, c, Wx, Wh, b):
    """Go back through all steps of h, c = lstm_forward(x, h0, c0, Wx, Wh, b).

    dh : (N, T, H)   gradient that reaches each h[:, t] from the output of its own step
    x  : (N, T, D)
    h0 : (N, H)
    c0 : (N, H)
    h  : (N, T, H)   outputs after each step
    c  : (N, T, H)   cells after each step; the loss does not look at them directly
    Wx : (D, 4H)     order i, f, g, o
    Wh : (H, 4H)
    b  : (4H,)

    Returns dx (N, T, D), dh0 (N, H), dc0 (N, H), dWx (D, 4H), dWh (H, 4H), db (4H,), in this order. They are the full gradients
    of the summed loss: nothing is averaged, clipped or cut off. dh is left as it was.
    """
    ### BEGIN SOLUTION
    dx = np.zeros_like(x)
    dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)  # (N, H) each
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(x.shape[1])):
        h_prev = h[:, t - 1] if t > 0 else h0  # (N, H)
        c_prev = c[:, t - 1] if t > 0 else c0  # (N, H)
        dx[:, t], dh_next, dc_next, dWx_t, dWh_t, db_t = lstm_step_backward(
            dh[:, t] + dh_next, dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b
        )
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dh_next, dc_next, dWx, dWh, db
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_backward", "points": 6}
check(lstm_backward)

# %% [markdown]
# And the measurement that knows no calculus. A small LSTM with all sizes different, a loss that weighs every output with a random number, and
# every single entry of all six moved up and down by $10^{-5}$: the inputs, two initial states, three parameters.

# %%
rng = np.random.default_rng(6)
N, T, D, H = 2, 6, 4, 3
names = ["x", "h0", "c0", "Wx", "Wh", "b"]
shapes = [(N, T, D), (N, H), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,)]
arguments = {name: rng.normal(0, 0.7, shape) for name, shape in zip(names, shapes, strict=True)}
upstream = rng.normal(size=(N, T, H))  # dL/dh of L = (upstream * h).sum()


def weighed():
    """Return the loss of the network in `arguments`."""
    return (upstream * np.asarray(lstm_forward(*arguments.values())[0], dtype=float)).sum()


h_all, c_all = (np.asarray(s) for s in lstm_forward(*arguments.values()))
grads = lstm_backward(
    upstream, *(arguments[n] for n in names[:3]), h_all, c_all, *(arguments[n] for n in names[3:])
)
single = h_all.dtype.itemsize < 8 or any(np.asarray(grad).dtype.itemsize < 8 for grad in grads)
for name, grad in zip(names, grads, strict=True):
    value, measured = arguments[name], np.zeros(arguments[name].shape)
    for index in np.ndindex(value.shape):
        old = value[index]
        value[index] = old + 1e-5
        up = weighed()
        value[index] = old - 1e-5
        measured[index] = (up - weighed()) / 2e-5
        value[index] = old
    print(f"d{name:<3} {value.size:>3} entries   largest difference {np.abs(measured - grad).max():.0e}")
print("together", sum(value.size for value in arguments.values()), "entries")
print("float32 leaves only the first few digits" if single else "all of it in float64")

# %% [markdown]
# ## The highway, measured
#
# Now the question of this notebook: is the gradient still there after 100 steps? The laboratory is that of notebook 05: $H = 64$ units, $T = 100$ steps, 8 inputs
# with variance 1, `Wx` with standard deviation 0.15, `Wh` with $1 / \sqrt{H}$, a random gradient at the last $h$, five seeds.
#
# There are now two states, so two gradients can be measured: $\partial L / \partial h_t$ and $\partial L / \partial c_t$. Both are meant complete, over all paths. For
# $c_t$ that is $dc^{\,\text{all}}$.
#
# The plain tanh cell with an orthogonal matrix loses between ten and eleven powers of ten here. For an LSTM with $b_f = 0$ the direct path
# alone has $0.5^{99} \approx 10^{-30}$ from step 1, and for $b_f = 5$ it has $0.993^{99} = 0.51$. What will the whole gradient of the cell be, that
# at step 1 relative to that at step 100: smaller than the direct path alone, about as large (within a factor of 10), or larger? One answer for each of the two.

# %%
beside_the_direct_path = predict(..., ..., among=("smaller", "about as large", "larger"))

# %% [markdown]
# `memory.lstm_norms` of `rnncourse.lab` walks back with *your* functions. At each step it calls
#
# ```python
# _, dh, dc, *_ = (np.asarray(grad) for grad in step_backward(dh, dc, x[:, t], *before, *params))
# of_c[t] = np.linalg.norm(dc / f)  # what arrived at c_t went on to c_(t-1) with the factor f
# ```
#
# The plain cell is that of notebooks 02 and 03, given here.


# %% tags=["setup"]
def rnn_forward(x, h0, Wxh, Whh, bh):
    """Return the states (N, T, H) of h_t = tanh(x_t Wxh + h_{t-1} Whh + bh); x : (N, T, D), h0 : (N, H)."""
    h_prev, states = h0, []
    for t in range(x.shape[1]):
        h_prev = np.tanh(x[:, t] @ Wxh + h_prev @ Whh + bh)  # (N, H)
        states.append(h_prev)
    return np.stack(states, axis=1)


def rnn_backward(dh, x, h0, h, Wxh, Whh):
    """Return dx (N, T, D), dh0 (N, H), dWxh, dWhh, dbh of h = rnn_forward(x, h0, Wxh, Whh, bh)."""
    da, dh_next = np.zeros_like(h), np.zeros_like(h0)
    for t in reversed(range(h.shape[1])):
        da[:, t] = (dh[:, t] + dh_next) * (1 - h[:, t] ** 2)  # (N, H)
        dh_next = da[:, t] @ Whh.T
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)  # (N, T, H)
    dWxh, dWhh = np.einsum("ntd,nth->dh", x, da), np.einsum("ntg,nth->gh", before, da)
    return da @ Wxh.T, dh_next, dWxh, dWhh, da.sum(axis=(0, 1))


# %%
H, T, D, SEEDS = 64, 100, 8, 5


def lstm_norms(b_f, seed, gain=1.0):
    """Return |dL/dh_t| and |dL/dc_t| for t = 1 to T, and the direct path alone, of an LSTM at initialisation."""
    rng = np.random.default_rng([seed, 2])
    Wx, Wh = rng.normal(0, 0.15, (D, 4 * H)), rng.normal(0, gain / np.sqrt(H), (H, 4 * H))
    b = np.zeros(4 * H)
    b[H : 2 * H] = b_f
    x, dh_last = rng.normal(size=(1, T, D)), np.random.default_rng([seed, 3]).normal(size=(1, H))
    return memory.lstm_norms(x, (Wx, Wh, b), dh_last, lstm_forward, lstm_gates, lstm_step_backward)


def tanh_norms(start, seed):
    """Return |dL/dh_t| for t = 1 to T of a plain tanh cell; start(rng) draws Whh."""
    rng = np.random.default_rng([seed, 2])
    Wxh, Whh, x = rng.normal(0, 0.15, (D, H)), start(rng), rng.normal(size=(1, T, D))
    states = rnn_forward(x, np.zeros((1, H)), Wxh, Whh, 0)[0]  # (T, H)
    dh, norms = rng.normal(size=H), np.zeros(T)
    for t in reversed(range(T)):
        norms[t] = np.linalg.norm(dh)
        dh = (dh * (1 - states[t] ** 2)) @ Whh.T
    return norms


def normal_start(rng):
    """Return normal numbers with variance 1 / H, (H, H)."""
    return rng.normal(0, 1 / np.sqrt(H), (H, H))


def orthogonal_start(rng):
    """Return a random orthogonal matrix, (H, H)."""
    return np.linalg.qr(rng.normal(size=(H, H)))[0]


def ratios(norms):
    """Return the norm at step 1 over that at step T for each seed; norms (SEEDS, T)."""
    return norms[:, 0] / norms[:, -1]


plain = {
    "tanh, normal": np.array([tanh_norms(normal_start, seed) for seed in range(SEEDS)]),
    "tanh, orthogonal": np.array([tanh_norms(orthogonal_start, seed) for seed in range(SEEDS)]),
}
of_h, of_c, direct = {}, {}, {}
for b_f in (0, 1, 3, 5):
    found = [lstm_norms(b_f, seed) for seed in range(SEEDS)]
    of_h[f"LSTM, b_f = {b_f}"] = np.array([h for h, _, _ in found])
    of_c[f"LSTM, b_f = {b_f}"] = np.array([c for _, c, _ in found])
    direct[f"LSTM, b_f = {b_f}"] = np.median([kept for _, _, kept in found])
print("step 1 / step 100, median of 5 seeds (lowest to highest)")
for name, norms in plain.items():
    r = ratios(norms)
    print(f"{name:<17} h: {np.median(r):7.1e} ({r.min():.0e} to {r.max():.0e})")
for name in of_h:
    r, q = ratios(of_h[name]), ratios(of_c[name])
    print(f"{name:<17} h: {np.median(r):7.1e} ({r.min():.0e} to {r.max():.0e})   ", end="")
    print(f"c: {np.median(q):7.1e} ({q.min():.0e} to {q.max():.0e})   direct path alone: {direct[name]:7.1e}")


def beside(name):
    """Return in words how the whole gradient of the cell compares with the direct path alone."""
    ratio = np.median(ratios(of_c[name])) / direct[name]
    return "smaller" if ratio < 0.1 else "larger" if ratio > 10 else "about as large"


beside_the_direct_path.compare([beside("LSTM, b_f = 0"), beside("LSTM, b_f = 5")])

# %% tags=["figure"]
middle = {name: np.median(norms / norms[:, -1:], axis=0) for name, norms in of_h.items()}  # (T,) each
plots.show(
    gradient_plots.norms_through_time(of_h | plain, (1e-18, 1e3)),
    alt="The norm of dL/dh at steps 1 to 100, relative to step 100, on a logarithmic axis, median and range of 5 seeds. At step 1: "
    + ", ".join(f"{name} {np.median(ratios(norms)):.1e}" for name, norms in (of_h | plain).items())
    + ". The curves of the plain cell and of b_f = 0 and 1 fall to the left, after a first drop nearly straight. Those of b_f = 3 and 5 drop within "
    f"the last steps too, to a lowest value of {middle['LSTM, b_f = 3'].min():.2f} and {middle['LSTM, b_f = 5'].min():.2f}, and then climb back, above 1 at step 1.",
)

# %% [markdown]
# Read the table slowly. It has four messages, and not all of them are in the usual story.
#
# <details>
# <summary>Answer</summary>
#
# Larger, both times: by fourteen powers of ten for $b_f = 0$, and about a hundredfold for $b_f = 5$.
#
# 1. **A forget bias makes the highway.** With $b_f = 3$ or 5 the gradient at step 1 is about as large as at the end: from half of it to some ten times as much,
#    over all seeds. With $b_f = 1$ it fades, by four or five powers of ten.
# 2. **An LSTM is not immune by itself.** With $b_f = 0$ it loses between fifteen and sixteen powers of ten. Both plain cells lose less. Four times
#    the parameters, and a worse gradient.
# 3. **The direct path is not the only one.** For $b_f = 0$ it has about $10^{-30}$, and the gradient of the cell that was measured is more than $10^{14}$ times as large. The
#    rest came from cell to cell *through the gates*: $c_{t-1}$ shows in $h_{t-1}$, which moves all four blocks of step $t$. Those paths have a matrix in them.
# 4. **An LSTM can amplify.** For $b_f = 5$ the direct path keeps a little less than a half, and yet the gradient of the cell is some 60 times larger at step 1 than at step
#    100. That also comes through the gates.
#
# </details>
#
# In the figure, $\partial L / \partial h_t$ of every LSTM drops within the last few steps, also for $b_f = 5$. The gradient starts at $h_T$, and to reach an earlier $h_t$ it
# has to get into the cells and out of them again, through gates. That is paid once. What is in the cells stays there. So look at the cells themselves:

# %% tags=["figure"]
figure = gradient_plots.norms_through_time(of_c, (1e-18, 1e3))
figure.axes[0].set_ylabel("|dL/dc_t| / |dL/dc_T|")
plots.show(
    figure,
    alt="The norm of dL/dc at steps 1 to 100, relative to step 100, for four forget biases, median and range of 5 seeds. At step 1: "
    + ", ".join(f"{name} {np.median(ratios(norms)):.1e}" for name, norms in of_c.items())
    + ". The curves of b_f = 3 and 5 stay near 1 at first and rise to the left, the others fall.",
)

# %% [markdown]
# ### The sentence about Iceland
#
# In notebook 05, 36 words stood between *Iceland* and the gap that asks for a language, and the **reach** of a network was the number of steps back
# after which less than a thousandth of the gradient is left. The orthogonal tanh network reached 29 words. And these?


# %%
def reach(norms):
    """Return after how many steps back the median gradient is below a thousandth of that at the last step; norms (SEEDS, T)."""
    small = np.flatnonzero(np.median(norms / norms[:, -1:], axis=0) < 1e-3)
    return T - 1 - small[-1] if small.size else np.inf


for name, norms in (plain | of_h).items():
    steps = reach(norms)
    how_far = f"{steps:.0f} steps" if steps < np.inf else "all 99 steps"
    print(f"{name:<17} reaches {how_far:<13} {'far enough' if steps > 36 else 'too short'}")

# %% [markdown]
# Here a forget bias of 1, which is what Keras takes, is enough for that sentence, and 0 is worse than no LSTM at all. The reach of $b_f = 1$ is more than twenty
# half-lives: most of it is not the direct path.

# %% [markdown]
# ### Then it can explode as well
#
# If the gates amplify, stronger weights should amplify more. The next cell multiplies `Wh` by a gain, which is about the spectral radius of each of its blocks. In notebook 05 a plain
# cell with radius 3 came to between $10^8$ and $10^{13}$. Gates that are closed or wide open have small slopes, which holds their paths down. What happens
# to the gradient of the cell, over 99 steps and with a gain of 10, for $b_f = 0$ and for $b_f = 5$? (A thousandfold is the limit, as in `fates`.)

# %%
gain_of_ten = predict(..., ..., among=("vanishes", "stays", "explodes"))

# %%
at_ten = []
for b_f in (0, 5):
    for gain in (1, 3, 5, 10):
        r = np.array([ratios(lstm_norms(b_f, seed, gain)[1][None])[0] for seed in range(SEEDS)])
        print(
            f"b_f = {b_f}, gain {gain:>2}: c at step 1 / step 100: {np.median(r):.1e} ({r.min():.0e} to {r.max():.0e})"
        )
    at_ten.append("explodes" if np.median(r) > 1e3 else "vanishes" if np.median(r) < 1e-3 else "stays")
gain_of_ten.compare(at_ten)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# It explodes, though it takes more than in a plain cell. At gain 3 the network with $b_f = 0$ no longer vanishes: its gates carry what its direct path loses. At
# gain 5 both have grown past a thousandfold, $10^5$ and $10^3$ in the median. At gain 10 it is nine powers of ten with $b_f = 5$, and sixteen with $b_f = 0$. A
# small forget bias is no protection, because it sets the direct path, and this is not the direct path.
#
# </details>
#
# So the additive path answers *vanishing*. It does nothing against *exploding*: LSTMs are trained with clipping, like any recurrent network, and so are the ones below.

# %% [markdown]
# ## Does it matter for learning?
#
# The **latch** of notebook 05: the first input is $+1$ or $-1$, all later ones are noise of size 0.2, and at the end the network must say which it was. Half right is chance.
#
# The next cells train an LSTM with *your* forward and backward pass: 16 units, batches of 16, Adam with rate 0.01, clipping to norm 1. Every 10 updates it is tested
# on 200 fresh sequences. It has solved the task when 99 % of them are right. After 40 updates it must stop.
#
# The machinery is in `rnncourse.lab.memory`: a `Cell` says how to draw parameters, run and go back, and `YesOrNo` puts one logit on it. It calls your functions:
#
# ```python
# h, c = (np.asarray(states) for states in forward(x, start, start, *params))
# ```
# ```python
# return [np.asarray(grad) for grad in backward(dh, x, start, start, *kept, *params)[3:]]
# ```
#
# What it does not have is below: Adam, from notebook 04, on one long vector of all parameters, and the loss of a yes-or-no answer, from notebook 03.


# %%
def adam(rate):
    """Return an update rule: Adam, after clipping to norm 1, for one long vector."""
    m = v = 0.0

    def update(values, gradient, step):
        nonlocal m, v
        g = gradient * min(1.0, 1.0 / np.linalg.norm(gradient))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        return values - rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)

    return update


def yes_or_no(z, y):
    """Return the mean cross-entropy of logits z and answers y, 0 or 1, and its gradient by z."""
    return (np.logaddexp(0, z) - y * z).mean(), (np.asarray(sigmoid(z)) - y) / z.size


def bias_of(b_f):
    """Return a function that makes biases: b_f for the forget gate, and 0."""
    return lambda H: np.repeat([0.0, b_f, 0.0, 0.0], H)


def report(T, cells=("tanh", 0, 1, 3, 5)):
    """Train five seeds of each cell, "tanh" or a forget bias, and return after how many updates they solve the task."""
    needed = {}
    print(f"T = {T}")
    for c in cells:
        plain_cell = memory.plain(rnn_forward, rnn_backward)
        cell = plain_cell if c == "tanh" else memory.lstm(lstm_forward, lstm_backward, bias_of(c))
        network, name = memory.YesOrNo(cell, yes_or_no), "tanh" if c == "tanh" else f"b_f = {c}"
        needed[name] = [memory.updates_until_solved(network, T, seed, adam(0.01)) for seed in range(5)]
        after = ", ".join(f"{steps:g}" if steps < np.inf else "never" for steps in needed[name])
        print(f"  {name:<8} solved by {np.isfinite(needed[name]).sum()} of 5, after updates: {after}")
    return needed


# %% [markdown]
# Four lengths, $T = 15$, $30$, $60$ and $100$, and forget biases 0, 1, 3 and 5, with half-lives of 1, 2.2, 14 and 103 steps. Suppose that a network can learn over
# some twenty half-lives. Which is the longest of the four lengths that $b_f = 0$ solves with all five seeds, and which for $b_f = 1$ and 3? (Where a bias has failed at half the length or less, it is not tried again.)
# Beside them runs the plain tanh cell, with normal weights of variance $1 / H$.

# %%
longest_solved = predict(..., ..., ...)

# %%
solved = {15: report(15), 30: report(30)}

# %%
solved[60] = report(60, ("tanh", 1))

# %%
solved[60] |= report(60, (3, 5))

# %%
solved[100] = report(100, ("tanh", 1))

# %%
solved[100] |= report(100, (3, 5))
longest = [
    max(T for T, needed in solved.items() if np.isfinite(needed.get(f"b_f = {b_f}", [np.inf])).all())
    for b_f in (0, 1, 3)
]
longest_solved.compare(longest, within=0)

# %% tags=["figure"]
plots.show(
    lstm_plots.staircase(solved, 40),
    alt="Updates until the latch task is solved, five seeds each, in four panels for T = 15, 30, 60 and 100. "
    + " ".join(
        f"T = {T}: "
        + ", ".join(f"{name} solved by {np.isfinite(steps).sum()} of 5" for name, steps in needed.items())
        + "."
        for T, needed in solved.items()
    ),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# A staircase. $b_f = 0$ solves 15 steps with every seed, and 30 with none. $b_f = 1$ solves 30 with every seed, 60 with three of five, and 100 with none. $b_f = 3$ and 5 solve all four lengths, with every seed. In
# half-lives, which are 1 and 2.2 steps for the first two, the reach is between fourteen and thirty. A gradient that has become small can still be learned from, up to a point.
#
# </details>
#
# And look at the plain cell. **At 30 steps it solves what the LSTM with $b_f = 0$ does not**, with every seed, and at 100 it is better than $b_f = 1$. With inputs this small its slopes are near 1,
# and its weights have a radius near 1. What counts is not the name of the cell but the size of its factors. An LSTM makes it easy to set them, and to keep them while it learns. Set badly, it has
# lost before it begins.

# %% [markdown]
# ## Watch it remember
#
# To look inside, take a task that needs writing, holding and erasing, and the smallest LSTM that there is: **one unit**.
#
# At every step it reads two numbers, a value of $+1$ or $-1$ and a flag that is 1 or 0. It must say, at every step, which value came with the
# *latest flag*. All values without a flag are to be ignored. So it has to write when the flag is up, erase what it held before, and hold otherwise, for as long as it takes.
#
# What should $f$ be at a step with a flag, and what at a step without?

# %%
gate_f = predict(..., ..., among=("near 0", "near 1", "anything"))


# %%
def train_flag(seed, H=1):
    """Train an LSTM on the flag task; return its parameters and its accuracy on longer sequences, T = 40."""
    rng = np.random.default_rng([seed, 7])
    cell = memory.lstm(lstm_forward, lstm_backward, lambda H: forget_bias(H, 2.2), spread=0.5)  # b_f near 1
    network = memory.YesOrNo(cell, yes_or_no, every_step=True)
    params = [*cell.draw(rng, 2, H), rng.normal(size=H), np.zeros(())]
    batches = (tasks.flags(rng, 16, 15) for _ in range(300))
    params, _ = descend(params, network.loss_and_grads, batches, adam(0.1))
    return params, network.share_right(params, *tasks.flags(rng, 500, 40))


trained = [train_flag(seed) for seed in range(5)]
print(
    "accuracy on sequences of 40 steps, five seeds:", [round(float(accuracy), 4) for _, accuracy in trained]
)
print("numbers that were learned:", sum(q.size for q in trained[0][0]))

# %% [markdown]
# One unit with 18 learned numbers solves it, with every seed, and on sequences far longer than those it was trained on. Here is seed 0, reading a sequence that it
# has not seen. Flags are up at steps 1, 5, 9 and 13, with the values $+1, -1, +1, -1$. Between them come
# values of both kinds.

# %%
params = trained[0][0]
values = np.array([1, -1, 1, -1, -1, 1, -1, 1, 1, -1, -1, 1, -1, -1, 1, 1], dtype=float)
x = np.stack([values, np.arange(16) % 4 == 0], axis=1)[None]  # (N, T, D): values and flags
wanted = np.repeat([1.0, -1.0, 1.0, -1.0], 4)  # (T,)
h, c = (np.asarray(s) for s in lstm_forward(x, np.zeros((1, 1)), np.zeros((1, 1)), *params[:3]))
before = np.concatenate([np.zeros((1, 1, 1)), h[:, :-1]], axis=1)  # h of the step before, (1, T, 1)
gates = np.array(
    [[np.asarray(q).item() for q in lstm_gates(x[:, t], before[:, t], *params[:3])] for t in range(16)]
)
print("     at flags +, -, +, -          while it holds +    while it holds -")
for name, column in zip("ifgo", gates.T, strict=True):
    held = [column[(x[0, :, 1] == 0) & (wanted == sign)] for sign in (1, -1)]
    flags = "  ".join(f"{value:5.2f}" for value in column[::4])
    print(
        f"{name}:   {flags}     {held[0].min():5.2f} to {held[0].max():5.2f}      {held[1].min():5.2f} to {held[1].max():5.2f}"
    )
print("cell at steps 5 to 8, while it holds -:", *(f"{value:.2f}" for value in c[0, 4:8, 0]))
f_up, f_down = gates[::4, 1], np.delete(gates[:, 1], [0, 4, 8, 12])
gate_f.compare(
    ["near 0" if f.max() < 0.2 else "near 1" if f.min() > 0.8 else "anything" for f in (f_up, f_down)]
)

# %% tags=["figure"]
plots.show(
    lstm_plots.gate_story(x[0], gates, c[0, :, 0], wanted),
    alt="One trained LSTM unit over 16 steps. Top: value, flag, i, f, g and o as coloured fields with numbers. f is "
    f"{gates[::4, 1].min():.2f} to {gates[::4, 1].max():.2f} at the steps with a flag, 1, 5, 9 and 13, and "
    f"{np.delete(gates[:, 1], [0, 4, 8, 12]).min():.2f} to {np.delete(gates[:, 1], [0, 4, 8, 12]).max():.2f} at the others. Bottom: the cell jumps to the sign of the flagged value at each flag and keeps that sign until the next. It reaches from "
    f"{c.min():.2f} to {c.max():.2f}.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# You can read its mind.
#
# - **At a flag, $f$ falls to nearly 0 and $i$ opens**, whatever the sign: the old value goes, the new one comes in.
# - **Between flags, $f$ is above 0.9**: the cell keeps its sign through values of both kinds.
# - $o$ is open always. The task asks for an answer at every step, so there is nothing to hide.
#
# </details>
#
# And something that is in no textbook picture: between flags $i$ does *not* always close. While the unit holds $+$, it is 0.23 at most. While it holds $-$, it is between 0.35 and 0.84, whatever is read.
# What saves it is the candidate: the unit's own $h$ is in the sum of $g$, and keeps it negative then, for values of both kinds. So the unit writes more of the same, and the cell sinks from $-0.83$ to
# $-1.53$ in three steps. The sign is right at all times, and the loss asked for no more. Trained networks are often like that: right, and not tidy.

# %% [markdown]
# ## The GRU, a smaller relative
#
# The **gated recurrent unit** (Cho and others, 2014) has no cell beside $h$. It has two gates, the **update gate** $z$ and the **reset gate** $r$, and
# a candidate $n$:
#
# $$
# \begin{aligned}
# z_t &= \sigma(x_t W_x^{(z)} + h_{t-1} W_h^{(z)} + b^{(z)}) \\
# r_t &= \sigma(x_t W_x^{(r)} + h_{t-1} W_h^{(r)} + b^{(r)}) \\
# n_t &= \tanh(x_t W_x^{(n)} + (r_t \odot h_{t-1})\, W_h^{(n)} + b^{(n)}) \\
# h_t &= z_t \odot h_{t-1} + (1 - z_t) \odot n_t
# \end{aligned}
# $$
#
# All of $z$, $r$, $n$ and $h$ have shape $(N, H)$. The last line is again an old value times a number between 0 and 1, plus something new: the additive path, with $z$ in the place of
# $f$. But the gates are tied. What is not kept is written, $1 - z$, so $h$ stays between -1 and 1 and the GRU cannot count.
#
# Two conventions are needed to write it without guessing. Both differ between books and libraries:
#
# | | here | elsewhere |
# | --- | --- | --- |
# | what $z$ does | $z$ **keeps** the old | in other books $z$ writes the new, and $1 - z$ keeps |
# | where $r$ acts | on $h_{t-1}$, **before** the product with $W_h^{(n)}$ | after the product (Keras' default, PyTorch) |
#
# **Think**: for large biases of $z$, is that a GRU that remembers, or one that forgets?
#
# <details><summary>Which</summary>
#
# One that remembers: $z$ near 1 keeps $h_{t-1}$. In books where $z$ writes, it would be one that forgets.
#
# </details>

# %% [markdown]
# ### Exercise: `gru_step`
#
# *Difficulty 3 of 5 · 20 minutes · Objective: write a cell from its formulas alone.*
#
# An extension, worth a single point. The candidate needs the finished $r$, so one product for all three blocks is not enough.


# %% nbgrader={"grade_id": "gru_step", "solution": true}
def gru_step(x_t, h_prev, Wx, Wh, b):
    """Do one step of a GRU with the reset before the product, h = z * h_prev + (1 - z) * n.

    x_t    : (N, D)
    h_prev : (N, H)
    Wx     : (D, 3H)   three blocks of H columns, in the order z, r, n
    Wh     : (H, 3H)   the same blocks; the block of n multiplies r * h_prev
    b      : (3H,)     the same blocks, one bias for each

    Returns h : (N, H). z keeps the old state: z = 1 returns h_prev.
    """
    ### BEGIN SOLUTION
    H = h_prev.shape[1]
    ax = x_t @ Wx + b  # (N, 3H)
    zr = sigmoid(ax[:, : 2 * H] + h_prev @ Wh[:, : 2 * H])  # (N, 2H)
    z, r = zr[:, :H], zr[:, H:]  # (N, H) each
    n = np.tanh(ax[:, 2 * H :] + (r * h_prev) @ Wh[:, 2 * H :])  # (N, H)
    return z * h_prev + (1 - z) * n
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gru_step", "points": 1}
check(gru_step)

# %% [markdown]
# ## What you can do now
#
# - You can say what each gate does, in one sentence and with numbers, and read gates from a picture.
# - You can write an LSTM forwards and backwards, and you know which path is forgotten.
# - You choose a forget bias from the time span that matters, before training.
# - You do not say *LSTMs solve vanishing and exploding gradients*. You say: they have an additive path, whose factor can be set near 1, and they are
#   clipped like the rest.

# %% [markdown]
# ## On your own
#
# No points, no check.
#
# 1. **A bigger budget.** Give `memory.updates_until_solved` a `budget` of 400 for $b_f = 0$ and $T = 30$. Does it only need more time? And $T = 60$?
# 2. **Without an output gate.** Fix $o = 1$ in your `lstm_gates` (a bias of 20 will do) and train the flag task again. What is lost?
# 3. **Coupled gates.** Set $i = 1 - f$. How many parameters are left? Does the flag task still work?
# 4. **Other clocks.** Give every unit a half-life of its own, from 1 to 200 steps, and repeat the latch for $T = 100$. Is a mixture safer than one value?
# 5. **The GRU highway.** Write `gru_step_backward`, check it with differences, and measure the gradient for biases of $z$ of 0, 1, 3 and 5.
#
# ## Further reading
#
# - S. Hochreiter and J. Schmidhuber, *Long Short-Term Memory*, Neural Computation 9 (1997). The cell, without a forget gate: $f = 1$ always.
# - F. A. Gers, J. Schmidhuber and F. Cummins, *Learning to Forget: Continual Prediction with LSTM*, Neural Computation 12 (2000). The forget gate.
# - K. Cho and others, *Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation*, EMNLP (2014). The GRU.
# - R. Jozefowicz, W. Zaremba and I. Sutskever, *An Empirical Exploration of Recurrent Network Architectures*, ICML (2015). Ten thousand cells
#   compared, and what a forget bias of 1 is worth.
# - K. Greff and others, *LSTM: A Search Space Odyssey*, IEEE Transactions on Neural Networks and Learning Systems 28 (2017). Which of the parts matter.
# - C. Tallec and Y. Ollivier, *Can recurrent neural networks warp time?*, ICLR (2018). Forget biases from the time spans of the data.
#
# **Next:** [7 Bidirectional networks](07_bidirectional.ipynb), which read a sequence from both ends.
