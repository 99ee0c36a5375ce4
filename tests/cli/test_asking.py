"""Every question as a command: fields, spellings, units, groups, members, files."""

from __future__ import annotations

import csv
import dataclasses
import io
import json

import pytest

import waypost
from tests.cli.running import run
from waypost.app.question_fields.asked import ASKED
from waypost.app.question_fields.shape import NEEDED, flag_of
from waypost.app.question_fields.spellings import READERS, cell_in, only_in
from waypost.cli.commands import build_app
from waypost.cli.session import Session
from waypost.cli.telling.files import write_csv
from waypost.errors import QuestionError
from waypost.questions import COMPOSED, QUESTIONS, Question, Result

FUNNEL = ("product_page", "cart", "order")
COMMON = {field.name for field in dataclasses.fields(Question)}
BY_NAME = {asked.question: asked for asked in ASKED}
NEEDS = {
    "funnel": FUNNEL,
    "time_between": ("cart", "order"),
    "patterns": ("cart -> order",),
    "conformance": FUNNEL,
    "repeat": ("step:order",),
    "groups": ("channel",),
    "micro_conversions": ("step:order",),
}
WORDS = {
    name: (BY_NAME[name].command, "SHOP", *NEEDS.get(name, ())) for name in sorted(BY_NAME)
} | {
    "broken": ("funnel", "SHOP", *FUNNEL, "--breakdown", "channel", "--groups", "2"),
    "broken_path": ("paths", "SHOP", "--breakdown", "channel", "--groups", "2", "--top", "2"),
    "broken_loops": ("loops", "SHOP", "--breakdown", "channel", "--groups", "2"),
    "compared": ("loops", "SHOP", "--by", "step", "--compare", "channel = 'app'"),
    "sessions_of": ("transitions", "SHOP", "--by", "step", "--persons", "--unit", "session"),
    "money": ("retention", "SHOP", "--of", "money", "--every", "month", "--periods", "3"),
    "instead": ("drop-off", "SHOP", "--after", "cart", "--target", "order"),
}


def ask(shop, words, *more, **terminal):
    return run(*[shop if word == "SHOP" else word for word in words], *more, **terminal)


def test_every_question_has_a_command_and_every_command_a_question():
    """A new question needs an ``Asked`` in ``waypost.app.question_fields.asked``."""
    assert set(BY_NAME) == set(QUESTIONS)
    listed = {row["question"] for row in run("questions", "--json").value}
    assert listed == {*QUESTIONS, *COMPOSED}


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_field_of_a_question_is_an_option_or_argument_of_its_command(name):
    asked = BY_NAME[name]
    own = [field for field in dataclasses.fields(QUESTIONS[name]) if field.name not in COMMON]
    assert set(asked.fields) == {field.name for field in own}
    command = build_app(Session(language="en", as_json=False)).commands[asked.command]
    flags = {flag for parameter in command.params for flag in parameter.opts}
    for field in own:
        taken = (
            field.name
            if field.name in asked.arguments
            else flag_of(field.name, asked.field(field.name))
        )
        assert taken in flags
    assert {"--where", "--segment", "--since", "--until", "--only", "--unit"} <= flags


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_the_defaults_of_a_command_are_those_of_its_question(name):
    asked = BY_NAME[name]
    for field in dataclasses.fields(QUESTIONS[name]):
        if field.name in COMMON or field.name in asked.differs:
            continue
        usual = NEEDED if field.default is dataclasses.MISSING else field.default
        assert asked.fields[field.name] == usual, field.name


@pytest.mark.parametrize("name", sorted(WORDS))
@pytest.mark.parametrize(("language", "width"), [("de", 60), ("en", 160)])
def test_an_answer_fits_narrow_and_wide_terminals(shop, name, language, width):
    ran = ask(shop, WORDS[name], language=language, width=width)
    assert (ran.code, ran.err) == (0, "")
    assert max(len(line) for line in ran.lines) <= width
    assert len(ran.lines) > 3
    assert "nan" not in ran.out.lower().replace("einander", "")


@pytest.mark.parametrize("name", sorted(WORDS))
def test_the_question_in_the_answer_asks_the_same_again(shop, name):
    told = ask(shop, WORDS[name], "--json").value
    again = run("ask", shop, json.dumps(told["question"]), "--json").value
    assert again == told


def test_the_same_question_in_python_has_the_same_answer(shop):
    words = ("--segment", "channel = 'web'", "--segment", "never: event = 'ticket_opened'")
    more = ("--only", "channel!=app", "--unit", "session:2h", "--within-step", "1h,none")
    ran = run("funnel", shop, *FUNNEL, *words, *more, "--exclude", "help@1..2", "--json")
    asked = waypost.Funnel(
        FUNNEL,
        segment=("channel = 'web'", "never: event = 'ticket_opened'"),
        only=waypost.Only("channel", ("app",), outside=True),
        unit="session:2h",
        within_step=("1h", "none"),
        exclude=[("help", 1, 2)],
    )
    assert ran.value == json.loads(waypost.open(shop).ask(asked).to_json())


