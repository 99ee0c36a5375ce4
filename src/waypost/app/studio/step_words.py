"""What people pick when a question asks for a step: labels they know, with how many were there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waypost.app.studio.actor import Actor
from waypost.app.studio.asking import answer_now, at_hand, view_of
from waypost.app.studio.question_forms import step_choices
from waypost.app.studio.site import Site
from waypost.kit.translation import LANGUAGES, translator
from waypost.questions import SnapshotView, Volumes

__all__ = ["AXES", "StepChoice", "StepWords", "persons_at", "words_of"]

AXES = ("step", "touchpoint", "stage", "channel", "event")
_OR = " | "


@dataclass(frozen=True, slots=True)
class StepChoice:
    """``value``: as questions take it, ``step:cart``; ``words``: as it is shown, ``Cart (step)``.

    ``persons``: how many were there; None where nobody has counted yet.
    """

    value: str
    words: str
    persons: int | None


class StepWords:
    """From what a step is called on pages to how questions write it, and back.

    Words of any language are understood; those of ``language`` are shown. Two things of the same
    kind and label are told apart by their ids. Conditions and unknown names stay as they are.
    """

    def __init__(
        self, view: SnapshotView, language: str, persons: Mapping[str, int] | None = None
    ) -> None:
        self._shown = _words(view, language)
        self._values = {
            words.casefold(): value
            for spoken in (*LANGUAGES, language)
            for value, words in _words(view, spoken).items()
        }
        known = persons or {}
        self.choices = tuple(
            StepChoice(value, words, known.get(value)) for value, words in self._shown.items()
        )

    def shown(self, text: str) -> str:
        """As pages show a step; several that are one step joined as they were."""
        return _OR.join(self._shown.get(part, part) for part in text.split(_OR))

    def value(self, text: str) -> str:
        """As questions write a step that was picked or typed."""
        return _OR.join(self._values.get(part.strip().casefold(), part) for part in text.split(_OR))

    def of(self, field: str, text: str) -> str:
        """As pages show the value of a condition on a field."""
        return self._shown.get(f"{field}:{text}", text)

    def id_of(self, text: str) -> str:
        """The id alone, as conditions compare it."""
        found = self._values.get(text.strip().casefold())
        return text if found is None else found.partition(":")[2]


def words_of(site: Site, actor: Actor) -> StepWords:
    """The words of the current journeys, with counts where they are known already.

    ``NotFoundError`` before the first build.
    """
    return StepWords(view_of(site, actor), actor.language, persons_at(site, actor, waits=False))


def persons_at(site: Site, actor: Actor, *, waits: bool) -> dict[str, int]:
    """Persons by ``step:cart``; without ``waits`` only those that somebody has counted already."""
    found: dict[str, int] = {}
    for axis in AXES:
        question = Volumes(by=axis)
        answer = answer_now(site, actor, question) if waits else at_hand(site, actor, question)
        for row in () if answer is None else answer.rows():
            if row[axis]:
                found[f"{axis}:{row[axis]}"] = int(row["persons"])
    return found


def _words(view: SnapshotView, language: str) -> dict[str, str]:
    """Shown words by value."""
    gettext = translator(language).gettext
    found: dict[str, str] = {}
    taken: set[str] = set()
    for value, label, kind in step_choices(view, language):
        words = f"{label} ({gettext(kind)})"
        if words in taken:
            words = f"{label} ({gettext(kind)}, {value.partition(':')[2]})"
        taken.add(words)
        found[value] = words
    return found
