"""Many submissions: graded in several processes, and kept the moment they are there."""

GRADES = ("autograder.running.grading", "nbgrader.preprocessors")
"""Modules that a grading process needs; the second makes the released notebook of an assignment."""
