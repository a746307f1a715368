"""What one submission leaves behind is not there for the next, and most attacks do not cost the sandbox."""

from __future__ import annotations

import pytest

from autograder.sandbox import Session
from tests.adversarial.attacks.disk import FILLS
from tests.adversarial.attacks.threads import WRITER
from tests.corpus import Entry, attacks, entry
from tests.ours import grade

HERE = "00_start_here"
LIST = "import os\nprint('FOUND', os.listdir('.'))"
SHARED = """
import os
for fd in (0, 1, 2):
    os.set_blocking(fd, False)
    try:
        os.lseek(fd, 0, 0)
        got = os.read(fd, 1000)
    except OSError:
        got = b""
    if got:
        print("READ", fd, got)
    try:
        os.write(fd, b"the answer to exercise 3 is 42")
    except OSError:
        pass
print("done")
"""


def graded(session: Session, submission: Entry) -> list[str]:
    """Grade a submission and return what is wrong with the result."""
    return submission.complaints(grade(submission.data, session, b"s", "x.ipynb", "student-66", HERE))


@pytest.mark.parametrize("fill", ["many", "deep", "links", "locked", "names", "set-uid"])
def test_the_next_one_finds_the_folder_empty(session: Session, fill: str) -> None:
    assert graded(session, entry("fill", HERE, first=f"import os\n{FILLS[fill]}")) == []
    assert graded(session, entry("list", HERE, first=LIST, shown=("FOUND []",))) == []


def test_a_thread_that_writes_does_not_go_on(session: Session) -> None:
    assert graded(session, entry("writer", HERE, first=WRITER)) == []
    assert graded(session, entry("list", HERE, first=LIST, shown=("FOUND []",))) == []


def test_two_submissions_share_no_open_file(session: Session) -> None:
    notes = entry("shared", HERE, first=SHARED, shown=("done",), never_shown=("READ",))
    assert graded(session, notes) == []
    assert graded(session, notes) == []


@pytest.mark.parametrize("name", ["memory/in a cell", "signals/kill", "processes/bomb", "early_exit/exit"])
def test_a_sandbox_outlives_what_ends_with_the_submission(session: Session, name: str) -> None:
    attack = next(e for e in attacks() if e.id == name)
    assert graded(session, entry("before", HERE)) == []
    started = session.started
    assert graded(session, attack) == []
    assert graded(session, entry("after", HERE)) == []
    assert session.started == started
