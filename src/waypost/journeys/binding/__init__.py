"""Binding: the rules that say which events are which touchpoint, channel and stage."""

from waypost.journeys.binding.compiling import Binding, bind
from waypost.journeys.binding.counting import BoundCounts, count_bound, count_combos
from waypost.journeys.binding.coverage import Coverage, Unbound, coverage
from waypost.journeys.binding.lookup import open_duckdb, truth_of
from waypost.journeys.binding.matching import Rule
from waypost.journeys.binding.rule_file import RuleFile, parse_rules, read_rules
from waypost.journeys.binding.rulebooks import RULEBOOKS
from waypost.journeys.binding.suggesting import Suggestion

__all__ = [
    "RULEBOOKS",
    "Binding",
    "BoundCounts",
    "Coverage",
    "Rule",
    "RuleFile",
    "Suggestion",
    "Unbound",
    "bind",
    "count_bound",
    "count_combos",
    "coverage",
    "open_duckdb",
    "parse_rules",
    "read_rules",
    "truth_of",
]
