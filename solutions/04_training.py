# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4 Training: from a gradient to a network that works
#
# **What you will do.** Write everything that stands between a gradient and a trained network, and train four networks
# with it: one that keeps a bit, one that judges reviews, one that foretells a wave, one that writes letters.
#
# **What you will learn**
#
# - what the loss of a sequence is, and what it must be at the start
# - what the learning rate does, from which rate on training fails, and what a schedule is for
# - what batches are for, why their order is shuffled, and how noisy their gradients are
# - how Adam makes its steps, and what its correction corrects
# - to clip a gradient without turning it
# - to cut backpropagation through time short, and what is lost by that
#
# **What you need.** Notebook 02 (the cell and its loop) and notebook 03 (its gradient).
#
# **Time.** 3 hours. Six exercises. A good place for a break is before *A network to train*.

# %% tags=["setup"]
import numpy as np

from rnncourse import check, failing_case, hint, mine, plots, predict
from rnncourse.plots import training as training_plots

# %% [markdown]
# ## The loss of a sequence
#
# A network gives logits at every step, or at some steps. Where there is something it should have said, there is a
# **target**, the number of the right class. Let $p_{n,t}$ be the probability that the network gives to the right class, for
# example $n$ at step $t$. The loss is the mean over all $M$ targets:
#
# $$
# L = -\frac{1}{M} \sum_{n} \sum_{t \,\in\, \text{targets}} \ln p_{n,t}
# $$
#
# One formula serves all types of notebook 02. Many-to-one has one target for each example, at its last real step, so
# $M = N$. Many-to-many has one at each step, so $M = N \cdot T$ when nothing is padded. A padded step has no target, and so
# no part in the loss.
#
# This is a **mean**. Its gradient is a mean too, and does not grow with the batch. We come back to that.
#
# **Predict**: a network that knows nothing gives all $K$ classes the same probability. What is its loss for two classes? For
# 17 letters? And what if it is sure of the wrong class, with a probability of 0.999? Three numbers.

# %%
guess = predict(..., ..., ...)

# %%
print(f"knows nothing, K = 2:  {-np.log(1 / 2):.4f}")
print(f"knows nothing, K = 17: {-np.log(1 / 17):.4f}")
print(f"sure and wrong:        {-np.log(1 - 0.999):.4f}")
guess.compare(-np.log([1 / 2, 1 / 17, 1 - 0.999]))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# $-\ln \tfrac12 = \ln 2 = 0.693$ for two classes, $\ln 17 = 2.833$ for 17 letters, and $-\ln 0.001 = 6.9$ for being sure and
# wrong.
#
# </details>

# %% [markdown]
# $\ln K$ is the first number to look for. If training starts far above it, the network is sure of things it cannot know,
# and usually the initial weights are too large. If the loss *stays* at $\ln K$, nothing is being learnt.

# %% [markdown]
# ## One step downhill
#
# The gradient says in which direction the loss grows fastest. So we go the other way. With parameters $\theta$, gradient $g$ and
# **learning rate** $\eta$:
#
# $$
# \theta \leftarrow \theta - \eta\, g
# $$
#
# That is **gradient descent**. When $g$ comes from a batch that was drawn at random, it is called *stochastic* gradient
# descent, SGD.
#
# How large should $\eta$ be? Take the simplest valley there is: one parameter $w$ and the loss $L = \tfrac{a}{2} w^2$. The number
# $a$ is the **curvature**, and the gradient is $a w$. One step gives
#
# $$
# w \leftarrow w - \eta\, a\, w = (1 - \eta a)\, w .
# $$
#
# So each step multiplies $w$ by the same factor, $1 - \eta a$. Let $a = 4$ and start at $w = 1$.
#
# **Predict** what happens with $\eta = 0.1$, $0.25$, $0.45$, $0.5$ and $0.6$. Compute the factor first. Which of them reaches the
# minimum in one step? Which is the smallest that never does? Two rates.

# %%
guess = predict(..., ...)

# %%
valley_paths = {}
for rate in (0.1, 0.25, 0.45, 0.5, 0.6):
    w, path = 1.0, [1.0]
    for _ in range(6):
        w = w - rate * 4 * w
        path.append(w)
    valley_paths[f"rate {rate}"] = path
    print(f"rate {rate:<4}  factor {1 - rate * 4:+.1f}   w:", " ".join(f"{w:+.3f}" for w in path))
in_one_step = [rate for rate in (0.1, 0.25, 0.45, 0.5, 0.6) if 1 - rate * 4 == 0]
never = [rate for rate in (0.1, 0.25, 0.45, 0.5, 0.6) if abs(1 - rate * 4) >= 1]
guess.compare([in_one_step[0], never[0]], within=0)

