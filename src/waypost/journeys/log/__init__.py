"""The event log: what arrived, once, in immutable batches that can be taken back."""

from waypost.journeys.log.commits import Commit, Segment, StoredFile
from waypost.journeys.log.event_log import EventLog, QuarantinedRecord
from waypost.journeys.log.fingerprint import text_md5
from waypost.journeys.log.scan import Rows
from waypost.journeys.log.writer import BatchWriter

__all__ = [
    "BatchWriter",
    "Commit",
    "EventLog",
    "QuarantinedRecord",
    "Rows",
    "Segment",
    "StoredFile",
    "text_md5",
]
