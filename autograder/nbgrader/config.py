"""Tell nbgrader to use our steps."""

from __future__ import annotations

from typing import Any

from autograder.nbgrader.every_folder import meet_every_folder


def configure(c: Any, course: str) -> None:
    """Set everything in an nbgrader configuration that this course needs.

    Parameters
    ----------
    c : traitlets.config.Config
        What ``get_config()`` returns in ``nbgrader_config.py``.
    course : str
        Which course it is, as ``module:variable``.
    """
    meet_every_folder()
    ours = "autograder.nbgrader.steps"
    stock = "nbgrader.preprocessors"
    c.CourseDirectory.course_id = "rnncourse"
    c.Judge.course = course
    c.Autograde.pre_convert_hook = "autograder.nbgrader.quarantine.set_aside"
    c.Autograde.exporter_class = f"{ours}.ForgivingExporter"
    c.Autograde.sanitize_preprocessors = [
        f"{stock}.{name}"
        for name in ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells")
    ] + [f"{stock}.CheckCellMetadata"]
    c.Autograde.autograde_preprocessors = [
        f"{ours}.Judge",
        f"{ours}.SaveVerdicts",
        f"{stock}.AssignLatePenalties",
        f"{stock}.CheckCellMetadata",
    ]
    c.GenerateFeedback.exporter_class = "autograder.nbgrader.own_page.OwnPage"
    c.GenerateFeedback.preprocessors = []
    c.HTMLExporter.sanitize_html = True
    c.ExportApp.plugin_class = "autograder.nbgrader.export.CsvPlugin"
