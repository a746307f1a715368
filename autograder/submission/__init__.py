"""Read an untrusted notebook and repair it. Nothing in it is believed, nothing is thrown away.

The steps: bytes to cells (:mod:`~autograder.submission.reading`), which notebook it is
(:mod:`~autograder.course.release`), which cell stands for which
(:mod:`~autograder.submission.matching`), and all put together
(:mod:`~autograder.submission.repair`). No code of the student is run or imported here.
"""

from autograder.submission.needed import needed_cells
from autograder.submission.reading import MOST_BYTES
from autograder.submission.submission import Cell, Submission, content_key, read_submission

__all__ = ["MOST_BYTES", "Cell", "Submission", "content_key", "needed_cells", "read_submission"]
