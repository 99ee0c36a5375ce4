"""``import waypost``: names, laziness, a workspace in a few lines, results that convert."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import waypost as wp
from tests.cli.running import copied_shop, demo_folder

DOCUMENT = Path(__file__).parents[1] / "docs" / "python.md"


@pytest.fixture(scope="module")
def shop() -> wp.Workspace:
    return wp.open(demo_folder() / "shop")


@pytest.fixture(scope="module")
def funnel(shop: wp.Workspace) -> wp.Result:
    return shop.ask(wp.Funnel(["product_page", "cart", "order"], within="30d"))


def test_the_documented_names_are_those_that_are_there():
    table = DOCUMENT.read_text().partition("## Names")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == sorted(wp.__all__)


def test_every_name_can_be_had_and_is_explained():
    for name in wp.__all__:
        assert getattr(wp, name).__doc__, name


def test_every_method_of_a_workspace_is_documented():
    text = DOCUMENT.read_text()
    methods = [name for name in vars(wp.Workspace) if not name.startswith("_")]
    assert [name for name in methods if f"`{name}`" not in text and f"`{name}(" not in text] == []


def test_importing_the_package_loads_nothing_heavy():
    program = (
        "import sys, waypost; heavy = {'duckdb', 'pyarrow', 'numba', 'numpy'} & set(sys.modules); "
        "sys.exit(len(heavy))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Funel"):
        _ = wp.Funel


def test_a_workspace_is_made_filled_built_and_asked(tmp_path):
    shop = wp.create(tmp_path / "shop", wp.Settings(name="Alpenrad"))
    reports = shop.add(demo_folder() / "exports" / "orders_export_1.csv")
    assert reports[0].records == reports[0].stored
    assert shop.build().persons > 0
    answer = shop.ask(wp.Volumes(by="event"))
    assert "order_placed" in answer.columns["event"]
    assert shop.check() == []


def test_opening_what_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(LookupError, match="waypost init"):
        wp.open(tmp_path)


def test_settings_change_and_stay(tmp_path):
    shop = copied_shop(tmp_path)
    changed = wp.open(shop).change(zone="Europe/Vienna")
    assert changed.settings.zone == "Europe/Vienna"
    assert wp.open(shop).settings == changed.settings


def test_a_setting_that_does_not_exist_offers_the_nearest(tmp_path):
    with pytest.raises(ValueError, match="currency"):
        wp.open(copied_shop(tmp_path)).change(curency="CHF")


def test_a_result_has_the_same_figures_in_arrow_pandas_and_polars(funnel):
    persons = funnel.columns["persons"].tolist()
    assert funnel.to_arrow()["persons"].to_pylist() == persons
    assert funnel.to_pandas()["persons"].tolist() == persons
    assert funnel.to_polars()["persons"].to_list() == persons


def test_a_result_shows_itself_in_a_notebook(funnel):
    shown = funnel._repr_html_()
    assert shown.startswith("<table")
    assert f"<td>{funnel.columns['persons'][0]}</td>" in shown


def test_a_map_shows_itself_in_a_frame_of_its_own(shop):
    drawn = shop.map(wp.MapWishes(title='Ein "Rad" & mehr'), language="de")
    shown = drawn._repr_html_()
    assert shown.startswith("<iframe")
    assert shown.count("<iframe") == shown.count("</iframe>") == 1
    assert "<html" not in shown
    assert "&lt;html" in shown
    assert "Ein &#34;Rad&#34; &amp; mehr" in shown


def test_a_saved_document_can_be_loaded_again(shop, tmp_path):
    drawn = shop.map()
    loaded = wp.load_map(drawn.save(tmp_path / "map.json").read_bytes())
    assert loaded == drawn.document


def test_a_map_is_not_written_in_a_form_that_is_none(shop, tmp_path):
    with pytest.raises(ValueError, match=r"\.html"):
        shop.map().save(tmp_path / "map.docx")
