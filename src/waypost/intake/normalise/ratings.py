"""Ratings of every scale on one: −2 (very bad) to +2 (very good)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waypost.errors import InputError

__all__ = ["SCALES", "Scale", "rate"]


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale from ``low`` to ``high`` (low may be the better end), or words with their rating."""

    kind: str
    low: float = 0.0
    high: float = 0.0
    words: Mapping[str, float] | None = None


_GOOD_BAD = {
    "good": 2.0,
    "goodwithcomment": 2.0,
    "good with comment": 2.0,
    "good_with_comment": 2.0,
    "bad": -2.0,
    "badwithcomment": -2.0,
    "bad with comment": -2.0,
    "bad_with_comment": -2.0,
    "gut": 2.0,
    "schlecht": -2.0,
    "satisfied": 1.0,
    "very satisfied": 2.0,
    "neutral": 0.0,
    "neither satisfied nor dissatisfied": 0.0,
    "dissatisfied": -1.0,
    "unsatisfied": -1.0,
    "very dissatisfied": -2.0,
    "very unsatisfied": -2.0,
    "extremely happy": 2.0,
    "very happy": 4 / 3,
    "happy": 2 / 3,
    "unhappy": -2 / 3,
    "very unhappy": -4 / 3,
    "extremely unhappy": -2.0,
    "sehr zufrieden": 2.0,
    "zufrieden": 1.0,
    "eher zufrieden": 1.0,
    "teils/teils": 0.0,
    "weder noch": 0.0,
    "eher unzufrieden": -1.0,
    "unzufrieden": -1.0,
    "sehr unzufrieden": -2.0,
}
_SENTIMENT = {
    "very positive": 2.0,
    "positive": 1.0,
    "positiv": 1.0,
    "pos": 1.0,
    "neutral": 0.0,
    "mixed": 0.0,
    "gemischt": 0.0,
    "neu": 0.0,
    "negative": -1.0,
    "negativ": -1.0,
    "neg": -1.0,
    "very negative": -2.0,
}

SCALES: Mapping[str, Scale] = {
    "stars": Scale("stars", 1, 5),
    "nps": Scale("nps", 0, 10),
    "csat": Scale("csat", words=_GOOD_BAD),
    "csat5": Scale("csat", 1, 5),
    "csat5_turned": Scale("csat", 5, 1),
    "csat7": Scale("csat", 1, 7),
    "csat10": Scale("csat", 1, 10),
    "ces": Scale("ces", 1, 7),
    "ces_turned": Scale("ces", 7, 1),
    "ces5": Scale("ces", 1, 5),
    "ces5_turned": Scale("ces", 5, 1),
    "percent": Scale("percent", 0, 100),
    "sentiment": Scale("sentiment", words=_SENTIMENT),
    "school_grade": Scale("school_grade", 6, 1),
}
"""Scales by name; ``school_grade`` is the German one; on it and on turned ones 1 is best."""

_FIGURES = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}
"""Stars as Google writes them."""


def rate(text: str | None, scale: Scale) -> float | None:
    """The rating between −2 and +2; linear on a numeric scale, None for an empty or unknown word.

    A leading number counts (``9 - very likely``, ``4 stars``), and so do one to five in words.
    Raises ``InputError`` for a number outside the scale.
    """
    if text is None or not text.strip():
        return None
    folded = " ".join(text.split()).casefold()
    if scale.words is not None:
        return scale.words.get(folded)
    try:
        figure = _FIGURES.get(folded) or float(folded.replace(",", ".").split()[0].split("/")[0])
    except ValueError:
        return None
    low, high = sorted((scale.low, scale.high))
    if not low <= figure <= high:
        raise InputError(
            f"{text!r} lies outside the scale {scale.kind} from {scale.low:g} to {scale.high:g}.",
            hint="Choose another scale in the mapping, or mend the cell.",
            value=text,
        )
    return round((figure - scale.low) / (scale.high - scale.low) * 4 - 2, 6)
