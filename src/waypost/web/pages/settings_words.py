"""Words of the settings pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from waypost.app.studio.permissions import Right, Role
from waypost.kit.translation import N_

__all__ = ["ACT_NAMES", "FACT_NAMES", "RIGHT_NAMES", "ROLE_MEANINGS", "STAGE_NAMES", "browser_name"]

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
        "email": N_("E-mail"),
        "link": N_("Link"),
        "role": N_("Role"),
        "scopes": N_("Rights"),
        "title": N_("Title"),
        "user": N_("Account"),
        "was": N_("before"),
    }
)

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
