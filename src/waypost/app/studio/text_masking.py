"""Texts of a person without what says who it is: addresses, numbers, names.

What is known of the person from its own records (names, identifiers, parts of its addresses) is
looked for as well as what has the shape of an identifier. A text stays readable: dates, amounts
and short numbers stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from waypost.identity.given_names import common_names, given_names
from waypost.identity.person_names import fold
from waypost.model import ATTRIBUTE_PREFIX, IDENTIFIER_PREFIX

__all__ = ["NAME_COLUMN", "Known", "hidden_text", "known_of", "names_in"]

_DOTS = "•••"
_LEAST_WORD, _LEAST_VALUE = 3, 4
_LEAST_SOUND = 6
_LEAST_DIGITS = 6

NAME_COLUMN = re.compile(
    r"(?:^|[._])(?:(?:first|last|full|given|middle|family|sur|maiden|display|customer|billing|"
    r"shipping|buyer|contact|recipient|sender|owner|user)_?name|vorname|nachname|zuname|"
    r"familienname|kundenname|ansprechpartner|empfaenger|name)$"
)
"""Attributes that hold the name of a person; ``name`` alone may be one of a thing too."""

_THINGS = re.compile(r"(?:^|[._])(?:page|product|item|event|campaign|file|store|shop|list)_?name$")
_EMAIL = re.compile(
    r"[\w.+'-]+\s?(?:@|%40|\(at\)|\[at\]|\{at\})\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\]|\(punkt\)|"
    r"\[punkt\])\s?[A-Za-z][\w-]*)+",
    re.IGNORECASE,
)
_SPOKEN_EMAIL = re.compile(
    r"\b[\w.+-]+\s+(?:at|ät)\s+[\w-]+\s+(?:dot|punkt|point)\s+[a-z]{2,}\b", re.IGNORECASE
)
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@[\w.-]{2,}")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?\b")
_NUMBER = re.compile(r"(?<![\w.,])\+?\(?\d(?:[\d\s./()\u2010-\u2014-]*\d)?(?![\w])(?:,\d{1,2}\b)?")
_CALLED = re.compile(
    r"\b(Tel(?:efon)?|Phone|Handy|Mobile?|Fax|Durchwahl|Rückruf)\b([\s.:-]{0,3})"
    r"\+?\d[\d ./()-]{2,}\d",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}(?:[\sT]+\d{2})?"
    r"|(?:\d{1,2}[./]\s?){2}|\d{4}\s?[-/\u2013]\s?\d{2,4}|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\s+\d{1,2}"
)
_MONEY = re.compile(r"\d{1,3}(?:[. ]\d{3})*,\d{1,2}|\d{1,3}(?:\.\d{3}){1,3}|\d+\.\d{2}")
_CODE = re.compile(r"\b(?=[A-Za-z0-9_-]*\d{4})(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{8,}\b")
_STREET = re.compile(
    r"\b[A-ZÄÖÜ][\w-]*?(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer)\s+\d{1,4}\s?[a-z]?\b"
)
_OPENING_WORDS = """
    aber alle alles als also am auch bei bis bitte da danke dann das dass dem den der die dies
    diese dieser doch du ein eine einen einer er es euch für ganz gestern gruß grüße gut gute guten
    habe haben hallo hat heute hier ich ihnen ihr ihre im in ist ja jetzt kann kein keine lg leider
    liebe lieber man mein meine mfg mit morgen nach nein nicht noch nun nur ob oder ohne schade
    schon schöne sehr seit sie sind so super toll um und uns unser viel viele vielen von vor war
    warum was weil wenn wer werde wie wir wird wo zu zum zur and are but dear good great have hello
    her his how is it my our please she thank thanks that the they this was we what when who why
    with you your montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar märz
    april juni juli august september oktober november dezember
