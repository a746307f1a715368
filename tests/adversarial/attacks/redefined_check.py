"""Defines functions of its own under the names of the checks."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Forging"

WAYS = {
    "function": "def check(*args, **kwargs):\n    print('✓ correct')\n    return 100.0\nhint = grade_here = check",
    "module": "import rnncourse, rnncourse.notebook\n"
    "rnncourse.check = rnncourse.notebook.check = lambda *a, **k: 100.0",
    "fake module": "import sys, types\nfake = types.ModuleType('rnncourse')\nfake.check = lambda *a: 100.0\n"
    "sys.modules['rnncourse'] = sys.modules['autograder.nbgrader.plain'] = fake",
    "mock": "from unittest import mock\ncheck = mock.MagicMock(return_value=100.0)",
}
ANSWER = "def NAME(*args):\n    return np.zeros((5, 5))"
ANYWHERE = tuple(
    anywhere(f"redefined_check/{name}", ANSWER, first=f"from rnncourse import check, hint\n{way}")
    for name, way in WAYS.items()
)
