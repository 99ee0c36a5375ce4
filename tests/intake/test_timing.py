"""However the threads of an import take turns, the log holds the same bytes."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from waypost.intake import ReadContext, import_file, parse_mapping
from waypost.intake.tables import passing
from waypost.journeys.log import EventLog, writer

MAPPING = parse_mapping({"name": "m", "time": "t", "event": "x", "value": "v", "key": "k"})


def _rows() -> str:
    lines = [f"k{n % 4500},2024-05-{1 + n % 28:02d} 10:00:00,{n}\n" for n in range(6000)]
    lines[77] = "k77,gestern,1\n"
    lines[4100] = "k1,2024-05-01,zu,viele\n"
    return "k,t,v\n" + "".join(lines)


def _imported(folder: Path, path: Path) -> dict[str, bytes]:
    log = EventLog.open(folder)
    import_file(log, path, context=ReadContext(), mappings=[MAPPING])
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return {str(one.relative_to(folder)): one.read_bytes() for one in files}


@pytest.mark.parametrize("seed", range(3))
def test_threads_that_are_late_at_random_change_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(_rows())
    monkeypatch.setattr(writer, "SEGMENT_ROWS", 500)
    monkeypatch.setattr("waypost.intake.generic.delivery.ROWS", 300)
    calm = _imported(tmp_path / "calm", path)
    dice = random.Random(seed)
    written, arriving = writer._written, passing.Counting._arriving

    def late_write(*arguments: object) -> object:
        time.sleep(dice.random() / 50)
        return written(*arguments)  # type: ignore[arg-type]  # handed on as they came

    def late_count(counting: passing.Counting) -> Iterator[bytes]:
        for piece in arriving(counting):
            time.sleep(dice.random() / 50)
            yield piece

    monkeypatch.setattr(writer, "_written", late_write)
    monkeypatch.setattr(passing.Counting, "_arriving", late_count)

    assert _imported(tmp_path / "late", path) == calm
    assert sum(name.endswith(".parquet") for name in calm) > 5
