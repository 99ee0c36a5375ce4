# ruff: noqa: E501 - lines of real exports are long
"""Tickets, calls and reviews."""

from tests.intake.conftest import at

TICKETS = (
    "Id,Requester,Requester id,Requester email,Subject,Tags,Status,Via,Created at,Updated at,Assigned at,Solved at,Satisfaction Score,Reopens,Replies,First reply time in minutes\n"
    "5,Eva,900,eva@example.com,Wo bleibt Bestellung #1001?,lieferung,Solved,Mail,2024-05-02 10:00,2024-05-04 10:00,2024-05-02 10:05,2024-05-03 10:00,Bad,1,2,30\n"
    "6,Max,901,max@example.com,Frage,,Open,Web form,2024-05-02 11:00,2024-05-02 12:00,,,Offered,0,0,\n"
)


def test_a_ticket_is_created_solved_reopened_and_rated(desk):
    report = desk.add(TICKETS)

    assert report.format == "zendesk_tickets"
    assert desk.names() == {
        "ticket_assigned": 1,
        "ticket_created": 2,
        "ticket_rated": 1,
        "ticket_reopened": 1,
        "ticket_solved": 1,
    }
    assert (desk.event("ticket_rated")["rating"], desk.event("ticket_rated")["a.rating_kind"]) == (
        -2.0,
        "csat",
    )


def test_a_call_list_names_who_called_and_who_was_called(desk):
    report = desk.add(
        "Datum;Uhrzeit;Richtung;Status;Eigene Rufnummer;Rufnummer;Gesprächsdauer\n"
        "13.05.2024;10:00:05;Eingehend;Angenommen;+49301234567;0151 12345678;00:03:12\n"
        "13.05.2024;11:00:00;Eingehend;Verpasst;+49301234567;;00:00:00\n"
        "14.05.2024;09:00:00;Ausgehend;Angenommen;+49301234567;+4915112345678;00:01:00\n"
    )
    assert (report.format, report.stored) == ("call_lists", 3)
    assert desk.names() == {"call_received": 1, "call_missed": 1, "call_made": 1}
    assert desk.event("call_received")["id.phone"] == "+4915112345678"
    assert desk.event("call_received")["at"] == at("2024-05-13T08:00:05Z")
    assert "id.phone" not in desk.event("call_missed")


def test_calls_of_a_router_are_told_by_their_figures(desk):
    report = desk.add(
        "sep=;\nTyp;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer\n"
        "1;13.05.24 10:00;Eva;015112345678;;301234;0:03\n"
        "2;13.05.24 11:00;;015112345678;;301234;0:00\n"
        "4;14.05.24 11:00;;015112345678;;301234;0:02\n"
    )
    assert report.format == "call_lists"
    assert desk.names() == {"call_received": 1, "call_missed": 1, "call_made": 1}


def test_an_order_number_in_the_subject_is_an_identifier(desk):
    desk.add(TICKETS)

    first, second = desk.events("ticket_created")
    assert (first["id.order_id"], first["channel"], first["a.first_reply_minutes"]) == (
        "1001",
        "email",
        "30",
    )
    assert ("id.order_id" in second, second["channel"]) == (False, "web")


def test_tickets_of_the_interface_are_read_too(desk):
    report = desk.add(
        {
            "tickets": [
                {
                    "id": 7,
                    "requester_id": 900,
                    "subject": "Hilfe",
                    "description": "Order 1002 fehlt",
                    "status": "solved",
                    "tags": ["a", "b"],
                    "via": {"channel": "chat"},
                    "created_at": "2024-05-02T10:00:00Z",
                    "updated_at": "2024-05-03T10:00:00Z",
                    "satisfaction_rating": {"score": "good", "comment": "Danke"},
                },
                {
                    "id": 8,
                    "requester_id": 1,
                    "subject": "x",
                    "status": "deleted",
                    "created_at": "2024-05-02T10:00:00Z",
                    "via": {"channel": "web"},
                },
            ]
        }
    )

    assert (report.format, dict(report.ignored)) == ("zendesk_tickets_json", {"deleted ticket": 1})
    assert (desk.event("ticket_rated")["text"], desk.event("ticket_solved")["at"]) == (
        "Danke",
        at("2024-05-03 10:00"),
    )
    assert desk.event("ticket_created")["id.order_id"] == "1002"


def test_calls_are_received_missed_or_made(desk):
    base = {"direction": "inbound", "raw_digits": "+49 30 901820", "status": "done"}
    report = desk.add(
        {
            "calls": [
                {
                    "id": 1,
                    **base,
                    "started_at": 1714550292,
                    "answered_at": 1714550322,
                    "ended_at": 1714550400,
                    "duration": 108,
                    "comments": [{"content": "Bestellung 1001"}],
                },
                {
                    "id": 2,
                    **base,
                    "started_at": 1714550292,
                    "answered_at": None,
                    "duration": 20,
                    "missed_call_reason": "no_available_agent",
                },
                {
                    "id": 3,
                    **base,
                    "direction": "outbound",
                    "started_at": 1714550292,
                    "answered_at": 1714550293,
                    "duration": 5,
                },
            ]
        }
    )

    assert report.format == "calls"
    assert desk.names() == {"call_made": 1, "call_missed": 1, "call_received": 1}
    received = desk.event("call_received")
    assert (received["id.phone"], received["a.waiting_seconds"], received["id.order_id"]) == (
        "+4930901820",
        "30",
        "1001",
    )
    assert received["at"] == at("2024-05-01 07:58:12")


def test_a_review_has_stars_text_and_order(desk):
    report = desk.add(
        {
            "reviews": [
                {
                    "id": "r1",
                    "stars": 1,
                    "title": "Schlecht",
                    "text": "Kam nie an",
                    "language": "de",
                    "createdAt": "2024-05-05T10:00:00Z",
                    "referenceId": "#1001",
                    "consumer": {"id": "c1", "displayName": "E"},
                    "companyReply": {"text": "Sorry", "createdAt": "2024-05-06T10:00:00Z"},
                }
            ]
        }
    )

    review = desk.event("review_written")
    assert (report.format, review["rating"], review["text"]) == (
        "reviews",
        -2.0,
        "Schlecht\nKam nie an",
    )
    assert (review["id.order_id"], desk.event("review_replied")["text"]) == ("1001", "Sorry")
