"""Slips of the machine that change no answer, and why: patterns of ``id: changed lines``, by exercise."""

from __future__ import annotations

_FILLED = "every place of this array is written before it is read: what it begins with does not matter"
_EXTREME = "differs only where sigmoid is asked for extreme or empty values; sigmoid's own check asks there"
_SINGLE = "a float32 answer is accepted at what single precision loses"
_POSITIVE = "these answers are never negative"
_WHOLE = "these answers are whole numbers"
_BOUNDED = "these answers lie between -1 and 1"
_SQUARED = "only its square, or its length, is used"
_COUNTED = "the rounds are counted, their number is not used"
_LEFT_ZERO = "what is done to zeros leaves zeros"

_SIGMOID = {
    f"*{name}_as_sigmoid: *": _EXTREME
    for name in (
        *("by_tanh", "one_minus", "clipped_at_*", "nan_replaced", "never_zero", "zero_left_out"),
        *("tail_cut_at_700", "called_twice_in_e_2", "another_comparison_in_answer"),
    )
} | {
    f"{name}_as_sigmoid: *": _SINGLE
    for name in ("single_precision", "computed_in_single_precision", "last_numbers_dropped")
}
_WHOLE_ANSWERS = {
    "rounded_to_?_in_answer: *": _WHOLE,
    "whole_in_answer: *": _WHOLE,
    "absolute_in_answer: *": _POSITIVE,
    "at_least_zero_in_answer: *": _POSITIVE,
}
_PROBABILITIES = {
    "absolute_in_answer: *": _POSITIVE,
    "at_least_zero_in_answer: *": _POSITIVE,
    "clipped_in_answer: *": _BOUNDED,
}
_NUMBER = "a number has no other way round"
_ZERO_OR_ONE = "the mask holds zeros and ones"
_MASK = {f"{name}_in_mask: *": _ZERO_OR_ONE for name in ("rounded", "whole", "absolute")} | {
    "factor_twice_in_*: *mask [*] mask*": _ZERO_OR_ONE,
    "factor_twice_in_*: *mask[[]:, :, None] [*] mask*": _ZERO_OR_ONE,
}
_ABOVE_ZERO = {
    "another_comparison_in_*: *": _ZERO_OR_ONE,
    "another_limit_in_*: *": _ZERO_OR_ONE,
    "bent_in_mask: *": "only whether it is above zero is asked",
}
_LENGTHS = {
    "call_missing_in_*: *(lengths)*": "lengths is an array, as the statement says",
    "call_missing_in_out_as_reverse_within_length: *": "lengths is an array, as the statement says",
    "other_way_in_step_as_reverse_within_length: *": "each example is turned alone",
    "rounded_to_5_in_answer_as_reverse_within_length: *": "a helper is held to its digits in its own exercise",
}
_REAL = {"factor_twice_in_*: *real*real*": _ZERO_OR_ONE, "slope_of_tanh_in_*: *real ?? 2*": _ZERO_OR_ONE}
_NORMALISED = {
    "negative_in_e: *": "numerator and denominator turn their sign together",
    "divided_by_count_in_e*: *": "numerator and denominator are divided alike",
}
_NORMALISED_P = {pattern.replace("_in_e", "_in_p"): reason for pattern, reason in _NORMALISED.items()}
_MODERATE = "the logits of a model lie close enough together; softmax's own check asks for rows that do not"
_OWN_SOFTMAX = {
    f"{name}_as_softmax: *": _MODERATE
    for name in (
        *("global_shift", "shift_by_minimum", "shift_by_mean", "another_summary_in_shifted*"),
        "small_set_to_zero",
    )
} | {
    "another_axis_in_*_as_softmax: *": "the last axis in another form, or a shift that softmax's own check refuses"
}
_OWN_RNN = {
    "another_function_in_h_as_rnn_forward: *": _FILLED,
    "rounded_to_5_in_answer_as_*: *": "the softmax brings five digits of a state within the tolerance",
}
_STATES = {"clipped_in_answer: *": _BOUNDED}
_INFINITE = {
    f"{name}_in_answer: return *np.inf*": "what infinity becomes is infinity, or nan, which the statement accepts"
    for name in (
        *("twice", "half", "zero", "one_more", "one_less", "root", "squared", "absolute", "at_least_zero"),
        *("whole", "rounded_to_?"),
    )
}
_NO_SECOND_BIAS = {
    f"{name}_in_bias_hh_l0: *np.zeros(b.shape)*": _LEFT_ZERO
    for name in (
        *("twice", "half", "transposed", "rounded_to_?", "negative", "zero", "root", "squared", "bent"),
        *("absolute", "signs_only", "turned", "first_for_all", "at_least_zero", "clipped", "whole"),
    )
}
_ONE_INPUT = "a sum has one input, the first and the last"
_OWN_PULL = {
    "*_as_pull: *": "a slip in pull is asked for there; the tapes here hold what tells one walk from another"
}

