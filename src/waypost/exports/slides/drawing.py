"""Shapes on a slide: text, arms, lines, dots, tables; all sizes in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from waypost.exports.printing.arrow_drawing import LOOKS, ArrowLook
from waypost.exports.printing.drawings import COLOURS
from waypost.exports.routing import Dot
from waypost.exports.slides.texts import Paragraph

__all__ = [
    "LEFT",
    "RIGHT",
    "Box",
    "Dashes",
    "Ends",
    "arm",
    "arrow_key",
    "bar",
    "card",
    "colour",
    "connector",
    "dot",
    "line",
    "note",
    "table",
    "text",
    "write",
]

DATA_FONT, VOICE_FONT = "Calibri", "Georgia"
"""Fonts that office programs bring with them; our own would be missing on other machines."""
TONES = {"": "ink", "quiet": "ink-3", "neg": "neg", "pos": "pos", "light": "surface"}
Box = tuple[float, float, float, float]
"""Left, top, width, height."""
JOINT = 1.0
"""Size in points of the dot at which two connectors meet."""
_TOP, LEFT, _BOTTOM, RIGHT = range(4)
"""Places of a shape's sides that connectors are glued to."""
Dashes = Literal["", "dash", "dot"]


@dataclass(frozen=True, slots=True)
class Ends:
    """What a connector is glued to: both shapes, and the number of the side of each."""

    source: Any
    leaves: int
    target: Any
    enters: int


_ALIGNED = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
_DASHES = {"dash": MSO_LINE.DASH, "dot": MSO_LINE.ROUND_DOT}


def colour(name: str) -> RGBColor:
    """A design token as PowerPoint's colour."""
    red, green, blue = bytes.fromhex(COLOURS[name].lstrip("#"))
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]  # python-pptx has no types


def write(frame: Any, paragraphs: Sequence[Paragraph], size: float, *, align: str = "left") -> None:
    """Fill a text frame; the first paragraph takes the place of the empty one that is there."""
    frame.word_wrap = True
    for index, runs in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.alignment = _ALIGNED[align]
        paragraph.space_after = Pt(size * 0.25)
        for run in runs:
            made = paragraph.add_run()
            made.text = _without_controls(run.text)
            made.font.size = Pt(size)
            made.font.name = VOICE_FONT if run.is_voice or run.is_title else DATA_FONT
            made.font.bold = run.is_strong
            made.font.italic = run.is_voice
            made.font.color.rgb = colour(TONES[run.tone])


def text(
    slide: Any, box: Box, paragraphs: Sequence[Paragraph], size: float, *, align: str = "left"
) -> Any:
    """A text box without a frame."""
    shape = slide.shapes.add_textbox(*(Pt(value) for value in box))
    _inset(shape.text_frame, 2)
    write(shape.text_frame, paragraphs, size, align=align)
    return shape


def arm(slide: Any, box: Box, paragraphs: Sequence[Paragraph], size: float) -> Any:
    """A stage: an arm of the signpost that points onward."""
    shape = slide.shapes.add_shape(MSO_SHAPE.PENTAGON, *(Pt(value) for value in box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour("act")
    shape.line.fill.background()
    _without_style(shape)
    shape.adjustments[0] = min(0.5, 6 / box[3])
    _inset(shape.text_frame, 5)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    write(shape.text_frame, paragraphs, size)
    return shape


def line(
    slide: Any, ends: Box, tone: str = "line-strong", width: float = 0.75, *, dashes: Dashes = ""
) -> Any:
    """A straight line between two points: x and y of both."""
    shape = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *(Pt(value) for value in ends))
    shape.line.color.rgb = colour(tone)
    shape.line.width = Pt(width)
    _without_style(shape)
    if dashes:
        shape.line.dash_style = _DASHES[dashes]
    return shape


def note(slide: Any, box: Box, paragraphs: Sequence[Paragraph], size: float) -> Any:
    """A yellow note: how reality differs from what is drawn."""
    shape = _plain(slide, box, "sign-soft")
    _inset(shape.text_frame, 4)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    write(shape.text_frame, paragraphs, size)
    return shape


def card(slide: Any, box: Box, paragraphs: Sequence[Paragraph], size: float) -> Any:
    """A card in a frame of its own, so that connectors can hold on to it."""
    shape = _plain(slide, box, "surface")
    shape.line.color.rgb = colour("line-strong")
    shape.line.width = Pt(0.75)
    _inset(shape.text_frame, 4)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    write(shape.text_frame, paragraphs, size)
    return shape


def connector(slide: Any, dots: Sequence[Dot], ends: Ends, kind: str, words: str) -> None:
    """An arrow with right angles along ``dots``, glued at both ends; ``words`` are its alt text.

    ``dots`` are four (two bends) or six (four bends), beginning and ending level. It is made of
    connectors of one bend that meet in small joints: such a bend is where its ends say, in every
    office program, while those with more bends are moved by some.
    """
    look = LOOKS[kind]
    if len(dots) == 4:  # noqa: PLR2004 - as told above
        middle = Dot(dots[1].x, (dots[0].y + dots[3].y) / 2)
        one = other = _joint(slide, middle, look.colour)
        corners = (middle, middle)
    else:
        corners = (dots[2], dots[3])
        one, other = (_joint(slide, corner, look.colour) for corner in corners)
        sides = (RIGHT, LEFT) if corners[1].x > corners[0].x else (LEFT, RIGHT)
        level = (corners[0].x, corners[0].y, corners[1].x, corners[1].y)
        _dressed(_glued(slide, level, Ends(one, sides[0], other, sides[1])), look)
    begins = Ends(ends.source, ends.leaves, one, _upright(dots[0], corners[0]))
    first = _glued(slide, (*dots[0], *corners[0]), begins, bends=True)
    _dressed(first, look, tip="diamond" if look.has_tail else "")
    arrives = Ends(ends.target, ends.enters, other, _upright(dots[-1], corners[1]))
    last = _glued(slide, (*dots[-1], *corners[1]), arrives, bends=True)
    _dressed(last, look, tip="arrow" if look.is_hollow else "triangle")
    last._element.nvCxnSpPr.cNvPr.set("descr", words)  # noqa: SLF001 - python-pptx has no other way


def arrow_key(slide: Any, ends: Box, kind: str) -> None:
    """A short arrow of that kind, for the legend; ``ends`` begin at its tip."""
    look = LOOKS[kind]
    shape = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *(Pt(value) for value in ends))
    _dressed(shape, look, tip="arrow" if look.is_hollow else "triangle")
    if look.has_tail:
        shape.line._ln.append(_element("a:tailEnd", type="diamond"))  # noqa: SLF001 - python-pptx has no other way


