"""Which column of an unknown table is the amount, and in which currency."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from waypost.errors import InputError
from waypost.intake import normalise
from waypost.intake.generic.column_words import says
from waypost.intake.generic.look import Look, is_constant, share_of
from waypost.intake.normalise import Decimals, currency_in, decide_decimals, snake_case

__all__ = ["propose_money"]

_MOST = 0.9
_CENTS = 2  # an amount of so many digits is less than one of the currency
_SECONDS = 10  # digits of a time in seconds since 1970
_TAXED = 5  # so many different taxes without cents are no chance
_COUNTED = 5  # digits of how many orders somebody may have placed
_ORDERS = frozenset(["orders", "bestellungen", "auftraege", "purchases", "kaeufe", "einkaeufe"])
_COUNTS = frozenset(["anzahl", "count", "number", "total", "zahl", "num", "of", "der"])
_INCLUDED = re.compile(r"\b(inkl|incl|inclusive|including|inklusive)\b", re.IGNORECASE)
_NAMED = re.compile(r"\b(EUR|USD|CHF|GBP|PLN|CZK|SEK|DKK|NOK|HUF|JPY|CAD|AUD)\b")
_PROGRAM_IDS = re.compile(r"(ch|pi|in|py|re|cs|sub|txn|cus)_\w{4,}")
_UNIT_AMOUNT = re.compile(r"unit_?amount", re.IGNORECASE)


def propose_money(look: Look) -> dict[str, object]:
    """The part ``value``: the first column of amounts, a whole before its parts.

    A column that never changes is taken where no other fits: a shop may have one price. Where a
    column counts a customer's orders, amounts are sums of all of them, which no event was worth.
    """
    if any(_counts_orders(look, column) for column in look.columns):
        return {}
    named = [column for column in look.named("value") if _is_whole(column)]
    named = named or [c for c in look.columns if c not in look.taken and says(c, "course_fee")]
    named.sort(key=lambda column: (says(column, "part"), not says(column, "whole")))
    fits = [column for column in named if _are_amounts(look, column)]
    changing = [column for column in fits if _changes(look, column)]
    constant = [c for c in fits if says(c, "whole") or says(c, "unit") or not _is_vague(c)]
    for column in (*changing, *(c for c in constant if _is_price(look.columns[c][0]))):
        return {"value": _value(look, column)}
    return {}


def _counts_orders(look: Look, column: str) -> bool:
    """Whether the column says how many orders a customer has placed."""
    words = snake_case(column).split("_")
    cells = look.columns[column]
    named = not _ORDERS.isdisjoint(words) and (len(words) == 1 or not _COUNTS.isdisjoint(words))
    small = all(cell.isdigit() and len(cell) <= _COUNTED for cell in cells)
    return named and bool(cells) and small


def _changes(look: Look, column: str) -> bool:
    """Whether the amounts differ; the total of orders need not."""
    cells = look.columns[column]
    ordered = "order_id" in look.taken.values() and says(column, "whole")
    return ordered or len(cells) == 1 or len(set(cells)) > 1


def _is_vague(column: str) -> bool:
    """Whether the name says no more than that it is some value."""
    return column.casefold() in ("value", "wert")


def _is_price(cell: str) -> bool:
    """Whether the amount of all records is written as one: with cents, or with its currency."""
    return re.search(r"[1-9]", cell) is not None and re.search(r"\d[.,]\d|[€$£]", cell) is not None


def _are_amounts(look: Look, column: str) -> bool:
    cells = look.columns[column]
    style = decide_decimals(cells, look.country)
    return share_of(cells, partial(_is_amount, mark=style.mark)) >= _MOST


def _value(look: Look, column: str) -> dict[str, object]:
    """The column with what its amounts are multiplied with, how they are written, the currency."""
    cells = look.columns[column]
    style = decide_decimals(cells, look.country)
    why = "its name and values are amounts"
    count = _quantity(look) if _is_unit_price(column) else ""
    if count:
        why += f"; it is the price of one, so it is multiplied with {count}"
    in_cents, told = _cents(look, column)
    why += told
    if not style.certain:
        why += f"; the decimal mark is taken as {style.mark!r}"
    look.take("value", column, why)
    part: dict[str, object] = {"column": column, "decimal": _decimal(style)}
    if count:
        part["times"] = look.take("quantity", count, "its name says so")
    return part | ({"minor_units": True} if in_cents else {}) | _currency(look, column)


def _decimal(style: Decimals) -> str:
    return "auto" if style.certain else style.mark


def _currency(look: Look, column: str) -> dict[str, object]:
    """The currency that the amount's own name says, else the column of currencies."""
    code = _NAMED.search(column)
    if code:
        look.reasons["value"] += f"; its name says {code[0]}"
        return {"currency": code[0]}
    codes = [c for c in look.named("currency") if _are_codes(look.columns[c])]
    if codes:
        return {"currency_column": look.take("currency", codes[0], "its name says so")}
    return {}


