"""The text language of patterns: what may follow what in a journey.

    view ->{1d} cart -> !order -> (call | "Write to us")+ => [value > 100] $ within 7d

``->`` later, ``=>`` directly next, ``{1d}`` after an arrow at most a day, ``!x`` none of it in
between, ``|`` one or the other, ``?`` ``*`` ``+`` ``{2,5}`` how often, ``.`` any event, ``^`` and
``$`` the ends of the journey, ``within`` a limit from the first event of a match to its last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from waypost.kit import as_timedelta
from waypost.kit.translation import N_
from waypost.questions.pattern_tokens import Token, refuse, short, tokens_of

__all__ = ["Chain", "Choice", "Gap", "Node", "Pattern", "Repeat", "Term", "parse_pattern"]

MOST_TIMES = 64


@dataclass(frozen=True, slots=True)
class Term:
    """One event: a step's name, a condition's text, or any event where ``step`` is None."""

    step: str | None
    place: int = 0
    kind: str = "name"


@dataclass(frozen=True, slots=True)
class Gap:
    """What lies between two events: nothing (``direct``), or anything but ``without``.

    ``least`` and ``most``: durations as text, None = no limit; both include the limit itself.
    """

    direct: bool = False
    without: tuple[Term, ...] = ()
    least: str | None = None
    most: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``least`` to ``most`` times (None = no limit), ``in_a_row`` or with anything in between."""

    item: Node
    least: int
    most: int | None
    in_a_row: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """One after another; ``gaps[i]`` lies before ``items[i + 1]``."""

    items: tuple[Node, ...]
    gaps: tuple[Gap, ...]


Node = Term | Choice | Repeat | Chain


@dataclass(frozen=True, slots=True)
class Pattern:
    """A whole pattern; ``begin`` and ``end``: what lies before and after it, None = anything."""

    text: str
    body: Node
    begin: Gap | None = None
    end: Gap | None = None
    within: str | None = None

    def terms(self) -> tuple[Term, ...]:
        """All terms and exclusions in the order of the text."""
        edges = [gap for gap in (self.begin, self.end) if gap is not None]
        found = [*_terms(self.body), *(term for gap in edges for term in gap.without)]
        return tuple(sorted(found, key=lambda term: term.place))


def _terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Repeat):
        yield from _terms(node.item)
    elif isinstance(node, Choice):
        for branch in node.branches:
            yield from _terms(branch)
    else:
        for item in node.items:
            yield from _terms(item)
        for gap in node.gaps:
            yield from gap.without


def parse_pattern(text: str) -> Pattern:
    """The pattern; raises ``QuestionError`` that names the place and what may stand there."""
    return _Reader(text).pattern()