HARMLESS: dict[str, dict[str, str]] = {
    "*": {
        "no_nan_in_*": "right answers hold no nan",
        "share_taken_in_*: *(1 - 1 [*] *": "takes one times the share: nothing changes",
        "*: *(0 [*] 0)*": "zero times zero is zero",
        "*: *0 [*] 0.0*": "zero times zero is zero",
        "zero_in_*: * = 0 [*] ([[]])": "zero times an empty list is an empty list",
        "negative_in_*: * = -0.0": "minus zero is zero",
        "another_index_in_*: *max((0) - 1, 0)*": "the place before the first, but not below it, is the first",
        "multiplied_or_divided_in_*: * / np.ones(*": "to divide by one is to multiply by it",
        "factor_twice_in_*: *np.ones(*) [*] np.ones(*": "one times one is one",
        "difference_turned_in_*: *np.abs(*": "a length is that of the negative",
        "another_comparison_in_*rmse != 0*": "a root is never negative",
        "negative_in_*: * = -np.zeros*": "minus zero is zero",
        "zero_in_*: * = 0 [*] np.zeros*": "zero times zero is zero",
        "divided_by_count_in_*: * = np.zeros*": "zero divided by a count is zero",
        "called_twice_in_*: *np.abs(np.abs(*": "the absolute value of an absolute value is the same",
        "another_axis_in_*: *axis=-1*": "the last axis is that axis",
        "another_function_in_*: *np.zeros(*dtype=int)*": "whole zeros become what is added to them",
        "transposed_in_db*": "a vector has no other way round",
        "arguments_exchanged_in_*: * = m??(*": "max and min do not care for the order",
        "another_limit_in_*(t > 0.5)*": "of whole numbers, 1 is the first above 0.5 and above 0",
        "another_comparison_in_*(t != 0)*": "t is never negative",
    },
    "affine": _STATES,
    "rnn_step": _STATES,
    "rnn_forward": _STATES | {"another_function_in_h: *np.ones*": _FILLED},
    "count_parameters": _WHOLE_ANSWERS,
    "softmax": _PROBABILITIES | _NORMALISED,
    "sentiment_forward": _PROBABILITIES
    | _OWN_SOFTMAX
    | _OWN_RNN
    | {
        "h0_included_as_rnn_forward: *": "only the last state is used",
        "all_states_are_the_last_as_rnn_forward: *": "only the last state is used",
    },
    "tag_forward": _PROBABILITIES | _OWN_SOFTMAX | _OWN_RNN,
    "one_hot": _PROBABILITIES
    | _WHOLE_ANSWERS
    | {
        f"{name}_in_answer: *": "of zero and one it is zero and one"
        for name in ("root", "squared", "signs_only")
    },
    "decode": {
        "call_missing_in_reviews: *": "a NumPy number is a key like its int",
        "zero_in_reviews: *": "zero times an empty list is an empty list",
        "*_in_x: *": "a one-hot row keeps its one largest entry",
    },
    "pad_sequences": {"other_way_in_step: *": "each row is written alone"},
    "squared_error": {"transposed_in_loss: *": _NUMBER},
    "binary_cross_entropy": {
        "another_comparison_in_p: *": "at 0 both branches are one half",
        "transposed_in_*: *": "a number, and a vector, have no other way round",
        "absolute_in_d: *": "labels are zero or one",
    },
    "cross_entropy": {
        "another_axis_in_*: *axis=2*": "the last of three axes is axis 2",
        "transposed_in_loss: *": _NUMBER,
        "factor_twice_in_loss*: *one_hot [*] one_hot*": "a one-hot row holds zeros and ones",
        "another_array_in_one_hot*: *": "shifted and log_p have the shape of logits",
    },
    "rnn_step_backward": {"negative_in_h: *": _SQUARED, "absolute_in_h: *": _SQUARED},
    "rnn_backward": {"another_name_in_step: *": "dh has the shape of h"},
    "generate": _WHOLE_ANSWERS
    | {
        "another_function_in_ids: *np.ones*": _FILLED,
        "divided_by_count_in_logits: *": "the largest stays the largest",
        "empty_input_keeps_state_as_rnn_step: *": "a one-hot row is never empty",
        "rounded_in_x_t_as_rnn_step: *": "a one-hot row is whole",
        "whole_in_x_t_as_rnn_step: *": "a one-hot row is whole",
        "rounded_to_?_in_answer_as_rnn_step: *": "tokens change only where two logits are equal to four digits",
    },
    "jacobian_product": {
        "negative_in_h: *": _SQUARED,
        "absolute_in_h: *": _SQUARED,
        "not_for_the_first_in_h: *": "the product begins behind the first state",
    },
    "gradient_norms": {
        "another_function_in_norms: *np.ones*": _FILLED,
        "negative_in_*: *": "the norm of a vector is that of its negative",
        "absolute_in_answer: *": _POSITIVE,
        "at_least_zero_in_answer: *": _POSITIVE,
        "another_name_in_norms_3: *": "at the last step dh is dh_last",
        "without_first_step_in_slopes: *": "nothing goes through the slope of the first step",
        "absolute_in_slopes: *": _POSITIVE,
    },
    "orthogonal": _STATES
    | {"multiplied_or_divided_in_answer: *": "to divide by a sign is to multiply by it"},
    "skip_rnn_forward": _STATES | {"another_index_in_a_12: *": "the state before is the last of the list"},
    "adam_step": {"other_way_in_step: *": "parameters are updated independently of each other"},
    "clip_by_global_norm": {
        "another_comparison_in_scale: *": "at the bound the factor is 1 in both ways",
        "call_missing_in_norm_4: *": "a NumPy number is a number",
    },
    "truncated_bptt": {
        "slice_missing_in_before: *": "the state behind the last step is never read",
        "another_range_in_loop_4: *": "a window that begins behind the end is empty",
        "reversed_in_loop: *": "the windows are added, in whatever order",
        "another_name_in_step: *": "dh has the shape of h",
        "another_function_in_dh_next_2: *": "whole zeros become what is added to them",
    },
    "train": {"reversed_in_loop: *": _COUNTED},
    "sigmoid": _PROBABILITIES | {"another_comparison_in_answer: *": "at 0 both branches are one half"},
    "lstm_gates": _SIGMOID,
    "gru_step": _SIGMOID,
    "lstm_step": {"another_order_in_answer_2_as_lstm_gates: *": "i times g is g times i"},
    "lstm_forward": {
        "cell_clipped_as_lstm_step: *": "no cell grows beyond 10 in these runs; lstm_step's own check has one that does"
    },
    "forget_bias": {"transposed_in_answer: *": "a vector has no other way round"},
    "teacher_rows": {"other_way_in_step: *": "each row is written alone"},
    "encode": _STATES | _MASK | _REAL,
    "greedy_decode": {
        "reversed_in_loop*: *": "the rounds are counted, and the rows are independent",
        "without_asking_in_step_2: *": "to stop early saves time and changes nothing",
        "call_missing_in_sentences: *": "a NumPy number is a number",
        "another_name_in_sentences*: *": "the name of a variable that is not used",
        "*_as_decoder_step: *": "the largest stays the largest",
    },
    "teacher_forced_loss": _MASK
    | {
        "another_axis_in_*: *axis=2*": "the last of three axes is axis 2",
        "transposed_in_loss: *": _NUMBER,
        "another_name_in_loop: *": "targets has as many steps as inputs",
        "factor_twice_in_loss*: *one_hot [*] one_hot*": "a one-hot row holds zeros and ones",
        "negative_in_mask: *": "the sum and the count turn their sign together",
        "bent_in_mask: *": "the sum and the count shrink together",
        "another_array_in_one_hot*: *": "shifted and log_p have the shape of logits",
    },
    "decoder_backward": {"another_index_in_by*: *": "the bias takes all steps, in whatever order"},
    "encoder_backward": _MASK
    | _REAL
    | {
        "zeros_for_one_in_h_prev: *": "zero times zero is zero",
        "another_name_in_dh_7: *": "padding follows the words, and nothing but dcontext has come back there",
    },
    "attend": _MASK
    | _NORMALISED
    | {
        "another_comparison_in_scores*: *": _ZERO_OR_ONE,
        "another_limit_in_scores*: *": _ZERO_OR_ONE,
        "bent_in_mask: *": "only whether it is above zero is asked",
    },
    "masked_rnn_forward": _MASK | _ABOVE_ZERO,
    "masked_mean_loss": _MASK | _ABOVE_ZERO | {"transposed_in_loss: *": _NUMBER},
    "reverse_within_length": {
        "other_way_in_step: *": "each example is turned alone",
        "another_array_in_out_2: *": "out begins as a copy of x",
    },
    "birnn_forward": _STATES
    | _LENGTHS
    | {
        "factor_twice_in_answer: *": "a step is real or not, one or zero",
        "another_array_in_real: *": "turned has as many steps as x",
    },
    "last_states": _LENGTHS
    | {
        "another_index_in_back_3: *": "the first step has no step before it, and is taken itself",
        "negative_in_H: *": "half of the units counted from the end is half of them",
    },
    "birnn_backward": _LENGTHS
    | {
        "another_index_in_step_*: *": "the same place, counted in another way",
        "another_name_in_H: *": "dh has the shape of h",
        "factor_twice_in_dh: *": "a step is real or not, one or zero",
    },
    "gradient_check": _INFINITE
    | {
        "other_way_in_step*: *": "each entry is measured by itself, and the largest error kept",
        "another_function_in_numeric: *np.ones*": _FILLED,
        "arguments_exchanged_in_error: *": "if a slope is nan so is the difference; else max does not care",
        "absolute_in_answer_2: *": _POSITIVE,
        "at_least_zero_in_answer_2: *": _POSITIVE,
        "another_array_in_loop: *": "numeric has the shape of value",
    },
    "pull": {
        "another_index_in_answer*: *inputs[[]*": _ONE_INPUT,
        "negative_in_output: *": _SQUARED,
        "absolute_in_output: *": _SQUARED,
    },
    "tape_gradient": _OWN_PULL
    | {
        "another_index_in_grads_*: *np.ones(np.shape(tape[[]last]*": "value and name are both of shape ()",
        "another_range_in_loop: *(0) + 1*": "the first entry of a tape is a leaf",
        "another_index_in_pulled_*: *tape[[]i][[]-1]*": "the value is the last of three",
        "other_way_in_step: *": "gradients are added, in whatever order",
    },
    "to_torch": _NO_SECOND_BIAS | {"transposed_in_bias_ih_l0: *": "a vector has no other way round"},
    "score": {
        "difference_turned_in_*rmse: *": _SQUARED,
        "call_missing_in_*: return *": "a NumPy number is a number",
    },
    "split_in_time": {"transposed_in_*: *np.arange(*": "a vector has no other way round"},
    "forecast": {
        "reversed_in_loop: *": _COUNTED,
        "call_missing_in_answer: *": "a list of numbers is taken for an array",
        "transposed_in_answer: *": "a vector has no other way round",
    },
    "ngram_loss": {
        "call_missing_in_marked: *": "a name is a list, as the statement says",
        "call_missing_in_answer_2: *": "a NumPy number is a number",
        "other_way_in_step*: *": "counts and losses are added, in whatever order",
        "turned_in_answer: *": "counts and losses are added, in whatever order",
        "term_twice_in_marked: *": "what stands behind the end is never read",
        "another_number_in_marked_*: *[[](-1)]*": "no id is -1 or 0: what marks beginning or end does not matter",
        "absolute_in_answer_2: *": _POSITIVE,
        "at_least_zero_in_answer_2: *": _POSITIVE,
    },
    "sample_token": _WHOLE_ANSWERS
    | _NORMALISED_P
    | {
        "transposed_in_answer: *": "a vector has no other way round",
        "another_comparison_in_answer: *": "that a dart hits a bound exactly has no chance to speak of",
        "another_array_in_*: *": "z, p and running have the shape of logits",
    }
    | {
        f"{name}_in_answer*: *": "the running sums end at 1 but for rounding: a dart beyond them is one in 1e16"
        for name in ("no_choice", "term_missing", "sign", "term_twice", "product_for_sum", "another_number")
    },
    "sample_name": {
        "another_comparison_in_condition_*: *(len(written) != most)*": "the length grows by one each time",
        "call_missing_in_token: *": "choose returns an int, as the statement says",
    },
    "classify_rows": _WHOLE_ANSWERS
    | {
        "transposed_in_answer: *": "a vector has no other way round",
        "divided_by_count_in_logits*: *": "the largest stays the largest",
        "absolute_in_images: *": "images hold numbers from 0 to 16",
    },
    "lstm_backward": {
        "another_name_in_*: *": "both names have this shape",
        "without_last_step_in_?: *": "the state after the last step is never read",
    },
}
"""By exercise, ``*`` for all: a pattern, and why what it matches is no mistake."""
