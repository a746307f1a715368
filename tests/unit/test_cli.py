"""The command line: bad input is answered in one line, and the exit code says what happened."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
from pathlib import Path

import jsonschema
import msgspec
import pytest
from rich.console import Console

import rnncourse
from autograder import cli
from autograder.cli.finding import to_jobs
from autograder.cli.log import LOG
from autograder.errors import AutograderError
from autograder.judging.judge import lost
from autograder.judging.record import Record, record_schema
from autograder.nbgrader import progress
from tests.handing_in import hand_in, solved
from tests.ours import COURSE
from tests.unit import fakes
from tests.unit.platforms import made

DOCS = Path(__file__).resolve().parents[2] / "docs"


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
        (["autograde", "--course", "nowhere"], "nowhere is not there. Name a course directory"),
        (["autograde"], "has no nbgrader_config.py"),
        (["collect", "class.zip", "--course", "nowhere"], "nowhere is not there"),
        (["export", "02_forward", "--to", "csv", "--course", "nowhere"], "nowhere is not there"),
        (["--log", "no/such/folder/log", "doctor"], "cannot be written"),
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
    "words",
    [
        [],
        ["no-such-command"],
        ["grade", "--jobs", "many"],
        ["autograde", "--jobs", "0"],
        ["audit", "--draws", "0"],
        ["build", "--no-such-option"],
    ],
)
def test_a_wrong_command_line_shows_how(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert caught.value.code == 2
    said = _said(capsys)
    assert "usage: autograder" in said
    assert "at_least_one" not in said


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
    assert len(msgspec.convert(list(records.values()), list[Record])) == 3
    assert cli.main(["grade", "--replay", str(record), "--jobs", "1"]) == 0
    assert "3 verdicts replayed, 0 differ" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("any_session")
def test_the_limits_of_a_submission_can_be_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work = "    end = time.process_time() + 0.2\n    while time.process_time() < end:\n        pass\n"
    work += "    return np.tanh(x @ W + b)"
    source = f"import time\n\ndef affine(x, W, b):\n{work}"
    (tmp_path / "slow.ipynb").write_bytes(hand_in("00_start_here", {"affine": source}))
    record = tmp_path / "r.json"
    outcomes = []
    for limits in (["--call-seconds", "0.05"], ["--call-seconds", "5"]):
        assert cli.main(["grade", str(tmp_path), "--json", str(record), "--jobs", "1", *limits]) == 0
        outcomes.append(json.loads(record.read_text())[0]["outcome"])
    assert outcomes == ["timed_out", "correct"]


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


def test_nothing_handed_in_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = made.course_in(tmp_path / "course").root
    assert cli.main(["autograde", "--course", str(root)]) == 2
    assert "Nothing was handed in for any assignment" in _said(capsys)


def test_an_exercise_without_a_question_is_refused() -> None:
    with pytest.raises(AutograderError, match=r"double: .* every answer would pass"):
        fakes.exercise(questions=lambda draw: []).all_questions(None)  # type: ignore[arg-type]


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"autograder {rnncourse.__version__}\n"


def test_the_schema_of_records_is_in_the_docs_and_is_that_of_what_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["schema"]) == 0
    text = capsys.readouterr().out
    assert (DOCS / "records.schema.json").read_text() == text, (
        "python -m autograder schema > docs/records.schema.json"
    )
    records = [
        v.record("a.ipynb", "ana") for v in lost("a.ipynb", COURSE, "02_forward", "gone").graded.verdicts
    ]
    jsonschema.validate(records, record_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([records[0] | {"outcome": "no such"}], record_schema())
    assert set(Record.__struct_fields__) == set(records[0])


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash to complete in")
def test_a_shell_completes_commands_options_and_choices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["completion", "bash"]) == 0
    script = tmp_path / "completion.bash"
    script.write_text(capsys.readouterr().out)

    def completed(*words: str) -> set[str]:
        line = " ".join(f"'{word}'" for word in words)
        ask = f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _shtab_autograder; "
        ask += "printf '%s\\n' \"${COMPREPLY[@]}\""
        done = subprocess.run(["bash", "-c", f"source {script}; {ask}"], capture_output=True, text=True)
        return {line.strip() for line in done.stdout.splitlines()}

    assert {"grade", "autograde", "collect", "export"} <= completed("autograder", "")
    assert "--roster" in completed("autograder", "collect", "--ro")
    assert completed("autograder", "export", "02_forward", "--to", "moo") == {"moodle"}


def test_a_log_says_what_was_run_and_why_it_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "run.log"
    LOG.info("nobody listens yet, which is remembered")
    assert cli.main(["--log", str(log), "grade", "no/such.ipynb"]) == 2
    assert cli.main(["--log", str(log), "schema"]) == 0
    text = log.read_text()
    assert "grade no/such.ipynb" in text
    assert "stopped: AutograderError: There is no no/such.ipynb" in text
    assert "Traceback" in text
    assert text.count("ended") == 2
    _said(capsys)


def test_lines_tell_how_far_it_is_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    text = io.StringIO()
    graded = lost("a.ipynb", COURSE, "02_forward", "gone").graded
    with progress.Progress(Console(file=text, width=100)) as shown:
        shown.begin(7)
        for _ in range(7):
            shown.seen("ana", "02_forward", graded, False)
    lines = [line.split("  ")[0] for line in text.getvalue().splitlines()]
    assert lines == ["graded 3 of 7", "graded 6 of 7", "graded 7 of 7"]


@pytest.mark.parametrize("packed", [True, False])
def test_grade_knows_the_students_of_a_class(packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "class.zip"
    if packed:
        made.pack(path, made.BLACKBOARD)
    for name, data in {} if packed else made.BLACKBOARD.items():
        path.mkdir(exist_ok=True)
        (path / name).write_bytes(data)
    jobs, _ = to_jobs([path], COURSE)
    assert sorted(job.student for job in jobs) == ["ana_a", "ana_a", "kim1", "ola"]


def test_files_of_nobody_are_graded_as_before(tmp_path: Path) -> None:
    files = {"right.ipynb": b"{}", "my_02_forward.ipynb": b"{}", "02_forward/02_forward.ipynb": b"{}"}
    jobs, _ = to_jobs([made.pack(tmp_path / "a.zip", files)], COURSE)
    assert [job.student for job in jobs] == ["", "", ""]


@pytest.mark.usefixtures("any_session")
def test_a_name_forges_no_line_and_moves_no_cursor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [
        "a\n  ✓ affine correct 2 of 2.ipynb",
        "\x1b[2J.ipynb",
        "\u202ebnypi.ipynb",
        "\udcff.ipynb",
        "b\r.txt",
    ]
    log = tmp_path / "log"
    for name in names:
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"{}")
    assert cli.main(["--log", str(log), "grade", str(tmp_path / "in"), "--jobs", "1"]) == 0
    for said in (capsys.readouterr().out, log.read_text(encoding="utf-8")):
        assert "✓" not in [line.strip()[:1] for line in said.split("\n")]
        assert all(c.isprintable() or c == "\n" for c in said)
    for path in (tmp_path / "in").glob("*.ipynb"):
        path.unlink()
    assert cli.main(["grade", str(tmp_path / "in")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_every_command_and_every_option_of_the_platforms_is_in_the_docs() -> None:
    pages = (
        DOCS / "instructors.md",
        DOCS / "new_course.md",
        DOCS.parent / "README.md",
        DOCS.parent / "CONTRIBUTING.md",
    )
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    (commands,) = (a for a in cli.make_parser()._actions if isinstance(a, argparse._SubParsersAction))
    assert [name for name in commands.choices if name not in text] == []
    options = {
        o
        for name in ("collect", "export", "gradescope")
        for a in commands.choices[name]._actions
        for o in a.option_strings
    }
    assert sorted(option for option in options - {"-h", "--help"} if option not in text) == []
