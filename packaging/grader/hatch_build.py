"""What the two files of settings beside this one cannot say about the grader's wheel."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

CONTENTS = {"../../autograder": "autograder", "../../solutions": "autograder/solutions"}


class SameVersion(MetadataHookInterface):
    """Both wheels are made of one repository and have one version."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the students' wheel of this version to what the grader needs."""
        metadata["dependencies"] = [f"rnncourse=={metadata['version']}", *self.config["needs"]]


class Contents(BuildHookInterface[Any]):
    """A wheel holds the grader and the masters; an editable installation finds both where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders, unless the repository itself is put on the path."""
        if version != "editable":
            build_data["force_include"].update(CONTENTS)
