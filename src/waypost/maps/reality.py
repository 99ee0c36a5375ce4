"""What a drawn map says beside its cells: curves, personas, and how reality differs from it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from waypost.maps.cards import Evidence, LabelText, Share
from waypost.model import Provenance

__all__ = ["Curve", "DrawnPoint", "PersonaCount", "RealityNote"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonaCount(_Frozen):
    """A persona of the map and the persons whom its rule finds; no count where ``is_hidden``."""

    id: str
    label: LabelText
    colour: str = ""
    segment: str = ""
    persons: int
    reached_goal: Share | None = None
    is_hidden: bool = False


class DrawnPoint(_Frozen):
    """A place of a curve, from −2 to +2.

    ``reported``: the mean of ``n`` ratings with its interval. ``assumed``: somebody drew it. Where
    both are there, the ratings are the ``value``, and ``drawn`` is what somebody believed.
    """

    step: str
    value: float
    provenance: Provenance
    low: float | None = None
    high: float | None = None
    n: int | None = None
    drawn: float | None = None
    point: str = ""
    note: LabelText = {}


class Curve(_Frozen):
    """The feeling of a persona along the steps, in runs of neighbouring steps that have a value.

    Between two runs nothing is known, so no line connects them.
    """

    id: str
    lane: str
    persona: str = ""
    label: LabelText = {}
    colour: str = ""
    series: Literal["as-is", "to-be"] = "as-is"
    runs: tuple[tuple[DrawnPoint, ...], ...] = ()


class RealityNote(_Frozen):
    """How the events differ from what is drawn; ``persons`` of ``share.whole`` did it.

    ``skipped``: from before ``step`` to after it, without it. ``jumped_back``: from ``step`` to the
    earlier ``to_step``. ``looped``: at ``step`` again after having been elsewhere. ``channel``: met
    ``step`` through more than one channel. ``undrawn``: a touchpoint that no step binds, mostly
    between ``step`` and ``to_step`` (empty: before the first, after the last). ``unvisited``: bound
    and nobody came. ``unbound``: drawn and bound to nothing. ``unanswered``: asked at
    ``touchpoint`` and met no answer. ``silent``: a long wait after ``step``. ``broken``: a rule or
    a touchpoint that the workspace cannot make sense of; ``label`` says why. ``nobody``: the
    filters leave nobody who was at any step.
    """

    id: str
    kind: Literal[
        "skipped",
        "jumped_back",
        "looped",
        "channel",
        "undrawn",
        "unvisited",
        "unbound",
        "unanswered",
        "silent",
        "broken",
        "nobody",
    ]
    step: str = ""
    to_step: str = ""
    persona: str = ""
    touchpoint: str = ""
    label: LabelText = {}
    channels: tuple[str, ...] = ()
    persons: int = 0
    share: Share | None = None
    values: dict[str, float] = {}
    evidence: Evidence | None = None
