# ruff: noqa: E501 - lines of real exports are long
"""Mailchimp and Brevo."""

from tests.intake.conftest import at

AUDIENCE = (
    "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID,TAGS,UNSUB_TIME,UNSUB_REASON\n"
    "eva@example.com,Eva,3,2024-01-02 10:00:00,2024-01-02 11:00:00,2024-02-01 10:00:00,11,aa,news,2024-02-01 10:00:00,NORMAL\n"
    "leer@example.com,,2,,,,12,bb,,,\n"
)


def test_an_audience_tells_who_came_and_who_left(desk):
    report = desk.add(AUDIENCE)

    assert report.format == "mailchimp_audience"
    assert desk.names() == {"$profile": 1, "newsletter_subscribed": 1, "newsletter_unsubscribed": 1}
    assert desk.event("newsletter_subscribed")["at"] == at("2024-01-02 11:00:00")
    assert dict(report.ignored) == {"contact without any time": 1}


def test_activity_without_zone_is_in_utc(desk):
    report = desk.add(
        {
            "emails": [
                {
                    "campaign_id": "c",
                    "email_id": "e1",
                    "email_address": "Eva@example.com",
                    "activity": [
                        {"action": "open", "timestamp": "2024-07-01 10:00:00"},
                        {
                            "action": "click",
                            "url": "https://x.example",
                            "timestamp": "2024-07-01 10:01:00",
                        },
                    ],
                },
                {
                    "campaign_id": "c",
                    "email_id": "e2",
                    "email_address": "b@example.com",
                    "activity": [],
                },
            ]
        }
    )

    assert (desk.event("email_opened")["at"], desk.event("email_clicked")["a.url"]) == (
        at("2024-07-01 10:00:00"),
        "https://x.example",
    )
    assert dict(report.ignored) == {"recipient without any activity": 1}
    assert report.warnings == ()


def test_times_of_an_audience_are_in_utc_in_summer_too(desk):
    desk.add(AUDIENCE.replace("2024-01-02", "2024-07-02"))

    assert desk.event("newsletter_subscribed")["at"] == at("2024-07-02 11:00:00")


def test_links_of_a_web_interface_are_no_table_of_unknown_format(desk):
    report = desk.add(
        {
            "emails": [
                {
                    "email_address": "b@example.com",
                    "activity": [{"action": "open", "timestamp": "2024-07-01T10:00:00+00:00"}],
                }
            ],
            "_links": [{"rel": "self", "href": "https://x.example", "method": "GET"}],
        }
    )

    assert (report.stored, report.warnings) == (1, ())


def test_brevo_reads_semicolons_and_days_first(desk):
    report = desk.add(
        "EMAIL;LASTNAME;FIRSTNAME;SMS;EMAIL_BLACKLISTED;SMS_BLACKLISTED;ADDED_TIME;MODIFIED_TIME\n"
        "eva@example.com;Muster;Eva;4915112345678;1;0;03-04-2024;25-04-2024\n"
        "max@example.com;Muster;Max;;0;0;13-04-2024;25-04-2024\n"
    )

    assert report.format == "brevo_contacts"
    assert desk.events("newsletter_subscribed")[0]["at"] == at("2024-04-02 22:00:00")
    assert desk.event("newsletter_unsubscribed")["id.email"] == "eva@example.com"


def test_ids_of_an_address_are_no_ids_of_a_human(desk):
    desk.add(AUDIENCE)

    kinds = {name for one in desk.events() for name in one if name.startswith("id.")}
    assert (kinds, desk.event("newsletter_subscribed")["a.euid"]) == ({"id.email"}, "aa")
