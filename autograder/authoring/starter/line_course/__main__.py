"""``python -m line_course COMMAND``: checks, hints and progress in a terminal, once the package has been imported."""

import runpy

runpy.run_module("rnncourse", run_name="__main__")
