"""A cell's cards as paragraphs of a slide: runs of text with weight, slant and tone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from waypost.exports.html.views import (
    CellView,
    GapItem,
    Item,
    KpiItem,
    Mark,
    MarkItem,
    NoteItem,
    QuestionItem,
    QuoteItem,
    RowItem,
    SentenceItem,
    Span,
)

__all__ = ["Paragraph", "Run", "item_paragraphs", "paragraphs_of", "rows_of"]

SIGNS = {"observed": "■", "reported": "▤", "estimated": "□", "assumed": "◌"}
"""Provenance by shape, in signs that every office font has; the legend slide names them."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text of one look; ``tone`` is empty, ``quiet``, ``neg`` or ``pos``."""

    text: str
    is_strong: bool = False
    is_voice: bool = False
    is_title: bool = False
    tone: str = ""


Paragraph = tuple[Run, ...]


def paragraphs_of(cell: CellView) -> list[Paragraph]:
    """Everything that stands in the cell, one paragraph per line or card."""
    return [*rows_of(cell), *(part for item in cell.items for part in item_paragraphs(item))]


def rows_of(cell: CellView) -> list[Paragraph]:
    """The cell's list of names and figures."""
    made = _rows(cell.rows)
    if cell.more_rows:
        made.append((Run(cell.more, tone="quiet"),))
    return made


def item_paragraphs(item: Item) -> Iterable[Paragraph]:
    """One card, a paragraph per line of it."""
    match item:
        case SentenceItem() | GapItem():
            return [(*_spans(item.spans), *_signed(item.mark))]
        case QuoteItem():
            words = Run(f"“{item.words.text}”", is_voice=True)
            foot = Run(f"{item.foot}, {item.source}", tone="quiet")
            return [(words,), (*_signed(item.mark, before=False), foot)]
        case MarkItem():
            return _mark(item)
        case KpiItem():
            return _kpi(item)
        case _:
            return _plain(item)


def _plain(item: Item) -> Iterable[Paragraph]:
    match item:
        case QuestionItem():
            return [(Run(item.text, is_voice=True, tone="quiet"),)]
        case NoteItem():
            quiet = "quiet" if item.mark is None else ""
            return [(Run(item.words.text, tone=quiet), *_signed(item.mark))]
        case RowItem():
            return [_row(item)]
        case _:  # the thin bar of channels: a slide tells them by the touchpoints
            return []


def _rows(rows: Sequence[RowItem]) -> list[Paragraph]:
    """A line each; the parts of a whole, which the page marks by keys, share one."""
    keyed = [row for row in rows if row.key]
    made = [_row(row) for row in rows if not row.key]
    if keyed:
        made.insert(0, tuple(run for row in keyed for run in (*_row(row), Run("   "))))
    return made


def _row(item: RowItem) -> Paragraph:
    note = (Run(f" {item.note}", tone="quiet"),) if item.note else ()
    name = Run(f"{item.name.text}  ", tone=item.tone)
    return (name, Run(item.value, is_strong=True, tone=item.tone), *note, *_signed(item.mark))


def _mark(item: MarkItem) -> list[Paragraph]:
    tone = item.tone if item.tone in ("neg", "pos") else ""
    value = Run(item.value, is_strong=True, tone=tone)
    note = (Run(f" {item.note}", tone="quiet"),) if item.note else ()
    return [
        (Run(item.title, is_strong=True),),
        (value, *note),
        (Run(item.persons), *_signed(item.mark)),
    ]


def _kpi(item: KpiItem) -> list[Paragraph]:
    made: list[Paragraph] = [
        (Run(item.name.text, tone="quiet"),),
        (Run(item.value, is_strong=True), *_signed(item.mark)),
    ]
    if item.interval:
        made.append((Run(item.interval, tone="quiet"),))
    if item.target:
        tone = "pos" if item.is_met else "neg"
        made.append((Run(f"{item.target}: {item.verdict}", tone=tone),))
    return made


def _spans(spans: Sequence[Span]) -> Paragraph:
    return tuple(Run(span.text, is_strong=span.is_figure) for span in spans)


def _signed(mark: Mark | None, *, before: bool = True) -> Paragraph:
    if mark is None or mark.sign not in SIGNS:
        return ()
    sign = Run(SIGNS[mark.sign], tone="quiet")
    return (replace(sign, text=f" {sign.text}" if before else f"{sign.text} "),)
