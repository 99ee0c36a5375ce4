"""Junk, shared devices and mailboxes, wrong order numbers, storms."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.strategies.identity import groups, log_of, people, sets_of_persons
from waypost.identity import suspicious
from waypost.identity.junk import blocked_values, canonical, canonical_text
from waypost.identity.settings import IdentitySettings

JUNK = [
    "null", "NULL", "undefined", "NaN", "0", "-1", "anonymous", "Guest", "[object Object]", "true",
    "", "   ", "0" * 36, "00000000-0000-0000-0000-000000000000", "anonymоus", "ｎｕｌｌ",
    "\u200bnull\u200b", "(not set)", "unbekannt",
]  # fmt: skip


@pytest.mark.parametrize("value", JUNK)
@pytest.mark.parametrize("kind", ["user_id", "anonymous_id", "email", "customer_id.shopify"])
def test_junk_joins_nobody(tmp_path: Path, kind: str, value: str) -> None:
    others = "phone"
    seen = [
        (1, {kind: value, others: "+491"}),
        (2, {kind: value, others: "+492"}),
        (3, {kind: value}),
    ]
    persons = people(log_of(tmp_path, seen))
    assert persons.count == 2
    assert persons.person_of_rows[2] == -1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("user_id", "1"),
        ("user_id", "10000"),
        ("customer_id.shopify", "207119551"),
        ("anonymous_id", "246"),
        ("email", "info@müller.de"),
        ("email", "anna@example.com"),
        ("phone", "+493012345"),
        ("order_id", "1001"),
    ],
)
def test_honest_values_are_not_junk(kind: str, value: str) -> None:
    values = canonical(kind, pa.array([value]))
    assert not blocked_values(kind, values, IdentitySettings()).any()


@pytest.mark.parametrize(
    ("kind", "value", "same"),
    [
        ("email", " Anna@Shop.DE ", "anna@shop.de"),
        ("email", "anna\u200b@shop.de", "anna@shop.de"),
        ("user_id", "ＡＢ１", "AB1"),
        ("user_id", "Ab1", "Ab1"),
        ("handle.x", "\ufeffme\u00a0", "me"),
    ],
)
def test_values_that_only_look_different_are_one(kind: str, value: str, same: str) -> None:
    assert canonical_text(kind, value) == same
    assert canonical(kind, pa.array([value, "x"])).to_pylist() == [same, "x"]


def test_test_addresses_are_blocked() -> None:
    values = pa.array(["test@example.com", "no mail", "@x", "a@", "max@web.de"])
    assert blocked_values("email", values, IdentitySettings()).tolist() == [1, 1, 1, 1, 0]


def test_a_device_used_by_ten_thousand_logins_joins_nobody(tmp_path: Path) -> None:
    seen = [(i, {"anonymous_id": "kiosk-1", "user_id": f"user-{i}"}) for i in range(10_000)]
    seen.append((20_000, {"anonymous_id": "kiosk-1"}))
    persons = people(log_of(tmp_path, seen))
    assert persons.count == 10_000
    assert persons.person_of_rows[-1] == persons.person_of_rows[-2]
    (found,) = suspicious(persons)
    assert (found.kind, found.value, found.others) == ("anonymous_id", "kiosk-1", 10_000)


def test_a_mailbox_on_fifty_thousand_persons_joins_nobody(tmp_path: Path) -> None:
    seen = [(i, {"email": "bestellungen@firma.de", "user_id": f"user-{i}"}) for i in range(50_000)]
    seen.append((60_000, {"email": "bestellungen@firma.de"}))
    persons = people(log_of(tmp_path, seen))
    assert persons.count == 50_000
    assert persons.person_of_rows[-1] == -1
    (found,) = suspicious(persons)
    assert found.value == "bestellungen@firma.de"


def test_a_role_mailbox_is_shared_as_soon_as_two_use_it(tmp_path: Path) -> None:
    def users(mail: str) -> list[tuple[int, dict[str, str]]]:
        return [
            (1, {"email": mail, "user_id": "u1"}),
            (2, {"email": mail, "user_id": "u2"}),
            (3, {"email": mail}),
        ]

    role = people(log_of(tmp_path / "role", users("info@firma.de")))
    human = people(log_of(tmp_path / "human", users("anna@firma.de")))
    assert role.person_of_rows[2] == -1
    assert human.person_of_rows[2] == human.person_of_rows[0]


def test_a_chain_of_a_hundred_thousand_aliases_is_cut_at_the_limit(tmp_path: Path) -> None:
    seen = [(i, {"anonymous_id": f"a-{i}", "anonymous_id#2": f"a-{i + 1}"}) for i in range(100_000)]
    persons = people(log_of(tmp_path, seen))
    sizes = [len(group) for group in groups(persons)]
    assert max(sizes) == 500
    assert len(sizes) == 201


def test_alias_cycles_are_one_person(tmp_path: Path) -> None:
    seen = [
        (1, {"anonymous_id": "a-1", "anonymous_id#2": "b-1"}),
        (2, {"anonymous_id": "b-1", "anonymous_id#2": "a-1"}),
    ]
    assert people(log_of(tmp_path, seen)).count == 1


def test_a_wrong_order_number_in_a_ticket_glues_no_customers(tmp_path: Path) -> None:
    seen = [
        (1, {"email": "anna@x.de", "order_id": "1001"}),
        (2, {"email": "bert@x.de", "order_id": "1002"}),
        (3, {"email": "bert@x.de", "order_id": "1001"}),
        (4, {"order_id": "1001"}),
    ]
    rows = people(log_of(tmp_path, seen)).person_of_rows.tolist()
    assert rows[0] != rows[1] == rows[2]
    assert rows[3] == rows[0]


def test_an_order_number_joins_records_that_do_not_contradict(tmp_path: Path) -> None:
    seen = [
        (1, {"email": "anna@x.de", "order_id": "1001"}),
        (2, {"phone": "+49301", "order_id": "1001"}),
        (3, {"order_id": "1001"}),
    ]
    assert people(log_of(tmp_path, seen)).person_of_rows.tolist() == [0, 0, 0]


def test_a_second_account_with_the_same_mail_stays_apart(tmp_path: Path) -> None:
    """Segment's merge protection: one user_id each; the e-mail stays where it was seen first."""
    seen = [
        (1, {"user_id": "u1", "email": "a@x.de"}),
        (2, {"user_id": "u2", "email": "a@x.de"}),
        (3, {"email": "a@x.de"}),
    ]
    persons = people(log_of(tmp_path, seen))
    rows = persons.person_of_rows.tolist()
    assert rows[0] == rows[2] != rows[1]
    (found,) = suspicious(persons)
    assert (found.kind, found.value) == ("email", "a@x.de")
    assert "user_id" in found.reason


