"""Journeys as kernels take them, beside the plain lists that a twin reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from tests.strategies.journeys_in_memory import journeys
from waypost.kernels.coded import ALL, SKIP, CodedJourneys

__all__ = ["CODES", "Case", "cases", "halves", "relaxed"]

CODES = 4

relaxed = settings(deadline=None, max_examples=50)
"""The first example of a kernel waits for its compilation."""


@dataclass(frozen=True)
class Case:
    """Persons' (at, code) events, who and what counts, and the node of each code."""

    persons: list
    counted: list
    existing: list
    node_of: list
    code_type: type
    tick_type: type
    values: list

    @property
    def nodes(self):
        return max((node for node in self.node_of if node != SKIP), default=-1) + 1

    @property
    def flat(self):
        return [event for person in self.persons for event in person]

    def journeys(self, lookup=None):
        """The kernel's view; ``lookup`` instead of the nodes where steps are meant."""
        given = np.array(self.node_of if lookup is None else lookup)
        return CodedJourneys(
            np.concatenate([[0], np.cumsum([len(p) for p in self.persons])]).astype(np.int64),
            np.array([code for _, code in self.flat], self.code_type),
            given.astype(np.uint16 if lookup is None else np.uint32),
            self.nodes,
            np.array(self.counted, np.uint8) if self.counted else ALL,
            np.array(self.existing, np.uint8) if self.existing else ALL,
        )

    def at(self):
        return np.array([at for at, _ in self.flat], self.tick_type)

    def value(self):
        return np.array(self.values, np.int64)

    def kept(self):
        """What is left of each counted person: (at, code, value, number of the event)."""
        number, kept = 0, []
        for place, person in enumerate(self.persons):
            mine = []
            for at, code in person:
                if not self.existing or self.existing[number]:
                    mine.append((at, code, self.values[number], number))
                number += 1
            if not self.counted or self.counted[place]:
                kept.append(mine)
        return kept

    def kept_nodes(self):
        """The same with nodes in place of codes, (at, node), without codes that are no node."""
        return [
            [(at, self.node_of[code]) for at, code, *_ in person if self.node_of[code] != SKIP]
            for person in self.kept()
        ]


@st.composite
def cases(draw, *, plain=None, **sizes):
    """Any case; ``plain``: nothing filtered and every code its own node."""
    persons = draw(journeys(codes=CODES, **sizes))
    events = sum(len(person) for person in persons)
    bits = st.sampled_from([0, 1])
    is_plain = draw(st.booleans()) if plain is None else plain
    masked_persons = not is_plain and draw(st.booleans()) and persons
    masked_events = not is_plain and draw(st.booleans()) and events
    full = {"min_size": len(persons), "max_size": len(persons)}
    nodes = (
        [0, 1, 2, 3]
        if is_plain
        else draw(
            st.sampled_from([[SKIP, 0, 1, 2], [1, 0, SKIP, 1], [0, 0, 1, 1], [SKIP, SKIP, 0, SKIP]])
        )
    )
    return Case(
        persons,
        draw(st.lists(bits, **full)) if masked_persons else [],
        draw(st.lists(bits, min_size=events, max_size=events)) if masked_events else [],
        nodes,
        *draw(st.sampled_from([(np.uint8, np.int32), (np.uint16, np.int64)])),
        draw(
            st.lists(st.sampled_from([-(1 << 63), 0, 100, 250]), min_size=events, max_size=events)
        ),
    )


def halves(coded, cut):
    """The same journeys as two pieces of persons."""
    size = coded.offsets.size - 1
    middle = min(cut, size)
    for first, last in ((0, middle), (middle, size)):
        yield CodedJourneys(
            coded.offsets[first : last + 1],
            coded.codes,
            coded.lookup,
            coded.nodes,
            coded.persons[first:last] if coded.persons.size else coded.persons,
            coded.events,
        )
