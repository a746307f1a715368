# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3 Backpropagation through time, derived and checked
#
# **What you will do.** Derive the gradient of a recurrent network by hand with numbers, then with matrices, then write
# it. You will measure it as well, and all of these must agree.
#
# **What you will learn**
#
# - how a weight that is used $T$ times gets a gradient with $T$ terms
# - which factors a term has, and why the term of a distant step has many of them
# - three losses with their gradients, and what makes them survive large numbers
# - to go back through one step, and through all of them
# - to check a gradient so that no mistake gets through, and why a falling loss is no such check
# - the other way to the same gradient, forwards, and why nearly everybody goes backwards
#
# **What you need.** Notebook 02: the cell, the loop, the softmax. The chain rule for functions of one variable, and
# what a partial derivative is.
#
# **Time.** 4.5 hours, in two sittings: the first ends with *A gradient check*, after a good hour and a half. Eight
# exercises, and one derivation that a person reads.

# %% tags=["setup"]
import numpy as np

from rnncourse import check, failing_case, hint, mine, plots, predict
from rnncourse.plots import bptt as bptt_plots

# %% [markdown]
# ## The question
#
# A network has weights. A **loss** $L$ is one number that says how bad its answers are. To improve a weight $w$ you need
# to know: if $w$ grows a little, by how much does $L$ change? That is the derivative $dL/dw$.
#
# For a plain layer you know how to get it. A recurrent network has one new difficulty, and only one: **the same weight
# is used at every step**. Changing it changes $h_1$, and $h_2$ directly *and* through $h_1$, and $h_3$ directly and through
# $h_2$ and $h_1$.
#
# The answer is called *backpropagation through time*, in short BPTT. The name sounds like a new method. It is the chain
# rule on the unrolled network, nothing else.

# %% [markdown]
# ## Three steps by hand
#
# Take the smallest network of notebook 02, one unit and one input, and give it an output:
#
# $$
# a_t = w\,h_{t-1} + u\,x_t + b, \qquad h_t = \tanh(a_t), \qquad y = v\,h_3, \qquad L = \tfrac12 (d - y)^2
# $$
#
# It reads three inputs, answers once, and $d$ is the answer that was desired. We write $a_t$ for the sum inside the activation;
# you will need it all the time.
#
# The numbers: $w = 0.5$, $u = 1$, $b = 0$, $v = 1$, inputs $1, 0, 1$, desired $d = 1$, start $h_0 = 0$.

# %%
w, u, b, v = 0.5, 1.0, 0.0, 1.0
x, d = [1.0, 0.0, 1.0], 1.0
h = [0.0]  # h[0] is h_0, h[t] is h_t
for x_t in x:
    h.append(np.tanh(w * h[-1] + u * x_t + b))
y = v * h[3]
L = (d - y) ** 2 / 2
print("h_1, h_2, h_3 =", ", ".join(f"{value:.6f}" for value in h[1:]))
print(f"y = {y:.6f}, L = {L:.6f}")

# %% [markdown]
# ### From the loss to the last state
#
# Start at the end. The loss depends on $y$, and
#
# $$
# \frac{dL}{dy} = -(d - y) = y - d .
# $$
#
# The minus is the inner derivative of $d - y$.
#
# From $y = v\,h_3$ you get two derivatives at once, one for each factor:
#
# $$
# \frac{dL}{dv} = \frac{dL}{dy}\,h_3, \qquad \frac{dL}{dh_3} = \frac{dL}{dy}\,v .
# $$
#
# **Predict** the sign of $dL/dy$ from the numbers above: $y$ is too small. Should the loss grow or shrink if $y$ grows?

# %%
guess = predict(..., among=("positive", "negative"))

# %%
dy = y - d
dv = dy * h[3]
dh3 = dy * v
print(f"dL/dy = {dy:.6f}   dL/dv = {dv:.6f}   dL/dh_3 = {dh3:.6f}")
guess.compare("negative" if dy < 0 else "positive")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Negative. The answer $y$ lies below $d$, so a larger $y$ makes the loss smaller.
#
# </details>

# %% [markdown]
# ### A formula that holds only sometimes
#
# Some notes print $dL/dv = -(d - y)\,h_3$ as *the* formula. It is right here, because the output is linear: $y = v h_3$.
# If the output has an activation of its own, $y = g(v h_3)$, there is one more link in the chain and one more factor:
#
# $$
# \frac{dL}{dv} = -(d - y)\;g'(v h_3)\;h_3 .
# $$
#
# Let $g$ be the sigmoid $\sigma(z) = 1 / (1 + e^{-z})$, whose slope is $\sigma(z)\,(1 - \sigma(z))$. We can simply measure
# which formula is right: move $v$ a little up and a little down, and see how much $L$ changes.


# %%
def loss_with_sigmoid(v):
    """Return the loss for y = sigmoid(v h_3)."""
    return (d - 1 / (1 + np.exp(-v * h[3]))) ** 2 / 2


y_sigmoid = 1 / (1 + np.exp(-v * h[3]))
measured = (loss_with_sigmoid(v + 1e-5) - loss_with_sigmoid(v - 1e-5)) / 2e-5
print(f"measured:      {measured:.6f}")
print(f"without g':    {-(d - y_sigmoid) * h[3]:.6f}")
print(f"with g':       {-(d - y_sigmoid) * y_sigmoid * (1 - y_sigmoid) * h[3]:.6f}")

# %% [markdown]
# Without $g'$ the number is more than four times too large. Moving a parameter and looking is called a *gradient check*.
# You will write a good one in a moment. First, back to the linear output.

# %% [markdown]
# ### One step back
#
# How does $h_3$ depend on $h_2$? Through $a_3 = w\,h_2 + u\,x_3 + b$ and $h_3 = \tanh(a_3)$. The slope of $\tanh$ has a
# convenient form: it can be written with the result alone.
#
# $$
# \frac{d\tanh(a)}{da} = 1 - \tanh^2(a), \qquad\text{so}\qquad \frac{dh_t}{da_t} = 1 - h_t^2 .
# $$
#
# Two links, two factors. They are the same at every step:
#
# $$
# \frac{dL}{da_t} = \frac{dL}{dh_t}\,(1 - h_t^2), \qquad\qquad \frac{dL}{dh_{t-1}} = \frac{dL}{da_t}\,w .
# $$
#
# **Predict**: how many times as large as $dL/dh_1$ is $dL/dh_3$? Between them stand $w = 0.5$ twice and two slopes $1 - h_t^2$, with
# $h_3 = 0.83$ and $h_2 = 0.36$.

# %%
guess = predict(...)

# %%
da3 = dh3 * (1 - h[3] ** 2)
dh2 = da3 * w
da2 = dh2 * (1 - h[2] ** 2)
dh1 = da2 * w
da1 = dh1 * (1 - h[1] ** 2)
print(f"dL/dh_3, dL/dh_2, dL/dh_1 = {dh3:.6f}, {dh2:.6f}, {dh1:.6f}")
print(f"dL/da_3, dL/da_2, dL/da_1 = {da3:.6f}, {da2:.6f}, {da1:.6f}")
guess.compare(dh3 / dh1, unit="times as large")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# About 15 times. The two slopes are $1 - 0.83^2 = 0.31$ and $1 - 0.36^2 = 0.87$, and $1 / (0.5 \cdot 0.31 \cdot 0.5 \cdot
# 0.87)$ is that.
#
# </details>

# %% [markdown]
# ### The sum over the steps
#
# Now the weight $w$. Imagine for a moment that each step had a $w$ of its own: $w_1$, $w_2$, $w_3$, all equal to 0.5 by
# accident. The weight $w_t$ stands only in $a_t = w_t\,h_{t-1} + \dots$, so its derivative is easy:
#
# $$
# \frac{dL}{dw_t} = \frac{dL}{da_t}\,h_{t-1} .
# $$
#
# In truth they are one weight. Growing $w$ by a little grows all three by that little, and the three effects on $L$ add up:
#
# $$
# \frac{dL}{dw} = \frac{dL}{da_3}\,h_2 + \frac{dL}{da_2}\,h_1 + \frac{dL}{da_1}\,h_0 .
# $$
#
# This is the whole trick of BPTT: **a shared weight collects one term from each step**. The same holds for $u$, which
# stands beside $x_t$, and for $b$, which stands alone.
#
# **Predict**: one of the three terms of $dL/dw$ is exactly 0, and one of $dL/du$. At which $t$? Two numbers.

