"""add, log, quarantine, replay, undo, build: what is told and what comes next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run


@pytest.fixture
def new_shop(tmp_path: Path) -> Path:
    assert run("init", tmp_path / "shop", "--name", "Alpenrad", language="de").code == 0
    return tmp_path / "shop"


def test_init_tells_settings_and_the_next_command(tmp_path):
    ran = run("init", tmp_path / "my shop", "--currency", "CHF", "--country", "CH")
    assert "CHF" in ran.out
    assert f"Next: waypost add '{tmp_path / 'my shop'}' FILE…" in ran.out


def test_settings_can_be_changed_one_by_one(new_shop):
    ran = run("settings", new_shop, "--zone", "Europe/Vienna", "--json")
    assert ran.value["zone"] == "Europe/Vienna"
    assert ran.value["name"] == "Alpenrad"
    assert run("settings", new_shop, "--zone", "Europe/Viena").code == 2


def test_the_language_of_the_workspace_can_be_changed(new_shop):
    assert run("settings", new_shop, "--json").value["language"] == "de"
    assert run("settings", new_shop, "--language", "en", "--json").value["language"] == "en"


def test_add_tells_counts_and_the_next_command(new_shop, exports):
    ran = run("add", new_shop, exports / "orders_export_1.csv")
    assert "Shopify orders (CSV)" in ran.out
    assert f"Next: waypost build {new_shop}" in ran.out


def test_add_of_the_same_file_says_that_nothing_was_added(new_shop, exports):
    first = run("add", new_shop, exports / "customers_export.csv", "--json").value
    again = run("add", new_shop, exports / "customers_export.csv")
    assert first[0]["known"] is False
    assert "imported before" in again.out
    assert "Next" not in again.out


def test_a_wide_terminal_has_one_line_per_file(new_shop, exports):
    files = [exports / "customers_export.csv", exports / "orders_export_1.csv"]
    ran = run("add", new_shop, *files, width=140)
    rows = [line for line in ran.lines if ".csv" in line and "!" not in line]
    assert len(rows) == 2
    assert all("Shopify" in row for row in rows)


def test_a_long_file_name_loses_its_middle_not_its_end(new_shop, exports, tmp_path):
    long = tmp_path / f"customers_{'x' * 90}_final.csv"
    long.write_bytes((exports / "customers_export.csv").read_bytes())
    ran = run("add", new_shop, long)
    assert "customers_" in ran.out
    assert "…" in ran.out
    assert "_final.csv" in ran.out


def test_a_dry_run_writes_nothing_and_shows_events(new_shop, exports):
    ran = run("add", new_shop, exports / "orders_export_1.csv", "--dry-run")
    assert "order_placed" in ran.out
    assert run("log", new_shop, "--json").value == []


def test_a_dry_run_proposes_a_mapping_for_a_file_that_nobody_knows(new_shop, tmp_path):
    strange = tmp_path / "visits.csv"
    rows = [f"2026-03-{day:02},anna{day}@example.org,tour" for day in range(1, 25)]
    strange.write_text("\n".join(["wann,wer,was", *rows]))
    ran = run("add", new_shop, strange, "--dry-run", language="de")
    assert ran.code == 0
    assert "Eine Zuordnung" in ran.out or "mappings/" in ran.out
    assert "2026-03-01 00:00" in ran.out  # in the zone of the workspace

    later = tmp_path / "later.csv"
    later.write_text(strange.read_text().replace("2026-03-", "2026-04-"))
    read = run("add", new_shop, strange, later, "--accept")
    assert [path.stem for path in (new_shop / "mappings").iterdir()] == ["visits"]
    assert "visits.yaml" in read.out
    assert len(run("log", new_shop, "--json").value) == 2


def test_customers_of_one_system_are_joined_where_one_says_so(tmp_path):
    files = []
    for name, day in (("orders", "03"), ("complaints", "04")):
        path = tmp_path / f"{name}.csv"
        rows = [f"{number:02}.{day}.2026;K{number:03};{number},50" for number in range(1, 20)]
        path.write_text("\n".join([f"Datum;Kundennummer;{name}", *rows]))
        files.append(path)
    for flags, persons in (((), 38), (("--same-customers",), 19)):
        shop = tmp_path / f"shop{persons}"
        run("init", shop)
        told = run("add", shop, *files, "--dry-run").out
        assert "19 of 19 numbers of one are in another too" in " ".join(told.split())
        run("add", shop, *files, "--accept", *flags)
        assert run("build", shop, "--json").value["persons"] == persons


def test_quarantine_is_written_mended_and_replayed(own_shop, tmp_path):
    kept = run("quarantine", own_shop, "--json").value
    assert kept
    batch, target = kept[0]["batch"][:6], tmp_path / "mended.jsonl"
    told = run("quarantine", own_shop, batch, "-o", target)
    assert "waypost replay" in told.out
    records = [json.loads(line) for line in target.read_text().splitlines()]
    event = {"type": "track", "event": "Product Viewed", "messageId": "mended-1"}
    event |= {"anonymousId": "a-1", "timestamp": "2026-05-01T10:00:00.000Z", "properties": {}}
    records[0]["raw"] = json.dumps(event)
    target.write_text(json.dumps(records[0]) + "\n")
    report = run("replay", own_shop, batch, target, "--json").value[0]
    assert (report["stored"], report["quarantined"]) == (1, 0)


def test_undo_takes_a_delivery_back_by_the_begin_of_its_id(own_shop):
    delivery = run("log", own_shop, "--json").value[0]["batch"]
    ran = run("undo", own_shop, delivery[:8])
    assert ran.code == 0
    assert "waypost build" in ran.out
    assert run("log", own_shop, "--json").value[-1]["kind"] == "undo"


def test_a_delivery_that_is_not_there_is_not_found(own_shop):
    assert run("undo", own_shop, "zzzz").code == 3


def test_build_tells_persons_and_the_next_command(own_shop):
    ran = run("build", own_shop, language="de")
    assert "Personen" in ran.out
    assert f"Weiter: waypost map {own_shop}" in ran.out


def test_a_healthy_workspace_passes_its_check(shop):
    ran = run("check", shop)
    assert (ran.code, ran.out) == (0, "Everything adds up; nothing is damaged.\n")


def test_building_before_importing_says_what_to_do(new_shop):
    ran = run("build", new_shop, language="de")
    assert ran.code == 3
    assert "waypost add" in ran.err
    assert ran.err.startswith("Noch wurde nichts eingelesen.")
