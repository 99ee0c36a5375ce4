"""What a team fills into the sheet comes back as changes, and everything else is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from waypost.errors import InputError, UnreadableFileError
from waypost.exports.sheets import read_sheet, sheet_changes, sheet_file
from waypost.exports.sheets.bounds import MOST_BYTES
from waypost.maps.editing import MapDocument, StaleError, apply
from waypost.maps.editing.kinds import lane_name
from waypost.maps.editing.templates import new_map
from waypost.model import Provenance

DATA = 5
"""The first row below the headings, as a spreadsheet counts."""


@pytest.fixture
def shop() -> MapDocument:
    """The shop template with two cards in the first cell, and a point of the curve."""
    document = new_map("shop", "de")
    step = document.steps_in_order()[0]
    lanes = {document.lanes[name].kind: name for name in document.lanes}
    ops: list[dict[str, Any]] = [
        {
            "op": "add",
            "kind": "cards",
            "id": f"c_{number:012d}",
            "value": {
                "lane": lanes["actions"],
                "step": step,
                "order": f"a{number}",
                "text": {"de": text, "en": "old"},
                "severity": 3,
            },
        }
        for number, text in enumerate(["sucht", "fragt"])
    ]
    point = {"lane": lanes["emotion"], "step": step, "value": 0.5}
    ops.append({"op": "add", "kind": "points", "id": "p_000000000000", "value": point})
    return apply(document, ops).document


def columns(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[1] if cell.value}


def lane(document: MapDocument, kind: str) -> str:
    return next(name for name in document.lanes_in_order() if document.lanes[name].kind == kind)


def filled(document: MapDocument, fill: Callable[[Worksheet, dict[str, int]], None]) -> bytes:
    """The exported workbook as a person saves it after filling it in."""
    book = openpyxl.load_workbook(io.BytesIO(sheet_file(document, "xlsx", language="de")))
    fill(book.worksheets[0], columns(book.worksheets[0]))
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def texts(document: MapDocument, kind: str) -> list[str]:
    row = lane(document, kind)
    cells = document.cells()
    return [
        document.cards[card].text["de"]
        for step in document.steps_in_order()
        for card in cells.get((step, row), ())
    ]


def test_a_changed_text_changes_its_card_and_keeps_the_other_language(shop: MapDocument) -> None:
    key = f"text:{lane(shop, 'actions')}"
    content = filled(shop, lambda sheet, at: sheet.cell(DATA, at[key], "findet"))
    changes = sheet_changes(content, shop)
    assert apply(shop, changes.ops).document.cards["c_000000000000"].text == {
        "de": "findet",
        "en": "old",
    }
    assert changes.account.counts["changed"] == 1
    assert changes.account.counts["unchanged"] == 2


def test_the_free_row_of_a_step_takes_a_new_card_with_how_it_is_known(shop: MapDocument) -> None:
    row = lane(shop, "marks")

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        sheet.cell(DATA, at[f"text:{row}"], "Niemand weiß, wo es das gibt")
        sheet.cell(DATA, at[f"provenance:{row}"], "Berichtet")

    changes = sheet_changes(filled(shop, fill), shop)
    [card] = [op["value"] for op in changes.ops]
    assert card["step"] == shop.steps_in_order()[0]
    assert (card["kind"], card["provenance"]) == ("pain", "reported")
    assert card["text"] == {"de": "Niemand weiß, wo es das gibt"}


def test_the_same_file_twice_changes_nothing_the_second_time(shop: MapDocument) -> None:
    row = lane(shop, "thoughts")
    content = filled(shop, lambda sheet, at: sheet.cell(DATA, at[f"text:{row}"], "Passt das?"))
    once = apply(shop, sheet_changes(content, shop).ops).document
    assert apply(once, sheet_changes(content, once).ops).ops == ()


def test_an_emptied_cell_removes_its_card_and_a_deleted_row_removes_nothing(
    shop: MapDocument,
) -> None:
    key = f"text:{lane(shop, 'actions')}"

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        sheet.cell(DATA, at[key]).value = None
        sheet.delete_rows(DATA + 1)

    changes = sheet_changes(filled(shop, fill), shop)
    assert texts(apply(shop, changes.ops).document, "actions") == ["fragt"]
    assert changes.account.counts["removed"] == 1
    assert changes.account.counts["missing"] == 1
    assert "1 Kärtchen steht nicht im Blatt und bleibt auf der Karte" in changes.account.lines("de")


def test_a_text_cut_and_put_elsewhere_moves_its_card(shop: MapDocument) -> None:
    key = f"text:{lane(shop, 'actions')}"

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        sheet.cell(DATA + 3, at[key], "sucht")
        sheet.cell(DATA, at[key]).value = None

    changes = sheet_changes(filled(shop, fill), shop)
    card = apply(shop, changes.ops).document.cards["c_000000000000"]
    assert card.step == shop.steps_in_order()[1]
    assert card.severity == 3
    assert changes.account.counts["moved"] == 1
    assert changes.account.counts["removed"] == 0


def test_a_new_row_with_a_name_is_a_new_step_after_the_one_above(shop: MapDocument) -> None:
    actions = f"text:{lane(shop, 'actions')}"

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        sheet.insert_rows(DATA + 3)
        sheet.cell(DATA + 3, at["step"], "Freunde fragen")
        sheet.cell(DATA + 3, at[actions], "ruft an")

    after = apply(shop, sheet_changes(filled(shop, fill), shop).ops).document
    labels = [after.steps[name].label["de"] for name in after.steps_in_order()]
    assert labels[:3] == ["Etwas brauchen oder wollen", "Freunde fragen", "Aufmerksam werden"]
    assert len({after.steps[name].stage for name in after.steps_in_order()[:3]}) == 1
    assert "ruft an" in texts(after, "actions")


def test_a_new_row_in_a_new_stage_makes_the_stage(shop: MapDocument) -> None:
    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        last = sheet.max_row + 1
        sheet.cell(last, at["stage"], "Weitergeben")
        sheet.cell(last, at["step"], "Verschenken")

    after = apply(shop, sheet_changes(filled(shop, fill), shop).ops).document
    last = after.steps_in_order()[-1]
    assert after.steps[last].label == {"de": "Verschenken"}
    assert after.stages[after.stages_in_order()[-1]].label == {"de": "Weitergeben"}
    assert after.steps[last].stage == after.stages_in_order()[-1]


def test_steps_and_stages_are_renamed(shop: MapDocument) -> None:
    first = shop.stages_in_order()[0]

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        sheet.cell(DATA, at["step"], "Bedarf spüren")
        for row in range(DATA, sheet.max_row + 1):
            if sheet.cell(row, at["stage"]).value == "Entdecken":
                sheet.cell(row, at["stage"], "Merken")

    after = apply(shop, sheet_changes(filled(shop, fill), shop).ops).document
    assert after.stages[first].label == {"de": "Merken"}
    assert after.steps[after.steps_in_order()[0]].label == {"de": "Bedarf spüren"}
    assert len(after.stages) == len(shop.stages)


def test_a_step_given_to_another_stage_moves_there(shop: MapDocument) -> None:
    name, buying = shop.steps_in_order()[1], shop.stages_in_order()[2]

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        sheet.cell(DATA + 3, at["stage"], "Kaufen")

    after = apply(shop, sheet_changes(filled(shop, fill), shop).ops).document
    assert after.steps[name].stage == buying
    assert after.stages == shop.stages


def test_a_new_column_is_a_new_lane(shop: MapDocument) -> None:
    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        last = sheet.max_column + 1
        sheet.cell(3, last, "Wettbewerb")
        sheet.cell(DATA, last, "Marktplätze")

    after = apply(shop, sheet_changes(filled(shop, fill), shop).ops).document
    new = after.lanes[after.lanes_in_order()[-1]]
    assert (lane_name(new, "de"), new.kind) == ("Wettbewerb", "text")
    assert len(after.lanes) == len(shop.lanes) + 1


def test_the_curve_the_moment_of_truth_and_the_head_come_back(shop: MapDocument) -> None:
    emotion = lane(shop, "emotion")

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        sheet.cell(DATA, at[f"feeling:{emotion}"], -1.5)
        sheet.cell(DATA + 3, at[f"feeling:{emotion}"], "1,5")
        sheet.cell(DATA, at["moment"], "x")
        about = sheet.parent.worksheets[1]
        about.cell(3, 3, "Ein Rad, das fährt")

    after = apply(shop, sheet_changes(filled(shop, fill), shop).ops).document
    by_step = {point.step: point.value for point in after.points.values()}
    assert [by_step.get(name) for name in after.steps_in_order()[:3]] == [-1.5, 1.5, None]
    assert after.steps[after.steps_in_order()[0]].moment_of_truth
    assert after.head.goal == {"de": "Ein Rad, das fährt"}


def test_a_value_that_is_none_is_left_as_it_was_and_told(shop: MapDocument) -> None:
    actions, emotion = lane(shop, "actions"), lane(shop, "emotion")

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        sheet.cell(DATA, at[f"provenance:{actions}"], "geraten")
        sheet.cell(DATA, at[f"feeling:{emotion}"], "gut")

    changes = sheet_changes(filled(shop, fill), shop)
    assert changes.ops == ()
    assert [line for line in changes.account.lines("de") if line.startswith("Zeile 5")] == [
        (
            "Zeile 5: „geraten“ ist kein Wert für „Woher wissen wir das?“, "
            "deshalb blieb es, wie es war."
        ),
        "Zeile 5: „gut“ ist kein Wert für „−2…+2“, deshalb blieb es, wie es war.",
    ]


def test_a_row_copied_with_its_hidden_id_becomes_a_new_card_and_is_told(shop: MapDocument) -> None:
    actions = lane(shop, "actions")

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        for key in (f"text:{actions}", f"id:{actions}"):
            sheet.cell(DATA + 3, at[key], sheet.cell(DATA, at[key]).value)

    changes = sheet_changes(filled(shop, fill), shop)
    assert texts(apply(shop, changes.ops).document, "actions") == ["sucht", "fragt", "sucht"]
    assert [one.kind for one in changes.account.unclear] == ["twice"]


def test_sorting_the_sheet_moves_no_step_and_is_told(shop: MapDocument) -> None:
    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=DATA)]
        for at_row, row in enumerate(reversed(rows), start=DATA):
            for column, value in enumerate(row, start=1):
                sheet.cell(at_row, column).value = value

    changes = sheet_changes(filled(shop, fill), shop)
    assert changes.ops == ()
    assert [one.kind for one in changes.account.unclear] == ["order"]


def test_what_somebody_changed_on_the_map_meanwhile_is_not_overwritten(shop: MapDocument) -> None:
    key = f"text:{lane(shop, 'actions')}"
    content = filled(shop, lambda sheet, at: sheet.cell(DATA, at[key], "findet"))
    theirs = {"op": "set", "kind": "cards", "id": "c_000000000000", "field": "text"}
    theirs |= {"was": {"de": "sucht", "en": "old"}, "value": {"de": "stöbert", "en": "old"}}
    later = apply(shop, [theirs]).document
    with pytest.raises(StaleError) as raised:
        apply(later, sheet_changes(content, later).ops)
    assert raised.value.conflicts[0].theirs["de"] == "stöbert"


def test_the_sheet_of_another_map_is_brought_in_by_names(shop: MapDocument) -> None:
    marks = lane(shop, "marks")
    content = filled(shop, lambda sheet, at: sheet.cell(DATA, at[f"text:{marks}"], "zu weit weg"))
    stage, step = "s_000000000000", "t_000000000000"
    ops = [
        {"op": "add", "kind": "stages", "id": stage, "value": {"label": {"de": "Entdecken"}}},
        {
            "op": "add",
            "kind": "steps",
            "id": step,
            "value": {"stage": stage, "label": {"de": "Etwas brauchen oder wollen"}},
        },
    ]
    alone = apply(MapDocument(), ops).document
    changes = sheet_changes(content, alone)
    after = apply(alone, changes.ops).document
    assert texts(after, "marks") == ["zu weit weg"]
    assert texts(after, "actions") == ["sucht", "fragt"]
    assert len(after.steps) == len(shop.steps)
    assert len(after.stages) == len(shop.stages)
    assert {card.step for card in after.cards.values()} == {step}
    assert after.head == alone.head


def test_a_sheet_of_one_s_own_needs_only_names_of_stage_and_step() -> None:
    book = openpyxl.Workbook()
    for row in (
        ["Phase", "Schritt", "Gedanken und Fragen", "Woher wissen wir das?", "Wetter"],
        ["Davor", "Nachsehen", "Haben die offen?", "berichtet", "Regen"],
        ["", "", "Gibt es Parkplätze?", "", ""],
        ["Da", "Ankommen", "", "", "Sonne"],
    ):
        book.active.append(row)
    memory = io.BytesIO()
    book.save(memory)
    document = read_sheet(memory.getvalue(), "Mein Laden.xlsx")
    assert list(document.head.title.values()) == ["Mein Laden"]
    assert [len(document.steps_of(stage)) for stage in document.stages_in_order()] == [1, 1]
    assert [document.lanes[name].kind for name in document.lanes_in_order()] == ["thoughts", "text"]
    known = {card.text["de"]: card.provenance for card in document.cards.values()}
    assert known["Haben die offen?"] is Provenance.REPORTED
    assert len(known) == 4


def test_a_csv_of_one_s_own_becomes_a_map() -> None:
    content = (
        "stage,step,lane,text,kind\nDavor,Suchen,Schmerzpunkte,zu weit,pain\n,Suchen,Ideen,Bus,\n"
    )
    document = read_sheet(content.encode(), "x.csv")
    assert len(document.steps) == 1
    assert {card.kind for card in document.cards.values()} == {"pain", "note"}
    assert {one.kind for one in document.lanes.values()} == {"marks", "text"}


def test_a_csv_file_comes_back_with_changes_by_id(shop: MapDocument) -> None:
    content = sheet_file(shop, "csv", language="de").decode("utf-8-sig")
    content = content.replace(";sucht;assumed;", ";forscht;berichtet;")
    changes = sheet_changes(content.encode("utf-8-sig"), shop)
    card = apply(shop, changes.ops).document.cards["c_000000000000"]
    assert (card.text["de"], card.provenance) == ("forscht", Provenance.REPORTED)
    assert changes.account.counts["changed"] == 1


def test_the_head_of_the_sheet_looks_locked_and_explains_itself(shop: MapDocument) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet_file(shop, "xlsx", language="de")))
    sheet = book.worksheets[0]
    at = columns(sheet)
    assert sheet.title == "Karte"
    assert sheet.row_dimensions[1].hidden
    assert sheet.freeze_panes == "C5"
    assert sheet["A2"].value.startswith("Schreiben Sie, was Sie wissen")
    assert [sheet.cell(3, at[key]).value for key in ("stage", "step")] == ["Phase", "Schritt"]
    assert sheet.cell(3, 1).fill.fgColor.rgb.endswith("1F2430")
    ranges = [one for one in sheet.column_dimensions.values() if one.hidden]
    hidden = {key for key, column in at.items() if any(r.min <= column <= r.max for r in ranges)}
    assert {"stage_id", "step_id"} <= hidden
    assert not any(key.startswith("text") for key in hidden)
    assert book["waypost"].sheet_state == "veryHidden"


def test_drop_downs_offer_provenance_and_channels_and_cells_ask_their_question(
    shop: MapDocument,
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet_file(shop, "xlsx", language="de")))
    sheet = book.worksheets[0]
    lists = [one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"]
    assert "waypost!$A$1:$A$4" in lists
    assert "waypost!$B$1:$B$18" in lists
    carried = book["waypost"]
    assert [carried.cell(row, 1).value for row in range(1, 5)] == [
        "beobachtet",
        "berichtet",
        "geschätzt",
        "angenommen",
    ]
    prompts = {one.prompt for one in sheet.data_validations.dataValidation if one.prompt}
    assert "Muss ich alles noch einmal erklären?" in prompts


def test_a_damaged_hidden_part_is_told_with_the_way_out(shop: MapDocument) -> None:
    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        sheet.parent["waypost"].cell(1, 3, "|{broken")

    with pytest.raises(InputError, match="waypost"):
        sheet_changes(filled(shop, fill), shop)


def test_without_the_hidden_part_ids_still_find_their_cards(shop: MapDocument) -> None:
    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        del sheet.parent["waypost"]
        sheet.cell(DATA, at[f"text:{lane(shop, 'actions')}"], "findet")

    changes = sheet_changes(filled(shop, fill), shop)
    assert [op["id"] for op in changes.ops] == ["c_000000000000"]


def test_a_file_without_stage_and_step_is_told_what_it_needs() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    memory = io.BytesIO()
    book.save(memory)
    with pytest.raises(UnreadableFileError, match="stage and step"):
        read_sheet(memory.getvalue(), "x.xlsx")


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576"])
def test_a_cell_far_from_the_others_is_refused_before_it_costs_memory(cell: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Phase", "Schritt"])
    book.active[cell] = "x"
    book.active["D1048576" if cell.startswith("A") else cell] = "x"
    memory = io.BytesIO()
    book.save(memory)
    with pytest.raises(UnreadableFileError, match="larger than a map"):
        read_sheet(memory.getvalue(), "x.xlsx")


def test_a_workbook_that_unpacks_to_far_more_is_refused() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (MOST_BYTES + 1))
    with pytest.raises(UnreadableFileError, match="larger than a map"):
        read_sheet(memory.getvalue(), "x.xlsx")
