"""Random patterns over the steps a, b, c, d, as trees and as the text that means them."""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["pattern_texts"]

NAMES = st.sampled_from(["a", "b", "c"])
LIMITS = st.sampled_from(["", "", "", "{3s}", "{8s}", "{2s..}", "{2s..6s}"])


@st.composite
def arrows(draw, timed):
    """What stands between two items."""
    kind = draw(st.sampled_from(["->", "->", "=>", "!"]))
    limit = draw(LIMITS) if timed else ""
    if kind == "!":
        without = draw(st.sampled_from(["!a", "!b", "!d", "!(c | d)"]))
        return f"->{limit} {without} ->"
    return f"{kind}{limit}"


@st.composite
def items(draw, timed, depth):
    """A term, or a group, perhaps repeated."""
    if depth and draw(st.integers(0, 2)) == 0:
        inner = draw(bodies(timed, depth - 1))
        atom = f"({inner} | {draw(bodies(timed, 0))})" if draw(st.booleans()) else f"({inner})"
    else:
        atom = draw(st.sampled_from(["a", "a", "b", "c", "."]))
    often = ["", "", "", "", "?", "+", "*", "{2}", "{1,2}", "{2 in a row}", "{1, in a row}"]
    return atom + draw(st.sampled_from(often))


@st.composite
def bodies(draw, timed, depth=1):
    """Items with arrows between."""
    text = draw(items(timed, depth))
    for _ in range(draw(st.integers(0, 2))):
        text += f" {draw(arrows(timed))} {draw(items(timed, depth))}"
    return text


@st.composite
def pattern_texts(draw, *, timed=False):
    """A whole pattern; it may match no event at all."""
    body = draw(bodies(timed))
    begin = draw(st.sampled_from(["", "", "", "^ ", "^ !b -> "]))
    end = draw(st.sampled_from(["", "", "", " $", " -> !c $"]))
    within = draw(st.sampled_from(["", "", " within 6s"])) if timed else ""
    return f"{begin}{body}{end}{within}"
