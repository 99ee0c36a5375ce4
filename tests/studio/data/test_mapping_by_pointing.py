"""Pointing at columns and a mapping say the same, and mistakes are told at their place."""

from pathlib import Path

import pytest

from waypost.app.settings import Settings
from waypost.app.studio.looking import look_at_file, preview
from waypost.app.studio.mapping_by_pointing import Pointing, mapping_of, pointing_of
from waypost.errors import RuleError
from waypost.intake import parse_mapping, propose_mapping, recognise

SHOP = Settings(name="Shop")
MESSY = "".join(
    [
        "Kassenbericht Filiale Süd;;;;;;;\r\n",
        "Datum;Bon-Nr.;Kunden-Nr;E-Mail;Betrag (brutto);Vorgang;Zufriedenheit;Bemerkung\r\n",
        "31.02.2026;1000;K-1;anna@example.org;5,00 €;Verkauf;5;unmöglicher Tag\r\n",
        "03.11.2026;1001;K-2;bert@example.org;k.A.;Verkauf;4;Betrag fehlt noch\r\n",
        *(
            f"{1 + n % 28:02d}.10.2026;{2000 + n};K-{n % 9};kunde{n % 9}@example.org;"
            f"1.{n:03d},50 €;{'Rückgabe' if n % 5 == 0 else 'Verkauf'};{1 + n % 5};passt gut so\r\n"
            for n in range(60)
        ),
    ]
)


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "kasse.csv"
    path.write_text(MESSY, encoding="utf-8-sig", newline="")
    return path


@pytest.fixture
def looked(messy: Path, tmp_path: Path):
    return look_at_file(tmp_path, SHOP, messy)["tables"][0]


def test_an_unknown_file_comes_with_a_filled_in_first_guess(looked):
    assert looked["format"] == ""
    said = looked["pointing"]["columns"]
    assert said["Datum"] == "time"
    assert said["E-Mail"] == "email"
    assert said["Kunden-Nr"] == "customer"
    assert said["Betrag (brutto)"] == "value"
    assert said["Vorgang"] == "event"


def test_every_column_has_samples(looked):
    assert looked["samples"]["Vorgang"] == ["Verkauf", "Rückgabe"]
    assert set(looked["samples"]) == set(looked["columns"])


def test_the_preview_marks_the_column_of_each_record_that_cannot_be_read(messy, looked):
    told = preview(SHOP, messy, table="kasse.csv", pointing=Pointing.read(looked["pointing"]))
    wrong = [(one["line"], one["column"]) for one in told["records"] if one["reason"]]
    assert wrong == [(3, "Datum"), (4, "Betrag (brutto)")]
    assert (told["looked"], told["usable"], told["refused"]) == (62, 60, 2)


def test_the_preview_reads_amounts_with_a_comma(messy, looked):
    told = preview(SHOP, messy, table="kasse.csv", pointing=Pointing.read(looked["pointing"]))
    first = next(one for one in told["records"] if one["events"])["events"][0]
    assert (first["value"], first["currency"]) == (100050, "EUR")


def test_a_name_that_people_write_becomes_an_event_name(messy, looked):
    said = looked["pointing"] | {"event_names": {"Verkauf": "Kauf im Laden"}}
    told = preview(SHOP, messy, table="kasse.csv", pointing=Pointing.read(said))
    assert "kauf_im_laden" in told["events"]


def test_a_guess_is_made_where_no_mapping_can_be_proposed(tmp_path: Path):
    path = tmp_path / "few.csv"
    path.write_text("Datum;E-Mail;Betrag\n31.02.2026;a@example.org;1,00\nbald;b@example.org;2,00\n")
    table = look_at_file(tmp_path, SHOP, path)["tables"][0]
    assert table["pointing"]["columns"] == {"Datum": "time", "E-Mail": "email", "Betrag": "value"}
    assert table["guess"] == "No column holds times, so no event can be made."


WHOLE = {
    "name": "all",
    "source": "till",
    "time": {"column": "when", "style": "dmy", "zone": "Europe/Vienna"},
    "event": {"column": "what", "values": {"Kauf": "purchase_made"}, "otherwise": "visited"},
    "channel": {"column": "where", "values": {"Laden": "store"}},
    "identifiers": {"email": "mail", "customer_id.till": "nr", "customer_id.crm": "crm"},
    "value": {
        "column": "sum",
        "times": "n",
        "currency_column": "cur",
        "decimal": ",",
        "negative": "purchase_refunded",
    },
    "rating": {"column": "note", "scale": "school_grade"},
    "text": ["said", "more"],
    "attributes": {"shelf": "Regal Nr"},
    "key": ["id"],
    "ignore": [{"column": "what", "values": ["Summe"], "reason": "total line"}],
}
COLUMNS = ["when", "what", "where", "mail", "nr", "crm", "sum", "n", "cur"]
COLUMNS += ["note", "said", "more", "id", "rest", "Regal Nr"]


def test_pointing_and_mapping_say_the_same():
    mapping = parse_mapping(WHOLE)
    assert mapping_of(pointing_of(mapping, COLUMNS)) == mapping


def test_moments_survive_pointing():
    content = {"name": "steps", "moments": {"ordered": "a", "sent": "b"}, "key": ["a"]}
    mapping = parse_mapping(content)
    assert mapping_of(pointing_of(mapping, ["a", "b"])) == mapping


@pytest.mark.realdata
@pytest.mark.parametrize(
    "name",
    [
        "olist/olist_orders_sample.csv.gz",
        "olist/olist_order_reviews_sample.csv.gz",
        "airline_tweets/Tweets.csv.gz",
    ],
)
def test_proposals_for_real_files_survive_pointing(shared_data: Path, name: str):
    table = recognise(shared_data / name)[0].table
    assert table is not None
    mapping = propose_mapping(table, name="real").mapping
    assert mapping_of(pointing_of(mapping, table.columns)) == mapping


@pytest.mark.parametrize(
    ("columns", "part"),
    [
        ({"a": "email"}, "time"),
        ({"a": "time", "b": "time"}, "time"),
        ({"a": "time", "b": "moment"}, "time"),
        ({"a": "time", "b": "email", "c": "email"}, "email"),
        ({"a": "time"}, "event"),
        ({"a": "nonsense"}, "a"),
    ],
)
def test_a_mistake_names_the_part_of_the_page(columns, part):
    with pytest.raises(RuleError) as caught:
        mapping_of(Pointing(name="x", columns=columns))
    assert caught.value.facts["part"] == part
