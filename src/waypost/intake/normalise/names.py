"""Names of events and attributes, and order numbers, in one spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["order_id", "order_ids_in", "order_named", "snake_case"]

_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GAPS = re.compile(r"[\W_]+")
_ORDER_WORDS = (
    r"order|bestellung|bestellnummer|bestellnr|bestell-nr|"
    r"auftrag|auftragsnummer|auftragsnr|commande|pedido"
)
_NUMBER = r"[A-Z]{0,5}-?\d{3,}(?:-[A-Z0-9]+)*"
_MENTION = re.compile(
    rf"(?:\b(?:{_ORDER_WORDS})\b[\s.:]*(?:(?:id|no|nr|nummer|number)\b[\s.:]*)?#?\s*|(?<![\w#])#\s?)"
    rf"({_NUMBER})\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)
def snake_case(name: str) -> str:
    """Lower case, words joined by ``_``, German umlauts written out, other accents dropped.

    ``Product Viewed``, ``productViewed`` and ``product-viewed`` are all ``product_viewed``; empty
    for a name without letters and digits.
    """
    written = unicodedata.normalize("NFC", name).translate(_GERMAN)
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", written) if not unicodedata.combining(c)
    )
    return _GAPS.sub("_", _HUMPS.sub("_", bare)).strip("_").casefold()


def order_id(text: str | None) -> str | None:
    """The order number without ``#`` and blanks, in capitals; None for an empty one."""
    if not text:
        return None
    return "".join(text.split()).lstrip("#").upper() or None


def order_named(text: str | None) -> str | None:
    """The first order number that a sentence names, else the text as one if it may be a number.

    A number has a digit or is one word in capitals (``XKBKNABJK``).
    """
    bare = text.strip() if text else ""
    if not (any(sign.isdigit() for sign in bare) or (bare.isalpha() and bare.isupper())):
        return None
    named = order_ids_in(bare) if " " in bare else ()
    return named[0] if named else order_id(bare)


def order_ids_in(text: str | None) -> tuple[str, ...]:
    """Order numbers that a text names (``#1001``, ``Bestellung Nr. 1001``), none twice."""
    if not text:
        return ()
    found = (order_id(match[1]) for match in _MENTION.finditer(text))
    return tuple(dict.fromkeys(name for name in found if name))
