"""Funnels, slowly: try every way to pick events, with every rule written out.

An event is ``(at, steps, exclusions, key)`` with sets of step and exclusion numbers. ``rules`` is a
``FunnelRules``. An outcome has the ``level`` (needed steps in a row), ``met`` (for each step: when,
how long after the entry, how long after the needed step before), ``open`` and ``dropped``.
"""

from __future__ import annotations

from itertools import permutations, product

__all__ = ["attempts_of", "outcome_of"]

EVER = 1 << 60


class Outcome:
    def __init__(self):
        self.met = {}
        self.open = False
        self.broken = []
        self.went_on = set()

    def note(self, step, when, span, gap, policy):
        key = (span, when, gap) if policy == "best" else (when, span, gap)
        if step not in self.met or key < self.met[step][0]:
            self.met[step] = (key, (when, span, gap))

    def level(self, rules):
        return _level_of(self.met, rules)


def needed(rules):
    return [s for s in range(rules.steps) if s not in rules.optional]


def _level_of(met, rules):
    level = 0
    for step in needed(rules):
        if step not in met:
            break
        level += 1
    return level


def tied(events, rules):
    """Events within the span of the first of them, at its instant."""
    anchor, out = None, []
    for at, *rest in events:
        matters = rest[0] or rest[1]
        if matters and rules.tie_span:
            if anchor is None or at - anchor > rules.tie_span:
                anchor = at
            out.append((anchor, *rest))
        else:
            out.append((at, *rest))
    whole = rules.order == "strict" or rules.stop
    return [event for event in out if event[1] or event[2] or whole]


def streams(events, rules, *, shared):
    """The events of each shared value with the exclusions that have none."""
    if not shared:
        return [events]
    blank = [(n, at, frozenset(), ex, None) for n, at, st, ex, key in events if key is None and ex]
    keys = sorted({event[4] for event in events if event[4] is not None})
    return [sorted(blank + [e for e in events if e[4] == key]) for key in keys]


def _prepared(events, rules, *, shared):
    numbered = [
        (number, at, steps if not shared or key is not None else frozenset(), ex, key)
        for number, (at, steps, ex, key) in enumerate(events)
    ]
    merged = tied([event[1:] for event in numbered], rules)
    return [(number, *event) for number, event in enumerate(merged)]


def outcome_of(events, rules, *, shared=False):
    """One person's outcome; best attempt by attempt where ``entry`` is ``each``."""
    if rules.entry == "each":
        return _together(attempts_of(events, rules, shared=shared), rules)
    prepared = _prepared(events, rules, shared=shared)
    first = _first_entry(prepared, rules)
    found = [
        _until_stopped(stream, rules, first) for stream in streams(prepared, rules, shared=shared)
    ]
    return _together(found, rules)


def _together(found, rules):
    whole = Outcome()
    for outcome in found:
        for step, (_, times) in outcome.met.items():
            whole.note(step, *times, rules.entry)
        whole.open = whole.open or outcome.open
        whole.broken += [at for at, state in outcome.broken if (at, state) not in outcome.went_on]
    return whole


def is_dropped(outcome, rules):
    """Whether an exclusion broke an attempt before the person was through."""
    last = rules.steps - 1
    through = outcome.met[last][1][0] if last in outcome.met else EVER
    return rules.drop_person and any(at < through for at in outcome.broken)


def _inside(at, rules):
    return rules.entry_from <= at < rules.entry_until


def _first_entry(events, rules):
    for event in events:
        may = event[2] if rules.order == "any" else 0 in event[2]
        if may and _inside(event[1], rules):
            return event
    return None


def _recorded(rules):
    return rules.ties == "recorded" or rules.order == "strict"


def _stream_outcome(events, rules, first):
    if rules.order == "any":
        return _unordered(events, rules, first)
    outcome = Outcome()
    for order in _orders(events, rules):
        for place, event in enumerate(order):
            if 0 in event[2] and _inside(event[1], rules) and _may_begin(event, rules, first):
                _explore(order, place, rules, outcome)
    _cut_after_through(events, rules, outcome, first)
    return outcome


def _until_stopped(events, rules, first):
    """What is met up to the event that ends the search; events are taken as recorded."""
    kept = []
    for event in events if rules.stop else ():
        before = set(_stream_outcome(kept, rules, first).met) & set(needed(rules))
        steps = event[2]
        if rules.stop & 1:
            steps -= before - {0}
        early = steps and not any(
            step == 0 or _last_needed(step, rules) in before for step in steps
        )
        again = event[2] and not steps
        other = rules.stop & 2 and not event[2]
        if again or (0 in before and (other or (rules.stop & 4 and early))):
            outcome = _stream_outcome(kept, rules, first)
            outcome.open = False
            return outcome
        kept.append((*event[:2], steps, *event[3:]))
    return _stream_outcome(kept if rules.stop else events, rules, first)


def _last_needed(step, rules):
    return max(other for other in needed(rules) if other < step)


def _may_begin(event, rules, first):
    if rules.entry != "first":
        return True
    return event[0] == first[0] if _recorded(rules) else event[1] == first[1]


