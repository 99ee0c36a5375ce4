"""Binding: the rules that say which events are which touchpoint, channel and stage."""

from waypost.journeys.binding.compiling import Binding, bind
from waypost.journeys.binding.lookup import open_duckdb, truth_of
from waypost.journeys.binding.matching import Rule
from waypost.journeys.binding.rule_file import RuleFile, parse_rules, read_rules
from waypost.journeys.binding.rulebooks import RULEBOOKS

__all__ = [
    "RULEBOOKS",
    "Binding",
    "Rule",
    "RuleFile",
    "bind",
    "open_duckdb",
    "parse_rules",
    "read_rules",
    "truth_of",
]
