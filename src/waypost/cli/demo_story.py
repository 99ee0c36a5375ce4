"""The main job on the demo company: from the export files of eleven systems to a map."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import perf_counter

from waypost.app import Settings, Workspace
from waypost.cli.reports import plain, tell_build, tell_imports, tell_result
from waypost.cli.session import Session
from waypost.demo import DemoSummary, write_demo
from waypost.errors import ConflictError
from waypost.maps import MapWishes
from waypost.questions import Abandonment, Funnel

__all__ = ["tell_demo"]

_ORDER = "event = 'order_placed' and channel in ('web', 'app')"
_FUNNEL = Funnel(
    ("event:product_viewed", "event:cart_product_added", "event:checkout_started", _ORDER),
    within="30d",
)
_CARTS = Abandonment("event:cart_product_added", _ORDER, within="7d")
_CHECKOUTS = Abandonment("event:checkout_started", _ORDER, within="7d")
_PERIOD = MapWishes(since="2025-11-01", until="2026-10-31")


def tell_demo(session: Session, folder: Path, *, persons: int, seed: int) -> None:
    """Write the exports, import, build, draw; leaves ``map.html`` and ``map.json`` there."""
    started = perf_counter()
    _ = session.text
    workspace, company = _fresh(session, folder, persons=persons, seed=seed)
    session.output.heading(_("1  What the systems exported, and what was read"))
    with session.progress() as progress:
        imports = workspace.add(company.folder / "exports", progress=progress)
    if not session.as_json:
        tell_imports(session, imports)
    session.output.heading(_("2  Who is who, and what happened where"))
    with session.progress() as progress:
        build = workspace.build(progress=progress)
    if not session.as_json:
        tell_build(session, build)
    answers = {
        _("3  From looking to ordering, within 30 days"): workspace.ask(_FUNNEL),
        _("4  Carts that no order followed within 7 days"): workspace.ask(_CARTS),
        _("5  Checkouts that no order followed within 7 days"): workspace.ask(_CHECKOUTS),
    }
    for heading, result in answers.items():
        session.output.heading(heading)
        if not session.as_json:
            tell_result(session, result)
    written = _draw(session, workspace, folder)
    if session.as_json:
        told = {"imports": [plain(report) for report in imports], "build": build.as_dict()}
        told |= {"answers": [result.to_dict() for result in answers.values()], "written": written}
        session.output.value(told)
    session.output.line()
    session.output.line(_("Done in %d seconds.") % (perf_counter() - started))


def _fresh(
    session: Session, folder: Path, *, persons: int, seed: int
) -> tuple[Workspace, DemoSummary]:
    """The company's files and an empty workspace; an earlier demo in the folder is replaced."""
    if folder.exists() and not (folder / "exports").is_dir() and any(folder.iterdir()):
        raise ConflictError(
            f"{folder} has something else in it.",
            hint="Name an empty or a new folder.",
            path=folder,
        )
    shutil.rmtree(folder, ignore_errors=True)
    with session.progress() as progress:
        company = write_demo(folder, persons=persons, seed=seed, progress=progress)
    settings = Settings(name="Alpenrad", language=session.language)
    return Workspace.create(folder / "shop", settings), company


def _draw(session: Session, workspace: Workspace, folder: Path) -> list[str]:
    session.output.heading(session.text("6  The map"))
    with session.progress() as progress:
        drawn = workspace.map(_PERIOD, language=session.language, progress=progress)
    paths = [drawn.save(folder / name) for name in ("map.html", "map.json")]
    for path in paths:
        session.output.line(str(path))
    return [str(path) for path in paths]
