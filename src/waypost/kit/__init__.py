"""Helpers with no domain in them."""

from waypost.kit.durations import as_timedelta, duration_words
from waypost.kit.files import (
    exclusive_lock,
    fsync_directory,
    fsync_file,
    publish_directory,
    write_atomically,
)
from waypost.kit.progress import SILENT, Progress, SilentProgress

__all__ = [
    "SILENT",
    "Progress",
    "SilentProgress",
    "as_timedelta",
    "duration_words",
    "exclusive_lock",
    "fsync_directory",
    "fsync_file",
    "publish_directory",
    "write_atomically",
]
