"""Notebook 03: the eight derivatives of a scalar net, by hand."""

from __future__ import annotations

from autograder.course.exercise import Draw, Exercise, OwnNumbers, mistake, other_way
from rnncourse.checking.compare import Tolerance

_ALL = """
            w, u, b, v = 0.8, 0.6, 0.1, 1.5
            d, h0 = 0.3, 0.5
            x1, x2, x3 = 1.2, -0.7, 2.0
            a1 = w * h0 + u * x1 + b
            h1 = np.tanh(a1)
            a2 = w * h1 + u * x2 + b
            h2 = np.tanh(a2)
            a3 = w * h2 + u * x3 + b
            h3 = np.tanh(a3)
            e = v * h3 - d
"""
_RESULT = """
            scalar_bptt = {
                "dv": dv, "dh3": dh3, "dh2": dh2, "dh1": dh1, "dh0": dh0, "dw": dw, "du": du, "db": db
            }
"""


def _rounded(digits: int) -> str:
    return f"scalar_bptt = {{name: round(float(value), {digits}) for name, value in scalar_bptt.items()}}"


def _own(draw: Draw) -> dict[str, float]:
    """Return weights near those of the statement; each derivative is so large that four digits of it are enough."""
    w, u, b = draw.choice([0.7, 0.75, 0.8, 0.85, 0.9]), draw.choice([0.3, 0.4, 0.5]), draw.choice([0.1, 0.2])
    return {"w": float(w), "u": float(u), "b": float(b), "v": 1.0 + float(draw.integers(4, 10)) / 10}


