"""Mappings proposed for files that nobody knows: what each column is taken for, and why."""

from __future__ import annotations

import pytest

from waypost.errors import UnreadableFileError
from waypost.intake.context import ReadContext
from waypost.intake.trying import dry_run


@pytest.fixture
def proposed(tmp_path):
    """A function from the text of a file to its trial."""

    def propose(text):
        path = tmp_path / "strange.csv"
        path.write_text(text, encoding="utf-8")
        (trial,) = dry_run(path, context=ReadContext())
        return trial

    return propose


def table(header, *rows):
    return "\n".join([header, *rows]) + "\n"


def test_a_date_of_birth_named_so_is_not_the_time(proposed):
    text = table(
        "kunde;Geburtsdatum;eingetragen",
        "K1;13.05.1960;13.05.2024",
        "K2;14.05.1988;14.05.2024",
    )
    assert proposed(text).proposal.mapping.time.column == "eingetragen"


def test_dates_of_half_a_century_are_not_the_time_beside_others(proposed):
    rows = [f"K{n};19{50 + 2 * n}-03-01;2024-05-{n + 1:02}" for n in range(20)]
    assert proposed(table("kunde;seit;wann", *rows)).proposal.mapping.time.column == "wann"


def test_dates_of_half_a_century_alone_are_the_time_with_a_warning(proposed):
    rows = [f"K{n};19{50 + n}-03-01" for n in range(0, 50, 2)]
    proposal = proposed(table("kunde;seit", *rows)).proposal
    assert proposal.mapping.time.column == "seit"
    assert "may be one of birth" in proposal.reasons["time"]


def test_a_file_whose_only_dates_are_of_birth_is_told_so(proposed):
    trial = proposed(table("kunde;dob", "K1;1960-01-02", "K2;1981-01-02"))
    assert "those of birth (dob)" in trial.trouble


@pytest.mark.parametrize("name", ["ID", "fin_id", "Nummer"])
def test_ids_of_no_certain_thing_name_the_person_when_nothing_else_does(proposed, name):
    text = table(f"{name};wann", "a1;2024-05-01", "a1;2024-05-02", "a2;2024-05-03")
    proposal = proposed(text).proposal
    assert proposal.mapping.identifiers == {"customer_id.strange": name}
    assert "no better identifier" in proposal.reasons["customer_id.strange"]


def test_unique_ids_are_said_to_name_the_record_perhaps(proposed):
    proposal = proposed(table("ID;wann", "a1;2024-05-01", "a2;2024-05-02")).proposal
    assert "no person" in proposal.reasons["customer_id.strange"]


def test_a_customer_number_is_of_the_mappings_own_kind(proposed):
    proposal = proposed(
        table("Kundennummer;ID;wann", "7;a1;2024-05-01", "8;a2;2024-05-02")
    ).proposal
    assert proposal.mapping.identifiers == {"customer_id.strange": "Kundennummer"}


def test_it_is_said_when_nobody_can_be_a_person(proposed):
    proposal = proposed(table("artikel_id;wann", "a1;2024-05-01", "a1;2024-05-02")).proposal
    assert proposal.mapping.identifiers == {}
    assert "nobody" in proposal.reasons["identifiers"]


def test_a_price_of_one_is_multiplied_with_the_quantity(proposed):
    text = table("Datum;Einzelpreis;Menge", "13.05.2024;12,50;2", "14.05.2024;9,00;1")
    trial = proposed(text)
    assert trial.proposal.mapping.value.times == "Menge"
    assert "price of one" in trial.proposal.reasons["value"]
    assert [one["value"] for one in trial.events] == [2500, 900]


def test_a_total_is_taken_before_a_price_of_one(proposed):
    text = table("Datum;Preis;Menge;Summe", "13.05.2024;12,50;2;25,00", "14.05.2024;9,00;1;9,00")
    value = proposed(text).proposal.mapping.value
    assert (value.column, value.times) == ("Summe", "")


