"""Words in the names of columns, German and English, and what a column then means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from waypost.intake.normalise import snake_case

__all__ = ["TOTALS", "known_events", "moment_name", "says", "says_utc"]

TOTALS = ("summe", "gesamt", "gesamtsumme", "zwischensumme", "total", "subtotal", "insgesamt")
"""Cells that say that their line is one of totals, in small letters."""

_WORDS: Mapping[str, str] = {
    "time": (
        "time timestamp date datetime datum zeit zeitpunkt uhrzeit created erstellt at am when tag "
        "ts epoch"
    ),
    "begin": (
        "created creation create erstellt erstellungsdatum start started begin beginn placed "
        "bestelldatum opened eroeffnet"
    ),
    "later": (
        "updated modified changed closed resolved solved ended completed due end last latest "
        "geaendert aktualisiert geschlossen geloest erledigt beendet ende faellig letzte letzter "
        "zuletzt bearbeitet auszahlungsdatum"
    ),
    "clock": "uhrzeit zeit time clock hour stunde",
    "event": (
        "event action activity ereignis aktion aktivitaet vorgang metric transaktionsart "
        "vorgangsart buchungsart belegart"
    ),
    "customer": (
        "customer client kunde kunden kundin kundennummer kundennr member mitglied debitor "
        "debitorennummer contact kontakt"
    ),
    "card": "kundenkarte kundenkartennummer loyalty bonuskarte treuekarte stammkundenkarte karte",
    "user": "user benutzer nutzer userid",
    "anonymous": "anonymous visitor cookie session besucher",
    "case": "case caseid fall vorgangsnummer",
    "order": "order bestellung bestellnummer bestellnr auftrag auftragsnummer invoice rechnung",
    "phone": (
        "phone telefon handy mobil mobile tel rufnummer telefonnummer mobilnummer mobiltelefon"
    ),
    "staff": (
        "agent own eigene eigener eigenes staff employee mitarbeiter mitarbeiterin bearbeiter "
        "bearbeiterin cashier kassierer kassiererin seller verkaeufer verkaeuferin assignee owner "
        "inhaber submitter operator"
    ),
    "counted": (
        "count anzahl interactions replies orders bestellungen total sum name names "
        "type art group gruppe status seit since note notes rating score wert value"
    ),
    "value": (
        "total amount value price revenue betrag summe umsatz preis wert gesamtbetrag gesamt "
        "brutto unitprice einzelpreis stueckpreis gesamtpreis montant importe"
    ),
    "beside": (
        "discount discounts rabatt refund refunded erstattung tax taxes mwst steuer shipping "
        "versand versandkosten fee fees gebuehr tip trinkgeld"
    ),
    "part": "subtotal zwischensumme netto net",
    "currency": "currency waehrung",
    "rating": (
        "rating stars score bewertung sterne nps csat ces zufriedenheit zufrieden "
        "weiterempfehlen note sentiment stimmung"
    ),
    "text": (
        "text comment kommentar message nachricht body feedback review anmerkung freitext inhalt "
        "bemerkung verbessern besser warum wuensche commentaire kundennotiz"
    ),
    "described": "beschreibung description content",
    "channel": "channel kanal",
    "key": "id nr nummer number uuid guid",
    "birth": ("dob birth birthday birthdate geburt geburtstag geburtsdatum geburtsjahr geboren"),
    "stage": (
        "purchase purchased ordered placed approved paid shipped delivered returned refunded "
        "cancelled canceled creation created opened answer answered resolved solved closed won "
        "bestellt bestelldatum bezahlt zahlungsdatum versandt versanddatum verschickt geliefert "
        "lieferdatum zugestellt storniert retourniert erstellt geoeffnet geloest geschlossen "
        "registriert angemeldet aktiviert abgemeldet erstellungsdatum create close"
    ),
    "plan": "estimated expected planned limit due deadline geplant erwartet voraussichtlich",
    "unit": "price preis unitprice einzelpreis stueckpreis artikelpreis",
    "whole": (
        "total sum revenue summe umsatz betrag gesamt gesamtbetrag gesamtpreis gesamtsumme "
        "bestellsumme rechnungsbetrag endbetrag"
    ),
    "quantity": "quantity qty menge anzahl stueck stueckzahl units",
    "thing": (
        "product produkt article artikel item sku seller store filiale campaign kampagne line "
        "position zeile review ticket message transaction beleg bon event batch zip plz page"
    ),
}
"""Words in the names of columns, in snake case, by what the column then means."""

_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "time": ("datum", "zeitpunkt", "zeit"),
    "value": ("betrag", "summe", "preis", "umsatz"),
    "whole": ("betrag", "summe", "umsatz"),
    "beside": ("kosten", "gebuehr", "rabatt", "steuer", "erstattungsbetrag", "steuerbetrag"),
    "text": ("kommentar", "bemerkung"),
    "described": ("beschreibung",),
    "unit": ("stueckpreis", "einzelpreis"),
}
"""Ends of German compounds that mean the same."""

_MOMENT_WORDS = re.compile(r"(^|_)(timestamp|datetime|date|time|datum|zeit|at|am)(?=_|$)")
_UTC = frozenset({"utc", "gmt"})
_ORDER_STAGES = {
    **dict.fromkeys(("bestellt", "bestelldatum", "erstellt"), "order_placed"),
    **dict.fromkeys(("bezahlt", "zahlungsdatum"), "order_paid"),
    **dict.fromkeys(("versandt", "versanddatum", "verschickt"), "order_fulfilled"),
    **dict.fromkeys(("storniert",), "order_cancelled"),
    **dict.fromkeys(("retourniert",), "order_refunded"),
}
_TICKET_STAGES = {
    **dict.fromkeys(
        ("created", "create", "opened", "erstellt", "erstellungsdatum", "geoeffnet"),
        "ticket_created",
    ),
    **dict.fromkeys(("resolved", "solved", "geloest"), "ticket_solved"),
    **dict.fromkeys(("closed", "close", "geschlossen"), "ticket_closed"),
}
_LIST_STAGES = {
    **dict.fromkeys(("registriert", "angemeldet"), "newsletter_subscribed"),
    "aktiviert": "newsletter_confirmed",
    "abgemeldet": "newsletter_unsubscribed",
}
_KNOWN_EVENTS = {
    **dict.fromkeys(
        ("zahlung", "verkauf", "kauf", "sale", "payment", "purchase", "charge"), "purchase_made"
    ),
    **dict.fromkeys(
        (
            "rueckerstattung", "erstattung", "rueckzahlung", "rueckgabe", "retoure", "gutschrift",
            "refund", "storno", "stornierung",
        ),
        "purchase_refunded",
    ),
    "received_email": "email_delivered",
    "opened_email": "email_opened",
    "clicked_email": "email_clicked",
    "bounced_email": "email_bounced",
    "marked_email_as_spam": "email_marked_as_spam",
    **dict.fromkeys(
        ("unsubscribed", "unsubscribed_from_list", "unsubscribed_from_email_marketing"),
        "newsletter_unsubscribed",
    ),
    **dict.fromkeys(
        ("subscribed_to_list", "subscribed_to_email_marketing"), "newsletter_subscribed"
    ),
    "placed_order": "order_placed",
    "refunded_order": "order_refunded",
    "cancelled_order": "order_cancelled",
    "fulfilled_order": "order_fulfilled",
    "started_checkout": "checkout_started",
    "added_to_cart": "cart_product_added",
    "viewed_product": "product_viewed",
    "active_on_site": "page_viewed",
}  # fmt: skip
"""Cells in snake case, as tills and mailing services name what happened, by canonical event."""


def says(column: str, meaning: str) -> bool:
    """Whether a word of the column's name, or the end of one, has the meaning."""
    words = snake_case(column).split("_")
    if not set(words).isdisjoint(_WORDS[meaning].split()):
        return True
    ends = _ENDINGS.get(meaning)
    return ends is not None and any(word.endswith(ends) for word in words)


