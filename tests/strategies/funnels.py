"""Small logs and funnels with every combination of rules, as kernels and as the twin take them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from tests.reference.funnel import attempts_of, is_dropped, needed, outcome_of
from waypost.kernels.coded import ALL, CodedJourneys
from waypost.kernels.funnel import FunnelEvents, FunnelRules
from waypost.kernels.masks import EventChoice
from waypost.kernels.postings import postings_of

__all__ = ["EVER", "FunnelCase", "funnel_cases"]

EVER = 1 << 60
CODES = 6


@dataclass(frozen=True)
class FunnelCase:
    """Persons' (at, code, key) events, what each code means, and who and what counts.

    ``posted``: with posting lists; ``coded``: what exists is said by codes, not by a mask.
    """

    persons: list
    steps_of: list
    excluded_by: list
    rules: FunnelRules
    shared: bool = False
    counted: list = ()
    existing: list = ()
    wide: bool = False
    posted: bool = False
    coded: bool = False

    def events(self, first=0, last=None):
        """The kernel's view of persons ``first`` to ``last``; arrays stay whole."""
        flat = [event for person in self.persons for event in person]
        offsets = np.cumsum([0, *(len(person) for person in self.persons)]).astype(np.int64)
        keys = [-1 if key is None else key for _, _, key in flat]
        counted = np.array(self.counted, np.uint8) if self.counted else ALL
        end = len(self.persons) if last is None else last
        codes = np.array([code for _, code, _ in flat], np.uint16 if self.wide else np.uint8)
        existing = np.array(self.existing, np.uint8) if self.existing else ALL
        coded = self.coded and existing.size > 0
        journeys = CodedJourneys(
            offsets[first : end + 1],
            codes,
            self._lookup(self.steps_of),
            1 << 16,
            counted[first:end] if counted.size else counted,
            ALL if coded else existing,
        )
        return FunnelEvents(
            journeys,
            np.array([at for at, _, _ in flat], np.int64 if self.wide else np.int32),
            self._lookup(self.excluded_by) if self.rules.exclusions else np.zeros(0, np.int64),
            np.array(keys, np.int32) if self.shared else np.zeros(0, np.int32),
            np.array([100 + at for at, _, _ in flat], np.int64),
            postings_of(codes, CODES) if self.posted else None,
            EventChoice(existing + 7, (np.arange(256) > 7).astype(np.uint8)) if coded else None,
        )

    def _lookup(self, meaning):
        lookup = np.zeros(1 << 16, np.int64)
        lookup[:CODES] = [sum(1 << number for number in numbers) for numbers in meaning]
        return lookup

    def kept(self):
        """What exists of each counted person, as the twin takes it."""
        number, kept = 0, []
        for place, person in enumerate(self.persons):
            mine = []
            for at, code, key in person:
                if not self.existing or self.existing[number]:
                    meaning = frozenset(self.steps_of[code]), frozenset(self.excluded_by[code])
                    mine.append((at, *meaning, key))
                number += 1
            if not self.counted or self.counted[place]:
                kept.append(mine)
        return kept

    def twin(self):
        """Best, open, seen, persons, dropped, and sums of both times, all by the twin."""
        rules = self.rules
        steps = needed(rules)
        best, still_open = [0] * (rules.steps + 1), [0] * (rules.steps + 1)
        seen, persons, dropped = [0] * rules.steps, [0] * rules.steps, 0
        spans, gaps = [0] * rules.steps, [0] * rules.steps
        for events in self.kept():
            whole = outcome_of(events, rules, shared=self.shared)
            if is_dropped(whole, rules):
                dropped += 1
                continue
            for step in whole.met:
                persons[step] += 1
            units = attempts_of(events, rules, shared=self.shared) if rules.attempts else [whole]
            for unit in units:
                level = unit.level(rules)
                place = steps[level - 1] + 1 if level else 0
                best[place] += 1
                still_open[place] += bool(unit.open) and 0 < level < len(steps)
                for step, (_, (_, span, gap)) in unit.met.items():
                    seen[step] += 1
                    spans[step] += span
                    gaps[step] += gap
        return best, still_open, seen, persons, dropped, spans, gaps


