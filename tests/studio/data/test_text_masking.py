"""Texts of a person are shown without what says who it is, and stay readable."""

import pytest

from waypost.app.studio.text_masking import Known, hidden_text, known_of, names_in

ANNA = known_of(
    [
        {"id.email": "anna.mueller@example.org", "id.loyalty_card": "K-4711", "a.page_name": "Tee"},
        {"a.customer_name": "Anna-Lena Müller", "id.customer_id.till": "k12", "a.sum": "5"},
        {"a.trait.last_name": "Klein", "a.product_name": "Sonnenhut", "text": None},
    ]
)
DOTS = "•••"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Bitte an anna@example.org, Tel. +49 89 123 456, Bestellung 4711.",
            "Bitte an •••@•••, Tel. •••, Bestellung 4711.",
        ),
        ("anna (at) example (punkt) org", "•••@•••"),
        ("Schreib an anna at example dot org", "Schreib an •••"),
        ("https://shop.example.org/?mail=anna%40example.org", DOTS),
        ("Insta: @anna.m", "Insta: •••"),
        ("IBAN DE89 3704 0044 0532 0130 00 bitte", "IBAN ••• bitte"),
        ("de89370400440532013000", DOTS),
        ("Karte 4111-1111-1111-1111, gültig 12/27", "Karte •••, gültig 12/27"),
        ("Rückruf 0170.1234567 oder 030/1234-56", "Rückruf ••• oder •••"),
        ("Handy: 0170 / 12 34 567", "Handy: •••"),
        ("+49 (0)89-123456", DOTS),
        ("Sendung 00340434161094042557 fehlt", "Sendung ••• fehlt"),
        ("Paket JJD1490012345678", "Paket •••"),
        ("meine Karte k-4711", "meine Karte •••"),
        ("Anna, Annas, ANNA, anna", "•••, •••, •••, •••"),
        ("Müller, MUELLER, muller", "•••, •••, •••"),
        ("Anna-Lena Müller hat bestellt", "••• hat bestellt"),
        ("die Hose war zu klein, sagt Frau Klein", "die Hose war zu klein, sagt Frau •••"),
        ("Hier ist Gudrun Habermann", "Hier ist •••"),
        ("Passt gut.\nViele Grüße\nHeribert Unbekannt", "Passt gut.\nViele Grüße\n•••"),
        ("Danke! LG Tom", "Danke! LG •••"),
        ("Lieferung an Hauptstraße 12a", "Lieferung an •••"),
        ("Herr Dr. Habermann kam nicht", "Herr ••• kam nicht"),
        ("Hallo Habermann,\nwo bleibt es?", "Hallo •••,\nwo bleibt es?"),
        ("Passt.\nMfG\nH. Habermann", "Passt.\nMfG\n•••"),
        ("Toll! Viele Grüße aus Wien, Habermann", "Toll! Viele Grüße aus Wien, •••"),
        ("Ehepaar Habermann wartet", "Ehepaar ••• wartet"),
        ("Herr Habermann rief an. Später kam Habermann.", "Herr ••• rief an. Später kam •••."),
    ],
)
def test_what_says_who_it_is_is_hidden(text, shown):
    assert hidden_text(text, ANNA) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Am 12.03.2025 für 1.234,56 € gekauft, geliefert am 2025-03-14 14:30.",
        "Kostet 129.99 EUR statt 1.299,00, Größe 42, 5 Stück, seit 14 Tagen.",
        "Sehr geehrte Damen und Herren, die Teekanne tropft. Mit freundlichen Grüßen",
        "Öffnungszeiten 9-18 Uhr, Saison 2024/25",
        "Hallo Kundenservice,\ndanke liebes Team, bitte um Rückruf.",
        "Liebe Leute, gute Räder!\nGrüße aus Wien",
        "Der Sonnenhut (Tee) war schnell da, sehr schön und nicht zu klein.",
        "Great service, thank you! Delivered on 12/03/2025 at 10:30.",
        "",
    ],
)
def test_a_plain_text_stays_as_it_is(text):
    assert hidden_text(text, ANNA) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gestern hat Gudrun Habermann angerufen", "gestern hat ••• angerufen"),
        ("mit Petra von Habermann gesprochen", "mit ••• von ••• gesprochen"),
        ("Ihr Mitarbeiter Habermann war nett", "Ihr Mitarbeiter ••• war nett"),
        ("mein Mann Heribert holt es ab", "mein Mann ••• holt es ab"),
        ("Hallo Peter Vielen Dank", "Hallo ••• Vielen Dank"),
        ("laut Kaczmarek und KUEHN kommt Tee", "laut ••• und ••• kommt Tee"),
    ],
)
def test_family_names_within_a_sentence_are_hidden_where_something_says_so(text, shown):
    others = names_in(
        {"a.customer_name": ["Ömer Kaczmarek", "Ute Kühn", "Eva Berg", "Tee Sommer GmbH"]}
    )
    assert hidden_text(text, Known(others=others)) == shown


def test_usual_words_that_are_names_too_stay():
    others = names_in({"a.trait.last_name": ["Berg", "Klein", "Stein"], "a.item": ["Tasse"]})
    text = "An dem Berg im Juli: kleine Brücke, Bett und Jacke aus Stein, viele Fälle, eine Tasse."
    assert hidden_text(text, Known(others=others)) == text


def test_what_is_hidden_stays_hidden_when_read_again():
    once = hidden_text("Anna Müller, anna@example.org, 0170 1234567, K-4711", ANNA)
    assert hidden_text(once, ANNA) == once
