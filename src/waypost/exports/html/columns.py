"""Stages and steps: the columns of the map, in reading order."""

from __future__ import annotations

from dataclasses import replace

from waypost.exports.html import formats
from waypost.exports.html.cells import cell_of
from waypost.exports.html.evidence import Draft, panel, share_interval
from waypost.exports.html.privacy import is_small, shown_count
from waypost.exports.html.reality import notes_at
from waypost.exports.html.scene import HEAD_ROW, Place, Scene
from waypost.exports.html.speech import Words, words_in
from waypost.exports.html.views import CellView, Pair, Panel, StageView, StepView
from waypost.maps.document import MapStage, MapStep, Share
from waypost.model import Provenance

__all__ = ["stages_of"]


def stages_of(scene: Scene) -> tuple[StageView, ...]:
    """Every stage that has a step; steps without a known stage come last, under no name."""
    stages = scene.document.stages
    known = {stage.id for stage in stages}
    groups = [(stage, [step for step in scene.steps if step.stage == stage.id]) for stage in stages]
    homeless = [step for step in scene.steps if step.stage not in known]
    if homeless:
        groups.append((MapStage(id="", label={}, persons=0), homeless))
    views, column = [], 0
    for stage, steps in groups:
        if steps:
            views.append(_stage(scene, stage, steps, column))
            column += len(steps)
    return tuple(views)


def _stage(scene: Scene, stage: MapStage, steps: list[MapStep], column: int) -> StageView:
    name = words_in(stage.label, scene.speech, stage.id or scene.speech.gettext("No phase"))
    views = [
        _step(scene, step, column + index, is_first=index == 0) for index, step in enumerate(steps)
    ]
    share, explained = _onward(scene, stage, name, column, columns=len(steps))
    if explained:
        views[0] = replace(views[0], panels=(explained, *views[0].panels))
    return StageView(
        anchor=f"stage-{column + 1}",
        name=name,
        first_column=column + 2,
        columns=len(steps),
        share=share,
        figure=explained.id if explained else "",
        steps=tuple(views),
    )


def _onward(
    scene: Scene, stage: MapStage, name: Words, column: int, *, columns: int
) -> tuple[str, Panel | None]:
    """How many of a stage went on, said on its arm; nothing where it is unknown or too few."""
    share = stage.onward
    if share is None or share.share is None or is_small(share.part) or is_small(share.whole):
        return "", None
    speech = scene.speech
    at = 100 * (column + columns / 2) / len(scene.steps)
    place = Place(f"stage-{column + 1}", None, 0, "", HEAD_ROW, at)
    printed = formats.share(speech, share.share)
    draft = Draft(
        title=name,
        figure=printed,
        unit=speech.gettext("go on to a later phase"),
        definition="stage_onward",
        provenance=Provenance.OBSERVED,
        interval=share_interval(speech, share),
        numbers=_stage_numbers(scene, stage, share),
    )
    explained = panel(scene, place, draft, stage.evidence)
    return formats.share(speech, share.share, places=0), explained


def _stage_numbers(scene: Scene, stage: MapStage, share: Share) -> tuple[Pair, ...]:
    speech = scene.speech
    pairs = [
        Pair(Words(speech.gettext("Go on")), formats.count(speech, share.part)),
        Pair(Words(speech.gettext("Out of")), formats.count(speech, share.whole)),
    ]
    if stage.still_open:
        name = Words(speech.gettext("Still open"))
        pairs.append(Pair(name, shown_count(speech, stage.still_open)))
    if stage.median_seconds_to_next is not None:
        name = Words(speech.gettext("Median time to the next phase"))
        pairs.append(Pair(name, formats.duration(speech, stage.median_seconds_to_next)))
    return tuple(pairs)


