# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 Autopsy: a test that deserves trust

# %% tags=["setup"]
import numpy as np

from rnncourse import check, hint, plots, suspect


# %% tags=["setup"]
def rnn_forward(x, h0, Wxh, Whh, bh):
    """Return the states (N, T, H) of notebook 02."""
    h_prev, states = h0, []
    for x_t in x.swapaxes(0, 1):
        h_prev = np.tanh(x_t @ Wxh + h_prev @ Whh + bh)
        states.append(h_prev)
    return np.stack(states, axis=1)


def rnn_backward(dh, x, h0, h, Wxh, Whh):
    """Return dx, dh0, dWxh, dWhh, dbh of notebook 03."""
    dx, dh_next = np.zeros_like(x), np.zeros_like(h0)
    dWxh, dWhh, dbh = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros(len(Whh))
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + dh_next) * (1 - h[:, t] ** 2)  # (N, H)
        dx[:, t], dh_next = da @ Wxh.T, da @ Whh.T
        dWxh += x[:, t].T @ da
        dWhh += (h[:, t - 1] if t > 0 else h0).T @ da
        dbh += da.sum(axis=0)
    return dx, dh_next, dWxh, dWhh, dbh


# %% tags=["setup"]
def lstm_step(x_t, h_prev, c_prev, Wx, Wh, b):
    """Return h and c (N, H) after one step of notebook 06."""
    a_i, a_f, a_g, a_o = np.split(x_t @ Wx + h_prev @ Wh + b, 4, axis=1)  # (N, H) each
    i, f, o = ((1 + np.tanh(a / 2)) / 2 for a in (a_i, a_f, a_o))  # sigmoid, without overflow
    c = f * c_prev + i * np.tanh(a_g)
    return o * np.tanh(c), c


# %% tags=["setup"]
def measured_gradient(loss, array, eps=1e-5):
    """Return the central differences of loss() for every entry of `array`, in its shape; it is left as it was."""
    slopes = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        old = array[index]
        array[index] = old + eps
        up = loss()
        array[index] = old - eps
        down = loss()
        array[index] = old
        slopes[index] = (up - down) / (2 * eps)
    return slopes


def close(g, n):
    """Return whether a gradient has the shape of the measured one and agrees with it in every entry."""
    g = np.asarray(g)
    return bool(g.shape == n.shape and np.abs(g - n).max() <= 1e-6 * max(1, np.abs(n).max()))


# %% nbgrader={"grade_id": "test_rnn_backward", "solution": true}
def test_rnn_backward(candidate):
    """Return True if nothing is wrong with candidate, which claims to be rnn_backward, else False.

    candidate(dh, x, h0, h, Wxh, Whh) : returns dx, dh0, dWxh, dWhh, dbh in this order, as a tuple or a list
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(11)
    for N, T, D, H, scale in [(3, 6, 4, 5, 1.0), (1, 1, 2, 3, 1.0), (2, 7, 3, 4, 40.0)]:
        shapes = (N, T, D), (N, H), (D, H), (H, H), (H,)
        x, h0, Wxh, Whh, bh = inputs = [rng.normal(0, 0.7, shape) for shape in shapes]
        dh = scale * rng.normal(size=(N, T, H))
        arguments = dh, x, h0, rnn_forward(x, h0, Wxh, Whh, bh), Wxh, Whh
        kept = [a.copy() for a in arguments]

        def loss():
            return (kept[0] * rnn_forward(x, h0, Wxh, Whh, bh)).sum()

        measured = [measured_gradient(loss, a) for a in inputs]
        for _ in range(2):
            try:
                found = candidate(*arguments)
                if len(found) != 5 or not all(map(close, found, measured)):
                    return False
            except Exception:
                return False
            if not all(map(np.array_equal, arguments, kept)):
                return False
    return True
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_test_rnn_backward", "points": 8}
check(test_rnn_backward)


# %% nbgrader={"grade_id": "test_lstm_step_backward", "solution": true}
def test_lstm_step_backward(candidate):
    """Return True if nothing is wrong with candidate, which claims to be lstm_step_backward, else False.

    candidate(dh, dc, x_t, h_prev, c_prev, Wx, Wh, b) : returns dx_t, dh_prev, dc_prev, dWx, dWh, db in this
    order, as a tuple or a list
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(12)
    for N, D, H, scale in [(3, 4, 5, 1.0), (1, 2, 3, 1.0), (2, 3, 4, 100.0)]:
        shapes = (N, D), (N, H), (N, H), (D, 4 * H), (H, 4 * H), (4 * H,)
        inputs = [rng.normal(0, 0.7, shape) for shape in shapes]
        dh, dc = scale * rng.normal(size=(2, N, H))
        arguments = dh, dc, *inputs
        kept = [a.copy() for a in arguments]

        def loss():
            h, c = lstm_step(*inputs)
            return (kept[0] * h).sum() + (kept[1] * c).sum()

        measured = [measured_gradient(loss, a) for a in inputs]
        try:
            found = candidate(*arguments)
            if len(found) != 6 or not all(map(close, found, measured)):
                return False
        except Exception:
            return False
        if not all(map(np.array_equal, arguments, kept)):
            return False
    return True
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_test_lstm_step_backward", "points": 5}
check(test_lstm_step_backward)
