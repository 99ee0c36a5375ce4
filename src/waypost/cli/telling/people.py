"""What who, split, block, apart and coverage tell."""

from __future__ import annotations

from typing import Any

from waypost.app import Workspace
from waypost.cli.grid import Column
from waypost.cli.phrases import said
from waypost.cli.session import Session
from waypost.cli.telling.figures import Figures, joined
from waypost.cli.telling.plain_values import plain
from waypost.identity import IdentifierStory, PersonStory
from waypost.journeys.binding.coverage import Coverage

__all__ = ["apart", "block", "coverage", "person", "split"]

_SHOWN = 20


def person(session: Session, workspace: Workspace, story: PersonStory) -> None:
    """The person, their identifiers, and the events that joined them."""
    if session.as_json:
        session.output.value(plain(story))
        return
    _ = session.gettext
    figures = Figures.of(session, workspace)
    if not story.person_id:
        session.output.line(_("%s stands for nobody.") % _named(story.asked))
        session.output.line(said(_, story.asked.reason))
    else:
        days = [figures.day(at) for at in (story.first_at, story.last_at)]
        facts = {
            _("Person"): story.person_id,
            _("Events"): figures.count(story.events),
            _("First"): days[0],
            _("Last"): days[1],
        }
        session.output.facts(facts)
    _identifiers(session, story)
    _edges(session, figures, story)


def _identifiers(session: Session, story: PersonStory) -> None:
    _ = session.gettext
    session.output.heading(_("Identifiers"))
    columns = (
        Column(_("Kind")),
        Column(_("Value"), gives="middle"),
        Column(_("Standing")),
        Column(_("Reason"), gives="fold"),
    )
    rows = [(i.kind, i.value, _(i.standing), said(_, i.reason)) for i in story.identifiers]
    session.output.table(columns, rows)


def _edges(session: Session, figures: Figures, story: PersonStory) -> None:
    _ = session.gettext
    if not story.edges:
        return
    session.output.heading(_("Seen together"))
    columns = (
        Column(_("One"), gives="middle"),
        Column(_("Other"), gives="middle"),
        Column(_("Events"), right=True),
        Column(_("First"), right=True),
        Column(_("What came of it"), gives="fold"),
    )
    rows = [
        (
            _named(edge.one),
            _named(edge.other),
            figures.count(edge.events),
            figures.day(edge.first_at),
            joined((_(edge.fate), said(_, edge.reason), ", ".join(edge.sources))),
        )
        for edge in story.edges[:_SHOWN]
    ]
    session.output.table(columns, rows)
    more = story.edge_count - len(rows)
    if more > 0:
        session.output.faint(_("… and %d more; --json lists them.") % more)


def _named(identifier: IdentifierStory) -> str:
    return f"{identifier.kind}:{identifier.value}"


def split(session: Session, workspace: Workspace, identifier: str, *, undone: bool) -> None:
    """That the decision was noted."""
    _ = session.gettext
    words = _("%s is put back.") if undone else _("%s is taken out of its person.")
    _noted(session, workspace, words % identifier, {"identifier": identifier, "undone": undone})


def block(session: Session, workspace: Workspace, identifier: str, *, undone: bool) -> None:
    """That the decision was noted."""
    _ = session.gettext
    words = _("%s may name somebody again.") if undone else _("%s names nobody.")
    _noted(session, workspace, words % identifier, {"identifier": identifier, "undone": undone})


def apart(
    session: Session, workspace: Workspace, identifiers: tuple[str, str], *, undone: bool
) -> None:
    """That the decision was noted."""
    _ = session.gettext
    words = _("%s and %s may be joined again.") if undone else _("%s and %s are kept apart.")
    told = {"identifiers": list(identifiers), "undone": undone}
    _noted(session, workspace, words % identifiers, told)


def _noted(session: Session, workspace: Workspace, words: str, told: dict[str, Any]) -> None:
    if session.as_json:
        session.output.value(told)
        return
    session.output.line(words)
    session.next("build", workspace.path)


def coverage(session: Session, workspace: Workspace, found: Coverage) -> None:
    """How much is bound, and what is not, with a suggestion for each."""
    if session.as_json:
        session.output.value(plain(found) | {"share": found.share})
        return
    _ = session.gettext
    figures = Figures.of(session, workspace)
    counts = (figures.count(found.bound), figures.count(found.events))
    share = figures.share(found.share)
    session.output.line(_("%s of the events are bound (%s of %s).") % (share, *counts))
    if found.unbound:
        _unbound(session, figures, found)
    for touchpoint in found.idle:
        session.output.mind(_("The rule of %s matches nothing.") % touchpoint)


def _unbound(session: Session, figures: Figures, found: Coverage) -> None:
    _ = session.gettext
    columns = (
        Column(_("Event"), gives="middle"),
        Column(_("Channel")),
        Column(_("Source"), gives="middle"),
        Column(_("Events"), right=True),
        Column(_("Share"), right=True),
        Column(_("Resembles"), gives="middle"),
    )
    rows = [
        (
            one.event,
            one.channel,
            one.source,
            figures.count(one.events),
            figures.share(one.share),
            one.suggestion.touchpoint or "–",
        )
        for one in found.unbound[:_SHOWN]
    ]
    session.output.table(columns, rows)
    session.output.heading(_("To bind the first, put this into rules.yaml:"))
    session.output.line(found.unbound[0].suggestion.yaml)
