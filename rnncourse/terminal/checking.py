"""Run the public checks of a saved notebook in a process of its own, within a limit of time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rnncourse import serving
from rnncourse.checking.outcomes import CORRECT
from rnncourse.languages import _
from rnncourse.learning import here
from rnncourse.learning.record import FILE, WHERE, Record
from rnncourse.terminal.saved import BadInput, Saved, read

PACKAGES = Path(__file__).resolve().parents[2]
"""Where this very copy of the package lies."""
START = (
    "import sys; sys.path += {!r}; from rnncourse import serving; serving.serve({!r}); "
    "from rnncourse.terminal.kernel import main; main(*sys.argv[1:])"
)


def check_file(path: Path, names: Sequence[str], seconds: float) -> int:
    """Print a card for each exercise of a saved notebook; return 0 if all are right, else 1.

    Parameters
    ----------
    path : Path
        The notebook.
    names : sequence of str
        Exercises to look at; all of the notebook when empty.
    seconds : float
        What the whole run may take.

    Raises
    ------
    BadInput
        If there is no such notebook, or no such exercise in it.
    """
    saved = read(path)
    known = [asked.id for asked in saved.contents.exercises if not asked.by_hand]
    if strange := [name for name in names if name not in known]:
        sentence = _("{file} has no exercise {name}. It has: {names}.")
        raise BadInput(sentence.format(file=path.name, name=repr(strange[0]), names=", ".join(known)))
    wanted = [name for name in known if not names or name in names]
    head = _("{path}, as it was saved. These are the public checks; grading asks the same of new inputs.")
    print(head.format(path=path), end="\n\n", flush=True)
    events, ending = _run(saved, wanted, seconds)
    outcomes = {e["exercise"]: e["outcome"] for e in events if "exercise" in e}
    _remember(saved.path.parent, outcomes)
    print("\n".join([*_troubles(events, ending, wanted), *_summary(saved, wanted, outcomes)]))
    return int(any(outcomes.get(name) != CORRECT for name in wanted))


def _run(saved: Saved, wanted: Sequence[str], seconds: float) -> tuple[list[dict[str, Any]], str]:
    """Run the notebook; return what it noted, and a sentence with holes for where it ended if that was too soon."""
    with tempfile.TemporaryDirectory(prefix="rnncourse-") as folder:
        log = Path(folder, "events.jsonl")
        log.touch()
        command = [
            sys.executable,
            "-c",
            START.format(
                [str(PACKAGES), str(serving.folder().parent)], str(serving.folder() / "__init__.py")
            ),
            str(saved.path.resolve()),
            str(log),
            *wanted,
        ]
        one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # for small matrices, the fastest
        environment = {**one_thread, **os.environ, WHERE: "off", "MPLBACKEND": "Agg", "IPYTHONDIR": folder}
        environment["PYTHONIOENCODING"] = f"{sys.stdout.encoding or 'utf-8'}:replace"
        process = subprocess.Popen(
            command,
            cwd=saved.path.resolve().parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
            ended = _("The notebook ended its Python with code {code}, in {place}. Not checked: {names}.")
            ending = ended.replace("{code}", str(code)) if code else ""
        except subprocess.TimeoutExpired:
            ended = _("The run was stopped after {seconds} seconds, in {place}. Not checked: {names}.")
            ending = ended.replace("{seconds}", f"{seconds:g}")
        finally:
            _end(process)
        return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()], ending


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it began."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()


def _remember(notebooks: Path, outcomes: dict[str, str]) -> None:
    record = Record(here.folder(notebooks.resolve()))
    for exercise, outcome in outcomes.items():
        record.change(exercise, lambda entry, outcome=outcome: entry.checked(outcome))  # type: ignore[misc]


def _troubles(events: Sequence[dict[str, Any]], ending: str, wanted: Sequence[str]) -> Iterator[str]:
    """Yield what else a learner should know of the run."""
    for event in [e for e in events if "skipped" in e]:
        sentence = _("Code cell {cell}: {command} is a command for Jupyter, and was skipped.")
        yield sentence.format(cell=event["cell"], command=event["skipped"])
    for event in [e for e in events if "error" in e][:5]:
        sentence = _("Code cell {cell} ({title}) stopped: {error}")
        yield sentence.format(cell=event["cell"], title=event["title"], error=event["error"])
    if ending:
        missing = sorted(set(wanted) - {e.get("exercise", "") for e in events})
        yield ending.format(place=_place(events), names=", ".join(missing) or _("nothing"))


def _place(events: Sequence[dict[str, Any]]) -> str:
    """Return where a run was when it ended."""
    last = next((e for e in reversed(events) if "began" in e), None)
    if last is None:
        return _("the start")
    if last["began"]:
        return _("code cell {cell} ({title})").format(cell=last["began"], title=last["title"])
    return _("the check of {name}").format(name=last["title"])


def _summary(saved: Saved, wanted: Sequence[str], outcomes: dict[str, str]) -> Iterator[str]:
    right = sum(outcomes.get(name) == CORRECT for name in wanted)
    sentence = _("{right} of {count} pass the public checks of {notebook}.")
    yield sentence.format(right=right, count=len(wanted), notebook=saved.contents.notebook)
    if by_hand := [asked.id for asked in saved.contents.exercises if asked.by_hand]:
        yield _("A person reads: {names}.").format(names=", ".join(by_hand))
    if here.folder(saved.path.resolve().parent):
        yield _("Kept in {file}; `python -m rnncourse progress` shows it.").format(file=FILE)
