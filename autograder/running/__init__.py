"""Many submissions: graded in several processes, and kept the moment they are there."""

GRADES = ("autograder.running.grading", "nbgrader.preprocessors")
"""Modules that a grading process needs; the second makes the released notebook of an assignment."""
READS_AHEAD, WHICH = "autograder.running.ahead", "RNNCOURSE_AHEAD"
"""The module that reads all notebooks of a course when it is imported, and the variable that says of which."""
