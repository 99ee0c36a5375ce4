# ruff: noqa: E501 - lines of real exports are long
"""Accounts, repeats, mending, cancelling."""

import json

import pytest

from tests.intake.test_shopify import ORDERS
from waypost.errors import CancelledError, InputError, NotFoundError, UnreadableFileError
from waypost.intake import (
    Mended,
    ReadContext,
    import_file,
    parse_mapping,
    recognise,
    replay,
    still_quarantined,
)

MAPPING = parse_mapping({"name": "m", "time": "t", "event": "x", "value": "v", "key": "k"})
ROWS = "k,t,v\n1,2024-05-01 10:00:00,5\n2,gestern,6\n3,2024-05-01 10:00:00,viel\n4,2024-05-01,7,zu,viele\n"


def test_every_bad_record_is_kept_with_line_reason_and_text(desk):
    report = desk.add(ROWS, MAPPING)

    kept = list(desk.log.quarantined(report.batch))
    assert ([one.line for one in kept], report.stored) == ([3, 4, 5], 1)
    assert (json.loads(kept[0].raw)["k"], "gestern" in kept[0].reason) == ("2", True)


def test_a_mended_record_comes_in_once(desk):
    batch = desk.add(ROWS, MAPPING).batch
    mended = [
        Mended(3, json.dumps({"k": "2", "t": "2024-05-01 11:00:00", "v": "6"})),
        Mended(5, "4,2024-05-01 12:00:00,7"),
    ]

    report = replay(desk.log, batch, mended)
    again = replay(desk.log, batch, mended)

    assert (report.stored, report.quarantined, again.known) == (2, 0, True)
    assert [one.line for one in still_quarantined(desk.log, batch)] == [4]
    assert sorted(one["value"] for one in desk.events()) == [500, 600, 700]


def test_a_record_mended_badly_stays_in_quarantine(desk):
    batch = desk.add(ROWS, MAPPING).batch

    report = replay(desk.log, batch, [Mended(3, json.dumps({"k": "2", "t": "morgen", "v": "6"}))])

    assert (report.stored, report.quarantined) == (0, 1)
    assert len(list(still_quarantined(desk.log, batch))) == 3


def test_a_format_reads_mended_records_as_it_read_the_file(desk):
    broken = ORDERS.replace(
        "#1002,,partially_refunded,2024-05-02 10:00:00", "#1002,,partially_refunded,am 2. Mai"
    )
    report = desk.add(broken)
    (record,) = desk.log.quarantined(report.batch)

    fixed = json.loads(record.raw) | {"Paid at": ""}
    mended = replay(desk.log, report.batch, [Mended(record.line, json.dumps(fixed))])

    assert (mended.stored, desk.names()["order_placed"]) == (1, 2)


def test_only_quarantined_lines_can_be_mended(desk):
    batch = desk.add(ROWS, MAPPING).batch

    with pytest.raises(InputError, match="not in the quarantine"):
        replay(desk.log, batch, [Mended(2, "{}")])
    with pytest.raises(NotFoundError):
        replay(desk.log, "nothing", [])


class Impatient:
    """A user who stops the import at the first sign of progress."""

    def start(self, _task, total):
        assert total == len(ORDERS.partition("\n")[2].encode())

    def advance(self, _amount):
        raise CancelledError("stopped")

    def finish(self):
        pass


def test_a_stopped_import_leaves_nothing_and_can_be_repeated(desk):
    path = desk.write(ORDERS)

    with pytest.raises(CancelledError):
        import_file(desk.log, path, context=ReadContext(), progress=Impatient())

    assert desk.log.batches() == ()
    assert desk.add(path).stored == 3


def test_the_same_file_in_another_zone_is_read_anew(desk):
    desk.add(ROWS, MAPPING)
    desk.context = ReadContext(country="AT")

    assert desk.add(ROWS, MAPPING).known is False


def test_two_workspaces_get_the_same_bytes(desk, tmp_path):
    other = type(desk)(tmp_path, type(desk.log).open(tmp_path / "other"), desk.context)
    desk.add(ORDERS)
    other.add(ORDERS)

    files = [
        sorted(p for p in (tmp_path / name / "log").rglob("*") if p.is_file())
        for name in ("shop", "other")
    ]
    assert [p.read_bytes() for p in files[0]] == [p.read_bytes() for p in files[1]]


def test_events_after_tomorrow_are_flagged_as_future(desk):
    desk.context = ReadContext(as_of=1_700_000_000_000_000)

    report = desk.add(ORDERS)

    assert any("future" in warning for warning in report.warnings)


def test_a_second_shop_keeps_its_own_orders(desk):
    desk.add(ORDERS)
    (report,) = import_file(
        desk.log, desk.write(ORDERS), context=ReadContext(), source="shopify.second"
    )

    assert (report.source, report.stored) == ("shopify.second", 3)


def test_a_file_is_recognised_by_content_alone(desk):
    (found,) = recognise(desk.write(ORDERS, "picture.png"))

    assert (found.format, found.confidence > 0.8) == ("shopify_orders", True)


def test_a_missing_file_is_said_to_be_missing(desk):
    with pytest.raises((NotFoundError, UnreadableFileError)):
        import_file(desk.log, desk.folder / "nowhere.csv", context=ReadContext())
