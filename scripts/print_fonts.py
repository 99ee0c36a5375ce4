"""Cut the print fonts from the screen fonts: one static TrueType file per weight.

Typst and PowerPoint's text measuring read no WOFF2 and no variable fonts. Run once after the screen
fonts change, in an environment of its own: `pip install fonttools brotli && python print_fonts.py`.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ASSETS = Path(__file__).resolve().parents[1] / "src" / "waypost" / "exports" / "assets"
CUTS = {
    # file: (source, axes, family, style name, weight, italic)
    "sans-400": ("source-sans-3", {"wght": 400}, "Waypost Sans", "Regular", 400, False),
    "sans-600": ("source-sans-3", {"wght": 560}, "Waypost Sans", "SemiBold", 600, False),
    "sans-700": ("source-sans-3", {"wght": 660}, "Waypost Sans", "Bold", 700, False),
    "voice-400": (
        "newsreader-normal",
        {"wght": 450, "opsz": 24},
        "Waypost Voice",
        "Regular",
        400,
        False,
    ),
    "voice-400-italic": (
        "newsreader-italic",
        {"wght": 420, "opsz": 10},
        "Waypost Voice",
        "Italic",
        400,
        True,
    ),
}
FAMILY, SUBFAMILY, UNIQUE, FULL, POSTSCRIPT, TYPO_FAMILY, TYPO_STYLE = 1, 2, 3, 4, 6, 16, 17


def cut(name: str) -> Path:
    """Write one static font; its name is ours, as the fonts' licence asks of changed fonts."""
    source, axes, family, style, weight, italic = CUTS[name]
    font = instantiateVariableFont(TTFont(ASSETS / "fonts" / f"{source}.woff2"), axes)
    font.flavor = None
    font["OS/2"].usWeightClass = weight
    names = font["name"]
    for record in list(names.names):
        if record.nameID in {FAMILY, SUBFAMILY, UNIQUE, FULL, POSTSCRIPT, TYPO_FAMILY, TYPO_STYLE}:
            names.removeNames(nameID=record.nameID)
    plain = "Italic" if italic else "Regular" if weight == 400 else "Bold"  # noqa: PLR2004 - a weight
    for number, text in (
        (FAMILY, family),
        (SUBFAMILY, plain),
        (UNIQUE, f"{family} {style}"),
        (FULL, f"{family} {style}"),
        (POSTSCRIPT, f"{family}-{style}".replace(" ", "")),
        (TYPO_FAMILY, family),
        (TYPO_STYLE, style),
    ):
        names.setName(text, number, 3, 1, 0x409)
    target = ASSETS / "print" / f"{name}.ttf"
    font.save(target)
    return target


if __name__ == "__main__":
    for name in CUTS:
        print(cut(name))
