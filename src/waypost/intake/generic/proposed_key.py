"""The key of an unknown table: by which columns a record is known again."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Any

from waypost.intake.generic.column_words import says
from waypost.intake.generic.look import Look
from waypost.intake.normalise import snake_case

__all__ = ["propose_key"]

_ANOTHERS = ("artikel", "article", "product", "produkt", "item", "sku", "konto", "iban", "haus")
_NUMBERED = ("nummer", "nr", "_no", "_id", "transaktionscode")


def propose_key(look: Look, content: Dict[str, Any]) -> dict[str, object]:
    """The part ``key``: a number of its own in every record, or one that its records share.

    The part ``group`` where the records that share the number of an order or a receipt have
    amounts of their own.
    """
    number, shared = _own_number(look, content), _shared_number(look, content)
    if shared and (look.taken.get(shared) == "order_id" or says(shared, "receipt")):
        return {"key": [_shared(look, shared)]}
    parts = _group(look, content)
    if parts:
        look.reasons["group"] = (
            f"{' + '.join(parts)}: its records have one time and amounts of their own, so they are "
            "one event with their sum"
        )
        return {"group": parts}
    if number:
        look.reasons["key"] = f"{number}: every record has another value"
        look.taken.setdefault(number, "key")
        return {"key": [number]}
    if shared:
        return {"key": [_shared(look, shared)]}
    look.reasons["key"] = "no column is different in every record, so a record's content is its key"
    return {}


def _shared(look: Look, column: str) -> str:
    look.reasons["key"] = (
        f"{column}: the records of one repeat its time and amount, so they count once"
    )
    look.taken.setdefault(column, "key")
    return column


def _own_number(look: Look, content: Dict[str, Any]) -> str:
    """The number that every record has another of; empty for none."""
    for column, cells in look.columns.items():
        unique = len(cells) == look.rows == len(set(cells)) and look.rows > 1
        if unique and _is_number(column) and not _is_of_another(look, column, content):
            return column
    return ""


def _group(look: Look, content: Dict[str, Any]) -> list[str]:
    """The number of an order or a receipt that several records share, with its shop if needed.

    All records of one have the same time; there are fewer numbers than records.
    """
    if "value" not in content or "time" not in content:
        return []
    numbers = [c for c, part in look.taken.items() if part == "order_id"]
    numbers += [c for c in look.columns if says(c, "receipt") and c not in look.taken]
    shops = [c for c in look.columns if says(c, "shop") and c not in look.taken]
    for number in numbers:
        if len(look.columns[number]) < look.rows or says(number, "value"):
            continue
        for parts in ([number], *([shop, number] for shop in shops)):
            if _has_one_time(look, parts, [*content["time"].values()]):
                return parts
    return []


def _has_one_time(look: Look, parts: list[str], time: list[str]) -> bool:
    """Whether the records that share the parts share their time, and some do."""
    times: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    columns = [name for name in time if name in look.columns]
    for record in look.records:
        whose = tuple(look.cell(record, name) for name in parts)
        times.setdefault(whose, set()).add(tuple(look.cell(record, name) for name in columns))
    return 1 < len(times) < look.rows and all(len(one) == 1 for one in times.values())


def _is_of_another(look: Look, column: str, content: Dict[str, Any]) -> bool:
    """Whether the number is that of a person or an article, who may come again."""
    if look.taken.get(column) in ("email", "phone"):
        return True
    repeats = "value" in content or "rating" in content
    named = snake_case(column).startswith(_ANOTHERS) or says(column, "customer")
    return repeats and named and look.taken.get(column) != "order_id"


def _is_number(column: str) -> bool:
    return says(column, "key") or snake_case(column).endswith(_NUMBERED)


def _shared_number(look: Look, content: Dict[str, Any]) -> str:
    """The number whose records, one per article, all repeat one total; empty for none."""
    value = content.get("value")
    if value is None or "times" in value:
        return ""
    dates = [content["time"]] if "time" in content else [*content["moments"].values()]
    whole = {value["column"], *(part for date in dates for part in date.values())}
    same = [value["column"], *whole - {value["column"]}, *content["identifiers"].values()]
    same = [column for column in same if column in look.columns]
    for column in look.columns:
        if not _is_number(column) or column in whole or says(column, "customer"):
            continue
        facts: dict[str, set[tuple[str, ...]]] = {}
        for record in look.records:
            told = tuple(look.cell(record, name) for name in same)
            facts.setdefault(look.cell(record, column), set()).add(told)
        full = len(look.columns[column]) == look.rows and 1 < len(facts) < look.rows
        amounts = {one[0] for told in facts.values() for one in told}
        if full and len(amounts) > 1 and all(len(told) == 1 for told in facts.values()):
            return column
    return ""
