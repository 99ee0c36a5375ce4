"""XES event logs (IEEE 1849): cases with events, read as a stream."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from waypost.errors import InputError, UnreadableFileError
from waypost.intake.context import ReadContext
from waypost.intake.event_batch import chunks_of
from waypost.intake.normalise import parse_time, snake_case
from waypost.intake.records import Chunk, Outcome, Refusal
from waypost.intake.streams import open_bytes
from waypost.model import Event

__all__ = ["XES"]

_PIECE = 1 << 18
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*"
    rb"(?:<\?.*?\?>\s*|<!--.*?-->\s*|<![^\[>]*(?:\[.*?\]\s*)?>\s*)*"
    rb"<(?:\w+:)?log[\s>]",
    re.DOTALL,
)
_NAMED = {
    "lifecycle:transition": "lifecycle",
    "org:resource": "resource",
    "org:group": "group",
    "org:role": "role",
}
_TAGS = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!--|<!\[CDATA\[|<\?"
    rb"|<(/?)(?:[^\s<>/:]+:)?(trace|event)(?=[\s/>])[^<>]*?(/?)>",
    re.DOTALL,
)
_OPENINGS = frozenset({b"<!--", b"<![CDATA[", b"<?"})
_KEPT_ASIDE = frozenset({"concept:name", "time:timestamp"})


@dataclass(frozen=True, slots=True)
class _Xes:
    id: str = "xes"
    label: str = "XES event log (XML)"
    source: str = "xes"
    version: int = 1

    def recognise(self, path: Path, head: bytes) -> float:  # noqa: ARG002 - the protocol's signature
        """Certain for XML whose outermost element is ``log``."""
        return 1.0 if _ROOT.match(head) else 0.0

    def chunks(self, path: Path, context: ReadContext, source: str) -> Iterator[Chunk]:
        """Events in file order; ``line`` counts events from 1, so ties keep their order."""
        with open_bytes(path) as stream:
            yield from chunks_of(_outcomes(stream, path, context), source)

    def count(self, path: Path) -> int:
        """Event elements inside cases, counted by another parser that looks at tags only."""
        return _count(path)


XES = _Xes()


def _outcomes(stream: Any, path: Path, context: ReadContext) -> Iterator[Outcome]:
    seen: Counter[str] = Counter()
    reader = _Reader(path)
    for number, (case, facts) in enumerate(reader.events(stream), 1):
        yield _outcome(case, facts, number, seen=seen, context=context)


class _Reader:
    """Follows the elements of a log and collects (attributes of case, of event)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: dict[str, str] = {}
        self._elements: list[str] = []
        self._keys: list[str] = []
        self._case: dict[str, str] = {}
        self._facts: dict[str, str] = {}
        self._target: dict[str, str] | None = None
        self._ready: list[tuple[dict[str, str], dict[str, str]]] = []

    def events(self, stream: Any) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
        """Every event of the stream with its case, in file order."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            while piece := stream.read(_PIECE):
                parser.Parse(piece, False)  # noqa: FBT003 - expat's own signature
                yield from self._ready
                self._ready = []
            parser.Parse(b"", True)  # noqa: FBT003 - as above
        except expat.ExpatError as error:
            raise _not_well_formed(self._path, error) from error
        yield from self._ready

    def _refuse(self, *_: object) -> None:
        """A DOCTYPE could declare entities that grow without bound."""
        raise UnreadableFileError(
            f"{self._path.name} declares a DOCTYPE, which Waypost refuses.",
            hint="Remove the <!DOCTYPE …> line; event logs need none.",
            path=self._path,
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names.get(tag) or self._names.setdefault(tag, tag.rpartition(":")[2])
        inside = self._elements[-1] if self._elements else ""
        self._elements.append(name)
        if name == "trace" and inside == "log":
            self._target = self._case = {}
        elif name == "event" and inside == "trace":
            self._target = self._facts = {}
        else:
            self._attribute(attributes)

    def _attribute(self, attributes: dict[str, str]) -> None:
        """Nested attributes go below their parent's key, joined by a dot."""
        key = attributes.get("key", "")
        keys = self._keys
        keys.append(key)
        if key and self._target is not None and "value" in attributes:
            whole = key if len(keys) == 1 else ".".join(one for one in keys if one)
            self._target[whole] = attributes["value"]

    def _end(self, _: str) -> None:
        elements = self._elements
        name = elements.pop()
        inside = elements[-1] if elements else ""
        if name == "event" and inside == "trace":
            self._ready.append((self._case, self._facts))
            self._target = self._case
        elif name == "trace" and inside == "log":
            self._target = None
        else:
            self._keys.pop()


