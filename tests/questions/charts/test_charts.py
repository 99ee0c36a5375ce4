"""Every answer has a chart: complete, in both languages, calm, and the same every time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.picture_shop import every_question, picture_shop
from waypost.engines import LocalEngine
from waypost.errors import InputError
from waypost.questions import COMPOSED, QUESTIONS, Funnel, Result
from waypost.questions.charts import FORMATS, chart_spec, node_names, written
from waypost.questions.charts.colours import DARK, LIGHT
from waypost.questions.charts.drawings import DRAWINGS
from waypost.questions.charts.files import drawn
from waypost.questions.charts.words import Words

NAMES = sorted((*QUESTIONS, *COMPOSED))
ROOT = Path(__file__).resolve().parents[3]
PICTURES = ROOT / "docs" / "images" / "questions"
PAGES = ROOT / "docs" / "questions"


@pytest.fixture(scope="module")
def shop():
    return picture_shop()


@pytest.fixture(scope="module")
def answers(shop):
    engine = LocalEngine(threads=1)
    return {name: engine.run(question, shop) for name, question in every_question().items()}


def texts(spec):
    """What is written in a chart, from above to below."""
    marks = [
        mark
        for layer in spec["layer"]
        if layer["mark"]["type"] == "text"
        for mark in layer["data"]["values"]
    ]
    return [mark["t"] for mark in sorted(marks, key=lambda mark: (mark["y"], mark["x"]))]


def marks(spec):
    return [(layer["mark"], mark) for layer in spec["layer"] for mark in layer["data"]["values"]]


def test_every_question_has_a_chart():
    assert sorted(DRAWINGS) == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [360, 720, 1200])
def test_nothing_lies_outside_the_picture(answers, name, width):
    spec = chart_spec(answers[name], "de", width=width)
    assert spec["width"] == width
    for mark, values in marks(spec):
        assert -1 <= values["x"] <= width + 1, (mark, values)
        assert -1 <= values.get("x2", 0) <= width + 1, (mark, values)
        assert -1 <= values["y"] <= spec["height"] + 1, (mark, values)


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_says_how_many_which_time_and_what_was_counted(answers, name):
    spec = chart_spec(answers[name])
    said = texts(spec)
    assert re.search(r"\d", said[1])
    assert "the whole time of the data" in " ".join(said[:4])
    assert any(text.startswith("Counted:") for text in said)
    assert every_question()[name].explain("en")[:40] in spec["description"]


@pytest.mark.parametrize("name", NAMES)
def test_german_charts_have_no_english_words_and_german_figures(answers, name, shop):
    german = chart_spec(answers[name], "de", names=node_names(shop, "de"))
    words = " ".join(texts(german))
    assert not re.search(r"\b(Counted|Share|persons|Persons|lost|Period|events)\b", words)
    assert not re.search(r"\d%|[1-9],\d{3}\b", words.replace("1,000", ""))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_answer_gives_the_same_picture(answers, name):
    first, second = (json.dumps(chart_spec(answers[name])) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_without_rows_says_so(answers, name):
    answer = answers[name]
    columns = {column: values[:0] for column, values in answer.columns.items()}
    empty = Result(answer.question, columns, answer.facts, answer.units)
    assert "There is nothing to draw." in texts(chart_spec(empty))


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_of_nobody_can_be_drawn(name, shop):
    question = every_question()[name]
    if name in COMPOSED:
        question = type(question)(nobody(question.question), **others(question))
    answer = LocalEngine(threads=1).run(nobody(question) if name in QUESTIONS else question, shop)
    spec = chart_spec(answer, "de")
    assert spec["height"] > 80
    assert not re.search(r"\b(NaN|nan)\b", json.dumps(spec))


def nobody(question):
    fields = {**question.to_dict(), "since": "2031-01-01"}
    fields.pop("question")
    return type(question).from_fields(fields)


def others(question):
    fields = {name: getattr(question, name) for name in type(question).__slots__}
    fields.pop("question", None)
    return fields


def test_a_funnel_draws_its_shares_to_scale(answers):
    answer = answers["funnel"]
    spec = chart_spec(answer, width=632)
    bars = [m for kind, m in marks(spec) if kind["type"] == "rect" and m["c"] == LIGHT.bar]
    widths = [bar["x2"] - bar["x"] for bar in bars]
    assert widths == pytest.approx(
        [600 * share for share in answer.columns["share_of_first"]], abs=0.2
    )


def test_bars_of_drop_off_add_up_to_the_whole(answers):
    said = texts(chart_spec(answers["drop_off"], width=720))
    shares = [float(text[:-1]) for text in said if re.fullmatch(r"\d+\.\d%", text)]
    ended = answers["drop_off"].columns["ended"]
    assert any(share == pytest.approx(100 * max(ended) / sum(ended), abs=0.06) for share in shares)


def test_ribbons_leave_a_node_as_wide_as_it_is(answers):
    spec = chart_spec(answers["flow"], width=720)
    nodes = [m for kind, m in marks(spec) if kind["type"] == "rect" and "tip" in m]
    shapes = [m for kind, m in marks(spec) if kind["type"] == "point" and "tip" in m]
    first = min(nodes, key=lambda node: (node["x"], node["y"]))
    leaving = [m for m in shapes if first["y"] <= m["y"] <= first["y2"] and m["x"] == first["x2"]]
    wide = sum(float(m["s"].rstrip("Z").split(",")[-1]) for m in leaving)
    assert 0 < wide <= first["y2"] - first["y"] + 0.3


def test_a_comparison_that_cannot_be_told_is_hollow(answers):
    answer = answers["comparison"]
    spec = chart_spec(answer)
    dots = [layer for layer in spec["layer"] if layer["mark"].get("size") == 50]
    hollow = sum(
        len(layer["data"]["values"]) for layer in dots if layer["mark"]["fill"] == LIGHT.ground
    )
    assert hollow == sum(not differs for differs in answer.columns["differs"].tolist())


def test_period_and_filters_stand_below_the_title(shop):
    question = Funnel(
        ("product", "cart"), since="2026-02-01", until="2026-06-30", where="event != 'help'"
    )
    said = texts(chart_spec(LocalEngine(threads=1).run(question, shop), "de", width=900))
    line = " ".join(said[:3]).replace("\u00a0", " ")
    assert "1. Feb. 2026 bis 30. Juni 2026" in line
    assert "nur Ereignisse mit event != 'help'" in line


def test_sessions_are_not_called_persons(shop):
    question = Funnel(("product", "cart"), unit="session")
    said = texts(chart_spec(LocalEngine(threads=1).run(question, shop), "de"))
    assert any("Sitzungen" in text for text in said)


def test_names_of_nodes_are_those_of_the_language(answers, shop):
    said = texts(chart_spec(answers["funnel"], "de", names=node_names(shop, "de")))
    assert "Warenkorb" in said
    assert node_names(shop, "en")["cart"] == "Cart"


def test_the_colours_are_those_of_the_pages():
    css = (ROOT / "src/waypost/exports/assets").rglob("*.css")
    known = " ".join(path.read_text(encoding="utf-8") for path in css).casefold()
    for colours in (LIGHT, DARK):
        assert [c for c in (colours.act, colours.ink, colours.loss_text) if c not in known] == []


@pytest.mark.parametrize(
    ("said", "english", "german"),
    [
        (lambda words: words.count(12345), "12,345", "12.345"),
        (lambda words: words.share(0.314), "31.4%", "31,4\u00a0%"),
        (lambda words: words.points(-0.0164), "−1.6", "−1,6"),
        (lambda words: words.points(-0.0001), "0.0", "0,0"),
        (lambda words: words.interval(0.1, 0.25), "10.0–25.0%", "10,0–25,0\u00a0%"),
        (lambda words: words.money(1_840_000), "€18,400", "18.400\u00a0€"),
        (lambda words: words.duration(12 * 86_400), "12\u00a0days", "12\u00a0Tage"),
        (lambda words: words.count(float("nan")), "–", "–"),
        (lambda words: words.counted(1, "sessions"), "1\u00a0session", "1\u00a0Sitzung"),
    ],
)
def test_figures_are_written_as_people_of_the_language_do(said, english, german):
    assert said(Words("en")) == english
    assert said(Words("de")) == german


def test_dark_charts_have_a_dark_ground(answers):
    assert chart_spec(answers["funnel"], theme="dark")["background"] == DARK.ground


@pytest.mark.parametrize("wrong", [{"width": 10}, {"theme": "purple"}, {"language": "fr"}])
def test_what_cannot_be_drawn_is_refused(answers, wrong):
    with pytest.raises(InputError):
        chart_spec(answers["funnel"], **wrong)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_chart_is_saved_in_the_format_of_its_name(answers, tmp_path, suffix):
    path = answers["funnel"].save_chart(tmp_path / f"funnel{suffix}", "de")
    begins = {".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF", ".html": b"<", ".json": b"{"}
    content = path.read_bytes()
    assert content.startswith(begins[suffix])
    if suffix == ".html":
        assert not re.search(rb'(src|href)="https?:', content)


def test_another_suffix_is_refused(answers, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        answers["funnel"].save_chart(tmp_path / "funnel.docx")


def test_a_chart_is_an_altair_chart(answers):
    chart = answers["funnel"].chart("de", width=500)
    assert chart.to_dict(validate=True)["width"] == 500


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_of_mark_is_one_that_altair_knows(answers, name):
    spec = chart_spec(answers[name], "de")
    kinds = [layer | {"data": {"values": layer["data"]["values"][:1]}} for layer in spec["layer"]]
    assert drawn(spec | {"layer": kinds}).to_dict(validate=False)["layer"]


def test_asking_and_drawing_as_data_load_no_chart_package():
    code = (
        "import sys, waypost; waypost.Result; from waypost.questions.charts import chart_spec;"
        "print([m for m in sys.modules if m in ('altair', 'vl_convert', 'pandas')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", NAMES)
def test_every_page_shows_its_picture(name):
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert re.search(rf"!\[[^\]]{{20,}}\]\(\.\./images/questions/{name}\.svg\)", page)
    picture = (PICTURES / f"{name}.svg").read_bytes()
    assert len(picture) < 40_000


@pytest.mark.parametrize("name", NAMES)
def test_the_pictures_are_those_that_the_script_draws(answers, shop, name):
    spec = chart_spec(answers[name], "en", width=680, names=node_names(shop, "en"))
    drawn = written(spec, "a.svg").decode()
    kept = (PICTURES / f"{name}.svg").read_text(encoding="utf-8")
    assert re.findall(r">([^<>]+)</text>", drawn) == re.findall(r">([^<>]+)</text>", kept)
