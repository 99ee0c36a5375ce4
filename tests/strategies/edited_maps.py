"""Edited maps of every shape, and changes that are valid on a given map."""

from __future__ import annotations

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
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="￾￿"),
    max_size=8,
)
awkward = st.sampled_from(
    [
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
    ]
)
labels = st.dictionaries(st.sampled_from(["de", "en"]), words | awkward, max_size=2)
tokens = st.sampled_from(["", "sky", "ink-2"])
days = st.sampled_from([None, "2026-01-31", "2027-02-28"])
states = st.sampled_from(["as-is", "to-be", "both"])
bindings = st.none() | st.fixed_dictionaries(
    {
        "touchpoints": st.lists(st.sampled_from(["order", "visit"]), max_size=2, unique=True),
        "where": st.sampled_from(["", "event = 'x'"]),
    }
)
counts = st.none() | st.integers(0, 10**9)

FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "head": {
        "title": labels,
        "kind": st.sampled_from(["journey", "day", "blueprint"]),
        "scenario": labels,
        "owner": st.sampled_from(["", "Kim", "=Kim"]),
        "reviewed_on": days,
        "language": st.sampled_from(["de", "en"]),
        "filter": st.sampled_from([{}, {"where": "event = 'x'", "segment": ["a"]}]),
    },
    "personas": {
        "order": st.sampled_from(ORDERS),
        "label": labels,
        "segment": st.sampled_from(["", "country = 'DE'"]),
        "colour": st.sampled_from("128"),
    },
    "stages": {
        "order": st.sampled_from(ORDERS),
        "label": labels,
        "colour": tokens,
        "collapsed": st.booleans(),
    },
    "steps": {
        "order": st.sampled_from(ORDERS),
        "label": labels,
        "note": labels,
        "moment_of_truth": st.booleans(),
        "state": states,
        "binding": bindings,
    },
    "lanes": {
        "order": st.sampled_from(ORDERS),
        "kind": st.sampled_from(LANE_KINDS),
        "label": labels,
        "guiding": labels,
        "hidden": st.booleans(),
        "line_above": st.sampled_from(["", "visibility"]),
    },
    "cards": {
        "order": st.sampled_from(ORDERS),
        "span": st.integers(1, 3),
        "kind": st.sampled_from(CARD_KINDS),
        "text": labels,
        "provenance": st.sampled_from(["observed", "reported", "estimated", "assumed"]),
        "channel": st.sampled_from(["", "web", "Messe"]),
        "severity": st.none() | st.integers(1, 5),
        "persons": counts,
        "value_minor": counts,
        "target": st.none() | st.floats(-1e6, 1e6),
        "url": st.sampled_from(["", "https://example.org/a?b=c"]),
        "on": days,
        "evidence": st.none() | st.just({"definition": "persons", "counts": {"persons": 3}}),
    },
    "points": {
        "series": st.sampled_from(["as-is", "to-be"]),
        "value": st.floats(-2, 2),
        "note": labels,
    },
    "links": {"kind": st.sampled_from(["leads-to", "answers", "causes"])},
    "hidden_computed": {"card": st.sampled_from(["computed:a:b:c", "computed:a:b:d"])},
    "images": {
        "media_type": st.sampled_from(["image/png", "image/jpeg"]),
        "width": st.integers(1, 99),
        "height": st.integers(1, 99),
        "alt": labels,
    },
}


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
    value = draw(st.fixed_dictionaries({}, optional=FIELDS[kind]))
    if kind in ("images", "hidden_computed"):
        value = draw(st.fixed_dictionaries(FIELDS[kind]))
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
    value = (
        draw(chosen) if isinstance(chosen, st.SearchStrategy) else _target(draw, document, chosen)
    )
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
        for _ in range(draw(st.integers(0, 4))):
            op = _adding(draw, document, kind)
            if op is not None:
                document = apply(document, [op]).document
    heads = [op for op in (_setting(draw, document, "head") for _ in range(3)) if op]
    for op in heads:
        seen = document.head.model_dump(mode="json")[op["field"]]
        document = apply(document, [{**op, "was": seen}]).document
    return document
