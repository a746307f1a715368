"""Results in a database that several graders share: each file is claimed by one of them before it is graded."""

from __future__ import annotations

import os
import socket
import threading
import time
import zlib
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    and_,
    create_engine,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.schema import CreateTable

from autograder.errors import CourseError
from autograder.judging.judge import Judged
from autograder.judging.verdict import Graded
from autograder.running.results import has_fault

T = TypeVar("T")

LEASE = timedelta(minutes=3)
"""After so long without a sign of life a grader's files are free for others."""
SIGN_SECONDS = 30.0
LASTING_SECONDS = 60.0
"""So long a lost connection is tried again."""
PAUSE = 0.5

_TABLES = MetaData()
_RESULT = Table(
    "rnncourse_result",
    _TABLES,
    Column("key", String(64), primary_key=True),
    Column("graded", LargeBinary, nullable=False),
    Column("marked", LargeBinary, nullable=False),
)
_CLAIM = Table(
    "rnncourse_claim",
    _TABLES,
    Column("key", String(64), primary_key=True),
    Column("grader", String(200), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)
_WRITTEN = Table(
    "rnncourse_written",
    _TABLES,
    Column("course", String(128), primary_key=True),
    Column("student", String(128), primary_key=True),
    Column("assignment", String(128), primary_key=True),
    Column("key", String, nullable=False),
)


def lasting(work: Callable[[], T], undo: Callable[[], None] = lambda: None) -> T:
    """Do something in a database; when the connection is lost, or another grader is in the way, do it again.

    Parameters
    ----------
    work : callable
        What to do. It leaves the same, done once or twice.
    undo : callable
        Called before it is done again.
    """
    end = time.monotonic() + LASTING_SECONDS
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError, IntegrityError):
            undo()
            if time.monotonic() > end:
                raise
            time.sleep(PAUSE)


