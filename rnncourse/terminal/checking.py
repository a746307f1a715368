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
        raise BadInput(f"{path.name} has no exercise {strange[0]!r}. It has: {', '.join(known)}.")
    wanted = [name for name in known if not names or name in names]
    print(
        f"{path}, as it was saved. These are the public checks; grading asks the same of new inputs.\n",
        flush=True,
    )
    events, ending = _run(saved, wanted, seconds)
    outcomes = {e["exercise"]: e["outcome"] for e in events if "exercise" in e}
    _remember(saved.path.parent, outcomes)
    print("\n".join([*_troubles(events, ending, wanted), *_summary(saved, wanted, outcomes)]))
    return int(any(outcomes.get(name) != CORRECT for name in wanted))


def _run(saved: Saved, wanted: Sequence[str], seconds: float) -> tuple[list[dict[str, Any]], str]:
    """Run the notebook; return what it noted, and how it ended where that was too soon."""
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
            ending = f"The notebook ended its Python with code {code}" if code else ""
        except subprocess.TimeoutExpired:
            ending = f"The run was stopped after {seconds:g} seconds"
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
        yield f"Code cell {event['cell']}: {event['skipped']} is a command for Jupyter, and was skipped."
    for event in [e for e in events if "error" in e][:5]:
        yield f"Code cell {event['cell']} ({event['title']}) stopped: {event['error']}"
    if ending:
        last = next((e for e in reversed(events) if "began" in e), {"began": 0, "title": "the start"})
        place = f"code cell {last['began']} ({last['title']})" if last["began"] else last["title"]
        missing = sorted(set(wanted) - {e.get("exercise", "") for e in events})
        yield f"{ending}, in {place}. Not checked: {', '.join(missing) or 'nothing'}."


def _summary(saved: Saved, wanted: Sequence[str], outcomes: dict[str, str]) -> Iterator[str]:
    right = sum(outcomes.get(name) == CORRECT for name in wanted)
    yield f"{right} of {len(wanted)} pass the public checks of {saved.contents.notebook}."
    if by_hand := [asked.id for asked in saved.contents.exercises if asked.by_hand]:
        yield f"A person reads: {', '.join(by_hand)}."
    if here.folder(saved.path.resolve().parent):
        yield f"Kept in {FILE}; `python -m rnncourse progress` shows it."
