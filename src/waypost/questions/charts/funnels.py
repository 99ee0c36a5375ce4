"""A funnel: a bar for each step, who was lost on the way, and who still has time."""

from __future__ import annotations

import math

from waypost.kit.translation import N_
from waypost.questions.charts.canvas import Box, Canvas, Ink, text_width
from waypost.questions.charts.scene import MARGIN, Scene, fitted

__all__ = ["draw_funnel"]

_BAR = 22.0
_STEP = 72.0


def draw_funnel(scene: Scene, canvas: Canvas, y: float) -> float:
    """Step by step: name, persons, bar with interval, and the losses before the next step."""
    steps = scene.column("step")
    for place, name in enumerate(steps):
        _step(scene, canvas, (place, str(name)), y)
        y += _STEP
    return y - 6


def _step(scene: Scene, canvas: Canvas, step: tuple[int, str], y: float) -> None:
    place, name = step
    words, colours = scene.words, scene.colours
    attempts = scene.column("attempts")
    count = (attempts or scene.column("persons"))[place]
    said = words.counted(count, scene.plural)
    if attempts:
        said = words.say(N_("{number} attempts"), number=words.count(count))
    room = scene.inner - text_width(said) - 16
    label = fitted(words.node(name), room, 14)
    canvas.text((MARGIN, y + 7), label, scene.ink(14, bold=True))
    right = Ink(colours.ink, 13, align="right")
    canvas.text((scene.width - MARGIN, y + 7), said, right)
    share = scene.column("share_of_first")[place]
    track = Box(MARGIN, y + 18, scene.inner, _BAR)
    canvas.fill(track, colours.sunken, level=1)
    wide = track.width * share if math.isfinite(share) else 0.0
    canvas.fill(Box(MARGIN, track.y, max(wide, 1.0), _BAR), colours.bar)
    low, high = scene.column("low")[place], scene.column("high")[place]
    end = MARGIN + wide
    if place and math.isfinite(low):
        ends = (MARGIN + track.width * low, MARGIN + track.width * high)
        canvas.whisker(ends, track.middle)
        end = MARGIN + track.width * high
    _share(scene, canvas, (share, end), track.middle)
    _notes(scene, canvas, place, track.y + _BAR + 13)


def _share(scene: Scene, canvas: Canvas, shown: tuple[float, float], y: float) -> None:
    share, end = shown
    text = scene.words.share(share)
    inside = end + text_width(text) + 16 > scene.width - MARGIN
    ink = Ink(scene.colours.ground if inside else scene.colours.ink, 13, bold=True)
    x = end - text_width(text) - 18 if inside else end + 9
    canvas.text((x, y), text, ink)


def _notes(scene: Scene, canvas: Canvas, place: int, y: float) -> None:
    """Interval and share of the step before; then lost and open before the next."""
    words, x = scene.words, MARGIN
    notes: list[tuple[str, str]] = []
    if place:
        low, high = scene.column("low")[place], scene.column("high")[place]
        previous = words.share(scene.column("share_of_previous")[place])
        notes.append((words.interval(low, high), scene.colours.ink_3))
        notes.append((f"{previous} {words.label('share_of_previous')}", scene.colours.ink_3))
    if place + 1 < len(scene.column("step")):
        lost, still = scene.column("lost")[place], scene.column("open")[place]
        said = words.say(N_("{number} lost"), number=words.count(lost))
        notes.append((said, scene.colours.loss_text))
        if still:
            said = words.say(N_("{number} still open"), number=words.count(still))
            notes.append((said, scene.colours.ink_3))
    shown = [(text, colour) for text, colour in notes if text]
    if scene.narrow:
        shown = shown[-3:]
    for text, colour in shown:
        canvas.text((x, y), text, Ink(colour, 12))
        x += text_width(text, 12) + 14
