"""Run notebook 09 with TensorFlow and JAX present, in an environment of its own.

Needs nothing but Python: it makes ``.venv-frameworks``, installs the extra, and runs the tests that
are marked ``frameworks``. It ends with 0 if they pass, with 1 if they do not, and with 77 if the packages
cannot be had for this Python, which is neither.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".venv-frameworks"
NOT_TRIED = 77
NEEDED = ("tensorflow", "jax")


def main() -> int:
    """Install, and test."""
    python = HOME / "bin" / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True, symlinks=True)
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable"]
    installed = subprocess.run(
        [*install, ".[frameworks]", "--editable", "packaging/grader", "hypothesis", "pytest"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    if installed.returncode and "No matching distribution found" not in installed.stderr:
        print(installed.stderr, end="", file=sys.stderr)
        return 1
    missing = [name for name in NEEDED if not _has(python, name)]
    if installed.returncode or missing:
        return _not_tried(missing or list(NEEDED))
    tests = ["-m", "frameworks", "tests/notebooks/test_frameworks.py", "-p", "no:cacheprovider"]
    return min(subprocess.run([python, "-m", "pytest", *tests], cwd=ROOT).returncode, 1)


def _has(python: Path, name: str) -> bool:
    found = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is None)"
    return subprocess.run([python, "-c", found]).returncode == 0


def _not_tried(names: list[str]) -> int:
    """Say that nothing was tested, and return the status that means it."""
    version = ".".join(map(str, sys.version_info[:2]))
    print(f"NOT TESTED: there is no {' and no '.join(names)} for Python {version} where pip looks.", end=" ")
    print("Notebook 09 was not run with them. Try Python 3.11 to 3.13: make frameworks PYTHON=python3.12")
    return NOT_TRIED


if __name__ == "__main__":
    sys.exit(main())
