"""A map for people outside tells no group of fewer than five, nor gives one away."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.maps.reading.attacker import learned
from tests.strategies.drawn_maps import document_of
from waypost.app import Workspace
from waypost.maps.editing.entities import Persona
from waypost.maps.editing.ids import derived_id
from waypost.maps.reading import (
    EventSource,
    ReadingFilter,
    document_from,
    numbers_id,
    read_map,
    suppressed,
)
from waypost.maps.reading.drawing import Bound
from waypost.maps.reading.suppression import hidden_of_partition
from waypost.questions import Volumes

SEGMENTS = ("channel = 'email'", "event = 'order_placed'", "never: event = 'review_posted'")


def with_personas(document, segments):
    personas = {
        derived_id("personas", text): Persona(segment=text, label={"en": text}) for text in segments
    }
    return document.model_copy(update={"personas": personas})


def drawn(data: st.DataObject, source: EventSource):
    rows = source.ask_once(Volumes(by="touchpoint")).rows()
    busy = sorted(row["touchpoint"] for row in rows if row["persons"])
    ids = st.lists(st.sampled_from(busy), min_size=1, max_size=2, unique=True).map(tuple)
    bound = data.draw(st.lists(st.builds(Bound, ids), min_size=2, max_size=5))
    return document_of(bound, stages=data.draw(st.integers(1, 2)))


@settings(max_examples=40, deadline=None)
@given(data=st.data(), first=st.integers(1, 28), days=st.integers(0, 12), k=st.integers(3, 9))
def test_no_published_combination_reveals_a_small_group(
    source: EventSource, data: st.DataObject, first: int, days: int, k: int
) -> None:
    document = with_personas(drawn(data, source), data.draw(st.sets(st.sampled_from(SEGMENTS))))
    chosen = ReadingFilter(since=f"2025-02-{first:02}", until=f"2025-03-{days + 1:02}")

    found = read_map(document, source, chosen)

    assert learned(suppressed(found, k), k) == []


@settings(max_examples=25, deadline=None)
@given(data=st.data(), day=st.integers(1, 28))
def test_nor_on_a_map_of_one_day(source: EventSource, data: st.DataObject, day: int) -> None:
    chosen = ReadingFilter(since=f"2025-02-{day:02}", until=f"2025-02-{day:02}")

    assert learned(suppressed(read_map(drawn(data, source), source, chosen)), 5) == []


def test_the_attacker_finds_small_groups_where_nothing_is_hidden(browsing: Workspace) -> None:
    found = browsing.read(document_from(browsing.map().document, "en")).document

    assert learned(found, 9) != []
    assert learned(suppressed(found, 9), 9) == []


def test_what_is_told_is_the_same_as_before(browsing: Workspace) -> None:
    found = browsing.read(document_from(browsing.map().document, "en")).document
    shown = suppressed(found)

    assert shown.head.persons == found.head.persons == 41
    assert [step.persons for step in shown.steps if not step.is_hidden] != []
    for step, before in zip(shown.steps, found.steps, strict=True):
        assert step.is_hidden or step.persons == before.persons


def test_no_evidence_keeps_its_counts(browsing: Workspace) -> None:
    found = browsing.read(document_from(browsing.map().document, "en")).document

    assert b'"counts"' in found.to_json()
    assert b'"counts"' not in suppressed(found).to_json()


def test_suppressing_twice_hides_no_more(browsing: Workspace) -> None:
    shown = suppressed(browsing.read(document_from(browsing.map().document, "en")).document)

    again = suppressed(shown)
    assert [step.is_hidden for step in again.steps] == [step.is_hidden for step in shown.steps]


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6), st.integers(2, 9))
@example([3, 100, 0, 0], 5)
@example([4, 4, 90], 5)
def test_a_partition_hides_at_least_two_and_enough(parts: list[int], k: int) -> None:
    named = {str(place): persons for place, persons in enumerate(parts)}

    hidden = hidden_of_partition(named, k)

    few = {name for name, persons in named.items() if 0 < persons < k}
    assert few <= hidden
    assert all(named[name] for name in hidden)
    if few:
        everything = {name for name, persons in named.items() if persons}
        enough = len(hidden) > 1 and sum(named[name] for name in hidden) >= k
        assert enough or hidden == everything
    else:
        assert not hidden


def test_a_reading_is_named_by_document_snapshot_and_filter(source: EventSource) -> None:
    document = document_of([Bound(("order",))])
    name = numbers_id(document, source.snapshot.id, ReadingFilter())

    assert name == numbers_id(document_of([Bound(("order",))]), source.snapshot.id, ReadingFilter())
    assert name != numbers_id(document, source.snapshot.id, ReadingFilter(channel="web"))
    assert name != numbers_id(document_of([Bound()]), source.snapshot.id, ReadingFilter())
