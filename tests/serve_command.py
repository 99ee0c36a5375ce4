"""``waypost serve`` as a process of its own: started, killed, started again, stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+(/\S*)?")
_READY_SECONDS = 90


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class ServeCommand:
    """The command with its options; ``printed`` is what the terminal showed so far."""

    shop: Path
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    printed: str = ""
    _process: subprocess.Popen[str] | None = None
    _reader: threading.Thread | None = None

    @property
    def address(self) -> str:
        """Where it is served; the same after each start."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def entrance(self) -> str:
        """The link that the terminal shows for coming in the first time; empty without one."""
        links = [found.group(0) for found in _ADDRESS.finditer(self.printed) if found.group(1)]
        return links[0] if links else ""

    def start(self) -> None:
        """Run it; returns once it says that it is open."""
        words = ["serve", str(self.shop), "--port", str(self.port), "--no-browser", *self.options]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "waypost", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        is_open = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(self._process, is_open))
        self._reader.start()
        assert is_open.wait(_READY_SECONDS), f"not served: {self.printed}"
        assert self._process.poll() is None, self.printed

    def _read(self, process: subprocess.Popen[str], is_open: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self.printed += line
                if re.search(r"Ctrl-C|Strg.C", line):
                    is_open.set()
        is_open.set()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        return self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None or self._reader is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(30)
        self._reader.join()
        self._process = None
        return code


@contextmanager
def serving(shop: Path, *options: str) -> Iterator[ServeCommand]:
    """The running command while the block lasts."""
    command = ServeCommand(shop, options)
    command.start()
    try:
        yield command
    finally:
        command.stop()
