# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 7 Two directions: read a sequence from both ends
#
# **What you will do.** Put sequences of different lengths into one batch so that the padding changes nothing, run a
# second network over them from the end, join the two, and send gradients through both at once. Then you see a task that one
# direction cannot solve, and another where the second direction cheats.
#
# **What you will learn**
#
# - what a mask does inside the recurrence, in the loss, and on the way back
# - that padding with a mask changes no state, no loss and no gradient, to twelve digits
# - to reverse sequences within their lengths, and what goes wrong when you flip whole rows
# - which two states to read when one answer is asked for
# - that both directions are trained at once, and what must happen in order
# - when a second direction must not be used: when the future is what you predict
#
# **What you need.** Notebooks 01 (padding, mask), 02 (the cell, the loop) and 03 (`rnn_backward`, `cross_entropy`, gradient
# checks); Adam from 04.
#
# **Time.** 3 hours and a half, in three sittings: padding (an hour and a quarter), two directions and their gradients (an hour and a
# half), and what they are good for (three quarters of an hour). Eight exercises: six functions, a count, and a choice.

# %% tags=["setup"]
import numpy as np

from rnncourse import check, failing_case, hint, plots, predict
from rnncourse.lab import descend
from rnncourse.lab.directions import Labeller, mask_of, new_net
from rnncourse.plots import bidirectional as bidirectional_plots

# %% [markdown]
# The loop and its gradient, from notebooks 02 and 03. They are given here, so that this notebook stands alone. You may call
# both in all exercises.


# %% tags=["setup"]
def rnn_forward(x, h0, Wxh, Whh, bh):
    """Return the states (N, T, H) of h_t = tanh(x_t Wxh + h_{t-1} Whh + bh); x : (N, T, D), h0 : (N, H)."""
    x, h_prev, states = np.asarray(x), h0, []  # a list of examples will do, too
    for t in range(x.shape[1]):
        h_prev = np.tanh(x[:, t] @ Wxh + h_prev @ Whh + bh)  # (N, H)
        states.append(h_prev)
    return np.stack(states, axis=1)


def rnn_backward(dh, x, h0, h, Wxh, Whh):
    """Return dx (N, T, D), dh0 (N, H), dWxh, dWhh, dbh of h = rnn_forward(x, h0, Wxh, Whh, bh).

    dh : (N, T, H), the gradient that reaches each state from the output of its own step
    """
    dh, x, h = np.asarray(dh), np.asarray(x), np.asarray(h)
    da, dh_next = np.zeros_like(h), np.zeros_like(h0)
    for t in reversed(range(h.shape[1])):
        da[:, t] = (dh[:, t] + dh_next) * (1 - h[:, t] ** 2)  # (N, H)
        dh_next = da[:, t] @ Whh.T
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)  # (N, T, H): the state before each step
    dWxh, dWhh = np.einsum("ntd,nth->dh", x, da), np.einsum("ntg,nth->gh", before, da)
    return da @ Wxh.T, dh_next, dWxh, dWhh, da.sum(axis=(0, 1))


# %% [markdown]
# ## What a state cannot know
#
# Read these two sentences, and say what a *bank* is:
#
# - *the bank is steep and muddy*
# - *the bank is closed on Sunday*
#
# At the second word you cannot say. The word that decides comes three words later. A recurrent network that reads from the front is
# in the same position, and no training helps: $h_t$ is computed from $x_1, \dots, x_t$.
#
# The next cell lets a random network read the first four words of a sentence, with two different fifth words. How many of the five
# states differ?

# %%
states_that_differ = predict(...)

# %%
rng = np.random.default_rng(7)
D, H = 4, 3
reader = {
    "h0": rng.normal(0, 0.5, (1, H)),
    "Wxh": rng.normal(0, 0.8, (D, H)),
    "Whh": rng.normal(0, 0.25, (H, H)),
    "bh": rng.normal(0, 0.3, H),
}
sentence = rng.normal(size=(1, 5, D))  # five words as random rows: "the bank is closed ..."
other_end = sentence.copy()
other_end[:, 4] = rng.normal(size=D)
difference = np.abs(rnn_forward(sentence, **reader) - rnn_forward(other_end, **reader))[0].max(axis=1)
for t, size in enumerate(difference, start=1):
    print(f"h_{t} differs by {size:.3f}")
