"""How each export file begins, ends and is ordered."""

from __future__ import annotations

from dataclasses import dataclass

from waypost.demo.scribes import (
    adverts,
    aircall,
    brandwatch,
    customers,
    mailchimp,
    qualtrics,
    segment,
    shopify,
    square,
    trustpilot,
    zendesk,
)

__all__ = ["FILES", "ExportFile"]

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class ExportFile:
    """The frame of a file; ``between`` stands between two records."""

    name: str
    head: bytes = b""
    tail: bytes = b""
    between: bytes = b""
    newest_first: bool = False


FILES = (
    ExportFile(shopify.FILE, f"{shopify.HEADER}\n".encode(), newest_first=True),
    ExportFile(customers.FILE, f"{customers.HEADER}\n".encode()),
    ExportFile(segment.FILE),
    *(ExportFile(name, f"{head}\n".encode()) for name, head in mailchimp.HEADERS.items()),
    ExportFile(
        mailchimp.ACTIVITY,
        b'{"emails":[\n',
        b"\n]}\n",
        b",\n",
    ),
    ExportFile(zendesk.FILE, _MARK + f"{zendesk.HEADER}\r\n".encode()),
    ExportFile(square.FILE, f"{square.HEADER}\n".encode(), b"\n\n", newest_first=True),
    ExportFile(aircall.FILE, b'{"meta":{"per_page":50},"calls":[\n', b"\n]}\n", b",\n"),
    ExportFile(qualtrics.FILE, _MARK + qualtrics.HEADER_ROWS.encode()),
    ExportFile(trustpilot.FILE, b'{"reviews":[\n', b'\n],"links":[]}\n', b",\n"),
    ExportFile(brandwatch.FILE, _MARK + f"{brandwatch.PREAMBLE}{brandwatch.HEADER}\r\n".encode()),
    ExportFile(adverts.FILE, f"{adverts.HEADER}\r\n".encode("cp1252"), b"\r\n"),
)
