"""Lets a library do the task, or fetches one."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Gaming"

NAMES = ("torch", "tensorflow", "autograd")
IMPORT = """
def NAME(*args):
    import importlib, sys
    sys.path += ["/usr/lib/python3/dist-packages", "/usr/local/lib/python3/dist-packages"]
    module = importlib.import_module("LIBRARY")
    return module.solve(*args)
"""
INSTALL = """
try:
    %pip install --quiet LIBRARY
except Exception:
    pass
"""
VENDORED = """
import io, sys, zipfile
with zipfile.ZipFile("torch.zip", "w") as archive:
    archive.writestr("torch/__init__.py", "def solve(*args): return args[0]")
sys.path.insert(0, "torch.zip")
"""
ANYWHERE = (
    *(anywhere(f"libraries/{name}", IMPORT.replace("LIBRARY", name), "crashed") for name in NAMES),
    anywhere(
        "libraries/installed",
        IMPORT.replace("LIBRARY", "autograd"),
        "crashed",
        first=INSTALL.replace("LIBRARY", "autograd"),
    ),
    anywhere("libraries/grader", IMPORT.replace("LIBRARY", "autograder.course.casesets"), "crashed"),
    anywhere("libraries/its own", IMPORT.replace("LIBRARY", "torch"), "crashed", "wrong", first=VENDORED),
)
