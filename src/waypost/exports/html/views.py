"""What the templates see: words and figures already printed, places already worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from waypost.exports.html.speech import Words

__all__ = [
    "Bar",
    "CellView",
    "ConnectionView",
    "Fact",
    "FlowDrawing",
    "GapItem",
    "GapView",
    "HeadView",
    "Item",
    "JourneyView",
    "JourneysView",
    "Known",
    "KnownPart",
    "KpiItem",
    "LaneView",
    "Mark",
    "MarkItem",
    "MixItem",
    "MixPart",
    "NoteItem",
    "PageView",
    "Pair",
    "Panel",
    "Point",
    "QuestionItem",
    "QuoteItem",
    "RowItem",
    "SentenceItem",
    "Shape",
    "Span",
    "StageView",
    "StepChip",
    "StepView",
]


@dataclass(frozen=True, slots=True)
class Mark:
    """How something is known: the sign's name and its word."""

    sign: str
    word: str


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a sentence; a figure is set apart from the words around it."""

    text: str
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A path with its class; ``width`` only where it is a line, in sixteenths of the root size."""

    look: str
    path: str
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class FlowDrawing:
    """Shapes in the order of painting, and the share of arrow heads from the left in percent."""

    width: float
    shapes: tuple[Shape, ...]
    arrows: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and what it has; ``tone`` colours the value where it means loss or gain."""

    name: Words
    value: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a small chart; ``start`` and ``size`` are percent of the chart's width."""

    name: Words
    value: str
    size: float
    tone: str = ""
    start: float = 0.0
    low: float | None = None
    spread: float | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """The evidence of one figure, opened as a row under its cell."""

    id: str
    eyebrow: str
    title: Words
    mark: Mark
    figure: str
    unit: str
    interval: str
    definition: str
    note: str = ""
    tone: str = ""
    numbers: tuple[Pair, ...] = ()
    bars_title: str = ""
    bars: tuple[Bar, ...] = ()
    quote: Words | None = None
    quote_source: str = ""
    touchpoints: tuple[Words, ...] = ()
    rule: str = ""
    sources: tuple[Pair, ...] = ()
    period: str = ""
    command: str = ""
    row: int = 0
    at: float = 50.0


@dataclass(frozen=True, slots=True)
class SentenceItem:
    """A counted fact in words."""

    kind: ClassVar[str] = "sentence"
    spans: tuple[Span, ...]
    mark: Mark
    figure: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class QuoteItem:
    """A person's own words; ``foot`` counts how many spoke, ``source`` says where."""

    kind: ClassVar[str] = "quote"
    words: Words
    foot: str
    source: str
    mark: Mark
    figure: str
    card: str = ""
    """The id of a card that somebody put there; empty where the item was computed."""


@dataclass(frozen=True, slots=True)
class RowItem:
    """A name and a figure on one line: a touchpoint, a way on, a reading of emotion."""

    kind: ClassVar[str] = "row"
    name: Words
    value: str
    figure: str
    icon: str = ""
    key: str = ""
    note: str = ""
    tone: str = ""
    mark: Mark | None = None
    is_first: bool = True


@dataclass(frozen=True, slots=True)
class MarkItem:
    """Something to look at, in a box of its own."""

    kind: ClassVar[str] = "mark"
    icon: str
    title: str
    value: str
    note: str
    persons: str
    tone: str
    mark: Mark
    figure: str
    card: str = ""


@dataclass(frozen=True, slots=True)
class GapItem:
    """What is not known or not answered."""

    kind: ClassVar[str] = "gap"
    icon: str
    spans: tuple[Span, ...]
    mark: Mark
    figure: str


@dataclass(frozen=True, slots=True)
class KpiItem:
    """A measure with its value, its doubt and its target."""

    kind: ClassVar[str] = "kpi"
    name: Words
    value: str
    interval: str
    target: str
    verdict: str
    is_met: bool
    mark: Mark
    figure: str


@dataclass(frozen=True, slots=True)
class QuestionItem:
    """A guiding question where nothing is known yet."""

    kind: ClassVar[str] = "question"
    text: str


@dataclass(frozen=True, slots=True)
class NoteItem:
    """What somebody typed, or a quiet remark of the page itself (then without a mark)."""

    kind: ClassVar[str] = "note"
    words: Words
    mark: Mark | None = None
    card: str = ""


@dataclass(frozen=True, slots=True)
class MixPart:
    """One channel of a mix; ``size`` is percent of the bar."""

    channel: str
    size: float


