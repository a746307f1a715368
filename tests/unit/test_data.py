"""The data that come with the course are those on record, and are read in the right shapes."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from rnncourse import data
from rnncourse.data import make

pytestmark = pytest.mark.nb10
ROOT = make.FOLDER.parents[1]
KEPT = sorted(path.name for path in make.FOLDER.iterdir() if path.suffix in {".csv", ".gz", ".txt"})


def test_every_data_file_is_on_record_and_has_a_maker() -> None:
    assert KEPT == sorted(make.recorded()) == sorted(make.MAKERS)


@pytest.mark.parametrize("name", KEPT)
def test_a_data_file_is_the_one_on_record(name: str) -> None:
    assert hashlib.sha256((make.FOLDER / name).read_bytes()).hexdigest() == make.recorded()[name]


@pytest.mark.parametrize("name", KEPT)
def test_the_record_says_terms_and_source(name: str) -> None:
    text = (make.FOLDER / "PROVENANCE.md").read_text(encoding="utf-8")
    section = text.split(f"## {name}\n")[1].split("\n## ")[0]
    assert "**From.**" in section
    assert "**Terms.**" in section
    assert f"{(make.FOLDER / name).stat().st_size:,} bytes" in section


def test_sunspots_are_yearly_and_never_negative() -> None:
    years, numbers = data.sunspots()
    assert np.array_equal(years, np.arange(1700, 2009))
    assert numbers.shape == (309,)
    assert 0 <= numbers.min() < numbers.max() < 200


def test_names_are_distinct_lower_case_words() -> None:
    names = data.first_names()
    assert len(set(names)) == len(names) == 5163
    assert names == sorted(names)
    assert set("".join(names)) == set("abcdefghijklmnopqrstuvwxyz")
    assert (min(map(len, names)), max(map(len, names))) == (2, 11)


def test_digits_are_images_of_ink_with_labels() -> None:
    images, labels = data.digits()
    assert images.shape == (1797, 8, 8)
    assert set(np.unique(images)) == set(range(17))
    assert np.array_equal(np.bincount(labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])


def test_a_file_is_made_as_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = {"names/dist.female.first": b"MARY 2.6\nLEE 1.0\n", "names/dist.male.first": b"LEE 0.1\nAL 0.1\n"}
    monkeypatch.setattr(make, "_inside", lambda package, path: lists[path])
    assert make.make_names() == b"al\nlee\nmary\n"


def test_nothing_is_read_at_import() -> None:
    watch = (
        "import sys; seen = []; sys.addaudithook(lambda event, a: event == 'open' and seen.append(str(a[0])))"
    )
    show = f"print([name for name in seen if name.endswith({tuple(KEPT)})])"
    found = []
    for use in ("pass", "rnncourse.data.sunspots()"):
        script = f"{watch}; import rnncourse.data; {use}; {show}"
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
        )
        found.append("sunspots.csv" in done.stdout)
    assert found == [False, True]
