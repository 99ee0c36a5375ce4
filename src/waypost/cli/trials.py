"""What ``waypost add --dry-run`` tells: how each table would be read, and a mapping to start from."""

from __future__ import annotations

from collections.abc import Sequence

from waypost.cli.session import Session
from waypost.exports.html import formats
from waypost.exports.html.speech import speech_for
from waypost.intake import Trial, mapping_text

__all__ = ["tell_dry_run"]


def tell_dry_run(session: Session, trials: Sequence[Trial]) -> None:
    """Format, first events, and a proposed mapping where nobody knows the format."""
    if session.as_json:
        session.output.value([_as_json(trial) for trial in trials])
        return
    for trial in trials:
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
    _ = session.text
    found = trial.recognition
    session.output.heading(found.name)
    if found.how is not None:
        sure = formats.share(speech_for(session.language, "EUR"), found.confidence, places=0)
        session.output.line(_("Recognised as %s (%s sure).") % (_(found.label), sure))
    elif trial.proposal is not None:
        session.output.line(_("Nobody knows this format. A mapping to start from:"))
        session.output.line(mapping_text(trial.proposal.mapping))
        session.output.line(
            _("Save it as mappings/NAME.yaml in the workspace, edit it, add again.")
        )
    if trial.trouble:
        session.output.line(trial.trouble)
    for warning in trial.warnings:
        session.output.line(warning)
    _tell_events(session, trial)


def _tell_events(session: Session, trial: Trial) -> None:
    _ = session.text
    if trial.events:
        session.output.line(_("The first events would be:"))
        rows = [_row(dict(event)) for event in trial.events]
        session.output.table((_("Time"), _("Event"), _("Identifiers"), _("What else")), rows)
    for line, reason in trial.refused:
        session.output.line(_("Line %d cannot be used: %s") % (line, reason))


def _row(event: dict[str, object]) -> tuple[str, str, str, str]:
    named = ", ".join(f"{k[3:]}:{v}" for k, v in event.items() if k.startswith("id."))
    told = ("value", "currency", "rating", "channel")
    rest = [f"{name} {event[name]}" for name in told if name in event]
    rest += [f"{k[2:]} {v}" for k, v in event.items() if k.startswith("a.")]
    return str(event["at"])[:19], str(event["event"]), named, ", ".join(rest)[:70]
