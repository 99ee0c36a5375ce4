"""Comments: pinned to elements, in threads, resolved, kept when the element goes."""

import pytest

from tests.studio.maps.conftest import member
from waypost.app.studio.comments import (
    Chosen,
    NewComment,
    add_comment,
    comments_of,
    edit_comment,
    remove_comment,
    resolve_comment,
)
from waypost.app.studio.map_people import set_map_role
from waypost.app.studio.notifications import mark_read, notices_of, unread_notices
from waypost.app.studio.permissions import Role
from waypost.errors import ConflictError, ForbiddenError, InputError, NotFoundError


def say(house, shop, words, by="cora", **told):
    return add_comment(house.site, house.people[by], shop, NewComment(words, **told))


def texts(house, shop, **chosen):
    return [one.text for one in comments_of(house.site, house.vito, shop, Chosen(**chosen))]


def test_threads_come_in_the_order_of_their_beginning_each_with_its_answers(house):
    shop = house.new_map()
    first = say(house, shop, "Eins")
    house.clock.move(minutes=1)
    say(house, shop, "Zwei")
    house.clock.move(minutes=1)
    answer = say(house, shop, "Eins, Antwort", by="emil", parent=first.id)
    house.clock.move(minutes=1)
    say(house, shop, "Noch eine", parent=answer.id)
    assert texts(house, shop) == ["Eins", "Eins, Antwort", "Noch eine", "Zwei"]


def test_an_answer_stands_at_the_element_of_its_thread(house):
    shop = house.new_map()
    card = house.add_card(shop, "Die Kasse")
    first = say(house, shop, "Stimmt das?", anchor=("cards", card))
    answer = say(house, shop, "Ja", parent=first.id)
    assert answer.anchor == ("cards", card)
    assert answer.parent == first.id


def test_a_comment_outlives_its_element_and_says_so(house):
    shop = house.new_map()
    card = house.add_card(shop, "Die Kasse streikt")
    say(house, shop, "Seit wann?", anchor=("cards", card))
    house.change(shop, {"op": "remove", "kind": "cards", "id": card})
    (comment,) = comments_of(house.site, house.vito, shop)
    assert comment.is_gone
    assert comment.anchor_text == "Die Kasse streikt"


def test_what_is_not_there_cannot_be_commented_on(house):
    shop = house.new_map()
    with pytest.raises(ConflictError):
        say(house, shop, "Hm", anchor=("cards", "c_aaaaaaaaaaaa"))


def test_a_resolved_thread_is_found_among_the_resolved_and_can_be_opened_again(house):
    shop = house.new_map()
    first = say(house, shop, "Eins")
    say(house, shop, "Zwei")
    resolve_comment(house.site, house.emil, shop, first.id, is_resolved=True)
    assert texts(house, shop, state="resolved") == ["Eins"]
    assert texts(house, shop, state="open") == ["Zwei"]
    resolve_comment(house.site, house.cora, shop, first.id, is_resolved=False)
    assert texts(house, shop, state="open") == ["Eins", "Zwei"]


def test_threads_of_an_author_are_found_by_any_of_their_comments(house):
    shop = house.new_map()
    first = say(house, shop, "Eins")
    say(house, shop, "Zwei")
    say(house, shop, "Antwort", by="emil", parent=first.id)
    assert texts(house, shop, author=house.emil.user) == ["Eins", "Antwort"]


def test_only_who_wrote_a_comment_changes_it(house):
    shop = house.new_map()
    comment = say(house, shop, "Ein")
    for change in (
        lambda: edit_comment(house.site, house.olga, shop, comment.id, "Anders"),
        lambda: remove_comment(house.site, house.olga, shop, comment.id),
    ):
        with pytest.raises(ForbiddenError):
            change()
    edit_comment(house.site, house.cora, shop, comment.id, "Eins")
    assert texts(house, shop) == ["Eins"]


