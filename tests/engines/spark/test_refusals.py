"""What goes wrong on workers arrives as an error of ours that says what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv

import pytest

from tests.strategies.journeys_in_memory import events_of, snapshot_of
from tests.strategies.spark_cluster import LIGHT, free_port
from waypost.engines.spark import SparkEngine
from waypost.engines.spark.sessions import check_java
from waypost.engines.spark.troubles import known_trouble
from waypost.errors import (
    CancelledError,
    DamagedError,
    InputError,
    MissingExtraError,
    NotFoundError,
    QuestionError,
    RuleError,
)
from waypost.journeys import Snapshot
from waypost.questions import Funnel, Volumes

VOLUMES = Volumes(by="event")


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory):
    """A Python of this version that has no packages."""
    folder = tmp_path_factory.mktemp("bare")
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    return folder / "bin" / "python"


def _on(spark, python, tmp_path, monkeypatch):
    """The same context, whose workers are of another Python."""
    monkeypatch.setattr(spark.context, "pythonExec", str(python))
    return SparkEngine(spark.context)


def test_an_error_on_a_worker_arrives_as_the_same_error(spark, shop):
    with pytest.raises(RuleError, match=r"No event has “campain”.*Did you mean campaign"):
        spark.run(Volumes(by="event", where="campain = 'spring'"), shop.snapshot)


def test_a_question_without_meaning_is_refused_before_it_travels(spark, shop):
    with pytest.raises(QuestionError, match="order_plced"):
        spark.run(Funnel(["product_viewed", "order_plced"]), shop.snapshot)


def test_a_worker_that_does_not_see_the_files_names_the_path(spark, shop, tmp_path):
    elsewhere = tmp_path / "not-mounted"
    engine = SparkEngine(spark.context, mounts={str(shop.path): str(elsewhere)})
    with pytest.raises(NotFoundError, match=r"not-mounted/snapshots.*shared|every worker") as found:
        engine.run(VOLUMES, shop.snapshot)
    assert str(elsewhere) in found.value.message


def test_a_shard_that_is_missing_is_named(spark, shop, tmp_path):
    folder = tmp_path / "shop" / "snapshots" / shop.snapshot.id
    shutil.copytree(shop.snapshot.folder, folder)
    shutil.rmtree(folder / "shard-001")
    with pytest.raises(NotFoundError, match="shard-001"):
        spark.run(VOLUMES, Snapshot.open(folder))


def test_a_damaged_array_is_named(spark, shop, tmp_path):
    folder = tmp_path / "shop" / "snapshots" / shop.snapshot.id
    shutil.copytree(shop.snapshot.folder, folder)
    (folder / "shard-001" / "event.npy").write_bytes(b"no array")
    with pytest.raises(DamagedError, match=r"event\.npy"):
        spark.run(VOLUMES, Snapshot.open(folder))


def test_a_worker_without_waypost_says_how_to_install_it(
    spark, shop, bare_python, tmp_path, monkeypatch
):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    engine = _on(spark, bare_python, tmp_path, monkeypatch)
    with pytest.raises(MissingExtraError, match=r"cannot load Waypost.*-m pip install"):
        engine.run(VOLUMES, shop.snapshot)


def test_a_worker_with_another_version_says_which(spark, shop, bare_python, tmp_path, monkeypatch):
    packages = next((bare_python.parent.parent / "lib").iterdir()) / "site-packages"
    (packages / "waypost").mkdir()
    (packages / "waypost" / "__init__.py").write_text('__version__ = "0.0.1"\n')
    other = tmp_path / "python"
    other.write_text(
        f'#!/bin/sh\nexport PYTHONPATH={packages}:$PYTHONPATH\nexec {bare_python} "$@"\n'
    )
    other.chmod(0o755)
    engine = _on(spark, other, tmp_path, monkeypatch)
    with pytest.raises(InputError, match=r"has Waypost 0\.0\.1, this is"):
        engine.run(VOLUMES, shop.snapshot)


def test_a_python_that_workers_do_not_have_is_named(spark, shop, tmp_path, monkeypatch):
    engine = _on(spark, tmp_path / "no-python", tmp_path, monkeypatch)
    with pytest.raises(MissingExtraError, match="no-python"):
        engine.run(VOLUMES, shop.snapshot)


def test_a_snapshot_in_memory_cannot_travel(spark):
    with pytest.raises(InputError, match="only in memory"):
        spark.run(VOLUMES, snapshot_of(events_of("a1"), names="a"))


def test_a_second_session_in_one_process_is_refused(spark):
    with pytest.raises(InputError, match="runs in this process already"):
        SparkEngine("local[1]", settings=LIGHT)


def test_no_master_is_told_at_once(java):
    with pytest.raises(NotFoundError, match="No Spark master answers"):
        SparkEngine(f"spark://127.0.0.1:{free_port()}")


def test_without_java_the_hint_names_one(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingExtraError, match=r"needs Java 17 or newer; there is none.*OpenJDK"):
        SparkEngine("local[1]")


def test_an_old_java_is_refused(tmp_path, monkeypatch):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_392\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingExtraError, match="is version 8"):
        check_java()


def test_without_pyspark_the_hint_names_the_extra(tmp_path):
    script = (
        "import sys; sys.modules['pyspark'] = None\n"
        "from waypost.engines.spark import SparkEngine\n"
        "from waypost.errors import MissingExtraError\n"
        "try: SparkEngine('local[1]')\n"
        "except MissingExtraError as error: print(error)\n"
    )
    run = [sys.executable, "-c", script]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert 'pip install "waypost[spark]"' in said


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Python in worker has different version: 3.12 than that in driver: 3.11, …", InputError),
        ("Job 3 cancelled part of cancelled job group", CancelledError),
        ("ExecutorLostFailure (executor 2 exited caused by …", NotFoundError),
        ("Cannot call methods on a stopped SparkContext.", NotFoundError),
    ],
)
def test_what_spark_says_is_told_in_our_words(text, kind):
    assert isinstance(known_trouble(text), kind)
