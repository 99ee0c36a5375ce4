"""What commands tell; a teller and what it needs are loaded when it is first called."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for type checkers; at run time `__getattr__` loads them
    from waypost.cli.telling.answers import answer, answered, question_in
    from waypost.cli.telling.demo_story import demo
    from waypost.cli.telling.dry_runs import kept_mappings, trials
    from waypost.cli.telling.import_reports import imports, log, refused, undone
    from waypost.cli.telling.maps import checked_form, mind_empty_map, written
    from waypost.cli.telling.people import coverage, person, split
    from waypost.cli.telling.quarantine_records import (
        delivery_named,
        quarantine,
        quarantine_written,
    )
    from waypost.cli.telling.question_list import questions
    from waypost.cli.telling.workspaces import build, created, problems, settings

__all__ = [
    "answer",
    "answered",
    "build",
    "checked_form",
    "coverage",
    "created",
    "delivery_named",
    "demo",
    "imports",
    "kept_mappings",
    "log",
    "mind_empty_map",
    "person",
    "problems",
    "quarantine",
    "quarantine_written",
    "question_in",
    "questions",
    "refused",
    "settings",
    "split",
    "trials",
    "undone",
    "written",
]

_HOMES = {
    "answers": ("answer", "answered", "question_in"),
    "demo_story": ("demo",),
    "import_reports": ("imports", "log", "refused", "undone"),
    "maps": ("checked_form", "mind_empty_map", "written"),
    "people": ("apart", "block", "coverage", "person", "split"),
    "quarantine_records": ("delivery_named", "quarantine", "quarantine_written"),
    "question_list": ("questions",),
    "dry_runs": ("kept_mappings", "trials"),
    "workspaces": ("build", "created", "problems", "settings"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
