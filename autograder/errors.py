"""Every error a user can meet, in one place.

    AutograderError
    ├── MasterError      a solved notebook in solutions/ is not as it should be
    ├── ExerciseError    the declaration of an exercise contradicts its master
    ├── SubmissionError  a submitted file cannot be read as a notebook
    ├── SandboxError     student code cannot be confined here, so nothing is run
    ├── WorkerError      the sandboxed program broke the protocol or died
    └── CourseError      a course directory is not as it should be

Each message says what was expected, what was found and what to do next.
"""

from __future__ import annotations


class AutograderError(Exception):
    """The root: anything that the command line reports in one line, without a traceback."""


class MasterError(AutograderError):
    """A solved notebook in ``solutions/`` is not as it should be."""


class ExerciseError(AutograderError):
    """The declaration of an exercise contradicts its master notebook."""


class SubmissionError(AutograderError):
    """A submitted file cannot be read as a notebook of this course."""


class SandboxError(AutograderError):
    """Student code cannot be confined on this machine, so nothing is run."""


class WorkerError(AutograderError):
    """The sandboxed program broke the protocol or died."""


class CourseError(AutograderError):
    """A course directory is not as it should be."""
