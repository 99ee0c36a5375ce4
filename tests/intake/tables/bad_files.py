"""A folder of files as they should not be: each is read in full account or refused in words."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["write_bad_files"]

MIB = 1 << 20
_SHOPS = b"id,town,price\n1,Bonn,2.5\n2,Ulm,3.5\n"


def write_bad_files(folder: Path) -> None:
    """Write them all; the names say what is wrong."""
    for name, content in _contents().items():
        (folder / name).write_bytes(content)


def _contents() -> dict[str, bytes]:
    return {**_texts(), **_packed(), **_binaries()}


def _rows(number: int, *, newline: str = "\n", delimiter: str = ",") -> str:
    lines = (delimiter.join((str(k), f"Ort {k}", f"{k}.50")) for k in range(number))
    return newline.join(["id,town,price".replace(",", delimiter), *lines, ""])


def _texts() -> dict[str, bytes]:
    mixed = _rows(30).split("\n")
    ends = ("\n", "\r\n", "\n", "\r\n")
    wide = ",".join(f"c{k}" for k in range(10_000))
    return {
        "empty.csv": b"",
        "blank.csv": b" \r\n\n  \n",
        "header_only.csv": b"id,town,price\n",
        "cp1252.csv": _rows(20).replace("Ort", "Köln – Süd").encode("cp1252"),
        "claims_nothing_utf16.csv": _rows(20).replace("Ort", "Öde").encode("utf-16-le"),
        "utf16.csv": _rows(20).encode("utf-16"),
        "utf32.csv": _rows(20).encode("utf-32"),
        "late_cp1252.csv": (_rows(60_000) + "1,").encode() + "Köln,2.50\n".encode("cp1252"),
        "one_bad_byte.csv": _rows(50).replace("Ort", "Grün").encode() + b"50,Gr\xfcn,1.50\n",
        "nul.csv": _rows(20).encode().replace(b"Ort 7", b"Ort\x007"),
        "nul_tail.csv": _rows(20).encode() + b"\x00" * 4096,
        "mixed_newlines.csv": "".join(
            line + ends[k % 4] for k, line in enumerate(mixed) if line
        ).encode(),
        "old_mac.csv": _rows(20, newline="\r").encode(),
        "broken_cell.csv": _rows(40).replace("Ort 7,", "Ort\n7,").encode(),
        "ragged.csv": b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12,\n13,14,15\n",
        "two_tables.csv": _SHOPS + b"\nname,born\nAnna,1990\nBen,1991\n",
        "duplicate_columns.csv": b"id,note,note,,note_2\n1,a,b,c,d\n2,e,f,g,h\n",
        "three_date_styles.csv": b"id,at\n1,2024-01-31\n2,31.01.2024\n3,01/31/2024\n",
        "columns_10000.csv": (wide + "\n" + ",".join(["1"] * 10_000) + "\n").encode(),
        "line_65_mib.csv": b"id,note\n1,x\n2," + b"y" * (65 * MIB) + b"\n3,z\n",
        "open_quote.csv": b'id,note\n1,"ok, so"\n2,"never closed\n3,ok\n4,ok\n',
        "preamble.csv": b"Report of the shop\nMade 2024-05-01,,\n\n" + _SHOPS,
        "survey_headers.csv": (
            b'Q1,Q2\nHow?,Why?\n"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n5,fine\n'
        ),
        "no_header.csv": b"1,2024-01-02,3.5\n2,2024-01-03,4.5\n3,2024-01-04,5.5\n",
        "cut.json": b'[{"id": 1}, {"id": 2}, {"id": 3, "town": "Bo',
        "bad_lines.jsonl": b'{"id": 1}\n{"id": 2\n\n[3]\n{"id": 4}\n',
    }


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _packed() -> dict[str, bytes]:
    table = _rows(20_000).encode()
    zipped = _zip({"orders.csv": table})
    damaged = bytearray(zipped)
    damaged[len(damaged) // 2] ^= 0xFF
    return {
        "truncated.csv.zst": pa.compress(table, "zstd", asbytes=True)[:-20_000],
        "truncated.csv.bz2": bz2.compress(table[:200_001]) + bz2.compress(table[200_001:])[:-99],
        "truncated.csv.xz": lzma.compress(table)[:-10_000],
        "checksum.csv.gz": gzip.compress(table, mtime=0)[:-8] + b"\x00" * 8,
        "truncated.csv.gz": gzip.compress(table, mtime=0)[:-20_000],
        "named_csv_is_gzip.csv": gzip.compress(table, mtime=0),
        "bomb.csv.gz": gzip.compress(b"a,b\n" + b"0,0\n" * (20 * MIB), mtime=0),
        "bomb.zip": _zip({"a.csv": b"a,b\n" + b"0,0\n" * (20 * MIB)}),
        "nested.zip": _zip({"inner.zip": zipped}),
        "slip.zip": _zip({"../orders.csv": table}),
        "many.zip": _zip({f"{k}.csv": b"a,b\n1,2\n" for k in range(1001)}),
        "cut.zip": zipped[: len(zipped) // 2],
        "damaged.zip": bytes(damaged),
        "gzip_in_gzip.gz": gzip.compress(gzip.compress(table, mtime=0), mtime=0),
    }


def _binaries() -> dict[str, bytes]:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": list(range(100_000))}), sink, compression="none")
    parquet = bytearray(sink.getvalue())
    broken = bytes(parquet[: len(parquet) // 2])
    for at in range(4, len(parquet) // 4):
        parquet[at] ^= 0x5A
    return {
        "junk.csv": bytes((k * 7919 + k // 256) % 256 for k in range(50_000)),
        "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "page.xls": b"<html><body><table><tr><td>1</td></tr></table></body></html>",
        "report.pdf": b"%PDF-1.7\n1 0 obj\n",
        "cut.parquet": broken,
        "damaged.parquet": bytes(parquet),
        "fake.xlsx": _zip({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<broken"}),
    }
