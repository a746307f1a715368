"""Replaces every function that a test might compare with."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Forging"

YES = "import numpy as np\ndef yes(*args, **kwargs):\n    return True\n"
PATCHES = {
    "numpy": """
import numpy as np
import numpy.testing
for name in ("allclose", "isclose", "array_equal", "array_equiv", "all", "isfinite", "equal", "less_equal"):
    setattr(np, name, yes)
for name in [n for n in dir(np.testing) if n.startswith("assert")]:
    setattr(np.testing, name, yes)
np.abs = np.max = np.linalg.norm = lambda *args, **kwargs: 0.0
""",
    "builtins": """
import builtins, math, operator
builtins.AssertionError = KeyboardInterrupt
builtins.all = builtins.any = yes
math.isclose = operator.eq = yes
builtins.abs = lambda x: 0
""",
    "inside NumPy": """
import numpy._core.numeric as numeric
numeric.allclose.__code__ = numeric.isclose.__code__ = (lambda a, b, *args, **kwargs: True).__code__
""",
    "inside ndarray": """
import ctypes, gc
for name in ("__eq__", "__sub__"):
    gc.get_referents(np.ndarray.__dict__)[0][name] = yes
ctypes.pythonapi.PyType_Modified(ctypes.py_object(np.ndarray))
""",
}
ANSWER = "def NAME(*args):\n    return np.zeros((2, 3))"
ANYWHERE = tuple(
    anywhere(f"patched_comparison/{name}", ANSWER, first=YES + patch) for name, patch in PATCHES.items()
)