@pytest.mark.parametrize(
    ("spelling", "typed", "value"),
    [
        ("ranges", "1-7, 8-14,20", ((1, 7), (8, 14), (20, 20))),
        ("times", "2d", "2d"),
        ("times", "1h, 2d,none", ("1h", "2d", "none")),
        ("places", ["checkout", "3"], ("checkout", 3)),
        ("steps", ["cart | basket", "text = 'a | b'"], (("cart", "basket"), "text = 'a | b'")),
        ("limit", "none", None),
        ("limit", "3d", "3d"),
        ("exclusions", ["refund", "step:x@cart..3"], ("refund", ("step:x", "cart", 3))),
    ],
)
def test_what_is_typed_is_read(spelling, typed, value):
    assert READERS[spelling](typed) == value


def test_a_filter_by_a_value_may_keep_or_leave_out():
    assert only_in("channel=web, (none)", "first") == {
        "by": "channel", "values": ["web", None], "of": "first", "outside": False,
    }  # fmt: skip
    assert only_in("person.city != Kiel", "event")["outside"]
    assert only_in("person.city != Kiel", "event")["by"] == "person.city"


@pytest.mark.parametrize(
    "wrong",
    [
        ("retention", "SHOP", "--brackets", "1-x"),
        ("funnel", "SHOP", *FUNNEL, "--only", "channel"),
        ("funnel", "SHOP", *FUNNEL, "--members", "cart"),
        ("funnel", "SHOP", *FUNNEL, "--members", "stp=cart"),
        ("funnel", "SHOP", *FUNNEL, "--members", "step=crt"),
        ("funnel", "SHOP", *FUNNEL, "--breakdown", "chanel"),
        ("funnel", "SHOP", *FUNNEL, "--breakdown", "channel", "--compare", "channel = 'web'"),
        ("funnel", "SHOP", *FUNNEL, "--with", "channel = 'web'"),
        (
            "funnel",
            "SHOP",
            *FUNNEL,
            "--compare",
            "channel = 'web'",
            "--compare-since",
            "2026-07-01",
        ),
        ("funnel", "SHOP", *FUNNEL, "--unit", "ordr"),
        ("funnel", "SHOP", *FUNNEL, "--entry", "frist"),
        ("time-between", "SHOP", "cart", "order", "--compare", "channel = "),
        ("sessions", "SHOP", "--gap", "soon"),
        ("repeat", "SHOP"),
        ("funnel", "SHOP", *FUNNEL, "--chart", "funnel.doc"),
    ],
    ids=lambda words: " ".join(words[2:])[-40:],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_what_cannot_be_is_told_with_what_to_do(shop, wrong, language):
    ran = ask(shop, wrong, language=language)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) >= 2


@pytest.mark.parametrize(
    ("wrong", "near"), [("step=crt", "cart"), ("stp=cart", "step"), ("step=Warenkorp", "cart")]
)
def test_a_cell_that_is_not_there_is_told_with_the_nearest(shop, wrong, near):
    assert near in run("funnel", shop, *FUNNEL, "--members", wrong).err


@pytest.mark.parametrize("measure", ["persons", "lost", "open"])
def test_as_many_members_are_listed_as_the_cell_counts(shop, measure):
    row = waypost.open(shop).ask(waypost.Funnel(FUNNEL))
    count = row.columns[measure][row.columns["step"].index("cart")]
    cell = ("--members", "step=cart", "--members", f"measure={measure}")
    told = run("funnel", shop, *FUNNEL, *cell, "--json").value
    assert len(told["members"]) == count
    assert all(member["id"].startswith("p_") for member in told["members"])


def test_cells_may_be_named_by_what_the_table_shows(shop):
    shown = ("--members", "Schritt=Warenkorb", "--members", "measure=Verloren")
    named = ("--members", "step=cart", "--members", "measure=lost")
    told = run("funnel", shop, *FUNNEL, *shown, "--json", language="de").value
    assert told == run("funnel", shop, *FUNNEL, *named, "--json").value
    assert told["members"]


def test_members_of_a_path_and_of_a_group_are_those_of_the_row(shop):
    paths = waypost.open(shop).ask(waypost.Paths(by="step", top=20))
    path = " → ".join(paths.columns["path"][0])
    told = run("paths", shop, "--by", "step", "--members", f"path={path}", "--json").value
    assert len(told["members"]) == paths.columns["persons"][0]
    group = ("--breakdown", "channel", "--members", "group=web", "--members", "step=cart")
    inside = run("funnel", shop, *FUNNEL, *group, "--json").value
    broken = waypost.open(shop).ask(waypost.Breakdown(waypost.Funnel(FUNNEL), "channel"))
    keys = list(zip(broken.columns["group"], broken.columns["step"], strict=True))
    assert len(inside["members"]) == broken.columns["persons"][keys.index(("web", "cart"))]


