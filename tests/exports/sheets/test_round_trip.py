"""A sheet that nobody filled in changes nothing, and gives the map it was written from."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.strategies.edited_maps import awkward, changes, labels, maps, words
from waypost.errors import InputError, UnreadableFileError
from waypost.exports.sheets import read_json, read_sheet, sheet_changes, sheet_file
from waypost.exports.sheets.filled import disarmed, rearmed
from waypost.maps.document import Head, JourneyMap, MapStage, MapStep
from waypost.maps.editing import MapDocument, apply
from waypost.maps.editing.templates import new_map, templates

languages = st.sampled_from(["de", "en"])
FORMULA = ("=", "+", "-", "@")


@given(maps(), languages)
@settings(max_examples=60)
def test_a_workbook_that_nobody_touched_gives_the_same_map(
    document: MapDocument, language: str
) -> None:
    content = sheet_file(document, "xlsx", language=language)
    assert read_sheet(content, "") == document
    assert sheet_changes(content, document).ops == ()


@given(maps(), languages)
def test_a_csv_file_that_nobody_touched_changes_nothing(
    document: MapDocument, language: str
) -> None:
    assert sheet_changes(sheet_file(document, "csv", language=language), document).ops == ()


@given(maps(), languages)
def test_a_map_from_a_csv_file_is_written_as_that_file_again(
    document: MapDocument, language: str
) -> None:
    frame = framed(document)
    content = sheet_file(frame, "csv", language=language)
    if frame.steps:
        assert sheet_file(read_sheet(content, "x.csv"), "csv", language=language) == content


def framed(document: MapDocument) -> MapDocument:
    """The stages, steps and lanes of a map, their names without blanks around them."""
    nothing = {"image": "", "persona": ""}
    kinds: dict[str, dict[str, Any]] = {"stages": {}, "steps": {}, "lanes": {}}
    for kind, found in kinds.items():
        for name, entity in document.collection(kind).items():
            label = {language: text.strip() for language, text in entity.label.items()}
            kept = {field: value for field, value in nothing.items() if hasattr(entity, field)}
            plain = {**entity.model_dump(), **kept, "label": label}
            found[name] = type(entity).model_validate(plain)
    return MapDocument(**kinds)


@given(st.data(), languages)
@settings(max_examples=60)
def test_a_sheet_written_before_others_went_on_changes_nothing_of_theirs(
    data: st.DataObject, language: str
) -> None:
    document = data.draw(maps())
    content = sheet_file(document, "xlsx", language=language)
    later = apply(document, data.draw(changes(document))).document
    if set(later.steps) & set(document.steps) or set(later.lanes) & set(document.lanes):
        assert sheet_changes(content, later).ops == ()


@given(st.lists(labels, min_size=1, max_size=8), languages)
@settings(max_examples=40)
def test_any_text_on_a_card_comes_back_from_every_file(
    texts: list[dict[str, str]], language: str
) -> None:
    document = with_labels(texts)
    content = sheet_file(document, "xlsx", language=language)
    assert read_sheet(content, "") == document
    for form in ("xlsx", "csv"):
        assert sheet_changes(sheet_file(document, form, language=language), document).ops == ()
    assert read_json(document.to_json()) == document


def with_labels(texts: list[dict[str, str]]) -> MapDocument:
    document = new_map("day", "de")
    lane, step = document.lanes_in_order()[0], document.steps_in_order()[0]
    ops = [
        {
            "op": "add",
            "kind": "cards",
            "id": f"c_{number:012d}",
            "value": {"lane": lane, "step": step, "text": text, "order": f"a{number}"},
        }
        for number, text in enumerate(texts)
    ]
    return apply(document, ops).document


@given(maps())
def test_a_map_in_json_is_the_same_map(document: MapDocument) -> None:
    assert read_json(document.to_json()) == document


@pytest.mark.parametrize("name", [one.id for one in templates()])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_same_map_gives_the_same_bytes(name: str, form: str) -> None:
    document = new_map(name, "de")
    assert sheet_file(document, form, language="de") == sheet_file(document, form, language="de")


@given(st.text() | awkward | words)
def test_what_is_disarmed_starts_no_formula_and_comes_back(text: str) -> None:
    assert not disarmed(text).startswith(FORMULA)
    assert rearmed(disarmed(text)) == text


@pytest.mark.parametrize("text", ["'s wird schon", "it's", "", "'"])
def test_an_apostrophe_that_somebody_typed_stays(text: str) -> None:
    assert rearmed(text) == text


def with_texts(*texts: str) -> MapDocument:
    document = new_map("shop", "de")
    lane, steps = document.lanes_in_order()[0], document.steps_in_order()
    ops = [
        {
            "op": "add",
            "kind": "cards",
            "id": f"c_{number:012d}",
            "value": {"lane": lane, "step": steps[0], "text": {"de": text}, "channel": text[:400]},
        }
        for number, text in enumerate(texts)
    ]
    return apply(document, ops).document


DANGEROUS = [
    '=HYPERLINK("http://x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    "'=1",
    "=cmd|' /C calc'!A0",
]


def test_no_cell_of_a_csv_file_starts_a_formula() -> None:
    document = with_texts(*DANGEROUS)
    content = sheet_file(document, "csv", language="de").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith((*FORMULA, "\t", "＝"))]
    assert sheet_changes(sheet_file(document, "csv", language="de"), document).ops == ()


def test_no_cell_of_a_workbook_is_a_formula_and_texts_stay_texts_when_edited() -> None:
    content = sheet_file(with_texts(*DANGEROUS), "xlsx", language="de")
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        sheets = [
            files.read(name) for name in files.namelist() if name.startswith("xl/worksheets/")
        ]
        styles = files.read("xl/styles.xml")
    assert not [sheet for sheet in sheets if b"<f>" in sheet]
    assert b'quotePrefix="1"' in styles
    told = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert set(DANGEROUS) <= {cell for row in told for cell in row}


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"PK\x03\x04rubbish", b"\xff\xfe\x00", b"x;y"]
)
def test_what_is_no_sheet_of_a_map_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_sheet(content, "x")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "no JSON"),
        (b"[1]", "no map"),
        (b'{"a": 1}', "no map"),
        (b'{"schema_version": 2, "stages": {"s_1": {}}}', "s_1"),
        (b'{"schema_version": 2, "lanes": {"l_aaaaaaaaaaaa": {"kind": "rows"}}}', "kind"),
        (b'{"schema_version": 3}', "schema_version"),
    ],
)
def test_a_json_file_that_is_no_map_is_told_why(content: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_json(content)


def test_a_discovered_map_in_json_comes_as_a_map_to_edit() -> None:
    head = Head(
        title={"de": "Laden"}, workspace="w", zone="Europe/Berlin", currency="EUR", persons=3
    )
    step = MapStep(
        id="buy", label={"de": "Kaufen"}, stage="s", touchpoints=("order",), persons=3, events=3
    )
    found = JourneyMap(
        id="m",
        head=head,
        lanes=(),
        stages=(MapStage(id="s", label={"de": "Kauf"}, persons=3),),
        steps=(step,),
    )
    document = read_json(found.to_json())
    assert [one.label for one in document.steps.values()] == [{"de": "Kaufen"}]
    assert document.head.language == "de"


def test_an_unknown_form_or_language_is_told() -> None:
    with pytest.raises(InputError, match="ods"):
        sheet_file(MapDocument(), "ods", language="de")
    with pytest.raises(InputError, match="fr"):
        sheet_file(MapDocument(), "csv", language="fr")


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_connections_are_told_in_words_and_read_back_as_nothing_new(form: str) -> None:
    cards = {
        name: {"lane": "l_000000000001", "step": "t_000000000001", "order": order, "text": text}
        for name, order, text in (
            ("c_000000000001", "a0", {"de": "=Sie findet nichts"}),
            ("c_000000000002", "a1", {"de": "title"}),
        )
    }
    kept = {
        "head": {"title": {"de": "Karte"}},
        "stages": {"s_000000000001": {"order": "a0", "label": {"de": "Suchen"}}},
        "steps": {"t_000000000001": {"order": "a0", "stage": "s_000000000001"}},
        "lanes": {"l_000000000001": {"order": "a0", "kind": "text"}},
        "cards": {name: {**card, "kind": "note"} for name, card in cards.items()},
        "links": {
            "k_000000000001": {
                "source": "c_000000000002",
                "target": "c_000000000001",
                "kind": "causes",
            }
        },
    }
    document = MapDocument.model_validate({"schema_version": 2, **kept})
    content = sheet_file(document, form, language="de")

    if form == "csv":
        assert "verursacht: =Sie findet nichts" in content.decode("utf-8-sig")
    else:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Verbindungen")
        assert ["title", "verursacht", "=Sie findet nichts"] in [r[1:] for r in rows.to_python()]
    assert not sheet_changes(content, document).ops


def test_a_csv_file_brings_the_personas_that_its_curves_name() -> None:
    rows = "stage,step,lane,lane kind,kind,text,persona\n" + "".join(
        f"Buy,Pay,Feeling,emotion,feeling,{value},{name}\n"
        for value, name in ((1, "Anna"), (-1, "Bo"), (2, "anna"))
    )
    found = read_sheet(rows.encode(), "x.csv")
    assert [found.personas[name].label for name in found.personas_in_order()] == [
        {found.head.language: "Anna"},
        {found.head.language: "Bo"},
    ]
    assert {point.persona for point in found.points.values()} == set(found.personas)
