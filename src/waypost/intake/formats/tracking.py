"""What tracking libraries share: flat properties, campaign, channel of a hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from waypost.intake.formats.commerce import basket
from waypost.intake.normalise import order_id, snake_case, to_minor
from waypost.intake.reading import as_text

__all__ = [
    "LIST_LIMIT",
    "ORDER_NAMES",
    "campaign_in_url",
    "flat",
    "hit_channel",
    "items_of",
    "order_of",
    "value_of",
]

_DEPTH = 3
LIST_LIMIT = 20
"""So many entries of a list are kept."""
_VALUE_NAMES = ("total", "revenue", "value", "purchase_revenue", "amount", "$revenue", "price")
ORDER_NAMES = (
    "order_id",
    "orderId",
    "order_number",
    "transaction_id",
    "transactionId",
    "checkout_order_id",
)
"""What libraries call the number of an order, the surest first."""
_MONEY_EVENTS = ("order_", "payment_", "checkout_", "cart_", "product_", "purchase_")


def flat(tree: Mapping[str, Any], prefix: str = "", depth: int = _DEPTH) -> dict[str, str]:
    """Scalars of nested objects by dotted snake-case names; lists of scalars joined by ``; ``.

    Lists of objects and what lies deeper than three levels are left out.
    """
    return dict(_walk(tree, prefix, depth))


def _walk(tree: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        name = prefix + (snake_case(key) or key)
        if isinstance(value, dict | Mapping):
            if depth > 1:
                yield from _walk(value, f"{name}.", depth - 1)
        elif isinstance(value, list):
            texts = [text for text in map(as_text, value[:LIST_LIMIT]) if text]
            if texts:
                yield name, "; ".join(texts)
        else:
            text = as_text(value)
            if text is not None:
                yield name, text


def items_of(properties: Mapping[str, Any]) -> dict[str, str]:
    """Attributes of the products of a cart or order event: ``items``, ``skus``, ``item_count``."""
    lines = properties.get("products") or properties.get("items")
    if not isinstance(lines, list):
        return {}
    rows = [line for line in lines if isinstance(line, Mapping)]
    return basket(
        (
            line.get("name") or line.get("item_name"),
            line.get("sku") or line.get("product_id") or line.get("item_id"),
            line.get("quantity"),
        )
        for line in rows
    )


def value_of(event: str, properties: Mapping[str, Any], currency: str) -> int | None:
    """Money of a commerce event in minor units; None for other events and for what is no number."""
    if not event.startswith(_MONEY_EVENTS):
        return None
    for name in _VALUE_NAMES:
        text = as_text(properties.get(name))
        if text is None:
            continue
        try:
            figure = Decimal(text)
        except InvalidOperation:
            continue
        return to_minor(figure, currency) if figure.is_finite() else None
    return None


def order_of(properties: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The identifier ``order_id`` that the properties name, else nothing."""
    for name in ORDER_NAMES:
        found = order_id(as_text(properties.get(name)))
        if found:
            return (("order_id", found),)
    return ()


def hit_channel(event: str, *, mobile: bool) -> str:
    """``email`` for mail events, ``app`` for hits of an app, else ``web``."""
    if event.startswith(("email_", "newsletter_")):
        return "email"
    return "app" if mobile or event.startswith(("app_", "screen_")) else "web"


def campaign_in_url(url: str | None) -> dict[str, str]:
    """``utm_*``, ``gclid`` and ``fbclid`` of a page address; empty for an address without them."""
    if not url or "?" not in url:
        return {}
    found = {}
    for part in url.partition("?")[2].partition("#")[0].split("&"):
        name, _, value = part.partition("=")
        if value and (name.startswith("utm_") or name in ("gclid", "fbclid")):
            found[name] = value.replace("+", " ")
    return found
