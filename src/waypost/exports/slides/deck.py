"""The slides: an overview of the whole journey, then one or more per stage, then the legend."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from pptx import Presentation
from pptx.util import Pt

from waypost.exports.html.page import page_view
from waypost.exports.html.speech import speech_for
from waypost.exports.html.views import LaneView, PageView, StageView, StepView
from waypost.exports.slides.drawing import Box, arm, dot, line, table, text, write
from waypost.exports.slides.measuring import height_of
from waypost.exports.slides.texts import SIGNS, Paragraph, Run, paragraphs_of
from waypost.maps.document import JourneyMap

__all__ = ["slides_pptx"]

WIDTH, HEIGHT = 960.0, 540.0
"""13⅓ × 7½ inches, as every office program opens them."""
MARGIN = 30.0
LANE_WIDTH = 96.0
LEAST, LARGEST = 7.5, 12.0
"""Text sizes of a cell; what does not fit in the smallest goes on to a further slide."""
CURVE = 78.0
TABLE_TOP, FOOT = 124.0, 28.0
_BANDS = {"n2": "div-n2", "n1": "div-n1", "0": "div-0", "p1": "div-p1", "p2": "div-p2"}


def slides_pptx(document: JourneyMap, *, language: str) -> bytes:
    """A PowerPoint file: overview, a slide or more per stage, legend; nothing in it is a picture.

    Groups under five persons are not in it. Texts longer than their slide go on to the next one.
    """
    view = page_view(document, language=language)
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    deck.core_properties.title = view.document_title
    _overview(deck, view)
    for stage in view.stages:
        _stage(deck, view, stage)
    _legend(deck, view)
    content = io.BytesIO()
    deck.save(content)
    return content.getvalue()


def _slide(deck: Any, view: PageView, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[5])  # "title only": the title stays a title
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = (
        Pt(value) for value in (MARGIN, 12, WIDTH - 2 * MARGIN, 40)
    )
    write(shape.text_frame, [(Run(title, is_title=True),)], 24)
    slide_foot = f"Waypost   {view.head.eyebrow}   {view.data_until}".strip()
    text(slide, (MARGIN, HEIGHT - 22, 500, 16), [(Run(slide_foot, tone="quiet"),)], 8)
    return slide


def _overview(deck: Any, view: PageView) -> None:
    slide = _slide(deck, view, view.head.title.text)
    known = view.head.known
    facts = [
        (Run(f"{fact.name}  ", tone="quiet"), Run(f"{fact.value.text} {fact.note}".strip()))
        for fact in view.head.facts
    ]
    half = -(-len(facts) // 2)
    text(slide, (MARGIN, 56, 430, 60), facts[:half], 11)
    text(slide, (MARGIN + 440, 56, 430, 60), facts[half:], 11)
    share = (Run(f"{known.headline} ", is_strong=True), Run(known.headline_words))
    text(
        slide,
        (MARGIN, 120, 600, 18),
        [
            share,
        ],
        11,
    )
    left, top = MARGIN, 146.0
    steps = [step for stage in view.stages for step in stage.steps]
    width = (WIDTH - 2 * MARGIN) / max(len(steps), 1)
    for stage in view.stages:
        box = (left + (stage.first_column - 2) * width, top, stage.columns * width - 2, 24.0)
        arm(slide, box, [_stage_name(stage, roomy=stage.columns * width > 150)], 11)  # noqa: PLR2004 - points
    size = 10.0 if width > 80 else 8.0  # noqa: PLR2004 - points
    for index, step in enumerate(steps):
        box = (left + index * width, top + 28, width - 4, 74)
        text(slide, box, _step_head(step), size)
    if view.emotion:
        _curve(slide, (left, top + 112, width, CURVE + 20), steps)
    _pains(slide, view, (left, top + 246, WIDTH - 2 * MARGIN, 90))


def _pains(slide: Any, view: PageView, box: Box) -> None:
    """What stands out, worst first as the map has it, as many as the slide holds."""
    found = [
        (
            Run(f"{step.number}  ", tone="quiet"),
            *(run for part in paragraphs_of(cell) for run in _spaced(part)),
        )
        for stage in view.stages
        for step in stage.steps
        for cell in step.cells
        if cell.lane == "marks" and any(item.kind == "mark" for item in cell.items)
    ]
    half = -(-len(found[:8]) // 2)
    text(slide, (box[0], box[1], box[2] / 2 - 8, box[3]), found[:half] or [()], 9)
    text(slide, (box[0] + box[2] / 2, box[1], box[2] / 2 - 8, box[3]), found[half:8] or [()], 9)


def _spaced(paragraph: Paragraph) -> Paragraph:
    return (*paragraph, Run("  "))


def _stage_name(stage: StageView, *, roomy: bool) -> Paragraph:
    name = Run(stage.name.text, is_strong=True, tone="light")
    return (name, Run(f"  {stage.share}", tone="light")) if stage.share and roomy else (name,)


def _step_head(step: StepView) -> list[Paragraph]:
    made: list[Paragraph] = [
        (Run(f"{step.number} ", tone="quiet"), Run(step.name.text, is_strong=True)),
        (Run(f"{step.persons} ", is_strong=True), Run(step.persons_word)),
    ]
    when = " ".join(part for part in (step.time, step.time_words) if part)
    return [*made, (Run(when, tone="quiet"),)] if when else made


def _stage(deck: Any, view: PageView, stage: StageView) -> None:
    """One slide where the lanes fit, else as many as they need; every one names its steps."""
    width = (WIDTH - 2 * MARGIN - LANE_WIDTH) / len(stage.steps)
    whole = HEIGHT - TABLE_TOP - FOOT
    room = whole - (CURVE + 18 if view.emotion else 0)
    size = _size(view.lanes, stage, width, room)
    pages = _pages(view.lanes, stage, (width, size), (room, whole))
    for number, lanes in enumerate(pages, 1):
        title = stage.name.text if len(pages) == 1 else f"{stage.name.text} ({number}/{len(pages)})"
        slide = _slide(deck, view, title)
        top = 58.0
        for index, step in enumerate(stage.steps):
            left = MARGIN + LANE_WIDTH + index * width
            arm(
                slide,
                (left, top, width - 3, 22),
                [(Run(step.name.text, is_strong=True, tone="light"),)],
                11,
            )
            text(slide, (left, top + 24, width - 6, 40), _step_head(step)[1:], 10)
        top = TABLE_TOP
        if view.emotion and number == 1:
            _curve(slide, (MARGIN + LANE_WIDTH, top, width, CURVE + 10), list(stage.steps))
            top += CURVE + 18
        _lanes(slide, (MARGIN, top, width, size), lanes, stage)


def _size(lanes: Sequence[LaneView], stage: StageView, width: float, room: float) -> float:
    size = LARGEST
    while size > LEAST and sum(_height(lane, stage, width, size) for lane in lanes) > room:
        size -= 0.5
    return size


def _height(lane: LaneView, stage: StageView, width: float, size: float) -> float:
    cells = [cell for step in stage.steps for cell in step.cells if cell.lane == lane.id]
    highest = max((height_of(paragraphs_of(cell), width - 12, size) for cell in cells), default=0)
    head = height_of([(Run(lane.name.text, is_strong=True),)], LANE_WIDTH - 12, size)
    return max(highest, head) + 8


def _pages(
    lanes: Sequence[LaneView],
    stage: StageView,
    cell: tuple[float, float],
    rooms: tuple[float, float],
) -> list[list[LaneView]]:
    """Lanes by slide, in order; a lane higher than a slide has one for itself."""
    pages: list[list[LaneView]] = [[]]
    used = 0.0
    for lane in lanes:
        height = _height(lane, stage, *cell)
        if pages[-1] and used + height > rooms[min(len(pages) - 1, 1)]:
            pages.append([])
            used = 0.0
        pages[-1].append(lane)
        used += height
    return pages


def _lanes(slide: Any, place: Box, lanes: Sequence[LaneView], stage: StageView) -> None:
    left, top, width, size = place
    heights = [_height(lane, stage, width, size) for lane in lanes]
    widths = [LANE_WIDTH, *[width] * len(stage.steps)]
    made = table(slide, (left, top, sum(widths), sum(heights)), widths, heights)
    for row, lane in enumerate(lanes):
        _fill(made.cell(row, 0), [(Run(lane.name.text, is_strong=True),)], size)
        for column, step in enumerate(stage.steps, 1):
            cells = [cell for cell in step.cells if cell.lane == lane.id]
            found = [part for cell in cells for part in paragraphs_of(cell)]
            _fill(made.cell(row, column), found or [()], size)
        line(
            slide,
            (left, top + sum(heights[:row]), left + sum(widths), top + sum(heights[:row])),
            "line",
        )


def _fill(cell: Any, paragraphs: Sequence[Paragraph], size: float) -> None:
    cell.margin_left = cell.margin_right = Pt(5)
    cell.margin_top = cell.margin_bottom = Pt(3)
    write(cell.text_frame, paragraphs, size)


def _curve(slide: Any, place: Box, steps: Sequence[StepView]) -> None:
    """Lines only between neighbours that both have the reading; then dots and their figures."""
    left, top, width, height = place
    far = left + width * len(steps)
    for share, tone in ((0.07, "line"), (0.5, "line-strong"), (0.93, "line")):
        line(slide, (left, top + share * height, far, top + share * height), tone)
    points = [{point.key: point for cell in step.cells for point in cell.points} for step in steps]
    x = [left + width * (index + 0.5) for index in range(len(steps))]
    for key in ("beh", "text", "rep"):
        for ends in _neighbours(points, key, x, (top, height)):
            line(slide, ends, "ink", 2 if key == "rep" else 1, dashed=key != "rep")
    for at, here in zip(x, points, strict=True):
        for key, point in here.items():
            y = top + point.top / 100 * height
            fill = _BANDS.get(point.band, "div-0") if key == "rep" else "surface"
            dot(slide, (at, y), 9 if key == "rep" else 7, fill, form=key)
            if point.is_labelled:
                text(
                    slide,
                    (min(at + 6, WIDTH - 36), y - 8, 36, 14),
                    [(Run(point.value, is_strong=True),)],
                    10,
                )


def _neighbours(
    points: Sequence[dict[str, Any]], key: str, x: Sequence[float], frame: tuple[float, float]
) -> Iterator[Box]:
    top, height = frame
    for index in range(len(points) - 1):
        here, after = points[index].get(key), points[index + 1].get(key)
        if here is not None and after is not None:
            yield (
                x[index],
                top + here.top / 100 * height,
                x[index + 1],
                top + after.top / 100 * height,
            )


def _legend(deck: Any, view: PageView) -> None:
    _ = speech_for(view.language, "EUR").gettext
    slide = _slide(deck, view, _("How to read the map"))
    means = {
        "observed": (_("observed"), _("counted from events")),
        "reported": (_("reported"), _("somebody said so")),
        "estimated": (_("estimated"), _("a model says so")),
        "assumed": (_("assumed"), _("the team typed it")),
    }
    lines: list[Paragraph] = [
        (Run(f"{SIGNS[sign]}  "), Run(f"{word}: ", is_strong=True), Run(meaning))
        for sign, (word, meaning) in means.items()
    ]
    lines.append((Run(_("A gap in the line: nobody said anything there")),))
    lines.append((Run(_("Groups under 5 persons are not shown."), tone="quiet"),))
    text(slide, (MARGIN, 64, 420, 200), lines, 13)
    gaps: list[Paragraph] = [(Run(_("What we do not know"), is_strong=True),)]
    gaps += [
        tuple(Run(span.text, is_strong=span.is_figure) for span in gap.item.spans)
        for gap in view.gaps
    ]
    if view.gaps:
        text(slide, (MARGIN + 450, 64, 430, 400), gaps[:20], 12)
