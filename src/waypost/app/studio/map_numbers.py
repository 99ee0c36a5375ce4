"""The numbers of a map: read once per snapshot, document and filter, by one thread for all who ask.

A reading goes on when the asker goes away, because another is likely to ask the same; it can be
stopped, and says how far it is.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import orjson
from sqlalchemy import select

from waypost.app.studio.actor import Actor
from waypost.app.studio.event_sources import event_source
from waypost.app.studio.map_rows import document_of, find_map
from waypost.app.studio.permissions import Right
from waypost.app.studio.site import Site
from waypost.documents.map_tables import MapRow
from waypost.errors import CancelledError, DamagedError, NotFoundError, WaypostError
from waypost.kit.translation import N_
from waypost.maps.document import JourneyMap
from waypost.maps.editing.document import MapDocument
from waypost.maps.reading import EventSource, ReadingFilter, numbers_id, read_map

__all__ = [
    "Numbers",
    "NumbersUnderWay",
    "cancel_numbers",
    "numbers_at_hand",
    "numbers_of",
    "read_ahead",
    "read_document",
]

_KEPT_READINGS = 32
_PATIENCE_SECONDS = 20.0
_MOST_READ_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Numbers:
    """A reading under its id, and the same as JSON text."""

    id: str
    reading: JourneyMap
    json: bytes


@dataclass(frozen=True, slots=True)
class NumbersUnderWay:
    """A reading that takes longer: pieces done, of how many."""

    id: str
    done: int
    total: int


@dataclass(slots=True)
class _Job:
    """One reading on its way. It is a ``Progress`` that stops when nobody wants it any more."""

    ready: threading.Event = field(default_factory=threading.Event)
    done: int = 0
    total: int = 0
    is_cancelled: bool = False
    numbers: Numbers | None = None
    error: WaypostError | None = None

    def start(self, task: str, total: int | None) -> None:  # noqa: ARG002 - as Progress has it
        self.done, self.total = 0, total or 0
        self._check()

    def advance(self, amount: int) -> None:
        self.done += amount
        self._check()

    def finish(self) -> None:
        self.done = self.total

    def _check(self) -> None:
        if self.is_cancelled:
            raise CancelledError(
                N_("The reading was stopped."), hint=N_("Ask again to begin anew.")
            )


class _Desk:
    """The readings of this process: those kept, and those under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, _Job] = OrderedDict()

    def job(
        self, key: str, document: MapDocument, source: EventSource, chosen: ReadingFilter
    ) -> _Job:
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.error is not None:
                job = self._jobs[key] = _Job()
                asked = (job, key, document, source, chosen)
                threading.Thread(
                    target=_read, args=asked, name="waypost-numbers", daemon=True
                ).start()
            self._jobs.move_to_end(key)
            while len(self._jobs) > _KEPT_READINGS:
                self._jobs.popitem(last=False)
            return job

    def known(self, key: str) -> _Job | None:
        with self._lock:
            return self._jobs.get(key)

    def cancel(self, key: str) -> None:
        job = self.known(key)
        if job is not None:
            job.is_cancelled = True


_desk = _Desk()


def _read(
    job: _Job, key: str, document: MapDocument, source: EventSource, chosen: ReadingFilter
) -> None:
    try:
        reading = read_map(document, source, chosen, progress=job)
        told = orjson.dumps(reading.model_dump(mode="json", exclude_defaults=True))
        job.numbers = Numbers(key, reading, told)
    except WaypostError as error:
        job.error = error
    finally:
        if job.numbers is None and job.error is None:
            job.error = DamagedError(
                N_("The numbers could not be read."), hint=N_("Look at the log.")
            )
        job.ready.set()


