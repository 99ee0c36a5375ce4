"""The slides: an overview of the whole journey, then one or more per stage, then the legend."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pptx import Presentation
from pptx.util import Pt

from waypost.exports.html.page import page_view
from waypost.exports.html.speech import speech_for
from waypost.exports.html.views import (
    GapItem,
    Known,
    LaneView,
    MarkItem,
    NoteItem,
    PageView,
    QuoteItem,
    StageView,
    StepView,
)
from waypost.exports.slides.connected import Slide, ends_among, stack, stack_height
from waypost.exports.slides.curves import curves_on, look_of
from waypost.exports.slides.drawing import (
    Box,
    Dashes,
    arm,
    arrow_key,
    bar,
    dot,
    line,
    note,
    table,
    text,
    write,
)
from waypost.exports.slides.measuring import LINE, height_of, lines_of
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
NOTE_SIZE = 9.0
NARROW = 52.0
"""A step's column of the overview below this holds no words."""
LISTED, LISTED_SIZE = 80.0, 8.0
TITLE, SMALL_TITLE = 24.0, 15.0


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
    _reality(deck, view)
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
    shape.text_frame.margin_left = Pt(2)
    is_short = lines_of((Run(title),), 0.8 * (WIDTH - 2 * MARGIN), TITLE) == 1  # a serif is wider
    size = TITLE if is_short else SMALL_TITLE
    write(shape.text_frame, [(Run(title, is_title=True),)], size)
    _foot(slide, view, len(deck.slides))
    return slide


def _foot(slide: Any, view: PageView, number: int) -> None:
    """Whose map, which, how old its data are; the number of the slide at the right."""
    _ = speech_for(view.language, "EUR").gettext
    until = _("Data until {day}").format(day=view.data_until) if view.data_until else ""
    told = ("Waypost", view.head.eyebrow, view.head.title.text, until)
    words = "   ".join(part for part in told if part)
    text(slide, (MARGIN, HEIGHT - 22, 700, 16), [(Run(words, tone="quiet"),)], 8)
    at = (WIDTH - MARGIN - 60, HEIGHT - 22, 60, 16)
    text(slide, at, [(Run(str(number), tone="quiet"),)], 8, align="right")


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
    _known(slide, known, (MARGIN, 118, 250, 12))
    left, top = MARGIN, 146.0
    steps = [step for stage in view.stages for step in stage.steps]
    width = (WIDTH - 2 * MARGIN) / max(len(steps), 1)
    for stage in view.stages:
        box = (left + (stage.first_column - 2) * width, top, stage.columns * width - 2, 24.0)
        arm(slide, box, [_stage_name(stage, roomy=stage.columns * width > 150)], 11)  # noqa: PLR2004 - points
    if width < NARROW:
        _listed_steps(slide, view, (left, top + 28, width, LISTED))
    else:
        size = 10.0 if width > 80 else 8.0  # noqa: PLR2004 - points
        for index, step in enumerate(steps):
            text(slide, (left + index * width, top + 28, width - 4, 74), _step_head(step), size)
    if _has_curve(view):
        curves_on(slide, view, (left, top + 124, width, CURVE + 20), steps)
        _curve_names(slide, view, (left + 120, top + 110))
    _pains(slide, view, (left, top + 236, WIDTH - 2 * MARGIN, 110))


