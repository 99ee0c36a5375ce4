"""An iterator that works ahead in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

__all__ = ["ahead"]

T = TypeVar("T")
_END = object()
_PATIENCE_S = 0.1  # between two looks at whether anybody still waits


def ahead(items: Iterable[T], *, depth: int = 2) -> Iterator[T]:
    """The same items in the same order, up to ``depth`` of them made before they are asked for.

    What ``items`` raises is raised here behind the last item before it. When the caller stops, the
    thread ends too, and ``items`` is closed in it; this waits for that.
    """
    worker = _Worker(items, depth)
    worker.start()
    try:
        while (item := worker.ready.get()) is not _END:
            yield item  # type: ignore[misc]  # the queue holds items and the end mark
        if worker.error is not None:
            raise worker.error
    finally:
        worker.stop()


class _Worker(Generic[T]):
    """Fills a queue until the items end, fail, or nobody wants them any more."""

    def __init__(self, items: Iterable[T], depth: int) -> None:
        self._items = items
        self._left = Event()
        self._thread = Thread(target=self._run, name="waypost-reader")
        self.ready: Queue[object] = Queue(depth)
        self.error: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._left.set()
        self._thread.join()

    def _run(self) -> None:
        items = iter(self._items)
        try:
            for item in items:
                if not self._put(item):
                    break
        except BaseException as error:  # noqa: BLE001 - whatever it is, the caller's thread raises it
            self.error = error
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()
            self._put(_END)

    def _put(self, item: object) -> bool:
        """Hand over; false when nobody waits."""
        while not self._left.is_set():
            try:
                self.ready.put(item, timeout=_PATIENCE_S)
            except Full:
                continue
            return True
        return False
