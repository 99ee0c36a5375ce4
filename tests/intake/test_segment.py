"""Segment, RudderStack and Jitsu calls."""

from tests.intake.conftest import at
from waypost.model import Flag


def call(kind, number, **more):
    clock = {
        "originalTimestamp": "2024-05-01T10:00:00Z",
        "sentAt": "2024-05-01T10:00:01Z",
        "receivedAt": "2024-05-01T10:00:02Z",
        "timestamp": "2024-05-01T10:00:01Z",
    }
    return {"type": kind, "messageId": f"m{number}", "anonymousId": "a1", **clock, **more}


def test_commerce_names_become_canonical(desk):
    desk.add(
        [
            call("track", 1, event="Product Added", properties={"product_id": "p1", "price": 19.9}),
            call(
                "track",
                2,
                event="Order Completed",
                properties={
                    "order_id": "#55",
                    "total": 40,
                    "currency": "eur",
                    "products": [{"name": "Helm", "sku": "H", "quantity": 2}],
                },
            ),
            call(
                "page",
                3,
                name="Start",
                context={"page": {"url": "https://x.example/?utm_source=news", "path": "/"}},
            ),
            call("track", 4, event="Newsletter Popup Closed"),
        ]
    )

    assert desk.names() == {
        "cart_product_added": 1,
        "newsletter_popup_closed": 1,
        "order_completed": 1,
        "page_viewed": 1,
    }
    order = desk.event("order_completed")
    assert (order["value"], order["currency"], order["id.order_id"], order["a.items"]) == (
        4000,
        "EUR",
        "55",
        "Helm",
    )
    assert desk.event("page_viewed")["a.utm_source"] == "news"


def test_a_small_difference_of_clocks_is_left_alone(desk):
    desk.add([call("track", 1, event="X Y")])

    assert desk.event("x_y")["at"] == at("2024-05-01 10:00:00")


def test_a_wrong_device_clock_is_corrected_and_flagged(desk):
    desk.add(
        [
            call(
                "track",
                1,
                event="X Y",
                originalTimestamp="2020-01-01T00:00:00Z",
                sentAt="2020-01-01T00:00:10Z",
            )
        ]
    )

    event = desk.event("x_y")
    assert event["at"] == at("2024-05-01 09:59:52")
    assert event["flags"] & Flag.SKEW_CORRECTED


def test_a_message_sent_twice_is_stored_once(desk):
    report = desk.add([call("track", 1, event="X Y"), call("track", 1, event="X Y")])

    assert (report.stored, report.duplicate, desk.names()) == (1, 1, {"x_y": 1})


def test_identify_group_and_alias_are_facts(desk):
    desk.add(
        [
            call("identify", 1, userId="u1", traits={"email": "A@x.de", "plan": "gold"}),
            call("group", 2, userId="u1", groupId="g9", traits={"name": "ACME"}),
            {**call("alias", 3, userId="u2", previousId="old"), "anonymousId": None},
        ]
    )

    profile = desk.event("$profile")
    assert (profile["id.email"], profile["id.user_id"], profile["a.trait.plan"]) == (
        "a@x.de",
        "u1",
        "gold",
    )
    assert desk.event("$group")["id.account"] == "g9"
    assert (desk.event("$alias")["id.anonymous_id"], desk.event("$alias")["id.user_id"]) == (
        "old",
        "u2",
    )


def test_a_call_of_an_app_has_the_channel_app(desk):
    desk.add(
        [
            call("track", 1, event="X Y", context={"library": {"name": "analytics-ios"}}),
            call("screen", 2, name="Home"),
        ]
    )

    assert {one["channel"] for one in desk.events()} == {"app"}


def test_a_call_of_unknown_type_is_quarantined_with_its_line(desk):
    report = desk.add([call("track", 1, event="X Y"), call("dance", 2)])

    (record,) = desk.log.quarantined(report.batch)
    assert (record.line, "dance" in record.reason) == (2, True)


def previous_of(desk, previous, **more):
    desk.add([call("alias", 1, userId="u2", previousId=previous, **more)])
    known = {"id.user_id": "u2", "id.anonymous_id": "a1"}
    alias = desk.event("$alias")
    return {k: v for k, v in alias.items() if k.startswith("id.") and known.get(k) != v}


def test_an_alias_from_the_calls_own_anonymous_id_names_it_once(desk):
    assert previous_of(desk, "a1") == {}


def test_an_alias_from_an_id_that_a_machine_made_is_an_anonymous_one(desk):
    made = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert previous_of(desk, made) == {"id.anonymous_id#2": made}


def test_an_alias_from_an_address_is_an_address(desk):
    assert previous_of(desk, "Eva@Example.com") == {"id.email": "eva@example.com"}


def test_an_alias_from_a_name_beside_an_anonymous_id_is_a_user(desk):
    assert previous_of(desk, "4711") == {"id.user_id#2": "4711"}
