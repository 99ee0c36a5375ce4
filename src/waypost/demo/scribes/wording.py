"""What people write: built from parts, so that hardly two texts are the same. Mostly German."""

from __future__ import annotations

import random

__all__ = ["order_note"]

_NOTES = (
    'Bitte klingeln bei "Hinterhaus", 2. Stock.\nDanke!',
    "Bitte nicht vor 16 Uhr liefern, sonst ist niemand da",
    "Lieferung gerne an den Nachbarn (EG links).",
    "Geschenk: bitte ohne Rechnung",
    "Please call before delivery, thanks",
    "Rahmengröße bitte noch mal prüfen, ich bin 1,78 m groß;\nSchrittlänge 84 cm.",
    "Pedale schon montieren, wenn's geht :-)",
)


def order_note(dice: random.Random) -> str:
    """A remark to an order; mostly none."""
    return dice.choice(_NOTES) if dice.random() < 0.06 else ""


_SEARCHES = {
    "e-bike": (
        ("e-bike", "ebike damen", "bosch e-bike"),
        ("ebike", "e bike tiefeinsteiger", "elektrorad"),
    ),
    "trekking": (("trekkingrad", "city rad"), ("tourenrad", "damenfahrad")),
    "road": (("rennrad", "gravel"), ("rennvelo", "gravelbike 56")),
    "mtb": (("mtb", "hardtail 29"), ("mounten bike", "fullsuspension")),
    "kids": (
        ("kinderrad 20 zoll", "kinderfahrrad"),
        ("kinderrad 20", "fahrrad 6 jahre", "kinder rad"),
    ),
    "accessories": (("helm", "schloss", "packtaschen"), ("fahrad helm", "akku 625", "anhänger")),
    "service": (("inspektion", "werkstatt termin"), ("werkstatttermin", "bremse quietscht")),
}


def search_words(category: str, dice: random.Random, *, found: bool) -> str:
    """What somebody types into the search; the shop knows ``e-bike`` but not ``ebike``."""
    return dice.choice(_SEARCHES[category][0 if found else 1])