class _Reader:
    """Reads tokens from left to right; every method leaves the place behind what it read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens_of(text)
        self._next = 0
        self._end: Gap | None = None

    @property
    def _now(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._now
        self._next += 1
        return token

    def _takes(self, kind: str) -> bool:
        if self._now.kind != kind:
            return False
        self._next += 1
        return True

    def _refuse_now(self, what: str, hint: str = "") -> None:
        refuse(self._text, self._now, what, hint)

    def pattern(self) -> Pattern:
        begin = self._begin() if self._takes("^") else None
        body = self._choice(depth=0)
        if self._takes("$") and self._end is None:
            self._end = Gap(direct=True)
        within = self._within()
        if self._now.kind != "end":
            self._refuse_now(
                f"{short(self._now.text)} cannot stand here",
                "Between two steps write -> (later) or => (directly next).",
            )
        return Pattern(self._text, body, begin, self._end, within)

    def _begin(self) -> Gap:
        if self._now.kind in ("->", "=>"):
            self._refuse_now(
                "an arrow after ^ says nothing",
                "Write ^ view (the first event is a view) or ^ !order -> view (no order before).",
            )
        if self._now.kind != "!":
            return Gap(direct=True)
        without = self._exclusions()
        if not self._takes("->"):
            self._refuse_now("-> is missing after what must not come before")
        return Gap(without=without)

    def _within(self) -> str | None:
        if not (self._now.kind == "name" and self._now.text == "within"):
            return None
        self._take()
        if self._now.kind != "name":
            self._refuse_now("a duration is missing after within", "Example: within 7d.")
        return self._duration(self._take())

    def _choice(self, depth: int) -> Node:
        branches = [self._chain(depth)]
        while self._takes("|"):
            branches.append(self._chain(depth))
        if len(branches) > 1 and self._end is not None:
            self._refuse_now("the end belongs to one alternative only", "Set ( ) around them.")
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _chain(self, depth: int) -> Node:
        items, gaps = [self._item(depth)], []
        while self._now.kind in ("->", "=>"):
            gap = self._gap(depth)
            if gap is None:
                break
            gaps.append(gap)
            items.append(self._item(depth))
        return items[0] if not gaps else Chain(tuple(items), tuple(gaps))

    def _gap(self, depth: int) -> Gap | None:
        """What lies before the next item; None where it lies before the end of the journey."""
        first = self._take()
        least, most = self._limits()
        if self._now.kind == "$":
            self._refuse_now(
                "an arrow before $ says nothing",
                "Write order $ (the last event) or order -> !view $ (no view after it).",
            )
        if self._now.kind != "!":
            return Gap(first.kind == "=>", (), least, most)
        if first.kind == "=>":
            refuse(self._text, first, "=> leaves no room for what must not come in between")
        without = self._exclusions()
        if self._now.kind == "$" and depth == 0:
            if least or most:
                refuse(self._text, first, "the way to the end of the journey has no limit of time")
            self._end = Gap(without=without)
            return None
        if not self._takes("->"):
            self._refuse_now(
                "what must not come needs to stand between two steps",
                "Write a -> !x -> b (no x in between) or a -> !x $ (no x until the end).",
            )
        again = self._limits()
        if again != (None, None) and (least or most):
            self._refuse_now("this gap has two limits of time", "Write the limit once.")
        low, high = again if again != (None, None) else (least, most)
        return Gap(without=without, least=low, most=high)

    def _exclusions(self) -> tuple[Term, ...]:
        found: list[Term] = []
        while self._takes("!"):
            node = self._atom(depth=1)
            branches = node.branches if isinstance(node, Choice) else (node,)
            for branch in branches:
                if not isinstance(branch, Term) or branch.step is None:
                    self._refuse_now(
                        "after ! only a step, or several like !(a | b), can stand",
                        "To allow nothing at all in between, write =>.",
                    )
                else:
                    found.append(branch)
            self._takes("*")
        return tuple(found)

    def _limits(self) -> tuple[str | None, str | None]:
        if self._now.kind != "{":
            return None, None
        token = self._take()
        low, dots, high = (part.strip() for part in token.text.partition(".."))
        if not low and not high:
            refuse(
                self._text, token, "a limit of time is empty", N_("Write {1d}, {1h..} or {1h..1d}.")
            )
        if not dots:
            return None, self._duration(token, low)
        least = self._duration(token, low) if low else None
        most = self._duration(token, high) if high else None
        if least and most and as_timedelta(least) > as_timedelta(most):
            refuse(self._text, token, f"{low} is longer than {high}")
        return least, most

    def _duration(self, token: Token, text: str | None = None) -> str:
        from waypost.errors import InputError  # noqa: PLC0415 - only to say where it stands
        from waypost.questions.period import duration_text  # noqa: PLC0415 - as above

        written = token.text if text is None else text
        try:
            return duration_text(written)
        except InputError:
            refuse(
                self._text,
                token,
                f"{short(written)} is not a duration",
                N_(
                    "Write a number and a unit: 45s, 30m, 12h, 7d or 2w; "
                    "{1h..} is at least an hour."
                ),
            )

    def _item(self, depth: int) -> Node:
        node = self._atom(depth)
        while self._now.kind in ("?", "*", "+", "{"):
            node = self._repeated(node, self._take())
        return node

    def _repeated(self, item: Node, token: Token) -> Node:
        simple = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        if token.kind in simple:
            least, most = simple[token.kind]
            return Repeat(item, least, most)
        words = token.text.removesuffix("in a row")
        low, comma, high = (part.strip() for part in words.partition(","))
        if not low.isdecimal() or (high and not high.isdecimal()):
            refuse(
                self._text,
                token,
                f"{{{short(token.text)}}} after a step says how often it comes",
                N_(
                    "Write {3}, {2,5}, {2,} or {3 in a row}; a limit of time stands after an arrow."
                ),
            )
        least = int(low)
        most = int(high) if high else (None if comma else least)
        if max(least, most or 0) > MOST_TIMES or most == 0 or (most or least) < least:
            refuse(self._text, token, f"from {least} to {most} times cannot be")
        return Repeat(item, least, most, words != token.text)

    def _atom(self, depth: int) -> Node:
        token = self._now
        if token.kind == "(":
            self._take()
            inside = self._choice(depth + 1)
            if not self._takes(")"):
                self._refuse_now("a ) is missing")
            return inside
        if token.kind in ("name", "quoted", "condition") and token.text:
            self._take()
            return Term(token.text, token.place, token.kind)
        if token.kind == ".":
            self._take()
            return Term(None, token.place)
        self._refuse_now("a step, a [condition] or ( is missing")
        raise AssertionError
