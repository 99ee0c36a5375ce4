"""One life, lived from the plan: visits, newsletters and moods in the order of time."""

from __future__ import annotations

import heapq
import math
import random
from datetime import date, timedelta

import numpy as np

from waypost.demo import slots
from waypost.demo.being import Being, Newsletter, World
from waypost.demo.browsing import browse
from waypost.demo.company import CATEGORIES
from waypost.demo.happenings import Life
from waypost.demo.offline import call, visit_shop
from waypost.demo.pains import periods
from waypost.demo.people import Person
from waypost.demo.plans import CAMPAIGNS, SLOTS, Plan, Visit
from waypost.demo.seasons import DAYS, FIRST_DAY, SALES, Seasons, instant_of

__all__ = ["build_world", "live"]

_MONTH = 30 * 86_400
_MANY = 6
"""Newsletters in thirty days that most people still bear."""
_FATIGUE = date(2026, 2, 16)
_LEAVE = 0.0011
"""Chance to leave with any newsletter."""
_TIRED = 0.0072
"""The most that too many newsletters add to it."""
_TITLES = (
    *(
        "Frühling auf zwei Rädern",
        "Neu eingetroffen: E-Bikes",
        "Werkstatt-Wochen",
        "Nur bis Sonntag",
    ),
    *("Kinderräder im Angebot", "Helm auf!", "Deine Tour am Wochenende", "Letzte Chance"),
    *("Restposten Rennrad", "Probefahrt-Samstag", "Gut gerüstet bei Regen", "Alpenrad Magazin"),
)


def build_world(seed: int) -> World:
    """Calendar, pain periods and newsletters of a seed."""
    sales = tuple((instant_of(begin), instant_of(end)) for begin, end, _ in SALES)
    return World(Seasons.build(seed), periods(), _newsletters(), sales)


def _newsletters() -> tuple[Newsletter, ...]:
    found: list[Newsletter] = []
    for offset in range(DAYS):
        day = FIRST_DAY + timedelta(days=offset)
        weekly = day.weekday() == 3
        extra = day >= _FATIGUE and day.weekday() in {1, 5}
        if weekly or extra:
            number = len(found)
            title = f"{_TITLES[number * 5 % len(_TITLES)]} (KW {day.isocalendar().week})"
            at = instant_of(day, 7 if weekly else 17, 30)
            found.append(Newsletter(number, at, extra, title))
    return tuple(found[:CAMPAIGNS])


def live(person: Person, plan: Plan, world: World, off: frozenset[str] = frozenset()) -> Life:
    """The life of a person in a world without the pains and acts named in ``off``."""
    being = Being(person, world, off, Life())
    _begin_subscribed(being)
    for visit in plan.visits:
        being.plan(visit.at, visit)
    mailbox = _Mailbox(being, plan)
    while being.agenda and being.agenda[0][0] <= world.seasons.last:
        if being.subscribed and mailbox.read_until(being.agenda[0][0]):
            continue
        _step(being)
    while being.subscribed and mailbox.read_until(world.seasons.last):
        if being.agenda[0][0] <= world.seasons.last:
            _step(being)
    return _cut(being.life, world.seasons.last * 1000)


def _begin_subscribed(being: Being) -> None:
    person = being.person
    if person.bouncer or person.seed % 1000 >= 600 * person.traits["mail"]:
        return
    being.subscribed = True
    days = 5 + person.seed // 1000 % 1400
    being.life.subscribed_at = (being.world.seasons.first - 86_400 * days) * 1000
    being.life.subscribed_at += person.seed // 7 % 80_000_000


def _step(being: Being) -> None:
    _, _, visit, mood = heapq.heappop(being.agenda)
    if visit is None:
        being.trust = max(-2.0, min(1.2, being.trust + mood))
        return
    being.visit += 1
    if being.trust < 0 and visit.luck[slots.SKIP] < 1.0 - math.exp(1.1 * being.trust):
        return
    episode = being.episodes.get(visit.episode)
    if episode is not None and episode.bought and visit.luck[slots.AFTER] < 0.75:
        return
    if visit.way == "store":
        visit_shop(being, visit)
    elif visit.way == "call":
        call(being, visit)
    else:
        browse(being, visit)