class SharedResults:
    """What :class:`~autograder.running.results.Results` is, in a database, for any number of graders at once.

    Parameters
    ----------
    url : str
        Where it is, for SQLAlchemy. Its tables are made if they are not there.
    course : str
        Name of the course in that database.

    Raises
    ------
    CourseError
        If what speaks to such a database is not installed.
    """

    def __init__(self, url: str, course: str = "") -> None:
        try:
            self._engine = create_engine(url, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise CourseError(
                f"The database of this course needs the package {error.name}. For PostgreSQL: "
                "pip install 'rnncourse-grader[postgres]', and postgresql+psycopg://HOST/NAME as its URL."
            ) from None
        self._course = course
        self._me = f"{socket.gethostname()} {os.getpid()} {uuid4().hex[:8]}"
        self._claimed: set[str] = set()
        self._over = threading.Event()
        self._do(_make_tables)
        threading.Thread(target=self._give_signs, daemon=True).start()

    def close(self) -> None:
        """Leave what is claimed and not graded to others."""
        self._over.set()
        try:
            self._do(lambda c: c.execute(delete(_CLAIM).where(_CLAIM.c.grader == self._me)))
        finally:
            self._engine.dispose()

    def _do(self, work: Callable[[Connection], T]) -> T:
        def in_one_transaction() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        return lasting(in_one_transaction)

    def find(self, key: str) -> Judged | None:
        """Return the result of that key, if there is one that is whole and no fault of ours."""
        columns = select(_RESULT.c.graded, _RESULT.c.marked).where(_RESULT.c.key == key)
        row = self._do(lambda c: c.execute(columns).one_or_none())
        if row is None:
            return None
        graded = msgspec.json.decode(row.graded, type=Graded)
        return None if has_fault(graded) else Judged(graded, zlib.decompress(row.marked).decode())

    def graded(self, key: str) -> Graded | None:
        """Return the verdicts of that key, if they are there, faults of ours too."""
        column = select(_RESULT.c.graded).where(_RESULT.c.key == key)
        data = self._do(lambda c: c.execute(column).scalar_one_or_none())
        return None if data is None else msgspec.json.decode(data, type=Graded)

    def claim(self, key: str) -> bool:
        """Return whether this grader is to grade a file: no other one is at it, or has done it."""
        taken = self._do(lambda c: self._take_over(c, key)) or self._take(key)
        if not taken:
            return False
        self._claimed.add(key)
        if self.find(key) is None:
            return True
        self.release(key)
        return False

    def _take(self, key: str) -> bool:
        """Claim what nobody has."""
        try:
            with self._engine.begin() as c:
                c.execute(insert(_CLAIM).values(key=key, grader=self._me, until=_now(c) + LEASE))
        except IntegrityError:
            return False
        except (OperationalError, InterfaceError):
            return self._do(lambda c: self._take_over(c, key)) or self._take(key)
        return True

    def _take_over(self, c: Connection, key: str) -> bool:
        """Claim what is ours already, or of a grader that gives no sign of life."""
        free = or_(_CLAIM.c.until < _now(c), _CLAIM.c.grader == self._me)
        values = {"grader": self._me, "until": _now(c) + LEASE}
        return c.execute(update(_CLAIM).where(and_(_CLAIM.c.key == key, free)).values(values)).rowcount == 1

    def release(self, key: str) -> None:
        """Leave a file to others."""
        self._claimed.discard(key)
        mine = and_(_CLAIM.c.key == key, _CLAIM.c.grader == self._me)
        self._do(lambda c: c.execute(delete(_CLAIM).where(mine)))

    def forget(self, keys: Collection[str]) -> None:
        """Let results count no more, and take none of them for written."""

        def drop(c: Connection) -> None:
            for key in sorted(keys):
                c.execute(delete(_RESULT).where(_RESULT.c.key == key))
                c.execute(delete(_WRITTEN).where(_WRITTEN.c.key.startswith(key)))

        self._do(drop)

    def keep(self, key: str, judged: Judged) -> None:
        """Add a result; the claim ends in the same transaction."""
        values = {"key": key, "graded": msgspec.json.encode(judged.graded)}
        values["marked"] = zlib.compress(judged.marked.encode())

        def put(c: Connection) -> None:
            c.execute(delete(_RESULT).where(_RESULT.c.key == key))
            c.execute(insert(_RESULT).values(values))
            c.execute(delete(_CLAIM).where(_CLAIM.c.key == key))

        self._do(put)
        self._claimed.discard(key)

    def is_written(self, student: str, assignment: str, key: str) -> bool:
        """Return whether what was last written for a student and an assignment is the result of that key."""
        row = select(_WRITTEN.c.key).where(self._whose(student, assignment))
        return bool(key) and self._do(lambda c: c.execute(row).scalar_one_or_none()) == key

    def keep_written(self, written: dict[tuple[str, str], str]) -> None:
        """Note which results are in the gradebook now: (student, assignment) to the key of the result."""

        def put(c: Connection) -> None:
            for (student, assignment), key in sorted(written.items()):
                c.execute(delete(_WRITTEN).where(self._whose(student, assignment)))
                values = {"course": self._course, "student": student, "assignment": assignment, "key": key}
                c.execute(insert(_WRITTEN).values(values))

        self._do(put)

    def _whose(self, student: str, assignment: str) -> Any:
        columns = _WRITTEN.c
        return and_(
            columns.course == self._course, columns.student == student, columns.assignment == assignment
        )

    def _give_signs(self) -> None:
        """Say now and then that this grader is alive; whatever fails is tried at the next time."""
        while not self._over.wait(SIGN_SECONDS):
            try:
                with self._engine.begin() as c:
                    mine = _CLAIM.c.grader == self._me
                    c.execute(update(_CLAIM).where(mine).values(until=_now(c) + LEASE))
            except (OperationalError, InterfaceError):
                continue


def _make_tables(connection: Connection) -> None:
    """Make the tables that are not there; if another grader makes one at this moment, it is tried again."""
    for table in _TABLES.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))


def _now(connection: Connection) -> Any:
    """Return the time of the database: graders on different machines have no other one in common."""
    return connection.execute(select(func.current_timestamp())).scalar_one()
