"""How far identifiers are trusted: limits, priorities, junk; defaults and a workspace's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from waypost.errors import RuleError, nearest

__all__ = ["IdentitySettings", "KindSettings", "load_settings"]


def _compiles(pattern: str) -> str:
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        raise ValueError(f"{pattern!r} is not a regular expression (RE2): {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class KindSettings(BaseModel):
    """How one kind of identifier is treated.

    ``limit``: how many of the kind a person may have. ``priority``: 0 is trusted most; on a
    conflict the identifier with the higher number is not merged. ``names``: it names a human or an
    account, so two of them can contradict each other. ``shared_above``: seen with more than so many
    values of one naming kind, it is shared and joins nobody (None = never). ``time_bound``: a
    device; when it is shared, its events follow whoever was logged in. ``bridge``: joins records
    across systems, but never two persons who both have a name of the same kind. ``recorded_by``:
    sources that issue or record a bridge's values themselves, where nobody types them; what these
    record may join two sides with one name of a kind each. ``parted_by_name``: several people may
    use it; when their names conflict, each name has its own part of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=5, ge=1)
    priority: int = Field(default=50, ge=0, le=1000)
    names: bool = True
    shared_above: int | None = Field(default=20, ge=1)
    time_bound: bool = False
    bridge: bool = False
    recorded_by: tuple[str, ...] = ()
    parted_by_name: bool = False
    blocked: tuple[str, ...] = ()
    blocked_patterns: tuple[Pattern, ...] = ()


_EVERYBODY = 1_000_000

_DEFAULTS: dict[str, KindSettings] = {
    "user_id": KindSettings(limit=1, priority=10),
    "customer_id": KindSettings(limit=1, priority=20),
    "account": KindSettings(limit=3, priority=25),
    "loyalty_card": KindSettings(limit=3, priority=30, shared_above=10),
    "email": KindSettings(
        priority=40,
        shared_above=5,
        parted_by_name=True,
        blocked_patterns=("^[^@]*$", "^@", "@$", "@.*@"),
    ),
    "phone": KindSettings(
        priority=50, shared_above=5, parted_by_name=True, blocked_patterns=("^[^0-9]*$",)
    ),
    "handle": KindSettings(limit=3, priority=60),
    "device_id": KindSettings(limit=100, priority=80, names=False, shared_above=3, time_bound=True),
    "anonymous_id": KindSettings(
        limit=500,
        priority=90,
        names=False,
        shared_above=3,
        time_bound=True,
        blocked_patterns=("^[0-9-]{1,2}$",),
    ),
    "order_id": KindSettings(
        limit=_EVERYBODY,
        priority=100,
        names=False,
        shared_above=3,
        bridge=True,
        recorded_by=(
            "shopify",
            "woocommerce",
            "segment",
            "ga4",
            "posthog",
            "mixpanel",
            "amplitude",
        ),
    ),
}

_JUNK = (
    "",
    "-",
    "--",
    "-1",
    "0",
    "(none)",
    "(not set)",
    "[object object]",
    "{}",
    "[]",
    "#n/a",
    "anonym",
    "anonymous",
    "anonymous_user",
    "default",
    "dummy",
    "empty",
    "false",
    "gast",
    "guest",
    "keine",
    "n/a",
    "na",
    "nan",
    "nil",
    "no",
    "none",
    "not set",
    "null",
    "test",
    "true",
    "unbekannt",
    "undefined",
    "unknown",
    "user_id",
    "xxx",
)

_JUNK_PATTERNS = (
    r"^[\s0._:/-]+$",  # nothing but zeros and punctuation, like the empty UUID
    r"^(1{6,}|9{6,}|x{3,}|f{8}-?f{4}-?f{4}-?f{4}-?f{12})$",
    (
        r"^(asdf|a|abc|email|foo|bar|mail|name|test|tester|user|void)@"
        r"(example\.[a-z]+|test\.(com|de)|domain\.(com|de)|test|localhost)$"
    ),
)

_ROLES = (
    r"^(admin|billing|bestellung|buchhaltung|contact|einkauf|hello|hallo|help|info|kontakt|mail|"
    r"no-?reply|noreply|office|order|orders|post|postmaster|sales|service|shop|support|team|"
    r"verkauf|versand|webmaster)([._+-][^@]*)?@"
)


_NAMES = (
    "customer_name",
    "customer_first_name + customer_last_name",
    "trait.first_name + trait.last_name",
    "trait.firstname + trait.lastname",
    "trait.vorname + trait.nachname",
    "first_name + last_name",
    "vorname + nachname",
    "kundenname",
    "trait.name",
)


class IdentitySettings(BaseModel):
    """All of it; ``kinds`` overrides the shipped settings field by field.

    ``blocked`` and ``blocked_patterns`` hold for every kind, compared without regard to case; a
    pattern is searched for, so anchor it. ``role_mailboxes`` finds e-mail addresses of functions
    rather than humans: such a one is shared as soon as two persons use it. ``lead_seconds``: on a
    shared device, how long before its first login an event still belongs to who logs in.
    ``person_names``: attributes that hold a person's name, ``first + last`` where two do; of
    several in an event the first listed counts. Without any, names part nobody.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: dict[str, KindSettings] = Field(default_factory=dict)
    blocked: tuple[str, ...] = _JUNK
    blocked_patterns: tuple[Pattern, ...] = _JUNK_PATTERNS
    also_blocked: tuple[str, ...] = ()
    role_mailboxes: tuple[Pattern, ...] = (_ROLES,)
    person_names: tuple[str, ...] = _NAMES
    lead_seconds: int = Field(default=1800, ge=0)

    def name_attributes(self) -> list[tuple[str, ...]]:
        """``person_names`` taken apart: one attribute each, or first and last name."""
        taken = (tuple(part.strip() for part in one.split("+")) for one in self.person_names)
        return [parts[:2] for parts in taken if parts[0]]

    def of(self, kind: str) -> KindSettings:
        """The settings of a kind: its own, else its family's, each over the shipped ones.

        The family of ``customer_id.shopify`` is ``customer_id``. An unknown kind is a name, which a
        person may have five of.
        """
        family = kind.split(".", 1)[0]
        shipped = _DEFAULTS.get(family, KindSettings())
        own = self.kinds.get(kind, self.kinds.get(family))
        if own is None:
            return shipped
        return shipped.model_copy(
            update={name: getattr(own, name) for name in own.model_fields_set}
        )


def load_settings(path: Path) -> IdentitySettings:
    """The settings in a YAML file, else the shipped ones; ``RuleError`` if it is wrong."""
    if not path.exists():
        return IdentitySettings()
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleError(f"{path.name} is not YAML: {error}.", path=path) from error
    try:
        return IdentitySettings.model_validate(content or {})
    except ValidationError as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: ValidationError) -> RuleError:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "the file"
    known = [*IdentitySettings.model_fields, *KindSettings.model_fields]
    like = nearest(str(first["loc"][-1]), known) if first["type"] == "extra_forbidden" else []
    return RuleError(
        f"{path.name}: {place}: {first['msg']}.",
        hint=f"Did you mean {like[0]!r}?" if like else f"Known settings: {', '.join(known)}.",
        path=path,
        place=place,
    )
