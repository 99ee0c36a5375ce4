"""Words of commerce that several formats share: event names, origin of an order, what was in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from waypost.intake.normalise import order_ids_in, snake_case
from waypost.intake.reading import as_text

__all__ = ["basket", "canonical_event", "order_channel", "orders_named"]

_CANONICAL: Mapping[str, str] = {
    "page_view": "page_viewed",
    "pageview": "page_viewed",
    "screen_view": "screen_viewed",
    "screen": "screen_viewed",
    "session_start": "session_started",
    "first_visit": "first_visited",
    "first_open": "app_installed",
    "application_opened": "app_opened",
    "application_installed": "app_installed",
    "search": "products_searched",
    "view_search_results": "products_searched",
    "view_item_list": "product_list_viewed",
    "select_item": "product_clicked",
    "view_item": "product_viewed",
    "share": "product_shared",
    "view_promotion": "promotion_viewed",
    "select_promotion": "promotion_clicked",
    "add_to_wishlist": "wishlist_product_added",
    "product_added_to_wishlist": "wishlist_product_added",
    "product_removed_from_wishlist": "wishlist_product_removed",
    "wishlist_product_added_to_cart": "cart_product_added",
    "add_to_cart": "cart_product_added",
    "added_to_cart": "cart_product_added",
    "product_added": "cart_product_added",
    "product_added_to_cart": "cart_product_added",
    "remove_from_cart": "cart_product_removed",
    "product_removed": "cart_product_removed",
    "view_cart": "cart_viewed",
    "begin_checkout": "checkout_started",
    "add_shipping_info": "shipping_info_entered",
    "add_payment_info": "payment_info_entered",
    "payment_declined": "payment_failed",
    "purchase": "order_completed",
    "purchase_completed": "order_completed",
    "transaction": "order_completed",
    "refund": "order_refunded",
    "sign_up": "signed_up",
    "user_signed_up": "signed_up",
    "account_created": "signed_up",
    "login": "signed_in",
    "logged_in": "signed_in",
    "logout": "signed_out",
    "logged_out": "signed_out",
    "generate_lead": "lead_submitted",
    "form_submitted": "lead_submitted",
    "email_link_clicked": "email_clicked",
    "unsubscribed": "newsletter_unsubscribed",
    "subscribed": "newsletter_subscribed",
    "newsletter_signup": "newsletter_subscribed",
}
_CHANNELS = (
    ("store", ("pos", "store", "till", "kasse", "filiale", "laden", "ladengeschaeft", "retail")),
    ("app", ("iphone", "ipad", "android", "ios", "app", "mobile_app")),
    ("phone", ("shopify_draft_order", "draft", "draft_order", "phone", "telefon")),
    (
        "marketplace",
        ("amazon", "ebay", "etsy", "otto", "zalando", "kaufland", "marketplace", "walmart"),
    ),
    ("social", ("instagram", "facebook", "tiktok", "pinterest", "youtube")),
)


def canonical_event(name: str) -> str:
    """The canonical name of an event that a tracking library wrote, else the name in snake case."""
    plain = snake_case(name)
    return _CANONICAL.get(plain, plain)


def order_channel(origin: str | None) -> str:
    """The channel of an order by what the shop says of its origin; ``web`` if unknown."""
    word = snake_case(origin or "")
    parts = set(word.split("_"))
    for channel, names in _CHANNELS:
        if word in names or parts & set(names):
            return channel
    return "web"


def orders_named(*texts: str | None) -> tuple[tuple[str, str], ...]:
    """The identifiers ``order_id`` that the texts name, none twice."""
    found = dict.fromkeys(name for text in texts for name in order_ids_in(text))
    return tuple(("order_id", name) for name in found)


def basket(rows: Iterable[tuple[Any, Any, Any]]) -> dict[str, str]:
    """Attributes ``items``, ``skus`` and ``item_count`` from (name, SKU, quantity) of line items.

    Names and SKUs are joined by ``; `` in file order, each once; a quantity that is no number
    counts as one piece, a line without a name and SKU not at all.
    """
    names: dict[str, None] = {}
    skus: dict[str, None] = {}
    count = 0.0
    for name, sku, quantity in rows:
        title, code = as_text(name), as_text(sku)
        if title is None and code is None:
            continue
        names.update({title: None} if title else {})
        skus.update({code: None} if code else {})
        count += _pieces(as_text(quantity))
    found = {"items": "; ".join(names), "skus": "; ".join(skus), "item_count": f"{count:g}"}
    return {key: value for key, value in found.items() if value} if count or names else {}


def _pieces(quantity: str | None) -> float:
    try:
        return float(quantity.replace(",", ".")) if quantity else 1.0
    except ValueError:
        return 1.0
