"""Does everything add up: accounts of all imports, and the bytes of the journey store."""

from __future__ import annotations

from pathlib import Path

from waypost.errors import DamagedError, NotFoundError
from waypost.journeys import Commit, EventLog, Snapshot

__all__ = ["problems_of"]

_FATES = ("stored", "updated", "duplicate", "quarantined")


def problems_of(workspace: Path, log: EventLog) -> list[str]:
    """One sentence per problem; empty when all is well. Reads every event once."""
    found = [text for commit in log.batches() for text in _account_problems(commit)]
    found += _log_problems(log)
    try:
        found += Snapshot.current(workspace).verify()
    except NotFoundError:
        pass  # nothing was built yet: there is nothing to be wrong
    except DamagedError as error:
        found.append(str(error))
    return found


def _account_problems(commit: Commit) -> list[str]:
    account = dict(commit.account)
    ignored = sum(count for name, count in account.items() if name.startswith("ignored"))
    accounted = sum(account.get(name, 0) for name in _FATES) + ignored
    if accounted == account.get("records", accounted):
        return []
    read = f"{commit.file}: {account['records']} records were read"
    return [f"{read}, but {accounted} are accounted for (delivery {commit.batch})."]


def _log_problems(log: EventLog) -> list[str]:
    try:
        rows = sum(rows.batch.num_rows for rows in log.scan(["at"]))
    except DamagedError as error:
        return [str(error)]
    expected = log.row_count() - _rows_taken_back(log)
    return [] if rows >= expected else [f"The event log has {rows} rows instead of {expected}."]


def _rows_taken_back(log: EventLog) -> int:
    active = {commit.number for commit in log.batches()}
    return sum(c.event_rows for c in log.commits() if c.number not in active)
