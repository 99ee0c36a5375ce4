"""What commands tell: reports of the use cases as tables and sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from waypost.app import BuildReport, Quarantined
from waypost.cli.figures import cell, is_hidden
from waypost.cli.session import Session
from waypost.exports.html import formats
from waypost.exports.html.speech import Speech, speech_for
from waypost.identity import IdentifierStory, PersonStory
from waypost.intake import ImportReport
from waypost.journeys.binding.coverage import Coverage
from waypost.kit import write_atomically
from waypost.questions import Result

__all__ = [
    "plain",
    "tell_build",
    "tell_coverage",
    "tell_imports",
    "tell_person",
    "tell_problems",
    "tell_quarantine",
    "tell_result",
    "write_quarantine",
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


def write_quarantine(path: Path, records: Sequence[Quarantined]) -> None:
    """The records as JSON lines: line, reason, and the raw text to be mended."""
    lines = [json.dumps(asdict(one.record), ensure_ascii=False) for one in records]
    write_atomically(path, "".join(f"{line}\n" for line in lines).encode())


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
    if report.proposed_rules:
        session.output.line(
            _("No rule bound most of these events; rules.yaml now has a proposal to edit.")
        )


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


def tell_person(session: Session, story: PersonStory) -> None:
    """The person, their identifiers, and the events that joined them."""
    if session.as_json:
        session.output.value(plain(story))
        return
    _ = session.text
    speech = speech_for(session.language, "EUR")
    if not story.person_id:
        session.output.line(_("%s stands for nobody.") % _named(story.asked))
        if story.asked.reason:
            session.output.line(_(story.asked.reason))
    else:
        span = [at.date() for at in (story.first_at, story.last_at) if at is not None]
        session.output.facts(
            {
                _("Person"): story.person_id,
                _("Events"): formats.count(speech, story.events),
                _("Period"): formats.period(speech, span[0], span[-1]) if span else "–",
            }
        )
    session.output.heading(_("Identifiers"))
    rows = [
        (i.kind, i.value, _(i.standing), _(i.reason) if i.reason else "") for i in story.identifiers
    ]
    session.output.table((_("Kind"), _("Value"), _("Standing"), _("Reason")), rows)
    _tell_edges(session, story, speech)


def _tell_edges(session: Session, story: PersonStory, speech: Speech) -> None:
    _ = session.text
    if not story.edges:
        return
    session.output.heading(_("Seen together"))
    rows = [
        (
            _named(edge.one),
            _named(edge.other),
            formats.count(speech, edge.events),
            formats.day(speech, edge.first_at.date()),
            ", ".join(edge.sources),
            _(edge.fate),
            _(edge.reason) if edge.reason else "",
        )
        for edge in story.edges[:_SHOWN]
    ]
    columns = (_("One"), _("Other"), _("Events"), _("First"), _("Sources"), _("Fate"), _("Reason"))
    session.output.table(columns, rows)
    if story.edge_count > _SHOWN:
        session.output.line(_("… and %d more; --json lists them.") % (story.edge_count - _SHOWN))


def _named(identifier: IdentifierStory) -> str:
    return f"{identifier.kind}:{identifier.value}"


def tell_coverage(session: Session, coverage: Coverage) -> None:
    """How much is bound, and what is not, with a suggestion for each."""
    if session.as_json:
        session.output.value(plain(coverage) | {"share": coverage.share})
        return
    _ = session.text
    speech = speech_for(session.language, "EUR")
    share = formats.share(speech, coverage.share)
    counts = (formats.count(speech, coverage.bound), formats.count(speech, coverage.events))
    session.output.line(_("%s of the events are bound (%s of %s).") % (share, *counts))
    if coverage.unbound:
        rows = [
            (one.event, one.channel, one.source, formats.count(speech, one.events),
             formats.share(speech, one.share), one.suggestion.touchpoint or "–")
            for one in coverage.unbound[:_SHOWN]
        ]  # fmt: skip
        columns = (_("Event"), _("Channel"), _("Source"), _("Events"), _("Share"), _("Resembles"))
        session.output.table(columns, rows)
        session.output.heading(_("To bind the first, put this into rules.yaml:"))
        session.output.line(coverage.unbound[0].suggestion.yaml)
    for touchpoint in coverage.idle:
        session.output.line(_("The rule of %s matches nothing.") % touchpoint)
