"""Sentences that other parts compose in English, said in the session's language."""

from waypost.kit.phrases import said

__all__ = ["said"]
