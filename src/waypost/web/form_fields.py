"""The fields of a form that was sent, as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Depends, Request

__all__ = ["FormLists", "FormTexts", "first_in", "revision_in"]

_MOST_DIGITS = 9


async def _lists(request: Request) -> dict[str, list[str]]:
    form = await request.form()
    return {
        name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form
    }


async def _texts(request: Request) -> dict[str, str]:
    return {name: values[-1] for name, values in (await _lists(request)).items() if values}


FormLists = Annotated[dict[str, list[str]], Depends(_lists)]
"""By name all texts of a field."""
FormTexts = Annotated[dict[str, str], Depends(_texts)]
"""By name the last text of a field."""


def first_in(form: Mapping[str, Sequence[str]], name: str) -> str:
    """The first text of a field without blanks around it; empty where there is none."""
    return next(iter(form.get(name, ())), "").strip()


def revision_in(text: str) -> int:
    """The revision that a form was made from; 0, which none is, for what is no number."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else 0
