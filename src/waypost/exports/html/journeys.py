"""Typical journeys as chains of steps, with their share and the explicit rest."""

from __future__ import annotations

from collections.abc import Sequence

from waypost.exports.html import formats
from waypost.exports.html.evidence import Draft, panel
from waypost.exports.html.privacy import LEAST_GROUP
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Words
from waypost.exports.html.views import JourneysView, JourneyView, Pair, StepChip
from waypost.exports.html.vocabulary import channel_icon
from waypost.maps.document import RepresentativeJourney
from waypost.model import Provenance

__all__ = ["journeys_of"]


def journeys_of(scene: Scene) -> JourneysView | None:
    """The journeys, the widest first; those of under five persons are part of the rest.

    None when the document has no typical journey to show.
    """
    told = [entry for entry in scene.document.journeys if entry.persons >= LEAST_GROUP]
    if not told:
        return None
    small = [entry for entry in scene.document.journeys if entry.persons < LEAST_GROUP]
    rest = scene.document.journeys_rest_share + sum(entry.share for entry in small)
    widest = max(*(entry.share for entry in told), rest)
    speech = scene.speech
    return JourneysView(
        journeys=tuple(_journey(scene, entry, index, widest) for index, entry in enumerate(told)),
        rest=formats.share(speech, rest) if rest > 0 else "",
        rest_size=100 * rest / widest if widest else 0.0,
        total=formats.share(speech, sum(entry.share for entry in told) + rest, places=0),
    )


def _journey(
    scene: Scene, journey: RepresentativeJourney, index: int, widest: float
) -> JourneyView:
    speech = scene.speech
    place = Place(f"journey-{index + 1}", None, 0, "", 0)
    share, persons = formats.share(speech, journey.share), formats.count(speech, journey.persons)
    goal = speech.gettext("reaches the goal") if journey.reached_goal else ""
    whole = _whole_time(scene, journey)
    draft = Draft(
        title=Words(speech.gettext("Typical journey {n}").format(n=index + 1)),
        figure=share,
        unit=speech.gettext("of persons"),
        definition="journey",
        provenance=Provenance.ESTIMATED,
        numbers=tuple(_numbers(scene, persons, whole)),
    )
    return JourneyView(
        chips=_chips(scene, journey),
        persons=persons,
        share=share,
        size=100 * journey.share / widest if widest else 0.0,
        goal=goal,
        whole_time=whole,
        figure=place.id,
        panel=panel(scene, place, draft, journey.evidence),
    )


def _numbers(scene: Scene, persons: str, whole: str) -> list[Pair]:
    speech = scene.speech
    pairs = [Pair(Words(speech.gettext("Persons nearest to it")), persons)]
    if whole:
        pairs.append(Pair(Words(speech.gettext("From first to last step")), whole))
    return pairs


def _whole_time(scene: Scene, journey: RepresentativeJourney) -> str:
    seconds = journey.seconds_from_start
    return formats.duration(scene.speech, seconds[-1]) if seconds and seconds[-1] > 0 else ""


def _chips(scene: Scene, journey: RepresentativeJourney) -> tuple[StepChip, ...]:
    order = {step.id: index + 1 for index, step in enumerate(scene.steps)}
    return tuple(
        StepChip(
            anchor=f"step-{order[step]}" if step in order else "",
            number=str(order[step]) if step in order else "",
            name=scene.step_name(step),
            icon=channel_icon(journey.channels[index]) if index < len(journey.channels) else "",
            after=_after(scene, journey.seconds_from_start, index),
        )
        for index, step in enumerate(journey.steps)
    )


def _after(scene: Scene, seconds: Sequence[float], index: int) -> str:
    """How long after the step before; empty for the first and where times are not known."""
    if index == 0 or index >= len(seconds):
        return ""
    return formats.duration(scene.speech, max(seconds[index] - seconds[index - 1], 0))
