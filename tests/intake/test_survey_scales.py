"""Survey questions: the wording and the stated scale decide, in German and English."""

import pytest

from waypost.intake.formats.survey_scales import scale_of


@pytest.mark.parametrize(
    ("label", "cells", "expected"),
    [
        ("Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?", ["9", "3"], ("nps", 0, 10)),
        ("How likely are you to recommend us? (0-10)", ["5"], ("nps", 0, 10)),
        ("Wie zufrieden sind Sie mit der Lieferung? (1 = gar nicht, 5 = sehr)", [], ("csat", 1, 5)),
        ("Wie zufrieden sind Sie mit der Lieferung?", ["4", "5"], ("csat", 1, 5)),
        ("How satisfied are you on a scale of 1 to 7?", ["4"], ("csat", 1, 7)),
        ("Wie zufrieden sind Sie? (0–10)", ["4"], ("csat", 0, 10)),
        (
            "Wie einfach war die Bezahlung? (1 = sehr schwierig, 7 = sehr einfach)",
            ["5"],
            ("ces", 1, 7),
        ),
        ("How easy was it to check out?", ["3", "4"], ("ces", 1, 7)),
        ("How easy was it (1-5)?", ["3"], ("ces", 1, 5)),
        ("The company made it easy for me, from 1 (strongly disagree) to 7", ["7"], ("ces", 1, 7)),
        ("Wie leicht war es? (1 = sehr leicht, 7 = sehr schwer)", ["2"], ("ces", 7, 1)),
        ("How much effort did you have to put forth? (1-5)", ["2"], ("ces", 5, 1)),
        (
            "Wie zufrieden sind Sie? (1 = sehr zufrieden, 5 = gar nicht zufrieden)",
            ["2"],
            ("csat", 5, 1),
        ),
        ("Bitte bewerten Sie die Lieferung: 1 = sehr gut, 6 = ungenügend", ["2"], ("csat", 6, 1)),
        ("Wie war die Beratung? 1 (sehr schlecht) bis 5 (sehr gut)", ["2"], ("csat", 1, 5)),
        ("How would you rate the delivery, 1-7?", ["2"], ("ces", 1, 7)),
        ("Wie zufrieden sind Sie damit, wie einfach es war? (1-5)", ["3"], ("csat", 1, 5)),
    ],
)
def test_a_question_has_the_scale_that_its_label_tells(label, cells, expected):
    scale = scale_of(label, cells)
    assert scale is not None
    assert (scale.kind, scale.low, scale.high) == expected


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("Wie alt sind Sie?", ["34", "51"]),
        ("Wie viele Räder haben Sie?", ["1", "2"]),
        ("Wie zufrieden sind Sie? (1-5)", ["9"]),
        ("Wie zufrieden sind Sie und warum?", ["sehr, weil alles kam"]),
        ("Wie war die Lieferung?", ["1", "3"]),
        ("", ["3"]),
    ],
)
def test_what_is_no_rating_is_not_taken_for_one(label, cells):
    assert scale_of(label, cells) is None
