"""The course in the browser, as ``make lite`` built it: its packages, and a kernel in Chromium as far as it goes.

NumPy for the browser is in no registry that is reached here. So the kernel is started with what there is, it must load
the students' wheel by itself when the first cell of a notebook runs, and the parts that need no NumPy must work.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from docs.building.lite import CDN, KERNEL
from docs.building.lock import LOCK, shortened
from tests.browser.lab import chromium
from tests.ours import MODULES

LITE = Path(__file__).resolve().parents[2] / "build" / "lite"
STATIC = LITE / "static"
pytestmark = pytest.mark.skipif(not (LITE / "index.html").exists(), reason="make lite was not run")
HAS_NUMPY = any(STATIC.glob("pyodide/numpy-*.whl"))
PATIENCE = 240_000
"""Milliseconds for a kernel to start: a few seconds on a quiet machine."""
PROGRESS = """\
import importlib.metadata, os, sys, types
from importlib.machinery import PathFinder
sys.modules["rnncourse"] = package = types.ModuleType("rnncourse")
package.__path__ = list(PathFinder.find_spec("rnncourse").submodule_search_locations)
from rnncourse.learning import contents, here
before = here.next_hint("rnn_step", 3)
print("MARK", importlib.metadata.version("rnncourse"), sys.platform, len(contents.course()), before,
      sorted(name for name in os.listdir() if "progress" in name))
"""


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    whole = json.loads((LITE / "jupyter-lite.json").read_text(encoding="utf-8"))
    return whole["jupyter-config-data"]


@pytest.fixture(scope="module")
def lock() -> dict[str, Any]:
    return json.loads((STATIC / "pyodide-lock" / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]


def test_every_notebook_is_there() -> None:
    listed = json.loads((LITE / "api" / "contents" / "all.json").read_text(encoding="utf-8"))["content"]
    assert {f"{name}.ipynb" for name in MODULES} <= {entry["name"] for entry in listed}


def test_only_the_kernel_is_added_and_no_map_of_sources(settings: dict[str, Any]) -> None:
    added = {entry["name"] for entry in settings["federated_extensions"]}
    assert added == {"@jupyterlite/pyodide-kernel-extension", "jupyterlab_pygments"}
    assert list(LITE.rglob("*.map")) == []


def test_python_comes_from_where_it_should(settings: dict[str, Any]) -> None:
    kernel = settings["litePluginSettings"][KERNEL]
    url = kernel["pyodideUrl"]
    assert url == f"{CDN}/pyodide.mjs" or (LITE / url).is_file()
    assert (LITE / kernel["loadPyodideOptions"]["lockFileURL"]).is_file()


def test_the_list_is_whole_and_its_sums_are_those_of_the_files(lock: dict[str, Any]) -> None:
    assert lock["rnncourse"]["imports"] == ["rnncourse"]
    assert set(lock["rnncourse"]["depends"]) == {"matplotlib", "numpy"}
    names = {entry["name"].lower().replace("_", "-") for entry in lock.values()} | set(lock)
    for entry in lock.values():
        assert {name.lower().replace("_", "-") for name in entry["depends"]} <= names
        assert re.fullmatch("[0-9a-f]{64}", entry["sha256"])
        if not entry["file_name"].startswith(f"{CDN}/"):
            file = (STATIC / "pyodide-lock" / entry["file_name"]).resolve()
            assert hashlib.sha256(file.read_bytes()).hexdigest() == entry["sha256"], file


def test_the_wheel_is_that_of_this_repository() -> None:
    package = Path(__file__).resolve().parents[2] / "rnncourse"
    (wheel,) = (STATIC / "wheels").glob("rnncourse-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for path in package.rglob("*.py"):
            name = f"rnncourse/{path.relative_to(package).as_posix()}"
            assert archive.read(name) == path.read_bytes(), "make lite again"


def test_the_list_in_the_repository_is_as_short_as_it_can_be() -> None:
    kept = json.loads(LOCK.read_text(encoding="utf-8"))
    assert shortened(kept) == kept


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(LITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def window() -> Iterator[Page]:
    with sync_playwright() as playwright, chromium(playwright) as running:
        yield running.new_page()


def run(window: Page, code: str, wanted: str) -> str:
    """Put code into the first cell, run it, and return what it shows once that has what is wanted."""
    window.locator(".jp-CodeCell .cm-content").first.click()
    window.keyboard.press("Control+A")
    window.keyboard.insert_text(code)
    window.keyboard.press("Shift+Enter")
    shown = window.locator(".jp-CodeCell .jp-OutputArea").first
    shown.filter(has_text=wanted).wait_for(timeout=PATIENCE)
    return shown.inner_text()


@pytest.mark.skipif(not (STATIC / "pyodide" / "pyodide.mjs").exists(), reason="built without PYODIDE_DIST")
def test_a_kernel_starts_loads_the_students_wheel_and_keeps_progress(window: Page, address: str) -> None:
    said: list[str] = []
    window.on("console", lambda message: said.append(message.text))
    for hints_before in (0, 1):  # the second time in a new kernel, which finds what the first one wrote
        window.goto(f"{address}/lab/index.html?path=00_start_here.ipynb")
        idle = '.jp-Notebook-ExecutionIndicator[data-status="idle"]'
        window.wait_for_selector(idle, timeout=PATIENCE, state="attached")
        # A kernel may be idle before the first cell has its text; what is typed before would be lost.
        window.locator(".jp-CodeCell .cm-content").first.filter(has_text="rnncourse").wait_for(
            timeout=PATIENCE
        )
        run(window, "import rnncourse", "" if HAS_NUMPY else "No module named 'numpy'")
        shown = run(window, PROGRESS, "MARK")
        assert re.search(
            rf"MARK 0\.\d+\.\d+ emscripten 13 {hints_before} \['rnncourse-progress.json'\]", shown
        )
    loaded = [text for text in said if text.startswith("Loaded ")]
    assert any(re.search(r"\brnncourse\b", text) for text in loaded)
