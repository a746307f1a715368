"""How ``make lab`` starts JupyterLab: it asks the network for nothing, and opened notebooks count as saved."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": platform.python_version(),
}
"""What the kernel says of its language, and JupyterLab writes into a notebook as soon as it runs."""


class Notebooks(AsyncLargeFileManager):
    """Hands out the files of the course.

    Its notebooks name the language, but no version of it: they are the same everywhere. JupyterLab adds what
    the kernel says and then shows as unsaved what nobody has touched. So a notebook is handed out with it.
    """

    async def get(self, *where: Any, **how: Any) -> dict[str, Any]:
        """Return a file or folder as the server's own manager does."""
        model: dict[str, Any] = await super().get(*where, **how)  # type: ignore[no-untyped-call]
        if model["type"] == "notebook" and model["content"] is not None:
            metadata = model["content"]["metadata"]
            if metadata.get("language_info", {}).get("name") == "python":
                metadata["language_info"] = LANGUAGE
        return model


c = get_config()  # type: ignore[name-defined] # noqa: F821
c.ServerApp.contents_manager_class = Notebooks
c.LabApp.app_settings_dir = str(Path(__file__).parent / "settings")  # it asks for no news
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
