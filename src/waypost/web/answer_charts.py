"""The picture of an answer: drawn, and how high it is before it is drawn."""

from __future__ import annotations

from typing import Any

from waypost.app.studio import asking
from waypost.app.studio.actor import Actor
from waypost.app.studio.question_forms import step_choices
from waypost.app.studio.site import Site
from waypost.questions import Result
from waypost.questions.charts import chart_spec, node_names

__all__ = ["WIDTHS", "AnswerChart"]

_WIDTHS = range(320, 1201, 80)
WIDTHS = " ".join(str(width) for width in _WIDTHS)
"""The widths in pixels that a page has pictures drawn in."""


class AnswerChart:
    """The picture of ``result`` with the names that the workspace's steps have in ``language``."""

    def __init__(self, site: Site, actor: Actor, result: Result, language: str) -> None:
        view = asking.view_of(site, actor)
        steps = {value: label for value, label, _kind in step_choices(view, language)}
        self._names = {**steps, **node_names(view, language)}
        self._result = result
        self._language = language

    def spec(self, width: int, *, theme: str = "light", is_alone: bool = False) -> dict[str, Any]:
        """The specification, ``width`` pixels wide; ``is_alone``: with the question in words."""
        return chart_spec(
            self._result,
            self._language,
            width=width,
            theme=theme,
            names=self._names,
            is_alone=is_alone,
        )

    def sizes(self) -> str:
        """Each of the widths with its height, "320x306 400x306 …": room to keep."""
        return " ".join(f"{width}x{self.spec(width)['height']}" for width in _WIDTHS)
