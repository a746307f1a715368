"""Grade on other machines: a Dask cluster takes the bytes of files, and results come back as they are made.

Which worker gets which file is decided here, and here alone: so a file whose worker dies goes to another
one, one that was there at two deaths goes alone, and none is given twice or forgotten.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from autograder.course.course import Course
from autograder.errors import SandboxError
from autograder.running.grading import Crew, Job, Setting
from autograder.running.remote import Examined, Versions, backend_of, examine, let_go
from autograder.running.rounds import Round
from autograder.sandbox import Backend

CONNECT_SECONDS = 20.0
WAIT_SECONDS = 60.0
"""So long a run waits for a worker: the first one, and another one when the last is gone."""


@dataclass(frozen=True)
class Address:
    """Where a cluster is, and the files of its TLS.

    Attributes
    ----------
    scheduler : str
        Such as ``tcp://10.0.0.5:8786`` or ``tls://10.0.0.5:8786``.
    ca_file, cert, key : Path or None
        As Dask's own options ``--tls-ca-file``, ``--tls-cert`` and ``--tls-key``.
    """

    scheduler: str
    ca_file: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    @property
    def is_open(self) -> bool:
        """Whether what is sent there can be read on the way: another machine, and no TLS."""
        host = self.scheduler.partition("://")[2].rpartition(":")[0]
        return not self.scheduler.startswith("tls://") and host not in ("127.0.0.1", "localhost", "[::1]")


class Cluster:
    """A connection to a Dask scheduler. Use it as a context manager.

    Parameters
    ----------
    address : Address
        Where it is.
    tell : callable
        Told in a sentence which worker takes no work, and why.
    """

    def __init__(self, address: Address, tell: Callable[[str], None] = lambda _: None) -> None:
        self._address, self._tell = address, tell
        self._known: dict[str, Examined] = {}
        self._wanted: tuple[str, Versions, str, bool] | None = None
        self._client: Any = None

    def __enter__(self) -> Cluster:
        self._client = _connect(self._address)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close(timeout=2)

    def choose(self, course: Course, sandbox: str = "", unsafe: bool = False) -> Backend:
        """Have every worker try its sandbox, and return the one that this run uses.

        Parameters
        ----------
        course : Course
            What will be graded.
        sandbox : str
            The one to use; when empty, what most workers chose.
        unsafe : bool
            Use none at all.

        Raises
        ------
        SandboxError
            If no worker may take work.
        """
        self._wanted = (course.where, Versions.here(course), sandbox, unsafe)
        self._await(lambda: any(self.look().values()))
        backend = backend_of([e.sandbox for e in self._known.values() if e.sandbox])
        self._wanted = (*self._wanted[:2], "" if unsafe else backend.name, unsafe)
        others = [where for where, e in self._known.items() if e.sandbox not in ("", backend.name)]
        for where in others:
            del self._known[where]
        self.look()
        return backend

    def look(self) -> dict[str, int]:
        """Return the workers that may take work, and how many files each grades at a time; try those that are new.

        Raises
        ------
        SandboxError
            If the scheduler is gone.
        """
        try:
            threads = self._client.nthreads()
            new = [where for where in threads if where not in self._known]
            self._known = {where: e for where, e in self._known.items() if where in threads}
            if new:
                self._examine(new)
        except (OSError, TimeoutError) as error:
            raise SandboxError(
                f"The scheduler at {self._address.scheduler} is gone ({error}). {_KEPT}"
            ) from error
        return {where: n for where, n in threads.items() if self._may_work(where)}

    def _may_work(self, where: str) -> bool:
        found = self._known.get(where)
        return bool(found and found.sandbox)

    def forget(self, where: str) -> None:
        """Have a worker tried again: it is not the one that was tried."""
        self._known.pop(where, None)

    def _examine(self, workers: Sequence[str]) -> None:
        """Ask workers to try their sandboxes, and say which take no work; one that vanishes is asked no more."""
        assert self._wanted is not None
        found = self._client.run(examine, *self._wanted, workers=list(workers), on_error="return")
        for where, examined in found.items():
            if isinstance(examined, OSError):
                continue
            if not isinstance(examined, Examined):
                examined = Examined(
                    why_not=f"it cannot say what it has ({type(examined).__name__}: {examined})"
                )
            self._known[where] = examined
            if examined.why_not:
                self._tell(f"Worker {where} takes no work: {examined.why_not}")

    def _await(self, there: Callable[[], bool]) -> None:
        """Wait until there is a worker that may take work."""
        end = time.monotonic() + WAIT_SECONDS
        while not there():
            refused = "; ".join(f"{where}: {e.why_not}" for where, e in self._known.items() if e.why_not)
            if refused or time.monotonic() > end:
                why = refused or f"none is there after {WAIT_SECONDS:.0f} s"
                raise SandboxError(f"No worker of {self._address.scheduler} takes work: {why}. {_KEPT}")
            time.sleep(0.5)

    def crew(self, setting: Setting, _: int = 1) -> Crew:
        """Return those who grade: all workers that may take work, for one run."""
        return _ClusterCrew(self, self._client, setting)

    def await_worker(self) -> None:
        """Wait for a worker when the last one is gone.

        Raises
        ------
        SandboxError
            If none comes, or none that may take work.
        """
        self._await(lambda: bool(self.look()))


_KEPT = "What was graded is kept: run the command again to go on."


class _ClusterCrew:
    """The workers of a cluster, for one run."""

    def __init__(self, cluster: Cluster, client: Any, setting: Setting) -> None:
        self._cluster, self._client, self._setting = cluster, client, setting

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        name = sha256(self._setting.secret).digest()
        workers = list(self._cluster.look())
        if workers:
            self._client.run(let_go, name, workers=workers, on_error="ignore")

    def each(
        self, items: Sequence[Job], admit: Callable[[Job], bool] = lambda _: True
    ) -> Iterator[tuple[Job, Any]]:
        """Yield each job with what came of it, as it comes; see :meth:`Pool.each`."""
        with Round(self._cluster, self._client, self._setting, items, admit) as this:
            yield from this


def _connect(address: Address) -> Any:
    """Return a client of a cluster.

    Raises
    ------
    SandboxError
        If Dask is not installed, or there is no scheduler.
    """
    try:
        from distributed import Client, Security
    except ImportError:
        raise SandboxError("A cluster needs Dask: pip install 'rnncourse-grader[cluster]'.") from None
    ca, cert, key = (str(p) if p else None for p in (address.ca_file, address.cert, address.key))
    try:
        # Without files, what Dask's own configuration says of TLS counts.
        security = Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key) if ca or cert else None
        return Client(
            address.scheduler,
            security=security,
            timeout=CONNECT_SECONDS,
            set_as_default=False,
            name="autograder",
        )
    except (OSError, TimeoutError, ValueError, RuntimeError, TypeError) as error:
        raise SandboxError(f"There is no Dask scheduler at {address.scheduler}: {error}") from error
