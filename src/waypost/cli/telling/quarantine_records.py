"""What the quarantine tells, and which delivery a short id means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from waypost.app import Quarantined, Workspace
from waypost.cli.grid import Column
from waypost.cli.phrases import said
from waypost.cli.session import Session
from waypost.cli.telling.plain_values import plain
from waypost.errors import InputError
from waypost.kit import write_atomically
from waypost.kit.translation import NN_

__all__ = ["delivery_named", "quarantine", "quarantine_written"]

_SHOWN = 20
_SHORT_ID = 8
_MORE = NN_("… and {n} more; --json or -o lists all.", "… and {n} more; --json or -o lists all.")
_WRITTEN = NN_("{n} record was written to {path}.", "{n} records were written to {path}.")


def delivery_named(workspace: Workspace, batch: str) -> str:
    """The delivery whose id begins so; as given where none does, so that the log can say so.

    Raises ``InputError`` where several do.
    """
    known = sorted({commit.batch for commit in workspace.log.commits()})
    found = [one for one in known if one.startswith(batch)]
    if len(found) > 1 and batch not in found:
        raise InputError(
            f"Several deliveries begin with {batch}.",
            hint=f"Write more of it: {', '.join(found[:5])}.",
            batch=batch,
        )
    return found[0] if len(found) == 1 else batch


def quarantine(session: Session, workspace: Workspace, records: Sequence[Quarantined]) -> None:
    """The records with line and reason, the first of them raw."""
    if session.as_json:
        session.output.value([plain(record) for record in records])
        return
    _ = session.gettext
    if not records:
        session.output.line(_("Nothing is in quarantine."))
        return
    columns = (
        Column(_("Delivery")),
        Column(_("File"), gives="middle"),
        Column(_("Line"), right=True),
        Column(_("Reason"), gives="fold"),
    )
    rows = [
        (one.batch[:_SHORT_ID], one.file, str(one.record.line), said(_, one.record.reason))
        for one in records[:_SHOWN]
    ]
    session.output.table(columns, rows)
    more = len(records) - _SHOWN
    if more > 0:
        session.output.line(session.texts(_MORE, more).format(n=more))
    session.next("quarantine", workspace.path, records[0].batch[:_SHORT_ID], "-o", "mended.jsonl")


def quarantine_written(
    session: Session,
    workspace: Workspace,
    records: Sequence[Quarantined],
    path: Path,
    *,
    batch: str,
) -> None:
    """Write the records as JSON lines (line, reason, and the raw text to be mended), and say so."""
    lines = [json.dumps(asdict(one.record), ensure_ascii=False) for one in records]
    write_atomically(path, "".join(f"{line}\n" for line in lines).encode())
    if session.as_json:
        session.output.value({"written": str(path), "records": len(records)})
        return
    count = len(records)
    session.output.line(session.texts(_WRITTEN, count).format(n=count, path=path))
    deliveries = sorted({one.batch for one in records})
    session.output.line(session.gettext("Mend the text of raw in each line; leave the rest."))
    for delivery in deliveries if not batch else [batch]:
        session.next("replay", workspace.path, delivery[:_SHORT_ID], path)
