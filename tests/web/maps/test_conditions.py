"""Conditions by rows for the map editor: there and back, with what occurs in the data."""

from __future__ import annotations

import pytest

from tests.studio_fixtures import SLUG

API = f"/api/v1/workspaces/{SLUG}"


def asked(client, **body):
    return client.post(f"{API}/conditions", json=body)


@pytest.mark.parametrize(
    "text",
    [
        "channel = 'store'",
        "value >= 10 and value <= 20.5",
        "at >= date '2026-01-01' and at <= date '2026-01-31'",
        "event = 'a' and value >= 3",
        "(channel = 'store' or event = 'x') and contains(text, 'Größe')",
        "value > 400 and event in ('a', 'b')",
        "not (channel = 'web' and value > 3)",
    ],
)
def test_a_condition_on_events_becomes_rows_and_comes_back_the_same(client, text):
    read = asked(client, about="events", text=text).json()
    again = asked(client, about="events", rows=read["rows"]).json()
    assert again["text"] == read["text"] == text


def test_rules_on_persons_are_counted_and_keep_what_somebody_never_did(client):
    text = "channel = 'store'\nnever: event = 'order_placed'"
    read = asked(client, about="persons", text=text).json()
    assert [row["did"] for row in read["rows"]] == [True, False]
    again = asked(client, about="persons", rows=read["rows"]).json()
    assert again["text"] == text
    assert 0 <= again["size"]["persons"] < again["size"]["total"]


def test_rows_without_a_value_say_nothing(client):
    told = asked(client, about="events", rows=[{"field": "channel"}]).json()
    assert told["text"] == ""


def test_what_cannot_be_read_is_refused_with_words(client):
    rows = [{"field": "condition", "value": "value >"}]
    assert asked(client, about="events", rows=rows).status_code == 422
    assert asked(client, about="events", text="value >").status_code == 422


def test_values_that_occur_are_offered_in_the_readers_words(client):
    told = client.get(f"{API}/conditions").json()
    offered = {one["value"]: one["label"] for one in told["values"]["touchpoint"]}
    known = {one["id"]: one["label"] for one in client.get(f"{API}/touchpoints").json()}
    assert offered == known
    assert {"channel", "event", "source", "step", "stage"} <= told["values"].keys()
