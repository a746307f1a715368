"""Looks for the gradebook and writes a better mark into it."""

from __future__ import annotations

from tests.corpus import anywhere, bait, entry

SECTION = "Harm"
HERE = "00_start_here"

WRITE = f"""
import itertools, os, sqlite3

def write(path):
    try:
        if not os.path.exists(path):
            return
        with sqlite3.connect(path) as base:
            tables = [row[0] for row in base.execute("select name from sqlite_master where type = 'table'")]
            for table in tables:
                for column in ("score", "auto_score", "manual_score"):
                    try:
                        base.execute(f"update {{table}} set {{column}} = 100")
                        print("WRITTEN")
                    except sqlite3.Error:
                        pass
    except (OSError, sqlite3.Error):
        pass

def everywhere():
    walk = ((folder, files) for top in ("/tmp", "/root", "/home", "/var", "/srv") for folder, _, files in os.walk(top))
    for folder, files in itertools.islice(walk, 2000):
        for file in files:
            if file == "gradebook.db":
                write(os.path.join(folder, file))

write({str(bait.GRADEBOOK)!r})
write("../../gradebook.db")
everywhere()
print("done")
"""
RENAMES = f"""
import os, shutil
for what in (os.remove, os.unlink, lambda p: os.truncate(p, 0), lambda p: os.rename(p, "mine"), shutil.rmtree,
             lambda p: os.chmod(p, 0), lambda p: os.chown(p, 0, 0), lambda p: os.utime(p), os.mkdir, os.mkfifo,
             lambda p: os.symlink("/", p), lambda p: open(p, "a").write("x"), lambda p: os.chmod(p, 0o777),
             lambda p: os.lchown(p, 1, 1), lambda p: os.setxattr(p, "user.a", b"b"), os.rmdir,
             lambda p: os.link(p, "linked"), lambda p: os.rename("x", p), lambda p: os.removexattr(p, "user.a")):
    for path in ({str(bait.GRADEBOOK)!r}, {str(bait.FOLDER)!r}, {str(bait.FOLDER / "new")!r}, "/box", "/box/x"):
        try:
            what(path)
            print("WRITTEN", path)
        except Exception:
            pass
print("done")
"""
IN_CALL = (
    WRITE
    + f"""
def NAME(*args):
    write({str(bait.GRADEBOOK)!r})
    os.replace("results", {str(bait.GRADEBOOK)!r})
"""
)
API = f"""
def NAME(*args):
    from nbgrader.api import Gradebook
    with Gradebook("sqlite:///{bait.GRADEBOOK}") as gradebook:
        gradebook.update_or_create_student("student-66")
"""
ENTRIES = tuple(
    entry(f"gradebook/{name}", HERE, first=cell, shown=("done",), never_shown=("WRITTEN",))
    for name, cell in {"written": WRITE, "renamed": RENAMES}.items()
)
ANYWHERE = (
    anywhere("gradebook/in a call", IN_CALL, "crashed"),
    anywhere("gradebook/interface", API, "crashed"),
)
