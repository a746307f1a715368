"""These tests are collected only where their folder is named: plain ``make test`` starts no server."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    named = any("tests/scale" in word for word in config.args)
    return None if named or collection_path.suffix != ".py" else True
