"""What people said, at the touchpoint where they said it.

From the texts of one step the most typical is quoted: the one whose words occur in most of the
other texts of that step. Addresses and numbers that could name somebody are blotted out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from waypost.journeys import EventLog

__all__ = ["Voice", "blotted", "by_code", "texts_of_rows", "typical", "voices_of_log"]

_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d /()-]{5,}\d|#?\b\d{4,}\b")
_WORD = re.compile(r"[^\W\d_]{4,}")
_SHORTEST, _LONGEST = 18, 140
_COMMON_TEXT = """
    aber alle auch beim bereits dann dass dein deine dem denn diese dieser doch eine einem einen
    einer eines euch eure hallo hätte ihnen ihr ihre ihren immer kann kein keine leider liebe mehr
    meine meinem meinen mich nach nicht noch oder schon sehr seit sich sind über unter viel vielen
    waren wenn werden wird wurde about been could from have hello just more please thanks that
    their them there they this very want were what when with would your
"""
_COMMON_WORDS = frozenset(_COMMON_TEXT.split())


@dataclass(frozen=True, slots=True)
class Voice:
    """One text as written; instant in µs UTC, rating NaN = none, language may be empty."""

    text: str
    at_us: int
    source: str
    rating: float
    language: str


def texts_of_rows(log: EventLog, touchpoints: NDArray[np.integer]) -> dict[int, list[Voice]]:
    """Texts by touchpoint code; ``touchpoints[row]`` is the code of a log row, 0 = leave it out."""
    rows, voices = voices_of_log(log)
    return by_code(touchpoints[rows], voices)


def by_code(codes: NDArray[np.integer], voices: Sequence[Voice]) -> dict[int, list[Voice]]:
    """``voices`` by their codes, ``integer[voices]``; those of code 0 are left out."""
    found: dict[int, list[Voice]] = defaultdict(list)
    for code, voice in zip(codes.tolist(), voices, strict=True):
        if code:
            found[code].append(voice)
    return dict(found)


def voices_of_log(log: EventLog) -> tuple[NDArray[np.int64], list[Voice]]:
    """Rows of the log that have a text, rising, and the texts."""
    rows, voices = [np.zeros(0, np.int64)], []
    for places, batch in _rows_with_text(log):
        rows.append(places)
        voices += [_voice(row) for row in batch.to_pylist()]
    return np.concatenate(rows), voices


def _rows_with_text(log: EventLog) -> Iterator[tuple[NDArray[np.int64], pa.RecordBatch]]:
    columns = ("text", "at", "source", "rating", "a.language")
    for rows in log.scan(columns, filled="text"):
        spoken = pc.and_(pc.is_valid(rows.batch["text"]), pa.array(rows.visible))
        places = np.flatnonzero(spoken.to_numpy(zero_copy_only=False))
        if len(places):
            yield places + rows.first_row, rows.batch.take(pa.array(places))


def _voice(row: Mapping[str, object]) -> Voice:
    at, rating = row["at"], row["rating"]
    return Voice(
        text=" ".join(str(row["text"]).split()),
        at_us=int(at.timestamp() * 1_000_000),  # type: ignore[attr-defined]  # Arrow gives datetime
        source=str(row["source"]),
        rating=float("nan") if rating is None else float(rating),  # type: ignore[arg-type]  # a float
        language=str(row["a.language"] or "")[:2].lower(),
    )


def typical(voices: Sequence[Voice], *, limit: int = 1) -> list[Voice]:
    """The most typical short texts, blotted, most typical first; ties go to the older, then A to Z.

    Only texts of 18 to 140 characters are quoted; a second quote shares less than half of its
    words with the first.
    """
    spread = Counter(word for voice in voices for word in set(_words(voice.text)))
    short = [voice for voice in voices if _SHORTEST <= len(voice.text) <= _LONGEST]
    ranked = sorted(short, key=lambda voice: (-_typicality(voice, spread), voice.at_us, voice.text))
    chosen: list[Voice] = []
    for voice in ranked:
        if len(chosen) == limit:
            break
        if all(_overlap(voice, other) < 0.5 for other in chosen):  # noqa: PLR2004 - half of the words
            chosen.append(voice)
    return [Voice(blotted(v.text), v.at_us, v.source, v.rating, v.language) for v in chosen]


def blotted(text: str) -> str:
    """``text`` with e-mail addresses, telephone and other long numbers replaced by ``…``."""
    return _PERSONAL.sub("…", text)


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _COMMON_WORDS]


def _typicality(voice: Voice, spread: Counter[str]) -> float:
    words = set(_words(voice.text))
    return sum(spread[word] for word in words) / (len(words) + 3)


def _overlap(voice: Voice, other: Voice) -> float:
    one, two = set(_words(voice.text)), set(_words(other.text))
    return len(one & two) / max(1, min(len(one), len(two)))
