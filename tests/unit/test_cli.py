"""The command line: bad input is answered in one line, and the exit code says what happened."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from autograder import cli
from autograder.errors import AutograderError
from tests.handing_in import hand_in, solved


def _said(capsys: pytest.CaptureFixture[str]) -> str:
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err
    return shown.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["grade"], "Name the notebooks to grade"),
        (["grade", "no/such.ipynb"], "There is no no/such.ipynb"),
        (["grade", ".", "--sandbox", "cage"], "There is no sandbox 'cage'"),
        (["audit", "99_none"], "99_none"),
        (["build", "99_none", "--check"], "99_none"),
    ],
)
def test_bad_input_is_answered_in_one_line(
    words: list[str],
    says: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "autograder.sandbox.choosing.probe", lambda _: pytest.fail("a sandbox was tried for it")
    )
    assert cli.main(words) == 2
    said = _said(capsys)
    assert says in said
    assert said.startswith("autograder: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "words", [[], ["no-such-command"], ["grade", "--jobs", "many"], ["build", "--no-such-option"]]
)
def test_a_wrong_command_line_shows_how(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert caught.value.code == 2
    assert "usage: autograder" in _said(capsys)


@pytest.mark.parametrize(
    "record", ["[3]", '[{"path": 1}]', '[{"path": "a", "exercise": "b", "seed": "x"}]', "{}[", '{"a": 1}']
)
def test_a_record_that_is_none_is_refused(
    record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "record.json"
    path.write_text(record)
    assert cli.main(["grade", "--replay", str(path)]) == 2
    _said(capsys)


def test_a_missing_record_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["grade", "--replay", str(tmp_path / "none.json")]) == 2
    _said(capsys)


@pytest.mark.slow
@pytest.mark.usefixtures("any_session")
def test_grading_prints_and_writes_a_record_that_replays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = "def affine(x, W, b):\n    return np.tanh(x @ W) + b"
    (tmp_path / "right.ipynb").write_bytes(solved("00_start_here"))
    (tmp_path / "wrong.ipynb").write_bytes(hand_in("00_start_here", {"affine": wrong}))
    (tmp_path / "noise.ipynb").write_bytes(b"\x00\x01")
    record = tmp_path / "out" / "record.json"
    assert cli.main(["grade", str(tmp_path), "--json", str(record), "--jobs", "1"]) == 0
    shown = capsys.readouterr().out
    assert "bias_outside" in shown
    records = {Path(r["path"]).stem: r for r in json.loads(record.read_text())}
    assert {name: r["outcome"] for name, r in records.items()} == {
        "right": "correct",
        "wrong": "wrong",
        "noise": "ungradable",
    }
    assert records["wrong"]["mistake"] == "bias_outside"
    keys = {"path", "exercise", "outcome", "score", "max_score", "mistake", "message", "seed"}
    assert all(keys <= set(r) for r in records.values())
    assert cli.main(["grade", "--replay", str(record), "--jobs", "1"]) == 0
    assert "3 verdicts replayed, 0 differ" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("any_session")
def test_the_limits_of_a_submission_can_be_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = "def affine(x, W, b):\n    while True: pass"
    (tmp_path / "endless.ipynb").write_bytes(hand_in("00_start_here", {"affine": source}))
    limits = ["--call-seconds", "0.2", "--wall-factor", "1", "--grace", "0.5"]
    assert cli.main(["grade", str(tmp_path), "--json", str(tmp_path / "r.json"), "--jobs", "1", *limits]) == 0
    seconds = float(re.findall(r"points, ([\d.]+) s", capsys.readouterr().out)[0])
    assert seconds < 9, "10 s is what the wait takes without these settings"
    assert json.loads((tmp_path / "r.json").read_text())[0]["outcome"] == "timed_out"


def test_an_error_of_ours_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> int:
        raise AutograderError("what, and what next")

    monkeypatch.setattr("autograder.sandbox.doctor.examine_backends", broken)
    assert cli.main(["doctor"]) == 2
    assert _said(capsys) == "autograder: what, and what next\n"


def test_an_audit_with_a_hole_exits_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from autograder.authoring.audit import Row

    rows = [Row("00", "affine", "mistake", "m", 1, 1.0, "", hole) for hole in ("", "this mistake passes")]
    monkeypatch.setattr(
        "autograder.authoring.audit.audit", lambda course, names, *_: iter(rows[: len(names)])
    )
    path = tmp_path / "deep" / "matrix.json"
    assert cli.main(["audit", "a", "--json", str(path)]) == 0
    assert cli.main(["audit", "a", "b", "--json", str(path)]) == 1
    assert [row["hole"] for row in json.loads(path.read_text())] == ["", "this mistake passes"]
    assert "1 holes" in capsys.readouterr().out