def test_a_column_that_never_changes_is_no_value(proposed):
    text = table("Datum;Umsatz;Betrag", "13.05.2024;11,00;12,50", "14.05.2024;11,00;9,00")
    assert proposed(text).proposal.mapping.value.column == "Betrag"


def test_times_named_like_stages_are_moments(proposed):
    text = table(
        "order_id,order_purchase_timestamp,order_delivered_date,order_estimated_delivery_date",
        "a1,2024-05-01 10:00:00,2024-05-03 10:00:00,2024-05-09 00:00:00",
        "a2,2024-05-02 10:00:00,,2024-05-09 00:00:00",
    )
    trial = proposed(text)
    moments = {name: one.column for name, one in trial.proposal.mapping.moments.items()}
    assert moments == {
        "order_placed": "order_purchase_timestamp",
        "order_delivered": "order_delivered_date",
    }
    assert len(trial.events) == 3


def test_a_wide_file_without_times_names_twelve_columns_at_most(proposed):
    names = [f"spalte{n}" for n in range(40)]
    trial = proposed(table(";".join(names), ";".join("x" * 40), ";".join("y" * 40)))
    assert "spalte11 …" in trial.trouble
    assert "spalte12" not in trial.trouble


def test_a_line_of_totals_is_proposed_to_be_left_out(proposed):
    text = table(
        "Datum;Kundenkarte;Betrag", "01.05.2024;K1;5,00", "02.05.2024;K2;6,00", "Summe;;11,00"
    )
    mapping = proposed(text).proposal.mapping
    assert [(rule.column, rule.values) for rule in mapping.ignore] == [("Datum", ("Summe",))]
    assert mapping.identifiers == {"loyalty_card": "Kundenkarte"}


def test_a_chat_and_a_booking_batch_are_told_apart_from_tables(tmp_path):
    chat = "12.03.25, 10:12 - Anna: Ist der Tee da?\n12.03.25, 10:13 - Laden: Ja, seit heute.\n"
    batch = '"EXTF";700;21;"Buchungsstapel";13;2025\nUmsatz;Konto;Belegdatum\n1,00;8400;0109\n'
    for name, text, what in (("chat.txt", chat, "WhatsApp"), ("EXTF.csv", batch, "DATEV")):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UnreadableFileError, match=what):
            dry_run(path, context=ReadContext())


def of_people(header, row):
    """A table of twelve records; ``{n}`` in a row is the record's number."""
    return table(header, *(row.format(n=n, day=f"{n + 10:02}") for n in range(12)))


def test_the_shops_own_address_and_line_are_nobody(proposed):
    text = of_people(
        "Datum;E-Mail;Eigene Rufnummer;Rufnummer",
        "{day}.05.2024 10:00;kasse@shop.example;+493012345678;+4915112345{n:03}",
    )
    assert proposed(text).proposal.mapping.identifiers == {"phone": "Rufnummer"}


def test_who_sold_is_not_who_bought(proposed):
    rows = (f"{n},{n % 3}a,{n % 2}b,2018-02-{n}" for n in range(10, 22))
    mapping = proposed(table("mql_id,sdr_id,sr_id,won_date", *rows)).proposal.mapping
    assert mapping.identifiers == {"customer_id.lead": "mql_id"}


def test_how_often_a_customer_wrote_is_not_who_they_are(proposed):
    text = of_people("Customer interactions;Contact ID;wann", "{n};9{n:02};2024-05-{day}")
    assert proposed(text).proposal.mapping.identifiers == {"customer_id.strange": "Contact ID"}


def test_a_time_that_is_said_to_be_utc_is_read_so(proposed):
    trial = proposed(of_people("Created (UTC);email", "2024-05-{day} 10:00:00;a{n}@b.example"))
    assert trial.proposal.mapping.time.zone == "UTC"
    assert trial.events[0]["at"].hour == 10


