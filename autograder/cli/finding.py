"""What ``autograder grade`` finds to grade in the files, folders and archives that are named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.cli.copies import File, is_checkpoint, notebook_of, one_of_each
from autograder.course.course import Course
from autograder.errors import AutograderError
from autograder.platforms.choosing import ids_of, joined, owners_of
from autograder.platforms.found import Download
from autograder.platforms.people import People, Person
from autograder.running.grading import Job, read_file
from autograder.submission import MOST_BYTES
from autograder.submission.archives import INSIDE, Archive, members_of
from autograder.submission.kinds import is_a_copy_of_the_system, kind_of_file

MOST_NAMED = 20
"""Files that are named where no notebook was found."""


def to_jobs(
    paths: Sequence[Path], course: Course, roster: People | None = None, student: str = ""
) -> tuple[list[Job], list[str]]:
    """Return a job for every notebook in the files, folders and archives named, and a line for all else in them.

    Of several copies of one notebook in a folder the worked one is taken; see :mod:`autograder.cli.copies`.

    Parameters
    ----------
    paths : sequence of Path
        What is to be graded.
    course : Course
        Whose notebooks they are.
    roster : People, optional
        What the course calls its students.
    student : str
        Whose the files are, where no name tells.

    Raises
    ------
    AutograderError
        If nothing is named, a path does not exist, or there is no notebook in one.
    """
    if not paths:
        raise AutograderError("Name the notebooks to grade: python -m autograder grade PATH...")
    jobs: list[Job] = []
    left_out: list[str] = []
    finder = _Finder(course, roster, student)
    for path in paths:
        found, others = finder.at(path)
        if not found:
            raise AutograderError(_nothing_in(path, others))
        jobs += found
        left_out += others
    return jobs, left_out


@dataclass(frozen=True)
class _Finder:
    """Finds what is to be graded, and whose it is."""

    course: Course
    roster: People | None
    student: str

    def at(self, path: Path) -> tuple[list[Job], list[str]]:
        """Return the notebooks at a path, and what else is there."""
        if path.is_dir():
            return self._in_folder(path)
        if path.suffix.lower() == ".zip" and path.is_file():
            return self._in_archive(path)
        if path.exists() or path.is_symlink():
            return [Job(path, self.student)], []
        raise AutograderError(f"There is no {path}. Name notebooks, or folders with notebooks in them.")

    def _in_archive(self, path: Path) -> tuple[list[Job], list[str]]:
        members, archive = members_of(path), Archive(path)
        kept = tuple(name for name, _ in members.others if is_checkpoint(name))
        jobs = {name: Job(path, member=name) for name in (*members.notebooks, *kept)}
        others = [(name, what) for name, what in members.others if name not in kept]
        files = self._files(path, jobs, others)
        found, left_out = one_of_each(files, self.course, lambda job: archive.read(job.member, MOST_BYTES))
        return found, [*left_out, *(f"{path}{INSIDE}{name}: {what}" for name, what in others)]

    def _in_folder(self, folder: Path) -> tuple[list[Job], list[str]]:
        """Return the notebooks in a folder and those in archives in it, and what else is there."""
        jobs: dict[str, Job] = {}
        packed: list[Job] = []
        lines: list[str] = []
        beside: list[tuple[str, str]] = []
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_dir() and not path.is_symlink():
                if path.suffix.lower() == ".ipynb":
                    jobs[name] = Job(path)  # a folder in place of a file, which is then said
            elif is_checkpoint(name) and path.is_file() and not path.is_symlink():
                jobs[name] = Job(path)
            elif is_a_copy_of_the_system(path.relative_to(folder).parts):
                lines.append(f"{path}: a copy that a system keeps")
            elif path.suffix.lower() == ".zip" and path.is_file():
                inside, more = self._packed(path)
                packed += inside
                lines += more
            elif what := kind_of_file(path):
                lines.append(f"{path}: {what}")
                beside.append((name, what))
            else:
                jobs[name] = Job(path)
        found, left_out = one_of_each(self._files(folder, jobs, beside), self.course, read_file)
        return [*found, *packed], [*left_out, *lines]

    def _packed(self, path: Path) -> tuple[list[Job], list[str]]:
        """Return the notebooks of an archive that lies in a folder; whose it is nobody knows."""
        try:
            inside, more = self.at(path)
        except AutograderError as error:
            return [], [f"{path}: {error}"]
        return [_owned(job, ()) for job in inside], more if inside or more else [f"{path}: an empty archive"]

    def _files(self, path: Path, jobs: Mapping[str, Job], others: Sequence[tuple[str, str]]) -> list[File]:
        """Return the notebooks with whose they are; a checkpoint is whose its notebook is."""
        shown = tuple(name for name in jobs if not is_checkpoint(name))
        owners = owners_of(Download(path, shown, tuple(others)), self.course.names, self.roster)
        owners |= self._owners_of_kept(path, [name for name in jobs if is_checkpoint(name)], shown, owners)
        files = [File(_owned(job, owners.get(name, ())), name) for name, job in jobs.items()]
        return [file if file.job.student else file.of(self.student) for file in files]

    def _owners_of_kept(
        self, path: Path, kept: Sequence[str], shown: Sequence[str], owners: Mapping[str, list[Person]]
    ) -> dict[str, list[Person]]:
        """Return whose each checkpoint is: as its notebook, all others in the folder, or by its own name."""
        of_folder = dict[str, list[Person]]()
        for name in shown:
            people, folder = owners.get(name, []), name.rpartition("/")[0]
            of_folder[folder] = people if of_folder.setdefault(folder, people) == people else []
        alone = tuple(place for name in kept if (place := notebook_of(name)) not in owners)
        by_name = owners_of(Download(path, alone, ()), self.course.names, self.roster) if alone else {}
        found = {}
        for name in kept:
            place = notebook_of(name)
            found[name] = (
                owners.get(place) or of_folder.get(place.rpartition("/")[0]) or by_name.get(place, [])
            )
        return found


def _owned(job: Job, people: Sequence[Person]) -> Job:
    """Return a job with whose it is."""
    return replace(job, student=joined(people), numbers_of=ids_of(people))


def _nothing_in(path: Path, others: Sequence[str]) -> str:
    """Return the message for a folder or archive without a notebook: what is there."""
    there = "; ".join(line.removeprefix(f"{path}").lstrip(":/ ") for line in others[:MOST_NAMED])
    more = f"; and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return f"There is no notebook in {path}. " + (
        f"What is there: {there}{more}." if others else "It is empty."
    )
