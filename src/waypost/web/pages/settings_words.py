"""Words of the settings pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from waypost.app.studio.permissions import ROLE_NAMES, Right, Role
from waypost.kit.translation import N_, translator
from waypost.web.region_names import country_name, currency_name

__all__ = [
    "ACT_NAMES",
    "RIGHT_NAMES",
    "ROLE_MEANINGS",
    "STAGE_NAMES",
    "browser_name",
    "told_facts",
]

ROLE_MEANINGS: Mapping[Role, str] = MappingProxyType(
    {
        Role.OWNER: N_("everything, also members, settings and identifiers of persons"),
        Role.EDITOR: N_("maps, data and sharing"),
        Role.COMMENTER: N_("see everything and comment"),
        Role.VIEWER: N_("see everything"),
    }
)

RIGHT_NAMES: Mapping[Right, str] = MappingProxyType(
    {
        Right.SEE: N_("Read maps, questions and data"),
        Right.COMMENT: N_("Comment"),
        Right.EDIT_MAPS: N_("Change maps, opportunities and actions"),
        Right.CHANGE_DATA: N_("Import files, change rules, build"),
        Right.SHARE: N_("Share maps by link"),
        Right.REVEAL: N_("See identifiers of persons"),
        Right.ADMINISTER: N_("Members, settings, audit log"),
    }
)

STAGE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "b2c": N_("Shop for everybody"),
        "b2b": N_("Business customers"),
        "saas": N_("Software by subscription"),
        "none": N_("Own stages only"),
    }
)

ACT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "account-made": N_("made an account"),
        "signed-in": N_("signed in"),
        "password-changed": N_("changed the password"),
        "joined": N_("came in by invitation"),
        "invited": N_("invited somebody"),
        "invitation-withdrawn": N_("withdrew an invitation"),
        "member-changed": N_("changed a role"),
        "member-removed": N_("removed a member"),
        "token-made": N_("made a token"),
        "token-revoked": N_("revoked a token"),
        "settings-changed": N_("changed the settings"),
        "map-shared": N_("made a link to a map"),
        "link-revoked": N_("took a link back"),
        "map-role": N_("changed a role on a map"),
        "map-deleted": N_("deleted a map"),
        "segment.add": N_("added a segment"),
        "segment.change": N_("changed a segment"),
        "segment.remove": N_("deleted a segment"),
    }
)

FACT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "address": N_("from the address"),
        "country": N_("Country"),
        "currency": N_("Currency"),
        "email": N_("E-mail"),
        "label": N_("Link"),
        "language": N_("Language"),
        "may_reveal": N_("may see identifiers"),
        "name": N_("Name"),
        "role": N_("Role"),
        "scopes": N_("Rights"),
        "stages": N_("Stages"),
        "user": N_("Account"),
        "was": N_("before"),
        "zone": N_("Time zone"),
    }
)

_ROLES = {str(role): words for role, words in ROLE_NAMES.items()}
_VALUES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "role": {**_ROLES, "none": N_("sees nothing"), "": N_("as in the workspace")},
        "was": _ROLES,
        "scopes": {str(right): words for right, words in RIGHT_NAMES.items()},
        "stages": STAGE_NAMES,
        "language": {"de": "Deutsch", "en": "English"},
        "may_reveal": {"True": N_("yes"), "False": N_("no")},
    }
)
_IDS = ("link", "title")
"""Facts that the entry's subject already tells, or that name something by its id."""


def told_facts(facts: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """The facts of an entry of the log: what each is called, and its value, both in words."""
    text = translator(language).gettext
    return [
        (text(FACT_NAMES.get(name, name)), _told_value(name, value, language))
        for name, value in facts.items()
        if name not in _IDS
    ]


def _told_value(name: str, value: str, language: str) -> str:
    if name == "country":
        return country_name(value, language)
    if name == "currency":
        return currency_name(value, language)
    text, known = translator(language).gettext, _VALUES.get(name, {})
    words = value.split(" ") if name == "scopes" else [value]
    return ", ".join(text(known[word]) if known.get(word) else word for word in words)


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_PLAIN = re.compile(r"[^\w ./()-]")


def browser_name(agent: str) -> str:
    """What people call a browser, by its own words: "Firefox, Windows"; its first words else."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part) or _PLAIN.sub("", agent)[:40]
