"""The event log, binding, and the journey store."""

from waypost.journeys.log import BatchWriter, Commit, EventLog, QuarantinedRecord, Rows, Segment

__all__ = [
    "BatchWriter",
    "Commit",
    "EventLog",
    "QuarantinedRecord",
    "Rows",
    "Segment",
]
