"""The channels Waypost knows by name; the list is open, any other word is a channel too."""

from __future__ import annotations

__all__ = ["KNOWN_CHANNELS"]

KNOWN_CHANNELS = (
    "web",
    "app",
    "email",
    "search",
    "social",
    "ads",
    "store",
    "phone",
    "chat",
    "post",
    "marketplace",
    "survey",
    "review",
    "crm",
    "support",
    "event",
    "partner",
    "voice",
)
