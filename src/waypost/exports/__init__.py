"""The map as a page."""