states_that_differ.compare((difference > 0).sum(), within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# One: the last. The first four are equal to the last bit.
#
# </details>
#
# If you want the label of word 2 to depend on word 5, some network must read word 5 *before* it labels word 2.
#
# That is the whole idea of this notebook: a second network reads from the end. It has one enemy, **padding**. In a batch, short sequences
# end with steps that hold nothing, and the second network would read those first. So we settle padding before anything else.

# %% [markdown]
# ## The mask inside the recurrence
#
# Notebook 01 padded sequences at the end and kept a **mask** of shape $(N, T)$: 1 where a step is real, 0 where it is padding. It also
# promised a test, to twelve digits, that padding then changes nothing. Here it is.
#
# What does a padded step do to a state? Its input is a row of zeros, so $x_t W_{xh} = 0$. The state still goes through $W_{hh}$, the bias and
# the tanh.
#
# Two sentences of 5 words differ in the last word. After them come 0, 1, 5 or 50 steps of zeros. What do 50 steps of zeros leave of the last state?

# %%
fifty_zeros = predict(
    ..., among=("what it was", "another state, different for the two", "the same state for both")
)

# %%
for extra in (0, 1, 5, 50):
    zeros = np.zeros((1, extra, D))
    ends = [rnn_forward(np.concatenate([s, zeros], axis=1), **reader)[0, -1] for s in (sentence, other_end)]
    print(f"{extra:>2} steps of zeros, last states:", ends[0].round(4), ends[1].round(4))
apart = "the same state for both" if np.allclose(*ends, atol=5e-5) else "another state, different for the two"
fifty_zeros.compare("what it was" if np.allclose(ends[0], rnn_forward(sentence, **reader)[0, -1]) else apart)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Zeros are input like any other. After one step the state is another one. After fifty the two sentences end in the same state to four digits: what
# was read is gone, and the state is where zeros and the bias lead. (With larger weights in $W_{hh}$ a trace may last longer, or the state may never
# settle.)
#
# </details>
#
# With the mask, a padded step leaves the state alone. Write $m_t$ for column $t$ of the mask, shape $(N, 1)$ so that it broadcasts
# over the units, and $c_t$ for the **candidate**, the state that the step would make:
#
# $$
# \underbrace{c_t}_{(N, H)} = \tanh(x_t W_{xh} + h_{t-1} W_{hh} + b_h), \qquad
# \underbrace{h_t}_{(N, H)} = \underbrace{m_t}_{(N, 1)} \odot c_t + (1 - m_t) \odot h_{t-1} .
# $$
#
# The state is **frozen** where $m_t = 0$. Then the last column, `h[:, -1]`, holds the state after the last *real* step of every example,
# whatever its length. That is why libraries do it this way.

# %% [markdown]
# ## Exercise: `masked_rnn_forward`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: a batch in which each example takes only its own steps.*
#
# Do not assume that zeros of the mask stand at the end: padding can be at the front, and a step in the middle can be missing.


# %% nbgrader={"grade_id": "masked_rnn_forward", "solution": true}
def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
    """Return the states after every step; where the mask is 0, the state is that of the step before.

    x    : (N, T, D)   inputs; what stands at padded steps is any finite number
    mask : (N, T)      1.0 where a step is real, 0.0 where it is not, anywhere in the row
    h0   : (N, H)      state before the first step; it is kept until the first real step
    Wxh  : (D, H)
    Whh  : (H, H)
    bh   : (H,)

    Returns h : (N, T, H). A row of the mask may be all 0: then all its states are h0.
    """
    ### BEGIN SOLUTION
    h_prev, states = h0, []
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ Wxh + h_prev @ Whh + bh)  # (N, H), as if every example had this step
        h_prev = np.where(mask[:, t, None] > 0, new, h_prev)  # (N, H)
        states.append(h_prev)
    return np.stack(states, axis=1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_masked_rnn_forward", "points": 4}
check(masked_rnn_forward)

# %% [markdown]
# The cell from before, with your function. The padding is not even zeros now: it is random numbers.

# %%
for extra in (0, 1, 5, 20):
    padded = np.concatenate([sentence, rng.normal(size=(1, extra, D))], axis=1)  # (1, 5 + extra, D)
    real = (np.arange(5 + extra) < 5).astype(float)[None]  # (1, 5 + extra)
    states = np.array(masked_rnn_forward(padded, real, *reader.values()))
    print(f"{extra:>2} steps of padding, last state:", states[0, -1].round(4))

# %% [markdown]
# ## A loss that sees real steps only
#
# Label every step of a batch, and compare with the right labels. Three sequences of lengths 5, 2 and 1 in an array of five columns have 8 real steps
# and 7 padded ones. Whatever the network says at a padded step, nobody asked.
#
# The **masked mean** adds the losses $\ell_{n,t}$ of the real steps and divides by their number $M$:
#
# $$
# L = \frac{1}{M} \sum_{n,t} m_{n,t}\,\ell_{n,t}, \qquad M = \sum_{n,t} m_{n,t}, \qquad
# \frac{\partial L}{\partial \text{logits}_{n,t}} = \frac{m_{n,t}}{M}\,\big(p_{n,t} - \text{one-hot}_{n,t}\big) .
# $$
#
# Here it is a mean, not a sum as in notebook 03, because the number of real steps differs from batch to batch. The gradient belongs to
# the same mean, so it is divided by $M$ too.
#
# There are other ways to divide, and all of them run. Let the loss be exactly 1 at each of the 8 real steps, and 0 at padded ones.
# What is the sum divided by $M$? By $N T$? And what does the second become when the same batch is padded to 10 columns?

# %%
three_means = predict(..., ..., ...)

# %%
lengths = np.array([5, 2, 1])
for T in (5, 10):
    real = (np.arange(T) < lengths[:, None]).astype(float)  # (N, T)
    print(
        f"T = {T:>2}: divided by M {real.sum() / real.sum():.3f}, divided by N T {real.sum() / real.size:.3f}"
    )
three_means.compare([1, 8 / 15, 8 / 30], within=0.02)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 1, $8 / 15 = 0.533$ and $8 / 30 = 0.267$. Divided by $N T$, the loss gets better when you add padding.
#
# </details>
#
# Then there is the *mean of means*: the mean of each sequence first, and then the mean of those. It does not depend on
# padding. But a step in the sequence of length 1 then weighs as much as five steps of the first. It is a choice; here every
# real step weighs the same.
#
# One trap more. To make padded losses 0 you may multiply by the mask. What is 0 times 1000, and what is 0 times `nan`?

# %%
zero_times = predict(..., ..., among=("0", "nan", "inf"))

# %%
print("0 * 1000 =", 0 * 1000.0, "   0 * nan =", 0 * float("nan"))
zero_times.compare(["0", f"{0 * float('nan')}"])
print("np.where: ", np.where(np.array([1, 0]) > 0, np.array([0.5, np.nan]), 0.0))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Multiplying by 0 does not remove a `nan`, and one `nan` in a sum is enough. *Choosing* the real steps, with an index or `np.where`, does.
#
# </details>

# %% [markdown]
# ## Exercise: `masked_mean_loss`
#
# *Difficulty 3 of 5 · 20 minutes · Objective: a loss and a gradient that no padded step can reach.*
#
# It is `cross_entropy` of notebook 03, stable for large logits, with a mask and a mean. Libraries often put an id such as $-100$ at
# padded steps, which is no class at all.


# %% nbgrader={"grade_id": "masked_mean_loss", "solution": true}
def masked_mean_loss(logits, targets, mask):
    """Return the mean cross-entropy of softmax(logits) over all real steps, and its gradient.

    logits  : (N, T, K)   at real steps any finite numbers, also in the thousands
    targets : (N, T)      integers, the right class, 0 to K - 1 at real steps
    mask    : (N, T)      1.0 where a step is real, 0.0 where it is not, anywhere in the row

    What stands at padded steps must not matter: logits may be nan there, and targets may be ids that do not
    exist, such as -100. At least one step of the batch is real; a whole row may be padding. All three arguments are
    left as they were.

    Returns loss, dlogits, in this order. loss is one number: the sum over the real steps, divided by their
    number M. dlogits is its gradient, (N, T, K), exactly 0 at padded steps.
    """
    ### BEGIN SOLUTION
    real = mask > 0  # (N, T)
    z, wanted = logits[real], targets[real]  # (M, K), (M,): no padded step is left
    M = len(wanted)
    z = z - z.max(axis=1, keepdims=True)  # at most 0, so exp cannot overflow
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))  # (M, K)
    loss = -log_p[np.arange(M), wanted].mean()
    p = np.exp(log_p)
    p[np.arange(M), wanted] -= 1  # (M, K): probabilities minus one-hot rows
    dlogits = np.zeros(logits.shape)
    dlogits[real] = p / M
    return loss, dlogits
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_masked_mean_loss", "points": 4}
check(masked_mean_loss)

# %% [markdown]
# ## Padding changes nothing
#
# The states and the loss are settled. What about the gradients? Go back through a masked step, $h_t = m_t \odot c_t + (1 - m_t) \odot h_{t-1}$.
# Let $dh_t$ be complete: what comes from the output of the step, plus what comes from the next step. Then
#
# $$
# \underbrace{da_t}_{(N, H)} = m_t \odot dh_t \odot (1 - c_t^2), \qquad
# \underbrace{dh_{t-1}}_{(N, H)} = da_t W_{hh}^\top + (1 - m_t) \odot dh_t .
# $$
#
# The old state was used twice, inside $c_t$ and directly, so two terms add up. You know this cell: it is the slowly forgetting one whose
# gradient you derived at the end of notebook 03, with $m_t$ in place of $\alpha$. And $m_t$ is 0 or 1, so for each example only one of the two terms
# is there. At a padded step the gradient walks through unchanged, and the weights get nothing. Where $m_t = 1$, $c_t = h_t$: we need
# not keep the candidates.


# %%
def masked_rnn_backward(dh, x, mask, h0, h, Wxh, Whh):
    """Return dx, dh0, dWxh, dWhh, dbh of h = masked_rnn_forward(x, mask, h0, Wxh, Whh, bh)."""
    m = mask[:, :, None]  # (N, T, 1)
    da, dh_next = np.zeros_like(h), np.zeros_like(h0)
    for t in reversed(range(h.shape[1])):
        dh_t = dh[:, t] + dh_next  # (N, H)
        da[:, t] = m[:, t] * dh_t * (1 - h[:, t] ** 2)
        dh_next = da[:, t] @ Whh.T + (1 - m[:, t]) * dh_t
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)  # (N, T, H)
    dWxh, dWhh = np.einsum("ntd,nth->dh", x, da), np.einsum("ntg,nth->gh", before, da)
    return da @ Wxh.T, dh_next, dWxh, dWhh, da.sum(axis=(0, 1))


# %% [markdown]
# Now the test. A network labels each step of a batch of three sequences. We compute everything there is, append 1, 4 and 30 steps of padding
# filled with random numbers, and compute everything again. The table shows the largest difference anywhere,
# in four columns: the states, the loss, $dx$, and the gradients of all parameters and of $h_0$. In its last line the mask says that the new steps are real.
#
# How many of the four columns will show a difference of more than $10^{-12}$ with 30 masked steps, and how many in the last line, where 4 steps are added that count?

