# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 12 Capstone: a question of your own
#
# **What you will do.** Choose a question that a recurrent network can answer, say what somebody without a network would answer, write down what you expect, measure with five seeds, and report what
# happened. All of it in about three hours, with pieces that you have written.
#
# **What you will learn**
#
# - to ask a question that has a number as its answer
# - to split data so that the number means something
# - to say what failed
#
# **What you need.** Notebooks 03 and 04; 10 for data and baselines; 11 for the gradient. 06 and 07 if your question needs them.
#
# **Time.** 3 hours. A machine looks at 8 of the points and a person at 12. There is no list of winners: a clean answer *no* is worth as much as a clean *yes*.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from rnncourse import check, failing_case, hint, plots
from rnncourse.data import first_names, sunspots
from rnncourse.lab.measuring import measured_gradient

# %% [markdown]
# ## Three subjects
#
# Choose one, or bring your own of that size.
#
# | subject | the question in short | what makes it hard |
# | --- | --- | --- |
# | **A series with gaps** | next year's sunspots, when a stretch of years was never written down | the network must be told what is missing: a mask (notebook 07) |
# | **Real or made up** | is this a first name, or the letters of one in another order? | accuracy means nothing before you know how often each class occurs |
# | **Numbers in words** | from 342 to *three four two* or *three hundred forty-two*, or back | two lengths, two vocabularies (notebook 08); try numbers longer than those that you trained with |
#
# The data of the first two come with the course, as in notebook 10: `sunspots()` and `first_names()` of the cell above. Data of the third kind you make yourself, as many as you like.
#
# A word on names. They belong to people, and tell a machine things about them that may be false. The list here was counted in one country in 1990: what is a name in it and what is not is an accident of place and time. Say in your report what a mistake
# of your network would do to somebody, if it were used.

# %% [markdown]
# ## What an experiment returns
#
# Everything that is random comes from one generator, so that five seeds are five experiments. `experiment(rng)` trains, predicts what was held out, and returns a dict:
#
# | key | value |
# | --- | --- |
# | `"truth"` | the held-out answers, `(m,)`, numbers or class numbers, $m \ge 30$ |
# | `"predicted"` | the model's answers to the same, `(m,)` |
# | `"naive"` | the baseline's answers to the same, `(m,)` |
# | `"measure"` | `"rmse"` or `"accuracy"` |
# | `"score"`, `"baseline"` | the measure of `predicted` and of `naive` |
# | `"gradient"`, `"measured"` | one array of parameters before training: your gradient of a loss, and its central differences |
#
# The split is yours. The check cannot see whether it is honest: a person will.

# %% [markdown]
# ## Pieces
#
# From the notebooks before, for those who want them. You may change and replace all of it. `measured_gradient` is that of notebook 11.


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


def adam(params, grads, state, step, rate):
    """Change a list of parameters by one step of Adam; state is a list of pairs [m, v]."""
    for p, g, mv in zip(params, grads, state, strict=True):
        mv[0], mv[1] = 0.9 * mv[0] + 0.1 * g, 0.999 * mv[1] + 0.001 * g**2
        p -= rate * (mv[0] / (1 - 0.9**step)) / (np.sqrt(mv[1] / (1 - 0.999**step)) + 1e-8)


# %% [markdown]
# ## Exercise: `experiment`
#
# *Difficulty 4 of 5 · 90 minutes · Objective: an answer that somebody else can repeat.*
#
# Two seconds for a call are enough for everything that is asked here; when it is graded, one that takes longer may be stopped. The check calls it three times: with two seeds, and with the first once more. Write small functions beside the exercise's own, in the same cell.


# %% nbgrader={"grade_id": "experiment", "solution": true}
def experiment(rng):
    """Return what the table above lists, for one seed.

    rng : np.random.Generator; everything random is drawn from it
    """
    ### BEGIN SOLUTION
    x, y, last = with_gaps(rng)
    first = len(y) - 80  # the last 80 are held out
    params = [rng.normal(0, 0.4, shape) for shape in ((2, 8), (8, 8), (8,), (8,))]  # Wxh, Whh, bh, Why
    g, n = gradient_of_whh(params, x[:2, -4:], y[:2])
    train(params, x[:first], y[:first], rng)
    truth, predicted, naive = y[first:], predict_last(params, x[first:])[0], last[first:]
    return {
        "truth": truth,
        "predicted": predicted,
        "naive": naive,
        "measure": "rmse",
        "score": np.sqrt(((predicted - truth) ** 2).mean()),
        "baseline": np.sqrt(((naive - truth) ** 2).mean()),
        "gradient": g,
        "measured": n,
    }


def with_gaps(rng, T=12, count=360):
    """Return windows x (m, T, 2) of a noisy cycle of 11 steps with gaps, the next values, and the last known ones."""
    t = np.arange(count + T)
    series = np.sin(2 * np.pi * t / 11 + rng.uniform(0, 6)) + 0.15 * rng.normal(size=len(t))
    known = rng.random(len(t)) < 0.8
    x = np.stack(
        [np.stack([series * known, known], axis=1)[s : s + T] for s in range(count)]
    )  # value or 0, mask
    last = np.array([series[s : s + T][known[s : s + T]][-1] for s in range(count)])
    return x, series[T:], last


