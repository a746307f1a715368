"""The content policy of feedback pages: only the template's own scripts run, whatever a student wrote."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TEMPLATES = Path(__file__).with_name("templates")
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_CHARSET = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)


def with_policy(header: str) -> str:
    """Return the head of a page with a policy that names the scripts in it, and so forbids all others.

    Parameters
    ----------
    header : str
        What nbgrader's template writes before any work of a student: styles, and scripts that draw formulas.

    Raises
    ------
    ValueError
        If the template has changed so much that there is no place for the policy.
    """
    sources, hosts = [], set()
    for attributes, text in _SCRIPT.findall(header):
        url = re.search(r"""\bsrc=["']([^"']+)""", attributes)
        if url:
            parts = urlsplit(url[1])
            hosts.add(f"https://{parts.netloc}" if parts.netloc else "'none'")
        if text.strip():
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            sources.append(f"'sha256-{digest}'")
    outside = " ".join(sorted(hosts - {"'none'"}))
    scripts = " ".join([*sources, outside, "'unsafe-eval'"]) if outside or sources else "'none'"
    rules = {
        "default-src": "'none'",
        "script-src": scripts,  # MathJax runs its own settings with eval; no text of a page reaches it
        "style-src": f"'unsafe-inline' {outside}",
        "font-src": f"data: {outside}",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    policy = "; ".join(f"{name} {value}".strip() for name, value in rules.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    page, count = _CHARSET.subn(lambda found: f"{found[0]}\n{meta}", header, count=1)
    if not count:
        raise ValueError("nbgrader's feedback template has no <meta charset> to put the policy behind")
    return page


def configure_feedback(c: Any) -> None:
    """Make ``nbgrader generate_feedback`` use our template, which extends nbgrader's."""
    import nbgrader

    stock = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"
    exporter = c.GenerateFeedback.HTMLExporter
    exporter.template_name, exporter.template_file = "rnncourse", "with_policy.html.j2"
    exporter.extra_template_basedirs = [str(TEMPLATES), str(stock)]
    exporter.filters = {"with_policy": "autograder.nbgrader.policy.with_policy"}
