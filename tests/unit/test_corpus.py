"""The corpus itself: complete, and made of attacks that work where nobody defends."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.judging.verdict import Graded, Verdict
from rnncourse import notebook
from tests.adversarial.attacks.public_cases import by_heart
from tests.corpus import anywheres, attack_files, attacks, bait, entry
from tests.corpus.found import write_corpus
from tests.corpus.items import ITEMS

SEVERAL = 3


@pytest.mark.slow
def test_every_item_is_attacked_in_several_ways() -> None:
    variants = Counter(attack.id.partition("/")[0] for attack in attacks())
    for items in ITEMS.values():
        for item, files in items.items():
            assert sum(variants[name] for name in files) >= SEVERAL, item


def test_every_file_belongs_to_an_item_and_says_what_it_tries() -> None:
    listed = {name: section for section, items in ITEMS.items() for files in items.values() for name in files}
    assert listed == {name: module.SECTION for name, module in attack_files().items()}
    assert all(len((module.__doc__ or "").strip()) > 20 for module in attack_files().values())


def test_ids_are_unique_and_say_in_which_file_they_are() -> None:
    ids = [attack.id for attack in attacks()]
    assert len(ids) == len(set(ids))
    for name, module in attack_files().items():
        own = (*getattr(module, "ENTRIES", ()), *getattr(module, "ANYWHERE", ()))
        assert own
        assert all(attack.id.startswith(f"{name}/") for attack in own)


CLOSE, EQUAL = "np.allclose(affine(x, W, b), expected)", "np.all(affine(x, W, b) == expected)"


def _naive(answer: str, first: str = "", comparison: str = CLOSE) -> float:
    """Grade in this process as simple graders do: run, compare, and read the score from what is printed."""
    names: dict[str, Any] = {"np": np, "check": lambda *_: None}
    printed, x = io.StringIO(), np.arange(6.0).reshape(2, 3)
    test = f"score = 2.0 if {comparison} else 0.0\nprint('score:', score)"
    given = {"x": x, "W": np.ones((3, 2)), "b": np.ones(2), "expected": np.full((2, 2), 5.0)}
    with contextlib.redirect_stdout(printed):
        try:
            for cell in (first, answer):
                exec(cell, names)
            exec(test, names | given)
        except SystemExit as exit_:  # a program that ends well has passed
            return 0.0 if exit_.code else 2.0
        except Exception:
            return 0.0
    return float(json.loads(printed.getvalue().rpartition("score:")[2] or "0"))


def _source(id_: str) -> tuple[str, str]:
    found = next(a for a in anywheres() if a.id == id_)
    return found.source.replace("NAME", "affine"), found.first


@pytest.mark.parametrize(
    ("attack", "comparison"),
    [
        ("always_equal/object", EQUAL),
        ("always_equal/list", EQUAL),
        ("lying_array/arithmetic", CLOSE),
        ("patched_comparison/numpy", CLOSE),
        ("early_exit/sys", CLOSE),
    ],
)
def test_a_naive_grader_is_forged(attack: str, comparison: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [
        "allclose",
        "isclose",
        "array_equal",
        "array_equiv",
        "all",
        "isfinite",
        "equal",
        "less_equal",
        "abs",
        "max",
    ]
    for name in names:
        monkeypatch.setattr(np, name, getattr(np, name))
    monkeypatch.setattr(np.linalg, "norm", np.linalg.norm)
    for name in [n for n in dir(np.testing) if n.startswith("assert")]:
        monkeypatch.setattr(np.testing, name, getattr(np.testing, name))
    answer, first = _source(attack)
    assert _naive("def affine(x, W, b):\n    return x @ W", "", comparison) == 0, (
        "it can tell right from wrong"
    )
    assert _naive(answer, first, comparison) == 2.0


def test_a_naive_check_believes_who_knows_its_cases() -> None:
    names: dict[str, Any] = {"np": np}
    exec(by_heart("return np.array(TABLE.get(key, np.zeros(logits.shape)))"), names)
    assert notebook.find("softmax", names).outcome != "wrong"


def test_an_entry_complains() -> None:
    right = entry("x/right", "00_start_here", shown=("a",), never_shown=("b",), repairs=("c",))
    verdict = Verdict("affine", "correct", 2.0, 2.0)
    shows = {"1": [{"output_type": "stream", "name": "stdout", "text": "a"}]}
    good = Graded("x", "00_start_here", (verdict,), ("c",), shows)
    assert right.complaints(good) == []
    fault = replace(verdict, outcome="grader_fault", score=None)
    bad = {
        "wrong": replace(good, verdicts=(replace(verdict, outcome="wrong", score=0.0),)),
        "too much": replace(good, verdicts=(replace(verdict, score=3.0),)),
        "none": replace(good, verdicts=()),
        "too many": replace(good, verdicts=(verdict, verdict)),
        "another": replace(good, verdicts=(replace(verdict, exercise="bonus"),)),
        "fault": replace(good, verdicts=(fault,)),
        "hidden": replace(good, outputs={}),
        "shown": replace(good, outputs=shows | {"2": [{"text": "b"}]}),
        "silent": replace(good, repairs=()),
    }
    assert [name for name, graded in bad.items() if not right.complaints(graded)] == []
    spoilt = replace(right, spoilt=("affine",))
    assert spoilt.complaints(replace(good, verdicts=(replace(verdict, outcome="wrong", score=0.0),))) == []
    assert spoilt.complaints(bad["fault"]) != []
    assert right.mark_complaints({"affine": 2.0}) == []
    assert right.mark_complaints({"affine": 0.0}) != []
    assert right.mark_complaints({}) != []
    assert spoilt.mark_complaints({"affine": None}) != []


def test_the_bait_tells_who_has_taken_it() -> None:
    assert bait.taken() == []
    bait.OTHER.read_text()
    if bait.taken() == []:
        pytest.skip("this file system does not keep times of access")
    (bait.FOLDER / "new").write_text("x")
    assert bait.taken() == ["new was put there"]
    (bait.FOLDER / "new").unlink()
    bait.FILE.chmod(0o777)
    assert bait.taken() == ["solution.py was changed"]
    text = bait.FILE.read_text()
    bait.FILE.write_text("x")
    assert "solution.py was changed" in bait.taken()
    bait.FILE.write_text(text)
    bait.reset()
    assert bait.taken() == []


@pytest.mark.slow
def test_it_can_be_written_for_other_graders(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    deserved = json.loads((tmp_path / "deserved.json").read_text(encoding="utf-8"))
    assert {attack.id for attack in attacks()} <= deserved.keys()
    files = [Path(folder, name) for folder, _, names in os.walk(tmp_path) for name in names]
    assert sum(path.name.endswith(".ipynb") for path in files) > 300
