"""A guess at where an unbound event belongs, by the words of its name, English or German."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import yaml

from waypost.journeys.binding.compiling import Binding
from waypost.journeys.binding.matching import Combo
from waypost.model import Touchpoint
from waypost.model.conditions import OneOf

__all__ = ["Suggestion", "suggest"]

LIKE = 0.55
SYNONYMS = (
    ("order", "ordered", "bestellung", "bestellt", "bestellen", "auftrag", "purchase", "kauf",
     "gekauft"),
    ("cart", "basket", "bag", "warenkorb", "korb"),
    ("checkout", "kasse", "zahlung", "bezahlung", "bezahlen", "payment", "paid", "zahlen"),
    ("product", "produkt", "artikel", "item", "ware"),
    ("search", "searched", "suche", "suchen", "gesucht", "find"),
    ("mail", "email", "newsletter", "mailing", "brief", "letter"),
    ("call", "anruf", "phone", "telefon", "telefonat", "angerufen", "hotline"),
    ("support", "help", "hilfe", "service", "ticket", "anfrage", "request", "case",
     "complaint", "beschwerde", "reklamation", "chat", "frage", "question"),
    ("review", "bewertung", "rating", "rated", "bewertet", "rezension", "feedback", "stars"),
    ("survey", "umfrage", "befragung", "nps", "csat", "ces", "poll"),
    ("refund", "refunded", "return", "returned", "retoure", "rueckgabe", "zurueck", "erstattung",
     "storno", "cancel", "cancelled", "cancellation", "widerruf", "kuendigung"),
    ("delivery", "shipment", "shipped", "shipping", "sent", "lieferung", "versand", "versendet",
     "geliefert", "parcel", "paket", "fulfilled", "pickup", "abholung"),
    ("ad", "ads", "anzeige", "werbung", "campaign", "kampagne", "banner", "promotion"),
    ("visit", "besuch", "session", "landing", "arrived", "open", "opened", "geoeffnet"),
    ("page", "seite", "view", "viewed", "screen", "ansicht", "angesehen"),
    ("wishlist", "merkzettel", "wunschliste", "favorite", "favourite", "favorit", "wish"),
    ("sign", "signup", "login", "account", "konto", "register", "registrierung", "anmeldung"),
    ("coupon", "gutschein", "voucher", "rabatt", "discount"),
    ("lead", "form", "formular", "kontakt", "contact", "inquiry", "demo", "appointment", "termin"),
    ("deal", "offer", "angebot", "quote", "geschaeft", "opportunity", "chance"),
    ("share", "shared", "recommend", "empfehlung", "referral", "geteilt", "weitersagen"),
    ("store", "shop", "laden", "filiale", "till", "receipt", "bon"),
)  # fmt: skip
CHANNEL_WORDS = {"phone": "call", "email": "mail", "review": "review", "survey": "survey",
                 "support": "support", "chat": "support", "ads": "ad"}  # fmt: skip
FAINT = frozenset({"viewed", "view", "opened", "open", "sent", "page", "shop", "service"})
EMPTY = frozenset(
    {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to"}
    | {"das", "dem", "den", "der", "die", "im", "und", "von", "zu", "zum", "zur"}
)
CONCEPTS = frozenset(word for group in SYNONYMS for word in group)
ALIKE_SPELLING = 0.8
SAME_CHANNEL = 0.1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The touchpoint that comes nearest, if any, and text to paste into ``rules.yaml``.

    ``likeness`` is 0 to 1; ``touchpoint`` is empty below 0.55, and ``stage`` then a guess by the
    event's words alone, or empty.
    """

    touchpoint: str
    stage: str
    step: str
    likeness: float
    yaml: str


