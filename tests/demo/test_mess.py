"""The files are as untidy as life, in realistic doses."""

import re
from collections import defaultdict
from datetime import datetime


def test_till_receipts_mostly_name_nobody(company):
    rows = company.table("items-")
    named = sum(bool(row["Customer ID"]) for row in rows) / len(rows)
    assert 0.05 < named < 0.4


def test_some_addresses_are_mistyped_and_few(company):
    true = {row["email"] for row in company.truth("persons")}
    true |= {row["second_email"] for row in company.truth("persons")}
    seen = [row["Email"].strip().lower() for row in company.table("orders_export") if row["Id"]]
    seen = [email for email in seen if email]
    wrong = sum(email not in true for email in seen) / len(seen)
    assert 0.002 < wrong < 0.03


def test_one_mailbox_serves_several_persons(company):
    owners = defaultdict(set)
    for row in company.truth("persons"):
        owners[row["email"]].add(row["person"])
    shared = [email for email, persons in owners.items() if len(persons) > 1]
    assert len(shared) > 10
    assert any(not email.startswith("info@") for email in shared)
    assert any(email.startswith("info@") for email in owners)


def test_one_cookie_serves_several_persons_and_one_person_has_several(company):
    persons, cookies = defaultdict(set), defaultdict(set)
    for row in company.truth("identifiers"):
        if row["kind"] == "anonymous_id":
            persons[row["value"]].add(row["person"])
            cookies[row["person"]].add(row["value"])
    assert sum(len(mine) > 1 for mine in persons.values()) > 5
    assert sum(len(mine) > 1 for mine in cookies.values()) > 100


def test_many_visitors_are_never_identified(company):
    known, seen = set(), set()
    for line in company.lines("segment"):
        seen.add(line["anonymousId"])
        if line["type"] == "identify" or "userId" in line:
            known.add(line["anonymousId"])
    assert 0.3 < 1 - len(known) / len(seen) < 0.95


def test_wrong_clocks_are_corrected_by_the_timestamp(company):
    def at(line, key):
        return datetime.fromisoformat(line[key]).timestamp()

    skewed = [
        line
        for line in company.lines("segment")
        if abs(at(line, "originalTimestamp") - at(line, "receivedAt")) > 3 * 3600
    ]
    assert skewed
    for line in skewed:
        expected = at(line, "receivedAt") - (at(line, "sentAt") - at(line, "originalTimestamp"))
        assert abs(expected - at(line, "timestamp")) < 0.01


def test_callers_hide_numbers_or_write_them_in_many_ways(company):
    digits = [call["raw_digits"] for call in company.document("aircall")["calls"]]
    shapes = {re.sub(r"\d+", "9", number) for number in digits}
    assert "anonymous" in shapes
    assert len(shapes) >= 4


def test_tickets_know_callers_without_mailbox(company):
    rows = company.table("zendesk")
    assert any(row["Requester email"] == "no email" for row in rows)
    assert any(re.search(r"#?\d{5}", row["Subject"]) for row in rows)


def test_notes_hold_quoted_line_breaks(company):
    assert any("\n" in row["Notes"] for row in company.table("orders_export"))


def test_surveys_hold_previews_and_unfinished_answers(company):
    rows = company.table("Alpenrad Kunden")[2:]
    assert any(row["Status"] == "Survey Preview" for row in rows)
    assert any(row["Finished"] == "False" for row in rows)
    comments = [row["Q3"] for row in rows if len(row["Q3"]) > 12]
    assert len(set(comments)) > 0.8 * len(comments)


def test_orders_come_from_web_app_till_and_desk(company):
    sources = {row["Source"] for row in company.table("orders_export") if row["Id"]}
    assert sources == {"web", "580111", "pos", "shopify_draft_order"}