def test_a_ticket_begins_when_it_was_made_not_when_it_was_closed(proposed):
    text = of_people(
        "Ticket-ID;Geschlossen am;Erstellungsdatum;Kunde-ID",
        "7{n};2024-06-{day};2024-05-{day};k{n}",
    )
    moments = proposed(text).proposal.mapping.moments
    assert {name: one.column for name, one in moments.items()} == {
        "ticket_created": "Erstellungsdatum",
        "ticket_closed": "Geschlossen am",
    }


def test_a_refund_of_the_till_is_no_purchase(proposed):
    rows = [f"{n + 10}.05.2024;{kind};{n},50" for n, kind in enumerate(["Zahlung", "Storno"] * 4)]
    trial = proposed(table("Datum;Transaktionsart;Betrag (brutto)", *rows))
    assert [one["event"] for one in trial.events][:2] == ["purchase_made", "purchase_refunded"]


def test_a_question_says_by_itself_that_one_is_best(proposed):
    header = "wann;Wie zufrieden sind Sie? (1 = sehr zufrieden, 5 = sehr unzufrieden)"
    trial = proposed(table(header, *(f"2024-05-{n:02};{n % 5 + 1}" for n in range(10, 20))))
    assert trial.proposal.mapping.rating.scale == "csat5_turned"
    assert trial.proposal.mapping.event == "csat_answered"
    assert trial.events[0]["rating"] == 2.0


def test_a_sum_without_shipping_and_refunds_is_the_value(proposed):
    text = of_people(
        "Bestellnummer;Datum;Zwischensumme;Versandkosten;Erstattungsbetrag;Gesamtsumme",
        "5{n:02};{day}.05.2024;1{n},00;4,90;{n},50;1.2{n:02},90 €",
    )
    mapping = proposed(text).proposal.mapping
    assert mapping.value.column == "Gesamtsumme"
    assert mapping.event == "order_placed"


def test_money_of_another_sign_is_not_read_as_euros(proposed):
    rows = [f"2024-05-{n};{sign}1{n}.50" for n, sign in enumerate(["£", "", "CHF "] * 3, 10)]
    events = proposed(table("Date;Amount", *rows)).events
    assert [(one["value"], one["currency"]) for one in events[:3]] == [
        (11050, "GBP"),
        (11150, "EUR"),
        (11250, "CHF"),
    ]


def test_a_description_of_what_was_sold_is_nothing_that_somebody_said(proposed):
    rows = [f"{n}.05.2024;{n},50;1x Kaffee" for n in range(10, 20)]
    assert proposed(table("Datum;Betrag;Beschreibung", *rows)).proposal.mapping.text == ()