"""
_OPENINGS = frozenset(_OPENING_WORDS.split())
_PARTICLE_WORDS = "von vom van zu zum zur de del della der den di da dos du la le"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_NAME = r"(?!(?i:" + "|".join(sorted(_OPENINGS)) + r")\b)[A-ZÄÖÜ][\w'’-]+"
_INITIAL = r"[A-ZÄÖÜ]\."
_ADDRESSED = re.compile(
    rf"\b(Frau|Herrn?|Hrn?\.|Fr\.|Frl\.|Fräulein|Fam(?:ilien?|\.)|Ehe(?:leuten?|paar)|"
    rf"Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.|Prof\.)(?:\s+(?:Dr\.|Prof\.|{_INITIAL}|{_NAME})){{1,3}}"
)
_IN_ROLE = re.compile(
    rf"\b((?:Mitarbeiter|Verkäufer|Berater|Fahrer|Zusteller|Techniker|Monteur|Chef)(?:in)?"
    rf"|Kolleg(?:e|en|in)|Nachbar(?:n|in)?|gez\.|i\.\s?[AV]\.|(?:[Mm]ein|[Ii]hr|[Uu]nser)e?"
    rf" (?:Mann|Frau|Sohn|Tochter|Bruder|Schwester|Vater|Mutter)) {_NAME}(?: {_NAME})?"
)
_INTRODUCED = re.compile(
    rf"\b((?i:ich hei(?:ß|ss)e|mein name ist|my name is|name:|i am called|hier ist|hier schreibt))"
    rf"\s+{_NAME}(?:\s+{_NAME})?"
)
_GREETED = re.compile(
    rf"^([^\S\n]*(?i:hallo|hi|hey|hello|moin|servus|guten (?:tag|morgen|abend)|liebe[rs]?|dear))"
    rf"[^\S\n]+(?!(?:\w*(?i:team|service|support|shop|dienst)|Damen|Herren|Leute|Kunden|Sir|Madam)\b)"
    rf"{_NAME}(?:[^\S\n]+{_NAME})?(?=[^\S\n]*(?:[,!\n]|$))",
    re.MULTILINE,
)
_SIGNED = re.compile(
    r"((?i:\b(?:gr(?:ü|ue)(?:ß|ss)en?|gru(?:ß|ss)|lg|mfg|vg|regards|cheers|sincerely|yours)\b))"
    rf"((?:[^\S\n]+(?:aus|from)(?:[^\S\n]+[\w-]+){{1,2}})?[,.!]?\s+(?:(?:von|from)\s+)?)"
    rf"(?:{_INITIAL}\s?)*{_NAME}(?:\s+(?:{_INITIAL}|{_NAME})){{0,2}}(?=\s*[.!]?\s*$|\s*\n)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_COMPANY = re.compile(
    r"\b(?:gmbh|ag|kg|ohg|gbr|ug|e\.\s?[kv]\.|inc|ltd|llc|firma|verein|stiftung|hotel|café|cafe|"
    r"restaurant|praxis|apotheke|kanzlei|schule|kita|amt|stadt|verlag|shop|team|büro)\b",
    re.IGNORECASE,
)
_LONG_FORMS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_USUAL_WORDS = """
    alt arm bach beck berg blau braun bunt busch dick dorn ernst fein fest frei fromm fuchs gold
    graf grimm groß gross grün gut haas hahn hart heil heiß hell herr hoch hof holz horn jung kaiser
    kalt kern klar klein koch könig kraft kranz kraus kurz lang laut leicht licht lieb linde mai
    mann markt marsch mild neu recht reich richter ritter rot roth rund sauer scharf schatz schlicht
    schmal schnell schön schwarz schwer sommer stark stein still stolz stumpf süß tief treu vogel
    voll wagner wahl wald warm weber weich weiß weiss wild winter wolf zart zorn will long young
    good may price short small white black brown green king best hope love grace rose art bill mark
    rich frank summer
"""
_USUAL = frozenset(_USUAL_WORDS.split())
_MAILBOX_WORDS = """
    info kontakt contact mail email shop service support office hello hallo post kunde kunden
    online privat private team test web admin account no reply noreply buero
"""
_MAILBOXES = frozenset(_MAILBOX_WORDS.split())


@dataclass(frozen=True, slots=True)
class Known:
    """What says who a person is: ``words`` of names, small; ``values`` of identifiers.

    ``others`` are words of the names of everybody else, hidden where they are capitalised.
    """

    words: frozenset[str] = frozenset()
    values: tuple[str, ...] = ()
    others: frozenset[str] = frozenset()


def known_of(records: Iterable[Mapping[str, object]]) -> Known:
    """The names and identifiers in rows of the log, by their columns."""
    words: set[str] = set()
    values: set[str] = set()
    for record in records:
        for column, value in record.items():
            if value is None:
                continue
            if column.startswith(IDENTIFIER_PREFIX):
                values.add(str(value))
                words |= _parts_of_address(str(value))
            elif column.startswith(ATTRIBUTE_PREFIX) and _is_name(column):
                words |= {form for word in _WORD.findall(str(value)) for form in _forms(word)}
    long = [value for value in values if len(value) >= _LEAST_VALUE]
    kept = frozenset(word for word in words if len(word) >= _LEAST_WORD)
    return Known(kept, tuple(sorted(long, key=lambda value: (-len(value), value))))


def names_in(columns: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Words of the names in columns of attributes, as ``Known.others`` has them.

    Usual words are no names here: whoever is called so cannot be told from the word.
    """
    named = [values for column, values in columns.items() if _is_name(column)]
    humans = (value for values in named for value in values if not _COMPANY.search(value))
    words = {word for value in humans for word in _WORD.findall(value)}
    found = {form for word in words if word[:1].isupper() for form in _forms(word)}
    return frozenset(w for w in found if len(w) >= _LEAST_VALUE) - _USUAL - _OPENINGS


