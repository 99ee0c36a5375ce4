"""Figures in the language of the session."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from waypost.app import Workspace
from waypost.cli.session import Session
from waypost.exports.html import formats
from waypost.exports.html.speech import Speech, speech_for

__all__ = ["DASH", "Figures", "joined"]

DASH = "–"


class Figures:
    """Writes counts, shares, spans and money as the map's page does; undefined is a dash."""

    def __init__(self, session: Session, *, currency: str = "EUR", zone: str = "UTC") -> None:
        self.speech: Speech = speech_for(session.language, currency)
        self._zone = ZoneInfo(zone)

    @classmethod
    def of(cls, session: Session, workspace: Workspace) -> Figures:
        """In the currency and zone of a workspace."""
        told = workspace.settings
        return cls(session, currency=told.currency, zone=told.zone)

    def count(self, number: float | None) -> str:
        """A whole number."""
        return DASH if _undefined(number) else _plain(formats.count(self.speech, number or 0))

    def decimal(self, number: float | None) -> str:
        """One decimal place."""
        return DASH if _undefined(number) else _plain(formats.decimal(self.speech, number or 0))

    def signed(self, number: float | None) -> str:
        """One decimal place with its sign."""
        return DASH if _undefined(number) else _plain(formats.signed(self.speech, number or 0))

    def probability(self, number: float | None) -> str:
        """Three decimal places; what is smaller still is said to be."""
        if _undefined(number):
            return DASH
        least = 0.001
        shown = format_decimal(max(number or 0, least), "0.000", locale=self.speech.locale)
        return f"< {shown}" if (number or 0) < least else shown

    def share(self, part: float | None, *, places: int = 1) -> str:
        """A share from 0 to 1 as percent."""
        if _undefined(part):
            return DASH
        return _plain(formats.share(self.speech, part or 0, places=places))

    def interval(self, low: float | None, high: float | None) -> str:
        """Both bounds of a share; the unit stands beside them."""
        if _undefined(low) or _undefined(high):
            return DASH
        bounds = (formats.share(self.speech, bound or 0) for bound in (low, high))
        return _plain(formats.interval(self.speech, *bounds))

    def duration(self, seconds: float | None) -> str:
        """A span in the one unit that people would use."""
        return DASH if _undefined(seconds) else _plain(formats.duration(self.speech, seconds or 0))

    def money(self, minor: float | None) -> str:
        """Minor units as money."""
        return DASH if _undefined(minor) else _plain(formats.money(self.speech, minor or 0))

    def day(self, at: datetime | None) -> str:
        """The day of an instant in the workspace's zone."""
        return DASH if at is None else _plain(formats.day(self.speech, self.on(at)))

    def on(self, at: datetime) -> date:
        """The day of an instant in the workspace's zone."""
        return at.astimezone(self._zone).date()

    def period(self, first: int | None, last: int | None) -> str:
        """From and to, given as microseconds since 1970 UTC."""
        if first is None or last is None:
            return ""
        days = (self.on(datetime.fromtimestamp(at / 1_000_000, UTC)) for at in (first, last))
        return _plain(formats.period(self.speech, *days))

    def months(self, first: int | None, last: int | None) -> str:
        """From and to in as few places as possible."""
        if first is None or last is None:
            return DASH
        names = [
            format_date(
                self.on(datetime.fromtimestamp(at / 1_000_000, UTC)),
                "MM/yy",
                locale=self.speech.locale,
            )
            for at in (first, last)
        ]
        return names[0] if names[0] == names[1] else f"{names[0]}{DASH}{names[1]}"


def _undefined(number: Any) -> bool:
    return number is None or not isfinite(number)


def _plain(text: str) -> str:
    """Word joiners hold a range together on a page; in a terminal they would show as boxes."""
    return text.replace("\u2060", "")


def joined(parts: Iterable[str]) -> str:
    """Parts of a line, the empty ones left out."""
    return " · ".join(part for part in parts if part)
