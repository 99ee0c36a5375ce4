"""Draw the journey map of a workspace and save it in the form its file name asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment

from waypost.app.asking import asker
from waypost.errors import InputError
from waypost.exports import MAP_FORMATS, FileWishes, map_file
from waypost.journeys import EventLog, Snapshot
from waypost.kit import Progress, write_atomically
from waypost.maps import JourneyMap, MapWishes, Sight, discover
from waypost.model import label_in

__all__ = ["DrawnMap", "FileWishes", "check_map_name", "check_paper", "draw_map"]

_FRAME = (
    '<iframe title="{{ title }}" srcdoc="{{ page }}" sandbox="allow-scripts allow-popups" '
    'style="width: 100%; height: 80vh; border: 0"></iframe>'
)


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A map document and the language it is shown in; in a notebook it shows itself."""

    document: JourneyMap
    language: str

    def save(self, path: str | Path, wishes: FileWishes | None = None) -> Path:
        """Write the form that the name's ending asks for.

        ``.html`` (one page that needs nothing else), ``.pdf``, ``.png``, ``.svg``, ``.pptx``,
        ``.xml`` (CJML 2.0) or ``.json`` (the document). ``wishes`` choose paper, tiles and evidence
        of a PDF; the language is the map's.
        """
        target = check_map_name(path)
        form = replace(wishes or FileWishes(), language=self.language)
        write_atomically(target, map_file(self.document, target.suffix, form))
        return target

    def to_html(self) -> bytes:
        """The page."""
        return map_file(self.document, "html", FileWishes(self.language))

    def to_json(self) -> bytes:
        """The document."""
        return self.document.to_json()

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that its styles and the notebook's stay apart."""
        template = Environment(autoescape=True).from_string(_FRAME)
        return template.render(
            title=label_in(self.document.head.title, self.language), page=self.to_html().decode()
        )


def check_map_name(path: str | Path) -> Path:
    """The path; ``InputError`` where its ending names no form of a map."""
    target = Path(path)
    if target.suffix.lstrip(".") not in MAP_FORMATS:
        raise InputError(
            f"A map cannot be written as {target.suffix or 'a file without ending'}.",
            hint=f"Let the name end in one of: {', '.join('.' + form for form in MAP_FORMATS)}.",
            path=target,
        )
    return target


def check_paper(name: str) -> str:
    """The paper's name; ``InputError`` for one that Waypost does not know."""
    from waypost.exports.printing.papers import paper_named  # noqa: PLC0415 - an answer needs none

    return paper_named(name).name


def draw_map(
    snapshot: Snapshot,
    log: EventLog,
    *,
    workspace: str,
    wishes: MapWishes,
    rules: Mapping[str, str],
    progress: Progress,
) -> JourneyMap:
    """The map of the persons and events that ``wishes`` name; ``rules`` by touchpoint id."""
    ask = asker(snapshot, log)
    sight = Sight(snapshot, log, ask, wishes, rules, ask.masks)
    return discover(sight, workspace=workspace, progress=progress)
