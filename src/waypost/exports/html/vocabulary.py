"""The page's fixed words and signs: provenance, lanes, channels, readings."""

from __future__ import annotations

from waypost.exports.html.speech import Speech
from waypost.exports.html.views import Mark
from waypost.kit.translation import N_
from waypost.model import Provenance
from waypost.model.channels import CHANNEL_NAMES

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

CHANNEL_ICONS = {
    "web": "globe",
    "app": "smartphone",
    "email": "mail",
    "search": "search",
    "social": "share-2",
    "ads": "megaphone",
    "store": "store",
    "phone": "phone",
    "chat": "messages-square",
    "post": "package",
    "marketplace": "shopping-bag",
    "survey": "clipboard-list",
    "review": "star",
    "crm": "users",
    "support": "life-buoy",
    "event": "calendar",
    "partner": "handshake",
    "voice": "mic",
}

SOURCE_NAMES = {
    "ad_costs": N_("Ad costs"),
    "amazon": N_("Amazon, orders"),
    "amplitude": N_("Amplitude, use of the product"),
    "brandwatch": N_("Brandwatch, social media"),
    "brevo": N_("Brevo, contacts"),
    "calls": N_("Calls"),
    "dynamics": N_("Dynamics 365, contacts and deals"),
    "freshdesk": N_("Freshdesk, tickets"),
    "ga4": N_("Google Analytics 4, website"),
    "hubspot": N_("HubSpot, contacts and deals"),
    "klaviyo": N_("Klaviyo, e-mails"),
    "mailchimp": N_("Mailchimp, e-mails"),
    "matomo": N_("Matomo, website"),
    "mixpanel": N_("Mixpanel, use of the product"),
    "paypal": N_("PayPal, payments"),
    "pipedrive": N_("Pipedrive, contacts and deals"),
    "posthog": N_("PostHog, use of the product"),
    "qualtrics": N_("Qualtrics, survey"),
    "reviews": N_("Reviews"),
    "salesforce": N_("Salesforce, contacts and deals"),
    "segment": N_("Segment, website and app"),
    "shopify": N_("Shopify, orders"),
    "square": N_("Square, till"),
    "stripe": N_("Stripe, payments"),
    "typeform": N_("Typeform, survey"),
    "woocommerce": N_("WooCommerce, orders"),
    "zendesk": N_("Zendesk, requests"),
    "zoho": N_("Zoho, contacts and deals"),
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
    known = CHANNEL_NAMES.get(channel)
    return speech.gettext(known) if known else channel


def source_name(speech: Speech, source: str) -> str:
    """What people call a source; one of an own mapping is called as the data call it."""
    known = SOURCE_NAMES.get(source)
    return speech.gettext(known) if known else source
