# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10 Real data: beat something simple first
#
# **What you will do.** Take the LSTM of notebook 06 to three sets of real data, sunspots, names and handwritten digits,
# and to one that is invented, prices. Each time you write the simple rival first. It wins more often than you may
# think.
#
# **What you will learn**
#
# - to cut a series into windows and to split it in time, so that nothing of the future leaks into the training
# - what overfitting looks like, and to stop before it: validation and early stopping
# - to forecast several steps by feeding a forecaster its own output
# - why a high score on prices may be worth nothing
# - to write new names letter by letter, and what the temperature does
# - why a split by chance can flatter
#
# **What you need.** Notebooks 04 (training), 06 (LSTM) and 07 (masks: no target, no loss).
#
# **Time.** 3 hours 30 minutes, in three sittings: sunspots (85 minutes), prices and names (95), digits (30). Nine
# exercises. The cells that train networks take about a minute in all.
#
# One sentence runs through all of it: **a score means nothing without the score of something simple, on data that the
# model could not have seen.**

# %% tags=["setup"]
import numpy as np

from rnncourse import check, data, failing_case, hint, plots, predict
from rnncourse.fitting import constant, falling, fit
from rnncourse.plots import real_data as real_data_plots
from rnncourse.plots import training as training_plots

# %% [markdown]
# ## Your LSTM, ready for use
#
# The next two cells are the LSTM of notebook 06 with an output layer: forwards in the first, backwards in the second, with
# two losses and Adam. Nothing in them is new. They are written to be quick: the inputs of all steps are multiplied at
# once, and one tanh serves all four blocks, since $\sigma(a) = \tfrac12 + \tfrac12 \tanh(a/2)$.
#
# A network is a dict `net` with `Wx` (D, 4H), `Wh` (H, 4H), `b` (4H,), `Why` (H, K) and `by` (K,). The states before
# the first step are zeros. Read `run` once: you need it in the last exercise. The second cell you may skip.


# %% tags=["setup"]
def run(net, x):
    """Run an LSTM over sequences from states of zeros; return outputs, cells and gates of all steps.

    net : dict with Wx (D, 4H), Wh (H, 4H), b (4H,), blocks in the order i, f, g, o, and the output layer Why, by
    x   : (N, T, D)

    Returns h (N, T, H), c (N, T, H), gates (N, T, 4H). The output layer is not used here.
    """
    (N, T, _), H = x.shape, len(net["Wh"])
    half = np.repeat([0.5, 0.5, 1.0, 0.5], H)  # (4H,): sigmoid for i, f and o, tanh for g
    a = x @ net["Wx"] + net["b"]  # (N, T, 4H): what does not depend on the state
    h, c, gates = np.zeros((N, T, H)), np.zeros((N, T, H)), np.zeros((N, T, 4 * H))
    h_t, c_t = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T):
        gates[:, t] = half * np.tanh(half * (a[:, t] + h_t @ net["Wh"])) + (1 - half)
        i, f, g, o = np.split(gates[:, t], 4, axis=1)  # (N, H) each
        c_t = f * c_t + i * g
        h_t = o * np.tanh(c_t)
        h[:, t], c[:, t] = h_t, c_t
    return h, c, gates


# %%
def back(net, x, states, dlogits):
    """Return the gradients of all five arrays, for dlogits (N, T, K) at the output layer."""
    h, c, gates = states
    N, T, H = h.shape
    dh = dlogits @ net["Why"].T  # (N, T, H)
    da = np.zeros_like(gates)
    dh_next, dc = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        i, f, g, o = np.split(gates[:, t], 4, axis=1)
        c_prev = c[:, t - 1] if t > 0 else np.zeros((N, H))
        tanh_c, dh_t = np.tanh(c[:, t]), dh[:, t] + dh_next
        dc = dc + dh_t * o * (1 - tanh_c**2)
        parts = (
            dc * g * i * (1 - i),
            dc * c_prev * f * (1 - f),
            dc * i * (1 - g**2),
            dh_t * tanh_c * o * (1 - o),
        )
        da[:, t] = np.concatenate(parts, axis=1)
        dh_next, dc = da[:, t] @ net["Wh"].T, dc * f
    h_prev = np.concatenate([np.zeros((N, 1, H)), h[:, :-1]], axis=1)  # (N, T, H)
    rows = {"x": x, "h_prev": h_prev, "h": h, "da": da, "dlogits": dlogits}
    flat = {name: value.reshape(N * T, -1) for name, value in rows.items()}
    return {
        "Wx": flat["x"].T @ flat["da"],
        "Wh": flat["h_prev"].T @ flat["da"],
        "b": flat["da"].sum(axis=0),
        "Why": flat["h"].T @ flat["dlogits"],
        "by": flat["dlogits"].sum(axis=0),
    }


def squared_loss(net, x, y):
    """Return half the mean squared error over all targets and the gradients; y (N, T), nan where there is no target."""
    states = run(net, x)
    out = (states[0] @ net["Why"] + net["by"])[..., 0]  # (N, T)
    real = ~np.isnan(y)
    error = np.where(real, out - y, 0.0) / real.sum()
    return 0.5 * float((error**2).sum() * real.sum()), back(net, x, states, error[..., None])


def log_probabilities(net, h):
    """Return the logarithms of the probabilities of all classes, (N, T, K)."""
    logits = h @ net["Why"] + net["by"]
    logits = logits - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def cross_entropy(net, x, y):
    """Return the mean cross-entropy over all targets and the gradients; y (N, T), -1 where there is no target."""
    states = run(net, x)
    log_p = log_probabilities(net, states[0])  # (N, T, K)
    n, t = np.nonzero(y >= 0)
    dlogits = np.exp(log_p) * (y >= 0)[..., None]
    dlogits[n, t, y[n, t]] -= 1
    return -float(log_p[n, t, y[n, t]].mean()), back(net, x, states, dlogits / len(n))


def new_net(D, H, K, rng):
    """Return a random network with a forget bias of 1."""
    return {
        "Wx": rng.normal(0, 1 / np.sqrt(max(D, 10)), (D, 4 * H)),
        "Wh": rng.normal(0, 1 / np.sqrt(H), (H, 4 * H)),
        "b": np.repeat([0.0, 1.0, 0.0, 0.0], H),
        "Why": rng.normal(0, 1 / np.sqrt(H), (H, K)),
        "by": np.zeros(K),
    }


class Adam:
    """Adam of notebook 04, after clipping to norm 1, with its state kept between calls."""

    def __init__(self):
        self.t, self.m, self.v = 0, {}, {}

    def __call__(self, params, grads, rate):
        self.t += 1
        norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
        new = {}
        for name, value in params.items():
            g = grads[name] * min(1.0, 1.0 / max(norm, 1e-12))
            self.m[name] = 0.9 * self.m.get(name, 0.0) + 0.1 * g
            self.v[name] = 0.999 * self.v.get(name, 0.0) + 0.001 * g**2
            m_hat, v_hat = self.m[name] / (1 - 0.9**self.t), self.v[name] / (1 - 0.999**self.t)
            new[name] = value - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
        return new


# %% [markdown]
# A gradient is right when it has been checked (notebook 03). One entry of each array, both losses, against the
# difference of two losses:

# %%
rng = np.random.default_rng(10)
small, x_small = new_net(3, 4, 5, rng), rng.normal(size=(2, 6, 3))
y_numbers, y_classes = rng.normal(size=(2, 6)), rng.integers(0, 5, (2, 6))
y_numbers[0, :3], y_classes[0, :3] = np.nan, -1  # some steps without a target
for loss_of, y_small in ((squared_loss, y_numbers), (cross_entropy, y_classes)):
    net = small if loss_of is cross_entropy else new_net(3, 4, 1, rng)
    _, grads = loss_of(net, x_small, y_small)
    for name, value in net.items():
        index, losses = tuple(rng.integers(size) for size in value.shape), []
        for shift in (1e-5, -1e-5):
            moved = {key: array.copy() for key, array in net.items()}
            moved[name][index] += shift
            losses.append(loss_of(moved, x_small, y_small)[0])
        print(
            f"{loss_of.__name__:<13} {name:<3} backward {grads[name][index]:+.8f}   "
            f"difference {(losses[0] - losses[1]) / 2e-5:+.8f}"
        )

# %% [markdown]
# ## First sitting: sunspots
#
# Dark spots come and go on the sun, in a cycle of about 11 years. People have counted them since the telescope. The file
# holds one number for every year from 1700 to 2008. The task: **from the years so far, say the number of the next**.
#
# The last 60 years are the **test set**. They say how good a finished forecaster is. Nothing is chosen by them: no weight,
# no setting, no moment to stop.

