"""Which chart belongs to which question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waypost.errors import InputError
from waypost.kit.translation import translator
from waypost.questions.charts import bars, parted_bars
from waypost.questions.charts.colours import colours_of
from waypost.questions.charts.composed import draw_breakdown
from waypost.questions.charts.credits import draw_attribution
from waypost.questions.charts.differences import draw_comparison, draw_micro_conversions
from waypost.questions.charts.funnels import draw_funnel
from waypost.questions.charts.heat import draw_transitions
from waypost.questions.charts.path_rows import draw_paths
from waypost.questions.charts.plots import draw_cohorts, draw_retention, draw_time_between
from waypost.questions.charts.ribbons import draw_flow
from waypost.questions.charts.scene import Drawing, Scene, currency_of, framed
from waypost.questions.charts.words import Words
from waypost.questions.result import Result

__all__ = ["DRAWINGS", "chart_spec"]


def pgettext(context: str, message: str) -> tuple[str, str]:
    """Both as they are; marks them for the catalogue where the real one comes later."""
    return context, message


DRAWINGS: Mapping[str, Drawing] = {
    "abandonment": Drawing(
        pgettext("chart", "Attempts that were abandoned"), parted_bars.draw_abandonment
    ),
    "attribution": Drawing(pgettext("chart", "Which contacts get the credit"), draw_attribution),
    "breakdown": Drawing(pgettext("chart", "Group by group"), draw_breakdown),
    "cohorts": Drawing(pgettext("chart", "What cohorts do over time"), draw_cohorts),
    "comparison": Drawing(pgettext("chart", "Where two groups differ"), draw_comparison),
    "conformance": Drawing(
        pgettext("chart", "How far journeys keep to the drawn one"), parted_bars.draw_conformance
    ),
    "drop_off": Drawing(pgettext("chart", "Where journeys end"), bars.draw_drop_off),
    "flow": Drawing(pgettext("chart", "Where people go"), draw_flow),
    "funnel": Drawing(pgettext("chart", "Funnel"), draw_funnel),
    "groups": Drawing(pgettext("chart", "How large groups are"), bars.draw_groups),
    "hand_overs": Drawing(pgettext("chart", "Where journeys change over"), draw_transitions),
    "micro_conversions": Drawing(
        pgettext("chart", "Small acts before the goal"), draw_micro_conversions
    ),
    "loops": Drawing(pgettext("chart", "Where people go in circles"), bars.draw_loops),
    "paths": Drawing(pgettext("chart", "The most frequent paths"), draw_paths),
    "patterns": Drawing(pgettext("chart", "Who shows a pattern"), bars.draw_patterns),
    "repeat": Drawing(pgettext("chart", "Who does it again"), bars.draw_repeat),
    "retention": Drawing(pgettext("chart", "Who comes back"), draw_retention),
    "sessions": Drawing(pgettext("chart", "What sessions contain"), bars.draw_sessions),
    "step_flow": Drawing(pgettext("chart", "On, back or away"), parted_bars.draw_step_flow),
    "time_between": Drawing(pgettext("chart", "How long it takes"), draw_time_between),
    "transitions": Drawing(pgettext("chart", "What follows what"), draw_transitions),
    "volumes": Drawing(pgettext("chart", "What happens where"), parted_bars.draw_volumes),
}
"""By the name of the question."""

_LEAST_WIDTH, _MOST_WIDTH = 320, 4_000


def chart_spec(
    result: Result,
    language: str = "en",
    *,
    width: int = 720,
    theme: str = "light",
    names: Mapping[str, str] | None = None,
    is_alone: bool = True,
) -> dict[str, Any]:
    """The chart of an answer as a Vega-Lite specification, in plain JSON values.

    ``width``: of the whole picture in pixels, 320 to 4,000; below 560 names stand above their bars.
    ``theme``: ``light`` or ``dark``. ``names``: labels of nodes by id, as ``node_names`` gives
    them; ids otherwise. ``is_alone``: the question is told in words below, for a picture that
    goes anywhere. The same answer gives the same bytes. Raises ``InputError`` for a width,
    theme or language that cannot be, and for a question that has no chart.
    """
    translator(language)
    if not _LEAST_WIDTH <= width <= _MOST_WIDTH:
        raise InputError(
            f"width is {width}.",
            hint=f"A chart is {_LEAST_WIDTH} to {_MOST_WIDTH} pixels wide.",
            width=width,
        )
    words = Words(language, currency_of(result), dict(names or {}))
    scene = Scene(result, words, colours_of(theme), float(width))
    return framed(scene, _drawing(result), is_alone=is_alone)


def _drawing(result: Result) -> Drawing:
    name = str(result.question.get("question", ""))
    if name not in DRAWINGS:
        raise InputError(
            f"There is no chart for {name!r}.",
            hint=f"There are charts of: {', '.join(DRAWINGS)}.",
            question=name,
        )
    return DRAWINGS[name]
