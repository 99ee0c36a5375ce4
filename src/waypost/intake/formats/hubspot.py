"""HubSpot's contacts and deals CSV; the user chooses the columns, so little can be relied on."""

from __future__ import annotations

import re
from dataclasses import replace

from waypost.intake.format import TEXT, Format, Signature
from waypost.intake.formats.moments import happened
from waypost.intake.formats.profiles import UNDATED, profile, traits
from waypost.intake.reading import Reading
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["HUBSPOT_CONTACTS", "HUBSPOT_DEALS"]

_CONTACT_ATTRIBUTES = {
    "lifecycle_stage": ("Lifecycle Stage", "Lifecycle-Phase", "Lifecycle-Stage"),
    "lead_status": ("Lead Status", "Lead-Status"),
    "original_source": ("Original Source", "Original-Quelle", "Ursprüngliche Quelle"),
    "owner": ("Contact owner", "Kontakt-Inhaber", "Zuständiger Mitarbeiter für Kontakt"),
}
_CONTACT_IDS = (
    *("Record ID", "Record ID - Contact", "Contact ID"),
    *("Datensatz-ID", "Datensatz-ID - Kontakt", "Kontakt-ID"),
)
_CREATED = ("Create Date", "Created At", "Erstellungsdatum", "Erstelldatum")
_PHONES = ("Phone Number", "Mobile Phone Number", "Telefonnummer", "Mobiltelefonnummer")
_GERMAN_TRAITS = {"trait.first_name": "Vorname", "trait.last_name": "Nachname"}
_TRAITS = ("First Name", "Last Name", "Job Title", "Company Name", "City", "Country", "Industry")
_STAGES = {
    "became_subscriber": ("Became a Subscriber Date", "Date entered Subscriber"),
    "became_lead": ("Became a Lead Date", "Date entered Lead"),
    "became_mql": (
        "Became a Marketing Qualified Lead Date",
        "Date entered Marketing Qualified Lead",
    ),
    "became_sql": ("Became a Sales Qualified Lead Date", "Date entered Sales Qualified Lead"),
    "became_opportunity": ("Became an Opportunity Date", "Date entered Opportunity"),
    "became_customer": ("Became a Customer Date", "Date entered Customer"),
    "became_evangelist": ("Became an Evangelist Date", "Date entered Evangelist"),
}
_STAGE_COLUMNS = tuple(name for names in _STAGES.values() for name in names)
_LIST = re.compile(r"[;,]\s*")


def _make_contact(record: Record, reading: Reading) -> Answer:
    key = reading.needed(record, *_CONTACT_IDS, "Email", "E-Mail")
    template = Event(
        at=0,
        event="",
        key=f"contact:{key}",
        line=record.line,
        channel="crm",
        identifiers=(
            *reading.email(record, "Email", "E-Mail", "E-Mail-Adresse"),
            *reading.phone(record, *_PHONES),
            *reading.identifier("customer_id.hubspot", record, *_CONTACT_IDS),
            *_accounts(record, reading),
        ),
        attributes=reading.attributes(record, _CONTACT_ATTRIBUTES),
    )
    created = reading.time(record, *_CREATED)
    events = [] if created is None else [happened(template, "contact_created", created)]
    for rank, (name, columns) in enumerate(_STAGES.items(), 1):
        moment = reading.time(record, *columns)
        if moment is not None:
            events.append(happened(template, name, moment, rank=rank))
    known = reading.attributes(record, _GERMAN_TRAITS) | traits(reading, record, _TRAITS)
    known |= {f"trait.{name}": text for name, text in template.attributes.items()}
    events.append(
        profile(
            record,
            key=template.key,
            identifiers=template.identifiers,
            attributes=known,
            moment=reading.time(record, "Last Modified Date", "Last Activity Date")
            or created
            or UNDATED,
        )
    )
    return events


def _accounts(record: Record, reading: Reading) -> tuple[tuple[str, str], ...]:
    listed = reading.text(
        record, "Associated Company IDs", "Associated Company ID", "Primary Associated Company ID"
    )
    return tuple(("account", f"hubspot:{one}") for one in _LIST.split(listed or "") if one)


def _make_deal(record: Record, reading: Reading) -> Answer:
    key = reading.needed(record, "Record ID", "Record ID - Deal", "Deal ID")
    currency = reading.currency(record, "Currency", "Deal currency code")
    contacts = reading.text(record, "Associated Contact IDs", "Associated Contact ID")
    template = Event(
        at=0,
        event="",
        key=f"deal:{key}",
        line=record.line,
        channel="crm",
        identifiers=(
            *(("customer_id.hubspot", one) for one in _LIST.split(contacts or "") if one),
            *_accounts(record, reading),
        ),
        value=reading.money(record, "Amount", currency),
        currency=currency,
        attributes=reading.attributes(record, _DEAL_ATTRIBUTES),
    )
    created = reading.time(record, "Create Date", "Created At")
    events = (
        []
        if created is None
        else [replace(happened(template, "deal_created", created), value=None)]
    )
    ending = _ending(reading.text(record, "Deal Stage") or "")
    closed = reading.time(record, "Close Date")
    if ending and closed is not None:
        events.append(happened(template, ending, closed, rank=1))
    return events or Ignore("deal without any time")


_DEAL_ATTRIBUTES = {
    "deal_id": "Record ID",
    "deal_name": "Deal Name",
    "deal_stage": "Deal Stage",
    "pipeline": "Pipeline",
    "owner": "Deal owner",
}


def _ending(stage: str) -> str:
    folded = stage.casefold().replace(" ", "").replace("_", "")
    if "closedwon" in folded or "gewonnen" in folded:
        return "deal_won"
    return "deal_lost" if "closedlost" in folded or "verloren" in folded else ""


HUBSPOT_CONTACTS = Format(
    id="hubspot_contacts",
    label="HubSpot contacts (CSV)",
    source="hubspot",
    kinds=TEXT,
    signature=Signature(
        required=(
            _CONTACT_IDS,
            ("Email", "E-Mail", "E-Mail-Adresse"),
            tuple(name for names in _CONTACT_ATTRIBUTES.values() for name in names),
        ),
        typical=("First Name", "Last Name", "Create Date", "Phone Number", "Original Source"),
    ),
    make=_make_contact,
    times=(
        *_CREATED,
        "Last Modified Date",
        "Last Activity Date",
        *_STAGE_COLUMNS,
    ),
)

HUBSPOT_DEALS = Format(
    id="hubspot_deals",
    label="HubSpot deals (CSV)",
    source="hubspot",
    kinds=TEXT,
    signature=Signature(
        required=(("Record ID", "Record ID - Deal", "Deal ID"), "Deal Name", "Deal Stage"),
        typical=("Amount", "Close Date", "Create Date", "Deal owner", "Associated Contact IDs"),
    ),
    make=_make_deal,
    times=("Create Date", "Created At", "Close Date"),
    amounts=("Amount",),
)
