"""Groups under five persons do not leave the house."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.exports.fixtures import bicycle_map, hard_map
from waypost.exports import render_html
from waypost.exports.html.privacy import LEAST_GROUP, hidden_parts, is_small
from waypost.maps.document import FlowCard, MapStep, RepresentativeJourney
from waypost.model import Provenance

PARTS = st.dictionaries(st.sampled_from(["on", "back", "left", "open"]), st.integers(0, 60))


@given(PARTS)
def test_small_parts_are_hidden_and_empty_ones_are_not(parts):
    hidden = hidden_parts(parts)
    assert {name for name, persons in parts.items() if is_small(persons)} <= hidden
    assert not {name for name in hidden if parts[name] == 0}


@given(PARTS)
def test_no_hidden_part_can_be_had_by_subtraction(parts):
    hidden = hidden_parts(parts)
    if hidden and any(persons >= LEAST_GROUP for persons in parts.values()):
        assert len(hidden) > 1


def test_small_groups_are_not_even_in_the_source():
    page = render_html(hard_map(), language="en").decode()
    assert "secret-small-quote" not in page
    assert "secret-small-group" not in page
    assert "13341" not in page  # the events of a touchpoint that three persons met
    assert "13,341" not in page


def test_a_step_of_few_persons_says_so_and_nothing_else():
    step = MapStep(
        id="few",
        label={"en": "Few"},
        stage="s",
        touchpoints=(),
        persons=3,
        events=4711,
        median_seconds_to_next=99 * 86_400,
        cells={
            "flow": (
                FlowCard(
                    id="f",
                    provenance=Provenance.OBSERVED,
                    persons=3,
                    on=2,
                    back=0,
                    left=1,
                    still_open=0,
                ),
            )
        },
    )
    page = render_html(bicycle_map().model_copy(update={"steps": (step,)}), language="en").decode()
    assert "4,711" not in page
    assert "99\u00a0days" not in page
    assert "under 5" in page


def test_journeys_of_few_persons_are_part_of_the_rest():
    journeys = (
        RepresentativeJourney(steps=("idea",), persons=900, share=0.8777),
        RepresentativeJourney(steps=("again",), persons=3, share=0.0523),
    )
    document = bicycle_map().model_copy(update={"journeys": journeys, "journeys_rest_share": 0.07})
    page = render_html(document, language="en").decode()
    told = page.partition('id="journeys"')[2].partition("</section>")[0]
    assert "87.8%" in told
    assert "5.2%" not in told
    assert '<b class="num">12.2%</b>' in told
