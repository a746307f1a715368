# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 Forward propagation: a cell, a loop, five shapes of task
#
# **What you will do.** Write a recurrent network in NumPy, from one step of the cell to three whole models: one that
# judges a review, one that labels every word, one that writes.
#
# **What you will learn**
#
# - what a *state* is, and why a layer without one cannot read
# - to unroll a network in time, and why that adds no parameters
# - to count parameters, and to tell a right count from one that is right by luck
# - the five input/output types, and which loop belongs to which
# - why a softmax subtracts the maximum of each row, and not any other maximum
#
# **What you need.** Notebook 00 (shapes, broadcasting, tanh) and notebook 01 (one-hot rows, batches, padding). Still
# no calculus: that is notebook 03.
#
# **Time.** 140 minutes. Seven exercises.

# %% tags=["setup"]
import numpy as np

from rnncourse import check, failing_case, hint, plots, predict

# %% [markdown]
# ## Order is information
#
# Take the five words of notebook 01, and two reviews that say the opposite of each other:
#
# - *movie was good not bad*
# - *movie was bad not good*
#
# In both, each word is a one-hot row of length $D = 5$, so a review is a matrix of shape $(T, D) = (5, 5)$. (Both sizes
# are 5 by chance.) The simplest way to turn a matrix into something of fixed size is to add its rows. You met
# this **bag of words** in notebook 01; here it is again, for whole reviews.
#
# **Predict**: in how many of the five numbers do the two sums differ?

# %%
guess = predict(...)

# %%
vocabulary = ["movie", "was", "good", "bad", "not"]


def encode(review):
    """Return a review as one-hot rows; a word that is not in the vocabulary is a row of zeros. Shape (1, T, 5)."""
    return np.array([[[float(word == entry) for entry in vocabulary] for word in review.split()]])


