"""What a condition names that no event has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from waypost.cli.session import Session
from waypost.errors import nearest
from waypost.kit.translation import N_
from waypost.model.conditions import Condition, OneOf
from waypost.questions import SnapshotView

__all__ = ["mind_unknown_words"]

_NO_EVENT = N_("No event has {field} “{word}”.")
_MEANT = N_("Did you mean {names}?")
_THERE_ARE = N_("There are: {names}.")
_MOST = 12


def mind_unknown_words(session: Session, view: SnapshotView, conditions: Sequence[str]) -> None:
    """Tell each event, channel or source that a condition names and no event has.

    The other names of a snapshot, like stages, are refused when the condition is evaluated.
    """
    told = dict.fromkeys(line for text in conditions for line in _lines(session, view, text))
    for line in told:
        session.output.mind(line)


def _lines(session: Session, view: SnapshotView, text: str) -> Iterator[str]:
    words = {"event": view.events, "channel": view.channels, "source": view.sources}
    for atom in Condition.parse(text).atoms:
        if not isinstance(atom, OneOf) or atom.field.name not in words:
            continue
        known = sorted(word for word in words[atom.field.name] if word)
        have = {word.lower() if atom.field.fold else word for word in known}
        for word in atom.texts:
            if word not in have:
                line = session.gettext(_NO_EVENT).format(field=atom.field.name, word=word)
                near = nearest(word, known)
                hint = session.gettext(_MEANT if near else _THERE_ARE)
                yield f"{line} {hint.format(names=', '.join(near or known[:_MOST]))}"
