"""What the records of an unknown table are, such as sales or tickets, and which are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any

from waypost.errors import InputError
from waypost.intake.generic.column_words import known_events, says
from waypost.intake.generic.look import Look, share_of
from waypost.intake.normalise import SCALES, decide_decimals, number, snake_case
from waypost.intake.normalise.money import Mark

__all__ = [
    "is_booked",
    "is_report",
    "is_review",
    "is_stock",
    "is_terminal",
    "negative_event",
    "propose_event",
    "propose_left_out",
]

_REFUNDS = {
    "order_placed": "order_refunded",
    "purchase_made": "purchase_refunded",
    "payment_succeeded": "payment_refunded",
    "order_booked": "order_refunded",
    "invoice_issued": "order_refunded",
}
"""What a sale with an amount below zero is."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MOST_EVENT_NAMES = 60
_MOST_STATES = 25
_MOST = 0.9
_CANCELLED = _words(
    "cancelled canceled cancel storniert storno stornierung abgebrochen annulliert voided void "
    "abgesagt"
)
_FAILED = _words(
    "failed fehlgeschlagen declined abgelehnt denied rejected error nicht_erfolgreich "
    "zahlungsfehler payment_error ruecklastschrift rueckbelastung"
)
_REFUNDED = _words(
    "refunded refund erstattet rueckerstattet rueckerstattung rueckzahlung erstattung gutschrift "
    "returned retoure retourniert"
)
_NEVER = _words(
    "pending_payment zahlung_ausstehend abandoned draft entwurf expired abgelaufen trash "
    "checkout_draft test testbestellung angefragt anfrage inquiry enquiry payout auszahlung "
    "fee gebuehr stripe_fee adjustment topup withdrawal allgemeine_auszahlung "
    "allgemeine_waehrungsumrechnung bankgutschrift_auf_paypal_konto general_withdrawal "
    "general_currency_conversion bank_deposit_to_pp_account"
)
_OPEN = _words("open offen pending ausstehend unpaid unbezahlt")
_DEBIT = _words("ruecklastschrift eingeloest")
_WORDY = re.compile(r"\$?[A-Za-zÄÖÜäöü][^\d]{1,40}$")
_YES = frozenset({"ja", "yes", "true", "1", "x", "wahr", "y", "j"})


