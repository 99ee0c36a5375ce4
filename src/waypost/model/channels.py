"""The channels Waypost knows by name; the list is open, any other word is a channel too."""

from __future__ import annotations

from collections.abc import Mapping

from waypost.kit.translation import N_

__all__ = ["CHANNEL_NAMES", "KNOWN_CHANNELS"]

CHANNEL_NAMES: Mapping[str, str] = {
    "web": N_("web"),
    "app": N_("app"),
    "email": N_("e-mail"),
    "search": N_("search"),
    "social": N_("social media"),
    "ads": N_("ads"),
    "store": N_("store"),
    "phone": N_("phone"),
    "chat": N_("chat"),
    "post": N_("post"),
    "marketplace": N_("marketplace"),
    "survey": N_("survey"),
    "review": N_("review"),
    "crm": N_("CRM"),
    "support": N_("support"),
    "event": N_("event"),
    "partner": N_("partner"),
    "voice": N_("voice"),
}
"""What people call them; other languages are in the catalogue."""

KNOWN_CHANNELS = tuple(CHANNEL_NAMES)
