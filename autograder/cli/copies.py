"""Of one student's copies of a notebook in a folder or an archive, the worked one counts; the others are named.

Who handed in what is a guess here, by folders and names. So only copies of one name in one folder are
chosen among, and where others have files there, too, only those without any work are left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeAlias

from autograder.course.course import Course
from autograder.running.grading import Job
from autograder.submission.copies import CHECKPOINTS, Chosen, Copy, choose, claimed_by, copy_of

Read: TypeAlias = Callable[[Job], bytes | str]
"""Returns the bytes of a file, or why there are none."""
_SUFFIX = re.compile(r"(\.ipynb|\.json|\.txt)+$")
_COPY = re.compile(
    r"[ _-]*\(\d+\)$|[ _-]*\(?(copy|kopie|copia|copie|checkpoint)\)?[ _-]*\d*$|^(copy|kopie|copia|copie) (of|von|de) "
)
"""What browsers, file managers and Jupyter add to the name of a copy."""
_NUMBER = re.compile(r"[ _.-]\d{1,2}$")


@dataclass(frozen=True)
class File:
    """A notebook that may be graded.

    Attributes
    ----------
    job : Job
        How it would be graded.
    name : str
        Its name in what is graded, with ``/`` between folders.
    """

    job: Job
    name: str

    @cached_property
    def base(self) -> str:
        """The last part of its name."""
        return PurePosixPath(self.name).name

    @cached_property
    def is_checkpoint(self) -> bool:
        """Whether Jupyter put it there, and no person."""
        return is_checkpoint(self.name)

    @cached_property
    def folder(self) -> str:
        """The folder that it lies in; a checkpoint lies beside its notebook."""
        return notebook_of(self.name).rpartition("/")[0]

    def of(self, student: str) -> File:
        """Return the file as one of a student's."""
        return replace(self, job=replace(self.job, student=student))


def is_checkpoint(name: str) -> bool:
    """Return whether a name is that of a copy that Jupyter keeps of a notebook."""
    *folders, base = PurePosixPath(name).parts or ("",)
    return folders[-1:] == [CHECKPOINTS] and base.lower().endswith(".ipynb") and not base.startswith("._")


def notebook_of(name: str) -> str:
    """Return where the notebook is of which a name is the checkpoint; any other name as it is."""
    if not is_checkpoint(name):
        return name
    *folders, _, base = PurePosixPath(name).parts
    return "/".join([*folders, re.sub(r"-checkpoint(?=\.ipynb$)", "", base, flags=re.I)])


def one_of_each(files: Sequence[File], course: Course, read: Read) -> tuple[list[Job], list[str]]:
    """Return what is to be graded of some notebooks, and a line for each that is not.

    Parameters
    ----------
    files : sequence of File
        The notebooks of one folder or archive, checkpoints included.
    course : Course
        Whose notebooks they are.
    read : callable
        Returns the bytes of a file, or why there are none.
    """
    people: defaultdict[str, set[str]] = defaultdict(set)
    together: defaultdict[tuple[str, str], list[File]] = defaultdict(list)
    for file in files:
        people[file.folder].add(file.job.student)
        together[file.folder, file.job.student].append(file)
    found = [
        _Together(several, course, read, is_one_persons=len(people[folder]) == 1 and bool(student))
        for (folder, student), several in together.items()
    ]
    for each in found:
        each.choose()
    return [job for each in found for job in each.jobs], [line for each in found for line in each.left_out]


