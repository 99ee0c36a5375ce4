"""A map as a sheet that a team fills, and what it filled in as a change of the map."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import Literal

import orjson

from waypost.errors import InputError, UnreadableFileError, nearest
from waypost.exports.sheets.account import SheetAccount, SheetChanges
from waypost.exports.sheets.csv_file import read_csv, write_csv
from waypost.exports.sheets.filled import FilledSheet
from waypost.exports.sheets.merging import merged
from waypost.exports.sheets.reading_xlsx import read_xlsx
from waypost.exports.sheets.writing_xlsx import write_xlsx
from waypost.kit.translation import LANGUAGES, N_
from waypost.maps.document import load_map
from waypost.maps.editing.document import KINDS, MapDocument, load_document
from waypost.maps.editing.entities import MapHead
from waypost.maps.editing.ids import id_maker
from waypost.maps.editing.operations import apply
from waypost.maps.reading.from_map import document_from

__all__ = [
    "SHEET_FORMATS",
    "SheetAccount",
    "SheetChanges",
    "read_json",
    "read_sheet",
    "sheet_changes",
    "sheet_file",
]

_ZIP = b"PK\x03\x04"
_WRITERS = {"xlsx": write_xlsx, "csv": write_csv}
SHEET_FORMATS = tuple(_WRITERS)


def sheet_file(document: MapDocument, form: str, *, language: str) -> bytes:
    """The map as ``xlsx`` or ``csv``, its texts in ``language``; raises ``InputError`` for others.

    What cells hold is text, never a formula, in whatever spreadsheet it is opened.
    """
    writer = _WRITERS.get(form.lower().lstrip("."))
    if writer is None:
        near = nearest(form, _WRITERS) or list(_WRITERS)
        raise InputError(
            f"A map cannot be written as a sheet in the form “{form}”.",
            hint=f"Choose one of: {', '.join(near)}.",
            form=form,
        )
    if language not in LANGUAGES:
        raise InputError(f"Waypost does not speak {language!r}.", language=language)
    return writer(document, language)


def read_sheet(content: bytes, name: str) -> MapDocument:
    """A new map from a filled sheet; ``name`` is the file's, its title where the sheet has none.

    A sheet that Waypost wrote gives the map it was written from, with what the team filled in.
    Raises ``UnreadableFileError`` where the file is no sheet of a map.
    """
    sheet = _filled(content)
    base = sheet.base or MapDocument(head=MapHead(language=_spoken(sheet)))
    found = apply(base, merged(sheet, base, _ids(content, base)).ops).document
    if found.head.title or not PurePath(name).stem:
        return found
    title = {found.head.language: PurePath(name).stem[:200]}
    return found.model_copy(update={"head": found.head.model_copy(update={"title": title})})


def sheet_changes(content: bytes, document: MapDocument) -> SheetChanges:
    """The change that a filled sheet brings to ``document``, and an account of all that was read.

    Applying it is stale where somebody changed on the map what the sheet changes too. Importing
    the same file twice changes nothing the second time. Of the sheet of another map the head is
    not taken over; its stages, steps and lanes find those of the same name.
    """
    sheet = _filled(content)
    base = document
    if sheet.base is not None and _is_same_map(sheet.base, document):
        base = sheet.base
    elif sheet.base is not None:
        sheet = replace(sheet, head={})
    return merged(sheet, base, _ids(content, base))


def read_json(content: bytes) -> MapDocument:
    """The map in a JSON file: an edited one (version 2) as it is, a discovered one (1) to edit.

    Raises ``InputError`` saying which field is wrong, or that it is no map at all.
    """
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnreadableFileError(
            N_("This file is no JSON."),
            hint=N_("Export the map as JSON again; the file must not be changed by hand."),
            reason=error,
        ) from error
    version = _version(told)
    if version == 1:
        found = load_map(content)
        language = next((one for one in LANGUAGES[::-1] if one in found.head.title), "en")
        return document_from(found, language)
    if version is None:
        raise InputError(
            N_("This JSON file is no map."),
            hint=N_("A map begins with its “schema_version”, 1 or 2."),
        )
    return load_document(content)


def _version(told: object) -> object:
    """The version that the file names; a discovered map leaves its own out, as every default."""
    if not isinstance(told, dict):
        return None
    discovered = isinstance(told.get("steps"), list) and "head" in told
    return told.get("schema_version", 1 if discovered else None)


def _filled(content: bytes) -> FilledSheet:
    return read_xlsx(content) if content.startswith(_ZIP) else read_csv(content)


def _spoken(sheet: FilledSheet) -> Literal["de", "en"]:
    return "de" if sheet.language == "de" else "en"


def _is_same_map(base: MapDocument, document: MapDocument) -> bool:
    """Whether a sheet was written from an earlier state of this map: they share a step or lane."""
    return bool(set(base.steps) & set(document.steps) or set(base.lanes) & set(document.lanes))


def _ids(content: bytes, base: MapDocument) -> Callable[[str], str]:
    taken = {name for kind in KINDS for name in base.collection(kind)}
    return id_maker(hashlib.sha256(content).hexdigest(), taken)