first, second = encode("movie was good not bad"), encode("movie was bad not good")
print("sum of rows, first: ", first.sum(axis=1)[0])
print("sum of rows, second:", second.sum(axis=1)[0])
guess.compare(np.count_nonzero(first.sum(axis=1) != second.sum(axis=1)), within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# In none: both add up to the same five numbers. A bag of words has lost the order, and the order was the message.
#
# </details>
#
# You could instead lay the five rows side by side and feed all 25 numbers to one layer. Then the order is there, but
# two things go wrong:
#
# - The layer has a fixed number of inputs. A review of six words does not fit.
# - The word *good* in place 3 and the word *good* in place 5 use different weights. What the layer learns about one
#   tells it nothing about the other.
#
# A recurrent network has neither problem. It reads **one row at a time, with the same weights each time**, and keeps
# what it has read so far in a vector: the **state**.

# %% [markdown]
# ## The cell
#
# At step $t$ the network has two things: the new input $x_t$ and its own state after the step before, $h_{t-1}$.
# It makes the new state out of both:
#
# $$
# h_t = \tanh(x_t\,W_{xh} + h_{t-1}\,W_{hh} + b_h)
# $$
#
# This is all there is to it. The formula is called a **cell**, and everything in this notebook is built around it.
# We write $N$ for the number of examples in a batch, $D$ for the features of one input, $H$ for the number of
# **hidden units**, which is the length of the state. Under each term stands its shape:
#
# $$
# \underbrace{h_t}_{(N, H)} = \tanh\big(
# \underbrace{x_t}_{(N, D)}\,\underbrace{W_{xh}}_{(D, H)} +
# \underbrace{h_{t-1}}_{(N, H)}\,\underbrace{W_{hh}}_{(H, H)} +
# \underbrace{b_h}_{(H,)}
# \big)
# $$
#
# | name in code | shape | what it is |
# | --- | --- | --- |
# | `x_t` | `(N, D)` | input of this step, one row for each example |
# | `h_prev` | `(N, H)` | state after the step before |
# | `Wxh` | `(D, H)` | weights from input to state |
# | `Whh` | `(H, H)` | weights from state to state: the *recurrent* weights |
# | `bh` | `(H,)` | bias, one number for each hidden unit |
#
# Compare with `affine` in notebook 00: it is the same layer, plus one more product. The second product is the memory.
#
# Unless $D = H$, only $W_{hh}$ is square. Then NumPy catches a transposed $W_{xh}$ for you, and does **not** catch a
# transposed $W_{hh}$.

# %% [markdown]
# ### Three steps by hand
#
# Take the smallest network there is: $D = H = 1$, with $W_{xh} = 1$, $W_{hh} = 0.5$ and $b_h = 0$. Start from
# $h_0 = 0$ and feed it the sequence $1, 0, 1$.
#
# **Predict**, without a calculator:
#
# 1. At $t = 2$ the input is 0. Is the state 0 too?
# 2. At $t = 1$ and $t = 3$ the input is the same. Is the state the same?

# %%
guess = predict(..., ..., among=("yes", "no"))

# %%
h, by_hand = 0.0, []
for t, x_t in enumerate([1.0, 0.0, 1.0], start=1):
    a = x_t * 1.0 + h * 0.5 + 0.0
    print(f"t = {t}: tanh({x_t:.0f} * 1 + {h:.6f} * 0.5) = tanh({a:.6f}) = {np.tanh(a):.6f}")
    h = np.tanh(a)
    by_hand.append(h)
guess.compare(["yes" if by_hand[1] == 0 else "no", "yes" if by_hand[0] == by_hand[2] else "no"])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# At $t = 2$ the state is 0.363 with no input at all: it remembers the 1. At $t = 3$ it is 0.828 and not
# 0.762: the same input means something else after a different past. These three numbers return in notebook 03, where
# you take their derivatives by hand.
#
# </details>

# %% [markdown]
# ### Where the activation goes
#
# Add the three terms first, then apply the activation once, to the sum. Two other versions are often seen, and both are wrong:
#
# - $\tanh(x_t W_{xh}) + \tanh(h_{t-1} W_{hh}) + \tanh(b_h)$ applies it to each part. The sum of three numbers in $(-1, 1)$ can
#   be anything in $(-3, 3)$, and large parts lose their size: 2 and $-1$ should leave 1, but $\tanh(2) + \tanh(-1)$ is
#   only 0.20.
# - $\tanh(x_t W_{xh} + h_{t-1} W_{hh}) + b_h$ adds the bias after the activation. You met it in notebook 00.
#
# **Predict**: take $x_t W_{xh} = 2$, $h_{t-1} W_{hh} = -2$, $b_h = 0.5$. What are the three results, roughly: the right one, and the
# two wrong ones in the order above?

# %%
guess = predict(..., ..., ...)

# %%
print(f"tanh of the sum:    {np.tanh(2 - 2 + 0.5):.4f}")
print(f"tanh of each part:  {np.tanh(2) + np.tanh(-2) + np.tanh(0.5):.4f}")
print(f"bias after:         {np.tanh(2 - 2) + 0.5:.4f}")
print(f"with -1 in place of -2, where tanh(2) + tanh(-1) = {np.tanh(2) + np.tanh(-1):.4f}:")
print(f"tanh of the sum:    {np.tanh(2 - 1 + 0.5):.4f}")
print(f"tanh of each part:  {np.tanh(2) + np.tanh(-1) + np.tanh(0.5):.4f}")
print(f"bias after:         {np.tanh(2 - 1) + 0.5:.4f}")
guess.compare([np.tanh(0.5), np.tanh(0.5), 0.5])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# In the first block the first two results are equal, because $\tanh(2) + \tanh(-2) = 0$. One lucky example
# proves nothing. With $-1$ all three differ, and the third has left $(-1, 1)$. The first test of each check
# uses numbers without luck: sizes that differ, no weight zero, no state zero. The special cases come after it.
#
# </details>

# %% [markdown]
# ### And without an activation?
#
# Some notes leave out the activation: $h_t = x_t W_{xh} + h_{t-1} W_{hh}$. Put the formula into itself, from $h_0 = 0$:
#
# $$
# h_t = x_t W_{xh} + x_{t-1} W_{xh} W_{hh} + x_{t-2} W_{xh} W_{hh}^2 + \dots + x_1 W_{xh} W_{hh}^{t-1}
# $$
#
# That is a weighted sum of the inputs, nothing else. Engineers call it a **linear filter**. Twice the input gives
# exactly twice the state, and no input can change what another one means. A *not* could never turn a *good* around.
#
# **Predict**: $W_{xh} = 1$, $W_{hh} = 1.2$. The input is 1 at $t = 1$ and 0 after. How large is the state at $t = 50$, without the
# activation and with it? And if the input at $t = 1$ is 2, by which factor does each of the two change? Four numbers.

# %%
guess = predict(..., ..., ..., ...)

# %%
after_50 = []
for x_1 in (1.0, 2.0):
    linear, squeezed = x_1, np.tanh(x_1)
    for _ in range(49):
        linear, squeezed = 1.2 * linear, np.tanh(1.2 * squeezed)
    print(f"x_1 = {x_1:.0f}: h_50 without an activation = {linear:9.1f}, with tanh = {squeezed:.4f}")
    after_50.append(np.array([linear, squeezed]))
guess.compare([*after_50[0], *(after_50[1] / after_50[0])])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Without the activation the state has grown to thousands, and twice the input doubled it. With it the state settled near
# 0.66 both times: the unit has stored *that* something positive came, and has forgotten how much. A linear unit
# cannot do that.
#
# </details>

# %% [markdown]
# ## Exercise: `rnn_step`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: write the cell for a batch, activation in the right place.*
#
# No loop is needed. When the check passes, transpose `Whh` on purpose and run it again. Then repair it.


# %% nbgrader={"grade_id": "rnn_step", "solution": true}
def rnn_step(x_t, h_prev, Wxh, Whh, bh):
    """Return the next state, tanh(x_t Wxh + h_prev Whh + bh).

    x_t    : (N, D)   input of this step
    h_prev : (N, H)   state after the step before
    Wxh    : (D, H)   weights from input to state
    Whh    : (H, H)   weights from state to state
    bh     : (H,)     bias

    Returns (N, H), a new array.
    """
    ### BEGIN SOLUTION
    return np.tanh(x_t @ Wxh + h_prev @ Whh + bh)  # (N, H)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_step", "points": 2}
check(rnn_step)

# %% [markdown]
# ## The loop, and how to draw it
#
# A whole sequence $x$ has shape $(N, T, D)$: $N$ examples, $T$ steps, $D$ features. The cell is applied $T$ times,
# and each time gets the state that it made the time before. The first time it gets $h_0$, the **initial state**,
# usually zeros.
#
# The figure shows the same network twice. On the left it is *rolled up*: one cell, with an arrow from its state back
# to itself. On the right it is **unrolled** in time: one cell for each step, and the loop has become a chain.

# %% tags=["figure"]
plots.show(
    plots.unrolled(plots.Chain(4, weights=True), rolled=True),
    alt="Left: one cell h_t with input x_t below, output y_t above, and a loop to itself labelled Whh. Right of an "
    "equals sign the same network unrolled for 4 steps: h_0 leads to h_1, h_2, h_3, h_4, each with its own x and y. "
    "Every arrow from x carries the same Wxh, every arrow from h to h the same Whh, every arrow to y the same Why.",
)

# %% [markdown]
# Read the labels of the arrows. There are four inputs and four states, but every arrow upwards from an input carries
# the same $W_{xh}$, and every arrow between states carries the same $W_{hh}$. This is **weight sharing**. Unrolling is
# a way to draw and to compute. It makes no new weights, and no weight has an index $t$. Nor has the bias.
#
# The outputs $y_t$ come later. First the states.

# %% [markdown]
# ### Steps are counted from 1, arrays from 0
#
# In the formulas the first input is $x_1$ and the first state that the network computes is $h_1$. In NumPy the first
# input is `x[:, 0]`, so
#
# | formula | array |
# | --- | --- |
# | $x_t$, for $t = 1 \dots T$ | `x[:, t - 1]`, shape `(N, D)` |
# | $h_t$, for $t = 1 \dots T$ | `h[:, t - 1]`, shape `(N, H)` |
# | $h_0$ | `h0`, kept apart, shape `(N, H)` |
#
# There is a trap here. Inside a loop `for t in range(T)`, the state before step `t` looks like it should be
# `h[:, t - 1]`. **Predict**: which column does that read when `t` is 0?

# %%
guess = predict(..., among=("none: an error", "the first", "the last"))

# %%
# One example, three steps. There is one unit, and its axis is left out.
h = np.array([[10.0, 20.0, 30.0]])  # (N, T) = (1, 3)
t = 0
print("h[:, t - 1] at t = 0 is", h[:, t - 1])
guess.compare("the last" if h[0, t - 1] == h[0, 2] else "the first")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# An index of $-1$ is the **last** column. NumPy does not complain. If `h` was made with `np.zeros`, the last column
# still holds zeros at that moment, so you silently start from zeros and never use $h_0$.
#
# </details>
#
# Keep the current state in a variable of its own, and this cannot happen.

# %% [markdown]
# ## Exercise: `rnn_forward`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: carry a state through time, from h0 to the last step.*
#
# Run the cell over a whole sequence and return all $T$ states. The loop goes over time, never over the batch: each
# step handles all $N$ examples at once. You may call your `rnn_step`.


# %% nbgrader={"grade_id": "rnn_forward", "solution": true}
def rnn_forward(x, h0, Wxh, Whh, bh):
    """Run the cell over a batch of sequences and return the states after every step.

    x   : (N, T, D)   inputs; x[:, 0] is the first step
    h0  : (N, H)      state before the first step
    Wxh : (D, H)
    Whh : (H, H)
    bh  : (H,)

    Returns h : (N, T, H), float64 (or float32). h[:, 0] is the state after the first input, h[:, -1] the state after the last.
    h0 itself is not in it.
    """
    ### BEGIN SOLUTION
    N, T, _ = x.shape
    h = np.zeros((N, T, Whh.shape[0]))  # (N, T, H)
    h_prev = h0  # (N, H)
    for t in range(T):
        h_prev = rnn_step(x[:, t], h_prev, Wxh, Whh, bh)  # (N, H)
        h[:, t] = h_prev
    return h
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_forward", "points": 4}
check(rnn_forward)

# %% [markdown]
# ## Watch a state
#
# Let your network read *movie was not good*, with three hidden units and random weights. It knows nothing yet: nobody
# has trained it. But the flow of information is already there to be seen.
#
# **Predict**, for a review of four words:
#
# 1. If you replace the **last** word, how many of the four states change?
# 2. If you replace the **first** word, how many?

# %%
guess = predict(..., ...)

# %%
rng = np.random.default_rng(2)
D, H = 5, 3
random_Wxh, random_Whh, random_bh = (
    rng.normal(0, 0.8, (D, H)),
    rng.normal(0, 0.8, (H, H)),
    rng.normal(0, 0.3, H),
)


def states_of(review):
    """Return the states of the random network for one review, shape (T, 3)."""
    h0 = np.zeros((1, len(random_bh)))  # (N, H)
    return np.array(rnn_forward(encode(review), h0, random_Wxh, random_Whh, random_bh))[0]


states = states_of("movie was not good")
last_changed = states_of("movie was not bad")
first_changed = states_of("bad was not good")
change_by_last = np.abs(last_changed - states).max(axis=1)  # (T,): the largest change of each state
change_by_first = np.abs(first_changed - states).max(axis=1)
print("largest change of each state, last word replaced: ", change_by_last.round(3))
print("largest change of each state, first word replaced:", change_by_first.round(3))
guess.compare([np.count_nonzero(change_by_last), np.count_nonzero(change_by_first)], within=0)

# %% tags=["figure"]
plots.show(
    plots.heatmap(states.T, ["movie", "was", "not", "good"], ["unit 1", "unit 2", "unit 3"]),
    alt="Heat map of the states of 3 hidden units after each word of 'movie was not good'. "
    + " ".join(f"Unit {n + 1}: {', '.join(f'{v:.2f}' for v in row)}." for n, row in enumerate(states.T)),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The last word cannot reach back: a state depends on the inputs up to its own step and on nothing after
# it. That is called **causality**. The first word reaches every state, but compare the four numbers of the second line.
# What is left of it after three more words is what the later notebooks are about.
#
# </details>
#
# One more. **Predict**: the network reads *good good good*, the same input three times, with the same weights. Are the
# three states equal?

# %%
guess = predict(..., among=("yes", "no"))

# %%
good_states = states_of("good good good")  # (T, H)
print(good_states.round(4))
guess.compare("yes" if np.allclose(good_states, good_states[0]) else "no")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# No. The input is the same, but the state that it meets is not.
#
# </details>
#
# Some notes call this *dynamic adaptation*: the network is said to adapt to what it reads. Be careful with the word. What adapts
# from step to step is the **state**. The **weights** do not: they are the same five arrays for every word of every review, until
# somebody trains them. A trained network that reads your review learns nothing from it. It only remembers, until the state is reset.

# %% [markdown]
# ## From a state to an answer
#
# A state is for the network's own use. To get an answer out, put one more layer on it, the **output layer**, with
# weights $W_{hy}$ and bias $b_y$. For $K$ possible answers it gives $K$ numbers, which are called **logits**:
#
# $$
# \underbrace{z_t}_{(N, K)} = \underbrace{h_t}_{(N, H)}\,\underbrace{W_{hy}}_{(H, K)} + \underbrace{b_y}_{(K,)}
# $$
#
# It reads the *new* state $h_t$, after the activation. Not the sum before it, and not $h_{t-1}$.

# %% [markdown]
# ### Counting parameters
#
# How many numbers does such a network have to learn? Take the movie reviews: $D = 5$ words, $H = 3$ hidden units,
# and one output, $K = 1$. ($K = 1$: one number that says how positive the review is. Below we use two numbers, one for
# each answer, because the softmax of a single logit is always 1.)
#
# **Predict** how many numbers $W_{xh}$, $W_{hh}$, $b_h$, $W_{hy}$ and $b_y$ hold, and their sum: six numbers.

# %%
guess = predict(..., ..., ..., ..., ..., ...)

# %%
D, H, K = 5, 3, 1
arrays = {"Wxh": (D, H), "Whh": (H, H), "bh": (H,), "Why": (H, K), "by": (K,)}
for name, shape in arrays.items():
    print(f"{name:>3} {shape!s:>7} {np.prod(shape):>3}")
sizes = [int(np.prod(shape)) for shape in arrays.values()]
print("total", sum(sizes))
guess.compare([*sizes, sum(sizes)], within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# $31 = 15 + 9 + 3 + 4$, where the 4 are $W_{hy}$ and $b_y$ together.
#
# </details>
#
# Where is $T$? Nowhere. The weights are shared, so a review of three words and a review of three hundred are read by the same
# 31 numbers.
#
# **A right number for a wrong reason.** Some notes write the cell with $b_1$ at the first step, $b_2$ at the second,
# $b_3$ at the third: one bias for each *step* instead of one for each *unit*. For reviews of three words that also gives
# $15 + 9 + 3 + 4 = 31$. The sum agrees, and the idea is wrong.
#
# How would you find out? By counting again where $T$ and $H$ differ. Here are four ways to count:
#
# 1. shared weights, one bias for each unit
# 2. shared weights, one bias *number* for each step
# 3. shared weights, a bias *vector* for each step
# 4. weights and biases for each step
#
# **Predict**: how many of the four counts change when the reviews have seven words in place of three?

# %%
guess = predict(...)

# %%
print("                                          T = 3   T = 7")
counts = {
    "shared weights, one bias for each unit": lambda T: 15 + 9 + 3 + 4,
    "one bias number for each step": lambda T: 15 + 9 + T + 4,
    "a bias vector for each step": lambda T: 15 + 9 + 3 * T + 4,
    "weights and biases for each step": lambda T: T * (15 + 9 + 3) + 4,
}
for name, count in counts.items():
    print(f"{name:<40} {count(3):>6} {count(7):>7}")
guess.compare(sum(count(3) != count(7) for count in counts.values()), within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# At $T = 3$ the first two cannot be told apart, because $T = H$. At $T = 7$ only the right count stays at 31. This is a
# rule for all testing: **choose sizes that differ**, or a wrong program passes by luck.
#
# </details>
#
# Libraries report other sums for the same network:
#
# | library | recurrent layer | output layer | sum |
# | --- | --- | --- | --- |
# | Keras, `SimpleRNN(3)` and `Dense(1)` | $15 + 9 + 3 = 27$ | $3 + 1 = 4$ | 31 |
# | PyTorch, `nn.RNN(5, 3)` and `nn.Linear(3, 1)` | $15 + 9 + 3 + 3 = 30$ | $3 + 1 = 4$ | 34 |
#
# PyTorch keeps two biases, one with each product. The cell only ever sees their sum, so the network gains nothing.
# It is 34 in the printout and 31 in effect. In this course there is one bias.

# %% [markdown]
# ## Exercise: `count_parameters`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: derive a count from shapes, for any sizes.*


# %% nbgrader={"grade_id": "count_parameters", "solution": true}
def count_parameters(D, H, K):
    """Return how many numbers Wxh, Whh, bh, Why and by hold together.

    D, H, K : int   input features, hidden units, outputs

    Returns an int. There is one bias vector in the cell and one in the output layer.
    """
    ### BEGIN SOLUTION
    return D * H + H * H + H + H * K + K
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_count_parameters", "points": 1}
check(count_parameters)

# %% [markdown]
# ## Five input/output types
#
# One cell, one loop. What differs from task to task is *when* it gets an input and *when* somebody looks at its output.
# Write $T_x$ for the number of inputs and $T_y$ for the number of outputs.

# %% tags=["figure"]
plots.show(
    plots.input_output_types(),
    alt="Five unrolled networks. One-to-one: one input, one state, one output. One-to-many: one input, four states, "
    "four outputs, each fed back as the next input. Many-to-one: four inputs, four states, one output after the last. "
    "Many-to-many with T_x = T_y: four inputs and four outputs, one of each at every step. Many-to-many with T_x not "
    "equal to T_y: three states read three inputs, then four more states write four outputs, each but the last fed "
    "back.",
)

# %% [markdown]
# | type | $T_x$ | $T_y$ | an example |
# | --- | --- | --- | --- |
# | one-to-one | 1 | 1 | a photo in, the name of the animal out: image classification |
# | one-to-many | 1 | many | a photo in, a sentence about it out: image captioning |
# | many-to-one | many | 1 | a review in, good or bad out: sentiment; the frames of a video in, what is done in it out: video classification |
# | many-to-many, equal | $T$ | $T$ | a sentence in, the part of speech of each word out: tagging; a label for each frame of a video |
# | many-to-many, unequal | $T_x$ | $T_y$ | an English sentence in, a Spanish one out: translation; a recording in, its words out: speech recognition |
#
# A video is a sequence like any other: a frame is turned into a row of $D$ features first, often by a network for images. So is
# speech, where a row holds how loud each pitch is within some hundredths of a second. The cell does not care what the features mean.
#
# A dashed line means that an output is used as the next input.
#
# **Two things that are often said, and are not so.**
#
# - One-to-one is sometimes listed as "the traditional recurrent network". There is no step before the first, so
#   nothing recurs: it is an ordinary **feed-forward** network. It stands in the figure to show where we come from.
# - MuseNet is often named as the example of one-to-many. It does write music note by note, but it is a Transformer.
#   A recurrent example is Performance RNN, of Google's Magenta project.
#
# **Try these** before you look below. Which type is it?
#
# 1. The temperatures of the last 30 days in, tomorrow's temperature out.
# 2. A recording of 200 frames in, for each frame whether somebody speaks.
# 3. A recording of 200 frames in, the 12 words that were said out.
# 4. The word *dragon* in, a fairy tale out.
# 5. The temperature of today in, rain or no rain today out.

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 1 is many-to-one. 2 is many-to-many with $T_x = T_y$. 3 is many-to-many with $T_x \neq T_y$. 4 is one-to-many.
# 5 is one-to-one: no memory needed.
#
# </details>
#
# You will now write the three in the middle. The last type needs two networks, an encoder and a decoder, and comes
# in a later notebook. First, all of them need a way to turn logits into probabilities.

# %% [markdown]
# ## Softmax, without overflow
#
# Logits are any $K$ numbers. Probabilities are never negative and add up to 1. The **softmax** makes the one into the other,
# separately for each row:
#
# $$
# p_k = \frac{e^{z_k}}{\sum_{j=1}^{K} e^{z_j}}
# $$
#
# **Predict**: by the formula on paper, the softmax of the row $(1000, 1000)$ is $(0.5, 0.5)$. What does NumPy make of the formula,
# term by term?

# %%
guess = predict(..., among=("0.5, 0.5", "inf, inf", "nan, nan", "0, 0"))

# %%
row = np.array([1000.0, 1000.0])
with np.errstate(over="ignore", invalid="ignore"):
    print("exp:    ", np.exp(row))
    print("softmax:", np.exp(row) / np.exp(row).sum())
    terms = np.exp(row) / np.exp(row).sum()
print(f"largest z whose exponential is finite: {np.log(np.finfo(float).max):.1f}")
guess.compare(", ".join(f"{term:g}" for term in terms))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# In float64, $e^{z}$ overflows to infinity beyond $z \approx 709.8$, and infinity divided by
# infinity is `nan`, not a number. One `nan` makes every number after it `nan` too.
#
# </details>
#
# The remedy: subtract any number $m$ from all logits of a row. Nothing changes, since
#
# $$
# \frac{e^{z_k - m}}{\sum_j e^{z_j - m}} = \frac{e^{-m}\,e^{z_k}}{e^{-m} \sum_j e^{z_j}} = p_k .
# $$
#
# Choose $m$ as the largest logit **of that row**. Then the largest exponent is 0, its exponential is 1, and nothing can
# overflow. The other terms may become 0, which is harmless, because the sum is at least 1.
#
# Is it enough to subtract the largest logit of the *whole batch*? That does stop the overflow. **Predict** what becomes of the
# second row of the logits $(1000, 999)$ and $(2, 1)$.

# %%
guess = predict(..., among=("it stays right", "0.5, 0.5", "nan, nan"))

# %%
logits = np.array([[1000.0, 999.0], [2.0, 1.0]])
e = np.exp(logits - logits.max())
print("exponentials:\n", e)
with np.errstate(invalid="ignore"):
    shifted_by_all = e / e.sum(axis=1, keepdims=True)
print("softmax:\n", shifted_by_all)
guess.compare("nan, nan" if np.isnan(shifted_by_all[1]).all() else "it stays right")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# In the second row the exponentials are $e^{-998}$ and $e^{-999}$, which float64 rounds to 0, and $0 / 0$ is `nan` again.
# One confident example has destroyed the answer for another one.
#
# </details>

# %% [markdown]
# ## Exercise: `softmax`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: a softmax over the last axis that survives any logits.*
#
# The $K$ classes are on the **last** axis. In front of it stand one axis or two, so write it for both: what does
# `axis=-1` mean, and what does `keepdims=True` do to a shape?


# %% nbgrader={"grade_id": "softmax", "solution": true}
def softmax(logits):
    """Return probabilities over the last axis; no overflow and no nan for any finite logits.

    logits : (N, K) or (N, T, K)

    Returns an array of the same shape: no entry is negative, and the sums over the last axis are 1.
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=-1, keepdims=True)  # (..., K), at most 0
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_softmax", "points": 2}
check(softmax)

# %% [markdown]
# ## Many-to-one: judge a review
#
# Read the whole sequence, then look once, at the last state $h_T$. It has seen everything:
#
# $$
# \underbrace{p}_{(N, K)} = \text{softmax}(\underbrace{h_T}_{(N, H)} W_{hy} + b_y)
# $$

# %% tags=["figure"]
plots.show(
    plots.unrolled(
        plots.Chain(
            4, outputs={4}, input_labels=["movie", "was", "not", "good"], output_labels=["", "", "", "$p$"]
        )
    ),
    alt="A chain of 4 states that starts at h_0. The inputs are movie, was, not, good. Only the last state h_4 has an "
    "output, p.",
)

# %% [markdown]
# ## Exercise: `sentiment_forward`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: a many-to-one network, from a batch of sequences to probabilities.*
#
# You may call your `rnn_forward` and `softmax`. Should your `rnn_forward` return a list, put `np.array` around it: a list
# has no second axis to index.


# %% nbgrader={"grade_id": "sentiment_forward", "solution": true}
def sentiment_forward(x, h0, Wxh, Whh, bh, Why, by):
    """Return the probabilities of the K classes, read from the last state.

    x   : (N, T, D)   sequences, all of full length
    h0  : (N, H)      state before the first step
    Wxh : (D, H)
    Whh : (H, H)
    bh  : (H,)
    Why : (H, K)      weights from state to output
    by  : (K,)        bias of the output

    Returns (N, K): no entry is negative, and each row adds up to 1.
    """
    ### BEGIN SOLUTION
    h = rnn_forward(x, h0, Wxh, Whh, bh)  # (N, T, H)
    return softmax(h[:, -1] @ Why + by)  # (N, K)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sentiment_forward", "points": 3}
check(sentiment_forward)

# %% [markdown]
# ## Weights that read
#
# With random weights the answers are worthless. Training finds better ones, from notebook 03 on. But for five words
# and three units you can find them by thought, and then you know what a state can hold.
#
# Let $s_t$ be $+1$ if the word at step $t$ is *good*, $-1$ if it is *bad*, else 0. Three units are enough. Unit 1 shall
# be near 1 once a *not* was read up to step $t$ ($\tanh(4) = 0.9993$ at the first one), else 0:
#
# | unit | formula | what it says |
# | --- | --- | --- |
# | 1 | $m_t = \tanh(4\,[\text{word is } not] + 4\,m_{t-1})$ | "there was a *not*": switched on once, it keeps itself on |
# | 2 | $u_t = \tanh(4\,s_t - 8\,m_{t-1})$ | positive only for *good* without a *not* before |
# | 3 | $v_t = \tanh(-4\,s_t + 8\,m_{t-1} - 8)$ | positive only for *bad* with a *not* before |
#
# The review is positive if unit 2 or unit 3 says so: the logit of *positive* is $2(u + v + 1)$, that of *negative* is
# minus that. Check the table against the code below: which row of `Wxh` is which word, which column is which unit?
#
# **Predict**: how probable does this network hold it that *movie was not bad* is positive? From 0 to 1.

# %%
guess = predict(...)

# %%
#               m    u    v
Wxh = np.array(
    [
        [0.0, 0.0, 0.0],  # movie
        [0.0, 0.0, 0.0],  # was
        [0.0, 4.0, -4.0],  # good
        [0.0, -4.0, 4.0],  # bad
        [4.0, 0.0, 0.0],  # not
    ]
)  # (D, H) = (5, 3)
Whh = np.array(
    [
        [4.0, -8.0, 8.0],  # from m
        [0.0, 0.0, 0.0],  # from u
        [0.0, 0.0, 0.0],  # from v
    ]
)  # (H, H) = (3, 3)
bh = np.array([0.0, 0.0, -8.0])  # (H,)
Why = np.array([[0.0, 0.0], [-2.0, 2.0], [-2.0, 2.0]])  # (H, K) = (3, 2): negative, positive
by = np.array([-2.0, 2.0])  # (K,)
h0 = np.zeros((1, 3))  # (N, H)

reviews = [
    "movie was good",
    "movie was bad",
    "movie was not good",
    "movie was not bad",
    "movie was good not bad",
    "movie was bad not good",
]
for review in reviews:
    p = np.array(sentiment_forward(encode(review), h0, Wxh, Whh, bh, Why, by))  # (N, K) = (1, 2)
    print(f"{review:<24} p(positive) = {p[0, 1]:.3f}")
print(f"unit 1 at the first *not*: tanh(4) = {np.tanh(4):.4f}")
not_bad = np.array(sentiment_forward(encode("movie was not bad"), h0, Wxh, Whh, bh, Why, by))  # (1, 2)
guess.compare(not_bad[0, 1])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Nearly 1: a *bad* after a *not* switches on unit 3, and unit 3 counts for *positive*.
#
# </details>

# %% [markdown]
# All six are right, of three different lengths, with one set of weights. The last two are the reviews that a bag of words
# could not tell apart. Look at unit 1: it is the whole difference between a network with a state and one without.
#
# It needs the judging word to be the last one. Every review here ends with it.
#
# ### The last state must be the last *real* one
#
# A batch has one $T$, so short reviews are padded with rows of zeros (notebook 01). **Predict**: what probability does this
# network give to *movie was good* followed by one row of padding, if you read the state at the very end?

# %%
guess = predict(...)

# %%
padded = np.concatenate([encode("movie was good"), np.zeros((1, 1, 5))], axis=1)  # (1, 4, 5)
p = np.array(sentiment_forward(padded, h0, Wxh, Whh, bh, Why, by))  # (1, 2)
print(f"with one row of padding: p(positive) = {p[0, 1]:.3f}")
guess.compare(p[0, 1])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# A shrug. The row of zeros is an input like any other: the loop took one more step, units 2 and 3 were made anew from it, and
# what they held was gone.
#
# </details>
#
# The padding did not do that. Reading the state *after* the padding did. The state at the last real word is untouched, as
# causality says:

# %%
before = np.array(rnn_forward(encode("movie was good"), h0, Wxh, Whh, bh))  # (1, 3, 3)
after = np.array(rnn_forward(padded, h0, Wxh, Whh, bh))  # (1, 4, 3)
print("largest difference in the first three states:", np.abs(before - after[:, :3]).max())

# %% [markdown]
# So in a padded batch you pick, for each example, the state at its own last word. Notebook 07 does that with a mask. In
# this notebook all sequences of a batch have full length.

# %% [markdown]
# ## Many-to-many with $T_x = T_y$: label every step
#
# Now look at *every* state, with the same output layer each time:
#
# $$
# \underbrace{p_t}_{(N, K)} = \text{softmax}(h_t W_{hy} + b_y), \qquad t = 1 \dots T
# $$
#
# All steps together have shape $(N, T, K)$. No second loop is needed: `h @ Why` works on an `h` of shape $(N, T, H)$,
# because a matrix product uses the last axis of what stands left of it and leaves the axes in front alone.
#
# This type is used for **tagging**, such as the part of speech of each word. It is also the way to watch a network make up
# its mind: ask for its opinion after each word.

# %% [markdown]
# ## Exercise: `tag_forward`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: an output at every step, normalised over the right axis.*


# %% nbgrader={"grade_id": "tag_forward", "solution": true}
def tag_forward(x, h0, Wxh, Whh, bh, Why, by):
    """Return the probabilities of the K tags at every step.

    x   : (N, T, D)   sequences
    h0  : (N, H)      state before the first step
    Wxh : (D, H)
    Whh : (H, H)
    bh  : (H,)
    Why : (H, K)      weights from state to output, the same at every step
    by  : (K,)

    Returns (N, T, K): no entry is negative, and for each example and step the K numbers add up to 1.
    """
    ### BEGIN SOLUTION
    h = rnn_forward(x, h0, Wxh, Whh, bh)  # (N, T, H)
    return softmax(h @ Why + by)  # (N, T, K)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_tag_forward", "points": 3}
check(tag_forward)

# %% [markdown]
# Now let the network with the hand-made weights say what it thinks after each word of *movie was good not bad*.
# **Predict** the probability of *positive* after *movie*, after *good*, after *not*, and after *bad*.

# %%
guess = predict(..., ..., ..., ...)

# %%
words = ["movie", "was", "good", "not", "bad"]
review = encode("movie was good not bad")  # (1, 5, 5)
opinion = np.array(tag_forward(review, h0, Wxh, Whh, bh, Why, by))[0]  # (T, K) = (5, 2)
states = np.array(rnn_forward(review, h0, Wxh, Whh, bh))[0]  # (T, H) = (5, 3)
for word, p in zip(words, opinion, strict=True):
    print(f"after {word:<6} p(positive) = {p[1]:.3f}")
guess.compare(opinion[[0, 2, 3, 4], 1])

# %% tags=["figure"]
plots.show(
    plots.heatmap(states.T, words, ["m: a not came", "u: good, no not", "v: bad after not"]),
    alt="Heat map of the three units after each word of 'movie was good not bad'. "
    + " ".join(f"{n}: {', '.join(f'{v:.2f}' for v in row)}." for n, row in zip("muv", states.T, strict=True)),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# It has no opinion until *good*, then a clear one. It drops it at *not*, and is just as sure again at *bad*. Follow that
# in the figure. Unit *m* switches on at *not* and stays on. The first *positive* comes from unit *u*, the second from
# unit *v*.
#
# </details>
#
# At *not* the network shrugs, because *u* and *v* hold only the present word. The *good* of one step before is gone: three
# units cannot keep everything.

# %% [markdown]
# ## One-to-many: write
#
# Now the other way round: one input, many outputs. Where do the inputs of the later steps come from? From the network
# itself. It proposes a word, and that word is fed back as the next input:
#
# 1. Start with a token, such as `<start>`, and a state $h_0$.
# 2. Make the token a one-hot row $x_t$. Take one step of the cell. Compute the logits of the next token.
# 3. Choose the token with the largest logit. Write it down. It is the input of the next step.
# 4. Repeat from 2, a fixed number of times.
#
# Choosing the largest each time is called **greedy**. Choosing at random by the probabilities is called sampling, and comes
# in a later notebook. Inputs and outputs are now words of the same vocabulary of size $V$, so $D = K = V$.
#
# There is no softmax in this list. **Why is it not needed?** Think of what it does to the order of the logits.
#
# <details>
# <summary>Answer</summary>
#
# It keeps their order: the largest logit has the largest probability. So the greedy choice needs none.
#
# </details>

# %% tags=["figure"]
plots.show(
    plots.unrolled(
        plots.Chain(
            4,
            inputs={1},
            fed_back={1, 2, 3},
            input_labels=["<start>"],
            output_labels=["movie", "was", "good", "<end>"],
        )
    ),
    alt="A chain of 4 states that starts at h_0. The first input is the token <start>. The outputs are movie, was, good "
    "and <end>. A dashed line leads from each of the first three outputs to the state of the next step.",
)

# %% [markdown]
# ## Exercise: `generate`
#
# *Difficulty 3 of 5 · 20 minutes · Objective: close the loop from output to input, for a whole batch.*
#
# Two things must be carried from step to step: the token **and** the state. `np.eye(V)[token]` makes one-hot rows of
# shape $(N, V)$ from ids of shape $(N,)$.


# %% nbgrader={"grade_id": "generate", "solution": true}
def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
    """Write `steps` tokens for each example, greedily.

    start : (N,) int   id of the first input token of each example
    h0    : (N, H)     state before the first step
    steps : int        how many tokens to write, at least 1
    Wxh   : (V, H)     weights from the one-hot token to the state
    Whh   : (H, H)
    bh    : (H,)
    Why   : (H, V)     weights from the state to the logits of the next token
    by    : (V,)

    Each step: state from the one-hot input token and the state before; logits from the new state; the token
    with the largest logit is written (of several, the one with the smallest id) and is the next input.

    Returns ids : (N, steps), integers (an integer dtype) from 0 to V - 1. The start token is not in it.
    """
    ### BEGIN SOLUTION
    ids = np.zeros((len(start), steps), dtype=int)
    token, h = start, h0  # (N,), (N, H)
    for t in range(steps):
        x_t = np.eye(len(Wxh))[token]  # (N, V)
        h = rnn_step(x_t, h, Wxh, Whh, bh)  # (N, H)
        logits = h @ Why + by  # (N, V)
        token = logits.argmax(axis=1)  # (N,)
        ids[:, t] = token
    return ids
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_generate", "points": 4}
check(generate)

# %% [markdown]
# ### A writer with a mood
#
# Here is a network with weights set by thought again. Its first six units only hold the present token. The seventh holds a
# **mood**, which it keeps with a recurrent weight of 2. After *was*, the mood decides between *good* and *bad*.
#
# The start token is the same for all examples. Only $h_0$ differs: mood $+1$, mood $-1$, mood 0. This is one way to
# tell a caption network about its photo.
#
# **Predict** the three sentences. Which word comes after *was* for mood $+1$, mood $-1$ and mood 0? The third is a tie: the logits
# of *good* and *bad* are equal. What does `argmax` do then?

# %%
guess = predict(..., ..., ..., among=("good", "bad"))

# %%
tokens = ["<start>", "movie", "was", "good", "bad", "<end>"]
V, H = 6, 7
w_xh = np.zeros((V, H))
w_xh[:, :V] = 3 * np.eye(V)  # units 1 to 6: the present token
w_hh = np.zeros((H, H))
w_hh[6, 6] = 2.0  # unit 7 keeps itself: the mood
w_hy = np.zeros((H, V))
for now, after in [
    ("<start>", "movie"),
    ("movie", "was"),
    ("was", "good"),
    ("was", "bad"),
    ("good", "<end>"),
    ("bad", "<end>"),
    ("<end>", "<end>"),
]:
    w_hy[tokens.index(now), tokens.index(after)] = 4.0
w_hy[6, tokens.index("good")], w_hy[6, tokens.index("bad")] = 1.0, -1.0

moods = np.zeros((3, H))
moods[:, 6] = [1.0, -1.0, 0.0]
starts = np.zeros(3, dtype=int)  # (N,): <start>, three times
written = np.array(generate(starts, moods, 5, w_xh, w_hh, np.zeros(H), w_hy, np.zeros(V)))  # (3, 5)
for mood, ids in zip(moods[:, 6], written, strict=True):
    print(f"mood {mood:+.0f}:", " ".join(tokens[i] for i in ids))
guess.compare([tokens[ids[2]] for ids in written])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Equal logits give the first of the two, here *good*. And a network that has written `<end>` goes on writing it, because
# we asked for five tokens. Notebook 08 stops at `<end>`.
#
# </details>
#
# Both carried things are needed. Had you started from zeros, all three sentences would be the same. Had you fed the start
# token at each step, all would say *movie* five times.

# %% [markdown]
# ## Other books, other letters
#
# You will meet the same cell in other clothes:
#
# | here | elsewhere |
# | --- | --- |
# | $h_t$ | $a^{\langle t \rangle}$, $H_t$, $s_t$ |
# | $W_{xh}$, $W_{hh}$, $W_{hy}$ | $U$, $W$, $V$; or $W_{ax}$, $W_{aa}$, $W_{ya}$ |
# | row vectors, $x_t W_{xh}$ with $W_{xh}$ of shape $(D, H)$ | column vectors, $W_{xh} x_t$ with $W_{xh}$ of shape $(H, D)$ |
# | $x$ of shape $(N, T, D)$, as in Keras | $(T, N, D)$, the default of PyTorch |
# | one bias $b_h$ | two, whose sum counts |
#
# If you copy a formula, look first whether its vectors are rows or columns.

# %% [markdown]
# ## What you can do now
#
# - You can write the cell, the loop, and three kinds of model around them, for a batch.
# - The state is the memory. It depends on the past only, and the weights that make it are the same at every step.
# - A count, a test or a shape that is right by luck stops being right when the sizes differ.
#
# What is missing is a way to *find* the weights. That needs derivatives through the loop.

# %% [markdown]
# ## On your own
#
# No points, no check.
#
# 1. In the hand-made reader, replace every 4 by 1 and every 8 by 2. Which reviews are still judged right? Compare
#    *movie was not good* with *not movie was good*. Why does unit *m* fade, now that its own weight is 1?
# 2. (hard) Give the reader a fourth unit, so that *movie was good* followed by padding stays positive. Which entry on the
#    diagonal of `Whh` must not be zero?
# 3. Reverse the six reviews and read them backwards. What does the reader say, and why? Notebook 07 reads both ways.
# 4. Let a random network with $V = 6$ write 40 tokens. Does it end in a circle? How long is it? Try ten seeds.
#
# ## Further reading
#
# - J. L. Elman, *Finding Structure in Time*, Cognitive Science 14 (1990). The paper behind this cell.
# - Goodfellow, Bengio and Courville, *Deep Learning* (2016), sections 10.1 and 10.2, on unrolling and on the types.
# - A. Karpathy, *The Unreasonable Effectiveness of Recurrent Neural Networks* (2015). Many drawings of the five types go
#   back to this post.
#
# **Next:** [3 Backpropagation through time](03_bptt.ipynb), how the loop learns.
