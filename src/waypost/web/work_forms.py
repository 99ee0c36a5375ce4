"""What people type about opportunities and actions, as values: amounts, days, scales."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, get_currency_precision, parse_decimal

from waypost.app.studio.actions import ActionFields
from waypost.app.studio.opportunities import OpportunityFields
from waypost.errors import InputError
from waypost.kit.translation import N_

__all__ = ["action_fields", "money_text", "opportunity_fields"]

_LOCALES = {"de": "de", "en": "en_GB"}
_TEXTS = ("title", "problem", "note", "status", "value_origin", "dismissed_because")
_VERDICT = ("verdict", "verdict_note")
_COUNTS = ("persons", "severity", "reach", "confidence", "effort", "strategic", "owner")
_AMOUNTS = ("value_minor", "value_low", "value_high")


def opportunity_fields(form: Mapping[str, str], currency: str, language: str) -> OpportunityFields:
    """The fields that the form has; an empty one means that nothing is said."""
    values = _shared(form)
    for name in _AMOUNTS:
        if name in form:
            values[name] = _minor(form[name], currency, language)
    known = OpportunityFields.model_fields
    return OpportunityFields(**{name: value for name, value in values.items() if name in known})


def action_fields(form: Mapping[str, str], _currency: str, _language: str) -> ActionFields:
    """The fields that the form has; an empty one means that nothing is said."""
    values = _shared(form)
    for name in _VERDICT:
        if name in form:
            values[name] = form[name]
    if "due" in form:
        values["due"] = _day(form["due"])
    if "opportunity" in form:
        values["opportunity"] = form["opportunity"] or None
    known = ActionFields.model_fields
    return ActionFields(**{name: value for name, value in values.items() if name in known})


def money_text(minor: int | None, currency: str, language: str) -> str:
    """An amount as it is typed into a field: 18.400 or 12,50; empty for none."""
    if minor is None:
        return ""
    places = get_currency_precision(currency)
    pattern = "#,##0" if minor % 10**places == 0 else "#,##0.00"
    return format_decimal(minor / 10**places, pattern, locale=_LOCALES[language])


def _shared(form: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: form[name] for name in _TEXTS if name in form}
    for name in _COUNTS:
        if name in form:
            values[name] = _count(form[name])
    return values


def _count(text: str) -> int | None:
    digits = "".join(text.replace(".", "").replace(",", "").split())
    if not digits:
        return None
    if not digits.isdecimal():
        raise InputError(
            N_("A number was expected."), hint=N_("Write it in digits, like 612."), value=text
        )
    return int(digits)


def _minor(text: str, currency: str, language: str) -> int | None:
    cleaned = text.replace("−", "-").replace("\u00a0", "").replace("€", "").strip()
    if not cleaned:
        return None
    try:
        amount = parse_decimal(cleaned, locale=_LOCALES[language])
    except NumberFormatError as error:
        raise InputError(
            N_("An amount was expected."), hint=N_("Write it in digits, like 18400."), value=text
        ) from error
    minor: int = round(amount * 10 ** get_currency_precision(currency))
    return minor


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            N_("A day was expected."), hint=N_("Write it like 2026-12-24."), value=text
        ) from error
