"""Personas: counted from events, told apart from their invented portrait, merged and split."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pypdf
import pytest

from tests.studio_fixtures import built_front_end, demo_shop, studio
from waypost.app.studio.permissions import Role
from waypost.app.studio.persona_facts import persona_facts, persona_sheet, persona_size
from waypost.app.studio.personas import (
    PersonaFields,
    add_persona,
    change_persona,
    history_of_persona,
    list_personas,
    merge_personas,
    persona,
    remove_persona,
    restore_persona,
    split_persona,
)
from waypost.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from waypost.exports.persona_sheets import persona_file
from waypost.questions import Groups

__all__ = ["built_front_end", "demo_shop", "studio"]

STORE, PHONE = "channel = 'store'", "channel = 'phone'"


def _made(studio, name, *rules, **fields):
    wanted = PersonaFields(name=name, segment=rules, **fields)
    return add_persona(studio.site, studio.actor(), wanted)


def _size(studio, one):
    return persona_size(studio.site.workspace("shop"), one)[0]


def test_the_size_is_what_the_question_says(studio):
    made = _made(studio, "Store", STORE)
    shop = studio.site.workspace("shop")
    asked = shop.ask(Groups(by="channel", of="event", segment=STORE))
    assert _size(studio, made) == asked.facts["persons"] > 0


def test_two_halves_of_a_split_are_all_there_are_and_nobody_is_in_both(studio):
    whole = _made(studio, "Everybody")
    halves = split_persona(
        studio.site, studio.actor(), whole.id, rule=STORE, names=("store", "never store")
    )
    sizes = [_size(studio, half) for half in halves]
    assert sum(sizes) == _size(studio, whole)
    assert all(sizes)
    assert whole.id in {one.id for one in list_personas(studio.site, studio.actor(), removed=True)}


def test_a_merged_persona_has_everybody_who_was_in_one_of_them(studio):
    one, other = _made(studio, "Store", STORE), _made(studio, "Phone", PHONE)
    merged = merge_personas(
        studio.site, studio.actor(), [one.id, other.id], PersonaFields(name="Either")
    )
    shop = studio.site.workspace("shop")
    both = shop.ask(Groups(by="channel", of="event", segment=(STORE, PHONE))).facts["persons"]
    assert _size(studio, merged) == _size(studio, one) + _size(studio, other) - both


def test_what_was_merged_can_be_restored_as_it_was(studio):
    one, other = _made(studio, "Store", STORE, colour="5"), _made(studio, "Phone", PHONE)
    merge_personas(studio.site, studio.actor(), [one.id, other.id], PersonaFields(name="Either"))
    back = restore_persona(studio.site, studio.actor(), one.id)
    assert (back.name, back.segment, back.colour) == (one.name, one.segment, one.colour)
    whats = [step.what for step in history_of_persona(studio.site, studio.actor(), one.id)]
    assert whats == ["restored", "merged", "created"]


@pytest.mark.parametrize("rules", [(), (STORE, PHONE), (f"never: {STORE}",)])
def test_a_union_that_no_segment_can_say_is_refused_and_nothing_is_removed(studio, rules):
    one, other = _made(studio, "Odd", *rules), _made(studio, "Phone", PHONE)
    with pytest.raises(InputError, match="one condition"):
        merge_personas(studio.site, studio.actor(), [one.id, other.id], PersonaFields(name="x"))
    assert not persona(studio.site, studio.actor(), other.id).is_removed


def test_facts_are_counted_and_small_groups_are_not_among_them(studio):
    facts = persona_facts(studio.site.workspace("shop"), _made(studio, "Store", STORE))
    assert 0 < facts.persons < facts.everybody
    assert facts.traits[0].differs
    assert all(trait.low <= trait.share - trait.others <= trait.high for trait in facts.traits)
    assert all(stage.persons >= 5 for stage in facts.usage)
    assert all(0 < share <= 1 for stage in facts.usage for share in stage.shares.values())


def test_everybody_differs_from_nobody(studio):
    facts = persona_facts(studio.site.workspace("shop"), _made(studio, "Everybody"))
    assert facts.persons == facts.everybody
    assert facts.traits == ()


def test_a_stale_change_is_refused_with_both_texts(studio):
    made = _made(studio, "Store", STORE)
    actor = studio.actor()
    change_persona(studio.site, actor, made.id, PersonaFields(summary="theirs"), revision=1)
    with pytest.raises(ConflictError) as refused:
        change_persona(studio.site, actor, made.id, PersonaFields(summary="mine"), revision=1)
    assert refused.value.facts["theirs"] == {"summary": "theirs"}


def test_new_personas_take_colours_that_are_not_used_yet(studio):
    colours = [_made(studio, f"c{n}").colour for n in range(3)]
    assert len(set(colours)) == 3


def test_who_may_not_edit_changes_nothing_and_foreigners_see_nothing(studio):
    made = _made(studio, "Store", STORE)
    viewer = studio.actor(Role.VIEWER)
    assert persona(studio.site, viewer, made.id).name == "Store"
    with pytest.raises(ForbiddenError):
        remove_persona(studio.site, viewer, made.id)
    foreign = studio.actor().__class__(
        **{
            **{name: getattr(studio.actor(), name) for name in studio.actor().__slots__},
            "workspace": "x",
        }
    )
    with pytest.raises(NotFoundError):
        persona(studio.site, foreign, made.id)


def test_the_sheet_says_that_its_portrait_is_invented(studio):
    made = _made(studio, "Store <b>", STORE, story={"portrait": "She <i>cycles</i>."})
    text = studio.client().get(f"/w/shop/personas/{made.id}").text
    assert "This portrait is invented." in text
    assert "She &lt;i&gt;cycles&lt;/i&gt;." in text
    assert "<b>&lt;" not in text


def test_a_condition_that_names_nothing_is_refused_in_the_form_and_nothing_is_lost(studio):
    form = {"name": "Kept", "segment": "channel == store", "story-needs": "Kept too"}
    answer = studio.client().post("/w/shop/personas/new", data=form)
    assert answer.status_code == 422
    assert "Kept too" in answer.text


def test_the_api_tells_the_facts_of_the_sheet(studio):
    made = _made(studio, "Store", STORE)
    facts = studio.client().get(f"/api/v1/workspaces/shop/personas/{made.id}/facts").json()
    assert facts["persons"] == _size(studio, made)
    assert facts["channels_by_stage"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_printed_sheet_says_what_is_counted_and_what_is_invented(studio, language):
    made = _made(studio, "Store", STORE, story={"portrait": "She cycles."})
    sheet = persona_sheet(studio.site.workspace("shop"), made)
    content = persona_file(sheet, "pdf", language=language)
    assert content == persona_file(sheet, "pdf", language=language)
    told = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert str(_size(studio, made)) in told
    assert "She cycles." in told.replace("\n", " ")
    assert {"de": "erfunden", "en": "invented"}[language] in re.sub(r"[-\u00ad]\s*", "", told)


def test_nothing_counted_of_fewer_than_five_persons_is_printed(studio):
    made = _made(studio, "Few", STORE)
    sheet = replace(persona_sheet(studio.site.workspace("shop"), made), persons=4)
    content = persona_file(sheet, "pdf", language="en")
    told = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert "Fewer than five" in told
    assert "%" not in told


def test_a_sheet_in_another_form_is_refused(studio):
    made = _made(studio, "Store", STORE)
    answer = studio.client().get(f"/api/v1/workspaces/shop/personas/{made.id}/sheet.docx")
    assert answer.status_code == 422
    assert "pdf" in answer.json()["error"]["hint"]
