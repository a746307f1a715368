"""How Sphinx makes the site; ``docs/building`` gathers what it reads."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from rnncourse import __version__  # noqa: E402

project = "rnncourse"
author = "The rnncourse developers"
copyright = "The rnncourse developers. Text and figures CC BY 4.0, code MIT"
release = version = __version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "docs.building.mathml",
    "docs.building.tables",
]
exclude_patterns = ["files", "templates"]
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
myst_dmath_double_inline = True
html_math_renderer = "mathml"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "sphinx_book_theme"
html_title = "rnncourse"
templates_path = ["templates"]
html_sidebars = {"**": ["home.html", "search-button-field.html", "sbt-sidebar-nav.html"]}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = ""
html_theme_options = {
    "repository_url": "https://github.com/rnncourse/rnncourse",
    "use_repository_button": True,
    "show_navbar_depth": 1,
    "navbar_persistent": [],
    "use_download_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
