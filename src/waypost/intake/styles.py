"""How a whole column writes times and amounts, decided once, from all of it where needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from waypost.intake.context import ReadContext
from waypost.intake.normalise import ORDERS, Decimals, TimeStyle, decide_decimals, decide_style
from waypost.intake.tables import Table

__all__ = ["Styles", "study_styles", "style_from", "style_text"]

Style = TypeVar("Style", TimeStyle, Decimals)

_SAMPLE = 1_000
_MOST_WITNESSES = 50_000


@dataclass(frozen=True, slots=True)
class Styles:
    """Styles by actual column name, and sentences on what could not be proved."""

    times: dict[str, TimeStyle]
    decimals: dict[str, Decimals]
    warnings: tuple[str, ...] = ()


def study_styles(
    table: Table, context: ReadContext, *, times: Iterable[str], amounts: Iterable[str]
) -> Styles:
    """The styles of the named columns; all records are asked where the first prove nothing."""
    sample = table.sample(_SAMPLE)
    dated = {
        name: _decided(
            table, name, sample=sample, decide=lambda cells: decide_style(cells, context.country)
        )
        for name in times
    }
    priced = {
        name: _decided(
            table, name, sample=sample, decide=lambda cells: decide_decimals(cells, context.country)
        )
        for name in amounts
    }
    warnings = [*_day_warnings(dated), *_mark_warnings(priced)]
    return Styles(dated, priced, tuple(warnings))


def _decided(
    table: Table,
    name: str,
    *,
    sample: list[dict[str, str]],
    decide: Callable[[Iterable[str]], Style],
) -> Style:
    found = decide(row[name] for row in sample if row.get(name))
    return found if found.certain else decide(_column(table, name))


def _column(table: Table, name: str) -> Iterator[str]:
    """Different cells of one column, as many as are needed to tell."""
    seen: set[str] = set()
    for batch in table.batches():
        column = batch.columns.column(batch.columns.schema.get_field_index(name))
        for cell in column.unique().to_pylist():
            if cell and cell not in seen:
                seen.add(cell)
                yield cell
        if len(seen) > _MOST_WITNESSES:
            return


def _day_warnings(styles: dict[str, TimeStyle]) -> Iterator[str]:
    for name, style in styles.items():
        first = "month" if style.order == "mdy" else "day"
        if style.mixed:
            yield f"{name}: day first and month first are mixed; taken as {first} first."
        elif not style.certain:
            yield f"{name}: dates like 03/04/2024 can be read both ways; taken as {first} first."


def _mark_warnings(styles: dict[str, Decimals]) -> Iterator[str]:
    for name, style in styles.items():
        like, word = ("1.234", "comma") if style.mark == "," else ("1,234", "point")
        if style.mixed:
            yield (
                f"{name}: decimal commas and points are mixed; each amount is read by its own "
                f"mark, and those like {like} are taken as decimal {word}."
            )
        elif not style.certain:
            yield f"{name}: amounts like {like} can be read both ways; taken as decimal {word}."


def style_text(style: TimeStyle) -> str:
    """Order and zone of a style as text, for the notes of a commit."""
    return f"{style.order} {style.zone.key if style.zone else ''}".strip()


def style_from(text: str) -> TimeStyle:
    """The style that ``style_text`` wrote."""
    order, _, zone = text.partition(" ")
    known = next(name for name in ORDERS if name == order)
    return TimeStyle(known, zone=ZoneInfo(zone) if zone else None)