def _cents(look: Look, column: str) -> tuple[bool, str]:
    """Whether the amounts are cents, with the reason; whole amounts without proof are none."""
    cells = look.columns[column]
    named = says(column, "cents") or _UNIT_AMOUNT.search(column) is not None
    if not _are_whole(cells):
        return False, "; its name says cents, but some have decimals" if named else ""
    if named:
        return True, "; its name says cents"
    large = [cell for cell in cells if len(cell.lstrip("-")) > _CENTS]
    if len(cells) == 1 or len(large) <= _MOST * len(cells):
        return False, ""
    if _is_of_program(look):
        return True, "; all are whole and large, as programs write cents"
    if any(_is_tax(look, other) for other in look.columns if other != column):
        return True, "; all are whole and so is the tax, so they are cents"
    return False, "; all are whole and large, so they may be cents: then say minor_units: true"


def _are_whole(cells: Sequence[str]) -> bool:
    return bool(cells) and all(cell.lstrip("-").isdigit() for cell in cells)


def _is_of_program(look: Look) -> bool:
    """Whether a program's interface made the file: Stripe's ids, or seconds and small codes.

    Such interfaces count in the smallest unit of a currency.
    """
    if any(share_of(cells, _is_program_id) >= _MOST for cells in look.columns.values()):
        return True
    codes = [c for c in look.named("currency") if _are_codes(look.columns[c])]
    small = any(all(cell.islower() for cell in look.columns[column]) for column in codes)
    times = (c for c, part in look.taken.items() if part == "time" or part.startswith("moments."))
    return small and any(all(map(_is_epoch, look.columns[column])) for column in times)


def _is_program_id(cell: str) -> bool:
    return _PROGRAM_IDS.fullmatch(cell) is not None


def _is_epoch(cell: str) -> bool:
    return cell.isdigit() and len(cell) >= _SECONDS


def _is_tax(look: Look, column: str) -> bool:
    """Whether it holds taxes or amounts without them, none with cents and many different."""
    cells = look.columns[column]
    told = says(column, "tax") and _are_whole(cells) and not is_constant(cells)
    return told and len({cell for cell in cells if len(cell) > _CENTS}) >= _TAXED


def _is_whole(column: str) -> bool:
    """Whether it is no fee, tax or sum of a customer's life; one that includes fees is none."""
    if says(column, "spent"):
        return False
    return not says(column, "beside") or _INCLUDED.search(column) is not None


def _are_codes(cells: Sequence[str]) -> bool:
    return share_of(cells, lambda cell: currency_in(cell) is not None) >= _MOST


def _is_unit_price(column: str) -> bool:
    named = says(column, "unit") or _UNIT_AMOUNT.search(column) is not None
    return named and not says(column, "whole")


def _quantity(look: Look) -> str:
    """The first column that counts pieces, empty for none."""
    fits = (c for c in look.named("quantity") if share_of(look.columns[c], _is_count) >= _MOST)
    return next(fits, "")


def _is_count(cell: str) -> bool:
    return re.fullmatch(r"-?\d{1,9}([.,]0+)?", cell.strip()) is not None


def _is_amount(cell: str, mark: str) -> bool:
    try:
        normalise.number(cell, "," if mark == "," else ".")
    except InputError:
        return False
    return True
