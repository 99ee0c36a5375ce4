"""From a filled sheet to a change of the map: matched by id, else by text, nothing lost unsaid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from waypost.errors import InputError
from waypost.exports.sheets.account import COUNTED, SheetAccount, SheetChanges, Unclear
from waypost.exports.sheets.columns import HEAD_FIELDS, NAMES, kind_of_lane, lane_of
from waypost.exports.sheets.filled import FilledCard, FilledSheet, FilledStep, Place
from waypost.exports.sheets.values import parsed, shown
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Card
from waypost.maps.editing.fields import LONGEST_TEXT, cleaned
from waypost.maps.editing.ids import is_id
from waypost.maps.editing.messages import Message
from waypost.maps.editing.operations import apply
from waypost.maps.editing.placing import keys_after, siblings
from waypost.maps.editing.reading_operations import as_json_value
from waypost.maps.editing.searching import folded
from waypost.model import label_in

__all__ = ["merged"]

Json = dict[str, Any]
_SAME_NUMBER = 1e-9
"""Spreadsheets keep fifteen digits of a number."""
_COLOURS = 8

_NEW_KIND = {
    "marks": "pain",
    "opportunities": "opportunity",
    "kpis": "kpi",
    "touchpoints": "touchpoint",
    "channels": "channel",
}


def merged(
    sheet: FilledSheet, document: MapDocument, make_id: Callable[[str], str]
) -> SheetChanges:
    """The change from ``document``, as it was when the sheet was written, to what the sheet says.

    An emptied cell removes its card; a row that is not there any more removes nothing and is
    counted as missing. A text that was cut from one cell and put into another keeps its card.
    """
    merging = _Merging(sheet, document, make_id)
    merging.take_head()
    merging.take_steps()
    merging.take_cards()
    return merging.changes()


class _Merging:
    def __init__(
        self, sheet: FilledSheet, document: MapDocument, make_id: Callable[[str], str]
    ) -> None:
        self._sheet, self._before, self._make_id = sheet, document, make_id
        self._now = document
        self._language = sheet.language
        self._ops: list[Json] = []
        self._counts: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
        self._unclear: list[Unclear] = []
        self._steps: dict[int, str] = {}
        self._above = ""
        self._called: dict[str, str] = {}
        self._lanes: dict[tuple[str, str], str] = {}

    def changes(self) -> SheetChanges:
        return SheetChanges(
            tuple(self._ops), SheetAccount(dict(self._counts), tuple(self._unclear))
        )

    def take_head(self) -> None:
        """Title, scenario and what else the sheet about the map says."""
        head = self._before.head
        for field, text in self._sheet.head.items():
            value = getattr(head, field)
            known = value if isinstance(value, str) else label_in(value, self._language)
            if field not in HEAD_FIELDS or _same(text, known):
                continue
            new = text if isinstance(value, str) else self._label(value, text)
            if self._set("head", "head", field, new):
                self._counts["head"] += 1

    def take_steps(self) -> None:
        """Find or make the step of every row, then rename stages and steps."""
        for line in self._sheet.steps:
            step = self._step_of(line)
            if step:
                self._steps[line.row] = self._above = step
        self._rename_steps()
        self._rename_stages()
        seen = [line.place.step_id for line in self._sheet.steps if line.place.step]
        known = [name for name in dict.fromkeys(seen) if name in self._before.steps]
        drawn = [name for name in self._before.steps_in_order() if name in known]
        if known != drawn:
            self._unclear.append(Unclear("order"))

    def take_cards(self) -> None:
        """Change, add, move and remove cards and points of the curve."""
        told, new = self._sorted_out()
        emptied = [name for name, cell in told.items() if self._is_emptied(name, cell)]
        moved = self._moved(new, emptied)
        for name, cell in told.items():
            if name not in emptied:
                self._change(name, cell)
        for name in emptied:
            if name not in moved.values():
                self._remove(name)
        for place, cell in enumerate(new):
            if place in moved:
                self._move(moved[place], cell)
            else:
                self._add(cell)
        lanes = {cell.lane_id for cell in self._sheet.cards}
        missing = set(self._before.cards) - set(told)
        self._counts["missing"] += sum(self._before.cards[name].lane in lanes for name in missing)

    def _sorted_out(self) -> tuple[dict[str, FilledCard], list[FilledCard]]:
        """Cells of cards and points that the map has, by id, and the new ones."""
        told: dict[str, FilledCard] = {}
        new: list[FilledCard] = []
        for cell in self._sheet.cards:
            self._lane(cell)
            self._counts["cards"] += bool(cell.id or cell.fields["text"])
            known = cell.id in self._before.cards or cell.id in self._before.points
            if known and cell.id not in told:
                told[cell.id] = cell
            elif cell.fields["text"].strip() or (cell.id and not known):
                new.append(cell)
                if known:
                    self._note("twice", cell)
        return told, new

    def _is_emptied(self, name: str, cell: FilledCard) -> bool:
        return not cell.fields["text"].strip() and bool(self._text_of(name).strip())

    def _moved(self, new: list[FilledCard], emptied: list[str]) -> dict[int, str]:
        """Emptied cards whose very text stands in a new cell: (place among the new → card)."""
        left = [name for name in emptied if name in self._before.cards]
        moved: dict[int, str] = {}
        for place, cell in enumerate(new):
            same = [name for name in left if _same(self._text_of(name), cell.fields["text"])]
            if same:
                moved[place] = same[0]
                left.remove(same[0])
        return moved

    def _text_of(self, name: str) -> str:
        if name in self._before.points:
            return repr(self._before.points[name].value)
        return label_in(self._before.cards[name].text, self._language)

    def _change(self, name: str, cell: FilledCard) -> None:
        if name in self._before.points:
            done = self._change_point(name, cell)
        else:
            done = self._change_card(name, cell)
        self._counts["changed" if done else "unchanged"] += 1

    def _change_point(self, name: str, cell: FilledCard) -> bool:
        value = self._number(cell)
        if value is None or abs(value - self._before.points[name].value) < _SAME_NUMBER:
            return False
        return self._set("points", name, "value", value)

    def _change_card(self, name: str, cell: FilledCard) -> bool:
        card, done = self._before.cards[name], False
        for field, text in cell.fields.items():
            if _same(text, shown(self._before, card, field, self._language)):
                continue
            if field == "text":
                done |= self._set_text(name, card, cell)
            else:
                done |= self._set_parsed(name, field, cell)
        return done

    def _set_text(self, name: str, card: Card, cell: FilledCard) -> bool:
        text = cleaned(cell.fields["text"])
        if len(text) > LONGEST_TEXT:
            self._note("long", cell)
            return False
        return self._set("cards", name, "text", self._label(card.text, text))

    def _set_parsed(self, name: str, field: str, cell: FilledCard) -> bool:
        try:
            value = parsed(self._before, field, cell.fields[field])
            return self._set("cards", name, field, value)
        except (ValueError, InputError):
            self._note("value", cell, column=_heading(field), text=cell.fields[field])
            return False

    def _remove(self, name: str) -> None:
        kind = "points" if name in self._before.points else "cards"
        self._do({"op": "remove", "kind": kind, "id": name})
        self._counts["removed"] += 1

    def _move(self, name: str, cell: FilledCard) -> None:
        step, lane = self._step_at(cell), self._lane(cell)
        if not step:
            self._note("homeless", cell)
            return
        [key] = keys_after(siblings(self._now, "cards", within={"step": step, "lane": lane}), "", 1)
        for field, value in (("step", step), ("lane", lane), ("order", key)):
            self._set("cards", name, field, value)
        self._counts["moved"] += 1

    def _add(self, cell: FilledCard) -> None:
        step = self._step_at(cell)
        if not step:
            self._note("homeless", cell)
        elif len(cell.fields["text"]) > LONGEST_TEXT:
            self._note("long", cell)
        elif cell.kind == "feeling":
            self._add_point(cell, step)
        else:
            self._add_card(cell, step)

    def _add_point(self, cell: FilledCard, step: str) -> None:
        value = self._number(cell)
        if value is None:
            return
        point: Json = {"step": step, "lane": self._lane(cell), "value": value}
        point["persona"] = self._field(cell, "persona", "")
        if cell.fields.get("state") in ("as-is", "to-be"):
            point["series"] = cell.fields["state"]
        self._do(self._adding("points", cell.id, point))
        self._counts["added"] += 1

    def _add_card(self, cell: FilledCard, step: str) -> None:
        lane = self._lane(cell)
        [key] = keys_after(siblings(self._now, "cards", within={"step": step, "lane": lane}), "", 1)
        card: Json = {"step": step, "lane": lane, "order": key}
        card["kind"] = _NEW_KIND.get(self._now.lanes[lane].kind, "note")
        card["text"] = {self._language: cleaned(cell.fields["text"])}
        for field, text in cell.fields.items():
            if field != "text" and text.strip():
                value = self._field(cell, field, None)
                if value is not None:
                    card[field] = value
        self._do(self._adding("cards", cell.id, card))
        self._counts["added"] += 1

    def _field(self, cell: FilledCard, field: str, otherwise: Any) -> Any:
        """The value of a field for a new card; what is no value is told and left out."""
        text = cell.fields.get(field, "")
        if not text.strip():
            return otherwise
        if field == "persona":
            self._meet(text)
        try:
            value = parsed(self._now, field, text)
            probe = {"step": "x", "lane": "x", field: value}
            Card.model_validate(probe)
        except (ValueError, ValidationError):
            self._note("value", cell, column=_heading(field), text=text)
            return otherwise
        return value

    def _meet(self, text: str) -> None:
        """A persona that only the sheet knows, for a map that has none of its own yet."""
        is_known = any(_same_name(one.label, text) for one in self._now.personas.values())
        if self._before.personas or is_known:
            return
        [key] = keys_after(siblings(self._now, "personas", within={}), "", 1)
        colour = str(len(self._now.personas) % _COLOURS + 1)
        label = {self._language: cleaned(text).strip()}
        self._do(self._adding("personas", "", {"order": key, "label": label, "colour": colour}))

    def _number(self, cell: FilledCard) -> float | None:
        try:
            value = parsed(self._now, "target", cell.fields["text"])
        except ValueError:
            value = None
        if value is None or not -2 <= value <= 2:  # noqa: PLR2004 - the scale of feelings
            self._note("value", cell, column="−2…+2", text=cell.fields["text"])
            return None
        return float(value)

    def _step_at(self, cell: FilledCard) -> str:
        return self._steps.get(cell.row, "")

    def _lane(self, cell: FilledCard) -> str:
        """The lane of a cell: by id, else by name, else a new one."""
        key = (cell.lane_id, cell.lane)
        if key not in self._lanes:
            self._lanes[key] = self._found_lane(cell) or self._new_lane(cell)
        return self._lanes[key]

    def _found_lane(self, cell: FilledCard) -> str:
        if cell.lane_id in self._now.lanes:
            return cell.lane_id
        return lane_of(self._before if cell.lane_id else self._now, cell.lane)

    def _new_lane(self, cell: FilledCard) -> str:
        [key] = keys_after(siblings(self._now, "lanes", within={}), "", 1)
        value: Json = {"order": key, "kind": cell.lane_kind or "text"}
        if cell.lane and (not cell.lane_kind or kind_of_lane(cell.lane) != cell.lane_kind):
            value["label"] = {self._language: cell.lane}
        op = self._adding("lanes", cell.lane_id, value)
        self._do(op)
        self._counts["columns"] += 1
        return str(op["id"])

    def _step_of(self, line: FilledStep) -> str:
        """The step of a row: by id, else by name in its stage, else a new one, else that above."""
        place = line.place
        above = self._above
        known = self._called.get(place.step_id, place.step_id)
        if known in self._now.steps:
            return known
        if not place.step and not place.step_id:
            return above
        stage = self._stage_of(place, above)
        for name in self._now.steps_of(stage):
            is_free = not place.step_id or name in self._before.steps
            if is_free and _same_name(self._now.steps[name].label, place.step):
                self._called |= {place.step_id: name} if place.step_id else {}
                return name
        around = siblings(self._now, "steps", within={"stage": stage})
        [key] = keys_after(around, above, 1)
        label = {self._language: place.step} if place.step else {}
        value = {"stage": stage, "order": key, "label": label}
        op = self._adding("steps", place.step_id, value)
        self._do(op)
        self._counts["columns"] += 1
        return str(op["id"])

    def _stage_of(self, place: Place, above: str) -> str:
        known = self._called.get(place.stage_id, place.stage_id)
        if known in self._now.stages:
            return known
        last = self._now.steps[above].stage if above else ""
        if not place.stage and not place.stage_id and last:
            return last
        for name in self._now.stages_in_order():
            is_free = not place.stage_id or name in self._before.stages
            if is_free and _same_name(self._now.stages[name].label, place.stage):
                self._called |= {place.stage_id: name} if place.stage_id else {}
                return name
        return self._new_stage(place.stage, place.stage_id, after=last)

    def _new_stage(self, text: str, name: str, *, after: str) -> str:
        [key] = keys_after(siblings(self._now, "stages", within={}), after, 1)
        label = {self._language: text} if text else {}
        op = self._adding("stages", name, {"order": key, "label": label})
        self._do(op)
        self._counts["columns"] += 1
        return str(op["id"])

    def _rename_steps(self) -> None:
        """Of several rows of a step, the one that says something else than the map counts."""
        for line in self._sheet.steps:
            name = self._steps.get(line.row, "")
            before = self._before.steps.get(name)
            text = line.place.step
            if before and text and not _same(text, label_in(before.label, self._language)):
                self._set("steps", name, "label", self._label(before.label, text))
                self._counts["columns"] += 1
            was = before is not None and before.moment_of_truth
            if name and line.moment not in (None, was):
                done = self._set("steps", name, "moment_of_truth", line.moment)
                self._counts["columns"] += done

    def _rename_stages(self) -> None:
        """One other name for all rows of a stage renames it; for some it moves their steps."""
        called: dict[str, dict[str, str]] = {}
        for line in self._sheet.steps:
            name, text = self._steps.get(line.row, ""), line.place.stage
            if text and name in self._before.steps:
                stage = self._before.steps[name].stage
                known = label_in(self._before.stages[stage].label, self._language)
                names = called.setdefault(stage, {})
                if name not in names or not _same(text, known):
                    names[name] = text
        for stage, names in called.items():
            label = self._before.stages[stage].label
            others = {
                n: t for n, t in names.items() if not _same(t, label_in(label, self._language))
            }
            texts = set(others.values())
            known = self._stage_named(next(iter(texts), ""))
            if len(texts) == 1 and len(others) == len(names) and not known:
                self._set("stages", stage, "label", self._label(label, texts.pop()))
                self._counts["columns"] += 1
                continue
            for step, text in others.items():
                self._move_step(step, text)

    def _move_step(self, step: str, text: str) -> None:
        stage = self._stage_named(text) or self._new_stage(
            text, "", after=self._now.steps[step].stage
        )
        [key] = keys_after(siblings(self._now, "steps", within={"stage": stage}), "", 1)
        self._set("steps", step, "stage", stage)
        self._set("steps", step, "order", key)
        self._counts["columns"] += 1

    def _stage_named(self, text: str) -> str:
        names = self._now.stages_in_order()
        return next((n for n in names if _same_name(self._now.stages[n].label, text)), "")

    def _label(self, label: Mapping[str, str], text: str) -> dict[str, str]:
        """``label`` with ``text`` in the language that the sheet showed."""
        spoken = self._language
        if label and spoken not in label:
            shown_text = label_in(dict(label), spoken)
            spoken = next(one for one, said in label.items() if said == shown_text)
        return {**label, spoken: text}

    def _adding(self, kind: str, name: str, value: Json) -> Json:
        """An addition under the id of the sheet where that is one and free, else a new one."""
        free = is_id(kind, name) and name not in self._now.collection(kind)
        return {
            "op": "add",
            "kind": kind,
            "id": name if free else self._make_id(kind),
            "value": value,
        }

    def _set(self, kind: str, name: str, field: str, value: Any) -> bool:
        entity = self._now.head if kind == "head" else self._now.collection(kind)[name]
        was = as_json_value(getattr(entity, field))
        named = {"op": "set", "kind": kind, "id": name, "field": field}
        return self._do({**named, "was": was, "value": value})

    def _do(self, op: Json) -> bool:
        applied = apply(self._now, [op])
        self._now = applied.document
        self._ops += applied.ops
        return bool(applied.ops)

    def _note(self, kind: str, cell: FilledCard, **told: Any) -> None:
        values = {"row": cell.row, "text": {"": cell.fields["text"]}, **told}
        if isinstance(values["text"], str):
            values["text"] = {"": values["text"]}
        self._unclear.append(Unclear(kind, values))


def _heading(field: str) -> Message | str:
    """What the sheet calls the field's column."""
    return Message(NAMES[field]) if field in NAMES else field


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in cleaned(text).strip().split("\n"))


def _same_name(label: Mapping[str, str], text: str) -> bool:
    return folded(text).strip() in (folded(one).strip() for one in label.values() or [""])
