"""Words in the names of columns, German and English, and what a column then means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from waypost.intake.formats.commerce import canonical_event
from waypost.intake.normalise import snake_case

__all__ = [
    "TOTALS",
    "is_expected",
    "is_unconfirmed",
    "known_events",
    "moment_name",
    "says",
    "says_utc",
]

TOTALS = (
    *("summe", "summen", "gesamt", "gesamtsumme", "zwischensumme", "insgesamt"),
    *("total", "totals", "subtotal", "grand total"),
)
"""Cells that say that their line is one of totals, in small letters."""

_WORDS: Mapping[str, str] = {
    "time": (
        "time timestamp date datetime datum zeit zeitpunkt uhrzeit created erstellt at am when tag "
        "seit since "
        "ts epoch"
    ),
    "begin": (
        "created creation create erstellt erstellungsdatum start started begin beginn placed "
        "bestelldatum opened eroeffnet booked gebucht ordered bestellt vertragsbeginn received "
        "eingegangen angelegt eintritt eintrittsdatum auftragsdatum kaufdatum entry"
    ),
    "made": (
        "created creation create erstellt erstellungsdatum placed booked gebucht bestelldatum "
        "auftragsdatum kaufdatum entry"
    ),
    "later": (
        "updated modified changed closed resolved solved ended completed due end last latest "
        "geaendert aktualisiert geschlossen geloest erledigt beendet ende faellig letzte letzter "
        "zuletzt bearbeitet auszahlungsdatum cancellation cancelled canceled storniert storno "
        "stornierung gekuendigt kuendigung austritt outgoing capture"
    ),
    "clock": "uhrzeit zeit time clock hour stunde",
    "lasting": (
        "dauer duration ringing talking wait waiting wartezeit antwortzeit reaktionszeit response "
        "reply handling bearbeitungszeit gespraechsdauer length minutes minuten seconds sekunden"
    ),
    "event": (
        "event action activity ereignis aktion aktivitaet vorgang metric transaktionsart "
        "vorgangsart buchungsart belegart"
    ),
    "customer": (
        "customer client kunde kunden kundin kundennummer kundennr member mitglied debitor "
        "debitorennummer contact kontakt mitglieds mitgliedsnummer mitgliedsnr kd kdnr patient "
        "patienten guest gast gaeste buyer kaeufer teilnehmer"
    ),
    "member": "member mitglied mitglieds mitgliedsnummer mitgliedsnr",
    "lead": "lead leads leadid mql prospect interessent interessenten interessentennummer",
    "deadline": "limit due deadline faellig faelligkeit faelligkeitsdatum",
    "card": "kartennummer kartennr "
    "kundenkarte kundenkartennummer loyalty bonuskarte treuekarte stammkundenkarte karte",
    "user": "user benutzer nutzer userid distinct",
    "anonymous": "anonymous visitor cookie besucher pseudo",
    "visit": "session sitzung",
    "case": "case caseid fall vorgangsnummer",
    "order": (
        "order orders bestellung bestellnummer bestellnr auftrag auftragsnummer invoice rechnung "
        "book booking reservation buchungsnummer buchungsnr reservierungsnummer reservierungsnr"
    ),
    "phone": (
        "phone telefon handy mobil mobile tel rufnummer telefonnummer mobilnummer mobiltelefon "
        "caller anrufer"
    ),
    "email": "email mail e_mail mailadresse emailadresse",
    "state": (
        "status state zustand typ type art bestellstatus auftragsstatus zahlungsstatus "
        "transaktionstyp transaktionsart orderstatus vorgang stage phase"
    ),
    "kind": "type typ art kind",
    "cancelled": "storno storniert void voided cancelled canceled",
    "staff": (
        "agent own eigene eigener eigenes staff employee mitarbeiter mitarbeiterin bearbeiter "
        "bearbeiterin cashier kassierer kassiererin seller verkaeufer verkaeuferin assignee owner "
        "inhaber submitter operator sdr bdr sr rep vertriebler"
    ),
    "counted": (
        "count anzahl interactions replies orders bestellungen total sum name names "
        "type art group gruppe status seit since note notes rating score wert value"
    ),
    "value": (
        "total amount value price revenue gross betrag summe umsatz preis wert gesamtbetrag gesamt "
        "brutto unitprice einzelpreis stueckpreis gesamtpreis montant importe einnahme einnahmen"
    ),
    "beside": (
        "discount discounts rabatt refund refunded erstattung tax taxes mwst steuer shipping "
        "versand versandkosten fee fees gebuehr tip trinkgeld commission provision"
    ),
    "part": "subtotal zwischensumme netto nettobetrag nettosumme nettopreis net settlement",
    "cents": "cent cents ct minor pence rappen",
    "spent": "spend spent lifetime ltv clv declared",
    "tax": "tax taxes mwst ust steuer vat netto net subtotal",
    "currency": "currency waehrung",
    "rating": (
        "rating stars score bewertung sterne nps csat ces zufriedenheit zufrieden "
        "weiterempfehlen note sentiment stimmung bewerten bewertest"
    ),
    "text": (
        "text comment comments kommentar kommentare anmerkungen bemerkungen "
        "message nachricht body feedback review anmerkung freitext inhalt "
        "bemerkung verbessern besser warum wuensche commentaire kundennotiz"
    ),
    "purpose": "verwendungszweck description beschreibung reference referenz betreff zweck",
    "described": "beschreibung description content",
    "channel": "channel kanal",
    "key": "id nr nummer number uuid guid",
    "birth": ("dob birth birthday birthdate geburt geburtstag geburtsdatum geburtsjahr geboren"),
    "stage": (
        "sold sale verkauft sent open click clicked unsubscribe bounced gesendet geklickt "
        "purchase purchased ordered placed approved paid shipped delivered returned refunded "
        "cancelled canceled creation created opened answer answered resolved solved closed won "
        "bestellt bestelldatum bezahlt zahlungsdatum versandt versanddatum verschickt geliefert "
        "lieferdatum zugestellt storniert retourniert vertragsbeginn gekuendigt erstellt geoeffnet "
        "geloest geschlossen registriert angemeldet aktiviert abgemeldet erstellungsdatum "
        "create close"
    ),
    "plan": "estimated expected planned limit due deadline geplant erwartet voraussichtlich "
    "anreise abreise arrival departure checkout",
    "unit": "price preis unitprice einzelpreis stueckpreis artikelpreis",
    "whole": (
        "total sum revenue summe umsatz betrag gesamt gesamtbetrag gesamtpreis gesamtsumme "
        "bestellsumme rechnungsbetrag endbetrag"
    ),
    "course_fee": "gebuehr kursgebuehr teilnahmegebuehr beitrag teilnahmebeitrag",
    "paid_out": "ausgabe ausgaben auszahlung",
    "shop": "filiale laden store shop kasse till register location standort outlet terminal",
    "receipt": (
        "bon bonnr bonnummer beleg belegnr belegnummer receipt transaction rechnung rechnungsnr "
        "rechnungsnummer quittung kassenbon"
    ),
    "delivery": (
        "shipping versand lieferung lieferadresse ship versandart versandkosten versandadresse "
        "lieferanschrift shipped versandt"
    ),
    "quantity": "quantity qty menge anzahl stueck stueckzahl units",
    "thing": (
        "transaktion transaktions transaktionsnummer payout auszahlung auszahlungs payment zahlung "
        "zahlungs call anruf anrufs conversation network response antwort rechnungs belegs product "
        "produkt article artikel item sku seller store filiale campaign kampagne line "
        "position zeile review ticket message transaction beleg bon event batch zip plz page"
    ),
}
"""Words in the names of columns, in snake case, by what the column then means."""

_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "time": ("datum", "zeitpunkt", "zeit"),
    "begin": ("beginn", "orderdate"),
    "value": ("betrag", "summe", "preis", "umsatz", "gesamtwert"),
    "whole": ("betrag", "summe", "umsatz", "gesamtwert"),
    "beside": ("kosten", "gebuehr", "rabatt", "steuer", "erstattungsbetrag", "steuerbetrag"),
    "text": ("kommentar", "bemerkung"),
    "described": ("beschreibung",),
    "unit": ("stueckpreis", "einzelpreis"),
}
"""Ends of German compounds that mean the same."""

_PIECES = (
    "customer purchase currency payment address created updated product storno number amount order "
    "storno total phone email price send paid date bill user time sum nr id no"
)
_RUN = re.compile(rf"(?:ox(?=.)|(?=.{{7}}))((?:{'|'.join(_PIECES.split())})+)")
_PIECE = re.compile("|".join(_PIECES.split()))
_CAPITALS = re.compile(r"([a-z0-9])([A-Z])")
_CLOSES = frozenset({"close", "abschlussdatum"})
_NUMBER_WORDS = frozenset({"no", "nr", "number", "nummer"})
_TRACKED = frozenset({"page_view", "pageview", "session_start", "view_item", "begin_checkout"})
_MOMENT_WORDS = re.compile(r"(^|_)(timestamp|datetime|date|time|datum|zeit|at|am)(?=_|$)")
_UTC = frozenset({"utc", "gmt"})
_ORDER_STAGES = {
    **dict.fromkeys(
        ("bestellt", "bestelldatum", "erstellt", "verkauft", "sold", "sale", "purchase"),
        "order_placed",
    ),
    **dict.fromkeys(("bezahlt", "zahlungsdatum", "paid"), "order_paid"),
    **dict.fromkeys(("versandt", "versanddatum", "verschickt", "shipped"), "order_fulfilled"),
    **dict.fromkeys(("storniert", "cancelled", "canceled"), "order_cancelled"),
    **dict.fromkeys(("retourniert", "refunded"), "order_refunded"),
}
_TICKET_STAGES = {
    **dict.fromkeys(
        ("created", "create", "opened", "erstellt", "erstellungsdatum", "geoeffnet"),
        "ticket_created",
    ),
    **dict.fromkeys(("resolved", "solved", "geloest"), "ticket_solved"),
    **dict.fromkeys(("closed", "close", "geschlossen"), "ticket_closed"),
}
_DEAL_STAGES = {
    **dict.fromkeys(
        ("created", "create", "erstellt", "erstellungsdatum", "opened"), "deal_created"
    ),
    "won": "deal_won",
    "lost": "deal_lost",
}
_MAIL_STAGES = {
    **dict.fromkeys(("sent", "gesendet"), "email_sent"),
    **dict.fromkeys(("delivered", "zugestellt"), "email_delivered"),
    **dict.fromkeys(("open", "opened", "geoeffnet"), "email_opened"),
    **dict.fromkeys(("click", "clicked", "geklickt"), "email_clicked"),
    **dict.fromkeys(("bounce", "bounced"), "email_bounced"),
    **dict.fromkeys(("unsubscribe", "unsubscribed", "abgemeldet"), "newsletter_unsubscribed"),
}
_CONTRACT_STAGES = {
    "vertragsbeginn": "contract_started",
    **dict.fromkeys(("gekuendigt", "cancelled", "canceled"), "contract_cancelled"),
}
_TICKET_WORDS = frozenset(
    (
        *("ticket", "tickets", "ticketname", "ticketstatus", "ticketnummer", "conversation"),
        *("queue", "mailbox", "subject", "betreff", "anliegen", "prioritaet", "priority"),
    )
)
_DEAL_WORDS = frozenset(("deal", "deals", "opportunity", "verkaufschance"))
_LIST_STAGES = {
    **dict.fromkeys(("registriert", "angemeldet", "aktiviert"), "newsletter_subscribed"),
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


@lru_cache(maxsize=4_096)
def _words_of(column: str) -> frozenset[str]:
    """The words of a name, also those that only a capital, or nothing, sets apart.

    ``stateName``, ``MwSt``, ``customeremail``, ``oxtotalordersum``.
    """
    apart = _CAPITALS.sub(r"\1_\2", column)
    whole = snake_case(column.casefold())
    run = _RUN.fullmatch(whole)
    words = {word for name in (column, apart, whole) for word in snake_case(name).split("_")}
    return frozenset(words.union(_PIECE.findall(run[1]) if run else ()))


def says(column: str, meaning: str) -> bool:
    """Whether a word of the column's name, or the end of one, has the meaning."""
    words = _words_of(column)
    if meaning == "numbered_card":
        return "card" in words and not words.isdisjoint(_NUMBER_WORDS)
    if not words.isdisjoint(_WORDS[meaning].split()):
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
    if not every.isdisjoint(("click", "clicked", "geklickt")):
        stages = _MAIL_STAGES
    elif not every.isdisjoint(_DEAL_WORDS):
        stages |= _DEAL_STAGES
    elif not every.isdisjoint(_TICKET_WORDS):
        stages |= _TICKET_STAGES
    elif "vertragsbeginn" in every:
        stages |= _CONTRACT_STAGES
    elif any(says(name, "order") for name in columns):
        stages |= _ORDER_STAGES
    known = next((stages[word] for word in whole.split("_") if word in stages), "")
    return known or _MOMENT_WORDS.sub("", whole).strip("_") or whole


def is_unconfirmed(column: str, columns: Iterable[str]) -> bool:
    """Whether the times are those of a registration that another column says was confirmed."""
    words = {word for name in columns for word in snake_case(name).split("_")}
    listed = not words.isdisjoint(("abgemeldet", "unsubscribed"))
    return listed and "aktiviert" in words and "registriert" in snake_case(column).split("_")


def is_expected(column: str, columns: Iterable[str]) -> bool:
    """Whether the times are those at which a deal may close some day."""
    words = {word for name in columns for word in snake_case(name).split("_")}
    closes = not _CLOSES.isdisjoint(snake_case(column).split("_"))
    return closes and not words.isdisjoint(_DEAL_WORDS)


def known_events(cells: Iterable[str]) -> dict[str, str]:
    """Of the cells that name what happened, those that have a canonical event, with it.

    Among names that trackers of websites use, all are read as theirs.
    """
    different = sorted(set(cells))
    tracked = not _TRACKED.isdisjoint(cell.removeprefix("$") for cell in different)
    named = {cell: _KNOWN_EVENTS.get(snake_case(cell)) for cell in different}
    if tracked:
        named |= {cell: canonical_event(cell) for cell in different}
    return {cell: event for cell, event in named.items() if event and event != snake_case(cell)}
