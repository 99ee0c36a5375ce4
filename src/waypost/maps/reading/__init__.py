"""A drawn map read against the events: its numbers, and how reality differs from it."""

from waypost.maps.reading.counting import (
    BindingCount,
    Example,
    Nearly,
    TouchpointUse,
    count_binding,
    touchpoints_of,
)
from waypost.maps.reading.filters import ReadingFilter
from waypost.maps.reading.from_map import document_from
from waypost.maps.reading.proposals import Proposal, proposals
from waypost.maps.reading.reading import numbers_id, read_map
from waypost.maps.reading.source import DrawnJourneys, EventSource
from waypost.maps.reading.suppression import suppressed

__all__ = [
    "BindingCount",
    "DrawnJourneys",
    "EventSource",
    "Example",
    "Nearly",
    "Proposal",
    "ReadingFilter",
    "TouchpointUse",
    "count_binding",
    "document_from",
    "numbers_id",
    "proposals",
    "read_map",
    "suppressed",
    "touchpoints_of",
]
