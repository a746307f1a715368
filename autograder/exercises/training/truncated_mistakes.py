"""Known wrong ways of ``truncated_bptt``."""

from __future__ import annotations

from autograder.course.exercise import mistake

_BEFORE = "np.concatenate([h0[:, None], h[:, :-1]], axis=1)"


_CHUNKS = "for start in range(0, T, k1):"


_END = "end = min(start + k1, T)"


_FIRST = "first = max(end - k2, 0)"


_FRESH = "dh_next = np.zeros((N, H))"


_DH = "dh_t = dh_next + dh[:, t] if t >= start else dh_next"


_DA = "da = dh_t * (1 - h[:, t] ** 2)"


_BACK = "dh_next = da @ Whh.T"


def _accumulating(guard: str) -> str:
    """Return a cell that collects what comes back in one array for all runs."""
    return f"""
            def truncated_bptt(x, h, h0, dh, Whh, k1, k2):
                N, T, H = h.shape
                before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
                grads = {{"Wxh": 0, "Whh": 0, "bh": 0}}
                dh = dh.copy()
                for end in [*range(k1, T, k1), T]:
                    first = max(end - k2, 0)
                    for t in reversed(range(first, end)):
                        da = dh[:, t] * (1 - h[:, t] ** 2)
                        grads["Wxh"] = grads["Wxh"] + x[:, t].T @ da
                        grads["Whh"] = grads["Whh"] + before[:, t].T @ da
                        grads["bh"] = grads["bh"] + da.sum(axis=0)
                        {guard}dh[:, t - 1] += da @ Whh.T
                return grads
            """


