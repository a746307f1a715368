"""From a platform's download into ``submitted/``: who, which attempt, when; and what was left out, and why.

nbgrader's ``zip_collect`` unpacks the whole archive and knows people by one regular expression. Here an
archive is read within bounds, no name in it becomes a path, and a roster says who is who.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.nbgrader.attempts import Attempts
from autograder.nbgrader.handed_in import read_timestamp
from autograder.platforms.found import Download
from autograder.platforms.people import plain
from autograder.platforms.planning import MOST_NAME, UNFIT, Item, Plan
from autograder.running.files import replace_bytes
from autograder.submission import MOST_BYTES


@dataclass
class Done:
    """What was collected.

    Attributes
    ----------
    written, same : list of (str, str)
        Student and assignment of what was written, and of what stood there already.
    late : list of (str, str)
        Those whom the platform calls late.
    skipped : list of (str, str)
        Everything that was left out, with the reason.
    left : dict
        The same of what the plan was to write, by item: a file may be several people's.
    """

    written: list[tuple[str, str]] = field(default_factory=list)
    same: list[tuple[str, str]] = field(default_factory=list)
    late: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    left: dict[Item, str] = field(default_factory=dict)

    def leave(self, items: Iterable[Item], why: str) -> None:
        """Note that something is left out."""
        for item in items:
            self.left[item] = why
            self.skipped.append((item.found.file, why))


def collect(
    download: Download,
    plan: Plan,
    directory: Any,
    zone: tzinfo,
    attempts: Attempts | None,
    earlier: Path | None = None,
) -> Done:
    """Write what was planned into the folders that nbgrader reads; what stands there is never overwritten.

    Parameters
    ----------
    download : Download
        What is read.
    plan : Plan
        What is written.
    directory : CourseDirectory
        nbgrader's view of the course.
    zone : tzinfo
        In which time zone the platform writes times that do not say it.
    attempts : Attempts or None
        Where other attempts are kept; without it nothing is written, and only said what would become of each.
    earlier : Path or None
        Where the folder of an earlier attempt is moved to when a new one takes its place; without it, the
        earlier one stays and the new one is left out.
    """
    done = Done(skipped=list(plan.skipped))
    for item in sorted(plan.others, key=lambda item: (_stamp([item], zone), item.found.attempt)):
        data = download.read(item.found.file, MOST_BYTES)
        if attempts and isinstance(data, bytes):
            attempts.keep(item.student, item.assignment, data, _stamp([item], zone))
    for (student, assignment), items in plan.taken.items():
        folder = Path(directory.format_path(directory.submitted_directory, student, assignment))
        files = _files(download, items, assignment, done)
        stamp = _stamp(items, zone)
        if stamp:
            files["timestamp.txt"] = f"{stamp}\n".encode()
        if any(item.found.late for item in items):
            done.late.append((student, assignment))
        if len(files) > bool(stamp):
            _place(folder, files, (student, assignment), items, done, attempts, earlier)
    return done


def _place(
    folder: Path,
    files: Mapping[str, bytes],
    who: tuple[str, str],
    items: Iterable[Item],
    done: Done,
    attempts: Attempts | None,
    earlier: Path | None,
) -> None:
    """Write the files of one attempt, or say why not."""
    there = _there(folder, files)
    if there and files.items() <= there.items():
        done.same.append(who)
        return
    if there is None or not there.items() <= files.items():  # or else what was begun is finished
        if earlier is None or there is None:
            why = f"{folder} holds another attempt; --update puts this one in its place, and keeps that one"
            done.leave(items, why)
            return
        if attempts:
            for path in folder.glob("*.ipynb"):
                if path.is_file() and not path.is_symlink():
                    attempts.keep(*who, path.read_bytes(), read_timestamp(folder / "timestamp.txt")[0])
            _move_aside(folder, earlier / who[0] / who[1])
    if attempts:
        for name, data in files.items():
            replace_bytes(folder / name, data)
    done.written.append(who)


def _there(folder: Path, names: Collection[str]) -> dict[str, bytes | None] | None:
    """Return the files of these names that stand in a folder; None for all else in it, and for what is no folder."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return None
    return {
        path.name: path.read_bytes()
        if path.name in names and path.is_file() and not path.is_symlink()
        else None
        for path in (folder.iterdir() if folder.exists() else ())
    }


def _move_aside(folder: Path, place: Path) -> None:
    """Move a folder to where nothing stands yet."""
    number = 1
    while (target := place / str(number)).exists():
        number += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)


def _files(download: Download, items: Sequence[Item], assignment: str, done: Done) -> dict[str, bytes]:
    """Return the contents of the files of one attempt, by the names that they get; note what cannot be read."""
    files: dict[str, bytes] = {}
    for item in items:
        data = download.read(item.found.file, MOST_BYTES)
        if isinstance(data, str):
            done.leave([item], data)
        else:
            files[_name(item.found.original, assignment, files, len(items) == 1)] = data
    return files


def _name(original: str, assignment: str, taken: Mapping[str, bytes], alone: bool) -> str:
    """Return what a file is called in the folder: that of the assignment if it is alone or is called so."""
    right = f"{assignment}.ipynb"
    if alone or (plain(PurePosixPath(original).stem) == plain(assignment) and right not in taken):
        return right
    stem = UNFIT.sub("_", PurePosixPath(original).stem).lstrip(".")[:MOST_NAME] or "notebook"
    names = (f"{stem}{'' if n == 1 else f'-{n}'}.ipynb" for n in range(1, len(taken) + 3))
    return next(name for name in names if name not in taken and name != right)


def _stamp(items: Iterable[Item], zone: tzinfo) -> str:
    """Return when an attempt was handed in, as nbgrader writes it; empty where no time is known."""
    times = [item.found.time for item in items if item.found.time]
    if not times:
        return ""
    last = max(time if time.tzinfo else time.replace(tzinfo=zone) for time in times)
    return f"{last.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
