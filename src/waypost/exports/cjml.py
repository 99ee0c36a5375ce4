"""The map in CJML 2.0: the drawn journey as planned, the typical ones as actual.

CJML (SINTEF, version 2.0, November 2022; cjml.no) keeps plan and reality apart. A touchpoint is a
communication point between two actors, or an action of one. Who begins a communication is not
recorded; it is told from the channel: what arrives (e-mail, ads, post) begins with the company.
Experience stands in actual journeys only and only where persons said it themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from waypost.exports.html.privacy import is_small
from waypost.exports.html.scene import Scene, scene_of
from waypost.exports.html.speech import words_in
from waypost.exports.html.vocabulary import channel_name
from waypost.maps.document import EmotionCard, JourneyMap, MapStep, TouchpointCard

__all__ = ["cjml_xml"]

USER, PROVIDER, PLAN = "U1", "P1", "PJ1"
FROM_COMPANY = frozenset({"email", "ads", "post"})


def cjml_xml(document: JourneyMap, *, language: str) -> bytes:
    """The document as UTF-8 XML; the same map gives the same bytes.

    Journeys and touchpoints of fewer than five persons are left out. Names are in ``language``.
    """
    scene = scene_of(document, language)
    root = ET.Element("CJML", {"version": "2.0"})
    planned = _journey(
        root, scene, "plannedJourney", PLAN, words_in(document.head.title, scene.speech).text
    )
    points = ET.SubElement(planned, "touchpoints")
    number = 0
    for step in scene.steps:
        number = _planned_points(points, scene, step, number)
    for index, journey in enumerate(document.journeys, 1):
        if not is_small(journey.persons):
            _actual(root, scene, index, journey.steps)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _journey(root: ET.Element, scene: Scene, kind: str, name: str, title: str) -> ET.Element:
    made = ET.SubElement(root, kind)
    _say(made, "journeyID", name)
    _say(made, "journeyTitle", title)
    if kind == "actualJourney":
        _say(made, "plannedReference", PLAN)
    phases = ET.SubElement(made, "journeyPhases")
    for stage in scene.document.stages:
        phase = ET.SubElement(phases, "journeyPhase", {"phaseID": stage.id})
        _say(phase, "phaseName", words_in(stage.label, scene.speech, stage.id).text)
    if scenario := words_in(scene.document.head.scenario, scene.speech).text:
        _say(made, "journeyShortSummary", scenario)
    actors = ET.SubElement(made, "actors")
    user = ET.SubElement(actors, "endUser", {"actorID": USER})
    persona = words_in(scene.document.head.persona, scene.speech, scene.speech.gettext("Person"))
    _say(user, "actorName", persona.text)
    provider = ET.SubElement(actors, "serviceProvider", {"actorID": PROVIDER})
    _say(provider, "companyName", scene.document.head.workspace)
    return made


def _planned_points(points: ET.Element, scene: Scene, step: MapStep, number: int) -> int:
    """A communication point per touchpoint of the step; an action where it has none."""
    cards = [
        card
        for found in step.cells.values()
        for card in found
        if isinstance(card, TouchpointCard) and not is_small(card.persons)
    ]
    for card in cards:
        number += 1
        name = words_in(card.label, scene.speech, card.touchpoint).text
        point = _point(points, "plannedCommunicationPoint", f"T{number}", step)
        _communication(point, name, channel_name(scene.speech, card.channel), card.channel)
    if not cards:
        number += 1
        point = _point(points, "plannedAction", f"T{number}", step)
        _actor(point, "initiator", USER, words_in(step.label, scene.speech, step.id).text)
    return number


def _actual(root: ET.Element, scene: Scene, index: int, steps: Sequence[str]) -> None:
    title = scene.speech.gettext("Typical journey {n}").format(n=index)
    points = ET.SubElement(
        _journey(root, scene, "actualJourney", f"AJ{index}", title), "touchpoints"
    )
    for place, name in enumerate(steps, 1):
        step = scene.step(name)
        point = _point(points, "actualAction", f"T{place}", step)
        _actor(point, "initiator", USER, scene.step_name(name).text)
        _experience(point, step)


def _experience(point: ET.Element, step: MapStep | None) -> None:
    """The mean of ratings that persons gave; what a model read from words is no experience here."""
    for card in (card for cards in (step.cells if step else {}).values() for card in cards):
        if isinstance(card, EmotionCard) and card.reading == "ratings" and not is_small(card.n):
            told = ET.SubElement(point, "touchpointExperience")
            _say(told, "experienceRating", f"{card.mean:.2f}")
            return


def _point(points: ET.Element, kind: str, name: str, step: MapStep | None) -> ET.Element:
    point = ET.SubElement(points, kind)
    _say(point, "touchpointID", name)
    if step is not None and step.stage:
        ET.SubElement(point, "belongsTo", {"phaseIDref": step.stage})
    return point


def _communication(point: ET.Element, name: str, channel: str, key: str) -> None:
    first, second = (PROVIDER, USER) if key in FROM_COMPANY else (USER, PROVIDER)
    _actor(point, "initiator", first, name)
    _actor(point, "receiver", second, name)
    _say(ET.SubElement(point, "channel"), "channelName", channel)


def _actor(point: ET.Element, role: str, who: str, label: str) -> None:
    actor = ET.SubElement(point, role)
    ET.SubElement(actor, "refersTo", {"actorIDref": who})
    _say(actor, f"{role}Label", label)


def _say(parent: ET.Element, name: str, text: str) -> None:
    kept = "".join(sign for sign in text if sign >= " " or sign in "\t\n")
    ET.SubElement(parent, name).text = kept.encode("utf-8", "replace").decode("utf-8")
