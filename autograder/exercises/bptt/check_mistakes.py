"""Known wrong ways of ``gradient_check``."""

from __future__ import annotations

from autograder.course.exercise import (
    Mistake,
    mistake,
)
from autograder.exercises.bptt.told import VERDICT


def _either(id: str, hint: str, *edits: tuple[str, str]) -> tuple[Mistake, Mistake]:
    """Return a mistake as it is, and together with the most common one: that a NaN slips through."""
    both = f"{hint} And in another case a NaN slips through: every comparison with it is False."
    return mistake(id, hint, *edits), mistake(f"{id}_and_nan", both, *edits, (_FINITE, "if False:"))


_CENTRAL = "numeric[index] = (up - down) / (2 * eps)"


_ENTRIES = "for index in np.ndindex(value.shape):"


_NUMERIC = "numeric = np.zeros(value.shape)"


_DIFFERENCE = "difference = np.abs(numeric - grads[name]).max()"


_ERROR = "error = difference / max(1.0, np.abs(numeric).max())"


_FINITE = "if not np.isfinite(error):"


_WORST = "worst = max(worst, error)"


_OWN_SCALES = (
    _ERROR,
    "sizes = np.abs(numeric) + np.abs(grads[name])\n        "
    "error = (np.abs(numeric - grads[name]) / np.where(sizes == 0, 1.0, sizes)).max()",
)
"""Each entry is divided by its own size, as another formula has it that many have seen."""


def _by_entry(id: str, hint: str, *edits: tuple[str, str]) -> Mistake:
    """Return a mistake of those who divide each entry by its own size."""
    said = (
        "You divide the difference of each entry by its own |n| + |g|; the largest slope, or 1, is the scale."
    )
    return mistake(f"entry_by_entry_{id}", f"{said} And {hint}", *edits)


_AS_GIVEN = (_NUMERIC, "numeric = np.array(grads[name], dtype=float)")
"""Slopes that are not measured count as right."""


