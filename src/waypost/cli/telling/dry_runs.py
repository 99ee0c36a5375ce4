"""What ``waypost add --dry-run`` tells: how tables would be read, a mapping to start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from waypost.cli.grid import Column
from waypost.cli.phrases import said
from waypost.cli.session import Session
from waypost.cli.telling.figures import Figures
from waypost.intake import Trial, mapping_text

__all__ = ["trials"]

_TOLD = ("value", "currency", "rating", "channel")


def trials(session: Session, found: Sequence[Trial]) -> None:
    """Format, first events, and a proposed mapping where nobody knows the format."""
    if session.as_json:
        session.output.value([_as_json(trial) for trial in found])
        return
    for trial in found:
        _tell(session, trial)


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


def _tell(session: Session, trial: Trial) -> None:
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
            _("Save it as mappings/NAME.yaml in the workspace, edit it, add the file again.")
        )
    if trial.trouble:
        session.output.mind(said(_, trial.trouble))
    for warning in trial.warnings:
        session.output.mind(said(_, warning))
    _tell_events(session, trial)


def _tell_events(session: Session, trial: Trial) -> None:
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
        session.output.table(columns, [_row(event) for event in trial.events])
    for line, reason in trial.refused:
        session.output.mind(_("Line %d cannot be used: %s") % (line, said(_, reason)))


def _row(event: Mapping[str, object]) -> tuple[str, str, str, str]:
    named = " ".join(f"{k[3:]}:{v}" for k, v in event.items() if k.startswith("id."))
    rest = [f"{name}={event[name]}" for name in _TOLD if name in event]
    rest += [f"{k[2:]}={v}" for k, v in event.items() if k.startswith("a.")]
    return str(event["at"])[:16], str(event["event"]), named, " ".join(rest)[:120]
