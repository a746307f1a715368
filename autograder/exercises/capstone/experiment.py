"""Notebook 12: what the machine can hold an experiment to, whatever its subject is."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Question, ask, mistake, other_way
from rnncourse.checking.caseset import CORE, Group
from rnncourse.checking.given import Seeded
from rnncourse.checking.properties import Property
from rnncourse.checking.together import Together


def _questions(draw: Draw) -> Iterator[Question]:
    """Yield what is asked of two experiments: each takes seconds, so that one answers for several groups."""
    first, second = (Seeded(int(seed)) for seed in draw.integers(2**31, size=2))
    for group, what, rng in (
        (CORE, "claims", first),
        ("beats", "beats", first),
        ("gradients", "gradients", first),
        ("seeds", "claims", first),
        ("seeds", "claims", second),
    ):
        yield ask(group, Property("experiment", (what,)), rng=rng)


_SCORE = '"score": np.sqrt(((predicted - truth) ** 2).mean()),'
_NAIVE = '"naive": naive,'
_PREDICTED = '"predicted": predicted,'
_GRADIENT = '"gradient": g,'
_MEASURED = '"measured": n,'
_BASELINE = '"baseline": np.sqrt(((naive - truth) ** 2).mean()),'

EXPERIMENT = Exercise(
    id="experiment",
    lasts=True,
    questions=_questions,
    core="the claimed scores are those of the predictions, to 1 %",
    core_weight=3.0,
    groups=(
        Group("beats", "the baseline is beaten, with a seed that you have not seen", 3.0),
        Group("gradients", "the gradient agrees with its measurement", 1.0),
        Group("seeds", "another seed, other numbers", 1.0),
    ),
    together=(Together("seeds", "other_seeds_other_answers", ("own_generator",)),),
    allow_views=True,
    hints=(
        "Begin with the baseline and the split, before there is any network. What would somebody predict who "
        "only looks "
        "at the last value, or at the most frequent class?",
        "Draw everything from rng: what is held out, the weights, the batches. Then train, predict the "
        "held-out examples "
        "once, and compute score and baseline from the arrays that you return.",
        "For gradient and measured take one array of parameters, ten entries or so, before training: your "
        "backward pass "
        "against central differences of the same loss on a few short examples.",
    ),
    mistakes=(
        mistake(
            "overstated",
            """The score that you claim is not the one that your predictions have. Compute it from the very arrays
            that you return.""",
            (_SCORE, '"score": 0.5 * np.sqrt(((predicted - truth) ** 2).mean()),'),
        ),
        mistake(
            "squared",
            "Your score is the mean squared error. The measure that you name is its root.",
            (_SCORE, '"score": ((predicted - truth) ** 2).mean(),'),
        ),
        mistake(
            "other_baseline",
            """The baseline that you claim is not the one that `naive` has. It must be measured on the same held-out
            examples as the model.""",
            (_BASELINE, '"baseline": truth.std() + 1.0,'),
        ),
        mistake(
            "not_better",
            """Your model is not better than your baseline with a seed that you have not seen. Before you train
            longer: is the baseline perhaps the right answer? That would be a finding, too; then find a question
            that has something to learn in it.""",
            (_PREDICTED, '"predicted": 1.5 * naive + 0.1,'),
            (_SCORE, '"score": np.sqrt(((1.5 * naive + 0.1 - truth) ** 2).mean()),'),
        ),
        mistake(
            "leak",
            """Every prediction is the truth to the last digit. The answer has found its way into the inputs: look
            at how windows and targets are cut.""",
            (_PREDICTED, '"predicted": truth,'),
            (_SCORE, '"score": 0.0,'),
        ),
        mistake(
            "too_few",
            "Fewer than 30 held-out examples say little: hold out more.",
            ('"truth": truth,', '"truth": truth[:20],'),
            (_PREDICTED, '"predicted": predicted[:20],'),
            (_NAIVE, '"naive": naive[:20],'),
        ),
        mistake(
            "gradient_off",
            """Your gradient and your measurement differ. Notebook 11 is about what to do now: which entries, which
            step, which input makes it vanish?""",
            (_GRADIENT, '"gradient": 1.02 * g,'),
        ),
        mistake(
            "nothing_measured",
            """All entries of your measured gradient are nearly 0, so that anything agrees with them. Measure an
            array that matters, on short sequences.""",
            (_GRADIENT, '"gradient": 0 * g,'),
            (_MEASURED, '"measured": 0 * n,'),
        ),
        mistake(
            "own_generator",
            """With two seeds your experiment gives the same numbers: it draws from a generator of its own. Take the
            one that it is given, or five seeds are one.""",
            (
                "    x, y, last = with_gaps(rng)",
                "    rng.random()\n    rng = np.random.default_rng(0)\n    x, y, last = with_gaps(rng)",
            ),
        ),
    ),
    other_ways=(
        other_way(
            "accuracy",
            source="""
            def experiment(rng):
                truth = rng.integers(0, 2, 60)
                naive = np.zeros(60, dtype=int)
                predicted = np.where(np.arange(60) < 50, truth, 1 - truth)
                g = rng.normal(size=(3, 4))
                return {
                    "truth": truth,
                    "predicted": predicted,
                    "naive": naive,
                    "measure": "accuracy",
                    "score": float((predicted == truth).mean()),
                    "baseline": float((naive == truth).mean()),
                    "gradient": g,
                    "measured": g + 1e-9,
                }
            """,
        ),
        other_way(
            "plain_numbers",
            (
                "np.sqrt(((predicted - truth) ** 2).mean())",
                "float(np.sqrt(np.mean((predicted - truth) ** 2)))",
            ),
        ),
        other_way("mean_as_baseline", ("last[first:]", "np.full(80, y[:first].mean())")),
        other_way(
            "lists", (_PREDICTED, '"predicted": predicted.tolist(),'), (_NAIVE, '"naive": naive.tolist(),')
        ),
    ),
)
