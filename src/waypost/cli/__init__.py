"""Commands: translation only."""

from waypost.cli.start import main

__all__ = ["main"]
