"""A real Dask cluster on this machine: the same verdicts and seeds as alone, whatever dies in the middle."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")

from autograder.cli import main
from autograder.errors import SandboxError
from autograder.exercises import COURSE
from autograder.running import cluster as clusters
from autograder.running.cluster import Address, Cluster
from autograder.running.grading import Done, Job, Setting, grade_all
from autograder.running.results import Results
from tests.conftest import SMALL
from tests.handing_in import hand_in, solved
from tests.scale.dask_here import Here, await_workers, dask_here

NAME = "00_start_here"
SECRET = b"what only the course knows: 32 b"
LOOP = "def affine(x, W, b):\n    while True:\n        pass\n"
WRONG = "def affine(x, W, b):\n    return np.tanh(x @ W)\n"
FILES = {
    **{f"right-{n}": solved(NAME) for n in range(9)},
    "wrong": hand_in(NAME, {"affine": WRONG}),
    "hangs": hand_in(NAME, {"affine": LOOP}),
    "broken": b"{",
}
OLD_NUMPY = 'import numpy\nnumpy.__version__ = "1.0"\n'


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> list[Job]:
    folder = tmp_path_factory.mktemp("class")
    for student, data in FILES.items():
        (folder / f"{student}.ipynb").write_bytes(data)
    return [Job(folder / f"{student}.ipynb", student, NAME) for student in FILES]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """A scheduler with two workers that may take work, and two that may not."""
    folder = tmp_path_factory.mktemp("dask")
    (folder / "old").mkdir()
    (folder / "old" / "sitecustomize.py").write_text(OLD_NUMPY)
    with dask_here(folder) as here:
        here.worker("with-nanny")
        here.worker("dies", "--no-nanny")
        here.worker("old", "--no-nanny", more_path=folder / "old")
        here.worker("writes", "--no-nanny", "--memory-limit", "2GB")
        await_workers(here, 4)
        yield here


def told(done: Done) -> Any:
    """Return all that a result says but for its time."""
    return done.key, done.graded.problem, [v.record("", done.job.student) for v in done.graded.verdicts]


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_cluster_says_what_one_machine_says_though_a_worker_is_killed(here: Here, jobs: list[Job]) -> None:
    said: list[str] = []
    with Cluster(Address(here.url), said.append) as cluster:
        backend = cluster.choose(COURSE)
        setting = Setting(COURSE, backend, SECRET, SMALL)
        found: list[Done] = []
        for done in grade_all(jobs, setting, Results(None), crew=cluster.crew):
            found.append(done)
            if len(found) == 3:
                here.kill("dies")
                assert SECRET not in everything_in(here.folder)
    alone = list(grade_all(jobs, setting, Results(None), 2))
    by_student = {done.job.student: told(done) for done in alone}
    assert sorted(done.job.student for done in found) == sorted(FILES), "nothing lost, nothing double"
    assert {done.job.student: told(done) for done in found} == by_student
    outcomes = [done.graded.verdicts[0].outcome for done in found]
    with_the_dead = 2  # a worker has one file and the next: only those may come after what hangs
    assert outcomes.index("timed_out") >= len(found) - 1 - with_the_dead, "what hangs blocks nobody"
    assert len(said) == 2
    assert sum("NumPy is 1.0" in line for line in said) == 1
    assert sum("--memory-limit 0" in line for line in said) == 1


def test_no_secret_and_no_solution_is_on_the_disk_of_a_worker_or_in_its_log(here: Here) -> None:
    held = everything_in(here.folder)
    assert b"with-nanny" in held, "the logs are read"
    assert not [s for s in (SECRET, SECRET.hex().encode(), b"np.tanh(x @ W + b)") if s in held]


@pytest.mark.slow
def test_a_sandbox_that_no_worker_has_is_said_and_nothing_is_run(here: Here) -> None:
    with Cluster(Address(here.url)) as cluster, pytest.raises(SandboxError, match=r"No worker .* takes work"):
        cluster.choose(COURSE, "no-such-box")


@pytest.mark.slow
def test_nobody_there_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 0.5)
    with pytest.raises(SandboxError, match="There is no Dask scheduler"):
        clusters._connect(Address("tcp://127.0.0.1:9"))


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate that vouches for itself."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=here"]
    subprocess.run([*words, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    return cert, key


@pytest.mark.slow
def test_the_command_grades_over_tls_and_without_it_gets_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import Security

    cert, key = certificate(tmp_path)
    tls = ("--tls-ca-file", str(cert), "--tls-cert", str(cert), "--tls-key", str(key))
    security = Security(tls_ca_file=str(cert), tls_client_cert=str(cert), tls_client_key=str(key))
    (tmp_path / "a.ipynb").write_bytes(solved(NAME))
    words = ["grade", str(tmp_path / "a.ipynb"), "--json", str(tmp_path / "a.json")]
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 3)
    with dask_here(tmp_path, tls) as here:
        here.worker("one")
        await_workers(here, 1, security)
        assert main([*words, "--scheduler", here.url, *tls]) == 0
        assert main([*words, "--scheduler", here.url.replace("tls", "tcp")]) == 2
    assert "2 of 2 points" in capsys.readouterr().out
    (record,) = json.loads((tmp_path / "a.json").read_text())
    assert record["outcome"] == "correct"
