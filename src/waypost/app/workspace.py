"""A workspace: one organisation's data and documents, in one directory."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from waypost.app.asking import asker
from waypost.app.building import (
    BuildReport,
    binding_of,
    build_workspace,
    persons_of,
    rule_texts,
)
from waypost.app.checking import problems_of
from waypost.app.importing import (
    context_of,
    files_in,
    import_files,
    look_at,
    mappings_of,
    read_mended,
)
from waypost.app.mapping import DrawnMap, draw_map
from waypost.app.settings import FILE_NAME, Settings, read_settings, write_settings
from waypost.errors import ConflictError, NotFoundError
from waypost.identity import Decisions, PersonStory, explain
from waypost.intake import ImportReport, Trial, replay
from waypost.journeys import Commit, EventLog, QuarantinedRecord, Snapshot
from waypost.journeys.binding.coverage import Coverage, coverage
from waypost.kit import SILENT, Progress, exclusive_lock
from waypost.maps import MapWishes
from waypost.questions import Question, Result

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

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self.settings = settings

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
    def open(cls, path: str | Path) -> Workspace:
        """The workspace in a directory; ``NotFoundError`` where there is none."""
        folder = Path(path)
        return cls(folder, read_settings(folder))

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
        files = files_in(Path(path) for path in paths)
        with self._writing():
            return import_files(
                self.log,
                files,
                context=context_of(self.settings),
                mappings=mappings_of(self.path, mappings),
                progress=progress,
            )

    def dry_run(self, paths: Sequence[str | Path], *, mappings: Sequence[Path] = ()) -> list[Trial]:
        """What ``add`` would read, and how; nothing is written."""
        files = files_in(Path(path) for path in paths)
        return look_at(
            files,
            context=context_of(self.settings),
            mappings=mappings_of(self.path, mappings),
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
        records = read_mended(Path(mended))
        with self._writing():
            return replay(self.log, batch, records)

    def undo(self, batch: str) -> Commit:
        """Take an import back; the next build leaves its events out."""
        with self._writing():
            return self.log.undo(batch)

    def build(self, *, progress: Progress = SILENT) -> BuildReport:
        """Persons, touchpoints and the journey store of all that was imported."""
        if not self.log.batches():
            raise NotFoundError(
                "Nothing has been imported yet.", hint=f"Start with: waypost add {self.path} FILE…"
            )
        with self._writing():
            return build_workspace(self.path, self.settings, self.log, progress=progress)

    def ask(self, question: Question) -> Result:
        """The answer to a question on the current journeys."""
        return asker(self.snapshot, self.log)(question)

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
        document = draw_map(
            self.snapshot,
            self.log,
            workspace=self.settings.name,
            wishes=wishes or MapWishes(),
            rules=rule_texts(binding_of(self.path, self.settings, self.log)),
            progress=progress,
        )
        return DrawnMap(document, language or self.settings.language)

    def who(self, identifier: str) -> PersonStory:
        """The person behind an identifier (``kind:value`` or a value), and what joined them."""
        persons = persons_of(self.path, self.log, SILENT)
        kind, value = _kind_and_value(identifier, self.log.identifier_kinds())
        return explain(persons, self.log, kind, value)

    def split(self, identifier: str) -> None:
        """Take an identifier out of its person, from the next build on."""
        kind, value = self._known(identifier)
        with self._writing():
            Decisions.open(self.path).split(kind, value)

    def unsplit(self, identifier: str) -> None:
        """Undo ``split``: the persons become exactly what they were."""
        kind, value = self._known(identifier)
        with self._writing():
            decisions = Decisions.open(self.path)
            for decision in decisions.active():
                if decision.act == "split" and (decision.kind, decision.value) == (kind, value):
                    decisions.undo(decision.number)

    def coverage(self) -> Coverage:
        """What no rule has bound, by volume, with a suggestion each."""
        return coverage(self.log, binding_of(self.path, self.settings, self.log))

    def check(self) -> list[str]:
        """What does not add up or is damaged, one sentence each; empty when all is well."""
        return problems_of(self.path, self.log)

    def _known(self, identifier: str) -> tuple[str, str]:
        story = self.who(identifier)
        return story.asked.kind, story.asked.value

    def _writing(self) -> AbstractContextManager[None]:
        return exclusive_lock(self.path / ".lock")


def _kind_and_value(identifier: str, kinds: Sequence[str]) -> tuple[str | None, str]:
    kind, colon, value = identifier.partition(":")
    return (kind, value) if colon and kind in kinds else (None, identifier)
