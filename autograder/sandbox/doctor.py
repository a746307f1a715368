"""Print what each sandbox really confines here, by trying to break out of it."""

from __future__ import annotations

from autograder.errors import SandboxError
from autograder.sandbox.backends import NAMES, Backend
from autograder.sandbox.probe import probe

_TITLES = {
    "alone": "the sandbox alone",
    "together": "with the walls that the worker puts around each submission",
}


def examine_backends() -> int:
    """Print what each sandbox confines here; return 1 if none confines everything."""
    sound = 0
    for name in NAMES:
        backend = Backend(name)
        reason = backend.missing()
        if reason:
            print(f"{name}: not usable: {reason}")
            continue
        try:
            probes = list(probe(backend))
        except SandboxError as error:
            print(f"{name}: not usable: {error}")
            continue
        for layer, title in _TITLES.items():
            print(f"{name}, {title}:")
            for tried in (tried for tried in probes if tried.layer == layer):
                print(f"  {'stopped ' if tried.stopped else 'POSSIBLE'}  {tried.attempt}")
        sound += all(tried.stopped for tried in probes)
    print(f"{sound} of {len(NAMES)} sandboxes confine everything that was tried.")
    return 0 if sound else 1
