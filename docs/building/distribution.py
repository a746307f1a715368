"""As much of Pyodide as the registries of npm and PyPI have: its runtime, and the pure packages of its list.

``python -m docs.building.distribution FOLDER`` makes a folder for ``PYODIDE_DIST`` in which the kernel starts. NumPy
and Matplotlib for the browser are in neither registry: they still come from Pyodide's public host. Needs ``npm``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from docs.building.lite import PYODIDE
from docs.building.lock import LOCK, normal

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download", "--no-deps")
PURE = ("--only-binary", ":all:", "--platform", "any", "--python-version", "3.14")


def main(folder: Path) -> None:
    """Fill a folder, anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _unpack_runtime(folder)
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    entries = lock["packages"].items()
    pure = {name: entry for name, entry in entries if entry["file_name"].endswith("-none-any.whl")}
    asked = [f"{name}=={entry['version']}" for name, entry in pure.items()]
    subprocess.run([*PIP, *PURE, "--dest", folder, *asked], check=True)
    for wheel in folder.glob("*.whl"):  # Pyodide packs some anew, so names and sums are not those of PyPI
        entry = pure[normal(wheel.name.partition("-")[0])]
        entry |= {"file_name": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def _unpack_runtime(folder: Path) -> None:
    npm = shutil.which("npm") or sys.exit("npm is needed.")
    subprocess.run(
        [npm, "pack", "--silent", f"pyodide@{PYODIDE}"], check=True, cwd=folder, stdout=subprocess.DEVNULL
    )
    archive = folder / f"pyodide-{PYODIDE}.tgz"
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member)
            if content:  # a file; tarfile's own way to take no more than that came with Python 3.11.4
                (folder / Path(member.name).name).write_bytes(content.read())
    archive.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