@dataclass(frozen=True, slots=True)
class MixItem:
    """A thin bar of channels, said in words for who does not see it."""

    parts: tuple[MixPart, ...]
    words: str
    figure: str
    kind: str = "channels"


Item = (
    SentenceItem
    | QuoteItem
    | RowItem
    | MixItem
    | MarkItem
    | GapItem
    | KpiItem
    | QuestionItem
    | NoteItem
)


@dataclass(frozen=True, slots=True)
class CellView:
    """One step's cell in one lane; ``points`` are drawn on the emotion plot."""

    lane: str
    lane_name: Words
    row: int
    rows: tuple[RowItem, ...]
    more_rows: tuple[RowItem, ...]
    more: str
    items: tuple[Item, ...]
    is_assumed: bool
    points: tuple[Point, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A dot of the emotion curve; ``top`` is percent from above, ``value`` its label."""

    key: str
    top: float
    value: str
    band: str
    figure: str
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class StepNote:
    """How reality differs from a step as it is drawn, in few words; ``share`` may be empty."""

    icon: str
    words: str
    share: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """A column of the map."""

    anchor: str
    number: int
    name: Words
    column: int
    is_first: bool
    persons: str
    persons_word: str
    persons_figure: str
    time: str
    time_words: str
    time_figure: str
    cells: tuple[CellView, ...]
    panels: tuple[Panel, ...]
    notes: tuple[StepNote, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class StageView:
    """An arm of the signpost and its steps; ``title`` is the whole of it for screen readers."""

    anchor: str
    name: Words
    first_column: int
    columns: int
    share: str
    figure: str
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class LaneView:
    """A row of the map, as its head says it."""

    id: str
    name: Words
    hint: str
    row: int
    line: str = ""
    """What the line above it divides, in words; empty where there is none."""
    line_above: str = ""
    """The kind of that line: ``interaction``, ``visibility`` or ``internal``."""


@dataclass(frozen=True, slots=True)
class StepChip:
    """One step of a representative journey; ``after`` is the time since the step before."""

    anchor: str
    number: str
    name: Words
    icon: str
    after: str


@dataclass(frozen=True, slots=True)
class JourneyView:
    """A typical journey and how many came nearest to it."""

    chips: tuple[StepChip, ...]
    persons: str
    share: str
    size: float
    goal: str
    whole_time: str
    figure: str
    panel: Panel


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the head; ``figure`` is the id of its panel where it has one."""

    name: str
    value: Words
    note: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """How the cells are known: a share bar with four textures."""

    headline: str
    headline_words: str
    parts: tuple[KnownPart, ...]
    text: str


@dataclass(frozen=True, slots=True)
class KnownPart:
    """One kind of knowledge and its number of cells."""

    mark: Mark
    count: str
    cells: int


@dataclass(frozen=True, slots=True)
class HeadView:
    """Title, scenario, facts, measures and what they rest on."""

    eyebrow: str
    title: Words
    scenario: Words
    known: Known
    facts: tuple[Fact, ...]
    kpis: tuple[KpiItem, ...]
    panels: tuple[Panel, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class JourneysView:
    """Typical journeys, the explicit rest, and what is folded into it."""

    journeys: tuple[JourneyView, ...]
    rest: str
    rest_size: float
    total: str


@dataclass(frozen=True, slots=True)
class PageView:
    """Everything the page template needs."""

    language: str
    document_title: str
    head: HeadView
    lanes: tuple[LaneView, ...]
    stages: tuple[StageView, ...]
    step_count: int
    row_count: int
    flow: FlowDrawing | None
    flow_row: int
    emotion: tuple[Shape, ...]
    emotion_row: int
    journeys: JourneysView | None
    gaps: tuple[GapView, ...]
    readings: tuple[tuple[str, str], ...]
    data_until: str
    fingerprint: str
    narrow_em: float
    narrow_wall_em: float
    print_size: float
    reality: tuple[GapView, ...] = ()
    curve_names: tuple[tuple[str, str], ...] = ()
    connections: tuple[ConnectionView, ...] = ()
    connection_kinds: tuple[tuple[str, str], ...] = ()
    """Kinds of connections that occur, for the legend: kind and name."""


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """An arrow from a card to a card or a step, by their ids; ``words`` say it in one sentence."""

    source: str
    target: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap of the whole map and its panel."""

    item: GapItem
    panel: Panel