STATES = {
    "orders by state": (
        "Bestellnummer;Datum;E-Mail;Betrag;Status",
        [
            "1;01.03.2025;a@x.de;10,00;Bezahlt",
            "2;02.03.2025;b@x.de;11,00;Storniert",
            "3;13.03.2025;c@x.de;12,00;Fehlgeschlagen",
            "4;14.03.2025;d@x.de;13,00;Rückerstattet",
            "5;15.03.2025;e@x.de;14,00;Entwurf",
        ],
        ["order_placed", "order_cancelled", "payment_failed", "order_refunded"],
    ),
    "a till with a minus": (
        "Beleg-Nr;Datum;Brutto;Storno",
        ["1;01.03.2025;10,00;Nein", "2;13.03.2025;-11,00;Ja", "3;14.03.2025;12,00;Nein"],
        ["purchase_made", "purchase_refunded", "purchase_made"],
    ),
    "credit notes with a quantity below zero": (
        "Invoice,StockCode,Quantity,InvoiceDate,Price",
        [
            "489434,85048,12,2009-12-01 07:45:00,6.95",
            "C489449,22087,-12,2009-12-01 10:33:00,2.95",
            "489450,D,-1,2009-12-01 10:40:00,0.50",
            "489450,21871,10,2009-12-01 10:40:00,2.10",
        ],
        ["order_placed", "order_refunded", "order_placed"],
    ),
    "a till with a mark": (
        "Beleg-Nr;Datum;Brutto;Storno",
        ["1;01.03.2025;10,00;Nein", "2;13.03.2025;11,00;Ja", "3;14.03.2025;12,00;Nein"],
        ["purchase_made", "purchase_made"],
    ),
    "a card reader": (
        "Date,Transaction Type,Status,Total,Transaction ID",
        [
            "2025-03-01,Sale,Successful,10.00,T1",
            "2025-03-02,Sale,Failed,11.00,T2",
            "2025-03-03,Refund,Successful,-9.00,T3",
        ],
        ["purchase_made", "purchase_refunded"],
    ),
    "a marketplace": (
        "Order ID,Date Paid,Sale Date,Item Total",
        ["7,2025-03-02,2025-03-01,10.00", "8,,2025-03-04,11.00"],
        ["order_placed", "order_placed", "order_paid"],
    ),
    "a list with confirmations": (
        "E-Mail;Registriert;Aktiviert;Abgemeldet",
        ["a@x.de;01.03.2025;02.03.2025;13.03.2025", "b@x.de;01.03.2025;;"],
        ["newsletter_subscribed", "newsletter_unsubscribed"],
    ),
    "a hotel": (
        "Buchungsnr.;Gebucht am;Anreise;E-Mail;Status;Gesamtpreis;Stornierungsdatum",
        [
            "7;01.01.2026 10:00;02.03.2026;a@x.de;Ausgecheckt;189,50 €;",
            "8;13.01.2026 10:00;02.03.2026;b@x.de;Storniert;99,50 €;20.01.2026",
            "9;14.01.2026 10:00;02.03.2026;c@x.de;Angefragt;79,50 €;",
        ],
        ["order_placed", "order_cancelled"],
    ),
    "a cash book": (
        "Datum;Beleg-Nr.;Text;Einnahme;Ausgabe;Bestand",
        ["01.02.2026;B1;Tag;120,50;;270,50", "13.02.2026;B2;Porto;;33,30;237,20"],
        ["purchase_made"],
    ),
    "debits": (
        "Fälligkeit;Mitgliedsnummer;Betrag;Status;Rechnungsnr",
        [
            "1.2.26;M1;29,90;eingelöst;R1",
            "13.2.26;M2;30,90;Rücklastschrift;R2",
            "14.2.26;M3;9,90;offen;R3",
        ],
        ["payment_succeeded", "payment_failed"],
    ),
    "an account": (
        "id,Type,Amount,Currency,Created (UTC)",
        [
            "t1,charge,49.00,eur,2026-01-01",
            "t2,payout,-15.00,eur,2026-01-02",
            "t3,refund,-49.00,eur,2026-01-03",
        ],
        ["payment_succeeded", "payment_refunded"],
    ),
    "members": (
        "Mitgliedsnummer;Vertragsbeginn;Gekündigt am;Geburtsdatum",
        ["M1;01.01.2025;;05.05.1970", "M2;13.01.2025;01.02.2026;05.05.1990"],
        ["contract_started", "contract_started", "contract_cancelled"],
    ),
    "deals": (
        "Opportunity Name,Stage,Amount,Created Date,Close Date,Contact Email",
        [
            "A,Closed Won,120.00,2026-01-01,2026-03-01,a@x.de",
            "B,Open,130.00,2026-01-02,2026-03-01,b@x.de",
        ],
        ["deal_created", "deal_created"],
    ),
    "a mailing": (
        "Email;Campaign;Delivered_Date;Open_Date;Click_Date",
        ["a@x.de;N;2026-02-01 10:00;2026-02-01 11:00;", "b@x.de;N;2026-02-01 10:00;;"],
        ["email_delivered", "email_delivered", "email_opened"],
    ),
    "a tracker": (
        "event_date,event_timestamp,event_name,user_pseudo_id,ga_session_id",
        ["20260201,1769940000000000,page_view,12.1,7", "20260201,1769940060000000,purchase,12.2,7"],
        ["page_viewed", "order_completed"],
    ),
    "something else": (
        "Wann;Wer;Was",
        ["01.02.2026 10:00;A;x y z", "13.02.2026 10:00;B;u v w"],
        ["strange_recorded", "strange_recorded"],
    ),
    "letters": (
        "Betreff;Text;Von;Gesendet",
        ["Frage;Wo ist sie?;a@x.de;01.03.2025 10:00", "Noch was;Hallo Sie da;a@x.de;13.03.2025"],
        ["ticket_created", "ticket_created"],
    ),
    "a bank": (
        "Buchungstag;Verwendungszweck;Kontonummer/IBAN;Betrag",
        ["01.03.25;Rechnung 7;DE1;59,90", "13.03.25;Miete;DE2;-900,00"],
        ["payment_succeeded"],
    ),
    "a list of contacts": (
        "Email,First Name,Date Added",
        ["a@x.de,A,2025-03-01 10:00:00", "b@x.de,B,2025-03-02 10:00:00"],
        ["newsletter_subscribed"] * 2,
    ),
    "questions": (
        "Wann;E-Mail;Wie wahrscheinlich ist es, dass Sie uns empfehlen?;Was fehlt Ihnen?",
        ["2025-03-01;a@x.de;9;Mehr Farben bitte", "2025-03-02;b@x.de;;Nichts fehlt mir"],
        ["nps_answered"],
    ),
}


