"""Workspaces that the tests of reading share."""

from __future__ import annotations

from pathlib import Path

from tests.maps.small_shop import Act, shop_of
from tests.strategies.stored_shop import stored_shop
from waypost.app import Workspace

__all__ = ["browsing_shop", "scattered_shop"]


def scattered_shop(folder: Path) -> Workspace:
    """Events at random over two shards and an overlay, some without a person."""
    return stored_shop(folder, events=4_000, people=300)


def browsing_shop(folder: Path) -> Workspace:
    """Forty look, twenty fill a cart, eight order and rate, six write a review."""
    acts = [Act(f"p{i}", "product_viewed", i) for i in range(40)]
    acts += [Act(f"p{i}", "cart_product_added", i + 0.5, value=5_000) for i in range(20)]
    acts += [Act(f"p{i}", "order_placed", i + 1, value=9_900, rating=i % 3) for i in range(8)]
    acts += [Act(f"p{i}", "email_opened", i + 0.2, channel="email") for i in range(15)]
    acts += [Act("", "product_viewed", 50 + i) for i in range(7)]
    acts += [
        Act(f"p{i}", "review_posted", 100 + i, channel="review", rating=r, text=_SAID[i])
        for i, r in enumerate((2, 1, 2, -1, 1, 2))
    ]
    acts += [Act("late", "product_viewed", 24 * 93)]
    return shop_of(folder, acts)


_SAID = (
    "The wheel runs quietly and well",
    "The wheel came quickly, all well",
    "A quiet wheel, and it came quickly",
    "The wheel was bent and came late",
    "All well with the wheel so far",
    "Quick, quiet and well packed wheel",
)
