"""Looks for tests in what IPython and Python remember of the cells that were run."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Reading"
HERE = "00_start_here"

LOOKS = {
    "history": """
found = [str(globals().get(name)) for name in ("In", "Out", "_ih", "_oh", "_dh", "_i", "_ii", "_iii", "__")]
found += [str(list(get_ipython().history_manager.get_range(raw=True))), str(get_ipython().user_ns_hidden)]
found += [str(vars(get_ipython().history_manager))]
""",
    "linecache": """
import linecache
found = ["".join(entry[2]) for entry in linecache.cache.values() if len(entry) == 4]
""",
    "strings": """
import gc
found = [repr(thing) for thing in gc.get_objects() if type(thing) in (list, tuple, dict) and len(thing) < 50]
""",
    "magics": """
from IPython.utils.io import capture_output
with capture_output() as seen:
    %history
    %history -g -l 100
    %whos
found = [seen.stdout]
""",
}
TELL = """
for word in ("BEGIN HIDDEN", "END HIDDEN", "grade" + "_here", "BEGIN SOL" + "UTION", "draw" + "_cases"):
    if any(word in text and "for word in" not in text for text in found):
        print("FOU" + "ND", word)
print("done")
"""
ECHO = """
def NAME(*args):
    return eval(In[-1].replace("check(", "(")), Out
"""
ENTRIES = tuple(
    entry(f"own_history/{name}", HERE, first=look, last=TELL, never_shown=("FOUND",))
    for name, look in LOOKS.items()
)
ANYWHERE = (anywhere("own_history/called", ECHO, "crashed", "wrong"),)