MISTAKES = (
    *_either(
        "one_sided",
        """Your slope is one-sided: from p to p + eps. Its error is of order eps, while that of the
        central difference, from p - eps to p + eps, is of order eps squared.""",
        ("value[index] = old - eps", "value[index] = old"),
        (_CENTRAL, "numeric[index] = (up - down) / eps"),
    ),
    *_either(
        "divides_by_eps",
        """You divide the central difference by eps. The two points are 2 eps apart, so your slopes are
        twice too large.""",
        (_CENTRAL, "numeric[index] = (up - down) / eps"),
    ),
    *_either(
        "one_sided_over_two",
        """You step to one side only but divide by 2 eps, so your slopes are half as large as they should
        be.""",
        ("value[index] = old - eps", "value[index] = old"),
    ),
    mistake(
        "own_step",
        """Your step is not the eps that was passed in. Whoever calls you chooses the step; a fixed 1e-5
        of your own hides that choice.""",
        ("old + eps", "old + 1e-5"),
        ("old - eps", "old - 1e-5"),
        ("(2 * eps)", "2e-5"),
    ),
    mistake(
        "first_entries_only",
        """You look at the first entry of each array only. A wrong gradient is often right there: look at
        every entry.""",
        (_ENTRIES, "for index in list(np.ndindex(value.shape))[:1]:"),
        _AS_GIVEN,
    ),
    mistake(
        "first_three_entries",
        """You look at the first three entries of each array only. Look at every entry: the mistake may
        be in any of them.""",
        (_ENTRIES, "for index in list(np.ndindex(value.shape))[:3]:"),
        _AS_GIVEN,
    ),
    mistake(
        "first_ten_entries",
        """You look at the first ten entries of each array only. Look at every entry: the mistake may be in
        any of them.""",
        (_ENTRIES, "for index in list(np.ndindex(value.shape))[:10]:"),
        _AS_GIVEN,
    ),
    mistake(
        "arrays_only",
        """You leave out a parameter that is a single number, of shape (). It has one entry, with the
        index (), and its gradient can be wrong like any other.""",
        (
            "    for name, value in params.items():",
            "    for name, value in params.items():\n        if value.ndim == 0:\n            continue",
        ),
    ),
    mistake(
        "skips_zero_slopes",
        """You leave out entries where one of the two slopes is 0. A gradient that was forgotten is 0, and
        just that is the mistake to find.""",
        (
            _DIFFERENCE,
            "difference = np.abs((numeric - grads[name]) * (numeric != 0) * (grads[name] != 0)).max()",
        ),
    ),
    mistake(
        "flat_copy",
        """You move entries of a flat copy. reshape(-1) and ravel() give a view of an array only where its
        memory lies in that order; of a transpose they copy, loss sees nothing move, and all slopes are 0.""",
        (
            _ENTRIES,
            "flat, slopes = value.reshape(-1), numeric.reshape(-1)\n        for index in range(value.size):",
        ),
        ("old = value[index]", "old = flat[index]"),
        ("value[index] = old + eps", "flat[index] = old + eps"),
        ("value[index] = old - eps", "flat[index] = old - eps"),
        ("value[index] = old\n", "flat[index] = old\n"),
        (_CENTRAL, "slopes[index] = (up - down) / (2 * eps)"),
    ),
    mistake(
        "last_array_only",
        """Only the last array counts in your answer. Is the largest error set back to 0 in the loop
        over the names?""",
        (
            "    for name, value in params.items():",
            "    for name, value in params.items():\n        worst = 0.0",
        ),
    ),
    mistake(
        "first_array_only",
        """Only the first array counts in your answer. Is there a return inside the loop over the
        names?""",
        ("    return worst", "        return worst"),
    ),
    mistake(
        "last_entry_only",
        """Your answer knows the difference of the last entry of an array only. Keep the largest one over
        all entries.""",
        (_DIFFERENCE, "difference = np.abs(numeric - grads[name]).flat[-1]"),
    ),
    mistake(
        "mean_error",
        """You take a mean of the differences. One wrong entry among thousands hardly moves a mean: take
        the largest.""",
        (_DIFFERENCE, "difference = np.abs(numeric - grads[name]).mean()"),
    ),
    mistake(
        "sum_of_errors",
        "You add up the errors of the arrays. What is asked for is the largest one.",
        (_WORST, "worst += error"),
    ),
    mistake(
        "smallest_error",
        "You return the smallest error. One right array is enough to make it 0: return the largest.",
        ("worst = 0.0", "worst = np.inf"),
        (_WORST, "worst = min(worst, error)"),
    ),
    *_either(
        "no_absolute_value",
        """Your difference keeps its sign, so a gradient that is too large gives a negative error, and
        that never is the largest. Take the absolute value.""",
        (_DIFFERENCE, "difference = (numeric - grads[name]).max()"),
    ),
    *_either(
        "absolute_error",
        """You return an absolute difference. 0.001 is nothing for slopes of 5000: divide by the largest
        slope of the array, where that is more than 1.""",
        (_ERROR, "error = difference"),
    ),
    *_either(
        "entry_by_entry",
        """You divide the difference of each entry by its own |n| + |g|. An entry that is tiny has only
        rounding in its measured slope, and looks quite wrong. The largest slope of the array is the scale,
        and 1 where that is less.""",
        _OWN_SCALES,
    ),
    _by_entry(
        "opposite",
        "where n + g is 0 you say that all is well: there the gradient has the wrong sign.",
        (_ERROR, _OWN_SCALES[1].replace("sizes == 0, 1.0", "numeric + grads[name] == 0, np.inf")),
    ),
    _by_entry(
        "not_put_back",
        """params.copy() copies the dict, not its arrays: what you move stays moved, also for whoever called you.""",
        _OWN_SCALES,
        ("value[index] = old - eps", "value[index] = value[index] - 2 * eps"),
        ("value[index] = old\n", "pass\n"),
    ),
    _by_entry(
        "arrays_only",
        "you leave out a parameter that is a single number, of shape ().",
        _OWN_SCALES,
        (
            "    for name, value in params.items():",
            "    for name, value in params.items():\n        if value.ndim == 0:\n            continue",
        ),
    ),
    _by_entry(
        "nan_size_is_zero",
        "where that size is NaN you say 0: no comparison with NaN is True, so `else` takes it in.",
        (
            _ERROR,
            "sizes = np.abs(numeric) + np.abs(grads[name])\n        "
            "error = np.where(sizes > 1e-7, np.abs(numeric - grads[name]) / sizes, 0.0).max()",
        ),
    ),
    _by_entry(
        "nan_by_place",
        "max() of Python loses a NaN unless it comes first: ask np.isfinite for each array.",
        _OWN_SCALES,
        ("worst = 0.0", "worst = None"),
        (_FINITE, "if False:"),
        (_WORST, "worst = error if worst is None else max(worst, error)"),
    ),
    _by_entry(
        "nan_at_the_start",
        "you ask for NaN once, before you move an entry: the loss may become NaN on the way.",
        _OWN_SCALES,
        (
            "worst = 0.0",
            "worst = 0.0\n    if not np.isfinite([loss(params), *(np.sum(g) for g in grads.values())]).all():\n"
            "        return np.inf",
        ),
        (
            _FINITE,
            "error = np.nanmax(np.append(np.abs(numeric - grads[name]) / np.where(sizes == 0, 1.0, sizes), 0.0))"
            "\n        if False:",
        ),
    ),
    *_either(
        "no_floor",
        """You divide by the largest slope also where that is less than 1. Where all slopes are tiny or 0
        nothing but rounding is left, or 0 over 0: then divide by 1.""",
        (_ERROR, "error = difference / np.abs(numeric).max()"),
    ),
    *_either(
        "small_floor",
        """Your floor is a tiny number, where 1 is asked for. Where all slopes are tiny, what is measured
        is rounding, and looks quite wrong.""",
        (_ERROR, "error = difference / max(1e-8, np.abs(numeric).max())"),
    ),
    *_either(
        "floor_added",
        "You divide by 1 plus the largest slope. The larger of the two is asked for.",
        (_ERROR, "error = difference / (1.0 + np.abs(numeric).max())"),
    ),
    *_either(
        "floor_for_each_entry",
        """You divide the difference of each entry by its own slope, or by 1. One scale serves the whole array: its
        largest slope, or 1. Beside a slope of 1000 an error of 0.1 is small, wherever it stands.""",
        (_ERROR, "error = (np.abs(numeric - grads[name]) / np.maximum(1.0, np.abs(numeric))).max()"),
    ),
    *(
        mistake(
            f"one_scale_for_all{name}",
            """You divide the largest difference of all arrays by the largest slope of all arrays. Each array
            has its own
            scale: an array of small slopes may be all wrong beside one of large slopes.""",
            ("worst = 0.0", "worst, scale = 0.0, 1.0"),
            (_ERROR, "error, scale = difference, max(scale, np.abs(numeric).max())"),
            ("    return worst", "    return worst / scale"),
            *more,
        )
        for name, more in (("", ()), ("_and_nan", ((_FINITE, "if False:"),)))
    ),
    *_either(
        "scale_of_given",
        """You divide by the largest given gradient. If that is the wrong one it hides its own error: divide
        by the largest slope that you measured.""",
        (_ERROR, "error = difference / max(1.0, np.abs(grads[name]).max())"),
    ),
    *_either(
        "scale_of_both",
        "You divide by the sum of the two sizes. The largest measured slope alone, or 1, is asked for.",
        (_ERROR, "error = difference / max(1.0, np.abs(numeric).max() + np.abs(grads[name]).max())"),
    ),
    *_either(
        "signed_scale",
        """Your scale is the largest slope without its sign taken away, so slopes far below 0 do not count.
        Take the absolute value first.""",
        (_ERROR, "error = difference / max(1.0, numeric.max())"),
    ),
    mistake(
        "one_norm_for_all",
        """You compare lengths of whole vectors. One wrong entry drowns among many right ones: take the
        largest difference.""",
        (_DIFFERENCE, "difference = np.sqrt(((numeric - grads[name]) ** 2).mean())"),
    ),
    mistake(
        "nan_passes",
        """A NaN slips through. Every comparison with NaN is False: max(worst, nan) keeps worst. Ask for it
        with np.isfinite before it can get lost, and return np.inf.""",
        (_FINITE, "if False:"),
    ),
    mistake(
        "nan_entries_left_out",
        """You leave entries out that are NaN, or let the next entry overwrite them. Nothing is known about
        such an entry, so the answer is np.inf.""",
        (
            _DIFFERENCE,
            "difference = np.nanmax(np.abs(np.nan_to_num(numeric - grads[name], nan=0, posinf=0, neginf=0)))",
        ),
        ("np.abs(numeric).max()", "np.abs(np.nan_to_num(numeric)).max()"),
    ),
    mistake(
        "pairs_by_place",
        """You pair the arrays of params and grads by their place. Two dicts may list their names in
        another order: look up grads[name].""",
        (
            "    for name, value in params.items():",
            "    for (name, value), grad in zip(params.items(), grads.values()):",
        ),
        ("grads[name]).max()", "grad).max()"),
    ),
    mistake(
        "all_at_once",
        """You move a whole array at a time. The change of the loss then is the sum of all of its
        slopes, not one of them: move one entry at a time.""",
        (_ENTRIES, "for index in [...]:"),
        ("old = value[index]", "old = value.copy()"),
    ),
    mistake(
        "not_put_back",
        """You do not put the entry back before you go to the next one. From the second entry on, you
        measure at another point than the gradient belongs to.""",
        ("value[index] = old\n", "pass\n"),
    ),
    mistake(
        "put_back_by_adding",
        """The parameters are not the same afterwards, bit for bit. Adding eps, subtracting 2 eps and
        adding eps again leaves a rounding error: keep the old entry and write it back, or work on a
        copy.""",
        ("value[index] = old + eps", "value[index] += eps"),
        ("value[index] = old - eps", "value[index] -= 2 * eps"),
        ("value[index] = old\n", "value[index] += eps\n"),
        manner="changes_its_input",
    ),
    *_either(
        "no_parentheses",
        """You divide by 2 and then *multiply* by eps: a / 2 * eps is (a / 2) * eps. Put 2 * eps in
        parentheses.""",
        (_CENTRAL, "numeric[index] = (up - down) / 2 * eps"),
    ),
    *_either(
        "moves_a_copy",
        """You move entries of a copy, and loss gets the params that did not move: all of your slopes are
        0. flatten() makes a copy. Change the entry in the array that loss sees.""",
        ("value[index] = old + eps", "pass"),
        ("value[index] = old - eps", "pass"),
    ),
    mistake(
        "verdict",
        VERDICT,
        ("    return worst", "    return bool(worst < 1e-6)"),
    ),
    mistake(
        "verdict_when_small",
        VERDICT,
        ("return np.inf", "return False"),
        ("    return worst", "    return bool(worst < 1e-6)"),
    ),
    mistake(
        "nan_in_grads_passes",
        """You ask whether the *loss* is NaN. The gradient that was handed in may hold one too. Ask the
        error itself, which both of them spoil.""",
        (_FINITE, "if not np.isfinite(numeric).all():"),
    ),
    mistake(
        "one_for_each_name",
        "You return one error for each name. One number is asked for, the largest of all.",
        ("worst = 0.0", "worst = {}"),
        (_WORST, "worst[name] = error"),
    ),
    *_either(
        "slope_sign",
        "Your slopes have the wrong sign: it is loss at p + eps, minus loss at p - eps.",
        (_CENTRAL, "numeric[index] = (down - up) / (2 * eps)"),
    ),
)
