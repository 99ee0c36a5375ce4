"""Deals of Salesforce, Zoho and Dynamics: created, and won or lost when they were closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from waypost.intake.format import TEXT, Format, Sample, Signature
from waypost.intake.formats.moments import happened
from waypost.intake.reading import Reading, as_text, folded
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["DYNAMICS_DEALS", "SALESFORCE_DEALS", "SALESFORCE_HISTORY", "ZOHO_DEALS"]

_IDS = (
    *("Opportunity ID", "Opportunity-ID", "OpportunityId", "Record Id", "Deal Id"),
    *("(Do Not Modify) Opportunity", "(Nicht ändern) Verkaufschance", "Id"),
)
_NAMES = (
    *("Opportunity Name", "Opportunity-Name", "Opportunityname", "Deal Name", "Topic", "Thema"),
    "Name",
)
_STAGES = ("Stage", "StageName", "Phase", "Status")
_CREATED = (
    *("Created Date", "CreatedDate", "Erstelldatum", "Erstellungsdatum", "Created Time"),
    *("Created On", "Erstellt am"),
)
_CLOSED = (
    *("Actual Close Date", "Tatsächliches Abschlussdatum", "Close Date", "CloseDate"),
    *("Schlusstermin", "Abschlussdatum", "Closing Date"),
)
_AMOUNTS = ("Actual Revenue", "Tatsächlicher Umsatz", "Amount", "Betrag", "Est. Revenue")
_CURRENCIES = ("Amount Currency", "CurrencyIsoCode", "Opportunity Currency", "Currency", "Währung")
_EMAILS = ("Contact Email", "Email", "E-Mail", "Primary Contact Email", "Contact: Email")
_CONTACTS = ("Contact ID", "ContactId", "Primary Contact ID", "Contact Id")
_ACCOUNTS = ("Account ID", "AccountId", "Account Id", "Account-ID")
_WON = ("closed won", "closedwon", "won", "gewonnen", "geschlossen und gewonnen")
_LOST = ("closed lost", "closedlost", "lost", "verloren", "canceled", "out-sold")
_YES = ("1", "true", "yes", "ja", "wahr")
_SHORT = 15
_ATTRIBUTES: Mapping[str, str | tuple[str, ...]] = {
    "deal_name": _NAMES,
    "deal_stage": _STAGES,
    "owner": ("Opportunity Owner", "Opportunity-Inhaber", "Deal Owner", "Owner"),
    "lost_reason": ("Loss Reason", "Reason For Loss", "Verlustgrund"),
}


def _deal(record: Record, reading: Reading) -> Answer:
    template = _template(record, reading)
    created, closed = reading.time(record, *_CREATED), reading.time(record, *_CLOSED)
    events = [] if created is None else [happened(template, "deal_created", created)]
    events = [replace(one, value=None) for one in events]
    ending = _ending(record, reading)
    if ending and closed is not None:
        events.append(happened(template, ending, closed, rank=1))
    return events or Ignore("deal without any time")


def _template(record: Record, reading: Reading) -> Event:
    currency = reading.currency(record, *_CURRENCIES)
    source = reading.facts["source"]
    accounts = reading.identifier("account", record, *_ACCOUNTS)
    return Event(
        at=0,
        event="",
        key=f"deal:{_short(reading.needed(record, *_IDS))}",
        line=record.line,
        channel="crm",
        identifiers=(
            *reading.email(record, *_EMAILS),
            *reading.identifier(f"customer_id.{source}", record, *_CONTACTS),
            *((kind, f"{source}:{name}") for kind, name in accounts),
        ),
        value=reading.money(record, reading.filled(record, *_AMOUNTS), currency),
        currency=currency,
        attributes=reading.attributes(record, _ATTRIBUTES),
    )


def _short(deal: str) -> str:
    """Salesforce's id of 15 letters; the last three of 18 only repeat their case."""
    return deal[:_SHORT] if deal.startswith("006") else deal


def _ending(record: Record, reading: Reading) -> str:
    """Of a closed deal ``deal_won`` or ``deal_lost``: by its flags, else by the stage's name."""
    if (reading.text(record, "IsWon", "Won", "Gewonnen") or "").casefold() in _YES:
        return "deal_won"
    if (reading.text(record, "IsClosed", "Closed", "Geschlossen") or "").casefold() in _YES:
        return "deal_lost"
    stage = (reading.text(record, *_STAGES) or "").casefold()
    return _of_stage(stage)


def _of_stage(stage: str) -> str:
    if stage in _WON or "closed won" in stage:
        return "deal_won"
    return "deal_lost" if stage in _LOST or "closed lost" in stage else ""


def _step(record: Record, reading: Reading) -> Answer:
    """A line of the history: the stage a deal came to, and when."""
    template = _template(record, reading)
    ending = _of_stage((reading.text(record, *_STAGES, "New Value", "NewValue") or "").casefold())
    if not ending:
        return Ignore("stage that ends no deal")
    return [happened(template, ending, reading.needed_time(record, *_CREATED, "Edit Date"), rank=1)]


def _from(source: str, reading: Reading, _sample: Sample) -> Reading:
    return replace(reading, facts={**reading.facts, "source": source})


def _are_opportunities(sample: Sample) -> bool:
    """Whether an id is one of Salesforce's opportunities."""
    names = {folded(name) for name in _IDS}
    cells = [as_text(v) or "" for row in sample for k, v in row.items() if folded(str(k)) in names]
    return any(cell.startswith("006") for cell in cells)


def _format(name: str, label: str, source: str, signature: Signature) -> Format:
    return Format(
        id=name,
        label=label,
        source=source,
        kinds=TEXT,
        signature=signature,
        make=_deal,
        times=(*_CREATED, *_CLOSED),
        amounts=_AMOUNTS,
        study=partial(_from, source),
    )


SALESFORCE_DEALS = _format(
    "salesforce_deals",
    "Salesforce opportunities (CSV)",
    "salesforce",
    Signature(
        required=(_IDS, _NAMES, _STAGES, _CREATED, ("Close Date", "CloseDate", "Schlusstermin")),
        typical=("Amount", "Account ID", "Won", "IsWon", "Closed", "IsClosed", "Probability (%)"),
        holds=_are_opportunities,
    ),
)

SALESFORCE_HISTORY = replace(
    _format(
        "salesforce_history",
        "Salesforce history of opportunities (CSV)",
        "salesforce",
        Signature(
            required=(("OpportunityId", "Opportunity ID"), ("StageName", "Stage"), "CreatedDate"),
            typical=("ExpectedRevenue", "ForecastCategory", "Probability", "CloseDate"),
            holds=_are_opportunities,
        ),
    ),
    make=_step,
    yields_to=("salesforce_deals",),
)

ZOHO_DEALS = _format(
    "zoho_deals",
    "Zoho deals (CSV)",
    "zoho",
    Signature(
        required=(("Record Id", "Deal Id"), "Deal Name", "Stage", "Created Time", "Closing Date"),
        typical=("Deal Owner", "Amount", "Account Name", "Contact Name", "Modified Time"),
    ),
)

DYNAMICS_DEALS = _format(
    "dynamics_deals",
    "Dynamics opportunities (CSV or workbook)",
    "dynamics",
    Signature(
        required=(
            ("(Do Not Modify) Opportunity", "(Nicht ändern) Verkaufschance"),
            ("Topic", "Thema"),
            "Status",
            ("Created On", "Erstellt am"),
        ),
        typical=("Est. Revenue", "Actual Revenue", "Actual Close Date", "Potential Customer"),
    ),
)
