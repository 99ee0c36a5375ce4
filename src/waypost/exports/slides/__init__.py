"""The map as slides: real shapes and text that a team can go on editing."""

from waypost.exports.slides.deck import slides_pptx

__all__ = ["slides_pptx"]
