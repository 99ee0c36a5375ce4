"""What readers from outside see of what people said."""

import pytest

from waypost.app.studio.outside_words import without_people


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Danke an Frau Müller-Lüdenscheidt!", "Danke an Frau …!"),
        ("Herr Dr. Kaiser half mir.", "Herr … half mir."),
        ("Ich bin Anna Schmidt und warte.", "Ich bin … und warte."),
        ("Liebe Grüße, Hans", "Liebe Grüße, …"),
        ("Schreiben Sie mir: a.b@example.org", "Schreiben Sie mir: …"),
        ("Rufen Sie 0171 2345678 an", "Rufen Sie … an"),
        ("Siehe https://shop.example/?user=7 und @anna_s", "Siehe … und …"),
        ("Mr Smith was kind.", "Mr … was kind."),
    ],
)
def test_names_and_addresses_are_blotted(said, told):
    assert without_people(said) == told


def test_names_of_the_workspace_are_blotted_where_nothing_gives_them_away():
    assert without_people("Danke, Habermann hilft!", frozenset({"habermann"})) == "Danke, … hilft!"


@pytest.mark.parametrize(
    "said",
    [
        "Das Rad kam zu spät und war zu klein.",
        "Der Laden am Bahnhof ist toll!",
        "The size chart is wrong.",
        "",
    ],
)
def test_what_names_nobody_stays_as_it_was_said(said):
    assert without_people(said) == said
