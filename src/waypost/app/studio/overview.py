"""What somebody who comes back wants to know: what changed, what to do, how the data stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np
from sqlalchemy import select

from waypost.app.studio.actions import my_actions
from waypost.app.studio.activity import Activity, activity_of_workspace
from waypost.app.studio.actor import Actor
from waypost.app.studio.data import DataState, SourceState, data_state, deliveries_of
from waypost.app.studio.jobs import jobs_at_work
from waypost.app.studio.maps import MapSummary, list_maps
from waypost.app.studio.maps_at_hand import PainPoint, maps_at_hand
from waypost.app.studio.members import last_visit
from waypost.app.studio.notifications import notices_of
from waypost.app.studio.opportunities import Opportunity, list_opportunities
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.documents.job_tables import JobRow
from waypost.errors import NotFoundError
from waypost.exports.html.vocabulary import SOURCE_NAMES
from waypost.journeys import Snapshot

__all__ = ["MapVisit", "News", "Overview", "SourceAge", "ToDo", "overview"]

_QUIET_DAYS = 3
_QUIET_GAPS = 4  # of the mean: events at random leave one gap in fifty longer
_FEW_SOURCES = 2
_MOST_NEWS = 6
_MOST_DIFFERING = 2
_MOST_MAPS = 6
_MOST_TO_DOS = 8
_TOP = 3
_FIRST_LOOK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class News:
    """Something that changed since the last visit.

    ``kind`` and what its fields hold: ``imports`` (count files, amount records stored, held records
    in quarantine), ``undone`` (count), ``built`` (count builds), ``failed`` (count jobs, names
    kinds), ``map`` (names map's title and persons who worked on it, count changes), ``differs``
    (names map's title, count places where the events differ from what it draws), ``stale``,
    ``building``, ``quiet`` (names sources).
    """

    kind: Literal[
        "imports", "undone", "built", "failed", "map", "differs", "stale", "building", "quiet"
    ]
    at: datetime | None
    count: int = 0
    amount: int = 0
    held: int = 0
    names: tuple[str, ...] = ()
    map: str = ""


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something to do for the actor: ``kind`` review, action, mention, reply, role or mend."""

    kind: str
    title: str
    where: tuple[str, ...]
    due: date | None = None
    by: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class SourceAge:
    """A source and its latest event; ``is_quiet``: others delivered days that it did not."""

    source: SourceState
    last_at: datetime | None
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class MapVisit:
    """A map in the list; ``is_due``: its day of review has come."""

    map: MapSummary
    is_due: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that the first page shows. ``since``: the end of the visit before, None at first.

    ``unbound``: share of the events that no rule binds, None before the first build.
    ``is_counting``: numbers of some map are still on their way.
    """

    since: datetime | None
    today: date
    news: tuple[News, ...]
    to_dos: tuple[ToDo, ...]
    maps: tuple[MapVisit, ...]
    maps_count: int
    is_counting: bool
    pains: tuple[PainPoint, ...]
    opportunities: tuple[Opportunity, ...]
    data: DataState
    sources: tuple[SourceAge, ...]
    data_until: datetime | None
    unbound: float | None


def overview(site: Site, actor: Actor) -> Overview:
    """The first page's facts, as the actor may see them."""
    require(actor, Right.SEE)
    state, since, now = data_state(site, actor), last_visit(site, actor), site.clock()
    today = site.today(actor.workspace)
    listed = list_maps(site, actor)
    shown = maps_at_hand(site, actor, listed[:_MOST_MAPS])
    maps = [MapVisit(one, _is_due(one, today)) for one in (*shown.maps, *listed[_MOST_MAPS:])]
    sources = tuple(_aged(state))
    news = [
        *_news(site, actor, state, sources, since or now - _FIRST_LOOK),
        *_differing(shown.maps, shown.differences, actor.language),
    ]
    return Overview(
        since=since,
        today=today,
        news=tuple(news[:_MOST_NEWS]),
        to_dos=tuple(_to_dos(site, actor, maps, state))[:_MOST_TO_DOS],
        maps=tuple(maps[:_MOST_MAPS]),
        maps_count=len(maps),
        is_counting=shown.is_counting,
        pains=shown.pains,
        opportunities=tuple(list_opportunities(site, actor, statuses=("open",))[:_TOP]),
        data=state,
        sources=sources,
        data_until=_instant(state.data_until_us) if state.data_until_us else None,
        unbound=unbound_share(site, actor.workspace),
    )


def unbound_share(site: Site, slug: str) -> float | None:
    """Events of persons that no touchpoint has, of all; None before the first build."""
    workspace = site.workspace(slug)
    try:
        snapshot = workspace.snapshot
    except NotFoundError:
        return None
    return site.remembered((slug, "unbound", snapshot.id), lambda: _unbound(snapshot))


def _unbound(snapshot: Snapshot) -> float:
    events = unbound = 0
    for shard in snapshot.shards:
        touchpoint = shard.touchpoint
        events += len(touchpoint)
        unbound += len(touchpoint) - int(np.count_nonzero(touchpoint))
    return unbound / events if events else 0.0


def _news(
    site: Site, actor: Actor, state: DataState, sources: Sequence[SourceAge], since: datetime
) -> Iterable[News]:
    yield from _map_news(activity_of_workspace(site, actor), actor, since)
    yield from _import_news(site, actor, since)
    yield from _job_news(site, actor, since)
    quiet = tuple(_called(one.source) for one in sources if one.is_quiet)
    if quiet:
        yield News("quiet", None, count=len(quiet), names=quiet)
    if state.is_stale:
        yield News("building" if jobs_at_work(site, actor) else "stale", None)


def _called(source: SourceState) -> str:
    return SOURCE_NAMES.get(source.source, source.label or source.source)


def _differing(
    maps: Sequence[MapSummary], differences: Mapping[str, int], language: str
) -> Iterable[News]:
    """The maps that the events contradict, the one with most places first."""
    told = [(differences.get(one.id, 0), one) for one in maps]
    for count, one in sorted(told, key=lambda pair: -pair[0])[:_MOST_DIFFERING]:
        if count:
            yield News("differs", None, count=count, names=(one.title_in(language),), map=one.id)


def _map_news(sittings: Iterable[Activity], actor: Actor, since: datetime) -> Iterable[News]:
    """What others did to maps, one entry per map, the latest first."""
    found: dict[str, News] = {}
    for one in sittings:
        if one.at <= since or one.by == actor.user:
            continue
        changes = max(1, one.revisions[1] - one.revisions[0] + 1) if one.what == "changes" else 1
        known = found.get(one.map) or News("map", one.at, map=one.map, names=(one.map_title,))
        names = known.names if one.by_name in known.names[1:] else (*known.names, one.by_name)
        found[one.map] = replace(known, count=known.count + changes, names=names)
    return found.values()


def _import_news(site: Site, actor: Actor, since: datetime) -> Iterable[News]:
    fresh = [one for one in deliveries_of(site, actor) if one.at is not None and one.at > since]
    kept = [one for one in fresh if not one.is_taken_back]
    if kept:
        yield News(
            "imports",
            max(one.at for one in kept if one.at is not None),
            count=len({one.report.file for one in kept}),
            amount=sum(one.report.stored for one in kept),
            held=sum(one.held for one in kept),
        )
    if len(fresh) > len(kept):
        yield News("undone", None, count=len(fresh) - len(kept))


def _job_news(site: Site, actor: Actor, since: datetime) -> Iterable[News]:
    chosen = (
        select(JobRow.kind, JobRow.state, JobRow.finished_at)
        .where(JobRow.workspace == actor.workspace, JobRow.finished_at > since)
        .where(JobRow.is_shown.is_(True))
        .order_by(JobRow.id.desc())
    )
    with site.database.reading() as session:
        rows = session.execute(chosen).all()
    built = [at for kind, state, at in rows if (kind, state) == ("build", "done")]
    failed = [(kind, at) for kind, state, at in rows if state in ("failed", "interrupted")]
    if built:
        yield News("built", built[0], count=len(built))
    if failed:
        kinds = tuple(sorted({kind for kind, _ in failed}))
        yield News("failed", failed[0][1], count=len(failed), names=kinds)


def _to_dos(site: Site, actor: Actor, maps: Iterable[MapVisit], state: DataState) -> Iterable[ToDo]:
    for visit in maps:
        if visit.is_due and actor.may(Right.EDIT_MAPS):
            title, due = visit.map.title_in(actor.language), visit.map.next_review_on
            yield ToDo("review", title, ("maps", visit.map.id), due=date.fromisoformat(due))
    for notice in notices_of(site, actor, only_unread=True):
        if notice.kind != "review":
            yield ToDo(notice.kind, notice.map_title, ("maps", notice.map), by=notice.by_name)
    for action in my_actions(site, actor):
        yield ToDo("action", action.title, ("actions",), due=action.due)
    if state.held and actor.may(Right.CHANGE_DATA):
        yield ToDo("mend", "", ("data",), count=state.held)


def _is_due(one: MapSummary, today: date) -> bool:
    return bool(one.next_review_on) and one.next_review_on <= today.isoformat()


def _aged(state: DataState) -> Iterable[SourceAge]:
    """A source is quiet when its last event is days before what the others have.

    Where its events come rarely, four times their mean distance pass before it counts as such. Of
    three and more sources the latest alone does not tell: it may be ahead of all others.
    """
    instants = sorted(one.last_at or 0 for one in state.sources)
    latest = instants[-2 if len(instants) > _FEW_SOURCES else -1] if instants else 0
    for one in state.sources:
        at = _instant(one.last_at) if one.last_at else None
        is_quiet = at is not None and _instant(latest) - at > _patience(one)
        yield SourceAge(one, at, is_quiet)


def _patience(source: SourceState) -> timedelta:
    span = timedelta(microseconds=(source.last_at or 0) - (source.first_at or source.last_at or 0))
    return max(timedelta(days=_QUIET_DAYS), _QUIET_GAPS * span / max(source.stored - 1, 1))


def _instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
