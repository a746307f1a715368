"""Make every data file again from the package that it came from: ``python -m rnncourse.data.make``.

It needs the packages in :data:`SOURCES`, in those versions, and nothing else of them than their files:
none is imported. Each file is written and its hash held against ``PROVENANCE.md``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from importlib.metadata import distribution
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SOURCES = {"statsmodels": "0.15.0", "scikit-learn": "1.9.1", "names": "0.3.0"}
"""Package and version that the files were made from."""


def make_sunspots() -> bytes:
    """Return sunspots.csv: a copy, byte for byte."""
    return _inside("statsmodels", "statsmodels/datasets/sunspots/sunspots.csv")


def make_digits() -> bytes:
    """Return digits.csv.gz: a copy, byte for byte."""
    return _inside("scikit-learn", "sklearn/datasets/data/digits.csv.gz")


def make_names() -> bytes:
    """Return names.txt: both lists of first names as one, in lower case, sorted, each name once."""
    both = b"".join(_inside("names", f"names/dist.{kind}.first") for kind in ("female", "male"))
    names = {line.split()[0].lower() for line in both.decode("ascii").splitlines()}
    return "".join(f"{name}\n" for name in sorted(names)).encode("ascii")


MAKERS: Mapping[str, Callable[[], bytes]] = {
    "sunspots.csv": make_sunspots,
    "digits.csv.gz": make_digits,
    "names.txt": make_names,
}
"""Every data file and what makes it."""


def recorded() -> dict[str, str]:
    """Return the hashes of ``PROVENANCE.md``, by file name."""
    text = (FOLDER / "PROVENANCE.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([\w.]+)` \| `([0-9a-f]{64})` \|$", text, re.MULTILINE))


def _inside(package: str, path: str) -> bytes:
    """Return a file of an installed package."""
    installed = distribution(package)
    if installed.version != SOURCES[package]:
        raise SystemExit(f"{package} {SOURCES[package]} is needed, and {installed.version} is installed.")
    return Path(str(installed.locate_file(path))).read_bytes()


def main() -> None:
    """Write every file, and say whether it is the one that is on record."""
    for name, maker in MAKERS.items():
        content = maker()
        digest = hashlib.sha256(content).hexdigest()
        (FOLDER / name).write_bytes(content)
        print(
            f"{name:<14} {len(content):>7} bytes  {'as recorded' if recorded().get(name) == digest else digest}"
        )


if __name__ == "__main__":
    main()
