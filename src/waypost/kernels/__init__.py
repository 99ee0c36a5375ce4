"""Numeric functions on arrays, and partials that add."""
