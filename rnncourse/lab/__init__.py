"""What notebooks 05 to 12 measure with: training loops, tasks, gradients, networks of a learner's functions.

Nothing here solves an exercise. A function that is an exercise is handed in by the notebook, and so is the
update rule, so what is measured is always the learner's own work.
"""

from rnncourse import moved
from rnncourse.lab.loop import descend, flatten, rebuild

__all__ = ["descend", "flatten", "rebuild"]
__getattr__ = moved.finder(__name__)
