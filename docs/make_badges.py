"""Make the badges of the README, which open the course: ``python docs/make_badges.py``.

Addresses come from ``pyproject.toml``; pictures are files of this repository, so that reading it asks nobody else.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
README, IMAGES = ROOT / "README.md", ROOT / "docs" / "images"
FIRST = "notebooks/00_start_here.ipynb"
BEGIN, END = "<!-- badges: docs/make_badges.py writes them -->\n", "<!-- end of badges -->\n"

PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="24" role="img" aria-label="{words}">
<title>{words}</title>
<rect width="{width}" height="24" rx="4" fill="{colour}"/>
<text x="{middle}" y="16" fill="#fff" font-family="sans-serif" font-size="12" text-anchor="middle">{words}</text>
</svg>
"""
COLOURS = {"Read the site": "#0b5394", "Open in Binder": "#7d3c00", "Open in Colab": "#38621a"}
"""Each is dark enough for white letters: at least 7 to 1."""


def places() -> dict[str, str]:
    """Return what each badge says, and where it leads."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    repository = urls["Source"].removeprefix("https://github.com/")
    binder, colab = "https://mybinder.org/v2/gh", "https://colab.research.google.com/github"
    return {
        "Read the site": urls["Homepage"],
        "Open in Binder": f"{binder}/{repository}/main?labpath={quote(FIRST, safe='')}",
        "Open in Colab": f"{colab}/{repository}/blob/main/{FIRST}",
    }


def picture_of(words: str) -> tuple[Path, str]:
    """Return the file of a badge, and what is in it."""
    width = 7 * len(words) + 20
    path = IMAGES / f"badge_{words.split()[-1].lower()}.svg"
    return path, PICTURE.format(words=words, width=width, middle=width / 2, colour=COLOURS[words])


def badges() -> str:
    """Return the lines of the README."""
    lines = (
        f"[![{words}]({picture_of(words)[0].relative_to(ROOT)})]({url})" for words, url in places().items()
    )
    return "\n".join(lines) + "\n"


def with_badges(text: str) -> str:
    """Return the README with the badges between their marks."""
    return re.sub(f"({re.escape(BEGIN)}).*?({re.escape(END)})", rf"\g<1>{badges()}\2", text, flags=re.DOTALL)


def main() -> None:
    """Write badges and README."""
    for path, text in map(picture_of, places()):
        path.write_text(text, encoding="utf-8")
    README.write_text(with_badges(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
