"""The main job on the demo company: from the export files of eleven systems to a map."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from waypost.app import BuildReport, Settings, Workspace
from waypost.cli.session import Session
from waypost.cli.telling.answers import answer_table
from waypost.cli.telling.figures import Figures
from waypost.cli.telling.import_reports import import_table
from waypost.cli.telling.plain_values import plain
from waypost.cli.telling.workspaces import build_facts
from waypost.demo import write_demo
from waypost.errors import ConflictError
from waypost.intake import ImportReport
from waypost.maps import MapWishes
from waypost.questions import Abandonment, Funnel, Result

__all__ = ["demo"]

_FUNNEL = Funnel(("step:browse", "step:cart", "step:checkout", "step:order"), within="30d")
_CARTS = Abandonment(("step:cart", "step:checkout"), "step:order", within="7d")
_PERIOD = MapWishes(since="2025-11-01", until="2026-10-31")
_ROWS = 20


def demo(session: Session, folder: Path, *, persons: int, seed: int) -> None:
    """Write the exports, import, build, draw; leaves ``map.html`` and ``map.json`` there."""
    started = perf_counter()
    workspace = _fresh(session, folder, persons=persons, seed=seed)
    reports = _imported(session, workspace, folder / "exports")
    built = _built(session, workspace)
    answers = _asked(session, workspace)
    paths = _drawn(session, workspace, folder)
    if session.as_json:
        told = {"imports": [plain(report) for report in reports], "build": built.as_dict()}
        told |= {"answers": [result.to_dict() for result in answers]}
        session.output.value(told | {"written": [str(path) for path in paths]})
        return
    seconds = Figures.of(session, workspace).duration(perf_counter() - started)
    session.output.line()
    session.output.line(session.gettext("Done in %s") % seconds)
    session.next("transitions", workspace.path, "--by", "step")


def _fresh(session: Session, folder: Path, *, persons: int, seed: int) -> Workspace:
    """The company's files and an empty workspace; an earlier demo in the folder is replaced."""
    if folder.exists() and not folder.is_dir():
        raise ConflictError(f"{folder} is a file.", hint="Name an empty or a new folder.")
    if folder.exists() and not (folder / "exports").is_dir() and any(folder.iterdir()):
        raise ConflictError(
            f"{folder} has something else in it.",
            hint="Name an empty or a new folder.",
            path=folder,
        )
    shutil.rmtree(folder, ignore_errors=True)
    with session.progress() as progress:
        write_demo(folder, persons=persons, seed=seed, progress=progress)
    return Workspace.create(folder / "shop", Settings(name="Alpenrad", language=session.language))


def _imported(session: Session, workspace: Workspace, exports: Path) -> list[ImportReport]:
    session.output.heading(session.gettext("1  What the systems exported, and what was read"))
    with session.progress() as progress:
        reports = workspace.add(exports, progress=progress)
    if not session.as_json:
        import_table(session, workspace, reports)
    return reports


def _built(session: Session, workspace: Workspace) -> BuildReport:
    session.output.heading(session.gettext("2  Who is who, and what happened where"))
    with session.progress() as progress:
        report = workspace.build(progress=progress)
    if not session.as_json:
        build_facts(session, workspace, report)
    return report


def _asked(session: Session, workspace: Workspace) -> Sequence[Result]:
    _ = session.gettext
    headings = (
        _("3  From browsing to ordering, within 30 days"),
        _("4  Carts and checkouts that no order followed within 7 days"),
    )
    results = workspace.ask(_FUNNEL), workspace.ask(_CARTS)
    for heading, result in zip(headings, results, strict=True):
        session.output.heading(heading)
        if not session.as_json:
            answer_table(session, workspace, result, rows=_ROWS)
    return results


def _drawn(session: Session, workspace: Workspace, folder: Path) -> list[Path]:
    session.output.heading(session.gettext("5  The map"))
    with session.progress() as progress:
        drawn = workspace.map(_PERIOD, language=session.language, progress=progress)
    paths = [drawn.save(folder / name) for name in ("map.html", "map.json")]
    for path in paths:
        session.output.line(str(path))
    return paths
