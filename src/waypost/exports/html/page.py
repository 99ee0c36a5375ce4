"""The whole page: everything worked out, then one template."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from waypost.exports.html import assets, formats
from waypost.exports.html.cells import lane_name
from waypost.exports.html.columns import stages_of
from waypost.exports.html.connections import connection_kinds, connections_of
from waypost.exports.html.curves import curve_names, draw_curves
from waypost.exports.html.emotion_drawing import draw_emotion
from waypost.exports.html.flow_drawing import draw_flow
from waypost.exports.html.gaps import gap_item
from waypost.exports.html.head import head_of
from waypost.exports.html.hyphenation import softened
from waypost.exports.html.journeys import journeys_of
from waypost.exports.html.print_size import print_size
from waypost.exports.html.reality import reality_views
from waypost.exports.html.scene import HEAD_ROW, Place, Scene, scene_of
from waypost.exports.html.views import GapView, LaneView, PageView, Shape
from waypost.exports.html.vocabulary import LANE_NAMES, LINE_NAMES, READINGS
from waypost.kit.translation import translator
from waypost.maps.document import JourneyMap, Lane

__all__ = ["page_view", "render_html"]

_LANE_REM, _STEP_REM, _MARGIN_REM = 7.25, 8.8, 3.0
_WALL_ZOOM = 1.3125


def render_html(document: JourneyMap, *, language: str) -> bytes:
    """One HTML file that needs nothing else: fonts, icons, style and script are inside it.

    The same document gives the same bytes. Groups under five persons are not in it, not even in the
    source. Raises ``InputError`` for a language that Waypost does not speak.
    """
    view = page_view(document, language=language)
    template = _environment(language).get_template("page.html")
    body = template.render(page=view, assets=assets.page_assets())
    return body.encode("utf-8")


def page_view(document: JourneyMap, *, language: str) -> PageView:
    """Everything the template needs, in words of ``language``."""
    scene = scene_of(document, language)
    head = head_of(scene)
    stages = stages_of(scene)
    document = scene.document
    lanes = {lane.id: scene.row_of(lane.id) for lane in document.lanes}
    steps = tuple(step for stage in stages for step in stage.steps)
    return PageView(
        language=language,
        document_title=head.title.text,
        head=head,
        lanes=_lanes(scene),
        stages=stages,
        step_count=len(steps),
        row_count=HEAD_ROW + 1 + 2 * len(document.lanes),
        flow=draw_flow(scene.steps) if "flow" in lanes and scene.steps else None,
        flow_row=lanes.get("flow", 0),
        emotion=_emotion(scene) if "emotion" in lanes and scene.steps else (),
        emotion_row=lanes.get("emotion", 0),
        journeys=journeys_of(scene),
        gaps=_gaps(scene),
        readings=_readings(scene),
        data_until=_data_until(scene),
        fingerprint=document.made_from.get("snapshot", ""),
        narrow_em=_LANE_REM + _MARGIN_REM + _STEP_REM * len(steps),
        narrow_wall_em=_WALL_ZOOM * (_LANE_REM + _MARGIN_REM + _STEP_REM * len(steps)),
        print_size=print_size(head, steps),
        reality=reality_views(scene),
        curve_names=curve_names(scene.document.curves, scene.speech),
        connections=connections_of(scene),
        connection_kinds=connection_kinds(scene),
    )


def _emotion(scene: Scene) -> tuple[Shape, ...]:
    return draw_emotion(scene.steps) + draw_curves(scene.document.curves, scene.steps)


def _lanes(scene: Scene) -> tuple[LaneView, ...]:
    return tuple(
        LaneView(
            id=lane.id,
            name=lane_name(scene, lane),
            hint=_hint(scene, lane),
            row=scene.row_of(lane.id),
            line=scene.speech.gettext(LINE_NAMES[lane.line_above]) if lane.line_above else "",
            line_above=lane.line_above,
        )
        for lane in scene.document.lanes
    )


def _hint(scene: Scene, lane: Lane) -> str:
    hint = LANE_NAMES[lane.content][1]
    return scene.speech.gettext(hint) if hint and not lane.label else ""


def _gaps(scene: Scene) -> tuple[GapView, ...]:
    found = []
    for index, card in enumerate(scene.document.gaps):
        items, panels = gap_item(scene, Place(f"gap-{index + 1}", None, 0, "", 0), card)
        found += [GapView(item, panel) for item, panel in zip(items, panels, strict=True)]
    return tuple(found)


def _readings(scene: Scene) -> tuple[tuple[str, str], ...]:
    """The readings that occur anywhere on the map, for the legend: key and name."""
    told = {
        card.reading
        for step in scene.steps
        for cards in step.cells.values()
        for card in cards
        if card.kind == "emotion"
    }
    return tuple(
        (key, scene.speech.gettext(name))
        for reading, (key, name) in READINGS.items()
        if reading in told
    )


def _data_until(scene: Scene) -> str:
    until = scene.document.head.data_until
    return formats.day(scene.speech, until) if until else ""


@lru_cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("waypost.exports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speech = translator(language)
    environment.globals["_"] = speech.gettext
    environment.globals["ngettext"] = speech.ngettext
    environment.filters["soft"] = softened
    return environment