def says_utc(column: str) -> bool:
    """Whether the name says that its times are those of UTC: ``Created (UTC)``, ``date_gmt``."""
    return not _UTC.isdisjoint(snake_case(column).split("_"))


def moment_name(column: str, columns: Iterable[str]) -> str:
    """The event that a column of times of its own stands for, in a table with ``columns``.

    The name is the column's without words like date, unless it is a stage of an order, a ticket or
    a mailing list.
    """
    whole = snake_case(column)
    names = [snake_case(name).split("_") for name in columns]
    every = {word for words in names for word in words}
    stages: dict[str, str] = {}
    if {"abgemeldet", "unsubscribed"} & every:
        stages |= _LIST_STAGES
    if not every.isdisjoint(("ticket", "tickets", "ticketname", "ticketstatus")):
        stages |= _TICKET_STAGES
    elif any(says(name, "order") for name in columns):
        stages |= _ORDER_STAGES
    known = next((stages[word] for word in whole.split("_") if word in stages), "")
    return known or _MOMENT_WORDS.sub("", whole).strip("_") or whole


def known_events(cells: Iterable[str]) -> dict[str, str]:
    """Of the cells that name what happened, those that have a canonical event, with it."""
    named = ((cell, _KNOWN_EVENTS.get(snake_case(cell))) for cell in sorted(set(cells)))
    return {cell: event for cell, event in named if event}
