"""Rules are changed on the page, tried on the events, and never saved broken or blindly."""

import shutil

import pytest

from tests.studio_fixtures import SLUG, new_studio
from waypost.app.studio import rule_editing
from waypost.app.studio.permissions import Role
from waypost.app.studio.rule_editing import Draft, Way
from waypost.app.studio.rule_trying import cover, try_rule
from waypost.errors import ConflictError, ForbiddenError, NotFoundError, RuleError

LARGE = Draft(
    id="",
    label_de="Großer Auftrag",
    label_en="Large order",
    place="order",
    channel="",
    ways=(Way(events=("order_placed",), where="value >= 500"),),
)


@pytest.fixture
def desk(studio):
    """The module's studio without any own rule, before and after."""
    rules = studio.path / "rules.yaml"
    rules.unlink(missing_ok=True)
    yield studio
    rules.unlink(missing_ok=True)


@pytest.fixture
def own_desk(demo_shop, tmp_path):
    """A studio of one test, on the demo company."""
    shutil.copytree(demo_shop, tmp_path / SLUG)
    made = new_studio([tmp_path / SLUG], tmp_path / "documents.sqlite")
    yield made
    made.site.close()


def board(studio):
    return rule_editing.rule_board(studio.site, studio.actor())


def saved(studio, draft=LARGE, was=None):
    was = board(studio).file.digest if was is None else was
    return rule_editing.save_rule(studio.site, studio.actor(), draft, was=was)


def test_every_touchpoint_of_the_rulebook_is_a_card_with_its_counts(desk):
    cards = {card.touchpoint.id: card for card in board(desk).cards}
    assert cards["order"].events > 0
    assert cards["order"].persons <= cards["order"].events
    assert not cards["order"].is_own


def test_the_counts_of_all_cards_are_the_bound_events(desk):
    shop = desk.site.workspace(SLUG)
    bound = sum(shop.coverage().touchpoints.values())
    assert sum(card.events + card.anonymous for card in board(desk).cards) == bound


def test_an_own_rule_comes_before_all_others(desk):
    saved(desk)
    first = board(desk).cards[0]
    assert (first.touchpoint.id, first.is_own) == ("large_order", True)


def test_a_shipped_rule_is_edited_by_its_own_ways(desk):
    draft = rule_editing.draft_of(board(desk), "order")
    assert draft.ways == (Way(events=("order_placed",)),)
    assert draft.label_de == "Bestellung im Shop"


def test_what_was_saved_is_what_is_edited(desk):
    saved(desk)
    draft = rule_editing.draft_of(board(desk), "large_order")
    assert draft.ways == LARGE.ways
    assert (draft.label_de, draft.place) == (LARGE.label_de, LARGE.place)


def test_who_saw_an_older_file_does_not_overwrite_it(desk):
    old = board(desk).file.digest
    saved(desk)
    with pytest.raises(ConflictError):
        saved(desk, was=old)


def test_a_rule_that_cannot_be_used_is_not_saved(desk):
    before = board(desk).file
    wrong = Draft("x", "X", "X", place="nowhere", channel="", ways=LARGE.ways)
    with pytest.raises(RuleError, match="no step"):
        saved(desk, wrong)
    assert board(desk).file == before


@pytest.mark.parametrize(
    "draft",
    [
        Draft("", "", "", place="", channel="", ways=LARGE.ways),
        Draft("", "X", "", place="order", channel="", ways=(Way(),)),
    ],
)
def test_a_rule_needs_a_name_and_events(desk, draft):
    with pytest.raises(RuleError):
        saved(desk, draft)


def test_a_removed_rule_gives_its_events_back(desk):
    saved(desk)
    was = board(desk).file.digest
    rule_editing.remove_rule(desk.site, desk.actor(), "large_order", was=was)
    assert all(not card.is_own for card in board(desk).cards)
    with pytest.raises(NotFoundError):
        rule_editing.draft_of(board(desk), "large_order")


def test_own_rules_change_places(desk):
    saved(desk)
    saved(desk, Draft("", "Zweite", "Second", place="order", channel="", ways=LARGE.ways))
    was = board(desk).file.digest
    order = ["second", "large_order"]
    rule_editing.reorder_rules(desk.site, desk.actor(), order, was=was)
    assert [card.touchpoint.id for card in board(desk).cards][:2] == order


def test_only_who_may_change_data_changes_rules(desk):
    with pytest.raises(ForbiddenError):
        rule_editing.save_rule(desk.site, desk.actor(Role.VIEWER), LARGE, was="")


def tried(desk, draft=LARGE):
    text, touchpoint = rule_editing.try_text(desk.site, desk.actor(), draft)
    return try_rule(desk.site.workspace(SLUG), text, touchpoint)


def test_a_trial_counts_what_the_build_then_binds(own_desk):
    told = tried(own_desk)
    saved(own_desk)
    own_desk.site.workspace(SLUG).build()
    card = board(own_desk).cards[0]
    assert told["events"] == card.events + card.anonymous
    assert told["persons"] == card.persons


def test_a_trial_says_from_where_events_come(desk):
    told = tried(desk)
    assert sum(one["events"] for one in told["moved"]) == told["events"]
    assert "order" in {one["id"] for one in told["moved"]}


def test_a_trial_shows_what_only_just_does_not_fit_and_why(desk):
    told = tried(desk)
    assert told["nearly"]
    for one in told["nearly"]:
        assert one["event"] == "order_placed"
        assert one["value"] < 50_000
    assert [one["part"] for one in told["nearly_because"]] == ["value >= 500"]


def test_a_trial_names_the_earlier_rule_that_takes_events(desk):
    saved(desk)
    both = Draft(
        "", "Alle", "All", place="order", channel="", ways=(Way(events=("order_placed",)),)
    )
    told = tried(desk, both)
    assert [one["id"] for one in told["taken"]] == ["large_order"]
    assert told["fitting"] - told["events"] == told["taken"][0]["events"]


def test_nothing_in_an_example_names_a_person(desk):
    for one in tried(desk)["examples"]:
        assert not [name for name in one if name.startswith("id.")]


def test_a_broken_text_tells_its_line(desk):
    told = try_rule(desk.site.workspace(SLUG), "touchpoints:\n  - id: x\n    stepp: y\n", "x")
    assert told["problem"]["line"] == 3


def test_coverage_counts_every_event_once(desk):
    told = cover(desk.site.workspace(SLUG))
    assert told["bound"] + sum(one["events"] for one in told["unbound"]) == told["events"]
