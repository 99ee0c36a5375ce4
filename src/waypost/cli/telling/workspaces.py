"""What init, settings, build and check tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from waypost.app import BuildReport, Workspace
from waypost.cli.phrases import said
from waypost.cli.session import Session
from waypost.cli.telling.figures import Figures

__all__ = ["build", "created", "problems", "settings"]


def created(session: Session, workspace: Workspace) -> None:
    """That the workspace is there, and what it was told."""
    if session.as_json:
        session.output.value({"workspace": str(workspace.path)} | asdict(workspace.settings))
        return
    session.output.line(session.gettext("The workspace %s is ready.") % workspace.path)
    _facts(session, workspace)
    session.next("add", workspace.path, "FILE…")


def settings(session: Session, workspace: Workspace, *, changed: bool) -> None:
    """What the workspace was told."""
    if session.as_json:
        session.output.value({"workspace": str(workspace.path)} | asdict(workspace.settings))
        return
    _facts(session, workspace)
    if changed:
        session.output.line(
            session.gettext("Changed. It holds for files imported and journeys built from now on.")
        )
        session.next("build", workspace.path)


def _facts(session: Session, workspace: Workspace) -> None:
    _ = session.gettext
    told = workspace.settings
    session.output.facts(
        {
            _("Name"): told.name,
            _("Time zone"): told.zone,
            _("Country"): told.country,
            _("Currency"): told.currency,
            _("Language"): told.language,
            _("Stages"): told.stages,
        }
    )


def build(session: Session, workspace: Workspace, report: BuildReport) -> None:
    """Persons, events, how much is bound, and what comes next."""
    if session.as_json:
        session.output.value(report.as_dict())
        return
    build_facts(session, workspace, report)
    if report.bound_events < report.events:
        session.next("coverage", workspace.path)
    session.next("map", workspace.path)


def build_facts(session: Session, workspace: Workspace, report: BuildReport) -> None:
    """Persons, events, how much is bound, how long it took."""
    _ = session.gettext
    figures = Figures.of(session, workspace)
    bound = report.bound_events / report.events if report.events else None
    session.output.facts(
        {
            _("Persons"): figures.count(report.persons),
            _("Identifiers"): figures.count(report.identifiers),
            _("Identifiers to look at"): figures.count(report.suspicious),
            _("Events of persons"): figures.count(report.events),
            _("Events without a person"): figures.count(report.anonymous_events),
            _("Bound to a touchpoint"): figures.share(bound),
            _("Time taken"): figures.duration(sum(report.seconds.values())),
        },
        right=True,
    )
    if report.proposed_rules:
        session.output.mind(
            _("No rule bound most of these events; rules.yaml now has a proposal to edit.")
        )


def problems(session: Session, found: Sequence[str]) -> None:
    """Each problem on a line, or that all is well."""
    if session.as_json:
        session.output.value({"problems": list(found)})
        return
    for problem in found:
        session.output.mind(said(session.gettext, problem))
    if not found:
        session.output.line(session.gettext("Everything adds up; nothing is damaged."))
