"""Grade notebooks without ever trusting them, and name the mistake that was made."""

from __future__ import annotations

import sys

# nbformat's schemas need no check of IRIs, whose grammar takes half of the time in which we start.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
