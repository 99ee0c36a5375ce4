"""What ``waypost map`` tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from waypost.app import DrawnMap, FileWishes, Workspace, check_map_name, check_paper
from waypost.cli.session import Session
from waypost.cli.telling.conditions import mind_unknown_words
from waypost.maps import MapWishes

__all__ = ["checked_form", "mind_empty_map", "written"]


def checked_form(paths: Sequence[Path], *, paper: str, tiles: bool, evidence: bool) -> FileWishes:
    """How the files are to be written; raises ``InputError`` before the work begins, not after."""
    for path in paths:
        check_map_name(path)
    return FileWishes(paper=check_paper(paper), tiles=tiles, evidence=evidence)


def mind_empty_map(
    session: Session, workspace: Workspace, drawn: DrawnMap, wishes: MapWishes
) -> None:
    """Tell that a map shows nobody, and what its conditions name that no event has."""
    if session.as_json:
        return
    if not drawn.document.head.persons:
        session.output.mind(session.gettext("Nobody is on this map: check period and conditions."))
    segment = (wishes.segment,) if isinstance(wishes.segment, str) else wishes.segment or ()
    filters = [text for text in (wishes.where or "", *segment) if text]
    mind_unknown_words(session, workspace.snapshot, filters)


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
