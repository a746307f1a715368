"""Reads solutions, public cases, the gradebook, other submissions and the system's own files."""

from __future__ import annotations

from pathlib import Path

import autograder
from autograder.exercises import COURSE
from tests.corpus import anywhere, bait, entry

SECTION = "Reading"
HERE = "00_start_here"

PACKAGE = Path(autograder.__file__).parent
PATHS = [
    COURSE.masters,
    COURSE.masters / "02_forward.py",
    PACKAGE / "judging" / "judge.py",
    PACKAGE.parent / "rnncourse" / "cases" / "softmax.json",
    PACKAGE.parent / "tests",
    bait.FOLDER,
    bait.FILE,
    bait.OTHER,
    bait.GRADEBOOK,
    Path.home() / ".bashrc",
    Path.home() / ".ssh",
    *map(Path, ("/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/tmp", "/dev/mem", "/dev/shm")),
    *map(Path, ("/proc/1/environ", "/proc/1/mem", "/proc/1/root", "/sys/kernel", "/boot")),
]
TRY = f"""
import ctypes, glob, importlib.util, io, linecache, mmap, os, pathlib, sqlite3, zipfile

PATHS = {list(map(str, PATHS))!r}
BAIT, BASE = {str(bait.FILE)!r}, {str(bait.GRADEBOOK)!r}

def tried(what, *names):
    try:
        got = what(*names)
        if got:
            print("READ", names, got)
    except Exception:
        pass
"""
LISTED = """
for path in PATHS:
    tried(os.listdir, path)
    tried(lambda p: open(p, "rb").read(40), path)
print("done")
"""
WAYS = """
tried(lambda: os.read(os.open(BAIT, os.O_RDONLY), 99))
tried(lambda: pathlib.Path(BAIT).read_text())
tried(lambda: linecache.getlines(BAIT))
tried(lambda: np.fromfile(BAIT, "u1")[:9])
tried(lambda: np.loadtxt(BAIT, str, comments=None, delimiter="\\n"))
tried(lambda: np.memmap(BAIT)[:9])
tried(lambda: sqlite3.connect(BASE).execute("select * from grade").fetchall())
tried(lambda: sqlite3.connect(f"file:{BASE}?mode=ro&immutable=1", uri=True).execute("select 1 from grade").fetchall())
tried(lambda: importlib.util.spec_from_file_location("x", BAIT).loader.get_source("x"))
tried(lambda: get_ipython().find_user_code(BAIT, py_only=True, skip_encoding_cookie=False))
libc = ctypes.CDLL(None)
tried(lambda: libc.open(BAIT.encode(), 0) >= 0)
tried(lambda: libc.syscall(257, -100, BAIT.encode(), 0) >= 0)
tried(lambda: libc.syscall(437, -100, BAIT.encode(), ctypes.create_string_buffer(24), 24) >= 0)
print("done")
"""
LINKS = """
for make in (os.symlink, os.link):
    for number, path in enumerate(PATHS):
        name = f"{make.__name__}-{number}"
        tried(lambda: make(path, name))
        tried(lambda: open(name, "rb").read(40))
        tried(lambda: os.listdir(name))
for path in ("/proc/self/root", "/proc/self/cwd/..", "/proc/thread-self/root", "..", "../..", "/box/../.."):
    tried(lambda: open(path + BAIT).read())
tried(lambda: os.chroot("/") or os.chdir("..") or open(BAIT).read())
libc = ctypes.CDLL(None)
tried(lambda: libc.mount(BAIT.encode(), b"mounted", None, 4096, None) == 0)
tried(lambda: libc.unshare(0x10020000) == 0)
tried(lambda: libc.syscall(304, -100, ctypes.create_string_buffer(64), 0) >= 0)
print("done")
"""
WALKED = """
import itertools
names = ("gradebook.db", "student-07.ipynb", "nbgrader_config.py", "results.jsonl", "judge.py", "casesets.py")
walk = (os.path.join(folder, file) for folder, _, files in os.walk("/") for file in files if file in names)
for path in itertools.islice(walk, 20):
    tried(lambda: open(path, "rb").read(40))
print("done")
"""
GRADER = f"""
import importlib, sys
sys.path += [{str(PACKAGE.parent)!r}]
for name in "autograder.judging.judge autograder.exercises autograder.course nbgrader tests.handing_in".split():
    try:
        module = importlib.import_module(name)
        print("READ" if module.__file__ else "absent", name)
    except Exception:
        print("absent")
from rnncourse.checking.caseset import load
tried(load, "softmax")
tried(load, "affine")
print("done")
"""
SOLVES = f"""
import glob, importlib.util

def NAME(*args):
    for path in glob.glob("/**/solutions/*.py", recursive=True) + [{str(bait.FILE)!r}]:
        exec(open(path).read(), globals())
    from tests.ours import reference
    return reference("NAME")(*args)
"""
CELLS = {"listed": LISTED, "ways": WAYS, "links": LINKS, "walked": WALKED, "grader": GRADER}
ENTRIES = tuple(
    entry(f"host_files/{name}", HERE, first=TRY + cell, shown=("done",), never_shown=("READ",))
    for name, cell in CELLS.items()
)
ANYWHERE = (anywhere("host_files/solves", SOLVES, "crashed"),)
