"""The map on paper: PDF, PNG and SVG, set by Typst."""

from waypost.exports.printing.papers import PAPERS, Paper, paper_named
from waypost.exports.printing.sheets import print_pdf, print_png, print_svg

__all__ = ["PAPERS", "Paper", "paper_named", "print_pdf", "print_png", "print_svg"]
