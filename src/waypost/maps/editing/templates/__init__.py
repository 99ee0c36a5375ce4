"""Maps to start from: the shipped templates, and a team's own maps as templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from waypost.errors import NotFoundError, nearest
from waypost.journeys.binding.rulebooks import rulebook
from waypost.maps.editing.document import MapDocument
from waypost.maps.editing.entities import Binding, Lane, MapHead, Stage, Step
from waypost.maps.editing.ids import derived_id
from waypost.maps.editing.ordering import keys_between
from waypost.model import label_in

__all__ = ["Template", "as_template", "from_template", "new_map", "template", "templates"]

_SHIPPED = (
    "general",
    "shop",
    "store",
    "b2b",
    "saas",
    "support",
    "blueprint",
    "day",
    "experience",
)
LabelText = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Template:
    """A map to start from; ``content`` is the map with its texts in every language."""

    id: str
    label: LabelText
    about: LabelText
    use_when: LabelText
    content: MapDocument


def templates() -> tuple[Template, ...]:
    """The shipped templates, the most general first."""
    return tuple(_read(name) for name in _SHIPPED)


def template(name: str) -> Template:
    """The shipped template called ``name``; raises ``NotFoundError`` offering the nearest."""
    if name not in _SHIPPED:
        near = nearest(name, _SHIPPED) or _SHIPPED
        raise NotFoundError(
            f"There is no template “{name}”.", hint=f"Choose one of: {', '.join(near)}."
        )
    return _read(name)


def new_map(name: str, language: str, *, title: str = "") -> MapDocument:
    """A map from the shipped template ``name`` with its texts in ``language`` (``de``, ``en``).

    ``title``: else the template's, which tells from the customer's view how a title can read. The
    same template gives the same ids, so that lanes and steps find each other between maps.
    """
    return from_template(template(name).content, language=language, title=title)


def from_template(content: MapDocument, *, language: str, title: str = "") -> MapDocument:
    """A new map like ``content``, its texts in ``language`` where it has them in several."""
    plain = _in_one_language(content.as_json(), language)
    plain["head"]["language"] = language
    if title:
        plain["head"]["title"] = {language: title}
    return MapDocument.model_validate(plain)


def as_template(document: MapDocument, *, with_content: bool = False) -> MapDocument:
    """The map as a start for others: its frame, and on wish its cards and curves.

    Without content it keeps stages, steps, bindings, lanes and guiding questions, and loses cards,
    curves, links, pictures and personas. Owner, status, reviews, period and filter, and its place
    below another map are always left out.
    """
    kept = {"title", "kind", "scenario", "goal", "expectation", "goal_step", "language"}
    head = MapHead(**{field: getattr(document.head, field) for field in sorted(kept)})
    if with_content:
        return document.model_copy(update={"head": head, "hidden_computed": {}})
    steps = {
        name: step.model_copy(update={"image": "", "sub_map": ""})
        for name, step in document.steps.items()
    }
    lanes = {name: lane.model_copy(update={"persona": ""}) for name, lane in document.lanes.items()}
    return MapDocument(head=head, stages=document.stages, steps=steps, lanes=lanes)


def _in_one_language(value: Any, language: str) -> Any:
    if not isinstance(value, dict):
        return value
    if value and set(value) <= {"de", "en"} and all(isinstance(one, str) for one in value.values()):
        return {language: label_in(value, language)} if len(value) > 1 else value
    return {name: _in_one_language(one, language) for name, one in value.items()}


@cache
def _read(name: str) -> Template:
    raw = _yaml(name)
    label, about, use_when = (_label(raw[field]) for field in ("name", "about", "use_when"))
    return Template(name, label, about, use_when, _document(name, raw))


def _document(name: str, raw: Mapping[str, Any]) -> MapDocument:
    steps = _steps(name, raw)
    goal = derived_id("steps", name, raw["goal_step"]) if raw["goal_step"] else ""
    head = MapHead(title=_label(raw["title"]), kind=raw["kind"], goal_step=goal)
    return MapDocument(
        head=head, stages=_stages(name, raw), steps=steps, lanes=_lanes(raw["lanes"])
    )


def _lanes(raw: list[Any]) -> dict[str, Lane]:
    """Lanes of the same name have the same id in every template, so that they match in pasting."""
    questions = _yaml("lanes")
    found = {}
    for written, order in zip(raw, keys_between(None, None, len(raw)), strict=True):
        told: dict[str, Any] = {"id": written, "kind": written}
        if isinstance(written, dict):
            told = written
        found[derived_id("lanes", told["id"])] = Lane(
            order=order,
            kind=told["kind"],
            label=_label(told.get("label")),
            guiding=_label(told.get("ask", questions[told["kind"]])),
            line_above=told.get("line_above", ""),
        )
    return found


def _stages(name: str, raw: Mapping[str, Any]) -> dict[str, Stage]:
    keys = keys_between(None, None, len(raw["stages"]))
    return {
        derived_id("stages", name, stage["id"]): Stage(
            order=order,
            label=_label(stage["label"]),
            guiding={kind: _label(asked) for kind, asked in stage["ask"].items()},
        )
        for stage, order in zip(raw["stages"], keys, strict=True)
    }


def _steps(name: str, raw: Mapping[str, Any]) -> dict[str, Step]:
    found = {}
    for stage in raw["stages"]:
        keys = keys_between(None, None, len(stage["steps"]))
        for step, order in zip(stage["steps"], keys, strict=True):
            found[derived_id("steps", name, step["id"])] = Step(
                order=order,
                stage=derived_id("stages", name, stage["id"]),
                label=_label(step["label"]),
                moment_of_truth=step.get("moment_of_truth", False),
                binding=_binding(step, raw.get("rulebook", "")),
            )
    return found


def _binding(step: Mapping[str, Any], book: str) -> Binding | None:
    if "bind" in step:
        bound = [one.id for one in rulebook(book).touchpoints if one.step == step["bind"]]
        return Binding(touchpoints=tuple(bound))
    return Binding(touchpoints=tuple(step["touchpoints"])) if "touchpoints" in step else None


def _label(pair: list[str] | None) -> dict[str, str]:
    """German and English, as the files have them side by side."""
    return {} if pair is None else {"de": pair[0], "en": pair[1]}


def _yaml(name: str) -> Any:
    text = (resources.files(__name__) / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)
