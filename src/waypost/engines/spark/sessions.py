"""A Spark context of our own: quiet, with the Python that runs this, or an error that helps."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from waypost.engines.spark.troubles import sparks_errors
from waypost.errors import InputError, MissingExtraError, NotFoundError

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

__all__ = ["check_java", "context_of", "started"]

JAVA: Final = 17
_MASTER = re.compile(r"spark://(?P<places>[^/]+)")
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_QUIET: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def started(master: str, settings: Mapping[str, str], python: str) -> SparkContext:
    """A new context on ``master``; where one runs in this process already, that is an error.

    ``settings`` are Spark's own. Raises ``MissingExtraError`` without PySpark or Java,
    ``NotFoundError`` where no master answers, ``InputError`` for a master that Spark does not know.
    """
    try:
        from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _no_pyspark() from error
    check_java()
    _check_master(master)
    wanted = {**_QUIET, **settings, "spark.driver.extraJavaOptions": _java_options(settings)}
    conf = SparkConf().setMaster(master).setAppName("waypost").setAll(list(wanted.items()))
    try:
        context = SparkContext(conf=conf)
    except ValueError as error:
        raise InputError(
            "A Spark session runs in this process already.",
            hint="Hand it over: SparkEngine(session).",
        ) from error
    except sparks_errors() as error:
        raise _not_started(master, str(error)) from error
    context.pythonExec = python or os.environ.get("PYSPARK_PYTHON") or sys.executable
    return context


def _java_options(settings: Mapping[str, str]) -> str:
    """Errors only; what a task failed with is raised, not logged."""
    quiet = f"-Dlog4j2.configurationFile={Path(__file__).with_name('log4j2.properties').as_uri()}"
    return f"{quiet} {settings.get('spark.driver.extraJavaOptions', '')}".strip()


def _not_started(master: str, text: str) -> InputError:
    first = next((line for line in text.splitlines() if "Exception:" in line), text)
    return InputError(
        f"Spark does not start on {master}: {first.strip(' :')}.",
        hint="Masters are local[2], spark://host:7077, yarn or k8s://…",
        master=master,
    )


def context_of(spark: SparkSession | SparkContext) -> SparkContext:
    """The session's context; ``InputError`` for Spark Connect, which hides its workers."""
    try:
        from pyspark import SparkContext  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise _no_pyspark() from error
    if isinstance(spark, SparkContext):
        return spark
    try:
        return spark.sparkContext
    except sparks_errors() as error:
        raise InputError(
            "A Spark Connect session cannot schedule Waypost's kernels.",
            hint="Use a classic session: SparkSession.builder.master(…).getOrCreate().",
        ) from error


def _no_pyspark() -> MissingExtraError:
    return MissingExtraError(
        "PySpark is not installed.", hint='Install it with: pip install "waypost[spark]"'
    )


def check_java() -> None:
    """Raise ``MissingExtraError`` where there is no Java that Spark runs on."""
    java = _java()
    version = 0 if java is None else _java_version(java)
    if version < JAVA:
        found = "there is none" if java is None else f"{java} is version {version}"
        raise MissingExtraError(
            f"Spark needs Java {JAVA} or newer; {found}.",
            hint="Install a Java runtime (such as OpenJDK 21), or point JAVA_HOME to one.",
        )


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    if not home:
        return shutil.which("java")
    java = Path(home) / "bin" / "java"
    return str(java) if os.access(java, os.X_OK) else None


def _java_version(java: str) -> int:
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - the user's own Java
    found = _VERSION.search(said.stderr + said.stdout)
    return int(found[1]) if found else 0


def _check_master(master: str) -> None:
    """Spark itself would try for a minute and then tell in a stack trace."""
    named = _MASTER.fullmatch(master)
    if named is None:
        return
    for place in named["places"].split(","):
        host, _, port = place.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=5):
                return
        except (OSError, ValueError):
            continue
    raise NotFoundError(
        f"No Spark master answers at {master}.",
        hint="Check host and port (7077 by default), and that the cluster runs.",
        master=master,
    )
