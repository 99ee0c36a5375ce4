"""Nouns: event, channel, stage, step, touchpoint, provenance."""

from waypost.model.channels import KNOWN_CHANNELS
from waypost.model.events import (
    ATTRIBUTE_PREFIX,
    CORE_SCHEMA,
    IDENTIFIER_PREFIX,
    RANKS_PER_RECORD,
    Event,
    Flag,
)
from waypost.model.provenance import Provenance
from waypost.model.structure import UNBOUND, Label, Stage, Step, Touchpoint, label_in

__all__ = [
    "ATTRIBUTE_PREFIX",
    "CORE_SCHEMA",
    "IDENTIFIER_PREFIX",
    "KNOWN_CHANNELS",
    "RANKS_PER_RECORD",
    "UNBOUND",
    "Event",
    "Flag",
    "Label",
    "Provenance",
    "Stage",
    "Step",
    "Touchpoint",
    "label_in",
]