class _Together:
    """The notebooks of one folder that have one owner, or none that is known."""

    def __init__(self, files: Sequence[File], course: Course, read: Read, is_one_persons: bool) -> None:
        self._files, self._course, self._read = files, course, read
        self._is_one_persons = is_one_persons
        self._known: dict[File, tuple[str, Copy]] = {}
        self.jobs: list[Job] = []
        self.left_out: list[str] = []

    def choose(self) -> None:
        """Decide what is graded."""
        groups: defaultdict[str, list[File]] = defaultdict(list)
        for file in self._files:
            groups[self._name(file.base)].append(file)
        for name, group in groups.items():
            if len(group) == 1 and not group[0].is_checkpoint:
                if rest := self._worked_elsewhere(name, group[0]):
                    self._leave_out(group, "no work is in it", rest)
                else:
                    self.jobs.append(group[0].job)
            else:
                self._choose_among(name, group)

    def _choose_among(self, name: str, group: Sequence[File]) -> None:
        """Decide which files of one name are graded: those with work, or all if there are none."""
        worked = [file for file in group if self._copy(file)[1].work]
        shown = [file for file in worked if not file.is_checkpoint] or worked
        if not worked:
            self.jobs += [file.job for file in group if not file.is_checkpoint]
            self.left_out += [f"{f.job.label}: a copy that a system keeps" for f in group if f.is_checkpoint]
        elif self._is_one_persons or len(shown) == 1:
            self._choose_best(name, group)
        else:
            self.jobs += [_doubted(file, shown) for file in shown]
            self._leave_out([file for file in group if file not in worked], "no work is in it", shown)
            self._leave_out([file for file in worked if file not in shown], "a checkpoint", shown)

    def _choose_best(self, name: str, group: Sequence[File]) -> None:
        """Take the one of a person's copies that counts."""
        copies = {file: self._copy(file)[1] for file in group}
        chosen = choose(list(copies.values()), f"{name}.ipynb")
        assert chosen, "there is work in one of them"
        best = next(file for file, copy in copies.items() if copy is chosen.copy)
        notes = chosen.notes if len(group) > 1 else ()
        self.jobs.append(replace(best.job, notes=notes, doubts=chosen.doubts))
        for file, copy in copies.items():
            self._leave_out([file] if file is not best else [], _why(copy, chosen), [best])

    def _worked_elsewhere(self, name: str, file: File) -> list[File]:
        """Return the files of any other name with work for an assignment whose own file is untouched."""
        if name not in self._course or all(self._name(f.base) in self._course for f in self._files):
            return []
        others = [f for f in self._files if self._name(f.base) not in self._course]
        found = [f for f in others if self._copy(f)[0] == name and self._copy(f)[1].work]
        return found if found and not self._copy(file)[1].work else []

    def _copy(self, file: File) -> tuple[str, Copy]:
        """Return which assignment a file is of, by what it says or is called, and how much is done in it."""
        if file not in self._known:
            self._known[file] = self._read_copy(file)
        return self._known[file]

    def _read_copy(self, file: File) -> tuple[str, Copy]:
        data = self._read(file.job)
        shown = f"{CHECKPOINTS}/{file.base}" if file.is_checkpoint else file.base
        if isinstance(data, str):
            return "", Copy(shown, 0)
        claims = [name for name in (claimed_by(data), self._name(file.base)) if name in self._course]
        copies = [
            (n, copy_of(shown, data, self._course.assignment(n))) for n in claims[:1] or self._course.names
        ]
        return max(copies, key=lambda found: found[1].work)

    def _name(self, base: str) -> str:
        """Return what a notebook was called before it was copied: no suffix, no ``(1)``, no ``-Copy1``."""
        name = _SUFFIX.sub("", base.lower())
        while (shorter := _COPY.sub("", name).strip()) not in ("", name):
            name = shorter
        return bare if (bare := _NUMBER.sub("", name)) in self._course else name

    def _leave_out(self, files: Iterable[File], why: str, graded: Sequence[File]) -> None:
        names = ", ".join(file.base for file in graded)
        self.left_out += [f"{file.job.label}: {why}; {names} beside it was graded" for file in files]


def _why(copy: Copy, chosen: Chosen) -> str:
    """Return why a copy does not count."""
    if not copy.work:
        return "no work is in it"
    if copy.content == chosen.copy.content:
        return "it is the same file"
    return f"{copy.work} exercises are begun in it, {chosen.copy.work} in the other"


def _doubted(file: File, worked: Sequence[File]) -> Job:
    """Return a job with a remark that there is other work of its name, by nobody knows whom."""
    names = ", ".join(other.base for other in worked if other is not file)
    what = f"There is other work of that name in the folder, and nothing says that all of it is one student's: {names}."
    return replace(file.job, doubts=(f"{what} Each was graded; of one student's, one counts.",))
