"""Right numbers in another type, container or order of summing."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, handed_in


def _one(variant: str, notebook: str, name: str, before: str, after: str) -> Entry:
    """Replace a part of the solution."""
    draft = Draft(notebook)
    source = draft.source(name)
    assert before in source, f"{name} has no {before!r}"
    draft.write(name, source.replace(before, after))
    return handed_in(f"other_numbers/{variant}", draft)


def summed_by_hand() -> Entry:
    """Products of matrices as loops: the last bits differ, as with another BLAS."""
    source = """
    def affine(x, W, b):
        out = np.zeros((x.shape[0], W.shape[1]))
        for n in range(x.shape[0]):
            for h in range(W.shape[1]):
                total = 0.0
                for d in reversed(range(x.shape[1])):
                    total += x[n, d] * W[d, h]
                out[n, h] = np.tanh(total + b[h])
        return out
    """
    return handed_in("other_numbers/summed_by_hand", Draft("00_start_here", affine=source))


def the_mathematics_written_out() -> Entry:
    """tanh by exponentials, sums by math.fsum: right, and not to the last bit."""
    source = """
    import math

    def affine(x, W, b):
        def bend(a):
            return (math.exp(a) - math.exp(-a)) / (math.exp(a) + math.exp(-a))
        return [[bend(math.fsum([*(r * c for r, c in zip(row, col)), bias])) for col, bias in zip(W.T, b)] for row in x]
    """
    return handed_in("other_numbers/the_mathematics_written_out", Draft("00_start_here", affine=source))


BOTH = "return dx, dh_next, dWxh, dWhh, dbh"
ENTRIES = (
    _one(
        "float32",
        "02_forward",
        "rnn_step",
        "return np.tanh(x_t @ Wxh + h_prev @ Whh + bh)",
        "return np.tanh(x_t @ Wxh + h_prev @ Whh + bh).astype(np.float32)",
    ),
    _one(
        "a_float32_array_to_fill",
        "02_forward",
        "rnn_forward",
        "np.zeros((N, T, Whh.shape[0]))",
        "np.zeros((N, T, Whh.shape[0]), dtype=np.float32)",
    ),
    _one(
        "longdouble",
        "02_forward",
        "softmax",
        "e = np.exp(shifted)",
        "e = np.exp(shifted.astype(np.longdouble))",
    ),
    _one("einsum", "02_forward", "rnn_step", "x_t @ Wxh", "np.einsum('nd,dh->nh', x_t, Wxh, optimize=True)"),
    _one(
        "terms_in_another_order",
        "02_forward",
        "rnn_step",
        "x_t @ Wxh + h_prev @ Whh + bh",
        "bh + (h_prev @ Whh + x_t @ Wxh)",
    ),
    _one(
        "concatenated",
        "02_forward",
        "rnn_step",
        "x_t @ Wxh + h_prev @ Whh + bh",
        "np.hstack([x_t, h_prev]) @ np.vstack([Wxh, Whh]) + bh",
    ),
    _one("a_list_for_a_tuple", "03_bptt", "rnn_backward", BOTH, "return [dx, dh_next, dWxh, dWhh, dbh]"),
    _one(
        "lists_for_arrays",
        "03_bptt",
        "output_backward",
        "return dh, dWhy, dby",
        "return dh.tolist(), dWhy.tolist(), list(dby)",
    ),
    _one("a_list_of_arrays", "02_forward", "rnn_forward", "return h", "return [h[n] for n in range(N)]"),
    _one(
        "a_numpy_integer",
        "02_forward",
        "count_parameters",
        "D * H + H * H + H + H * K + K",
        "np.int64(D * H + H * H + H + H * K + K)",
    ),
    _one(
        "an_array_of_one_number",
        "03_bptt",
        "squared_error",
        "0.5 * (e**2).sum()",
        "np.array(0.5 * (e**2).sum())",
    ),
    _one("fortran_order", "02_forward", "rnn_forward", "return h", "return np.asfortranarray(h)"),
    _one(
        "a_view_turned_round",
        "02_forward",
        "rnn_forward",
        "return h",
        "return np.ascontiguousarray(h.swapaxes(0, 1)).swapaxes(0, 1)",
    ),
    _one(
        "big_endian",
        "02_forward",
        "rnn_step",
        "return np.tanh(x_t @ Wxh + h_prev @ Whh + bh)",
        "return np.tanh(x_t @ Wxh + h_prev @ Whh + bh).astype('>f8')",
    ),
    _one(
        "an_ordered_dict",
        "04_training",
        "sgd_step",
        "return {name: value - learning_rate * grads[name] for name, value in params.items()}",
        "from collections import OrderedDict\n"
        "    return OrderedDict((n, p - learning_rate * grads[n]) for n, p in params.items())",
    ),
    _one(
        "a_dict_of_another_order",
        "01_one_hot",
        "review_shapes",
        '"review_1": (3, 5), "review_3": (4, 5)',
        '"review_3": [4, 5], "review_1": (3, np.int64(5))',
    ),
    _one(
        "a_named_tuple",
        "01_one_hot",
        "pad_sequences",
        "return ids, mask",
        "import collections\n    return collections.namedtuple('Padded', 'ids mask')(ids, mask)",
    ),
    _one(
        "bool_for_a_mask", "01_one_hot", "pad_sequences", "return ids, mask", "return ids, mask.astype(bool)"
    ),
    _one("integers_for_ids", "02_forward", "generate", "return ids", "return ids.astype(np.int32)"),
    summed_by_hand(),
    the_mathematics_written_out(),
)
