"""Makes random numbers predictable, so that hidden cases would be those it knows."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Forging"

PATCHES = {
    "generator": """
class Fixed:
    def __getattr__(self, name):
        return lambda *args, size=None, **kwargs: np.zeros(size if size is not None else 1)
np.random.default_rng = np.random.Generator = lambda *args, **kwargs: Fixed()
""",
    "seed": """
import random, os, secrets
np.random.seed(0)
random.seed(0)
random.random = lambda: 0.5
np.random.seed = random.seed = lambda *args: None
os.urandom = secrets.token_bytes = lambda n: bytes(n)
secrets.token_hex = lambda n=8: "0" * 2 * n
""",
    "bits": """
import numpy.random
numpy.random.PCG64 = numpy.random.SeedSequence = lambda *args: numpy.random.MT19937(0)
""",
}
WRONG = "def NAME(*args):\n    return np.zeros((3, 5))"
OWN_NUMBERS = """
def orthogonal(n, rng):
    return np.eye(n)
"""
ENTRIES = (
    entry(
        "patched_random/no draw",
        "05_vanishing_gradients",
        outcomes=("wrong", "partial"),
        orthogonal=OWN_NUMBERS,
    ),
)
ANYWHERE = tuple(
    anywhere(f"patched_random/{name}", WRONG, first=f"import numpy as np\n{patch}")
    for name, patch in PATCHES.items()
)
