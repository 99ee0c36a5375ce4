"""Which scale a survey question is answered on, by its wording and the scale it states."""

from __future__ import annotations

import re
from collections.abc import Sequence

from waypost.intake.normalise import SCALES, Scale

__all__ = ["scale_of"]

_NPS = re.compile(r"\bnps\b|recommend|weiterempf(eh|ieh|oh)l|empf(eh|ieh)l(en|st|t)", re.IGNORECASE)
_CSAT = re.compile(r"\bcsat\b|satisf|zufrieden|happy with", re.IGNORECASE)
_CES = re.compile(
    r"\bces\b|\beffort|how easy|\beas(y|ily)\b|difficult|einfach|leicht|aufw(a|ä|e)nd|schwierig",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"\brat(e|ing)\b|how (was|were|well|good)|bewert|benot|beurteil|wie (war|gut|gefiel)|gefallen",
    re.IGNORECASE,
)
_BURDEN = re.compile(
    r"how (much effort|difficult|hard)|wie (viel|gro(ß|ss)|hoch|schwer|schwierig|aufw)",
    re.IGNORECASE,
)
_STATED = re.compile(r"(?<![\w.,])([01])(?![\w.,]\d)(\D{1,80}?)(?<!\d)(10|[4-9])(?!\d)")
_GOOD = re.compile(
    r"\W*(sehr |very |extremely |äußerst |highly )?"
    r"(gut|zufrieden|einfach|leicht|gering|niedrig|satisfied|good|easy|low|excellent|best|top)\b"
    r"|\W*(kein|wenig|no |little |trifft voll|stimme (voll|sehr)|strongly agree|hervorragend)",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\W*(sehr |very |extremely |äußerst |überhaupt |gar )?"
    r"(nicht|un|schlecht|schwierig|schwer|hoch|dissatisf|not|bad|poor|difficult|hard|high|mangelhaft)"
    r"|\W*(stimme (gar |überhaupt )?nicht|strongly disagree|worst)",
    re.IGNORECASE,
)
_SCHOOL = re.compile(r"schulnote|\bnote 1\b", re.IGNORECASE)
_WORST_GRADE = 6.0
_TOPS = {"nps": (10.0,), "csat": (5.0, 7.0, 10.0), "ces": (7.0,)}


def scale_of(label: str, cells: Sequence[str]) -> Scale | None:
    """The scale of a question, None where it is no rating or its answers do not fit.

    ``low`` is the end that is worse: a label like “1 = very good, 5 = poor” gives low 5, high 1,
    and so does asking for effort. The scale in the label counts, else the smallest usual one that
    holds the answers.
    """
    numbers = _numbers(cells)
    kind = _kind(label)
    if numbers is None or not kind:
        return None
    stated = _STATED.search(label)
    if stated is None:
        if _SCHOOL.search(label) and numbers and 1 <= min(numbers) <= max(numbers) <= _WORST_GRADE:
            return _turned("csat" if kind == "rate" else kind, 1, _WORST_GRADE, worse_high=True)
        return _usual(kind, label, numbers) if numbers and kind != "rate" else None
    low, high = float(stated[1]), float(stated[3])
    if numbers and not low <= min(numbers) <= max(numbers) <= high:
        return None
    if kind == "rate":
        kind = "ces" if high == _TOPS["ces"][0] else "csat"
    return _turned(kind, low, high, worse_high=_is_worse_high(label, stated[2]))


def _kind(label: str) -> str:
    """What is asked for first: recommending before all, then satisfaction or effort."""
    if _NPS.search(label):
        return "nps"
    satisfied, easy = _CSAT.search(label), _CES.search(label)
    if satisfied and easy:
        return "csat" if satisfied.start() < easy.start() else "ces"
    if satisfied or easy:
        return "csat" if satisfied else "ces"
    return "rate" if _RATE.search(label) else ""


def _usual(kind: str, label: str, numbers: Sequence[float]) -> Scale | None:
    for top in _TOPS[kind]:
        low = SCALES["nps"].low if top == _TOPS["nps"][0] else 1.0
        if low <= min(numbers) and max(numbers) <= top:
            worse_high = kind == "ces" and bool(_BURDEN.search(label))
            return _turned(kind, low, top, worse_high=worse_high)
    return None


def _is_worse_high(label: str, after_low: str) -> bool:
    """Whether the higher end is the worse one, by what the label says of the lower."""
    if _BAD.match(after_low):
        return False
    return any((_GOOD.match(after_low), _BURDEN.search(label), _SCHOOL.search(label)))


def _turned(kind: str, low: float, high: float, *, worse_high: bool) -> Scale:
    return Scale(kind, high, low) if worse_high else Scale(kind, low, high)


def _numbers(cells: Sequence[str]) -> list[float] | None:
    """The leading numbers, None where a cell has none."""
    found = [re.match(r"\s*(\d+)", cell) for cell in cells]
    if any(match is None for match in found):
        return None
    return [float(match[1]) for match in found if match]