# %%
years, spots = data.sunspots()  # (309,) each
n, TEST = len(spots), 60
test = np.arange(n - TEST, n)  # the places of the last 60 years
print(f"{n} years, {years[0]} to {years[-1]}; test from {years[test[0]]} on")
print("the first ten numbers:", spots[:10])
print(f"largest number before the test years {spots[: n - TEST].max():.1f}, in them {spots[test].max():.1f}")

# %% tags=["figure"]
plots.show(
    real_data_plots.lines(
        {"sunspots": (years, spots)}, ("year", "sunspot number"), (years[test[0]], "test years")
    ),
    alt=f"Yearly sunspot numbers from 1700 to 2008: 28 cycles of some 11 years, from near 0 to between 46 and 190. The last "
    f"60 years are shaded. They hold the largest number of all, {spots.max():.1f} in {years[spots.argmax()]}.",
)

# %% [markdown]
# What would you say without any network? Some simple forecasters:
#
# - the **mean** of all years so far
# - the number of **11 years ago**
# - **persistence**: next year is like this year
#
# We measure in the units of the data, by the root of the mean squared error, **RMSE**: roughly the size of a typical
# miss.
#
# **Predict** the RMSE of persistence. In the picture, how far apart are two years in a row, typically?

# %%
guess_persistence = predict(...)

# %% [markdown]
# ## Exercise: `score`
#
# *Difficulty 1 of 5 · 10 minutes · Objective: never give a score without the one of a simple rival.*
#
# RMSE says how large the misses are. Whether that is much depends on the data. So we put a simple forecast, the
# **naive** one, beside it, and compute the **skill**:
#
# $$
# \text{skill} = 1 - \left(\frac{\text{RMSE}}{\text{RMSE of the naive forecast}}\right)^2
# $$
#
# It is 1 for a forecast without errors, 0 for one that is as good as the naive one, and negative for one that is worse.
# It is the share of the naive forecast's squared error that is gone. For actual values 3, 5, 4, 8, 6 and persistence
# from 2, so 2, 3, 5, 4, 8, the errors are 1, 2, -1, 4, -2, their squares have the mean 5.2, and the RMSE is 2.280.


# %% nbgrader={"grade_id": "score", "solution": true}
def score(actual, predicted, naive):
    """Return how good a forecast is, beside a naive one.

    actual    : (n,) float array   what came
    predicted : (n,) float array   what the forecast said
    naive     : (n,) float array   what the naive forecast said

    Returns a dict of three floats:
    "rmse"       : the root of the mean squared error of predicted
    "naive_rmse" : the same for naive
    "skill"      : 1 - (rmse / naive_rmse) ** 2; 0.0 if the naive forecast has no error at all
    """
    ### BEGIN SOLUTION
    rmse = np.sqrt(np.mean((predicted - actual) ** 2))
    naive_rmse = np.sqrt(np.mean((naive - actual) ** 2))
    skill = 1 - (rmse / naive_rmse) ** 2 if naive_rmse > 0 else 0.0
    return {"rmse": float(rmse), "naive_rmse": float(naive_rmse), "skill": float(skill)}
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_score", "points": 2}
check(score)

# %%
naive = spots[test - 1]  # persistence, for every test year
simple = {
    "mean of the past": np.array([spots[:t].mean() for t in test]),
    "11 years ago": spots[test - 11],
    "persistence": naive,
}
for name, said in simple.items():
    found = score(spots[test], said, naive)
    print(f"{name:<17} RMSE {found['rmse']:5.1f}   skill against persistence {found['skill']:+.2f}")
peaks = np.array([t for t in range(4, n - 4) if spots[t] == spots[t - 4 : t + 5].max()])
for when, at in (("all", peaks), ("test", peaks[peaks >= test[0]])):
    gaps, heights = np.diff(at), spots[at]
    print(
        f"{when} years: {gaps.min()} to {gaps.max()} years from one maximum to the next; "
        f"maxima of {heights.min():.0f} to {heights.max():.0f}"
    )
guess_persistence.compare(score(spots[test], naive, naive)["rmse"])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Persistence wins among the three, and that surprises many: the cycle of about 11 years is plain to see. But its maxima
# come after 7 to 17 years, and some are four times as high as others. In the test years it keeps better time, and the
# heights still differ. Eleven years ago was another cycle.
#
# </details>
#
# From here on, a forecast of sunspots has to have a skill above 0 to be worth a look.

# %% [markdown]
# ## Exercise: `windows`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: cut one series into many examples.*
#
# A forecaster learns from pairs: some years in a row, and what came after. One series gives many such pairs. A
# **window** of length 3 and what follows it, for the series 10, 20, 30, 40, 50:
#
# | inputs | target |
# | --- | --- |
# | 10 20 30 | 40 |
# | 20 30 40 | 50 |
#
# The **horizon** is how many values after the window are targets. Before you write: how many pairs does a series of $n$
# values give?


# %% nbgrader={"grade_id": "windows", "solution": true}
def windows(series, length, horizon):
    """Return all windows of a series and the values that follow each.

    series  : (n,) float array
    length  : int   values in a window, at least 1
    horizon : int   values after it that are targets, at least 1; length + horizon is at most n

    Returns x (m, length, 1) and y (m, horizon), in this order, one row for every place where window and targets fit, from
    the start of the series to its end. Times run forwards in both. The last axis of x is D = 1, for one number a step.
    """
    ### BEGIN SOLUTION
    starts = range(len(series) - length - horizon + 1)
    x = np.array([series[s : s + length] for s in starts])  # (m, length)
    y = np.array([series[s + length : s + length + horizon] for s in starts])  # (m, horizon)
    return x[:, :, None], y
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_windows", "points": 3}
check(windows)

# %% [markdown]
# ### The rival: a weighted sum of the last years
#
# The simplest forecaster that *learns* is a weighted sum of the last $p$ years and a constant, with the weights of the
# smallest squared error. It is called **autoregression**, AR(p), and was invented for sunspots, in 1927. It is a linear
# problem, so there is nothing to train: one call solves it.
#
# **Predict**: which of AR(1), AR(2) and AR(9) has the lowest RMSE in the test years?

# %%
guess_order = predict(..., among=("AR(1)", "AR(2)", "AR(9)"))


# %%
def autoregression(series, p):
    """Return a function from the last p values or more to the next one, fitted to a series by least squares."""
    x, y = (np.asarray(part, dtype=float) for part in windows(series, p, 1))
    design = np.concatenate([x[..., 0], np.ones((len(x), 1))], axis=1)  # (m, p + 1)
    weights = np.linalg.lstsq(design, y[:, 0], rcond=None)[0]  # (p + 1,)
    return lambda history: float(history[-p:] @ weights[:-1] + weights[-1])


rivals = {f"AR({p})": autoregression(spots[: n - TEST], p) for p in (1, 2, 9)}
said_by = {name: np.array([step(spots[:t]) for t in test]) for name, step in rivals.items()}
rmse_of = {name: score(spots[test], said, naive)["rmse"] for name, said in said_by.items()}
for name, said in said_by.items():
    print(f"{name}: RMSE {rmse_of[name]:.1f}, skill {score(spots[test], said, naive)['skill']:+.2f}")
guess_order.compare(min(rmse_of, key=rmse_of.get))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# AR(9). Two years are much better than one: they show not only where the number is but also whether it rises or falls.
# Nine years reach back over most of a cycle.
#
# </details>
#
# The number to beat is the lowest of the three. But stop: *which order* is a setting, and we have just chosen it by the
# test years. Here that favours the rival, not us. The next exercise makes it possible to choose as one should.

# %% [markdown]
# ## Exercise: `split_in_time`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: a split in which the future stays unknown.*
#
# A network has settings that its gradient does not choose: how many units, how many updates. To choose them we need
# data that it was not trained on, and the test set must not be touched. So there is a third part, the **validation
# set**.
#
# | part | what it decides |
# | --- | --- |
# | training | the weights |
# | validation | the settings, and when to stop |
# | test | nothing. It says how good the result is |
#
# With a series, the order matters: the test years come last, the validation years before them. Shuffling the windows
# first would put a window from 1955 into the training and one from 1954 into the test. They share all years but one.
# That is a **leak**: what should be unknown has been seen.
#
# We name a window by the place of its target: the window of target $t$ holds the `length` values before place $t$.
# Windows of the validation and the test set may *reach back* into earlier years. By then, those years are past. What
# must not happen is that a training window has its target in a later part.


