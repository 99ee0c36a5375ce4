"""Season, weekday and hour move the world; the same seed is the same world."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.demo import write_demo
from waypost.demo.people import draw_people
from waypost.demo.seasons import ZONE, Seasons
from waypost.demo.spool import Spool
from waypost.errors import InputError


def visits(company):
    return [
        row["at"].astimezone(ZONE)
        for row in company.truth("events")
        if row["event"] == "Page Viewed" and row["channel"] == "web"
    ]


def test_spring_is_busier_than_winter_and_sunday_than_wednesday(company):
    moments = visits(company)
    months = Counter(moment.month for moment in moments)
    days = Counter(moment.weekday() for moment in moments)
    assert months[5] > 1.8 * months[1]
    assert days[6] > 1.1 * days[2]


def test_nobody_is_in_the_shop_on_sundays_or_at_night(company):
    moments = [
        row["at"].astimezone(ZONE)
        for row in company.truth("events")
        if row["event"] == "Store Visited"
    ]
    assert {moment.weekday() for moment in moments} == {0, 1, 2, 3, 4, 5}
    assert {moment.hour for moment in moments} <= set(range(10, 20))


def test_everything_lies_in_the_period(company):
    seasons = Seasons.build(7)
    for row in company.truth("events"):
        assert seasons.first <= row["at"].timestamp() <= seasons.last + 1


def test_half_of_the_visitors_come_once(company):
    visitors = Counter(
        row["person"] for row in company.truth("events") if row["event"] == "Page Viewed"
    )
    once = sum(count == 1 for count in visitors.values()) / len(visitors)
    assert 0.3 < once < 0.8


def digest(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_demo(tmp_path / name, persons=520, seed=seed)
    assert digest(tmp_path / "a") == digest(tmp_path / "b")
    same = set(digest(tmp_path / "a").items()) & set(digest(tmp_path / "c").items())
    assert not same


def test_an_earlier_company_is_replaced(tmp_path):
    write_demo(tmp_path, persons=40, seed=1)
    (tmp_path / "exports" / "old.csv").write_text("old")
    write_demo(tmp_path, persons=40, seed=1)
    assert not (tmp_path / "exports" / "old.csv").exists()
    assert not (tmp_path / ".aside").exists()


def test_a_company_without_customers_is_refused(tmp_path):
    with pytest.raises(InputError, match="needs customers"):
        write_demo(tmp_path, persons=0)


class Counting:
    def __init__(self):
        self.tasks, self.done = [], 0

    def start(self, task, total):
        self.tasks.append((task, total))

    def advance(self, amount):
        self.done += amount

    def finish(self):
        self.tasks.append(("finished", None))


def test_progress_counts_every_person_in_both_passes(tmp_path):
    progress = Counting()
    summary = write_demo(tmp_path, persons=30, progress=progress)
    assert progress.done == 2 * 30 + len(summary.records)
    assert [task for task, _ in progress.tasks].count("finished") == 3


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40 * 86_400_000), st.binary(max_size=9)), max_size=60),
    st.booleans(),
)
def test_a_spool_put_aside_gives_what_a_spool_in_memory_gives(tmp_path_factory, records, newest):
    aside = tmp_path_factory.mktemp("spool") / "s"
    small, large = Spool(aside, limit=300), Spool(aside / "unused")
    for at, record in records:
        small.put(at, record)
        large.put(at, record)
    found = list(small.records(newest_first=newest))
    assert found == list(large.records(newest_first=newest))
    assert not aside.exists()
    plain = sorted(enumerate(records), key=lambda one: (one[1][0], one[0]), reverse=newest)
    assert found == [record for _, (_, record) in plain]


def test_a_company_too_large_for_memory_is_written_the_same(tmp_path, monkeypatch):
    write_demo(tmp_path / "held", persons=300, seed=2)
    monkeypatch.setitem(Spool.__init__.__kwdefaults__, "limit", 30_000)
    write_demo(tmp_path / "aside", persons=300, seed=2)
    assert digest(tmp_path / "held") == digest(tmp_path / "aside")


def test_people_do_not_depend_on_the_size_of_the_company():
    small, large = draw_people(4, 2, 500), draw_people(4, 2, 500)
    assert small == large
    assert [person.number for person in small] == list(range(1_000, 1_500))
    assert draw_people(4, 3, 500)[0].email != small[0].email


def test_no_two_persons_share_a_phone_or_a_card():
    people = [person for block in range(4) for person in draw_people(7, block, 500)]
    phones = {person.phone for person in people}
    cards = [person.loyalty_card for person in people if person.loyalty_card]
    assert len(phones) == len(people)
    assert len(set(cards)) == len(cards) > 100
