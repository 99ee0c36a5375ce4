"""The answer to a question: a table, its totals and units, and what to mind when reading it."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from waypost.errors import MissingExtraError
from waypost.kit.files import write_atomically
from waypost.kit.translation import LANGUAGES, translator
from waypost.questions.column_names import label

__all__ = ["Notice", "Result", "grouping", "say"]

_TABLE = """<table class="waypost-result"><caption>{{ caption }}</caption>
<thead><tr>
{%- for name in names %}<th scope="col" title="{{ name }}">{{ labels[name] }}
{%- if units.get(name) %} ({{ units[name] }}){% endif %}</th>{% endfor %}</tr></thead>
<tbody>
{%- for row in rows %}<tr>
{%- for name in names %}<td>{{ row[name] if row[name] is not none else "" }}</td>{% endfor %}</tr>
{%- endfor %}</tbody></table>
{%- if hidden %}<p>{{ hidden }} more rows</p>{% endif %}
{%- if warnings %}<ul>{% for warning in warnings %}<li>{{ warning }}</li>{% endfor %}</ul>
{%- endif %}"""

_SHOWN_ROWS = 50


def say(message: str, language: str, values: Mapping[str, Any]) -> str:
    """``message`` in ``language`` with ``values`` in the places of their names."""
    return translator(language).gettext(message).format(**values)


def grouping(by: str, language: str) -> str:
    """What journeys are grouped by, as a word of ``language``."""
    words = translator(language)
    return {
        "touchpoint": words.pgettext("grouping", "touchpoint"),
        "event": words.pgettext("grouping", "event"),
        "stage": words.pgettext("grouping", "stage"),
        "channel": words.pgettext("grouping", "channel"),
        "step": words.pgettext("grouping", "step"),
    }[by]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to mind: a stable ``code`` for programs, a sentence for people.

    ``message`` is the English text with ``{names}`` in it, ``values`` are put in their place.
    """

    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self, language: str = "en") -> str:
        """The sentence in ``en`` or ``de``."""
        return say(self.message, language, self.values)

    def __str__(self) -> str:
        return self.say()

    def to_dict(self) -> dict[str, Any]:
        """Code, values and the sentence in every language as JSON values."""
        text = {language: self.say(language) for language in LANGUAGES}
        return {"code": self.code, "text": text, "values": _plain(self.values)}


def _sealed_column(values: Sequence[Any] | NDArray[Any]) -> tuple[Any, ...] | NDArray[Any]:
    if not isinstance(values, np.ndarray):
        return tuple(values)
    copy = values.copy()
    copy.flags.writeable = False
    return copy


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:
    """The value as JSON knows it; NaN and infinity become None."""
    if isinstance(value, np.ndarray | np.generic):
        whole = value.dtype.kind in "iub"
        return value.tolist() if whole else _plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Result:
    """A frozen table with its denominators.

    ``columns``: equal-long tuples (text) or read-only arrays (numbers; NaN = undefined).
    ``facts``: totals, denominators and how names were read. ``units``: unit by column name.
    ``question``: the question as ``to_dict`` gives it.
    """

    question: Mapping[str, Any]
    columns: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        sealed = {name: _sealed_column(values) for name, values in self.columns.items()}
        object.__setattr__(self, "columns", MappingProxyType(sealed))
        for name in ("question", "facts", "units"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Row by row as plain Python values; undefined numbers are None."""
        plain = {name: _plain(values) for name, values in self.columns.items()}
        for row in zip(*plain.values(), strict=True):
            yield dict(zip(plain, row, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """The one JSON shape of an answer, the same in CLI, API and map."""
        return {
            "question": _plain(self.question),
            "columns": _plain(self.columns),
            "facts": _plain(self.facts),
            "units": _plain(self.units),
            "warnings": [warning.to_dict() for warning in self.warnings],
        }

    def to_json(self) -> str:
        """``to_dict`` as JSON text, keys in the order they have."""
        return orjson.dumps(self.to_dict()).decode()

    def to_arrow(self) -> pa.Table:
        """The table; undefined numbers are null."""
        arrays = {
            name: pa.array(values, from_pandas=True) if len(self) else pa.array(values)
            for name, values in self.columns.items()
        }
        return pa.table(arrays)

    def to_pandas(self) -> Any:
        """A pandas data frame; raises ``MissingExtraError`` without the extra ``pandas``."""
        pandas = _imported("pandas")
        return pandas.DataFrame({name: list(values) for name, values in self.columns.items()})

    def to_polars(self) -> Any:
        """A Polars data frame; raises ``MissingExtraError`` without the extra ``polars``."""
        return _imported("polars").from_arrow(self.to_arrow())

    def chart(
        self,
        language: str = "en",
        *,
        width: int = 720,
        theme: str = "light",
        names: Mapping[str, str] | None = None,
    ) -> Any:
        """The answer as an ``altair.Chart``, in ``en`` or ``de``, ``light`` or ``dark``.

        ``width`` in pixels, 320 to 4,000; ``names``: labels of nodes by id, as
        ``waypost.questions.charts.node_names`` gives them. Raises ``InputError`` for a question
        that has no chart.
        """
        from waypost.questions import charts  # noqa: PLC0415 - few answers are drawn

        return charts.drawn(
            charts.chart_spec(self, language, width=width, theme=theme, names=names)
        )

    def save_chart(
        self,
        path: str | Path,
        language: str = "en",
        *,
        width: int = 720,
        theme: str = "light",
        names: Mapping[str, str] | None = None,
    ) -> Path:
        """The chart as a file: ``.svg``, ``.png``, ``.pdf``, ``.html`` or ``.json``; its path.

        A file of that name is replaced. Raises as ``chart``, and ``InputError`` for another suffix.
        """
        from waypost.questions import charts  # noqa: PLC0415 - few answers are drawn

        spec = charts.chart_spec(self, language, width=width, theme=theme, names=names)
        content, target = charts.written(spec, path), Path(path)
        write_atomically(target, content)
        return target

    def _repr_html_(self) -> str:
        from jinja2 import Environment  # noqa: PLC0415 - only notebooks need it

        rows = list(self.rows())
        template = Environment(autoescape=True).from_string(_TABLE)
        return template.render(
            caption=self.question.get("question", ""),
            names=list(self.columns),
            labels={name: label(name) for name in self.columns},
            units=self.units,
            rows=rows[:_SHOWN_ROWS],
            hidden=max(0, len(rows) - _SHOWN_ROWS),
            warnings=[str(warning) for warning in self.warnings],
        )


def _imported(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise MissingExtraError(
            f"The Python package {package!r} is not installed.",
            hint=f'Install it with: pip install "waypost[{package}]"',
            package=package,
        ) from error
