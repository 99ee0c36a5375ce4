"""What an address asks: the question, its filters, and how it is told; shared by page and API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from waypost.app.question_fields.shape import Asked
from waypost.app.studio.actor import Actor
from waypost.app.studio.personas import list_personas
from waypost.app.studio.question_forms import (
    STEP_FIELDS,
    address_of,
    asked_of,
    given_of,
    question_from,
)
from waypost.app.studio.segments import list_segments
from waypost.app.studio.site import Site
from waypost.app.studio.step_words import StepWords, words_of
from waypost.app.studio.time_fields import joined_times
from waypost.errors import NotFoundError
from waypost.kit.translation import N_
from waypost.questions import Composed, Question

__all__ = ["Told", "narrowed_by", "params_of", "told_by"]


Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Told:
    """``given``: what was filled in; ``narrowed``: conditions of the persona and segment.

    ``has_words``: steps and times were given as pages show them, so the address is not yet the
    shared one.
    """

    asked: Asked
    given: Mapping[str, Any]
    persona: str
    group: str
    narrowed: tuple[str, ...]
    has_words: bool = False

    @property
    def address(self) -> str:
        """The part of the address behind the question mark."""
        return address_of(self.given, persona=self.persona, group=self.group)

    def question(self) -> Question | Composed:
        """The question; ``QuestionError`` for what it cannot be."""
        return question_from(self.asked, self.given, narrowed=self.narrowed)


def params_of(request: Request) -> dict[str, list[str]]:
    """What stands behind the question mark; names may repeat."""
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(name, []).append(value)
    return found


def told_by(site: Site, actor: Actor, name: str, params: Params) -> Told:
    """What the parameters ask of a question; raises as ``given_of``, ``NotFoundError``."""
    asked = asked_of(name)
    spoken, params = params, _without_words(site, actor, joined_times(params))
    persona, group = (_one(params, name) for name in ("persona", "group"))
    return Told(
        asked,
        given_of(asked, params),
        persona,
        group,
        narrowed_by(site, actor, persona=persona, group=group),
        has_words=params != spoken,
    )


def _without_words(site: Site, actor: Actor, params: Params) -> Params:
    """The parameters with steps as questions write them."""
    try:
        words = words_of(site, actor)
    except NotFoundError:
        return params
    return {name: _values(words, name, texts) for name, texts in params.items()}


def _values(words: StepWords, name: str, texts: Sequence[str]) -> Sequence[str]:
    if name in STEP_FIELDS:
        return [words.value(text) for text in texts]
    return [words.id_of(text) for text in texts] if name == "add_value" else texts


def narrowed_by(site: Site, actor: Actor, *, persona: str, group: str) -> tuple[str, ...]:
    """The conditions of a persona and of a segment, both by id."""
    found: list[str] = []
    if persona:
        known = {one.id: one.segment for one in list_personas(site, actor)}
        found += _known(known, persona)
    if group:
        found += _known({one.id: one.rules for one in list_segments(site, actor)}, group)
    return tuple(found)


def _known(rules: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    if name not in rules:
        raise NotFoundError(
            N_("There is no such group of persons here."),
            hint=N_("It may have been deleted."),
            name=name,
        )
    return rules[name]


def _one(params: Params, name: str) -> str:
    values = params.get(name, ())
    return values[-1].strip() if values else ""
