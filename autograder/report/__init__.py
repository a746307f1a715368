"""The class report: one page for the instructor, and the same results as CSV and JSON."""

from autograder.report.exports import GradeRow, results_json, write_csv
from autograder.report.model import ClassResult, ManualItem
from autograder.report.page import render_report, write_report

__all__ = [
    "ClassResult",
    "GradeRow",
    "ManualItem",
    "render_report",
    "results_json",
    "write_csv",
    "write_report",
]
