"""YAML as rule files use it: plain data, with the line of every entry kept for messages.

YAML 1.2 truth only (``true``, ``false``), so that ``no`` and ``off`` are words; no dates, no
anchors, no tags, no key twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from waypost.errors import RuleError

__all__ = ["Source", "read_yaml"]

LARGEST = 1_000_000
Path = tuple[str | int, ...]


class _AnchorError(yaml.MarkedYAMLError):
    """An anchor can blow a small file up into billions of entries."""


class _Loader(yaml.SafeLoader):
    """A loader that guesses only truth, numbers and nothing, and takes no anchors."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The next node; raises ``_AnchorError`` where it has an anchor or is one's copy."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs lack it
        if getattr(event, "anchor", None) is not None:
            raise _AnchorError(problem_mark=event.start_mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


_Loader.yaml_implicit_resolvers = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(null|~|)\Z"), [*"n~", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)\Z"), [*"tf"])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?\d{1,15}\Z"), [*"-0123456789"]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"-?\d{1,15}\.\d{1,9}\Z"), [*"-0123456789"]
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a YAML text holds, and the line (from 1) of each path into it."""

    name: str
    data: object
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the entry, else of the nearest one around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1


def read_yaml(text: str, name: str) -> Source:
    """The data of a YAML text; ``RuleError`` with file and line when it cannot be read."""
    if len(text) > LARGEST:
        raise RuleError(f"{name} is larger than {LARGEST:,} characters.", file=name)
    lines: dict[Path, int] = {}
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = _plain(node, (), lines, name) if node else {}
    except _AnchorError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _unreadable(name, line, "anchors (& and *) are not supported.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise _unreadable(name, line, f"no valid YAML: {problem}.") from error
    except RecursionError as error:
        raise _unreadable(name, 1, "nested too deeply.") from error
    return Source(name, data, lines)


def _unreadable(name: str, line: int, problem: str) -> RuleError:
    return RuleError(
        f"{name}, line {line}: {problem}",
        hint="Check indentation, colons and quotes near that line.",
        file=name,
        line=line,
    )


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int], name: str) -> object:
    line = node.start_mark.line + 1
    lines[path] = line
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), lines, name) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, name)
    return _scalar(node, name)


def _mapping(
    node: yaml.MappingNode, path: Path, lines: dict[Path, int], name: str
) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _unreadable(name, line, "a field's name must be a word.")
        if key.value in found:
            raise _unreadable(name, line, f"“{key.value}” stands twice in one entry.")
        found[key.value] = _plain(value, (*path, key.value), lines, name)
        lines[(*path, key.value)] = line
    return found


def _scalar(node: yaml.Node, name: str) -> object:
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    text = str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text == "true"
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    if kind != "str":
        raise _unreadable(name, node.start_mark.line + 1, f"the tag {node.tag} is not supported.")
    return text
