# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5 Vanishing and exploding gradients: the product that decides
#
# **What you will do.** Multiply up the factors that stand between the first step and the last, predict what becomes of a
# gradient on its way back, and measure whether you were right. Then test every remedy that is usually offered.
#
# **What you will learn**
#
# - why 0.9 and 1.1 are very different numbers when they are taken 99 times
# - what one factor is: the recurrent weights *and* the slope of the activation
# - the difference between a norm, which bounds one step, and a spectral radius, which rules the long run
# - why "$w > 1$ explodes" is true of a line and false of a single tanh unit
# - what clipping, truncation, initialisation, ReLU and skip connections do cure, and what they do not
#
# **What you need.** Notebooks 02 (the cell), 03 (gradients through time) and 04 (clipping, truncation). The words
# *matrix product*, *eigenvalue* and *length of a vector*.
#
# **Time.** 160 minutes, in two sittings: the first, an hour and a half, ends after the initialisations. Seven exercises.

# %% tags=["setup"]
from math import comb

import numpy as np

from rnncourse import check, failing_case, hint, plots, predict
from rnncourse.lab import descend, tasks
from rnncourse.plots import gradients as gradient_plots

# %% [markdown]
# ## Long products
#
# Before any network: five products. Guess each of them without a calculator, in this order; for the first, second and
# fourth the power of ten will do, such as `1e20`.
#
# 1. $0.5^{50}$
# 2. $2^{50}$
# 3. $1.8^{5}$
# 4. $0.01^{12}$
# 5. $12 \cdot 3.8 \cdot 2.5 \cdot 6.9 \cdot 5.7$
#
# A guess is written like this: put your numbers in place of the dots, and run the cell. It is worth no points. Below the
# measurement it is compared.

# %%
five_products = predict(..., ..., ..., ..., ...)

# %%
print(f"0.5 ** 50  = {0.5**50:.3g}")
print(f"2 ** 50    = {2.0**50:.4g}")
print(f"1.8 ** 5   = {1.8**5:.4f}")
print(f"0.01 ** 12 = {0.01**12:.3g}")
print(f"12 * 3.8 * 2.5 * 6.9 * 5.7 = {12 * 3.8 * 2.5 * 6.9 * 5.7:,.2f}")
five_products.compare([0.5**50, 2.0**50, 1.8**5, 0.01**12, 12 * 3.8 * 2.5 * 6.9 * 5.7], within=0.3)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# A handy scale: $2^{10} = 1024$, about a thousand. Fifty doublings are five times ten doublings, so $10^{15}$. Five
# factors of moderate size, the last line, already give thousands.
#
# </details>
#
# Now the same with more factors, and with numbers close to 1.

# %% tags=["figure"]
n = np.arange(100)
bases = [2.0, 1.1, 1.01, 1.0, 0.99, 0.9, 0.5]
plots.show(
    gradient_plots.lines(
        n, {f"w = {w:g}": w**n for w in bases}, ("number of factors n", "w to the power n"), (1e-16, 1e16)
    ),
    alt="Powers of seven numbers against the number of factors, 0 to 99, on a logarithmic axis: seven straight lines "
    "through 1. After 99 factors: "
    + ", ".join(f"{w:g} gives {w**99:.2g}" for w in bases)
    + ". The figure ends at "
    "1e-16 and 1e16, which 0.5 and 2 reach between 53 and 54 factors.",
)

# %%
for w in (0.5, 0.9, 0.99, 1.01, 1.1, 2.0):
    print(f"{w:<4} ** 99 = {w**99:.3g}")

# %% [markdown]
# On a logarithmic axis a power is a straight line, because $\log w^n = n \log w$. Only the sign of $\log w$ decides
# where it goes, and there is no harmless side: whatever is not 1 leaves, sooner or later.
#
# The line also answers the question *when*. A factor has shrunk a number to a thousandth when
#
# $$
# w^n = \tfrac{1}{1000}
# \qquad\Longleftrightarrow\qquad
# n = \frac{\ln 0.001}{\ln w} .
# $$

# %% [markdown]
# ## Exercise: `steps_to_thousandth`
#
# *Difficulty 1 of 5 · 5 minutes · Objective: turn a factor into a number of steps.*
#
# Guess first, then compute. Estimates count if they are within 5 % of the right number, rounded up or not.
#
# - `"half"`: how many factors of 0.5 until less than 0.001 is left?
# - `"nine_tenths"`: how many factors of 0.9?
# - `"eleven_tenths"`: how many factors of 1.1 until there is *more* than 1000?

# %% nbgrader={"grade_id": "steps_to_thousandth", "solution": true}
# Assign a dict with the keys "half", "nine_tenths" and "eleven_tenths"; each value is a number of factors.
# steps_to_thousandth = {"half": ..., "nine_tenths": ..., "eleven_tenths": ...}
### BEGIN SOLUTION
steps_to_thousandth = {"half": 10, "nine_tenths": 66, "eleven_tenths": 73}
### END SOLUTION

# %% nbgrader={"grade_id": "check_steps_to_thousandth", "points": 1}
check("steps_to_thousandth")

# %% [markdown]
# **A number can vanish altogether.** float64 has no positive number below about $4.9 \cdot 10^{-324}$, and float32, in which
# most networks are trained, none below $1.4 \cdot 10^{-45}$. How many factors of 0.01 until the product is *exactly* 0, in
# float64 and in float32?

# %%
exactly_zero = predict(..., ...)

# %%
counted = []
for dtype in (np.float64, np.float32):
    value, factors = dtype(1), 0
    while value > 0:
        value, factors = value * dtype(0.01), factors + 1
    print(f"{dtype.__name__}: exactly 0 after {factors} factors of 0.01")
    counted.append(factors)
