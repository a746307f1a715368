"""The feedback that a student reads: one page a notebook, and one over all of them.

A page loads nothing and runs nothing. Everything of a student goes through one sanitizer, and the page
declares a policy under which a browser would run no script.
"""

from autograder.feedback.model import Mark, Marks, Result, Wanted
from autograder.feedback.page import render_index, render_page
from autograder.feedback.sheet import make_sheet

__all__ = ["Mark", "Marks", "Result", "Wanted", "make_sheet", "render_index", "render_page"]
