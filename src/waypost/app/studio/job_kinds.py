"""What each kind of job does. Runs in a worker process; answers are plain JSON values."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from waypost.app.studio.files_in import CONTENT, safe_name, uploads_folder
from waypost.app.workspace import Workspace
from waypost.errors import CancelledError, ConflictError, NotFoundError, WaypostError
from waypost.kit import Progress

__all__ = ["DOERS", "Steps", "Work"]

_PATIENCE = 60
Answer = TypeVar("Answer")


class Steps(Progress, Protocol):
    """Progress that also knows in which of several pieces of work it is."""

    def step(self, number: int, of: int, *, task: str) -> None:
        """Begin piece ``number`` (from 1) of so many."""

    def check(self) -> None:
        """Raise ``CancelledError`` where somebody wants to stop."""


@dataclass(frozen=True, slots=True)
class Work:
    """One job at work: the workspace, what was asked, and whom to tell how far it is."""

    workspace: Workspace
    asked: Mapping[str, Any]
    progress: Steps
    names: Mapping[str, str]


Doer = Callable[[Work], dict[str, Any]]


def _written(work: Work, write: Callable[[], Answer]) -> Answer:
    """The answer; waits a minute where another Waypost process is writing."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return write()
        except ConflictError as error:
            if Path(str(error.facts.get("path", ""))).name != ".lock" or time.monotonic() > until:
                raise
        work.progress.start("waiting for another Waypost process", None)
        work.progress.check()
        time.sleep(1)


@contextmanager
def _file(work: Work, upload: str) -> Iterator[Path]:
    """The upload's bytes under the name that its sender gave it, made harmless."""
    folder = uploads_folder(work.workspace.path) / upload
    content = folder / CONTENT
    if not content.is_file():
        raise NotFoundError("The file is not there any more.", hint="Upload it again.")
    shown = folder / "read"
    shutil.rmtree(shown, ignore_errors=True)
    shown.mkdir()
    path = shown / safe_name(work.names.get(upload, upload))
    _name_file(content, path)
    try:
        yield path
    finally:
        shutil.rmtree(shown, ignore_errors=True)


def _name_file(content: Path, path: Path) -> None:
    """A second name for the bytes; a link that points where the file system has no other."""
    try:
        os.link(content, path)
    except OSError:
        path.symlink_to(content.resolve())


def _look(work: Work) -> dict[str, Any]:
    from waypost.app.studio.looking import look_at_file  # noqa: PLC0415 - only where it is asked

    with _file(work, str(work.asked["upload"])) as path:
        return look_at_file(work.workspace.path, work.workspace.settings, path)


def _preview(work: Work) -> dict[str, Any]:
    from waypost.app.studio.looking import preview  # noqa: PLC0415 - only where it is asked
    from waypost.app.studio.mapping_by_pointing import Pointing  # noqa: PLC0415 - as above

    pointing = Pointing.read(work.asked["pointing"])
    with _file(work, str(work.asked["upload"])) as path:
        table = str(work.asked["table"])
        return preview(work.workspace.settings, path, table=table, pointing=pointing)


def _import(work: Work) -> dict[str, Any]:
    """Import the uploads one after the other, then build.

    A file that cannot be used does not stop the rest: its error stands in the answer.
    """
    uploads = [str(one) for one in work.asked["uploads"]]
    steps = len(uploads) + 1
    files: dict[str, Any] = {}
    for number, upload in enumerate(uploads, 1):
        work.progress.step(number, steps, task=work.names.get(upload, upload))
        files[upload] = _imported(work, upload)
    taken = [report for one in files.values() for report in one.get("reports", ())]
    answer: dict[str, Any] = {"files": files}
    if any(not report["known"] for report in taken) or not _is_built(work.workspace):
        work.progress.step(steps, steps, task="build")
        answer["build"] = _built(work)
    return answer


def _imported(work: Work, upload: str) -> dict[str, Any]:
    try:
        with _file(work, upload) as path:
            reports = _written(work, lambda: work.workspace.add(path, progress=work.progress))
    except (CancelledError, ConflictError):
        raise
    except WaypostError as error:
        return {"error": error.as_dict()}
    return {"reports": [asdict(report) for report in reports]}


def _is_built(workspace: Workspace) -> bool:
    try:
        workspace.snapshot  # noqa: B018 - asked for, not needed
    except NotFoundError:
        return not workspace.log.batches()
    return True


def _built(work: Work) -> dict[str, Any]:
    report = _written(work, lambda: work.workspace.build(progress=work.progress))
    return report.as_dict()


