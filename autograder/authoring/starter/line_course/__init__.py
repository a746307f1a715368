"""What students import: checks that name the mistake, hints, and where they stand.

``check(predict)`` says whether a function is right, ``hint("predict")`` gives the next hint, and
``failing_case("predict")`` has the arguments of the case on the last card.
"""

from rnncourse import CheckFailed, check, failing_case, hint, progress, serving, solution

__all__ = ["CheckFailed", "check", "failing_case", "hint", "progress", "solution"]

serving.serve(__file__)
