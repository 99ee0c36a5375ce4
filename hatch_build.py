"""Compile the catalogues and build the studio's front end, for a wheel or an editable install."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildParts(BuildHookInterface):
    """Write a ``.mo`` beside every ``.po``, and ``waypost/web/static`` from ``frontend/``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Called by hatchling before files are collected."""
        if self.target_name == "sdist":
            return
        root = Path(self.root)
        for source in sorted((root / "src/waypost/locale").rglob("*.po")):
            with source.open("rb") as text:
                catalogue = read_po(text, locale=source.parts[-3])
            with source.with_suffix(".mo").open("wb") as binary:
                write_mo(binary, catalogue)
        runpy.run_path(str(root / "scripts/frontend.py"))["build"]()
