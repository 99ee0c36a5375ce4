# ruff: noqa: E501 - lines of real exports are long
"""Payments that several lists tell of, deals that are won, and answers without questions."""

import pytest

from tests.intake.conftest import at

CHARGES = (
    "id,Created (UTC),Amount,Amount Refunded,Currency,Status,Customer ID,Customer Email\n"
    "ch_1,2024-05-01 10:00:05,29.00,9.00,eur,Refunded,cus_1,eva@x.de\n"
)
INVOICES = (
    "id,Amount Due,Amount Paid,Charge,Currency,Customer,Customer Email,Date (UTC),Number,Status\n"
    "in_1,29.00,29.00,ch_1,eur,cus_1,eva@x.de,2024-05-01 10:00:00,A-1,paid\n"
    "in_2,29.00,29.00,,eur,cus_2,max@x.de,2024-05-02 10:00:00,A-2,paid\n"
    "in_3,29.00,0.00,,eur,cus_2,max@x.de,2024-05-03 10:00:00,A-3,open\n"
)
REFUNDS = (
    "id,Created (UTC),Amount,Currency,Charge,Status,Customer Email\n"
    "re_1,2024-05-04 10:00:00,4.00,eur,ch_1,succeeded,eva@x.de\n"
    "re_2,2024-05-05 10:00:00,5.00,eur,ch_1,succeeded,eva@x.de\n"
    "re_3,2024-05-05 11:00:00,5.00,eur,ch_9,failed,eva@x.de\n"
)


@pytest.mark.parametrize("lists", [(CHARGES, INVOICES, REFUNDS), (REFUNDS, INVOICES, CHARGES)])
def test_a_payment_counts_once_whatever_lists_tell_of_it(desk, lists):
    for number, one in enumerate(lists):
        desk.add(one, name=f"list{number}")
    paid = sorted((one["at"], one["value"]) for one in desk.events("payment_succeeded"))
    assert paid == [(at("2024-05-01 10:00:05"), 2900), (at("2024-05-02 10:00"), 2900)]
    assert desk.event("payment_refunded")["value"] == 900


def test_invoices_that_name_no_charge_are_no_payments(desk):
    bare = {
        "id": "in_1",
        "object": "invoice",
        "amount_due": 2900,
        "amount_paid": 2900,
        "created": 1714557600,
        "currency": "eur",
        "status": "paid",
        "customer": "cus_1",
    }
    desk.add([bare])
    invoice = desk.event("invoice_issued")
    assert (invoice["value"], invoice["at"]) == (2900, at("2024-05-01 10:00"))
    desk.add([bare | {"charge": "ch_1"}])
    assert desk.event("payment_succeeded")["value"] == 2900


PAYPAL = (
    '"Datum","Uhrzeit","Zeitzone","Name","Typ","Status","Währung","Brutto","Gebühr","Netto","Absender E-Mail-Adresse","Empfänger E-Mail-Adresse","Transaktionscode","Rechnungsnummer"\n'
    '"13.05.2024","10:00:00","Europe/Berlin","Eva M","PayPal Express-Zahlung","Abgeschlossen","EUR","1.035,50","-9,00","1.026,50","eva@x.de","shop@laden.de","T1","WC-1001"\n'
    '"14.05.2024","10:00:00","CEST","Eva M","Rückzahlung","Abgeschlossen","EUR","-35,50","0,00","-35,50","shop@laden.de","eva@x.de","T2","WC-1001"\n'
    '"14.05.2024","11:00:00","CEST","","Allgemeine Auszahlung","Abgeschlossen","EUR","-400,00","0,00","-400,00","shop@laden.de","","T3",""\n'
    '"15.05.2024","11:00:00","CEST","Max","PayPal Express-Zahlung","Ausstehend","EUR","20,00","0,00","20,00","max@x.de","shop@laden.de","T4",""\n'
)


def test_paypal_names_who_paid_and_who_got_money_back_never_the_shop(desk):
    report = desk.add(PAYPAL)
    paid, back = desk.event("payment_succeeded"), desk.event("payment_refunded")
    assert (report.format, paid["value"], back["value"]) == ("paypal", 103550, 3550)
    assert paid["id.email"] == back["id.email"] == "eva@x.de"
    assert {paid["id.order_id"], paid["id.order_id#2"]} == {"WC-1001", "1001"}
    assert (paid["at"], back["at"]) == (at("2024-05-13 08:00"), at("2024-05-14 08:00"))
    assert dict(report.ignored) == {
        "no payment of a customer": 1,
        "payment that is not completed": 1,
    }


