"""Bring what students hand in with ``nbgrader submit`` into ``submitted/``, before it is graded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from nbgrader.auth import Authenticator
from nbgrader.exchange import ExchangeError, ExchangeFactory

from autograder.errors import CourseError
from autograder.nbgrader.folder import CourseFolder

_NOTHING = "No submissions of"


class FromExchange:
    """Collects again and again; what nbgrader warns of is said once.

    Parameters
    ----------
    folder : CourseFolder
        The course directory.
    names : sequence of str
        Assignments; all of the course when empty.
    say : callable
        Told each warning.
    """

    def __init__(self, folder: CourseFolder, names: Sequence[str], say: Callable[[str], None]) -> None:
        self._folder, self._names, self._say = folder, tuple(names or folder.course.names), say
        self._said: set[str] = set()
        self._log = logging.Logger("exchange", logging.WARNING)
        handler = logging.Handler()
        handler.emit = self._warn  # type: ignore[method-assign]
        self._log.addHandler(handler)

    def collect(self) -> None:
        """Do what ``nbgrader collect --update`` does, for each assignment.

        Raises
        ------
        CourseError
            If there is no exchange, or it does not know the course.
        """
        directory = self._folder.directory()
        config = directory.config
        for directory.assignment_id in self._names:
            app = ExchangeFactory(config=config).Collect(
                coursedir=directory, authenticator=Authenticator(config=config), config=config, log=self._log
            )
            app.update = True
            try:
                app.start()
            except (ExchangeError, OSError) as error:
                raise CourseError(
                    f"The exchange of nbgrader cannot be read: {error}. nbgrader_config.py says where it is "
                    "(c.Exchange.root) and what the course is called there (c.CourseDirectory.course_id)."
                ) from None

    def _warn(self, record: logging.LogRecord) -> None:
        text = " ".join(record.getMessage().split())
        if record.levelno < logging.ERROR and not text.startswith(_NOTHING) and text not in self._said:
            self._said.add(text)
            self._say(text)