# %%
guess = predict(..., ...)

# %%
print("            t = 3      t = 2      t = 1        sum")
for name, terms in {
    "dL/dw": [da3 * h[2], da2 * h[1], da1 * h[0]],
    "dL/du": [da3 * x[2], da2 * x[1], da1 * x[0]],
    "dL/db": [da3, da2, da1],
}.items():
    print(f"{name} " + "".join(f"{term + 0.0:11.6f}" for term in [*terms, sum(terms)]))
guess.compare([1 + h.index(0.0), 1 + x.index(0.0)], within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The term of $t = 1$ in $dL/dw$ is 0 because $h_0 = 0$: at the first step $w$ had nothing to multiply. That of $t = 2$ in $dL/du$ is
# 0 because $x_2 = 0$.
#
# </details>
#
# Both zeros are an accident of these numbers. In the exercise below there are none.

# %% [markdown]
# ### Every path with its number
#
# Write a term out, and you see the way that it went. The term of $t = 1$ in $dL/du$ is
#
# $$
# \underbrace{(y - d)}_{L \leftarrow y}\;
# \underbrace{v}_{y \leftarrow h_3}\;
# \underbrace{(1 - h_3^2)\,w}_{h_3 \leftarrow h_2}\;
# \underbrace{(1 - h_2^2)\,w}_{h_2 \leftarrow h_1}\;
# \underbrace{(1 - h_1^2)}_{h_1 \leftarrow a_1}\;
# \underbrace{x_1}_{a_1 \leftarrow u}
# $$
#
# A term is a **path** from the loss to one place where the weight is used, and it is the product of what stands along the
# path. The derivative is the sum over all paths.

# %%
for t in (3, 2, 1):
    product, factors = dy * v, [f"{dy:.4f}", f"{v:.4f}"]
    for k in range(3, t, -1):
        product *= (1 - h[k] ** 2) * w
        factors.append(f"({1 - h[k] ** 2:.4f} * {w})")
    product *= (1 - h[t] ** 2) * x[t - 1]
    factors += [f"{1 - h[t] ** 2:.4f}", f"{x[t - 1]:.0f}"]
    print(f"path to u at t = {t}: {' * '.join(factors)} = {product + 0.0:.6f}")

# %% [markdown]
# Look at the pairs in parentheses, $(1 - h_k^2)\,w$. There is one for each step between the loss and the place.
#
# **Predict**: a sequence of $T = 100$ steps with the loss at the end. How many such pairs are in the path to $t = 1$? And how
# large is the product if each pair is 0.3? If each is 0.9? If each is 1.1? Four numbers.

# %%
guess = predict(..., ..., ..., ...)

# %%
pairs = len(range(100, 1, -1))
print("pairs on the path to t = 1:", pairs)
for pair in (0.3, 0.9, 1.1):
    print(f"{pair} to the power of {pairs} = {pair**pairs:.3g}")
guess.compare([pairs, 0.3**pairs, 0.9**pairs, 1.1**pairs])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 99 pairs. With 0.3 nothing is left, not even in the 50th digit; with 0.9 a 34,000th is left; with 1.1 it has become twelve
# thousand times as large.
#
# </details>

# %% [markdown]
# Unless they are all close to 1, the product is nothing or huge. That is the problem of vanishing and exploding
# gradients; notebook 05 is about it. For now: the gradient itself is right. It may be tiny, but it is right.

# %% [markdown]
# ## Exercise: `scalar_bptt`
#
# *Difficulty 2 of 5 · 20 minutes · Objective: carry a derivative back through three steps, and collect the terms.*
#
# Another net of the same kind, with numbers that have no zero in them. Find the eight derivatives of $L$. Use paper and a
# calculator, or lines of Python like those above: you choose. Four digits after the point are enough. Put them in a dict with
# these keys:
#
# | key | derivative of $L$ with respect to |
# | --- | --- |
# | `"dv"`, `"dw"`, `"du"`, `"db"` | $v$, $w$, $u$, $b$ |
# | `"dh3"`, `"dh2"`, `"dh1"`, `"dh0"` | $h_3$, $h_2$, $h_1$, $h_0$ |

# %% nbgrader={"grade_id": "scalar_bptt", "solution": true}
w, u, b, v = mine("scalar_bptt", w=0.8, u=0.6, b=0.1, v=1.5)
x, d, h0 = [1.2, -0.7, 2.0], 0.3, 0.5

# scalar_bptt = {"dv": ..., "dh3": ..., "dh2": ..., "dh1": ..., "dh0": ..., "dw": ..., "du": ..., "db": ...}
### BEGIN SOLUTION
h = [h0]
for x_t in x:
    h.append(np.tanh(w * h[-1] + u * x_t + b))
y = v * h[3]
dy = y - d
dh3 = dy * v
da3 = dh3 * (1 - h[3] ** 2)
dh2 = da3 * w
da2 = dh2 * (1 - h[2] ** 2)
dh1 = da2 * w
da1 = dh1 * (1 - h[1] ** 2)
scalar_bptt = {
    "dv": dy * h[3],
    "dh3": dh3,
    "dh2": dh2,
    "dh1": dh1,
    "dh0": da1 * w,
    "dw": da3 * h[2] + da2 * h[1] + da1 * h[0],
    "du": da3 * x[2] + da2 * x[1] + da1 * x[0],
    "db": da3 + da2 + da1,
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_scalar_bptt", "points": 3}
check("scalar_bptt")

# %% [markdown]
# ## Walk back, step by step
#
# The next figure shows the backward pass of a net with $T = 5$. Read it from top to bottom: each row is one step further back
# in time. On the left, the number over a state is $dL/dh_t$, handed on from right to left. On the right are the terms of
# $dL/dw$ collected so far.
#
# Where the package `ipywidgets` is installed, a slider below shows one step at a time.
#
# **Predict**: at which $t$ is the term the largest, and at which the smallest, in size? Two numbers.

# %%
guess = predict(..., ...)

# %%
w, u, b, v, d = 0.9, 0.7, 0.0, 1.0, 1.0
h = [0.4]
for x_t in [0.5, -0.6, 1.2, -0.9, 0.6]:
    h.append(np.tanh(w * h[-1] + u * x_t + b))
dh, terms = [0.0] * 6, [0.0] * 5
dh[5] = (v * h[5] - d) * v
for t in range(5, 0, -1):
    da = dh[t] * (1 - h[t] ** 2)
    terms[t - 1] = da * h[t - 1]
    dh[t - 1] = da * w
print("h_0 to h_5:", np.round(h, 3))
print(f"dL/dw = {sum(terms):.6f}")
guess.compare([1 + np.argmax(np.abs(terms)), 1 + np.argmin(np.abs(terms))], within=0)

# %% tags=["figure"]
bptt_plots.walk_back(bptt_plots.Walk(h, dh, terms))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Did you guess the last one as the largest, since it is closest to the loss? Here it is the smallest: at $t = 5$ most of the derivative arrives, but the state that $w$
# multiplied there, $h_4$, is only 0.038. A term is a product, and each of its factors can make it small.
#
# </details>

# %% [markdown]
# ## A gradient check
#
# You can measure any derivative. For a function $L$ of one number $p$ and a small step $\varepsilon$,
#
# $$
# \frac{dL}{dp} \approx \frac{L(p + \varepsilon) - L(p - \varepsilon)}{2\,\varepsilon} .
# $$
#
# This is the **central** difference. The **one-sided** one, $\big(L(p + \varepsilon) - L(p)\big) / \varepsilon$, costs one call
# less. The Taylor series says what it costs in accuracy:
#
# $$
# L(p \pm \varepsilon) = L \pm \varepsilon L' + \tfrac12 \varepsilon^2 L'' \pm \tfrac16 \varepsilon^3 L''' + \dots
# $$
#
# In the central difference the terms with $\varepsilon^2$ cancel. Its error is about $\tfrac16 \varepsilon^2 L'''$, that of the
# one-sided difference about $\tfrac12 \varepsilon L''$.
#
# **Predict**: so is the smallest $\varepsilon$ the best? Numbers have 16 digits. What is left of the difference of two losses
# that agree in the first 12? Give the $\varepsilon$ at which the central difference is best, among the powers of ten from
# $10^{-14}$ to $10^{-1}$; write `1e-3` for $10^{-3}$.

# %%
guess = predict(...)


# %%
def loss_of_w(w):
    """Return the loss of the three-step net of the beginning, for any w."""
    h = 0.0
    for x_t in [1.0, 0.0, 1.0]:
        h = np.tanh(w * h + x_t)
    return (1.0 - h) ** 2 / 2


h_1 = np.tanh(1.0)
h_2 = np.tanh(0.5 * h_1)
h_3 = np.tanh(0.5 * h_2 + 1.0)
exact = (h_3 - 1) * (1 - h_3**2) * (h_2 + 0.5 * (1 - h_2**2) * h_1)  # dL/dw: the paths to t = 3 and t = 2
steps = 10.0 ** np.arange(-14, 0)
central = np.array([(loss_of_w(0.5 + e) - loss_of_w(0.5 - e)) / (2 * e) for e in steps])
one_sided = np.array([(loss_of_w(0.5 + e) - loss_of_w(0.5)) / e for e in steps])
central_error, one_sided_error = np.abs(central / exact - 1), np.abs(one_sided / exact - 1)
for e, c, o in zip(steps, central_error, one_sided_error, strict=True):
    print(f"eps = {e:.0e}   central {c:.1e}   one-sided {o:.1e}")
guess.compare(steps[central_error.argmin()])

# %% tags=["figure"]
plots.show(
    bptt_plots.gaps(steps, {"one-sided": one_sided_error, "central": central_error}),
    alt="Relative error of the measured slope over the step, both axes logarithmic. From right to left both errors "
    "fall, the central one twice as steeply, and then rise again. "
    f"Best: central {central_error.min():.0e} at eps = {steps[central_error.argmin()]:.0e}, one-sided "
    f"{one_sided_error.min():.0e} at eps = {steps[one_sided_error.argmin()]:.0e}.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# From right to left the error falls, as the Taylor series says, and then it **rises**: rounding takes over. The two losses agree in
# most of their digits, and the difference of the rest is divided by a tiny number. The central difference is at its best near
# $10^{-6}$, where its own error has become as small as that of rounding. The one-sided one has more of its own, so it still improves
# until $10^{-8}$, and its best is a few hundred times worse. For losses of order 1 in float64, central with $\varepsilon = 10^{-5}$ is a good choice.
#
# </details>
#
# ### What to compare
#
# You have two numbers for each entry of each parameter, the gradient $g$ and the measured slope $n$. Their difference alone
# says little: 0.001 is nothing beside 5000 and everything beside 0.002. So take the **relative error**
#
# $$
# \frac{|n - g|}{|n| + |g|}, \qquad \text{and 0 if both are 0} .
# $$
#
# It lies between 0 and 1, it looks like the end of the matter, and it has a flaw. Take a chain of $T$ steps,
# $h_t = \tanh(0.5\,h_{t-1} + x_t)$, with the loss at its end, and the derivative with respect to $h_0$. The exact one is a product of $T$
# factors of at most 0.5, so it shrinks with $T$. The measured one is the difference of two losses, and a loss carries a rounding error of
# about $10^{-16}$, which is then divided by $2 \varepsilon$.
#
# **Predict**: at $T = 5$ the two agree to many digits. What is the relative error of the *right* gradient at $T = 60$?

# %%
guess = predict(...)


# %%
def chain(h0, inputs):
    """Return the loss at the end of the chain, and its derivative with respect to h0."""
    h, slope = h0, 1.0
    for x_t in inputs:
        h = np.tanh(0.5 * h + x_t)
        slope *= 0.5 * (1 - h**2)
    return (1 - h) ** 2 / 2, (h - 1) * slope


print("  T   exact g     measured n   |n - g| / (|n| + |g|)   |n - g|")
for T in (5, 15, 30, 60):
    inputs = np.random.default_rng(T).normal(0, 0.5, T)
    g = chain(0.3, inputs)[1]
    n = (chain(0.3 + 1e-5, inputs)[0] - chain(0.3 - 1e-5, inputs)[0]) / 2e-5
    relative = abs(n - g) / (abs(n) + abs(g))
    print(f"{T:>3}  {g:+.1e}    {n:+.1e}     {relative:.1e}                 {abs(n - g):.1e}")
guess.compare(relative)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The gradient is right in every row. Yet the relative error climbs to 1, because the true slope has sunk below the noise of the
# difference: from $T = 30$ on the two losses are equal in all digits. Look at the last column: the difference itself stays tiny.
#
# </details>
#
# So a relative error of single entries condemns right gradients wherever they vanish. The usual remedy is a **floor**. For each array,
# with its measured slopes $n$ and its gradient $g$, take
#
# $$
# \text{error} = \frac{\max |n - g|}{\max\big(1,\; \max |n|\big)} ,
# $$
#
# and of all arrays the **largest**. Not the mean, and not the norm of everything: one wrong entry among a thousand right ones would
# drown in them. Where slopes are large this is relative to the largest. Where they are small it is absolute, and noise no longer counts.
#
# It has a price: of an array that is tiny *as a whole* it says nothing, since every number below $10^{-6}$ passes. Hence the second half of
# the rule: **check on short sequences**, five steps or so, with weights of order 1, where no gradient is tiny. The code is the same for 5
# steps and for 500.
#
# One trap more. What is `max(0.3, nan)` in Python? And what will your check say about a network whose loss is `nan`?

# %%
print("max(0.3, nan) =", max(0.3, float("nan")))
print("nan < 1e-6 is", float("nan") < 1e-6)

# %% [markdown]
# Every comparison with `nan` is False, so `max` keeps the 0.3 and forgets the `nan`. A check that is built on it would pass
# a network in which nothing works.

# %% [markdown]
# ## Exercise: `gradient_check`
#
# *Difficulty 3 of 5 · 25 minutes · Objective: a check of gradients that no mistake gets through.*
#
# It will be your tool for the rest of the course. Entries are changed one at a time. `np.ndindex(value.shape)` gives the
# index of every entry of an array of any shape.


# %% nbgrader={"grade_id": "gradient_check", "solution": true}
def gradient_check(loss, params, grads, eps=1e-5):
    """Return the largest error of `grads`, measured with central differences of step `eps`.

    loss   : function; loss(params) returns a number
    params : dict of name to array (floats; of any shape, also (), and in any memory layout, as a transpose has)
    grads  : dict of the same names, perhaps in another order; grads[name] has the shape of params[name]
    eps    : float, the step: each slope is (loss at p + eps, minus loss at p - eps) / (2 eps)

    For measured slopes n and given gradients g, the error of an array is its largest |n - g|, divided by its largest |n|
    or by 1, whichever is more. The answer is the largest error of all arrays. If any n or g is not finite, it is
    np.inf (nan is accepted too), never a small number.

    params is the same afterwards, bit for bit. You may change entries on the way and write them back.

    Returns a number.
    """
    ### BEGIN SOLUTION
    worst = 0.0
    for name, value in params.items():
        numeric = np.zeros(value.shape)
        for index in np.ndindex(value.shape):
            old = value[index]
            value[index] = old + eps
            up = loss(params)
            value[index] = old - eps
            down = loss(params)
            value[index] = old
            numeric[index] = (up - down) / (2 * eps)
        difference = np.abs(numeric - grads[name]).max()
        error = difference / max(1.0, np.abs(numeric).max())
        if not np.isfinite(error):
            return np.inf
        worst = max(worst, error)
    return worst
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gradient_check", "points": 4}
check(gradient_check)

# %% [markdown]
# Try it on something you know: the sum of all $p^3$ has the gradient $3 p^2$. Hand in that one, and then $2 p^2$, a slip.
# **Predict** whether each passes, if 0.000001 is the most that you allow.

# %%
guess = predict(..., ..., among=("passes", "fails"))

# %%
params = {"p": np.array([[0.5, -1.0], [2.0, 0.1]])}


def sum_of_cubes(params):
    """Return the sum of the cubes of all entries."""
    return (params["p"] ** 3).sum()


right_error = gradient_check(sum_of_cubes, params, {"p": 3 * params["p"] ** 2})
wrong_error = gradient_check(sum_of_cubes, params, {"p": 2 * params["p"] ** 2})
print(f"right gradient, 3 p^2: {right_error:.1e}")
print(f"wrong gradient, 2 p^2: {wrong_error:.1e}")
guess.compare(["passes" if error < 1e-6 else "fails" for error in (right_error, wrong_error)])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The right one passes. The slip fails: at $p = 2$ it says 8 where the slope is 12, so its error is $4 / 12$.
#
# </details>

# %% [markdown]
# ### How to read the number
#
# In float64, with $\varepsilon = 10^{-5}$, for smooth losses of order 1:
#
# | largest error | verdict |
# | --- | --- |
# | below $10^{-6}$ | right |
# | between | look closer: a loss that is large or not smooth, or a slip in a small term. Shorten the sequence and check again |
# | above $10^{-4}$ | wrong |
#
# This is a good place for a break.

# %% [markdown]
# ## Losses, and where the gradient starts
#
# Backpropagation needs a first gradient, that of the loss with respect to the output. For three losses you will write the
# loss and this gradient together, since they must belong to the same function. Over a batch they are **sums** here. Some
# books take means; then both loss and gradient are divided by the same number.
#
# ### Squared error
#
# $L = \tfrac12 \sum (d - y)^2$ over all entries. It is used when the answer is a quantity, such as tomorrow's temperature.
# The $\tfrac12$ is there to cancel the 2.

# %% [markdown]
# ### Exercise: `squared_error`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: a loss and its gradient, with the right sign.*


# %% nbgrader={"grade_id": "squared_error", "solution": true}
def squared_error(y, d):
    """Return half the sum of squared differences, and its gradient with respect to y.

    y : (N, K) or (N, T, K)   outputs
    d : the same shape        desired outputs

    Returns loss, dy: a number, and an array of the shape of y. Both are sums, not means.
    """
    ### BEGIN SOLUTION
    e = y - d
    return 0.5 * (e**2).sum(), e
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_squared_error", "points": 1}
check(squared_error)

# %% [markdown]
# ### Sigmoid and cross-entropy: yes or no
#
# For a yes-or-no question the output is one **logit** $z$, any number, and $p = \sigma(z) = 1 / (1 + e^{-z})$ is the
# probability of *yes*. The target $d$ is 1 or 0, or a number between them where the label itself is uncertain. The loss is
# the **cross-entropy**
#
# $$
# L = -\,d \log p - (1 - d) \log (1 - p) .
# $$
#
# If $d = 1$ only the first part counts, and if $d = 0$ only the second. For $d = 1$ the loss is small when $p$ is close to 1
# and grows without bound when $p$ goes to 0.
#
# The gradient with respect to $z$ has two links. From $L$ to $p$, then from $p$ to $z$ with the slope $p (1 - p)$:
#
# $$
# \frac{dL}{dz} = \Big( -\frac{d}{p} + \frac{1 - d}{1 - p} \Big)\, p\,(1 - p) = -d\,(1 - p) + (1 - d)\,p = p - d .
# $$
#
# Everything cancels. The gradient is *what you said minus what was true*.
#
# **A trap.** The true loss for $z = -800$, $d = 1$ is 800. **Predict** what NumPy makes of the formula.

# %%
guess = predict(..., among=("800", "0", "inf", "nan"))

# %%
z = -800.0
with np.errstate(over="ignore", divide="ignore"):
    p = 1 / (1 + np.exp(-z))
    print("p =", p, "  -log p =", -np.log(p))
    print(f"-log(p + 1e-12) = {-np.log(p + 1e-12):.1f}")
    guess.compare(f"{-np.log(p):g}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# $p$ is about $10^{-347}$, which float64 cannot hold, so it is 0 and its logarithm has no bound.
#
# </details>
#
# The true loss is 800, since for very negative $z$ it is nearly $-z$. Put the formula together before you compute it:
#
# $$
# -\log \sigma(z) = \log(1 + e^{-z}), \qquad -\log (1 - \sigma(z)) = z + \log(1 + e^{-z}),
# $$
#
# so $L = (1 - d)\,z + \log(1 + e^{-z})$. For $z \ge 0$ this is fine as it stands. For $z < 0$ use
# $\log(1 + e^{-z}) = -z + \log(1 + e^{z})$. Both cases in one line:
#
# $$
# L = \max(z, 0) - z\,d + \log\!\big(1 + e^{-|z|}\big) .
# $$
#
# The exponential never exceeds 1 now. `np.log1p(e)` is $\log(1 + e)$, accurate for small $e$.
#
# Often you see `np.log(p + 1e-12)` instead. It hides the infinity, and it is wrong: the second line above says 27.6 where the
# loss is 800.

# %% [markdown]
# ### Exercise: `binary_cross_entropy`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: a loss that stays right for extreme logits.*


# %% nbgrader={"grade_id": "binary_cross_entropy", "solution": true}
def binary_cross_entropy(logits, d):
    """Return the cross-entropy of sigmoid(logits) against d, and its gradient with respect to the logits.

    logits : (N,)   any finite numbers, also as large as 900
    d      : (N,)   targets, from 0 to 1, both ends and everything between

    Returns loss, dlogits: a number, and (N,). Both are sums over the batch, not means. No inf, no nan.
    """
    ### BEGIN SOLUTION
    loss = np.maximum(logits, 0) - logits * d + np.log1p(np.exp(-np.abs(logits)))  # (N,)
    e = np.exp(-np.abs(logits))  # (N,), at most 1
    p = np.where(logits >= 0, 1 / (1 + e), e / (1 + e))  # (N,)
    return loss.sum(), p - d
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_binary_cross_entropy", "points": 2}
check(binary_cross_entropy)

# %% [markdown]
# ### Softmax over time: one of K, at every step
#
# Now $K$ classes, and a target at *every* step: logits of shape $(N, T, K)$, targets of shape $(N, T)$ with class numbers from 0
# to $K - 1$. For one row $z$ of $K$ logits with target $c$,
#
# $$
# p = \text{softmax}(z), \qquad L = -\log p_c, \qquad \frac{dL}{dz_k} = p_k - [k = c] ,
# $$
#
# where $[k = c]$ is 1 if $k = c$ and 0 otherwise: a one-hot row. It is $p - d$ again. Why? Write the loss out,
#
# $$
# L = -z_c + \log \sum_j e^{z_j},
# $$
#
# and differentiate: the first part gives $-[k = c]$, the second gives $e^{z_k} / \sum_j e^{z_j} = p_k$.
#
# The loss of the batch is the sum over all examples and all steps. A row does not know of the other rows, so the gradient
# of the sum is just all rows' gradients, in one array of shape $(N, T, K)$.
#
# Softmax as in notebook 02 is safe, but its logarithm is not: a $p_c$ of $10^{-400}$ is 0. So compute $\log p$ directly:
#
# $$
# \log p_k = (z_k - m) - \log \sum_j e^{z_j - m}, \qquad m = \max_j z_j .
# $$

# %% [markdown]
# ### Exercise: `cross_entropy`
#
# *Difficulty 3 of 5 · 20 minutes · Objective: the loss of a classifier at every step, safe and with its gradient.*


# %% nbgrader={"grade_id": "cross_entropy", "solution": true}
def cross_entropy(logits, targets):
    """Return the cross-entropy of softmax(logits), summed over examples and steps, and its gradient.

    logits  : (N, T, K)       any finite numbers, also in the thousands
    targets : (N, T) int      classes, from 0 to K - 1

    Returns loss, dlogits: a number, and (N, T, K). Both are sums, not means. No inf, no nan. logits is left as it
    was.
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=-1, keepdims=True)  # (N, T, K)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))  # (N, T, K)
    one_hot = np.eye(logits.shape[-1])[targets]  # (N, T, K)
    loss = -(one_hot * log_p).sum()
    dlogits = np.exp(log_p) - one_hot
    return loss, dlogits
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_cross_entropy", "points": 3}
check(cross_entropy)

# %% [markdown]
# Now use your own tool on your own function, as you would with any gradient. A network with $K = 4$ classes that knows nothing
# gives each class $p = 1/4$. **Predict** the loss of 6 such rows.

# %%
guess = predict(...)

# %%
rng = np.random.default_rng(3)
targets = rng.integers(0, 4, (2, 3))  # (N, T)
knows_nothing = cross_entropy(np.zeros((2, 3, 4)), targets)[0]
print(f"loss of a network that knows nothing: {knows_nothing:.4f}")
guess.compare(knows_nothing)
print(f"6 log 4 = {6 * np.log(4):.4f}")
params = {"logits": rng.normal(size=(2, 3, 4))}
grads = {"logits": cross_entropy(params["logits"], targets)[1]}
error = gradient_check(lambda p: cross_entropy(p["logits"], targets)[0], params, grads)
print(f"largest error of the gradient: {error:.1e}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Each row costs $-\ln \tfrac14 = \ln 4 = 1.386$, and six of them 8.318.
#
# </details>

# %% [markdown]
# Remember this number for training: $\log K$ for each row is what guessing costs. A random network with weights of order 1 is sure
# of things it cannot know, and starts above: you will see factors of 1.1 and 1.4 below. A factor of ten is a sign of a mistake, or of
# weights that are far too large.

# %% [markdown]
# ## From numbers to matrices
#
# One rule does all the work from here on. Let $Z = X W$ with shapes $(N, K) = (N, H)\,(H, K)$, and let $dZ$ be the gradient of $L$ with
# respect to $Z$: an array of the shape of $Z$ that holds $dL/dZ_{nk}$. Then
#
# $$
# \underbrace{dX}_{(N, H)} = \underbrace{dZ}_{(N, K)}\,\underbrace{W^\top}_{(K, H)},
# \qquad
# \underbrace{dW}_{(H, K)} = \underbrace{X^\top}_{(H, N)}\,\underbrace{dZ}_{(N, K)} .
# $$
#
# You do not have to believe it. Entry by entry, $Z_{nk} = \sum_i X_{ni} W_{ik}$. The entry $X_{ni}$ is in $Z_{nk}$ for every $k$, with
# the factor $W_{ik}$. So $dX_{ni} = \sum_k dZ_{nk} W_{ik}$, which is row $n$ of $dZ$ times column $i$ of $W^\top$. The entry $W_{ik}$ is in
# $Z_{nk}$ for every $n$, with the factor $X_{ni}$. So $dW_{ik} = \sum_n X_{ni}\,dZ_{nk}$: the **sum over the batch** is inside the product.
#
# A bias is added to every row, so its gradient adds up all rows: $db = \sum_n dZ_n$.
#
# **The shapes are your best check**: a gradient has the shape of what it belongs to, and often only one product fits. Often, but
# not with a square matrix. Both $dZ\,W$ and $dZ\,W^\top$ fit then, and only one is right.

# %% [markdown]
# ### Exercise: `output_backward`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: go back through a layer that is shared by all steps.*
#
# The output layer of notebook 02 is $z_t = h_t W_{hy} + b_y$ at every step. Given the gradient of the logits, find those of the
# states, of $W_{hy}$ and of $b_y$. The weights are used $N\,T$ times, once for each example and step. What does that mean for $dW_{hy}$?
#
# The rule above is for matrices, and here are three axes. To the shared weights, an example and a step are the same thing: one row.
# So either flatten the first two axes to one of $N\,T$ rows (`reshape(-1, H)`) and use the rule, or loop over the steps and add up.
# `h.T` does neither: it turns all three axes round.


# %% nbgrader={"grade_id": "output_backward", "solution": true}
def output_backward(dlogits, h, Why):
    """Go back through logits = h @ Why + by.

    dlogits : (N, T, K)   gradient of the loss with respect to the logits
    h       : (N, T, H)   states
    Why     : (H, K)

    Returns dh (N, T, H), dWhy (H, K), dby (K,), in this order.
    """
    ### BEGIN SOLUTION
    dh = dlogits @ Why.T  # (N, T, K) (K, H) -> (N, T, H)
    dWhy = np.einsum("nth,ntk->hk", h, dlogits)  # summed over examples and steps
    dby = dlogits.sum(axis=(0, 1))  # (K,)
    return dh, dWhy, dby
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_output_backward", "points": 2}
check(output_backward)

# %% [markdown]
# ## One step of the cell, backwards
#
# The cell is $h = \tanh(a)$ with $a = x_t W_{xh} + h_{prev} W_{hh} + b_h$. Suppose you have $dh$, the gradient of $L$ with respect to the
# new state, shape $(N, H)$. In this section it is **complete**: everything that the loss owes to this state is in it, from its own
# output and from all later steps. First through the activation, entry by entry:
#
# $$
# \underbrace{da}_{(N, H)} = \underbrace{dh}_{(N, H)} \odot \underbrace{(1 - h^2)}_{(N, H)}
# $$
#
# The sign $\odot$ is multiplication entry by entry, `*` in NumPy. Then the rule of products, twice, and the bias:
#
# | gradient | product | shapes |
# | --- | --- | --- |
# | $dx_t$ | $da\,W_{xh}^\top$ | $(N, H)\,(H, D) = (N, D)$ |
# | $dh_{prev}$ | $da\,W_{hh}^\top$ | $(N, H)\,(H, H) = (N, H)$ |
# | $dW_{xh}$ | $x_t^\top\,da$ | $(D, N)\,(N, H) = (D, H)$ |
# | $dW_{hh}$ | $h_{prev}^\top\,da$ | $(H, N)\,(N, H) = (H, H)$ |
# | $db_h$ | sum of $da$ over the batch | $(H,)$ |
#
# Compare with the scalar net: $dL/da_t = dL/dh_t\,(1 - h_t^2)$, then times $w$, times $h_{t-1}$, times $x_t$. It is the same, in
# the same order.
#
# In which of the five lines could you forget a transpose without any error message?

# %% [markdown]
# ## Exercise: `rnn_step_backward`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: the five gradients of a step, each with its shape.*


# %% nbgrader={"grade_id": "rnn_step_backward", "solution": true}
def rnn_step_backward(dh, x_t, h_prev, h, Wxh, Whh):
    """Go back through one step, h = tanh(x_t Wxh + h_prev Whh + bh).

    dh     : (N, H)   gradient of the loss with respect to h
    x_t    : (N, D)   input of the step
    h_prev : (N, H)   state before the step
    h      : (N, H)   state after the step, the result of tanh
    Wxh    : (D, H)
    Whh    : (H, H)

    Returns dx_t (N, D), dh_prev (N, H), dWxh (D, H), dWhh (H, H), dbh (H,), in this order.
    """
    ### BEGIN SOLUTION
    da = dh * (1 - h**2)  # (N, H)
    return da @ Wxh.T, da @ Whh.T, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_step_backward", "points": 4}
check(rnn_step_backward)

# %% [markdown]
# ## All steps, backwards
#
# Now the network answers at *every* step, so there is a loss $L_t$ at every step and $L = \sum_t L_t$. The state $h_t$ is used twice:
#
# - by the output of its own step, which sends back the gradient that `output_backward` computed: `dh[:, t]`
# - by the next step, which sends back its `dh_prev`: we call it `dh_next`
#
# Mind the letters. From here on the array `dh` $(N, T, H)$ holds the **first part only**, what each state gets from its own output. The
# complete one, which `rnn_step_backward` wants, does not exist until you make it:
# where a quantity is used twice, the gradients of both uses add up:
#
# $$
# \underbrace{\frac{\partial L}{\partial h_t}}_{(N, H)} =
# \underbrace{\frac{\partial L_t}{\partial h_t}}_{\text{its own output}} +
# \underbrace{da_{t+1}\,W_{hh}^\top}_{\text{the next step}}
# $$
#
# After the last step there is no next step: there `dh_next` is 0. Before the first step there is $h_0$: what comes out of
# the first step as `dh_prev` is $dh_0$. You need it when the initial state was itself computed by something, as in notebook 08.
#
# The weights are shared, so their gradients collect one term from each step:
#
# $$
# dW_{xh} = \sum_{t=1}^{T} x_t^\top da_t, \qquad
# dW_{hh} = \sum_{t=1}^{T} h_{t-1}^\top da_t, \qquad
# db_h = \sum_{t=1}^{T} \sum_n da_{t,n} .
# $$
#
# **Think before you write.** In which order must the loop run, and why? What is $h_{t-1}$ at the first step?

# %% [markdown]
# ## Exercise: `rnn_backward`
#
# *Difficulty 4 of 5 · 35 minutes · Objective: backpropagation through time for a batch, with a loss at every step.*
#
# You may call your `rnn_step_backward`. The check knows many ways in which this function goes wrong. Most of them give the
# right shapes, and some of them train.


# %% nbgrader={"grade_id": "rnn_backward", "solution": true}
def rnn_backward(dh, x, h0, h, Wxh, Whh):
    """Go back through all steps of h = rnn_forward(x, h0, Wxh, Whh, bh).

    dh  : (N, T, H)   gradient that reaches each state from the output of its own step
    x   : (N, T, D)   inputs
    h0  : (N, H)      state before the first step
    h   : (N, T, H)   states after each step
    Wxh : (D, H)
    Whh : (H, H)

    Returns dx (N, T, D), dh0 (N, H), dWxh (D, H), dWhh (H, H), dbh (H,), in this order. They are the full gradients of
    the summed loss: nothing is averaged, clipped or cut off. dh is left as it was.
    """
    ### BEGIN SOLUTION
    T, H = h.shape[1:]
    dx, dh_next = np.zeros_like(x), np.zeros_like(h0)
    dWxh, dWhh, dbh = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros(H)
    for t in reversed(range(T)):
        h_prev = h[:, t - 1] if t > 0 else h0  # (N, H)
        dh_t = dh[:, t] + dh_next  # (N, H): its own output, and the next step
        dx[:, t], dh_next, dWxh_t, dWhh_t, dbh_t = rnn_step_backward(dh_t, x[:, t], h_prev, h[:, t], Wxh, Whh)
        dWxh += dWxh_t
        dWhh += dWhh_t
        dbh += dbh_t
    return dx, dh_next, dWxh, dWhh, dbh
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_backward", "points": 6}
check(rnn_backward)

# %% [markdown]
# ## Three ways, one gradient
#
# ### The scalar net of the beginning
#
# A scalar net is a network with $N = D = H = 1$. Your function must give the numbers that we found by hand. And there is a third
# way, which uses no recursion at all: add up all paths, as at the beginning, each now a product of matrices.
#
# **One link.** Take one example. Unit $j$ of the new state is $h_{k,j} = \tanh(a_{k,j})$ with
# $a_{k,j} = \dots + \sum_i h_{k-1,i}\,W_{hh,ij}$. Unit $i$ of the old state stands in it once, with the factor $W_{hh,ij}$. So
#
# $$
# \frac{\partial h_{k,j}}{\partial h_{k-1,i}} = W_{hh,ij}\,(1 - h_{k,j}^2) .
# $$
#
# All of them in one table, row $i$ and column $j$, are the **Jacobian** $J_k$ of shape $(H, H)$. It is $W_{hh}$ with column $j$ multiplied by the
# slope of unit $j$. A product from the right with a **diagonal matrix**, which has the slopes on its diagonal and zeros
# elsewhere, does just that: $J_k = W_{hh}\,\text{diag}(1 - h_k^2)$.
#
# **Back through one link.** Unit $i$ of the old state acts on every unit of the new one, so its gradient is a sum over $j$:
#
# $$
# \frac{\partial L}{\partial h_{k-1,i}} = \sum_j \frac{\partial L}{\partial h_{k,j}}\,J_{k,ij},
# \qquad\text{as rows:}\qquad dh_{k-1} = dh_k\,J_k^\top .
# $$
#
# Going back, the row multiplies the *transposed* Jacobian. Insert $J_k$, and it is your step: $dh_k\,\text{diag}(1 - h_k^2)\,W_{hh}^\top = da_k W_{hh}^\top$.
#
# **A whole path.** For the loss of step $s$, the gradient with respect to $a_t$ is one long product. Read from left to right, it goes
# back in time from $s$ to $t$:
#
# $$
# \frac{\partial L_s}{\partial a_t} = \Big[ \tfrac{\partial L_s}{\partial h_s}\, J_s^\top\, J_{s-1}^\top \cdots J_{t+1}^\top \Big] \odot (1 - h_t^2) .
# $$
#
# The next cell writes that down with three loops: over the loss at $s$, over the place of use $t \le s$, and over the links between
# them. **Predict**: for $T = 3$ steps with a loss at each, how many pairs $(s, t)$ are there, and how many links in all of them together?

# %%
guess = predict(..., ...)


# %%
def sum_over_paths(dh, x, h0, h, Wxh, Whh):
    """Return dWxh, dWhh, dbh of ONE example as a sum over all pairs (loss at s, use of the weights at t <= s).

    dh, h : (T, H), x : (T, D), h0 : (H,)
    """
    before = np.vstack([h0[None], h[:-1]])  # (T, H): the state before each step
    dWxh, dWhh, dbh = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros(len(Whh))
    for s in range(len(h)):
        for t in range(s + 1):
            path = np.eye(len(Whh))
            for k in range(s, t, -1):
                path = path @ (Whh @ np.diag(1 - h[k] ** 2)).T  # (H, H)
            da = dh[s] @ path * (1 - h[t] ** 2)  # (H,)
            dWxh, dWhh, dbh = dWxh + np.outer(x[t], da), dWhh + np.outer(before[t], da), dbh + da
    return dWxh, dWhh, dbh


paths_of_three = [(s, t) for s in range(3) for t in range(s + 1)]
guess.compare([len(paths_of_three), sum(s - t for s, t in paths_of_three)], within=0)

# by hand: the numbers of the first section
h1, h2, h3 = np.tanh(1.0), np.tanh(0.5 * np.tanh(1.0)), np.tanh(0.5 * np.tanh(0.5 * np.tanh(1.0)) + 1.0)
da3 = (h3 - 1) * (1 - h3**2)
da2 = da3 * 0.5 * (1 - h2**2)
da1 = da2 * 0.5 * (1 - h1**2)
by_hand = np.array([da3 * 1 + da2 * 0 + da1 * 1, da3 * h2 + da2 * h1 + da1 * 0, da3 + da2 + da1])

# the same as matrices, and by your function
x, h0 = np.array([[[1.0], [0.0], [1.0]]]), np.zeros((1, 1))  # (N, T, D), (N, H)
h = np.array([[[h1], [h2], [h3]]])  # (N, T, H)
dh = np.array([[[0.0], [0.0], [h3 - 1]]])  # (N, T, H): a loss at the last step only
Wxh, Whh = np.array([[1.0]]), np.array([[0.5]])
by_paths = np.array([g.item() for g in sum_over_paths(dh[0], x[0], h0[0], h[0], Wxh, Whh)])
by_you = np.array([g.item() for g in rnn_backward(dh, x, h0, h, Wxh, Whh)[2:]])
for row in zip(["dL/du", "dL/dw", "dL/db"], by_hand, by_paths, by_you, strict=True):
    print("{}  by hand {:.6f}   paths {:.6f}   yours {:.6f}".format(*row))
largest = max(np.abs(by_hand - by_paths).max(), np.abs(by_hand - by_you).max())
print(f"largest difference {largest:.1e}, below 1e-10: {largest < 1e-10}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Six pairs: the loss at step 1 meets one use, that at step 2 two, that at step 3 three. The links between them are $0$; $1,
# 0$; $2, 1, 0$: four in all.
#
# </details>

# %% [markdown]
# ### A network with a loss at every step
#
# Now with $N = 3$, $T = 6$, $D = 4$, $H = 5$, $K = 2$: all sizes different, no state zero. Three ways again: your functions, the sum over
# all paths, and a measurement, which knows no calculus. For the measurement we need the forward pass, which is the loop of notebook 02.
#
# **Predict**: the two calculations differ only in the order of their sums. How large is the largest difference between them?

# %%
guess = predict(..., among=("about 1e-5", "about 1e-10", "about 1e-15", "exactly 0"))


# %%
def forward(params, x, h0):
    """Return states (N, T, H) and logits (N, T, K)."""
    h_prev, states = h0, []
    for x_t in x.swapaxes(0, 1):
        h_prev = np.tanh(x_t @ params["Wxh"] + h_prev @ params["Whh"] + params["bh"])
        states.append(h_prev)
    h = np.stack(states, axis=1)
    return h, h @ params["Why"] + params["by"]


def loss_and_grads(params, x, h0, targets):
    """Return the loss and the gradients of all five parameters, by your functions."""
    h, logits = forward(params, x, h0)
    loss, dlogits = cross_entropy(logits, targets)
    dh, dWhy, dby = output_backward(dlogits, h, params["Why"])
    _, _, dWxh, dWhh, dbh = rnn_backward(dh, x, h0, h, params["Wxh"], params["Whh"])
    return loss, {"Wxh": dWxh, "Whh": dWhh, "bh": dbh, "Why": dWhy, "by": dby}


rng = np.random.default_rng(4)
N, T, D, H, K = 3, 6, 4, 5, 2
shapes = {"Wxh": (D, H), "Whh": (H, H), "bh": (H,), "Why": (H, K), "by": (K,)}
params = {name: rng.normal(0, 0.6, shape) for name, shape in shapes.items()}
x, h0, targets = rng.normal(size=(N, T, D)), rng.normal(0, 0.5, (N, H)), rng.integers(0, K, (N, T))

loss, grads = loss_and_grads(params, x, h0, targets)
h, logits = forward(params, x, h0)
dh = output_backward(cross_entropy(logits, targets)[1], h, params["Why"])[0]
one_by_one = [sum_over_paths(dh[n], x[n], h0[n], h[n], params["Wxh"], params["Whh"]) for n in range(N)]
paths = dict(zip(["Wxh", "Whh", "bh"], map(sum, zip(*one_by_one, strict=True)), strict=True))
difference = max(np.abs(paths[name] - grads[name]).max() for name in paths)
print(f"loss {loss:.4f}, guessing costs {N * T * np.log(K):.4f}")
print(f"paths against your functions: largest difference {difference:.1e}, below 1e-10: {difference < 1e-10}")
guess.compare("exactly 0" if difference == 0 else f"about 1e-{5 * round(-np.log10(difference) / 5)}")
error = gradient_check(lambda p: cross_entropy(forward(p, x, h0)[1], targets)[0], params, grads)
print(f"your gradient_check of all {sum(p.size for p in params.values())} parameters: {error:.1e}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Some $10^{-16}$ each, so about 1e-15: two ways to add the same numbers differ in the last bit of each sum.
#
# </details>

# %% [markdown]
# Why then the recursion, if paths give the same? Count. There are $T (T + 1) / 2$ pairs of a loss and a use, and each path has up to $T - 1$
# matrix products. The recursion shares them: one product for each step, because all paths into a step's past go through the
# same `dh_next`. **Predict**: for $T = 100$ that is 100 products instead of how many?

# %%
guess = predict(...)

# %%
products = sum(s - t for s in range(100) for t in range(s + 1))
print("products along all paths for T = 100:", products)
guess.compare(products)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 166,650. A pair at a distance of $s - t$ needs as many products, and that is the sum of all distances.
#
# </details>

# %% [markdown]
# ## The same gradient, forwards
#
# Backwards is not the only way to share the work. Go back to the scalar net and differentiate $h_t = \tanh(w\,h_{t-1} + u\,x_t + b)$ with
# respect to $w$. It stands there once openly, and once inside $h_{t-1}$:
#
# $$
# \frac{dh_t}{dw} = (1 - h_t^2)\,\Big( h_{t-1} + w\,\frac{dh_{t-1}}{dw} \Big), \qquad \frac{dh_0}{dw} = 0 .
# $$
#
# That is a recursion that runs **with** the network. At every step you hold the state and its derivative, and nothing of the past. At
# the end, $dL/dw = (dL/dh_3)\,(dh_3/dw)$. It is called *real-time recurrent learning*. For matrices, what you hold is the derivative of each
# of the $H$ units with respect to each of the $H^2$ weights, for each example: `S` of shape $(N, H, H, H)$, where `S[n, i, j, k]` says
# how unit $k$ changes with the weight in row $i$ and column $j$ of $W_{hh}$.
#
# **Predict** for $H = 100$ and one example: how many numbers does the forward way hand from step to step? The backward way hands on
# `dh_next`: how many are those?

# %%
guess = predict(..., ...)

# %%
# the scalar net of the beginning: w = 0.5, u = 1, b = 0, inputs 1, 0, 1
h_scalar, slope = 0.0, 0.0
for x_t in (1.0, 0.0, 1.0):
    h_new = np.tanh(0.5 * h_scalar + x_t)
    slope = (1 - h_new**2) * (h_scalar + 0.5 * slope)  # dh_t/dw
    h_scalar = h_new
print(f"dL/dw forwards:  {(h_scalar - 1) * slope:.6f}")
print(f"dL/dw backwards: {by_you[1]:.6f}")

# the network of the cell above, with a loss at every step
before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)  # (N, T, H)
S, dWhh = np.zeros((N, H, H, H)), np.zeros((H, H))
for t in range(T):
    direct = before[:, t, :, None, None] * np.eye(H)  # (N, H, H, H): h_prev of unit i, into unit k = j only
    S = (direct + S @ params["Whh"]) * (1 - h[:, t] ** 2)[:, None, None, :]
    dWhh += np.einsum("nijk,nk->ij", S, dh[:, t])  # the loss of this step
print(f"dWhh forwards against backwards: largest difference {np.abs(dWhh - grads['Whh']).max():.1e}")
guess.compare([100**3, 100])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# $H \cdot H^2 = 100^3$, a million numbers, for $W_{hh}$ alone. Backwards it is one row of 100.
#
# </details>

# %% [markdown]
# The same gradient, to the last digits. So why does everybody go backwards? Count what a step costs, for one example:
#
# | | handed on | multiplications in a step | kept for later |
# | --- | --- | --- | --- |
# | forwards | $H^3$ numbers | about $H^4$ | nothing |
# | backwards | $H$ numbers | about $H^2$ | all states: $T \cdot H$ numbers |
#
# Many weights and **one** loss: the way that starts at the one is cheaper. Forwards you carry an answer for every weight. Backwards
# you carry a single row, for the one number at the end, and it serves all weights.
#
# The price is the last column. **Training needs memory that grows with $T$**: the way back wants every state. Using a network does
# not, since each state may replace the one before. With $N = 32$, $T = 1{,}000$, $H = 256$ in float64, the states are
# $32 \cdot 1{,}000 \cdot 256 \cdot 8$ bytes, 66 MB, against 66 kB for use. Notebook 04 cuts the way back short for this reason.

# %% [markdown]
# ## A wrong gradient that trains
#
# Does one need a check, when one could just watch the loss fall? Here are two of the most common mistakes. Both can be had
# from your right function by handing it a wrong `Whh`:
#
# - **Whh not transposed** on the way back: hand in `Whh.T`, which is transposed again to `Whh`.
# - **no gradient through time**: hand in zeros, so that nothing flows from a step to the one before.
#
# **Predict**, for each of them: does the loss of a small network still fall below a tenth of its first value?

# %%
guess = predict(..., ..., among=("yes", "no"))


# %%
def train(change, steps=150, rate=0.02):
    """Train from the same start with Whh changed in the backward pass; return cosine, error, first and last loss."""
    rng = np.random.default_rng(5)
    shapes = {"Wxh": (4, 8), "Whh": (8, 8), "bh": (8,), "Why": (8, 3), "by": (3,)}
    params = {name: rng.normal(0, 0.4, shape) for name, shape in shapes.items()}
    x, h0, targets = rng.normal(size=(6, 5, 4)), np.zeros((6, 8)), rng.integers(0, 3, (6, 5))

    def step():
        h, logits = forward(params, x, h0)
        loss, dlogits = cross_entropy(logits, targets)
        dh, dWhy, dby = output_backward(dlogits, h, params["Why"])
        _, _, dWxh, dWhh, dbh = rnn_backward(dh, x, h0, h, params["Wxh"], change(params["Whh"]))
        return loss, {"Wxh": dWxh, "Whh": dWhh, "bh": dbh, "Why": dWhy, "by": dby}

    first, wrong = step()
    right = loss_and_grads(params, x, h0, targets)[1]
    error = gradient_check(lambda p: cross_entropy(forward(p, x, h0)[1], targets)[0], params, wrong)
    a, b = (np.concatenate([g[name].ravel() for name in shapes]) for g in (wrong, right))
    cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    for _ in range(steps):
        last, grads = step()
        for name in params:
            params[name] -= rate * grads[name]
    return cosine, error, first, last


print("                             cosine   check error   first loss   last loss")
falls = []
for name, change in {
    "right": lambda Whh: Whh,
    "Whh not transposed": lambda Whh: Whh.T,
    "no gradient through time": lambda Whh: 0 * Whh,
}.items():
    cosine, error, first, last = train(change)
    print(f"{name:<27} {cosine:7.4f} {error:13.1e} {first:12.2f} {last:11.2f}")
    falls.append("yes" if last < first / 10 else "no")
guess.compare(falls[1:])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# All three learn: the loss falls below a tenth of its first value. The cosine, which is 1 for equal directions and 0 for
# perpendicular ones, is 0.77 and 0.90 for the wrong gradients: they still point downhill. Only the check of single entries
# tells them apart, and it leaves no doubt.
#
# </details>
#
# So a falling loss proves nothing about a gradient. Nor does a small distance, a large cosine, or a good accuracy. **Check
# every entry, once, on a small network, with sizes that all differ**, and then train.

# %% [markdown] nbgrader={"grade_id": "derivation", "points": 4, "task": true}
# ## A derivation of your own
#
# *Difficulty 4 of 5 · 30 minutes · Objective: derive the backward pass of a cell that you have not seen. A person reads this.*
#
# Here is a cell that forgets slowly. It keeps a part of its old state, without an activation. The number $\alpha$ lies between 0 and 1 and is
# given, not learned:
#
# $$
# a_t = x_t W_{xh} + h_{t-1} W_{hh} + b_h, \qquad c_t = \tanh(a_t), \qquad h_t = (1 - \alpha)\,h_{t-1} + \alpha\,c_t .
# $$
#
# Suppose you have $dh_t$, the gradient of $L$ with respect to $h_t$, complete, shape $(N, H)$. Derive, with the shape of every quantity:
#
# 1. $da_t$
# 2. the gradient that step $t$ sends to $h_{t-1}$
# 3. $dW_{hh}$, for a sequence of $T$ steps
# 4. What becomes of 1 and 2 for $\alpha = 1$, and for $\alpha$ close to 0? What does that say about gradients over many steps?
#
# Write in the cell below, in your own words and formulas. LaTeX between dollar signs works; a photo of a handwritten page may be
# dragged into the cell. Say at each step *why* it holds.
#
# ### BEGIN MARK SCHEME
# ---
#
# **For the person who marks: 4 points.** Half points are fine. Accept any notation that is explained, also column vectors.
#
# **1 point: through the two links.** $dc_t = \alpha\,dh_t$, then $da_t = \alpha\,dh_t \odot (1 - c_t^2)$, shape $(N, H)$. The slope is $1 - c_t^2$, *not*
# $1 - h_t^2$, since $h_t$ is no longer the result of $\tanh$. With $1 - h_t^2$, or without $\alpha$: half a point.
#
# **1 point: two ways back.** $h_{t-1}$ is used twice, directly and inside $a_t$, and both gradients add up:
# $(1 - \alpha)\,dh_t + da_t W_{hh}^\top$, shape $(N, H)$, from $(N, H)(H, H)$. One of the two terms missing, or $W_{hh}$ not transposed: half a point. No reason
# given for the sum: half a point off.
#
# **1 point: the sum over steps.** $dW_{hh} = \sum_t h_{t-1}^\top da_t$, shapes $(H, N)(N, H) = (H, H)$; the sum over $t$ because the weights are shared, the sum over the
# batch inside the product. $h_t$ in place of $h_{t-1}$, or no reason for the sum: half a point.
#
# **1 point: the limits, and shapes throughout.** $\alpha = 1$ gives the plain cell back. For $\alpha \to 0$ the gradient passes almost unchanged,
# $dh_{t-1} \approx dh_t$: over $n$ steps the direct way has the factor $(1 - \alpha)^n$ and no slope and no matrix in it, so gradients fade far more slowly. Half
# a point for the limits, half for giving all shapes. (The LSTM of notebook 06 makes $\alpha$ depend on the input.)
# ### END MARK SCHEME

# %% [markdown]
# Your derivation goes here. Replace this text.

# %% [markdown]
# **Are you working alone?** Nobody reads it then, but numbers can. The next cell measures the gradients of this cell for $\alpha = 0.3$, two steps,
# one example, two units, and the loss $\tfrac12 \sum h_2^2$, so $dh_2 = h_2$. It knows no derivation. Put the numbers into your formulas, by hand or
# in code: with all of it right, they agree to the digits shown.

# %%
alpha, x_slow, bh_slow = 0.3, np.array([[0.5], [-1.0]]), np.array([0.1, -0.2])  # (T, D), (H,)
start = {
    "h0": np.array([0.4, -0.6]),
    "Wxh": np.array([[0.8, -0.5]]),
    "Whh": np.array([[0.9, 0.3], [-0.7, 0.5]]),
}


def slow_states(params):
    """Return h_0, h_1, h_2 of the cell that forgets slowly, (T + 1, H)."""
    h = [params["h0"]]
    for x_t in x_slow:
        c_t = np.tanh(x_t @ params["Wxh"] + h[-1] @ params["Whh"] + bh_slow)
        h.append((1 - alpha) * h[-1] + alpha * c_t)
    return np.array(h)


print("h_0, h_1, h_2:", slow_states(start).round(5).tolist())
for name in ("h0", "Whh"):
    measured = np.zeros_like(start[name])
    for index in np.ndindex(measured.shape):
        up, down = ({k: v.copy() for k, v in start.items()} for _ in range(2))
        up[name][index] += 1e-5
        down[name][index] -= 1e-5
        losses = [(slow_states(moved)[-1] ** 2).sum() / 2 for moved in (up, down)]
        measured[index] = (losses[0] - losses[1]) / 2e-5
    print(f"measured d{name}:", measured.round(5).tolist())

# %% [markdown]
# ## Other books, other letters
#
# | here | elsewhere |
# | --- | --- |
# | $dh_t$, short for $\partial L / \partial h_t$ | $\delta_t$, $\bar h_t$, `dhnext`, `da_next` |
# | row vectors: $dh_{t-1} = da_t W_{hh}^\top$ | column vectors: $dh_{t-1} = W_{hh}^\top da_t$ |
# | $dW_{hh} = \sum_t h_{t-1}^\top da_t$ | column vectors: $dW_{hh} = \sum_t da_t\, h_{t-1}^\top$ |
# | sum over the batch | mean over the batch: everything divided by $N$ |
#
# In both conventions $W_{hh}$ is transposed on the way back.

# %% [markdown]
# ## What you can do now
#
# - You can derive the gradient of a recurrent network: a product along each path, a sum over all paths.
# - You can write it as a loop that runs backwards and carries one array.
# - You have a check that measures, and you know what its result means.
#
# The gradient says in which direction to go. How far, how often, and on which part of the data, is next.

# %% [markdown]
# ## On your own
#
# No points, no check.
#
# 1. In the walk with $T = 5$, change $w$ from 0.9 to 2.5. Which of the five terms is largest now? Look at $1 - h_t^2$ before you answer.
# 2. Make `dh` zero but for the last step, take $T = 30$, and draw the norm of `dx[:, t]` over $t$. How fast does it fall? Scale
#    `Whh` by 2 and look again.
# 3. Run `gradient_check` in float32: convert all arrays with `astype(np.float32)`. What is the best `eps` now, and the best error?
# 4. Write `forward` and `rnn_backward` for the cell of your derivation. Does `gradient_check` agree with what you derived?
#
# ## Further reading
#
# - P. J. Werbos, *Backpropagation through time: what it does and how to do it*, Proceedings of the IEEE 78 (1990). The method,
#   by one of those who found it.
# - Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 10.2.2, computing the gradient in a recurrent neural network.
# - R. J. Williams and D. Zipser, *A Learning Algorithm for Continually Running Fully Recurrent Neural Networks*, Neural Computation 1
#   (1989). The forward way.
# - A. Karpathy, *min-char-rnn.py*. A whole recurrent network, with BPTT, in about 100 lines. It clips its gradients inside
#   the function; now you know what that changes.
#
# **Next:** [4 Training](04_training.ipynb), from gradients to a network that has learned something.
