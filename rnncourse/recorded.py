"""What cells of notebook 09 print where the package they need is installed.

It stands here and not in the cells, because a reader who is asked for a guess would see the answer
in the line below. ``make frameworks`` holds every line to what is printed.
"""

from __future__ import annotations

_TENSORFLOW = "TensorFlow 2.21.0, Keras 3.15.1"

_PRINTED: dict[str, tuple[str, str]] = {
    "tape": (
        "TensorFlow 2.21.0",
        """
dy/da = 7.0
for a constant: None
asked once more: RuntimeError
""",
    ),
    "loop": (
        _TENSORFLOW,
        """
update  1: loss 0.210779
update  2: loss 0.128489
update 10: loss 0.044438
update 20: loss 0.014369
update 40: loss 0.000016
update 60: loss 0.000130
gradients of the first update: largest difference to yours 1.9e-16
60 losses: largest difference to yours 4.1e-05
""",
    ),
    "adam": (
        _TENSORFLOW,
        """
60 losses of TensorFlow, largest difference to yours:
as in notebook 04  4.1e-05
eps in their place 3.4e-06
and rounded        7.5e-16
""",
    ),
    "layers": (
        _TENSORFLOW,
        """
SimpleRNN      31 parameters   states (4, 6, 3)   largest difference 3.3e-16
LSTM          108 parameters   states (4, 6, 3)   largest difference 2.8e-16
GRU            81 parameters   states (4, 6, 3)   largest difference 3.3e-16
Bidirectional  61 parameters   states (4, 6, 6)   largest difference 3.9e-16
GRU(3) as it comes, reset_after=True: 90 parameters, bias (2, 9)
at masked steps the state moves by 0.0
""",
    ),
    "jax": (
        "JAX 0.10.2",
        """
dWhh  (8, 8)   largest difference to your tape, relative 6e-16
dWhy  (8, 2)   largest difference to your tape, relative 9e-16
dWxh  (4, 8)   largest difference to your tape, relative 2e-16
dbh   (8,)   largest difference to your tape, relative 5e-16
dby   (2,)   largest difference to your tape, relative 2e-16
""",
    ),
}


def printed_elsewhere(cell: str) -> dict[str, str]:
    """Return what a cell prints and the version that printed it, as :func:`~rnncourse.optional` takes them.

    Parameters
    ----------
    cell : str
        One of ``tape``, ``loop``, ``adam``, ``layers`` and ``jax``.

    Examples
    --------
    >>> printed_elsewhere("jax")["by"]
    'JAX 0.10.2'
    """
    by, text = _PRINTED[cell]
    return {"by": by, "recorded": text}
