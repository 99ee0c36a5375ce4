"""A look at a file before it is imported: what it was recognised as, and its first events."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from waypost.errors import InputError
from waypost.intake.context import ReadContext
from waypost.intake.generic.customer_numbers import CustomerNumbers, numbers_of
from waypost.intake.generic.mapping import Mapping
from waypost.intake.generic.propose import Proposal, propose_mapping
from waypost.intake.importing import deliver
from waypost.intake.normalise import snake_case
from waypost.intake.recognition import Recognition, recognise

__all__ = ["Trial", "dry_run"]

_EVENTS = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """One table of a file: how it would be read, and what came of its first records.

    ``numbers`` are those of customers where a mapping takes them.
    ``proposal`` is there where no format and no mapping fits; ``events`` are the first five, each a
    dict of its filled columns; ``refused`` the first five reasons with their lines; ``trouble``
    says why nothing could be proposed.
    """

    recognition: Recognition
    proposal: Proposal | None = None
    events: tuple[Dict[str, object], ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    warnings: tuple[str, ...] = ()
    trouble: str = ""
    numbers: CustomerNumbers | None = None


def dry_run(path: Path, *, context: ReadContext, mappings: Sequence[Mapping] = ()) -> list[Trial]:
    """One trial per table; nothing is written. ``UnreadableFileError`` for no table at all."""
    return [_trial(found, context) for found in recognise(path, mappings)]


def _trial(found: Recognition, context: ReadContext) -> Trial:
    proposal = None
    if found.how is None and found.table is not None:
        try:
            name = snake_case(found.path.name.partition(".")[0]) or "proposed"
            proposal = propose_mapping(found.table, country=context.country, name=name)
        except InputError as error:
            return Trial(found, trouble=str(error))
    chosen = replace(found, how=proposal.mapping) if proposal else found
    delivery = deliver(chosen, context)
    first = next(iter(delivery.chunks()), None)
    if first is None:
        return Trial(found, proposal, trouble="The table has no records.")
    rows = first.events.slice(0, _EVENTS).to_pylist()
    mapping = chosen.how
    return Trial(
        recognition=found,
        proposal=proposal,
        events=tuple({k: v for k, v in row.items() if v is not None} for row in rows),
        refused=tuple((one.line, one.reason) for one in first.refused[:_EVENTS]),
        warnings=delivery.warnings(),
        numbers=numbers_of(found.table, mapping) if isinstance(mapping, Mapping) else None,
    )
