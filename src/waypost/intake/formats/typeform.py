"""Typeform's responses as JSON: answers without their questions, told by type and reach."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from waypost.intake.format import TREES, Format, Sample, Signature
from waypost.intake.normalise import SCALES, email, phone, rate
from waypost.intake.reading import Reading, as_text
from waypost.intake.records import Answer, Ignore, Record
from waypost.model import Event

__all__ = ["TYPEFORM"]

_RATED = ("opinion_scale", "rating", "nps")
_EMAILS = ("hidden.email", "hidden.mail", "hidden.e_mail")
_ORDERS = ("hidden.order_id", "hidden.order", "hidden.order_number", "hidden.bestellnummer")
_CUSTOMERS = ("hidden.customer_id", "hidden.user_id", "hidden.kundennummer")
_TOP = {5: "csat5", 7: "csat7", 10: "csat10"}
_MOST_STARS, _MOST_POINTS = 5, 7


def _study(reading: Reading, sample: Sample) -> Reading:
    """The scale of each rated question, by the least and the greatest answer among the first."""
    seen: dict[str, set[int]] = {}
    kinds: dict[str, str] = {}
    for row in sample:
        for answer in _answers(row):
            field, number = answer.get("field") or {}, answer.get("number")
            if field.get("type") in _RATED and isinstance(number, int):
                seen.setdefault(str(field.get("id")), set()).add(number)
                kinds[str(field.get("id"))] = str(field["type"])
    return replace(reading, facts={name: _scale(kinds[name], seen[name]) for name in seen})


def _scale(kind: str, numbers: set[int]) -> str:
    """0 among the answers of an opinion is NPS; stars are 1 to 5 unless one is greater."""
    if kind == "nps" or (kind == "opinion_scale" and 0 in numbers):
        return "nps"
    greatest = max(numbers)
    return _TOP[_MOST_STARS if greatest <= _MOST_STARS else 7 if greatest <= _MOST_POINTS else 10]


def _answers(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The answers; of the first records they are text that holds JSON."""
    found = row.get("answers")
    try:
        found = json.loads(found) if isinstance(found, str) else found
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _make(record: Record, reading: Reading) -> Answer:
    token = reading.needed(record, "token", "response_id")
    if reading.time(record, "submitted_at") is None:
        return Ignore("survey that was not sent off")
    moment = reading.needed_time(record, "submitted_at")
    answers = _answers(record.cells)
    template = Event(
        at=moment.at,
        event="survey_answered",
        key=f"response:{token}",
        line=record.line,
        channel="survey",
        identifiers=_identifiers(record, reading, answers),
        attributes={"response_id": token, **_others(answers)},
        flags=moment.flags,
    )
    first, *more = list(_rated(template, answers, reading)) or [template]
    said = "\n".join(text for one in answers if (text := as_text(one.get("text"))))
    return [replace(first, text=said or None), *more]


def _rated(template: Event, answers: list[Mapping[str, Any]], reading: Reading) -> Iterator[Event]:
    """One event per answer on a scale."""
    for rank, answer in enumerate(answers):
        field, score = answer.get("field") or {}, as_text(answer.get("number"))
        scale = SCALES.get(reading.facts.get(str(field.get("id")), ""))
        rating = rate(score, scale) if scale and score else None
        if scale is None or rating is None:
            continue
        asked = as_text(field.get("ref")) or str(field.get("id"))
        facts = {"question": asked, "score": score or "", "rating_kind": scale.kind}
        yield replace(
            template,
            event=f"{scale.kind}_answered",
            key=f"{template.key}:{field.get('id')}",
            rating=rating,
            attributes={**template.attributes, **facts},
            rank=min(rank, 15),
        )


def _identifiers(
    record: Record, reading: Reading, answers: list[Mapping[str, Any]]
) -> tuple[tuple[str, str], ...]:
    """Hidden fields before what was answered."""
    country = reading.context.country
    mails = reading.email(record, *_EMAILS)
    given = (email(as_text(one.get("email"))) for one in answers)
    phones = (phone(as_text(one.get("phone_number")), country) for one in answers)
    return (
        *(mails or tuple(("email", one) for one in given if one)[:1]),
        *tuple(("phone", one) for one in phones if one)[:1],
        *reading.identifier("customer_id.typeform", record, *_CUSTOMERS),
        *reading.order(record, *_ORDERS),
    )


def _others(answers: list[Mapping[str, Any]]) -> dict[str, str]:
    """Choices and yes or no, by the question's reference."""
    found = {}
    for answer in answers:
        field = answer.get("field") or {}
        name = as_text(field.get("ref")) or str(field.get("id"))
        text = _chosen(answer)
        if text:
            found[f"q.{name}"] = text
    return found


def _chosen(answer: Mapping[str, Any]) -> str:
    choice, choices = answer.get("choice"), answer.get("choices")
    if isinstance(choice, dict):
        return as_text(choice.get("label")) or as_text(choice.get("other")) or ""
    if isinstance(choices, dict):
        return "; ".join(str(one) for one in choices.get("labels") or ())
    return as_text(answer.get("boolean")) or as_text(answer.get("date")) or ""


TYPEFORM = Format(
    id="typeform",
    label="Typeform responses (JSON)",
    source="typeform",
    kinds=TREES,
    signature=Signature(
        required=("landed_at", "submitted_at", ("token", "response_id"), "answers"),
        typical=("landing_id", "metadata", "hidden", "calculated"),
    ),
    make=_make,
    study=_study,
)
