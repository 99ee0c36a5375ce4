"""The page's fixed words and signs: provenance, lanes, channels, readings."""

from __future__ import annotations

from waypost.exports.html.speech import Speech
from waypost.exports.html.views import Mark
from waypost.kit.translation import N_
from waypost.model import Provenance

__all__ = [
    "CHANNEL_ICONS",
    "LANE_NAMES",
    "LINE_NAMES",
    "MAP_KINDS",
    "READINGS",
    "channel_icon",
    "channel_name",
    "mark_of",
    "source_name",
]

_PROVENANCE_WORDS = {
    Provenance.OBSERVED: N_("observed"),
    Provenance.REPORTED: N_("reported"),
    Provenance.ESTIMATED: N_("estimated"),
    Provenance.ASSUMED: N_("assumed"),
}

LANE_NAMES = {
    "actions": (N_("Actions"), N_("what the person does")),
    "thoughts": (N_("Thoughts and questions"), N_("in their words")),
    "touchpoints": (N_("Touchpoints"), N_("channel and persons")),
    "flow": (N_("Flow"), N_("on, back, gone")),
    "emotion": (N_("Emotion"), N_("−2 to +2")),
    "marks": (N_("What stands out"), N_("where journeys get stuck")),
    "gaps": (N_("Gaps"), N_("what nobody knows yet")),
    "kpis": (N_("Measures"), N_("value and target")),
    "backstage": (N_("Behind the scenes"), N_("who and what is behind it")),
    "frontstage": (N_("In front of the customer"), N_("what they see us do")),
    "support": (N_("Systems and partners"), N_("what carries it")),
    "opportunities": (N_("Opportunities"), N_("what could be better")),
    "channels": (N_("Channels"), N_("through which they come")),
    "images": (N_("Pictures"), N_("what it looks like")),
    "text": (N_("Notes"), ""),
}

LINE_NAMES = {
    "interaction": N_("Line of interaction"),
    "visibility": N_("Line of visibility"),
    "internal": N_("Line of internal interaction"),
}
"""The lines of a service blueprint, by what they divide."""

MAP_KINDS = {
    "journey": N_("Journey map"),
    "day": N_("Day in the life"),
    "support": N_("Support journey"),
    "blueprint": N_("Service blueprint"),
    "experience": N_("Experience map"),
}

_CHANNELS = {
    "web": ("globe", N_("web")),
    "app": ("smartphone", N_("app")),
    "email": ("mail", N_("e-mail")),
    "search": ("search", N_("search")),
    "social": ("share-2", N_("social media")),
    "ads": ("megaphone", N_("ads")),
    "store": ("store", N_("store")),
    "phone": ("phone", N_("phone")),
    "chat": ("messages-square", N_("chat")),
    "post": ("package", N_("post")),
    "marketplace": ("shopping-bag", N_("marketplace")),
    "survey": ("clipboard-list", N_("survey")),
    "review": ("star", N_("review")),
    "crm": ("users", N_("CRM")),
    "support": ("life-buoy", N_("support")),
    "event": ("calendar", N_("event")),
    "partner": ("handshake", N_("partner")),
    "voice": ("mic", N_("voice")),
}
CHANNEL_ICONS = {channel: icon for channel, (icon, _name) in _CHANNELS.items()}

SOURCE_NAMES = {
    "ad_costs": N_("Ad costs"),
    "amplitude": N_("Amplitude, use of the product"),
    "brandwatch": N_("Brandwatch, social media"),
    "brevo": N_("Brevo, contacts"),
    "calls": N_("Calls"),
    "ga4": N_("Google Analytics 4, website"),
    "hubspot": N_("HubSpot, contacts and deals"),
    "mailchimp": N_("Mailchimp, e-mails"),
    "matomo": N_("Matomo, website"),
    "mixpanel": N_("Mixpanel, use of the product"),
    "posthog": N_("PostHog, use of the product"),
    "qualtrics": N_("Qualtrics, survey"),
    "reviews": N_("Reviews"),
    "segment": N_("Segment, website and app"),
    "shopify": N_("Shopify, orders"),
    "square": N_("Square, till"),
    "stripe": N_("Stripe, payments"),
    "woocommerce": N_("WooCommerce, orders"),
    "zendesk": N_("Zendesk, requests"),
}
"""What people call the sources of the formats that Waypost knows."""

READINGS = {
    "ratings": ("rep", N_("Ratings")),
    "text": ("text", N_("Text")),
    "behaviour": ("beh", N_("Behaviour")),
}


def mark_of(speech: Speech, provenance: Provenance) -> Mark:
    """The sign and the word of one kind of knowledge."""
    return Mark(provenance.value, speech.gettext(_PROVENANCE_WORDS[provenance]))


def channel_icon(channel: str) -> str:
    """The icon of a channel; a dot for one that Waypost does not know by name."""
    return CHANNEL_ICONS.get(channel, "circle-dot")


def channel_name(speech: Speech, channel: str) -> str:
    """The channel's name; an unknown one is called as the data call it."""
    known = _CHANNELS.get(channel)
    return speech.gettext(known[1]) if known else channel


def source_name(speech: Speech, source: str) -> str:
    """What people call a source; one of an own mapping is called as the data call it."""
    known = SOURCE_NAMES.get(source)
    return speech.gettext(known) if known else source