@pytest.mark.parametrize("what", STATES)
def test_what_was_no_sale_is_not_counted_as_one(proposed, what):
    header, rows, events = STATES[what]
    trial = proposed(table(header, *rows))
    assert [one["event"] for one in trial.events] == events
    assert all(one[1] == "it has no time" for one in trial.refused)
    assert all(one.get("value", 0) >= 0 for one in trial.events)


def test_records_of_one_order_that_repeat_its_total_count_once(proposed):
    rows = [
        f"{n // 2};{10 + n // 2}.03.2025;a{n // 2}@x.de;{20 + n // 2},90;Art {n}" for n in range(8)
    ]
    proposal = proposed(table("Bestellnummer;Datum;E-Mail;Gesamtbetrag;Artikel", *rows)).proposal
    assert proposal.mapping.key == ("Bestellnummer",)
    assert "count once" in proposal.reasons["key"]


def test_articles_of_one_receipt_with_prices_of_their_own_are_one_sale(proposed):
    rows = [
        f"{n % 2};{n // 4};{1 + n // 4 + 12 * (n % 2)}.2.26;Art {n};2;{n},50;{2 * n + 1},00"
        for n in range(16)
    ]
    trial = proposed(table("Filiale;Bonnr;Datum;Artikel;Menge;Einzelpreis;Gesamt", *rows))
    assert trial.proposal.mapping.group == ("Filiale", "Bonnr")
    assert [one["value"] for one in trial.events[:2]] == [600, 1000]


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        ("id,Amount,Created", ["po_1,15.00,2026-01-01", "po_2,16.00,2026-01-02"], "payouts"),
        ("SKU;Artikel;Bestand;Preis;Datum", ["S1;Tasse;4;9,90;13.02.2026"], "on stock"),
        ("Datum;Betrag", [], "no records"),
    ],
)
def test_what_no_customer_did_is_told_so(proposed, header, rows, said):
    assert said in proposed(table(header, *rows)).trouble


def test_the_name_of_a_column_says_the_currency_and_a_visit_names_nobody(proposed):
    mapping = proposed(
        table(
            "Order ID,Date,Total (CHF),session_id,visitor_id",
            "1,2026-01-13,5.00,7,v1",
            "2,2026-01-14,6.00,7,v2",
        )
    ).proposal.mapping
    assert mapping.value.currency == "CHF"
    assert mapping.identifiers == {"order_id": "Order ID", "anonymous_id": "visitor_id"}


