"""Four kinds of customers; every person is a mixture of them, so they overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PERSONAS", "TRAITS", "Persona", "interest_table", "trait_table"]

TRAITS = (
    *("intent", "price_sense", "patience", "mail", "social", "account", "app", "mobile"),
    *("store", "call", "episodes", "depth", "consent", "review", "loyalty"),
)


@dataclass(frozen=True, slots=True)
class Persona:
    """Mean traits in the order of ``TRAITS``, and interest in that of ``company.CATEGORIES``."""

    id: str
    label: str
    share: float
    traits: tuple[float, ...]
    interest: tuple[float, ...]


PERSONAS = (
    Persona(
        "pendler",
        "Pendlerin und Pendler",
        0.30,
        (0.10, 0.40, 0.30, 0.25, 0.12, 0.50, 0.34, 0.76, 0.12, 0.05, 0.55, 2.1, 0.80, 0.08, 0.20),
        (0.26, 0.22, 0.04, 0.02, 0.02, 0.32, 0.12),
    ),
    Persona(
        "sport",
        "Ambitionierte Sportfahrer",
        0.20,
        (0.15, 0.35, 0.50, 0.30, 0.22, 0.62, 0.36, 0.36, 0.10, 0.03, 0.85, 3.8, 0.70, 0.13, 0.15),
        (0.08, 0.04, 0.32, 0.24, 0.01, 0.27, 0.04),
    ),
    Persona(
        "familie",
        "Preisbewusste Familien",
        0.28,
        (-0.20, 0.90, 0.45, 0.62, 0.16, 0.36, 0.13, 0.72, 0.18, 0.05, 0.55, 2.9, 0.85, 0.08, 0.30),
        (0.12, 0.14, 0.01, 0.05, 0.30, 0.32, 0.06),
    ),
    Persona(
        "beratung",
        "Beratungssuchende E-Bike-Käufer",
        0.22,
        (-0.05, 0.40, 0.70, 0.36, 0.04, 0.22, 0.04, 0.26, 0.40, 0.20, 0.30, 2.4, 0.80, 0.05, 0.45),
        (0.48, 0.18, 0.01, 0.02, 0.02, 0.13, 0.16),
    ),
)


def trait_table() -> NDArray[np.float64]:
    """Traits as float64 [personas, traits]."""
    return np.array([persona.traits for persona in PERSONAS])


def interest_table() -> NDArray[np.float64]:
    """Interest as float64 [personas, categories]; rows sum to 1."""
    return np.array([persona.interest for persona in PERSONAS])
