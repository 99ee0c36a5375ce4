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


@pytest.mark.parametrize("name", ["ID", "mql_id", "Nummer"])
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
        "order_purchase": "order_purchase_timestamp",
        "order_delivered": "order_delivered_date",
    }
    assert len(trial.events) == 3


def test_a_wide_file_without_times_names_twelve_columns_at_most(proposed):
    names = [f"spalte{n}" for n in range(40)]
    trial = proposed(table(";".join(names), ";".join("x" * 40), ";".join("y" * 40)))
    assert "spalte11 and 28 more" in trial.trouble
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
