"""What became of a support ticket, and the channel it came by, whatever the help desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from waypost.intake.formats.moments import estimated, happened
from waypost.intake.normalise import SCALES, Instant, rate
from waypost.model import Event

__all__ = ["ticket_channel", "ticket_events"]

_CHANNELS: Mapping[str, str] = {
    "email": "email",
    "mail": "email",
    "e-mail": "email",
    "web": "web",
    "web form": "web",
    "web_form": "web",
    "web widget": "web",
    "help center": "web",
    "chat": "chat",
    "messaging": "chat",
    "native_messaging": "chat",
    "web messaging": "chat",
    "whatsapp": "chat",
    "voice": "phone",
    "phone": "phone",
    "phone call": "phone",
    "phone call (inbound)": "phone",
    "voicemail": "phone",
    "facebook": "social",
    "twitter": "social",
    "x corp": "social",
    "instagram": "social",
    "instagram direct": "social",
    "form": "web",
    "portal": "web",
    "feedback widget": "web",
    "formular": "web",
    "chatbot": "chat",
    "telefon": "phone",
    "mobile": "app",
    "mobile sdk": "app",
    "mobile_sdk": "app",
}


def ticket_channel(via: str | None) -> str:
    """The channel by what the help desk says of the origin; ``support`` where that is unknown."""
    return _CHANNELS.get((via or "").casefold(), "support")


def ticket_events(
    template: Event,
    *,
    created: Instant,
    assigned: Instant | None,
    solved: tuple[Instant | None, Instant | None],
    text: str | None,
    rating: tuple[str | None, str | None],
) -> list[Event]:
    """The events of a ticket, each with the template's key and facts.

    ``solved`` is when it was solved, if the source says so, and the latest time that is known;
    ``rating`` is the word of satisfaction and the comment beside it.
    """
    events = [replace(happened(template, "ticket_created", created), text=text)]
    if assigned is not None:
        events.append(happened(template, "ticket_assigned", assigned, rank=1))
    events.extend(_endings(template, solved, created))
    events.extend(_rated(template, solved[0] or solved[1] or created, rating))
    return events


def _endings(
    template: Event, solved: tuple[Instant | None, Instant | None], created: Instant
) -> Iterator[Event]:
    at, latest = solved
    reopens = template.attributes.get("reopens", "0")
    if reopens.isdigit() and int(reopens) > 0:
        yield estimated(happened(template, "ticket_reopened", at or latest or created, rank=2))
    if at is not None:
        yield happened(template, "ticket_solved", at, rank=3)


def _rated(template: Event, at: Instant, rating: tuple[str | None, str | None]) -> Iterator[Event]:
    score, comment = rating
    figure = rate(score, SCALES["csat"])
    if figure is None:
        return
    event = estimated(
        happened(template, "ticket_rated", at, rank=4),
        {"score": score or "", "rating_kind": "csat"},
    )
    yield replace(event, rating=figure, text=comment)
