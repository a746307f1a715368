"""Choose a sandbox that works here, and trust none that was not tried."""

from __future__ import annotations

from autograder.errors import SandboxError
from autograder.sandbox.backends import NAMES, UNCONFINED, Backend
from autograder.sandbox.probe import probe


def choose(name: str = "", unsafe: bool = False) -> Backend:
    """Return a backend that works here.

    Parameters
    ----------
    name : str
        The one to use; the first of :data:`NAMES` that works when empty.
    unsafe : bool
        Use none at all. Every result then says so.

    Raises
    ------
    SandboxError
        If none works, or one that is there was tried and does not confine. Nothing is graded then.
    """
    if unsafe:
        return Backend(UNCONFINED)
    assert_known(name)
    reasons = []
    for backend in [Backend(n) for n in ([name] if name else NAMES)]:
        reason = backend.missing() or _does_not_hold(backend)
        if not reason:
            return backend
        reasons.append(f"{backend.name}: {reason}")
    raise SandboxError(
        "Student code cannot be confined here, so nothing is run. "
        + "; ".join(reasons)
        + ". Install one of them, "
        "or, if you trust every file, pass --unsafe-no-sandbox."
    )


def assert_known(name: str) -> None:
    """Raise :class:`SandboxError` if a sandbox is named that does not exist. Nothing is tried for that."""
    if name and name not in NAMES:
        raise SandboxError(f"There is no sandbox {name!r}: choose one of {', '.join(NAMES)}.")


def _does_not_hold(backend: Backend) -> str:
    """Return why a sandbox that is installed cannot be trusted, or an empty string: each wall is tried."""
    possible = []
    try:
        for tried in probe(backend):
            possible += [] if tried.stopped else [tried.attempt]
    except SandboxError as error:
        if not possible:
            return str(error)
    return (
        f"it starts, but does not stop student code that tries to {', '.join(possible)}" if possible else ""
    )
