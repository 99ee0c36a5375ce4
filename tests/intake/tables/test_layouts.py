"""Headers, notes and tables below each other, told from rows of cells alone."""

from __future__ import annotations

import pytest

from waypost.intake.tables.dialects import detect_dialect
from waypost.intake.tables.encodings import REPAIRED, detect_encoding
from waypost.intake.tables.layout import find_blocks, unique_names


def _rows(text: str) -> tuple[list[tuple[str, ...]], list[int]]:
    rows, blanks, gap = [], [], 0
    for line in text.strip("\n").split("\n"):
        if not line.strip(" |"):
            gap += 1
            continue
        rows.append(tuple(cell.strip() for cell in line.split("|")))
        blanks.append(gap)
        gap = 0
    return rows, blanks


LAYOUTS = {
    "text over numbers": ("a|b\n1|2\n3|4", [(("a", "b"), 2)]),
    "only text": ("name|town\nAnna|Bonn\nBen|Ulm", [(("name", "town"), 2)]),
    "numbers only": ("1|2\n3|4\n5|6", [(("column_1", "column_2"), 3)]),
    "years as names": (
        "land|2019|2020|2021\nDE|1|2|3\nAT|4|5|6",
        [(("land", "2019", "2020", "2021"), 2)],
    ),
    "notes above": ("Report\n\nid|town\n1|Bonn\n2|Ulm", [(("id", "town"), 2)]),
    "notes with cells above": (
        "Shop|Bonn\nMade|today\n\nid|town|sum|day\n1|Bonn|2|2024-01-01\n2|Ulm|3|2024-01-02",
        [(("id", "town", "sum", "day"), 2)],
    ),
    "groups of two rows": (
        "id|Paid||Open|\n|net|gross|net|gross\n1|2|3|4|5\n2|3|4|5|6",
        [(("id", "Paid net", "Paid gross", "Open net", "Open gross"), 2)],
    ),
    "two tables without a blank line": (
        "id|town|sum\n1|Bonn|2\n2|Ulm|3\nname|born\nAnna|1990\nBen|1991",
        [(("id", "town", "sum"), 2), (("name", "born"), 2)],
    ),
    "a blank line within a table": ("id|town\n1|Bonn\n\n2|Ulm", [(("id", "town"), 2)]),
    "row numbers without a name": (
        "town|sum\n1|Bonn|2\n2|Ulm|3",
        [(("column_1", "town", "sum"), 2)],
    ),
    "two tables with titles in a sheet": (
        (
            "Till||||\n\nbon|day|sum||\n1|2024-01-01|2||\n2|2024-01-02|3||\n\n"
            "Returns||||\nback|day|bon|sum|why\n7|2024-01-03|1|2|broken\n8|2024-01-04|2|3|late"
        ),
        [(("bon", "day", "sum"), 2), (("back", "day", "bon", "sum", "why"), 2)],
    ),
    "a total below": ("town|sum\nBonn|2\nUlm|3\n\nTotal|5", [(("town", "sum"), 3)]),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_told_apart(name: str) -> None:
    text, expected = LAYOUTS[name]
    blocks = find_blocks(*_rows(text))
    found = [(block.names, block.end - block.header - block.header_rows) for block in blocks]
    assert found == expected


def test_unique_names_never_collide_with_names_that_are_there() -> None:
    names, changes = unique_names(["a", "a", "a_2", "", "a"])
    assert names == ("a", "a_3", "a_2", "column_4", "a_4")
    assert len(changes) == 2


@pytest.mark.parametrize(
    ("text", "delimiter", "quote", "escape"),
    [
        ("a;b;c\n1,5;2,5;x\n3,5;4,5;y\n", ";", '"', ""),
        ("a\tb\nx, y\tz\nu, v\tw\n", "\t", '"', ""),
        ("a,b\n'x, y',1\n'u, v',2\n", ",", "'", ""),
        ('a,b\n"say \\"hi\\", so",1\n"x\\"y",2\n', ",", '"', "\\"),
        ("a|b|c\n1|2|3\n4|5|6\n", "|", '"', ""),
        ("# ---\n# Shop\n# All\n# -\na,b,c\n1,2,3\n", ",", '"', ""),
        ("note\nAlles gut\nPasst\n", "", '"', ""),
        ("when,what\n2024-01-01 10:00:00,a\n2024-01-02 11:00:00,b\n", ",", '"', ""),
    ],
)
def test_dialects_are_told_apart(text: str, delimiter: str, quote: str, escape: str) -> None:
    found = detect_dialect(text.encode(), whole=True)
    assert (found.delimiter, found.quote, found.escape) == (delimiter, quote, escape)


@pytest.mark.parametrize(
    ("sample", "name"),
    [
        ("Größe für Ärzte – 5 €".encode("cp1252"), "cp1252"),
        ("Grüße, schöne Straße".encode("mac-roman"), "mac-roman"),
        ("Grüße, schöne Straße".encode("cp850"), "cp850"),
        ("Grüße".encode(), "utf-8"),
        ("a;b;c\n1;2;3\n".encode("utf-16-be"), "utf-16-be"),
        ("preis 5 \x80".encode(), REPAIRED),
    ],
)
def test_encodings_are_told_apart(sample: bytes, name: str) -> None:
    assert detect_encoding(sample).name == name