def _listed_steps(slide: Any, view: PageView, place: Box) -> None:
    """Steps too narrow for their names: these are listed with their numbers, stage by stage.

    A name takes one line, in as many columns as its stage needs; the stage's slide tells it whole.
    """
    left, top, width, height = place
    for stage in view.stages:
        at = left + (stage.first_column - 2) * width
        columns = -(-len(stage.steps) // int(height // (LISTED_SIZE * LINE + 1)))
        rows, wide = -(-len(stage.steps) // columns), (stage.columns * width - 2) / columns
        for column in range(columns):
            here = stage.steps[column * rows : (column + 1) * rows]
            names = [_listed(step, wide - 8) for step in here]
            text(slide, (at + column * wide, top, wide, height), names, LISTED_SIZE)


def _listed(step: StepView, width: float) -> Paragraph:
    """Number and name of a step in one line; what is too long ends in "…"."""
    number, name = Run(f"{step.number} ", tone="quiet"), step.name.text
    if lines_of((number, Run(name)), width, LISTED_SIZE) == 1:
        return (number, Run(name))
    kept = name
    while (
        kept and lines_of((number, Run(f"{kept}…".replace(" ", "\u00a0"))), width, LISTED_SIZE) > 1
    ):
        kept = kept[:-1]
    return (number, Run(f"{kept.rstrip()}…"))


def _has_curve(view: PageView) -> bool:
    """Whether there is anything to draw besides the lines of the scale."""
    steps = [step for stage in view.stages for step in stage.steps]
    has_points = any(cell.points for step in steps for cell in step.cells)
    return bool(view.emotion) and (has_points or bool(view.curve_names))


def _known(slide: Any, known: Known, box: Box) -> None:
    """How the map is known, as a bar and in words."""
    left, top, width, height = box
    parts = [part for part in known.parts if part.cells]
    whole = sum(part.cells for part in parts) or 1
    at = left + 2
    for part in parts:
        wide = max(4.0, width * part.cells / whole)
        bar(slide, (at, top + 2, wide - 2, height - 2), part.mark.sign)
        at += wide
    share = (Run(f"{known.headline} ", is_strong=True), Run(f"{known.headline_words}   "))
    words = (*share, Run(known.text, tone="quiet"))
    text(slide, (at + 6, top - 3, 600, 18), [words], 11)


def _curve_names(slide: Any, view: PageView, place: tuple[float, float]) -> None:
    """The legend of the curves beside the plain one, in a row."""
    at, top = place
    for look, name in view.curve_names:
        drawn = look_of(look)
        line(slide, (at, top + 8, at + 20, top + 8), drawn.tone, 1.75, dashes=drawn.dashes)
        wide = max(150.0, 24 + 4.6 * len(name))
        text(slide, (at + 22, top, wide, 14), [(Run(name, tone="quiet"),)], 9)
        at += 34 + 4.6 * len(name)


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
    if not found:
        return
    half = -(-len(found[:8]) // 2)
    head = speech_for(view.language, "EUR").gettext("What stands out")
    text(slide, (box[0], box[1], box[2] / 2, 16), [(Run(head, is_strong=True),)], 12)
    line(slide, (box[0] + 2, box[1] + 19, box[0] + box[2], box[1] + 19), "ink", 1.25)
    top, width = box[1] + 23, box[2] / 2 - 8
    text(slide, (box[0], top, width, box[3] - 23), found[:half], 10)
    text(slide, (box[0] + box[2] / 2, top, width, box[3] - 23), found[half:8] or [()], 10)


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
    noted = _notes_height(stage, width)
    whole = HEIGHT - TABLE_TOP - FOOT
    room = whole - noted - (CURVE + 22 if _has_curve(view) else 0)
    ends = _ends(view, stage)
    size = _size(view.lanes, stage, (width, room), ends)
    pages = _pages(view.lanes, stage, (width, size), (room, whole), ends=ends)
    for number, lanes in enumerate(pages, 1):
        title = stage.name.text if len(pages) == 1 else f"{stage.name.text} ({number}/{len(pages)})"
        slide = _slide(deck, view, title)
        columns = [MARGIN + LANE_WIDTH + n * width for n in range(len(stage.steps) + 1)]
        drawn = Slide(slide, tuple(columns))
        _heads(drawn, stage, width)
        top = TABLE_TOP
        if number == 1:
            _notes(slide, stage, (MARGIN + LANE_WIDTH, top - 8, width, noted))
            top += noted
        if _has_curve(view) and number == 1:
            place = (MARGIN + LANE_WIDTH, top + 4, width, CURVE + 10)
            curves_on(slide, view, place, list(stage.steps))
            top += CURVE + 22
        _lanes(drawn, (MARGIN, top, width, size), lanes, stage, ends)
        drawn.connect(view.connections)


def _heads(drawn: Slide, stage: StageView, width: float) -> None:
    top = 58.0
    for index, step in enumerate(stage.steps):
        box = (drawn.columns[index], top, width - 3, 22.0)
        name = [(Run(step.name.text, is_strong=True, tone="light"),)]
        drawn.add(step.id, arm(drawn.slide, box, name, 11), box, index)
        text(drawn.slide, (box[0] + 3, top + 24, width - 8, 40), _step_head(step)[1:], 10)


def _ends(view: PageView, stage: StageView) -> frozenset[str]:
    """Cards and steps of the stage that are connected with one another."""
    cards = {
        item.card
        for step in stage.steps
        for cell in step.cells
        for item in cell.items
        if isinstance(item, NoteItem | MarkItem | QuoteItem)
    }
    return ends_among(view.connections, {*cards, *(step.id for step in stage.steps)} - {""})


def _notes_of(step: StepView) -> list[Paragraph]:
    return [
        (Run(f"{one.words} "), *((Run(one.share, is_strong=True),) if one.share else ()))
        for one in step.notes
    ]


def _notes_height(stage: StageView, width: float) -> float:
    """The room under the heads for what reality does otherwise; nothing where it does as drawn."""
    found = [_notes_of(step) for step in stage.steps]
    most = max((height_of(one, width - 18, NOTE_SIZE) for one in found if one), default=0.0)
    return most + 8 if most else 0.0


def _notes(slide: Any, stage: StageView, place: Box) -> None:
    left, top, width, height = place
    for index, step in enumerate(stage.steps):
        if found := _notes_of(step):
            note(slide, (left + index * width + 4, top, width - 8, height - 4), found, NOTE_SIZE)


def _size(
    lanes: Sequence[LaneView], stage: StageView, place: tuple[float, float], ends: frozenset[str]
) -> float:
    size, (width, room) = LARGEST, place
    while size > LEAST and sum(_height(lane, stage, (width, size), ends) for lane in lanes) > room:
        size -= 0.5
    return size


def _height(
    lane: LaneView, stage: StageView, place: tuple[float, float], ends: frozenset[str]
) -> float:
    width, size = place
    cells = [cell for step in stage.steps for cell in step.cells if cell.lane == lane.id]
    told = (height_of(paragraphs_of(cell), width - 12, size) for cell in cells)
    stacked = (stack_height(cell, ends, width, size) for cell in cells)
    highest = max((*told, *stacked), default=0)
    head = height_of(_lane_head(lane), LANE_WIDTH - 12, size)
    return max(highest, head) + 8


def _lane_head(lane: LaneView) -> list[Paragraph]:
    above: list[Paragraph] = [(Run(lane.line, tone="quiet"),)] if lane.line else []
    return [*above, (Run(lane.name.text, is_strong=True),)]


def _pages(
    lanes: Sequence[LaneView],
    stage: StageView,
    cell: tuple[float, float],
    rooms: tuple[float, float],
    *,
    ends: frozenset[str],
) -> list[list[LaneView]]:
    """Lanes by slide, in order; a lane higher than a slide has one for itself."""
    pages: list[list[LaneView]] = [[]]
    used = 0.0
    for lane in lanes:
        height = _height(lane, stage, cell, ends)
        if pages[-1] and used + height > rooms[min(len(pages) - 1, 1)]:
            pages.append([])
            used = 0.0
        pages[-1].append(lane)
        used += height
    return pages


def _lanes(
    drawn: Slide, place: Box, lanes: Sequence[LaneView], stage: StageView, ends: frozenset[str]
) -> None:
    left, top, width, size = place
    heights = [_height(lane, stage, (width, size), ends) for lane in lanes]
    widths = [LANE_WIDTH, *[width] * len(stage.steps)]
    made = table(drawn.slide, (left, top, sum(widths), sum(heights)), widths, heights)
    for row, lane in enumerate(lanes):
        y = top + sum(heights[:row])
        drawn.rows.append(y)
        line_ends = (left, y, left + sum(widths), y)
        dashes: Dashes = "dash" if lane.line else ""
        line(drawn.slide, line_ends, "ink" if lane.line else "line", dashes=dashes)
        _fill(made.cell(row, 0), _lane_head(lane), size)
        for column, step in enumerate(stage.steps):
            cells = [cell for cell in step.cells if cell.lane == lane.id]
            if any(stack_height(cell, ends, width, size) for cell in cells):
                _fill(made.cell(row, column + 1), [()], LEAST)
                for cell in cells:
                    stack(drawn, cell, (drawn.columns[column], y, width, size), column, ends)
            else:
                found = [part for cell in cells for part in paragraphs_of(cell)]
                _fill(made.cell(row, column + 1), found or [()], size)
    drawn.rows.append(top + sum(heights))


def _fill(cell: Any, paragraphs: Sequence[Paragraph], size: float) -> None:
    cell.margin_left = cell.margin_right = Pt(5)
    cell.margin_top = cell.margin_bottom = Pt(3)
    write(cell.text_frame, paragraphs, size)


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
    _curve_keys(slide, view, _arrow_keys(slide, view, 196))
    beside = _sources(view)
    if view.gaps:
        beside += [(), (Run(_("What we do not know"), is_strong=True),)]
        beside += [_sentence(gap.item) for gap in view.gaps]
    if beside:
        text(slide, (MARGIN + 450, 64, 430, 400), beside[:24], 12)


def _sources(view: PageView) -> list[Paragraph]:
    """Where the figures come from: every source with its events."""
    made: list[Paragraph] = []
    for panel in view.head.panels:
        if panel.bars and not made:
            made.append((Run(panel.bars_title, is_strong=True),))
            made += [
                (Run(f"{one.name.text}  "), Run(one.value, is_strong=True)) for one in panel.bars
            ]
    return made


def _arrow_keys(slide: Any, view: PageView, top: float) -> float:
    """Every kind of connection with its name; returns where the next may begin."""
    if not view.connection_kinds:
        return top
    _ = speech_for(view.language, "EUR").gettext
    text(slide, (MARGIN, top, 420, 18), [(Run(_("Connections"), is_strong=True),)], 13)
    for kind, name in view.connection_kinds:
        top += 20
        arrow_key(slide, (MARGIN + 28, top + 9, MARGIN + 2, top + 9), kind)
        text(slide, (MARGIN + 34, top, 380, 18), [(Run(name),)], 13)
    return top + 28


def _curve_keys(slide: Any, view: PageView, top: float) -> None:
    """Every curve with its name, below each other."""
    _ = speech_for(view.language, "EUR").gettext
    if not (view.readings or view.curve_names):
        return
    text(slide, (MARGIN, top, 420, 18), [(Run(_("Emotion"), is_strong=True),)], 13)
    for key, name in view.readings:
        top += 20
        dot(slide, (MARGIN + 14, top + 9), 9, "surface", form=key)
        text(slide, (MARGIN + 34, top, 380, 18), [(Run(name),)], 13)
    for look, name in view.curve_names:
        top += 20
        drawn = look_of(look)
        ends = (MARGIN + 2, top + 9, MARGIN + 28, top + 9)
        line(slide, ends, drawn.tone, 1.75, dashes=drawn.dashes)
        text(slide, (MARGIN + 34, top, 380, 18), [(Run(name),)], 13)


def _reality(deck: Any, view: PageView) -> None:
    """What people did that the map does not draw; a slide as long as there is something to say."""
    if not view.reality:
        return
    _ = speech_for(view.language, "EUR").gettext
    slide = _slide(deck, view, _("How reality differs"))
    told = _("What people did that this map does not draw, and what it draws that nobody did.")
    text(slide, (MARGIN, 50, WIDTH - 2 * MARGIN, 18), [(Run(told, tone="quiet"),)], 12)
    found = [_sentence(entry.item) for entry in view.reality[:24]]
    half = -(-len(found) // 2)
    width = (WIDTH - 2 * MARGIN) / 2 - 10
    text(slide, (MARGIN, 82, width, 420), found[:half], 12)
    text(slide, (MARGIN + width + 20, 82, width, 420), found[half:] or [()], 12)


def _sentence(item: GapItem) -> Paragraph:
    return tuple(Run(span.text, is_strong=span.is_figure) for span in item.spans)
