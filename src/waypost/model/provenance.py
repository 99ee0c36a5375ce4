"""How a figure or a sentence is known."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Provenance"]


class Provenance(StrEnum):
    """Observed is counted, reported is said, estimated is a model's word, assumed is typed."""

    OBSERVED = "observed"
    REPORTED = "reported"
    ESTIMATED = "estimated"
    ASSUMED = "assumed"
