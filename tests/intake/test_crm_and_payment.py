# ruff: noqa: E501 - lines of real exports are long
"""HubSpot, Stripe and WooCommerce."""

from tests.intake.conftest import at


def test_a_contact_passes_its_stages(desk):
    report = desk.add(
        "Record ID,First Name,Last Name,Email,Phone Number,Lifecycle Stage,Lead Status,Contact owner,Create Date,Became a Customer Date,Associated Company IDs\n"
        "1,Eva,M,eva@example.com,030 901820,customer,New,A,3/4/2024 2:30 PM,3/15/2024 2:30 PM,77\n"
    )

    assert report.format == "hubspot_contacts"
    assert desk.names() == {"$profile": 1, "became_customer": 1, "contact_created": 1}
    created = desk.event("contact_created")
    assert (created["at"], created["id.account"]) == (at("2024-03-04 13:30"), "hubspot:77")


def test_a_column_of_days_that_proves_nothing_is_stated(desk):
    report = desk.add(
        "Record ID,Email,Lifecycle Stage,Create Date\n1,eva@example.com,lead,03/04/2024 10:00\n"
    )

    assert any("can be read both ways" in warning for warning in report.warnings)


def test_a_deal_is_won_or_lost(desk):
    report = desk.add(
        "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Create Date,Close Date,Associated Contact IDs\n"
        "1,A,Closed Won,500,x,2024-01-01 10:00,2024-02-01 10:00,1;2\n2,B,Closed Lost,100,x,2024-01-01 10:00,2024-02-01 10:00,\n3,C,Offen,1,x,,,\n"
    )

    won = desk.event("deal_won")
    assert (won["value"], won["id.customer_id.hubspot"], won["id.customer_id.hubspot#2"]) == (
        50000,
        "1",
        "2",
    )
    assert (desk.names()["deal_lost"], dict(report.ignored)) == (1, {"deal without any time": 1})


def test_a_payment_succeeds_fails_or_is_refunded(desk):
    report = desk.add(
        "id,Created (UTC),Amount,Amount Refunded,Currency,Captured,Status,Description,Customer ID,Customer Email,order_id (metadata)\n"
        "ch_1,2024-05-01 10:00,100.00,40.00,eur,true,Refunded,,cus_1,eva@example.com,#1001\n"
        "ch_2,2024-05-01 11:00,10.00,0.00,eur,false,Failed,Order 1002,,max@example.com,\n"
    )

    assert (report.format, desk.names()) == (
        "stripe_payments",
        {"payment_failed": 1, "payment_refunded": 1, "payment_succeeded": 1},
    )
    assert (
        desk.event("payment_refunded")["value"],
        desk.event("payment_failed")["id.order_id"],
    ) == (4000, "1002")
    assert (desk.event("payment_succeeded")["at"], desk.event("payment_succeeded")["flags"]) == (
        at("2024-05-01 10:00"),
        0,
    )


def test_a_woocommerce_order_uses_its_utc_times(desk):
    order = {
        "id": 9,
        "number": "1009",
        "order_key": "wc_1",
        "created_via": "checkout",
        "status": "cancelled",
        "currency": "EUR",
        "date_created": "2024-05-01T12:00:00",
        "date_created_gmt": "2024-05-01T10:00:00",
        "date_paid_gmt": "2024-05-01T10:01:00",
        "date_modified_gmt": "2024-05-02T10:00:00",
        "total": "25.50",
        "customer_id": 0,
        "billing": {"email": "Eva@example.com", "phone": "030 901820"},
        "line_items": [{"name": "Helm", "sku": "H", "quantity": 1}],
    }
    report = desk.add([order, {**order, "id": 10, "status": "checkout-draft"}])

    assert (report.format, desk.names()) == (
        "woocommerce_orders",
        {"order_cancelled": 1, "order_paid": 1, "order_placed": 1},
    )
    placed = desk.event("order_placed")
    assert (placed["at"], placed["value"], placed["id.order_id"]) == (
        at("2024-05-01 10:00"),
        2550,
        "1009",
    )
    assert "id.customer_id.woocommerce" not in placed
