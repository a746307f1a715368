"""Archives that a class hands in through ``nbgrader zip_collect``: nothing is written outside of their folder."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.corpus import bait
from tests.doors.classroom import Classroom
from tests.handing_in import solved

HERE = "00_start_here"
PATTERN = r"c.FileNameCollectorPlugin.named_regexp = r'.*/(?P<student_id>[\w-]+)_(?P<file_id>00_start_here)'"
NAMES = [
    "../../../escaped.ipynb",
    "../student-01_00_start_here.ipynb",
    f"{bait.FOLDER}/escaped.ipynb",
    "/etc/rnncourse-escaped",
    "..\\..\\escaped.ipynb",
    "C:\\escaped.ipynb",
    "a/../../../../../escaped.ipynb",
    ".._00_start_here.ipynb",
    "./student-05_00_start_here.ipynb",
]


def zipped() -> bytes:
    """Return an archive of traversing names, links, and one honest notebook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in NAMES:
            archive.writestr(name, solved(HERE))
        for name, target in {"link": bait.FOLDER, "student-08_00_start_here.ipynb": bait.OTHER}.items():
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, str(target))
        archive.writestr("student-09_00_start_here.ipynb", solved(HERE))
    return buffer.getvalue()


def tarred() -> bytes:
    """Return the same as a compressed tape archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name in NAMES:
            entry = tarfile.TarInfo(name)
            entry.size = len(solved(HERE))
            archive.addfile(entry, io.BytesIO(solved(HERE)))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, str(bait.FOLDER)
        archive.addfile(link)
        through = tarfile.TarInfo("link/through.ipynb")
        archive.addfile(through, io.BytesIO(b""))
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "make"), [("class.zip", zipped), ("class.tar.gz", tarred)])
def test_nothing_leaves_the_folder(name: str, make: object, classroom: Classroom, tmp_path: Path) -> None:
    copy = classroom.copy(tmp_path / "class", "")
    with (copy.course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"{PATTERN}\n")
    archives = copy.course.root / "downloaded" / HERE / "archive"
    archives.mkdir(parents=True)
    (archives / name).write_bytes(make())  # type: ignore[operator]
    files = copy.files()
    bait.reset()
    done = copy.run("nbgrader", "zip_collect", HERE, "--force")
    ours = (f"course/downloaded/{HERE}/", "course/submitted/")
    changed = [line for line in copy.changed(files) if not line.startswith(ours)]
    assert changed == []
    assert bait.taken() == []
    assert not any(path.name.startswith("escaped") for path in (tmp_path, *tmp_path.iterdir()))
    assert not os.path.lexists("/etc/rnncourse-escaped")
    collected = copy.course.root / "submitted" / "student-09" / HERE / f"{HERE}.ipynb"
    assert make is tarred or collected.read_bytes() == solved(HERE), done.stderr
    kept = (copy.course.root / "submitted" / "student-01" / HERE / f"{HERE}.ipynb").read_bytes()
    assert kept == solved(HERE), "a file of somebody who handed in before is that one's own"
