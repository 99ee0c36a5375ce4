"""Progress bars on the terminal; Ctrl-C stops the work between two pieces."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from waypost.errors import CancelledError
from waypost.kit.translation import N_

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["TerminalProgress"]


class TerminalProgress:
    """Draws on standard error, and only where somebody looks at a terminal.

    While it is open, the first Ctrl-C makes the next ``advance`` or the end of the work raise
    ``CancelledError``; a second one interrupts at once.
    """

    def __init__(self, *, translate: Callable[[str], str], quiet: bool) -> None:
        self._translate = translate
        self._bars = _bars(quiet=quiet)
        self._task: TaskID | None = None
        self._stopped = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._stop)
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if error is None:
            self._check()

    def start(self, task: str, total: int | None) -> None:
        """Begin a bar."""
        self._check()
        self._task = self._bars.add_task(self._translate(task), total=total)

    def advance(self, amount: int) -> None:
        """Move the bar; ``CancelledError`` after Ctrl-C."""
        self._check()
        if self._task is not None:
            self._bars.advance(self._task, amount)

    def finish(self) -> None:
        """Remove the bar."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._stopped:
            raise KeyboardInterrupt
        self._stopped = True
        said = self._translate(N_("Stopping after this piece; Ctrl-C again stops at once."))
        self._bars.console.print(said, markup=False)

    def _check(self) -> None:
        if self._stopped:
            raise CancelledError(
                "Stopped. Nothing is half done.",
                hint="What was finished before stays; the same command goes on from there.",
            )


def _bars(*, quiet: bool) -> Progress:
    from rich.console import Console  # noqa: PLC0415 - help needs none
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - help needs none

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
