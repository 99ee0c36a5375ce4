"""The overview of journeys: which questions it asks, and what becomes of their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from waypost.app.question_fields.asked import ASKED
from waypost.app.question_fields.reading import question_of
from waypost.app.question_fields.shape import NEEDED, Asked
from waypost.errors import WaypostError
from waypost.questions import (
    Flow,
    Funnel,
    Paths,
    Question,
    Result,
    Sessions,
    SnapshotView,
    StepFlow,
    Transitions,
    Volumes,
)

__all__ = [
    "Branch",
    "Edge",
    "Overview",
    "StageNode",
    "branches",
    "example_of",
    "questions_of",
    "stage_nodes",
    "usual_questions",
    "walk",
]

_DEEP = 2
_WIDE = 5
_NARROW = 3
_LEAST_SHARE = 0.02
_EVERY_PATH = 100_000
_MOST_LENGTH = 12
_FUNNEL_STEPS = 4
_SHOWN_PATHS = 6
LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the overview is narrowed to; ``anchor`` and ``path`` say where the tree stands."""

    segment: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    by: str = "step"
    anchor: str = ""
    path: tuple[str, ...] = ()

    def filters(self) -> dict[str, Any]:
        """As fields of questions."""
        return {"segment": self.segment or None, "since": self.since, "until": self.until}


@dataclass(frozen=True, slots=True)
class Edge:
    """Persons who went from one stage to a later one."""

    source: str
    target: str
    persons: int


@dataclass(frozen=True, slots=True)
class StageNode:
    """Who came to a stage: ``persons`` = ``starts`` + coming = going on + ``left`` + ``open``."""

    id: str
    persons: int
    starts: int
    going_on: int
    left: int
    open: int
    channels: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Branch:
    """A place of the tree. ``ends``: persons whose journey has no further place."""

    path: tuple[str, ...]
    persons: int = 0
    ends: int = 0
    below: dict[str, Branch] = field(default_factory=dict)
    is_root: bool = False

    @property
    def shown(self) -> list[Branch]:
        """The places that most go to next, the most frequent first; none of 2 % and less."""
        ranked = sorted(self.below.values(), key=lambda one: (-one.persons, one.path))
        least = self.persons * _LEAST_SHARE
        return [one for one in ranked if one.persons > least][: _WIDE if self.is_root else _NARROW]

    @property
    def rest(self) -> int:
        """Persons who go to places that are not shown."""
        return self.persons - self.ends - sum(one.persons for one in self.shown)

    @property
    def rest_ways(self) -> int:
        """How many places are not shown."""
        return len(self.below) - len(self.shown)


def questions_of(view: SnapshotView, wishes: Overview) -> dict[str, Question]:
    """Every part of the overview with its question."""
    filters = wishes.filters()
    length = min(len(wishes.path) + _DEEP, _MOST_LENGTH)
    return {
        "flow": Flow(by="stage", align="order", length=max(2, _stages(view)), **filters),
        "stages": StepFlow(by="stage", **filters),
        "tree": Paths(
            by=wishes.by,
            length=length,
            top=_EVERY_PATH,
            anchor=wishes.anchor or None,
            **filters,
        ),
        "funnel": Funnel(steps=_funnel_steps(view), within="30d", **filters),
        "paths": Paths(by=wishes.by, length=5, top=_SHOWN_PATHS, **filters),
    }


def usual_questions(view: SnapshotView) -> list[Question]:
    """What is asked first of a workspace: the overview, and each question in its usual form."""
    found: list[Question] = list(questions_of(view, Overview()).values())
    for asked in ASKED:
        with suppress(WaypostError):
            question = question_of(asked, example_of(asked, view))
            if isinstance(question, Question):
                found.append(question)
    return [*found, *_variants(_funnel_steps(view))]


def example_of(asked: Asked, view: SnapshotView) -> dict[str, Any]:
    """What a question needs, filled in from the stages, so that there is something to see."""
    steps = _funnel_steps(view)
    filled = {
        "steps": steps,
        "by": "channel",
        "first": steps[0],
        **dict.fromkeys(("then", "step", "goal"), steps[-1]),
    }
    needed = [name for name, usual in asked.fields.items() if usual == NEEDED]
    return {name: filled[name] for name in needed if name in filled}


def _variants(steps: Sequence[str]) -> Iterator[Question]:
    """What is often asked next: counts beside steps that can be picked, other ways of counting."""
    yield from (Volumes(by=axis) for axis in ("step", "touchpoint", "stage", "channel", "event"))
    yield from (Funnel(steps=steps, entry=entry) for entry in ("each", "first", "best"))
    yield Funnel(steps=steps, segment="channel = 'web'")
    yield Sessions(by="channel")
    yield Paths(by="touchpoint", direction="suffix", anchor=steps[-1])
    yield Transitions(by="touchpoint", persons=True)


def _stages(view: SnapshotView) -> int:
    return sum(1 for one in view.stages if one.id)


def _funnel_steps(view: SnapshotView) -> list[str]:
    """The stages in their order, as far as a funnel of the overview goes."""
    stages = [f"stage:{one.id}" for one in view.stages if one.id]
    return stages[:_FUNNEL_STEPS] or ["channel:web"]


def stage_nodes(flow: Result, stages: Result) -> tuple[list[StageNode], list[Edge]]:
    """The stages that anybody came to, in the order of the map, and who goes where."""
    nodes = flow.facts["nodes"]
    by_channel: Mapping[str, Mapping[str, int]] = stages.facts["persons_by_channel"]
    found = [
        StageNode(
            str(name),
            persons=int(nodes["persons"][place]),
            starts=int(nodes["starts"][place]),
            going_on=int(nodes["out"][place]),
            left=int(nodes["left"][place]),
            open=int(nodes["open"][place]),
            channels=_ranked(by_channel.get(str(name), {})),
        )
        for place, name in enumerate(nodes["node"])
    ]
    edges = [
        Edge(row["from"], row["to"], row["persons"]) for row in flow.rows() if row["kind"] == "on"
    ]
    return found, edges


def _ranked(persons: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(persons.items(), key=lambda one: (-one[1], one[0])))


def branches(answer: Result, path: Sequence[str]) -> tuple[Branch, int]:
    """The tree under ``path``, and persons whose paths are not in it, for they are too many.

    Every place's persons are those of the places below, those who end there and the rest.
    """
    root = Branch(tuple(path), is_root=True)
    outside = 0
    for row in answer.rows():
        places = tuple(row["path"])
        if row["is_rest"]:
            outside += row["persons"]
        elif places[: len(path)] == tuple(path):
            _grow(root, places, row["persons"], is_whole=row["is_whole"])
    return root, outside


def _grow(root: Branch, places: tuple[str, ...], persons: int, *, is_whole: bool) -> None:
    branch = root
    branch.persons += persons
    for name in places[len(root.path) :]:
        branch = branch.below.setdefault(name, Branch((*branch.path, name)))
        branch.persons += persons
    if is_whole:
        branch.ends += persons


def walk(branch: Branch) -> Iterator[Branch]:
    """The branch and all below that are shown."""
    yield branch
    for one in branch.shown:
        yield from walk(one)
