"""A map as a sheet that a team fills: stages and steps down the left, lanes across.

The first row and the last columns are hidden: keys and ids, so that the sheet comes back as
changes. A sheet of its own, hidden from people, holds the whole map as it was written.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import orjson
import xlsxwriter

from waypost.exports.sheets.columns import HEAD_FIELDS, NAMES, Column, columns_of
from waypost.exports.sheets.connected import connections_in_words
from waypost.exports.sheets.values import channel_names, provenance_names, shown
from waypost.kit.translation import N_, translator
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Lane
from waypost.maps.editing.kinds import guiding_question, lane_name
from waypost.model import label_in

__all__ = ["CARRIER", "CHUNK", "HEADING_ROWS", "write_xlsx"]

CARRIER = "waypost"
"""The name of the sheet that carries the map and the lists of the drop-downs."""

CHUNK = 30_000
HEADING_ROWS = ("#keys", "#instruction", "#header", "#guiding")
_SPARE_ROWS = 1
_INK, _PAPER, _LINE, _MUTED = "#1F2430", "#F4F2EC", "#C9C5BA", "#6B6F76"
_WIDTHS = {"stage": 18, "step": 24, "moment": 12, "text": 32, "provenance": 13, "channel": 13}
_A3 = 8
_LINE_HEIGHT = 14
_LONGEST_PROMPT = 255
_HINTS = {
    "provenance": N_("Choose from the list how you know it."),
    "channel": N_("Choose the channel from the list, or write your own."),
    "moment": N_("An x where this step decides whether somebody stays."),
    "feeling": N_("A number from −2 (very bad) to +2 (very good); empty where nobody knows."),
}
"""What is shown beside a cell that is being filled, by the role of its column."""


def write_xlsx(document: MapDocument, language: str) -> bytes:
    """The map as XLSX: the same bytes for the same map. Texts are never formulas."""
    memory = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(memory, options)
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC), "title": _title(document)})
    sheet = _Sheet(book, document, language)
    sheet.write_map()
    sheet.write_head()
    if document.links:
        sheet.write_connections()
    sheet.write_carrier()
    book.close()
    return memory.getvalue()


class _Sheet:
    def __init__(self, book: Any, document: MapDocument, language: str) -> None:
        self._book, self._document, self._language = book, document, language
        self._words = translator(language)
        self._columns = columns_of(document)
        self._grid = book.add_worksheet(self._words.gettext(N_("Map")))
        self._about = book.add_worksheet(self._words.gettext(N_("About this map")))
        if document.links:
            self._connected = book.add_worksheet(self._words.gettext(N_("Connections")))
        self._carrier = book.add_worksheet(CARRIER)
        self._formats: dict[str, Any] = {}
        self._cells = document.cells()

    def write_map(self) -> None:
        """The grid with its headings, drop-downs and questions."""
        self._headings()
        row = len(HEADING_ROWS)
        for stage in self._document.stages_in_order():
            first = row
            for step in self._document.steps_of(stage):
                row = self._step(step, row, starts_stage=row == first)
            if row > first:
                self._prompts(stage, (first, row - 1))
        self._drop_downs(row + 200)
        self._widths()
        self._grid.freeze_panes(len(HEADING_ROWS), 2)
        self._grid.set_landscape()
        self._grid.set_paper(_A3)
        self._grid.fit_to_pages(1, 0)
        self._grid.repeat_rows(2, 3)

    def write_head(self) -> None:
        """What the map is for: a question and its answer per row."""
        self._about.set_column(0, 0, 12, None, {"hidden": True})
        self._about.set_column(1, 1, 38)
        self._about.set_column(2, 2, 80)
        for row, (field, name) in enumerate(HEAD_FIELDS.items()):
            value = getattr(self._document.head, field)
            text = value if isinstance(value, str) else label_in(value, self._language)
            self._about.write_string(row, 0, field)
            self._about.write_string(row, 1, self._words.gettext(name), self._format("header"))
            self._about.write_string(row, 2, text, self._format("text"))

    def write_connections(self) -> None:
        """A row per connection: from which card, in which way, to what."""
        sheet = self._connected
        sheet.set_column(0, 0, 12, None, {"hidden": True})
        sheet.set_column(1, 3, 44)
        for column, name in enumerate(
            (N_("From the card"), N_("Connection"), N_("Leads where")), 1
        ):
            sheet.write_string(0, column, self._words.gettext(name), self._format("header"))
        row = 1
        for source, told in connections_in_words(self._document, self._language).items():
            text = label_in(self._document.cards[source].text, self._language)
            for kind, name in told:
                sheet.write_string(row, 0, "connection")
                for column, cell in enumerate((text, kind, name), 1):
                    sheet.write_string(row, column, cell, self._format("text"))
                row += 1

    def write_carrier(self) -> None:
        """Lists for the drop-downs, and the map as it was when this was written."""
        lists = (provenance_names(self._language), channel_names(self._language))
        for column, names in enumerate(lists):
            for row, name in enumerate(names.values()):
                self._carrier.write_string(row, column, name)
        content = orjson.dumps(self._document.as_json()).decode()
        self._carrier.write_string(0, 3, self._language)
        for row, at in enumerate(range(0, len(content), CHUNK)):
            self._carrier.write_string(row, 2, f"|{content[at : at + CHUNK]}")
        self._carrier.very_hidden()

    def _headings(self) -> None:
        ids = self._columns.index(Column("step_id"))
        for at, column in enumerate(self._columns):
            self._grid.write_string(0, at, column.key)
            self._grid.write_string(2, at, self._heading(column), self._format("header"))
            question = self._lane(column).guiding if column.role == "text" else {}
            asked = label_in(dict(question), self._language)
            self._grid.write_string(3, at, asked, self._format("guiding"))
        for row, mark in enumerate(HEADING_ROWS[1:], start=1):
            self._grid.write_string(row, ids, mark)
        last = min(7, ids - 2)
        text = self._words.gettext(_INSTRUCTION)
        self._grid.merge_range(1, 0, 1, last, "", self._format("instruction"))
        self._grid.write_string(1, 0, text, self._format("instruction"))
        self._grid.set_row(0, None, None, {"hidden": True})
        width = sum(_WIDTHS.get(column.role, 12) for column in self._columns[: last + 1])
        self._grid.set_row(1, _LINE_HEIGHT * (len(text) // width + 2))
        self._grid.set_row(2, 32)
        self._grid.set_row(3, 62)

    def _step(self, step: str, row: int, *, starts_stage: bool) -> int:
        """The rows of a step, as many as its fullest cell has cards and one more."""
        depth = max([1, *(len(self._cards(step, one)) for one in self._columns)]) + _SPARE_ROWS
        for place in range(depth):
            starts = "more" if place else "new_stage" if starts_stage else "new_step"
            for at, column in enumerate(self._columns):
                told = self._cell(column, step, place)
                look = self._format(f"{_LOOKS.get(column.role, 'text')}.{starts}")
                if isinstance(told, float):
                    self._grid.write_number(row + place, at, told, look)
                elif told or not column.is_hidden:
                    self._grid.write_string(row + place, at, told, look)
        return row + depth

    def _cards(self, step: str, column: Column) -> list[str]:
        return self._cells.get((step, column.lane), []) if column.role == "text" else []

    def _cell(self, column: Column, step: str, place: int) -> str | float:
        """What stands in a column in the row ``place`` of a step."""
        if column.role == "step_id":
            return step
        if column.role in _OF_STEP:
            return self._of_step(column, step) if place == 0 else ""
        cards = self._cells.get((step, column.lane), [])
        if place >= len(cards):
            return ""
        if column.role == "id":
            return cards[place]
        card = self._document.cards[cards[place]]
        return shown(self._document, card, column.role, self._language)

    def _of_step(self, column: Column, step: str) -> str | float:
        found = self._document.steps[step]
        if column.role == "stage_id":
            return found.stage
        if column.role == "stage":
            return label_in(self._document.stages[found.stage].label, self._language)
        if column.role == "step":
            return label_in(found.label, self._language)
        if column.role == "moment":
            return "x" if found.moment_of_truth else ""
        point = point_shown(self._document, step=step, lane=column.lane)
        if not point or column.role == "point_id":
            return point
        return self._document.points[point].value

    def _heading(self, column: Column) -> str:
        if column.role == "text":
            return lane_name(self._lane(column), self._language).replace("\xad", "")
        return self._words.gettext(NAMES[column.role]) if column.role in NAMES else ""

    def _lane(self, column: Column) -> Lane:
        return self._document.lanes[column.lane]

    def _prompts(self, stage: str, rows: tuple[int, int]) -> None:
        """The question of a stage and lane is shown where somebody fills the cell."""
        step = self._document.steps_of(stage)[0]
        for at, column in enumerate(self._columns):
            if column.role != "text":
                continue
            asked = guiding_question(self._document, step=step, lane=column.lane)
            text = label_in(dict(asked), self._language)[:_LONGEST_PROMPT]
            if text:
                told = {"validate": "any", "input_title": "?", "input_message": text}
                self._grid.data_validation(rows[0], at, rows[1], at, told)

    def _drop_downs(self, last: int) -> None:
        lists = {
            "provenance": f"={CARRIER}!$A$1:$A${len(provenance_names(self._language))}",
            "channel": f"={CARRIER}!$B$1:$B${len(channel_names(self._language))}",
            "moment": ["x"],
        }
        told: dict[str, Any]
        for at, column in enumerate(self._columns):
            if column.role in lists:
                told = {"validate": "list", "source": lists[column.role], "error_type": "warning"}
                told |= self._hint(column.role)
                self._grid.data_validation(len(HEADING_ROWS), at, last, at, told)
            elif column.role == "feeling":
                told = {"validate": "decimal", "criteria": "between", "minimum": -2, "maximum": 2}
                told |= self._hint(column.role)
                self._grid.data_validation(len(HEADING_ROWS), at, last, at, told)

    def _hint(self, role: str) -> dict[str, str]:
        """The same words while a cell is filled, and where what was written does not fit."""
        words = self._words.gettext(_HINTS[role])
        return {"input_message": words, "error_message": words}

    def _widths(self) -> None:
        for at, column in enumerate(self._columns):
            hidden = {"hidden": True} if column.is_hidden else {}
            self._grid.set_column(at, at, _WIDTHS.get(column.role, 12), None, hidden)

    def _format(self, look: str) -> Any:
        if look not in self._formats:
            told: dict[str, Any] = {}
            for part in look.split("."):
                told |= _FORMATS[part]
            self._formats[look] = self._book.add_format({**_PLAIN, **told})
        return self._formats[look]


def point_shown(document: MapDocument, *, step: str, lane: str) -> str:
    """The point of the curve that a sheet shows: as it is today, of everybody, else of the first.

    Empty where nobody drew one. Others stay on the map as they are.
    """
    ranks = {"": -1, **{name: at for at, name in enumerate(document.personas_in_order())}}
    found = [
        (ranks[point.persona], name)
        for name, point in document.points.items()
        if (point.step, point.lane, point.series) == (step, lane, "as-is")
    ]
    return min(found, default=(0, ""))[1]


def _title(document: MapDocument) -> str:
    return label_in(document.head.title, document.head.language)[:_LONGEST_PROMPT]


_INSTRUCTION = N_(
    "Write what you know, one thought per cell; beside it choose how you know it. For one more"
    " thought use the free row or insert one; for a new step write its name in a new row. Select a"
    " cell to see the question it answers. Then import the file into the map again: every change is"
    " counted, and whatever is not understood is told."
)
_OF_STEP = ("stage", "step", "moment", "stage_id", "feeling", "point_id")
_LOOKS = {
    "stage": "stage",
    "step": "step",
    "moment": "small",
    "provenance": "small",
    "channel": "small",
    "feeling": "number",
}
_PLAIN = {"font_name": "Calibri", "font_size": 10, "valign": "top", "text_wrap": True}
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@", "quote_prefix": True},
    "small": {"num_format": "@", "font_color": _MUTED, "font_size": 9},
    "stage": {"num_format": "@", "bold": True, "bg_color": _PAPER, "quote_prefix": True},
    "step": {"num_format": "@", "bold": True, "quote_prefix": True},
    "number": {"num_format": "0.0", "align": "center"},
    "header": {"bold": True, "font_color": "#FFFFFF", "bg_color": _INK, "valign": "vcenter"},
    "guiding": {"italic": True, "font_color": _MUTED, "bg_color": _PAPER, "font_size": 9},
    "instruction": {"bg_color": _PAPER, "valign": "vcenter"},
    "more": {},
    "new_step": {"top": 1, "top_color": _LINE},
    "new_stage": {"top": 2, "top_color": _INK},
}