# %% nbgrader={"grade_id": "split_in_time", "solution": true}
def split_in_time(n, test, valid, length):
    """Return the places of the targets of the training, validation and test windows.

    n      : int   values in the series, at places 0 to n - 1
    test   : int   the last `test` places are the targets of the test set
    valid  : int   the `valid` places before those are the targets of the validation set
    length : int   values in a window; the window of target t holds places t - length to t - 1

    Returns three int arrays, in this order: training, validation, test. Each is increasing. All places that have a whole window
    before them are in exactly one of them. n is larger than length + valid + test; test and valid are at least 1.
    """
    ### BEGIN SOLUTION
    first_test = n - test
    first_valid = first_test - valid
    return np.arange(length, first_valid), np.arange(first_valid, first_test), np.arange(first_test, n)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_split_in_time", "points": 3}
check(split_in_time)

# %%
L, VALID = 24, 49
train_at, valid_at, test_at = (np.asarray(part, dtype=int) for part in split_in_time(n, TEST, VALID, L))
for name, part in (("training", train_at), ("validation", valid_at), ("test", test_at)):
    print(f"{name:<10} {len(part):>3} targets, {years[part[0]]} to {years[part[-1]]}")

early_rivals = {f"AR({p})": autoregression(spots[: valid_at[0]], p) for p in (1, 2, 9)}  # no later year seen
for name, step in early_rivals.items():
    said = np.array([step(spots[:t]) for t in valid_at])
    error = score(spots[valid_at], said, spots[valid_at - 1])["rmse"]
    print(f"{name} fitted to the training years: RMSE {error:.1f} in the validation years")

# %% [markdown]
# The validation years choose AR(9), too. No test year had a say in it.

# %% [markdown]
# ## The LSTM, update by update
#
# Windows of 24 years, an LSTM of 12 units, and a number at the output. Every step of the second half of a window has a
# target, its next year; the first half only warms the state up. The numbers go in as $y / 100 - 0.5$, so that they are
# of order 1.
#
# The loop is in `rnncourse/fitting.py`, and its heart is this:
#
# ```python
# for step in range(updates + 1):
#     if look is not None and (step % every == 0 or step == updates):
#         seen.append((step, dict(look(params))))
#         if seen[-1][1].get("validation", np.inf) < lowest:
#             best, best_at, lowest = params, step, seen[-1][1]["validation"]
#     if step < updates:
#         _, grads = loss_and_grads(params, *draw())
#         params = update(params, grads, schedule(step / updates))
# ```
#
# Every now and then it *looks*: here at the RMSE of the training, validation and test years. The test curve is there
# for you to see. The loop does not use it.
#
# **Predict** the curves of the training and the validation years over 400 updates. Does each fall to the end, or rise
# again after it has fallen?

# %%
guess_train = predict(..., among=("falls to the end", "rises again"))
guess_valid = predict(..., among=("falls to the end", "rises again"))


# %%
def scaled(numbers):
    """Return sunspot numbers in the units of the network."""
    return numbers / 100 - 0.5


def says(net, places):
    """Return what a network forecasts for these places, from the L years before each."""
    x = scaled(np.array([spots[t - L : t] for t in places]))[..., None]  # (m, L, 1)
    return 100 * ((run(net, x)[0][:, -1] @ net["Why"] + net["by"])[:, 0] + 0.5)


def rmse(net, places):
    return float(np.sqrt(np.mean((says(net, places) - spots[places]) ** 2)))


