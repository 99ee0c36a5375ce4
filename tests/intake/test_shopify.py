# ruff: noqa: E501 - lines of real exports are long
"""Shopify's orders and customers."""

from tests.intake.conftest import at

HEADER = "Name,Email,Financial Status,Paid at,Fulfilled at,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem sku,Billing Phone,Cancelled at,Refunded Amount,Source,Id\n"
ORDERS = (
    HEADER
    + "#1001,Eva@Example.com,paid,2024-05-01 10:00:00 +0200,2024-05-03 09:00:00 +0200,EUR,119.90,2024-05-01 09:58:12 +0200,1,Helm,H-1,030 901820,,0.00,web,1\n"
    + "#1001,Eva@Example.com,,,,,,2024-05-01 09:58:12 +0200,2,Pumpe,P-2,,,,,\n"
    + "#1002,,partially_refunded,2024-05-02 10:00:00 +0200,,EUR,50.00,2024-05-02 10:00:00 +0200,1,Helm,H-1,,,20.00,pos,2\n"
)


def test_line_items_of_one_order_are_one_order(desk):
    report = desk.add(ORDERS)

    assert (report.format, report.records, report.stored) == ("shopify_orders", 3, 3)
    assert desk.names() == {
        "order_fulfilled": 1,
        "order_paid": 2,
        "order_placed": 2,
        "order_refunded": 1,
    }


def test_an_order_has_its_value_items_and_identifiers(desk):
    desk.add(ORDERS)

    first = desk.events("order_placed")[0]
    assert (first["at"], first["value"], first["currency"]) == (
        at("2024-05-01 07:58:12"),
        11990,
        "EUR",
    )
    assert (first["a.items"], first["a.skus"], first["a.item_count"]) == (
        "Helm; Pumpe",
        "H-1; P-2",
        "3",
    )
    assert (first["id.email"], first["id.phone"], first["id.order_id"]) == (
        "eva@example.com",
        "+4930901820",
        "1001",
    )


def test_an_order_from_the_till_has_the_channel_store(desk):
    desk.add(ORDERS)

    assert [one["channel"] for one in desk.events("order_placed")] == ["web", "store"]


def test_a_refund_lies_at_the_last_known_time_and_says_so(desk):
    desk.add(ORDERS)

    refund = desk.event("order_refunded")
    assert (refund["value"], refund["a.time_basis"]) == (2000, "estimated")


def test_the_same_file_again_adds_nothing(desk):
    desk.add(ORDERS)
    again = desk.add(ORDERS, name="another name.csv")

    assert (again.known, again.added_nothing, len(desk.log.batches())) == (True, True, 1)


def test_a_newer_export_adds_what_is_new_and_updates_what_changed(desk):
    desk.add(ORDERS)
    newer = ORDERS.replace("50.00,2024", "55.00,2024") + (
        "#1003,z@example.com,paid,,,EUR,9.00,2024-06-01 10:00:00 +0200,1,Schloss,S,,,,web,3\n"
    )

    report = desk.add(newer, name="newer")

    assert (report.stored, report.updated, report.duplicate) == (1, 1, 2)
    assert [one["value"] for one in desk.events("order_placed")] == [11990, 5500, 900]


def test_an_order_with_an_unreadable_total_goes_to_quarantine_whole(desk):
    report = desk.add(ORDERS.replace("119.90", "viel"))

    (first, second) = desk.log.quarantined(report.batch)
    assert (first.line, second.line, report.quarantined) == (2, 3, 2)
    assert "Total" in first.reason


def test_columns_may_come_in_any_order_and_number(desk):
    small = "Created at,Lineitem name,Financial Status,New Column,Name\n2024-05-01 10:00:00 +0000,Helm,paid,x,#7\n"

    report = desk.add(small)

    assert (report.format, desk.event("order_placed")["id.order_id"]) == ("shopify_orders", "7")
    assert report.unused_columns == ("New Column",)


def test_customers_become_facts_without_a_time(desk):
    report = desk.add(
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Phone,Total Spent,Total Orders,Tax Exempt\n"
        "'77,Eva,Muster,eva@example.com,yes,,20.00,2,no\n,Ohne,Alles,,no,,0.00,0,no\n"
    )

    fact = desk.event("$profile")
    assert (fact["at"], fact["a.trait.total_orders"]) == (at("1970-01-01"), "2")
    assert dict(report.ignored) == {"customer without e-mail, phone and id": 1}


def test_a_card_that_the_note_names_is_a_loyalty_card(desk):
    desk.add(
        "Customer ID,First Name,Email,Accepts Email Marketing,Phone,Note,Total Spent,Total Orders\n"
        "1,A,a@example.com,yes,,Kundenkarte AK0200123,0,0\n"
        "2,B,b@example.com,yes,,rief 20240501 an,0,0\n"
        "3,C,c@example.com,yes,,loyalty card no. 778899,0,0\n"
    )

    cards = [one.get("id.loyalty_card") for one in desk.events("$profile")]
    assert cards == ["AK0200123", None, "778899"]


def test_the_apostrophe_before_figures_is_dropped(desk):
    desk.add(
        "Customer ID,First Name,Email,Accepts Email Marketing,Phone,Zip,Total Spent,Total Orders\n"
        "'77,'Ilja,eva@example.com,yes,'+4930901820,'01099,20.00,2\n"
    )

    fact = desk.event("$profile")
    assert (fact["id.customer_id.shopify"], fact["id.phone"]) == ("77", "+4930901820")
    assert (fact["a.trait.zip"], fact["a.trait.first_name"]) == ("01099", "'Ilja")
