"""Names of columns, facts and units in every language, and what kind of value a column holds."""

from __future__ import annotations

import re
from collections.abc import Mapping

from waypost.kit.translation import translator
from waypost.questions.column_list import COLUMNS, UNIT_NOUNS, UNITS, VALUES

__all__ = [
    "KINDS",
    "bound_of",
    "is_known",
    "kind_of",
    "label",
    "unit_label",
    "unit_noun",
    "value_label",
]

KINDS = (
    "text",
    "node",
    "path",
    "count",
    "number",
    "share",
    "points",
    "probability",
    "seconds",
    "money",
    "date",
    "flag",
    "data",
)
"""What values are: ``node`` is an id of the grouping, ``path`` several of them, ``number`` any real
number, ``points`` a signed difference of shares, ``money`` minor units, ``date`` ISO 8601,
``data`` a mapping or array among the facts."""

_PERSONS = "persons"
_COUNTED = re.compile(r"(?<![a-z])(session|order|account|cart|unit)(s?)(?![a-z])")
_PERSON = re.compile(r"(?<![a-z])person(s?)(?![a-z])")
_CURRENCY = re.compile(r"minor units of (?P<currency>[A-Z]{3})")
_BOUNDED = {"low": "", "high": "", "value_low": "value_mean", "value_high": "value_mean"}


def label(column: str, language: str = "en") -> str:
    """What a column or a fact is called in ``en`` or ``de``.

    A name that no question has (an attribute, say) comes back with blanks for underscores. Bounds
    are called after what they bound.
    """
    found = _found(column)
    if found is None:
        return _bound_label(column, language) or column.replace("_", " ").capitalize()
    name, plural = found
    return _filled(translator(language).pgettext(*COLUMNS[name][1]), plural, language)


def is_known(column: str) -> bool:
    """Whether the column or fact has a name of its own, or bounds one that has."""
    return _found(column) is not None or bound_of(column) is not None


def bound_of(column: str) -> tuple[str, str] | None:
    """What an interval's bound belongs to, and ``low`` or ``high``; None for other columns.

    ``low`` and ``high`` belong to ``""``: the table's main share, or its sum of money.
    """
    name, _, side = column.rpartition("_")
    if side not in ("low", "high"):
        return None
    base = _BOUNDED.get(column, name)
    if not base:
        return base, side
    for candidate in _measures(base):
        if _found(candidate) is not None:
            return candidate, side
    return None


def kind_of(column: str, units: Mapping[str, str] | None = None) -> str:
    """One of ``KINDS``; a bound is of the kind of what it bounds.

    ``units``: those of the answer; they tell money from shares where a name serves for both.
    """
    unit = (units or {}).get(column, "")
    if _CURRENCY.match(unit):
        return "money"
    if unit.startswith("difference"):
        return "points"
    bounded = bound_of(column)
    if bounded is not None:
        return kind_of(bounded[0]) if bounded[0] else "share"
    found = _found(column)
    return "text" if found is None else COLUMNS[found[0]][0]


def unit_label(unit: str, language: str = "en") -> str:
    """A text of ``Result.units`` in ``en`` or ``de``; an unknown one comes back unchanged."""
    currency = _CURRENCY.search(unit)
    text = _CURRENCY.sub("minor units of {currency}", unit)
    pattern, plural = _pattern(text)
    if pattern is None:
        return unit
    said = translator(language).gettext(pattern)
    said = said.replace("{currency}", currency["currency"] if currency else "")
    return _with_nouns(said, plural, language)


def unit_noun(plural: str, language: str = "en", *, singular: bool = False) -> str:
    """``persons``, ``sessions``, ``orders`` … as a word of ``language``."""
    forms = UNIT_NOUNS[plural if plural in UNIT_NOUNS else "units"]
    return translator(language).pgettext(*forms[0 if singular else 1])


def value_label(value: str, language: str = "en") -> str:
    """Words that questions themselves write into columns, such as ``left``; others unchanged."""
    known = VALUES.get(value)
    return value if known is None else translator(language).pgettext(*known)


def _measures(base: str) -> tuple[str, ...]:
    """Columns that bounds of this name may belong to; an interval is of a share before a count."""
    start, _, rest = base.partition("_")
    return (
        f"share_{base}",
        f"{base}_share",
        base,
        f"{base}_mean",
        f"{base}_seconds",
        f"{start}_{rest}_abandoned",
    )


def _found(column: str) -> tuple[str, str] | None:
    """The name in the table, and what is counted."""
    if column in COLUMNS:
        return column, _PERSONS
    plain = _COUNTED.sub(lambda match: f"person{match[2]}", column)
    if plain == column or plain not in COLUMNS:
        return None
    match = _COUNTED.search(column)
    assert match is not None
    return plain, f"{match[1]}s"


def _bound_label(column: str, language: str) -> str:
    bounded = bound_of(column)
    if bounded is None:
        return ""
    words, (name, side) = translator(language), bounded
    if not name:
        low, high = (
            words.pgettext("column", "Interval, from"),
            words.pgettext("column", "Interval, to"),
        )
        return low if side == "low" else high
    low, high = words.pgettext("column", "{column}, from"), words.pgettext("column", "{column}, to")
    return (low if side == "low" else high).replace("{column}", label(name, language))


def _pattern(text: str) -> tuple[str | None, str]:
    """The pattern that a unit's text fills, and what is counted."""
    if text in UNITS:
        return text, _PERSONS
    for word in (_PERSON, _COUNTED):
        match = word.search(text)
        if match is None:
            continue
        filled = word.sub(lambda hit: "{units}" if hit[0].endswith("s") else "{unit}", text)
        if filled in UNITS:
            return filled, match[0] if match[0].endswith("s") else f"{match[0]}s"
    return None, _PERSONS


def _with_nouns(text: str, plural: str, language: str) -> str:
    many, one = unit_noun(plural, language), unit_noun(plural, language, singular=True)
    return text.replace("{units}", many).replace("{unit}", one)


def _filled(text: str, plural: str, language: str) -> str:
    many = unit_noun(plural, language)
    text = text.replace("{Units}", many[:1].upper() + many[1:])
    return _with_nouns(text, plural, language)
