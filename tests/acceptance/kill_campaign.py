"""Kill ``add`` and ``build`` at random moments; all must open, a rerun end in the same bytes.

Run as ``python -m tests.acceptance.kill_campaign EXPORTS FOLDER MOMENTS SEED``; prints one JSON
line. Work happens in forked children, so that a child starts without importing anything again: what
the first one imported the parent imports for the others. It never opens a workspace, so that it has
no threads to lose by forking.
What is timed is the second undisturbed run: the first one may have compiled kernels.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from waypost.app import Settings, Workspace

MOMENTS_PER_WORKSPACE = 20
PACKAGES = frozenset({"duckdb", "numba", "pandas", "pyarrow", "scipy", "sqlglot", "waypost"})


def main(exports: Path, folder: Path, moments: int, seed: int) -> dict[str, object]:
    """How many moments there were and how many hit running work; exits where bytes differ.

    Work that ends sooner than the measured one escapes its moment (the machine got quieter), so the
    campaign goes on until a third of the moments asked for have hit, at most four times as long.
    """
    files = sorted(exports.iterdir())
    undisturbed = folder / "undisturbed"
    for shop in (folder / "first", undisturbed):
        Workspace.create(shop, Settings(name="shop"))
        seconds = _timed(functools.partial(_work, shop, files, told=folder / "modules"))
        _import((folder / "modules").read_text().splitlines())
    wanted = digest(undisturbed)
    chance = random.Random(seed)
    hits = done = 0
    while done < moments or (hits < moments // 3 and done < 4 * moments):
        shop = folder / f"killed-{done}"
        times = [chance.uniform(0.0, seconds) for _ in range(MOMENTS_PER_WORKSPACE)]
        times = times[: max(moments - done, MOMENTS_PER_WORKSPACE // 2)]
        hits += _one_workspace(shop, files, times)
        if digest(shop) != wanted:
            raise SystemExit(f"{shop} differs: {_differences(undisturbed, shop)}")
        shutil.rmtree(shop)
        done += len(times)
    return {"moments": done, "hit_running_work": hits, "undisturbed_seconds": round(seconds, 2)}


def _one_workspace(shop: Path, files: list[Path], times: list[float]) -> int:
    Workspace.create(shop, Settings(name="shop"))
    hits = 0
    for seconds in times:
        hits += _kill_after(seconds, lambda: _work(shop, files))
        _must_succeed(lambda: _opens(shop))
    _must_succeed(lambda: _work(shop, files))
    return hits


def _work(shop: Path, files: list[Path], told: Path | None = None) -> None:
    """Import and build; the names of all modules that this took go to the file ``told``."""
    workspace = Workspace.open(shop)
    workspace.add(*files)
    workspace.build()
    if told is not None:
        told.write_text("\n".join(sys.modules))


def _import(modules: list[str]) -> None:
    for name in modules:
        if name.partition(".")[0] in PACKAGES:
            importlib.import_module(name)


def _opens(shop: Path) -> None:
    problems = Workspace.open(shop).check()
    if problems:
        raise SystemExit(f"{shop}: {problems}")


def digest(shop: Path) -> dict[str, str]:
    """Every file's bytes by name, but for the lock and what is staged."""
    return {
        str(path.relative_to(shop)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(shop.rglob("*"))
        if path.is_file() and path.name != ".lock" and ".staging" not in path.parts
    }


def _differences(one: Path, other: Path) -> list[str]:
    left, right = digest(one), digest(other)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    os.setpgid(0, 0)
    try:
        work()
    except BaseException:  # noqa: BLE001 - the child tells and dies, whatever it was
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _kill_after(seconds: float, work: Callable[[], None]) -> bool:
    """Whether the work was still running when it was killed; it must not have failed before."""
    child = _fork(work)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            if status:
                raise SystemExit("the work failed by itself after an earlier kill")
            return False
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _must_succeed(work: Callable[[], None]) -> None:
    _, status = os.waitpid(_fork(work), 0)
    if status:
        raise SystemExit("the workspace did not open, or the rerun failed")


def _timed(work: Callable[[], None]) -> float:
    started = time.monotonic()
    _must_succeed(work)
    return time.monotonic() - started


if __name__ == "__main__":
    told = main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    sys.stdout.write(json.dumps(told) + "\n")
