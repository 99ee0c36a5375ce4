"""What a workspace is told once: name, time zone, country, currency, language, stage set."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from waypost.errors import InputError, NotFoundError, nearest
from waypost.kit import write_atomically

__all__ = [
    "FILE_NAME",
    "LANGUAGES",
    "STAGE_SETS",
    "Settings",
    "changed_settings",
    "read_settings",
    "write_settings",
]

FILE_NAME = "waypost.toml"
LANGUAGES = ("de", "en")
STAGE_SETS = ("b2c", "b2b", "saas", "none")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings; raises ``InputError`` for an unknown zone, country, currency or language.

    Phone numbers without a country code are read as of ``country`` (ISO 3166); ``zone`` is what
    times without a zone are read in and what days, weeks and months mean.
    """

    name: str
    zone: str = "Europe/Berlin"
    country: str = "DE"
    currency: str = "EUR"
    language: str = "de"
    stages: str = "b2c"
    version: int = 1

    def __post_init__(self) -> None:
        _check_zone(self.zone)
        _check_choice("language", self.language, LANGUAGES)
        _check_choice("stages", self.stages, STAGE_SETS)
        _check_letters("country", self.country, 2)
        _check_letters("currency", self.currency, 3)
        if self.version != 1:
            raise InputError(
                f"This workspace was made by another version of Waypost (format {self.version}).",
                hint="Use a Waypost that knows this format; this one knows format 1.",
            )


def read_settings(workspace: Path) -> Settings:
    """The settings of the workspace in this directory; ``NotFoundError`` if there is none."""
    path = workspace / FILE_NAME
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFoundError(
            f"{workspace} is not a Waypost workspace.",
            hint=f"Make one with: waypost init {workspace}",
            path=workspace,
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read: {error}.", hint="Mend the line named here."
        ) from error
    return _from_mapping(path, found)


def write_settings(workspace: Path, settings: Settings) -> None:
    """Write the settings file in one rename."""
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in asdict(settings).items()
    ]
    write_atomically(workspace / FILE_NAME, ("\n".join(lines) + "\n").encode())


def changed_settings(settings: Settings, changes: Mapping[str, str]) -> Settings:
    """The settings with other values; ``InputError`` for a name or value there cannot be."""
    known = [field.name for field in fields(Settings) if field.name != "version"]
    for key in changes:
        if key not in known:
            raise InputError(
                f"There is no setting {key!r}.",
                hint=f"Known settings: {', '.join(known)}. {_meant(key, known)}".strip(),
            )
    return replace(settings, **changes)  # type: ignore[arg-type]  # all but version are text


def _from_mapping(path: Path, found: Mapping[str, object]) -> Settings:
    known = {field.name: field.type for field in fields(Settings)}
    for key, value in found.items():
        if key not in known:
            raise InputError(
                f"{path} has an unknown setting {key!r}.",
                hint=f"Known settings: {', '.join(known)}. {_meant(key, known)}",
            )
        if isinstance(value, str) is not (known[key] == "str"):
            raise InputError(f"{path}: {key} must be {known[key]}, not {value!r}.")
    if "name" not in found:
        raise InputError(f"{path} has no name.", hint='Add a line like: name = "My shop"')
    return Settings(**found)  # type: ignore[arg-type]  # keys and types were checked above


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            f"{zone!r} is not a time zone.",
            hint=f"Write it like Europe/Berlin. {_meant(zone, available_timezones())}",
            zone=zone,
        ) from error


def _check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(
            f"{name} cannot be {value!r}.",
            hint=f"Allowed: {', '.join(allowed)}. {_meant(value, allowed)}",
            value=value,
        )


def _check_letters(name: str, value: str, length: int) -> None:
    if not (len(value) == length and value.isascii() and value.isalpha() and value.isupper()):
        raise InputError(
            f"{name} cannot be {value!r}.",
            hint=f"Write its code of {length} capital letters.",
            value=value,
        )


def _meant(word: str, known: Iterable[str]) -> str:
    found = nearest(word, known)
    return f"Did you mean {' or '.join(found)}?" if found else ""
