"""Edited maps of every shape, and changes that are valid on a given map."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st

from waypost.maps.editing import MapDocument, apply
from waypost.maps.editing.document import KINDS
from waypost.maps.editing.entities import CARD_KINDS, LANE_KINDS
from waypost.maps.editing.ids import ID_LETTERS
from waypost.maps.editing.ordering import keys_between
from waypost.maps.editing.references import REFERENCES, TOPOLOGICAL

POOL = 7
"""Ids of one kind: few, so that changes meet each other."""

ORDERS = [*keys_between(None, None, 6), *keys_between("a0", "a1", 4), "Zz"]
words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    max_size=8,
)
AWKWARD = [
    "=1+1",
    "@x",
    "-5",
    "+49 40 1",
    "'quoted",
    ' ; , " ',
    "Zeile\nzwei",
    "\ttab",
    "Größe ß",
    "{de}",
    "e\u0301 ﬁ 🙂",
    "_x000D_",
    " vorn und hinten ",
    "x",
]
awkward = st.sampled_from(AWKWARD)
labels = st.dictionaries(st.sampled_from(["de", "en"]), words | awkward, max_size=2)

LABELS: list[Any] = [
    {},
    *({"de": text} for text in AWKWARD),
    {"de": "Weg", "en": "way"},
    {"en": "x"},
]
TOKENS = ["", "sky", "ink-2"]
DAYS = [None, "2026-01-31", "2027-02-28"]
STATES = ["as-is", "to-be", "both"]
COUNTS = [None, 0, 7, 10**9]
BINDINGS = [
    None,
    {"touchpoints": [], "where": ""},
    {"touchpoints": ["order", "visit"], "where": "event = 'x'"},
]

FIELDS: dict[str, dict[str, list[Any]]] = {
    "head": {
        "title": LABELS,
        "kind": ["journey", "day", "blueprint"],
        "scenario": LABELS,
        "owner": ["", "Kim", "=Kim"],
        "reviewed_on": DAYS,
        "language": ["de", "en"],
        "filter": [{}, {"where": "event = 'x'", "segment": ["a"]}, {"only": {"n": [1, None]}}],
    },
    "personas": {
        "order": ORDERS,
        "label": LABELS,
        "segment": ["", "country = 'DE'"],
        "colour": ["1", "2", "8"],
    },
    "stages": {
        "order": ORDERS,
        "label": LABELS,
        "colour": TOKENS,
        "collapsed": [False, True],
        "guiding": [{}, {"actions": {"de": "Was?"}}],
    },
    "steps": {
        "order": ORDERS,
        "label": LABELS,
        "note": LABELS,
        "moment_of_truth": [False, True],
        "state": STATES,
        "binding": BINDINGS,
    },
    "lanes": {
        "order": ORDERS,
        "kind": list(LANE_KINDS),
        "label": LABELS,
        "guiding": LABELS,
        "hidden": [False, False, True],
        "line_above": ["", "visibility"],
    },
    "cards": {
        "order": ORDERS,
        "span": [1, 2, 3],
        "kind": list(CARD_KINDS),
        "text": LABELS,
        "provenance": ["observed", "reported", "estimated", "assumed"],
        "channel": ["", "web", "Messe"],
        "severity": [None, 1, 5],
        "persons": COUNTS,
        "value_minor": [*COUNTS, -300],
        "target": [None, 0.1, -2.5e-7, 1e6, 1 / 3],
        "url": ["", "https://example.org/a?b=c"],
        "on": DAYS,
        "evidence": [None, {"definition": "persons", "counts": {"persons": 3}}],
    },
    "points": {
        "series": ["as-is", "to-be"],
        "value": [-2, -1 / 3, 0, 0.1 + 0.2, 2],
        "note": LABELS,
    },
    "links": {"kind": ["leads-to", "answers", "causes"]},
    "hidden_computed": {"card": ["computed:a:b:c", "computed:a:b:d"]},
    "images": {
        "media_type": ["image/png", "image/jpeg"],
        "width": [1, 99],
        "height": [1, 99],
        "alt": LABELS,
    },
}
"""Values to choose from by collection and field: choosing is fast, drawing each is not."""


def name_of(kind: str, number: int) -> str:
    return f"{ID_LETTERS[kind]}_{number:012d}"


def _target(draw: st.DrawFn, document: MapDocument, reference: Any) -> str | None:
    known = [name for kind in reference.to for name in sorted(document.collection(kind))]
    if reference.may_be_empty:
        known = ["", *known]
    return draw(st.sampled_from(known)) if known else None


@st.composite
def values(draw: st.DrawFn, document: MapDocument, kind: str) -> dict[str, Any] | None:
    """A new entity of ``kind``; None where there is nothing for it to hang on."""
    chance = random.Random(draw(st.integers(0, 2**16)))
    needed = kind in ("images", "hidden_computed")
    fields = [field for field in FIELDS[kind] if needed or chance.random() < 0.6]
    value = {field: chance.choice(FIELDS[kind][field]) for field in fields}
    for reference in REFERENCES.get(kind, ()):
        to = _target(draw, document, reference)
        if to is None:
            return None
        value[reference.field] = to
    return value


def _adding(draw: st.DrawFn, document: MapDocument, kind: str) -> dict[str, Any] | None:
    free = [one for n in range(POOL) if (one := name_of(kind, n)) not in document.collection(kind)]
    value = draw(values(document, kind))
    if not free or value is None:
        return None
    return {"op": "add", "kind": kind, "id": draw(st.sampled_from(free)), "value": value}


def _setting(draw: st.DrawFn, document: MapDocument, kind: str) -> dict[str, Any] | None:
    there = {"head": document.head} if kind == "head" else document.collection(kind)
    if not there:
        return None
    name = draw(st.sampled_from(sorted(there)))
    fields = {**FIELDS[kind], **{one.field: one for one in REFERENCES.get(kind, ())}}
    field = draw(st.sampled_from(sorted(fields)))
    chosen = fields[field]
    is_value = isinstance(chosen, list)
    value = draw(st.sampled_from(chosen)) if is_value else _target(draw, document, chosen)
    was = there[name].model_dump(mode="json")[field]
    return {"op": "set", "kind": kind, "id": name, "field": field, "was": was, "value": value}


def _removing(draw: st.DrawFn, document: MapDocument, kind: str) -> dict[str, Any] | None:
    there = sorted(document.collection(kind)) if kind != "head" else []
    return {"op": "remove", "kind": kind, "id": draw(st.sampled_from(there))} if there else None


@st.composite
def changes(draw: st.DrawFn, document: MapDocument, most: int = 6) -> list[dict[str, Any]]:
    """Operations that can be applied to ``document`` one after the other."""
    ops: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(["head", *KINDS, "cards", "cards", "steps"]))
        make = draw(st.sampled_from([_adding, _setting, _setting, _removing]))
        if make is _adding and kind == "head":
            continue
        op = make(draw, document, kind)
        if op is not None:
            document = apply(document, [op]).document
            ops.append(op)
    return ops


@st.composite
def maps(draw: st.DrawFn) -> MapDocument:
    """A valid map: of nothing, or of a few of everything."""
    document = MapDocument()
    for kind in TOPOLOGICAL:
        for _ in range(draw(st.integers(0, 3))):
            op = _adding(draw, document, kind)
            if op is not None:
                document = apply(document, [op]).document
    heads = [op for op in (_setting(draw, document, "head") for _ in range(3)) if op]
    for op in heads:
        seen = document.head.model_dump(mode="json")[op["field"]]
        document = apply(document, [{**op, "was": seen}]).document
    return document
