"""The map as a page, on paper, as slides and in open formats."""

from waypost.exports.files import MAP_FORMATS, FileWishes, map_file
from waypost.exports.html.page import render_html

__all__ = ["MAP_FORMATS", "FileWishes", "map_file", "render_html"]