exactly_zero.compare(counted, within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 162 in float64: $10^{-324}$ is 162 times a factor of $10^{-2}$. In float32 the end is at $10^{-45}$, after 22 and a half:
# 23.
#
# </details>

# %% [markdown]
# ## What the factors are
#
# Now the network of notebook 02, for one sequence. With $a_t = x_t W_{xh} + h_{t-1} W_{hh} + b_h$,
#
# $$
# \underbrace{h_t}_{(H,)} = \tanh(a_t) .
# $$
#
# Change unit $i$ of the old state $h_{t-1}$ a little. By how much does unit $j$ of the new state change? Through the sum
# $a_t$, by the entry $[i, j]$ of $W_{hh}$. Then through the tanh of unit $j$, by its slope, which is $1 - h_t[j]^2$:
#
# $$
# \frac{\partial h_t[j]}{\partial h_{t-1}[i]} = W_{hh}[i, j]\,\big(1 - h_t[j]^2\big) .
# $$
#
# These $H \times H$ numbers form a matrix, the **Jacobian** of the step. We write the old unit as the row and the new unit
# as the column, as everywhere in this course:
#
# $$
# \underbrace{J_t}_{(H, H)} = \underbrace{W_{hh}}_{(H, H)}\; \text{diag}\big(\underbrace{1 - h_t^2}_{(H,)}\big) .
# $$
#
# The diagonal matrix stands on the right, so it scales **columns**. In NumPy that is `Whh * (1 - h_t**2)`: broadcasting
# lines up shapes from the right.
#
# ### From the first state to the last
#
# A small change $\delta h_1$ of the first state, a row of shape $(H,)$, becomes $\delta h_1 J_2$ in the second state,
# $\delta h_1 J_2 J_3$ in the third, and
#
# $$
# \delta h_T = \delta h_1\; \underbrace{J_2\, J_3 \cdots J_T}_{T - 1 \text{ factors}} .
# $$
#
# The product is the derivative of the last state by the first. The factor of the earliest step stands on the **left**,
# where the row vector meets it first.
#
# Let $T = 100$. How many factors? And for a single unit with $w = 0.9$ whose states are all near 0, how large is their
# product? You have seen it.

# %%
factors_and_product = predict(..., ...)

# %%
print("factors:", 100 - 1, "  product:", f"{0.9**99:.2g}")
factors_and_product.compare([99, 0.9**99])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# 99 factors, since the product begins with $J_2$. And $0.9^{99} = 3 \cdot 10^{-5}$: the table above had it.
#
# </details>

# %% [markdown]
# The gradient of a loss takes the same way back. If the loss looks at the last state only, then notebook 03 gave
#
# $$
# \underbrace{\frac{\partial L}{\partial h_{t-1}}}_{(H,)} =
# \Big(\frac{\partial L}{\partial h_t} \odot (1 - h_t^2)\Big)\, W_{hh}^\top
# = \frac{\partial L}{\partial h_t}\, J_t^\top ,
# \qquad
# \frac{\partial L}{\partial h_1} = \frac{\partial L}{\partial h_T}\,\big(J_2 J_3 \cdots J_T\big)^\top .
# $$
#
# So one product of $T - 1$ matrices decides what the first step learns from the loss. It is this *gradient* that vanishes
# or explodes. Gradient descent itself does neither: it takes whatever step the gradient says.

# %% [markdown]
# ## Exercise: `jacobian_product`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: multiply the right factors in the right order.*
#
# Before you write: which of the $T$ states do you need? One of them is not used at all.


# %% nbgrader={"grade_id": "jacobian_product", "solution": true}
def jacobian_product(h, Whh):
    """Return the derivative of the last state by the first, for one sequence of a tanh network.

    h   : (T, H)   the states after each step, T at least 1; h[0] is the first, h_1 in the text
    Whh : (H, H)   weights from state to state, used as h_prev @ Whh

    Returns J : (H, H). J[i, j] says how unit j of the last state changes with unit i of the first.
    With T = 1 the last state is the first.
    """
    ### BEGIN SOLUTION
    T, H = h.shape
    J = np.eye(H)  # (H, H)
    for t in range(1, T):
        J = J @ (Whh * (1 - h[t] ** 2))  # (H, H) @ (H, H); the slopes (H,) scale the columns
    return J
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_jacobian_product", "points": 4}
check(jacobian_product)

# %% [markdown]
# Trust is good, measuring is better. Nudge unit 0 of the first state by $10^{-6}$ in each direction, run the network on, and
# see where the last state goes. That must be row 0 of your matrix.

# %%
rng = np.random.default_rng(5)
T, H = 8, 4
w_hh = rng.normal(0, 0.8, (H, H))
drive = rng.normal(0, 0.5, (T, H))  # x_t Wxh + bh of each step, (T, H)


def states_from(first):
    """Return the states h_1 to h_T of one sequence that starts at the state `first`, (T, H)."""
    states = [first]
    for t in range(1, T):
        states.append(np.tanh(drive[t] + states[-1] @ w_hh))
    return np.array(states)


first = np.tanh(drive[0])
nudge = 1e-6 * np.eye(H)[0]
measured = (states_from(first + nudge)[-1] - states_from(first - nudge)[-1]) / 2e-6
print("measured:", measured.round(6))
print("row 0:   ", np.array(jacobian_product(states_from(first), w_hh))[0].round(6))

# %% [markdown]
# ## One unit: does $w > 1$ explode?
#
# You can read it in many places: *if the weight is smaller than 1 the gradient vanishes, if it is larger than 1 it
# explodes.* Let us look at one unit without input,
#
# $$
# h_t = \tanh(w\, h_{t-1}), \qquad h_0 = 0.1, \qquad
# \frac{\partial h_{100}}{\partial h_0} = \prod_{t=1}^{100} w\,(1 - h_t^2) ,
# $$
#
# beside a unit without an activation, $h_t = w\,h_{t-1}$, whose derivative is $w^{100}$. There are 100 factors here, because we start
# at $h_0$.
#
# For $w = 2$, what does the derivative of the linear unit do, and what that of the tanh unit?

# %%
two_units = predict(..., ..., among=("vanishes", "stays", "explodes"))


# %%
def unit_derivative(w, steps, activation, start=0.1):
    """Return dh_steps / dh_0 of one unit, and its last state."""
    h, product = start, 1.0
    for _ in range(steps):
        h = np.tanh(w * h) if activation == "tanh" else w * h
        product *= w * (1 - h**2) if activation == "tanh" else w
    return product, h


print("   w    linear     tanh    last state   last factor w (1 - h^2)")
for w in (0.5, 0.9, 1.0, 1.1, 1.5, 2.0, 5.0):
    line, _ = unit_derivative(w, 100, "linear")
    curved, h = unit_derivative(w, 100, "tanh")
    print(f"{w:>4}  {line:8.1e}  {curved:8.1e}   {h:8.5f}     {w * (1 - h**2):.2e}")


def fate(ratio):
    """Return what a gradient does whose size changes by this ratio: a thousand is the limit."""
    return "vanishes" if ratio < 1e-3 else "explodes" if ratio > 1e3 else "stays"


two_units.compare([fate(unit_derivative(2.0, 100, activation)[0]) for activation in ("linear", "tanh")])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The linear unit does what the rule says. For $w > 1$ the tanh unit does the opposite: for $w = 2$ its derivative is
# $5.8 \cdot 10^{-75}$. It vanishes *faster* than with $w = 0.5$.
#
# The fourth column says why. The state runs off to 0.9575, far out on the tanh, where the slope is $1 - 0.9575^2 = 0.083$. Two
# times 0.083 is 0.166, a factor well below 1, a hundred times. The unit is **saturated**. A larger $w$ pushes it farther out,
# and the slope falls faster than $w$ grows.
#
# </details>

# %%
h = unit_derivative(2.0, 100, "tanh")[1]
print(f"state {h:.4f}, slope {1 - h**2:.4f}, factor {2 * (1 - h**2):.4f}")

# %% [markdown]
# Is there a $w$ at which a tanh unit does not vanish? Look at the figure, and move the sliders if you have them: `steps` is
# the number of factors, `start` is $h_0$.


# %% tags=["figure"]
def draw_unit(steps, start):
    w = np.linspace(0.02, 3, 150)
    curves = {
        activation: np.array([abs(unit_derivative(v, steps, activation, start)[0]) for v in w])
        for activation in ("linear", "tanh")
    }
    return gradient_plots.lines(w, curves, ("w", f"|dh_{steps} / dh_0|"), (1e-60, 1e60))


def describe_unit(steps, start):
    grid = np.linspace(0.02, 3, 150)
    along = [abs(unit_derivative(w, steps, "tanh", start)[0]) for w in grid]
    chosen = {w: unit_derivative(w, steps, "tanh", start)[0] for w in (0.5, 1.0, 2.0)}
    values = ", ".join(f"{value:.1e} at w = {w:g}" for w, value in chosen.items())
    return (
        f"The derivative of the state after {steps} steps by the first one, {start:g}, against w from 0 to 3. Linear unit: "
        f"rises from 0 through 1 at w = 1 to {3.0**steps:.1e} at w = 3. tanh unit: {values}; it is highest, {max(along):.1e}, at w = {grid[np.argmax(along)]:.2f}."
    )


gradient_plots.explore(
    draw_unit, describe_unit, {"steps": [100, 50, 20, 5, 2], "start": [0.1, 0.01, 0.001, 0.5]}
)

# %% [markdown]
# From $h_0 = 0.1$ and over 100 steps, the tanh curve stays below 1 for every $w$. It vanishes on both sides of $w = 1$.
#
# Start closer to 0, at 0.001, and there *is* an explosion, for a while. At 0 the slope is 1, so with $w > 1$ the product grows
# until the state has left. The state 0 is a watershed between $+$ and $-$: a tiny change there decides where the unit ends up. You
# meet this again at the end, as a cliff.

# %%
print("w = 1.5:  10 factors  20 factors  100 factors")
for start in (0.1, 1e-3, 1e-6, 0.0):
    products = [unit_derivative(1.5, steps, "tanh", start)[0] for steps in (10, 20, 100)]
    print(f"h_0 = {start:<6g}", "  ".join(f"{product:9.2g}" for product in products))

# %% [markdown]
# Exactly on the watershed it is $1.5^{100}$, the linear rule. Next to it the product first grows and then vanishes. Nothing stays there: the inputs of a real network push the state off
# at once. For the explosion that people meet in practice we need many units.

# %% [markdown]
# ## The slopes of four activations
#
# How much of the gradient does an activation let through? Its largest slope says at best how much.
#
# | activation | slope | largest | where |
# | --- | --- | --- | --- |
# | logistic sigmoid $\sigma(a)$ | $\sigma(a)\,(1 - \sigma(a))$ | 0.25 | $a = 0$ |
# | tanh | $1 - \tanh^2(a)$ | 1 | $a = 0$ |
# | ReLU, $\max(0, a)$ | 0 or 1 | 1 | $a > 0$ |
# | leaky ReLU, $a$ or $0.01\,a$ | 0.01 or 1 | 1 | $a > 0$ |
#
# A ReLU unit whose sum is negative for every input has slope 0 always, so nothing can bring it back: it is called *dead*. The
# leaky ReLU leaves it a hundredth. That is a cure for dead units, not for vanishing: ten steps through such a unit leave
# $0.01^{10} = 10^{-20}$.
#
# Three remarks on things you may have read:
#
# - *"ReLU explodes because its derivative exceeds 1."* It is 0 or 1, never more. A ReLU network explodes because of
#   $W_{hh}$, and because nothing holds its states.
# - *"tanh is the best activation, the only zero-centred one."* It is the usual one in a recurrent cell because it is bounded and
#   has slope 1 at 0. Others are centred too: the identity, the sine, $a / (1 + |a|)$.
# - *"Vanishing starts at 20 layers."* There is no threshold. One sigmoid unit with $w = 1$ keeps at most
#   $0.25^{10}$ of its gradient after ten steps.
#
# How much is left after ten steps, at best, with a sigmoid (use $2^{10} \approx 1000$)? And with saturated tanh units, $|h| =
# 0.99$ at all ten steps, whose slope is 0.02?

# %%
ten_steps = predict(..., ...)

# %%
print(f"sigmoid, at best:     {0.25**10:.2g}")
print(f"tanh at h = 0.99:     slope {1 - 0.99**2:.4f}, ten steps {(1 - 0.99**2) ** 10:.2g}")
ten_steps.compare([0.25**10, (1 - 0.99**2) ** 10], within=0.3)

# %% tags=["figure"]
a = np.linspace(-5, 5, 401)
sigmoid = 1 / (1 + np.exp(-a))
activation_slopes = {
    "tanh": 1 - np.tanh(a) ** 2,
    "sigmoid": sigmoid * (1 - sigmoid),
    "ReLU": (a > 0).astype(float),
    "leaky ReLU": np.where(a > 0, 1.0, 0.01),
}
plots.show(
    gradient_plots.lines(a, activation_slopes, ("a", "slope"), (-0.05, 1.1), log=False),
    alt="Slopes of four activations for a from -5 to 5. tanh: a bell of height 1 at 0 that falls to 0.42 at 1 and 0.07 at 2. "
    "Sigmoid: a wider bell of height 0.25. ReLU: 0 left of 0 and 1 right of it. Leaky ReLU: nearly the same line, 0.01 left of 0.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# With a sigmoid $2^{-20}$, about a millionth. With the saturated tanh units $0.02^{10}$, about $10^{-17}$.
#
# </details>

# %% [markdown]
# ## Many units: a norm for one step, a radius for the long run
#
# With $H$ units a factor is a matrix, and it stretches different vectors differently. Send all vectors $v$ of length 1 through
# it: the results $v\,W$ form an ellipse (with more units, an ellipsoid). The lengths of its half-axes are the **singular
# values** of $W$, $H$ numbers from the largest to the smallest. Two numbers sum this up:
#
# - The **norm** $\|W\|$ is the largest singular value: the most by which $W$ can stretch any vector in *one* step.
# - The **spectral radius** $\rho(W)$ is the largest absolute eigenvalue. It rules the *long run*.
#
# Why the radius? Take a start $v$ that is a mixture of eigenvectors, $v = \sum_k c_k\, u_k$ with $u_k W = \lambda_k u_k$. After
# $n$ steps
#
# $$
# v\,W^n = \sum_k c_k\, \lambda_k^n\, u_k ,
# $$
#
# and among powers the one with the largest $|\lambda_k|$ outgrows all others, however small its share $c_k$ was. So for large
# $n$ the size of $W^n$ grows or shrinks by $\rho$ at each step: $\|W^n\|^{1/n} \to \rho$.
#
# How large is the radius of a random matrix? Let the entries be normal with variance $1/H$. An entry of $v\,W$ is then a sum
# of $H$ random terms, of variance $\sum_i v_i^2 / H$, and there are $H$ entries: on average $\|v\,W\|^2 = \|v\|^2$. Most
# vectors keep their length, more or less, so the radius must be near 1. The norm, which looks for the *worst* vector, is
# near 2. Both, measured, for five matrices of three sizes each, and the $n$-th root of $\|W^n\|$ for one of them:

# %%
for size in (16, 64, 256):
    drawn = [np.random.default_rng(seed).normal(0, 1 / np.sqrt(size), (size, size)) for seed in range(5)]
    radii = " ".join(f"{np.abs(np.linalg.eigvals(W)).max():.2f}" for W in drawn)
    print(f"H = {size:>3}  radius {radii}   norm", " ".join(f"{np.linalg.norm(W, 2):.2f}" for W in drawn))
W = np.random.default_rng(0).normal(0, 1 / 8, (64, 64))
for n in (1, 10, 100, 1000):
    print(
        f"|W^n| ** (1 / n) for n = {n:>4}: {np.linalg.norm(np.linalg.matrix_power(W, n), 2) ** (1 / n):.3f}"
    )

# %% [markdown]
# ### What the norm promises, and what it does not
#
# For the gradient on its way back, each step gives the bound
#
# $$
# \Big\| \frac{\partial L}{\partial h_{t-1}} \Big\| \;\le\; \|W_{hh}\| \cdot \max_j |\text{slope}_j| \cdot
# \Big\| \frac{\partial L}{\partial h_t} \Big\| .
# $$
#
# Read it carefully, because it is often read backwards. With slopes of at most 1:
#
# - $\|W_{hh}\| < 1$ is **sufficient** for vanishing: every step shrinks.
# - $\|W_{hh}\| > 1$ is **necessary** for exploding, and not sufficient: the bound may be far from reached.
#
# The radius is never larger than the norm. It can be much smaller. Take
#
# $$
# W = \begin{pmatrix} 0.9 & 10 \\ 0 & 0.9 \end{pmatrix} .
# $$
#
# It is triangular, so its eigenvalues stand on the diagonal: both are 0.9, and $\rho = 0.9$. The powers of $W$ must go
# to 0. Is $\|W^{10}\|$ already below $\|W\|$, which is 10.1?

# %%
tenth_power = predict(..., among=("below", "above"))

# %%
W = np.array([[0.9, 10.0], [0.0, 0.9]])
print("radius:", np.abs(np.linalg.eigvals(W)).max(), "  norm:", np.linalg.norm(W, 2).round(2))
for n in (1, 5, 10, 20, 50, 100):
    print(f"|W^{n}| = {np.linalg.norm(np.linalg.matrix_power(W, n), 2):.2f}")
tenth_power.compare(
    "above" if np.linalg.norm(np.linalg.matrix_power(W, 10), 2) > np.linalg.norm(W, 2) else "below"
)

# %% tags=["figure"]
n = np.arange(1, 121)
powers = np.array([np.linalg.norm(np.linalg.matrix_power(W, k), 2) for k in n])
plots.show(
    gradient_plots.lines(
        n,
        {"|W^n|": powers, "radius^n": 0.9**n, "norm^n": np.linalg.norm(W, 2) ** n},
        ("n", "size"),
        (1e-6, 1e4),
    ),
    alt=f"The norm of W^n against n from 1 to 120: it rises from {powers[0]:.1f} to {powers.max():.2f} at n = "
    f"{powers.argmax() + 1}, falls below 1 at n = {int(n[powers < 1][0])}, and from then on runs nearly parallel to 0.9^n, slowly "
    "gaining on it. The bound norm^n leaves the figure at n = 4.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Above. It first grows to almost 39 and is still 2.9 after fifty factors. Only then does the radius win.
#
# </details>
#
# Matrices whose eigenvectors are far from perpendicular can grow at first; they are called **non-normal**. Over 20 steps a linear
# network with this $W$ makes a gradient up to 27 times as large, whatever its radius says.
#
# So: the norm bounds each step, the radius rules the far future, and in between you must compute.

# %% [markdown]
# ## Exercise: `set_spectral_radius`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: know which number of a matrix you are setting.*
#
# For the measurements we need random matrices of a radius that we choose. `np.linalg.eigvals(W)` returns the eigenvalues of
# `W`, in general complex numbers.


# %% nbgrader={"grade_id": "set_spectral_radius", "solution": true}
def set_spectral_radius(W, rho):
    """Return W multiplied by the positive number that makes its spectral radius rho.

    W   : (H, H)   any square matrix whose spectral radius is not 0
    rho : float    the wanted radius, positive

    Returns (H, H), a new matrix of real numbers.
    """
    ### BEGIN SOLUTION
    radius = np.abs(np.linalg.eigvals(W)).max()
    return W * (rho / radius)  # (H, H)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_set_spectral_radius", "points": 2}
check(set_spectral_radius)

# %% [markdown]
# ## Exercise: `orthogonal`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: draw a matrix all of whose singular values are 1, and see why one way is
# better than another.*
#
# The ellipse of some matrices is the unit circle itself. A square matrix $Q$ is **orthogonal** if its columns have length 1 and
# are perpendicular to each other, $Q^\top Q = I$. Then its rows are so too, and $\|v\,Q\|^2 = v\,Q\,Q^\top v^\top = \|v\|^2$ for
# every row vector $v$: it keeps every length. All its singular values are 1.
#
# How do you get one? Take $n$ random columns. Keep the first, and divide it by its length. Take away from the second its part
# along the first, $(q_1 \cdot a_2)\, q_1$; what is left is perpendicular to it; divide by the length. Take away from the third
# its parts along both, and so on. This is the method of Gram and Schmidt. It writes the matrix that you began with as $A =
# Q R$: $Q$ holds the perpendicular columns, and $R$ is triangular, because column $j$ is made of the first $j$ directions
# only. NumPy has this factorisation, and others in which a factor is orthogonal.
#
# There are many right answers, so the check does not compare yours with ours. It tests that the columns are of length 1
# and perpendicular, and that it is random, from `rng`. The cell after it asks one thing more.


# %% nbgrader={"grade_id": "orthogonal", "solution": true}
def orthogonal(n, rng):
    """Return a random orthogonal matrix.

    n   : int                    number of rows and columns, at least 1
    rng : np.random.Generator    all randomness comes from it: an equal generator gives an equal matrix, and one
                                 with another seed another matrix, not the same one with other signs

    Returns Q : (n, n), real, with Q.T @ Q equal to the identity up to rounding.
    """
    ### BEGIN SOLUTION
    Q, R = np.linalg.qr(rng.normal(size=(n, n)))  # (n, n) each
    return Q * np.sign(np.diag(R))  # the signs make every direction equally likely
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_orthogonal", "points": 2}
check(orthogonal)

# %% [markdown]
# **Is your source fair?** No direction should be preferred. Then the first entry of $Q$ is positive as often as negative, and
# so is the determinant, which is $1$ or $-1$ (it is $-1$ where the matrix mirrors). Two thousand matrices of yours:

# %%
rng = np.random.default_rng(11)
many = [np.array(orthogonal(4, rng)) for _ in range(2000)]
print(
    f"first entry above 0: {np.mean([Q[0, 0] > 0 for Q in many]):.0%}   mean {np.mean([Q[0, 0] for Q in many]):+.2f}"
)
print(f"determinant above 0: {np.mean([np.linalg.det(Q) > 0 for Q in many]):.0%}")

# %% [markdown]
# Is the first entry never positive, and no determinant either? Then your source is `np.linalg.qr` as it comes, and prefers half of all
# directions. $A = Q R$ does not settle the signs: change the sign of a column of $Q$ and of the same row of $R$, and the product
# stays. NumPy chooses them by a fixed recipe, one mirror for each column but the last, which makes the determinant $(-1)^{n-1}$. Choose them yourself: make the diagonal of $R$ positive, as Gram and Schmidt would (they divide by
# lengths), by multiplying each column of $Q$ with the sign of that entry. Then every orthogonal matrix is equally likely (Mezzadri,
# 2007). For the size of a gradient the signs do not matter, and the check takes both. For whoever draws at random and means
# *any* direction, they do.

# %% [markdown]
# ## A rule for one step
#
# On its way back the gradient meets, at each step, the slopes and then $W_{hh}^\top$. Here is a rule of thumb for what the two
# do to its length.
#
# - The slopes multiply entry by entry. If no unit is special, the squared length shrinks to the mean of $s^2$: the length by
#   the **root mean square** of the slopes.
# - A random matrix of radius $\rho$ multiplies the length of most vectors by about $\rho$, as you have seen above for $\rho =
#   1$. An orthogonal one multiplies it by 1.
#
# $$
# \text{factor of one step} \;\approx\; \rho \cdot \sqrt{\text{mean of } s^2}, \qquad\text{and 99 of them in a row.}
# $$
#
# The slopes come from the *states*, so we must run the networks; no gradient is needed for that. The next cell is the first half of the
# laboratory. It runs a network over random inputs.
#
# - $H = 64$ units, $T = 100$ steps, $D = 8$ inputs, all normal with variance 1
# - `Wxh` normal with standard deviation 0.15, so that the inputs alone push a unit by about 0.42
# - five seeds for each network, because one run proves nothing

# %%
H, T, D, SEEDS = 64, 100, 8, 5


def run(W, activation, seed, wxh_scale=0.15):
    """Run one sequence of random inputs; return the states and the slopes, both (1, T, H)."""
    rng = np.random.default_rng([seed, 1])
    size = len(W)
    drive = rng.normal(size=(T, D)) @ rng.normal(0, wxh_scale, (D, size))  # x_t Wxh, (T, H)
    h, states, slopes = np.zeros(size), [], []
    for t in range(T):
        a = drive[t] + h @ W  # (H,)
        if activation == "tanh":
            h = np.tanh(a)
            slopes.append(1 - h**2)
        elif activation in ("ReLU", "leaky ReLU"):
            slopes.append(np.where(a > 0, 1.0, 0.01 if activation == "leaky ReLU" else 0.0))
            h = a * slopes[-1]
        else:
            h = a
            slopes.append(np.ones(size))
        states.append(h)
    return np.array([states]), np.array([slopes])


def normal(rng):
    """Return normal numbers with variance 1 / H, (H, H)."""
    return rng.normal(0, 1 / np.sqrt(H), (H, H))


def of_radius(rho):
    """Return a function that draws a random matrix of that spectral radius."""
    return lambda rng: set_spectral_radius(normal(rng), rho)


def some_orthogonal(rng):
    """Return an orthogonal matrix of yours, (H, H)."""
    return np.array(orthogonal(H, rng))


networks = {  # weights, activation, and how much the weights multiply the length of most vectors by
    "linear_unit_2": (lambda rng: np.array([[2.0]]), "none", 2.0),
    "tanh_unit_2": (lambda rng: np.array([[2.0]]), "tanh", 2.0),
    "linear_orthogonal": (some_orthogonal, "none", 1.0),
    "tanh_orthogonal": (some_orthogonal, "tanh", 1.0),
    "tanh_radius_0.9": (of_radius(0.9), "tanh", 0.9),
    "tanh_radius_3": (of_radius(3.0), "tanh", 3.0),
    "relu_radius_3": (of_radius(3.0), "ReLU", 3.0),
}
print("root mean square of the slopes, median of five seeds")
slope_size = {}
for name, (weights, activation, _) in networks.items():
    sizes = []
    for seed in range(SEEDS):
        _, slopes = run(np.array(weights(np.random.default_rng([seed, 2]))), activation, seed)
        sizes.append(np.sqrt((slopes[0, 1:] ** 2).mean()))  # the slope of step 1 is not on the way
    slope_size[name] = float(np.median(sizes))
    print(f"{name:<18} {slope_size[name]:.2f}")

# %% [markdown]
# ## Exercise: `fates`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: turn two numbers of a network into the fate of its gradient.*
#
# Those are the seven networks. The loss looks at the last state. Compare the gradient at the first step with that at the last:
#
# - `"vanishes"` if $\|\partial L / \partial h_1\|$ is less than a thousandth of $\|\partial L / \partial h_{100}\|$
# - `"explodes"` if it is more than a thousand times as large
# - `"stays"` otherwise
#
# | key | network |
# | --- | --- |
# | `"linear_unit_2"` | one unit, no activation, $w = 2$ |
# | `"tanh_unit_2"` | one unit, tanh, $w = 2$ |
# | `"linear_orthogonal"` | 64 units, no activation, $W_{hh}$ orthogonal: $W_{hh} W_{hh}^\top = I$, all singular values 1 |
# | `"tanh_orthogonal"` | 64 units, tanh, $W_{hh}$ orthogonal |
# | `"tanh_radius_0.9"` | 64 units, tanh, random $W_{hh}$ of radius 0.9 |
# | `"tanh_radius_3"` | 64 units, tanh, random $W_{hh}$ of radius 3 |
# | `"relu_radius_3"` | 64 units, ReLU, random $W_{hh}$ of radius 3 |
#
# Multiply the two numbers of each network, and think of 99 such factors: which products are far enough from 1? A factor of
# $0.93$ or of $1.08$ is enough for a thousand. It is a check like any other: you may change your mind, and what it says about a wrong
# belief is the reason it is here. The measurement follows.

# %% nbgrader={"grade_id": "fates", "solution": true}
# Assign a dict with the seven keys of the table; each value is "vanishes", "stays" or "explodes".
# fates = {"linear_unit_2": ..., "tanh_unit_2": ..., "linear_orthogonal": ..., "tanh_orthogonal": ...,
#          "tanh_radius_0.9": ..., "tanh_radius_3": ..., "relu_radius_3": ...}
### BEGIN SOLUTION
fates = {
    "linear_unit_2": "explodes",
    "tanh_unit_2": "vanishes",
    "linear_orthogonal": "stays",
    "tanh_orthogonal": "vanishes",
    "tanh_radius_0.9": "vanishes",
    "tanh_radius_3": "explodes",
    "relu_radius_3": "explodes",
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_fates", "points": 2}
check("fates")

# %% [markdown]
# ## Exercise: `gradient_norms`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: carry a gradient back through time and keep its size at each step.*
#
# To measure we need the gradient itself at each step, not the whole matrix product. Start with $\partial L / \partial h_T$ and go
# back one step at a time:
#
# $$
# \underbrace{\frac{\partial L}{\partial h_{t-1}}}_{(N, H)} =
# \Big(\underbrace{\frac{\partial L}{\partial h_t}}_{(N, H)} \odot \underbrace{s_t}_{(N, H)}\Big)\,
# \underbrace{W_{hh}^\top}_{(H, H)}
# $$
#
# The **slopes** $s_t$ are the derivative of the activation at step $t$: $1 - h_t^2$ for tanh, 0 or 1 for ReLU, 1 for none. As an
# argument they let the same function serve every activation.


# %% nbgrader={"grade_id": "gradient_norms", "solution": true}
def gradient_norms(slopes, Whh, dh_last):
    """Return how large the gradient is at each step, for a loss that looks at the last state only.

    slopes  : (N, T, H)   derivative of the activation at each step; slopes[:, t] belongs to the step that made h[:, t]
    Whh     : (H, H)      weights from state to state, used as h_prev @ Whh
    dh_last : (N, H)      gradient of the loss by the last state

    Returns norms : (N, T). norms[n, t] is the Euclidean norm, over the H units, of the gradient of the loss by
    h[n, t]. The last column is the norm of dh_last; the first belongs to the first step.
    """
    ### BEGIN SOLUTION
    N, T, _ = slopes.shape
    norms = np.zeros((N, T))
    dh = dh_last  # (N, H)
    norms[:, -1] = np.linalg.norm(dh, axis=1)
    for t in range(T - 1, 0, -1):
        dh = (dh * slopes[:, t]) @ Whh.T  # (N, H)
        norms[:, t - 1] = np.linalg.norm(dh, axis=1)
    return norms
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gradient_norms", "points": 4}
check(gradient_norms)

# %% [markdown]
# ## Measure
#
# The second half of the laboratory runs a network as before and hands the slopes to your `gradient_norms`. $\partial L / \partial
# h_T$ is a random row, since only ratios interest us.


# %%
def norms_of(weights, activation, seed, **options):
    """Return |dL/dh_t| for t = 1 to T; weights(rng) draws Whh. Shape (T,)."""
    rng = np.random.default_rng([seed, 2])
    W = np.array(weights(rng))  # (H, H)
    _, slopes = run(W, activation, seed, **options)
    return np.array(gradient_norms(slopes, W, rng.normal(size=(1, len(W)))))[0]


def report(networks, **options):
    """Print |dL/dh_1| / |dL/dh_T| for each network over all seeds; return all norms, each (SEEDS, T)."""
    found = {}
    print(f"{'|dL/dh_1| / |dL/dh_T|':<26} {'median':>9} {'lowest':>9} {'highest':>9}")
    for name, (weights, activation) in networks.items():
        found[name] = np.array([norms_of(weights, activation, seed, **options) for seed in range(SEEDS)])
        ratio = found[name][:, 0] / found[name][:, -1]
        print(f"{name:<26} {np.median(ratio):9.1e} {ratio.min():9.1e} {ratio.max():9.1e}")
    return found


# %% [markdown]
# First the seven networks of `fates`, and beside what was measured the factor of one step: by the rule, and as it is, the 99th
# root of the ratio.

# %%
measured = report({name: (weights, activation) for name, (weights, activation, _) in networks.items()})
print(f"\n{'factor of one step':<26} by the rule   measured")
for name, (_, _, gain) in networks.items():
    ratio = np.median(measured[name][:, 0] / measured[name][:, -1])
    print(f"{name:<26} {gain * slope_size[name]:11.2f} {ratio ** (1 / 99):10.2f}")

# %% [markdown]
# The rule is right to 15 % for all networks of 64 units, and that decides every fate here. For the single tanh unit it is off by a factor of 2: one unit
# has no others to average with, and its 99 slopes multiply to what their *logarithms* average to.
#
# The line that surprises most people is the sixth. Each of 64 tanh units has a slope of at most 1,
# like the single unit that vanished. But 64 units that push each other around are never all saturated at once: their sums keep
# changing sign. At each step some pass through the steep middle, and a $W_{hh}$ of radius 3 more than makes up for the rest. The next cell
# looks at the slopes.

# %%
for name, rho in (("radius 0.9", 0.9), ("radius 3", 3.0)):
    _, slopes = run(of_radius(rho)(np.random.default_rng(0)), "tanh", 0)
    print(
        f"{name:<11} share of slopes below 0.1: {(slopes < 0.1).mean():.2f}   above 0.5: {(slopes > 0.5).mean():.2f}"
    )
_, slopes = run(np.array([[2.0]]), "tanh", 0)
print(
    f"one unit    share of slopes below 0.1: {(slopes < 0.1).mean():.2f}   above 0.5: {(slopes > 0.5).mean():.2f}"
)

# %% [markdown]
# ### Initialisations
#
# Now the same for the ways in which people fill $W_{hh}$ before training:
#
# - `0.01 * randn`, the one from many first tutorials
# - radius 0.9, 1.5 and 3
# - orthogonal
# - the identity matrix with ReLU (Le, Jaitly and Hinton, 2015), here with small inputs, `Wxh` at 0.01
#
# The first has a radius of about $0.01 \sqrt{64}$, since its standard deviation is that many times $1 / \sqrt{64}$; with so small
# weights its slopes are near 0.9. What is $\|\partial L / \partial h_1\|$, relative to that at the last step, to the power of ten?
# And for radius 1.5, with slopes of 0.695?

# %%
first_and_radius_1_5 = predict(..., ...)

# %%
initial = report(
    {
        "0.01 * randn, tanh": (lambda rng: 0.01 * rng.normal(size=(H, H)), "tanh"),
        "radius 0.9, tanh": (of_radius(0.9), "tanh"),
        "orthogonal, tanh": (some_orthogonal, "tanh"),
        "radius 1.5, tanh": (of_radius(1.5), "tanh"),
        "radius 3, tanh": (of_radius(3.0), "tanh"),
    }
)
initial |= report({"identity, ReLU": (lambda rng: np.eye(H), "ReLU")}, wxh_scale=0.01)
medians = {name: np.median(norms[:, 0] / norms[:, -1]) for name, norms in initial.items()}
sizes = [run(np.array(of_radius(1.5)(np.random.default_rng([k, 2]))), "tanh", k)[1] for k in range(SEEDS)]
size = np.median([np.sqrt((slopes[0, 1:] ** 2).mean()) for slopes in sizes])
print(f"root mean square of the slopes at radius 1.5: {size:.3f}")
first_and_radius_1_5.compare([medians["0.01 * randn, tanh"], medians["radius 1.5, tanh"]])

# %% tags=["figure"]
plots.show(
    gradient_plots.norms_through_time(initial),
    alt="The norm of the gradient at steps 1 to 100, relative to that at step 100, on a logarithmic axis, median and range of "
    "5 seeds. All start at 1 on the right. At step 1: "
    + ", ".join(f"{k} {v:.1e}" for k, v in medians.items())
    + ". The line of 0.01 * randn leaves the picture at 1e-30, "
    f"at step {int(np.flatnonzero(np.median(initial['0.01 * randn, tanh'] / initial['0.01 * randn, tanh'][:, -1:], axis=0) > 1e-30)[0]) + 1}.",
)

# %% [markdown]
# Read the figure from right to left: that is how the gradient travels. The lines are nearly straight, so each network has a
# factor of its own, taken again and again.
#
# <details>
# <summary>Answer</summary>
#
# - `0.01 * randn` has a radius of about $0.01 \sqrt{64} = 0.08$. After some ten steps nothing is left that could teach.
# - Orthogonal matrices keep the length of every vector; the slopes do not. With these inputs 99 steps cost a factor of
#   $10^{10}$. Better than radius 0.9, and no cure.
# - Radius 1.5 happens to balance the slopes that these inputs make. By the rule its factor is $1.5 \cdot 0.695 = 1.04$, and 99 of them
#   are 60; measured it is 0.98. So close to 1 a few parts in a hundred decide, and the seeds differ by a factor of 2000.
# - The identity with ReLU passes on whole what reaches an active unit, and nothing of what reaches one that is off.
#
# </details>

# %% [markdown]
# ### How far back can it look?
#
# Fill the gap at the end of this sentence:
#
# > *My grandmother came from **Iceland** and opened a bakery in our street with two ovens and a cat, and although she has lived
# > among us for more than forty years, whenever she counts the change she still whispers the numbers in …*
#
# Nothing near the gap says which language. The word that decides stands at the other end. To learn such a thing, a network that
# reads word by word must get a gradient from the gap back to that word. Let the **reach** of a network be the number of steps after which
# the gradient has fallen below a thousandth. Count the words that are read after *Iceland*, up to *in*. Which of the tanh networks above reach so far?
# How many of the five?

# %%
networks_that_reach = predict(...)


# %%
def reach(norms):
    """Return after how many steps back the median gradient is below a thousandth of that at the last step; norms (SEEDS, T)."""
    ratio = np.median(norms / norms[:, -1:], axis=0)
    small = np.flatnonzero(ratio < 1e-3)
    return T - 1 - small[-1] if small.size else np.inf


sentence = """and opened a bakery in our street with two ovens and a cat and although she has lived among us for
more than forty years whenever she counts the change she still whispers the numbers in"""
distance = len(sentence.split())
print("words after Iceland:", distance)
for name, norms in initial.items():
    steps = reach(norms)
    how_far = f"{steps:.0f} steps" if steps < np.inf else "all 99 steps"
    print(f"{name:<20} reaches {how_far:<13} {'far enough' if steps > distance else 'too short'}")
networks_that_reach.compare(
    sum(reach(norms) > distance for name, norms in initial.items() if "tanh" in name), within=0
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Two of the five. The orthogonal network, the best of those that do not grow, ends some words short of
# *Iceland*, and so do all that shrink by a tenth or more at each step. Radius 1.5 reaches it by the luck of its slopes;
# radius 3 reaches everything and shakes so hard that it must be clipped. The identity with ReLU reaches it too, with the
# small inputs that it is given here.
#
# </details>
#
# No tanh network was *built* to reach. A thousandth is not nothing, and you will see at the end that a network can learn from
# less. But it competes with the gradients of all nearer words, which are a thousand times louder.
#
# This is a good place for a break.

# %% [markdown]
# ## What the inputs do
#
# Is the balance of radius 1.5 a property of $W_{hh}$? Keep it, and make `Wxh` three times as large, 0.45. Larger inputs push the
# states out. Does the gradient at the first step grow or shrink?

# %%
larger_inputs = predict(..., among=("grows", "shrinks"))

# %%
by_scale = {}
for scale in (0.015, 0.15, 0.45):
    print(f"Wxh with standard deviation {scale}:")
    found = report(
        {"orthogonal, tanh": (some_orthogonal, "tanh"), "radius 1.5, tanh": (of_radius(1.5), "tanh")},
        wxh_scale=scale,
    )
    by_scale[scale] = np.median(found["radius 1.5, tanh"][:, 0] / found["radius 1.5, tanh"][:, -1])
larger_inputs.compare("grows" if by_scale[0.45] > by_scale[0.15] else "shrinks")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# It shrinks, by ten powers of ten. The inputs drive the states, and the states set the slopes.
#
# </details>
#
# The same weights from state to state, and more than twenty powers of ten between the first and the last orthogonal line. A
# statement about $W_{hh}$ alone is never the whole story for a tanh network.

# %% [markdown]
# ### All directions at once
#
# A norm at step 1 says what becomes of *one* gradient. The singular values of the whole product $J_2 \cdots J_{n+1}$ say what can
# become of any: the largest is the best case, the smallest the worst. After 20 factors of a radius-1.5 network, how many times
# larger is the first of the 64 singular values than the 32nd?

# %%
first_over_32nd = predict(...)


# %%
def spectrum(weights, counts, seed=0):
    """Return the singular values of the product of the first n factors, for each n."""
    W = np.array(weights(np.random.default_rng([seed, 2])))
    states, _ = run(W, "tanh", seed)
    return {n: np.linalg.svd(jacobian_product(states[0, : n + 1], W), compute_uv=False) for n in counts}


spectra = {
    "radius 0.9": spectrum(of_radius(0.9), (1, 5, 20, 50)),
    "orthogonal": spectrum(some_orthogonal, (1, 5, 20, 50)),
    "radius 1.5": spectrum(of_radius(1.5), (1, 5, 20, 50)),
}
for name, by_factors in spectra.items():
    print(name, {n: f"{s[0]:.1e} ... {s[31]:.1e}" for n, s in by_factors.items()}, "(largest ... 32nd)")
first_over_32nd.compare(spectra["radius 1.5"][20][0] / spectra["radius 1.5"][20][31])

# %% tags=["figure"]
largest = {k: f"{v[20][0]:.1e} and {v[20][31]:.1e}" for k, v in spectra.items()}
plots.show(
    gradient_plots.singular_values(spectra),
    alt="Singular values of the product of 1, 5, 20 and 50 Jacobians, from the largest to the 64th, on a logarithmic axis, for "
    "three networks. The more factors, the steeper the fall. A curve stops where rounding takes over. Largest and 32nd after 20 factors: "
    + ", ".join(f"{k} {v}" for k, v in largest.items())
    + ".",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# They spread out. (A curve stops where rounding takes over.) The radius-1.5 network, whose gradient norm looked healthy,
# stretches a few directions and loses the others: after 20 factors its largest singular value is 24 and its 32nd is below
# $10^{-4}$.
#
# </details>
#
# The orthogonal network shrinks too, but evenly: its 32nd is a fifteenth of its largest. A norm near 1 does not mean that the
# information is still there.

# %% [markdown]
# ### A gain in front
#
# An orthogonal start helps most where the slopes are close to 1. One can also give back what the slopes take, with a gain $g$ in front:
# $W_{hh} = g\,Q$. Move the sliders, or change the numbers in the cell: **is there a gain that holds for all activations and all sequence
# lengths?**


# %%
def choose(start, gain):
    """Return a function that draws W_hh: one of three starts, times a gain."""
    draws = {
        "orthogonal": lambda rng: gain * np.array(orthogonal(H, rng)),
        "normal / sqrt(H)": lambda rng: gain * normal(rng),
        "identity": lambda rng: gain * np.eye(H),
    }
    return draws[start]


# %% tags=["figure"]
def draw_choice(T, activation, start, gain):
    found = np.array([norms_of(choose(start, gain), activation, seed)[-T:] for seed in range(3)])
    return gradient_plots.norms_through_time({f"{start}, gain {gain:g}, {activation}": found}, (1e-30, 1e30))


def describe_choice(T, activation, start, gain):
    found = np.array([norms_of(choose(start, gain), activation, seed)[-T:] for seed in range(3)])
    ratio = np.median(found[:, 0] / found[:, -1])
    return f"Gradient norm over {T} steps, {start} with gain {gain:g}, {activation}: the median at the first step is {ratio:.1e} times that at the last."


gradient_plots.explore(
    draw_choice,
    describe_choice,
    {
        "T": [100, 50, 20],
        "activation": ["tanh", "ReLU", "leaky ReLU", "none"],
        "start": ["orthogonal", "normal / sqrt(H)", "identity"],
        "gain": [1.0, 0.5, 0.9, 1.1, 1.3, 1.5, 2.0, 3.0],
    },
)

# %%
for activation in ("none", "tanh", "ReLU", "leaky ReLU"):
    row = []
    for gain in (1.0, 1.3, 1.42, 2.0):
        ratios = [norms_of(choose("orthogonal", gain), activation, seed)[[0, -1]] for seed in range(SEEDS)]
        row.append(f"gain {gain}: {np.median([first / last for first, last in ratios]):8.1e}")
    print(f"{activation:<10}", "   ".join(row))

# %% [markdown]
# There is none. ReLU keeps the norm at a gain of about $\sqrt 2$, which makes up for the units that are off; without an activation the same gain
# explodes. The leaky ReLU behaves like the other: a hundredth of what is lost is not much. What is right for one activation is wrong by many powers of ten for another, and training changes $W_{hh}$ and the
# slopes from the first step on. Initialisation gives training a start. It does not guarantee anything later.

# %% [markdown]
# ## A shorter way: skip connections
#
# If 99 factors are the problem, use fewer. Let each state also see the state `skip` steps back, through weights of its own:
#
# $$
# h_t = \tanh(x_t W_{xh} + h_{t-1} W_{hh} + h_{t-s} W_{sh} + b_h)
# $$
#
# with $s$ for the skip. From step 1 to step 100 there is now a path with 99 factors, as before, but with $s = 10$ there are also
# paths with $9 + 9 = 18$ factors: nine long strides and nine short ones. The gradient is the sum over **all** paths, and the shortest
# loses least.
#
# At the first steps there is no state so far back. The skip term begins at step $t = s$, where it reads $h_0$.
#
# **Think**: $s = 3$. Which of the states $h_1, \dots, h_5$ depend on $W_{sh}$?
#
# <details><summary>Which</summary>
#
# $h_3$, $h_4$ and $h_5$. The term enters at $t = 3$, and before it there is none.
#
# </details>

# %% [markdown]
# ## Exercise: `skip_rnn_forward`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: a recurrence that reaches back further than one step, with its indices right.*


# %% nbgrader={"grade_id": "skip_rnn_forward", "solution": true}
def skip_rnn_forward(x, h0, Wxh, Whh, Wsh, bh, skip):
    """Run a network with skip connections and return the states after every step.

    x    : (N, T, D)   inputs
    h0   : (N, H)      state before the first step
    Wxh  : (D, H)      from the input
    Whh  : (H, H)      from the state one step back
    Wsh  : (H, H)      from the state `skip` steps back
    bh   : (H,)
    skip : int         at least 1; may be larger than T

    Step t = 1 ... T: h_t = tanh(x_t Wxh + h_(t-1) Whh + h_(t-skip) Wsh + bh). The term with Wsh is left out at
    the steps t < skip, which have no state so far back. At t = skip it reads h0.

    Returns h : (N, T, H); h[:, 0] is h_1. h0 is not in it.
    """
    ### BEGIN SOLUTION
    T = x.shape[1]
    states = [h0]  # states[t] is h_t, (N, H)
    for t in range(1, T + 1):
        a = x[:, t - 1] @ Wxh + states[t - 1] @ Whh + bh  # (N, H)
        if t >= skip:
            a = a + states[t - skip] @ Wsh
        states.append(np.tanh(a))
    return np.stack(states[1:], axis=1)  # (N, T, H)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_skip_rnn_forward", "points": 4}
check(skip_rnn_forward)

# %% [markdown]
# Going back, each state now passes its gradient to *two* earlier ones. Compare the two lines in the loop below with your
# `gradient_norms`, which has one.
#
# $W_{hh}$ with radius 0.9 had about $10^{-15}$ at step 1. Split the weights in two, so that $W_{hh}$ and $W_{sh}$ *together* are no
# larger than before: each of radius $0.9 / \sqrt 2 = 0.64$. With the slopes, 0.83, a factor of a stride is then about 0.53, long or short.
#
# **Count the paths.** From step 100 to step 1 with strides of 10 and of 1: the shortest has 9 long and 9 short ones, in any order, and
# there are $\binom{18}{9} = 48620$ such orders. Next come those with 8 long and 19 short ones. A path of $k$ strides is worth about $0.53^k$,
# and since the paths go through different matrices, they add like perpendicular vectors: the root of their number counts. What do you get for the paths of
# 18 strides alone? Give a power of ten.

# %%
shortest_paths = predict(...)


# %%
def skip_norms(skip, seed, share=0.9 / 2**0.5):
    """Return |dL/dh_t| for t = 1 to T of a tanh network with skips, shape (T,)."""
    rng = np.random.default_rng([seed, 3])
    w_hh, w_sh = (np.array(set_spectral_radius(normal(rng), share)) for _ in range(2))
    x, w_xh = rng.normal(size=(1, T, D)), rng.normal(0, 0.15, (D, H))
    h = np.array(skip_rnn_forward(x, np.zeros((1, H)), w_xh, w_hh, w_sh, np.zeros(H), skip))[0]  # (T, H)
    dh = np.zeros((T, H))
    dh[-1] = rng.normal(size=H)
    for t in range(T - 1, 0, -1):
        da = dh[t] * (1 - h[t] ** 2)  # (H,)
        dh[t - 1] += da @ w_hh.T
        if t - skip >= 0:
            dh[t - skip] += da @ w_sh.T
    return np.linalg.norm(dh, axis=1)


skips = {
    f"skip = {skip}": np.array([skip_norms(skip, seed) for seed in range(SEEDS)]) for skip in (1, 3, 10, 30)
}
for name, norms in skips.items():
    ratio = norms[:, 0] / norms[:, -1]
    print(f"{name:<10} median {np.median(ratio):.1e}, lowest {ratio.min():.1e}, highest {ratio.max():.1e}")
paths = {
    k: comb(k, long) * 0.53 ** (2 * k) for long in range(10) for k in [long + 99 - 10 * long]
}  # squared sizes
of_30 = skips["skip = 30"]
print(f"skip = 30, step 71: median {np.median(of_30[:, 70] / of_30[:, -1]):.0e}")
print(f"by the rule: paths of 18 strides {paths[18] ** 0.5:.1e}, all paths {sum(paths.values()) ** 0.5:.1e}")
shortest_paths.compare(np.sqrt(comb(18, 9)) * 0.53**18, within=1)

# %% tags=["figure"]
plots.show(
    gradient_plots.norms_through_time(skips, (1e-20, 10)),
    alt="Gradient norm relative to step 100 against the step, median and range of 5 seeds, for skips of 1, 3, 10 and 30 steps. At "
    "step 1: "
    + ", ".join(f"{k} {np.median(v[:, 0] / v[:, -1]):.1e}" for k, v in skips.items())
    + ". With skips of 10 and 30 the curve is a saw: high at the steps that whole strides from the end reach, low between them.",
)

# %% [markdown]
# The saw shows the paths. A step that lies a whole number of strides before the end is reached by long strides alone; its neighbours need
# short ones as well. Step 1 is lucky with a skip of 30. Step 71, 29 short steps before the end, gets $10^{-9}$.
#
# <details>
# <summary>Answer</summary>
#
# Your count of the paths came to $2 \cdot 10^{-3}$, and $6 \cdot 10^{-4}$ was measured: a factor of four. The network without skips is
# below that by more than ten powers of ten. The longer paths add nothing that shows: each has nine factors more.
#
# </details>
#
# The skip changes the **exponent**: about $T / s$ long strides instead of $T$ short ones. Each stride costs more than a plain step, since
# $W_{sh}$ has only a radius of 0.64. Measured, 100 steps are here as hard as some 20 were. It is a large gain, and still a power. A
# factor below 1 has been taken less often, not replaced.
#
# The path that needs no factor below 1 at all is one where the old state is *added*, multiplied by one number only,
# a number $f$ that can be close to 1: $c_t = f\,c_{t-1} + \dots$ For $f = 0.99$ half is left after 69 steps, and for $f = 0.999$ after 693. That is
# the LSTM of the next notebook.
#
# And how far do the skips reach? The sentence about Iceland again:

# %%
for name, norms in skips.items():
    ratio = np.median(norms / norms[:, -1:], axis=0)
    far = "far enough" if ratio[T - 1 - distance] > 1e-3 else "too short"
    print(f"{name:<10} gradient {distance} steps back {ratio[T - 1 - distance]:.1e}   {far}")

# %% [markdown]
# ## The cliff
#
# So far we have looked at a gradient *within* one network. What does it do to learning? Take one tanh unit again, now with a bias and
# without input, run for 20 steps from $h_0 = 0.5$. The loss is the squared distance of the last state from 0.7:
#
# $$
# h_t = \tanh(w\,h_{t-1} + b), \qquad L(w, b) = (h_{20} - 0.7)^2 .
# $$
#
# There are two parameters, so the loss is a landscape over a plane. For $w = 1.5$ the unit has two resting places, one negative and one
# positive. The sign of the first push tells you which one it goes to, nearly: it stays at $h_0 = 0.5$ for ever if $\tanh(1.5 \cdot 0.5 + b) =
# 0.5$. Solve that for $b$, with $\text{artanh}(0.5) = 0.549$: there the decision flips.

# %%
flips_at = predict(...)


# %%
def unit_loss(w, b, steps=20):
    """Return the loss and its gradient by w and by b; w and b may be arrays of one shape."""
    h, dw, db = 0.5 + 0 * (w + b), 0 * (w + b), 0 * (w + b)
    for _ in range(steps):
        new = np.tanh(w * h + b)
        slope = 1 - new**2
        dw, db = slope * (h + w * dw), slope * (1 + w * db)  # derivatives of the new state
        h = new
    return (h - 0.7) ** 2, 2 * (h - 0.7) * dw, 2 * (h - 0.7) * db


print("w = 1.5:")
for b in (-1.0, -0.5, -0.3, -0.25, -0.22, -0.21, -0.205, -0.2, -0.19, -0.15, 0.0, 0.5):
    value, dw, db = unit_loss(1.5, b)
    print(f"  b = {b:<6} loss {value:.4f}   gradient norm {np.hypot(dw, db):8.4f}")
fine = np.linspace(-0.25, -0.15, 10001)
steepest_b = fine[np.abs(np.diff(unit_loss(1.5, fine)[0])).argmax()]
print(f"steepest at b = {steepest_b:.3f}")
flips_at.compare(steepest_b, within=0.05)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# At $b = 0.549 - 0.75 = -0.201$. Measured after 20 steps it is $-0.205$: so near to the watershed, 20 steps are few.
#
# </details>

# %% [markdown]
# Two plains and a cliff between them. Far out on the plains the gradient is small: the unit is saturated. At the edge, the state sits on
# the watershed for many steps before it falls to one side, most factors $w\,(1 - h^2)$ are above 1 there, and the gradient is large. Here
# is the single unit that explodes: only near the watershed. Vanishing and exploding, in the same network, a short way apart.
#
# Here are two learners who start at the same place on the high plain, with the same learning rate. One clips its gradient to norm 1, as
# in notebook 04: if it is longer, it is scaled down to that length, and its direction is kept.
#
# What does the first learner do when it comes to the edge?

# %%
at_the_edge = predict(..., among=("stops", "walks down into the valley", "is thrown far away"))


# %%
def learn(starts, rate, limit, steps=150):
    """Return the places (w, b) that gradient descent visits from each start, (steps + 1, number of starts, 2)."""
    path = [np.array(starts, dtype=float)]
    for _ in range(steps):
        _, dw, db = unit_loss(*path[-1].T)
        gradient = np.stack([dw, db], axis=1)  # (number of starts, 2)
        length = np.linalg.norm(gradient, axis=1, keepdims=True)
        scale = np.minimum(1, limit / np.maximum(length, 1e-300))
        path.append(path[-1] - rate * scale * gradient)
    return np.array(path)


START, RATE = (1.5, -0.4), 0.05
free, clipped = learn([START], RATE, np.inf)[:, 0], learn([START], RATE, 1.0)[:, 0]
for name, path in {"not clipped": free, "clipped": clipped}.items():
    longest = np.linalg.norm(np.diff(path, axis=0), axis=1).max()
    losses = unit_loss(*path.T)[0]
    print(
        f"{name:<12} longest step {longest:6.3f}   loss {losses[0]:.3f} -> {losses[-1]:.4f}   ends at {path[-1].round(2)}"
    )
jump = np.linalg.norm(np.diff(free, axis=0), axis=1).max()
at_the_edge.compare("is thrown far away" if jump > 1 else "walks down into the valley")

# %% tags=["figure"]
# the part that is shown larger gets more points
w = np.union1d(np.linspace(0, 4, 181), np.linspace(1.1, 1.7, 121))
b = np.union1d(np.linspace(-2, 5, 316), np.linspace(-0.5, 0.1, 121))
surface = unit_loss(*np.meshgrid(w, b))[0]
plots.show(
    gradient_plots.cliff(
        w, b, surface, {"not clipped": free, "clipped": clipped}, (0.5, 3.5, -1.0, 4.6), (1.1, 1.7, -0.5, 0.1)
    ),
    alt="Left: the loss over w and b as a relief. A high plain near 2.9 for small b, a low one near 0.1 for large b, and for w above 1 a steep cliff "
    f"between them. Middle: a map with two paths, their start and both ends marked. Right: the part around the start, larger. Both start on the high plain at w = {START[0]}, b = {START[1]}, and take the same steps to the edge. "
    f"Without clipping the path jumps far over the low plain at the edge and stays there, at w = {free[-1, 0]:.2f}, b = {free[-1, 1]:.2f}. With "
    f"clipping it stays at the edge and ends in the valley at w = {clipped[-1, 0]:.2f}, b = {clipped[-1, 1]:.2f}.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# It is thrown far away: one step of 4.6, over the valley and onto the low plain, where hardly any gradient is left to bring
# it back. The other learner has the same gradient at the same place, and takes a step of 0.05.
#
# </details>

# %% [markdown]
# One path proves nothing, so start from 3200 places around the edge, and count.

# %%
many = np.array(
    [(w, b) for w in np.arange(1.5, 3.499, 0.05) for b in np.arange(-1.3, 0.299, 0.02)]
)  # (3200, 2)
free_paths, clipped_paths = learn(many, RATE, np.inf), learn(many, RATE, 1.0)
jumped = np.linalg.norm(np.diff(free_paths, axis=0), axis=2).max(axis=0) > 1
print("starts:", len(many), "  of these take a step longer than 1 without clipping:", jumped.sum())
for name, paths in {"not clipped": free_paths, "clipped": clipped_paths}.items():
    solved = unit_loss(*paths[-1].T)[0] < 0.02
    print(
        f"{name:<12} loss below 0.02 after 150 steps: {solved.sum():>4} of all, {solved[jumped].sum():>3} of those that jump"
    )

# %% [markdown]
# Clipping does not make a gradient right. It keeps one bad step from undoing all good ones. And it does not help those who start far out on
# a plain: where the gradient has vanished, there is nothing to clip.
#
# **Would a smaller learning rate do?** It is often recommended against exploding gradients. It makes the *steps* shorter and leaves the
# gradient as it is. Choose the rate so that the longest step of the first learner is no longer than that of the clipped one: 0.05. How far
# has it come after 150 steps, when the clipped one has moved by 0.45? (The longest gradient on its way is 92, so the
# rate becomes 0.00055. On the plain the gradient is about 0.6.)

# %%
moved_by = predict(...)

# %%
steepest = max(np.hypot(*unit_loss(*place)[1:]) for place in free)
small = RATE / steepest
slow = learn([START], small, np.inf)[:, 0]
print(f"longest gradient on the way: {steepest:.0f}, so the rate is {small:.1e} in place of {RATE}")
for name, path in {"clipped": clipped, "small rate": slow}.items():
    print(
        f"{name:<10} loss after 150 steps {unit_loss(*path[-1])[0]:.4f}, moved by {np.linalg.norm(path[-1] - path[0]):.4f}"
    )
moved_by.compare(np.linalg.norm(slow[-1] - slow[0]))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# By about $150 \cdot 0.00055 \cdot 0.6 = 0.05$, a tenth of the way.
#
# The small rate pays for the rare cliff at every step. Clipping acts only where the gradient is long.
#
# </details>
#
# ## Truncation
#
# *Truncated* backpropagation stops after $k$ steps back. It is sometimes offered as a cure for vanishing gradients. What is the
# gradient at step 1 for $T = 100$ and $k = 20$?

# %%
truncated = predict(...)

# %%
norms = np.median(initial["radius 1.5, tanh"], axis=0)
kept = np.where(np.arange(1, T + 1) > T - 20, norms, 0.0)
print(
    f"radius 1.5: at step 1, full {norms[0] / norms[-1]:.1e}, truncated to 20 steps {kept[0] / norms[-1]:.1f}"
)
truncated.compare(kept[0])
norms = np.median(initial["radius 3, tanh"], axis=0)
kept = np.where(np.arange(1, T + 1) > T - 20, norms, 0.0)
print(
    f"radius 3: largest on the way, full {norms.max() / norms[-1]:.1e}, truncated {kept.max() / norms[-1]:.1e}"
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Exactly 0. Truncation does not bring small terms back. It removes them.
#
# </details>
#
# What truncation buys is memory and time, and, since a product of 19 factors is not as large as one of 99, a milder explosion.

# %% [markdown]
# ## Every remedy, tested
#
# Two patients: a network that vanishes (tanh, radius 0.9) and one that explodes (tanh, radius 3). For each remedy, the ratio
# $\|\partial L / \partial h_1\| / \|\partial L / \partial h_{100}\|$, lowest to highest of five seeds. Healthy would be near 1. The last
# column is the size of what all steps contribute together, with $\|\partial L / \partial h_{100}\| = 1$ before the remedy: it decides how
# far one step of descent goes.
#
# Look at the second to fourth rows: a smaller rate, clipping, truncation. How many of the three change the *ratio* of the vanishing patient?

# %%
change_the_ratio = predict(...)

# %%
K = 20  # truncation
radius = {"vanishing": 0.9, "exploding": 3.0}


def treated(remedy, patient, seed):
    """Return |dL/dh_t| for t = 1 to T of a patient after a remedy, where |dL/dh_T| was 1 before it; shape (T,)."""
    rho = radius[patient]
    if remedy == "skip of 10":
        norms = skip_norms(10, seed, share=rho / np.sqrt(2))
    elif remedy == "orthogonal start":
        norms = norms_of(some_orthogonal, "tanh", seed)
    elif remedy == "identity and ReLU":
        norms = norms_of(lambda rng: np.eye(H), "ReLU", seed, wxh_scale=0.01)
    else:
        activation = remedy.removesuffix(" for tanh") if remedy.endswith("for tanh") else "tanh"
        norms = norms_of(of_radius(rho), activation, seed)
    norms = norms / norms[-1]
    if remedy == "truncate to 20 steps":
        norms = np.where(np.arange(1, T + 1) > T - K, norms, 0.0)
    elif remedy == "learning rate / 100":
        norms = 0.01 * norms  # what is subtracted: every part is scaled alike
    elif remedy == "clip by norm":
        norms = norms * min(1.0, 1.0 / np.linalg.norm(norms))
    return norms


def span(values):
    """Return the lowest and the highest value as text."""
    return f"{min(values):.0e} to {max(values):.0e}"


remedies = [
    "none",
    "learning rate / 100",
    "clip by norm",
    "truncate to 20 steps",
    "ReLU for tanh",
    "leaky ReLU for tanh",
    "orthogonal start",
    "identity and ReLU",
    "skip of 10",
]
print(f"{'':<22} {'first step / last step':^44} {'all steps together':>20}")
print(f"{'remedy':<22} {'vanishing patient':>22} {'exploding patient':>22} {'exploding patient':>20}")
vanishing_ratio = {}
for remedy in remedies:
    weak, strong = ([treated(remedy, patient, seed) for seed in range(SEEDS)] for patient in radius)
    ratios = [span([norms[0] / norms[-1] for norms in found]) for found in (weak, strong)]
    vanishing_ratio[remedy] = np.median([norms[0] / norms[-1] for norms in weak])
    print(
        f"{remedy:<22} {ratios[0]:>22} {ratios[1]:>22} {span([np.linalg.norm(norms) for norms in strong]):>20}"
    )

change_the_ratio.compare(
    sum(not np.isclose(vanishing_ratio[r], vanishing_ratio["none"], atol=0) for r in remedies[1:4]), within=0
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# One: truncation, which makes it 0.
#
# The ratios of the second and third rows equal those of the first. A learning rate and a clip act *after* the gradient has been computed:
# they scale the whole of it, so no ratio within it changes. In the last column they differ: the smaller rate leaves the step as enormous as
# the explosion was, only 100 times shorter, and the clip bounds it by 1 whatever comes. Two of the starts replace $W_{hh}$, so both columns are the same network.
#
# </details>
#
# | remedy | against vanishing | against exploding | price |
# | --- | --- | --- | --- |
# | smaller learning rate | no | no: shorter steps, the same gradient | slow everywhere |
# | clipping by norm | no | yes: the step is bounded; the direction is kept | one more number to choose |
# | truncation to $k$ steps | no: far terms become exactly 0 | partly: fewer than $k$ factors | no gradient from beyond $k$ steps |
# | ReLU for tanh | no at radius 0.9 | no: far worse, nothing bounds the states | states may overflow |
# | leaky ReLU for tanh | no at radius 0.9 | no, as ReLU | no unit dies; states may overflow |
# | orthogonal start | better, not cured | yes, at the start | holds before training only |
# | identity and ReLU | yes, at the start | yes, at the start | units that are off stay silent; sensitive to training |
# | skip connections | better: about $T / s$ factors | better, for the same reason | one more matrix; paths are still products |
# | an additive path (LSTM) | yes, while its gate is near 1 | no: it is still clipped | four times the parameters |
#
# The last row is the next notebook's to prove.

# %% [markdown]
# ### Does it matter for learning?
#
# The whole point of a gradient at step 1 is that something there can be learnt. A task that tests it: the first input is $+1$ or $-1$,
# all later inputs are noise, and at the end the network must say which it was. It must **latch** one bit for $T$ steps. The gradient of
# the weights sums over all steps, but only the far end of it carries the answer.
#
# The next cell trains three starts for the same time: 32 tanh units, $T = 50$, 80 batches of 16, Adam, clipping. Chance is 50 %. How many
# of the three starts, `0.01 * randn`, `randn / sqrt(H)` and orthogonal, learn the task? (`tasks.latch` of `rnncourse.lab` draws the
# sequences, and `descend` is a loop that makes one long vector of all parameters.)

# %%
starts_that_learn = predict(...)


# %%
def forward(p, x):
    """Return the states h_0 to h_T, a list of T + 1 arrays (N, H), and the probability of + (N,)."""
    h = [np.zeros((len(x), H_LATCH))]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ p["Wxh"] + h[-1] @ p["Whh"] + p["bh"]))
    return h, 1 / (1 + np.exp(-(h[-1] @ p["w"] + p["b"])))


def loss_and_grads(p, x, y):
    """Return the mean cross-entropy of a batch and the gradients of all parameters."""
    h, prob = forward(p, x)
    dz = (prob - y) / len(x)  # (N,)
    dh = np.outer(dz, p["w"])  # (N, H)
    g = {name: np.zeros_like(value) for name, value in p.items()} | {"w": h[-1].T @ dz, "b": dz.sum()}
    for t in range(x.shape[1], 0, -1):
        da = dh * (1 - h[t] ** 2)
        g["Wxh"] += x[:, t - 1].T @ da
        g["Whh"] += h[t - 1].T @ da
        g["bh"] += da.sum(axis=0)
        dh = da @ p["Whh"].T
    right = np.where(y > 0.5, prob, 1 - prob)
    return -np.log(np.maximum(right, 1e-300)).mean(), g


def adam(rate):
    """Return an update rule: Adam of notebook 04, after clipping to norm 1, for one long vector."""
    m = v = 0.0

    def update(values, gradient, step):
        nonlocal m, v
        g = gradient * min(1.0, 1.0 / np.linalg.norm(gradient))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        return values - rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)

    return update


H_LATCH = 32


def latch_accuracy(weights, seed):
    """Train a tanh network to remember the sign of its first input; return its accuracy on 500 fresh sequences."""
    rng = np.random.default_rng([seed, 4])
    p = {"Wxh": rng.normal(0, 0.5, (1, H_LATCH)), "Whh": weights(rng, H_LATCH), "bh": np.zeros(H_LATCH)}
    p |= {"w": rng.normal(0, 1 / np.sqrt(H_LATCH), H_LATCH), "b": np.zeros(())}
    p, _ = descend(p, loss_and_grads, (tasks.latch(rng, 16, 50) for _ in range(80)), adam(0.004))
    x, y = tasks.latch(rng, 500, 50)
    return float(((forward(p, x)[1] > 0.5) == (y > 0.5)).mean())


starts = {
    "0.01 * randn": lambda rng, H: 0.01 * rng.normal(size=(H, H)),
    "randn / sqrt(H)": lambda rng, H: rng.normal(0, 1 / np.sqrt(H), (H, H)),
    "orthogonal": lambda rng, H: np.array(orthogonal(H, rng)),
}
learned = {name: [latch_accuracy(start, seed) for seed in range(5)] for name, start in starts.items()}
for name, accuracies in learned.items():
    print(f"{name:<16} accuracy on fresh sequences:", accuracies)
starts_that_learn.compare(sum(min(accuracies) > 0.9 for accuracies in learned.values()), within=0)
print(f"0.01 * sqrt(32) = {0.01 * 32**0.5:.3f}, to the power 49: {(0.01 * 32**0.5) ** 49:.0e}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Two. The tutorial start answers by chance, with every seed. Its radius is near $0.01 \sqrt{32}$, so its gradient at step 1
# is smaller than at the end by the power in the last line, or more. There is nothing to learn from. The other two learn the
# task every time. Their gradients are not perfect either, as you have measured: with small inputs they are *good enough for
# 50 steps*.
#
# </details>
#
# A vanishing gradient is not yes or no. It is a reach, in steps.

# %% [markdown]
# ## What you can do now
#
# - You can say what stands between the first step and the last: $T - 1$ factors, each the weights times a slope.
# - You look at slopes **and** weights before you say *vanishes* or *explodes*, and you know that a norm bounds one step while a radius
#   rules the long run.
# - You measure before you believe a remedy, over several seeds.

# %% [markdown]
# ## On your own
#
# No points, no check.
#
# 1. **Biases.** Give the laboratory a bias of 1 for every unit. What happens to radius 3? Why?
# 2. **The edge of chaos.** Plot the median ratio against the radius from 0.5 to 3, for `wxh_scale` 0.015 and 0.15. Where does it cross 1?
# 3. **A sentence of your own.** Write one in which the word that decides stands as far back as you can, and count. Which of the networks
#    of this notebook reach it?
# 4. **Residual in time.** Take $h_t = h_{t-1} + 0.1 \tanh(\dots)$. Write down $J_t$, and measure. What do the states do?
# 5. **Longer memory.** Raise $T$ in the latch task, 10 steps at a time. Where does each start stop learning within 80 batches?
#
# ## Further reading
#
# - Y. Bengio, P. Simard and P. Frasconi, *Learning Long-Term Dependencies with Gradient Descent is Difficult*, IEEE Transactions on Neural
#   Networks 5 (1994). Latching and vanishing are two sides of one thing.
# - R. Pascanu, T. Mikolov and Y. Bengio, *On the Difficulty of Training Recurrent Neural Networks*, ICML (2013). The bounds, the cliff,
#   clipping by norm.
# - Q. V. Le, N. Jaitly and G. E. Hinton, *A Simple Way to Initialize Recurrent Networks of Rectified Linear Units*, arXiv:1504.00941 (2015).
# - A. M. Saxe, J. L. McClelland and S. Ganguli, *Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks*, ICLR
#   (2014). Why orthogonal starts.
# - F. Mezzadri, *How to Generate Random Matrices from the Classical Compact Groups*, Notices of the AMS 54 (2007). The signs in `orthogonal`.
# - L. N. Trefethen and M. Embree, *Spectra and Pseudospectra* (2005). Non-normal matrices, at length.
#
# **Next:** [6 LSTM](06_lstm.ipynb), a path through time that is added to, not multiplied.
