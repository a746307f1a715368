"""What an answer uses was changed further down, for an experiment or to clean up. It was right at its check."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in


def _solved(variant: str, source: str, notebook: str = "02_forward") -> Entry:
    """Put a cell below a solved notebook."""
    draft = Draft(notebook)
    draft.put(code(source))
    return handed_in(f"changed_below/{variant}", draft)


def _softmax(variant: str, source: str, below: str, after: str = "check_softmax") -> Entry:
    """Give a right softmax that uses something, and put below its check what changes that."""
    draft = Draft("02_forward", softmax=source)
    draft.put(code(below), after=after)
    return handed_in(f"changed_below/{variant}", draft)


SETTING = """
AXIS = -1

def softmax(logits):
    e = np.exp(logits - logits.max(axis=AXIS, keepdims=True))
    return e / e.sum(axis=AXIS, keepdims=True)
"""
IN_A_DICT = SETTING.replace("AXIS = -1", "cfg = {'axis': [-1]}").replace("=AXIS", "=cfg['axis'][0]")
IN_AN_ARRAY = SETTING.replace("AXIS = -1", "axes = np.array([-1])").replace("=AXIS", "=axes[0]")
IN_A_CLASS = SETTING.replace("AXIS = -1", "class Config:\n    axis = -1").replace("=AXIS", "=Config.axis")
IN_AN_OBJECT = f"{IN_A_CLASS}\nconfig = Config()".replace("=Config.axis", "=config.axis")
BY_DEFAULT = SETTING.replace("AXIS = -1\n", "").replace("(logits):", "(logits, AXIS=-1):")
CLOSED_OVER = """
def along(axis):
    def softmax(logits):
        e = np.exp(logits - logits.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)
    def use(other):
        nonlocal axis
        axis = other
    return softmax, use

softmax, use = along(-1)
"""
A_HELPER = """
def shifted(z):
    return z - z.max(axis=-1, keepdims=True)

def softmax(logits):
    e = np.exp(shifted(logits))
    return e / e.sum(axis=-1, keepdims=True)
"""
STEPS = """
steps = []

def softmax(logits):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    for step in steps:
        e = step(e)
    return e / e.sum(axis=-1, keepdims=True)
"""
BY_HAND = """
def softmax(logits):
    rows = []
    for row in logits.reshape(-1, logits.shape[-1]):
        e = [np.exp(v - max(row)) for v in row]
        rows.append([v / sum(e) for v in e])
    return np.array(rows).reshape(logits.shape)
"""
METHOD = """
class Layer:
    def shifted(self, z):
        return z - z.max(axis=-1, keepdims=True)

    def __call__(self, logits):
        e = np.exp(self.shifted(logits))
        return e / e.sum(axis=-1, keepdims=True)

