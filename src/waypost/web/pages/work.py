"""Pages of opportunities and actions: list, matrix, one entry, board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from waypost.app.studio import actions, opportunities
from waypost.app.studio.actions import ActionFields
from waypost.app.studio.actor import Actor
from waypost.app.studio.opportunities import OpportunityFields
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.app.studio.work_rows import MapElement, possible_owners
from waypost.errors import InputError, WaypostError
from waypost.exports.html import formats
from waypost.exports.html.speech import speech_for
from waypost.kit.translation import N_, translator
from waypost.web.access import needs, site_of
from waypost.web.errors import status_of
from waypost.web.form_fields import FormTexts, revision_in
from waypost.web.matrix import matrix_of
from waypost.web.rendering import page, said
from waypost.web.work_forms import action_fields, money_text, opportunity_fields

__all__ = ["router"]

router = APIRouter(include_in_schema=False, prefix="/w/{slug}")

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]

_LABELS = {
    "created": N_("Made"),
    "title": N_("Title"),
    "problem": N_("Problem"),
    "status": N_("State"),
    "value_minor": N_("Worth a month"),
    "value_low": N_("at least"),
    "value_high": N_("at most"),
    "value_origin": N_("How is that known?"),
    "persons": N_("Persons affected"),
    "severity": N_("How bad it is"),
    "reach": N_("Reach"),
    "confidence": N_("How sure we are"),
    "effort": N_("Effort"),
    "strategic": N_("Fits our aims"),
    "owner": N_("Responsible"),
    "dismissed_because": N_("If dismissed: why?"),
}
_EFFORT = ("", N_("hours"), N_("days"), N_("a week or two"), N_("weeks"), N_("months"))


@router.get("/opportunities")
def opportunity_list(
    request: Request,
    site: TheSite,
    actor: Seer,
    x: str = "effort",
    y: str = "value",
    status: str = "",
    map: str = "",  # noqa: A002 - the name in the address
) -> Response:
    """The list beside the matrix; both axes can be chosen."""
    chosen = [status] if status in opportunities.STATUSES else []
    found = opportunities.list_opportunities(site, actor, map_id=map, statuses=chosen)
    axes = tuple(axis if axis in opportunities.AXES else "value" for axis in (x, y))
    values = {
        "entries": found,
        "matrix": matrix_of(found, x=axes[0], y=axes[1], say=_say(site, actor)),
        "axes": opportunities.AXES,
        "x": axes[0],
        "y": axes[1],
        "status": status,
        "statuses": opportunities.STATUSES,
        "map": map,
        "total": sum(one.value_minor or 0 for one in found if one.status in ("open", "chosen")),
    }
    return page(request, actor, "opportunities/opportunities.html", values)


@router.get("/opportunities/new")
def new_opportunity(
    request: Request,
    site: TheSite,
    actor: Editor,
    title: str = "",
    map: str = "",  # noqa: A002 - the name in the address
    kind: str = "",
    element: str = "",
) -> Response:
    """An empty form, or one that a map's card has begun."""
    told = {"form": {"title": title}, "link": f"{map} {kind} {element}".strip()}
    return _opportunity_page(request, site, actor, told)


@router.post("/opportunities/new")
def make_opportunity(request: Request, site: TheSite, actor: Editor, form: FormTexts) -> Response:
    """Keep it and open it; the same form with the reason where that is not possible."""
    try:
        made = opportunities.add_opportunity(
            site, actor, _checked(opportunity_fields, form, site, actor), links=_links(form)
        )
    except WaypostError as error:
        return _refused(request, site, actor, error, {"form": form, "link": form.get("link", "")})
    return _to(actor, "opportunities", made.id)


