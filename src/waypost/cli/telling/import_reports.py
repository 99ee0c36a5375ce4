"""What add, replay, log and undo tell: what became of every record."""

from __future__ import annotations

import re
from collections.abc import Sequence

from waypost.app import Workspace
from waypost.cli.grid import Column, lines_of, shortened
from waypost.cli.phrases import said
from waypost.cli.session import Session
from waypost.cli.telling.figures import DASH, Figures, joined
from waypost.cli.telling.plain_values import plain
from waypost.errors import FilesRefusedError
from waypost.intake import ImportReport
from waypost.journeys import Commit
from waypost.kit.translation import N_, NN_

__all__ = ["import_table", "imports", "log", "refused", "undone"]

_ONE_LINE = 118
_SHORT_ID = 8


def imports(session: Session, workspace: Workspace, reports: Sequence[ImportReport]) -> None:
    """What was read from each table and what became of it, what to mind, what comes next."""
    if session.as_json:
        session.output.value([plain(report) for report in reports])
        return
    import_table(session, workspace, reports)
    if any(report.quarantined and not report.known for report in reports):
        session.next("quarantine", workspace.path)
    if not all(report.added_nothing for report in reports):
        session.next("build", workspace.path)


def refused(session: Session, workspace: Workspace, error: FilesRefusedError) -> None:
    """What was read from the good files, then each file that was not, with reason and remedy.

    Nothing with ``--json``: there the error itself carries both.
    """
    if session.as_json:
        return
    if error.reports:
        imports(session, workspace, error.reports)
    session.output.heading(session.gettext("Not imported"))
    for name, one in error.refused.items():
        session.output.mind(name)
        told = (said(session.gettext, text) for text in (one.message, one.hint) if text)
        session.output.line(f"  {' '.join(told)}")
    session.output.line()


def import_table(session: Session, workspace: Workspace, reports: Sequence[ImportReport]) -> None:
    """The account of each table, then remarks; two lines for each where the terminal is narrow."""
    figures = Figures.of(session, workspace)
    if session.output.width >= _ONE_LINE:
        _wide(session, figures, reports)
    else:
        _narrow(session, figures, reports)
    _remarks(session, figures, reports)


def _counts(
    session: Session, figures: Figures, reports: Sequence[ImportReport], *, wide: bool
) -> dict[str, list[str]]:
    """Columns of counts by heading; those that are zero throughout are left out."""
    _ = session.gettext
    ignored = [sum(report.ignored.values()) for report in reports]
    aside = {
        _("quarantine"): [report.quarantined for report in reports],
        _("ignored"): ignored,
    }
    if not wide:
        both = [report.quarantined + n for report, n in zip(reports, ignored, strict=True)]
        aside = {_("aside"): both}
    columns: dict[str, list[int]] = {
        _("read"): [report.records for report in reports],
        _("new"): [report.stored for report in reports],
        _("updated"): [report.updated for report in reports],
        _("duplicate"): [report.duplicate for report in reports],
        **aside,
        _("Events"): [report.new_events + report.updated_events for report in reports],
    }
    kept = (_("read"), _("new"), _("Events"))
    return {
        name: [
            DASH if report.known and name != _("read") else figures.count(number)
            for number, report in zip(numbers, reports, strict=True)
        ]
        for name, numbers in columns.items()
        if name in kept or any(numbers)
    }


def _wide(session: Session, figures: Figures, reports: Sequence[ImportReport]) -> None:
    _ = session.gettext
    counts = _counts(session, figures, reports, wide=True)
    columns = [
        Column(_("File"), gives="middle"),
        Column(_("Format"), gives="middle"),
        *(Column(name, right=True) for name in counts),
        Column(_("Period")),
    ]
    rows = [
        (
            report.table,
            said(_, report.label),
            *(column[place] for column in counts.values()),
            figures.months(report.first_at, report.last_at),
        )
        for place, report in enumerate(reports)
    ]
    session.output.table(columns, rows)


