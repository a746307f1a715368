"""Understand recurrent neural networks by writing them.

In a notebook you need two names: ``check(rnn_step)`` says whether your function is right and, if
not, which mistake it makes; ``hint("rnn_step")`` gives the next hint. Figures are in
:mod:`rnncourse.plots`.
"""

from rnncourse.notebook import CheckFailed, check, hint
from rnncourse.checking.suspects import suspect

__all__ = ["CheckFailed", "check", "hint", "suspect"]
__version__ = "0.1.0"