def test_a_list_of_members_is_cut_and_says_so(shop):
    ran = run("funnel", shop, *FUNNEL, "--members", "step=cart", "--top", "2", width=120)
    assert len([line for line in ran.lines if line.startswith("p_")]) == 2
    assert "more" in ran.lines[-1]


def test_sessions_are_counted_under_their_own_name(shop):
    words = ("funnel", shop, *FUNNEL, "--unit", "session")
    assert set(run(*words, "--json").value["columns"]) >= {"sessions"}
    assert "Sessions" in run(*words).out
    german = run(*words, language="de", width=160).out
    assert "Sitzungen" in german
    assert "Personen  " not in german


def test_filters_and_period_are_told_in_words(shop):
    limits = (
        "--where",
        "channel = 'web'",
        "--segment",
        "never: value > 3",
        "--since",
        "2026-02-01",
    )
    told = run("drop-off", shop, *limits, language="de", width=1000).lines[0]
    assert "für die gilt: Kanal ist „web“." in told
    assert "ohne ein Ereignis, für das gilt: Betrag ist größer als 3." in told
    assert told.endswith("Ab dem 1. Februar 2026.")


def test_groups_that_are_compared_are_told_in_words(shop):
    ran = run("funnel", shop, *FUNNEL, "--compare", "channel = 'app'", width=1000)
    assert "First group: persons with an event for which holds: channel is “app”." in ran.out
    assert "Second group: all others." in ran.out
    two = ("--compare", "channel = 'app'", "--with", "never: channel = 'web'")
    ran = run("funnel", shop, *FUNNEL, *two, width=1000)
    assert "Second group: persons without any event for which holds: channel is “web”." in ran.out


def test_a_csv_file_has_all_rows_and_columns(shop, tmp_path):
    path = tmp_path / "funnel.csv"
    ran = run("funnel", shop, *FUNNEL, "--csv", path, "--json")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert rows[0] == list(ran.value["columns"])
    assert [int(row[1]) for row in rows[1:]] == ran.value["columns"]["persons"]


def test_a_german_csv_file_is_as_german_spreadsheets_read_it(shop, tmp_path):
    path = tmp_path / "groups.csv"
    ran = run("groups", shop, "channel", "--csv", path, language="de")
    assert f"Geschrieben: {path}" in ran.out
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    share = waypost.open(shop).ask(waypost.Groups("channel")).columns["share"][0]
    assert float(rows[0]["share"].replace(",", ".")) == share
    assert "." not in rows[0]["share"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", "\r=1"])
def test_a_text_that_a_spreadsheet_would_compute_is_disarmed(tmp_path, text):
    result = Result({"question": "groups"}, {"group": [text, "web"], "persons": [-1, 2]})
    path = write_csv(Session(language="en", as_json=False), result, tmp_path / "a.csv")
    content = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert rows[1:] == [[f"'{text}", "-1"], ["web", "2"]]


def test_a_chart_is_written_as_the_name_says(shop, tmp_path):
    path = tmp_path / "funnel.svg"
    ran = run("funnel", shop, *FUNNEL, "--chart", path)
    assert (ran.code, path.read_bytes()[:4]) == (0, b"<svg")


def test_top_of_paths_is_that_of_the_question(shop):
    assert run("paths", shop, "--top", "3", "--json").value["question"]["top"] == 3


def test_shortcuts_say_what_their_option_says(shop):
    pairs = (
        (("paths", shop, "--end"), ("paths", shop, "--direction", "suffix")),
        (
            ("time-between", shop, "cart", "order", "--every"),
            ("time-between", shop, "cart", "order", "--mode", "any_to_next"),
        ),
    )
    for short, long in pairs:
        assert run(*short, "--json").value == run(*long, "--json").value


def test_a_cell_is_columns_with_values():
    assert cell_in(["step=cart", " measure = lost", "path=a = b"]) == {
        "step": "cart", "measure": "lost", "path": "a = b",
    }  # fmt: skip
    with pytest.raises(QuestionError):
        cell_in(["cart"])


def test_a_pattern_and_channels_are_told_by_the_names_that_people_know(shop):
    told = run("patterns", shop, 'browse -> !order -> "checkout"', language="de").out
    said = " ".join(told.split())
    assert "Stöbern und vergleichen, dann Kasse (ohne Bestellung im Shop dazwischen)" in said
    assert "E-Mail" in run("volumes", shop, "--by", "channel", language="de").out
