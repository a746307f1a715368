"""JupyterLab as ``make lab`` starts it, in a folder of its own, and a notebook in it as a student sees it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, Playwright, expect

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("RNNCOURSE_LAB", ROOT / ".venv-lab" / "bin"))
"""The environment of students."""
CONFIG = ROOT / "packaging" / "lab" / "jupyter_lab_config.py"
PATIENCE = 30_000
"""Milliseconds: a shared machine is slow, and nothing is proved by its speed."""
IDLE = "#jp-main-statusbar :text('(ipykernel) | Idle')"
CELL = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell"


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, and the folder of notebooks that it shows."""

    address: str
    folder: Path


@contextmanager
def served(folder: Path) -> Iterator[Lab]:
    """Start JupyterLab in a copy of the notebooks."""
    notebooks = folder / "notebooks"
    shutil.copytree(ROOT / "notebooks", notebooks, ignore=shutil.ignore_patterns("*.json", ".*"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["lab", f"--config={CONFIG}", "--allow-root", "--no-browser", f"--port={port}"]
    words += ["--ServerApp.port_retries=0", "--IdentityProvider.token="]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [BIN / "jupyter", *words], cwd=notebooks, env=_environment(folder), stdout=log, stderr=log
        )
    try:
        address = f"http://127.0.0.1:{port}/lab"
        _wait(address, server)
        yield Lab(address, notebooks)
    finally:
        server.terminate()
        server.wait(30)


def chromium(playwright: Playwright) -> Browser:
    """Start the browser of this machine."""
    found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    switches = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return playwright.chromium.launch(executable_path=next(found), args=switches)


def _environment(folder: Path) -> dict[str, str]:
    """Return the variables of this process, with every place of Jupyter's own files in `folder`."""
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTERLAB_SETTINGS_DIR": "settings"}
    own |= {"JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython"}
    kept = {k: v for k, v in os.environ.items() if k not in ("RNNCOURSE_PROGRESS", "PYTHONPATH")}
    return kept | {name: str(folder / place) for name, place in own.items()}


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            with urlopen(address):
                return
        except OSError:
            assert server.poll() is None, "JupyterLab ended"
            time.sleep(0.1)
    raise AssertionError("JupyterLab does not answer")


class Notebook:
    """One notebook, used with keys and seen with eyes: cells are counted from 0, as in its file.

    Parameters
    ----------
    page : Page
        A page of the browser.
    lab : Lab
        Where JupyterLab is.
    name : str
        Such as ``02_forward``; nothing if it is open already.
    """

    def __init__(self, page: Page, lab: Lab, name: str) -> None:
        self.page, self.keys = page, page.keyboard
        self.file = lab.folder / f"{name}.ipynb"
        if name:
            page.goto(f"{lab.address}/tree/{name}.ipynb?reset")
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until the kernel is there and has nothing to do: only the bar at the foot tells no kernel from that."""
        self.page.wait_for_selector(CELL, timeout=PATIENCE)
        self.page.wait_for_selector(IDLE, timeout=PATIENCE)

    def cell(self, index: int) -> Locator:
        """Return a cell that stands on the page."""
        return self.page.locator(f'{CELL}[data-windowed-list-index="{index}"]')

    def at(self) -> int:
        """Return which cell is chosen."""
        chosen = self.page.locator(f"{CELL}.jp-mod-active")
        return int(chosen.get_attribute("data-windowed-list-index", timeout=PATIENCE) or 0)

    def go(self, index: int) -> None:
        """Choose a cell, with a click beside its text."""
        self.cell(index).locator(".jp-InputPrompt").click(timeout=PATIENCE)
        self.keys.press("Escape")
        assert self.at() == index

    def write(self, source: str) -> None:
        """Put a text in place of that of the chosen cell."""
        self.keys.press("Enter")
        self.keys.press("Control+a")
        self.keys.insert_text(source)
        self.keys.press("Escape")

    def below(self, source: str) -> int:
        """Put a cell of one's own below the chosen one; return its index."""
        index = self.at() + 1
        self.keys.press("b")
        expect(self.cell(index)).to_have_class(re.compile("jp-mod-active"), timeout=PATIENCE)
        self.write(source)
        return index

    def restart(self) -> None:
        """Restart the kernel with the keys for that."""
        self.keys.press("Escape")
        self.keys.press("0")
        self.keys.press("0")
        self.page.get_by_role("button", name="Confirm Kernel Restart").click(timeout=PATIENCE)
        expect(self.page.locator(IDLE)).to_have_count(0, timeout=PATIENCE)
        self.wait_for_kernel()

    def run(self, key: str = "Control+Enter") -> Locator:
        """Run the chosen cell, wait for its end, and return what it put out."""
        index = self.at()
        before = self._number(index)
        self.keys.press(key)
        prompt = self.cell(index).locator(".jp-InputPrompt")
        expect(prompt).to_have_text(re.compile(rf"^\[(?!{before}\])\d+\]:$"), timeout=PATIENCE)
        return self.cell(index).locator(".jp-Cell-outputArea")

    def _number(self, index: int) -> str:
        return self.cell(index).locator(".jp-InputPrompt").inner_text().strip("[]: ")

    def is_unsaved(self) -> bool:
        """Return whether its tab has the mark of unsaved changes."""
        return self.page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty").count() > 0

    def save(self) -> bytes:
        """Save it with the keys for that, and return the file."""
        self.keys.press("Control+s")
        expect(self.page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty")).to_have_count(0)
        return self.file.read_bytes()