def propose_event(look: Look, content: Dict[str, Any]) -> dict[str, object]:
    """The part ``event``: a column that names what happened, else the one name of all records."""
    for column in () if _is_schedule(look) else look.named("event"):
        cells = look.columns[column] if not says(column, "time") else ()
        cells = () if share_of(cells, _is_dated) >= _MOST else cells
        known = known_events(cells)
        few = len(set(cells)) <= min(_MOST_EVENT_NAMES, max(len(cells) // 2, 1))
        if cells and (few or share_of(cells, known.__contains__) >= _MOST):
            why = f"its name says so; it has {len(set(cells))} different values"
            look.take("event", column, why)
            return {"event": {"column": column, "values": known}}
    name = _one_event(look, content)
    if name == _BOOKED:
        look.reasons["event"] = f"no column names events, so all are called {name}"
        return {"event": name}
    by_state = _by_state(look, name) or _by_kind(look, name)
    if by_state:
        return {"event": by_state}
    look.reasons["event"] = f"no column names events, so all are called {name}"
    return {"event": name}


def _one_event(look: Look, content: Dict[str, Any]) -> str:
    """What all records are, where no column says it."""
    names = _words_of(look)
    if any(says(column, "lead") for column in content["identifiers"].values()):
        return "lead_submitted" if names.isdisjoint(_WON_WORDS) else "deal_won"
    return _known_thing(look, content, names)


def _known_thing(look: Look, content: Dict[str, Any], names: set[str]) -> str:
    things = {snake_case(name) for name in look.columns if says(name, "key")}
    written = "text" in content and "value" not in content and not names.isdisjoint(_MAIL_WORDS)
    if written or any("ticket" in name or "conversation" in name for name in things):
        return "ticket_created"
    if _is_schedule(look) or "value" in content:
        return _BOOKED if _is_schedule(look) else _sale(look, content)
    if "rating" in content:
        return _rated(content["rating"])
    if not names.isdisjoint(_SURVEY_WORDS):
        return "survey_answered"
    if "text" in content or not _is_contact_list(look, content):
        return _recorded(str(content.get("name", "")))
    return "contact_created" if names.isdisjoint(_LIST_WORDS) else "newsletter_subscribed"


def _is_schedule(look: Look) -> bool:
    """Whether the records are appointments that somebody booked."""
    return not _words_of(look).isdisjoint(_SCHEDULE_WORDS)


def _rated(rating: Dict[str, str]) -> str:
    kind = SCALES[rating["scale"]].kind
    if kind in ("nps", "ces"):
        return f"{kind}_answered"
    asked = kind in ("csat", "school_grade") and not is_review(rating["column"])
    return "csat_answered" if asked else "review_written"


def is_review(column: str) -> bool:
    """Whether a rating is one of a review: ``Review score``, ``Bewertung``."""
    return not {"review", "bewertung"}.isdisjoint(snake_case(column).split("_"))


_PLAIN_WORDS = _words(
    "proposed export exports exported report csv data daten liste list file datei alle all "
    "januar februar maerz april mai juni juli august september oktober november dezember "
    "january february march may june july october december"
)


def _recorded(table: str) -> str:
    """What the records of a table that tells nothing else are called: after the table."""
    words = [word for word in table.split("_") if word.isalpha() and word not in _PLAIN_WORDS]
    return "_".join([*words[:_MOST_WORDS], "recorded"]) if words else "event_recorded"


_MOST_WORDS = 3


_LIST_WORDS = _words(
    "newsletter subscribed subscriber subscription optin opt consent added list liste abonniert "
    "abonnent angemeldet anmeldedatum anmeldung einwilligung segment"
)
_BOOKED = "appointment_booked"
_SCHEDULE_WORDS = _words("appointment appointments termin termine terminart invitee behandler")
_DATED = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*")
_CHARGED = _words("charge payout")
_SURVEY_WORDS = _words("response responses answers antworten umfrage survey")
_WON_WORDS = _words("won gewonnen")
_STOCK_WORDS = _words("bestand lagerbestand stock inventory")
_ARTICLE_WORDS = _words("sku artikel artikelnummer artikelnr product produkt ean gtin")
_BANK_WORDS = _words("iban bic verwendungszweck auftragskonto zahlungspflichtiger")
_PAYER_WORDS = _words("absender payer zahler transaktionscode settlement consumer mandate")
_CARD_WORDS = _words("kartentyp kartenart kartenmarke autorisierungscode genehmigungsnummer")
_TILL_WORDS = _words("bon bonnr bonnummer artikel produkt menge position")
_OTHER_NUMBERS = ("externe_auftragsn", "externe_bestelln", "external_order")
_INVOICE_WORDS = _words("rechnung rechnungsnummer rechnungsnr rechnungsdatum invoice")
_DUE_WORDS = _words(
    "faellig faelligkeit faelligkeitsdatum due zahlungsziel mahnstufe leistungsdatum"
)
_MAIL_WORDS = _words("betreff subject anliegen")


def _sale(look: Look, content: Dict[str, Any]) -> str:
    names = _words_of(look)
    states = {word for c in _states(look) for cell in look.columns[c] for word in _said(cell)}
    if not names.isdisjoint(_BANK_WORDS | _PAYER_WORDS) or states & (_DEBIT | _CHARGED):
        return "payment_succeeded"
    if names & {"deal", "opportunity"}:
        return "deal_created"
    if is_terminal(look):
        return "payment_succeeded"
    named = content["identifiers"]
    if is_booked(look.columns):
        return "order_booked"
    if not names.isdisjoint(_INVOICE_WORDS) and not names.isdisjoint(_DUE_WORDS):
        return "invoice_issued"
    sent = "email" in named and any(says(column, "delivery") for column in look.columns)
    return "order_placed" if sent or "order_id" in named else "purchase_made"


def is_terminal(look: Look) -> bool:
    """Whether a terminal for cards made the file; the till has the same sales once more."""
    names = _words_of(look)
    return not names.isdisjoint(_CARD_WORDS) and names.isdisjoint(_TILL_WORDS)


def is_booked(columns: Iterable[str]) -> bool:
    """Whether a system behind the shop made the file: it has another number of the shop's."""
    return any(snake_case(name).startswith(_OTHER_NUMBERS) for name in columns)


def _is_contact_list(look: Look, content: Dict[str, Any]) -> bool:
    """Whether every record is another address, as in a list of contacts."""
    column = content["identifiers"].get("email", "")
    cells = [cell.casefold() for cell in look.columns.get(column, ())]
    return len(cells) > 1 and len(set(cells)) > _MOST * look.rows


def _said(cell: str) -> set[str]:
    """The whole of a state and its first word, as in ``Storniert / Abgelehnt``."""
    word = snake_case(cell).removeprefix("wc_")
    return {word, word.partition("_")[0]}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a cell of a column of states says of a sale."""

    sale: str

    def event(self, cell: str) -> str:
        """The event instead of the sale; empty where it stays one or is none."""
        words = _said(cell)
        if words & _FAILED:
            return "payment_failed"
        if words & _REFUNDED:
            return _REFUNDS[self.sale]
        cancelled = words & _CANCELLED and self.sale in ("order_placed", "order_booked")
        return "order_cancelled" if cancelled else ""

    def is_none(self, cell: str) -> bool:
        """Whether the record is no sale and nothing else."""
        words = _said(cell)
        if self.sale == "payment_succeeded" and words & _OPEN:
            return True
        return bool(words & _NEVER or (words & _CANCELLED and not self.event(cell)))

    def is_lost(self, cell: str) -> bool:
        """Whether the record is no sale where another column already says what happened."""
        return bool(_said(cell) & (_NEVER | _CANCELLED | _FAILED))


def _by_state(look: Look, name: str) -> dict[str, object]:
    """``event`` by a column of states, where one says that some records are no such sale."""
    if name not in _REFUNDS:
        return {}
    outcome = _Outcome(name)
    for column in _states(look):
        values = {cell: outcome.event(cell) for cell in sorted(set(look.columns[column]))}
        values = {cell: event for cell, event in values.items() if event}
        if values:
            why = f"it says what became of a record; where it says nothing else, it is {name}"
            look.take("event", column, why)
            return {"column": column, "values": values, "otherwise": name}
    return {}


def _by_kind(look: Look, name: str) -> dict[str, object]:
    """``event`` by a column of kinds or states, where nothing else says what the records are."""
    if not name.endswith("_recorded"):
        return {}
    named = sorted(_states(look), key=lambda c: not says(c, "kind"))
    for column in named:
        cells = set(look.columns[column])
        if all(_WORDY.match(cell) for cell in cells) and len(cells) < len(look.columns[column]):
            look.take("event", column, f"its name says so; it has {len(cells)} different values")
            return {"column": column, "values": known_events(cells)}
    return {}


def _states(look: Look) -> list[str]:
    """Columns of states and kinds, with few different cells."""
    named = [c for c in look.columns if says(c, "state") and look.taken.get(c, "event") == "event"]
    return [c for c in named if 0 < len(set(look.columns[c])) <= _MOST_STATES]


def propose_left_out(look: Look, content: Dict[str, Any]) -> list[dict[str, object]]:
    """Rules for records that are no sale (never paid, cancelled) and questions left open."""
    rules: list[dict[str, object]] = []
    sale, event = _sale_of(content), content.get("event")
    if sale:
        named = event["values"] if isinstance(event, dict) else {}
        for column in _states(look):
            names = look.taken.get(column) == "event"
            told = set(named) if names else set()
            fits = _Outcome(sale).is_none if names else _Outcome(sale).is_lost
            told |= set() if names else _told_elsewhere(look, column, event, sale)
            cells = sorted(filter(fits, set(look.columns[column]) - told))
            if cells:
                rules.append({"column": column, "values": cells, "reason": "cancelled or unpaid"})
        rules += _flagged(look, content)
        if any(says(column, "paid_out") for column in look.columns) and "value" in content:
            column = content["value"]["column"]
            if len(look.columns[column]) < look.rows:
                rules.append({"column": column, "empty": True, "reason": "money paid out"})
        if _is_bank(look) and any(cell.startswith("-") for cell in _amounts(look, content)):
            column = content["value"]["column"]
            rules.append({"column": column, "begins": "-", "reason": "money paid out"})
    rating = content.get("rating")
    if isinstance(event, str) and event.endswith("_answered") and isinstance(rating, dict):
        column = rating["column"]
        if len(look.columns[column]) < look.rows:
            rules.append({"column": column, "empty": True, "reason": "question not answered"})
    return rules


def _told_elsewhere(look: Look, column: str, event: object, sale: str) -> set[str]:
    """Cells of which all records are, by another column, something else than the sale."""
    if not isinstance(event, dict):
        return set()
    others = {cell for cell, name in event["values"].items() if name != sale}
    open_ones = {
        look.cell(one, column)
        for one in look.records
        if look.cell(one, event["column"]) not in others
    }
    return set(look.columns[column]) - open_ones


def _sale_of(content: Dict[str, Any]) -> str:
    """The sale that records are, where they are one."""
    event = content.get("event", "")
    name = event if isinstance(event, str) else str(event.get("otherwise", ""))
    if not name and "moments" in content and "value" in content:
        name = "order_placed" if "order_id" in content["identifiers"] else "purchase_made"
    known = set(event.get("values", {}).values()) if isinstance(event, dict) else set()
    return name if name in _REFUNDS else next((one for one in _REFUNDS if one in known), "")


def _flagged(look: Look, content: Dict[str, Any]) -> list[dict[str, object]]:
    """Sales that a column like ``Storno`` marks, unless a record with a minus takes them back."""
    value = content.get("value")
    rules: list[dict[str, object]] = []
    for column in (c for c in look.columns if says(c, "cancelled")):
        marked = sorted({cell for cell in look.columns[column] if cell.casefold() in _YES})
        if not marked or value is None:
            continue
        amounts = [
            look.cell(one, value["column"])
            for one in look.records
            if look.cell(one, column) in marked
        ]
        if not any("-" in cell or "−" in cell for cell in amounts):
            rules.append({"column": column, "values": marked, "reason": "cancelled or unpaid"})
    return rules


def _is_bank(look: Look) -> bool:
    """Whether the table is an account's statement: what is paid out there is no refund."""
    return not _BANK_WORDS.isdisjoint(_words_of(look))


def _words_of(look: Look) -> set[str]:
    return {word for name in look.columns for word in snake_case(name).split("_")}


def _amounts(look: Look, content: Dict[str, Any]) -> Sequence[str]:
    value = content.get("value")
    return look.columns[value["column"]] if value else ()


def negative_event(look: Look, content: Dict[str, Any]) -> str:
    """The refund that records with an amount below zero are; empty where there are none."""
    value = content.get("value")
    if not value or _is_bank(look):
        return ""
    factors = [value[part] for part in ("column", "times") if part in value]
    marks = [decide_decimals(look.columns[factor], look.country).mark for factor in factors]
    below = [
        sum(map(_is_negative, cells, marks)) == 1
        for cells in ([look.cell(one, factor) for factor in factors] for one in look.records)
        if all(cells)
    ]
    return _REFUNDS.get(_sale_of(content), "") if any(below) and not all(below) else ""


def _is_dated(cell: str) -> bool:
    return _DATED.match(cell) is not None


def _is_negative(cell: str, mark: Mark) -> bool:
    try:
        return number(cell, mark) < 0
    except InputError:
        return False


_REPORT_WORDS = _words(
    "sessions sitzungen users nutzer impressions impressionen opens clicks klicks recipients "
    "pageviews seitenaufrufe visits besuche absprungrate bounces views aufrufe ereignisanzahl "
    "engagement conversions empfaenger rate reach reichweite"
)


def is_stock(look: Look, named: Iterable[str]) -> bool:
    """Whether the records are articles on stock, and no column names a person or an order."""
    names = _words_of(look)
    return not any((*named, names.isdisjoint(_STOCK_WORDS), names.isdisjoint(_ARTICLE_WORDS)))


def is_report(look: Look, named: Iterable[str]) -> bool:
    """Whether there are totals of visits or mails, and nothing else is among the ids ``named``."""
    counted = [
        name
        for name in look.columns
        if not _REPORT_WORDS.isdisjoint(snake_case(name).split("_"))
        and share_of(look.columns[name], _is_figure) >= _MOST
    ]
    return len(counted) > 1 and set(named).issubset(counted)


def _is_figure(cell: str) -> bool:
    return cell.strip(" %€$").replace(".", "").replace(",", "").isdigit()