def test_customers_and_articles_come_again_so_they_are_no_key(proposed):
    text = table("Kundennr;Artikelnr;Datum;Betrag", "7;A1;01.03.2025;5,00", "8;A2;13.03.2025;6,00")
    assert proposed(text).proposal.mapping.key == ()


def test_totals_of_a_report_are_told_so(proposed):
    text = table(
        "Datum,Quelle,Sitzungen,Nutzer,Umsatz", "20250301,google,10,9,1.5", "20250302,x,8,7,2"
    )
    assert "totals of a report" in proposed(text).trouble


def test_the_purpose_of_a_payment_names_the_order(proposed):
    text = table(
        "Buchungstag;Verwendungszweck;IBAN;Betrag",
        *("01.03.25;Bestellung #1001 danke;DE1;59,90", "13.03.25;Miete;DE2;900,00"),
        "14.03.25;Order 1002;DE1;5,90",
    )
    assert [one.get("id.order_id") for one in proposed(text).events] == ["1001", None, "1002"]


def test_tables_of_one_file_have_mappings_of_their_own(tmp_path):
    path = tmp_path / "kasse.csv"
    path.write_text(
        "Bon;Datum;Kundennr\n1;01.03.2025;7\n2;13.03.2025;8\n\n"
        "Retoure;Tag;Bon;Kundennr\n9;14.03.2025;1;7\n10;15.03.2025;2;8\n",
        encoding="utf-8",
    )
    trials = dry_run(path, context=ReadContext())
    mappings = [trial.proposal.mapping for trial in trials if trial.proposal]
    assert [one.name for one in mappings] == ["kasse_table_1", "kasse_table_2"]
    assert [one.identifiers for one in mappings] == [{"customer_id.kasse": "Kundennr"}] * 2


@pytest.mark.parametrize(
    ("header", "rows", "values"),
    [
        ("Datum;Betrag_Cent", ["13.05.2024;1999", "14.05.2024;950"], [1999, 950]),
        ("created;unit_amount", ["2024-05-13;1999", "2024-05-14;950"], [1999, 950]),
        ("id;created;amount", ["ch_1abcd;1715594400;1999", "ch_2abcd;1715594500;950"], [1999, 950]),
        (
            "Datum;Summe;MwSt",
            [f"1{n}.05.2024;{1190 + n};{190 + n}" for n in range(5)],
            [1190, 1191, 1192, 1193, 1194],
        ),
        ("Datum;Betrag_Cent", ["13.05.2024;19,99", "14.05.2024;9,50"], [1999, 950]),
    ],
)
def test_amounts_are_cents_where_a_name_a_program_or_the_tax_proves_it(
    proposed, header, rows, values
):
    assert [one["value"] for one in proposed(table(header, *rows)).events] == values


def test_whole_amounts_without_proof_stay_and_are_doubted(proposed):
    proposal = proposed(table("Datum;Betrag", "13.05.2024;1999", "14.05.2024;950")).proposal
    assert not proposal.mapping.value.minor_units
    assert "may be cents" in proposal.reasons["value"]


def test_a_shop_with_one_price_has_amounts(proposed):
    trial = proposed(table("Datum;Betrag", "13.05.2024;29,00", "14.05.2024;29,00"))
    assert [one["value"] for one in trial.events] == [2900, 2900]


def test_what_somebody_spent_in_all_is_no_sale(proposed):
    text = table("Created;Email;Total Spend", "2024-05-13;a@x.org;80.00", "2024-05-14;b@x.org;9.00")
    assert proposed(text).proposal.mapping.value is None


def test_seconds_since_1970_need_no_time_of_day(proposed):
    text = table("created_at;user_id;time_to_reply", "1715594400;u1;120", "1715594500;u2;130")
    assert proposed(text).proposal.mapping.time.clock == ""


