"""What a file is told to be that is not the notebook."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile

import pytest

from autograder.errors import SubmissionError
from autograder.submission.kinds import NOTEBOOK, kind_of
from tests.handing_in import solved
from tests.ours import read_submission

NAME = "00_start_here"


def _tar(mode: str) -> bytes:
    room = io.BytesIO()
    with tarfile.open(fileobj=room, mode=mode) as packed:
        about = tarfile.TarInfo(f"{NAME}.ipynb")
        about.size = len(solved(NAME))
        packed.addfile(about, io.BytesIO(solved(NAME)))
    return room.getvalue()


PACKED = {
    "gz": gzip.compress(solved(NAME)),
    "bz2": bz2.compress(solved(NAME)),
    "xz": lzma.compress(solved(NAME)),
    "tar": _tar("w"),
    "tar.gz": _tar("w:gz"),
}


@pytest.mark.parametrize("suffix", PACKED)
def test_a_packed_notebook_is_told_to_be_packed(suffix: str) -> None:
    told = kind_of(f"work.{suffix}", PACKED[suffix])
    assert "archive" in told
    assert "unpack it" in told
    with pytest.raises(SubmissionError, match="archive"):
        read_submission(PACKED[suffix], f"{NAME}.ipynb")


@pytest.mark.parametrize("name", ["work.json", "WORK.IPYNB", "work", "work.ipynb.txt"])
def test_a_notebook_is_one_under_any_name(name: str) -> None:
    assert kind_of(name, solved(NAME)) == NOTEBOOK
