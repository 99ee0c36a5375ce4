"""The page: what is on it, what is never in it, the same bytes every time."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exports.fixtures import HOSTILE, LONG, RIGHT_TO_LEFT, bicycle_map, hard_map, wide_map
from waypost.errors import InputError
from waypost.exports import render_html
from waypost.kit import translation

INVISIBLE = dict.fromkeys(map(ord, "\u2060\u00ad"), None) | {0xA0: " "}
VOID = {"meta", "link", "br", "img", "input", "hr", "path", "use", "rect", "circle"}


class Reader(HTMLParser):
    """Texts, tags and ids of a page; style and script are not read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        told = dict(attrs)
        self.ids += [told["id"]] if "id" in told else []
        if (told.get("href") or "").startswith("#"):
            self.targets.append(told["href"][1:])

    def handle_data(self, data):
        if self.tags and self.tags[-1] not in {"style", "script"}:
            self.texts.append(data.translate(INVISIBLE).strip())


@pytest.fixture(scope="module", params=["de", "en"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def page(language):
    return Reader(render_html(bicycle_map(), language=language).decode())


def test_the_same_map_gives_the_same_bytes(language):
    first, second = (render_html(bicycle_map(), language=language) for _ in range(2))
    assert first == second


def test_every_id_is_there_once_and_every_link_leads_somewhere(page):
    assert len(page.ids) == len(set(page.ids))
    assert set(page.targets) <= set(page.ids)


def test_every_figure_has_a_panel_of_its_own(page):
    told = [value for name, value in page.attributes if name == "data-evidence"]
    assert len(told) > 100
    assert set(told) <= set(page.ids)


def test_nothing_points_to_another_machine(language):
    page = render_html(bicycle_map(), language=language).decode()
    page = re.sub(r"data:font/woff2;base64,[^\"]+", "", page)
    assert re.findall(r"(?:src|href|action)=\"(?!#)[^\"]+", page) == []
    assert re.findall(r"url\((?!\"\")[^)]*\)|@import|https?://[^\s<\"]+", page) == []


def test_a_language_nobody_speaks_is_refused():
    with pytest.raises(InputError, match="'fr'"):
        render_html(bicycle_map(), language="fr")


def test_no_english_message_is_left_on_the_german_page():
    source = translation.LOCALE_DIRECTORY / "de" / "LC_MESSAGES" / "waypost.po"
    with source.open("rb") as text:
        catalogue = read_po(text, locale="de")
    english = set()
    for message in catalogue:
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        german = message.string if isinstance(message.string, tuple) else (message.string,)
        english |= {form for form in forms if form and form not in german}
    plain = {form for form in english if "{" not in form}
    shaped = [
        re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(form).replace(r"\{n\}", r"[\d.,]+")))
        for form in english
        if "{" in form and len(re.sub(r"\{\w+\}", "", form).strip()) > 2
    ]
    for text in Reader(render_html(bicycle_map(), language="de").decode()).texts:
        assert text not in plain
        assert not any(pattern.fullmatch(text) for pattern in shaped), text


def test_german_addresses_the_reader_with_sie():
    texts = " ".join(Reader(render_html(hard_map(), language="de").decode()).texts)
    assert not re.search(r"\b[Dd](?:u|ich|ir|ein|eine|einen)\b", texts)


def test_hostile_text_stays_text():
    page = render_html(hard_map(), language="de").decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert HOSTILE in Reader(page).texts


def test_foreign_words_carry_their_language_and_their_direction():
    page = render_html(hard_map(), language="de").decode()
    assert re.search(rf'<blockquote[^>]* lang="ar"[^>]* dir="auto">{RIGHT_TO_LEFT}', page)


def test_a_very_long_word_may_break_at_its_syllables():
    page = render_html(hard_map(), language="de").decode()
    assert LONG in page.replace("\u00ad", "")
    assert "Donau\u00addampf" in page or "Do\u00adnau\u00addampf" in page


@pytest.mark.parametrize(("steps", "stages"), [(1, 1), (5, 3), (14, 7)])
def test_maps_of_any_width_are_drawn(steps, stages):
    page = Reader(render_html(wide_map(steps, stages), language="en").decode())
    assert page.tags.count("article") == steps
    assert page.tags.count("h2") == stages + 1  # and the gaps


def test_a_map_without_a_step_still_has_a_head():
    empty = bicycle_map().model_copy(update={"steps": (), "stages": (), "journeys": ()})
    assert "E-Bike" in " ".join(Reader(render_html(empty, language="de").decode()).texts)


def test_lanes_come_in_the_order_of_the_document_and_absent_ones_are_absent():
    document = bicycle_map()
    lanes = (document.lanes[4], document.lanes[0])
    page = render_html(document.model_copy(update={"lanes": lanes}), language="en").decode()
    assert re.findall(r'class="lane-head lh-(\w+)"', page) == ["top", "emotion", "actions"]
    assert "c-touchpoints" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40), st.integers(0, 10**9))
def test_any_text_and_any_number_makes_a_page(text, persons):
    document = hard_map()
    step = document.steps[0].model_copy(
        update={"label": {"de": text}, "persons": persons, "id": text or "x"}
    )
    page = render_html(document.model_copy(update={"steps": (step,)}), language="de").decode()
    assert Reader(page).tags.count("script") == 2
