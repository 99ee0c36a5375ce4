"""The flow as a drawing: per step a bar of its persons, ribbons on, off-ramps out, arcs back.

Heights are in proportion to persons, one scale for the whole map: a ribbon is as thick where it
ends as where it begins, and a bar is as tall as what leaves it. The picture is 100 wide per step
and 100 high, and is stretched to the page; so thickness is only ever measured upright.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from waypost.exports.html.flow import parts_of
from waypost.exports.html.privacy import hidden_parts, is_small
from waypost.exports.html.views import FlowDrawing, Shape
from waypost.maps.document import FlowCard, MapStep

__all__ = ["draw_flow"]

COLUMN = 100.0
TOP, TALLEST, FLOOR = 18.0, 50.0, 98.0
HALF_BAR, RAMP = 3.5, 30.0
LEAST_ARC, WIDEST_ARC = 1.25, 6.0


@dataclass(frozen=True, slots=True)
class _Bar:
    """A step's bar: its place and the height of each part."""

    index: int
    center: float
    heights: dict[str, float]
    card: FlowCard

    @property
    def height(self) -> float:
        return sum(self.heights.values())

    def top_of(self, part: str) -> float:
        """Where a part begins; the parts follow each other from the top."""
        above = list(self.heights)[: list(self.heights).index(part)]
        return TOP + sum(self.heights[name] for name in above)


def draw_flow(steps: Sequence[MapStep]) -> FlowDrawing:
    """The drawing; a step without a flow card has no bar, and no ribbon is led through it."""
    cards = [_flow_card(step) for step in steps]
    most = max((card.persons for card in cards if card), default=0)
    bars = [_bar(index, card, most) for index, card in enumerate(cards)]
    width = COLUMN * len(steps)
    if not most:
        return FlowDrawing(width, (), ())
    order = {step.id: index for index, step in enumerate(steps)}
    told = [bar for bar in bars if bar]
    shapes = [*_all_ribbons(bars, order)]
    shapes += [shape for bar in told for shape in _ways_out(bar)]
    arcs = [bar for bar in told if bar.heights["back"] and bar.index]
    shapes += [_arc_back(bar, _back_to(bar, order)) for bar in arcs]
    shapes += [shape for bar in told for shape in _segments(bar)]
    heads = tuple(100 * (_back_to(bar, order) + 0.5) / len(steps) for bar in arcs)
    return FlowDrawing(width, tuple(shapes), tuple(dict.fromkeys(heads)))


def _flow_card(step: MapStep) -> FlowCard | None:
    for cards in step.cells.values():
        for card in cards:
            if card.kind == "flow" and card.persons and not is_small(card.persons):
                return card
    return None


def _bar(index: int, card: FlowCard | None, most: int) -> _Bar | None:
    if card is None:
        return None
    heights = {part: TALLEST * persons / most for part, persons in _drawable(card).items()}
    return _Bar(index, COLUMN * (index + 0.5), heights, card)


def _drawable(card: FlowCard) -> dict[str, float]:
    """The parts as they may be drawn: those hidden share their sum evenly."""
    parts: dict[str, float] = dict(parts_of(card))
    hidden = hidden_parts(parts_of(card))
    together = sum(parts[name] for name in hidden)
    return {
        name: together / len(hidden) if name in hidden else persons
        for name, persons in parts.items()
    }


def _all_ribbons(bars: Sequence[_Bar | None], order: dict[str, int]) -> Iterator[Shape]:
    """Ribbons over several columns first, so that those to the next step lie on top."""
    landed = [TOP] * len(bars)
    found = []
    for bar in bars:
        if bar:
            found += list(_ribbons_from(bar, bars, order))
    near = [ribbon for ribbon in found if ribbon[1].index == ribbon[0].index + 1]
    far = [ribbon for ribbon in found if ribbon[1].index != ribbon[0].index + 1]
    placed = []
    for source, target, begin, height in near + far:
        room = max(TOP + target.height - height, TOP)
        end = min(landed[target.index], room)
        landed[target.index] = end + height
        placed.append(_ribbon(source, target, (begin, end, height)))
    yield from placed[len(near) :]
    yield from placed[: len(near)]