# %%
columns_that_differ = predict(..., ...)

# %%
rng = np.random.default_rng(3)
N, T, D, H, K = 3, 5, 4, 6, 2
lengths = np.array([5, 2, 3])
params = {
    "h0": rng.normal(0, 0.5, (N, H)),
    "Wxh": rng.normal(0, 0.7, (D, H)),
    "Whh": rng.normal(0, 0.7, (H, H)),
    "bh": rng.normal(0, 0.5, H),
}
Why, by = rng.normal(0, 0.7, (H, K)), rng.normal(0, 0.5, K)
x, targets = rng.normal(size=(N, T, D)), rng.integers(0, K, (N, T))


def everything(x, targets, mask):
    """Return states, loss and all gradients, by your functions."""
    h = np.array(masked_rnn_forward(x, mask, *params.values()), dtype=float)  # (N, T, H)
    loss, dlogits = masked_mean_loss(h @ Why + by, targets, mask)
    dlogits = np.array(dlogits, dtype=float)
    dx, *grads = masked_rnn_backward(dlogits @ Why.T, x, mask, params["h0"], h, params["Wxh"], params["Whh"])
    grads += [np.einsum("nth,ntk->hk", h, dlogits), dlogits.sum(axis=(0, 1))]
    return h, float(loss), dx, grads


def padded_by(extra, fill):
    """Return x and targets with `extra` more steps of random numbers, and the mask, which is `fill` there."""
    new_x = np.concatenate([x, rng.normal(size=(N, extra, D))], axis=1)
    new_targets = np.concatenate([targets, rng.integers(0, K, (N, extra))], axis=1)
    mask = (np.arange(T + extra) < lengths[:, None]).astype(float)
    mask[:, T:] = fill
    return new_x, new_targets, mask


h, loss, dx, grads = everything(*padded_by(0, 0.0))
print("                        states      loss        dx   parameters and h0")
seen = []
for name, extra, fill in [
    ("1 masked step", 1, 0),
    ("4 masked steps", 4, 0),
    ("30 masked steps", 30, 0),
    ("4 steps, not masked", 4, 1),
]:
    new_h, new_loss, new_dx, new_grads = everything(*padded_by(extra, fill))
    gaps = [np.abs(new_h[:, :T] - h).max(), abs(new_loss - loss), np.abs(new_dx[:, :T] - dx).max()]
    gaps.append(max(np.abs(a - b).max() for a, b in zip(new_grads, grads, strict=True)))
    print(f"{name:<20}", "  ".join(f"{gap:8.1e}" for gap in gaps), "  all below 1e-12:", max(gaps) < 1e-12)
    seen.append(sum(gap > 1e-12 for gap in gaps))
