"""The files are the systems' own: their columns, their encodings, their line ends."""

import csv
import io
import json
import re


def first_line(company, start):
    return company.raw(start).decode("utf-8-sig").split("\n")[0].rstrip("\r")


def test_shopify_orders_have_the_79_columns(company):
    columns = first_line(company, "orders_export").split(",")
    assert len(columns) == 79
    assert columns[:4] == ["Name", "Email", "Financial Status", "Paid at"]
    assert columns[16:21] == [
        "Lineitem quantity",
        "Lineitem name",
        "Lineitem price",
        "Lineitem compare at price",
        "Lineitem sku",
    ]
    assert columns[-3:] == ["Payment Terms Name", "Next Payment Due At", "Payment References"]


def test_every_csv_row_has_as_many_cells_as_its_header(company):
    for start, skip in (
        *(("orders_export", 0), ("customers", 0), ("zendesk", 0), ("items-", 0)),
        *(("subscribed", 0), ("unsubscribed", 0), ("cleaned", 0)),
        *(("Alpenrad Kunden", 0), ("Alpenrad_Mentions", 6)),
    ):
        text = company.raw(start).decode("utf-8-sig")
        lines = io.StringIO(text, newline="")
        for _ in range(skip):
            next(lines)
        rows = [row for row in csv.reader(lines) if row]
        assert {len(row) for row in rows} == {len(rows[0])}, start
        assert len(rows) > 1, start


def test_zendesk_columns_begin_and_end_as_zendesk_writes_them(company):
    header = first_line(company, "zendesk")
    assert header.startswith(
        "Summation column,Id,Requester,Requester id,Requester external id,Requester email,"
    )
    assert header.endswith("On hold time in minutes,On hold time in minutes within business hours")
    assert "Reopens,Replies,First reply time in minutes" in header


def test_square_columns(company):
    header = first_line(company, "items-").split(",")
    assert header[:6] == ["Date", "Time", "Time Zone", "Category", "Item", "Qty"]
    assert header[-4:] == ["Channel", "Token", "Card Brand", "PAN Suffix"]
    assert len(header) == 35


def test_mailchimp_files_differ_by_how_the_membership_ended(company):
    assert "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE" in first_line(company, "unsubscribed")
    assert "CLEAN_TIME" in first_line(company, "cleaned")
    assert first_line(company, "subscribed").endswith("LAST_CHANGED,LEID,EUID,NOTES,TAGS")


def test_qualtrics_has_three_header_rows(company):
    rows = company.table("Alpenrad Kunden")
    assert rows[0]["StartDate"] == "Startdatum"
    assert json.loads(rows[1]["Q1"]) == {"ImportId": "QID1"}
    assert rows[2]["ResponseId"].startswith("R_")


def test_brandwatch_begins_with_lines_about_the_report(company):
    lines = company.raw("Alpenrad_Mentions").decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Report:,Bulk Mentions Download"
    assert lines[5] == ""
    assert lines[6].startswith("Query Id,Query Name,Date,Title,Snippet")


def test_ad_costs_are_a_german_spreadsheet_with_a_total(company):
    raw = company.raw("Werbekosten")
    lines = raw.decode("cp1252").rstrip("\r\n").split("\r\n")
    assert lines[0].split(";")[0] == "Datum"
    assert re.fullmatch(r"0\d\.11\.2025", lines[1].split(";")[0])
    total = lines[-1].split(";")
    cents = [int(line.split(";")[5].replace(".", "").replace(",", "")) for line in lines[1:-1]]
    assert total[0] == "Gesamt"
    assert int(total[5].replace(".", "").replace(",", "")) == sum(cents)
    assert b"\x84" in raw  # the low quotation mark as Windows writes it


def test_segment_lines_carry_the_specified_keys(company):
    line = company.lines("segment")[0]
    assert {
        *("messageId", "type", "anonymousId", "channel", "context", "integrations"),
        *("originalTimestamp", "sentAt", "receivedAt", "timestamp", "version"),
    } <= set(line)
