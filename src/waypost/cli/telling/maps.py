"""What ``waypost map`` tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from waypost.app import check_map_name
from waypost.cli.session import Session

__all__ = ["check_map_names", "written"]


def check_map_names(paths: Sequence[Path]) -> None:
    """Raise ``InputError`` before the work begins, not after."""
    for path in paths:
        check_map_name(path)


def written(session: Session, paths: Sequence[Path]) -> None:
    """Where the map now is."""
    if session.as_json:
        session.output.value({"written": [str(path) for path in paths]})
        return
    for path in paths:
        session.output.line(session.gettext("Written: %s") % path)
    pages = [path for path in paths if path.suffix == ".html"]
    if pages:
        session.output.faint(
            session.gettext("Open it in a browser: %s") % pages[0].resolve().as_uri()
        )
