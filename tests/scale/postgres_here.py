"""A PostgreSQL server of Debian's package, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.scale.dask_here import free_port

USER = "rnncourse"
NOT_ROOT = "postgres"
"""Whom Debian's package adds: a server does not start as root."""


def programs() -> Path | None:
    """Return where the newest installed server is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes
    ----------
    url : str
        For SQLAlchemy.
    folder, programs : Path
        Where its data and its programs are.
    port : int
        Where it listens.
    """

    folder: Path
    programs: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *words: str) -> None:
        who = NOT_ROOT if os.geteuid() == 0 else None
        command: Sequence[str] = [str(self.programs / program), "-D", str(self.folder / "data"), *words]
        with (self.folder / "log").open("ab") as log:
            subprocess.run(command, check=True, user=who, group=who, stdout=log, stderr=log, cwd=self.folder)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -h 127.0.0.1 -c fsync=off"
        self.run("pg_ctl", "-w", "-o", options, "start")

    def lose_every_connection(self) -> None:
        """Stop it as a machine stops whose power fails, and start it again."""
        self.run("pg_ctl", "-m", "immediate", "stop")
        self.start()


@contextmanager
def postgres_here() -> Iterator[Server]:
    """Start a server, and stop it in the end."""
    where = programs()
    assert where is not None, "PostgreSQL is not installed (Debian: apt install postgresql)"
    folder = Path(tempfile.mkdtemp(prefix="rnncourse-postgres-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam(NOT_ROOT)
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = Server(folder, where, free_port())
    try:
        server.run("initdb", "-A", "trust", "-U", USER, "--no-sync")
        server.start()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.run("pg_ctl", "-m", "fast", "stop")
        shutil.rmtree(folder, ignore_errors=True)