@router.get("/opportunities/{name}")
def one_opportunity(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """One opportunity: what it is, what it rests on, what is done, what happened."""
    found = opportunities.opportunity(site, actor, name)
    return _opportunity_page(request, site, actor, _told(site, actor, found))


@router.post("/opportunities/{name}")
def save_opportunity(
    request: Request, site: TheSite, actor: Editor, form: FormTexts, name: str
) -> Response:
    """Write it; where somebody else was faster both texts stay on the page."""
    try:
        opportunities.change_opportunity(
            site,
            actor,
            name,
            _checked(opportunity_fields, form, site, actor),
            revision=revision_in(form.get("revision", "")),
        )
    except WaypostError as error:
        told = _told(site, actor, opportunities.opportunity(site, actor, name))
        return _refused(request, site, actor, error, {**told, "form": form})
    return _to(actor, "opportunities", name)


@router.post("/opportunities/{name}/delete")
def delete_opportunity(site: TheSite, actor: Editor, name: str) -> Response:
    """Delete it; its actions stay on the board."""
    opportunities.remove_opportunity(site, actor, name)
    return _to(actor, "opportunities")


@router.get("/actions")
def action_board(request: Request, site: TheSite, actor: Seer, mine: str = "") -> Response:
    """The board from idea to verified."""
    columns = actions.board(site, actor)
    if mine:
        columns = {
            name: [card for card in cards if card.owner == actor.user]
            for name, cards in columns.items()
        }
    values = {
        "columns": columns,
        "column_names": actions.COLUMNS,
        "verdicts": actions.VERDICTS,
        "worth": {one.id: one.value_minor for one in opportunities.list_opportunities(site, actor)},
        "mine": mine,
    }
    return page(request, actor, "opportunities/board.html", values)


@router.get("/actions/new")
def new_action(
    request: Request, site: TheSite, actor: Editor, opportunity: str = "", column: str = "idea"
) -> Response:
    """An empty form."""
    told = {"form": {"opportunity": opportunity, "status": column}}
    return _action_page(request, site, actor, told)


@router.post("/actions/new")
def make_action(request: Request, site: TheSite, actor: Editor, form: FormTexts) -> Response:
    """Put the card on the board; the same form with the reason where that is not possible."""
    try:
        actions.add_action(site, actor, _checked(action_fields, form, site, actor))
    except WaypostError as error:
        told = {"form": form, "fault": said(actor.language, error)}
        return _action_page(request, site, actor, told, status_of(error))
    return _to(actor, "actions")


@router.get("/actions/{name}")
def one_action(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """One card of the board."""
    return _action_page(request, site, actor, {"entry": _card(site, actor, name)})


@router.post("/actions/{name}")
def save_action(
    request: Request, site: TheSite, actor: Editor, form: FormTexts, name: str
) -> Response:
    """Write it; where somebody else was faster both texts stay on the page."""
    try:
        actions.change_action(
            site,
            actor,
            name,
            _checked(action_fields, form, site, actor),
            revision=revision_in(form.get("revision", "")),
        )
    except WaypostError as error:
        told = {
            "form": form,
            "entry": _card(site, actor, name),
            "fault": said(actor.language, error),
        }
        return _action_page(request, site, actor, told, status_of(error))
    return _to(actor, "actions")


@router.post("/actions/{name}/move")
def move_action(site: TheSite, actor: Editor, form: FormTexts, name: str) -> Response:
    """Put the card elsewhere; from the board's menu or by dragging."""
    actions.move_action(
        site, actor, name, column=form.get("column", ""), after=form.get("after", "")
    )
    return _to(actor, "actions")


@router.post("/actions/{name}/delete")
def delete_action(site: TheSite, actor: Editor, name: str) -> Response:
    """Take the card off the board."""
    actions.remove_action(site, actor, name)
    return _to(actor, "actions")


def _card(site: Site, actor: Actor, name: str) -> actions.Action:
    return actions.action(site, actor, name)


def _told(site: Site, actor: Actor, found: opportunities.OpportunityDetail) -> dict[str, Any]:
    return {
        "entry": found.opportunity,
        "history": found.history,
        "cards": actions.list_actions(site, actor, opportunity=found.opportunity.id),
    }


def _opportunity_page(
    request: Request, site: Site, actor: Actor, told: Mapping[str, Any], status: int = 200
) -> Response:
    currency = site.workspace(actor.workspace).settings.currency
    values = {
        "entry": None,
        "form": None,
        "fault": None,
        "theirs": None,
        "link": "",
        "history": (),
        "cards": (),
        "members": possible_owners(site, actor),
        "statuses": opportunities.STATUSES,
        "column_names": actions.COLUMNS,
        "effort_words": _EFFORT,
        "labels": _LABELS,
        "said": _value_words(site, actor, currency),
        "currency": currency,
        "amount": lambda minor: money_text(minor, currency, actor.language),
        **told,
    }
    return page(request, actor, "opportunities/opportunity.html", values, status=status)


def _action_page(
    request: Request, site: Site, actor: Actor, told: Mapping[str, Any], status: int = 200
) -> Response:
    values = {
        "entry": None,
        "form": None,
        "fault": None,
        "members": possible_owners(site, actor),
        "choices": opportunities.list_opportunities(site, actor),
        "column_names": actions.COLUMNS,
        "verdicts": actions.VERDICTS,
        "effort_words": _EFFORT,
        **told,
    }
    return page(request, actor, "opportunities/action.html", values, status=status)


def _value_words(site: Site, actor: Actor, currency: str) -> Callable[[str, str], str]:
    """How a value of the history is said: amounts, persons and states in words."""
    owners, gettext = possible_owners(site, actor), translator(actor.language).gettext

    def words(name: str, text: str) -> str:
        if name.startswith("value_") and text.lstrip("-").isdigit():
            return f"{money_text(int(text), currency, actor.language)} {currency}"
        if name == "owner" and text.isdigit():
            return owners.get(int(text), text)
        return gettext(text) if text and name in ("status", "value_origin") else text

    return words


def _refused(
    request: Request, site: Site, actor: Actor, error: WaypostError, told: Mapping[str, Any]
) -> Response:
    values = {
        **told,
        "fault": said(actor.language, error),
        "theirs": error.facts.get("theirs"),
    }
    return _opportunity_page(request, site, actor, values, status_of(error))


def _checked(read: Any, form: Mapping[str, str], site: Site, actor: Actor) -> Any:
    """The fields of a form; ``InputError`` in our words where one cannot be."""
    settings = site.workspace(actor.workspace).settings
    try:
        fields: ActionFields | OpportunityFields = read(form, settings.currency, actor.language)
    except ValidationError as error:
        first = error.errors()[0]
        place = str(first["loc"][0]) if first["loc"] else ""
        raise InputError(
            N_("One of the values cannot be."),
            hint=N_("A value lies between its bounds; scales go from 1 to 5."),
            field=place,
        ) from error
    return fields


def _links(form: Mapping[str, str]) -> list[MapElement]:
    parts = form.get("link", "").split(" ")
    return [MapElement(*parts)] if len(parts) == 3 and all(parts) else []  # noqa: PLR2004 - map, kind, id


def _say(site: Site, actor: Actor) -> Any:
    speech = speech_for(actor.language, site.workspace(actor.workspace).settings.currency)

    def say(axis: str, value: float) -> str:
        if axis == "value":
            return formats.money(speech, value)
        return formats.count(speech, value)

    return say


def _to(actor: Actor, *parts: str) -> Response:
    return RedirectResponse("/".join(("/w", actor.workspace, *parts)), 303)