softmax = Layer()
"""
GUARDED = SETTING.replace("AXIS = -1\n", "MOST = 10**6\n").replace("AXIS", "-1 if logits.size < MOST else 0")


def a_rate_that_was_scaled() -> Entry:
    """The scale was tried out between the check and the end."""
    draft = Draft("04_training")
    source = draft.source("sgd_step").replace("learning_rate *", "lr_scale * learning_rate *")
    draft.write("sgd_step", f"lr_scale = 1.0\n\n{source}")
    draft.put(code("lr_scale = 0.1\nprint('slower')"), after="check_train")
    return handed_in("changed_below/a_rate_that_was_scaled", draft)


def star_math_below_star_numpy() -> Entry:
    source = "def rnn_step(x_t, h_prev, Wxh, Whh, bh):\n    return tanh(x_t @ Wxh + h_prev @ Whh + bh)"
    draft = Draft("02_forward", rnn_step=f"from numpy import *\n\n{source}")
    draft.put(code("from math import *\nprint(tanh(0.5))"), after="check_count_parameters")
    return handed_in("changed_below/star_math_below_star_numpy", draft)


def a_random_order_that_was_seeded() -> Entry:
    """A value was drawn from a generator that the cells below draw from, too."""
    draft = Draft("00_start_here")
    draft.put(code("np.random.seed(1)\nnp.random.rand(9)\nnp = np.random"))
    return handed_in("changed_below/a_random_order_that_was_seeded", draft)


def a_value_that_was_played_with() -> Entry:
    """The dict that was asked for was filled with other numbers, in place."""
    draft = Draft("05_vanishing_gradients")
    draft.put(code("for key in list(fates):\n    fates[key] = 'stays'\nfates.clear()"), after="check_fates")
    return handed_in("changed_below/a_value_that_was_played_with", draft)


def a_helper_that_is_wrong_from_below_on() -> Entry:
    """An earlier exercise is redefined by another cell below the check that used the right one."""
    draft = Draft("02_forward")
    draft.put(code("old_step = rnn_step\ndef rnn_step(*args):\n    return 2 * old_step(*args)"))
    return handed_in("changed_below/a_helper_that_is_wrong_from_below_on", draft)


def a_setting_that_was_wrong_at_the_check() -> Entry:
    """It was put right further down only: the check failed, and so does the answer."""
    draft = Draft("02_forward", softmax=SETTING.replace("-1", "0", 1))
    draft.put(code("AXIS = -1"))
    id = "changed_below/a_setting_that_was_wrong_at_the_check"
    return handed_in(id, draft, softmax=("wrong", 0.0))


ENTRIES = (
    _solved("np_rebound", "np = 3 * 4  # n times p\nprint(np)"),
    _solved("np_deleted", "del np"),
    _solved("np_deleted_training", "del np", "04_training"),
    _solved("reset", "%reset -f"),
    _solved(
        "reset_by_function", "from IPython import get_ipython\nget_ipython().run_line_magic('reset', '-sf')"
    ),
    _solved(
        "all_names_deleted", "for name in [n for n in globals() if n[0] != '_']:\n    del globals()[name]"
    ),
    _solved("range_and_len", "for i in [1, 2]:\n    range = i\nlen = 5", "05_vanishing_gradients"),
    _solved("numpy_patched", "np.tanh = np.exp = None\nnp.linalg.norm = len"),
    _solved("numpy_cannot_be_imported", "import sys\nsys.modules['numpy'] = None"),
    _solved("builtins_patched", "import builtins\nbuiltins.sum = builtins.max = None"),
    _softmax(
        "sum_and_max", BY_HAND, "sum = 0\nfor p in [0.1, 0.2]:\n    sum += p\nmax = 3", "check_generate"
    ),
    _softmax("a_setting", SETTING, "AXIS = 0"),
    _softmax("a_setting_deleted", SETTING, "del AXIS"),
    _softmax("a_setting_in_a_dict", IN_A_DICT, "cfg['axis'][0] = 0"),
    _softmax("a_dict_emptied", IN_A_DICT, "cfg.clear()"),
    _softmax("a_setting_in_an_array", IN_AN_ARRAY, "axes += 1"),
    _softmax("a_class_attribute", IN_A_CLASS, "Config.axis = 0"),
    _softmax("an_attribute", IN_AN_OBJECT, "config.axis = 0"),
    _softmax("a_default", BY_DEFAULT, "softmax.__defaults__ = (0,)"),
    _softmax("a_closure", CLOSED_OVER, "use(0)"),
    _softmax("a_helper_redefined", A_HELPER, "def shifted(z):\n    return z * 100"),
    _softmax("a_helper_deleted", A_HELPER, "del shifted"),
    _softmax("a_helper_of_another_cell", A_HELPER, "shifted = lambda z: z - z.min()", "check_tag_forward"),
    _softmax("a_list_that_grew", STEPS, "steps.append(np.sqrt)\nsteps += [np.square, np.sqrt]"),
    _softmax("a_method", METHOD, "Layer.shifted = lambda self, z: 2 * z"),
    _softmax("a_limit", GUARDED, "MOST = 0"),
    a_rate_that_was_scaled(),
    star_math_below_star_numpy(),
    a_random_order_that_was_seeded(),
    a_value_that_was_played_with(),
    a_helper_that_is_wrong_from_below_on(),
    a_setting_that_was_wrong_at_the_check(),
)