@st.composite
def funnel_cases(draw, *, common=False, most_persons=3, **fixed):
    """Any case; ``common``: only rules of the fast kernels; ``fixed``: rules that are set."""
    steps = draw(st.integers(1, 4))
    rules = {"steps": steps, **draw(_fast_rules(steps))} if common else draw(_rules(steps))
    rules = FunnelRules(**(rules | fixed))
    apart = common or draw(st.booleans())
    several = st.lists(st.integers(0, steps - 1), max_size=2, unique=True)
    steps_of = [
        ([code] if code < steps else []) if apart else draw(several) for code in range(CODES)
    ]
    exclusions = range(len(rules.exclusions))
    breaks = st.lists(st.sampled_from(exclusions), max_size=2) if rules.exclusions else st.just([])
    event = st.tuples(st.integers(0, 8), st.integers(0, CODES - 1), st.sampled_from([None, 0, 1]))
    journey = st.lists(event, max_size=5).map(lambda found: sorted(found, key=lambda one: one[0]))
    persons = draw(st.lists(journey, max_size=most_persons))
    events, bit = sum(map(len, persons)), st.sampled_from([0, 1, 1])
    return FunnelCase(
        persons,
        steps_of,
        [sorted(set(draw(breaks))) if not (common and to) else [] for to in steps_of],
        rules,
        shared=not common and draw(st.booleans()) and draw(st.booleans()),
        counted=draw(st.one_of(st.just([]), _exactly(bit, len(persons)))),
        existing=draw(st.one_of(st.just([]), _exactly(bit, events))),
        wide=draw(st.booleans()),
        posted=draw(st.booleans()),
        coded=draw(st.booleans()),
    )


def _exactly(values, size):
    return st.lists(values, min_size=size, max_size=size)


@st.composite
def _common_rules(draw):
    return {
        "window": draw(st.sampled_from([0, 2, 4, 8, EVER])),
        "entry_from": draw(st.sampled_from([-EVER, 1, 3])),
        "entry_until": draw(st.sampled_from([EVER, 6])),
        "data_until": 9,
        "entry": draw(st.sampled_from(["any", "first"])),
        "ties": draw(st.sampled_from(["any", "recorded", "rising"])),
    }


@st.composite
def _fast_rules(draw, steps):
    rules = draw(_common_rules())
    if draw(st.integers(0, 2)) == 0:
        rules |= {"entry": "each", "attempts": True}
    elif steps > 1 and rules["ties"] != "recorded":
        rules["exclusions"] = ((0, steps - 1),) * draw(st.integers(0, 2))
    return rules


@st.composite
def _rules(draw, steps):
    rules = draw(_common_rules())
    order = draw(st.sampled_from(["ordered", "ordered", "strict", "any"]))
    rules |= {"steps": steps, "order": order, "reuse": draw(st.booleans())}
    rules["entry"] = draw(st.sampled_from(["any", "first", "best", "each"]))
    gaps = st.sampled_from([1, 2, 4, EVER])
    if order != "any" and draw(st.booleans()):
        rules["limits"] = (EVER, *draw(_exactly(gaps, steps - 1)))
    if order == "ordered":
        rules |= draw(_ordered_rules(steps, rules["ties"]))
    if rules["entry"] == "each" and not rules.get("drop_person"):
        rules["attempts"] = draw(st.booleans())
    return rules


@st.composite
def _ordered_rules(draw, steps, ties):
    inner = list(range(1, steps - 1))
    optional = draw(st.lists(st.sampled_from(inner), unique=True)) if inner else []
    rules = {"optional": tuple(sorted(optional))}
    if ties != "recorded":
        rules["tie_span"] = draw(st.sampled_from([0, 0, 1, 2]))
    ends = [step for step in range(steps) if step not in optional]
    pairs = [(i, j) for i in ends for j in ends if i < j]
    if pairs and draw(st.booleans()):
        rules["exclusions"] = tuple(draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=2)))
        rules["drop_person"] = draw(st.booleans())
    return rules
