"""Run a question on the shards of a snapshot and add the partials."""

from waypost.engines.local import LocalEngine

__all__ = ["LocalEngine"]
