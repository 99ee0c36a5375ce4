"""GA4, PostHog, Mixpanel and Amplitude."""

import json

import pyarrow as pa
import pyarrow.parquet as pq

from tests.intake.conftest import at

GA4 = {
    "event_date": "20240501",
    "event_timestamp": 1714550292000000,
    "event_name": "purchase",
    "user_pseudo_id": "p.1",
    "user_id": None,
    "stream_id": "1",
    "event_params": [
        {"key": "ga_session_id", "value": {"int_value": 99}},
        {
            "key": "page_location",
            "value": {"string_value": "https://x.example/danke?utm_medium=mail"},
        },
        {"key": "value", "value": {"double_value": 40.5}},
        {"key": "transaction_id", "value": {"string_value": "1001"}},
    ],
    "items": [{"item_name": "Helm", "item_id": "H", "quantity": 2}],
    "device": {"category": "mobile"},
}


def test_ga4_lifts_session_page_and_order(desk):
    report = desk.add([GA4, {**GA4, "event_name": "add_to_cart"}])

    order = desk.event("order_completed")
    assert (report.format, order["at"], order["value"]) == ("ga4", at("2024-05-01 07:58:12"), 4050)
    assert (order["a.session_id"], order["a.utm_medium"], order["a.path"]) == (
        "99",
        "mail",
        "/danke",
    )
    assert (order["id.order_id"], order["id.anonymous_id"], order["a.items"]) == (
        "1001",
        "p.1",
        "Helm",
    )
    assert "cart_product_added" in desk.names()


def test_ga4_is_read_from_parquet_too(desk):
    path = desk.folder / "events.parquet"
    pq.write_table(pa.Table.from_pylist([GA4]), path)

    report = desk.add(path)

    assert (report.format, desk.event("order_completed")["a.session_id"]) == ("ga4", "99")


def test_posthog_joins_the_anonymous_with_the_identified(desk):
    report = desk.add(
        [
            {
                "uuid": "1",
                "event": "$pageview",
                "distinct_id": "anon",
                "timestamp": "2024-05-01T10:00:00Z",
                "properties": {"$current_url": "https://x.example/a"},
            },
            {
                "uuid": "2",
                "event": "$identify",
                "distinct_id": "u1",
                "timestamp": "2024-05-01T10:01:00Z",
                "properties": {"$anon_distinct_id": "anon", "$set": {"email": "Eva@x.de"}},
            },
        ]
    )

    assert (report.format, desk.event("page_viewed")["id.anonymous_id"]) == ("posthog", "anon")
    fact = desk.event("$profile")
    assert (fact["id.user_id"], fact["id.anonymous_id"], fact["id.email"]) == (
        "u1",
        "anon",
        "eva@x.de",
    )
    everything = {value for kind, value in fact.items() if kind.startswith("id.anonymous_id")}
    assert "u1" in everything  # a server tells of u1 without saying whose it is


def test_mixpanel_reads_unix_seconds(desk):
    report = desk.add(
        [
            {
                "event": "Add to Cart",
                "properties": {
                    "distinct_id": "d1",
                    "time": 1714550292,
                    "$insert_id": "i1",
                    "plan": "x",
                },
            }
        ]
    )

    event = desk.event("cart_product_added")
    assert (report.format, event["at"], event["a.plan"]) == (
        "mixpanel",
        at("2024-05-01 07:58:12"),
        "x",
    )


def test_amplitude_times_are_utc(desk):
    report = desk.add(
        [
            {
                "event_type": "view item",
                "event_time": "2024-05-01 10:00:00.000000",
                "user_id": "u",
                "amplitude_id": 5,
                "device_id": "d",
                "$insert_id": "i",
                "event_properties": {"price": 3},
            }
        ]
    )

    event = desk.event("product_viewed")
    assert (report.format, event["at"], event["id.device_id"], event["value"]) == (
        "amplitude",
        at("2024-05-01 10:00"),
        "d",
        300,
    )


def test_a_visit_of_matomo_is_its_actions(desk):
    visit = {
        "idVisit": "7",
        "visitorId": "ab12",
        "userId": "u1",
        "serverTimestamp": 1714550400,
        "firstActionTimestamp": 1714550400,
        "deviceType": "Desktop",
        "actionDetails": [
            {"type": "action", "url": "https://shop.example/tee?x=1", "timestamp": 1714550400},
            {"type": "search", "siteSearchKeyword": "tee", "timestamp": 1714550430},
            {
                "type": "ecommerceOrder",
                "orderId": "M1",
                "revenue": "59.90",
                "timestamp": 1714550460,
            },
        ],
    }
    report = desk.add(json.dumps([visit, {**visit, "idVisit": "8", "actionDetails": []}]))
    assert report.format == "matomo_visits"
    assert desk.names() == {
        "order_completed": 1,
        "page_viewed": 1,
        "products_searched": 1,
        "session_started": 2,
    }
    order = desk.event("order_completed")
    assert (order["value"], order["id.order_id"], order["id.user_id"]) == (5990, "M1", "u1")
    assert desk.event("page_viewed")["a.path"] == "/tee"
