"""A condition as a sentence, in English or German."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from waypost.model.conditions.tree import (
    ATTRIBUTE,
    PERSON,
    All,
    Any,
    Atom,
    Compare,
    Field,
    Literal,
    Matches,
    Missing,
    Node,
    Not,
    OneOf,
)

__all__ = ["explain"]

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "event": "event", "channel": "channel", "source": "source", "touchpoint": "touchpoint",
        "stage": "stage", "step": "step", "value": "value", "rating": "rating", "text": "text",
        "at": "time", "person": "person’s", "and": "and", "or": "or", "not": "not",
        "=": "is", "<": "is less than", "<=": "is at most", ">": "is more than",
        ">=": "is at least", "one": "is one of", "missing": "is missing",
        "day=": "is on", "day<": "is before", "day<=": "is not after", "day>": "is after",
        "day>=": "is not before",
        "like": "looks like", "ilike": "looks (in any case) like", "glob": "fits",
        "regexp": "fits the regular expression", "contains": "contains",
        "starts_with": "starts with", "ends_with": "ends with",
        "lower": "in lower case", "upper": "in upper case", "true": "yes", "false": "no",
        "open": "“", "close": "”",
    },
    "de": {
        "event": "Ereignis", "channel": "Kanal", "source": "Quelle",
        "touchpoint": "Berührungspunkt", "stage": "Phase", "step": "Schritt", "value": "Betrag",
        "rating": "Bewertung", "text": "Text", "at": "Zeitpunkt", "person": "Person:",
        "and": "und", "or": "oder", "not": "nicht",
        "=": "ist", "<": "ist kleiner als", "<=": "ist höchstens", ">": "ist größer als",
        ">=": "ist mindestens", "one": "ist eines von", "missing": "fehlt",
        "day=": "ist am", "day<": "ist vor", "day<=": "ist nicht nach", "day>": "ist nach",
        "day>=": "ist nicht vor",
        "like": "sieht aus wie", "ilike": "sieht (ob groß oder klein) aus wie", "glob": "passt auf",
        "regexp": "passt auf den regulären Ausdruck", "contains": "enthält",
        "starts_with": "beginnt mit", "ends_with": "endet mit",
        "lower": "in Kleinbuchstaben", "upper": "in Großbuchstaben", "true": "ja", "false": "nein",
        "open": "„", "close": "“",
    },
}  # fmt: skip


def explain(node: Node, language: str) -> str:
    """The sentence without full stop; an unknown language falls back to English."""
    return _say(node, WORDS.get(language[:2].lower(), WORDS["en"]))


def _say(node: Node, words: dict[str, str]) -> str:
    if isinstance(node, Not):
        return f"{words['not']} ({_say(node.part, words)})"
    if isinstance(node, All | Any):
        between = f" {words['and' if isinstance(node, All) else 'or']} "
        return between.join(_inside(part, words) for part in node.parts)
    return f"{_field(node.field, words)} {_claim(node, words)}"


def _inside(node: Node, words: dict[str, str]) -> str:
    said = _say(node, words)
    return f"({said})" if isinstance(node, All | Any) else said


def _field(field: Field, words: dict[str, str]) -> str:
    if field.name.startswith(PERSON):
        name = f"{words['person']} {field.name.removeprefix(PERSON)}"
    else:
        bare = field.name.removeprefix(ATTRIBUTE)
        name = words.get(bare, bare) if bare == field.name else bare
    return f"{name} ({words[field.fold]})" if field.fold else name


def _claim(atom: Atom, words: dict[str, str]) -> str:
    if isinstance(atom, Missing):
        return words["missing"]
    if isinstance(atom, OneOf):
        if len(atom.texts) == 1:
            return f"{words['=']} {_quoted(atom.texts[0], words)}"
        return f"{words['one']} {', '.join(_quoted(text, words) for text in atom.texts)}"
    if isinstance(atom, Matches):
        return f"{words[atom.how]} {_quoted(atom.pattern, words)}"
    return _comparison(atom, words)


def _comparison(atom: Compare, words: dict[str, str]) -> str:
    prefix = "day" if isinstance(atom.literal, date) else ""
    return f"{words[prefix + atom.op]} {_value(atom.literal, words)}"


def _value(literal: Literal, words: dict[str, str]) -> str:
    if isinstance(literal, bool):
        return words["true" if literal else "false"]
    if isinstance(literal, datetime):
        return literal.isoformat(" ")
    if isinstance(literal, date):
        german = words is WORDS["de"]
        return literal.strftime("%d.%m.%Y") if german else literal.isoformat()
    if isinstance(literal, Decimal):
        plain = format(literal, "f")
        return plain.replace(".", ",") if words is WORDS["de"] else plain
    return _quoted(literal, words)


def _quoted(text: str, words: dict[str, str]) -> str:
    return f"{words['open']}{text}{words['close']}"