# %% tags=["figure"]
plots.show(
    training_plots.valleys(valley_paths, 4),
    alt="Five valleys with the same shape, and six steps in each. Rate 0.1 walks down one side. Rate 0.25 is at the bottom "
    "after one step. Rate 0.45 jumps from side to side and comes closer: -0.8, 0.64, -0.51. Rate 0.5 jumps between -1 and 1 "
    "for ever. Rate 0.6 jumps further out each time, to -1.4, then 1.96, and leaves the picture at the third step.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 0.25 arrives in one step: its factor is $1 - 0.25 \cdot 4 = 0$. And 0.5 never does: its factor is $-1$.
#
# </details>

# %% [markdown]
# The step converges as long as $|1 - \eta a| < 1$, that is for $0 < \eta < 2 / a$. The rule to remember: **the steepest valley
# sets the limit**. A rate that is too small is slow. A rate that is too large does not arrive at all, however long you
# wait.
#
# With many parameters the picture is the same in each direction, and there is only one $\eta$ for all of them.

# %% [markdown]
# ## Exercise: `sgd_step`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: move all parameters of a network by one step.*
#
# From here on, the parameters of a network are a dict from names to arrays, such as `{"Wxh": ..., "Whh": ..., "bh": ...}`.
# Their gradients are a dict with the same names.


# %% nbgrader={"grade_id": "sgd_step", "solution": true}
def sgd_step(params, grads, learning_rate):
    """Return the parameters after one step of gradient descent.

    params        : dict {name: array}
    grads         : dict {name: array}, the same names in any order, each array of the shape of its parameter
    learning_rate : float

    Returns a new dict with the names of params and new arrays. params and grads stay as they were.
    """
    ### BEGIN SOLUTION
    return {name: value - learning_rate * grads[name] for name, value in params.items()}
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sgd_step", "points": 2}
check(sgd_step)

# %% [markdown]
# ## Batches
#
# With 100,000 reviews, one exact gradient costs 100,000 forward and backward passes, for a single step. So we take a few
# examples at random, a **batch** of size $B$, and use their mean gradient. It is not exact. It is right *on average*.
#
# How far off is it? Below are 512 examples of a small linear problem. We draw 2,000 batches of each size and look at how much
# their gradients scatter around the exact one.
#
# **Predict**: a batch of 64 instead of 4 costs 16 times as much. How many times smaller is the scatter?

# %%
guess = predict(...)

# %%
rng = np.random.default_rng(4)
features = rng.normal(size=(512, 3))  # (N, D)
noisy_targets = features @ np.array([1.0, -2.0, 0.5]) + rng.normal(size=512)  # (N,)
# the gradient of (features @ w - target)^2 / 2 at w = 0, for each example: (N, D)
each_gradient = -noisy_targets[:, None] * features
exact_gradient = each_gradient.mean(axis=0)  # (D,)

batch_sizes, scatter = (1, 4, 16, 64), []
for B in batch_sizes:
    rows = rng.integers(0, 512, (2000, B))  # 2,000 batches
    away = np.linalg.norm(each_gradient[rows].mean(axis=1) - exact_gradient, axis=1)  # (2000,)
    scatter.append(np.sqrt((away**2).mean()))
    print(
        f"batches of {B:>2}: off by {scatter[-1]:.3f}, typically; exact gradient has length "
        f"{np.linalg.norm(exact_gradient):.3f}"
    )
guess.compare(scatter[1] / scatter[3])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The scatter falls as $1 / \sqrt{B}$: each halving of the noise costs four times the work. That
# is why small batches are such a good bargain early on, when the gradient is long and the rough direction is enough.
#
# </details>
#
# **Mean or sum?** Elsewhere in this course a batch gradient is a *sum*, because derivations are cleaner that way. A sum is $B$
# times the mean, so with sums a rate that suits $B = 4$ is 16 times too large for $B = 64$. When you train, divide once, in
# the loss. Then the rate means the same for all batch sizes.
#
# **An epoch** is one pass over all examples. If $B$ does not divide $N$, the last batch of an epoch is smaller.
#
# **Why shuffle?** Suppose the first half of your reviews is positive and the second half negative, as files often are. Then
# every batch is one-sided. The next cell follows the output bias $b$ of a network that gives the probability
# $p = 1 / (1 + e^{-b})$ of *positive*. The right answer is $p = 0.5$, since half of the reviews are positive.
#
# **Predict** the curve of $p$ without shuffling, over three passes.

# %%
guess = predict(
    ..., among=("it settles at 0.5", "it swings once in every pass", "it goes to 1", "it goes to 0")
)

# %%
labels = np.repeat([1.0, 0.0], 100)  # 100 positive reviews, then 100 negative ones


def follow_bias(shuffle, rng):
    """Return p after every step of 3 epochs with batches of 10."""
    b, course = 0.0, []
    for _ in range(3):
        order = rng.permutation(200) if shuffle else np.arange(200)
        for start in range(0, 200, 10):
            p = 1 / (1 + np.exp(-b))
            gradient = p - labels[order[start : start + 10]].mean()  # of the mean loss, with respect to b
            b -= 0.5 * gradient
            course.append(1 / (1 + np.exp(-b)))
    return np.array(course)  # (60,)


bias_runs = {"sorted": [follow_bias(False, rng)], "shuffled": [follow_bias(True, rng)]}
for name, (course,) in bias_runs.items():
    print(f"{name:<9} p between {course.min():.3f} and {course.max():.3f}, at the end {course[-1]:.3f}")
swing = [np.ptp(epoch) for epoch in np.split(bias_runs["sorted"][0], 3)]  # highest minus lowest, in each pass
guess.compare("it swings once in every pass" if min(swing) > 0.2 else "it settles at 0.5")

# %% tags=["figure"]
plots.show(
    training_plots.curves(bias_runs, ("step", "p, probability of positive"), (0.5, "right answer")),
    alt="Probability of positive over 60 steps, 3 epochs. With sorted examples it swings up and down once in every epoch, "
    f"between {bias_runs['sorted'][0].min():.2f} and {bias_runs['sorted'][0].max():.2f}. Shuffled it stays between "
    f"{bias_runs['shuffled'][0].min():.2f} and {bias_runs['shuffled'][0].max():.2f}, around the right answer 0.5.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Without shuffling the network believes whatever it saw last, and where it stands at the end says more about the order of the
# file than about the reviews. Shuffle once for every epoch: with a single shuffle before training, the same examples would
# meet in the same batch each time.
#
# </details>

# %% [markdown]
# ## Adam: a rate for each parameter
#
# One rate for all parameters is a problem when some directions are steep and others flat. **Adam** keeps two running means
# for each single parameter: of its gradients, $m$, and of their squares, $v$. Both start at 0. At step $t = 1, 2, \dots$ with
# gradient $g$:
#
# $$
# \begin{aligned}
# m &\leftarrow \beta_1 m + (1 - \beta_1)\, g & \hat m &= m / (1 - \beta_1^t) \\
# v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2 & \hat v &= v / (1 - \beta_2^t) \\
# & & \theta &\leftarrow \theta - \eta\; \hat m \,/\, (\sqrt{\hat v} + \epsilon)
# \end{aligned}
# $$
#
# All of it is entry by entry. The usual settings are $\beta_1 = 0.9$, $\beta_2 = 0.999$, $\epsilon = 10^{-8}$.
#
# - $m$ remembers about the last 10 gradients: what they agree on stays, what they disagree on cancels.
# - $\sqrt v$ is the typical *size* of a gradient. Dividing by it makes the step independent of the units of the loss.
# - $\epsilon$ keeps a parameter whose gradients are all 0 from dividing 0 by 0, and shortens steps where gradients are about as
#   small as itself.
# - The hats are a **correction**. After the first step $m = 0.1\, g$, only because it started at 0. Dividing by $1 - 0.9^1 = 0.1$
#   gives $g$ back.
#
# **Predict**: a parameter has the gradient 1000 at the first step, another one 0.001. With $\eta = 0.01$, SGD moves them by 10 and by
# 0.00001. How far does Adam move the first, how far the second, and how far the first without the correction? Three numbers.

# %%
guess = predict(..., ..., ...)

# %%
first_moves = []
for g in (1000.0, 0.001):
    m, v = (1 - 0.9) * g, (1 - 0.999) * g**2
    corrected = (m / (1 - 0.9)) / (np.sqrt(v / (1 - 0.999)) + 1e-8)
    print(
        f"gradient {g:>8}: SGD {0.01 * g:.5f}   Adam {0.01 * corrected:.5f}   "
        f"without correction {0.01 * m / (np.sqrt(v) + 1e-8):.5f}"
    )
    first_moves.append((0.01 * corrected, 0.01 * m / (np.sqrt(v) + 1e-8)))
guess.compare([first_moves[0][0], first_moves[1][0], first_moves[0][1]])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The size of the gradient has cancelled; only its sign is left, and the step is the rate itself. Without the
# correction the first step is $0.1 / \sqrt{0.001} = 3.16$ times as long, just when you know least.
#
# </details>

# %% [markdown]
# ## Exercise: `adam_step`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: turn five formulas into code, and keep the state of an optimiser.*
#
# The running means must survive from one step to the next. They travel in a dict, `state`: it comes in, and a new one goes
# out. What goes into it: $m$ and $v$, or $\hat m$ and $\hat v$?


# %% nbgrader={"grade_id": "adam_step", "solution": true}
def adam_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return the parameters after one step of Adam, and the new state.

    params : dict {name: array}
    grads  : dict {name: array}, the same names and shapes
    state  : dict with
             "t" : int                  number of steps made so far, 0 before the first
             "m" : dict {name: array}   running means of the gradients
             "v" : dict {name: array}   running means of their squares
    learning_rate, beta1, beta2, eps : floats

    Returns two dicts, params and state, in this order. Both are new, with new arrays; what came in stays as it was.
    The new state has the same three keys: t one larger, m and v updated and NOT divided by the correction.
    """
    ### BEGIN SOLUTION
    t = state["t"] + 1
    m = {name: beta1 * state["m"][name] + (1 - beta1) * grad for name, grad in grads.items()}
    v = {name: beta2 * state["v"][name] + (1 - beta2) * grad**2 for name, grad in grads.items()}
    new = {}
    for name, value in params.items():
        m_hat = m[name] / (1 - beta1**t)
        v_hat = v[name] / (1 - beta2**t)
        new[name] = value - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
    return new, {"t": t, "m": m, "v": v}
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_adam_step", "points": 4}
check(adam_step)

# %% [markdown]
# Now a valley with two directions, one flat with curvature 1, one steep with curvature 100: $L = \tfrac12 (w_1^2 + 100\, w_2^2)$. Start at
# $(2, 1)$. The steep direction limits SGD to $\eta < 0.02$.
#
# SGD with $\eta = 0.019$ multiplies $w_1$ by 0.981 and $w_2$ by $-0.9$ at each step, so the flat direction makes it slow. The cell counts
# steps until the loss is below 0.0001, for SGD with the rates 0.005, 0.019 and 0.021, and for Adam with 0.01, 0.1 and 1.
#
# **Predict**: how many of the three rates of SGD arrive within 2,000 steps, and how many of those of Adam?

# %%
guess = predict(..., ...)

# %%
curvatures = np.array([1.0, 100.0])


def steps_needed(method, rate, most=2000):
    """Return how many steps it takes until the loss is below 1e-4, or None."""
    params = {"w": np.array([2.0, 1.0])}
    state = {"t": 0, "m": {"w": np.zeros(2)}, "v": {"w": np.zeros(2)}}
    for step in range(most):
        if 0.5 * (curvatures * params["w"] ** 2).sum() < 1e-4:
            return step
        grads = {"w": curvatures * params["w"]}
        with np.errstate(over="ignore", invalid="ignore"):
            if method == "SGD":
                params = sgd_step(params, grads, rate)
            else:
                params, state = adam_step(params, grads, state, rate)
    return None


needed = []
for method, rate in (
    ("SGD", 0.005),
    ("SGD", 0.019),
    ("SGD", 0.021),
    ("Adam", 0.01),
    ("Adam", 0.1),
    ("Adam", 1.0),
):
    needed.append(steps_needed(method, rate))
    print(f"{method:<4} rate {rate:<5}: {needed[-1]}")
guess.compare([sum(n is not None for n in needed[:3]), sum(n is not None for n in needed[3:])], within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# SGD has a narrow window. Just above 0.02 it never arrives (`None`). At a quarter of the limit it takes about four times as long
# as just below it. Adam arrives over a hundredfold range of rates, because it measures how steep each direction is. When
# nobody has tuned the rate, that is worth a lot, and it is why Adam is the usual first choice.
#
# </details>
#
# It is not always the faster one. Where all directions have the same curvature $a$, SGD with $\eta = 1/a$ is there in a single step.
#
# ### A learning-rate schedule
#
# One rate has two jobs that pull apart. Far from the minimum it should be large, to get there. Close to it the noise of the batches
# is all that is left of the gradient, and a large rate keeps jumping about in it. So let the rate **fall while you train**. That is
# a learning-rate **schedule**. Common ones are *step decay* (divide by 10 now and then), *exponential decay* (a constant factor at
# every step), *cosine* (a quarter wave down to nearly 0), and a *warm-up*, a slow rise at the very start, which often stands before them.
#
# The 512 examples of above again, batches of 4, 400 steps of SGD: three constant rates, and an exponential decay from 0.1 to 0.001.
# **Predict** which one ends closest to the minimum, in the median of 20 runs.

# %%
guess = predict(..., among=("rate 0.1", "rate 0.01", "rate 0.001", "0.1 falling to 0.001"))

# %%
best_w = np.linalg.lstsq(features, noisy_targets)[0]  # (D,): the minimum
schedules = {
    "rate 0.1": lambda progress: 0.1,
    "rate 0.01": lambda progress: 0.01,
    "rate 0.001": lambda progress: 0.001,
    "0.1 falling to 0.001": lambda progress: 0.1 * 0.01**progress,
}


def distance_left(schedule, seed, steps=400):
    """Return how far from the minimum a run ends; schedule(progress) is the rate, progress goes from 0 to 1."""
    rng, params = np.random.default_rng(seed), {"w": np.zeros(3)}
    for step in range(steps):
        rows = rng.integers(0, 512, 4)
        error = features[rows] @ params["w"] - noisy_targets[rows]  # (B,)
        params = sgd_step(params, {"w": features[rows].T @ error / 4}, schedule(step / steps))
    return np.linalg.norm(params["w"] - best_w)


left = {name: np.median([distance_left(s, seed) for seed in range(20)]) for name, s in schedules.items()}
for name, distance in left.items():
    print(f"{name:<21} distance to the minimum {distance:.3f}")
guess.compare(min(left, key=left.get))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The large rate arrives and does not settle. The small ones settle, and the smallest has not arrived. The schedule does both. It
# does not save you the search: its first rate has the same limit, $2 / a$, as any other.
#
# </details>

# %% [markdown]
# ## Exploding gradients: clip them
#
# Backpropagation through time multiplies by $W_{hh}$ once for each step. If $W_{hh}$ stretches, the gradient can grow to hundreds or
# millions, from one batch to the next. A single step with such a gradient throws the parameters far away, and what was
# learnt is gone. Notebook 05 takes this apart. Here is the usual protection: if the gradient is longer than a limit $c$,
# make it shorter, and keep its direction.
#
# $$
# g \leftarrow g \cdot \min\!\left(1, \frac{c}{\lVert g \rVert}\right),
# \qquad
# \lVert g \rVert = \sqrt{\sum_{\text{all arrays}} \; \sum_{\text{all entries}} g_i^2}
# $$
#
# The norm is over **all** parameters together, as if they were one long vector. That is the **global norm**. There is another
# way that is easier to write: cut every entry at $\pm c$. It is called clipping by value.
#
# **Predict** for $g = (3, 40)$ and $c = 5$: what does each way give? Two numbers by norm, then two by value.

# %%
guess = predict(..., ..., ..., ...)

# %%
g = np.array([3.0, 40.0])
by_norm, by_value = g * 5 / np.linalg.norm(g), np.clip(g, -5, 5)
for name, short in (("by norm", by_norm), ("by value", by_value)):
    cosine = short @ g / np.linalg.norm(short) / np.linalg.norm(g)
    print(
        f"{name:<8} ({short[0]:.3f}, {short[1]:.3f})   length {np.linalg.norm(short):.2f}   cosine with g {cosine:.3f}"
    )
guess.compare([*by_norm, *by_value])

# %% tags=["figure"]
plots.show(
    training_plots.arrows(
        {"gradient (3, 40)": g, "clipped by norm": by_norm, "clipped by value": by_value}, 5
    ),
    alt="The gradient (3, 40) points almost straight up and leaves the picture. Clipped by norm it is (0.374, 4.986): the "
    "same direction, ending on the circle of length 5. Clipped by value it is (3, 5): it leans to the right and ends "
    "outside the circle, at length 5.83.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# By value, the result is not even within the limit: its length is 5.83. And it has turned, since 40 became 5 while 3 stayed 3. By norm,
# only the length changes.
#
# </details>
#
# The same goes for clipping each array by its own norm. Every array keeps its direction then, but the whole does not.

# %% [markdown]
# ## Exercise: `clip_by_global_norm`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: limit the length of a gradient that is spread over several arrays.*
#
# Mind two cases. A gradient that is short enough stays as it is: a limit is not a target. And all gradients may be 0.


# %% nbgrader={"grade_id": "clip_by_global_norm", "solution": true}
def clip_by_global_norm(grads, max_norm):
    """Return gradients whose global norm is at most max_norm, and the norm that they had before.

    grads    : dict {name: array}, arrays of any shapes
    max_norm : float, positive; np.inf means no limit

    If the norm over all arrays together is larger than max_norm, all arrays are multiplied by one factor that makes it
    max_norm. Otherwise the values stay as they are, also when all of them are 0.

    Returns a dict with the same names and new arrays, and a float, in this order.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
    scale = max_norm / norm if norm > max_norm else 1.0
    return {name: scale * grad for name, grad in grads.items()}, float(norm)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_clip_by_global_norm", "points": 3}
check(clip_by_global_norm)

# %% [markdown]
# ## Truncated backpropagation through time
#
# The second protection is for memory and time. A text may have a million letters. To send a gradient back through all of
# them, you would have to keep a million states. So the way back is cut short:
#
# - every $k_1$ steps a backward **run** starts
# - each run goes back over $k_2$ steps, with $k_2 \ge k_1$, and stops there, or at the first step
# - the **forward** pass is not cut: the state goes on, over all steps
#
# Each run handles the losses of its own **chunk**: the steps since the run before, $k_1$ of them, or fewer at the end. In
# the steps before its chunk, the gradient only passes through on its way back. Their losses have had a run already, and
# must not count twice. But the weights were used in those steps too, so the passing gradient does add to the gradients of
# the weights.
#
# The figure shows $T = 9$, $k_1 = 3$, $k_2 = 7$.

# %% tags=["figure"]
plots.show(
    training_plots.backward_runs(9, 3, 7),
    alt="Three backward runs over 9 steps, with k1 = 3 and k2 = 7. Run 1 starts at step 3 and visits steps 3 to 1, all with "
    "their losses. Run 2 starts at step 6 and visits steps 6 to 1: the losses of 6 to 4, and 3 to 1 hatched, without losses. "
    "Run 3 starts at step 9 and visits steps 9 to 3: the losses of 9 to 7, and 6 to 3 hatched. It does not reach steps 2 and 1.",
)

# %% [markdown]
# Three cases have names or uses of their own.
#
# | $k_1$, $k_2$ | what it is |
# | --- | --- |
# | $k_1 = k_2 = T$ | ordinary backpropagation through time: one run over everything |
# | $k_1 = k_2 = k$ | the usual truncation: cut the sequence into chunks of $k$ steps, no gradient crosses a cut |
# | $k_1 = 1$, $k_2 = k$ | every loss visits $k$ steps, or fewer at the start; the most expensive |
#
# In a run, the step is that of notebook 03. Let $dh_t$ be what the output of step $t$ itself sends back. Call what comes back
# from the later step `dh_next`, as in notebook 03; it is 0 where a run starts. Then, with every shape,
#
# $$
# \underbrace{da_t}_{(N, H)} = \begin{cases}
# (\underbrace{dh_t}_{(N, H)} + \underbrace{dh_{\text{next}}}_{(N, H)}) \odot (1 - \underbrace{h_t}_{(N, H)}{}^2) & \text{in the chunk} \\
# dh_{\text{next}} \odot (1 - h_t^2) & \text{before it}
# \end{cases}
# $$
#
# $$
# \underbrace{dh_{\text{next}}}_{(N, H)} \leftarrow da_t \, \underbrace{W_{hh}^\top}_{(H, H)}
# $$
#
# Nothing is written into `dh`: a later run reads it again. In every step that a run visits, the weights get their share:
#
# $$
# \underbrace{dW_{xh}}_{(D, H)} \mathrel{+}= \underbrace{x_t^\top}_{(D, N)} da_t, \qquad
# \underbrace{dW_{hh}}_{(H, H)} \mathrel{+}= \underbrace{h_{t-1}^\top}_{(H, N)} da_t, \qquad
# \underbrace{db_h}_{(H,)} \mathrel{+}= \sum_n da_{n,t}
# $$
#
# Here $\odot$ multiplies entry by entry, and $a_t = x_t W_{xh} + h_{t-1} W_{hh} + b_h$ is the sum before the activation.
#
# **Predict** for $T = 9$, $k_1 = 3$, $k_2 = 7$: how many step visits are there in all? How many with $k_1 = 1$, $k_2 = 7$?

# %%
guess = predict(..., ...)

# %%
visits = {}
for k1, k2 in ((9, 9), (3, 3), (3, 7), (1, 7)):
    ends = [*range(k1, 9, k1), 9]
    visits[k1, k2] = sum(min(end, k2) for end in ends)
    print(f"k1 = {k1}, k2 = {k2}: {len(ends)} runs,", visits[k1, k2], "step visits")
guess.compare([visits[3, 7], visits[1, 7]], within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# With $k_1 = 3$ and $k_2 = 7$: $3 + 6 + 7 = 16$ visits. With $k_1 = 1$: $1 + 2 + \dots + 7 + 7 + 7 = 42$.
#
# </details>

# %% [markdown]
# ## Exercise: `truncated_bptt`
#
# *Difficulty 4 of 5 · 30 minutes · Objective: backpropagation in runs that overlap, each loss counted once.*
#
# You get the states of a forward pass, and `dh`: the gradient of the loss with respect to each state *through the output of that
# same step*. It does not contain what comes back from later steps. That part is your work.


# %% nbgrader={"grade_id": "truncated_bptt", "solution": true}
def truncated_bptt(x, h, h0, dh, Whh, k1, k2):
    """Return the gradients of the recurrent weights by truncated backpropagation through time.

    x   : (N, T, D)   inputs
    h   : (N, T, H)   states of the forward pass, h[:, t] made from x[:, t]; they have been through tanh
    h0  : (N, H)      state before the first step
    dh  : (N, T, H)   gradient with respect to each state through the output of its own step
    Whh : (H, H)
    k1  : int         a run starts after steps k1, 2 k1, ... and after step T, so the last chunk may be shorter
    k2  : int         each run visits k2 steps, counted back from the end of its chunk, or fewer at the start of the
                      sequence; k2 >= k1, and k2 may be larger than T

    A run adds dh[:, t] at the steps of its own chunk only, those since the run before. It starts with nothing coming from later steps.

    Returns a dict with the keys "Wxh" (D, H), "Whh" (H, H) and "bh" (H,): sums over batch, steps and runs.
    """
    ### BEGIN SOLUTION
    N, T, H = h.shape
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)  # (N, T, H): the state before each step
    grads = {"Wxh": np.zeros((x.shape[2], H)), "Whh": np.zeros((H, H)), "bh": np.zeros(H)}
    for start in range(0, T, k1):
        end = min(start + k1, T)
        first = max(end - k2, 0)
        dh_next = np.zeros((N, H))  # nothing comes back from after the chunk
        for t in reversed(range(first, end)):
            dh_t = dh_next + dh[:, t] if t >= start else dh_next  # (N, H)
            da = dh_t * (1 - h[:, t] ** 2)  # (N, H)
            grads["Wxh"] += x[:, t].T @ da  # (D, N) @ (N, H)
            grads["Whh"] += before[:, t].T @ da  # (H, N) @ (N, H)
            grads["bh"] += da.sum(axis=0)
            dh_next = da @ Whh.T  # (N, H)
    return grads
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_truncated_bptt", "points": 5}
check(truncated_bptt)

# %% [markdown]
# ## A network to train
#
# The next cell makes a whole network out of your function. Read it once:
#
# - `states` is the forward pass. It is written with both weight matrices stacked, since $x_t W_{xh} + h_{t-1} W_{hh}$ is the same
#   as the row $[x_t, h_{t-1}]$ times the tall matrix.
# - `y` holds the number of the right class at each step, and $-1$ where there is no target.
# - `loss_and_grads` returns the loss, all gradients, and the last state. The gradient of the logits is
#   $(p - \text{one-hot}) / M$, and your `truncated_bptt` takes over from there.
# - Without `k1` and `k2`, nothing is truncated.


# %%
def new_params(D, H, K, rng, gain=1.0):
    """Return random parameters. In the long run Whh stretches a state by the factor `gain` per step, roughly."""
    return {
        "Wxh": rng.normal(0, 1 / np.sqrt(D), (D, H)),
        "Whh": rng.normal(0, gain / np.sqrt(H), (H, H)),
        "bh": np.zeros(H),
        "Why": rng.normal(0, 1 / np.sqrt(H), (H, K)),
        "by": np.zeros(K),
    }


def states(params, x, h0):
    """Return the states after every step, (N, T, H)."""
    tall = np.concatenate([params["Wxh"], params["Whh"]])  # (D + H, H)
    h = [h0]
    for t in range(x.shape[1]):
        h.append(np.tanh(np.concatenate([x[:, t], h[-1]], axis=1) @ tall + params["bh"]))
    return np.stack(h[1:], axis=1)


def log_probabilities(params, h):
    """Return the logarithms of the probabilities of all classes at all steps, (N, T, K)."""
    logits = h @ params["Why"] + params["by"]
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


def loss_and_grads(params, x, y, h0=None, k1=None, k2=None):
    """Return the mean loss over all targets, its gradients, and the last state.

    x : (N, T, D); y : (N, T), class numbers, -1 for no target; h0 : (N, H), zeros if not given
    """
    N, T, _ = x.shape
    h0 = np.zeros((N, len(params["bh"]))) if h0 is None else h0
    h = states(params, x, h0)  # (N, T, H)
    log_p = log_probabilities(params, h)  # (N, T, K)
    real = (y >= 0)[..., None]  # (N, T, 1)
    wanted = np.eye(log_p.shape[-1])[y] * real  # (N, T, K): one-hot, zeros without target
    loss = -(wanted * log_p).sum() / real.sum()
    dlogits = (np.exp(log_p) * real - wanted) / real.sum()  # (N, T, K)
    grads = truncated_bptt(x, h, h0, dlogits @ params["Why"].T, params["Whh"], k1 or T, k2 or T)
    grads["Why"] = np.einsum("nth,ntk->hk", h, dlogits)
    grads["by"] = dlogits.sum(axis=(0, 1))
    return loss, grads, h[:, -1]


# %% [markdown]
# Never trust a gradient that you have not checked. Here is one entry of each array, against the difference of two losses
# (notebook 03).

# %%
rng = np.random.default_rng(0)
small = new_params(3, 4, 5, rng)
x, y = rng.normal(size=(2, 6, 3)), rng.integers(0, 5, (2, 6))
y[0, :3] = -1  # some steps without a target
_, grads, _ = loss_and_grads(small, x, y)
for name, value in small.items():
    index, losses = tuple(rng.integers(size) for size in value.shape), []
    for shift in (1e-5, -1e-5):
        moved = {key: array.copy() for key, array in small.items()}
        moved[name][index] += shift
        losses.append(loss_and_grads(moved, x, y)[0])
    print(f"{name:<4} backward {grads[name][index]:+.9f}   difference {(losses[0] - losses[1]) / 2e-5:+.9f}")

# %% [markdown]
# ### What truncation loses
#
# A truncated gradient is not a noisy version of the full one. It is wrong in a definite way, on every batch: that is a
# **bias**. Measure it. The task is the **latch**: sequences of $T = 20$ noisy numbers, where only the first one, $+1$ or $-1$, says which
# class it is, and the only target is at the last step.
#
# We set $k_1 = 1$. Only the last step has a loss, so only the last run carries anything. We vary $k_2$. For three
# networks we compute the share of the gradient of $W_{hh}$ that is missing,
# $\lVert g_{k_2} - g \rVert / \lVert g \rVert$. The networks differ in the spectral radius $\rho$ of $W_{hh}$, its largest eigenvalue in absolute value: 0.5,
# 0.9 and 1.5. It says how much a step back shrinks or stretches the gradient in the long run.
#
# **Predict**: for which radius is $k_2 = 5$ nearly enough? And how long is the gradient of `Wxh` *from the first input* when
# $k_2 = 19$? Two numbers.

# %%
guess = predict(..., ...)


# %%
def latch(N, T, rng):
    """Return x (N, T, 1) and y (N, T): the class is the sign of the first number, asked for at the last step."""
    classes = rng.integers(0, 2, N)
    x, y = 0.2 * rng.normal(size=(N, T, 1)), np.full((N, T), -1)
    x[:, 0, 0], y[:, -1] = 2.0 * classes - 1, classes
    return x, y


look_back, missing = (1, 2, 5, 10, 15, 18, 20), {}
for radius in (0.5, 0.9, 1.5):
    rng = np.random.default_rng(1)
    net = new_params(1, 16, 2, rng)
    net["Whh"] *= radius / np.abs(np.linalg.eigvals(net["Whh"])).max()
    x, y = latch(64, 20, rng)
    full = loss_and_grads(net, x, y)[1]["Whh"]
    cut = [loss_and_grads(net, x, y, k1=1, k2=k2)[1]["Whh"] for k2 in look_back]
    missing[f"radius {radius}"] = [np.linalg.norm(g - full) / np.linalg.norm(full) for g in cut]
print("missing share of the gradient of Whh")
print("k2         ", "  ".join(f"{k2:>6}" for k2 in look_back))
for name, shares in missing.items():
    print(name, "", "  ".join(f"{share:6.4f}" for share in shares))

first_only = x.copy()
first_only[:, 1:] = 0  # with this input, Wxh gets a gradient from the first step alone
from_first = {
    k2: np.linalg.norm(loss_and_grads(net, first_only, y, k1=1, k2=k2)[1]["Wxh"]) for k2 in (19, 20)
}
for k2, length in from_first.items():
    print(f"k2 = {k2}: gradient of Wxh from the first input has norm {length:.4g}")
nearly_enough = [radius for radius in (0.5, 0.9, 1.5) if missing[f"radius {radius}"][2] < 0.05]
guess.compare([nearly_enough[0] if nearly_enough else np.nan, from_first[19]], within=0)

# %% tags=["figure"]
plots.show(
    training_plots.points(
        {name: (look_back, shares) for name, shares in missing.items()},
        ("k2, steps back", "missing share of the gradient"),
    ),
    alt="Missing share of the gradient of Whh against k2, for T = 20. "
    + " ".join(
        f"{name}: {', '.join(f'{share:.2f} at {k2}' for k2, share in zip(look_back, shares, strict=True))}."
        for name, shares in missing.items()
    ),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# With radius 0.5 the far terms are tiny anyway, and $k_2 = 5$ misses less than a twentieth of the gradient. With radius 1.5 most of the
# gradient comes from far back, and truncation throws most of it away.
#
# </details>
#
# The term from the first input is exactly 0 for every $k_2 < 20$. Not small: zero. You can read that truncation *solves* vanishing
# gradients. It does the opposite: it replaces small terms by none. What it does limit is memory, time, and how far a gradient can
# explode.

# %% [markdown]
# ## Exercise: `training_numbers`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: predict numbers of training before you see them.*
#
# Compute these by hand or with one line each, from the numbers in the first line of the cell. An error of 1 % is accepted.
#
# - `"updates"`: how many updates do so many `reviews` give, with batches of 32, the last one smaller, in 5 epochs?
# - `"largest_rate"`: below which learning rate does gradient descent converge in a valley of this `curvature`?
# - `"first_loss"`: the loss of a network that gives 27 characters the same probability
# - `"sgd_move"`: a parameter has the gradient $-0.002$. By how much does it change in an SGD step with this `rate`? Mind the sign.
# - `"adam_move"`: the same for the first step of Adam, from a state of zeros, with this `rate`

# %% nbgrader={"grade_id": "training_numbers", "solution": true}
reviews, curvature, rate = mine("training_numbers", reviews=1000, curvature=8, rate=0.01)

# Assign a dict with the keys "updates", "largest_rate", "first_loss", "sgd_move" and "adam_move"; each value is a number.
# training_numbers = {"updates": ..., "largest_rate": ..., "first_loss": ..., "sgd_move": ..., "adam_move": ...}
### BEGIN SOLUTION
training_numbers = {
    "updates": 5 * np.ceil(reviews / 32),
    "largest_rate": 2 / curvature,
    "first_loss": np.log(27),
    "sgd_move": rate * 0.002,
    "adam_move": rate,
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_training_numbers", "points": 2}
check("training_numbers")

# %% [markdown]
# ## The training loop
#
# Now all parts come together. For every epoch: a new order. For every batch: loss and gradients, clip, update, write down what
# happened.
#
# The loop should not know *which* network it trains, *how* gradients are clipped, or *which* rule makes the step. So it gets these
# three as functions:
#
# | function | call | returns |
# | --- | --- | --- |
# | `loss_and_grads` | `loss_and_grads(params, x, y)` with the rows of one batch | the mean loss of the batch, a dict of gradients |
# | `clip` | `clip(grads)` | clipped gradients, the norm before |
# | `update` | `update(params, grads)` | new parameters |
#
# All three are called by position. (The `loss_and_grads` above also returns the last state. `whole`, below, leaves it off.)
#
# Then the same loop runs SGD, Adam, and what you invent.
#
# **Randomness is an argument too.** The loop gets a generator `rng`. Whoever calls it with the same seed gets the same run, number for
# number. Without that, you can never find out whether a change of yours helped, or only the dice.

# %% [markdown]
# ## Exercise: `train`
#
# *Difficulty 3 of 5 · 20 minutes · Objective: a training loop that anybody can repeat and look into.*
#
# The check does not look at the final loss: wrong loops reach low losses too. It follows your run step by step from the history
# that you return. Any way of shuffling with `rng` is fine if all orders are equally likely.


# %% nbgrader={"grade_id": "train", "solution": true}
def train(params, x, y, loss_and_grads, clip, update, epochs, batch_size, rng):
    """Train for some epochs; return the last parameters and the history of all steps.

    params         : dict {name: array}, where to start
    x, y           : arrays with N rows, one for each example; x is (N, T, D)
    loss_and_grads : function (params, x, y) -> loss, grads      called with the rows of one batch, by position
    clip           : function (grads) -> clipped grads, norm
    update         : function (params, grads) -> new params
    epochs         : int   how often every example is used
    batch_size     : int   examples in a batch; the last batch of an epoch holds what is left; may be larger than N
    rng            : numpy.random.Generator, the only source of randomness

    Every epoch puts all N examples in a new random order, all orders being equally likely, and cuts it into batches. So each
    example is used exactly once. Every batch makes one update with its clipped gradients.

    Returns params after the last update, and history, a dict of two lists with one number for each update, in order:
    "loss" (as loss_and_grads returned it) and "norm" (as clip returned it). params, x and y that came in stay as they were.
    """
    ### BEGIN SOLUTION
    history = {"loss": [], "norm": []}
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            loss, grads = loss_and_grads(params, x[rows], y[rows])
            clipped, norm = clip(grads)
            params = update(params, clipped)
            history["loss"].append(loss)
            history["norm"].append(norm)
    return params, history
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_train", "points": 5}
check(train)

# %% [markdown]
# The next cell makes the three functions out of yours. `Adam` is a class because it has to remember its state between calls.


# %%
def whole(params, x, y):
    """Return loss and gradients without truncation."""
    return loss_and_grads(params, x, y)[:2]


def clip_to(max_norm):
    """Return a function that clips gradients to max_norm."""
    return lambda grads: clip_by_global_norm(grads, max_norm)


def sgd(rate):
    """Return a function that makes an SGD step."""
    return lambda params, grads: sgd_step(params, grads, rate)


class Adam:
    """Adam with its state kept between calls."""

    def __init__(self, rate):
        self.rate, self.state = rate, None

    def __call__(self, params, grads):
        if self.state is None:
            zeros = [{name: np.zeros_like(value) for name, value in params.items()} for _ in range(2)]
            self.state = {"t": 0, "m": zeros[0], "v": zeros[1]}
        params, self.state = adam_step(params, grads, self.state, self.rate)
        return params


# %% [markdown]
# ## First network: keep a bit
#
# The smallest task with a memory: four sequences of three bits. Can you see the rule?
#
# | sequence | label |
# | --- | --- |
# | 1 0 1 | 1 |
# | 0 0 1 | 0 |
# | 0 0 0 | 0 |
# | 1 1 1 | 1 |
#
# Four hidden units, Adam, 150 epochs, all four in one batch.
#
# **Predict** the loss at the start, roughly. And from how many of five seeds does it reach 100 %? Two numbers.

# %%
guess = predict(..., ...)

# %%
bits = np.array([[1, 0, 1], [0, 0, 1], [0, 0, 0], [1, 1, 1]], dtype=float)[..., None]  # (N, T, D) = (4, 3, 1)
bit_labels = np.full((4, 3), -1)
bit_labels[:, -1] = [1, 0, 0, 1]  # one target for each sequence, at the last step


def answers_right(params, x, y):
    """Return the share of the targets that get the largest probability."""
    guesses = log_probabilities(params, states(params, x, np.zeros((len(x), len(params["bh"]))))).argmax(
        axis=-1
    )
    return (guesses == y)[y >= 0].mean()


bit_losses, all_right = [], 0
for seed in range(5):
    rng = np.random.default_rng(seed)
    trained, history = train(
        new_params(1, 4, 2, rng), bits, bit_labels, whole, clip_to(1.0), Adam(0.05), 150, 4, rng
    )
    bit_losses.append(history["loss"])
    right = answers_right(trained, bits, bit_labels)
    all_right += right == 1
    print(f"seed {seed}: loss {history['loss'][0]:.3f} -> {history['loss'][-1]:.5f}, right {right:.0%}")
guess.compare([np.median([run[0] for run in bit_losses]), all_right])

# %% tags=["figure"]
plots.show(
    training_plots.curves(
        {"five seeds": bit_losses}, ("update", "loss"), (np.log(2), "ln 2: knows nothing"), log=True
    ),
    alt="Loss of the bit task over 150 updates on a logarithmic scale, for five seeds. All start between "
    f"{min(run[0] for run in bit_losses):.2f} and {max(run[0] for run in bit_losses):.2f}, near ln 2 = 0.69 or above it, and end between "
    f"{min(run[-1] for run in bit_losses):.5f} and {max(run[-1] for run in bit_losses):.5f}.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The loss starts near $\ln 2 = 0.69$, or above it where the random weights are sure of something. All five seeds reach 100 %.
#
# </details>

# %% [markdown]
# The rule that we had in mind: the label is the first bit. The network must keep it for two steps, while other
# bits come in. Other rules fit as well, such as *at least two ones*. Try 100 and 011 on the trained network.
#
# Now watch the learning rate, with plain SGD from one start. **Predict** how many of the rates 0.01, 0.1, 1, 10 and 100 learn the
# task in 150 updates, and which is the smallest whose loss ever rises far above where it began. Two numbers.

# %%
guess = predict(..., ...)

# %%
rate_losses, learnt, jumps = {}, 0, []
for rate in (0.01, 0.1, 1.0, 10.0, 100.0):
    rng = np.random.default_rng(3)
    trained, history = train(
        new_params(1, 4, 2, rng), bits, bit_labels, whole, clip_to(np.inf), sgd(rate), 150, 4, rng
    )
    rate_losses[f"rate {rate:g}"] = [history["loss"]]
    right = answers_right(trained, bits, bit_labels)
    print(
        f"rate {rate:>6}: last loss {history['loss'][-1]:9.4f}, largest loss {max(history['loss']):9.4f}, right {right:.0%}"
    )
    learnt += right == 1
    if max(history["loss"]) > 2 * history["loss"][0]:
        jumps.append(rate)
guess.compare([learnt, jumps[0] if jumps else np.nan], within=0)

# %% tags=["figure"]
plots.show(
    training_plots.curves(rate_losses, ("update", "loss"), (np.log(2), "ln 2: knows nothing"), log=True),
    alt="Loss over 150 updates of SGD for five learning rates, on a logarithmic scale. Last losses: "
    + ", ".join(f"{name}: {runs[0][-1]:.3g}" for name, runs in rate_losses.items())
    + ". Small rates fall slowly and smoothly, large ones jump.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The three regimes of the one-dimensional valley are all there: too small and slow, good, too large and jumping. The largest rates do not
# run off to infinity here, as in the valley. The loss jumps about, far *above* $\ln 2$: this network is sure, and wrong.
#
# </details>
#
# Between 0.01 and 1, a larger rate is better. Between 1 and 10 there is a cliff. You find the good rates by trying powers of ten.
# A schedule then lets the rate fall from the best of them.

# %% [markdown]
# ## Second network: the movie reviews
#
# The 31 parameters of notebook 02: $D = 5$ words, $H = 3$ units, here with $K = 2$ outputs, so 35. Three reviews, each with its target
# at its **last real word**. What comes after is padding, and has no target. So it has no loss, sends no gradient, and changes
# nothing.
#
# Then a question that the training never asked: *movie was not bad*.
#
# **Predict** the probability of *positive* that the trained networks give to it, in the median of five seeds.

# %%
guess = predict(...)

# %%
vocabulary = ["movie", "was", "good", "bad", "not"]


def encode(reviews, T=4):
    """Return one-hot rows, (N, T, 5), zeros after the end of a review."""
    x = np.zeros((len(reviews), T, 5))
    for n, review in enumerate(reviews):
        for t, word in enumerate(review.split()):
            x[n, t, vocabulary.index(word)] = 1
    return x


movie_reviews = ["movie was good", "movie was bad", "movie was not good"]
review_labels = np.full((3, 4), -1)
review_labels[0, 2], review_labels[1, 2], review_labels[2, 3] = 1, 0, 0  # positive, negative, negative
unseen, said_positive = encode(["movie was not bad"]), []

for seed in range(5):
    rng = np.random.default_rng(seed)
    trained, history = train(
        new_params(5, 3, 2, rng),
        encode(movie_reviews),
        review_labels,
        whole,
        clip_to(1.0),
        Adam(0.05),
        150,
        3,
        rng,
    )
    positive = np.exp(log_probabilities(trained, states(trained, unseen, np.zeros((1, 3)))))[0, -1, 1]
    said_positive.append(positive)
    print(
        f"seed {seed}: last loss {history['loss'][-1]:.5f}, right {answers_right(trained, encode(movie_reviews), review_labels):.0%}, "
        f"'movie was not bad' is positive with probability {positive:.5f}"
    )
guess.compare(np.median(said_positive))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# All get 100 % of the three reviews. And all five are nearly certain that *movie was not bad* is negative.
#
# </details>
#
# The networks are not to blame. In the three reviews, *bad* and *not* each occur in negative reviews only. "Either word means negative" explains
# everything they ever saw, and it is simpler than the truth. The weights that you set by thought in notebook 02 knew
# better, because you did.
#
# Two lessons. **100 % on what was trained says little about what was not.** And a high probability is not a sign of being
# right.

# %% [markdown]
# ## Third network: the next value of a wave
#
# So far the answers were classes. Now the answer is a **quantity**: the next value of a wave, at every step. The output is the number
# $\hat y_t = h_t W_{hy} + b_y$ itself, without a softmax, and the loss is the **mean squared error**, MSE, over all examples, steps and outputs:
#
# $$
# L = \frac{1}{N\,T\,K} \sum_{n, t, k} (\hat y_{ntk} - y_{ntk})^2, \qquad
# \frac{\partial L}{\partial \hat y_{ntk}} = \frac{2}{N\,T\,K}\,(\hat y_{ntk} - y_{ntk}) .
# $$
#
# Notebook 03 had half the sum, so that the 2 went away. Libraries mean this one, the mean without a half. Only the rate notices.
#
# The rest is as before: your `truncated_bptt`, your `train`, your Adam. Each wave has a frequency and a phase of its own, so a rule for one
# wave is of no use for the next. Two **baselines** come first, since a loss alone says nothing: always answer 0, the mean; and always answer
# the value just seen, *persistence*.
#
# **Predict**: a sine wave of height 1 has the mean square $\tfrac12$, so the first baseline has an MSE of 0.5. What has persistence? And the
# network, on new waves, after 300 updates? Two numbers.

# %%
guess = predict(..., ...)


# %%
def waves(N, T, rng):
    """Return x (N, T, 1), values of sine waves, and y (N, T, 1), the value that follows each."""
    frequency, phase = rng.uniform(0.3, 0.9, (N, 1)), rng.uniform(0, 2 * np.pi, (N, 1))
    wave = np.sin(frequency * np.arange(T + 1) + phase)[..., None]  # (N, T + 1, 1)
    return wave[:, :-1], wave[:, 1:]


def predicted(params, x):
    """Return the outputs of a network without a softmax, (N, T, K)."""
    return states(params, x, np.zeros((len(x), len(params["bh"])))) @ params["Why"] + params["by"]


def mse_and_grads(params, x, y):
    """Return the mean squared error over everything, and its gradients."""
    h0 = np.zeros((len(x), len(params["bh"])))
    h = states(params, x, h0)  # (N, T, H)
    error = h @ params["Why"] + params["by"] - y  # (N, T, K)
    dy = 2 * error / error.size  # (N, T, K)
    grads = truncated_bptt(x, h, h0, dy @ params["Why"].T, params["Whh"], x.shape[1], x.shape[1])
    grads |= {"Why": np.einsum("nth,ntk->hk", h, dy), "by": dy.sum(axis=(0, 1))}
    return (error**2).mean(), grads


rng = np.random.default_rng(0)
wave_x, wave_y = waves(160, 25, rng)
new_x, new_y = waves(500, 25, rng)
persistence = ((new_x - new_y) ** 2).mean()
print(f"always 0:    MSE {(new_y**2).mean():.4f}")
print(f"persistence: MSE {persistence:.4f}")
wave_losses, new_errors = [], []
for seed in range(5):
    rng = np.random.default_rng(seed)
    wave_net, history = train(
        new_params(1, 16, 1, rng), wave_x, wave_y, mse_and_grads, clip_to(1.0), Adam(0.01), 30, 16, rng
    )
    wave_losses.append(history["loss"])
    new_errors.append(((predicted(wave_net, new_x) - new_y) ** 2).mean())
print("network:     MSE", " ".join(f"{error:.4f}" for error in new_errors), "(five seeds, new waves)")
by_step = ((predicted(wave_net, new_x) - new_y) ** 2).mean(axis=(0, 2))  # (T,)
print("by step, last seed:", by_step[[0, 1, 2, 5, 24]].round(4), "at steps 1, 2, 3, 6, 25")
guess.compare([persistence, np.median(new_errors)])

# %% tags=["figure"]
plots.show(
    training_plots.curves(
        {"five seeds": wave_losses}, ("update", "MSE"), (persistence, "persistence"), log=True
    ),
    alt="Mean squared error over 300 updates on a logarithmic scale, five seeds. They start between "
    f"{min(run[0] for run in wave_losses):.2f} and {max(run[0] for run in wave_losses):.2f}, fall below the line of persistence at "
    f"{persistence:.2f}, and end between {min(run[-1] for run in wave_losses):.4f} and {max(run[-1] for run in wave_losses):.4f}.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Look at the errors by step. At step 1 nobody can know whether the wave goes up or down: the state holds one value. From the second on it
# does, and a few steps later the frequency is known as well. Nothing in the weights knows this wave. The state does.
#
# </details>

# %% [markdown]
# ## Clipping at work
#
# Now the latch of $T = 30$ steps, with recurrent weights that stretch: gain 2. Plain SGD, 110 updates on fresh batches of 32. We train
# each of 12 seeds twice, without clipping and with clipping to 1, and five of them once more, without clipping at a tenth of the rate.
#
# A fresh batch for each update means there are no epochs here, so the cell has a short loop of its own.
#
# **Predict**: by which factor is the *first* gradient shorter at a tenth of the rate? And how many of the 12 runs are still at
# $\ln 2 = 0.693$ at the end, without clipping, and with it? Three numbers.

# %%
guess = predict(..., ..., ...)


# %%
def run_latch(seed, rate, max_norm):
    """Return losses and norms before clipping, (110,) each."""
    rng = np.random.default_rng(seed)
    params, losses, norms = new_params(1, 16, 2, rng, gain=2.0), [], []
    for _ in range(110):
        loss, grads, _ = loss_and_grads(params, *latch(32, 30, rng))
        grads, norm = clip_by_global_norm(grads, max_norm)
        params = sgd_step(params, grads, rate)
        losses.append(loss)
        norms.append(norm)
    return losses, norms


settings = {
    "not clipped": (12, 0.1, np.inf),
    "clipped to 1": (12, 0.1, 1.0),
    "not clipped, rate 0.01": (5, 0.01, np.inf),
}  # seeds, rate, limit
latch_runs = {
    name: [run_latch(seed, *setting) for seed in range(seeds)] for name, (seeds, *setting) in settings.items()
}
at_ln_2 = {}
for name, runs in latch_runs.items():
    last = [np.mean(losses[-20:]) for losses, _ in runs]
    at_ln_2[name] = sum(loss > 0.6 for loss in last)
    print(f"{name:<23} at ln 2 in the end: {at_ln_2[name]} of {len(runs)}; the first five seeds:")
    print(f"{'':<23} last loss (mean of 20):      ", " ".join(f"{loss:5.3f}" for loss in last[:5]))
    print(f"{'':<23} first norm:                  ", " ".join(f"{norms[0]:5.1f}" for _, norms in runs[:5]))
    print(f"{'':<23} largest norm before clipping:", " ".join(f"{max(norms):5.1f}" for _, norms in runs[:5]))
early, late = [], []  # shares of clipped updates before the loss is first below 0.3, and after
for losses, norms in latch_runs["clipped to 1"]:
    found = next((step for step, loss in enumerate(losses) if loss < 0.3), len(losses))
    early.append(np.mean(np.array(norms[:found]) > 1) if found else np.nan)
    late.append(np.mean(np.array(norms[found:]) > 1) if found < len(norms) else np.nan)
print(
    f"share of updates that are clipped, median: until the loss is below 0.3 {np.nanmedian(early):.0%},",
    end=" ",
)
print(f"after that {np.nanmedian(late):.0%}")
shorter = latch_runs["not clipped"][0][1][0] / latch_runs["not clipped, rate 0.01"][0][1][0]
guess.compare([shorter, at_ln_2["not clipped"], at_ln_2["clipped to 1"]])

# %% tags=["figure"]
picked = max(range(5), key=lambda seed: np.mean(latch_runs["not clipped"][seed][0][-20:]))
norms_before = latch_runs["clipped to 1"][picked][1]
plots.show(
    training_plots.curves(
        {"before clipping": [norms_before], "after clipping": [np.minimum(norms_before, 1.0)]},
        ("update", "norm of the gradient"),
        (1.0, "limit"),
        log=True,
    ),
    alt=f"Norm of the gradient over 110 updates of seed {picked}, on a logarithmic scale. Before clipping it reaches "
    f"{max(norms_before):.1f}, and it is above the limit 1 in {sum(norm > 1 for norm in norms_before)} of 110 updates. After "
    "clipping it is at most 1.",
)

# %% tags=["figure"]
plots.show(
    training_plots.curves(
        {name: [latch_runs[name][picked][0]] for name in settings},
        ("update", "loss"),
        (np.log(2), "ln 2: knows nothing"),
    ),
    alt=f"Loss of the latch task over 110 updates for seed {picked}. Mean of the last 20 losses: "
    + ", ".join(f"{name} {np.mean(runs[picked][0][-20:]):.2f}" for name, runs in latch_runs.items())
    + ". The line at 0.69 is a network that knows nothing.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Compare the first norms, column by column: the same in all three rows. The learning rate does not enter the gradient. It only shortens *all*
# steps, the good ones too. Clipping acts on long steps only. The line printed last says when those come: until the network has
# found the way nearly every gradient is longer than 1, and is clipped; afterwards most pass as they are.
#
# Without clipping, some runs took a giant step, landed where nothing is learnt any more, and stayed at $\ln 2$. Which ones, and how many, is
# chance: when this was written they were 4 of 12, and 2 or 3 of 12, partly others, after a change of the initial weights in their 15th digit
# (multiply all of them by $1 + 10^{-15}$ and see). That is what *chaotic* means, and the reason for more than five seeds. With clipping none
# was stuck, whichever digit was changed.
#
# </details>
#
# The smaller rate helps nearly as much here. Its price stands in the last losses: once the way is found, its steps are ten times as short.
# Norms of this size are mild, besides. In notebook 05 gradients grow by many more orders of magnitude, and no rate suits both those and the
# ordinary ones.

# %% [markdown]
# ## Truncation at work
#
# Does the bias of truncation matter? The latch again, $T = 20$, gain 1, Adam. The gradient goes back $k_2 = 20$, 5 or 1 steps from the end, while
# the only useful input is 20 steps back. We take $k_1 = k_2$, chunks that do not look back: again only the last run has a loss.
#
# **Predict**: how many of five seeds learn the task with $k_2 = 20$, with $k_2 = 5$, and with $k_2 = 1$?

# %%
guess = predict(..., ..., ...)


# %%
def learnt_latch(seed, k2):
    """Return the share of right answers on 500 new sequences after 120 updates."""
    rng = np.random.default_rng(seed)
    params, update = new_params(1, 16, 2, rng), Adam(0.01)
    for _ in range(120):
        _, grads, _ = loss_and_grads(params, *latch(16, 20, rng), k1=k2, k2=k2)
        params = update(params, clip_by_global_norm(grads, 1.0)[0])
    return answers_right(params, *latch(500, 20, rng))


learners = []
for k2 in (20, 5, 1):
    shares = [learnt_latch(seed, k2) for seed in range(5)]
    learners.append(sum(share > 0.9 for share in shares))
    print(f"k2 = {k2:>2}: right", " ".join(f"{share:4.0%}" for share in shares))
guess.compare(learners, within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Perhaps you predicted that nothing is learnt with $k_2 = 1$. Some seeds do learn. How can that be, if no gradient ever reaches the first
# input?
#
# Because the **forward** pass is not truncated. A random $W_{hh}$ of gain 1 happens to carry the first bit along for a while. If a trace of it is
# still in $h_{20}$, the output layer alone can learn to read it. What truncation forbids is to *improve* the carrying. So it depends
# on luck, and you see that: with the full gradient no seed needs luck.
#
# </details>

# %% [markdown]
# ## Fourth network: a writer of letters
#
# Now a text, letter by letter. At every step the input is a letter and the target is the next one. The text is one long sequence, so it is cut:
#
# 1. into $N = 2$ **streams**, side by side in the batch, each half of the text
# 2. along time into chunks of $k = 8$ letters; each chunk makes one update, and no gradient crosses a cut
#
# What about the state at a cut? There are two ways. **Carried**: a chunk starts from the last state of the chunk before, as numbers, without a
# gradient. **Reset**: each chunk starts from zeros. Then chunks are separate examples, and may be shuffled. A carried state needs
# them in order.
#
# (For separate reviews the question does not arise. A review must not inherit the mood of the one before: reset.)
#
# **Predict**: 17 different characters, so what is the loss at the start? And at which place of a chunk, 1 to 8, is the network with reset
# states the furthest behind? Two numbers.

# %%
guess = predict(..., ...)

# %%
text = (
    "the cat sat on the mat. the rat sat on the cat. the cat ran. the rat ran to the mat. the mat was flat and the rat was "
    "fat. the fat cat sat and the rat ran. a cat on a mat and a rat in a hat. the hat was flat and the cat was sad. "
)
letters = sorted(set(text))
text_ids = np.array([letters.index(letter) for letter in text])
V, N, k = len(letters), 2, 8
length = (len(text) - 1) // (N * k) * k  # letters of a stream, a multiple of k
streams = np.stack([text_ids[n * length : (n + 1) * length + 1] for n in range(N)])  # (N, length + 1)
chunks = [
    (np.eye(V)[streams[:, start : start + k]], streams[:, start + 1 : start + k + 1])
    for start in range(0, length, k)
]  # each: x (N, k, V), and y (N, k), the next letters
print(
    f"{len(text)} characters, {V} different, ln {V} = {np.log(V):.3f}; {len(chunks)} updates in an epoch, "
    f"{N * len(chunks)} chunks"
)


def train_writer(carried, seed, epochs=45, H=32):
    """Return parameters and losses."""
    rng = np.random.default_rng(seed)
    params, update, losses = new_params(V, H, V, rng), Adam(0.01), []
    for _ in range(epochs):
        h0 = np.zeros((N, H))  # a new epoch starts at the beginning of the streams
        for x, y in chunks:
            loss, grads, last = loss_and_grads(params, x, y, h0)
            params = update(params, clip_by_global_norm(grads, 1.0)[0])
            h0 = last if carried else np.zeros((N, H))
            losses.append(loss)
    return params, losses


def loss_by_position(params, carried):
    """Return the mean loss of the 1st, 2nd, ... k-th letter of a chunk, (k,)."""
    h0, total = np.zeros((N, len(params["bh"]))), np.zeros(k)
    for x, y in chunks:
        h = states(params, x, h0)
        log_p = log_probabilities(params, h)
        total += -np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0].mean(axis=0) / len(chunks)
        h0 = h[:, -1] if carried else np.zeros_like(h0)
    return total


writers = {
    name: [train_writer(carried, seed) for seed in range(3)]
    for name, carried in (("carried", True), ("reset", False))
}
by_position = {}
for name, runs in writers.items():
    by_position[name] = np.mean([loss_by_position(params, name == "carried") for params, _ in runs], axis=0)
    print(
        f"{name:<8} first loss {runs[0][1][0]:.3f}, loss by place in the chunk, mean of 3 seeds:",
        by_position[name].round(2),
    )
behind = by_position["reset"] - by_position["carried"]  # (k,)
guess.compare([writers["carried"][0][1][0], 1 + behind.argmax()])

# %% tags=["figure"]
plots.show(
    training_plots.points(
        {f"state {name}": (range(1, k + 1), losses) for name, losses in by_position.items()},
        ("place of the letter in its chunk", "loss"),
    ),
    alt="Loss by place in the chunk of 8 letters. "
    + " ".join(
        f"State {name}: {', '.join(f'{v:.2f}' for v in losses)}." for name, losses in by_position.items()
    ),
)

# %% tags=["figure"]
smooth = {
    f"state {name}": [np.convolve(losses, np.ones(len(chunks)) / len(chunks), "valid") for _, losses in runs]
    for name, runs in writers.items()
}
plots.show(
    training_plots.curves(
        smooth, ("update", "loss, mean over an epoch"), (np.log(V), f"ln {V}: knows nothing")
    ),
    alt="Training loss of the two writers, averaged over an epoch, three seeds each, with a line at ln 17 = 2.83. Last values: "
    + "; ".join(f"{name} {', '.join(f'{run[-1]:.2f}' for run in runs)}" for name, runs in smooth.items())
    + ".",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# You predicted $\ln 17 = 2.833$, and the first loss printed above is a little below it. It is one batch of 16 letters and random
# weights: some are lucky by 0.2.
#
# </details>
#
# <details>
# <summary>Answer</summary>
#
# With reset states, the first place of each chunk is much worse than the others: the network has seen a single letter, and nothing before
# it. With carried states it has an idea of what came before, although no gradient ever crossed a cut.
#
# </details>
#
# From place 4 on it is the other way round: reset states do better. They always start from the same zeros, and the 28 chunks of
# such a small text can be learnt by heart. The two mean losses of all places are nearly the same, as the second figure shows. It takes
# the places apart to see the difference.
#
# Let both write 100 letters, always the most probable one, and never reset the state. The cell counts the share of written words that
# are words of the text. **Predict** which of the two gets into trouble beyond its eighth letter.

# %%
guess = predict(..., among=("carried", "reset", "both"))


# %%
def write(params, count):
    """Return `count` letters, starting with t, greedily."""
    h, written = np.zeros((1, len(params["bh"]))), ["t"]
    for _ in range(count - 1):
        h = states(params, np.eye(V)[[[letters.index(written[-1])]]], h)[:, -1]  # one step, (1, H)
        written.append(letters[int(log_probabilities(params, h[:, None]).argmax())])
    return "".join(written)


real_words, shares = set(text.replace(".", "").split()), {"carried": [], "reset": []}
for name, runs in writers.items():
    for seed, (params, _) in enumerate(runs):
        written = write(params, 100)
        words = written.replace(".", "").split()[:-1]  # the last one may be cut off
        shares[name].append(np.mean([word in real_words for word in words]))
        print(f"{name:<8} seed {seed}: {written}")
print("share of real words:", {name: np.round(values, 2).tolist() for name, values in shares.items()})
in_trouble = [name for name, values in shares.items() if np.mean(values) < 0.9]
guess.compare("both" if len(in_trouble) == 2 else in_trouble[0] if in_trouble else "neither")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The writers with carried states make words of the text, and sentences much like its own. Those with reset states lose the
# thread: after eight letters they are in states that they never met in training. Their loss was about the same.
#
# </details>
#
# **Train with the states that the network will meet in use.**
#
# This is a text of 229 characters, learnt nearly by heart. Notebook 10 does it with real names, and with sampling in place of the largest
# probability.

# %% [markdown]
# ## What cures what
#
# | means | what it does | what it does not do |
# | --- | --- | --- |
# | smaller learning rate | shorter steps, all of them | change the gradient; bring a vanished one back |
# | learning-rate schedule | long steps far away, short ones close by | find the first rate for you |
# | Adam | a step size for each parameter, independent of the scale of the loss | make up for a direction that has no gradient |
# | clipping by global norm | limits the longest step and keeps its direction | help against vanishing: it never makes a gradient longer |
# | truncated backpropagation | limits memory and time, and how far gradients can explode | let the network learn to carry something further than $k_2$ steps |
# | carrying the state | lets the forward pass remember across chunks | send a gradient across the cut |
# | shuffling | makes every batch a fair sample | go together with a carried state |

# %% [markdown]
# ## On your own
#
# No points, no check.
#
# 1. **Clip by value** in `run_latch`, with a limit that gives the same mean length. Is the result worse in five seeds? In twenty?
# 2. **A broken batch.** Put one `nan` into `x`. What do `clip_by_global_norm` and `train` do with it? Should they?
# 3. **Two batches into one.** Average the gradients of two batches of 8, then update. When is this the same as one batch of 16?
# 4. **A fourth review.** Add *movie was not bad* as positive, and train again. Do three units suffice? Look at the states: did the network
#    find the three units of notebook 02?
# 5. **Overlapping runs.** In `learnt_latch`, set $k_1 = 1$, keep $k_2 = 5$ and put a target at *every* step. Does the class get through now? Why?
#
# ## Further reading
#
# - D. P. Kingma and J. Ba, *Adam: A Method for Stochastic Optimization*, ICLR (2015). The algorithm and its correction are on the
#   second page.
# - R. J. Williams and J. Peng, *An Efficient Gradient-Based Algorithm for On-Line Training of Recurrent Network Trajectories*, Neural
#   Computation 2 (1990). Truncated backpropagation with two numbers.
# - R. Pascanu, T. Mikolov and Y. Bengio, *On the difficulty of training recurrent neural networks*, ICML (2013). Clipping by norm.
# - Goodfellow, Bengio and Courville, *Deep Learning* (2016), sections 8.1 to 8.3 on batches and SGD, 10.11 on clipping.
#
# **Next:** [5 Vanishing and exploding gradients](05_vanishing_gradients.ipynb), where the product of Jacobians is taken apart.
