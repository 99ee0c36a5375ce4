"""Sentences from templates: the words by gettext, the figures set apart from them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from waypost.exports.html.views import Span

__all__ = ["phrase"]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def phrase(
    template: str, values: Mapping[str, str], names: frozenset[str] = frozenset()
) -> tuple[Span, ...]:
    """``template`` with its placeholders filled; those in ``names`` are words, the rest figures.

    A placeholder without a value stays as it is, so that a gap is seen.
    """
    spans: list[Span] = []
    end = 0
    for found in _PLACEHOLDER.finditer(template):
        spans.append(Span(template[end : found.start()]))
        known = found[1] in values
        text = values.get(found[1], found[0])
        spans.append(Span(text, is_figure=known and found[1] not in names))
        end = found.end()
    spans.append(Span(template[end:]))
    return tuple(span for span in spans if span.text)
