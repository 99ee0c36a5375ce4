"""Patterns of the sentences that other parts compose."""

from waypost.kit.phrase_list import GENERAL, OR, PHRASES

__all__ = ["GENERAL", "OR", "PHRASES"]
