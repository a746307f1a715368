"""Notebook 04: clipping by the global norm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    mistake,
    other_way,
    sizes,
    weights,
)
from autograder.exercises.training.steps import arrays, scaled
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _clip(draw: Draw) -> Iterator[Question]:
    D, H = sizes(draw, "D", "H")
    yield ask(grads=arrays(draw, D, H, 3.0), max_norm=1.7)
    yield ask("below", grads=arrays(draw, D, H, 0.3), max_norm=50.0)
    yield ask("zero", grads=scaled(arrays(draw, D, H), 0.0), max_norm=1.0)
    yield ask("one", grads={"w": np.array([3.0, 40.0])}, max_norm=5.0)
    yield ask("edge", grads={"w": np.array([3.0, 0.0]), "b": np.array(-4.0)}, max_norm=5.0)
    for just in (5.4, 4.6):  # above and below, by less than 1
        yield ask("edge", grads={"w": np.array([3.0, 0.0]), "b": np.array(-4.0)}, max_norm=just)
    yield ask(
        "number", grads={"w": weights(draw, 2, 3), "gain": np.asarray(weights(draw) + 2.0)}, max_norm=0.5
    )
    yield ask("huge", grads=arrays(draw, D, H, 1e6), max_norm=0.5)
    yield ask("no_limit", grads=arrays(draw, D, H, 3.0), max_norm=np.inf)


def _same_direction(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    """Return whether seven times the gradients give the same clipped ones and seven times the norm."""
    same = all(np.allclose(first[0][k], second[0][k]) for k in first[0])
    return same and np.isclose(second[1], 7 * first[1])


_NORM = "np.sqrt(sum((grad**2).sum() for grad in grads.values()))"


_SCALE = "scale = max_norm / norm if norm > max_norm else 1.0"


_CLIPPED = "{name: scale * grad for name, grad in grads.items()}"


_EACH = (
    "{name: grad * min(1.0, max_norm / max(np.sqrt((grad**2).sum()), 1e-300)) "
    "for name, grad in grads.items()}"
)


CLIP_BY_GLOBAL_NORM = Exercise(
    id="clip_by_global_norm",
    questions=_clip,
    core="one factor for all arrays, and the norm before clipping",
    parts=("clipped", "norm"),
    groups=(
        Group("edge", "gradients whose norm is the limit, or nearly"),
        Group("number", "a gradient that is a single number, of shape ()"),
        Group("below", "short gradients, within the limit"),
        Group("zero", "gradients that are all 0"),
        Group("one", "the vector (3, 40) clipped to 5"),
        Group("huge", "gradients of a million"),
        Group("no_limit", "no limit (max_norm = inf)"),
    ),
    invariants=(
        Invariant(
            "direction",
            "the numbers, with gradients seven times as long",
            lambda i: i | {"grads": scaled(i["grads"], 7.0)},
            _same_direction,
        ),
        Invariant(
            "split",
            "the numbers, with two arrays stacked into one",
            lambda i: (
                i
                | {
                    "grads": {
                        "both": np.concatenate([i["grads"]["Wxh"], i["grads"]["Whh"]]),
                        "bh": i["grads"]["bh"],
                        "gain": i["grads"]["gain"],
                    }
                }
            ),
            lambda i, first, j, second: bool(np.isclose(first[1], second[1])),
        ),
    ),
    hints=(
        "Imagine all arrays laid end to end as one long vector. You want the length of that vector.",
        "Sum the squares of all entries of all arrays, then take one root. If the result is larger than "
        "max_norm, one factor makes it exactly max_norm.",
        "The factor is max_norm / norm if the norm exceeds max_norm, else 1. Multiply every array by it, "
        "and return the dict together with the norm from before.",
    ),
    mistakes=(
        mistake(
            "by_value",
            """You cut every entry by itself. That turns the direction: large entries shrink, small ones
            stay. One factor for all keeps it.""",
            (_CLIPPED, "{name: np.clip(grad, -max_norm, max_norm) for name, grad in grads.items()}"),
        ),
        mistake(
            "per_array",
            """Each array is clipped by its own norm. Then their proportions change, and the whole can still
            be longer than max_norm. The norm is over all arrays together.""",
            (_CLIPPED, _EACH),
        ),
        *(
            mistake(
                f"per_array_with_{name}",
                """Each array is clipped by its own norm, and the norm that you return is not that of all arrays
                together either. Square all entries of all arrays, add, and take one root. Then one factor
                serves all.""",
                (_NORM, norm),
                (_CLIPPED, _EACH),
            )
            for name, norm in (
                ("sum_of_norms", "sum(np.sqrt((grad**2).sum()) for grad in grads.values())"),
                ("largest_norm", "max(np.sqrt((grad**2).sum()) for grad in grads.values())"),
                ("last_norm", "[np.sqrt((grad**2).sum()) for grad in grads.values()][-1]"),
            )
        ),
        mistake(
            "sum_of_norms",
            """You add the norms of the arrays. Lengths at right angles do not add: sum the squares, one
            root at the end.""",
            (_NORM, "sum(np.sqrt((grad**2).sum()) for grad in grads.values())"),
        ),
        mistake(
            "largest_norm",
            "You take the largest norm of a single array. The global norm counts all arrays together.",
            (_NORM, "max(np.sqrt((grad**2).sum()) for grad in grads.values())"),
        ),
        mistake(
            "no_root",
            "Your norm is the sum of squares: the root is missing.",
            (_NORM, "sum((grad**2).sum() for grad in grads.values())"),
        ),
        mistake(
            "sum_of_absolutes",
            "Your norm adds absolute values. The norm here is the length: root of the sum of squares.",
            (_NORM, "sum(np.abs(grad).sum() for grad in grads.values())"),
        ),
        mistake(
            "largest_entry",
            "You measure by the largest entry. The norm here is the length of the whole gradient.",
            (_NORM, "max(np.abs(grad).max() for grad in grads.values())"),
        ),
        mistake(
            "root_mean_square",
            """You divide by the number of entries under the root. That is a mean; the norm is the root of
            the plain sum.""",
            (
                _NORM,
                "np.sqrt(sum((grad**2).sum() for grad in grads.values())"
                " / sum(g.size for g in grads.values()))",
            ),
        ),
        mistake(
            "always_scaled",
            """Short gradients are stretched to max_norm. Clipping has a limit, not a target: what is short
            stays as it is.""",
            (_SCALE, "scale = max_norm / norm if norm > 0 else 1.0"),
        ),
        mistake(
            "always_scaled_unguarded_float",
            """You always multiply by max_norm / norm. That stretches short gradients to the limit, which is
            not a target, and stops with a ZeroDivisionError where all gradients are 0.""",
            (_SCALE, "scale = max_norm / float(norm)"),
        ),
        mistake(
            "always_scaled_unguarded",
            """You always multiply by max_norm / norm. That stretches short gradients to the limit, which is
            not a target, and gives nan where all gradients are 0.""",
            (_SCALE, "scale = max_norm / norm if norm else np.nan"),
        ),
        mistake(
            "zero_by_zero",
            """Your factor divides by a norm of 0, and 0 times infinity or 0/0 is nan. All gradients are 0
            here: nothing is to be clipped.""",
            (_SCALE, "scale = np.minimum(1.0, max_norm / norm) if norm else np.nan"),
        ),
        mistake(
            "condition_reversed",
            """You stretch the short gradients and leave the long ones alone. The comparison is the wrong
            way round.""",
            (_SCALE, "scale = max_norm / norm if 0 < norm < max_norm else 1.0"),
        ),
        mistake(
            "set_to_zero",
            """Entries above the limit become 0: the steepest directions are thrown away. Make all shorter
            instead.""",
            (_CLIPPED, "{name: grad * (np.abs(grad) <= max_norm) for name, grad in grads.items()}"),
        ),
        mistake(
            "dropped_when_long",
            "Gradients longer than max_norm become 0, so no step is made. They should become max_norm long.",
            (_SCALE, "scale = 0.0 if norm > max_norm else 1.0"),
        ),
        mistake(
            "length_one",
            "Long gradients come out with length 1. They should have the length max_norm.",
            (_SCALE, "scale = 1 / norm if norm > max_norm else 1.0"),
        ),
        mistake(
            "not_clipped",
            "The norm is right, but the gradients come back as they were.",
            (_SCALE, "scale = 1.0"),
        ),
        mistake(
            "norm_after",
            """You return the norm after clipping. The one before is asked for: after it, all you could see
            is that it is at most max_norm.""",
            ("float(norm)", "float(norm * scale)"),
        ),
        mistake(
            "factor_returned",
            "The second thing you return is the factor. Asked for is the norm before clipping.",
            ("float(norm)", "float(scale)"),
        ),
        mistake(
            "matrices_only",
            "Your norm leaves out the biases. All arrays belong to the gradient.",
            (_NORM, "np.sqrt(sum((grad**2).sum() for grad in grads.values() if grad.ndim > 1))"),
        ),
        mistake(
            "spectral_norm",
            """np.linalg.norm(grad, 2) of a matrix is its largest singular value. You want the root of the
            sum of squared entries.""",
            (
                _NORM,
                "np.sqrt(sum(np.linalg.norm(np.atleast_1d(grad), 2) ** 2 for grad in grads.values()))",
            ),
        ),
        mistake(
            "no_norm",
            "You return the gradients alone. Return two things: the gradients, and the norm from before.",
            (f"return {_CLIPPED}, float(norm)", f"return {_CLIPPED}"),
        ),
        mistake(
            "changes_grads",
            """You scale the arrays that you were given, or you put new arrays into the dict that came in. Its
            owner may want to see them unclipped. Make new arrays, and build a new dict.""",
            manner="changes_its_input",
            source="""
            def clip_by_global_norm(grads, max_norm):
                norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
                for grad in grads.values():
                    grad *= max_norm / norm if norm > max_norm else 1.0
                return {name: grad.copy() for name, grad in grads.items()}, float(norm)
            """,
        ),
        mistake(
            "same_arrays",
            """Short gradients come back as the very arrays that came in. A later change to one would change
            the other: return new arrays in both cases.""",
            manner="shares_memory",
            source="""
            def clip_by_global_norm(grads, max_norm):
                norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
                if norm <= max_norm:
                    return grads, float(norm)
                return {name: grad * (max_norm / norm) for name, grad in grads.items()}, float(norm)
            """,
        ),
    ),
    other_ways=(
        other_way(
            "one_long_vector",
            source="""
            def clip_by_global_norm(grads, max_norm):
                total = np.linalg.norm(np.concatenate([np.ravel(g) for g in grads.values()]))
                factor = 1.0 if total <= max_norm else max_norm / total
                return {k: np.array(g * factor) for k, g in grads.items()}, total
            """,
        ),
        other_way(
            "minimum_with_epsilon",
            source="""
            def clip_by_global_norm(grads, max_norm, eps=1e-12):
                norm = np.sqrt(np.sum([np.sum(np.square(g)) for g in grads.values()]))
                factor = min(1.0, max_norm / (norm + eps))
                return {k: factor * g for k, g in grads.items()}, norm
            """,
        ),
        other_way(
            "norm_of_norms",
            source="""
            def clip_by_global_norm(gradients, limit):
                lengths = [np.linalg.norm(g) for g in gradients.values()]
                norm = np.hypot.reduce(lengths)
                out = {}
                for k in gradients:
                    out[k] = gradients[k].copy()
                    if norm > limit:
                        out[k] *= limit / norm
                return [out, float(norm)]
            """,
        ),
        other_way(
            "divide_by_maximum",
            source="""
            def clip_by_global_norm(grads, max_norm):
                norm = sum(float(np.vdot(g, g)) for g in grads.values()) ** 0.5
                return {k: g / max(1.0, norm / max_norm) for k, g in grads.items()}, np.float64(norm)
            """,
        ),
    ),
)
