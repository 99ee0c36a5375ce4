"""SQL documents: users, roles, maps and their changes, comments, jobs."""

from waypost.documents import (
    account_tables,
    job_tables,
    map_tables,
    persona_tables,
    question_tables,
    work_tables,
)
from waypost.documents.base import Base, Instant
from waypost.documents.database import Database

__all__ = [
    "Base",
    "Database",
    "Instant",
    "account_tables",
    "job_tables",
    "map_tables",
    "persona_tables",
    "question_tables",
    "work_tables",
]
