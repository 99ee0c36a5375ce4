"""A folder in which most files are bad, added as a whole: all good ones in, all bad ones named."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import waypost
from tests.intake.tables.bad_files import write_bad_files
from waypost.app import Workspace
from waypost.errors import FilesRefusedError, NotFoundError, UnreadableFileError
from waypost.intake import ImportReport
from waypost.kit import SilentProgress

MAPPING = """\
name: visits
time: at
event: page_viewed
identifiers: {email: email}
key: id
"""
HEADER = "id,at,email"
MIB = 1 << 20

Account = tuple[int, int, int]
"""Records, stored, in quarantine."""


def rows(count: int, *, first: int = 0, note: str = "") -> str:
    lines = (
        f"{first + k},2024-03-{k % 28 + 1:02d}T10:00:00Z,{note}p{k}@example.org"
        for k in range(count)
    )
    return "".join(f"{line}\n" for line in lines)


def table(count: int, *, first: int = 0) -> str:
    return f"{HEADER}\n{rows(count, first=first)}"


def untidy() -> dict[str, tuple[bytes, Account]]:
    """Files that are bad but readable, and the account each must have."""
    cut = gzip.compress(table(4_000, first=10_000).encode(), mtime=0)
    ends = ("\n", "\r\n")
    mixed = "".join(
        line + ends[k % 2] for k, line in enumerate(table(30, first=20_000).splitlines())
    )
    dates = ("2024-01-31", "31.01.2024", "01/31/2024")
    styles = "".join(f"{25_000 + k},{on},a@example.org\n" for k, on in enumerate(dates))
    towns = "".join(f"{line},Köln\n" for line in rows(20, first=2_000).splitlines())
    long_line = f"4002,2024-01-01,{'y' * (65 * MIB)}\n4003,2024-01-01,z@example.org\n"
    ragged = "5003,2024-01-01\n5004,2024-01-01,a@example.org,1,2\n"
    no_time = "6003,,a@example.org\n6004,soon,b@example.org\n"
    return {
        "plain.csv": (table(50).encode(), (50, 50, 0)),
        "utf16.csv": (table(20, first=1_000).encode("utf-16"), (20, 20, 0)),
        "cp1252.csv": (f"{HEADER},ort\n{towns}".encode("cp1252"), (20, 20, 0)),
        "header_only.csv": (f"{HEADER}\n".encode(), (0, 0, 0)),
        "mixed_newlines.csv": (mixed.encode(), (30, 30, 0)),
        "nul.csv": (table(20, first=3_000).encode().replace(b"p7@", b"p\x007@"), (20, 19, 1)),
        "long_line.csv": ((table(2, first=4_000) + long_line).encode(), (4, 3, 1)),
        "ragged.csv": ((table(3, first=5_000) + ragged).encode(), (5, 4, 1)),
        "no_time.csv": ((table(3, first=6_000) + no_time).encode(), (5, 3, 2)),
        "duplicate_columns.csv": (
            b"id,at,email,email\n7000,2024-01-01,a@example.org,b@example.org\n", (1, 1, 0),
        ),
        "truncated.csv.gz": (cut[: len(cut) // 2], (-1, -1, 1)),
        "styles.csv": (f"{HEADER}\n{styles}".encode(), (3, -1, -1)),
    }  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    shop = waypost.create(tmp_path / "Läden & mehr" / "shop")
    (shop.path / "mappings").mkdir()
    (shop.path / "mappings" / "visits.yaml").write_text(MAPPING)
    return shop


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


def rows_in_log(shop: Workspace) -> int:
    return sum(part.batch.num_rows for part in shop.log.scan(["at"]))


def accounted(report: ImportReport) -> int:
    used = report.stored + report.updated + report.duplicate
    return used + report.quarantined + sum(report.ignored.values())


def test_one_folder_of_bad_files_loses_no_record_and_stops_at_none(
    shop: Workspace, exports: Path
) -> None:
    write_bad_files(exports)
    unusable = {path.name for path in exports.iterdir()} - set(untidy())
    for name, (content, _) in untidy().items():
        (exports / name).write_bytes(content)

    with pytest.raises(FilesRefusedError) as caught:
        shop.add(exports)

    reports = {report.file: report for report in caught.value.reports}
    assert {Path(name).name for name in caught.value.refused} == unusable
    assert set(reports) == set(untidy())
    assert all(report.records == accounted(report) for report in reports.values())
    assert rows_in_log(shop) == sum(report.new_events for report in reports.values())
    for one in shop.log.batches():
        found = sum(1 for _ in shop.log.quarantined(one.batch))
        assert found == one.account["quarantined"], one.file
    assert shop.check() == []


@pytest.mark.parametrize("name", untidy())
def test_an_untidy_file_has_its_account(shop: Workspace, exports: Path, name: str) -> None:
    content, expected = untidy()[name]
    (exports / name).write_bytes(content)

    (report,) = shop.add(exports / name)

    found = (report.records, report.stored, report.quarantined)
    assert all(want in (-1, have) for want, have in zip(expected, found, strict=True)), found
    assert report.records == accounted(report)
    assert rows_in_log(shop) == report.stored


def test_every_refused_file_says_what_is_wrong_and_what_to_do(
    shop: Workspace, exports: Path
) -> None:
    write_bad_files(exports)

    with pytest.raises(FilesRefusedError) as caught:
        shop.add(exports)

    for name, error in caught.value.refused.items():
        assert Path(name).name in error.message, name
        assert error.hint, name
        assert len(str(error)) < 600, name


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _locked_zip(path: Path) -> None:
    """A zip whose member claims to be encrypted, as a protected one does."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("orders.csv", table(3))
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    path.write_bytes(bytes(content))


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere.csv")