DEALS = {
    "salesforce_deals": (
        "Opportunity ID,Opportunity Name,Stage,Amount,Amount Currency,Created Date,Close Date,Contact Email\n"
        "0065g000001AbCDAAA,A,Closed Won,1500.00,EUR,13.05.2024,20.06.2024,eva@x.de\n"
        "0065g000001AbCEAAA,B,Prospecting,20.00,EUR,14.05.2024,21.06.2024,max@x.de\n"
    ),
    "zoho_deals": (
        "Record Id,Deal Name,Amount,Closing Date,Stage,Created Time,Contact Email\n"
        "z1,A,1500,2024-06-20,Closed Won,2024-05-13 00:00:00,eva@x.de\n"
        "z2,B,20,2024-06-21,Qualification,2024-05-14 00:00:00,max@x.de\n"
    ),
    "dynamics_deals": (
        "(Do Not Modify) Opportunity,Topic,Est. Revenue,Actual Revenue,Actual Close Date,Status,Created On,Email\n"
        "d1,A,1700.00,1500.00,06/20/2024,Won,05/13/2024 12:00 AM,eva@x.de\n"
        "d2,B,20.00,,,Open,05/14/2024 12:00 AM,max@x.de\n"
    ),
}


@pytest.mark.parametrize("form", DEALS)
def test_a_deal_is_won_on_the_day_it_was_closed(desk, form):
    assert desk.add(DEALS[form]).format == form
    won = desk.event("deal_won")
    assert desk.names() == {"deal_created": 2, "deal_won": 1}
    assert (won["value"], won["at"], won["id.email"]) == (
        150000,
        at("2024-06-19 22:00"),
        "eva@x.de",
    )


def test_the_history_of_a_deal_does_not_win_it_twice(desk):
    desk.add(DEALS["salesforce_deals"], name="deals")
    report = desk.add(
        "Id,OpportunityId,CreatedDate,StageName,Amount,ExpectedRevenue,CloseDate,Probability\n"
        "0081,0065g000001AbCDAAA,2024-06-20T09:00:00.000Z,Closed Won,1500.0,1500.0,2024-06-20,100\n"
        "0082,0065g000001AbCFAAA,2024-06-21T09:00:00.000Z,Closed Lost,70.0,0.0,2024-06-21,0\n"
        "0083,0065g000001AbCFAAA,2024-06-01T09:00:00.000Z,Prospecting,70.0,7.0,2024-06-21,10\n",
        name="history",
    )
    assert report.format == "salesforce_history"
    assert desk.event("deal_won")["id.email"] == "eva@x.de"
    assert desk.event("deal_lost")["at"] == at("2024-06-21 09:00")


def response(number, *scores):
    kinds = ("opinion_scale", "rating")
    answers = [
        {"type": "number", "number": one, "field": {"id": f"f{k}", "type": kinds[k]}}
        for k, one in enumerate(scores)
    ]
    answers.append({"type": "text", "text": "Alles gut", "field": {"id": "t", "type": "long_text"}})
    return {
        "token": f"t{number}",
        "landed_at": "2024-05-01T10:00:00Z",
        "answers": answers,
        "submitted_at": f"2024-05-01T10:0{number}:00Z",
        "hidden": {"email": f"k{number}@x.de"},
        "calculated": {"score": 9},
        "metadata": {"platform": "mobile"},
    }


def test_typeforms_answers_are_ratings_at_the_time_they_were_sent(desk):
    report = desk.add({"total_items": 2, "items": [response(1, 0, 5), response(2, 10, 1)]})
    assert report.format == "typeform"
    nps, csat = desk.events("nps_answered"), desk.events("csat_answered")
    assert [(one["at"], one["rating"], one["text"]) for one in nps] == [
        (at("2024-05-01 10:01"), -2, "Alles gut"),
        (at("2024-05-01 10:02"), 2, "Alles gut"),
    ]
    assert [(one["id.email"], one["rating"]) for one in csat] == [("k1@x.de", 2), ("k2@x.de", -2)]
