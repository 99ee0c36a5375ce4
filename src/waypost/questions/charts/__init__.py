"""Charts of answers: one for each question, as Vega-Lite that needs nothing from outside.

``chart_spec`` gives the specification as plain JSON values; ``drawn`` an Altair chart of it;
``written`` the bytes of a file.
"""

from __future__ import annotations

from waypost.questions.charts.drawings import chart_spec
from waypost.questions.charts.files import FORMATS, drawn, written
from waypost.questions.charts.node_names import node_names

__all__ = ["FORMATS", "chart_spec", "drawn", "node_names", "written"]