def _upright(here: Dot, joint: Dot) -> int:
    """The side of a joint at which one arrives who comes from ``here``."""
    return _TOP if here.y < joint.y else _BOTTOM


def _joint(slide: Any, at: Dot, tone: str) -> Any:
    box = (at.x - JOINT / 2, at.y - JOINT / 2, JOINT, JOINT)
    return _plain(slide, box, tone)


def _glued(slide: Any, places: Box, ends: Ends, *, bends: bool = False) -> Any:
    """A connector that begins level; with a bend it ends upright."""
    form = MSO_CONNECTOR.ELBOW if bends else MSO_CONNECTOR.STRAIGHT
    shape = slide.shapes.add_connector(form, *(Pt(value) for value in places))
    shape.begin_connect(ends.source, ends.leaves)
    shape.end_connect(ends.target, ends.enters)
    if bends:
        shape._element.spPr.prstGeom.set("prst", "bentConnector2")  # noqa: SLF001 - as above
    return shape


def _dressed(shape: Any, look: ArrowLook, *, tip: str = "") -> None:
    """Colour, width, dashes, and a tip where the connector begins."""
    shape.line.color.rgb = colour(look.colour)
    shape.line.width = Pt(look.width + 0.15)
    _without_style(shape)
    if look.dashes:
        shape.line.dash_style = _DASHES["dash" if look.is_hollow else "dot"]
    if tip:
        shape.line._ln.append(_element("a:headEnd", type=tip))  # noqa: SLF001 - as above


def _element(tag: str, **attributes: str) -> Any:
    made: Any = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(name, value)
    return made


def bar(slide: Any, box: Box, sign: str) -> Any:
    """A part of the bar of knowledge: full, lined, hollow or dashed, by its sign."""
    shape = _plain(slide, box, "ink" if sign == "observed" else "surface")
    if sign == "reported":
        shape.fill.patterned()
        shape.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        shape.fill.fore_color.rgb, shape.fill.back_color.rgb = colour("ink"), colour("surface")
    shape.line.color.rgb = colour("ink")
    shape.line.width = Pt(1)
    if sign == "assumed":
        shape.line.dash_style = MSO_LINE.DASH
    return shape


def _plain(slide: Any, box: Box, fill: str) -> Any:
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *(Pt(value) for value in box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(fill)
    shape.line.fill.background()
    _without_style(shape)
    return shape


def dot(slide: Any, at: tuple[float, float], size: float, fill: str, *, form: str = "rep") -> Any:
    """A point of the curve: round for ratings, a diamond for words, a square for behaviour."""
    forms = {"rep": MSO_SHAPE.OVAL, "text": MSO_SHAPE.DIAMOND}
    box = (at[0] - size / 2, at[1] - size / 2, size, size)
    shape = slide.shapes.add_shape(
        forms.get(form, MSO_SHAPE.RECTANGLE), *(Pt(value) for value in box)
    )
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(fill)
    shape.line.color.rgb = colour("ink")
    shape.line.width = Pt(1)
    _without_style(shape)
    return shape


def table(slide: Any, box: Box, widths: Sequence[float], heights: Sequence[float]) -> Any:
    """A table without the program's own colours: hairlines only."""
    frame = slide.shapes.add_table(len(heights), len(widths), *(Pt(value) for value in box))
    made = frame.table
    style = made._tbl.tblPr.find(qn("a:tableStyleId"))  # noqa: SLF001 - python-pptx has no other way
    if style is not None:
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "no style, no grid"
    made.first_row = made.horz_banding = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Pt(width)
    for row, height in zip(made.rows, heights, strict=True):
        row.height = Pt(height)
    return made


def _without_style(shape: Any) -> None:
    """Take the theme's own look off, which carries a shadow."""
    style = shape._element.find(qn("p:style"))  # noqa: SLF001 - python-pptx has no other way
    if style is not None:
        shape._element.remove(style)  # noqa: SLF001


def _inset(frame: Any, points: float) -> None:
    frame.margin_left = frame.margin_right = Pt(points)
    frame.margin_top = frame.margin_bottom = Pt(1)


def _without_controls(text: str) -> str:
    """XML has no place for control characters; a lone surrogate is told as the sign for unknown."""
    kept = "".join(sign for sign in text if sign >= " " or sign in "\t\n")
    return kept.encode("utf-8", "replace").decode("utf-8")
