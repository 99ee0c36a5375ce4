"""The root size in print: as large as lets the whole map stand on one A3 sheet.

A page cannot know its printed height, so it is reckoned here from how much stands in each cell. All
sizes are in rem, so one number scales everything; narrower text also breaks into fewer lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from waypost.exports.html.views import (
    CellView,
    GapItem,
    HeadView,
    Item,
    KpiItem,
    MarkItem,
    NoteItem,
    QuestionItem,
    QuoteItem,
    RowItem,
    SentenceItem,
    StepView,
)

__all__ = ["print_size"]

SHEET_HEIGHT, SHEET_WIDTH = 1035.0, 1519.0
"""A3 landscape less its margins in CSS pixels, a little of the height kept in reserve."""
LARGEST, SMALLEST, STEP = 14.0, 5.0, 0.25
LANE_REM, PADDING_REM = 7.0, 1.0
CHARACTER = 0.5
"""Mean width of a character in its own size, with what is lost where lines break."""
_TEXT, _SMALL, _VOICE = 0.8125, 0.75, 0.875
_PLOTS = {"flow": 6.0, "emotion": 9.0}
_QUOTE_LINES = 5


def print_size(head: HeadView, steps: tuple[StepView, ...]) -> float:
    """Root size in CSS pixels, between ``SMALLEST`` and ``LARGEST``."""
    size = LARGEST
    while size > SMALLEST and size * _height(head, steps, size) > SHEET_HEIGHT:
        size -= STEP
    return size


def _height(head: HeadView, steps: tuple[StepView, ...], size: float) -> float:
    """Height of head and map in rem."""
    room = SHEET_WIDTH / size - LANE_REM
    width = room / max(len(steps), 1) - PADDING_REM
    lanes = zip(*(step.cells for step in steps), strict=True)
    heads = max((_lines(step.name.text, width, 1.0) for step in steps), default=1)
    total = _head_height(head, SHEET_WIDTH / size) + 2.2 + 1.15 * heads + 3.0
    return total + sum(max(_cell(cell, width) for cell in cells) + 0.55 for cells in lanes)


def _head_height(head: HeadView, width: float) -> float:
    title = 1.9 * 1.1 * _lines(head.title.text, width - 33, 1.9)
    scenario = 1.3 if head.scenario.text else 0.0
    kpis = 5.2 * math.ceil(len(head.kpis) / max(width // 11, 1))
    return max(1.1 + title + scenario, 4.2) + 4.2 + kpis


def _cell(cell: CellView, width: float) -> float:
    rows = sum(_row(row, width) for row in cell.rows)
    items = sum(_item(item, width) + 0.15 for item in cell.items)
    return _PLOTS.get(cell.lane, 0.0) + rows + items + (1.4 if cell.more_rows else 0.0)


def _row(row: RowItem, width: float) -> float:
    name = _lines(row.name.text, width - 2.2 - len(row.value) * 0.4, _TEXT)
    return 1.1 * name + 0.15 + (0.95 if row.note else 0.0)


def _item(item: Item, width: float) -> float:
    """Lines of one item times their height, boxes with their padding."""
    match item:
        case QuoteItem():
            spoken = min(_lines(item.words.text, width, _VOICE), _QUOTE_LINES)
            return 1.15 * spoken + _lines(item.foot + item.source, width - 1, _SMALL)
        case MarkItem():
            title = _lines(item.title, width - 2, _TEXT)
            return 1.0 * title + 2.7 + _lines(item.value + item.note, width - 1, _TEXT)
        case KpiItem():
            told = _told(item.interval, item.target)
            return 1.1 * _lines(item.name.text, width, _TEXT) + 1.5 + told
        case _:
            return 1.1 * _lines(_text_of(item), width - 1.5, _TEXT) + 0.3


def _text_of(item: Item) -> str:
    match item:
        case SentenceItem() | GapItem():
            return "".join(span.text for span in item.spans)
        case QuestionItem():
            return item.text
        case NoteItem():
            return item.words.text
        case _:
            return ""


def _told(*texts: str) -> float:
    return sum(1.0 for text in texts if text)


def _lines(text: str, width: float, size: float) -> int:
    """How many lines of ``width`` rem a text of ``size`` rem takes."""
    room = max(width / (size * CHARACTER), 4.0)
    return _wrapped((len(word) for word in text.split()), room)


def _wrapped(words: Iterable[int], room: float) -> int:
    lines, used = 1, 0.0
    for length in words:
        if used and used + 1 + length > room:
            lines, used = lines + 1, 0.0
        lines += int(length // room)
        used = used + 1 + length if length < room else length % room
    return lines
