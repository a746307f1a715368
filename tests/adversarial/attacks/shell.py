"""Calls a shell, or another program, through the notebook's own ways."""

from __future__ import annotations

from tests.corpus import anywhere, bait, entry

SECTION = "Harm"
HERE = "00_start_here"

TOUCH = f"touch {bait.FOLDER}/touched"
CELLS = {
    "bang": f"!{TOUCH}\n!!{TOUCH}\nout = !{TOUCH}\n!$(echo {TOUCH})",
    "bash": f"%%bash\n{TOUCH}",
    "in the background": f"%%script --bg sh\n{TOUCH}; sleep 600",
    "system": f"get_ipython().system('{TOUCH}')\nget_ipython().getoutput('{TOUCH}')\n%sx {TOUCH}\n%system {TOUCH}",
    "written and run": f"import os\nopen('x.py', 'w').write('import os; os.system(\"{TOUCH}\")')\n%run x.py",
    "extension": f"open('ext.py', 'w').write('def load_ipython_extension(ip): ip.system(\"{TOUCH}\")')\n"
    "import sys\nsys.path.insert(0, '')\n%load_ext ext",
    "environment": f"%env PATH=/tmp\n%env LD_PRELOAD=./evil.so\n%env BASH_ENV={bait.FILE}\n!{TOUCH}",
    "debugger": "%pdb on\n%debug\n1 / 0",
}
IN_CALL = f"""
def NAME(*args):
    get_ipython().run_line_magic("sx", {TOUCH!r})
    get_ipython().run_cell_magic("bash", "", {TOUCH!r})
    return get_ipython().getoutput("echo 0.5")
"""
ENTRIES = tuple(entry(f"shell/{name}", HERE, first=cell) for name, cell in CELLS.items())
ANYWHERE = (anywhere("shell/in a call", IN_CALL),)
