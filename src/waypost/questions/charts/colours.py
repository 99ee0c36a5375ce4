"""The colours of charts, light and dark: one colour, one meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waypost.errors import InputError, nearest

__all__ = ["DARK", "FONT", "LIGHT", "Colours", "colours_of"]

FONT = "'Source Sans 3', 'Waypost Sans', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Colours:
    """Ground, ink, and the colours that mean something.

    ``amounts``: more of a thing, least first. ``groups``: sides that have to be told apart, always
    with their name beside them. ``loss``: lost or left. ``gain``: reached a goal.
    """

    ground: str
    sunken: str
    line: str
    strong_line: str
    ink: str
    ink_2: str
    ink_3: str
    act: str
    loss: str
    loss_text: str
    gain: str
    amounts: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def bar(self) -> str:
        """What a plain amount is drawn in."""
        return self.amounts[4]

    def amount(self, part: float) -> tuple[str, str]:
        """Fill of a cell with ``part`` of the greatest amount, and the ink that is read on it."""
        place = min(len(self.amounts) - 1, max(0, int(part * len(self.amounts))))
        return self.amounts[place], self.ground if place >= _DARK_FROM else self.ink


_DARK_FROM = 4

LIGHT = Colours(
    ground="#ffffff",
    sunken="#eaeeec",
    line="#d6ddda",
    strong_line="#7f8b86",
    ink="#15201d",
    ink_2="#47534f",
    ink_3="#5a6662",
    act="#14524a",
    loss="#d2603a",
    loss_text="#b23710",
    gain="#1b5f9e",
    amounts=("#e6efec", "#c3dad3", "#93bcb1", "#5d988b", "#2f7467", "#14524a"),
    groups=("#0f3f73", "#ca7210", "#0a7060", "#97509f", "#4289d8", "#6b1418", "#9d828a", "#c22b14"),
)
DARK = Colours(
    ground="#171f1c",
    sunken="#1f2925",
    line="#2e3934",
    strong_line="#6b7873",
    ink="#e7edea",
    ink_2="#b4c0bb",
    ink_3="#9aa7a2",
    act="#8cd3c0",
    loss="#e06f45",
    loss_text="#f58c66",
    gain="#7db8ec",
    amounts=("#1d302b", "#24473f", "#2f6357", "#468475", "#6dac9c", "#a3d9cb"),
    groups=("#5c82d8", "#f5a11a", "#70c9a2", "#cf9fe6", "#b2e4fa", "#f3ebaa", "#95898b", "#ec5a2a"),
)

_THEMES: Mapping[str, Colours] = {"light": LIGHT, "dark": DARK}


def colours_of(theme: str) -> Colours:
    """The colours of ``light`` or ``dark``; raises ``InputError`` for another word."""
    if theme not in _THEMES:
        near = nearest(theme, _THEMES) or tuple(_THEMES)
        raise InputError(
            f"There is no theme {theme!r}.", hint=f"Choose {' or '.join(near)}.", theme=theme
        )
    return _THEMES[theme]
