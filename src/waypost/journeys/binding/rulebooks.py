"""The shipped rulebooks, as YAML beside this module."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from waypost.errors import RuleError, nearest
from waypost.journeys.binding.rule_file import RuleFile, parse_rules

__all__ = ["RULEBOOKS", "chain_of", "rulebook"]

RULEBOOKS = ("b2c", "b2b", "saas")
"""Stage sets with steps and touchpoints that a workspace can build on."""

BASE = "contacts"
NOTHING = "none"


def chain_of(own: RuleFile | None, stages: str) -> list[RuleFile]:
    """The files that make up the rules, own first; ``stages`` is the rulebook if own names none."""
    found = [own or RuleFile()]
    name = found[0].extends or stages
    while name != NOTHING:
        found.append(rulebook(name))
        name = found[-1].extends or NOTHING
    return found


@lru_cache(maxsize=8)
def rulebook(name: str) -> RuleFile:
    """A shipped rulebook; ``RuleError`` names the ones there are."""
    if name not in (*RULEBOOKS, BASE):
        near = nearest(name, RULEBOOKS)
        meant = f"Did you mean {', '.join(near)}? " if near else ""
        raise RuleError(
            f"There is no rulebook “{name}”.",
            hint=f"{meant}Allowed: {', '.join((*RULEBOOKS, NOTHING))}.",
            name=name,
        )
    shipped = files("waypost.journeys.binding") / "rulebooks" / f"{name}.yaml"
    return parse_rules(shipped.read_text(encoding="utf-8"), f"rulebook {name}")
