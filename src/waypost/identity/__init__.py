"""Identifiers into persons: guarded, explained, reversible."""

from waypost.identity.decisions import Decision, Decisions
from waypost.identity.persons import Persons, resolve
from waypost.identity.settings import IdentitySettings, KindSettings, load_settings
from waypost.identity.story import (
    EdgeStory,
    IdentifierStory,
    PersonStory,
    Suspicion,
    explain,
    suspicious,
)

__all__ = [
    "Decision",
    "Decisions",
    "EdgeStory",
    "IdentifierStory",
    "IdentitySettings",
    "KindSettings",
    "PersonStory",
    "Persons",
    "Suspicion",
    "explain",
    "load_settings",
    "resolve",
    "suspicious",
]
