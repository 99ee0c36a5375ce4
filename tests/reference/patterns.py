"""Patterns, slowly: write out every chain of terms, try every choice of events.

Written from the definition: a pattern stands for the plain chains that its alternatives and
repeats allow; a match is a choice of events, one for each term of a chain, that respects the gaps.
"""

from __future__ import annotations

from waypost.kit import as_timedelta
from waypost.questions.pattern_language import Chain, Choice, Gap, Repeat, Term

__all__ = ["first_match_ticks", "match_count", "matches"]

LATER, NEXT = Gap(), Gap(direct=True)


def seconds(text):
    return as_timedelta(text).total_seconds()


def glued(left, right, gap):
    """One after the other; a part that is left out takes the gap in front of it along."""
    if not left or not right:
        return left or right
    (term, _), *rest = right
    return (*left, (term, gap), *rest)


def longer(wholes, parts, gap, most):
    return {
        chain for left in wholes for right in parts if len(chain := glued(left, right, gap)) <= most
    }


def chains(node, most):
    """Plain chains of (term, gap before it) of at most ``most`` terms; the first gap is None."""
    if isinstance(node, Term):
        return {((node, None),)} if most else set()
    if isinstance(node, Choice):
        return {chain for branch in node.branches for chain in chains(branch, most)}
    if isinstance(node, Repeat):
        inside = chains(node.item, most)
        gap = NEXT if node.in_a_row else LATER
        wholes, found = {()}, set()
        highest = max(most, node.least) if node.most is None else node.most
        for times in range(highest + 1):
            if times >= node.least:
                found |= wholes
            wholes = longer(wholes, inside, gap, most)
        return found
    wholes = {()}
    for item, gap in zip(node.items, (None, *node.gaps), strict=True):
        wholes = longer(wholes, chains(item, most), gap, most)
    return wholes


def whole_chains(pattern, most):
    """Chains whose first gap lies between the beginning of the journey and the first event."""
    if pattern.begin is None:
        return chains(pattern.body, most)
    is_chain = isinstance(pattern.body, Chain)
    items = pattern.body.items if is_chain else (pattern.body,)
    gaps = pattern.body.gaps if is_chain else ()
    wholes = {(("beginning", None),)}
    for item, gap in zip(items, (pattern.begin, *gaps), strict=True):
        wholes = longer(wholes, chains(item, most), gap, most + 1)
    return {chain[1:] for chain in wholes if len(chain) > 1}


def is_one(name, term):
    return term.step is None or name == term.step


def allows(gap, events, before, behind):
    """Whether the gap between two events (−1 and the size stand for the ends) is as asked."""
    between = events[before + 1 : behind]
    if gap.direct and between:
        return False
    if any(is_one(name, term) for _, name in between for term in gap.without):
        return False
    if before < 0 or behind == len(events):
        return True
    passed = events[behind][0] - events[before][0]
    soon = gap.most is None or passed <= seconds(gap.most)
    return soon and (gap.least is None or passed >= seconds(gap.least))


def matches(pattern, events):
    """All matches as tuples of places; events are (at in seconds, name)."""
    found = set()

    def grow(chain, chosen):
        if len(chosen) == len(chain):
            if pattern.end is None or allows(pattern.end, events, chosen[-1], len(events)):
                found.add(tuple(chosen))
            return
        term, gap = chain[len(chosen)]
        before = chosen[-1] if chosen else -1
        for place in range(before + 1, len(events)):
            fits = gap is None or allows(gap, events, before, place)
            if fits and is_one(events[place][1], term):
                grow(chain, [*chosen, place])

    for chain in whole_chains(pattern, len(events)):
        grow(chain, [])
    if pattern.within is not None:
        most = seconds(pattern.within)
        return {one for one in found if events[one[-1]][0] - events[one[0]][0] <= most}
    return found


def match_count(pattern, events):
    """Matches that do not overlap, the one that ends first before all others."""
    all_matches = matches(pattern, events)
    if pattern.end is not None:
        return int(bool(all_matches))
    count, free = 0, 0
    while left := [one for one in all_matches if one[0] >= free]:
        count += 1
        free = min(one[-1] for one in left) + 1
    return count


def first_match_ticks(pattern, events):
    """How long the measured match takes; None without one."""
    spans = {(one[0], one[-1]) for one in matches(pattern, events)}
    if not spans:
        return None
    if pattern.end is None:
        soonest = min(last for _, last in spans)
        spans = {span for span in spans if span[1] == soonest}
    begins = max(events[first][0] for first, _ in spans)
    return min(events[last][0] - begins for first, last in spans if events[first][0] == begins)
