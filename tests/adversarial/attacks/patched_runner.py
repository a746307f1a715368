"""Replaces the programs that run tests: pytest, unittest, nbgrader, nbclient, otter, doctest."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Forging"

PATCHES = {
    "pytest": """
import pathlib, sys, types
for name in ("conftest.py", "pytest.py", "sitecustomize.py", "usercustomize.py", "numpy.py"):
    pathlib.Path(name).write_text("import os\\nos._exit(0)\\n")
fake = types.ModuleType("pytest")
fake.main = lambda *args, **kwargs: 0
fake.raises = fake.fixture = fake.mark = lambda *args, **kwargs: (lambda f: f)
sys.modules["pytest"] = fake
sys.path.insert(0, ".")
""",
    "unittest": """
import unittest, doctest
for name in [n for n in dir(unittest.TestCase) if n.startswith("assert")]:
    setattr(unittest.TestCase, name, lambda *args, **kwargs: None)
unittest.TestResult.wasSuccessful = lambda self: True
unittest.main = doctest.testmod = lambda *args, **kwargs: (0, 100)
""",
    "nbgrader": """
import sys, types
for name in ("nbgrader", "nbgrader.utils", "nbgrader.preprocessors", "autograder", "autograder.judging.judge"):
    fake = types.ModuleType(name)
    fake.determine_grade = fake.grade = lambda *args, **kwargs: (100.0, 100.0)
    fake.__path__ = []
    sys.modules[name] = fake
""",
    "the shell": """
shell = get_ipython()
type(shell).run_cell = shell.run_cell = lambda *args, **kwargs: None
shell.user_ns_hidden.clear()
shell.safe_execfile = shell.run_code = lambda *args, **kwargs: False
""",
}
WRONG = "def NAME(*args):\n    raise ValueError('hidden')"
ANYWHERE = tuple(
    anywhere(f"patched_runner/{name}", WRONG, "crashed", "wrong", "not_attempted", first=patch)
    for name, patch in PATCHES.items()
)
