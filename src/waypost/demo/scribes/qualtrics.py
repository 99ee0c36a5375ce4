"""Qualtrics' survey export: three header rows, previews, people who stop half-way."""

from __future__ import annotations

import random

from waypost.demo.happenings import Happening
from waypost.demo.ledger import Ledger, spoken_email
from waypost.demo.people import Person
from waypost.demo.scribes.speech import survey_comment
from waypost.demo.scribes.text import csv_line, local

__all__ = ["FILE", "HEADER", "HEADER_ROWS", "preview", "write_answer"]

FILE = "Alpenrad Kundenbefragung_31. Oktober 2026_18.00.csv"
HEADER = (
    "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,"
    "ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,"
    "LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage,Q1_NPS_GROUP,Q1,Q2,"
    "Q4,Q5,Q6,Q7,Q8,Q9,Q3"
)
_COLUMNS = HEADER.split(",")
_LABELS = (
    *("Startdatum", "Enddatum", "Antworttyp", "IP-Adresse", "Fortschritt", "Dauer (in Sekunden)"),
    *("Beendet", "Datum der Aufzeichnung", "Antwort-ID", "Nachname des Empfängers"),
    *("Vorname des Empfängers", "E-Mail-Adresse des Empfängers", "Externer Datenverweis"),
    *("Breitengrad des Standorts", "Längengrad des Standorts", "Verteilungskanal", "Sprache"),
    "Wie wahrscheinlich ist es, dass Sie Alpenrad weiterempfehlen? - Gruppe",
    "Wie wahrscheinlich ist es, dass Sie Alpenrad\neinem Freund oder Kollegen weiterempfehlen?",
    "Wie zufrieden sind Sie mit Ihrem letzten Einkauf? (1 = gar nicht, 5 = sehr)",
    "Wie zufrieden sind Sie mit unserer Beratung zu Größe und Auswahl?\n(1 = gar nicht, 5 = sehr)",
    "Wie einfach war die Bezahlung? (1 = sehr schwierig, 7 = sehr einfach)",
    "Wie zufrieden sind Sie mit der Lieferung? (1 = gar nicht, 5 = sehr)",
    "Wie zufrieden sind Sie mit der Abholung in unserer Filiale? (1 = gar nicht, 5 = sehr)",
    "Wie zufrieden sind Sie mit der Abwicklung Ihrer Rücksendung? (1 = gar nicht, 5 = sehr)",
    "Wie zufrieden sind Sie mit unserem Kundenservice? (1 = gar nicht, 5 = sehr)",
    "Was können wir besser machen?",
)
_IDS = (
    *("startDate", "endDate", "status", "ipAddress", "progress", "duration", "finished"),
    *("recordedDate", "_recordId", "recipientLastName", "recipientFirstName", "recipientEmail"),
    *("externalDataReference", "locationLatitude", "locationLongitude", "distributionChannel"),
    *("userLanguage", "QID1_NPS_GROUP", "QID1", "QID2"),
    *("QID4", "QID5", "QID6", "QID7", "QID8", "QID9", "QID3_TEXT"),
)
HEADER_ROWS = (
    HEADER
    + "\n"
    + csv_line(list(_LABELS))
    + csv_line([f'{{"ImportId":"{name}"}}' for name in _IDS])
)
_ABOUT = {
    "advice": "Q4",
    "checkout": "Q5",
    "delivery": "Q6",
    "pick_up": "Q7",
    "returns": "Q8",
    "service": "Q9",
}
"""The survey shows a question only to whom it concerns."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def write_answer(ledger: Ledger, person: Person, happening: Happening, dice: random.Random) -> None:
    """Write one response; about one in seven is not finished."""
    key = "R_" + "".join(dice.choices(_LETTERS, k=15))
    invited = dice.random() < 0.68
    email = spoken_email(person.email, dice) if invited else ""
    reference = person.customer_id if invited and dice.random() < 0.5 else ""
    nps = int(happening.data["nps"])
    cells = _frame(happening.at, key, dice) | _answers(happening.data["topic"], nps, dice)
    cells |= _marks(happening.data["marks"], key)
    cells |= {
        "Status": "IP Address",
        "RecipientLastName": person.last_name if invited else "",
        "RecipientFirstName": person.first_name if invited else "",
        "RecipientEmail": email,
        "ExternalReference": reference,
        "DistributionChannel": "email" if invited else "anonymous",
    }
    if dice.random() < 0.14:
        cells |= dict.fromkeys(("Q2", "Q3", *_ABOUT.values()), "")
        cells |= {"Progress": "50", "Finished": "False"}
    ledger.write(FILE, happening.at, _line(cells))
    shown = [("email", email.strip().lower()), ("customer_id.shopify", reference)]
    ledger.trace(FILE, key, person.id, shown)
    ledger.happened(person, happening, file=FILE, record=key)


def preview(ledger: Ledger, at: int, dice: random.Random) -> None:
    """A colleague trying the survey out."""
    key = "R_" + "".join(dice.choices(_LETTERS, k=15))
    cells = _frame(at, key, dice) | _answers("good", dice.randrange(11), dice)
    cells |= _marks(dict.fromkeys(_ABOUT, 3), key)
    cells |= {"Status": "Survey Preview", "DistributionChannel": "preview", "Q3": "Test"}
    ledger.write(FILE, at, _line(cells))
    ledger.trace(FILE, key, "", [])


def _line(cells: dict[str, str]) -> bytes:
    return csv_line([cells.get(column, "") for column in _COLUMNS]).encode()


def _frame(at: int, key: str, dice: random.Random) -> dict[str, str]:
    seconds = 20 + int(dice.expovariate(1 / 70))
    begin = local(at - seconds * 1000).strftime("%Y-%m-%d %H:%M:%S")
    end = local(at).strftime("%Y-%m-%d %H:%M:%S")
    return {
        "StartDate": begin,
        "EndDate": end,
        "IPAddress": f"100.64.{dice.randrange(256)}.{dice.randrange(1, 255)}",
        "Progress": "100",
        "Duration (in seconds)": str(seconds),
        "Finished": "True",
        "RecordedDate": end,
        "ResponseId": key,
        "LocationLatitude": f"{48 + dice.random() * 3:.4f}",
        "LocationLongitude": f"{9 + dice.random() * 4:.4f}",
        "UserLanguage": "EN" if dice.random() < 0.04 else "DE",
    }


def _answers(topic: str, nps: int, dice: random.Random) -> dict[str, str]:
    group = "Promoter" if nps >= 9 else ("Passive" if nps >= 7 else "Detractor")
    csat = max(1, min(5, round(1 + nps * 0.4 + dice.gauss(0, 0.5))))
    return {
        "Q1_NPS_GROUP": group,
        "Q1": str(nps),
        "Q2": str(csat) if dice.random() < 0.93 else "",
        "Q3": survey_comment(topic, nps, dice),
    }


def _marks(marks: dict[str, int], key: str) -> dict[str, str]:
    """The marks as cells; some questions are skipped, the later the more."""
    dice = random.Random(key)
    answered = (name for name in _ABOUT if name in marks)
    return {
        _ABOUT[name]: str(marks[name]) if dice.random() > 0.04 + 0.02 * rank else ""
        for rank, name in enumerate(answered)
    }
