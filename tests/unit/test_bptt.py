"""What notebook 03 claims: its numbers, and that single entries do not tell right gradients from wrong."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.course.casesets import PUBLIC_SEED
from rnncourse.checking.here import answer_here, examine_here
from rnncourse.checking.outcomes import CORRECT
from rnncourse.plots import bptt as bptt_plots
from tests.ours import draw_cases, find_exercise, read_master, reference, variant

pytestmark = pytest.mark.nb03


def passes_single_entries(name: str) -> bool:
    """Return whether a mistake passes a test of one entry of each output, in one case."""
    case = draw_cases("rnn_backward", PUBLIC_SEED).cases[2]  # a loss at the last step only
    got = answer_here(variant("rnn_backward", name), False, dict(case.inputs)).value
    if not isinstance(got, tuple) or len(got) != len(case.expected):
        return False
    pairs = zip(case.expected, got, strict=True)
    return all(a.shape == np.shape(b) and np.allclose(a.flat[-1], np.ravel(b)[-1]) for a, b in pairs)


@pytest.mark.slow
def test_single_entries_miss_mistakes_that_the_check_finds() -> None:
    cases = draw_cases("rnn_backward", PUBLIC_SEED)
    mistakes = [m.id for m in find_exercise("rnn_backward")[1].mistakes if not m.manner]
    assert len(mistakes) > 40
    missed = [name for name in mistakes if passes_single_entries(name)]
    assert len(missed) >= 3, missed
    for name in mistakes:
        target = variant("rnn_backward", name)
        finding = examine_here(cases, target)
        assert finding.outcome != CORRECT, name
        assert finding.mistake == name


def test_backward_agrees_with_differences() -> None:
    rng = np.random.default_rng(8)
    params = {"Wxh": rng.normal(size=(3, 4)), "Whh": rng.normal(size=(4, 4)), "bh": rng.normal(size=4)}
    inputs = {"x": rng.normal(size=(2, 5, 3)), "h0": rng.normal(size=(2, 4))}
    upstream = rng.normal(size=(2, 5, 4))
    everything = params | inputs

    def states(p: dict[str, np.ndarray]) -> np.ndarray:
        h, out = p["h0"], []
        for t in range(5):
            h = np.tanh(p["x"][:, t] @ p["Wxh"] + h @ p["Whh"] + p["bh"])
            out.append(h)
        return np.stack(out, axis=1)

    h = states(everything)
    got = reference("rnn_backward")(upstream, inputs["x"], inputs["h0"], h, params["Wxh"], params["Whh"])
    grads = dict(zip(("x", "h0", "Wxh", "Whh", "bh"), got, strict=True))
    check = reference("gradient_check")
    assert check(lambda p: (upstream * states(p)).sum(), everything, grads) < 1e-6
    grads["Whh"] = grads["Whh"].T
    assert check(lambda p: (upstream * states(p)).sum(), everything, grads) > 1e-2


def test_the_rubric_is_in_the_master_only() -> None:
    cell = next(
        c for c in read_master("03_bptt").notebook.cells if c.metadata.get("nbgrader", {}).get("task")
    )
    assert "BEGIN MARK SCHEME" in cell.source
    assert cell.metadata.nbgrader.points == 4
    assert cell.metadata.nbgrader.locked


def test_the_walk_says_its_numbers() -> None:
    walk = bptt_plots.Walk([0.4, 0.5, 0.6], [0.1, 0.2, -0.3], [0.25, -0.5])
    assert "dL/dh_2 is -0.3000" in bptt_plots.walk_text(walk, 2)
    assert "sum is now -0.2500" in bptt_plots.walk_text(walk, 1)
    assert len(bptt_plots.walk_figure(walk).axes) == 2 * walk.steps
    assert len(bptt_plots.walk_figure(walk, 2).axes) == 2