def numbers_of(
    site: Site,
    actor: Actor,
    map_id: str,
    chosen: ReadingFilter | None = None,
    *,
    patience: float = _PATIENCE_SECONDS,
) -> Numbers | NumbersUnderWay:
    """The map read against the events, or how far that is after ``patience`` seconds.

    ``NotFoundError`` before the first build; errors of the filter as ``read_map`` raises them.
    """
    with site.database.reading() as session:
        document = find_map(session, actor, map_id, Right.SEE).document
    told = read_document(site, actor.workspace, document, chosen, patience=patience)
    if isinstance(told, Numbers) and chosen in (None, ReadingFilter()):
        _keep_summary(site, map_id, told.reading)
    return told


def read_document(
    site: Site,
    workspace: str,
    document: MapDocument,
    chosen: ReadingFilter | None = None,
    *,
    patience: float = _PATIENCE_SECONDS,
) -> Numbers | NumbersUnderWay:
    """The same for a document at hand; the caller has seen to it that it may be read."""
    source = event_source(site, workspace)
    asked = chosen or ReadingFilter()
    key = f"{workspace}-{numbers_id(document, source.snapshot.id, asked)}"
    job = _desk.job(key, document, source, asked)
    if not job.ready.wait(patience):
        return NumbersUnderWay(key, job.done, job.total)
    if job.error is not None:
        raise job.error
    assert job.numbers is not None
    return job.numbers


def numbers_at_hand(
    site: Site, actor: Actor, map_ids: Sequence[str]
) -> tuple[dict[str, JourneyMap], bool]:
    """The readings that are ready, by map, and whether more are coming; never waits.

    The first map that nobody has read yet is begun behind the page, one at a time. A reading that
    failed is left out, and so is everything before the first build.
    """
    found: dict[str, JourneyMap] = {}
    try:
        source = event_source(site, actor.workspace)
    except NotFoundError:
        return found, False
    for map_id in map_ids:
        with site.database.reading() as session:
            document = find_map(session, actor, map_id, Right.SEE).document
        asked = ReadingFilter()
        key = f"{actor.workspace}-{numbers_id(document, source.snapshot.id, asked)}"
        job = _desk.known(key) or _desk.job(key, document, source, asked)
        if not job.ready.is_set():
            return found, True
        if job.numbers is not None:
            found[map_id] = job.numbers.reading
            _keep_summary(site, map_id, job.numbers.reading)
    return found, False


def read_ahead(site: Site, workspace: str) -> None:
    """Read the three open maps changed latest, so that whoever opens one does not wait.

    What cannot be read is passed over.
    """
    query = select(MapRow).where(
        MapRow.workspace == workspace,
        MapRow.deleted_at.is_(None),
        MapRow.archived_at.is_(None),
        MapRow.is_template.is_(False),
    )
    latest = query.order_by(MapRow.changed_at.desc(), MapRow.id).limit(_MOST_READ_AHEAD)
    with site.database.reading() as session:
        documents = [document_of(row) for row in session.scalars(latest)]
    for document in documents:
        with suppress(WaypostError):
            read_document(site, workspace, document)


def cancel_numbers(site: Site, actor: Actor, map_id: str, numbers: str) -> None:
    """Stop a reading that is under way; one that is ready stays."""
    with site.database.reading() as session:
        find_map(session, actor, map_id, Right.SEE)
    if not numbers.startswith(f"{actor.workspace}-"):
        raise NotFoundError(N_("There is no such reading."), hint=N_("Ask for the numbers again."))
    _desk.cancel(numbers)


def _keep_summary(site: Site, map_id: str, reading: JourneyMap) -> None:
    """What lists show of a map's numbers: persons, and cells by how they are known."""
    counts = {kind.value: count for kind, count in reading.provenance_counts().items()}
    persons, known = reading.head.persons, orjson.dumps(counts).decode()
    with site.database.reading() as session:
        row = session.get(MapRow, map_id)
        is_known = row is not None and (row.persons, row.known) == (persons, known)
    if is_known:
        return
    with site.database.writing() as session:
        row = session.get(MapRow, map_id, with_for_update=True)
        if row is not None:
            row.persons, row.known = persons, known
