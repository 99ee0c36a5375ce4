"""A stream format's file on its way into the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from waypost.intake.context import ReadContext
from waypost.intake.records import Chunk
from waypost.intake.streams import Stream

__all__ = ["StreamDelivery"]


class StreamDelivery:
    """A whole file read by a stream format."""

    def __init__(self, path: Path, stream: Stream, context: ReadContext, source: str = "") -> None:
        self._path = path
        self._stream = stream
        self._context = context
        self.source = source or stream.source

    @property
    def recipe(self) -> Mapping[str, str]:
        """Format and version."""
        return {"format": self._stream.id, "version": str(self._stream.version)}

    @property
    def memory(self) -> Mapping[str, object]:
        """Nothing: records of a stream cannot be mended one by one."""
        return {}

    def chunks(self) -> Iterator[Chunk]:
        """All records, as events or as refused or ignored."""
        yield from self._stream.chunks(self._path, self._context, self.source)

    def work(self) -> int:
        """Records."""
        return self.count()

    def count(self) -> int:
        """Records, by the stream's other count."""
        return self._stream.count(self._path)

    def warnings(self) -> tuple[str, ...]:
        """Nothing is assumed about columns where there are none."""
        return ()

    def unused_columns(self) -> tuple[str, ...]:
        """None: a stream has no columns."""
        return ()
