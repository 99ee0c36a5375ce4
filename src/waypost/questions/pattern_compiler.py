"""From a parsed pattern to the automaton of its places and waits.

Positions and what may follow each are found as V. M. Glushkov does it (Russian Mathematical
Surveys 16 (1961), 1-53), with the gap between two of them as a third part of every pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from waypost.errors import QuestionError
from waypost.kernels.patterns_automaton import FOREVER, MOST_BITS, PatternAutomaton, signed
from waypost.questions.pattern_language import Chain, Choice, Gap, Node, Pattern, Repeat, Term
from waypost.questions.pattern_tokens import short

__all__ = ["compiled"]

_START, _END = -1, -2
_LATER, _NEXT = Gap(), Gap(direct=True)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the pattern: where it begins and ends, and whether it may be left out."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]
    empty: bool


@dataclass(slots=True)
class _Builder:
    """``terms``: one per position; ``pairs``: from, to and the gap between, in order of finding."""

    pattern: Pattern
    terms: list[Term] = field(default_factory=list)
    pairs: dict[tuple[int, int, Gap], None] = field(default_factory=dict)

    def link(self, lasts: tuple[int, ...], firsts: tuple[int, ...], gap: Gap) -> None:
        for last in lasts:
            for first in firsts:
                # From the ends of a journey there is no event to count time from.
                timeless = last == _START or first == _END
                self.pairs[last, first, Gap(gap.direct, gap.without) if timeless else gap] = None

    def part(self, node: Node) -> _Part:
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, Choice):
            parts = [self.part(branch) for branch in node.branches]
            firsts = tuple(place for part in parts for place in part.firsts)
            lasts = tuple(place for part in parts for place in part.lasts)
            return _Part(firsts, lasts, any(part.empty for part in parts))
        if isinstance(node, Repeat):
            return self._repeat(node)
        return self.chain(node.items, (_LATER, *node.gaps), _Part((), (), empty=True))

    def _term(self, term: Term) -> _Part:
        if len(self.terms) == MOST_BITS:
            raise _too_large(self.pattern)
        self.terms.append(term)
        place = (len(self.terms) - 1,)
        return _Part(place, place, empty=False)

    def chain(self, items: tuple[Node, ...], gaps: tuple[Gap, ...], before: _Part) -> _Part:
        """``gaps[i]`` lies before ``items[i]``; the first counts only after ``before``."""
        whole = before
        for item, gap in zip(items, gaps, strict=True):
            part = self.part(item)
            self.link(whole.lasts, part.firsts, gap)
            whole = _Part(
                (*whole.firsts, *part.firsts) if whole.empty else whole.firsts,
                (*part.lasts, *whole.lasts) if part.empty else part.lasts,
                whole.empty and part.empty,
            )
        return whole

    def _repeat(self, node: Repeat) -> _Part:
        gap = _NEXT if node.in_a_row else _LATER
        copies = max(node.least, 1 if node.most is None else node.most)
        whole = _Part((), (), empty=True)
        for number in range(1, copies + 1):
            part = self.part(node.item)
            self.link(whole.lasts, part.firsts, gap)
            if number == copies and node.most is None:
                self.link(part.lasts, part.firsts, gap)
            optional = part.empty or number > node.least
            whole = _Part(
                (*whole.firsts, *part.firsts) if whole.empty else whole.firsts,
                (*part.lasts, *whole.lasts) if optional else part.lasts,
                whole.empty and optional,
            )
        return whole


def compiled(
    pattern: Pattern, symbols: Mapping[str, int], ticks: Callable[[str], int]
) -> PatternAutomaton:
    """The automaton; ``symbols``: the bit of each step's name; ``ticks``: of a duration's text.

    Raises ``QuestionError`` for a pattern that matches nothing at all or has too many places.
    """
    builder = _Builder(pattern)
    body = builder.part(pattern.body)
    if body.empty:
        raise QuestionError(
            f"The pattern “{short(pattern.text)}” also matches no event at all.",
            hint="Let at least one step be there: write view instead of view? or view*.",
            pattern=pattern.text,
        )
    firsts, finals = body.firsts, body.lasts
    if pattern.begin is not None:
        builder = _Builder(pattern)
        body = builder.chain(*_anchored(pattern), _Part((), (_START,), empty=False))
        firsts, finals = (), body.lasts
    if pattern.end is not None:
        builder.link(finals, (_END,), pattern.end)
    return _Automaton(builder, firsts, finals, symbols, ticks).built()


def _anchored(pattern: Pattern) -> tuple[tuple[Node, ...], tuple[Gap, ...]]:
    begin = pattern.begin or _LATER
    if isinstance(pattern.body, Chain):
        return pattern.body.items, (begin, *pattern.body.gaps)
    return (pattern.body,), (begin,)


def _too_large(pattern: Pattern) -> QuestionError:
    return QuestionError(
        f"The pattern “{short(pattern.text)}” has more than {MOST_BITS} places.",
        hint="A repeated step counts as often as it must come; ask for less or for several.",
        pattern=pattern.text,
    )


@dataclass(slots=True)
class _Automaton:
    """Gathers pairs into waits: those that begin at one place and have the same gap are one."""

    builder: _Builder
    firsts: tuple[int, ...]
    finals: tuple[int, ...]
    symbols: Mapping[str, int]
    ticks: Callable[[str], int]
    gaps: list[tuple[int, Gap]] = field(default_factory=list)

    def built(self) -> PatternAutomaton:
        self.gaps = list(dict.fromkeys((last, gap) for last, _, gap in self.builder.pairs))
        if len(self.gaps) > MOST_BITS:
            raise _too_large(self.builder.pattern)
        terms = self.builder.terms
        within = self.builder.pattern.within
        return PatternAutomaton(
            symbols=np.array([self._bit(term) for term in terms], np.uint32),
            any_event=_bits(place for place, term in enumerate(terms) if term.step is None),
            feeds=_bit_array(self._leading_to(place) for place in range(len(terms))),
            waits=_bit_array(self._waits_of(place) for place in range(len(terms))),
            without=np.array([self._without(gap) for _, gap in self.gaps], np.uint32),
            direct=_bits(wait for wait, (_, gap) in enumerate(self.gaps) if gap.direct),
            least=self._limits(lambda gap: gap.least, 0),
            most=self._limits(lambda gap: gap.most, FOREVER),
            free=_bits(self.firsts),
            opening=self._waits_of(_START),
            closing=self._leading_to(_END),
            final=_bits(self.finals),
            within=FOREVER if within is None else self.ticks(within),
        )

    def _bit(self, term: Term) -> int:
        return 0 if term.step is None else 1 << self.symbols[term.step]

    def _without(self, gap: Gap) -> int:
        return _bits(self.symbols[str(term.step)] for term in gap.without)

    def _waits_of(self, place: int) -> int:
        return _bits(wait for wait, (last, _) in enumerate(self.gaps) if last == place)

    def _leading_to(self, place: int) -> int:
        pairs = self.builder.pairs
        return _bits(w for w, (last, gap) in enumerate(self.gaps) if (last, place, gap) in pairs)

    def _limits(self, read: Callable[[Gap], str | None], absent: int) -> NDArray[np.int64]:
        given = [read(gap) for _, gap in self.gaps]
        return np.array([absent if text is None else self.ticks(text) for text in given], np.int64)


def _bits(places: Iterable[int]) -> int:
    found = 0
    for place in places:
        found |= 1 << place
    return found


def _bit_array(sets: Iterable[int]) -> NDArray[np.int64]:
    return np.array([signed(bits) for bits in sets], dtype=np.int64)
