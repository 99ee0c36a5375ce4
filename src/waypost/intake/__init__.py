"""From files to canonical events: recognise, read, account for every record, keep what failed."""

from waypost.intake.context import ReadContext
from waypost.intake.format import Format, Group, Signature
from waypost.intake.formats import FORMATS, STREAMS
from waypost.intake.generic.customer_numbers import (
    CustomerNumbers,
    SharedNumbers,
    customer_kinds,
    numbers_of,
    shared_among,
    with_kinds,
)
from waypost.intake.generic.mapping import Mapping, mapping_text, parse_mapping, read_mapping
from waypost.intake.generic.propose import Proposal, propose_mapping
from waypost.intake.importing import import_file
from waypost.intake.recognition import Recognition, recognise
from waypost.intake.replaying import Mended, replay, still_quarantined
from waypost.intake.report import ImportReport
from waypost.intake.trying import Trial, dry_run
from waypost.intake.writing import report_of

__all__ = [
    "FORMATS",
    "STREAMS",
    "CustomerNumbers",
    "Format",
    "Group",
    "ImportReport",
    "Mapping",
    "Mended",
    "Proposal",
    "ReadContext",
    "Recognition",
    "SharedNumbers",
    "Signature",
    "Trial",
    "customer_kinds",
    "dry_run",
    "import_file",
    "mapping_text",
    "numbers_of",
    "parse_mapping",
    "propose_mapping",
    "read_mapping",
    "recognise",
    "replay",
    "report_of",
    "shared_among",
    "still_quarantined",
    "with_kinds",
]