SCALAR_BPTT = Exercise(
    id="scalar_bptt",
    is_value=True,
    core="all eight derivatives",
    parts=("dv", "dh3", "dh2", "dh1", "dh0", "dw", "du", "db"),
    own=OwnNumbers(_own, Tolerance(relative=2.5e-3, absolute=1e-5)),
    tolerance=Tolerance(relative=2e-3, absolute=1e-5),
    hints=(
        "Do it in the order of the worked example: all states forwards, then y, then one number dL/dy. Every "
        "derivative starts from that number.",
        "At each step, from the last to the first, write two numbers: dL/da is dL/dh times the slope of tanh "
        "there, and dL/dh of the step before is dL/da times w.",
        "dL/dw adds three products, dL/da at step t times the state *before* step t. For dL/du it is the "
        "input of step t instead, for dL/db it is 1. And h0 is 0.5 here, so no term is 0.",
    ),
    mistakes=(
        mistake(
            "sign",
            """All of your numbers have the wrong sign. The derivative of (d - y)^2 / 2 with respect to y is
            y - d: the inner derivative brings a minus.""",
            ("dy = y - d", "dy = d - y"),
        ),
        mistake(
            "no_half",
            """All of your numbers are twice too large. The loss has a factor 1/2, which cancels the 2 that
            comes down from the square.""",
            ("dy = y - d", "dy = 2 * (y - d)"),
        ),
        mistake(
            "last_step_only",
            """Your dw, du and db hold the term of the last step only. The same w is used at every step, so
            each step adds a term.""",
            ('"dw": da3 * h[2] + da2 * h[1] + da1 * h[0]', '"dw": da3 * h[2]'),
            ('"du": da3 * x[2] + da2 * x[1] + da1 * x[0]', '"du": da3 * x[2]'),
            ('"db": da3 + da2 + da1', '"db": da3'),
        ),
        mistake(
            "two_steps",
            """Your dw lacks the term of the first step. In the worked example it was 0 because h0 was 0. Here
            h0 is not 0.""",
            (" + da1 * h[0]", ""),
        ),
        mistake(
            "no_slope",
            """The slope of tanh is missing in your numbers: on the way from h to a, every derivative is
            multiplied by 1 - h^2.""",
            ("da3 = dh3 * (1 - h[3] ** 2)", "da3 = dh3"),
            ("da2 = dh2 * (1 - h[2] ** 2)", "da2 = dh2"),
            ("da1 = dh1 * (1 - h[1] ** 2)", "da1 = dh1"),
        ),
        mistake(
            "slope_twice",
            """The slope of tanh is in your numbers twice at every step. Once on the way from h to a is
            enough.""",
            ("da3 = dh3 * (1 - h[3] ** 2)", "da3 = dh3 * (1 - h[3] ** 2) ** 2"),
            ("da2 = dh2 * (1 - h[2] ** 2)", "da2 = dh2 * (1 - h[2] ** 2) ** 2"),
            ("da1 = dh1 * (1 - h[1] ** 2)", "da1 = dh1 * (1 - h[1] ** 2) ** 2"),
        ),
        mistake(
            "slope_of_the_sum",
            """Your slope is 1 minus the square of the *sum* before the activation. The slope of tanh is 1 minus the
            square of its result, h.""",
            source=_ALL
            + """
            dv = e * h3
            dh3 = e * v
            da3 = dh3 * (1 - a3 ** 2)
            dh2 = da3 * w
            da2 = dh2 * (1 - a2 ** 2)
            dh1 = da2 * w
            da1 = dh1 * (1 - a1 ** 2)
            dh0 = da1 * w
            dw, du, db = da3 * h2 + da2 * h1 + da1 * h0, da3 * x3 + da2 * x2 + da1 * x1, da3 + da2 + da1
            """
            + _RESULT,
        ),
        mistake(
            "slope_of_the_step_before",
            """Your slopes are one step off: on the way back through step t the slope is that at h_t, the
            state which the step made.""",
            ("da3 = dh3 * (1 - h[3] ** 2)", "da3 = dh3 * (1 - h[2] ** 2)"),
            ("da2 = dh2 * (1 - h[2] ** 2)", "da2 = dh2 * (1 - h[1] ** 2)"),
            ("da1 = dh1 * (1 - h[1] ** 2)", "da1 = dh1 * (1 - h[0] ** 2)"),
        ),
        mistake(
            "state_of_the_step",
            """Only dw is wrong: it multiplies by the state that the step *made*. In the sum of step t, w
            stands beside the state before it.""",
            (
                '"dw": da3 * h[2] + da2 * h[1] + da1 * h[0]',
                '"dw": da3 * h[3] + da2 * h[2] + da1 * h[1]',
            ),
        ),
        mistake(
            "no_w",
            """The factor w is missing between the steps. A small change of h_(t-1) changes the sum of step t
            by w times as much.""",
            ("dh2 = da3 * w", "dh2 = da3"),
            ("dh1 = da2 * w", "dh1 = da2"),
            ("da1 * w", "da1"),
        ),
        mistake(
            "no_v",
            "The factor v is missing: dL/dh3 is dL/dy times the weight that stands between h3 and y.",
            ("dh3 = dy * v", "dh3 = dy"),
        ),
        mistake(
            "v_for_w",
            "Between the steps you multiply by v. From one state to the state before leads w.",
            ("dh2 = da3 * w", "dh2 = da3 * v"),
            ("dh1 = da2 * w", "dh1 = da2 * v"),
            ("da1 * w", "da1 * v"),
        ),
        mistake(
            "from_zero",
            """Your states start from h0 = 0. In this exercise h0 is 0.5, and so every number after it is
            another one.""",
            ("h = [h0]", "h = [0.0]"),
        ),
        mistake(
            "no_bias",
            "Your states are computed without the bias b.",
            ("u * x_t + b", "u * x_t"),
        ),
        mistake(
            "worked_example",
            "These are the numbers of the worked example. Here the weights, the inputs and h0 are others.",
            ("h = [h0]", "w, u, b, v, d, x = 0.5, 1.0, 0.0, 1.0, 1.0, [1.0, 0.0, 1.0]\nh = [0.0]"),
        ),
        mistake(
            "no_activation_forward",
            "Your states are computed without tanh. Run the net forwards with the activation first.",
            ("np.tanh(w * h[-1] + u * x_t + b)", "w * h[-1] + u * x_t + b"),
        ),
        mistake(
            "slope_left_out_between_states",
            """Your dh2, dh1 and dh0 lack the slope of tanh: from h_t to h_(t-1) the way leads through a_t,
            so both 1 - h_t^2 and w are factors.""",
            ("dh2 = da3 * w", "dh2 = dh3 * w"),
            ("dh1 = da2 * w", "dh1 = dh2 * w"),
            ("da1 * w", "dh1 * w"),
        ),
        mistake(
            "dv_without_state",
            "Your dv lacks a factor: in y = v h_3 the weight v stands beside h_3.",
            ('"dv": dy * h[3]', '"dv": dy'),
        ),
        mistake(
            "slope_in_the_output",
            """Your numbers have a slope 1 - y^2 at the output. The output is linear, y = v h_3: only the
            states go through tanh.""",
            ("dy = y - d", "dy = (y - d) * (1 - y**2)"),
        ),
        mistake(
            "inputs_one_off",
            """Your du is one step off: it multiplies dL/da at step t by the input of the step before. The
            list x counts from 0, so the input of step 3 is x[2].""",
            (
                '"du": da3 * x[2] + da2 * x[1] + da1 * x[0]',
                '"du": da3 * x[1] + da2 * x[0]',
            ),
        ),
        mistake(
            "no_input",
            """Your du is the sum for b: in each of its terms the input of the step is missing. u stands beside
            x_t, so x_t is a factor.""",
            ('"du": da3 * x[2] + da2 * x[1] + da1 * x[0]', '"du": da3 + da2 + da1'),
        ),
        mistake(
            "no_first_input",
            "Your du lacks a factor in the term of the first step: the input x_1.",
            ("+ da1 * x[0]", "+ da1"),
        ),
        mistake(
            "input_sign",
            "Your du takes the input of the second step with the wrong sign. x_2 is negative, and so is its term.",
            ("+ da2 * x[1]", "- da2 * x[1]"),
        ),
        mistake(
            "da_for_dh",
            """Under dh3, dh2 and dh1 you give dL/da, which is behind the activation. Asked for is the derivative
            with respect to the state itself, before the slope of tanh is multiplied in.""",
            ('"dh3": dh3', '"dh3": da3'),
            ('"dh2": dh2', '"dh2": da2'),
            ('"dh1": dh1', '"dh1": da1'),
        ),
        mistake(
            "dh0_before_w",
            "Your dh0 is dL/da at the first step. From that sum to h0 leads one factor more, w.",
            ('"dh0": da1 * w', '"dh0": da1'),
        ),
        mistake(
            "dv_for_dh3",
            "Your dv and dh3 are swapped. In y = v h_3 the derivative for one factor is the other factor.",
            ('"dv": dy * h[3]', '"dv": dh3'),
            ('"dh3": dh3', '"dh3": dy * h[3]'),
        ),
        mistake(
            "db_one_term",
            "Only db is wrong: it has the term of the last step only. b is used at every step like w and u.",
            ('"db": da3 + da2 + da1', '"db": da3'),
        ),
        mistake(
            "mean_over_steps",
            "You divide dw, du and db by the number of steps. The terms add up.",
            (
                '"dw": da3 * h[2] + da2 * h[1] + da1 * h[0]',
                '"dw": (da3 * h[2] + da2 * h[1] + da1 * h[0]) / 3',
            ),
            (
                '"du": da3 * x[2] + da2 * x[1] + da1 * x[0]',
                '"du": (da3 * x[2] + da2 * x[1] + da1 * x[0]) / 3',
            ),
            ('"db": da3 + da2 + da1', '"db": (da3 + da2 + da1) / 3'),
        ),
    ),
    other_ways=(
        other_way(
            "written_out",
            source=_ALL
            + """
            s1, s2, s3 = 1 - h1 ** 2, 1 - h2 ** 2, 1 - h3 ** 2
            dv = e * h3
            dh3, dh2, dh1 = e * v, e * v * s3 * w, e * v * s3 * w * s2 * w
            dh0 = dh1 * s1 * w
            dw = e * v * (s3 * h2 + s3 * w * s2 * h1 + s3 * w * s2 * w * s1 * h0)
            du = e * v * (s3 * x3 + s3 * w * s2 * x2 + s3 * w * s2 * w * s1 * x1)
            db = e * v * (s3 + s3 * w * s2 + s3 * w * s2 * w * s1)
            """
            + _RESULT
            + "            "
            + _rounded(4),
        ),
        other_way(
            "loop",
            source="""
            import math
            w, u, b, v, d = 0.8, 0.6, 0.1, 1.5, 0.3
            xs, hs = (1.2, -0.7, 2.0), [0.5]
            for x_t in xs:
                hs.append(math.tanh(w * hs[-1] + u * x_t + b))
            g = v * hs[-1] - d
            scalar_bptt = {"db": 0.0, "du": 0.0, "dw": 0.0, "dv": g * hs[-1], "dh3": g * v}
            for t in (3, 2, 1):
                da = scalar_bptt[f"dh{t}"] * (1 - hs[t] ** 2)
                scalar_bptt["db"] += da
                scalar_bptt["du"] += da * xs[t - 1]
                scalar_bptt["dw"] += da * hs[t - 1]
                scalar_bptt[f"dh{t - 1}"] = da * w
            """,
        ),
        other_way(
            "measured",
            source="""
            def _loss(p, start=0):
                h = p[f"h{start}"]
                for x_t in [1.2, -0.7, 2.0][start:]:
                    h = np.tanh(p["w"] * h + p["u"] * x_t + p["b"])
                return (0.3 - p["v"] * h) ** 2 / 2

            def _slope(name, start=0, eps=1e-4):
                p = {"w": 0.8, "u": 0.6, "b": 0.1, "v": 1.5, "h0": 0.5}
                for t, x_t in enumerate([1.2, -0.7, 2.0]):
                    p[f"h{t + 1}"] = np.tanh(p["w"] * p[f"h{t}"] + p["u"] * x_t + p["b"])
                up, down = dict(p), dict(p)
                up[name] += eps
                down[name] -= eps
                return (_loss(up, start) - _loss(down, start)) / (2 * eps)

            scalar_bptt = {f"d{name}": _slope(name) for name in "wubv"}
            scalar_bptt |= {f"dh{t}": _slope(f"h{t}", t) for t in range(4)}
            """,
        ),
    ),
)
