"""Results are frozen tables that other libraries can read."""

from __future__ import annotations

import importlib
import json

import numpy as np
import pytest

from waypost.errors import MissingExtraError
from waypost.questions import Notice, Result
from waypost.questions.intervals import mean_interval, share_of, wilson


@pytest.fixture
def result():
    columns = {
        "name": ["<a>", "b"],
        "share": np.array([0.5, np.nan]),
        "path": [["a", "b"], []],
    }
    facts = {"total": np.int64(3), "odd": float("inf")}
    notice = Notice("open", "{n} are open.", {"n": 2})
    return Result({"question": "test"}, columns, facts, {"share": "share"}, (notice,))


def test_columns_cannot_be_changed(result):
    with pytest.raises(TypeError):
        result.columns["new"] = 1
    with pytest.raises(ValueError, match="read-only"):
        result.columns["share"][0] = 1


def test_undefined_numbers_are_null_in_json(result):
    content = json.loads(result.to_json())
    assert content["columns"]["share"] == [0.5, None]
    assert content["facts"] == {"total": 3, "odd": None}
    assert content["warnings"][0]["text"]["en"] == "2 are open."


def test_rows_are_plain_values(result):
    assert list(result.rows())[1] == {"name": "b", "share": None, "path": []}
    assert len(result) == 2


def test_the_page_text_is_escaped(result):
    page = result._repr_html_()
    assert "&lt;a&gt;" in page
    assert "<a>" not in page


def test_arrow_pandas_and_polars_hold_the_same_table(result):
    arrow = result.to_arrow()
    assert arrow.column("share").to_pylist() == [0.5, None]
    assert result.to_polars().columns == arrow.column_names
    assert result.to_pandas()["path"].tolist() == [["a", "b"], []]


def test_an_empty_table_converts_too():
    empty = Result({"question": "test"}, {"name": [], "n": np.zeros(0, np.int64)})
    assert empty.to_arrow().num_rows == 0
    assert len(empty.to_pandas()) == 0
    assert len(empty.to_polars()) == 0


@pytest.mark.parametrize("extra", ["pandas", "polars"])
def test_a_missing_library_is_named_with_its_extra(result, extra, monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=rf"waypost\[{extra}\]"):
        getattr(result, f"to_{extra}")()


def test_wilson_of_a_published_sample():
    """81 of 263: 0.2553 to 0.3662 (R. G. Newcombe, Statistics in Medicine 17 (1998), table I)."""
    low, high = wilson(81, 263)
    assert (round(float(low), 4), round(float(high), 4)) == (0.2553, 0.3662)


def test_wilson_of_none_of_some_does_not_collapse():
    """0 of 20: 0 to 0.1611, the same table."""
    low, high = wilson(0, 20)
    assert (float(low), round(float(high), 4)) == (0.0, 0.1611)


def test_nothing_of_nothing_has_no_share():
    assert np.isnan(share_of(0, 0))
    assert np.isnan(wilson(0, 0)[0])


def test_a_mean_interval_uses_students_t():
    """0.975 point with 9 degrees of freedom: 2.2622; deviation of 1 … 10 is 3.0277."""
    n, total, squares = np.array([10]), np.array([55.0]), np.array([385.0])
    mean, low, high = mean_interval(n, total, squares)
    half = 2.2621572 * 3.0276504 / np.sqrt(10)
    assert float(mean[0]) == 5.5
    assert float(high[0] - low[0]) / 2 == pytest.approx(half, rel=1e-4)


def test_one_rating_has_no_interval():
    mean, low, _ = mean_interval(np.array([1]), np.array([2.0]), np.array([4.0]))
    assert float(mean[0]) == 2.0
    assert np.isnan(low[0])
