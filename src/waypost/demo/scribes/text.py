"""How the systems write cells, times and money."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

from waypost.demo.seasons import ZONE

__all__ = ["csv_line", "iso_millis", "iso_seconds", "local", "money", "money_de", "uuid_text"]


def csv_line(cells: list[str], *, separator: str = ",", end: str = "\n") -> str:
    """One line, cells quoted where they must be."""
    return separator.join([_cell(cell, separator) for cell in cells]) + end


def _cell(cell: str, separator: str) -> str:
    if separator in cell or '"' in cell or "\n" in cell or "\r" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


@functools.lru_cache(maxsize=2048)
def _day_text(day: int) -> str:
    return datetime.fromtimestamp(day * 86_400, UTC).strftime("%Y-%m-%dT")


def iso_millis(at: int) -> str:
    """Milliseconds as ``2026-03-14T18:22:05.123Z``."""
    seconds, millis = divmod(at, 1000)
    day, rest = divmod(seconds, 86_400)
    return f"{_day_text(day)}{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}.{millis:03d}Z"


def iso_seconds(at: int) -> str:
    """Milliseconds as ``2026-03-14T18:22:05+00:00``."""
    day, rest = divmod(at // 1000, 86_400)
    return f"{_day_text(day)}{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}+00:00"


def local(at: int) -> datetime:
    """Milliseconds as wall-clock time in Europe/Berlin."""
    return datetime.fromtimestamp(at // 1000, ZONE)


def money(cents: int) -> str:
    """Cents as ``1234.50``."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def money_de(cents: int) -> str:
    """Cents as ``1.234,50``."""
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"


def uuid_text(bits: int) -> str:
    """128 bits as a version 4 UUID."""
    text = f"{bits & ((1 << 128) - 1):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
