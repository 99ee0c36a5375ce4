"""Words of the data pages: kinds of jobs, events, identifiers, and sentences composed elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from babel.numbers import format_currency, get_currency_precision
from fastapi import Request
from markupsafe import Markup

from waypost.app.settings import Settings
from waypost.app.studio.actor import Actor
from waypost.app.studio.job_store import Job, JobState
from waypost.exports.html import formats
from waypost.exports.html.speech import Speech, speech_for, words_in
from waypost.exports.html.vocabulary import channel_icon, channel_name
from waypost.kit.phrases import said
from waypost.kit.translation import LANGUAGES, N_, translator
from waypost.model import Flag
from waypost.web.access import site_of
from waypost.web.rendering import language_of
from waypost.web.statics import statics_of

__all__ = ["EVENT_NAMES", "KIND_WORDS", "Words", "with_events", "words_of"]

_QUOTED = re.compile(r"(?<=[„“])\w+_\w+(?=[“”])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SOON = timedelta(minutes=1)

KIND_WORDS: Mapping[str, str] = {
    "import": N_("Import"),
    "build": N_("Build the journeys"),
    "undo": N_("Take an import back"),
    "replay": N_("Read mended records again"),
    "split": N_("Split a person"),
    "apart": N_("Tell two people apart"),
    "block": N_("Hold an identifier for nobody’s"),
    "undo-decision": N_("Undo a decision about identifiers"),
    "look": N_("Recognise a file"),
    "preview": N_("Preview"),
    "coverage": N_("Coverage"),
    "try-rule": N_("Try a rule"),
    "who": N_("Who is who"),
    "merges": N_("Who is who"),
}

_TASK_WORDS: Mapping[str, str] = {
    "build": N_("joining persons and building the journeys"),
    "undo": N_("taking the import back"),
    "replay": N_("reading mended records again"),
    "split": N_("splitting"),
    "apart": N_("telling two people apart"),
    "block": N_("holding an identifier for nobody’s"),
    "undo-decision": N_("undoing a decision"),
    "waiting for another Waypost process": N_("waiting for another Waypost process"),
}

_STATE_WORDS: Mapping[JobState, str] = {
    JobState.QUEUED: N_("waits"),
    JobState.RUNNING: N_("runs"),
    JobState.DONE: N_("done"),
    JobState.FAILED: N_("did not work"),
    JobState.CANCELLED: N_("stopped"),
    JobState.INTERRUPTED: N_("was interrupted"),
}

_KIND_NAMES: Mapping[str, str] = {
    "email": N_("e-mail address"),
    "phone": N_("phone number"),
    "user_id": N_("user name"),
    "anonymous_id": N_("visitor (cookie)"),
    "customer_id": N_("customer number"),
    "loyalty_card": N_("loyalty card"),
    "device_id": N_("device"),
    "order_id": N_("order number"),
    "handle": N_("social media handle"),
    "account": N_("account"),
    "case": N_("case number"),
}

EVENT_NAMES: Mapping[str, str] = {
    "purchase_made": N_("Purchase at the till"),
    "purchase_refunded": N_("Money back at the till"),
    "order_placed": N_("Order placed"),
    "order_completed": N_("Order completed (seen by tracking)"),
    "order_paid": N_("Order paid"),
    "order_fulfilled": N_("Order shipped"),
    "order_cancelled": N_("Order cancelled"),
    "order_refunded": N_("Order refunded"),
    "order_updated": N_("Order changed"),
    "order_booked": N_("Order in the books"),
    "invoice_issued": N_("Invoice issued"),
    "appointment_booked": N_("Appointment booked"),
    "payment_succeeded": N_("Payment received"),
    "payment_failed": N_("Payment refused"),
    "payment_refunded": N_("Payment refunded"),
    "page_viewed": N_("Page viewed"),
    "screen_viewed": N_("App screen viewed"),
    "session_started": N_("Visit begun"),
    "first_visited": N_("First visit"),
    "app_opened": N_("App opened"),
    "app_installed": N_("App installed"),
    "products_searched": N_("Products searched"),
    "product_list_viewed": N_("Product list viewed"),
    "product_list_filtered": N_("Product list filtered"),
    "product_clicked": N_("Product clicked"),
    "product_viewed": N_("Product viewed"),
    "product_shared": N_("Product shared"),
    "product_reviewed": N_("Product reviewed"),
    "promotion_viewed": N_("Banner seen"),
    "promotion_clicked": N_("Banner clicked"),
    "wishlist_product_added": N_("Put on the wish list"),
    "cart_product_added": N_("Put into the cart"),
    "cart_product_removed": N_("Taken out of the cart"),
    "cart_viewed": N_("Cart viewed"),
    "checkout_started": N_("Checkout begun"),
    "checkout_step_viewed": N_("Checkout step viewed"),
    "checkout_step_completed": N_("Checkout step completed"),
    "payment_info_entered": N_("Payment data entered"),
    "coupon_applied": N_("Coupon applied"),
    "coupon_denied": N_("Coupon refused"),
    "signed_up": N_("Account opened"),
    "signed_in": N_("Signed in"),
    "signed_out": N_("Signed out"),
    "lead_submitted": N_("Form sent"),
    "newsletter_subscribed": N_("Newsletter subscribed"),
    "newsletter_unsubscribed": N_("Newsletter unsubscribed"),
    "newsletter_cleaned": N_("Address no longer works"),
    "email_sent": N_("Mail sent"),
    "email_delivered": N_("Mail delivered"),
    "email_opened": N_("Mail opened"),
    "email_clicked": N_("Mail clicked"),
    "email_bounced": N_("Mail bounced"),
    "ticket_created": N_("Request to the service"),
    "ticket_assigned": N_("Request assigned"),
    "ticket_reopened": N_("Request opened again"),
    "ticket_solved": N_("Request solved"),
    "ticket_rated": N_("Service rated"),
    "call_received": N_("Call answered"),
    "call_missed": N_("Call missed"),
    "call_made": N_("Called back"),
    "voicemail_left": N_("Message left on the voice mail"),
    "nps_answered": N_("Recommendation asked (NPS)"),
    "csat_answered": N_("Satisfaction asked (CSAT)"),
    "ces_answered": N_("Effort asked (CES)"),
    "survey_answered": N_("Survey answered"),
    "review_written": N_("Review written"),
    "review_replied": N_("Review replied to"),
    "brand_mentioned": N_("Brand mentioned"),
    "contact_created": N_("Contact created"),
    "became_lead": N_("Became a lead"),
    "became_customer": N_("Became a customer"),
    "deal_created": N_("Deal opened"),
    "deal_won": N_("Deal won"),
    "deal_lost": N_("Deal lost"),
    "event_recorded": N_("Something happened"),
    "$profile": N_("fact about a person"),
    "$ad_cost": N_("cost of an ad"),
    "$alias": N_("two identifiers of one person"),
}
"""Names of events that Waypost knows, as people say them."""


def words_of(request: Request, actor: Actor) -> Words:
    """The words in the actor's language."""
    settings = site_of(request).workspace(actor.workspace).settings
    language = actor.language if actor.language in LANGUAGES else language_of(request)
    speech = speech_for(language, settings.currency)
    return Words(
        speech, settings, site_of(request).clock(), statics_of(request).address("icons.svg")
    )


