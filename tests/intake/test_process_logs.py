# ruff: noqa: E501 - lines of real exports are long
"""XES, OCEL 2.0 and lines of categories."""

import gzip
import sqlite3

import pytest

from tests.intake.conftest import at
from waypost.errors import UnreadableFileError
from waypost.intake import ReadContext, import_file

XES = """<?xml version="1.0"?>
<log xmlns="http://www.xes-standard.org/"><global scope="event"><string key="concept:name" value="x"/></global>
<trace><string key="concept:name" value="case 1"/><int key="amount" value="7"/>
<event><string key="concept:name" value="Register Request"/><string key="lifecycle:transition" value="complete"/><date key="time:timestamp" value="2024-05-01T10:00:00.000+02:00"/></event>
<event><string key="concept:name" value="Decide"/><date key="time:timestamp" value="2024-05-01T10:00:00.000+02:00"/></event>
<event><string key="concept:name" value="Decide"/><date key="time:timestamp" value="2024-05-01T10:00:00.000+02:00"/></event>
<event><string key="concept:name" value="Lost"/></event></trace></log>"""


def test_ties_keep_the_order_of_the_file(desk):
    report = desk.add(XES)

    events = sorted(desk.events(), key=lambda one: (one["at"], one["seq"]))
    assert [one["event"] for one in events] == ["register_request", "decide", "decide"]
    assert (events[0]["at"], events[0]["id.case"], events[0]["a.case.amount"]) == (
        at("2024-05-01 08:00"),
        "case 1",
        "7",
    )
    assert (report.records, report.quarantined) == (4, 1)


def test_a_packed_log_gives_the_same_events(desk):
    desk.add(XES)
    report = desk.add(gzip.compress(XES.encode()), name="packed")

    assert (report.stored, report.duplicate) == (0, 3)


def test_a_doctype_is_refused(desk):
    bomb = XES.replace(
        '<?xml version="1.0"?>', '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "b">]>'
    )

    with pytest.raises(UnreadableFileError, match="DOCTYPE"):
        desk.add(bomb)


def test_a_broken_log_leaves_nothing(desk):
    with pytest.raises(UnreadableFileError):
        desk.add(XES[:-30])

    assert desk.log.batches() == ()


OCEL = {
    "objectTypes": [{"name": "customer", "attributes": []}, {"name": "item", "attributes": []}],
    "eventTypes": [{"name": "Place Order", "attributes": []}],
    "objects": [
        {"id": "c1", "type": "customer"},
        {"id": "i1", "type": "item"},
        {"id": "i2", "type": "item"},
    ],
    "events": [
        {
            "id": "e1",
            "type": "Place Order",
            "time": "2024-05-01T10:00:00Z",
            "attributes": [{"name": "Total", "value": 5}],
            "relationships": [
                {"objectId": "c1", "qualifier": "by"},
                {"objectId": "i1", "qualifier": "of"},
                {"objectId": "i2", "qualifier": "of"},
            ],
        }
    ],
}


def test_the_object_type_that_stands_for_people_is_the_case(desk):
    report = desk.add(OCEL)

    event = desk.event("place_order")
    assert (report.format, event["id.object_customer"], event["a.object.item"]) == (
        "ocel2",
        "c1",
        "i1; i2",
    )
    assert (report.records, sum(report.ignored.values())) == (4, 3)


def test_another_object_type_can_be_chosen(desk):
    import_file(desk.log, desk.write(OCEL), context=ReadContext(case_objects=("item",)))

    assert desk.event("place_order")["id.object_item#2"] == "i2"


def test_ocel_is_read_from_sqlite(desk):
    path = desk.folder / "log.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript(
            """CREATE TABLE event (ocel_id TEXT, ocel_type TEXT); CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);
            CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT); CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);
            CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
            CREATE TABLE event_PlaceOrder (ocel_id TEXT, ocel_time TEXT, total REAL);
            INSERT INTO event VALUES ('e1', 'Place Order'); INSERT INTO object VALUES ('c1', 'customer');
            INSERT INTO event_map_type VALUES ('Place Order', 'PlaceOrder'); INSERT INTO event_object VALUES ('e1', 'c1', 'by');
            INSERT INTO event_PlaceOrder VALUES ('e1', '2024-05-01T10:00:00Z', 5.5);"""
        )
    database.close()

    report = desk.add(path)

    assert (report.format, desk.event("place_order")["a.total"]) == ("ocel2_sqlite", "5.5")


def test_lines_of_categories_keep_their_order(desk):
    report = desk.add(
        "% Different categories found in input file:\n\nfrontpage news\n\n\n% Sequences:\n\n1 1 2\n2\n3\n"
    )

    assert (report.format, report.stored, report.quarantined) == ("sequence_lines", 2, 1)
    assert [(one["id.case"], one["event"]) for one in desk.events()] == [
        ("8", "frontpage"),
        ("8", "frontpage"),
        ("8", "news"),
        ("9", "news"),
    ]
