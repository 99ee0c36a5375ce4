"""Identifiers into persons: guarded, explained, reversible."""
