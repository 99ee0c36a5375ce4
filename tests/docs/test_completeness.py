"""Whatever can be set, asked, typed or raised is named in the documentation."""

from __future__ import annotations

import dataclasses
import re

import pytest

import waypost
from tests.docs.command_line import commands
from tests.docs.map_schema import PATH, schema_text
from tests.docs.pages import DOCS, ROOT, words_of
from waypost import errors
from waypost.app import Settings
from waypost.errors import WaypostError
from waypost.identity import IdentitySettings, KindSettings
from waypost.identity.persons import FATES, STANDINGS
from waypost.intake.formats import FORMATS
from waypost.intake.generic import mapping as mappings
from waypost.intake.normalise import SCALES
from waypost.journeys.binding import rule_file
from waypost.maps import MapWishes, cards, reality
from waypost.maps import document as maps
from waypost.maps.discovery import gaps, marks, people, typical_journeys
from waypost.model import CORE_SCHEMA, KNOWN_CHANNELS, Flag, Provenance
from waypost.questions import QUESTIONS, Question


def unnamed(names, *paths):
    """Those names that stand nowhere on these pages between backquotes or in a code block."""
    text = words_of(*paths)
    coded = " ".join(re.findall(r"`([^`]+)`|^```.*?^```", text, re.DOTALL | re.MULTILINE))
    blocks = " ".join(re.findall(r"^```.*?\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    known = set(re.findall(r"[\w$.-]+", f"{coded} {blocks}"))
    return sorted(name for name in names if name not in known)


def error_classes(root=WaypostError):
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from error_classes(child)


def fields_of(*models):
    return {name for model in models for name in model.model_fields}


def test_every_setting_of_a_workspace_is_explained():
    names = [field.name for field in dataclasses.fields(Settings)]
    assert unnamed(names, DOCS / "architecture.md") == []


def test_the_defaults_of_the_settings_are_told_as_they_are():
    text = words_of(DOCS / "architecture.md")
    for field in dataclasses.fields(Settings):
        if field.default is not dataclasses.MISSING:
            assert f"| `{field.name}` | `{field.default}` |" in text


def test_every_field_of_a_rule_file_is_explained():
    models = (
        rule_file.RuleFile,
        rule_file.StageRule,
        rule_file.StepRule,
        rule_file.TouchpointRule,
        rule_file.Alternative,
    )
    assert unnamed(fields_of(*models), DOCS / "rules.md") == []


def test_every_identity_setting_is_explained():
    names = fields_of(IdentitySettings, KindSettings)
    assert unnamed(names, DOCS / "identity.md") == []


def test_every_standing_and_fate_of_an_identifier_is_explained():
    text = words_of(DOCS / "identity.md")
    words = {*STANDINGS.values(), *FATES.values()}
    assert [word for word in words if word not in text] == []


def test_every_part_of_a_mapping_is_explained():
    parts = (
        mappings.Mapping,
        mappings.TimeColumn,
        mappings.ByColumn,
        mappings.MoneyColumn,
        mappings.RatingColumn,
        mappings.IgnoreRule,
    )
    assert unnamed(fields_of(*parts), DOCS / "mappings.md") == []
    assert unnamed(SCALES, DOCS / "mappings.md") == []


def test_every_format_is_listed():
    assert unnamed([form.id for form in FORMATS], DOCS / "formats.md") == []


@pytest.mark.parametrize("error", list(error_classes()), ids=lambda error: error.code)
def test_every_error_is_listed_with_its_code_and_exit_code(error):
    row = f"| `{error.code}` | `{error.__name__}` | {error.exit_code} |"
    assert row in words_of(DOCS / "architecture.md")


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_field_of_a_question_is_explained_on_its_page(name):
    common = {field.name for field in dataclasses.fields(Question)}
    own = {field.name for field in dataclasses.fields(QUESTIONS[name])} - common
    assert unnamed(own, DOCS / "questions" / f"{name}.md") == []
    assert unnamed(common, DOCS / "questions" / "README.md") == []


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_the_defaults_of_a_question_are_told_as_they_are(name):
    text = words_of(DOCS / "questions" / f"{name}.md")
    common = {field.name for field in dataclasses.fields(Question)}
    for field in dataclasses.fields(QUESTIONS[name]):
        if field.name not in common and field.default not in (dataclasses.MISSING, None):
            assert f"| `{field.name}` | `{field.default}` |" in text


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_on_the_page_of_the_command_line_with_its_arguments(name):
    text = words_of(DOCS / "command-line.md")
    shown = re.search(rf"^\| `{name} ([^`]*)` \|", text, re.MULTILINE)
    assert shown, name
    needed = [one for one in commands()[name].params if one.param_type_name == "argument"]
    assert len(shown[1].split()) >= len([one for one in needed if one.required])


@pytest.mark.parametrize("name", sorted(waypost.__all__))
def test_every_public_name_is_documented(name):
    everything = words_of(*DOCS.rglob("*.md"), ROOT / "README.md")
    assert re.search(rf"\b{name}\b", everything)


def test_every_column_of_an_event_and_every_flag_is_explained():
    assert unnamed(CORE_SCHEMA.names, DOCS / "architecture.md") == []
    row = next(
        line for line in words_of(DOCS / "architecture.md").splitlines() if "`flags`" in line
    )
    assert [int(flag) for flag in Flag if str(int(flag)) not in row] == []


def test_every_channel_and_every_kind_of_provenance_is_named():
    glossary = words_of(DOCS / "glossary.md")
    assert unnamed([kind.value for kind in Provenance], DOCS / "map.md") == []
    assert [kind.value for kind in Provenance if f"| {kind.value} |" not in glossary] == []
    assert unnamed(KNOWN_CHANNELS, DOCS / "glossary.md") == []


def test_the_schema_of_the_map_document_is_that_of_the_models():
    assert PATH.read_text(encoding="utf-8") == schema_text(), "python -m tests.docs.map_schema"


def test_every_field_of_a_map_document_is_explained():
    bases = (maps._Frozen, cards._Frozen, reality._Frozen)
    models = [model for model in vars(maps).values() if isinstance(model, type)]
    ours = [model for model in models if issubclass(model, bases)]
    assert unnamed(fields_of(*ours), DOCS / "map.md") == []


def test_every_wish_for_a_map_is_explained():
    names = [field.name for field in dataclasses.fields(MapWishes)]
    assert unnamed(names, DOCS / "map.md") == []


@pytest.mark.parametrize(("mark", "threshold"), sorted(marks._THRESHOLDS.items()))
def test_the_threshold_of_a_mark_is_told_as_it_is(mark, threshold):
    row = next(line for line in words_of(DOCS / "map.md").splitlines() if f"| `{mark}` |" in line)
    assert row.split("|")[3].strip() == str(threshold)


def test_the_numbers_of_discovery_are_told_as_they_are():
    text = words_of(DOCS / "map.md")
    assert f"{marks._LONG_WAIT_SECONDS // 86_400} days" in text
    assert f"{marks._MUCH_LONGER:g} times the middle one" in text
    assert marks.MOST_OF_A_KIND == 3
    assert "at most three of a kind" in text
    assert f"at least {gaps._LEAST_WEEKS} weeks, at least {gaps._LEAST_WEEKLY:g} a week" in text
    assert (gaps._LEAST_ASKING, people.LEAST_RATINGS, people.LEAST_TEXTS) == (5, 5, 5)
    assert "fewer than five ratings" in text
    assert f"the {typical_journeys._COMPARED} most frequent" in text
    assert (typical_journeys._LENGTH, typical_journeys._SHOWN) == (8, 4)


def test_every_mark_and_every_gap_of_the_schema_is_explained():
    for model, field in ((maps.MarkCard, "mark"), (maps.GapCard, "gap")):
        names = model.model_fields[field].annotation.__args__
        assert unnamed(names, DOCS / "map.md") == []
