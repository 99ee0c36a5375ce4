"""A new snapshot shares the files of an old one that did not change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

__all__ = ["link_folder"]


def link_folder(source: Path, target: Path, *, without: Iterable[str] = ()) -> None:
    """Hard-link all files of one folder (not of its sub-folders) into another, which is made.

    Files named in ``without`` are left out. Where the file system knows no hard links, files are
    copied.
    """
    target.mkdir(parents=True, exist_ok=True)
    left_out = frozenset(without)
    for path in sorted(source.iterdir()):
        if path.is_file() and path.name not in left_out:
            _link(path, target / path.name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
