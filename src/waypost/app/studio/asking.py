"""Questions asked in the studio: each answered once per snapshot, in a thread, for all who ask.

What was computed is kept for whoever asks the same next; what nobody waits for any more ends.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import pyarrow as pa

from waypost.app.asking import Asker, asker
from waypost.app.preparing import prepare
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.questions_under_way import Asked
from waypost.app.studio.site import Site
from waypost.app.workspace import Workspace
from waypost.engines import LocalEngine
from waypost.errors import CancelledError, DamagedError, NotFoundError, WaypostError
from waypost.kit.translation import N_
from waypost.questions import Composed, Question, Result, SnapshotView

__all__ = [
    "Asked",
    "answer_now",
    "answer_soon",
    "at_hand",
    "let_go",
    "members_behind",
    "under_way",
    "view_of",
    "warm",
]

_log = logging.getLogger("waypost.studio")
_KEPT = 256
_PATIENCE_SECONDS = 600.0

_lock = threading.Lock()
_askers: WeakKeyDictionary[Workspace, Asker] = WeakKeyDictionary()
_desks: WeakKeyDictionary[Workspace, _Desk] = WeakKeyDictionary()


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
    require(actor, Right.SEE)
    return _waited_for(site.workspace(actor.workspace), question)


def answer_soon(
    site: Site, actor: Actor, question: Question | Composed, *, patience: float
) -> Asked:
    """The question on its way, after it is answered or ``patience`` seconds have passed.

    Whoever wants to go on waiting asks again before ``LEASE_SECONDS`` have passed; else the work
    ends, unless somebody else waits for it.
    """
    require(actor, Right.SEE)
    workspace = site.workspace(actor.workspace)
    found = _asked(workspace, question, lambda one: one.wanted_by(_reader(actor)))
    found.ready.wait(patience)
    return found


def warm(
    site: Site,
    questions: Callable[[SnapshotView], Iterable[Question]],
    then: Callable[[Site, str], None],
) -> None:
    """Ask what is usually asked first, in the background, so that nobody waits for a first time.

    What is not compiled yet is first compiled in a process of its own, where it holds up nobody.
    What cannot be asked yet is passed over. ``then`` is called with each workspace's slug.
    """

    def ask() -> None:
        for slug in site.workspaces:
            try:
                workspace = site.workspace(slug)
                compiling = prepare(workspace.path)
                if compiling is not None:
                    compiling.wait()
                for question in questions(_asker(workspace).snapshot):
                    with suppress(WaypostError):
                        _waited_for(workspace, question)
                then(site, slug)
            except WaypostError:
                continue

    threading.Thread(target=ask, name="waypost-warm", daemon=True).start()


def _waited_for(workspace: Workspace, question: Question | Composed) -> Result:
    found = _asked(workspace, question, Asked.hold)
    try:
        if not found.ready.wait(_PATIENCE_SECONDS):
            raise CancelledError(
                N_("The answer takes too long."),
                hint=N_("Choose a shorter period or a smaller group."),
            )
    finally:
        found.release()
    return found.settled()


def _asked(
    workspace: Workspace, question: Question | Composed, join: Callable[[Asked], bool]
) -> Asked:
    """The question, begun where it is not under way; ``join`` says whether waiting still helps."""
    known, name, desk = _asker(workspace), _name(question), _desk(workspace)
    with desk.lock:
        found = desk.asked.get(name)
        if found is None or found.error is not None or not join(found):
            found = desk.asked[name] = Asked(name, question)
            join(found)
            while len(desk.asked) > _KEPT:
                desk.asked.popitem(last=False)
            threading.Thread(
                target=_answer, args=(found, known), name="waypost-answer", daemon=True
            ).start()
        desk.asked.move_to_end(name)
    return found


def _reader(actor: Actor) -> tuple[int, str]:
    return actor.user, actor.via


def at_hand(site: Site, actor: Actor, question: Question | Composed) -> Result | None:
    """The answer, if somebody has asked already; nothing is counted."""
    require(actor, Right.SEE)
    desk = _desk(site.workspace(actor.workspace))
    with desk.lock:
        found = desk.asked.get(_name(question))
    return None if found is None else found.result


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
    """Wait no longer; where nobody else waits, the work ends after the pieces under way."""
    under_way(site, actor, name).not_wanted_by(_reader(actor))


def members_behind(
    site: Site, actor: Actor, question: Question | Composed, cell: Mapping[str, Any]
) -> pa.Table:
    """Who is behind a cell, by pseudonym: ``id``, ``first_at``, ``last_at``, ``events``.

    Traits stay out: they may say who somebody is. ``QuestionError`` for a cell that cannot be.
    """
    require(actor, Right.SEE)
    table = _asker(site.workspace(actor.workspace)).members(question, cell)
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
    watched = replace(known, engine=LocalEngine(progress=asked))
    try:
        asked.settle(watched(asked.question))
    except WaypostError as error:
        asked.settle(error)
    except Exception as error:  # noqa: BLE001 - a thread has nobody else to tell
        _log.exception("question %s", asked.question.to_dict())
        asked.settle(
            DamagedError(
                N_("The question could not be answered."),
                hint=str(error),
                kind=type(error).__name__,
            )
        )


def _name(question: Question | Composed) -> str:
    text = orjson.dumps(question.to_dict(), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:24]