def with_events(sentence: str, language: str) -> str:
    """A condition in words with each known event called as everywhere else: „Bestellung“."""
    text = translator(language).gettext
    return _QUOTED.sub(lambda found: text(EVENT_NAMES.get(found[0], found[0])), sentence)


@dataclass(frozen=True, slots=True)
class Words:
    """How things are called on the data pages, in one language."""

    speech: Speech
    settings: Settings
    now: datetime
    sprite: str

    def as_values(self, slug: str) -> dict[str, Any]:
        """What templates call."""
        return {
            "base": f"/w/{slug}",
            "api": f"/api/v1/workspaces/{slug}",
            "said": self.said,
            "kind_words": self.kind,
            "task_words": self.task,
            "state_of_job": self.state,
            "ended_words": self.ended,
            "overall": overall,
            "channel_icon": self.channel_icon,
            "channel_name": lambda channel: channel_name(self.speech, channel),
            "event_words": self.event,
            "with_events": lambda sentence: with_events(sentence, self.speech.language),
            "at_words": self.at,
            "moment_words": self.moment,
            "when_words": self.when,
            "money_words": self.money,
            "kind_name": self.identifier,
            "size_words": self.size,
            "label_words": self.label,
        }

    def text(self, message: str) -> str:
        """A message in the language; empty stays empty."""
        return self.speech.gettext(message) if message else ""

    def said(self, sentence: str) -> str:
        """A sentence that another part composed in English."""
        return said(translator(self.speech.language).gettext, sentence) if sentence else ""

    def kind(self, kind: str) -> str:
        """What a job does."""
        return self.text(KIND_WORDS.get(kind, kind))

    def task(self, task: str) -> str:
        """What a job is doing now; a file's name stays as it is."""
        return self.text(_TASK_WORDS[task]) if task in _TASK_WORDS else self.said(task)

    def state(self, job: Job) -> str:
        """How a job stands, in a word."""
        return self.text(_STATE_WORDS[job.state])

    def ended(self, job: Job) -> str:
        """What a job did and how it ended."""
        return f"{self.kind(job.kind)}: {self.state(job)}"

    def channel_icon(self, channel: str) -> Markup:
        """The channel's sign, with its name for who cannot see it."""
        name = channel_name(self.speech, channel)
        return Markup(
            '<svg class="i ch ch-{}" role="img" aria-label="{}"><use href="{}#{}"/></svg>'
        ).format(
            channel if channel.isidentifier() else "other", name, self.sprite, channel_icon(channel)
        )

    def event(self, name: str) -> str:
        """An event as people say it; an unknown one with blanks for its underscores."""
        known = EVENT_NAMES.get(name)
        return self.text(known) if known else name.replace("_", " ")

    def at(self, at: str | None, flags: int = 0) -> str:
        """An instant as ISO text, on the workspace's clock; a day where no time was told."""
        if not at or datetime.fromisoformat(at) == _EPOCH:
            return ""
        local = datetime.fromisoformat(at).astimezone(ZoneInfo(self.settings.zone))
        day = formats.day(self.speech, local.date())
        if flags & Flag.DATE_ONLY:
            return day
        return f"{day},\u00a0{format_time(local, 'HH:mm', locale=self.speech.locale)}"

    def moment(self, microseconds: int | None) -> str:
        """An instant in µs since 1970 UTC."""
        if microseconds is None:
            return "–"
        return self.at((_EPOCH + timedelta(microseconds=microseconds)).isoformat())

    def when(self, at: datetime) -> str:
        """An instant; "just now" within a minute."""
        if timedelta() <= self.now - at < _SOON:
            return self.text(N_("just now"))
        return self.at(at.isoformat())

    def money(self, minor: int, currency: str) -> str:
        """An exact amount in its own currency."""
        code = currency or self.settings.currency
        amount = minor / 10 ** get_currency_precision(code)
        return format_currency(amount, code, locale=self.speech.locale).replace("-", "−")

    def identifier(self, kind: str) -> str:
        """A kind of identifier; one of its own source with the source."""
        plain, _, source = kind.partition(".")
        known = _KIND_NAMES.get(plain)
        name = self.text(known) if known else plain.replace("_", " ")
        return f"{name} ({source})" if source else name

    def size(self, number: int) -> str:
        """Bytes as kB or MB."""
        kilo = 1000
        if number < kilo * kilo:
            return f"{formats.count(self.speech, max(number / kilo, 1))}\u00a0kB"
        return f"{formats.decimal(self.speech, number / kilo / kilo)}\u00a0MB"

    def label(self, label: Mapping[str, str], otherwise: str = "") -> str:
        """A label in the language, else in any."""
        return words_in(dict(label), self.speech, otherwise).text


def overall(job: Job) -> float | None:
    """How much of the whole job is done, 0 to 1: its pieces count alike; None before the first."""
    if job.state is JobState.QUEUED or not job.steps:
        return None
    within = job.share or 0.0
    return min((max(job.step - 1, 0) + within) / job.steps, 1.0)
