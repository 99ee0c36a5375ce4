"""A map as a file: the form is named by its ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from waypost.errors import InputError, nearest
from waypost.maps.document import JourneyMap

__all__ = ["MAP_FORMATS", "FileWishes", "map_file"]


@dataclass(frozen=True, slots=True)
class FileWishes:
    """How a map is to be written.

    ``paper`` is A4 to A0, ``tiles`` cuts it into A4 sheets, ``evidence`` adds what each figure
    rests on; all three are for PDF.
    """

    language: str = "en"
    paper: str = "A3"
    tiles: bool = False
    evidence: bool = False


MAP_FORMATS: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xml": "application/xml",
    "json": "application/json",
}
"""The endings a map may be written with, and their media types; ``xml`` is CJML 2.0."""


def map_file(document: JourneyMap, form: str, wishes: FileWishes | None = None) -> bytes:
    """The bytes of the map in one of the forms of ``MAP_FORMATS``.

    Raises ``InputError`` for a form, a paper or a language that there is not.
    """
    writer = _WRITERS.get(form.lower().lstrip("."))
    if writer is None:
        close = nearest(form.lower().lstrip("."), _WRITERS) or list(_WRITERS)
        raise InputError(
            f"A map cannot be written as {form or 'a file without ending'}.",
            hint=f"Let the name end in one of: {', '.join('.' + name for name in close)}.",
            form=form,
        )
    return writer(document, wishes or FileWishes())


def _html(document: JourneyMap, wishes: FileWishes) -> bytes:
    from waypost.exports.html.page import render_html  # noqa: PLC0415 - each form loads its own

    return render_html(document, language=wishes.language)


def _pdf(document: JourneyMap, wishes: FileWishes) -> bytes:
    from waypost.exports.printing import paper_named, print_pdf  # noqa: PLC0415 - as above

    return print_pdf(
        document,
        language=wishes.language,
        paper=paper_named(wishes.paper),
        tiles=wishes.tiles,
        evidence=wishes.evidence,
    )


def _png(document: JourneyMap, wishes: FileWishes) -> bytes:
    from waypost.exports.printing import print_png  # noqa: PLC0415 - as above

    return print_png(document, language=wishes.language)


def _svg(document: JourneyMap, wishes: FileWishes) -> bytes:
    from waypost.exports.printing import print_svg  # noqa: PLC0415 - as above

    return print_svg(document, language=wishes.language)


def _pptx(document: JourneyMap, wishes: FileWishes) -> bytes:
    from waypost.exports.slides import slides_pptx  # noqa: PLC0415 - as above

    return slides_pptx(document, language=wishes.language)


def _cjml(document: JourneyMap, wishes: FileWishes) -> bytes:
    from waypost.exports.cjml import cjml_xml  # noqa: PLC0415 - as above

    return cjml_xml(document, language=wishes.language)


def _json(document: JourneyMap, _wishes: FileWishes) -> bytes:
    return document.to_json()


_WRITERS: Mapping[str, Callable[[JourneyMap, FileWishes], bytes]] = {
    "html": _html,
    "pdf": _pdf,
    "png": _png,
    "svg": _svg,
    "pptx": _pptx,
    "xml": _cjml,
    "json": _json,
}
