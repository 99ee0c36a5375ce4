"""Pages of personas: cards, one sheet, forms to write, merge and split."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from waypost.app.studio import personas
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.app.studio.persona_facts import PersonaFacts, persona_facts, persons_of
from waypost.app.studio.personas import STORY, Persona, PersonaFields
from waypost.app.studio.segment_rules import rules_in
from waypost.app.studio.segments import explained_rules
from waypost.app.studio.site import Site
from waypost.app.workspace import Workspace
from waypost.errors import InputError, NotFoundError, RuleError, WaypostError
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.exports.html.speech import Speech, speech_for
from waypost.exports.html.vocabulary import channel_icon, channel_name
from waypost.exports.persona_sheets import octaves
from waypost.kit.translation import N_
from waypost.model import label_in
from waypost.web.access import needs, site_of
from waypost.web.errors import status_of
from waypost.web.form_fields import FormLists, first_in, revision_in
from waypost.web.pages.data_words import with_events
from waypost.web.rendering import page, said

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}")

_CHANNEL = re.compile(r"\bchannel\s*=\s*'(\w+)'")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]


@router.get("/personas")
def persona_cards(request: Request, site: TheSite, actor: Seer) -> Response:
    """Every persona as a card with its size."""
    workspace = site.workspace(actor.workspace)
    everybody = _persons(workspace, ())
    values = {
        "cards": [
            (one, _persons(workspace, one.segment)) for one in personas.list_personas(site, actor)
        ],
        "everybody": everybody,
        "in_words": partial(_in_words, actor.language),
        "removed": personas.list_personas(site, actor, removed=True),
        "least": LEAST_GROUP,
    }
    return page(request, actor, "personas/cards.html", values)


def _in_words(language: str, rules: Sequence[str]) -> list[tuple[bool, str, str]]:
    """Each rule in words and as it was written; one that cannot be read stays as it is."""
    try:
        told = explained_rules(rules, language)
    except RuleError:
        return [(True, rule, rule) for rule in rules]
    speech = speech_for(language, "EUR")
    return [
        (did, with_events(_with_channels(words, rule, speech), language), rule)
        for (did, words), rule in zip(told, rules, strict=True)
    ]


def _with_channels(words: str, rule: str, speech: Speech) -> str:
    """The words with each channel called as everywhere else."""
    for channel in _CHANNEL.findall(rule):
        words = re.sub(rf"(?<=[„“]){channel}(?=[“”])", channel_name(speech, channel), words)
    return words


@router.get("/personas/new")
def new_persona(request: Request, actor: Editor, segment: str = "", name: str = "") -> Response:
    """An empty form, or one that a segment has begun."""
    return _form_page(request, actor, {"form": {"segment": [segment], "name": [name]}})


@router.post("/personas/new")
def make_persona(request: Request, site: TheSite, actor: Editor, form: FormLists) -> Response:
    """Keep it and show its sheet; the same form with the reason where that is not possible."""
    try:
        fields = _fields(form)
        _check_rules(site, actor, fields)
        made = personas.add_persona(site, actor, fields)
    except WaypostError as error:
        told = {"form": form, "fault": said(actor.language, error)}
        return _form_page(request, actor, told, status_of(error))
    return _to(actor, made.id)


@router.post("/personas/merge")
def merge(site: TheSite, actor: Editor, form: FormLists) -> Response:
    """One persona of those that were ticked."""
    fields = PersonaFields(name=first_in(form, "name"))
    made = personas.merge_personas(site, actor, form.get("persona", []), fields)
    return _to(actor, made.id)


@router.get("/personas/{name}")
def sheet(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """The persona's sheet: counted on the left, invented on the right, told apart."""
    found = personas.persona(site, actor, name)
    facts, fault = _facts(site, actor, found)
    values = {
        "persona": found,
        "in_words": partial(_in_words, actor.language),
        "facts": facts,
        "fault": said(actor.language, fault) if fault else None,
        "story": STORY,
        "least": LEAST_GROUP,
        "octaves": lambda trait: octaves(trait.share, trait.others),
        "label_in": label_in,
        "channel_icon": channel_icon,
        "channel_name": channel_name,
    }
    return page(request, actor, "personas/sheet.html", values)


@router.get("/personas/{name}/edit")
def edit(request: Request, site: TheSite, actor: Editor, name: str) -> Response:
    """The form with what is there."""
    return _form_page(request, actor, {"entry": personas.persona(site, actor, name)})


@router.post("/personas/{name}/edit")
def save(request: Request, site: TheSite, actor: Editor, form: FormLists, name: str) -> Response:
    """Write it; where somebody else was faster both texts stay on the page."""
    try:
        fields = _fields(form)
        _check_rules(site, actor, fields)
        revision = revision_in(first_in(form, "revision"))
        personas.change_persona(site, actor, name, fields, revision=revision)
    except WaypostError as error:
        told = {
            "form": form,
            "entry": personas.persona(site, actor, name),
            "fault": said(actor.language, error),
        }
        return _form_page(request, actor, told, status_of(error))
    return _to(actor, name)


@router.post("/personas/{name}/split")
def split(site: TheSite, actor: Editor, form: FormLists, name: str) -> Response:
    """Two personas of one."""
    rule = first_in(form, "rule")
    _check_rules(site, actor, PersonaFields(name="x", segment=(rule,) if rule else ()))
    names = (first_in(form, "with"), first_in(form, "without"))
    personas.split_persona(site, actor, name, rule=rule, names=names)
    return _to(actor)


@router.post("/personas/{name}/remove")
def remove(site: TheSite, actor: Editor, name: str) -> Response:
    """Take it out of the lists."""
    personas.remove_persona(site, actor, name)
    return _to(actor)


@router.post("/personas/{name}/restore")
def restore(site: TheSite, actor: Editor, name: str) -> Response:
    """Bring it back."""
    personas.restore_persona(site, actor, name)
    return _to(actor, name)


def _form_page(
    request: Request, actor: Actor, told: Mapping[str, Any], status: int = 200
) -> Response:
    values = {"entry": None, "form": None, "fault": None, "story": STORY, **told}
    return page(request, actor, "personas/form.html", values, status=status)


def _facts(
    site: Site, actor: Actor, found: Persona
) -> tuple[PersonaFacts | None, WaypostError | None]:
    try:
        return persona_facts(site.workspace(actor.workspace), found), None
    except (InputError, NotFoundError) as error:
        return None, error


def _persons(workspace: Workspace, segment: tuple[str, ...]) -> int | None:
    """How many belong to a segment; None where that cannot be counted."""
    try:
        return persons_of(workspace, segment)
    except (InputError, NotFoundError):
        return None


def _check_rules(site: Site, actor: Actor, fields: PersonaFields) -> None:
    """Raise what is wrong with a condition before it is kept; unknown without journeys."""
    workspace = site.workspace(actor.workspace)
    if not (workspace.path / "snapshots" / "CURRENT").is_file():
        return
    persons_of(workspace, fields.segment)


def _fields(form: Mapping[str, list[str]]) -> PersonaFields:
    try:
        return PersonaFields(
            name=first_in(form, "name"),
            summary=first_in(form, "summary"),
            segment=rules_in(form.get("segment", ())),
            story={part: first_in(form, f"story-{part}") for part in STORY},
            is_pinned=bool(first_in(form, "is_pinned")),
        )
    except ValidationError as error:
        raise InputError(
            N_("One of the texts is too long."), hint=N_("Shorten it; nothing is lost meanwhile.")
        ) from error


def _to(actor: Actor, *parts: str) -> Response:
    return RedirectResponse("/".join(("/w", actor.workspace, "personas", *parts)), 303)