def _build(work: Work) -> dict[str, Any]:
    work.progress.step(1, 1, task="build")
    return {"build": _built(work)}


def _undo(work: Work) -> dict[str, Any]:
    """Take a delivery back, then build again; without any delivery left there is nothing to."""
    batch = str(work.asked["batch"])
    work.progress.step(1, 2, task="undo")
    commit = _written(work, lambda: work.workspace.undo(batch))
    return {"file": commit.file, "batch": commit.batch, **_rebuilt(work)}


def _rebuilt(work: Work) -> dict[str, Any]:
    if not work.workspace.log.batches():
        return {}
    work.progress.step(2, 2, task="build")
    return {"build": _built(work)}


def _replay(work: Work) -> dict[str, Any]:
    """Read mended records again, then build."""
    from waypost.intake import Mended, replay  # noqa: PLC0415 - only where it is asked
    from waypost.kit import exclusive_lock  # noqa: PLC0415 - as above

    batch = str(work.asked["batch"])
    mended = [Mended(int(line), str(raw)) for line, raw in work.asked["mended"]]
    work.progress.step(1, 2, task="replay")

    def write() -> dict[str, Any]:
        with exclusive_lock(work.workspace.path / ".lock"):
            return asdict(replay(work.workspace.log, batch, mended))

    report = _written(work, write)
    return {"report": report, **_rebuilt(work)}


def _coverage(work: Work) -> dict[str, Any]:
    from waypost.app.studio.rule_trying import cover  # noqa: PLC0415 - only where it is asked

    return cover(work.workspace)


def _try_rule(work: Work) -> dict[str, Any]:
    from waypost.app.studio.rule_trying import try_rule  # noqa: PLC0415 - only where it is asked

    return try_rule(work.workspace, str(work.asked["text"]), str(work.asked["touchpoint"]))


def _who(work: Work) -> dict[str, Any]:
    from waypost.app.studio.identity_telling import who  # noqa: PLC0415 - only where it is asked

    reveal = bool(work.asked.get("reveal"))
    return who(work.workspace, str(work.asked["identifier"]), reveal=reveal)


def _merges(work: Work) -> dict[str, Any]:
    from waypost.app.studio.identity_telling import merges  # noqa: PLC0415 - where it is asked

    return merges(work.workspace)


def _split(work: Work) -> dict[str, Any]:
    """Split an identifier from its person or undo it, then build."""
    return _decided(work, "split", (work.workspace.split, work.workspace.unsplit))


def _block(work: Work) -> dict[str, Any]:
    """Hold an identifier of a person for nobody's or undo it, then build."""
    return _decided(work, "block", (work.workspace.block, work.workspace.unblock))


def _decided(
    work: Work, task: str, acts: tuple[Callable[[str], None], Callable[[str], None]]
) -> dict[str, Any]:
    """``acts``: the deed and its undoing."""
    from waypost.app.studio.identity_telling import (  # noqa: PLC0415 - only where it is asked
        identifier_named,
    )

    person, named = str(work.asked["person"]), str(work.asked["reference"])
    identifier = ":".join(identifier_named(work.workspace, person, named))
    work.progress.step(1, 2, task=task)
    _written(work, lambda: acts[bool(work.asked.get("undo"))](identifier))
    return _rebuilt(work)


def _apart(work: Work) -> dict[str, Any]:
    """Keep two identifiers of a person apart or allow them to be joined again, then build."""
    from waypost.app.studio.identity_telling import (  # noqa: PLC0415 - only where it is asked
        identifier_named,
    )

    person = str(work.asked["person"])
    pair = [
        ":".join(identifier_named(work.workspace, person, str(work.asked[name])))
        for name in ("one", "other")
    ]
    work.progress.step(1, 2, task="apart")
    act = work.workspace.let_join if work.asked.get("undo") else work.workspace.keep_apart
    _written(work, lambda: act(*pair))
    return _rebuilt(work)


def _undo_decision(work: Work) -> dict[str, Any]:
    """Undo a decision about identifiers, then build."""
    work.progress.step(1, 2, task="undo-decision")
    _written(work, lambda: work.workspace.undo_decision(int(work.asked["number"])))
    return _rebuilt(work)


DOERS: Mapping[str, Doer] = MappingProxyType(
    {
        "look": _look,
        "preview": _preview,
        "import": _import,
        "build": _build,
        "undo": _undo,
        "replay": _replay,
        "coverage": _coverage,
        "try-rule": _try_rule,
        "who": _who,
        "merges": _merges,
        "split": _split,
        "block": _block,
        "apart": _apart,
        "undo-decision": _undo_decision,
    }
)
"""What does the work, by kind."""