def _not_well_formed(path: Path, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(f"{path.name} is no well-formed XML: {error}.", path=path)


def _outcome(
    case: dict[str, str],
    facts: dict[str, str],
    number: int,
    *,
    seen: Counter[str],
    context: ReadContext,
) -> Outcome:
    try:
        return Outcome((number,), (_event(case, facts, number, seen=seen, context=context),))
    except InputError as error:
        raw = "; ".join(f"{key}={value}" for key, value in facts.items())
        return Outcome((number,), refused=(Refusal(number, error.message, raw),))


def _event(
    case: dict[str, str],
    facts: dict[str, str],
    number: int,
    *,
    seen: Counter[str],
    context: ReadContext,
) -> Event:
    name, stamp = facts.get("concept:name"), facts.get("time:timestamp")
    if not name:
        raise InputError("The event has no concept:name.")
    moment = parse_time(stamp, context.zone)
    if moment is None:
        raise InputError("The event has no time:timestamp.")
    identity = case.get("concept:name")
    content = "\0".join(
        (identity or "", *(f"{key}\1{value}" for key, value in sorted(facts.items())))
    )
    digest = hashlib.md5(
        content.encode("utf-8", "surrogatepass"), usedforsecurity=False
    ).hexdigest()
    seen[digest] += 1
    attributes = {"activity": name}
    for key, text in case.items():
        if key != "concept:name":
            attributes[f"case.{snake_case(key)}"] = text
    for key, text in facts.items():
        if text and key not in _KEPT_ASIDE:
            attributes[_NAMED.get(key) or snake_case(key)] = text
    return Event(
        at=moment.at,
        event=snake_case(name) or "unnamed",
        key=f"{digest}:{seen[digest]}",
        line=number,
        identifiers=(("case", identity),) if identity else (),
        attributes=attributes,
        flags=moment.flags,
    )


class _Counter:
    """Counts ``event`` inside ``trace`` as ElementTree's parser meets them."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.events = 0
        self._names: dict[str, str] = {}

    def start(self, tag: str, _: object) -> None:
        """An element begins; its tag has the name space in braces."""
        name = self._names.get(tag)
        if name is None:
            name = self._names[tag] = tag.rpartition("}")[2].rpartition(":")[2]
        if name == "event" and self.path[-1:] == ["trace"]:
            self.events += 1
        self.path.append(name)

    def end(self, _: str) -> None:
        """An element ends."""
        self.path.pop()


def _count(path: Path) -> int:
    with open_bytes(path) as stream:
        head = stream.read(_PIECE)
        if b"\0" in head:
            return _count_wide(path)
        return _count_tags(chain([head], iter(partial(stream.read, _PIECE), b"")))


def _count_tags(pieces: Iterable[bytes]) -> int:
    """Opening tags of events between those of traces; comments and the like are passed over."""
    count, inside, held = 0, False, b""
    for piece in pieces:
        text = held + piece
        at = 0
        for tag in _TAGS.finditer(text):
            if tag[0] in _OPENINGS:
                at = tag.start()
                break
            at = tag.end()
            if tag[2] == b"trace":
                inside = not tag[1] and not tag[3]
            elif tag[2] and not tag[1]:
                count += inside
        else:
            at = max(at, text.rfind(b"<", at))
        held = text[at:] if text.find(b"<", at) >= 0 else b""
    return count


def _count_wide(path: Path) -> int:
    """As ``_count_tags`` for UTF-16, whose tags no search over bytes finds."""
    counter = _Counter()
    parser = ET.XMLParser(target=counter)  # noqa: S314 - expat refuses entity bombs; the reader refuses any DOCTYPE
    with open_bytes(path) as stream:
        try:
            while piece := stream.read(_PIECE):
                parser.feed(piece)
            parser.close()
        except ET.ParseError as error:
            raise _not_well_formed(path, error) from error
    return counter.events
