"""Costs of adverts per day and campaign, as German and English ad managers export them."""

from __future__ import annotations

from collections.abc import Mapping

from waypost.errors import InputError
from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.normalise import currency_in
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["AD_COSTS"]

_DAY = (
    *("Day", "Date", "Tag", "Datum", "Start Date (in UTC)", "Gregorian date", "By Day"),
    *("Reporting starts", "Berichtsbeginn", "Berichtsstart"),
)
_CAMPAIGN = ("Campaign", "Campaign name", "Kampagne", "Kampagnenname")
_CURRENCIES = ("EUR", "CHF", "USD", "GBP")
_COST = (
    *("Cost", "Costs", "Spend", "Total Spent", "Kosten", "Ausgaben"),
    *("Amount spent", "Ausgegebener Betrag"),
    *(f"{name} ({code})" for code in _CURRENCIES for name in ("Amount spent", "Cost", "Spend")),
    *(f"{name} ({code})" for code in _CURRENCIES for name in ("Ausgegebener Betrag", "Kosten")),
    "Kosten in EUR",
)
_VOLUME = ("Clicks", "Klicks", "Impressions", "Impressionen", "Impr.", "Link clicks", "Link-Klicks")
_PLATFORM = (
    "Platform",
    "Plattform",
    "Network",
    "Netzwerk",
    "Publisher platform",
    "Kanal",
    "Channel",
    "Source",
    "Quelle",
)
_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "platform": _PLATFORM,
    "campaign": _CAMPAIGN,
    "campaign_id": ("Campaign ID", "Kampagnen-ID", "Kampagnen-Id"),
    "ad_group": ("Ad group", "Anzeigengruppe", "Ad set name", "Anzeigengruppenname"),
    "impressions": ("Impressions", "Impressionen", "Impr."),
    "clicks": ("Clicks", "Klicks", "Link clicks", "Link-Klicks"),
    "conversions": ("Conversions", "Results", "Ergebnisse"),
}
_TOTALS = ("total", "gesamt", "summe", "insgesamt", "total:", "gesamt:", "summe:")


def _make(record: Record, reading: Reading) -> Answer:
    if _is_total(record, reading):
        return Ignore("total line")
    moment = reading.needed_time(record, *_DAY)
    cost_column = next((name for name in _COST if reading.text(record, name) is not None), None)
    if cost_column is None:
        raise InputError("The cost is empty.", column=_COST[0])
    cost = reading.text(record, cost_column) or ""
    currency = (
        currency_in(cost)
        or _named(cost_column)
        or reading.currency(record, "Currency", "Währung", "Currency code", "Währungscode")
    )
    attributes = reading.attributes(record, _ATTRIBUTES)
    day = (reading.text(record, *_DAY) or "")[:10]
    names = ":".join(
        attributes.get(part, "") for part in ("platform", "campaign", "campaign_id", "ad_group")
    )
    return [
        Event(
            at=moment.at,
            event="$ad_cost",
            key=f"cost:{moment.at // 1_000_000}:{names}",
            line=record.line,
            channel="ads",
            value=reading.money(record, cost_column, currency),
            currency=currency,
            attributes=attributes | {"day": day},
            flags=moment.flags,
        )
    ]


def _named(column: str) -> str:
    """The currency that the column's name says, empty for none."""
    return next((code for code in _CURRENCIES if code in column), "")


def _is_total(record: Record, reading: Reading) -> bool:
    """Whether day, campaign or platform is a word for the sum, and the day no day."""
    cells = [
        reading.text(record, *_DAY),
        reading.text(record, *_CAMPAIGN),
        reading.text(record, *_PLATFORM),
    ]
    words = [cell.casefold().split()[0] for cell in cells if cell]
    return any(word in _TOTALS for word in words) and not any(
        cell and cell[:1].isdigit() for cell in cells[:1]
    )


AD_COSTS = Format(
    id="ad_costs",
    label="Ad costs per day and campaign (CSV)",
    source="ad_costs",
    kinds=TEXT,
    signature=Signature(required=(_DAY, _CAMPAIGN, _COST, _VOLUME)),
    make=_make,
    times=_DAY,
    amounts=_COST,
)
