"""A sandbox is tried before it is trusted: one that is there but holds nothing is not used."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from autograder.cli.options import those_of_this_machine
from autograder.errors import SandboxError
from autograder.sandbox import Backend, Box, choose
from autograder.sandbox.doctor import examine_backends
from autograder.sandbox.probe import _FILL, _succeeds, probe
from autograder.sandbox.session import Child
from tests.conftest import WORKING, sample

PRETENDS = f"""#!{sys.executable}
import os, sys
words = sys.argv[1:]
os.execv(words[words.index("--") + 1], words[words.index("--") + 1 :])
"""


@pytest.fixture(autouse=True)
def _tried_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.sandbox.choosing.probe", probe)


@pytest.fixture
def pretender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bwrap that starts what it is told to, and confines nothing."""
    program = tmp_path / "bwrap"
    program.write_text(PRETENDS)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")


@pytest.mark.usefixtures("pretender")
def test_one_that_confines_nothing_is_refused() -> None:
    with pytest.raises(SandboxError) as refusal:
        choose("bwrap")
    for attempt in ("read a file of the host", "connect to the host"):
        assert attempt in str(refusal.value)
    assert "nothing is run" in str(refusal.value)


@pytest.mark.usefixtures("pretender")
@pytest.mark.skipif("sandlock" not in WORKING, reason="there is no other sandbox here")
def test_the_next_one_is_taken_in_its_place() -> None:
    assert choose().name == "sandlock"


@pytest.mark.parametrize("name", WORKING)
@pytest.mark.slow
def test_all_walls_hold_here(name: str) -> None:
    probes = list(probe(Backend(name)))
    assert {tried.layer for tried in probes} == {"alone", "together"}
    assert [tried.attempt for tried in probes if not tried.stopped] == []


@pytest.mark.parametrize("name", sample(WORKING, 2))
@pytest.mark.slow
def test_a_worker_that_forgets_its_own_walls_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill = Box._fill

    def without_walls(box: Box) -> None:
        fill(box)
        with (box.root / "autograder" / "sandbox" / "inside" / "confine.py").open("a") as file:
            file.write("landlock = no_processes_no_sockets = limit_resources = lambda *_: True\n")

    monkeypatch.setattr(Box, "_fill", without_walls)
    with pytest.raises(SandboxError, match="use more memory than allowed"):
        choose(name)


@pytest.mark.parametrize("name", WORKING)
@pytest.mark.slow
def test_a_worker_that_leaves_files_to_the_next_is_noticed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = Box._fill

    def leaving(box: Box) -> None:
        fill(box)
        worker = box.root / "autograder" / "sandbox" / "inside" / "worker.py"
        text, begun = worker.read_text(), "    entries = os.listdir(scratch)\n"
        assert text.count(begun) == 1
        worker.write_text(text.replace(begun, f"    return True\n{begun}"))

    monkeypatch.setattr(Box, "_fill", leaving)
    possible = [tried.attempt for tried in probe(Backend(name)) if not tried.stopped]
    assert possible == ["read what the one before left behind"]


@pytest.mark.skipif("sandlock" not in WORKING, reason="the other sandbox bounds its disk itself")
@pytest.mark.parametrize(
    ("seconds", "most", "possible"), [(2.0, 64 << 20, []), (0.2, 1 << 40, ["fill the disk"])]
)
@pytest.mark.slow
def test_a_disk_that_is_looked_at_late_is_bounded_and_one_that_is_not_is_noticed(
    seconds: float, most: int, possible: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.sandbox.disk._SECONDS", seconds)
    monkeypatch.setattr("autograder.sandbox.disk.MOST_BYTES", most)
    assert [tried.attempt for tried in probe(Backend("sandlock")) if not tried.stopped] == possible


@pytest.mark.skipif("bwrap" not in WORKING, reason="only there the disk itself has an end")
@pytest.mark.slow
def test_a_disk_with_an_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    took: dict[str, float] = {}

    def timed(child: Child, code: str) -> bool:
        began = time.perf_counter()
        try:
            return succeeds(child, code)
        finally:
            took[code] = time.perf_counter() - began

    succeeds = _succeeds
    monkeypatch.setattr("autograder.sandbox.probe._succeeds", timed)
    assert [tried.attempt for tried in probe(Backend("bwrap")) if not tried.stopped] == []
    assert took[_FILL] < 5


def test_the_doctor_says_which(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.sandbox.doctor.NAMES", ("bwrap",))
    monkeypatch.setattr(Backend, "missing", lambda self: "it is not installed")
    assert examine_backends() == 1
    assert "bwrap: not usable: it is not installed" in capsys.readouterr().out


@pytest.mark.parametrize("beside", [True, False])
def test_a_sandbox_is_tried_once_and_what_is_wrong_with_it_is_said_before_the_first_file(
    beside: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = list[int]()

    def choose(name: str, unsafe: bool) -> None:
        tried.append(threading.get_ident())
        raise SandboxError("it leaks")

    monkeypatch.setattr("autograder.sandbox.choose", choose)
    _, crew = those_of_this_machine("", unsafe=False, beside=beside)
    with pytest.raises(SandboxError, match="leaks"):
        crew(None, 1)  # type: ignore[arg-type]
    assert len(tried) == 1
    assert (tried[0] != threading.get_ident()) == beside