def test_a_removed_comment_stays_as_a_gap_only_where_it_was_answered(house):
    shop = house.new_map()
    first, alone = say(house, shop, "Eins"), say(house, shop, "Allein")
    say(house, shop, "Antwort", parent=first.id)
    for comment in (first, alone):
        remove_comment(house.site, house.cora, shop, comment.id)
    found = comments_of(house.site, house.vito, shop)
    assert [(one.text, one.is_removed) for one in found] == [("", True), ("Antwort", False)]


def test_who_is_mentioned_and_who_talks_in_the_thread_gets_a_notice_but_not_the_writer(house):
    shop = house.new_map()
    first = say(house, shop, "Eins", by="olga")
    say(house, shop, "@Emil?", parent=first.id, mentions=[house.emil.user, house.cora.user])
    told = {
        name: [n.kind for n in notices_of(house.site, house.people[name])] for name in house.people
    }
    assert told == {"olga": ["reply"], "emil": ["mention"], "cora": [], "vito": []}


def test_nobody_outside_the_map_can_be_mentioned(house):
    shop = house.new_map()
    stranger = member(house.site, "zoe", Role.EDITOR, workspace="other")
    set_map_role(house.site, house.olga, shop, house.vito.user, "none")
    comment = say(house, shop, "Hallo", mentions=[stranger.user, house.vito.user, 999])
    assert comment.mentions == ()


def test_notices_can_be_read_one_by_one_or_all(house):
    shop = house.new_map()
    for words in ("Eins", "Zwei", "Drei"):
        say(house, shop, words, mentions=[house.emil.user])
    one = notices_of(house.site, house.emil)[0]
    mark_read(house.site, house.emil, one.id)
    assert unread_notices(house.site, house.emil) == 2
    mark_read(house.site, house.emil)
    assert unread_notices(house.site, house.emil) == 0
    mark_read(house.site, house.emil, one.id, is_read=False)
    assert unread_notices(house.site, house.emil) == 1
    with pytest.raises(NotFoundError):
        mark_read(house.site, house.cora, one.id)


def test_a_review_that_is_due_is_told_once_to_who_made_the_map(house):
    shop = house.new_map("Alt", by="emil")
    due = {"op": "set", "kind": "head", "id": "head", "field": "next_review_on"}
    house.change(shop, {**due, "was": None, "value": "2026-03-04"})
    assert notices_of(house.site, house.emil) == []
    house.clock.move(days=2)
    for _ in range(2):
        assert [one.kind for one in notices_of(house.site, house.emil)] == ["review"]
    assert notices_of(house.site, house.olga) == []


@pytest.mark.parametrize("words", ["", " \n ", "x" * 5_001])
def test_a_comment_without_usable_words_is_refused(house, words):
    shop = house.new_map()
    with pytest.raises(InputError):
        say(house, shop, words)


def test_who_may_only_see_does_not_comment(house):
    shop = house.new_map()
    with pytest.raises(ForbiddenError):
        say(house, shop, "Hallo", by="vito")


def test_threads_are_found_by_who_is_mentioned_and_by_what_they_are_about(house):
    shop = house.new_map()
    card = house.add_card(shop)
    lane, step = min(house.open(shop).document.lanes), min(house.open(shop).document.steps)
    say(house, shop, "Zur Karte", anchor=("cards", card))
    say(
        house,
        shop,
        "Zum Feld @Emil",
        anchor=("cells", f"{lane}|{step}"),
        mentions=[house.emil.user],
    )
    say(house, shop, "Zur ganzen Map", anchor=("head", "head"))
    assert texts(house, shop, mentioned=house.emil.user) == ["Zum Feld @Emil"]
    assert texts(house, shop, anchor=("cards", card)) == ["Zur Karte"]
    assert texts(house, shop, anchor=("cells", f"{lane}|{step}")) == ["Zum Feld @Emil"]
    assert texts(house, shop, anchor=("map", "")) == ["Zur ganzen Map"]
    with pytest.raises(ConflictError):
        say(house, shop, "Nirgends", anchor=("cells", f"{lane}|t_nowherenowher"))
