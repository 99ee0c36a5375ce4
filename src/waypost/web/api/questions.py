"""Questions over HTTP: the same answers as on the page, in the command line and in Python."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from waypost.app.studio import asking
from waypost.app.studio.actor import Actor
from waypost.app.studio.permissions import Right
from waypost.app.studio.question_cards import Place, put_on_map
from waypost.app.studio.question_definitions import DEFINITIONS
from waypost.app.studio.question_forms import (
    BY_NAME,
    asked_of,
    fields_of,
    known_names,
)
from waypost.app.studio.question_words import TITLES
from waypost.app.studio.site import Site
from waypost.errors import QuestionError, nearest
from waypost.kit.translation import LANGUAGES, translator
from waypost.questions import COMPOSED, Composed, Question, Result, question_from_dict
from waypost.questions.charts import written
from waypost.web.access import needs, site_of
from waypost.web.answer_charts import AnswerChart
from waypost.web.answer_rows import figure_of, row_of
from waypost.web.asked_questions import params_of, told_by
from waypost.web.chart_letters import with_letters
from waypost.web.csv_answers import csv_answer

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/workspaces/{w}", tags=["questions"])

Seer = Annotated[Actor, Depends(needs(Right.SEE))]
Editor = Annotated[Actor, Depends(needs(Right.EDIT_MAPS))]
TheSite = Annotated[Site, Depends(site_of)]
_MEDIA = {"svg": "image/svg+xml", "png": "image/png"}
_MOST_MEMBERS = 10_000
_OF_PICTURES = ("width", "theme", "language", "download", "alone")


@router.get("/questions")
def list_questions(actor: Seer) -> list[dict[str, Any]]:
    """Every question with its fields."""
    text = translator(actor.language).gettext
    return [
        {
            "question": name,
            "title": text(TITLES[name]),
            "meaning": text(asked.meaning),
            "fields": [
                {
                    "name": field.name,
                    "kind": field.kind,
                    "words": [word for word, _ in field.words if word],
                    "usual": list(field.values),
                    "needed": field.is_needed,
                    "meaning": text(field.help or field.label),
                }
                for field in fields_of(asked, {})
            ],
        }
        for name, asked in BY_NAME.items()
    ]


@router.get("/questions/{name}")
def ask_by_address(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """The answer to a question whose fields stand in the address; as ``--json`` prints it.

    Its own fields are in the list of questions; beside them ``where``, ``segment``, ``since``,
    ``until``, ``only``, ``unit``, ``breakdown``, ``groups``, ``compare``, ``against``, ``persona``
    and ``group`` (a kept segment). A name the question does not have is refused, so that no
    typing error asks for something else.
    """
    return _json(asking.answer_now(site, actor, _question(request, site, actor, name)))


@router.post("/questions/{name}")
def ask_by_json(
    site: TheSite, actor: Seer, name: str, fields: Annotated[dict[str, Any], Body()]
) -> Response:
    """The answer to a question as JSON, as answers carry it and ``waypost ask`` takes it."""
    if name.replace("-", "_") not in COMPOSED:
        asked_of(name)
    question = question_from_dict({**fields, "question": name.replace("-", "_")})
    return _json(asking.answer_now(site, actor, question))


@router.get("/questions/{name}/table.csv")
def table(request: Request, site: TheSite, actor: Seer, name: str) -> Response:
    """All rows and columns as a CSV file."""
    result = asking.answer_now(site, actor, _question(request, site, actor, name))
    rows = [[_written(value) for value in row.values()] for row in result.rows()]
    return csv_answer(f"{name}.csv", list(result.columns), rows)


@router.get("/questions/{name}/chart.{suffix}")
async def chart(
    request: Request,
    site: TheSite,
    actor: Seer,
    name: str,
    suffix: Literal["svg", "png"],
    width: int = 720,
    theme: Literal["light", "dark"] = "light",
    language: str = "",
    download: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
    alone: bool = True,  # noqa: FBT001, FBT002 - a parameter of the address
) -> Response:
    """The picture of an answer, 320 to 4,000 pixels wide; ``alone``: with the question in words."""

    def draw() -> bytes:
        result = asking.answer_now(site, actor, _question(request, site, actor, name))
        chart = AnswerChart(site, actor, result, spoken)
        picture = written(chart.spec(width, theme=theme, is_alone=alone), f"chart.{suffix}")
        return with_letters(picture) if suffix == "svg" else picture

    spoken = language if language in LANGUAGES else actor.language
    content = await run_in_threadpool(draw)
    headers = {"Cache-Control": "private, max-age=60"}
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return Response(content, media_type=_MEDIA[suffix], headers=headers)


@router.post("/questions/{name}/members")
def members(
    site: TheSite,
    actor: Seer,
    name: str,
    question: Annotated[dict[str, Any], Body()],
    cell: Annotated[dict[str, Any], Body()],
) -> dict[str, Any]:
    """Who is behind a cell, by pseudonym, at most 10,000; ``persons`` is how many there are."""
    found = asking.members_behind(site, actor, _asked(name, question), _as_cell(cell))
    return {"persons": found.num_rows, "members": found.slice(0, _MOST_MEMBERS).to_pylist()}


@router.get("/questions/{name}/definition")
def definition(actor: Seer, name: str) -> dict[str, Any]:
    """How a question counts: its formula, and what that means, sentence by sentence."""
    text = translator(actor.language).gettext
    asked = asked_of(name)
    told = DEFINITIONS[asked.question]
    return {
        "question": asked.question,
        "title": text(TITLES[asked.question]),
        "meaning": text(asked.meaning),
        "formula": text(told.formula),
        "lines": [text(line) for line in told.lines],
    }


class FigureBody(BaseModel):
    """A row of an answer, and where on a map its figure goes; an empty place is the usual one."""

    model_config = ConfigDict(extra="forbid")

    question: dict[str, Any]
    cell: dict[str, Any]
    map: str
    step: str = ""
    lane: str = ""
    text: str = Field(default="", max_length=2_000)


@router.post("/questions/{name}/card", status_code=201)
def put_card(site: TheSite, actor: Editor, name: str, body: FigureBody) -> dict[str, str]:
    """Put the figure of a row on a map, with the question and row that it rests on."""
    asked = _asked(name, body.question)
    row = row_of(site, actor, asked, _as_cell(body.cell))
    figure = figure_of(site, actor, row, body.text)
    card = put_on_map(site, actor, Place(body.map, body.step, body.lane), figure)
    return {"map": body.map, "card": card}


def _asked(name: str, question: dict[str, Any]) -> Question | Composed:
    return question_from_dict({**question, "question": question.get("question", name)})


def _as_cell(cell: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(one) if isinstance(one, list) else one for key, one in cell.items()}


def _question(request: Request, site: Site, actor: Actor, name: str) -> Question | Composed:
    known = (*known_names(asked_of(name)), "persona", "group", *_OF_PICTURES)
    for given in request.query_params:
        if given not in known:
            near = nearest(given, known)
            raise QuestionError(
                f"The question {name} has no field {given!r}.",
                hint=f"Did you mean {near[0]!r}?" if near else "",
                field=given,
            )
    return told_by(site, actor, name, params_of(request)).question()


def _json(result: Result) -> Response:
    return Response(result.to_json(), media_type="application/json")


def _written(value: Any) -> Any:
    return " → ".join(map(str, value)) if isinstance(value, list) else value
