# ruff: noqa: E501 - lines of real exports are long
"""HubSpot, Stripe and WooCommerce."""

import pytest

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


def test_a_woocommerce_csv_counts_orders_as_the_shop_does(desk):
    states = ("completed", "Cancelled", "failed", "refunded", "wc-pending", "Storniert")
    rows = [
        f'{n},{n},2025-03-0{n} 10:00,{"2025-03-01 11:00" if n == 6 else ""},{state},EUR,{20 + n}.90,"Eva@x.de ",{item}'
        for n, state in enumerate(states, 1)
        for item in range(1 + n % 2)
    ]
    report = desk.add(
        "order_id,order_number,order_date,paid_date,status,order_currency,order_total,billing_email,item_name\n"
        + "\n".join(rows)
    )
    assert (report.format, report.records) == ("woocommerce_orders_csv", 9)
    assert desk.names() == {
        "order_cancelled": 2,
        "order_paid": 1,
        "order_placed": 3,
        "order_refunded": 1,
        "payment_failed": 1,
    }
    assert sorted(one["value"] for one in desk.events("order_placed")) == [2190, 2490, 2690]
    assert dict(report.ignored) == {"order that was never paid": 2}

    poorer = desk.add(
        "Date,Order #,N. Revenue,Status,Customer,Items sold\n"
        "2025-03-01 10:00,1,17.90,completed,Eva M,1\n2025-03-09 10:00,9,18.90,completed,Eva M,1\n",
        name="analytics",
    )
    assert (poorer.format, poorer.duplicate, poorer.stored) == ("woocommerce_analytics", 1, 1)
    assert desk.events("order_placed")[0]["id.email"] == "eva@x.de"
    assert [one["value"] for one in desk.events("order_placed")] == [2190, 2490, 2690, 1890]


def test_tickets_name_contacts_by_the_number_that_the_contacts_file_has(desk):
    desk.add(
        "Datensatz-ID;Vorname;Nachname;E-Mail;Lifecycle-Phase;Erstellungsdatum\n"
        "101;Eva;M;eva@x.de;Kunde;01.02.2025 10:00\n"
    )
    report = desk.add(
        "Ticket ID,Ticket name,Pipeline,Ticket status,Create date,Source,Close date,Associated Contact IDs,Associated Contact\n"
        '9,Wo ist Bestellung #1001?,Support,Closed,2025-03-01 09:15,EMAIL,2025-03-02 09:15,101;102,"Max M (Max@x.de)"\n'
    )
    assert report.format == "hubspot_tickets"
    ticket, contact = desk.event("ticket_created"), desk.event("contact_created")
    assert ticket["id.customer_id.hubspot"] == contact["id.customer_id.hubspot"] == "101"
    assert (ticket["id.customer_id.hubspot#2"], ticket["id.email"]) == ("102", "max@x.de")
    assert (ticket["channel"], ticket["id.order_id"]) == ("email", "1001")
    assert desk.event("ticket_solved")["at"] == at("2025-03-02 08:15")


STRANGERS = {
    "klaviyo_profiles": (
        (
            "Email,Klaviyo ID,Email Marketing Consent,Email Marketing Consent Timestamp,Date Added,Email Suppressions\n"
            "a@x.de,1,SUBSCRIBED,2025-01-02 10:00:00,2025-01-01 10:00:00,\n"
            "b@x.de,2,UNSUBSCRIBED,2025-03-02 10:00:00,2025-01-01 10:00:00,UNSUBSCRIBE\n"
            "c@x.de,3,NEVER_SUBSCRIBED,,2025-01-01 10:00:00,\n"
        ),
        {"$profile": 3, "newsletter_subscribed": 2, "newsletter_unsubscribed": 1},
    ),
    "pipedrive_deals": (
        (
            "Deal - ID;Deal - Titel;Deal - Wert;Deal - Status;Deal - Deal erstellt;Deal - Gewonnen um;Deal - Verloren um;Person - E-Mail-Adresse - Arbeit\n"
            "1;A;1.500,00;Gewonnen;2025-03-01 10:00:00;2025-03-20 10:00:00;;a@x.de\n"
            "2;B;10,00;Verloren;2025-03-01 10:00:00;;2025-03-20 10:00:00;b@x.de\n"
        ),
        {"deal_created": 2, "deal_lost": 1, "deal_won": 1},
    ),
    "freshdesk_tickets": (
        (
            "Ticket ID,Subject,Status,Source,Created time,Resolved time,Survey results,Full name,Email,Contact ID\n"
            "1,Hi,Closed,Phone,2025-03-01 10:00:00,2025-03-02 10:00:00,Extremely Happy,Eva M,a@x.de,7\n"
        ),
        {"ticket_created": 1, "ticket_rated": 1, "ticket_solved": 1},
    ),
}


@pytest.mark.parametrize("form", STRANGERS)
def test_known_headers_become_the_events_of_their_kind(desk, form):
    text, names = STRANGERS[form]
    assert (desk.add(text).format, desk.names()) == (form, names)
    assert all("id.email" in one for one in desk.events())
