"""The kinds of text that fields of an edited map take, and what is refused or cleaned in them."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, Field

from waypost.maps.editing.ordering import FIRST_KEY, is_order_key

__all__ = [
    "LONGEST_TEXT",
    "LabelText",
    "Line",
    "OrderKey",
    "Reference",
    "RuleText",
    "Token",
    "Url",
    "Writable",
    "cleaned",
]

LONGEST_TEXT: Final = 10_000
"""Characters of one text in one language."""

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_URL = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)


def cleaned(text: str) -> str:
    """``text`` without the control characters that no sheet, page or database can hold.

    Every line end becomes a line feed; tabs stay.
    """
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _one_line(text: str) -> str:
    return " ".join(cleaned(text).split("\n"))


def _label(texts: dict[str, str]) -> dict[str, str]:
    kept = {}
    for language in sorted(texts):
        text = cleaned(texts[language])
        if not _LANGUAGE.fullmatch(language):
            raise ValueError(f"“{language}” is no language code such as “de” or “en”")
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"a text has {LONGEST_TEXT:,} characters at most, this {len(text):,}")
        if text:
            kept[language] = text
    return kept


def _order(text: str) -> str:
    if not is_order_key(text):
        raise ValueError(f"“{text}” is no order key such as “{FIRST_KEY}”")
    return text


def _url(text: str) -> str:
    if text and not _URL.fullmatch(text):
        raise ValueError("an address begins with https://, http:// or mailto: and has no blanks")
    return text


def _token(text: str) -> str:
    if text and not _TOKEN.fullmatch(text):
        raise ValueError(f"“{text}” is no name of small letters, digits and hyphens")
    return text


def _finite(value: Any) -> Any:
    plain = value.model_dump() if isinstance(value, BaseModel) else value
    try:
        json.dumps(plain, allow_nan=False)
    except ValueError as error:
        raise ValueError("it holds a number that JSON cannot write") from error
    return value


LabelText = Annotated[dict[str, str], AfterValidator(_label), Field(max_length=20)]
"""A text by language code; empty ones are left out: ``{}`` is the one way to say nothing."""

Line = Annotated[str, AfterValidator(_one_line), Field(max_length=500)]
"""A text in one line; line ends become blanks."""

RuleText = Annotated[str, AfterValidator(cleaned), Field(max_length=5000)]
"""A condition as in every question; empty for none."""

OrderKey = Annotated[str, AfterValidator(_order), Field(max_length=1000)]
Reference = Annotated[str, Field(max_length=100)]
"""The id of another entity, or empty where that is allowed."""

Token = Annotated[str, AfterValidator(_token), Field(max_length=60)]
"""The name of a colour or an icon; empty for none."""

Url = Annotated[str, AfterValidator(_url), Field(max_length=2000)]

Writable = AfterValidator(_finite)
"""For a value of any shape: no number in it that JSON has no notation for."""