def _cut_after_through(events, rules, outcome, first):
    """What comes after the first conversion does not count, unless the fastest one is sought."""
    last = rules.steps - 1
    if rules.entry == "best" or last not in outcome.met:
        return
    when = outcome.met[last][1][0]
    if _recorded(rules):
        final = min(place for place in outcome.ends)
        kept = [event for event in events if event[0] <= final]
    else:
        kept = [event for event in events if event[1] <= when]
    if len(kept) < len(events):
        again = _stream_outcome(kept, rules, first)
        outcome.met, outcome.open = again.met, again.open
        outcome.broken, outcome.went_on = again.broken, again.went_on


def _orders(events, rules):
    """Recorded order, with events of one instant in every order where ties have none."""
    if rules.ties != "any" or rules.order == "strict":
        yield list(events)
        return
    instants = sorted({event[1] for event in events})
    groups = [[event for event in events if event[1] == at] for at in instants]
    for choice in product(*(list(permutations(group)) for group in groups)):
        yield [event for group in choice for event in group]


def _explore(order, entry, rules, outcome):
    """Note everything that attempts from this entry meet."""
    outcome.ends = getattr(outcome, "ends", [])
    begin = order[entry][1]
    if rules.window < 0:
        return
    outcome.note(0, begin, 0, 0, rules.entry)
    _go_on(order, [entry], rules, outcome)


def _go_on(order, picked, rules, outcome):
    level, steps = len(picked), needed(rules)
    begin, last = order[picked[0]][1], order[picked[-1]]
    if level == len(steps):
        outcome.ends.append(last[0])
        return
    _note_state(order, picked, rules, outcome)
    before, after = steps[level - 1], steps[level]
    for place in _reach(order, picked[-1], rules):
        at, may = order[place][1], order[place][2]
        rising = rules.ties != "rising" or _recorded(rules) or at > last[1]
        if at - begin > rules.window or not rising or _is_broken(order, picked, place, rules):
            continue
        for step in range(before + 1, after + 1):
            limit = rules.limits[step] if rules.limits else EVER
            if step in may and at - last[1] <= limit:
                outcome.note(step, at, at - begin, at - last[1], rules.entry)
                if step == after:
                    _go_on(order, [*picked, place], rules, outcome)


def _reach(order, last, rules):
    """Places that the next step may take after the one at ``last``.

    Where one event may serve several steps and ties have no order, only instants count: an event
    of the same instant serves again although another of that instant was picked in between.
    """
    if rules.order == "strict":
        return [place for place in (last + 1,) if place < len(order)]
    if not rules.reuse:
        return range(last + 1, len(order))
    if rules.ties == "any":
        return [p for p, event in enumerate(order) if event[1] >= order[last][1]]
    return range(last, len(order))


def _spans(picked, rules):
    """Exclusions that may break an attempt that stands at its last pick, with the begun step."""
    steps = needed(rules)
    for number, (begin, end) in enumerate(rules.exclusions):
        if steps.index(begin) + 1 <= len(picked) < steps.index(end) + 1:
            yield number, picked[steps.index(begin)]


def _is_broken(order, picked, place, rules):
    """Whether an exclusion lies after the step where it begins to count and before ``place``."""
    for number, begun in _spans(picked, rules):
        for other, event in enumerate(order):
            if number not in event[3]:
                continue
            if _recorded(rules):
                between = begun < other < place
            else:
                between = order[begun][1] < event[1] < order[place][1]
            if between:
                return True
    return False


def _deadline(order, picked, rules):
    step = needed(rules)[len(picked)]
    limit = rules.limits[step] if rules.limits else EVER
    return min(order[picked[0]][1] + rules.window, order[picked[-1]][1] + limit)


def _note_state(order, picked, rules, outcome):
    """Whether the attempt that stands at its last pick is open, or was broken when."""
    deadline = _deadline(order, picked, rules)
    breaks = []
    for number, begun in _spans(picked, rules):
        for other, event in enumerate(order):
            after = other > begun if _recorded(rules) else event[1] > order[begun][1]
            if number in event[3] and after:
                breaks.append((other, event[1]))
    ended = rules.order == "strict" and picked[-1] != len(order) - 1
    if not breaks and not ended and deadline > rules.data_until:
        outcome.open = True
    state = (order[picked[0]][1], order[picked[-1]][1], len(picked))
    for other, at in breaks:
        if at <= deadline and _is_past(order, picked, other, rules):
            outcome.went_on.add((at, state))
        elif at <= deadline:
            outcome.broken.append((at, state))


def _is_past(order, picked, other, rules):
    """Whether the attempt stood elsewhere, or had gone on, when ``other`` came."""
    if _went_on(order, picked, other, rules):
        return True
    if _recorded(rules):
        before = [place for place in picked if place < other]
        earlier = other - 1
    else:
        before = [place for place in picked if order[place][1] < order[other][1]]
        sooner = [p for p, event in enumerate(order) if event[1] < order[other][1]]
        earlier = max(sooner, default=-1)
    late = 0 < len(before) < len(picked)
    return late and _went_on(order, before, earlier, rules)


