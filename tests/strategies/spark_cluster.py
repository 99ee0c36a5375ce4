"""A stand-alone Spark cluster on the loopback address: a master and workers as processes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyspark

__all__ = ["LIGHT", "Cluster", "free_port", "wait_until"]

LIGHT = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "512m",
    "spark.default.parallelism": "2",
}
"""Settings for short jobs: what the JVM would optimise for hours is not worth it here."""

_PACKAGE = "org.apache.spark.deploy"


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds, seconds: float = 60) -> None:
    """Return when ``holds()`` is true; fail after that many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Its address, and the processes of its workers."""

    master: str
    workers: tuple[subprocess.Popen, ...]

    @classmethod
    @contextlib.contextmanager
    def started(cls, folder: Path, *, workers: int = 2) -> Iterator[Cluster]:
        """A cluster whose workers have a core each; killed afterwards."""
        port = free_port()
        address = f"spark://127.0.0.1:{port}"
        where = ["--host", "127.0.0.1", "--webui-port", "0"]
        with contextlib.ExitStack() as processes:
            _launch(processes, folder, "master.Master", [*where, "--port", str(port)])
            wait_until(lambda: _listens(port))
            room = ["--cores", "1", "--memory", "600m"]
            started = [
                _launch(
                    processes,
                    folder,
                    "worker.Worker",
                    [*where, *room, "--work-dir", str(folder / f"worker-{number}"), address],
                )
                for number in range(workers)
            ]
            log = folder / "master.Master.log"
            wait_until(lambda: log.read_text().count("Registering worker") >= workers)
            yield cls(address, tuple(started))

    def kill(self, worker: int) -> None:
        """Kill a worker, its executors and their Python processes, without warning."""
        os.killpg(self.workers[worker].pid, signal.SIGKILL)
        self.workers[worker].wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _launch(processes, folder: Path, name: str, arguments: list[str]) -> subprocess.Popen:
    home = Path(pyspark.__file__).parent
    log = processes.enter_context((folder / f"{name}.log").open("ab"))
    process = subprocess.Popen(
        [str(home / "bin" / "spark-class"), f"{_PACKAGE}.{name}", *arguments],
        env=os.environ
        | {
            "SPARK_HOME": str(home),
            "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "PYSPARK_PYTHON": sys.executable,
        },
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    processes.callback(_end, process)
    return process


def _end(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
