"""Changes of a rule file as text: entries are set, removed and put in order; all else stays.

Comments above an entry belong to it and move with it. Comments inside an entry that is written anew
are lost; ``inner_comments`` says whether there are any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from waypost.errors import NotFoundError, RuleError

__all__ = ["Entry", "entries_of", "inner_comments", "removed", "reordered", "written"]

_HEAD = """\
# Own rules. They come before the shipped rulebook; the first rule that fits an event decides.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a section: lines ``first`` to ``end`` (exclusive), content from ``start``."""

    id: str
    first: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Section:
    """Where a section stands; ``indent`` are the blanks before its dashes."""

    key_line: int
    end: int
    indent: int
    entries: tuple[Entry, ...]
    is_flow: bool


def entries_of(text: str, section: str) -> tuple[Entry, ...]:
    """The entries of ``touchpoints``, ``steps`` or ``stages``, in the order of the file."""
    found = _section(text, section)
    return found.entries if found else ()


def inner_comments(text: str, section: str, entry_id: str) -> bool:
    """Whether writing the entry anew would lose comments within it."""
    lines = text.splitlines()
    for entry in entries_of(text, section):
        if entry.id == entry_id:
            return any(_has_comment(line) for line in lines[entry.start : entry.end])
    return False


def written(text: str, section: str, content: Mapping[str, Any]) -> str:
    """The text with the entry set: in the place of the one with its id, else as the last."""
    text = text or _HEAD
    found = _block_section(text, section)
    lines = text.splitlines()
    if found is None:
        gap = [""] if lines and lines[-1].strip() else []
        return _joined([*lines, *gap, f"{section}:", *_as_lines(content, 2)])
    new = _as_lines(content, found.indent)
    for entry in found.entries:
        if entry.id == content["id"]:
            return _joined([*lines[: entry.start], *new, *lines[entry.end :]])
    end = found.entries[-1].end if found.entries else found.key_line + 1
    return _joined([*lines[:end], *new, *lines[end:]])


def removed(text: str, section: str, entry_id: str) -> str:
    """The text without the entry and the comments above it; ``NotFoundError`` for none."""
    found = _block_section(text, section)
    lines = text.splitlines()
    for entry in found.entries if found else ():
        if entry.id == entry_id:
            rest = [*lines[: entry.first], *lines[entry.end :]]
            if found and len(found.entries) == 1:
                rest[found.key_line] = f"{section}: []"
            return _joined(rest)
    raise NotFoundError(f"There is no rule “{entry_id}” of your own.", id=entry_id)


def reordered(text: str, section: str, order: Sequence[str]) -> str:
    """The text with the entries in this order; those it does not name keep to the end."""
    found = _block_section(text, section)
    if found is None or not found.entries:
        return text
    lines = text.splitlines()
    places = {entry_id: place for place, entry_id in enumerate(order)}
    ranked = sorted(found.entries, key=lambda entry: places.get(entry.id, len(places)))
    moved = [line for entry in ranked for line in lines[entry.first : entry.end]]
    first, last = found.entries[0].first, found.entries[-1].end
    return _joined([*lines[:first], *moved, *lines[last:]])


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def _as_lines(content: Mapping[str, Any], indent: int) -> list[str]:
    text = yaml.safe_dump(
        [dict(content)], sort_keys=False, allow_unicode=True, default_flow_style=None, width=98
    )
    return [" " * indent + line for line in text.splitlines()]


def _has_comment(line: str) -> bool:
    return line.lstrip().startswith("#") or " #" in line


def _is_aside(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _block_section(text: str, section: str) -> _Section | None:
    """The section in block style; one in flow style or empty is first written as a block."""
    found = _section(text, section)
    if found is not None and found.is_flow:
        raise RuleError(
            f"“{section}” is written in brackets; the page cannot change single entries of it.",
            hint="Write one entry a line, each with a dash, or edit the file as text.",
        )
    return found


def _section(text: str, section: str) -> _Section | None:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise RuleError(f"rules.yaml, line {line}: no valid YAML.", line=line) from error
    if not isinstance(node, yaml.MappingNode):
        return None
    for key, value in node.value:
        if key.value == section:
            return _section_at(text.splitlines(), key.start_mark.line, value)
    return None


def _section_at(lines: Sequence[str], key_line: int, value: yaml.Node) -> _Section:
    if not isinstance(value, yaml.SequenceNode):
        return _Section(key_line, key_line + 1, 2, (), is_flow=False)
    if value.flow_style and value.value:
        return _Section(key_line, value.end_mark.line + 1, 2, (), is_flow=True)
    entries: list[Entry] = []
    before = key_line + 1
    for item in value.value:
        start, end = item.start_mark.line, _content_end(lines, item)
        first = start
        while first > before and _is_aside(lines[first - 1]):
            first -= 1
        entries.append(Entry(_id_of(item), first, start, end))
        before = end
    indent = len(lines[entries[0].start]) - len(lines[entries[0].start].lstrip()) if entries else 2
    end = entries[-1].end if entries else key_line + 1
    return _Section(key_line, end, indent, tuple(entries), is_flow=False)


def _content_end(lines: Sequence[str], item: yaml.Node) -> int:
    """The line behind the entry's last content: a block's own end mark is the next token's."""
    return min(max(_end(item), item.start_mark.line + 1), len(lines))


def _end(node: yaml.Node) -> int:
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return node.end_mark.line + (1 if node.end_mark.column else 0)


def _id_of(item: yaml.Node) -> str:
    if isinstance(item, yaml.MappingNode):
        for key, value in item.value:
            if key.value == "id":
                return str(value.value)
    return ""
