"""``waypost demo``: from files to a map, told so that everybody can follow."""

from __future__ import annotations

import re

from tests.cli.running import demo_run, run


def test_the_demo_tells_imports_persons_funnel_and_carts_in_german():
    _folder, ran = demo_run()
    assert ran.code == 0
    for heading in ("Was die Systeme exportierten", "Wer wer ist", "Vom Stöbern", "Die Karte"):
        assert heading in ran.out
    assert "Shopify-Bestellungen (CSV)" in ran.out
    assert "Warenkorb" in ran.out
    assert "Zur Kasse" in ran.out


def test_the_demo_leaves_a_page_and_a_document():
    folder, _ran = demo_run()
    assert (folder / "map.html").read_text().startswith("<!doctype html>")
    assert (folder / "map.json").stat().st_size > 1000


def test_nothing_the_demo_tells_is_wider_than_the_terminal():
    _folder, ran = demo_run()
    assert max(len(line) for line in ran.lines) <= 80


def test_every_table_of_the_demo_accounts_for_all_its_records(shop):
    for commit in run("log", shop, "--json").value:
        account = commit["account"]
        assert account["records"] == sum(n for name, n in account.items() if name != "records")


def test_money_and_shares_of_the_demo_are_written_the_german_way():
    _folder, ran = demo_run()
    assert re.search(r"\d,\d\u00a0%", ran.out)
    assert re.search(r"\d\.\d{3}\u00a0€", ran.out)


def test_the_demo_refuses_a_folder_with_something_else_in_it(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    ran = run("demo", tmp_path, "--persons", 500)
    assert ran.code == 4
    assert (tmp_path / "letter.txt").read_text() == "dear"
