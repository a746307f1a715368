"""Known wrong ways of ``gradient_norms``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.course.long_runs import last_steps


def _backward(
    body: str, store: str = "np.linalg.norm(dh, axis=1)", steps: str = "range(T - 1, 0, -1)"
) -> str:
    return f"""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = np.zeros((N, T))
                dh = dh_last
                norms[:, -1] = {store}
                for t in {steps}:
                    {body}
                    norms[:, t - 1] = {store}
                return norms
            """


_STEP = "dh = (dh * slopes[:, t]) @ Whh.T"


def _last(k: int) -> tuple[tuple[str, str], ...]:
    return (("range(T - 1, 0, -1)", f"range(T - 1, max(T - 1 - {k}, 0), -1)"),)


MISTAKES = (
    mistake(
        "whh_not_transposed",
        """You go back through Whh as if you went forward. Whh is square, so no shape warns you: against
            the direction of the forward pass it is transposed.""",
        ("@ Whh.T", "@ Whh"),
    ),
    mistake(
        "slopes_after",
        """You go through Whh first and multiply by the slopes after. Backwards the order is reversed: the
            tanh was last on the way forward, so it is first on the way back.""",
        ("(dh * slopes[:, t]) @ Whh.T", "(dh @ Whh.T) * slopes[:, t]"),
    ),
    mistake(
        "slopes_after_of_the_step_before",
        """You use the slopes of the step before, after Whh. The gradient at step t first meets the slopes
            of step t itself, and those of the first step are never needed.""",
        ("(dh * slopes[:, t]) @ Whh.T", "(dh @ Whh.T) * slopes[:, t - 1]"),
    ),
    mistake(
        "slopes_of_the_step_before",
        """You multiply by the slopes of the step before. The gradient that stands at step t goes through
            the tanh that made the state of step t.""",
        ("slopes[:, t])", "slopes[:, t - 1])"),
    ),
    mistake(
        "no_slopes",
        "The slopes are not used: this is what happens in a linear network.",
        ("(dh * slopes[:, t]) @", "dh @"),
    ),
    mistake(
        "slopes_as_states",
        """You compute 1 - slopes ** 2, as if they were states. `slopes` holds the derivatives already,
            ready to be multiplied by.""",
        ("dh * slopes[:, t]", "dh * (1 - slopes[:, t] ** 2)"),
    ),
    mistake(
        "slopes_twice",
        "You multiply by the slopes twice in each step.",
        ("dh * slopes[:, t]", "dh * slopes[:, t] ** 2"),
    ),
    mistake(
        "no_weights",
        "Whh is not used: your gradient goes through the slopes only.",
        (" @ Whh.T", ""),
    ),
    mistake(
        "not_carried",
        """Every step starts from dh_last again, so you never multiply more than one factor. What one step
            back gives is what the next one starts from.""",
        source=_backward("dh = (dh_last * slopes[:, t]) @ Whh.T"),
    ),
    mistake(
        "added_at_each_step",
        """You add dh_last at every step. The loss looks at the last state only, so it enters once, at the
            end.""",
        source=_backward(_STEP + " + dh_last"),
    ),
    mistake(
        "reversed_in_time",
        """Your norms are in reverse order: the first column must belong to the first step, the one
            farthest from the loss.""",
        ("return norms", "return norms[:, ::-1].copy()"),
    ),
    mistake(
        "one_step_too_far",
        """Your columns are shifted: the last one is already one step back from the end, and the first is
            that of h0. The last column is the norm of dh_last itself.""",
        source="""
            def gradient_norms(slopes, Whh, dh_last):
                norms = np.zeros(slopes.shape[:2])
                dh = dh_last
                for t in reversed(range(slopes.shape[1])):
                    dh = (dh * slopes[:, t]) @ Whh.T
                    norms[:, t] = np.linalg.norm(dh, axis=1)
                return norms
            """,
    ),
    mistake(
        "last_left_out",
        "The last column is left at 0. There is no step to go back for it: it is the norm of dh_last.",
        source="""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = np.zeros((N, T))
                dh = dh_last
                for t in range(T - 1, 0, -1):
                    dh = (dh * slopes[:, t]) @ Whh.T
                    norms[:, t - 1] = np.linalg.norm(dh, axis=1)
                return norms
            """,
    ),
    mistake(
        "first_left_out",
        "Your loop stops one step early: the norm at the first step is left at 0.",
        ("range(T - 1, 0, -1)", "range(T - 1, 1, -1)"),
    ),
    mistake(
        "h0_included",
        "You have T + 1 columns: the gradient by h0 is in it. You were asked for the steps 1 to T.",
        source="""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = [np.linalg.norm(dh_last, axis=1)]
                dh = dh_last
                for t in reversed(range(T)):
                    dh = (dh * slopes[:, t]) @ Whh.T
                    norms.insert(0, np.linalg.norm(dh, axis=1))
                return np.stack(norms, axis=1)
            """,
    ),
    mistake(
        "norm_of_the_batch",
        """You take one norm over the whole batch, so all examples get the same number. Each example has
            its own: take it over the units.""",
        source=_backward(_STEP, "np.linalg.norm(dh)"),
    ),
    mistake(
        "squared",
        "Your numbers are the squares of the norms: the root is missing.",
        source=_backward(_STEP, "(dh ** 2).sum(axis=1)"),
    ),
    mistake(
        "absolute_sum",
        "You add absolute values. You were asked for the Euclidean norm: the root of the sum of squares.",
        source=_backward(_STEP, "np.abs(dh).sum(axis=1)"),
    ),
    mistake(
        "largest_entry",
        "You take the largest entry. You were asked for the Euclidean norm: the root of the sum of squares.",
        source=_backward(_STEP, "np.abs(dh).max(axis=1)"),
    ),
    mistake(
        "root_mean_square",
        "You take the root of the *mean* square over the units. The norm is the root of the sum.",
        source=_backward(_STEP, "np.sqrt((dh ** 2).mean(axis=1))"),
    ),
    mistake(
        "relative",
        """You divide by the norm at the last step. That is how the figures show it later; this function
            returns the norms themselves.""",
        ("return norms", "return norms / norms[:, -1:]"),
    ),
    mistake(
        "bound_instead",
        """You multiply norms: that of the gradient, of the slopes and of Whh. This is an upper bound.
            Carry the gradient itself back and take its norm at each step.""",
        source="""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = np.zeros((N, T))
                norms[:, -1] = np.linalg.norm(dh_last, axis=1)
                for t in range(T - 1, 0, -1):
                    norms[:, t - 1] = norms[:, t] * slopes[:, t].max(axis=1) * np.linalg.norm(Whh, 2)
                return norms
            """,
    ),
    mistake(
        "time_first",
        "Your axes are swapped, (T, N). The batch comes first: (N, T).",
        ("return norms", "return norms.T.copy()"),
    ),
    mistake(
        "forward_in_time",
        """Your loop goes forward in time: the slopes of the second step are met first. A gradient starts
            at the end.""",
        ("slopes[:, t])", "slopes[:, T - t])"),
    ),
    mistake(
        "overwrites_dh_last",
        """Your function changes dh_last: dh = dh_last makes no copy, and *= works inside the array. Use a
            new array for each step.""",
        manner="changes_its_input",
        source="""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = np.zeros((N, T))
                dh = dh_last
                norms[:, -1] = np.linalg.norm(dh, axis=1)
                for t in range(T - 1, 0, -1):
                    dh *= slopes[:, t]
                    dh = dh @ Whh.T
                    norms[:, t - 1] = np.linalg.norm(dh, axis=1)
                return norms
            """,
    ),
    mistake(
        "small_norms_lost",
        """Where the gradient is small, your norm is another one: cut off, stopped at, or kept above a floor. float64
        holds numbers down to 1e-308, and how small a gradient gets is the very thing that is measured here.""",
        source=_backward(
            "if np.abs(dh).max() < 1e-12: break\n                    dh = (dh * slopes[:, t]) @ Whh.T"
        ),
    ),
    mistake(
        "norm_before_the_weights",
        """You measure the gradient of the sums, after the slopes and before Whh. What is asked for is the
            gradient of the states.""",
        source=_backward("da = dh * slopes[:, t]; dh = da @ Whh.T", "np.linalg.norm(dh, axis=1)").replace(
            "norms[:, t - 1] = np.linalg.norm(dh, axis=1)", "norms[:, t - 1] = np.linalg.norm(da, axis=1)"
        ),
    ),
    mistake(
        "norm_of_da",
        """You measure the gradient of the sums, after the slopes, at every step. What is asked for is the gradient of
        the states: before its own slopes, and at the last step dh_last itself.""",
        source=_backward(
            "dh = (dh * slopes[:, t]) @ Whh.T", "np.linalg.norm(dh * slopes[:, -1], axis=1)"
        ).replace(
            "norms[:, t - 1] = np.linalg.norm(dh * slopes[:, -1], axis=1)",
            "norms[:, t - 1] = np.linalg.norm(dh * slopes[:, t - 1], axis=1)",
        ),
    ),
    mistake(
        "scaled_at_each_step",
        """You bring the gradient back to length 1 at each step, so your numbers tell what one step does.
            What all of them do together is asked for.""",
        source=_backward(
            "dh = (dh * slopes[:, t]) @ Whh.T; dh = (dh.T / np.maximum(np.linalg.norm(dh, axis=1), 1e-300)).T"
        ),
    ),
    mistake(
        "clipped_on_the_way",
        """You cut the gradient to length 1 wherever it is longer. Nothing is clipped here: an explosion
            is to be seen.""",
        source=_backward(
            "dh = (dh * slopes[:, t]) @ Whh.T; dh = (dh.T / np.maximum(np.linalg.norm(dh, axis=1), 1)).T"
        ),
    ),
    *last_steps(_last),
)
