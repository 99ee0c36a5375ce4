"""A journey store that Spark's workers code and lay has the bytes of one laid on this machine."""

from __future__ import annotations

import shutil

import pytest

import waypost
from tests.strategies.stored_shop import shop_events
from waypost.app.lake import build_on_spark
from waypost.engines.spark import SparkEngine
from waypost.errors import NotFoundError
from waypost.journeys import Snapshot


def _imported(folder, batches=3):
    shop = waypost.create(folder, waypost.Settings(name="shop"))
    for place in range(batches):
        table = shop_events(700, people=90, seed=place, first=500 * place)  # some come twice
        with shop.log.writer(f"b{place}", source="shop", facts={}) as writer:
            writer.add(table)
            writer.commit({"read": table.num_rows})
    return shop


def _bytes_of(snapshot):
    return {
        str(path.relative_to(snapshot.folder)): path.read_bytes()
        for path in sorted(snapshot.folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A log of three imports of which later ones replace rows of earlier ones."""
    return _imported(tmp_path_factory.mktemp("log") / "shop")


def _copy(shop, folder):
    shutil.copytree(shop.path, folder)
    return waypost.open(folder)


def test_the_store_has_the_bytes_of_a_local_build(spark, imported, tmp_path):
    here, there = _copy(imported, tmp_path / "here"), _copy(imported, tmp_path / "there")
    here.build()
    laid = build_on_spark(there, spark=spark)
    assert _bytes_of(laid) == _bytes_of(here.snapshot)
    assert laid.verify() == []
    assert not list((there.path / ".staging").glob("snapshot-*"))


def test_any_number_of_shards_answers_alike(spark, imported, tmp_path):
    here, there = _copy(imported, tmp_path / "here"), _copy(imported, tmp_path / "there")
    here.build()
    laid = build_on_spark(there, spark=spark, shards=5)
    assert len(laid.shards) == 5
    assert laid.verify() == []
    question = waypost.Transitions(by="event", where="campaign = 'spring'")
    assert there.ask(question).to_json() == here.ask(question).to_json()
    assert laid.persons["id"].equals(here.snapshot.persons["id"])


def test_a_store_that_is_up_to_date_is_left_alone(spark, imported, tmp_path):
    shop = _copy(imported, tmp_path / "shop")
    first = build_on_spark(shop, spark=spark)
    assert build_on_spark(shop, spark=spark).id == first.id
    shop.build()
    assert shop.snapshot.id == first.id


def test_an_import_taken_back_is_left_out(spark, imported, tmp_path):
    here, there = _copy(imported, tmp_path / "here"), _copy(imported, tmp_path / "there")
    for shop in (here, there):
        shop.undo("b1")
    here.build()
    assert _bytes_of(build_on_spark(there, spark=spark)) == _bytes_of(here.snapshot)


def test_a_workspace_that_workers_do_not_see_leaves_the_old_store(spark, imported, tmp_path):
    shop = _copy(imported, tmp_path / "shop")
    elsewhere = SparkEngine(spark.context, mounts={str(shop.path): str(tmp_path / "nowhere")})
    with pytest.raises(NotFoundError, match=r"does not see .*nowhere"):
        build_on_spark(shop, spark=elsewhere)
    with pytest.raises(NotFoundError, match="no journeys yet"):
        Snapshot.current(shop.path)
