"""Build the site: ``python -m docs.building``."""

from __future__ import annotations

import shutil
import sys
import time

from sphinx.cmd.build import build_main

from autograder.exercises import COURSE
from docs.building.executed import ROOT
from docs.building.pages import DOCS, gather

SITE, LITE, SOURCES = ROOT / "build" / "site", ROOT / "build" / "lite", ROOT / "build" / "site-sources"


def main() -> int:
    """Gather the sources, and let Sphinx make pages of them; every warning is an error."""
    began = time.monotonic()
    with_lite = (LITE / "index.html").exists()
    gather(COURSE, SOURCES, with_lite)
    shutil.rmtree(SITE, ignore_errors=True)
    options = [
        "-b",
        "html",
        "-W",
        "--keep-going",
        "-q",
        "-j",
        "auto",
        "-E",
        "-d",
        str(ROOT / "build" / "doctrees"),
    ]
    status = build_main([*options, "-c", str(DOCS), str(SOURCES), str(SITE)])
    if status == 0 and with_lite:
        shutil.copytree(LITE, SITE / "lite")
    pages = len(list(SITE.glob("*.html"))) + len(list(SITE.glob("notebooks/*.html")))
    print(f"{pages} pages in build/site, {time.monotonic() - began:.0f} s")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
