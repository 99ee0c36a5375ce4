"""Charts as Altair charts and as files; both packages are loaded when they are first used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import PurePath
from typing import Any

import orjson

from waypost.errors import InputError

__all__ = ["FORMATS", "drawn", "written"]

FORMATS = (".svg", ".png", ".pdf", ".html", ".json")
"""What a chart can be written as."""

_SCALE = 2


def drawn(spec: Mapping[str, Any]) -> Any:
    """The specification as an Altair chart."""
    import altair as alt  # noqa: PLC0415 - slow to load

    return alt.LayerChart.from_dict(dict(spec))


def written(spec: Mapping[str, Any], path: str | PurePath) -> bytes:
    """The bytes of a file, by the suffix of its name.

    PNG has two dots a pixel; HTML carries all scripts inside. Nothing is fetched. Raises
    ``InputError`` for another suffix.
    """
    suffix = PurePath(path).suffix.lower()
    if suffix == ".json":
        return orjson.dumps(dict(spec), option=orjson.OPT_INDENT_2)
    if suffix not in FORMATS:
        raise InputError(
            f"A chart cannot be written as {suffix or str(path)!r}.",
            hint=f"Name a file that ends in {', '.join(FORMATS)}.",
            path=str(path),
        )
    return _converted(dict(spec), suffix)


@cache
def _bring_fonts() -> None:
    """Let pictures be set in our own letters, whatever fonts the machine has."""
    import vl_convert  # noqa: PLC0415 - slow to load

    with as_file(files("waypost") / "exports" / "assets" / "print") as folder:
        vl_convert.register_font_directory(str(folder))


def _converted(spec: dict[str, Any], suffix: str) -> bytes:
    import vl_convert  # noqa: PLC0415 - slow to load

    _bring_fonts()
    if suffix == ".svg":
        return str(vl_convert.vegalite_to_svg(spec)).encode()
    if suffix == ".html":
        return str(vl_convert.vegalite_to_html(spec, bundle=True)).encode()
    if suffix == ".pdf":
        return bytes(vl_convert.vegalite_to_pdf(spec))
    return bytes(vl_convert.vegalite_to_png(spec, scale=_SCALE))