def _step(scene: Scene, step: MapStep, column: int, *, is_first: bool) -> StepView:
    speech = scene.speech
    at = 100 * (column + 0.5) / len(scene.steps)
    head = Place(f"s{column + 1}-head", step, column + 1, "", HEAD_ROW, at)
    cells: list[CellView] = []
    panels = [_persons_panel(scene, head)]
    time, time_panel = _time(scene, head)
    panels += [time_panel] if time_panel else []
    for lane in scene.document.lanes:
        place = Place(
            f"s{column + 1}-{lane.id}", step, column + 1, lane.id, scene.row_of(lane.id), at
        )
        cell, explained = cell_of(scene, lane, place)
        cells.append(cell)
        panels += explained
    return StepView(
        anchor=f"step-{column + 1}",
        number=column + 1,
        name=words_in(step.label, speech, step.id),
        column=column + 2,
        is_first=is_first,
        persons=_shown_persons(scene, step),
        persons_word=_persons_word(scene, step),
        persons_figure=head.id,
        time=time,
        time_words=_time_words(scene, step, column),
        time_figure=time_panel.id if time_panel else "",
        cells=tuple(cells),
        panels=tuple(panels),
        notes=notes_at(scene, step.id),
        id=step.id,
    )


def _shown_persons(scene: Scene, step: MapStep) -> str:
    """How many were here; a sign where nobody can be counted."""
    if not step.is_bound:
        return "–"
    return (
        scene.speech.gettext("few") if step.is_hidden else shown_count(scene.speech, step.persons)
    )


def _persons_word(scene: Scene, step: MapStep) -> str:
    if not step.is_bound:
        return scene.speech.gettext("not counted yet")
    return scene.speech.ngettext("person", "persons", step.persons)


def _time_words(scene: Scene, step: MapStep, column: int) -> str:
    if step.median_seconds_to_next is not None and not is_small(step.persons):
        return scene.speech.gettext("to next")
    if column + 1 == len(scene.steps):
        return scene.speech.gettext("End of the journey")
    return ""


def _persons_panel(scene: Scene, place: Place) -> Panel:
    speech, step = scene.speech, place.step
    assert step is not None
    events = "" if is_small(step.persons) else formats.count(speech, step.events)
    numbers = [Pair(Words(speech.gettext("Events")), events)]
    if scene.document.head.persons and not is_small(step.persons):
        part = formats.share(speech, step.persons / scene.document.head.persons)
        whole = formats.count(speech, scene.document.head.persons)
        words = speech.gettext("{share} of {whole} persons").format(share=part, whole=whole)
        numbers.append(Pair(Words(speech.gettext("Of this map")), words))
    draft = Draft(
        title=Words(speech.gettext("Persons at this step")),
        figure=_shown_persons(scene, step),
        unit=_persons_word(scene, step),
        definition="step_persons" if step.is_bound else "no_touchpoint",
        provenance=Provenance.OBSERVED,
        numbers=tuple(pair for pair in numbers if pair.value),
    )
    return panel(scene, place, draft, step.evidence)


def _time(scene: Scene, head: Place) -> tuple[str, Panel | None]:
    speech, step = scene.speech, head.step
    assert step is not None
    if step.median_seconds_to_next is None or is_small(step.persons):
        return "", None
    printed = formats.duration(speech, step.median_seconds_to_next)
    numbers: tuple[Pair, ...] = ()
    if step.quartiles_seconds_to_next:
        quartiles = [formats.duration(speech, bound) for bound in step.quartiles_seconds_to_next]
        numbers = (
            Pair(Words(speech.gettext("A quarter is faster than")), quartiles[0]),
            Pair(Words(speech.gettext("A quarter is slower than")), quartiles[1]),
        )
    draft = Draft(
        title=Words(speech.gettext("Time to the next step")),
        figure=printed,
        unit=speech.gettext("median"),
        definition="step_time",
        provenance=Provenance.OBSERVED,
        numbers=numbers,
    )
    place = Place(f"{head.id}-time", step, head.number, "", head.row, head.at)
    return printed, panel(scene, place, draft, step.time_evidence)