class _Mailbox:
    """Reads only newsletters whose luck makes somebody open or leave; the rest leave no trace."""

    __slots__ = ("_at", "_being", "_luck", "_plan", "_telling")

    def __init__(self, being: Being, plan: Plan) -> None:
        self._being = being
        self._plan = plan
        self._at = 0
        self._luck: list[float] = []
        self._telling: list[int] = []

    def read_until(self, until: int) -> bool:
        """Read newsletters sent until then; True as soon as one led to a click."""
        being, letters = self._being, self._being.world.newsletters
        if not self._luck:
            self._begin()
        since = being.life.subscribed_at // 1000
        while self._at < len(self._telling):
            letter = letters[self._telling[self._at]]
            if letter.at > until:
                break
            self._at += 1
            if letter.at < since or (letter.extra and "newsletter_fatigue" in being.off):
                continue
            if self._read(letter):
                return True
            if not being.subscribed:
                return False
        return False

    def _begin(self) -> None:
        luck = self._plan.mail_luck
        opens = 0.10 + 0.25 * self._being.person.traits["mail"]
        self._luck = luck.tolist()
        telling = np.flatnonzero((luck < opens) | (luck >= 1.0 - _LEAVE - _TIRED))
        letters = self._being.world.newsletters
        self._telling = [number for number in telling.tolist() if number < len(letters)]

    def _read(self, letter: Newsletter) -> bool:
        being = self._being
        draw, mail = self._luck[letter.number], being.person.traits["mail"]
        if letter.extra:
            being.life.exposed.setdefault("newsletter_fatigue", letter.at * 1000)
        if self._leaves(letter, draw):
            return False
        clicks = (0.008 + 0.026 * mail) * (0.08 if letter.extra else 1.0)
        if draw < 0.10 + 0.25 * mail:
            at = (letter.at + int(40 + 9e5 * draw * draw)) * 1000
            being.tell(at, "Newsletter Opened", "mail", letter=letter.number)
        if draw >= clicks:
            return False
        if letter.extra:
            being.life.hinges.add("newsletter_fatigue")
        at = letter.at + 120 + int(1.6e6 * draw)
        being.tell(at * 1000, "Newsletter Clicked", "mail", letter=letter.number)
        being.plan(at + 4, self._click(letter, at + 4))
        return True

    def _leaves(self, letter: Newsletter, draw: float) -> bool:
        being = self._being
        earlier = letter.number - _MANY
        tired = earlier >= 0 and being.world.newsletters[earlier].at > letter.at - _MONTH
        tired = tired and "newsletter_fatigue" not in being.off
        base, extra = _LEAVE, _TIRED - 0.0035 * being.person.traits["mail"]
        if draw < 1.0 - base - (extra if tired else 0.0):
            return False
        at = (letter.at + 3_000 + int(4e4 * being.person.traits["patience"])) * 1000
        being.tell(at, "Newsletter Unsubscribed", "mail", letter=letter.number)
        if letter.extra or draw < 1.0 - base:
            being.meet("newsletter_fatigue", at)
        being.subscribed = False
        being.life.unsubscribed_at = at
        return True

    def _click(self, letter: Newsletter, at: int) -> Visit:
        being = self._being
        dice = random.Random(being.person.seed * 131 + letter.number)
        luck = [dice.random() for _ in range(SLOTS)]
        way = "phone" if dice.random() < being.person.traits["mobile"] else "desktop"
        for visit in reversed(self._plan.visits):
            episode = being.episodes.get(visit.episode)
            if visit.at <= at and episode is not None and not episode.bought:
                return Visit(
                    at, visit.episode, way, visit.category, visit.urgency, luck, letter.title
                )
        category = (
            CATEGORIES.index("accessories") if luck[slots.PICK] < 0.6 else int(luck[slots.PICK] * 5)
        )
        return Visit(at, 100 + letter.number, way, category, 0.1, luck, letter.title)


def _cut(life: Life, last: int) -> Life:
    """Leave out what lies after the end; what is planned then has not happened yet."""
    life.happenings = sorted(
        (one for one in life.happenings if one.at <= last), key=lambda one: one.at
    )
    for order in life.orders:
        order.fulfilled_at = order.fulfilled_at if order.fulfilled_at <= last else 0
        if order.refunded_at > last:
            order.refunded_at = order.refunded = 0
            order.returned.clear()
        if order.cancelled_at > last:
            order.cancelled_at = 0
    return life
