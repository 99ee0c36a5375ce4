"""Who a record of an unknown table is about: the columns that name persons and orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from waypost.intake import normalise
from waypost.intake.generic.column_words import says
from waypost.intake.generic.look import SAYS_NOTHING, Look, is_constant, share_of
from waypost.intake.normalise import order_ids_in, snake_case

__all__ = ["propose_people"]

_ID = re.compile(r"(?=\S*\d)\S{1,64}")
_UUID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}")
_DIALLED = re.compile(r"(\+|00)[1-9][\d ()/-]{6,20}")
_NUMBERED = ("_id", "_nr", "_no", "_nummer", "_number")
_OF_SHOP = ("merchant_reference", "merchant_order", "externe_auftragsn", "externe_bestelln")
_REFERENCES = ("reference_number", "reference_id", "referenznummer")
_MEMBER = "customer_id.member"  # a business has one list of members, in all its systems
_LEAD = "customer_id.lead"  # as above, of leads
_LAST_DIGITS = 4
_MOST = 0.9
_NAMED = 0.5  # of a column whose name says what it holds; other cells name nobody


def propose_people(look: Look, name: str) -> dict[str, str]:
    """The part ``identifiers``: kind to column; customer numbers are those of ``name``."""
    found = _addresses(look)
    kinds = {
        "customer": f"customer_id.{name}",
        "lead": _LEAD,
        "user": "user_id",
        "anonymous": "anonymous_id",
        "visit": "anonymous_id",
        "card": "loyalty_card",
        "case": "case",
        "order": "order_id",
    }
    for meaning, kind in kinds.items():
        column = "" if meaning == "visit" and found else _named_one(look, meaning)
        if column:
            which = _kind_of(look, column, meaning, kind)
            found[which] = look.take(which, column, "its name says so")
    if "order_id" not in found:
        found |= _named_orders(look)
    if not found:
        found = _any_identifier(look, f"customer_id.{name}")
    if not found:
        look.reasons["identifiers"] = "no column can name a person, so nobody gets a journey"
    elif set(found) == {"order_id"}:
        look.reasons["identifiers"] = "orders alone name nobody; another file must join them"
    return found


def _named_one(look: Look, meaning: str) -> str:
    """The column whose name says the meaning and whose cells are ids; empty for none."""
    named = look.named(meaning)
    if meaning == "card":
        named += look.named("numbered_card")
        named = [c for c in named if not _are_last_digits(look.columns[c])]
    if meaning == "order":
        named = [*(c for c in look.columns if _is_of_shop(c) and c not in look.taken), *named]
    if meaning == "user":
        named = [c for c in named if not says(c, "anonymous")]
    named = list(dict.fromkeys(named))
    fits = [c for c in named if _looks_like_ids(look.columns[c]) and not _is_counted(c)]
    if (
        meaning == "order"
        and fits
        and _is_of_shop(fits[0])
        and not is_constant(look.columns[fits[0]])
    ):
        return fits[0]
    return next(iter(_persons_first(look, fits)), "")


def _is_of_shop(column: str) -> bool:
    """Whether another system gives the number that the shop itself has for an order."""
    name = snake_case(column)
    return name.startswith(_OF_SHOP) or name in _REFERENCES


def _kind_of(look: Look, column: str, meaning: str, kind: str) -> str:
    if meaning == "user" and _are_random(look, column):
        return "anonymous_id"
    return _MEMBER if meaning == "customer" and says(column, "member") else kind


def _is_counted(column: str) -> bool:
    """Whether the name says how many or what of a thing; its number is none of these."""
    return says(column, "counted") and not snake_case(column).endswith(_NUMBERED)


def _are_last_digits(cells: Sequence[str]) -> bool:
    """Whether they are the last four digits of payment cards, which strangers share."""
    return share_of(cells, lambda cell: cell.isdigit() and len(cell) == _LAST_DIGITS) == 1


def _are_random(look: Look, column: str) -> bool:
    """Whether the ids are those that a browser draws, and none that somebody has given."""
    return share_of(look.columns[column], lambda cell: _UUID.match(cell) is not None) > _NAMED


def _named_orders(look: Look) -> dict[str, str]:
    """The column of purposes of payments, where most of them name an order."""
    for column in look.named("purpose"):
        if share_of(look.columns[column], lambda cell: bool(order_ids_in(cell))) >= _NAMED:
            return {"order_id": look.take("order_id", column, "its values name orders")}
    return {}


def _addresses(look: Look) -> dict[str, str]:
    """The first column of e-mail addresses and the first of phone numbers."""
    fits: dict[str, Callable[[str], bool]] = {
        "email": lambda cell: normalise.email(cell) is not None,
        "phone": lambda cell: normalise.phone(cell, look.country) is not None,
    }
    why = {"email": "its values are e-mail addresses", "phone": "it holds phone numbers"}
    named = {"email": [c for c in look.columns if c not in look.taken], "phone": []}
    found: dict[str, str] = {}
    for kind, is_one in fits.items():
        called = named[kind] or look.named(kind) or _international(look)
        for column in _persons_first(look, called):
            least = _NAMED if says(column, kind) else _MOST
            if share_of(look.columns[column], is_one) >= least:
                found[kind] = look.take(kind, column, why[kind])
                break
    return found


def _international(look: Look) -> list[str]:
    """Columns whose name does not say it, but whose cells are numbers as ``+49 221 …``."""
    free = [c for c in look.columns if c not in look.taken]
    return [c for c in free if share_of(look.columns[c], _is_international) >= _MOST]


def _is_international(cell: str) -> bool:
    return _DIALLED.fullmatch(cell) is not None


def _persons_first(look: Look, columns: Sequence[str]) -> list[str]:
    """Without columns of the company's own people and lines; ids before what is only called so.

    One value in every record is the shop's own address, or no id at all.
    """
    fits = [c for c in columns if not says(c, "staff") and not is_constant(look.columns[c])]
    return sorted(fits, key=lambda column: not says(column, "key"))


def _any_identifier(look: Look, kind: str) -> dict[str, str]:
    """The first column of ids that are not said to be those of a thing or of the staff."""
    for column in look.named("key"):
        cells = look.columns[column]
        single = len(set(cells)) == len(cells)
        if is_constant(cells) or (single and len(cells) >= SAYS_NOTHING):
            continue
        is_other = says(column, "thing") or says(column, "staff")
        if not is_other and _looks_like_ids(cells):
            why = "no better identifier exists, and its name and values are ids"
            if single:
                why += "; each record has another one, so it may name the record and no person"
            return {kind: look.take(kind, column, why)}
    return {}


def _looks_like_ids(cells: Sequence[str]) -> bool:
    """Short texts without blanks inside, not few words and no dates; nothing masked."""
    if any("*" in cell for cell in cells):
        return False
    return share_of(cells, lambda cell: _ID.fullmatch(cell) is not None) >= _MOST