def _own_link(path: Path) -> None:
    path.symlink_to(path.name)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("spoil", [_empty, _locked_zip, _dangling, _own_link, _pipe])
def test_a_bad_neighbour_does_not_keep_a_good_file_out(
    shop: Workspace, exports: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(exports / "a_bad.csv")
    (exports / "b_good.csv").write_text(table(50))

    with pytest.raises(FilesRefusedError, match=r"1 of 2 files.*\n.*a_bad\.csv") as caught:
        shop.add(exports)

    assert [report.stored for report in caught.value.reports] == [50]
    assert rows_in_log(shop) == 50


def test_alone_a_bad_file_raises_its_own_error(shop: Workspace, exports: Path) -> None:
    _empty(exports / "a.csv")

    with pytest.raises(UnreadableFileError, match="is empty"):
        shop.add(exports / "a.csv")


def test_a_path_that_is_not_there_is_told_before_anything_is_imported(
    shop: Workspace, exports: Path
) -> None:
    (exports / "good.csv").write_text(table(5))

    with pytest.raises(NotFoundError, match="missing"):
        shop.add(exports / "good.csv", exports / "missing.csv")

    assert not shop.log.batches()


def test_a_folder_without_files_is_told(shop: Workspace, exports: Path) -> None:
    (exports / ".DS_Store").write_bytes(b"\x00")

    with pytest.raises(NotFoundError, match="no files"):
        shop.add(exports)


def test_folders_that_link_to_each_other_are_walked_once(shop: Workspace, exports: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (exports / one).mkdir()
        (exports / one / "more").symlink_to(exports / other, target_is_directory=True)
    (exports / "a" / "good.csv").write_text(table(5))

    assert {report.file for report in shop.add(exports)} == {"good.csv"}
    assert rows_in_log(shop) == 5


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_refused_in_words(shop: Workspace, exports: Path) -> None:
    (exports / "good.csv").write_text(table(5))
    (exports / "mine.csv").write_text(table(5))
    (exports / "mine.csv").chmod(0)
    (exports / "ours").mkdir(mode=0)

    with pytest.raises(FilesRefusedError) as caught:
        shop.add(exports)

    assert all("may not read it" in error.message for error in caught.value.refused.values())
    assert len(caught.value.refused) == 2


ODD = ("a b.csv", "ümläut ß.csv", "日本語.csv", "-rf.csv", "q'\"x.csv", "\x1b[1m.csv", "a\nb.csv")


@pytest.mark.parametrize("name", ODD)
def test_file_names_may_be_odd(shop: Workspace, exports: Path, name: str) -> None:
    (exports / name).write_text(table(5))

    (report,) = shop.add(exports)

    assert (report.file, report.stored) == (name, 5)
    assert [commit.file for commit in shop.log.batches()] == [name]


def test_a_hundred_small_files_are_a_hundred_reports(shop: Workspace, exports: Path) -> None:
    for k in range(100):
        (exports / f"{k:03d}.csv").write_text(table(2, first=2 * k))

    reports = shop.add(exports)

    assert [report.stored for report in reports] == [2] * 100
    assert rows_in_log(shop) == 200


class _Writer(SilentProgress):
    """A program that still writes to the file while it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self, task: str, total: int | None) -> None:  # noqa: ARG002 - the protocol asks
        with self.path.open("a") as file:
            file.write(rows(5, first=90_000))


def test_a_file_that_changes_while_it_is_read_is_refused(shop: Workspace, exports: Path) -> None:
    (exports / "growing.csv").write_text(table(50))

    with pytest.raises(UnreadableFileError, match="changed while it was being read"):
        shop.add(exports, progress=_Writer(exports / "growing.csv"))

    assert not shop.log.batches()
    (report,) = shop.add(exports)
    assert report.stored == 55


def test_a_full_disk_is_told_and_leaves_nothing_half_done(shop: Workspace, exports: Path) -> None:
    (exports / "big.csv").write_text(table(120_000))
    words = ["add", str(shop.path), str(exports / "big.csv")]
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        f"from waypost.cli.start import run; sys.exit(run({words!r}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )

    assert (done.returncode, "Traceback" in done.stderr) == (4, False), done.stderr
    assert not waypost.open(shop.path).log.batches()
    assert shop.check() == []
    assert shop.add(exports)[0].stored == 120_000
