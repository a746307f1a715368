"""Notebooks that were handed out earlier work with the package of today."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnncourse
from rnncourse import lab
from rnncourse.lab import descend
from rnncourse.moved import MOVED
from rnncourse.plots import bptt, gradients

ROOT = Path(__file__).resolve().parents[2]
OLD_LINES = {  # the first cells of notebooks as they were handed out, and what their figures call
    "from rnncourse import bptt_plots, check, hint, plots": ("bptt_plots", "Walk gaps walk_back"),
    "from rnncourse import check, hint, plots, training_plots": (
        "training_plots",
        "arrows backward_runs curves points valleys",
    ),
    "from rnncourse import check, gradient_plots, hint, plots": (
        "gradient_plots",
        "cliff explore lines norms_through_time singular_values",
    ),
    "from rnncourse import check, gradient_plots, hint, lstm_plots, plots": (
        "lstm_plots",
        "cell_graph gate_story staircase weight_blocks",
    ),
    "from rnncourse import bidirectional_plots, check, hint, plots": (
        "bidirectional_plots",
        "batches reach runs",
    ),
    "from rnncourse import check, hint, plots, seq2seq_plots, training_plots": (
        "seq2seq_plots",
        "main_directions state_map translation",
    ),
    "from rnncourse import check, hint, optional, plots, predict, tape_plots, training_plots": (
        "tape_plots",
        "tape_graph",
    ),
    "from rnncourse import check, data, hint, plots, predict, real_data_plots": (
        "real_data_plots",
        "images lines",
    ),
    "from rnncourse.lab import tasks, train": ("train", "__call__"),
}


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test find the old names anew."""
    for old in MOVED:
        package, _, name = old.rpartition(".")
        monkeypatch.delitem(vars(import_module(package)), name, raising=False)


@pytest.mark.parametrize("line", OLD_LINES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_first_cell_of_an_older_notebook_runs_and_finds_what_it_calls(line: str) -> None:
    names: dict[str, Any] = {}
    exec(line, names)
    module, used = OLD_LINES[line]
    assert [name for name in used.split() if not hasattr(names[module], name)] == []


@pytest.mark.parametrize("old", MOVED)
def test_every_old_name_is_told_where_it_is_now_once(old: str) -> None:
    package, _, name = old.rpartition(".")
    with pytest.warns(DeprecationWarning, match=f"^{old} is now {MOVED[old].replace(':', '.')}: ") as told:
        exec(f"from {package} import {name}\n" * 2, {})
    assert [str(warning.filename) for warning in told] == ["<string>"], "at the line of the learner"


def test_it_is_the_very_same_module_and_function() -> None:
    with pytest.warns(DeprecationWarning, match="is now"):
        assert rnncourse.bptt_plots is bptt
    with pytest.warns(DeprecationWarning, match="is now"):
        assert lab.train is descend


@pytest.mark.parametrize("package", [rnncourse, lab])
def test_a_name_that_never_was_is_no_attribute(package: Any) -> None:
    assert not hasattr(package, "no_such_plots")
    with pytest.raises(ImportError, match="no_such_plots"):
        exec(f"from {package.__name__} import no_such_plots", {})


def test_the_cliff_of_an_older_notebook_has_no_part_of_its_own_to_enlarge() -> None:
    w, b = np.linspace(0, 4, 25), np.linspace(-2, 5, 43)
    loss = 2.9 / (1 + np.exp(4 * (b[:, None] + 0.2 * w)))
    path = np.array([[1.5, -0.4], [1.2, -0.1], [2.8, 4.2]])
    figure = gradients.cliff(w, b, loss, {"not clipped": path, "clipped": path[:2]}, (0.5, 3.5, -1.0, 4.6))
    left, right = figure.axes[2].get_xlim()
    assert left < 1.5 < right


def test_the_package_itself_imports_none_of_it() -> None:
    """It stays light: no figure, no laboratory, before somebody asks for one."""
    program = "import sys, rnncourse; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({place.partition(":")[0] for place in MOVED.values()} | {"matplotlib.pyplot"})
