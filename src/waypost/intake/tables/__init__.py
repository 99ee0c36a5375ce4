"""Raw tables out of messy files: everything as text, nothing lost, nothing guessed silently."""

from waypost.errors import UnreadableFileError
from waypost.intake.tables.csv_table import CsvTable
from waypost.intake.tables.json_table import JsonTable
from waypost.intake.tables.opening import (
    Refusal,
    Survey,
    first_letters,
    open_tables,
    survey_file,
)
from waypost.intake.tables.passing import CountedPass
from waypost.intake.tables.rows import checked_batches
from waypost.intake.tables.shapes import Dialect, Limits, Reject, Table, TextBatch
from waypost.intake.tables.xml_table import XmlTable

__all__ = [
    "CountedPass",
    "CsvTable",
    "Dialect",
    "JsonTable",
    "Limits",
    "Refusal",
    "Reject",
    "Survey",
    "Table",
    "TextBatch",
    "UnreadableFileError",
    "XmlTable",
    "checked_batches",
    "first_letters",
    "open_tables",
    "survey_file",
]
