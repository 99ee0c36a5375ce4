"""Countries and currencies as people know them, for lists to choose from."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import combining, normalize

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies

__all__ = ["countries", "country_name", "currencies", "currency_name"]

_NEAR_COUNTRIES = ("DE", "AT", "CH", "LI", "LU")
_NEAR_CURRENCIES = ("EUR", "CHF", "USD", "GBP")
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})
Choices = tuple[tuple[str, str], ...]


@lru_cache
def countries(language: str) -> tuple[Choices, Choices]:
    """Codes with names: those of German-speaking countries, then all others by name."""
    names = Locale.parse(language).territories
    known = {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY  # noqa: PLR2004 - ISO 3166
    }
    return _parted(known, _NEAR_COUNTRIES)


@lru_cache
def currencies(language: str) -> tuple[Choices, Choices]:
    """Codes with names of what is paid with today: the usual ones, then all others by name."""
    tender = {code for place in get_global("territory_currencies") for code in _paid_in(str(place))}
    names = {code: currency_name(code, language) for code in tender}
    names = {code: f"{name} ({code})" for code, name in names.items() if name != code}
    return _parted(names, _NEAR_CURRENCIES)


def country_name(code: str, language: str) -> str:
    """What a country is called; its code where it has no name."""
    return str(Locale.parse(language).territories.get(code, code))


def currency_name(code: str, language: str) -> str:
    """What a currency is called; its code where it has no name."""
    return str(Locale.parse(language).currencies.get(code, code))


def _paid_in(place: str) -> list[str]:
    return [str(code) for code in get_territory_currencies(place)]


def _parted(names: dict[str, str], near: tuple[str, ...]) -> tuple[Choices, Choices]:
    first = tuple((code, names[code]) for code in near)
    rest = [(code, name) for code, name in names.items() if code not in near]
    return first, tuple(sorted(rest, key=lambda one: _sorted_as(one[1])))


def _sorted_as(name: str) -> str:
    """Letters with marks stand with the plain ones, as in a dictionary."""
    return "".join(c for c in normalize("NFKD", name.casefold()) if not combining(c))
