"""What Python reads first in every command that a test starts; see ``_tools_on_the_path``."""

import sys

# Stock nbgrader needs no check of IRIs, whose grammar takes half of the time in which its commands start.
sys.modules.setdefault("rfc3987_syntax", None)
