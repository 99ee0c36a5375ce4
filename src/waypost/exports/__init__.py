"""The map as a page."""

from waypost.exports.html.page import render_html

__all__ = ["render_html"]
