"""Reads solutions, the public cases, the gradebook, other submissions and the system's own files."""

from __future__ import annotations

from pathlib import Path

import autograder
from autograder.masters import solutions_folder
from tests.adversarial.arena import Arena

READ = """
import os, pathlib

def tried(path):
    try:
        path = pathlib.Path(path)
        return sorted(os.listdir(path))[:3] if path.is_dir() else path.read_bytes()[:40]
    except Exception as error:
        return None

for path in PATHS:
    got = tried(path)
    if got:
        print("READ", path)
print("done")
"""


def test_none_of_them_is_there(arena: Arena) -> None:
    package = Path(autograder.__file__).parent
    paths = [
        solutions_folder(),
        solutions_folder() / "02_forward.py",
        package / "judge.py",
        package.parent / "rnncourse" / "cases" / "softmax.json",
        arena.canary,
        arena.canary.parent,
        Path.home() / ".bashrc",
        *map(Path, ("/etc/passwd", "/root", "/home", "/var", "/tmp")),
        *map(Path, ("/proc/1/environ", "/proc/1/cmdline", "/proc/1/mem", "/dev/mem", "/dev/shm")),
    ]
    fight = arena.fight(first=f"PATHS = {list(map(str, paths))!r}\n{READ}")
    assert "done" in fight.printed
    assert "READ" not in fight.printed


def test_the_grader_cannot_be_imported(arena: Arena) -> None:
    first = """
import importlib, sys
sys.path += PATHS
NAMES = "autograder.judge autograder.exercises nbgrader torch tensorflow keras jax autograd"
for name in NAMES.split():
    try:
        module = importlib.import_module(name)
        print("IMPORTED" if module.__file__ else "absent", name)
    except ImportError:
        print("absent")
"""
    root = str(Path(autograder.__file__).parent.parent)
    fight = arena.fight(first=f"PATHS = [{root!r}]\n{first}")
    assert "absent" in fight.printed
    assert "IMPORTED" not in fight.printed


def test_public_cases_are_not_in_the_box(arena: Arena) -> None:
    first = """
from rnncourse.caseset import load
try:
    print("READ", load("softmax"))
except Exception as error:
    print(type(error).__name__)
"""
    assert "READ" not in arena.fight(first=first).printed
