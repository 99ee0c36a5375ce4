"""What advertising cost, kept in a German spreadsheet: semicolons, commas, a total."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta

from waypost.demo.ledger import Ledger
from waypost.demo.scribes.text import csv_line, money_de
from waypost.demo.seasons import DAYS, FIRST_DAY

__all__ = ["FILE", "HEADER", "write_costs"]

FILE = "Werbekosten 2025-2026.csv"
HEADER = "Datum;Kanal;Kampagne;Impressionen;Klicks;Kosten (EUR);Conversions;Conversion-Wert (EUR)"
_CAMPAIGNS = (
    ("google_ads", "Google Ads", "Shopping Räder", 0.6, 62),
    ("google_ads", "Google Ads", "Marke Alpenrad", 0.4, 21),
    ("meta_ads", "Meta Ads", "Remarketing Räder", 0.7, 48),
    ("meta_ads", "Meta Ads", "E-Bike Frühjahr „jetzt“", 0.3, 71),
)


def write_costs(ledger: Ledger, clicks: Mapping[tuple[int, str], int], seed: int) -> None:
    """Write one row per day and campaign with clicks, then the total; Windows' own encoding."""
    dice = random.Random(seed * 7 + 3)
    sums = [0, 0, 0, 0, 0]
    for offset in range(DAYS):
        for entry, channel, campaign, share, price in _CAMPAIGNS:
            count = clicks.get((offset, entry), 0)
            row = _row(int(count * share * (1 + 0.3 * dice.random()) + dice.random()), price, dice)
            if not row[1]:
                continue
            sums = [total + part for total, part in zip(sums, row, strict=True)]
            day = (FIRST_DAY + timedelta(days=offset)).strftime("%d.%m.%Y")
            _write(ledger, offset, [day, channel, campaign, *_figures(row)])
            ledger.trace(FILE, f"{day}:{campaign}", "", [])
    _write(ledger, DAYS, ["Gesamt", "", "", *_figures(sums)])


def _row(clicks: int, price: int, dice: random.Random) -> list[int]:
    shown = int(clicks / (0.012 + 0.02 * dice.random()))
    cost = int(clicks * price * (0.8 + 0.4 * dice.random()))
    bought = sum(dice.random() < 0.03 for _ in range(clicks))
    return [shown, clicks, cost, bought, bought * int(18_000 + 30_000 * dice.random())]


def _figures(row: list[int]) -> list[str]:
    shown, clicks, cost, bought, value = row
    return [
        f"{shown:,}".replace(",", "."),
        str(clicks),
        money_de(cost),
        str(bought),
        money_de(value),
    ]


def _write(ledger: Ledger, offset: int, cells: list[str]) -> None:
    line = csv_line(cells, separator=";", end="\r\n")
    ledger.write(FILE, offset * 86_400_000, line.encode("cp1252"))
