"""Questions asked in the studio: each answered once per snapshot, in a thread, for all who ask.

An answer under way says how long it has been asked for and can be let go; what was computed is
kept for whoever asks the same next.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import pyarrow as pa

from waypost.app.asking import Asker, asker
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.workspace import Workspace
from waypost.errors import (
    CancelledError,
    DamagedError,
    NotFoundError,
    QuestionError,
    WaypostError,
)
from waypost.kit.translation import N_
from waypost.questions import Composed, Question, Result, SnapshotView

__all__ = [
    "Asked",
    "answer_now",
    "answer_soon",
    "let_go",
    "members_behind",
    "under_way",
    "view_of",
    "warm",
]

_log = logging.getLogger("waypost.studio")
_KEPT = 256
_ILL_TYPED = (TypeError, AttributeError, ValueError, OverflowError)
_PATIENCE_SECONDS = 600.0

_lock = threading.Lock()
_askers: WeakKeyDictionary[Workspace, Asker] = WeakKeyDictionary()
_desks: WeakKeyDictionary[Workspace, _Desk] = WeakKeyDictionary()


@dataclass(slots=True)
class Asked:
    """A question on its way; ``result`` or ``error`` is there once ``ready`` is set."""

    id: str
    question: Question | Composed
    began: float
    ready: threading.Event = field(default_factory=threading.Event)
    is_cancelled: bool = False
    done: int = 0
    seconds: float = 0.0
    result: Result | None = None
    error: WaypostError | None = None

    @property
    def waited(self) -> float:
        """Seconds since it was asked, or that it took."""
        return self.seconds if self.ready.is_set() else time.monotonic() - self.began

    def settled(self) -> Result:
        """The answer; raises what went wrong."""
        if self.error is not None:
            raise self.error
        assert self.result is not None
        return self.result


class _Desk:
    """The answers of one state of a workspace."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asked: OrderedDict[str, Asked] = OrderedDict()


def view_of(site: Site, actor: Actor) -> SnapshotView:
    """The workspace's current journeys; ``NotFoundError`` before the first build."""
    require(actor, Right.SEE)
    return _asker(site.workspace(actor.workspace)).snapshot


def answer_now(site: Site, actor: Actor, question: Question | Composed) -> Result:
    """The answer; waits for it, and raises what the question raises."""
    found = answer_soon(site, actor, question, patience=_PATIENCE_SECONDS)
    if not found.ready.is_set():
        raise CancelledError(
            N_("The answer takes too long."), hint=N_("Choose a shorter period or a smaller group.")
        )
    return found.settled()


def answer_soon(
    site: Site, actor: Actor, question: Question | Composed, *, patience: float
) -> Asked:
    """The question on its way, after it is answered or ``patience`` seconds have passed."""
    require(actor, Right.SEE)
    return _asked(site.workspace(actor.workspace), question, patience)


def warm(site: Site, questions: Callable[[SnapshotView], Iterable[Question]]) -> None:
    """Ask what is usually asked first, in the background, so that nobody waits for a first time.

    What cannot be asked yet is passed over.
    """

    def ask() -> None:
        for slug in site.workspaces:
            try:
                workspace = site.workspace(slug)
                for question in questions(_asker(workspace).snapshot):
                    _asked(workspace, question, _PATIENCE_SECONDS)
            except WaypostError:
                continue

    threading.Thread(target=ask, name="waypost-warm", daemon=True).start()


def _asked(workspace: Workspace, question: Question | Composed, patience: float) -> Asked:
    known = _asker(workspace)
    name = _name(question)
    desk = _desk(workspace)
    with desk.lock:
        found = desk.asked.get(name)
        if found is None or found.is_cancelled or found.error is not None:
            found = Asked(name, question, time.monotonic())
            desk.asked[name] = found
            while len(desk.asked) > _KEPT:
                desk.asked.popitem(last=False)
            threading.Thread(target=_answer, args=(found, known), daemon=True).start()
        desk.asked.move_to_end(name)
    found.ready.wait(patience)
    return found


def under_way(site: Site, actor: Actor, name: str) -> Asked:
    """A question that was asked before; ``NotFoundError`` for one that nobody asked."""
    require(actor, Right.SEE)
    desk = _desk(site.workspace(actor.workspace))
    with desk.lock:
        found = desk.asked.get(name)
    if found is None:
        raise NotFoundError(
            N_("This question is not being answered."), hint=N_("Ask it again."), question=name
        )
    return found


def let_go(site: Site, actor: Actor, name: str) -> None:
    """Stop waiting; between two parts of a breakdown or comparison the work stops as well."""
    under_way(site, actor, name).is_cancelled = True


def members_behind(
    site: Site, actor: Actor, question: Question | Composed, cell: Mapping[str, Any]
) -> pa.Table:
    """Who is behind a cell, by pseudonym: ``id``, ``first_at``, ``last_at``, ``events``.

    Traits stay out: they may say who somebody is. ``QuestionError`` for a cell that cannot be.
    """
    require(actor, Right.SEE)
    try:
        table = _asker(site.workspace(actor.workspace)).members(question, cell)
    except _ILL_TYPED as error:
        if isinstance(error, WaypostError):
            raise
        raise _unusable(error) from error
    shown = [name for name in ("id", "first_at", "last_at", "events") if name in table.column_names]
    return table.select(shown)


def _asker(workspace: Workspace) -> Asker:
    with _lock:
        found = _askers.get(workspace)
        if found is None:
            found = _askers[workspace] = asker(workspace.snapshot, workspace.log)
        return found


def _desk(workspace: Workspace) -> _Desk:
    with _lock:
        return _desks.setdefault(workspace, _Desk())


def _answer(asked: Asked, known: Asker) -> None:
    try:
        asked.result = _result(asked, known)
    except WaypostError as error:
        asked.error = error
    except _ILL_TYPED as error:
        _log.warning("question %s", asked.question.to_dict(), exc_info=error)
        asked.error = _unusable(error)
    except Exception as error:  # noqa: BLE001 - a thread has nobody else to tell
        asked.error = DamagedError(
            N_("The question could not be answered."), hint=str(error), kind=type(error).__name__
        )
    asked.seconds = time.monotonic() - asked.began
    asked.ready.set()


def _unusable(error: Exception) -> QuestionError:
    """Fields of a question from outside may hold anything: a number for a text, a list."""
    return QuestionError(N_("The fields of this question cannot be used."), hint=str(error))


def _result(asked: Asked, known: Asker) -> Result:
    if not isinstance(asked.question, Composed):
        return known(asked.question)

    def part(plain: Question) -> Result:
        if asked.is_cancelled:
            raise CancelledError(N_("The question was stopped."), hint=N_("Ask it again."))
        found = known(plain)
        asked.done += 1
        return found

    return asked.question.answer(part)


def _name(question: Question | Composed) -> str:
    text = orjson.dumps(question.to_dict(), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:24]
