"""What ``waypost add --dry-run`` tells: how tables would be read, a mapping to start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from waypost.app import Workspace
from waypost.cli.grid import Column
from waypost.cli.phrases import said
from waypost.cli.session import Session
from waypost.cli.telling.figures import Figures
from waypost.intake import SharedNumbers, Trial, mapping_text, shared_among

__all__ = ["kept_mappings", "trials"]

_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
_TOLD = ("value", "currency", "rating", "channel")


def trials(session: Session, workspace: Workspace, found: Sequence[Trial]) -> None:
    """Format, first events in the workspace's zone, a proposed mapping for an unknown format."""
    if session.as_json:
        session.output.value([_as_json(trial) for trial in found])
        return
    for trial in found:
        _tell(session, trial, ZoneInfo(workspace.settings.zone))
    named = [(one.recognition.name, one.numbers) for one in found if one.numbers is not None]
    for shared in shared_among(named):
        session.output.line()
        session.output.mind(_shared(session, shared))


def kept_mappings(session: Session, paths: Sequence[Path]) -> None:
    """Which mappings were kept; nothing with ``--json``, where the reports name them."""
    if session.as_json or not paths:
        return
    session.output.line(session.gettext("Mappings kept; edit them if something is wrong:"))
    for path in paths:
        session.output.line(f"  {path}")
    session.output.line()


def _as_json(trial: Trial) -> dict[str, object]:
    return {
        "file": trial.recognition.path.name,
        "table": trial.recognition.name,
        "format": trial.recognition.format,
        "confidence": trial.recognition.confidence,
        "columns": trial.recognition.columns,
        "mapping": mapping_text(trial.proposal.mapping) if trial.proposal else None,
        "events": trial.events,
        "refused": trial.refused,
        "warnings": trial.warnings,
        "trouble": trial.trouble,
    }


def _tell(session: Session, trial: Trial, zone: ZoneInfo) -> None:
    _ = session.gettext
    found = trial.recognition
    session.output.heading(found.name)
    if found.how is not None:
        sure = Figures(session).share(found.confidence, places=0)
        session.output.line(_("Recognised as %s (%s sure).") % (said(_, found.label), sure))
    elif trial.proposal is not None:
        session.output.line(_("Nobody knows this format. A mapping to start from:"))
        session.output.line()
        session.output.line(mapping_text(trial.proposal.mapping))
        session.output.line(
            _(
                "`waypost add --accept` keeps it in mappings/, where it can be edited, "
                "and reads the file."
            )
        )
    if trial.trouble:
        session.output.mind(said(_, trial.trouble))
    for warning in trial.warnings:
        session.output.mind(said(_, warning))
    _tell_events(session, trial, zone)


def _tell_events(session: Session, trial: Trial, zone: ZoneInfo) -> None:
    _ = session.gettext
    if trial.events:
        session.output.line()
        session.output.line(_("The first events would be:"))
        columns = (
            Column(_("Time")),
            Column(_("Event"), gives="middle"),
            Column(_("Identifiers"), gives="fold"),
            Column(_("What else"), gives="fold"),
        )
        session.output.table(columns, [_row(event, zone) for event in trial.events])
    for line, reason in trial.refused:
        session.output.mind(_("Line %d cannot be used: %s") % (line, said(_, reason)))


def _shared(session: Session, shared: SharedNumbers) -> str:
    _ = session.gettext
    told = _(
        "%(column)s stands in %(tables)s, and %(common)d of %(fewest)d numbers of one are in "
        "another too. If one system gave them, add --accept --same-customers, or else these "
        "persons are not joined."
    )
    return told % {
        "column": shared.column,
        "tables": ", ".join(shared.tables),
        "common": shared.common,
        "fewest": shared.fewest,
    }


def _row(event: Mapping[str, object], zone: ZoneInfo) -> tuple[str, str, str, str]:
    named = " ".join(f"{k[3:]}:{v}" for k, v in event.items() if k.startswith("id."))
    rest = [f"{name}={_plain(event[name])}" for name in _TOLD if name in event]
    rest += [f"{k[2:]}={v}" for k, v in event.items() if k.startswith("a.")]
    at = event["at"]
    if at == _UNDATED:
        told = "–"
    elif isinstance(at, datetime):
        told = at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    else:
        told = str(at)
    return told, str(event["event"]), named, " ".join(rest)[:120]


def _plain(value: object) -> object:
    return round(value, 2) if isinstance(value, float) else value
