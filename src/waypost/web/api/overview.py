"""What the first page of a workspace tells, over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from waypost.app.studio import overview as first_page
from waypost.app.studio.actor import Actor
from waypost.app.studio.maps_at_hand import PainPoint
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.kit.translation import translator
from waypost.web.access import needs, site_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{slug}", tags=["workspace"])


@router.get("/overview")
def overview(
    site: Annotated[Site, Depends(site_of)], actor: Annotated[Actor, Depends(needs(Right.SEE))]
) -> dict[str, Any]:
    """What changed since the last visit, what is to do, where it hurts, the state of the data.

    ``unbound`` is the share of the events that no rule binds; ``is_counting``: numbers of some map
    are still on their way.
    """
    found = first_page.overview(site, actor)
    return {
        "since": found.since,
        "today": found.today,
        "news": [asdict(one) for one in found.news],
        "to_dos": [asdict(one) for one in found.to_dos],
        "is_counting": found.is_counting,
        "pains": [_pain(one, actor.language) for one in found.pains],
        "data": asdict(found.data),
        "data_until": found.data_until,
        "quiet_sources": [one.source.source for one in found.sources if one.is_quiet],
        "unbound": found.unbound,
    }


def _pain(one: PainPoint, language: str) -> dict[str, Any]:
    words = translator(language).gettext(one.words) if one.mark else one.words
    return {
        "map": one.map,
        "step": one.step,
        "words": words,
        "mark": one.mark,
        "persons": one.persons,
        "value_minor": one.value_minor,
    }
