"""XML files: recognised and handed on, not read as tables here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waypost.errors import UnreadableFileError
from waypost.intake.tables.shapes import Dialect, Reject, TextBatch
from waypost.intake.tables.sources import ByteSource

__all__ = ["XmlTable"]


@dataclass(frozen=True, slots=True)
class XmlTable:
    """An XML file: ``path``, ``head`` and unpacked ``chunks`` for who knows its format."""

    name: str
    source: ByteSource
    kind: str = "xml"
    columns: tuple[str, ...] = ()

    @property
    def dialect(self) -> Dialect | None:
        """None: XML states its own encoding."""
        return None

    @property
    def path(self) -> Path:
        """The file, packed as it may be."""
        return self.source.path

    def head(self, size: int = 65_536) -> bytes:
        """The first unpacked bytes, to recognise the format by."""
        return self.source.head(size)

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes, within the limits."""
        return self.source.chunks()

    def sample(self, rows: int = 200) -> list[dict[str, str]]:  # noqa: ARG002 - protocol
        """No records: nothing is known of the format here."""
        return []

    def batches(self, rows: int = 65536) -> Iterator[TextBatch]:  # noqa: ARG002 - protocol
        """Raises ``UnreadableFileError``: no format that reads this XML was found."""
        raise self._unknown()

    def objects(self) -> Iterator[tuple[int, dict[str, Any] | Reject]]:
        """Raises ``UnreadableFileError``: no format that reads this XML was found."""
        raise self._unknown()

    def count_records(self) -> int:
        """Raises ``UnreadableFileError``: no format that reads this XML was found."""
        raise self._unknown()

    def _unknown(self) -> UnreadableFileError:
        return UnreadableFileError(
            f"{self.name} is XML of a kind that is not known.",
            hint="Event logs in XES are read; export other data as CSV, Excel or JSON.",
            path=self.source.path,
        )
