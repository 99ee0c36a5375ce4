"""Tickets, reviews, survey answers and posts: openings, matters and closings that combine."""

from __future__ import annotations

import random

__all__ = ["post", "review", "subject", "survey_comment", "title"]

_SUBJECTS = {
    "delivery": (
        "Wo bleibt mein Fahrrad? Bestellung {order}",
        "Lieferung verspätet ({order})",
        "Sendung seit Tagen nicht angekommen",
        "Liefertermin Spedition - keine Rückmeldung",
        "Bestellung {order}: immer noch nicht da!!",
        "Where is my order {order}?",
    ),
    "collect": (
        "Abholung München - noch nicht bereit?",
        "Click & Collect {order}: wann kann ich abholen",
        "Abholbenachrichtigung fehlt",
        "Reservierung im Laden / {order}",
    ),
    "return": (
        "Rücksendung {order} - falsche Größe",
        "Umtausch Rahmengröße",
        "Rad zu klein, wie geht die Retoure?",
        "AW: Retourenlabel {order}",
        "Jacke passt nicht, Umtausch möglich?",
    ),
    "defect": (
        "Reklamation: Schaltung springt",
        "Akku lädt nicht mehr ({order})",
        "Bremse schleift nach 2 Wochen",
        "Gewährleistung Laufrad hinten",
        "Broken spoke on new bike",
    ),
    "price": (
        "Preis im Laden höher als online?",
        "Gilt der Internetpreis auch in der Filiale",
        "Preisunterschied - bitte um Erklärung",
    ),
    "question": (
        "Frage zur Rahmenhöhe",
        "Welches Schloss passt an den Träger?",
        "Leasing über den Arbeitgeber möglich?",
        "Verfügbarkeit Farbe schwarz",
        "Passt der Anhänger an ein E-Bike?",
        "Termin Inspektion",
        "Do you ship to Austria?",
    ),
}
_TITLES = {
    5: (
        "Top!",
        "Sehr zufrieden",
        "Gerne wieder",
        "Klasse Beratung",
        "Great service",
        "Alles bestens",
    ),
    4: ("Gut", "Zufrieden", "Fast perfekt", "Solide", "Schönes Rad"),
    3: ("Geht so", "Durchwachsen", "Mittelmäßig", "Ok, aber..."),
    2: ("Enttäuscht", "Leider nicht gut", "Mehr erwartet", "Ärgerlich"),
    1: ("Nie wieder", "Finger weg!", "Katastrophe", "Unverschämt", "Sehr schlechter Service"),
}
_MATTERS = {
    "good": (
        "Die Bestellung war einfach und das Rad kam {well} an.",
        "Beratung im Laden war {well}, man nimmt sich Zeit.",
        "Preis-Leistung stimmt, Versand {well}.",
        "Montage war in zehn Minuten erledigt, Anleitung {well}.",
        "Bike arrived in perfect shape, would buy again.",
        "Der Mitarbeiter an der Hotline war {well} und kannte sich aus.",
    ),
    "delivery": (
        "Über zwei Wochen auf die Spedition gewartet, der Termin wurde {badly} verschoben.",
        "Lieferung {badly} verspätet, keine Info von euch.",
        "Angegeben waren 3-5 Tage, gekommen ist das Rad nach {days} Tagen.",
        "Delivery took {days} days and nobody answered my mail.",
        "Ständig hieß es 'nächste Woche'. {days} Tage Wartezeit sind zu viel.",
    ),
    "collect": (
        "Abholung im Münchner Laden dauerte {days} Tage, versprochen war morgen.",
        "Zweimal umsonst zum Laden gefahren, das Rad war nicht bereit.",
        "Click & Collect ist hier ein Witz: {days} Tage gewartet.",
    ),
    "return": (
        "Rahmen {badly} zu klein, im Shop gab es keine Größenhilfe.",
        "Größentabelle fehlt komplett, musste zurückschicken.",
        "Retoure vom Fahrrad ist {badly} umständlich, Karton aufheben!",
        "Wrong frame size, no size chart on the page.",
    ),
    "cancelled": (
        "Nach {days} Tagen habe ich storniert, so geht das nicht.",
        "Bestellung storniert weil keiner sagen konnte, wann geliefert wird.",
        "Geld kam immerhin schnell zurück.",
    ),
    "defect": (
        "Schaltung war {badly} eingestellt.",
        "Nach drei Wochen ist der Akku kaputt.",
    ),
    "price": (
        "Im Netz 200 Euro billiger als im Laden - und an der Kasse gilt das dann nicht?!",
        "Online-Preis wird im Geschäft nicht akzeptiert. {badly} ärgerlich.",
    ),
}
_WELL = ("schnell", "super", "tadellos", "prima", "einwandfrei", "sehr freundlich", "top verpackt")
_BADLY = ("total", "leider", "mehrfach", "viel", "einfach", "ziemlich", "wirklich")
_OPENINGS = ("", "", "", "Also: ", "Hallo, ", "Erstmal vorweg: ", "Na ja. ", "Hab lange überlegt. ")
_CLOSINGS = (
    *("", "", "", " Danke!", " Würde ich wieder machen.", " LG", " Schade eigentlich.", " :-("),
    *(" Bitte bessert das nach.", " Daumen hoch!", " Mal sehen, wie lange es hält.", " 👍"),
)
_SAD = frozenset({" Danke!", " Würde ich wieder machen.", " Daumen hoch!", " 👍"})


def subject(topic: str, order: str, dice: random.Random) -> str:
    """A ticket's subject; only some name the order."""
    lines = _SUBJECTS[topic]
    line = dice.choice([one for one in lines if order or "{order}" not in one])
    number = f"#{order}" if dice.random() < 0.6 else order
    return line.format(order=number)


def title(stars: int, dice: random.Random) -> str:
    """A review's title."""
    return dice.choice(_TITLES[stars])


def review(topic: str, stars: int, dice: random.Random) -> str:
    """A review's text; kind stars speak kindly even where something went wrong."""
    matter = topic if stars <= 3 and topic != "good" else "good"
    if stars <= 2 and matter == "good":
        matter = dice.choice(("defect", "return", "price"))
    text = _sentence(matter, dice)
    if dice.random() < 0.4:
        text += f" {_sentence(matter, dice)}"
    closing = dice.choice(_CLOSINGS)
    return dice.choice(_OPENINGS) + text + ("" if stars <= 2 and closing in _SAD else closing)


def survey_comment(topic: str, nps: int, dice: random.Random) -> str:
    """A survey's free text; mostly short, often missing."""
    chance = dice.random()
    if chance < 0.45:
        return ""
    if chance < 0.55:
        return dice.choice(("-", "k.A.", "nichts", "passt", "alles ok", "nein", "siehe Mail"))
    return review(topic, 5 if nps >= 8 else (3 if nps >= 6 else 1), dice)


def post(topic: str, dice: random.Random) -> str:
    """A public complaint."""
    tags = dice.choice(("", " #alpenrad", " #fail", " #servicewüste", " #radliebe"))
    return f"@alpenrad {_sentence(topic if topic != 'good' else 'defect', dice)}{tags}"


def _sentence(matter: str, dice: random.Random) -> str:
    return dice.choice(_MATTERS[matter]).format(
        well=dice.choice(_WELL), badly=dice.choice(_BADLY), days=dice.randint(6, 24)
    )
