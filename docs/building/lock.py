"""The list of packages that Pyodide may load in the browser: the course's own among them.

``docs/lite/pyodide-lock.json`` is Pyodide's list, shortened to what the course needs, with the sums of the files.
``python -m docs.building.lock FOLDER`` makes it again from a distribution of Pyodide.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterable, Mapping
from email.parser import Parser
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "lite" / "pyodide-lock.json"
FOR_THE_KERNEL = ("micropip", "ipython", "jedi")
FOR_STUDENTS = ("numpy", "matplotlib")
BESIDE = "../../static/wheels"
"""Where our wheels are, from the folder of the list as from that of the runtime."""

Lock = dict[str, Any]


def shortened(lock: Lock) -> Lock:
    """Return a list with what the course needs, and what that needs."""
    by_name = {normal(name): entry for name, entry in lock["packages"].items()}
    kept: dict[str, Any] = {}
    waiting = [*FOR_THE_KERNEL, *FOR_STUDENTS]
    while waiting:
        name = normal(waiting.pop())
        if name not in kept:
            kept[name] = by_name[name]
            waiting += by_name[name]["depends"]
    return {**lock, "packages": dict(sorted(kept.items()))}


def normal(name: str) -> str:
    """Return the name of a package as lists have it."""
    return name.lower().replace("_", "-").replace(".", "-")


def completed(lock: Lock, wheels: Iterable[Path], base: str, here: Mapping[str, str]) -> Lock:
    """Return a list with wheels of ours, and with the address of every other file.

    Parameters
    ----------
    lock : dict
        Pyodide's list.
    wheels : iterable of Path
        Pure wheels that are served beside it.
    base : str
        The address of the distribution, for what is not served here.
    here : mapping
        Names of the files that are served here, to their places.
    """
    packages = {normal(name): dict(entry) for name, entry in lock["packages"].items()}
    for entry in packages.values():
        file = entry["file_name"]
        entry["file_name"] = here.get(file, f"{base}/{file}")
    for wheel in wheels:
        entry = described(wheel)
        packages[entry["name"]] = entry
    return {**lock, "packages": dict(sorted(packages.items()))}


def described(wheel: Path) -> dict[str, Any]:
    """Return the entry of a wheel of ours: what it is called, what imports load it, what it needs."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        message = Parser().parsestr(archive.read(metadata).decode())
    required = [line for line in message.get_all("Requires-Dist", []) if "extra ==" not in line]
    tops = {name.partition("/")[0] for name in names if "/" in name and ".dist-info" not in name}
    return {
        "name": normal(message["Name"]),
        "version": message["Version"],
        "file_name": f"{BESIDE}/{wheel.name}",
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(tops),
        "depends": [normal(_name(line)) for line in required],
        "unvendored_tests": False,
    }


def _name(requirement: str) -> str:
    end = next((i for i, c in enumerate(requirement) if not (c.isalnum() or c in "-_.")), len(requirement))
    return requirement[:end]


if __name__ == "__main__":
    whole = json.loads((Path(sys.argv[1]) / "pyodide-lock.json").read_text(encoding="utf-8"))
    LOCK.write_text(json.dumps(shortened(whole), indent=1, sort_keys=True) + "\n", encoding="utf-8")