def _went_on(order, picked, other, rules):
    """Whether the attempt could take its next step no later than the event ``other``."""
    step = needed(rules)[len(picked)]
    begin, last = order[picked[0]][1], order[picked[-1]][1]
    limit = rules.limits[step] if rules.limits else EVER
    for place, event in enumerate(order):
        at = event[1]
        free = rules.reuse or place not in picked
        if _recorded(rules):
            between = picked[-1] <= place <= other
        else:
            between = last <= at <= order[other][1] and (rules.ties == "any" or at > last)
        inside = at - begin <= rules.window and at - last <= limit
        taken = step in event[2] and free and between and inside
        if taken and not _is_broken(order, picked, place, rules):
            return True
    return False


def _matching(choices):
    """The most steps that events can serve, one each."""
    if not choices:
        return 0
    best = _matching(choices[1:])
    for step in choices[0]:
        rest = [event - {step} for event in choices[1:]]
        best = max(best, 1 + _matching(rest))
    return best


def _count(found, rules):
    if rules.reuse:
        return len(set().union(*found)) if found else 0
    return _matching(found)


def _unordered(events, rules, first):
    outcome = Outcome()
    for entry in events:
        if not entry[2] or not _inside(entry[1], rules):
            continue
        if rules.entry == "first" and entry[0] != first[0]:
            continue
        _count_from(entry, events, rules, outcome)
    outcome.open = outcome.open and len(outcome.met) < rules.steps
    return outcome


def _count_from(entry, events, rules, outcome):
    begin, found, level = entry[1], [], 0
    for event in events:
        before = event[0] < entry[0] if rules.entry == "first" else event[1] < begin
        if before or event[1] - begin > rules.window:
            continue
        found.append(event[2])
        now = _count(found, rules)
        for step in range(level, now):
            outcome.note(step, event[1], event[1] - begin, 0, rules.entry)
        level = now
    outcome.open = outcome.open or begin + rules.window > rules.data_until


def attempts_of(events, rules, *, shared=False):
    """Attempts one after another, of every shared value."""
    prepared = _prepared(events, rules, shared=shared)
    found = []
    for stream in streams(prepared, rules, shared=shared):
        found += _one_after_another(stream, rules)
    return found


def _one_after_another(events, rules):
    found, place = [], 0
    while place < len(events):
        event = events[place]
        group = (
            [event]
            if _recorded(rules) or rules.order == "any"
            else [other for other in events if other[1] == event[1]]
        )
        may = any((one[2] if rules.order == "any" else 0 in one[2]) for one in group)
        if not may or not _inside(event[1], rules):
            place += len(group)
            continue
        outcome, place = _attempt(events, place, rules)
        found.append(outcome)
    return found


def _attempt(events, place, rules):
    """One attempt from the event at ``place``; and where the next may begin."""
    begin = events[place][1]
    end = place
    while True:
        seen = end + 1
        while (
            not (_recorded(rules) or rules.order == "any")
            and seen < len(events)
            and (events[seen][1] == events[end][1])
        ):
            seen += 1
        outcome, until = _so_far(events[place:seen], begin, rules)
        through = rules.steps - 1 in outcome.met
        if through or until is None:
            outcome.open = False
            restart = rules.order == "strict" and not through
            return outcome, seen - 1 if restart else seen
        if seen == len(events):
            outcome.open = until > rules.data_until
            return outcome, seen
        if events[seen][1] > until:
            outcome.open = False
            return outcome, seen
        end = seen


def _so_far(events, begin, rules):
    """What the attempt has met, and until when it may go on; None = broken."""
    if rules.order == "any":
        outcome = Outcome()
        _count_from(events[0], events, rules, outcome)
        return outcome, begin + rules.window
    outcome = Outcome()
    until = []
    for order in _orders(events, rules):
        for entry, event in enumerate(order):
            starts = entry == 0 if _recorded(rules) else event[1] == begin
            if 0 in event[2] and starts:
                _explore(order, entry, rules, outcome)
                until += _alive(order, [entry], rules)
    return outcome, max(until, default=None)


def _alive(order, picked, rules):
    """The deadlines of all ways that still stand after the last event."""
    steps = needed(rules)
    if len(picked) == len(steps):
        return []
    alone = Outcome()
    alone.ends = []
    _note_state(order, picked, rules, alone)
    ended = rules.order == "strict" and picked[-1] != len(order) - 1
    is_broken = False
    for number, begun in _spans(picked, rules):
        for other, event in enumerate(order):
            after = other > begun if _recorded(rules) else event[1] > order[begun][1]
            is_broken |= number in event[3] and after
    found = [] if is_broken or ended else [_deadline(order, picked, rules)]
    begin, last, step = order[picked[0]][1], order[picked[-1]], steps[len(picked)]
    limit = rules.limits[step] if rules.limits else EVER
    for place in _reach(order, picked[-1], rules):
        at = order[place][1]
        rising = rules.ties != "rising" or _recorded(rules) or at > last[1]
        inside = at - begin <= rules.window and at - last[1] <= limit
        if (
            step in order[place][2]
            and rising
            and inside
            and not _is_broken(order, picked, place, rules)
        ):
            found += _alive(order, [*picked, place], rules)
    return found
