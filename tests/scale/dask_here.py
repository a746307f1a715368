"""A Dask cluster of real processes on the loopback interface."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DASK = str(Path(sys.executable).with_name("dask"))
SECONDS = 60.0


def free_port() -> int:
    with socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Here:
    """A scheduler and its workers.

    Attributes
    ----------
    url : str
        Where the scheduler is.
    folder : Path
        Where their logs and the workers' own folders are.
    tls : sequence of str
        Options that each of them has.
    """

    url: str
    folder: Path
    tls: Sequence[str] = ()
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *words: str, more_path: Path | None = None) -> None:
        places = os.pathsep.join(str(place) for place in (more_path, ROOT) if place)
        env = os.environ | {"PYTHONPATH": places, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [DASK, *words, *self.tls],
                stdout=log,
                stderr=log,
                env=env,
                cwd=self.folder,
                start_new_session=True,
            )

    def worker(self, name: str, *words: str, more_path: Path | None = None) -> None:
        own = (
            "--name",
            name,
            "--nthreads",
            "1",
            "--local-directory",
            str(self.folder / name),
            "--no-dashboard",
        )
        where = ("--host", "127.0.0.1", "--memory-limit", "0", *words)
        self.start(name, "worker", self.url, *own, *where, more_path=more_path)

    def kill(self, name: str) -> None:
        """End a worker and its nanny as a machine ends whose power fails."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")


@contextmanager
def dask_here(folder: Path, tls: Sequence[str] = ()) -> Iterator[Here]:
    """Start a scheduler and stop everything in the end."""
    port = free_port()
    here = Here(f"{'tls' if tls else 'tcp'}://127.0.0.1:{port}", folder, tls)
    try:
        here.start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        yield here
    finally:
        here.stop()


def await_workers(here: Here, count: int, security: Any = None) -> None:
    """Wait until so many workers are there."""
    from distributed import Client

    end = time.monotonic() + SECONDS
    while True:
        try:
            with Client(here.url, timeout=5, set_as_default=False, security=security) as client:
                client.wait_for_workers(count, timeout=SECONDS)
                return
        except OSError:
            if time.monotonic() > end:
                raise