def predict_last(params, x):
    """Return the predictions (m,) from the last state, and the states."""
    Wxh, Whh, bh, Why = params
    h = rnn_forward(x, np.zeros((len(x), 8)), Wxh, Whh, bh)
    return h[:, -1] @ Why, h


def gradients(params, x, y):
    """Return the gradients of half the mean squared error."""
    Wxh, Whh, _, Why = params
    predicted, h = predict_last(params, x)
    error, dh = (predicted - y) / len(y), np.zeros_like(h)
    dh[:, -1] = np.outer(error, Why)
    return [*rnn_backward(dh, x, np.zeros((len(x), 8)), h, Wxh, Whh)[2:], h[:, -1].T @ error]


def gradient_of_whh(params, x, y):
    """Return the gradient of Whh and its measurement."""
    n = measured_gradient(lambda: 0.5 * ((predict_last(params, x)[0] - y) ** 2).mean(), params[1])
    return gradients(params, x, y)[1], n


def train(params, x, y, rng, updates=120):
    """Change the parameters by Adam, on batches of 32."""
    state = [[np.zeros_like(p), np.zeros_like(p)] for p in params]
    for step in range(1, updates + 1):
        rows = rng.integers(0, len(y), 32)
        adam(params, gradients(params, x[rows], y[rows]), state, step, 0.02)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_experiment", "points": 8}
check(experiment)

# %% [markdown]
# ## Five seeds
#
# One number is an anecdote. Run this cell when your experiment passes, and look at the spread before you look at the mean.

# %%
runs = [experiment(np.random.default_rng(seed)) for seed in range(5)]
print("seed   score   baseline")
for seed, run in enumerate(runs):
    print(f"{seed:>4}   {run['score']:.3f}   {run['baseline']:.3f}")

# %% tags=["figure"]
figure, axes = plt.subplots(figsize=(6, 2.8), layout="constrained")
axes.plot([run["baseline"] for run in runs], "s", color="#b45f06", label="baseline")
axes.plot([run["score"] for run in runs], "o", color="#0b5394", label="model")
axes.set(xlabel="seed", ylabel=runs[0]["measure"], xticks=range(5), ylim=(0, None))
axes.legend()
plots.show(
    figure,
    alt=f"The {runs[0]['measure']} of model and baseline for seeds 0 to 4. Model: "
    + ", ".join(f"{run['score']:.3f}" for run in runs)
    + ". Baseline: "
    + ", ".join(f"{run['baseline']:.3f}" for run in runs)
    + ".",
)

# %% [markdown] nbgrader={"grade_id": "report", "points": 12, "task": true}
# ## Your report
#
# *Difficulty 4 of 5 · 60 minutes · Objective: say what you found so that somebody could disagree. A person reads this.*
#
# One page, in the cell below. Figures and numbers may come from cells of your own above it.
#
# 1. **Question and baseline.** What did you ask, of which data, split how? Who would say what without a network, and how good is that?
# 2. **Prediction.** What did you expect before you measured, and why? Leave it as it was, also if it was wrong.
# 3. **Five seeds.** The numbers with their spread, and what they do *not* show.
# 4. **What failed.** At least one thing that you tried and that did not work, and what you think the reason was.
# 5. **One figure**, with a sentence that says in words and numbers what is to be seen, for those who cannot see it.
#
# ### BEGIN MARK SCHEME
# ---
#
# **For the person who marks: 12 points.** Half points are fine. A well-founded *no* earns as much as a *yes*.
#
# **3 points: question and baseline.** 1 for a question with a number as its answer; 1 for a split that keeps what is held out unseen (in time order for series, no example or near copy on both sides, nothing chosen by looking at it); 1 for a baseline that
# a sensible person would use, measured on the same examples. The mean of a strongly periodic series, or chance for unequal classes, is too weak: half a point.
#
# **2 points: prediction written before.** 1 for a prediction with a number or a direction; 1 for its reason. That it came true earns nothing, that it was changed afterwards costs both.
#
# **3 points: five seeds and their spread.** 1 for the five numbers; 1 for a spread and a comparison that takes it into account ("0.21 to 0.24 against 0.55" or "they overlap: no difference shown"); 1 for saying what the numbers do not show (other years, other
# names, longer inputs).
#
# **2 points: what failed.** 1 for something specific, 1 for a reason that could be tested. "It took long" is nothing; "without the mask it was 0.1 worse, since a missing value looks like a 0" is both.
#
# **2 points: the figure.** 1 for axes, units and a message that can be read off; 1 for the sentence in words with numbers.
# ### END MARK SCHEME

# %% [markdown]
# Your report goes here. Replace this text.

# %% [markdown]
# ## What you can do now
#
# - You can ask, predict, measure and report, and you know that the order matters.
# - You have built every part of it yourself: forward, backward, training, checking.
#
# ## On your own
#
# No points, no check.
#
# 1. Give your notebook to somebody and let them run it with five seeds of their own.
# 2. Replace your network by one of a framework (notebook 09), with the same split. Which of your numbers change, and by how much?
#
# ## Further reading
#
# - J. Pineau and others, *Improving reproducibility in machine learning research*, Journal of Machine Learning Research 22 (2021). What a report must contain so that others come to the same numbers.
