"""Secrets of links, sessions and tokens: made once, shown once, stored as their fingerprint."""

from __future__ import annotations

import hashlib
import secrets

__all__ = ["fingerprint", "new_secret"]


def new_secret() -> str:
    """A secret of 256 random bits, fit for addresses and cookies."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored of a secret: its SHA-256; who reads the database cannot use it."""
    return hashlib.sha256(secret.encode()).hexdigest()