x_train = scaled(np.array([spots[t - L : t] for t in train_at]))[..., None]  # (m, L, 1)
y_train = scaled(
    np.array([spots[t - L + 1 : t + 1] for t in train_at])
)  # (m, L): the next year at every step
y_train[:, : L // 2] = np.nan  # no target while the state warms up


def fit_sunspots(seed, updates=400):
    """Return the Fit of one network."""
    rng = np.random.default_rng(seed)

    def draw():
        rows = rng.integers(0, len(x_train), 32)
        return x_train[rows], y_train[rows]

    def look(net):
        return {
            "training": rmse(net, train_at),
            "validation": rmse(net, valid_at),
            "test": rmse(net, test_at),
        }

    return fit(new_net(1, 12, 1, rng), draw, squared_loss, Adam(), constant(0.01), updates, look, every=25)


sun_fits = [fit_sunspots(seed) for seed in range(2)]

# %%
# Three more seeds, in a cell of their own so that neither cell takes long.
sun_fits += [fit_sunspots(seed) for seed in range(2, 5)]
sun_curves = {name: np.median([f.curves[name] for f in sun_fits], axis=0) for name in sun_fits[0].curves}
print(len(x_train), "training windows,", sum(value.size for value in sun_fits[0].best.values()), "parameters")
print("update    ", " ".join(f"{step:>5}" for step in sun_fits[0].updates[::2]))
for name, values in sun_curves.items():
    print(f"{name:<10}", " ".join(f"{value:5.1f}" for value in values[::2]))
for guess, name in ((guess_train, "training"), (guess_valid, "validation")):
    guess.compare(
        "rises again" if sun_curves[name][-1] > 1.05 * sun_curves[name].min() else "falls to the end"
    )

# %% tags=["figure"]
plots.show(
    training_plots.points(
        {name: (sun_fits[0].updates[1:], values[1:]) for name, values in sun_curves.items()},
        ("update", "RMSE, median of five seeds"),
    ),
    alt="RMSE over 400 updates, median of five seeds. "
    + " ".join(
        f"{name}: {values[1]:.1f} at 25, lowest {values.min():.1f} at {sun_fits[0].updates[values.argmin()]}, last {values[-1]:.1f}."
        for name, values in sun_curves.items()
    ),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The training error falls to the end. The errors on years that the network has not seen fall with it at first, and then
# rise, while the training error still improves. From there on the network learns what is special about its own years,
# and no longer what holds for sunspots.
#
# </details>
#
# *Better on what was trained, worse on what was not* is called **overfitting**. Notebook 04 showed where it ends: 100 % of
# three reviews, and nearly certain of the wrong answer to a fourth.
#
# The remedy costs nothing: keep the parameters with which the *validation* error was lowest. That is **early
# stopping**, the line with `best` in the loop. It needs the validation set because neither of the other two can tell:
# the training error always says "go on", and the test set must not be asked.
#
# How good is the network, stopped early? Five seeds, since one may be lucky. **Predict** how many of them beat AR(9).

# %%
guess_better = predict(...)

# %%
lstm_said = [says(f.best, test_at) for f in sun_fits]
for seed, (f, said) in enumerate(zip(sun_fits, lstm_said, strict=True)):
    found = score(spots[test], said, naive)
    print(
        f"LSTM, seed {seed}: stopped at {f.best_at:>3}, RMSE {found['rmse']:.1f}, skill {found['skill']:+.2f}"
    )
chosen = int(
    np.argmin([fit.curves["validation"].min() for fit in sun_fits])
)  # by the validation years, not by the test
together = score(spots[test], np.mean(lstm_said, axis=0), naive)
print(f"their mean forecast:         RMSE {together['rmse']:.1f}, skill {together['skill']:+.2f}")
print(f"AR(9):                       RMSE {rmse_of['AR(9)']:.1f}")
early_said = np.array([early_rivals["AR(9)"](spots[:t]) for t in test_at])
print(f"AR(9) of the training years: RMSE {score(spots[test], early_said, naive)['rmse']:.1f}")
better = sum(score(spots[test], said, naive)["rmse"] < rmse_of["AR(9)"] for said in lstm_said)
guess_better.compare(better, within=0)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# None does. All five beat persistence by far, and all five lose to ten numbers that one line of linear algebra found in
# no time. The last line takes away an advantage of the rival: it was fitted to the validation years as well, and the
# network's weights were not. Fitted to the same years as the network, AR(9) is half a unit worse, and no seed reaches it.
# There is no recipe here that we tried twenty times until it won.
#
# </details>
#
# How sure is such a comparison? Sixty years are few. Draw 60 years from the 60, with repetition, and compute both RMSEs
# again; 2,000 times. In what share of the draws is the network better?

# %%
rng = np.random.default_rng(0)
draws = rng.integers(0, TEST, (2000, TEST))
mean_squares = {
    name: ((said - spots[test]) ** 2)[draws].mean(axis=1)
    for name, said in {**said_by, "persistence": naive}.items()
}
for seed, said in enumerate(lstm_said):
    ours = ((said - spots[test]) ** 2)[draws].mean(axis=1)
    print(
        f"LSTM, seed {seed}: better than AR(9) in {np.mean(ours < mean_squares['AR(9)']):4.0%} of the draws"
    )
share = np.mean(mean_squares["AR(9)"] < mean_squares["persistence"])
print(f"AR(9): better than persistence in {share:.0%} of the draws")

# %% tags=["figure"]
plots.show(
    real_data_plots.lines(
        {
            "sunspots": (years[test], spots[test]),
            "AR(9)": (years[test], said_by["AR(9)"]),
            f"LSTM, seed {chosen}": (years[test], lstm_said[chosen]),
        },
        ("year", "sunspot number"),
    ),
    alt="Sunspot numbers of the 60 test years with the one-year forecasts of AR(9) and of one LSTM. Both follow the cycles. "
    f"At the largest maximum, {spots[test].max():.0f} in {years[test[spots[test].argmax()]]}, AR(9) says "
    f"{said_by['AR(9)'][spots[test].argmax()]:.0f} and the LSTM {lstm_said[chosen][spots[test].argmax()]:.0f}.",
)

# %% [markdown]
# A share of one half would mean that these 60 years cannot tell the two apart. A share near 0 would mean that the
# network is worse, whatever years one takes. The shares lie in between: no seed is *shown* to be worse, and none is
# better. That AR(9) beats persistence, on the other hand, does not depend on the years. What one may say is: **no gain
# is shown.** So take the ten numbers.
#
# <details><summary>Why does the network not win?</summary>
#
# There are 176 training windows, and they overlap: between one and the next, a single year is new. The LSTM has 685
# parameters, AR(9) has ten. A network needs many examples, or something in the data that a weighted sum cannot catch.
# In these 200 years there is too little of either.
#
# </details>

# %% [markdown]
# ## Exercise: `forecast`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: go on into the future on one's own output.*
#
# To say what comes in 11 years, a one-year forecaster says next year, takes that for true, says the year after, and so
# on. In notebook 08 this was the decoder on its own. For the forecaster "last value plus 1", the history 1, 2, 3 and a
# horizon of 3, the answer is 4, 5, 6.


# %% nbgrader={"grade_id": "forecast", "solution": true}
def forecast(step, history, length, horizon):
    """Return a forecast of several steps, each from the window that ends with the forecast before.

    step    : function (window) -> number   window is a (length,) array, oldest value first; returns the next value
    history : (n,) float array              what is known, oldest first; n is at least length
    length  : int                           how many values step wants
    horizon : int                           how many values to forecast, at least 1

    Returns an array (horizon,). history stays as it was.
    """
    ### BEGIN SOLUTION
    known = list(history)
    for _ in range(horizon):
        known.append(step(np.array(known[-length:])))
    return np.array(known[len(history) :], dtype=float)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_forecast", "points": 3}
check(forecast)

# %% [markdown]
# Now every forecaster goes 11 years ahead, from each of the test years that has 11 years after it. We collect the RMSE
# for 1, 2, ... 11 years ahead.
#
# **Predict** for persistence, which then says the same number eleven times: after how many years is its error largest?

# %%
guess_hump = predict(...)


# %%
def by_horizon(step, length, horizon=11):
    """Return the RMSE for each number of years ahead, (horizon,), over all starts in the test years."""
    starts = range(n - TEST, n - horizon + 1)
    errors = [
        np.asarray(forecast(step, spots[:t], length, horizon), dtype=float) - spots[t : t + horizon]
        for t in starts
    ]
    return np.sqrt(np.mean(np.square(errors), axis=0))


def lstm_step(window):
    """Return the next value by the LSTM with the lowest validation error."""
    h = run(sun_fits[chosen].best, scaled(window)[None, :, None])[0]  # (1, L, H)
    return 100 * ((h[0, -1] @ sun_fits[chosen].best["Why"] + sun_fits[chosen].best["by"])[0] + 0.5)


ahead = {
    "persistence": by_horizon(lambda window: window[-1], 1),
    "11 years ago": by_horizon(lambda window: window[0], 11),
    "AR(9)": by_horizon(rivals["AR(9)"], 9),
    f"LSTM, seed {chosen}": by_horizon(lstm_step, L),
}
print("years ahead    ", " ".join(f"{k:>4}" for k in range(1, 12)))
for name, errors in ahead.items():
    print(f"{name:<15}", " ".join(f"{error:4.0f}" for error in errors))
guess_hump.compare(int(ahead["persistence"].argmax()) + 1, within=0, unit="years")

# %% tags=["figure"]
plots.show(
    training_plots.points(
        {name: (range(1, 12), errors) for name, errors in ahead.items()}, ("years ahead", "RMSE")
    ),
    alt="RMSE for 1 to 11 years ahead. "
    + " ".join(f"{name}: {', '.join(f'{e:.0f}' for e in errors)}." for name, errors in ahead.items()),
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Persistence has a hump: after half a cycle a maximum has become a minimum, and the error is largest. After a whole
# cycle it is back where it was after one year.
#
# </details>
#
# *11 years ago* is flat, since all its values are known. The learnt forecasters lose their lead from year to year: each
# takes the errors of its own earlier steps for true. AR(9) stays ahead of *11 years ago* all the same. The LSTM has lost
# its lead by the third year, and is level with *11 years ago* for some years; ten and eleven years ahead it is level with
# AR(9). **A rival must suit the horizon.** One year ahead it is persistence. From two years on it is the cycle.
#
# Here the first sitting ends.

# %% [markdown]
# ## Second sitting: the price trap
#
# (In a new kernel, run the cells above first. It takes about 15 seconds.)
#
# The notes that this course grew from name stock prices as a use of LSTMs, and the web is full of figures in which a
# forecast lies on top of the price. Let us make one, with prices of which we *know* that nothing can be forecast: every
# day the logarithm of the price takes a random step,
#
# $$
# p_t = 100 \, \exp\Big(\sum_{s \le t} r_s\Big), \qquad r_s \sim \mathcal N(0.0003,\ 0.015^2),
# $$
#
# and no step depends on those before. The $r_s$ are called **returns**. We use five such series, 1,500 days to train
# and 500 to test.
#
# The usual score is $R^2$, the skill against a naive forecast that always says the *mean of the test days*:
# `score(actual, predicted, mean)["skill"]`. That rival knows the test days' mean and still is weak.
#
# **Predict** the $R^2$ of persistence, "tomorrow's price is today's", on these random prices.

# %%
guess_r2 = predict(...)

# %%
DAYS, TRAIN_DAYS, SPAN = 2000, 1500, 20
test_days = np.arange(TRAIN_DAYS, DAYS)
returns = [np.random.default_rng(100 + k).normal(0.0003, 0.015, DAYS) for k in range(5)]
prices = [100 * np.exp(np.cumsum(r)) for r in returns]


def r_squared(actual, predicted):
    """Return the skill against the mean of what came."""
    return score(actual, predicted, np.full(len(actual), actual.mean()))["skill"]


persistence_r2 = [r_squared(p[test_days], p[test_days - 1]) for p in prices]
print("R2 of persistence on five random series:", np.round(persistence_r2, 3))
guess_r2.compare(float(np.median(persistence_r2)), within=0.02)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Near 1, and it forecasts nothing. A price wanders far over 500 days, so the mean is a rival that anybody beats who
# knows yesterday's price.
#
# </details>
#
# Now an LSTM, trained on prices (scaled by mean and standard deviation of the training days), and one trained on
# returns. Both see 20 days and say the next. We note $R^2$, the share of days on which the *direction* is right, and
# from which day's price the forecast is least far away: the one that it is for (0), the day before (1), or an earlier
# one.
#
# **Predict** on which share of the test days, from 0 to 1, the LSTM on prices has the direction right.

# %%
guess_direction = predict(...)


# %%
def fit_series(values, seed, updates=200):
    """Return a network that says the next of these values from SPAN of them, fitted to the training days."""
    rng = np.random.default_rng(seed)
    ends = np.arange(SPAN, TRAIN_DAYS)
    x = np.array([values[t - SPAN : t] for t in ends])[..., None]
    y = np.array([values[t - SPAN + 1 : t + 1] for t in ends])
    y[:, : SPAN // 2] = np.nan

    def draw():
        rows = rng.integers(0, len(x), 32)
        return x[rows], y[rows]

    return fit(new_net(1, 8, 1, rng), draw, squared_loss, Adam(), falling(0.01), updates).last


def next_values(net, values):
    """Return the forecasts for all test days."""
    x = np.array([values[t - SPAN : t] for t in test_days])[..., None]
    return (run(net, x)[0][:, -1] @ net["Why"] + net["by"])[:, 0]


price_rows, price_said = [], []
for k, (r, p) in enumerate(zip(returns, prices, strict=True)):
    middle, spread = p[:TRAIN_DAYS].mean(), p[:TRAIN_DAYS].std()
    said = middle + spread * next_values(fit_series((p - middle) / spread, k), (p - middle) / spread)
    said_return = 0.015 * next_values(fit_series(r / 0.015, k), r / 0.015)
    up = r[test_days] > 0
    lag = int(np.argmin([np.mean((said - p[test_days - lag]) ** 2) for lag in range(6)]))
    price_said.append(said)
    price_rows.append(
        [
            persistence_r2[k],
            r_squared(p[test_days], said),
            np.mean((said > p[test_days - 1]) == up),
            lag,
            r_squared(r[test_days], said_return),
            np.mean((said_return > 0) == up),
            up.mean(),
            np.mean(p[test_days] > p[:TRAIN_DAYS].max()),
        ]
    )
print(
    "          persistence |  LSTM on prices               | LSTM on returns      | always up | test days above"
)
print(
    "series    R2          |  R2      direction  nearest   | R2        direction  | direction | all training prices"
)
for k, row in enumerate(price_rows):
    print(
        f"{k}         {row[0]:.3f}       |  {row[1]:+.3f}  {row[2]:.0%}        day -{row[3]:.0f}    | {row[4]:+.3f}    {row[5]:.0%}"
        f"        | {row[6]:.0%}       | {row[7]:4.0%}"
    )
guess_direction.compare(float(np.median([row[2] for row in price_rows])), within=0.05)

# %% tags=["figure"]
shown = int(np.argmax([row[1] for row in price_rows]))
days = test_days[:60]
plots.show(
    real_data_plots.lines(
        {"price": (days, prices[shown][days]), "LSTM": (days, price_said[shown][:60])}, ("day", "price")
    ),
    alt=f"Sixty test days of series {shown}, where the LSTM has its best R2, {price_rows[shown][1]:.3f}. The forecast has the shape of the "
    "price, smoother, and lies to the right of it: it turns some days after the price has turned.",
)

# %% [markdown]
# Look at the picture as a stranger would: it *follows*. Then look closer. It follows **after**. In every row the
# forecast is nearest to a price of two or more days ago, not to the one it was for. Not one LSTM reaches the $R^2$ of
# persistence. And the more test days lie above all prices of the training, the lower it is: up there the states saturate,
# and the output cannot follow.
#
# And the direction? A coin that is thrown $n$ times shows $n / 2$ heads, give or take about $\sqrt n / 2$. For 500 days
# that is 50 %, give or take 2.2 points; twice that comes now and then. Hold the directions of the table against it.
#
# <details>
# <summary>Answer</summary>
#
# All are within twice 2.2 points of one half. The directions are a coin's.
#
# </details>
#
# The returns tell the truth at once: $R^2$ a little below 0. There is nothing to learn,
# and now the score says so. So:
#
# - **$R^2$ on a level is no evidence.** Compare with persistence.
# - **Model the change**, not the level, if the change is what you want to know.
# - If a result on prices looks wonderful, look for the leak first.

# %% [markdown]
# ## Exercise: `price_verdict`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: read a score.*
#
# Six claims about forecasts of test days. For each, say what it shows about the forecast beyond its simplest rival:
# `"skill"` (it does better than chance and persistence), `"no skill"` (it does not), or `"cannot tell"` (what is given
# is not enough to say).
#
# - `"level"`: $R^2 = 0.99$ for prices; nothing else is told
# - `"worse"`: RMSE 2.10 for prices, persistence has 1.95 on the same days
# - `"direction"`: the direction is right on 5,300 of 10,000 test days; *always up* is right on 5,010 of them
# - `"short"`: the direction is right on 12 of 20 test days
# - `"shuffled"`: skill 0.6 against persistence; the windows were shuffled before they were split
# - `"sunspots"`: AR(9) above: skill 0.66 against persistence over 60 years, better in all resamplings

# %% nbgrader={"grade_id": "price_verdict", "solution": true}
# Assign a dict; each value is "skill", "no skill" or "cannot tell".
# price_verdict = {"level": ..., "worse": ..., "direction": ..., "short": ..., "shuffled": ..., "sunspots": ...}
### BEGIN SOLUTION
price_verdict = {
    "level": "cannot tell",
    "worse": "no skill",
    "direction": "skill",
    "short": "cannot tell",
    "shuffled": "cannot tell",
    "sunspots": "skill",
}
### END SOLUTION

# %% nbgrader={"grade_id": "check_price_verdict", "points": 2}
check("price_verdict")

# %% [markdown]
# ## Names, letter by letter
#
# The census of 1990 counted first names. 5,163 of them, 2 to 11 letters long, are in the file. The task: having read
# some letters of a name, give a probability to every letter that may come next, and to the end.
#
# There are $V = 27$ symbols: `.` is 0, and `a` to `z` are 1 to 26. The dot stands before every name and after it. So
# *ann* is read as `. a n n` with the targets `a n n .`, and the end of a name is learnt like any letter.
#
# The loss is the mean of $-\ln p$ of the right symbol over all symbols of all names, ends included. **Predict** the
# loss of a writer that knows nothing.

# %%
guess_nothing = predict(...)

# %%
names = data.first_names()
order = np.random.default_rng(0).permutation(len(names))
as_ids = [[ord(letter) - 96 for letter in names[k]] for k in order]
train_names, valid_names, test_names = as_ids[:4163], as_ids[4163:4663], as_ids[4663:]
V = 27


def as_text(ids):
    return "".join(chr(96 + token) if token else "." for token in ids)


print(len(train_names), "names to train, such as", ", ".join(as_text(name) for name in train_names[:6]))
print(len(valid_names), "for validation,", len(test_names), "to test")
guess_nothing.compare(np.log(V), within=0.02)

# %% [markdown]
# <details><summary>Where the number comes from</summary>
#
# Who knows nothing gives each of the $V$ symbols the probability $1/V$. The loss of that is $-\ln(1/V) = \ln V$, whatever
# symbol comes.
#
# </details>
#
# No name stands in the list twice, so here a split by chance is fair enough. (*maria* may be in one part and *marie* in
# another. That helps every method alike.)
#
# ### The rival: count what follows what
#
# A **bigram** is a pair of symbols in a row. Count all pairs of the training names, and you have a writer: after `q`,
# give each letter its share among the pairs that start with `q`. With longer memory: an **n-gram** of order $k$ looks
# at the last $k - 1$ symbols. $k = 1$ looks at nothing and knows only which letters are frequent.
#
# What if a pair never occurred? Its share is 0, and $-\ln 0$ is infinite. So every count gets a little added, $\alpha$:
#
# $$
# p(\text{next} \mid \text{context}) = \frac{\text{count}(\text{context}, \text{next}) + \alpha}{\text{count}(\text{context}) + \alpha V}
# $$
#
# Here count(context) says how often a symbol came after that context. A context that never occurred gives $1 / V$ to all.
#
# By hand, with $V = 3$, $\alpha = 1$, $k = 2$, the one training name `[1, 2]` and the test name `[1]`. The training
# pairs are (0, 1), (1, 2), (2, 0). So 0, 1 and 2 are a context once each: after the last zero comes nothing. The test
# name asks for (0, 1): $(1 + 1) / (1 + 3) = 2/4$, and for its end (1, 0): $(0 + 1) / (1 + 3) = 1/4$. The loss is
# $-(\ln \tfrac24 + \ln \tfrac14) / 2 = 1.0397$.

# %% [markdown]
# ## Exercise: `ngram_loss`
#
# *Difficulty 3 of 5 · 25 minutes · Objective: a rival made of counts.*


# %% nbgrader={"grade_id": "ngram_loss", "solution": true}
def ngram_loss(train, test, k, V, alpha):
    """Return the mean loss per symbol on test names, by counts of k symbols in a row in the training names.

    train : list of names, each a list of ids from 1 to V - 1
    test  : list of names of the same kind
    k     : int     the order: k - 1 symbols are looked at to say the next; at least 1
    V     : int     symbols in all, 0 included
    alpha : float   added to the count of every symbol after every context; positive

    Before every name stand k - 1 zeros, after it one zero, which is its end and is to be said too.
    The probability of a symbol is (count of context and symbol + alpha) / (count of context + alpha V), with counts from
    the training names; the count of a context says how often a symbol came after it.
    Returns the mean of -ln(probability) over all symbols of all test names, ends included: a float.
    """

    ### BEGIN SOLUTION
    def pairs(name):
        """Return every context of a name, and the symbol after it."""
        marked = [0] * (k - 1) + list(name) + [0]
        return [(tuple(marked[i : i + k - 1]), marked[i + k - 1]) for i in range(len(name) + 1)]

    counts, totals = {}, {}
    for name in train:
        for context, symbol in pairs(name):
            counts[context, symbol] = counts.get((context, symbol), 0) + 1
            totals[context] = totals.get(context, 0) + 1
    losses = []
    for name in test:
        for context, symbol in pairs(name):
            p = (counts.get((context, symbol), 0) + alpha) / (totals.get(context, 0) + alpha * V)
            losses.append(-np.log(p))
    return float(np.mean(losses))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_ngram_loss", "points": 4}
check(ngram_loss)

# %% [markdown]
# Which $\alpha$? That is a setting, so the validation names choose it, for every order on its own.
#
# **Predict**: does a longer memory always help? Which order is best on the test names, 2, 3, 4 or 6?

# %%
guess_gram = predict(..., among=("2", "3", "4", "6"))

# %%
gram_losses = {}
for k in (1, 2, 3, 4, 6):
    alpha = min((0.01, 0.03, 0.1, 0.3, 1.0), key=lambda a: ngram_loss(train_names, valid_names, k, V, a))
    gram_losses[k] = ngram_loss(train_names, test_names, k, V, alpha)
    print(f"order {k}: alpha {alpha:<4} loss on the test names {gram_losses[k]:.3f}")
guess_gram.compare(str(min(gram_losses, key=gram_losses.get)))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# It helps up to order 4. Order 6 is worse than order 2.
#
# </details>
#
# More context knows more, but each context has been seen less often: of 26 letters one can make 17,576 contexts of three
# and 12 million of five. For every symbol of the test names: how often was the context before it seen in training?


# %%
def contexts(some, k):
    """Return the k - 1 symbols before every symbol of some names, as text."""
    return [("." * (k - 1) + as_text(name))[i:][: k - 1] for name in some for i in range(len(name) + 1)]


for k in (2, 3, 4, 6):
    seen = dict(zip(*np.unique(contexts(train_names, k), return_counts=True), strict=True))
    times = [seen.get(context, 0) for context in contexts(test_names, k)]
    print(
        f"order {k}: never {np.mean(np.equal(times, 0)):5.1%}, half of them at most {np.median(times):.0f} times"
    )

# %% [markdown]
# At order 6 a fifth of the contexts is new, and half were seen nine times or less, to share among 27 symbols. A network
# shares what it learns between contexts. Does that help?

# %% [markdown]
# ### The LSTM, and a schedule for its rate
#
# An LSTM of 48 units reads one-hot letters and gives 27 logits a step. Adam at a rate of 0.03, batches of 64 names, 700
# updates.
#
# A constant rate has a drawback at the end: every batch pulls the weights its own way, by steps of the same size, and
# the network never comes to rest. So one lets the rate fall during training. A rule for that is called a
# **learning-rate schedule** (notebook 04). `falling(0.03)` of `rnncourse/fitting.py` keeps the rate for the first half of the
# updates, and then lets it fall to 0 in a line. Notebook 08 had it without the name.
#
# **Predict** the validation loss over the second half, at the constant rate, and at the falling one, from the same
# seed. (Knows nothing is 3.30, the best count about 2.04.)

# %%
guess_constant = predict(..., among=("falls", "stays or rises"))
guess_falling = predict(..., among=("falls", "stays or rises"))


# %%
def name_rows(batch):
    """Return x (N, T, V), one-hot, and y (N, T), the next symbols, -1 beyond the end."""
    T = 1 + max(map(len, batch))
    ids, y = np.zeros((len(batch), T), dtype=int), np.full((len(batch), T), -1)
    for row, name in enumerate(batch):
        ids[row, 1 : len(name) + 1] = name
        y[row, : len(name) + 1] = [*name, 0]
    return np.eye(V)[ids], y


def name_loss(net, some):
    """Return the mean loss per symbol."""
    x, y = name_rows(some)
    n_at, t_at = np.nonzero(y >= 0)
    return -log_probabilities(net, run(net, x)[0])[n_at, t_at, y[n_at, t_at]].mean()


def fit_names(seed, schedule, updates=700):
    rng = np.random.default_rng(seed)

    def draw():
        return name_rows([train_names[row] for row in rng.integers(0, len(train_names), 64)])

    def look(net):
        return {"training": name_loss(net, train_names[:500]), "validation": name_loss(net, valid_names)}

    return fit(new_net(V, 48, V, rng), draw, cross_entropy, Adam(), schedule, updates, look, every=50)


name_fits = {"falling": fit_names(0, falling(0.03))}

# %%
name_fits["constant"] = fit_names(0, constant(0.03))
for kind, f in name_fits.items():
    print(f"{kind:<9} training  ", " ".join(f"{value:.2f}" for value in f.curves["training"][1:]))
    print(f"{kind:<9} validation", " ".join(f"{value:.2f}" for value in f.curves["validation"][1:]))
name_losses = {}
for kind, f in name_fits.items():
    name_losses[kind] = name_loss(f.best, test_names)
    print(
        f"{kind:<9} test loss with the best parameters, after {f.best_at} updates: {name_losses[kind]:.3f}; with the last: "
        f"{name_loss(f.last, test_names):.3f}"
    )
print(f"best of the counts, order {min(gram_losses, key=gram_losses.get)}: {min(gram_losses.values()):.3f}")
for guess, kind in ((guess_constant, "constant"), (guess_falling, "falling")):
    half, *_, end = name_fits[kind].curves["validation"][7:]
    guess.compare("falls" if end < half - 0.005 else "stays or rises")

# %% tags=["figure"]
name_curves = {
    f"{part}, {kind}": (f.updates[1:], f.curves[part][1:])
    for kind, f in name_fits.items()
    for part in ("training", "validation")
}
plots.show(
    training_plots.points(
        name_curves, ("update", "loss per letter"), (min(gram_losses.values()), "best count, on test")
    ),
    alt="Loss per letter over 700 updates for the falling and the constant rate. "
    + " ".join(
        f"{name}: {values[0]:.2f} at 50, {values[6]:.2f} at 350, {values[-1]:.2f} at 700."
        for name, (_, values) in name_curves.items()
    )
    + " Both kinds are the same up to 350.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# At the constant rate, the training loss goes on falling while the validation loss stays where it was, and jumps about:
# overfitting again. The falling rate still gains a little, and its end is calm. Early stopping helps the constant rate,
# too: the parameters after 550 updates are better than the last. A schedule does not replace the look at the validation
# curve.
#
# </details>
#
# Here, at last, the network wins: it beats every count, with the same rule for choosing settings. (Two runs of one seed.
# Number 7 of *On your own* asks for more.) In numbers:
# $e^{-2.04} = 0.130$ is the (geometric) mean probability that the best count gives to the right letter, $e^{-1.95} =
# 0.142$ that of the network. It is a real gain, and a small one.

# %% [markdown]
# ## Exercise: `sample_token`
#
# *Difficulty 3 of 5 · 15 minutes · Objective: draw from a distribution that you can sharpen and flatten.*
#
# Greedy writing (notebook 02) gives one name, always the same. To get many, **draw** the next letter: each with its
# probability. The **temperature** $\tau$ divides the logits before the softmax:
#
# $$
# p_v = \frac{e^{z_v / \tau}}{\sum_u e^{z_u / \tau}}
# $$
#
# For logits 2, 1, 0, -1:
#
# | $\tau$ | probabilities |
# | --- | --- |
# | 0.5 | 0.865, 0.117, 0.016, 0.002 |
# | 1 | 0.644, 0.237, 0.087, 0.032 |
# | 2 | 0.455, 0.276, 0.167, 0.102 |
#
# A way to draw: let $u$ be uniform between 0 and 1, and take the first symbol at which the *running sum* of the
# probabilities is above $u$. There are others. The check looks at how often each symbol comes, so any right way will
# do.


# %% nbgrader={"grade_id": "sample_token", "solution": true}
def sample_token(logits, temperature, rng):
    """Draw one token for each row, with probabilities softmax(logits / temperature).

    logits      : (N, V) float array, of any size: rows of 1000 and rows of -1000 are fine
    temperature : float, positive
    rng         : numpy.random.Generator, the only source of randomness

    Returns an int array (N,), entries from 0 to V - 1. Rows are drawn independently of each other.
    """
    ### BEGIN SOLUTION
    z = logits / temperature
    p = np.exp(z - z.max(axis=1, keepdims=True))  # (N, V)
    running = np.cumsum(p / p.sum(axis=1, keepdims=True), axis=1)
    u = rng.random((len(logits), 1))
    return np.minimum((u >= running).sum(axis=1), logits.shape[1] - 1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sample_token", "points": 3}
check(sample_token)

# %% [markdown]
# ## Exercise: `sample_name`
#
# *Difficulty 2 of 5 · 15 minutes · Objective: write until the end, one letter at a time.*
#
# The loop around it: start with the dot, take a step, choose a symbol, feed it back, stop at the end. Which network
# takes the step and how a symbol is chosen come in as functions, so the same loop writes greedily, by lot, or with any
# other network.


# %% nbgrader={"grade_id": "sample_name", "solution": true}
def sample_name(step, choose, start, end, most):
    """Write one name.

    step   : function (token, state) -> logits (V,), new state   state is None before the first step
    choose : function (logits) -> token, an int                  how the next token is chosen
    start  : int   the token that is fed in first
    end    : int   the token that ends a name; it may be equal to start
    most   : int   write at most so many tokens, at least 1

    Returns the list of the tokens written, ints. Neither start nor end is in it. The list is empty if end is chosen first.
    """
    ### BEGIN SOLUTION
    token, state, written = start, None, []
    while len(written) < most:
        logits, state = step(token, state)
        token = int(choose(logits))
        if token == end:
            break
        written.append(token)
    return written
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sample_name", "points": 3}
check(sample_name)

# %% [markdown]
# Now 200 names each for four temperatures. We count how many are *different*, and how many stand in the training list,
# letter by letter.
#
# **Predict**: at which temperature are most names copies from the list?

# %%
guess_copies = predict(..., among=("0.3", "0.8", "1.0", "2.0"))


# %%
writer = name_fits["falling"].best


def name_step(token, state):
    """Return logits (V,) and the new state, a pair of cell and output, for one letter."""
    h, c = (np.zeros(48), np.zeros(48)) if state is None else state
    a = writer["Wx"][token] + h @ writer["Wh"] + writer["b"]  # (4H,)
    i, f, o = (1 / (1 + np.exp(-a[k * 48 : (k + 1) * 48])) for k in (0, 1, 3))
    c = f * c + i * np.tanh(a[96:144])
    h = o * np.tanh(c)
    return h @ writer["Why"] + writer["by"], (h, c)


known_names, copied = {as_text(name) for name in train_names}, {}
for temperature in (0.3, 0.8, 1.0, 2.0):
    rng = np.random.default_rng(1)

    def choose(logits, temperature=temperature, rng=rng):
        return int(np.asarray(sample_token(logits[None], temperature, rng))[0])

    made = [as_text(sample_name(name_step, choose, 0, 0, 15)) for _ in range(200)]
    copied[f"{temperature}"] = np.mean([name in known_names for name in made])
    print(
        f"temperature {temperature}: {len(set(made)) / 200:4.0%} different, {copied[f'{temperature}']:4.0%} copies, such as",
        ", ".join(made[:7]),
    )
guess_copies.compare(max(copied, key=copied.get))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# A low temperature stays on the beaten track: what it writes is often a name that exists, and often the same one twice.
# A high one leaves every track. Around 0.8 to 1 most names are new, and you can say them.
#
# </details>
#
# No number tells which temperature is right. It depends on what you want.
#
# A loss on test names told which *model* is better. Samples cannot: a list of all training names gives perfect samples.
#
# Here the second sitting ends.

# %% [markdown]
# ## Third sitting: digits, row by row
#
# (In a new kernel, run the first cells up to the one that checks the gradients. Nothing else from above is needed.)
#
# 1,797 small pictures of digits, 8 rows of 8 numbers from 0, paper, to 16, all ink. We read a picture as a *sequence*:
# one row a step, from the top, so $T = D = 8$. After the last row, the network says which digit it was. Many-to-one, as
# in notebook 02.

# %%
images, labels = data.digits()  # (1797, 8, 8), (1797,)
print("images", images.shape, "labels", labels.shape, "the first 24 labels:", labels[:24])

# %% tags=["figure"]
plots.show(
    real_data_plots.images(images[:10], [f"{label}" for label in labels[:10]]),
    alt="Ten pictures of 8 x 8 squares, handwritten digits from 0 to 9, coarse but readable. Dark is ink.",
)

# %% [markdown]
# ## Exercise: `classify_rows`
#
# *Difficulty 2 of 5 · 10 minutes · Objective: from pictures to a sequence, and from its last state to a class.*
#
# Use `run` from the start of this notebook. The network was trained on numbers from 0 to 1, so the pictures must be
# divided by 16.


# %% nbgrader={"grade_id": "classify_rows", "solution": true}
def classify_rows(images, net):
    """Return the most probable digit of each picture, read row by row by an LSTM.

    images : (N, 8, 8)   numbers from 0 to 16; images[n, 0] is the top row of picture n
    net    : dict with Wx (8, 4H), Wh (H, 4H), b (4H,), Why (H, K), by (K,), trained on images / 16

    The top row is the input of the first step. The logits come from the output h of the LSTM after the last row.
    Returns an int array (N,), numbers of classes.
    """
    ### BEGIN SOLUTION
    h = run(net, images / 16)[0]  # (N, T, H): a row is a step
    logits = h[:, -1] @ net["Why"] + net["by"]  # (N, K)
    return logits.argmax(axis=1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_classify_rows", "points": 2}
check(classify_rows)

# %% [markdown]
# ### Simple rivals, and a split by chance
#
# 1,157 pictures to train, 640 to test, chosen by chance. Three rivals, all of them a single softmax layer: on all 64
# numbers at once; on the sum of all rows, which does not know the order; and on the last row alone.
#
# **Predict** the share of right answers of the layer on all 64 numbers. It sees no sequence at all.

# %%
guess_plain = predict(...)


# %%
def fit_layer(x, y, updates=600):
    """Return a function that classifies rows of numbers by one softmax layer."""
    rng = np.random.default_rng(0)

    def draw():
        rows = rng.integers(0, len(x), 64)
        return x[rows], y[rows]

    def loss_and_grads(layer, x, y):
        logits = x @ layer["W"] + layer["b"]
        log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        dlogits = (np.exp(log_p) - np.eye(10)[y]) / len(y)
        return -log_p[np.arange(len(y)), y].mean(), {"W": x.T @ dlogits, "b": dlogits.sum(axis=0)}

    start = {"W": np.zeros((x.shape[1], 10)), "b": np.zeros(10)}
    layer = fit(start, draw, loss_and_grads, Adam(), falling(0.01), updates).last
    return lambda x: (x @ layer["W"] + layer["b"]).argmax(axis=1)


CUT = 1157
VIEWS = {
    "all 64 numbers": lambda pictures: pictures.reshape(len(pictures), 64) / 16,
    "sum of the rows": lambda pictures: pictures.sum(axis=1) / 16,
    "last row": lambda pictures: pictures[:, -1] / 16,
}


def simple_shares(train_rows, test_rows):
    """Return the share of right answers of every simple rival."""
    shares = {}
    for name, view in VIEWS.items():
        classify = fit_layer(view(images[train_rows]), labels[train_rows])
        shares[name] = float(np.mean(classify(view(images[test_rows])) == labels[test_rows]))
    return shares


mixed = np.random.default_rng(0).permutation(len(images))
by_chance = simple_shares(mixed[:CUT], mixed[CUT:])
for name, share in by_chance.items():
    print(f"softmax layer on {name:<16} {share:6.1%}")
guess_plain.compare(by_chance["all 64 numbers"], within=0.02)

# %% [markdown]
# <details><summary>Why one layer gets so far</summary>
#
# Pictures of one digit have their ink in the same places. A weighted sum of the 64 places sees that, and it needs no order
# of rows for it.
#
# </details>
#
# The bar is high: a single layer, no hidden unit. Now the LSTM, row by row, and another that reads the columns from
# left to right. And after each row, we ask the first one what it thinks.
#
# **Predict**: after how many of the 8 rows is it right for more than half of the pictures?

# %%
guess_rows = predict(...)


# %%
def fit_digits(pictures, classes, seed, updates=600):
    """Return an LSTM of 32 units, trained on pictures (N, 8, 8) with one target, at the last step."""
    rng = np.random.default_rng(seed)
    targets = np.full((len(pictures), 8), -1)
    targets[:, -1] = classes

    def draw():
        rows = rng.integers(0, len(pictures), 64)
        return pictures[rows] / 16, targets[rows]

    return fit(new_net(8, 32, 10, rng), draw, cross_entropy, Adam(), falling(0.01), updates).last


def right_after(net, pictures, classes):
    """Return the share of right answers after every row, (8,)."""
    logits = run(net, pictures / 16)[0] @ net["Why"] + net["by"]  # (N, 8, 10)
    return (logits.argmax(axis=-1) == classes[:, None]).mean(axis=0)


def lstm_shares(train_rows, test_rows, seed=0):
    """Return the shares right of an LSTM on rows, after each row, and of one on columns."""
    by_rows = fit_digits(images[train_rows], labels[train_rows], seed)
    turned = images.transpose(0, 2, 1)  # columns become rows
    by_columns = fit_digits(turned[train_rows], labels[train_rows], seed)
    in_columns = np.mean(classify_rows(turned[test_rows], by_columns) == labels[test_rows])
    return right_after(by_rows, images[test_rows], labels[test_rows]), float(in_columns)


rows_by_chance, columns_by_chance = lstm_shares(mixed[:CUT], mixed[CUT:])
print("LSTM, right after each row:", " ".join(f"{share:.0%}" for share in rows_by_chance))
print(f"LSTM on rows {rows_by_chance[-1]:.1%}, on columns {columns_by_chance:.1%}")
guess_rows.compare(int(np.argmax(rows_by_chance > 0.5)) + 1, within=0, unit="rows")

# %% tags=["figure"]
plots.show(
    training_plots.points(
        {"LSTM, row by row": (range(1, 9), rows_by_chance)},
        ("rows read", "share right"),
        (by_chance["all 64 numbers"], "softmax layer, all 64"),
    ),
    alt="Share of right answers after 1 to 8 rows: "
    + ", ".join(f"{share:.0%}" for share in rows_by_chance)
    + f". A line marks the softmax layer on all 64 numbers, {by_chance['all 64 numbers']:.1%}.",
)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# After six. Up to row 4 it is near chance. That does not mean that the upper half says nothing. The network had its
# target after the last row only, so nobody ever asked it earlier, and its output layer never learnt to read the states
# in between. What you do not train, you do not get.
#
# </details>
#
# In the end it is a percent or two ahead of the single layer. On 640 pictures a percent is six of them, and that is
# about what chance alone does. An LSTM for eight steps of a picture that fits into one look: it works, and it is not
# needed.

# %% [markdown]
# ### Who wrote these?
#
# Thirteen people wrote the digits. The file does not say who wrote which. But look at the *labels* in the order of the
# file.

# %%
repeats = {lag: np.mean(labels[lag:] == labels[:-lag]) for lag in range(1, 300)}
lag = max(repeats, key=repeats.get)
print(
    f"two labels {lag} places apart are equal in {repeats[lag]:.0%} of all cases; by chance it would be 10 %"
)
run_of_three = [k for k in range(len(labels) - 29) if np.array_equal(labels[k : k + 30], np.arange(30) % 10)]
print("the labels 0 1 2 ... 9, three times in a row, start at", run_of_three)

# %% [markdown]
# Everybody filled in the same form, with about 130 digits in the same order. So the file is sorted by form, and
# pictures of one form are by one hand. (The list has 12 places. Two of the gaps are twice as long: there, pictures
# are missing near the start of a form. So there are 14 forms, and one of the 13 people filled in two, which may lie on both
# sides of what follows.)
#
# The split by chance put pictures of every hand on *both* sides. It answers the question: how well do we read people
# whose writing we have seen? Usually one wants to know the other thing: how well do we read *somebody new*? For that,
# whole forms have to be held back. Place 1,157 is the start of a form: we train on all pictures before it and test on
# the 640 from there on, the same sizes as before.
#
# **Predict** for the LSTM on rows: by how many percentage points is it worse on new hands?

# %%
guess_writers = predict(...)

# %%
in_order = np.arange(len(images))
by_form = simple_shares(in_order[:CUT], in_order[CUT:])
rows_by_form, columns_by_form = lstm_shares(in_order[:CUT], in_order[CUT:])
table = {f"softmax, {name}": (by_chance[name], by_form[name]) for name in VIEWS}
table |= {
    "LSTM, rows": (rows_by_chance[-1], rows_by_form[-1]),
    "LSTM, columns": (columns_by_chance, columns_by_form),
}
print(f"{'':<25} by chance   by form")
for name, (chance, form) in table.items():
    print(f"{name:<25} {chance:8.1%}  {form:8.1%}")
guess_writers.compare(100 * (rows_by_chance[-1] - rows_by_form[-1]), within=0.3, unit="points")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Three or four. Every good method loses three points or more: about twice as many errors. Knowing the hands was worth more
# than the choice between the good methods. Nothing is wrong with the network. The first number answered another question.
#
# </details>
#
# It is the leak of the first sitting again, in another dress. There it was neighbouring years, here it is the same
# hand. Before you split, ask: **what will be new when this is used?** New years, new writers, new patients, new shops.
# That must be new in the test as well.

# %% [markdown]
# ## What you have seen
#
# | data | simple rival | network | verdict |
# | --- | --- | --- | --- |
# | sunspots | AR(9), ten numbers | no LSTM beats it | take the sum |
# | prices, simulated | persistence, a coin | not better | there was nothing to learn |
# | names | counts of four letters | better by 0.09 a letter | the network, here |
# | digits, new hands | one softmax layer | about the same, columns a little better | the layer may do |
#
# - A score needs a rival and unseen data. Which rival is fair depends on the horizon, and what is unseen on the use.
# - **Overfitting** shows as a gap that opens between training and validation; **early stopping** takes the parameters
#   from before it opened.
# - Settings are chosen on validation data, never on test data: units, updates, $\alpha$, the moment to stop.
# - A good $R^2$ on a wandering level is no news.

# %% [markdown]
# ## On your own
#
# No points, no check.
#
# 1. **Stacked layers.** A second LSTM can read the outputs of the first, `run(net2, run(net1, x)[0])`: a **stacked** network, deep in layers as well as in time. For training,
#    let `back` take `dh` in place of `dlogits`, and return one more array, `da @ net["Wx"].T` (N, T, D), the gradient of its inputs: for the layer below, that is the
#    `dh`. Check one entry of `net1["Wx"]` against a difference of two losses. Does the stack beat one layer with as many parameters, on names, over five seeds?
# 2. **Change the horizon, not the step.** `windows(spots, 24, 11)` has eleven targets. Train a network that says all eleven years at once. Does it beat going on
#    its own output?
# 3. **Differences.** Let the LSTM say the change from this year to the next, added to persistence. In the figure it is far too low
#    in 1958, the year after the highest maximum. Is it still?
# 4. **Ask earlier.** Train the digits with a target after *every* row. What is right after row 4 now, and after row 8?
# 5. **A fair coin.** How many of 500 days must a forecast get right before you believe that it is no coin? Simulate 1,000 coins.
# 6. **Regularise.** Add $\lambda w$ to the gradient of every weight of the sunspot network, and let the validation years choose $\lambda$. Is early stopping still needed?
# 7. **More seeds.** Train the writer of names from four other seeds. Do all beat the best count? How far apart are they?
#
# ## Further reading
#
# - G. U. Yule, *On a Method of Investigating Periodicities in Disturbed Series*, Philosophical Transactions A 226 (1927). The first autoregression, on these sunspots.
# - S. Makridakis, E. Spiliotis and V. Assimakopoulos, *Statistical and Machine Learning forecasting methods: Concerns and ways forward*, PLoS ONE 13 (2018). A thousand
#   series on which simple methods win.
# - A. Graves, *Generating Sequences With Recurrent Neural Networks* (2013). Letter by letter, and handwriting.
# - S. Kaufman and others, *Leakage in Data Mining*, ACM Transactions on Knowledge Discovery from Data 6 (2012).
# - Goodfellow, Bengio and Courville, *Deep Learning* (2016), sections 5.2 and 5.3 on overfitting and validation, 7.8 on early stopping.
# - The data and their terms: `rnncourse/data/PROVENANCE.md`.
#
# **Next:** [11 Autopsy](11_autopsy.ipynb), where you find the faults of networks that seem to work.
