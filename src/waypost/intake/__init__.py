"""From files to canonical events: recognise, read, account for every record, keep what failed."""

from waypost.intake.context import ReadContext
from waypost.intake.formats import FORMATS
from waypost.intake.generic.mapping import Mapping, mapping_text, parse_mapping, read_mapping
from waypost.intake.importing import import_file
from waypost.intake.recognition import Recognition, recognise
from waypost.intake.report import ImportReport

__all__ = [
    "FORMATS",
    "ImportReport",
    "Mapping",
    "ReadContext",
    "Recognition",
    "import_file",
    "mapping_text",
    "parse_mapping",
    "read_mapping",
    "recognise",
]
