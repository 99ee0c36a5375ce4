"""Values that name nobody, and values that only look different."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from waypost.identity.settings import IdentitySettings

__all__ = ["blocked_values", "canonical", "canonical_text", "role_mailboxes"]

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
                        "\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0]")  # fmt: skip
_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁɡһոԛԝαοενιρτυχкмтвнгАЕОРСУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdghnqwaoeviptuxkmtbhrAEOPCYXIJSABEZHIKMNOPTYX",
)
_CASELESS = frozenset({"email"})


def canonical_text(kind: str, value: str) -> str:
    """The value as it is compared: NFKC, trimmed, without invisible signs; e-mail in lower case."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", value)).strip()
    return text.lower() if kind in _CASELESS else text


def canonical(kind: str, values: pa.Array) -> pa.Array:
    """``canonical_text`` of each; the plain ASCII values, nearly all, are done in bulk."""
    trimmed = pc.utf8_trim_whitespace(values)
    if kind in _CASELESS:
        trimmed = pc.ascii_lower(trimmed)
    odd = np.flatnonzero(~pc.string_is_ascii(values).to_numpy(zero_copy_only=False))
    if odd.size == 0:
        return trimmed
    mask = np.zeros(len(values), np.bool_)
    mask[odd] = True
    mended = [canonical_text(kind, value) for value in values.take(pa.array(odd)).to_pylist()]
    return pc.replace_with_mask(trimmed, pa.array(mask), pa.array(mended, pa.string()))


def blocked_values(
    kind: str, values: pa.Array, settings: IdentitySettings, decided: Collection[str] = ()
) -> NDArray[np.bool_]:
    """Which canonical values name nobody, by the settings or because somebody decided so.

    Letters of other scripts that look like Latin ones are read as such.
    """
    own = settings.of(kind)
    folded = pc.utf8_lower(_plain(values))
    words = {word.lower() for word in (*settings.blocked, *settings.also_blocked, *own.blocked)}
    blocked = pc.is_in(folded, pa.array(sorted(words), pa.string()))
    for pattern in (*settings.blocked_patterns, *own.blocked_patterns):
        blocked = pc.or_(blocked, _search(folded, pattern))
    if decided:
        names = pa.array(sorted(canonical_text(kind, value) for value in decided), pa.string())
        blocked = pc.or_(blocked, pc.is_in(values, names))
    return np.asarray(blocked.to_numpy(zero_copy_only=False), np.bool_)


def role_mailboxes(values: pa.Array, settings: IdentitySettings) -> NDArray[np.bool_]:
    """Which e-mail addresses belong to a function rather than a human."""
    found = pa.array(np.zeros(len(values), np.bool_))
    for pattern in settings.role_mailboxes:
        found = pc.or_(found, _search(values, pattern))
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)


def _plain(values: pa.Array) -> pa.Array:
    ascii_only = pc.string_is_ascii(values)
    odd = np.flatnonzero(~ascii_only.to_numpy(zero_copy_only=False))
    if odd.size == 0:
        return values
    read = [value.translate(_LOOK_ALIKE) for value in values.take(pa.array(odd)).to_pylist()]
    return pc.replace_with_mask(values, pc.invert(ascii_only), pa.array(read, pa.string()))


def _search(values: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(values, pattern, ignore_case=True)
