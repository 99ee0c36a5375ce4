"""Tables of text, and the ways in which programs write them down."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

__all__ = ["Written", "messy_bytes", "written_tables"]

_LETTERS = "abcdefghij XYZäöüß€0123456789.-@_"
_SPECIAL = "\",;|\t'\n"


@dataclass(frozen=True)
class Written:
    """What a program wrote: the cells (header first) and the bytes."""

    rows: list[list[str]]
    content: bytes
    encoding: str


def _cell() -> st.SearchStrategy[str]:
    plain = st.text(_LETTERS, max_size=12).map(str.strip)
    loud = st.text(_LETTERS + _SPECIAL, max_size=12)
    return st.one_of(plain, loud, st.integers(0, 10**17).map(str))


@st.composite
def written_tables(draw: st.DrawFn) -> Written:
    """A table with key column, header of words, one dialect and one encoding."""
    width = draw(st.integers(3, 6))
    height = draw(st.integers(5, 14))
    header = [
        "key",
        *[f"{word} name" for word in ("ship", "bill", "town", "note", "last")][: width - 1],
    ]
    body = [
        [str(number), *draw(st.lists(_cell(), min_size=width - 1, max_size=width - 1))]
        for number in range(1000, 1000 + height)
    ]
    delimiter = draw(st.sampled_from(",;\t|"))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]))
    quote_all = draw(st.booleans())
    lines = [
        delimiter.join(_quoted(cell, delimiter, everything=quote_all) for cell in row)
        for row in [header, *body]
    ]
    text = newline.join(lines) + draw(st.sampled_from(["", newline]))
    return Written([header, *body], text.encode(encoding), encoding)


def _quoted(cell: str, delimiter: str, *, everything: bool) -> str:
    if everything or any(sign in cell for sign in (delimiter, '"', "\n")) or cell != cell.strip():
        return '"' + cell.replace('"', '""') + '"'
    return cell


def messy_bytes() -> st.SearchStrategy[bytes]:
    """Bytes made of the pieces that csv readers stumble over."""
    pieces = st.sampled_from(
        [
            b"a",
            b"b1",
            b",",
            b";",
            b'"',
            b'""',
            b"'",
            b"\\",
            b"\n",
            b"\r\n",
            b"\r",
            b" ",
            b"\t",
            b"\xc3\xa4",
            b"\xe4",
            b"\x00",
            b"#",
            b'"x"',
            b',"',
            b'",',
            b'\\"',
        ]
    )
    return st.lists(pieces, max_size=60).map(b"".join)
