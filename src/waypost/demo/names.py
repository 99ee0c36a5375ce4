"""Invented names and addresses: common words, mailboxes under the reserved ``.example``."""

from __future__ import annotations

import functools
import unicodedata

__all__ = [
    "CITIES",
    "COMPANY_WORDS",
    "FAMILY_NAMES",
    "FEMALE_NAMES",
    "MAILBOXES",
    "MALE_NAMES",
    "STREETS",
    "ascii_of",
]

_FEMALE_NAMES = (
    "Anna Lena Julia Sabine Petra Monika Claudia Katharina Maria Sophie Laura Lisa Christine "
    "Birgit Susanne Nicole Stefanie Melanie Andrea Ursula Gisela Renate Ingrid Hannah Emma Mia "
    "Leonie Johanna Franziska Theresa Veronika Jana Nina Eva Carolin Jasmin Ayşe Elif Zeynep "
    "Olga Katja Bärbel Käthe Jördis Silke Heike Ute Anke Kerstin Martina"
)
FEMALE_NAMES = tuple(_FEMALE_NAMES.split())
_MALE_NAMES = (
    "Thomas Michael Andreas Stefan Peter Markus Christian Martin Daniel Jan Lukas Jonas Felix Leon "
    "Paul Maximilian Florian Sebastian Tobias Alexander Matthias Wolfgang Klaus Jürgen Günter Hans "
    "Dieter Uwe Bernd Ralf Jörg Björn Sören Sven Kai Tim Niklas Moritz Anton Emil Korbinian Xaver "
    "Mehmet Emre Murat Dmitri Paweł Marco Luca David"
)
MALE_NAMES = tuple(_MALE_NAMES.split())
_FAMILY_NAMES = (
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer "
    "Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange "
    "Schmitt Werner Krause Meier Lehmann Schmid Maier Köhler Herrmann König Walter Mayer Huber "
    "Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Vogel Friedrich Keller Günther Frank "
    "Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter "
    "Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas "
    "Schreiber Graf Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer "
    "Arnold Wolff Pfeiffer Oberhuber Niedermeier Straßer Göttl Yılmaz Kaya Demir Novak Kowalski "
    "Nguyen Petrović von_Thal zur_Linde Müller-Lüdenau Özdemir Großkopf Weißgerber Unterholzner"
)
FAMILY_NAMES = tuple(_FAMILY_NAMES.split())
_STREETS = (
    "Hauptstraße Bahnhofstraße Gartenweg Lindenstraße Schulstraße Bergstraße Am_Anger Rosenweg "
    "Dorfstraße Kirchplatz Waldstraße Ringstraße Mühlweg Sonnenstraße Wiesengrund Uferweg "
    "Ahornallee Fliederweg Birkenstraße Am_Stadtpark Alte_Gasse Blumenstraße"
)
STREETS = tuple(_STREETS.split())
CITIES = (
    ("80331", "München"),
    ("81371", "München"),
    ("86150", "Augsburg"),
    ("90402", "Nürnberg"),
    ("91054", "Erlangen"),
    ("90762", "Fürth"),
    ("85049", "Ingolstadt"),
    ("93047", "Regensburg"),
    ("87435", "Kempten (Allgäu)"),
    ("83022", "Rosenheim"),
    ("97070", "Würzburg"),
    ("89073", "Ulm"),
    ("82467", "Garmisch-Partenkirchen"),
    ("70173", "Stuttgart"),
    ("60311", "Frankfurt am Main"),
    ("10115", "Berlin"),
    ("20095", "Hamburg"),
    ("50667", "Köln"),
    ("04109", "Leipzig"),
    ("5020", "Salzburg"),
)
MAILBOXES = (
    ("postfach.example", 0.26),
    ("gmy.example", 0.24),
    ("netz.example", 0.16),
    ("t-draht.example", 0.12),
    ("ausblick.example", 0.09),
    ("wolke.example", 0.08),
    ("freimail.example", 0.05),
)
_COMPANY_WORDS = (
    "Pflegedienst Architekten Malerbetrieb Kita Lieferdienst Ingenieure Bäckerei Hausverwaltung "
    "Praxis Verlag Hotel Physio Gärtnerei Brauerei"
)
COMPANY_WORDS = tuple(_COMPANY_WORDS.split())

_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l"}


@functools.cache
def ascii_of(word: str) -> str:
    """The word as a mailbox writes it: lower case, ä as ae, other marks dropped, no blanks."""
    spelled = "".join(_LETTERS.get(letter, letter) for letter in word.casefold())
    plain = unicodedata.normalize("NFKD", spelled)
    return "".join(
        letter for letter in plain if letter.isascii() and (letter.isalnum() or letter in ".-")
    )
