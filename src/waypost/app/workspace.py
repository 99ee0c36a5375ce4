"""A workspace: one organisation's data and documents, in one directory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from waypost.app.asking import asker
from waypost.app.checking import problems_of
from waypost.app.settings import (
    FILE_NAME,
    Settings,
    changed_settings,
    read_settings,
    write_settings,
)
from waypost.errors import ConflictError, NotFoundError
from waypost.journeys import Commit, EventLog, QuarantinedRecord, Snapshot
from waypost.kit import SILENT, Progress, exclusive_lock
from waypost.questions import Composed, Question, Result

if TYPE_CHECKING:  # readers, identity, rules and maps load when their method is called
    from waypost.app.building import BuildReport
    from waypost.app.mapping import DrawnMap
    from waypost.engines import Engine
    from waypost.identity import Decision, PersonStory
    from waypost.intake import ImportReport, Trial
    from waypost.journeys.binding.coverage import Coverage
    from waypost.maps import MapWishes
    from waypost.maps.editing.document import MapDocument
    from waypost.maps.reading import EventSource, ReadingFilter

__all__ = ["Quarantined", "Workspace"]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record in quarantine, and the delivery and file it came with."""

    batch: str
    file: str
    record: QuarantinedRecord


class Workspace:
    """Use ``Workspace.create`` or ``Workspace.open``; all writing is under one writer's lock.

    Reading needs no lock: batches and snapshots never change once they are there.
    """

    def __init__(self, path: Path, settings: Settings, engine: Engine | None = None) -> None:
        self.path = path
        self.settings = settings
        self._engine = engine
        self._source: EventSource | None = None

    @classmethod
    def create(cls, path: str | Path, settings: Settings | None = None) -> Workspace:
        """A new workspace; ``ConflictError`` where there is one already."""
        folder = Path(path)
        if (folder / FILE_NAME).exists():
            raise ConflictError(
                f"{folder} is a workspace already.",
                hint=f"Import files with: waypost add {folder} FILE…",
                path=folder,
            )
        folder.mkdir(parents=True, exist_ok=True)
        chosen = settings or Settings(name=folder.resolve().name)
        write_settings(folder, chosen)
        return cls(folder, chosen)

    @classmethod
    def open(cls, path: str | Path, *, engine: Engine | None = None) -> Workspace:
        """The workspace in a directory; ``NotFoundError`` where there is none.

        ``engine`` answers the questions: ``LocalEngine()`` by default, or a ``SparkEngine``.
        """
        folder = Path(path)
        return cls(folder, read_settings(folder), engine)

    def change(self, **settings: str) -> Workspace:
        """The workspace with other settings, written down; ``InputError`` for one it cannot have.

        They hold for what is imported and built from now on.
        """
        changed = changed_settings(self.settings, settings)
        with self._writing():
            write_settings(self.path, changed)
        return Workspace(self.path, changed, self._engine)

    def __repr__(self) -> str:
        return f"Workspace({str(self.path)!r})"

    @cached_property
    def log(self) -> EventLog:
        """The event log."""
        return EventLog.open(self.path)

    @property
    def snapshot(self) -> Snapshot:
        """The current journeys; ``NotFoundError`` before the first build."""
        return Snapshot.current(self.path)

    def add(
        self,
        *paths: str | Path,
        mappings: Sequence[Path] = (),
        progress: Progress = SILENT,
    ) -> list[ImportReport]:
        """Import files and folders; one report per table.

        The same file, or an overlapping newer export, adds nothing twice. What ``progress`` raises
        stops before the next table; what was committed stays.
        """
        from waypost.app import importing  # noqa: PLC0415 - an answer needs none

        files = importing.files_in(Path(path) for path in paths)
        with self._writing():
            return importing.import_files(
                self.log,
                files,
                context=importing.context_of(self.settings),
                mappings=importing.mappings_of(self.path, mappings),
                progress=progress,
            )

    def dry_run(self, paths: Sequence[str | Path], *, mappings: Sequence[Path] = ()) -> list[Trial]:
        """What ``add`` would read, and how; nothing is written."""
        from waypost.app import importing  # noqa: PLC0415 - an answer needs none

        files = importing.files_in(Path(path) for path in paths)
        return importing.look_at(
            files,
            context=importing.context_of(self.settings),
            mappings=importing.mappings_of(self.path, mappings),
        )

    def accept(
        self,
        paths: Sequence[str | Path],
        *,
        mappings: Sequence[Path] = (),
        same_customers: bool = False,
    ) -> list[Path]:
        """Keep the mappings proposed for files that nobody knows; the files written.

        ``same_customers``: customer numbers in columns of one name are those of one system, so that
        they join; otherwise each file has its own.

        ``add`` reads the files by them afterwards. See ``dry_run`` for what would be kept.
        """
        from waypost.app import importing  # noqa: PLC0415 - an answer needs none

        with self._writing():
            return importing.keep_proposals(
                self.path,
                importing.files_in(Path(path) for path in paths),
                context=importing.context_of(self.settings),
                mappings=importing.mappings_of(self.path, mappings),
                same_customers=same_customers,
            )

    def quarantined(self, batch: str = "") -> list[Quarantined]:
        """The records that could not be used, of one delivery or of all."""
        commits = [c for c in self.log.batches() if batch in ("", c.batch)]
        if batch and not commits:
            list(self.log.quarantined(batch))  # raises with the nearest names
        return [
            Quarantined(c.batch, c.file, record)
            for c in commits
            for record in self.log.quarantined(c.batch)
        ]

    def replay(self, batch: str, mended: str | Path) -> ImportReport:
        """Import mended records of a quarantine; ``InputError`` for a line that is none."""
        from waypost.app.importing import read_mended  # noqa: PLC0415 - an answer needs none
        from waypost.intake import replay  # noqa: PLC0415 - an answer needs none

        records = read_mended(Path(mended))
        with self._writing():
            return replay(self.log, batch, records)

    def undo(self, batch: str) -> Commit:
        """Take an import back; the next build leaves its events out."""
        with self._writing():
            return self.log.undo(batch)

    def build(self, *, progress: Progress = SILENT) -> BuildReport:
        """Persons, touchpoints and the journey store of all that was imported."""
        from waypost.app.building import build_workspace  # noqa: PLC0415 - an answer needs none

        if not self.log.batches():
            raise NotFoundError(
                "Nothing has been imported yet.", hint=f"Start with: waypost add {self.path} FILE…"
            )
        with self._writing():
            return build_workspace(self.path, self.settings, self.log, progress=progress)

    def ask(self, question: Question | Composed) -> Result:
        """The answer to a question on the current journeys."""
        return asker(self.snapshot, self.log, self._engine)(question)

    def members(self, question: Question | Composed, **cell: Any) -> pa.Table:
        """Who is behind a cell of an answer: the values of a row's key columns name it.

        ``shop.members(funnel, step="order", measure="lost")``: one row each with ``id``, first and
        last event, number of events and traits. ``QuestionError`` for a cell that cannot be.
        """
        return asker(self.snapshot, self.log, self._engine).members(question, cell)

    def map(
        self,
        wishes: MapWishes | None = None,
        *,
        language: str = "",
        progress: Progress = SILENT,
    ) -> DrawnMap:
        """The journey map discovered from the current journeys, shown in German or English.

        ``wishes``: title, persons, events and period; all of them by default. ``language`` is the
        workspace's by default.
        """
        from waypost.app.building import binding_of, rule_texts  # noqa: PLC0415 - an answer needs none
        from waypost.app.mapping import DrawnMap, draw_map  # noqa: PLC0415 - an answer needs none
        from waypost.maps import MapWishes  # noqa: PLC0415 - an answer needs none

        document = draw_map(
            self.snapshot,
            self.log,
            workspace=self.settings.name,
            wishes=wishes or MapWishes(),
            rules=rule_texts(binding_of(self.path, self.settings, self.log)),
            progress=progress,
        )
        return DrawnMap(document, language or self.settings.language)

    @property
    def engine(self) -> Engine | None:
        """What answers the questions; None is this machine."""
        return self._engine

    @property
    def source(self) -> EventSource:
        """The current journeys as drawn maps are read against them; it remembers what it counted.

        ``NotFoundError`` before the first build.
        """
        from waypost.app.reading import source_of  # noqa: PLC0415 - an answer needs none

        if self._source is None or self._source.snapshot.id != self.snapshot.id:
            self._source = source_of(self)
        return self._source

    def read(
        self,
        document: MapDocument,
        chosen: ReadingFilter | None = None,
        *,
        language: str = "",
        progress: Progress = SILENT,
    ) -> DrawnMap:
        """A map that somebody drew, with its numbers; ``chosen``: persona, events, period, channel.

        ``language`` is the document's by default.
        """
        from waypost.app.mapping import DrawnMap  # noqa: PLC0415 - an answer needs none
        from waypost.maps.reading import read_map  # noqa: PLC0415 - an answer needs none

        found = read_map(document, self.source, chosen, progress=progress)
        return DrawnMap(found, language or document.head.language)

    def who(self, identifier: str) -> PersonStory:
        """The person behind an identifier (``kind:value`` or a value), and what joined them.

        A phone number may be written in any way that files may write it.
        """
        from waypost.app.building import persons_of  # noqa: PLC0415 - an answer needs none
        from waypost.identity import explain  # noqa: PLC0415 - an answer needs none
        from waypost.intake import normalise  # noqa: PLC0415 - an answer needs none

        persons = persons_of(self.path, self.log, SILENT)
        kind, value = _kind_and_value(identifier, self.log.identifier_kinds())
        try:
            return explain(persons, self.log, kind, value)
        except NotFoundError:
            number = normalise.phone(value, self.settings.country)
            if number in (None, value) or kind not in (None, "phone"):
                raise
        try:
            return explain(persons, self.log, "phone", str(number))
        except NotFoundError:
            return explain(persons, self.log, kind, value)  # raises with what was asked

    def split(self, identifier: str) -> None:
        """Take an identifier out of its person, from the next build on."""
        from waypost.identity import Decisions  # noqa: PLC0415 - an answer needs none

        kind, value = self._known(identifier)
        with self._writing():
            Decisions.open(self.path).split(kind, value)

    def unsplit(self, identifier: str) -> None:
        """Undo ``split``: the persons become exactly what they were."""
        known = self._known(identifier)
        self._undo_decisions(lambda one: one.act == "split" and (one.kind, one.value) == known)

    def block(self, identifier: str) -> None:
        """Hold an identifier for nobody's, from the next build on: such as a number of your own.

        It joins nothing, and events that have only it have no person.
        """
        from waypost.identity import Decisions  # noqa: PLC0415 - an answer needs none

        kind, value = self._known(identifier)
        with self._writing():
            Decisions.open(self.path).block(kind, value)

    def unblock(self, identifier: str) -> None:
        """Undo ``block``."""
        known = self._known(identifier)
        self._undo_decisions(lambda one: one.act == "block" and (one.kind, one.value) == known)

    def keep_apart(self, one: str, other: str) -> None:
        """Never let two identifiers be of one person, from the next build on."""
        from waypost.identity import Decisions  # noqa: PLC0415 - an answer needs none

        pair = (self._known(one), self._known(other))
        with self._writing():
            Decisions.open(self.path).keep_apart(*pair)

    def let_join(self, one: str, other: str) -> None:
        """Undo ``keep_apart``, in whichever order it was said."""
        pair = {self._known(one), self._known(other)}
        self._undo_decisions(lambda one: one.pair == pair)

    def undo_decision(self, number: int) -> None:
        """Undo what was decided about identifiers under this number of ``identity.Decisions``.

        ``NotFoundError`` where it is not there or no longer holds.
        """
        from waypost.identity import Decisions  # noqa: PLC0415 - an answer needs none

        with self._writing():
            Decisions.open(self.path).undo(number)

    def coverage(self) -> Coverage:
        """What no rule has bound, by volume, with a suggestion each."""
        from waypost.app.building import binding_of  # noqa: PLC0415 - an answer needs none
        from waypost.journeys.binding.coverage import coverage  # noqa: PLC0415 - an answer needs none

        return coverage(self.log, binding_of(self.path, self.settings, self.log))

    def check(self) -> list[str]:
        """What does not add up or is damaged, one sentence each; empty when all is well."""
        return problems_of(self.path, self.log)

    def _known(self, identifier: str) -> tuple[str, str]:
        story = self.who(identifier)
        return story.asked.kind, story.asked.value

    def _undo_decisions(self, meant: Callable[[Decision], bool]) -> None:
        from waypost.identity import Decisions  # noqa: PLC0415 - an answer needs none

        with self._writing():
            decisions = Decisions.open(self.path)
            for decision in filter(meant, decisions.active()):
                decisions.undo(decision.number)

    def _writing(self) -> AbstractContextManager[None]:
        return exclusive_lock(self.path / ".lock")


def _kind_and_value(identifier: str, kinds: Sequence[str]) -> tuple[str | None, str]:
    kind, colon, value = identifier.partition(":")
    return (kind, value) if colon and kind in kinds else (None, identifier)