def test_items_of_an_order_with_dated_stages_count_its_total_once(proposed):
    rows = [
        f"AU{n // 2};1{n // 2}.05.2024;1{n // 2 + 1}.05.2024;1{n // 2 + 2}.05.2024;{20 + n // 2},00"
        for n in range(8)
    ]
    header = "Auftragsnummer;Auftragsdatum;Zahlungsdatum;Versanddatum;Rechnungsbetrag"
    mapping = proposed(table(header, *rows)).proposal.mapping
    assert list(mapping.moments) == ["order_placed", "order_paid", "order_fulfilled"]
    assert mapping.key == ("Auftragsnummer",)


def test_names_of_a_database_without_separators_are_read(proposed):
    text = table(
        "oxordernr;oxorderdate;oxbillemail;oxtotalordersum;oxpaid;oxstorno",
        "7;2024-05-13 10:00:00;a@x.org;19.9;0000-00-00 00:00:00;0",
        "8;2024-05-14 10:00:00;b@x.org;9.5;2024-05-15 00:00:00;1",
        "9;2024-05-15 10:00:00;b@x.org;7.5;2024-05-15 00:00:00;0",
    )
    events = proposed(text).events
    assert [(one["event"], one["id.order_id"], one["value"]) for one in events] == [
        ("order_placed", "7", 1990),
        ("order_placed", "9", 750),
    ]


def test_the_shops_own_number_names_the_order_in_a_payment_services_file(proposed):
    text = table(
        "order_id;merchant_reference1;sale_date;capture_date;amount;settlement_amount",
        "k-1;1001;2024-05-13;2024-05-15;29.00;28.10",
        "k-2;1002;2024-05-14;2024-05-16;19.00;18.10",
    )
    mapping = proposed(text).proposal.mapping
    assert mapping.identifiers["order_id"] == "merchant_reference1"
    assert (mapping.time.column, mapping.value.column) == ("sale_date", "amount")


def test_an_appointment_is_booked(proposed):
    text = table(
        "Termin-ID;Patient-ID;Gebucht am;Status", "T1;P1;13.05.2024;ok", "T2;P1;14.05.2024;x"
    )
    mapping = proposed(text).proposal.mapping
    assert mapping.event == "appointment_booked"
    assert mapping.identifiers == {"customer_id.strange": "Patient-ID"}


def test_dates_are_no_names_of_events(proposed):
    text = table(
        "E-Mail;Created;Last Activity", *[f"k{n}@x.org;2024-05-01;2024-06-01" for n in range(6)]
    )
    assert isinstance(proposed(text).proposal.mapping.event, str)


@pytest.mark.parametrize(
    ("column", "cells", "channels"),
    [
        ("sales_channel_id", ("98432def39fc4624b33213a56b8c944d",) * 3, ["web"] * 3),
        ("Kanal", ("Online-Shop", "Filiale Süd", "Amazon.de"), ["web", "store", "marketplace"]),
        ("Notiz", ("", "eilig", ""), ["web"] * 3),
    ],
)
def test_an_order_has_the_channel_that_the_shop_s_words_mean(proposed, column, cells, channels):
    rows = [
        f"10{n};2024-05-{n:02} 10:0{n};a{n}@example.org;2{n},50;{c}" for n, c in enumerate(cells, 1)
    ]
    trial = proposed(table(f"Bestellnummer;Bestelldatum;E-Mail;Gesamtbetrag;{column}", *rows))
    assert [event["event"] for event in trial.events] == ["order_placed"] * 3
    assert [event["channel"] for event in trial.events] == channels