MISTAKES = (
    mistake(
        "last_run_to_the_start",
        """Your last run goes back to the first step. Each run, the last one too, goes k2 steps back at most.""",
        ("first = max(end - k2, 0)", "first = max(end - k2, 0) if end < T else 0"),
    ),
    mistake(
        "no_slope_before_the_chunk",
        """Before the chunk you hand the gradient on without the slope of tanh. Those steps add no loss of their
        own, but the gradient goes through them as through any other.""",
        ("dh_t * (1 - h[:, t] ** 2)", "dh_t * ((1 - h[:, t] ** 2) if t >= start else 1)"),
    ),
    mistake(
        "one_step_more",
        "Your runs visit k2 + 1 steps, counted from the end of the chunk, end included.",
        (_FIRST, "first = max(end - k2 - 1, 0)"),
    ),
    mistake(
        "one_step_less",
        "Your runs visit k2 - 1 steps. The last step of the chunk is the first of the k2.",
        (_FIRST, "first = max(end - k2 + 1, 0)"),
    ),
    mistake(
        "look_back_from_start",
        "You go back k2 steps from the start of the chunk. The k2 steps are counted from its end.",
        (_FIRST, "first = max(start - k2, 0)"),
    ),
    mistake(
        "never_looks_back",
        """Your runs stop at the start of their chunk, as if k2 were k1, or the earlier steps do not add
        to the weight gradients. The weights were used there too: a run goes on until k2 steps are
        done.""",
        (_FIRST, "first = start"),
    ),
    mistake(
        "never_truncated",
        "Your runs all go back to step 0. After k2 steps a run ends, whatever is left.",
        (_FIRST, "first = 0"),
    ),
    mistake(
        "losses_counted_again",
        """In the steps before its chunk, a run of yours adds dh again. An earlier run has counted that
        loss already: here only dh_next passes through.""",
        (_DH, "dh_t = dh_next + dh[:, t]"),
    ),
    mistake(
        "losses_of_the_last_k1",
        """In the shorter last chunk you still take k1 losses. Some have had their run: a chunk starts
        where the one before ended.""",
        (_DH, "dh_t = dh_next + dh[:, t] if t >= end - k1 else dh_next"),
    ),
    mistake(
        "accumulates_in_dh",
        """What comes back is added into dh, or into one copy of it, and stays there. The next run finds
        it, with losses that have had their run. Carry it from step to step in a variable that starts
        from zeros in each run.""",
        source=_accumulating("if t > 0: "),
    ),
    mistake(
        "accumulates_in_dh_wrapped",
        """What comes back is added into dh, or into one copy of it, and stays there for the next run. At
        the first step, dh[:, t - 1] is even the last one. Carry it in a variable that starts from zeros
        in each run.""",
        source=_accumulating(""),
    ),
    mistake(
        "carried_kept_across_runs",
        """What comes back is added into one array for all runs and stays there, so a later run that
        visits the same steps finds it again. Each run starts from zeros.""",
        (f"{_CHUNKS}\n", f"back = np.zeros_like(h)\n    {_CHUNKS}\n"),
        (_DH, "dh_t = back[:, t] + dh[:, t] if t >= start else back[:, t]"),
        (_BACK, "back[:, max(t - 1, 0)] += da @ Whh.T * (t > 0)"),
    ),
    mistake(
        "only_last_loss",
        "Only the last step of a chunk adds its dh. Every step of the chunk has a loss of its own.",
        (_DH, "dh_t = dh_next + dh[:, t] if t == end - 1 else dh_next"),
    ),
    mistake(
        "nothing_carried_back",
        "dh_next is not added: each step sees its own dh only, and nothing travels back in time.",
        (_DH, "dh_t = dh[:, t] if t >= start else dh_next"),
    ),
    mistake(
        "only_last_chunk",
        "Only the last run counts. Each chunk has its own run, and the gradients of all are added up.",
        (_CHUNKS, "for start in range(0, T, k1)[-1:]:"),
    ),
    mistake(
        "last_chunk_dropped",
        "The steps left over when T is not a multiple of k1 have no run. They form a shorter last chunk.",
        (_CHUNKS, "for start in range(0, T - k1 + 1, k1):"),
    ),
    mistake(
        "chunk_longer_than_sequence",
        """Your last chunk ends at a multiple of k1, beyond the last step, and the k2 steps are counted
        from there. It ends at step T.""",
        (_FIRST, "first = max(start + k1 - k2, 0)"),
    ),
    mistake(
        "chunks_from_the_end",
        """You cut the chunks from the end. They are cut from the start, so that the last one is the
        short one.""",
        (_CHUNKS, "for stop in range(T, 0, -k1):"),
        (_END, "start, end = max(stop - k1, 0), stop"),
    ),
    mistake(
        "chunks_of_k2",
        "Your chunks are k2 long. A run starts every k1 steps; k2 only says how far it goes back.",
        (_CHUNKS, "for start in range(0, T, k2):"),
        (_END, "end = min(start + k2, T)"),
    ),
    mistake(
        "run_after_every_step",
        "You start a run after every step. A run starts every k1 steps, and after the last one.",
        (_CHUNKS, "for start in range(T):"),
        (_END, "end = start + 1"),
    ),
    mistake(
        "k1_as_k2",
        "Your runs go back k1 steps: k2 is not used. A run goes on until k2 steps are done.",
        (_FIRST, "first = max(end - k1, 0)"),
    ),
    mistake(
        "k_swapped",
        "k1 and k2 are swapped: k1 is the length of a chunk, k2 how far a run goes back.",
        (_CHUNKS, "k1, k2 = k2, k1\n    for start in range(0, T, k1):"),
    ),
    mistake(
        "leaks_into_next_chunk",
        """dh_next of one run is the start of the next. Each run starts from zeros at the end of its
        chunk.""",
        (f"{_CHUNKS}\n", f"{_FRESH}\n    {_CHUNKS}\n"),
        (f"        {_FRESH}  # nothing comes back from after the chunk\n", ""),
    ),
    mistake(
        "whh_not_transposed",
        """You send the gradient back through Whh as it is. Forward it is h @ Whh, so backward it is the
        transpose. Whh is square: its shape did not warn you.""",
        (_BACK, "dh_next = da @ Whh"),
    ),
    mistake(
        "no_tanh_slope",
        """The slope of tanh, 1 - h**2, is missing: you treat the state as if it were the sum before the
        activation.""",
        (_DA, "da = dh_t"),
    ),
    mistake(
        "slope_of_the_state",
        """You apply tanh to the state again before you take the slope. h has been through tanh: the
        slope is 1 - h**2.""",
        (_DA, "da = dh_t * (1 - np.tanh(h[:, t]) ** 2)"),
    ),
    mistake(
        "slope_not_squared",
        "Your slope is 1 - h. The slope of tanh is 1 - h**2.",
        (_DA, "da = dh_t * (1 - h[:, t])"),
    ),
    mistake(
        "slope_twice",
        "The slope of tanh is in your product twice: once in da, once more on the way back.",
        (_BACK, "dh_next = (da * (1 - h[:, t] ** 2)) @ Whh.T"),
    ),
    mistake(
        "slope_of_step_before",
        """The slope is taken at the state before. The activation at step t made h[:, t], so the slope is
        taken there.""",
        (_DA, "da = dh_t * (1 - before[:, t] ** 2)"),
    ),
    mistake(
        "passes_dh_not_da",
        "You send dh_t back through Whh. It must pass the activation first: send da.",
        (_BACK, "dh_next = dh_t @ Whh.T"),
    ),
    mistake(
        "present_state_for_Whh",
        "The gradient of Whh uses the state after the step. Whh multiplied the state before it.",
        (_BEFORE, "h"),
    ),
    mistake(
        "h0_ignored",
        "At the first step you use zeros as the state before. It is h0.",
        (_BEFORE, "np.concatenate([0 * h0[:, None], h[:, :-1]], axis=1)"),
    ),
    mistake(
        "wraps_around",
        """At the first step, h[:, t - 1] is h[:, -1], the last state. The state before the first step
        is h0.""",
        (_BEFORE, "np.roll(h, 1, axis=1)"),
    ),
    mistake(
        "state_reset_at_chunks",
        """At the first step of each chunk you use h0 as the state before. Truncation cuts the way back
        only: forward, the state went on.""",
        (
            'grads["Whh"] += before[:, t].T @ da',
            'grads["Whh"] += (h0 if t % k1 == 0 else before[:, t]).T @ da',
        ),
    ),
    mistake(
        "not_summed_over_time",
        "Your gradients hold one step only: = where += is needed. The weights are used at every step.",
        ('grads["Wxh"] +=', 'grads["Wxh"] ='),
        ('grads["Whh"] +=', 'grads["Whh"] ='),
        ('grads["bh"] +=', 'grads["bh"] ='),
    ),
    mistake(
        "mean_over_batch",
        "You divide by N. Batch gradients are sums here: what mean there is, is in dh already.",
        ("return grads", "return {name: grad / N for name, grad in grads.items()}"),
    ),
    mistake(
        "divided_by_time",
        "You divide by T. The gradients are sums over the steps.",
        ("return grads", "return {name: grad / T for name, grad in grads.items()}"),
    ),
    mistake(
        "bias_mean",
        "The gradient of bh is a mean over the batch. It is a sum, as for the weights.",
        ("da.sum(axis=0)", "da.mean(axis=0)"),
    ),
    mistake(
        "bias_from_dh",
        "The gradient of bh sums dh_t. The bias stands inside the activation: sum da.",
        ("da.sum(axis=0)", "dh_t.sum(axis=0)"),
    ),
    mistake(
        "weights_transposed",
        "Your gradients of the matrices are transposed. A gradient has the shape of its weight.",
        ("x[:, t].T @ da", "(da.T @ x[:, t]).T"),
        ("before[:, t].T @ da", "da.T @ before[:, t]"),
    ),
    mistake(
        "forward_in_time",
        "Your run goes forward in time. A gradient travels from the last step to the first.",
        ("reversed(range(first, end))", "range(first, end)"),
    ),
    mistake(
        "works_in_dh",
        """You add dh_next into dh, which belongs to the caller, and which a later run reads again. Use
        a new array.""",
        (
            _DH,
            "if t >= start:\n                dh[:, t] += dh_next\n            "
            "dh_t = dh[:, t] if t >= start else dh_next",
        ),
        manner="changes_its_input",
    ),
)
