"""What stands on the data page adds up, and an undo changes what was told before."""

import csv
import io
import shutil

import pytest

from tests.studio_fixtures import SLUG, new_studio
from waypost.app.studio import data
from waypost.app.studio.data import Held, HeldRecord
from waypost.errors import InputError, NotFoundError


@pytest.fixture
def desk(demo_shop, tmp_path):
    """A studio of one test, on the demo company."""
    shutil.copytree(demo_shop, tmp_path / SLUG)
    made = new_studio([tmp_path / SLUG], tmp_path / "documents.sqlite")
    yield made
    made.site.close()


def test_the_account_of_every_source_adds_up(studio):
    for one in data.data_state(studio.site, studio.actor()).sources:
        fates = one.stored + one.updated + one.duplicate + one.quarantined + one.ignored
        assert one.records == fates


def test_an_undo_changes_what_was_told(desk):
    actor, shop = desk.actor(), desk.site.workspace(SLUG)
    delivery = data.deliveries_of(desk.site, actor)[2]
    told = data.undoing(desk.site, actor, delivery.batch)
    before = int(shop.log.visible().sum())
    shop.undo(delivery.batch)
    after = int(desk.site.workspace(SLUG).log.visible().sum())
    assert before - after == told.leaving - told.returning


def test_after_an_undo_the_journeys_are_said_to_be_old(desk):
    actor = desk.actor()
    assert not data.data_state(desk.site, actor).is_stale
    desk.site.workspace(SLUG).undo(data.deliveries_of(desk.site, actor)[0].batch)
    assert data.data_state(desk.site, actor).is_stale


def test_a_delivery_taken_back_is_shown_and_cannot_be_opened(desk):
    actor = desk.actor()
    batch = data.deliveries_of(desk.site, actor)[0].batch
    desk.site.workspace(SLUG).undo(batch)
    assert data.deliveries_of(desk.site, actor)[0].is_taken_back
    with pytest.raises(NotFoundError):
        data.delivery_now(desk.site, actor, batch)


@pytest.fixture
def held_ones(desk, tmp_path):
    """A delivery with three records in quarantine."""
    path = tmp_path / "till.csv"
    rows = [f"{n:02d}.10.2026;K-{n};{n},50" for n in range(1, 20)]
    bad = ["31.02.2026;K-90;1,00", "32.10.2026;K-91;2,00", "03.10.2026;K-92;k.A."]
    path.write_text("\n".join(["Datum;Kundennummer;Betrag", *rows, *bad]))
    mapping = tmp_path / "till.yaml"
    mapping.write_text(
        "time: {column: Datum, style: dmy}\nevent: purchase_made\n"
        "identifiers: {customer_id.till: Kundennummer}\nvalue: {column: Betrag, decimal: ','}\n"
    )
    report = desk.site.workspace(SLUG).add(path, mappings=[mapping])[0]
    return desk, report.batch


def test_records_in_quarantine_show_the_column_of_their_reason(held_ones):
    desk, batch = held_ones
    held = data.held_records(desk.site, desk.actor(), batch)
    assert [one.column for one in held.records] == ["Datum", "Datum", "Betrag"]
    assert held.reasons == (("Datum", 2), ("Betrag", 1))


def test_one_replacement_mends_many(held_ones):
    desk, batch = held_ones
    held = data.held_records(desk.site, desk.actor(), batch)
    changed = data.mend_many(held, column="Datum", find=".02.", put=".03.")
    assert changed == {held.records[0].line: {"Datum": "31.03.2026"}}
    blank = data.mend_many(held, column="", find="", put="01.10.2026")
    assert len(blank) == 3


def test_a_mended_record_is_asked_for_by_its_line(held_ones):
    desk, batch = held_ones
    line = data.held_records(desk.site, desk.actor(), batch).records[0].line
    job = data.mend(desk.site, desk.actor(), batch, {line: {"Datum": "28.02.2026"}})
    assert job.kind == "replay"
    with pytest.raises(InputError):
        data.mend(desk.site, desk.actor(), batch, {99999: "x"})
    with pytest.raises(InputError):
        data.mend(desk.site, desk.actor(), batch, {})


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 cmd", "'+49 cmd"),
        ("@sum", "'@sum"),
        ("-19,95", "-19,95"),
        ("plain", "plain"),
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_disarmed(studio, cell, written):
    delivery = data.deliveries_of(studio.site, studio.actor())[0]
    record = HeldRecord(3, "why", "", "a", {"a": cell})
    text = data.held_as_csv(Held(delivery, 1, (record,), (), can_mend=True))
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows == [["line", "reason", "a", "raw"], ["3", "why", written, ""]]
