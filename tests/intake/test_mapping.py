# ruff: noqa: E501 - lines of real exports are long
"""Own mappings and proposed ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.conftest import at
from waypost.errors import RuleError, UnreadableFileError
from waypost.intake import ReadContext, dry_run, mapping_text, parse_mapping, read_mapping
from waypost.intake.generic.occurrences import Occurrences

TILL = "Bon;Datum;Karte;Betrag;Note;Bemerkung\n1;01.05.2024 10:00;K1;1.234,50;5;gut\n1;01.05.2024 10:00;K1;1.234,50;5;gut\n2;13.05.2024 11:00;;-3,00;;\nSumme;;;1.231,50;;\n"
PARTS = {
    "name": "till",
    "time": "Datum",
    "event": "purchase_made",
    "channel": "store",
    "identifiers": {"loyalty_card": "Karte"},
    "value": "Betrag",
    "rating": {"column": "Note", "scale": "stars"},
    "text": "Bemerkung",
    "attributes": {"receipt": "Bon"},
    "ignore": [{"column": "Bon", "values": ["Summe"], "reason": "total line"}],
}


def test_a_mapping_reads_german_times_amounts_and_ratings(desk):
    report = desk.add(TILL, parse_mapping(PARTS))

    first = desk.events("purchase_made")[0]
    assert (first["at"], first["value"], first["rating"], first["text"]) == (
        at("2024-05-01 08:00"),
        123450,
        2.0,
        "gut",
    )
    assert (first["id.loyalty_card"], first["channel"], first["a.receipt"]) == ("K1", "store", "1")
    assert dict(report.ignored) == {"total line": 1}


def test_equal_rows_without_key_are_different_events(desk):
    report = desk.add(TILL, parse_mapping(PARTS))

    assert (report.stored, report.duplicate) == (3, 0)


def test_an_overlapping_file_adds_only_the_new_rows(desk):
    desk.add(TILL, parse_mapping(PARTS))
    report = desk.add(
        TILL.replace("Summe;;;1.231,50;;", "9;20.05.2024 10:00;;1,00;;"),
        parse_mapping(PARTS),
        name="newer",
    )

    assert (report.stored, report.duplicate) == (1, 3)


def test_the_same_file_under_a_mended_mapping_counts_once(desk):
    desk.add(TILL, parse_mapping(PARTS))
    desk.add(TILL, parse_mapping(PARTS | {"key": ["Bon", "Datum"]}))

    assert len(desk.events("purchase_made")) == 2


def test_a_record_with_several_moments_gives_an_event_each(desk):
    mapping = parse_mapping(
        {
            "name": "orders",
            "moments": {
                "order_placed": "placed",
                "order_delivered": {"column": "delivered", "zone": "UTC"},
            },
            "identifiers": {"order_id": "id"},
            "key": "id",
            "value": "total",
        }
    )
    desk.add(
        "id,placed,delivered,total\nx1,2024-05-01 10:00:00,2024-05-03 10:00:00,5\nx2,2024-05-01 10:00:00,,6\n,,,\n",
        mapping,
    )

    assert desk.names() == {"order_delivered": 1, "order_placed": 2}
    assert [one.get("value") for one in desk.events("order_placed")] == [500, 600]


def test_event_names_come_through_a_table_of_values(desk):
    mapping = parse_mapping(
        {
            "name": "m",
            "time": "t",
            "event": {"column": "what", "values": {"Kauf": "purchase_made"}},
            "key": ["t", "what"],
        }
    )
    desk.add("t,what\n2024-05-01 10:00:00,kauf\n2024-05-01 10:00:00,Anruf Kunde\n", mapping)

    assert desk.names() == {"anruf_kunde": 1, "purchase_made": 1}


def test_nested_json_is_read_by_dotted_columns(desk):
    mapping = parse_mapping(
        {"name": "m", "time": "when.at", "event": "x", "identifiers": {"email": "who.mail"}}
    )
    desk.add(
        [
            {"when": {"at": 1714550292}, "who": {"mail": "A@B.de"}, "n": 1},
            {"when": {"at": 1714550293}, "who": {"mail": "c@b.de"}, "n": 2},
        ],
        mapping,
    )

    assert [one["id.email"] for one in desk.events("x")] == ["a@b.de", "c@b.de"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"identifier": {}}, "identifiers"),
        ({"time": None}, "time and event"),
        ({"event": "Kauf getätigt"}, "lower case"),
        ({"rating": {"column": "Note", "scale": "start"}}, "known are"),
        ({"time": {"column": "Datum", "zone": "Europa/Berlin"}}, "Europe/Berlin"),
        ({"value": {"column": "Betrag", "currency": "EURO"}}, "three letters"),
    ],
)
def test_a_wrong_part_is_named_with_what_is_allowed(change, words):
    with pytest.raises(RuleError, match=words):
        parse_mapping({**PARTS, **change})


def test_a_missing_column_is_named_with_the_nearest(desk):
    path = desk.write(TILL)
    mapping = parse_mapping({**PARTS, "value": "Betraege"})

    with pytest.raises(RuleError, match="Betrag"):
        mapping.check(["Bon", "Datum", "Karte", "Betrag", "Note", "Bemerkung"])
    assert path.exists()


def test_a_mapping_written_reads_back_the_same(tmp_path):
    mapping = parse_mapping(PARTS)
    path = tmp_path / "till.yaml"
    path.write_text(mapping_text(mapping), encoding="utf-8")

    assert read_mapping(path) == mapping


def test_an_unknown_file_is_refused_with_what_was_seen(desk):
    with pytest.raises(UnreadableFileError, match="Bon, Datum, Karte") as caught:
        desk.add(TILL)
    assert "dry-run" in caught.value.hint


def test_a_dry_run_proposes_a_mapping_that_works(desk):
    path = desk.write(
        "Kundennr;Kaufdatum;E-Mail;Betrag\n77;01.05.2024;eva@example.com;12,50\n78;13.05.2024;max@example.com;9,00\n"
    )

    (trial,) = dry_run(path, context=ReadContext())

    assert trial.proposal.mapping.identifiers["email"] == "E-Mail"
    assert [one["value"] for one in trial.events] == [1250, 900]
    assert desk.add(path, trial.proposal.mapping).stored == 2


def test_a_dry_run_of_a_file_without_times_says_so(desk):
    (trial,) = dry_run(desk.write("a,b\nx,y\nz,w\n"), context=ReadContext())

    assert "No column holds times" in trial.trouble


@given(st.lists(st.lists(st.integers(0, 5), max_size=8), max_size=8))
def test_occurrences_count_like_a_plain_dict(batches):
    counter, seen = Occurrences(), {}
    for batch in batches:
        expected = []
        for item in batch:
            expected.append(seen.get(item, 0))
            seen[item] = seen.get(item, 0) + 1
        assert counter.number(np.array(batch, np.uint64)).tolist() == expected


RECEIPTS = """Laden;Bon;Datum;Artikel;Menge;Preis;Kurs;Karte
1;7;01.02.2026;Brot;2;3,00;EUR;
2;7;01.02.2026;Torte;1;20,00;EUR;
1;7;01.02.2026;Brezel;3;0,50;EUR;K1
1;8;02.02.2026;Brot;-1;3,00;EUR;
1;8;02.02.2026;Brot;-1;3,00;EUR;
1;9;03.02.2026;Brot;x;3,00;EUR;
1;9;03.02.2026;Brezel;1;0,50;EUR;
1;10;04.02.2026;Brot;1;3,00;EUR;
1;10;04.02.2026;Brot;1;3,00;CHF;
"""


def test_records_of_a_group_are_one_event_with_their_sum(desk):
    mapping = {
        "name": "till",
        "time": "Datum",
        "event": "purchase_made",
        "identifiers": {"loyalty_card": "Karte"},
        "value": {
            "column": "Preis",
            "times": "Menge",
            "currency_column": "Kurs",
            "negative": "purchase_refunded",
        },
        "attributes": {"items": "Artikel"},
        "group": ["Laden", "Bon"],
    }
    report = desk.add(RECEIPTS, parse_mapping(mapping))
    told = [
        (row["event"], row["value"], row.get("id.loyalty_card"), row["a.items"])
        for row in desk.events()
    ]
    assert told == [
        ("purchase_made", 750, "K1", "Brot; Brezel"),
        ("purchase_made", 2000, None, "Torte"),
        ("purchase_refunded", 600, None, "Brot"),
    ]
    assert (report.records, report.stored, report.quarantined) == (9, 5, 4)