columns_that_differ.compare(seen[-2:], within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# None and three. With the mask, all differences are below $10^{-12}$: at most the rounding of sums in another order. In the
# last line the first five states agree all the same, since what comes later cannot change them. The loss and the gradients
# can.
#
# </details>
#
# You can often read that zero padding makes predictions wrong. What makes them wrong is padding *without a mask*.
#
# This is a good place for a break.

# %% [markdown]
# ## Turn each sequence round
#
# Now the second direction. It reads each sequence from its last word to its first. There is a simple way to get one: reverse the input, and run the
# network that you have.
#
# In a batch, reverse what? The figure shows three reviews, padded to four words, and two ways to turn them. Look at the second panel: what does the
# network read first in the first two rows?

# %% tags=["figure"]
reviews = [["movie", "was", "good"], ["so", "bad"], ["movie", "was", "not", "good"]]
flipped = [[""] * (4 - len(words)) + words[::-1] for words in reviews]
bidirectional_words = {
    "padded": [words + [""] * (4 - len(words)) for words in reviews],
    "whole rows flipped": flipped,
    "reversed within length": [words[::-1] + [""] * (4 - len(words)) for words in reviews],
}
plots.show(
    bidirectional_plots.batches(bidirectional_words),
    alt="Three tables of three reviews and four steps; padding is hatched. "
    + " ".join(
        f"{title}: " + "; ".join(" ".join(word or "(padding)" for word in row) for row in rows) + "."
        for title, rows in bidirectional_words.items()
    ),
)

# %% [markdown]
# When whole rows are flipped, the padding comes first. The network reads it before the first word, and its state moves away from $h_0$, further for
# shorter sequences. **Reversed within its length**, each row begins with its last real word, and the padding stays at the end, where it comes
# too late to matter.

# %% [markdown]
# ## Exercise: `reverse_within_length`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: turn the real part of each row and touch nothing else.*
#
# You will use it for inputs, states and gradients. Turning twice gives the original back.


# %% nbgrader={"grade_id": "reverse_within_length", "solution": true}
def reverse_within_length(x, lengths):
    """Return x with the first lengths[n] steps of example n in reverse order.

    x       : (N, T, D)   sequences, padded at the end
    lengths : (N,)        integers from 1 to T, the number of real steps of each example

    Returns a new array (N, T, D). Steps from lengths[n] on stay as they are. x is left as it was.
    """
    ### BEGIN SOLUTION
    out = x.copy()
    for n, length in enumerate(lengths):
        out[n, :length] = x[n, :length][::-1]  # (length, D)
    return out
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_reverse_within_length", "points": 3}
check(reverse_within_length)

# %% [markdown]
# ## Two directions, side by side
#
# A **bidirectional** network is two networks that read the same $x$. We mark the forward one with $\rightarrow$ and the backward one with
# $\leftarrow$. Each has its own $W_{xh}$, $W_{hh}$, $b_h$ and its own start. Let $T_n$ be the length of sequence $n$, `lengths[n]`. For this sequence:
#
# $$
# \overrightarrow{h}_t = \tanh\!\big(x_t \overrightarrow{W}_{xh} + \overrightarrow{h}_{t-1} \overrightarrow{W}_{hh} + \overrightarrow{b}_h\big),
# \quad t = 1, \dots, T_n, \qquad
# \overleftarrow{h}_t = \tanh\!\big(x_t \overleftarrow{W}_{xh} + \overleftarrow{h}_{t+1} \overleftarrow{W}_{hh} + \overleftarrow{b}_h\big),
# \quad t = T_n, \dots, 1 .
# $$
#
# The forward one starts from $\overrightarrow{h}_0$, the backward one from $\overleftarrow{h}_{T_n+1}$, which we call its `h0`: it is the state before
# its first step. At each step the two states are joined, and the output reads both:
#
# $$
# \underbrace{h_t}_{(N, 2H)} = \big[\overrightarrow{h}_t,\ \overleftarrow{h}_t\big], \qquad
# \underbrace{y_t}_{(N, K)} = h_t \underbrace{W_{hy}}_{(2H, K)} + b_y .
# $$

# %% tags=["figure"]
plots.show(
    plots.unrolled(plots.Chain(4, backward=True)),
    alt="Four inputs x_1 to x_4. Above each stand two states: a forward state, with arrows from left to "
    "right that start at h_0, and a backward state, with arrows from right to left that start at h_5. Each "
    "input has an arrow to both of its states, and each output y_1 to y_4 gets an arrow from both. There is no arrow "
    "between the two rows of states.",
)

# %% [markdown]
# Follow the arrows. No arrow leads from one row of states to the other. So the two rows can be computed in any order, even at the same time. But
# $y_1$ needs $\overleftarrow{h}_1$, which is the *last* that the backward row makes. **All states of both directions come before the first output.**
#
# How much does $h_t$ know now? $\overrightarrow{h}_t$ has read $x_1, \dots, x_t$, and $\overleftarrow{h}_t$ has read $x_t, \dots, x_{T_n}$. Together: everything.

# %% [markdown]
# ## Exercise: `birnn_parameters`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: count the parameters of two directions.*
#
# Inputs of 5 features, 3 units in each direction, one output with a bias. Both directions start from zeros, which are not learned and do not count.
# In notebook 02 one direction and its output made 31. How many parameters have these four networks?
#
# - `"concatenated"`: the two directions side by side, sequences of 10 steps
# - `"added"`: the states of the two directions are *added* at each step, and the output reads the sum
# - `"longer"`: as `"concatenated"`, but sequences of 50 steps
# - `"two_layers"`: as `"concatenated"`, and on top of these states a second bidirectional layer, of 2 units in each direction, concatenated again; the output reads
#   the second layer only

# %% nbgrader={"grade_id": "birnn_parameters", "solution": true}
# Assign a dict with the keys "concatenated", "added", "longer" and "two_layers"; each value is a number of parameters.
# birnn_parameters = {"concatenated": ..., "added": ..., "longer": ..., "two_layers": ...}
### BEGIN SOLUTION
birnn_parameters = {"concatenated": 61, "added": 58, "longer": 61, "two_layers": 95}
### END SOLUTION

# %% nbgrader={"grade_id": "check_birnn_parameters", "points": 2}
check("birnn_parameters")

# %% [markdown]
# ## Exercise: `birnn_forward`
#
# *Difficulty 3 of 5 · 20 minutes · Objective: both directions over a padded batch, lined up step by step.*
#
# A direction comes as a dict with the keys `"h0"` $(N, H)$, `"Wxh"` $(D, H)$, `"Whh"` $(H, H)$ and `"bh"` $(H,)$, so
# `rnn_forward(x, **forward)` runs one. You do not need the mask inside the loop here. Why not?


# %% nbgrader={"grade_id": "birnn_forward", "solution": true}
def birnn_forward(x, lengths, forward, backward):
    """Return the states of both directions, joined at each step.

    x        : (N, T, D)   sequences, padded at the end with any finite numbers
    lengths  : (N,)        integers from 1 to T
    forward  : dict        of the direction that reads from step 0 on:
                           "h0" (N, H), "Wxh" (D, H), "Whh" (H, H), "bh" (H,)
    backward : dict        the same of the direction that reads from step lengths[n] - 1 back to 0;
                           it starts from its own "h0"

    Returns one array (N, T, 2H), the forward states in the first H columns. At real steps, x[n, t] is the
    last input that both halves of [n, t] have read. At padded steps all 2H numbers are 0. The arguments are left
    as they were.
    """
    ### BEGIN SOLUTION
    ahead = rnn_forward(x, **forward)  # (N, T, H)
    turned = reverse_within_length(x, lengths)  # (N, T, D)
    back = reverse_within_length(rnn_forward(turned, **backward), lengths)  # (N, T, H), lined up with ahead
    real = np.arange(x.shape[1]) < np.asarray(lengths)[:, None]  # (N, T)
    return np.concatenate([ahead, back], axis=2) * real[:, :, None]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_birnn_forward", "points": 5}
check(birnn_forward)

# %% [markdown]
# Why no mask in the loop? Both directions read the padding *after* the real steps, when it can change no real state any more. Zeros at the end hide
# the rest.
#
# Here are both halves of the states of one sentence of four words. Then the last word is replaced. At how many of the four steps does the forward half
# change, and at how many the backward half?

# %%
halves_that_change = predict(..., ...)

# %%
rng = np.random.default_rng(12)
words = ["the", "bank", "is", "steep"]
D, H = 5, 2


def random_direction(N, D, H, rng, scale=0.8):
    """Return the start and the weights of one direction."""
    shapes = {"h0": (N, H), "Wxh": (D, H), "Whh": (H, H), "bh": (H,)}
    return {name: rng.normal(0, scale, shape) for name, shape in shapes.items()}


forward, backward = random_direction(1, D, H, rng), random_direction(1, D, H, rng)
x = np.eye(5)[[0, 1, 2, 3]][None]  # (1, 4, 5): one-hot rows of the four words
x_other = np.eye(5)[[0, 1, 2, 4]][None]  # "the bank is closed"
states = np.array(birnn_forward(x, np.array([4]), forward, backward))[0]  # (4, 2H)
other_states = np.array(birnn_forward(x_other, np.array([4]), forward, backward))[0]
changed = np.abs(states - other_states) > 1e-12  # (4, 2H)
print("changed by the last word, forward half: ", changed[:, :H].any(axis=1).tolist())
print("changed by the last word, backward half:", changed[:, H:].any(axis=1).tolist())
halves_that_change.compare([changed[:, :H].any(axis=1).sum(), changed[:, H:].any(axis=1).sum()], within=0)

# %% tags=["figure"]
units = [f"{name} {i}" for name in ("forward", "backward") for i in range(1, H + 1)]
plots.show(
    plots.heatmap(states.T, words, units),
    alt="The states of two directions for the words "
    + ", ".join(words)
    + ". "
    + " ".join(
        f"{unit}: {', '.join(f'{v:.2f}' for v in row)}." for unit, row in zip(units, states.T, strict=True)
    ),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Only the last forward state has read the last word. *All* backward states have.
#
# </details>
#
# So the information about *bank* that was missing is there now.
#
# To see the whole pattern, change one word after another, and see which states move. In the next figure, row $s$ and column $t$ show how far the states of
# step $t$ move when word $s$ is changed.

# %%
rng = np.random.default_rng(5)
T, D, H = 7, 4, 6
forward, backward = random_direction(1, D, H, rng), random_direction(1, D, H, rng)
x, lengths = rng.normal(size=(1, T, D)), np.array([5])  # five real words, two padded
base = np.array(birnn_forward(x, lengths, forward, backward))[0]  # (T, 2H)
reach = np.zeros((2, T, T))  # direction, changed word, step
for s in range(T):
    moved = x.copy()
    moved[0, s] += 0.5
    shift = np.abs(np.array(birnn_forward(moved, lengths, forward, backward))[0] - base)
    reach[0, s], reach[1, s] = shift[:, :H].max(axis=1), shift[:, H:].max(axis=1)
for name, table in zip(["forward", "backward"], reach, strict=True):
    print(f"{name}: steps that move when word 1, 2, ... is changed:", (table > 1e-12).sum(axis=1).tolist())

# %% tags=["figure"]
plots.show(
    bidirectional_plots.reach(reach[0], reach[1]),
    alt="Two tables, 7 changed words by 7 steps, five words are real. Forward half: only fields on and right "
    f"of the diagonal are coloured, the largest is {reach[0].max():.2f}. Backward half: only fields on and "
    f"left of the diagonal, the largest is {reach[1].max():.2f}. "
    "The rows and columns of the two padded words are empty in both.",
)

# %% [markdown]
# The forward half looks back, the backward half looks ahead, and the padding is silent in both.

# %% [markdown]
# ## One answer for a whole sequence
#
# For *many-to-one*, as in sentiment, notebook 02 read the last state: it had read everything. With two directions, "the last state" is a trap. Of a review of
# four words, how many has the backward half of $h_4$ read, and how many that of $h_1$?

# %%
words_read = predict(..., ...)

# %% [markdown]
# Measure it. We take the review *movie was not good*, change one word at a time, and see whether the half moves.

# %%
rng = np.random.default_rng(8)
T, D, H = 4, 5, 3
forward, backward = random_direction(1, D, H, rng), random_direction(1, D, H, rng)
x, lengths = rng.normal(size=(1, T, D)), np.array([T])
places = {
    "forward half of h_4": (3, slice(0, H)),
    "backward half of h_4": (3, slice(H, None)),
    "backward half of h_1": (0, slice(H, None)),
}
base = np.array(birnn_forward(x, lengths, forward, backward))[0]
counts = []
for place, (t, half) in places.items():
    seen = []
    for s in range(T):
        moved = x.copy()
        moved[0, s] += 0.5
        shift = np.array(birnn_forward(moved, lengths, forward, backward))[0] - base
        seen.append(bool(np.abs(shift[t, half]).max() > 1e-12))
    print(f"{place:<21} depends on words", [s + 1 for s in range(T) if seen[s]])
    counts.append(sum(seen))
words_read.compare(counts[1:], within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# At the last step the backward direction has read one word. It has read the whole review at the *first*.
#
# </details>
#
# So the summary of a sequence takes each half where that direction ends:
#
# $$
# \underbrace{s_n}_{(2H,)} = \big[\overrightarrow{h}_{T_n},\ \overleftarrow{h}_1\big] .
# $$

# %% [markdown]
# ## Exercise: `last_states`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: read each direction where it has read everything.*
#
# In a padded batch, $T_n$ differs from row to row. One row of integers can pick one step for each example.
#
# As always, formulas count steps from 1 and code from 0: $h_1$ is `h[:, 0]`.


# %% nbgrader={"grade_id": "last_states", "solution": true}
def last_states(h, lengths):
    """Return a summary of each sequence: the last state of each direction, joined.

    h       : what birnn_forward returned, (N, T, 2H), zeros at padded steps
    lengths : (N,)   integers from 1 to T

    Returns (N, 2H): the forward state of the last real step in the first H columns, then the backward state
    that has read all real steps.
    """
    ### BEGIN SOLUTION
    H = h.shape[2] // 2
    ahead = h[np.arange(len(h)), np.asarray(lengths) - 1, :H]  # (N, H): one step of each example
    back = h[:, 0, H:]  # (N, H)
    return np.concatenate([ahead, back], axis=1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_last_states", "points": 2}
check(last_states)

# %% [markdown]
# ## Both gradients at once
#
# Some notes warn: *do not update both directions at the same time, the results would be erroneous.* They advise to train one, then the other. Let us derive
# what the gradient says.
#
# There is one loss $L$. Its gradient with respect to the joined states, $dh$ of shape $(N, T, 2H)$, comes from the output layer as always. Joining is
# the easiest operation to go back through: the first $H$ columns of $dh$ belong to the forward direction, the others to the backward one.
#
# - **Forward direction.** An ordinary network with upstream gradient `dh[:, :, :H]`. That is `rnn_backward`.
# - **Backward direction.** An ordinary network that read the turned $x$ and made turned states. Turning moves numbers without changing them, so the gradient of
#   a number goes where the number went: **turn the gradient in the same way**.
# - **The input** was read by both. Two uses, two gradients, and they add up:
#
# $$
# \underbrace{dx}_{(N, T, D)} = \overrightarrow{dx} + \text{turn}\big(\overleftarrow{dx}\big) .
# $$
#
# - **Padding.** At padded steps the joined state is 0, whatever the weights are. So the gradient that arrives there leads nowhere: set it to 0 first.
#
# The parameters of the two directions are two **disjoint sets**. Neither gradient needs the other's result. The gradient of the loss is simply both of them:
# that is what a derivative with respect to a longer list of parameters is.
#
# What must be in order is this: all states of both directions, then all outputs and the loss, then both gradients, then one update of everything.

# %% [markdown]
# ## Exercise: `birnn_backward`
#
# *Difficulty 4 of 5 · 30 minutes · Objective: split, turn, go back, turn back, add.*
#
# `rnn_backward(dh, x, h0, h, Wxh, Whh)` of the first cells does the work for one direction. It wants states in the order in which its direction made them. At
# padded steps the states in `h` are 0, not those that `rnn_forward` computed: with a gradient of 0 there, it makes no difference.


# %% nbgrader={"grade_id": "birnn_backward", "solution": true}
def birnn_backward(dh, x, lengths, h, forward, backward):
    """Go back through h = birnn_forward(x, lengths, forward, backward).

    dh       : the gradient that reaches the joined states from the output of their own step, (N, T, 2H);
               at padded steps it may be anything finite, and counts for nothing
    x        : (N, T, D)
    lengths  : (N,)   integers from 1 to T
    h        : what birnn_forward returned, (N, T, 2H)
    forward  : dict   "h0" (N, H), "Wxh" (D, H), "Whh" (H, H), "bh" (H,)
    backward : dict   the same for the other direction

    Returns dx, dforward, dbackward, in this order. dx : (N, T, D), 0 at padded steps. dforward and dbackward
    are dicts with the keys "h0", "Wxh", "Whh", "bh"; each gradient has the shape of what it belongs to, and
    nothing is averaged. dh is left as it was.
    """
    ### BEGIN SOLUTION
    H, names = h.shape[2] // 2, ("h0", "Wxh", "Whh", "bh")
    real = np.arange(x.shape[1]) < np.asarray(lengths)[:, None]  # (N, T)
    dh = dh * real[:, :, None]  # (N, T, 2H), a new array
    dx_ahead, *grads_ahead = rnn_backward(
        dh[:, :, :H], x, forward["h0"], h[:, :, :H], forward["Wxh"], forward["Whh"]
    )
    turned = [reverse_within_length(a, lengths) for a in (dh[:, :, H:], x, h[:, :, H:])]
    dx_back, *grads_back = rnn_backward(
        turned[0], turned[1], backward["h0"], turned[2], backward["Wxh"], backward["Whh"]
    )
    dx = dx_ahead + reverse_within_length(dx_back, lengths)  # (N, T, D)
    return dx, dict(zip(names, grads_ahead, strict=True)), dict(zip(names, grads_back, strict=True))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_birnn_backward", "points": 6}
check(birnn_backward)

# %% [markdown]
# Both gradients at once, from one loss: no direction had to wait for the other.
#
# This is a good place for a break.

# %% [markdown]
# ## The claim, tested
#
# If it were true that both directions cannot be updated at once, the joint gradient would have to be wrong somewhere. So check it: all parameters of
# both directions, of the output layer, and the input, in one network with one loss, on a padded batch. Every entry is compared with a central difference
# of the loss, $\big(L(p + \varepsilon) - L(p - \varepsilon)\big) / (2 \varepsilon)$ with $\varepsilon = 10^{-5}$, as in notebook 03.
# (`mask_of(lengths, T)` of `rnncourse.lab` is the mask of sequences that are padded at the end.)
#
# How many of the four parts, the two directions, the output and the input, pass in one run?

# %%
parts_that_pass = predict(...)


# %%
def joint_loss(arrays, lengths, targets):
    """Return the masked mean loss of a bidirectional network; all its arrays are in one dict of dicts."""
    x = arrays["input"]["x"]
    h = np.array(birnn_forward(x, lengths, arrays["forward"], arrays["backward"]), dtype=float)  # (N, T, 2H)
    logits = h @ arrays["out"]["Why"] + arrays["out"]["by"]  # (N, T, K)
    loss, dlogits = masked_mean_loss(logits, targets, mask_of(lengths, x.shape[1]))
    return float(loss), np.array(dlogits, dtype=float), h


def joint_grads(arrays, lengths, targets):
    """Return the loss and the gradients of everything, both directions at once."""
    loss, dlogits, h = joint_loss(arrays, lengths, targets)
    dh, x = dlogits @ arrays["out"]["Why"].T, arrays["input"]["x"]  # (N, T, 2H)
    dx, dforward, dbackward = birnn_backward(dh, x, lengths, h, arrays["forward"], arrays["backward"])
    out = {"Why": np.einsum("nth,ntk->hk", h, dlogits), "by": dlogits.sum(axis=(0, 1))}
    return loss, {"forward": dforward, "backward": dbackward, "out": out, "input": {"x": np.array(dx)}}


rng = np.random.default_rng(17)
N, T, D, H, K = 3, 6, 4, 5, 2
arrays = {"forward": random_direction(N, D, H, rng), "backward": random_direction(N, D, H, rng)}
arrays["out"] = {"Why": rng.normal(0, 0.7, (2 * H, K)), "by": rng.normal(0, 0.5, K)}
arrays["input"] = {"x": rng.normal(size=(N, T, D))}
lengths, targets = np.array([6, 2, 4]), rng.integers(0, K, (N, T))
loss, grads = joint_grads(arrays, lengths, targets)

print("part       entries   largest gradient   largest difference   below 1e-8")
passed = 0
for part, group in arrays.items():
    worst, largest, entries = 0.0, 0.0, 0
    for name, array in group.items():
        for index in np.ndindex(array.shape):
            old = array[index]
            array[index] = old + 1e-5
            up = joint_loss(arrays, lengths, targets)[0]
            array[index] = old - 1e-5
            down = joint_loss(arrays, lengths, targets)[0]
            array[index] = old
            gap = abs((up - down) / 2e-5 - np.asarray(grads[part][name])[index])
            worst = gap if not gap <= worst else worst  # a nan is kept
            largest = max(largest, abs(np.asarray(grads[part][name])[index]))
        entries += array.size
    print(f"{part:<9} {entries:>8} {largest:18.3f} {worst:20.1e}   {worst < 1e-8}")
    passed += worst < 1e-8
parts_that_pass.compare(passed, within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# All parts agree with the measurement to better than $10^{-8}$, in one run, with both directions taking part in every loss.
# So the gradient is right.
#
# </details>
#
# (Should your functions compute in float32 somewhere, you see it here: two losses that close to each other lose their
# difference.)
#
# And the *update*? A step of gradient descent with rate $\eta$ changes the loss by about $-\eta \lVert g \rVert^2$. The square of the norm is a sum
# over all entries. Take the step with the forward direction alone, with the backward one alone, and with both at once. For a small rate, what is the third drop divided
# by the sum of the first two?

# %%
third_drop = predict(...)

# %%
print("  rate   drop, forward only   backward only   both at once   both / sum of the two")
for rate in (1e-1, 1e-2, 1e-3, 1e-4):
    drops = []
    for chosen in (["forward"], ["backward"], ["forward", "backward"]):
        stepped = {
            part: {
                name: a - rate * np.asarray(grads[part][name]) * (part in chosen) for name, a in group.items()
            }
            for part, group in arrays.items()
        }
        drops.append(loss - joint_loss(stepped, lengths, targets)[0])
    print(
        f"{rate:6.0e} {drops[0]:20.3e} {drops[1]:15.3e} {drops[2]:14.3e} {drops[2] / (drops[0] + drops[1]):17.4f}"
    )
third_drop.compare(drops[2] / (drops[0] + drops[1]), within=0.02)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The ratio goes to 1. Nothing is erroneous: both directions go downhill together, and a network that updates them in turns needs two passes for what
# this one does in one.
#
# </details>
#
# There is a grain of truth in the warning, and it is about *order*. Two slips:
#
# 1. The output of a step is computed while the backward direction has not finished, so its half of the state is still 0.
# 2. A parameter is updated before its old value has been used on the way back. The likely one is $W_{hy}$: $dh = d\text{logits}\,W_{hy}^\top$ needs the one
#    that made the loss.
#
# Which of the two would you notice by looking at the outputs or at a falling loss?

# %%
noticed = predict(..., among=("the first", "the second", "both", "neither"))

# %%
h = joint_loss(arrays, lengths, targets)[2]
too_early = h.copy()
too_early[:, :, H:] = 0
logits, early = (states @ arrays["out"]["Why"] + arrays["out"]["by"] for states in (h, too_early))
print(f"1. output too early: logits are off by up to {np.abs(logits - early).max():.2f}")

dlogits = joint_loss(arrays, lengths, targets)[1]
updated = arrays["out"]["Why"] - 0.5 * grads["out"]["Why"]  # the step is taken before the gradient went back
wrong = birnn_backward(
    dlogits @ updated.T, arrays["input"]["x"], lengths, h, arrays["forward"], arrays["backward"]
)
a, b = np.asarray(wrong[1]["Whh"]), np.asarray(grads["forward"]["Whh"])
print(
    f"2. Why updated first: gradient of Whh is off by {np.abs(a - b).max() / np.abs(b).max():.1%} "
    f"of its largest entry, cosine {(a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b):.4f}"
)
noticed.compare("the first" if (a * b).sum() > 0.9 * np.linalg.norm(a) * np.linalg.norm(b) else "both")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The first is off by whole units, and any look at the outputs shows it. The second has a cosine near 1, so a falling loss would not give it away. Only a
# check of every entry does, as in notebook 03.
#
# </details>

# %% [markdown]
# ## A task that the future decides
#
# Now a task. A sequence of 6 to 10 numbers: the first is $+1$ or $-1$, the last is $+1$ or $-1$, and between them is noise. **Every** step is to be
# labelled with both signs, so there are four classes, $(-,-), (-,+), (+,-), (+,+)$, and the label is the same at all steps of a sequence.
#
# Three networks: one reads from the front, one from the end, one from both sides. The first two get 13 units and the third $2 \times 8$.
#
# Which share of the labels can the forward network get right at best? It knows one of the two signs until the last step, and the mean length is 8.

# %%
forward_at_best = predict(...)

# %%
best = ((8 - 1) / 2 + 1) / 8  # mean length 8: a half at all steps but the last
print(f"forward only, at best: {best:.4f}")
forward_at_best.compare(best, within=0.03)
for name, ways, H in (("forward only", 1, 13), ("both", 2, 8)):
    print(f"{name:<13} {ways * (1 * H + H * H + H) + ways * H * 4 + 4} parameters")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 0.5625. Of 8 labels on average, 7 are guessed with one sign unknown, so half of them are right, and the last one is known:
# $(7 \cdot \tfrac12 + 1) / 8$.
#
# </details>

# %% [markdown]
# `Labeller` of `rnncourse.lab` is a network with any choice of directions, made of your functions. One direction that reads from the end is the plain
# network between two turns:
#
# ```python
# return self.turn(self.rnn_forward(self.turn(x, lengths), **ways["backward"]), lengths)
# ```
#
# and with both directions, the gradients of all parameters come from one call of yours:
#
# ```python
# _, ahead, back = self.birnn_backward(dh, x, lengths, h, ways["forward"], ways["backward"])
# ```
#
# `descend` is a loop for any network. It makes one long vector of all parameters and one of all gradients, and asks for an update: one for everything. Ours is Adam, from
# notebook 04.


# %%
labeller = Labeller(
    rnn_forward, rnn_backward, reverse_within_length, birnn_forward, birnn_backward, masked_mean_loss
)


def adam(rate):
    """Return an update rule: Adam, for one long vector."""
    m = v = 0.0

    def update(values, gradient, step):
        nonlocal m, v
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        return values - rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)

    return update


def trained(D, H, K, ways, draw, rng, steps=200, rate=0.02):
    """Return a network that was trained on a fresh batch of 16 at each step, and its losses."""
    net = new_net(D, H, K, ways, rng)
    return descend(net, labeller.loss_and_grads, (draw(16, rng) for _ in range(steps)), adam(rate))


# %% [markdown]
# Five seeds for each network, 200 updates, batches of 16 fresh sequences. Then the share of right labels on 500 new sequences.


# %%
def two_signs(N, rng, shortest=6, longest=10):
    """Return x (N, T, 1), lengths (N,) and targets (N, T): the class is made of the first and the last sign."""
    lengths = rng.integers(shortest, longest + 1, N)
    x, (first, last) = 0.3 * rng.normal(size=(N, longest, 1)), rng.integers(0, 2, (2, N))
    x[:, 0, 0], x[np.arange(N), lengths - 1, 0] = 2 * first - 1, 2 * last - 1
    return (
        x * mask_of(lengths, longest)[:, :, None],
        lengths,
        np.repeat((2 * first + last)[:, None], longest, axis=1),
    )


kinds = {
    "forward only": (("forward",), 13),
    "backward only": (("backward",), 13),
    "both": (("forward", "backward"), 8),
}
SEEDS = 5
by_step = {}
for kind, (ways, H) in kinds.items():
    right, by_step[kind] = [], []
    for seed in range(SEEDS):
        rng = np.random.default_rng([seed, len(ways)])
        net, _ = trained(1, H, 4, ways, two_signs, rng)
        x, lengths, targets = two_signs(500, np.random.default_rng(99))
        hits = labeller.logits(net, x, lengths).argmax(axis=-1) == targets
        right.append(hits[mask_of(lengths, 10) > 0].mean())
        x, lengths, targets = two_signs(500, np.random.default_rng(98), shortest=10)
        by_step[kind].append((labeller.logits(net, x, lengths).argmax(axis=-1) == targets).mean(axis=0))
    by_step[kind] = np.array(by_step[kind])  # (SEEDS, 10)
    print(f"{kind:<14} right labels:", "  ".join(f"{share:.3f}" for share in right))

# %% tags=["figure"]
plots.show(
    bidirectional_plots.runs(
        np.arange(1, 11), by_step, ("step", "share of right labels"), (0.5, "one sign known")
    ),
    alt="Share of right labels at steps 1 to 10 of sequences of length 10, median and range of 5 seeds. "
    + " ".join(
        f"{kind}: {np.median(table[:, 0]):.2f} at step 1, {np.median(table[:, 4]):.2f} at step 5, "
        f"{np.median(table[:, 9]):.2f} at step 10."
        for kind, table in by_step.items()
    ),
)

# %% [markdown]
# Each one-way network does as well as anybody could with what it has read: a half of the labels while one sign is unknown, and all of them once it has
# read the whole sequence. (Some shares lie a little above 0.5625: 500 sequences are a sample.)
#
# More units or more training cannot change that. The two-way network has fewer parameters, and labels every step of every
# sequence right.

# %% [markdown]
# ## When the second direction cheats
#
# Two directions saw more and did better. So why not always? Take the oldest task of recurrent networks: **predict the next word**. The target of step
# $t$ is the input of step $t + 1$.
#
# Our language is a chant: three words, drawn at random from six, repeated over and over, 7 to 11 words, then a full stop. *hey ho la hey ho la hey .*
# The network reads a start sign and then the words, and must say at each step what comes next.
#
# How well can an honest network do? The first three words are free: each costs $\ln 6$. After that the words are certain; only *when* the stop comes is
# open. Its five possible places are equally likely, which costs $\ln 5$ once for each chant. That is the best possible loss, the **floor**:

# %%
floor = (3 * np.log(6) + np.log(5)) / 10  # a chant has 10 targets on average
print(f"floor: {floor:.3f} for each step;  guessing among seven signs: {np.log(7):.3f}")

# %% [markdown]
# What will the loss of a forward network be after training, and that of a bidirectional one: below the floor, near it, or above it?

# %%
beside_the_floor = predict(..., ..., among=("far below", "near it", "far above"))

# %%
signs = ["hey", "ho", "la", "now", "oh", "yes", ".", "<start>"]
STOP, START, V = 6, 7, 8


def chants(N, rng, longest=12):
    """Return one-hot x (N, T, V), lengths (N,) and targets (N, T): the target of a step is the next sign.

    What stands in the targets at padded steps does not matter: the loss has a mask.
    """
    lengths = rng.integers(8, longest + 1, N)
    song = rng.integers(0, 6, (N, 3))[:, np.arange(longest) % 3]  # (N, T): three words over and over
    song = np.concatenate([np.full((N, 1), START), song], axis=1)  # (N, T + 1)
    song[np.arange(N), lengths] = STOP
    mask = mask_of(lengths, longest)
    return np.eye(V)[song[:, :-1]] * mask[:, :, None], lengths, song[:, 1:]


example, length, _ = chants(1, np.random.default_rng(1))
print("an example:", " ".join(signs[i] for i in example[0, : length[0]].argmax(axis=1)))
writers, curves = {}, {}
for kind, ways, H in (("forward only", ("forward",), 24), ("both", ("forward", "backward"), 16)):
    writers[kind], curves[kind] = [], []
    for seed in range(SEEDS):
        rng = np.random.default_rng([seed, len(ways), 7])
        net, losses = trained(V, H, V, ways, chants, rng, steps=300, rate=0.01)
        writers[kind].append(net)
        curves[kind].append(losses)
    curves[kind] = np.array(curves[kind])  # (SEEDS, 300)
    last = curves[kind][:, -50:].mean(axis=1)
    print(f"{kind:<13} mean loss of the last 50 updates:", "  ".join(f"{loss:.3f}" for loss in last))
ends = [curves[kind][:, -50:].mean() / floor for kind in writers]
beside_the_floor.compare(["far below" if e < 0.7 else "far above" if e > 1.5 else "near it" for e in ends])

# %% tags=["figure"]
plots.show(
    bidirectional_plots.runs(np.arange(1, 301), curves, ("update", "loss"), (floor, "floor"), log=True),
    alt="Loss over 300 updates on a logarithmic axis, median and range of 5 seeds, with the floor "
    f"{floor:.3f} as a dotted line. "
    + " ".join(
        f"{kind}: {np.median(table[:, 0]):.2f} at the first update, {np.median(table[:, 99]):.3f} at the 100th, "
        f"{np.median(table[:, -1]):.3f} at the last."
        for kind, table in curves.items()
    )
    + " The forward network comes down towards the floor from above, the other falls far below it.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The forward networks come near it. The two-way networks are far **below the floor**.
#
# </details>
#
# Nobody can guess a random word. A loss below what is possible is not success. It is an alarm: the answer is somewhere in the
# input.
#
# And it is: the backward state of step $t$ has read $x_{t+1}$, and that *is* the target. This is called a **leak**. The network has only to copy.
#
# Now use the networks as one would: the words so far, and nothing after. For each step of 300 new chants, hand over only the words up to there and ask
# for the next.
#
# Guessing among the seven signs that can come is right in one of seven cases, 0.143. With the future cut off, which share is right for the forward networks, and
# which for the two-way ones?

# %%
without_future = predict(..., ...)


# %%
def answers(net, future):
    """Return which share of next signs is right, and which share is 'stop', with or without the future."""
    x, lengths, targets = chants(300, np.random.default_rng(99))
    if future:
        said = labeller.logits(net, x, lengths).argmax(axis=-1)
    else:
        cut = [
            labeller.logits(net, x[:, :k], np.minimum(lengths, k))[:, -1] for k in range(1, x.shape[1] + 1)
        ]
        said = np.stack(cut, axis=1).argmax(axis=-1)  # (N, T); what is said behind the end is not counted
    real = mask_of(lengths, x.shape[1]) > 0  # (N, T)
    return (said == targets)[real].mean(), (said == STOP)[real].mean()


best = (3 / 6 + 4 + 4 / 5 + 3 / 5 + 2 / 5 + 1 / 5 + 1 / 5) / 10  # guesses, sure words, then word or stop
print(f"guessing: {1 / 7:.3f}   at best, without the future: {best:.3f}")
cut_off = []
for kind, nets in writers.items():
    for future in (True, False):
        shares = np.array([answers(net, future) for net in nets])  # (SEEDS, 2)
        print(
            f"{kind:<13} {'whole chant' if future else 'future cut off':<15} "
            f"right: {'  '.join(f'{s:.3f}' for s in shares[:, 0])}"
            f"   says 'stop': {shares[:, 1].mean():.0%}"
        )
    cut_off.append(shares[:, 0].mean())
without_future.compare(cut_off, within=0.15)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The forward networks do not notice: they never used the future, and they come close to the best share possible. (The three first words are
# guesses, and from the eighth step on a stop may come. A share of 1.000 is above what is possible: the alarm once more.)
#
# The two-way networks fall from everything right to about what guessing gets. Nearly
# always they say *stop*. In training there was only one step with nothing behind it, and its target was the stop: that is what they learned about an
# empty future. Let them write:
#
# </details>


# %%
def write(net, beginning, most=8):
    """Return what a network adds to a beginning, always its likeliest sign, up to a stop."""
    ids = [START] + [signs.index(word) for word in beginning.split()]
    for _ in range(most):
        x = np.eye(V)[ids][None]  # (1, T, V): all there is so far
        ids.append(int(labeller.logits(net, x, np.array([len(ids)]))[0, -1].argmax()))
        if ids[-1] == STOP:
            break
    return " ".join(signs[i] for i in ids[1 + len(beginning.split()) :])


for kind, nets in writers.items():
    for seed in range(SEEDS):
        print(f"{kind:<13} seed {seed}:  now la hey now la ...", write(nets[seed], "now la hey now la"))

# %% [markdown]
# Is the rule of the chant in the two-way networks at all? Forbid the stop, so that they must choose one of the six words, and ask only where the rule
# decides: from the fourth word on. One in six, 0.167, would be no knowledge of the rule, and 1 all of it. Which share do the two-way networks get right?

# %%
rule_known = predict(...)

# %%
x, lengths, targets = chants(300, np.random.default_rng(99))
decided = (mask_of(lengths, 12) > 0) & (np.arange(12) >= 3) & (targets < STOP)  # (N, T)
for kind, nets in writers.items():
    shares = []
    for net in nets:
        cut = [labeller.logits(net, x[:, :k], np.minimum(lengths, k))[:, -1, :6] for k in range(1, 13)]
        shares.append((np.stack(cut, axis=1).argmax(axis=-1) == targets)[decided].mean())
    print(f"{kind:<13} right, when it must be a word: {'  '.join(f'{share:.3f}' for share in shares)}")
rule_known.compare(np.mean(shares), within=0.2)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Between: they have learned the rule by half. One reason: once the copy is right, the loss is near 0, so is its gradient, and little is left to learn
# from. The forward networks, whose loss looks a hundred times worse, know the rule completely.
#
# </details>

# %% [markdown]
# So may you use a second direction? It does not matter whether you read words or numbers, or whether you give one answer or many. Ask two questions:
#
# 1. **When the answer is due, is the rest of the sequence there?** If not, a backward direction has nothing to read.
# 2. **Is the answer itself in what the backward direction reads?** If so, it is copied, and training looks perfect, whatever has been learned.

# %% [markdown]
# ## Exercise: `may_look_ahead`
#
# *Difficulty 2 of 5 · 5 minutes · Objective: say where a second direction may be used.*
#
# For each case write `"both"` if a second direction may be used, and `"one"` if only the forward direction may.
#
# | key | what is asked for |
# | --- | --- |
# | `"live_captions"` | captions that appear while a person speaks |
# | `"next_word"` | a keyboard that suggests the next word |
# | `"finished_text"` | marking spelling mistakes in a finished letter |
# | `"archive_tags"` | noun, verb or something else, for each word of stored sentences |
# | `"whole_review"` | good or bad, for a review that was posted |
# | `"heart_alarm"` | an alarm at a bedside, from the heartbeat so far |
# | `"torn_page"` | one blotted word in the middle of an old page; it is hidden in training too, and the words on both sides are not |
# | `"tomorrow"` | tomorrow's temperature, every evening, from the days up to today |

# %% nbgrader={"grade_id": "may_look_ahead", "solution": true}
# Assign a dict with the eight keys of the table; each value is "one" or "both". One network reads each sequence once, and a
# second direction comes from its very end: both over the past alone, anew for every answer, are not meant here.
# may_look_ahead = {"live_captions": ..., "next_word": ..., "finished_text": ..., "archive_tags": ...,
#                   "whole_review": ..., "heart_alarm": ..., "torn_page": ..., "tomorrow": ...}
### BEGIN SOLUTION
may_look_ahead = {
    "live_captions": "one",
    "next_word": "one",
    "finished_text": "both",
    "archive_tags": "both",
    "whole_review": "both",
    "heart_alarm": "one",
    "torn_page": "both",
    "tomorrow": "one",
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_may_look_ahead", "points": 2}
check("may_look_ahead")

# %% [markdown]
# ## Other books, other letters
#
# | here | elsewhere |
# | --- | --- |
# | `forward`, `backward` halves of $h_t$ | $\overrightarrow{h}_t, \overleftarrow{h}_t$; the course of Ng writes $\overrightarrow{a}^{\langle t \rangle}$ |
# | joined to $2H$ | Keras `Bidirectional(..., merge_mode="concat")`, the default; also `"sum"`, `"mul"`, `"ave"` |
# | `mask`, states frozen | Keras does this in every recurrent layer that gets a mask |
# | zeros at padded steps | PyTorch after `pad_packed_sequence`; Keras with `zero_output_for_mask=True` |
# | `lengths` | PyTorch `pack_padded_sequence(x, lengths, ...)`; without it, its backward direction reads the padding first |
# | `last_states` | what Keras returns with `return_sequences=False`; PyTorch's `h_n`, two arrays |
# | $-100$ at padded targets | PyTorch `CrossEntropyLoss(ignore_index=-100)`, whose mean is over the real targets, as ours |

# %% [markdown]
# ## What you can do now
#
# - You put sequences of any lengths into one batch, and you have measured that the padding changes nothing.
# - You run a network from both ends, and go back through both at once.
# - You know which state has read what, and you look at that before you read an answer from it.
# - You distrust a loss that is better than possible.

# %% [markdown]
# ## On your own
#
# No points, no check.
#
# 1. **Flip whole rows.** Write `birnn_forward` with `x[:, ::-1]` and train it on the two signs. Does it still solve the task? Look at sequences of length 6 and of
#    length 10 separately, and then at what padding of 40 steps does to the trained network.
# 2. **A short look ahead.** Captions may come two words late. Shift the targets by two steps and train the *forward* network on a task of your own in which the next
#    two words decide.
# 3. **Hide the word.** Make the torn page safe for training: put a row of zeros in place of one word of each chant, and ask both directions for that word only. How good does
#    the two-way network get, and how good a forward one?
# 4. **Two layers.** Put a second bidirectional layer on the states of the first, forward and backward. What is the `dh` of the first layer?
# 5. **Add, not join.** Replace the concatenation by a sum. Which line of `birnn_backward` changes, and can the two signs still be told apart?
#
# ## Further reading
#
# - M. Schuster and K. K. Paliwal, *Bidirectional Recurrent Neural Networks*, IEEE Transactions on Signal Processing 45 (1997). The idea, and how to train it.
# - A. Graves and J. Schmidhuber, *Framewise Phoneme Classification with Bidirectional LSTM and Other Neural Network Architectures*, Neural Networks 18 (2005). Two directions measured against one, with
#   and without a delay.
# - Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 10.3, bidirectional RNNs.
# - The TensorFlow guide [Understanding masking & padding](https://www.tensorflow.org/guide/keras/understanding_masking_and_padding).
#
# **Next:** [8 Sequence to sequence](08_sequence_to_sequence.ipynb), where the answer has a length of its own.
