"""What ``frontend/`` was built into: style, scripts, fonts, icons, under an address by content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from fastapi import APIRouter, Request, Response

from waypost.errors import NotFoundError

__all__ = ["Statics", "icon_names", "read_statics", "router", "statics_of"]

FOLDER = Path(__file__).resolve().parent / "static"
_ZIPPED = {"text/css", "text/javascript", "application/json", "image/svg+xml"}
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_SYMBOL = re.compile(r'<symbol id="([^"]+)"')
_FOR_EVER = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent; ``zipped`` is empty where that would save nothing."""

    media_type: str
    content: bytes
    zipped: bytes


@dataclass(frozen=True, slots=True)
class Statics:
    """All files by name; ``version`` changes when any of them does."""

    version: str
    files: Mapping[str, StaticFile]

    def address(self, name: str) -> str:
        """Where a browser finds the file; it may keep it for ever."""
        return f"/static/{self.version}/{name}"


def read_statics(folder: Path = FOLDER) -> Statics:
    """The built front end, read once; empty where it has not been built."""
    files = {
        path.relative_to(folder).as_posix(): _read(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    digest = hashlib.sha256()
    for name, file in files.items():
        digest.update(name.encode() + b"\0" + file.content)
    return Statics(digest.hexdigest()[:12], MappingProxyType(files))


def statics_of(request: Request) -> Statics:
    """The files of the running application."""
    found = request.app.state.statics
    assert isinstance(found, Statics)
    return found


def icon_names(request: Request) -> tuple[str, ...]:
    """The names of the sprite's icons, marks of provenance left out."""
    sprite = statics_of(request).files.get("icons.svg")
    found = _SYMBOL.findall(sprite.content.decode()) if sprite else []
    return tuple(name for name in found if not name.startswith("p-"))


@router.get("/static/{version}/{name:path}")
def static(request: Request, version: str, name: str) -> Response:
    """One file; an old version's address gives today's file and is not kept."""
    statics = statics_of(request)
    file = statics.files.get(name)
    if file is None:
        raise NotFoundError("There is no such file.", name=name)
    headers = {"Cache-Control": _FOR_EVER if version == statics.version else "no-store"}
    if file.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(file.zipped, media_type=file.media_type, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    media_type = kind or "application/octet-stream"
    zipped = gzip.compress(content, 6, mtime=0) if media_type in _ZIPPED else b""
    return StaticFile(media_type, content, zipped)