def test_an_alias_joins_the_former_id_to_the_user(tmp_path: Path) -> None:
    """Segment: alias joins previousId to userId, so what came before belongs to the user."""
    seen = [
        (1, {"anonymous_id": "prev-1"}),
        (2, {"anonymous_id": "prev-1", "user_id": "u1"}),
        (3, {"user_id": "u1"}),
    ]
    assert people(log_of(tmp_path, seen)).person_of_rows.tolist() == [0, 0, 0]


def test_a_family_with_many_devices_is_not_torn(tmp_path: Path) -> None:
    seen = [(i, {"anonymous_id": f"cookie-{i}", "user_id": "u1"}) for i in range(120)]
    seen += [(200 + i, {"email": f"mail{i}@x.de", "user_id": "u1"}) for i in range(4)]
    assert people(log_of(tmp_path, seen)).count == 1


def test_on_a_shared_device_events_follow_the_login(tmp_path: Path) -> None:
    hour = 3600
    seen = [
        (0, {"device_id": "tablet-1"}),
        (9 * hour, {"device_id": "tablet-1"}),
        (9 * hour + 60, {"device_id": "tablet-1", "user_id": "anna"}),
        (10 * hour, {"device_id": "tablet-1"}),
        (11 * hour, {"device_id": "tablet-1", "user_id": "bert"}),
        (11 * hour, {"device_id": "tablet-1"}),
        (99 * hour, {"device_id": "tablet-1"}),
    ]
    persons = people(log_of(tmp_path, seen))
    rows = persons.person_of_rows
    anna, bert = rows[2], rows[4]
    assert anna != bert
    assert rows.tolist() == [-1, anna, anna, anna, bert, bert, bert]


ADOBE = [
    (1, {"device_id": "246"}),
    (2, {"device_id": "246", "user_id": "Bob"}),
    (3, {"device_id": "246", "user_id": "Bob"}),
    (4, {"device_id": "246"}),
    (5, {"device_id": "246", "user_id": "Bob"}),
    (6, {"device_id": "246"}),
    (7, {"device_id": "3579"}),
    (8, {"device_id": "3579"}),
    (9, {"device_id": "81911"}),
    (10, {"device_id": "81911", "user_id": "Bob"}),
    (11, {"device_id": "81911"}),
    (12, {"device_id": "81911"}),
]
"""The shape of Adobe's field-based stitching example: 12 events, 3 devices, one person known."""


def test_adobes_example_has_four_people_live_and_two_after_replay(tmp_path: Path) -> None:
    """Live, an event knows only what came before it; replayed, all that is in the log."""
    live = set()
    for count in range(1, len(ADOBE) + 1):
        persons = people(log_of(tmp_path / str(count), ADOBE[:count]))
        kinds = dict(
            persons.nodes.value(int(node))
            for node in (persons.person_of_nodes == persons.person_of_rows[-1]).nonzero()[0]
        )
        live.add(kinds.get("user_id", kinds["device_id"]))
    assert live == {"246", "Bob", "3579", "81911"}
    assert people(log_of(tmp_path / "replay", ADOBE)).count == 2


def test_after_bobs_erasure_every_device_is_on_its_own_again(tmp_path: Path) -> None:
    erased = [(at, {kind: v for kind, v in ids.items() if v != "Bob"}) for at, ids in ADOBE]
    persons = people(log_of(tmp_path, erased))
    assert sorted(sets_of_persons(persons).values()) == [[0, 1, 2, 3, 4, 5], [6, 7], [8, 9, 10, 11]]
