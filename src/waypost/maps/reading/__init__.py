"""A drawn map read against the events: its numbers, and how reality differs from it."""

from waypost.maps.reading.filters import ReadingFilter
from waypost.maps.reading.from_map import document_from
from waypost.maps.reading.reading import numbers_id, read_map
from waypost.maps.reading.source import DrawnJourneys, EventSource

__all__ = [
    "DrawnJourneys",
    "EventSource",
    "ReadingFilter",
    "document_from",
    "numbers_id",
    "read_map",
]