def _narrow(session: Session, figures: Figures, reports: Sequence[ImportReport]) -> None:
    """The file's name above, its format and period below; figures beside the name."""
    counts = _counts(session, figures, reports, wide=False)
    columns = [
        Column(session.gettext("File"), gives="middle"),
        *(Column(name, right=True) for name in counts),
    ]
    rows = [
        (report.table, *(column[place] for column in counts.values()))
        for place, report in enumerate(reports)
    ]
    width = session.output.width
    room = width - 2
    head, *lines = lines_of(columns, rows, width)
    told: list[tuple[str, str]] = [(head, "dim")]
    for line, report in zip(lines, reports, strict=True):
        period = figures.period(report.first_at, report.last_at)
        under = joined((said(session.gettext, report.label), period))
        told += [(line, ""), (f"  {shortened(under, room)}", "dim")]
    session.output.rows(told)


_FILES = NN_("{n} file", "{n} files")
_ONE = {
    "records were": "record was",
    "events had": "event had",
    "events lie": "event lies",
    "events came": "event came",
}
_COUNTED = re.compile(r"([\d,]+) (.+)", re.DOTALL)


def _remarks(session: Session, figures: Figures, reports: Sequence[ImportReport]) -> None:
    """What to mind of each table; what several share is told once, its counts added up."""
    shared: dict[str, list[tuple[str, int]]] = {}
    for report in reports:
        for remark in _remarks_on(report):
            counted = _COUNTED.fullmatch(remark)
            text = counted[2] if counted else remark
            count = int(counted[1].replace(",", "")) if counted else -1
            shared.setdefault(text, []).append((report.table, count))
    for text, found in shared.items():
        total = sum(count for _table, count in found)
        told = f"{figures.count(total)} {_singular(text) if total == 1 else text}"
        sentence = told if found[0][1] >= 0 else text
        where = found[0][0]
        if len(found) > 1:
            where = session.texts(_FILES, len(found)).format(n=len(found))
        session.output.mind(f"{where}: {said(session.gettext, sentence)}")


def _singular(text: str) -> str:
    for many, one in _ONE.items():
        text = text.replace(many, one, 1)
    return text


def _remarks_on(report: ImportReport) -> list[str]:
    """In English, so that counts can be told from words; translated when told."""
    if report.known:
        return [N_("was imported before; nothing was added.")]
    ignored = [f"{n} records were not needed: {reason}." for reason, n in report.ignored.items()]
    return [*report.warnings, *ignored]


def log(session: Session, workspace: Workspace) -> None:
    """One line per import or undoing."""
    commits = workspace.log.commits()
    if session.as_json:
        session.output.value([_commit_as_json(commit) for commit in commits])
        return
    _ = session.gettext
    if not commits:
        session.output.line(_("Nothing has been imported yet."))
        session.next("add", workspace.path, "FILE…")
        return
    figures = Figures.of(session, workspace)
    columns = [
        Column(_("No."), right=True),
        Column(_("Delivery")),
        Column(_("File"), gives="middle"),
        Column(_("Records"), right=True),
        Column(_("What became of them"), gives="fold"),
    ]
    session.output.table(columns, [_commit_row(session, figures, commit) for commit in commits])


def _commit_as_json(commit: Commit) -> dict[str, object]:
    return {
        "number": commit.number,
        "kind": commit.kind,
        "batch": commit.batch,
        "source": commit.source,
        "file": commit.file,
        "format": commit.format,
        "account": dict(commit.account),
    }


def _commit_row(session: Session, figures: Figures, commit: Commit) -> tuple[str, ...]:
    _ = session.gettext
    records = commit.account.get("records", 0)
    words = {
        "stored": _("new"),
        "updated": _("updated"),
        "duplicate": _("duplicate"),
        "quarantined": _("quarantine"),
    }
    fates = [
        f"{figures.count(commit.account[fate])} {word}"
        for fate, word in words.items()
        if commit.account.get(fate)
    ]
    ignored = sum(n for name, n in commit.account.items() if name.startswith("ignored"))
    fates += [f"{figures.count(ignored)} {_('ignored')}"] if ignored else []
    taken_back = _("taken back") if commit.kind == "undo" else ""
    counted = figures.count(records) if commit.account else DASH
    return (
        str(commit.number),
        commit.batch[:_SHORT_ID],
        commit.file,
        counted,
        taken_back or ", ".join(fates),
    )


def undone(session: Session, workspace: Workspace, commit: Commit) -> None:
    """That an import was taken back."""
    if session.as_json:
        session.output.value({"batch": commit.batch, "file": commit.file, "commit": commit.number})
        return
    session.output.line(session.gettext("Taken back: %s") % (commit.file or commit.batch))
    session.next("build", workspace.path)
