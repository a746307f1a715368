"""Stock nbgrader, with our judge in place of its execution.

``configure(c, course)`` in a course's ``nbgrader_config.py`` is all there is to set up: the stock
commands and formgrader then read every file forgivingly, run it in the sandbox, judge it from
outside, and keep partial credit and messages.
"""

from autograder.nbgrader.config import configure

__all__ = ["configure"]
