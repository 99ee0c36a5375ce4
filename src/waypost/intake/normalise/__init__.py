"""Cells as exports write them → identifiers, money, times and ratings in one spelling."""

from waypost.intake.normalise.contact import email, emails, phone
from waypost.intake.normalise.money import (
    Decimals,
    amount,
    currency_in,
    decide_decimals,
    minor_units,
    number,
    to_minor,
)
from waypost.intake.normalise.names import order_id, order_ids_in, order_named, snake_case
from waypost.intake.normalise.ratings import SCALES, Scale, rate
from waypost.intake.normalise.times import (
    ISO,
    NO_DAY,
    ORDERS,
    Instant,
    TimeStyle,
    decide_style,
    parse_time,
)
from waypost.intake.normalise.zones import to_utc, wall_to_utc, zone_named

__all__ = [
    "ISO",
    "NO_DAY",
    "ORDERS",
    "SCALES",
    "Decimals",
    "Instant",
    "Scale",
    "TimeStyle",
    "amount",
    "currency_in",
    "decide_decimals",
    "decide_style",
    "email",
    "emails",
    "minor_units",
    "number",
    "order_id",
    "order_ids_in",
    "order_named",
    "parse_time",
    "phone",
    "rate",
    "snake_case",
    "to_minor",
    "to_utc",
    "wall_to_utc",
    "zone_named",
]
