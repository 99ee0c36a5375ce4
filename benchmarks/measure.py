"""Run one piece of work in a fresh process and tell wall time, CPU time and peak memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from importlib import import_module

__all__ = ["Measured", "measure"]


@dataclass(frozen=True)
class Measured:
    """Seconds of wall and CPU, peak resident MiB, and what the work itself reported."""

    wall_seconds: float
    cpu_seconds: float
    peak_mib: float
    report: dict = field(default_factory=dict)


def measure(work: str, *arguments: object) -> Measured:
    """Call ``package.module:function`` with the arguments (text or numbers) in a new process.

    The clock starts after imports; the peak counts the whole process.
    """
    command = [sys.executable, "-m", "benchmarks.measure", work, json.dumps(arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode != 0:
        raise RuntimeError(f"{work}{arguments}: {done.stderr[-2000:]}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _environment() -> dict[str, str]:
    """Ours, with modules kept as bytecode as installers leave them."""
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _run(work: str, arguments: list[object]) -> Measured:
    module, name = work.split(":")
    function = getattr(import_module(module), name)
    wall, cpu = time.perf_counter(), time.process_time()
    report = function(*arguments) or {}
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(round(wall, 4), round(cpu, 4), round(peak, 1), report)


if __name__ == "__main__":
    print(json.dumps(asdict(_run(sys.argv[1], json.loads(sys.argv[2])))))
