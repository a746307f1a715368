"""Build the course for the browser: JupyterLite in ``build/lite``, which the site takes along.

``make lite`` runs it. Python comes from Pyodide's public host, or from the folder that ``PYODIDE_DIST`` names.
JupyterLite is built in an environment of its own: extensions of another one would end up in it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

from docs.building.executed import ROOT
from docs.building.lock import LOCK, completed

HOME, LITE = ROOT / ".venv-lite", ROOT / "build" / "lite"
NEEDED = ("jupyterlite-core[contents]==0.8.6", "jupyterlite-pyodide-kernel==0.8.6")
PYODIDE = "314.0.6"
"""The version for which that kernel is made; the list of packages is of it."""
CDN = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full"
BESIDE_IT = "comm==0.2.3"
"""What the kernel needs and Pyodide's list lacks."""
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "rnncourse",
        "disabledExtensions": ["@jupyterlab/apputils-extension:announcements"],
    },
}


def main() -> None:
    """Build it all."""
    began = time.monotonic()
    python = _environment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "jupyter-lite.json").write_text(json.dumps(SETTINGS))
        (folder / "files").mkdir()
        for notebook in (ROOT / "notebooks").glob("*.ipynb"):
            shutil.copy(notebook, folder / "files")
        _build(python, folder)
    _add_packages(_wheels(), os.environ.get("PYODIDE_DIST", ""))
    size = sum(path.stat().st_size for path in LITE.rglob("*") if path.is_file())
    print(f"build/lite: {size / 1e6:.0f} MB, {time.monotonic() - began:.0f} s")


def _environment() -> Path:
    """Return the Python of a clean environment with JupyterLite."""
    python = HOME / "bin" / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True, symlinks=True)
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *NEEDED)
    return python


def _run(*command: str | Path, cwd: Path = ROOT) -> None:
    subprocess.run([*map(str, command)], check=True, cwd=cwd)


def _build(python: Path, folder: Path) -> None:
    shutil.rmtree(LITE, ignore_errors=True)
    where = ["--lite-dir", str(folder), "--output-dir", str(LITE), "--contents", str(folder / "files")]
    what = ["--apps", "lab", "--apps", "notebooks", "--apps", "tree", "--no-unused-shared-packages"]
    command = ["build", "--log-level", "WARN", "--no-sourcemaps", *where, *what]
    _run(python, "-m", "jupyterlite_core", *command, cwd=folder)


def _wheels() -> list[Path]:
    """Put the students' wheel, and what the kernel needs beside it, into the build; return where they are."""
    folder = LITE / "static" / "wheels"
    folder.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    _run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    _run(*pip, "download", "--no-deps", "--dest", folder, BESIDE_IT)
    return sorted(folder.glob("*.whl"))


def _add_packages(wheels: list[Path], distribution: str) -> None:
    """Write the list of packages and tell the kernel where it is, and where Python is."""
    static = LITE / "static"
    here: dict[str, str] = {}
    lock, url = json.loads(LOCK.read_text(encoding="utf-8")), f"{CDN}/pyodide.mjs"
    if distribution:
        shutil.copytree(distribution, static / "pyodide", ignore=shutil.ignore_patterns("*.map", "*.d.ts"))
        here = {path.name: f"../../static/pyodide/{path.name}" for path in (static / "pyodide").glob("*.whl")}
        lock = json.loads((static / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))
        url = "./static/pyodide/pyodide.mjs"
    (static / "pyodide-lock").mkdir()
    text = json.dumps(completed(lock, wheels, CDN, here), indent=1)
    (static / "pyodide-lock" / "pyodide-lock.json").write_text(text, encoding="utf-8")
    _set_kernel(
        {"pyodideUrl": url, "loadPyodideOptions": {"lockFileURL": "./static/pyodide-lock/pyodide-lock.json"}}
    )


def _set_kernel(settings: dict[str, Any]) -> None:
    path = LITE / "jupyter-lite.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    plugins = whole["jupyter-config-data"].setdefault("litePluginSettings", {})
    plugins.setdefault(KERNEL, {}).update(settings)
    path.write_text(json.dumps(whole, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
