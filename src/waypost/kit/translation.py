"""Translations: English is written in the code, every other language lies in ``locale/``."""

from __future__ import annotations

import io
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from waypost.errors import InputError, nearest

__all__ = ["LANGUAGES", "NN_", "N_", "translator"]

LANGUAGES = ("en", "de")
"""Languages that the command line and the pages speak."""

LOCALE_DIRECTORY = Path(__file__).resolve().parents[1] / "locale"
DOMAIN = "waypost"


def N_(message: str) -> str:  # noqa: N802 - the customary gettext name, known to extractors
    """``message`` itself; marks it for the catalogue where it is translated later."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as above, for singular and plural
    """Both forms as they are; marks them for the catalogue where ``ngettext`` comes later."""
    return one, many


def translator(language: str) -> NullTranslations:
    """Its ``gettext``, ``ngettext``, ``pgettext`` and ``npgettext`` speak ``language``.

    English gives every message back unchanged. The compiled catalogue is read; where it is absent
    or older than its ``.po``, the ``.po`` is read instead, so a checkout works without a build.
    A message without translation comes back in English. Raises ``InputError`` for a language that
    Waypost does not speak.
    """
    if language not in LANGUAGES:
        raise InputError(
            f"Waypost does not speak {language!r}.",
            hint=f"Choose one of: {', '.join(nearest(language, LANGUAGES) or LANGUAGES)}.",
            language=language,
        )
    return NullTranslations() if language == "en" else _catalogue(language)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> GNUTranslations:
    source = LOCALE_DIRECTORY / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = source.with_suffix(".mo")
    if compiled.is_file() and not _is_younger(source, compiled):
        with compiled.open("rb") as binary:
            return GNUTranslations(binary)
    return _compiled_in_memory(source, language)


def _is_younger(source: Path, compiled: Path) -> bool:
    return source.is_file() and source.stat().st_mtime > compiled.stat().st_mtime


def _compiled_in_memory(source: Path, language: str) -> GNUTranslations:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - an installed catalogue is compiled
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    binary = io.BytesIO()
    with source.open("rb") as text:
        write_mo(binary, read_po(text, locale=language))
    binary.seek(0)
    return GNUTranslations(binary)