def suggest(combo: Combo, binding: Binding) -> Suggestion:
    """Where the event might belong; the same input gives the same guess, ties by priority."""
    event, channel = combo[0] or "", combo[1] or ""
    words = _meanings(event) | ({CHANNEL_WORDS[channel]} if channel in CHANNEL_WORDS else set())
    ranked = [
        (_likeness(event, words, names) + _nearness(channel, touchpoint), -code, touchpoint)
        for code, (touchpoint, names) in enumerate(_known(binding), start=1)
    ]
    likeness, _, best = max(ranked, key=lambda entry: entry[:2], default=(0.0, 0, _NOBODY))
    near = best if likeness >= LIKE else _NOBODY
    new = Touchpoint(
        id=_as_id(event),
        label={"en": _as_title(event), "de": _as_title(event)},
        channel=channel,
        stage=near.stage,
        step=near.step,
    )
    rounded = round(min(1.0, max(0.0, likeness)), 3)
    return Suggestion(near.id, near.stage, near.step, rounded, _as_yaml(event, new))


_NOBODY = Touchpoint("", {})


def _known(binding: Binding) -> list[tuple[Touchpoint, tuple[str, ...]]]:
    """Touchpoints with their labels and the events that their rules speak of."""
    names: dict[int, tuple[str, ...]] = {}
    for rule in binding.rules:
        atoms = rule.condition.atoms
        said = [a.texts for a in atoms if isinstance(a, OneOf) and a.field.name == "event"]
        names[rule.code] = tuple(text for texts in said for text in texts)
    return [
        (touchpoint, (*names.get(code, ()), *touchpoint.label.values()))
        for code, touchpoint in enumerate(binding.touchpoints)
        if code
    ]


def _likeness(event: str, words: frozenset[str] | set[str], names: tuple[str, ...]) -> float:
    """The better of: how alike the names are spelt, and how many meanings they share."""
    best = 0.0
    for name in names:
        spelt = SequenceMatcher(None, event, name, autojunk=False).ratio()
        meant = _meanings(name)
        both = sum(map(_weight, words)) + sum(map(_weight, meant))
        shared = 2 * sum(_weight(word) for word in words & meant) / both if both else 0.0
        best = max(best, shared, spelt if spelt >= ALIKE_SPELLING else 0.0)
    return best


def _nearness(channel: str, touchpoint: Touchpoint) -> float:
    if not channel or not touchpoint.channel:
        return 0.0
    return SAME_CHANNEL if channel == touchpoint.channel else -SAME_CHANNEL


def _weight(word: str) -> float:
    """Words that say what it is about weigh most; what no list knows may be a mere participle."""
    if word in FAINT or word not in CONCEPTS:
        return 0.3
    return 1.0


@lru_cache(maxsize=4096)
def _meanings(name: str) -> frozenset[str]:
    """The words of a name, each as the first of its synonyms."""
    words = [word for word in re.split(r"[^a-zäöüß]+", name.casefold()) if word]
    return frozenset(_meaning(word) for word in words if word not in EMPTY)


@lru_cache(maxsize=4096)
def _meaning(word: str) -> str:
    plain = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    for group in SYNONYMS:
        if plain in group or plain.removesuffix("s") in group:
            return plain if plain in FAINT else group[0]
    return plain.removesuffix("s") if len(plain) > 4 else plain  # noqa: PLR2004 - "bus" stays


def _as_id(event: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "_", event.casefold()).strip("_") or "touchpoint"


def _as_title(event: str) -> str:
    plain = re.sub(r"[_\s]+", " ", event).strip()
    return plain[:1].upper() + plain[1:]


def _as_yaml(event: str, new: Touchpoint) -> str:
    entry: dict[str, object] = {"id": new.id, "label": dict(new.label)}
    if new.channel:
        entry["channel"] = new.channel
    if new.step:
        entry["step"] = new.step
    elif new.stage:
        entry["stage"] = new.stage
    entry["when"] = {"event": event}
    text: str = yaml.safe_dump(
        {"touchpoints": [entry]}, sort_keys=False, allow_unicode=True, width=1000
    )
    return text
