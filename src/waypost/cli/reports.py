"""What commands tell: reports of the use cases as tables and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import Any

from waypost.app import BuildReport, Quarantined
from waypost.cli.figures import cell, is_hidden
from waypost.cli.session import Session
from waypost.exports.html import formats
from waypost.exports.html.speech import Speech, speech_for
from waypost.intake import ImportReport
from waypost.questions import Result

__all__ = [
    "plain",
    "tell_build",
    "tell_imports",
    "tell_problems",
    "tell_quarantine",
    "tell_result",
]

_SHOWN = 20


def plain(value: Any) -> Any:
    """A dataclass as JSON values, anything else as it is."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def tell_imports(session: Session, reports: Sequence[ImportReport]) -> None:
    """One line per table: what was read and what became of it; then what to mind."""
    if session.as_json:
        session.output.value([plain(report) for report in reports])
        return
    _ = session.text
    speech = speech_for(session.language, "EUR")
    columns = (
        _("File"), _("Format"), _("Records"), _("stored"), _("updated"), _("duplicate"),
        _("quarantined"), _("ignored"), _("Events"), _("Period"),
    )  # fmt: skip
    session.output.table(columns, [_import_row(session, speech, report) for report in reports])
    for report in reports:
        if report.known:
            session.output.line(_("%s was imported before; nothing was added.") % report.table)
            continue
        for warning in report.warnings:
            session.output.line(f"{report.table}: {warning}")


def _import_row(session: Session, speech: Speech, report: ImportReport) -> list[str]:
    figures = (
        report.records, report.stored, report.updated, report.duplicate, report.quarantined,
        sum(report.ignored.values()), report.new_events + report.updated_events,
    )  # fmt: skip
    counts = [formats.count(speech, figure) if figure else "–" for figure in figures]
    if report.known:
        counts[1:] = ["–"] * (len(counts) - 1)
    span = [
        datetime.fromtimestamp(at / 1_000_000, UTC).date()
        for at in (report.first_at, report.last_at)
        if at is not None
    ]
    told = formats.period(speech, span[0], span[-1]) if span else "–"
    return [report.table, session.text(report.label), *counts, told]


def tell_quarantine(session: Session, records: Sequence[Quarantined]) -> None:
    """The records with line and reason, the first of them raw."""
    if session.as_json:
        session.output.value([plain(record) for record in records])
        return
    _ = session.text
    if not records:
        session.output.line(_("Nothing is in quarantine."))
        return
    columns = (_("Delivery"), _("File"), _("Line"), _("Reason"), _("Raw"))
    rows = [
        (one.batch[:8], one.file, str(one.record.line), one.record.reason, one.record.raw[:80])
        for one in records[:_SHOWN]
    ]
    session.output.table(columns, rows)
    if len(records) > _SHOWN:
        session.output.line(_("… and %d more; --json lists all.") % (len(records) - _SHOWN))


def tell_build(session: Session, report: BuildReport) -> None:
    """Persons, events, how much is bound, how long it took."""
    if session.as_json:
        session.output.value(report.as_dict())
        return
    _ = session.text
    speech = speech_for(session.language, "EUR")
    bound = report.bound_events / report.events if report.events else 0.0
    facts = {
        _("Persons"): formats.count(speech, report.persons),
        _("Identifiers"): formats.count(speech, report.identifiers),
        _("Identifiers to look at"): formats.count(speech, report.suspicious),
        _("Events of persons"): formats.count(speech, report.events),
        _("Events without a person"): formats.count(speech, report.anonymous_events),
        _("Bound to a touchpoint"): formats.share(speech, bound),
        _("Seconds"): formats.decimal(speech, sum(report.seconds.values())),
    }
    session.output.facts(facts)


def tell_problems(session: Session, problems: Sequence[str]) -> None:
    """Each problem on a line, or that all is well."""
    if session.as_json:
        session.output.value({"problems": list(problems)})
        return
    for problem in problems:
        session.output.line(problem)
    if not problems:
        session.output.line(session.text("Everything adds up; nothing is damaged."))


def tell_result(session: Session, result: Result, *, currency: str = "EUR") -> None:
    """The table of an answer, its totals, and what to mind."""
    if session.as_json:
        session.output.value(result.to_dict())
        return
    speech = speech_for(session.language, currency)
    names = [name for name in result.columns if not is_hidden(name)]
    rows = [
        [cell(speech, name, row[name], result.units) for name in names] for row in result.rows()
    ]
    session.output.table([session.text(name.replace("_", " ")) for name in names], rows)
    for warning in result.warnings:
        session.output.line(warning.text.get(session.language, str(warning)))
