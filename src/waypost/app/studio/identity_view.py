"""Asking who is who: started here, computed in a worker, masked unless it may be revealed."""

from __future__ import annotations

from typing import Any

from waypost.app.studio.actor import Actor
from waypost.app.studio.jobs import Job, start_job
from waypost.app.studio.permissions import Right, require
from waypost.app.studio.site import Site
from waypost.app.studio.timeline import note_reveal
from waypost.errors import InputError

__all__ = [
    "ask_merges",
    "ask_who",
    "block",
    "find_by_identifier",
    "keep_apart",
    "let_join",
    "split",
    "unblock",
    "undo_decision",
    "unsplit",
]


def ask_who(site: Site, actor: Actor, person: str, *, reveal: bool = False) -> Job:
    """Start telling why a person is one person; ``reveal`` needs its right and is written down."""
    if not person.startswith("p_"):
        raise InputError("A person is named by an id like p_0123456789abcdef.", person=person)
    if reveal:
        note_reveal(site, actor, person=person, way="identity")
    return start_job(site, actor, "who", {"identifier": person, "reveal": reveal})


def find_by_identifier(site: Site, actor: Actor, identifier: str, *, reason: str = "") -> Job:
    """Start looking for the person behind an e-mail address, a number and the like.

    Whoever may do that learns whose identifier it is, so it needs the right to reveal and is
    written down, with nothing of the identifier but its last signs.
    """
    wanted = identifier.strip()
    if not wanted:
        raise InputError("Write an e-mail address, a customer number or another identifier.")
    require(actor, Right.REVEAL)
    note_reveal(site, actor, person="", way=f"search …{wanted[-2:]}", reason=reason)
    return start_job(site, actor, "who", {"identifier": wanted, "reveal": False})


def ask_merges(site: Site, actor: Actor) -> Job:
    """Start listing what was joined latest and what was not joined simply."""
    return start_job(site, actor, "merges")


def block(site: Site, actor: Actor, person: str, reference: str) -> Job:
    """Hold an identifier, by its reference, for nobody's, then build; a job."""
    return start_job(site, actor, "block", {"person": person, "reference": reference})


def unblock(site: Site, actor: Actor, person: str, reference: str) -> Job:
    """Undo ``block``; a job."""
    asked = {"person": person, "reference": reference, "undo": True}
    return start_job(site, actor, "block", asked)


def undo_decision(site: Site, actor: Actor, number: int) -> Job:
    """Undo what was decided about identifiers under this number, then build; a job."""
    return start_job(site, actor, "undo-decision", {"number": number})


def split(site: Site, actor: Actor, person: str, reference: str) -> Job:
    """Take an identifier out of its person, then build; a job."""
    return start_job(site, actor, "split", {"person": person, "reference": reference})


def unsplit(site: Site, actor: Actor, person: str, reference: str) -> Job:
    """Undo ``split``: the persons become exactly what they were; a job."""
    asked = {"person": person, "reference": reference, "undo": True}
    return start_job(site, actor, "split", asked)


def keep_apart(site: Site, actor: Actor, person: str, pair: tuple[str, str]) -> Job:
    """Never let two identifiers, by their references, be of one person, then build; a job."""
    return start_job(site, actor, "apart", _apart(person, pair))


def let_join(site: Site, actor: Actor, person: str, pair: tuple[str, str]) -> Job:
    """Undo ``keep_apart``; a job."""
    return start_job(site, actor, "apart", _apart(person, pair) | {"undo": True})


def _apart(person: str, pair: tuple[str, str]) -> dict[str, Any]:
    return {"person": person, "one": pair[0], "other": pair[1]}
