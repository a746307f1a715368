"""Understand recurrent neural networks by writing them.

In a notebook you need four names: ``check(rnn_step)`` says whether your function is right and, if
not, which mistake it makes; ``hint("rnn_step")`` gives the next hint; ``failing_case("rnn_step")`` has
the arguments of the case on the last card; ``guess = predict(...)`` notes what you expect, and
``guess.compare(measured)`` says how that compares. ``progress()`` shows what is solved and what comes
next, ``solution("rnn_step")`` our way after you have tried. ``language("es")`` lets all of them speak Spanish.
Where a course wants it, ``me("your-id")`` gives some exercises numbers of your own, which ``mine`` reads.
Figures are in :mod:`rnncourse.plots`. In a
terminal, ``python -m rnncourse`` checks a saved notebook. Imported in IPython, the package lets
*Run All* go on past cells that wait for an exercise (:mod:`rnncourse.waiting`).
"""

from rnncourse import moved, waiting
from rnncourse.checking.suspects import suspect
from rnncourse.errors import CheckFailed
from rnncourse.extras import optional
from rnncourse.failing import failing_case
from rnncourse.languages import language
from rnncourse.learning.asking import progress, solution
from rnncourse.notebook import check, hint
from rnncourse.own_numbers import me, mine
from rnncourse.predicting import Guess, predict

__all__ = [
    "CheckFailed",
    "Guess",
    "check",
    "failing_case",
    "hint",
    "language",
    "me",
    "mine",
    "optional",
    "predict",
    "progress",
    "solution",
    "suspect",
]
__version__ = "0.1.0"
__getattr__ = moved.finder(__name__)  # names that older notebooks import

waiting.install()