def _is_name(column: str) -> bool:
    return NAME_COLUMN.search(column) is not None and _THINGS.search(column) is None


def _parts_of_address(value: str) -> set[str]:
    """The words before the ``@`` that may be names."""
    local, at, _ = value.partition("@")
    if not at:
        return set()
    found = [word for word in _WORD.findall(local) if word.casefold() not in _MAILBOXES]
    return {form for word in found for form in _forms(word)}


def _forms(word: str) -> set[str]:
    """How a name may be written: ``müller``, ``mueller``, ``muller``."""
    plain = word.casefold()
    long = plain.translate(_LONG_FORMS)
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return {plain, long, bare, re.sub("([aou])e", r"\1", long)}


def hidden_text(text: str, known: Known = Known()) -> str:
    """The text with ``•••`` for addresses, links, account and long numbers, and names.

    Names are those that are known of the person, common given names, and what stands behind a form
    of address or a greeting; what is a name in one place is one in the whole text. A name that is a
    usual word too is hidden where it is capitalised.
    """
    told = _EMAIL.sub("•••@•••", text)
    for shape in (_SPOKEN_EMAIL, _LINK, _HANDLE):
        told = shape.sub(_DOTS, told)
    told = _values_hidden(told, known.values)
    told = _IBAN.sub(_account_hidden, told)
    told = _CALLED.sub(rf"\1\2{_DOTS}", told)
    told = _NUMBER.sub(_number_hidden, told)
    told = _STREET.sub(_DOTS, _CODE.sub(_DOTS, told))
    said = _announced(told)
    for shape in (_ADDRESSED, _IN_ROLE, _INTRODUCED, _GREETED):
        told = shape.sub(rf"\1 {_DOTS}", told)
    told = _SIGNED.sub(rf"\1\2{_DOTS}", told)
    told = _names_hidden(told, replace(known, others=known.others | said))
    return re.sub(rf"{_DOTS}(?:[ -]{_DOTS})+", _DOTS, told)


def _announced(text: str) -> frozenset[str]:
    """Small words of the names that a form of address, a greeting or the like gives away."""
    words: set[str] = set()
    for shape in (_ADDRESSED, _IN_ROLE, _INTRODUCED, _GREETED, _SIGNED):
        for found in shape.finditer(text):
            behind = found[0][sum(len(part or "") for part in found.groups()) :]
            words |= {word.casefold() for word in _WORD.findall(behind) if word[:1].isupper()}
    return frozenset(word for word in words if len(word) >= _LEAST_VALUE) - _USUAL - _OPENINGS


def _values_hidden(text: str, values: Iterable[str]) -> str:
    for value in values:
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", _DOTS, text, flags=re.IGNORECASE)
    return text


def _account_hidden(found: re.Match[str]) -> str:
    digits = sum(sign.isdigit() for sign in found[0])
    return _DOTS if digits >= 2 * _LEAST_DIGITS else found[0]


def _number_hidden(found: re.Match[str]) -> str:
    """Dots for six digits and more that are neither a date nor an amount."""
    number = found[0].strip()
    few = sum(sign.isdigit() for sign in number) < _LEAST_DIGITS
    return found[0] if few or _WHEN.fullmatch(number) or _MONEY.fullmatch(number) else _DOTS


def _names_hidden(text: str, known: Known) -> str:
    """Known names, common given names, and the capitalised word that follows one at once."""
    pieces: list[str] = []
    at, is_open = 0, False
    for found in _WORD.finditer(text):
        gap, word = text[at : found.start()], found[0]
        is_open = is_open and gap in (" ", "-", "\u00a0")
        shown = _word_hidden(word, known)
        if is_open and shown == word and _may_be_family_name(word):
            shown, is_open = _DOTS, False
        elif not (is_open and word in _PARTICLES):
            is_open = shown != word
        pieces += [gap, shown]
        at = found.end()
    return "".join(pieces) + text[at:]


def _may_be_family_name(word: str) -> bool:
    return word[:1].isupper() and len(word) >= _LEAST_WORD and word.casefold() not in _OPENINGS


def _word_hidden(word: str, known: Known) -> str:
    plain, mark, rest = word.replace("’", "'").partition("'")
    is_capital, small = plain[:1].isupper(), plain.casefold()
    for stem in (small, small.removesuffix("s")):
        is_usual = stem in _USUAL
        if stem in known.words and (is_capital or not is_usual):
            return _DOTS
        if is_capital and not is_usual and (stem in known.others or _is_given_name(stem)):
            return _DOTS
    return _DOTS if mark and rest.casefold() in known.words else word


def _is_given_name(stem: str) -> bool:
    """As it is written; of longer names also as it sounds, for short ones are words too."""
    if not _forms(stem).isdisjoint(given_names()):
        return True
    sound = fold(stem)
    return len(sound) >= _LEAST_SOUND and sound in common_names()
