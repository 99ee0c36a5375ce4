"""The journey map as one self-contained page."""