def test_a_school_grade_is_turned_and_numbers_that_were_dialled_name_persons(proposed):
    grade = "Wie zufrieden waren Sie mit uns? (Schulnote 1-6)"
    rows = [f"{n:02}.05.2024 10:00;{1 + n % 6};+4922155500{n:02}" for n in range(10, 20)]
    trial = proposed(table(f"Zeitstempel;{grade};Ihr Anschluss", *rows))
    assert (trial.events[0]["event"], trial.events[0]["id.phone"]) == (
        "csat_answered",
        "+492215550010",
    )
    assert (trial.events[2]["a.score"], trial.events[2]["rating"]) == ("1", 2.0)


def test_the_amount_with_tax_is_the_value(proposed):
    rows = [f"RE{n};0{n}.05.2024;K{n % 3};{n}0,00;{n}1,90" for n in range(1, 9)]
    trial = proposed(table("Belegnummer;Belegdatum;Kundennummer;Nettobetrag;Bruttobetrag", *rows))
    assert trial.proposal.mapping.value.column == "Bruttobetrag"


def test_times_with_milliseconds_and_no_zone_are_a_database_s_and_utc(proposed):
    rows = [f"10{n};2024-07-01 10:0{n}:00.000;a{n}@example.org;2{n}.50" for n in range(1, 9)]
    trial = proposed(table("order_number;order_date_time;customer_email;amount_total", *rows))
    assert trial.proposal.mapping.time.zone == "UTC"
    assert "taken as UTC" in trial.proposal.reasons["time"]


@pytest.mark.parametrize(
    ("count", "total"),
    [
        ("Anzahl Bestellungen", "Gesamtumsatz"),
        ("Bestellungen", "Umsatz gesamt"),
        ("Total orders", "Total spent"),
    ],
)
def test_what_a_customer_spent_in_a_lifetime_is_no_sale(proposed, count, total):
    rows = [f"0{n}.05.2024;K{n};a{n}@example.org;{n};{n}20,50" for n in range(1, 9)]
    trial = proposed(table(f"Erstellt am;Kundennummer;E-Mail;{count};{total}", *rows))
    assert {event["event"] for event in trial.events} == {"contact_created"}
    assert not any("value" in event for event in trial.events)


def test_a_number_of_pieces_beside_an_order_leaves_its_amount(proposed):
    rows = [f"0{n}.05.2024;B{n};a{n}@example.org;{n};{n}20,50" for n in range(1, 9)]
    trial = proposed(table("Datum;Bestellung;E-Mail;Anzahl;Gesamtbetrag", *rows))
    assert {event["event"] for event in trial.events} == {"order_placed"}
    assert trial.events[0]["value"] == 12050


def test_a_school_grade_whose_ends_nobody_states_is_turned(proposed):
    rows = [f"{n:02}.05.2024;a{n}@example.org;{1 + n % 4}" for n in range(10, 20)]
    trial = proposed(table("Datum;Kundin;Zufriedenheit (Schulnote)", *rows))
    assert trial.proposal.mapping.rating.scale == "school_grade"
    assert (trial.events[2]["a.score"], trial.events[2]["rating"]) == ("1", 2.0)


def test_deadlines_alone_say_nothing_of_when_something_happened(proposed):
    rows = [f"o{n}00;p{n};2024-05-{n:02} 10:00;{n}9.90" for n in range(10, 20)]
    trial = proposed(table("order_id;product_id;shipping_limit_date;price", *rows))
    assert "deadlines (shipping_limit_date)" in trial.trouble


def test_leads_are_persons_and_those_won_are_deals(proposed):
    rows = [f"abc{n};2024-05-{n:02};paid search" for n in range(10, 20)]
    trial = proposed(table("mql_id;first_contact_date;origin", *rows))
    assert trial.events[0]["event"] == "lead_submitted"
    assert trial.events[0]["id.customer_id.lead"] == "abc10"
    rows = [f"abc{n};s{n};2024-05-{n:02} 10:00:00;{n}" for n in range(10, 20)]
    trial = proposed(table("mql_id;seller_id;won_date;average_stock", *rows))
    assert trial.events[0]["event"] == "deal_won"
    assert trial.events[0]["id.customer_id.lead"] == "abc10"
