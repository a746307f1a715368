"""A class of invented students, graded from release to report as an instructor would do it.

Who they are and what they do is data in :mod:`autograder.demo.students`. What each deserves
follows from it, so the demonstration checks itself: every verdict is compared with the one that
the student's profile calls for.
"""

from autograder.demo.run import DEMO_LIMITS, run_demo

__all__ = ["DEMO_LIMITS", "run_demo"]
