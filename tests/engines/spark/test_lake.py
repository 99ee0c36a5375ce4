"""Tables of a lake: Spark's workers read them into the log that a local import would write."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

import waypost
from waypost.app.lake import add_table
from waypost.app.lake_tables import open_lake_table
from waypost.engines.spark import SparkEngine
from waypost.errors import InputError, NotFoundError, RuleError
from waypost.intake import mapping_text, parse_mapping
from waypost.questions import Volumes

MAPPING = parse_mapping(
    {
        "name": "clicks",
        "time": {"column": "when", "zone": "UTC"},
        "event": {"column": "what"},
        "channel": "web",
        "identifiers": {"user_id": "who"},
        "value": {"column": "amount", "currency": "EUR"},
        "attributes": {"page": "page"},
        "key": ["number"],
    }
)
WORDS = ("product_viewed", "cart_product_added", "order_placed")


def _clicks(first, count):
    numbers = range(first, first + count)
    return pa.table(
        {
            "number": pa.array(numbers, pa.int64()),
            "when": [f"2025-01-{1 + n % 28:02d}T10:{n % 60:02d}:00" for n in numbers],
            "what": [WORDS[n % 3] for n in numbers],
            "who": [f"u{n % 37}" if n % 11 else None for n in numbers],
            "amount": [f"{n}.50" if n % 3 == 2 else None for n in numbers],
            "page": [f"/p/{n % 5}" for n in numbers],
            "country": [("de", "at")[n % 2] for n in numbers],
        }
    )


def _bytes_below(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in ("log", "snapshots")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def _numbers(shop):
    """What counts in the log, by the number on the page of the click."""
    rows = [
        (row["at"], row["event"], row["id.user_id"], row["value"])
        for part in shop.log.scan(["at", "event", "id.user_id", "value"])
        for row, shown in zip(part.batch.to_pylist(), part.visible, strict=True)
        if shown
    ]
    return sorted(rows, key=str)


@pytest.fixture
def folder(tmp_path):
    """A folder of three Parquet files, one with a record that has no time."""
    folder = tmp_path / "clicks"
    folder.mkdir()
    for place, first in enumerate((0, 300, 500)):
        table = _clicks(first, 250)  # 500 to 549 are in two files
        if place == 1:
            when = ["", *table["when"].to_pylist()[1:]]
            table = table.set_column(1, "when", pa.array(when))
        pq.write_table(table, folder / f"part-{place}.parquet")
    return folder


def test_a_folder_becomes_the_bytes_that_a_local_import_writes(spark, folder, tmp_path):
    settings = waypost.Settings(name="shop")
    here, there = (waypost.create(tmp_path / name, settings) for name in ("here", "there"))
    local = here.add(folder, mappings=[_written(tmp_path)])
    reports = add_table(there, folder, MAPPING, spark=spark)
    assert [replace(r, unused_columns=()) for r in reports] == [
        replace(r, unused_columns=()) for r in local
    ]
    assert sum(report.quarantined for report in reports) == 1
    assert sum(report.duplicate for report in reports) == 50
    here.build()
    there.build()
    assert _bytes_below(there.path) == _bytes_below(here.path)


def _written(folder):
    path = folder / "clicks.yaml"
    path.write_text(mapping_text(MAPPING), encoding="utf-8")
    return path


def test_files_that_are_known_are_not_imported_twice(spark, folder, tmp_path):
    shop = waypost.create(tmp_path / "shop")
    add_table(shop, folder, MAPPING, spark=spark)
    pq.write_table(_clicks(900, 10), folder / "part-9.parquet")
    reports = add_table(shop, folder, MAPPING, spark=spark)
    assert [report.known for report in reports] == [True, True, True, False]
    assert len(shop.log.batches()) == 4
    assert not (shop.path / ".staging" / "lake").exists()


def test_a_delta_table_is_followed_through_updates_and_deletions(spark, tmp_path):
    delta, shop = tmp_path / "delta", waypost.create(tmp_path / "shop")
    write_deltalake(delta, _clicks(0, 120), partition_by=["country"])
    mapping = parse_mapping(MAPPING.model_dump() | {"attributes": {"country": "country"}})
    add_table(shop, delta, mapping, spark=spark)
    first = _numbers(shop)
    DeltaTable(delta).delete("number < 30")
    DeltaTable(delta).update(updates={"what": "'refund_issued'"}, predicate="number = 60")
    write_deltalake(delta, _clicks(200, 10), mode="append")
    add_table(shop, delta, mapping, spark=spark)
    whole = waypost.create(tmp_path / "whole")
    write_deltalake(tmp_path / "anew", DeltaTable(delta).to_pyarrow_table())
    add_table(whole, tmp_path / "anew", mapping, spark=spark)
    assert _numbers(shop) == _numbers(whole) != first
    assert len(_numbers(shop)) == 100
    shop.build()
    where = shop.ask(Volumes(by="event", where="country = 'de'"))
    assert where.facts["events"] + where.facts["anonymous_events"] == 50


def test_folders_named_by_a_column_give_it_to_their_rows(spark, tmp_path):
    shop = waypost.create(tmp_path / "shop")
    for name, first in (("country=de", 0), ("country=Liechten%20stein", 10)):
        (tmp_path / "hive" / name).mkdir(parents=True)
        table = _clicks(first, 10).drop_columns(["country"])
        pq.write_table(table, tmp_path / "hive" / name / "part.parquet")
    (tmp_path / "hive" / "_temporary").mkdir()
    (tmp_path / "hive" / "_temporary" / "part.parquet").write_bytes(b"half written")
    mapping = parse_mapping(MAPPING.model_dump() | {"attributes": {"country": "country"}})
    add_table(shop, tmp_path / "hive", mapping, spark=spark)
    found = {row for part in shop.log.scan(["a.country"]) for row in part.batch[0].to_pylist()}
    assert found == {"de", "Liechten stein"}


def test_a_mapping_that_does_not_fit_is_refused_by_its_own_error(spark, folder, tmp_path):
    shop = waypost.create(tmp_path / "shop")
    mapping = parse_mapping(MAPPING.model_dump() | {"attributes": {"page": "pgae"}})
    with pytest.raises(RuleError, match=r"names the column 'pgae'.*Did you mean 'page'"):
        add_table(shop, folder, mapping, spark=spark)
    assert not shop.log.commits()


def test_a_folder_that_workers_do_not_see_is_named(spark, folder, tmp_path):
    shop = waypost.create(tmp_path / "shop")
    elsewhere = SparkEngine(spark.context, mounts={str(folder): str(tmp_path / "nowhere")})
    with pytest.raises(NotFoundError, match=r"does not see .*nowhere/part-0\.parquet"):
        add_table(shop, folder, MAPPING, spark=elsewhere)


def test_no_table_is_told(tmp_path):
    with pytest.raises(NotFoundError, match="There is no table"):
        open_lake_table(tmp_path / "nothing")
    with pytest.raises(NotFoundError, match="no Parquet files"):
        open_lake_table(tmp_path)


def _last_add(delta):
    lines = [
        json.loads(line)
        for path in sorted((delta / "_delta_log").glob("*.json"))
        for line in path.read_text().splitlines()
    ]
    return next(line["add"] for line in reversed(lines) if "add" in line)


def test_deletion_vectors_are_refused(tmp_path):
    delta = tmp_path / "delta"
    write_deltalake(delta, _clicks(0, 10))
    add = _last_add(delta)
    vector = {
        "storageType": "u",
        "pathOrInlineDv": "ab^-aqEH.-t@S}K{vb[*k^",
        "offset": 4,
        "sizeInBytes": 40,
        "cardinality": 6,
    }
    features = ["deletionVectors"]
    protocol = {
        "minReaderVersion": 3,
        "minWriterVersion": 7,
        "readerFeatures": features,
        "writerFeatures": features,
    }
    actions = [
        {"protocol": protocol},
        {"remove": {"path": add["path"], "dataChange": True, "deletionTimestamp": 1}},
        {"add": {**add, "deletionVector": vector}},
    ]
    text = "\n".join(json.dumps(action) for action in actions)
    (delta / "_delta_log" / f"{1:020d}.json").write_text(text)
    with pytest.raises(InputError, match=r"has deletion vectors.*REORG TABLE"):
        open_lake_table(delta)


def test_renamed_columns_are_refused(tmp_path):
    delta = tmp_path / "delta"
    write_deltalake(delta, _clicks(0, 10), configuration={"delta.columnMapping.mode": "name"})
    with pytest.raises(InputError, match="column mapping"):
        open_lake_table(delta)
