"""A person is found however the identifier is written."""

from __future__ import annotations

from pathlib import Path

import pytest

import waypost
from waypost.app import Workspace
from waypost.errors import NotFoundError

ROWS = """\
id,at,email,phone
1,2024-01-01T10:00:00Z,Anna@Example.org,0171 2345678
2,2024-01-02T10:00:00Z,,+49 (171) 234-5678
3,2024-01-03T10:00:00Z,anna@example.org ,0049 171 2345678
"""
MAPPING = """\
name: calls
time: at
event: call_received
identifiers: {email: email, phone: phone}
key: id
"""


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    shop = waypost.create(tmp_path / "shop")
    (shop.path / "mappings").mkdir()
    (shop.path / "mappings" / "calls.yaml").write_text(MAPPING)
    (tmp_path / "calls.csv").write_text(ROWS)
    shop.add(tmp_path / "calls.csv")
    return shop


@pytest.mark.parametrize(
    "written",
    [
        "0171 2345678",
        "+49 171 2345678",
        "0049-171-2345678",
        "phone:0171/2345678",
        "ANNA@example.ORG",
        "email: anna@example.org",
    ],
)
def test_a_person_is_found_by_any_notation(shop: Workspace, written: str) -> None:
    assert shop.who(written).events == 3


@pytest.mark.parametrize("written", ["0171 9999999", "", "'; drop", "email:0171 2345678"])
def test_nobody_is_nobody(shop: Workspace, written: str) -> None:
    with pytest.raises(NotFoundError):
        shop.who(written)
