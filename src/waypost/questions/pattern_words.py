"""Patterns in words, for readers who write none."""

from __future__ import annotations

from waypost.kit import duration_words
from waypost.kit.translation import N_
from waypost.questions.pattern_language import Chain, Choice, Gap, Node, Pattern, Repeat, Term
from waypost.questions.result import say

__all__ = ["words_of"]


def words_of(pattern: Pattern, language: str) -> str:
    """The pattern as a sentence in ``en`` or ``de``."""
    words = _Words(language)
    parts = [words.node(pattern.body)]
    if pattern.begin is not None:
        parts.insert(0, words.begin(pattern.begin))
    if pattern.end is not None:
        parts.append(words.end(pattern.end))
    if pattern.within is not None:
        limit = duration_words(pattern.within, language)
        parts.append(words.say(N_("all of it within {limit} at most"), limit=limit))
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


class _Words:
    """Phrases of one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def say(self, message: str, **values: str) -> str:
        return say(message, self._language, values)

    def node(self, node: Node) -> str:
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, Choice):
            branches = [self.node(branch) for branch in node.branches]
            return self.say(N_("either {alternatives}"), alternatives=self._or(branches))
        if isinstance(node, Repeat):
            return self._repeat(node)
        return self._chain(node)

    def begin(self, gap: Gap) -> str:
        if gap.direct:
            return self.say(N_("from the first event of the journey on"))
        return self.say(N_("with no {steps} before"), steps=self._without(gap))

    def end(self, gap: Gap) -> str:
        if gap.direct:
            return self.say(N_("and with that the journey ends"))
        return self.say(N_("and no {steps} until the end of the journey"), steps=self._without(gap))

    def _term(self, term: Term) -> str:
        return self.say(N_("any event")) if term.step is None else term.step

    def _or(self, words: list[str]) -> str:
        return self.say(N_(" or ")).join(words)

    def _without(self, gap: Gap) -> str:
        return self._or([self._term(term) for term in gap.without])

    def _chain(self, node: Chain) -> str:
        parts = [self.node(node.items[0])]
        for gap, item in zip(node.gaps, node.items[1:], strict=True):
            how = N_("directly after it {step}") if gap.direct else N_("then {step}")
            extra = self._conditions(gap)
            tail = f" ({extra})" if extra else ""
            parts.append(self.say(how, step=self.node(item)) + tail)
        return ", ".join(parts)

    def _conditions(self, gap: Gap) -> str:
        found = []
        if gap.most:
            limit = duration_words(gap.most, self._language)
            found.append(self.say(N_("at most {limit} later"), limit=limit))
        if gap.least:
            limit = duration_words(gap.least, self._language)
            found.append(self.say(N_("at least {limit} later"), limit=limit))
        if gap.without:
            found.append(self.say(N_("without {steps} in between"), steps=self._without(gap)))
        return ", ".join(found)

    def _repeat(self, node: Repeat) -> str:
        item = self.node(node.item)
        if isinstance(node.item, Chain):
            item = f"({item})"
        values = {"step": item, "least": str(node.least), "most": str(node.most)}
        if (node.least, node.most) == (0, 1):
            text = self.say(N_("possibly {step}"), **values)
        elif node.most == node.least:
            text = self.say(N_("{least} times {step}"), **values)
        elif node.most is not None:
            text = self.say(N_("{least} to {most} times {step}"), **values)
        elif node.least == 0:
            text = self.say(N_("{step} any number of times"), **values)
        elif node.least == 1:
            text = self.say(N_("{step} once or more"), **values)
        else:
            text = self.say(N_("{step} at least {least} times"), **values)
        return self.say(N_("{steps} in a row"), steps=text) if node.in_a_row else text
