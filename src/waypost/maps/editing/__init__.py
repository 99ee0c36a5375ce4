"""The edited map: entities on stable ids, operations on them, templates, lint."""
