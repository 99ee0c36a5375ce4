"""Passwords: what makes one good enough, and how it is kept (argon2id)."""

from __future__ import annotations

from functools import lru_cache

from pwdlib import PasswordHash

from waypost.errors import InputError
from waypost.kit.translation import N_

__all__ = ["SHORTEST", "check_password", "hashed", "matches"]

SHORTEST = 12
_LONGEST = 1_000
_FEWEST_SIGNS = 5
_RUNS = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertzuiopasdfghjklyxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
)
_COMMON = (
    "password",
    "passwort",
    "kennwort",
    "letmein",
    "willkommen",
    "welcome",
    "waypost",
    "admin",
)


def check_password(password: str, *, email: str = "", name: str = "") -> None:
    """Nothing for a good password; ``InputError`` with what would make it one.

    Length counts, not the kinds of signs: at least 12, five different ones, no run of the keyboard,
    not a common password or the own address drawn out.
    """
    if len(password) < SHORTEST:
        raise InputError(
            N_("The password is too short: it needs at least 12 characters."),
            hint=N_("Three or four words that do not belong together are easy to remember."),
            field="password",
        )
    if len(password) > _LONGEST:
        raise InputError(N_("The password is too long."), field="password")
    if _is_guessable(password.casefold(), email.casefold(), name.casefold()):
        raise InputError(
            N_("This password is easy to guess."),
            hint=N_("Three or four words that do not belong together are easy to remember."),
            field="password",
        )


def hashed(password: str) -> str:
    """The password as it is stored; takes some 50 ms on purpose."""
    return _hasher().hash(password)


def matches(password: str, stored: str) -> bool:
    """True for the right password; as slow where there is no account (``stored`` empty)."""
    if not stored:
        _hasher().verify(password, _nobody())
        return False
    return _hasher().verify(password, stored)


def _is_guessable(password: str, email: str, name: str) -> bool:
    rest = "".join(c for c in password if c.isalnum())
    if len(set(password)) < _FEWEST_SIGNS or any(rest and rest in run * 2 for run in _RUNS):
        return True
    local = email.partition("@")[0]
    for known in (*_COMMON, local, name, email):
        rest = rest.replace("".join(c for c in known if c.isalnum()) or "\0", "")
    letters = rest.strip("0123456789")
    return len(letters) < _FEWEST_SIGNS - 1


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
