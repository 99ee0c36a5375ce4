"""A company's exports, and a folder as the pages suppose it."""

from __future__ import annotations

import json
import shutil

import pytest

import waypost
from waypost.demo import write_demo


@pytest.fixture(scope="session")
def exports(tmp_path_factory):
    """The export files of a simulated company of 500 persons."""
    return write_demo(tmp_path_factory.mktemp("company"), persons=500, seed=7).folder / "exports"


@pytest.fixture(scope="session")
def built_shop(exports, tmp_path_factory):
    """A workspace with all of these exports."""
    shop = waypost.create(tmp_path_factory.mktemp("built") / "shop", waypost.Settings(name="Shop"))
    shop.add(exports)
    shop.build()
    return shop.path


@pytest.fixture
def folder(exports, built_shop, tmp_path, monkeypatch):
    """The current directory: a built workspace ``shop`` and some exports beside it."""
    shutil.copytree(built_shop, tmp_path / "shop")
    shutil.copytree(exports, tmp_path / "exports")
    shutil.copy(exports / "orders_export_1.csv", tmp_path / "orders.csv")
    shutil.copy(exports / "zendesk_tickets.csv", tmp_path / "tickets.csv")
    (tmp_path / "tickets.json").write_text(json.dumps([TICKET]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


TICKET = {
    "id": 35436,
    "subject": "Wo bleibt mein Rad?",
    "created_at": "2026-03-02T09:15:00Z",
    "updated_at": "2026-03-03T10:00:00Z",
    "requester_id": 20978392,
    "via": {"channel": "email"},
    "status": "open",
}