def _ribbons_from(
    bar: _Bar, bars: Sequence[_Bar | None], order: dict[str, int]
) -> Iterator[tuple[_Bar, _Bar, float, float]]:
    """Target bars in order with the ribbon's upper edge at the source and its height."""
    begin, height = bar.top_of("on"), bar.heights["on"]
    if not height:
        return
    for target, part in _targets(bar, bars, order):
        yield bar, target, begin, height * part
        begin += height * part


def _targets(
    bar: _Bar, bars: Sequence[_Bar | None], order: dict[str, int]
) -> list[tuple[_Bar, float]]:
    """Where those who went on went, as parts of one; the next bar where that is not known."""
    onward: dict[int, int] = {}
    for step, persons in bar.card.next_steps.items():
        index = order.get(step, -1)
        if index > bar.index and bars[index] is not None and not is_small(persons):
            onward[index] = onward.get(index, 0) + persons
    total = sum(onward.values())
    if not total:
        following = next((other for other in bars[bar.index + 1 :] if other), None)
        return [(following, 1.0)] if following else []
    return [
        (target, persons / total)
        for index, persons in sorted(onward.items())
        if (target := bars[index]) is not None
    ]


def _ribbon(source: _Bar, target: _Bar, edges: tuple[float, float, float]) -> Shape:
    begin, end, height = edges
    left, right = source.center + HALF_BAR, target.center - HALF_BAR
    look = "fl-on" if target.index == source.index + 1 else "fl-far"
    return Shape(look, _band((left, begin), (right, end), height))


def _band(start: tuple[float, float], end: tuple[float, float], height: float) -> str:
    """A ribbon of one height between two points, level at both ends."""
    (left, top), (right, bottom) = start, end
    middle = _n((left + right) / 2)
    return (
        f"M{_n(left)} {_n(top)}"
        f"C{middle} {_n(top)} {middle} {_n(bottom)} {_n(right)} {_n(bottom)}"
        f"v{_n(height)}"
        f"C{middle} {_n(bottom + height)} {middle} {_n(top + height)}"
        f" {_n(left)} {_n(top + height)}Z"
    )


def _ways_out(bar: _Bar) -> Iterator[Shape]:
    """The off-ramp of those who left; who is still open stays in the bar."""
    height = bar.heights["left"]
    if height:
        start = (bar.center + HALF_BAR, bar.top_of("left"))
        yield Shape("fl-off", _band(start, (bar.center + RAMP, FLOOR - height), height))


def _back_to(bar: _Bar, order: dict[str, int]) -> int:
    """The column that most jump back to; the one before where it is not known."""
    earlier = {
        order[step]: persons
        for step, persons in bar.card.next_steps.items()
        if order.get(step, bar.index) < bar.index and not is_small(persons)
    }
    return max(earlier, key=lambda index: (earlier[index], index)) if earlier else bar.index - 1


def _arc_back(bar: _Bar, target: int) -> Shape:
    right, left = bar.center, COLUMN * (target + 0.5) + 6
    rise = _n(max(3.0, 10.0 - 3.0 * (bar.index - target - 1)))
    path = (
        f"M{_n(right)} {_n(TOP - 1)}"
        f"C{_n(right - 8)} {rise} {_n(left + 10)} {rise} {_n(left)} {_n(TOP - 4)}"
    )
    return Shape("fl-back", path, min(max(bar.heights["back"], LEAST_ARC), WIDEST_ARC))


def _segments(bar: _Bar) -> Iterator[Shape]:
    """The bar itself, in the colours of where its persons go."""
    left, width = _n(bar.center - HALF_BAR), _n(2 * HALF_BAR)
    for part, height in bar.heights.items():
        if height:
            path = f"M{left} {_n(bar.top_of(part))}h{width}v{_n(height)}h-{width}Z"
            yield Shape(f"fl-bar fl-{part}", path)


def _n(number: float) -> str:
    """A coordinate with one decimal place: enough for a wall, too little to count persons by."""
    return f"{round(number, 1):g}"
