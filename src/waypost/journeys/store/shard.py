"""The arrays of a snapshot, memory-mapped when first touched."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.errors import DamagedError
from waypost.kernels.person_bounds import PersonBounds
from waypost.kernels.postings import Postings
from waypost.kit.array_files import mapped_array

__all__ = ["EventArrays", "Shard"]

Array = np.ndarray[Any, np.dtype[Any]]

_SHARED: dict[tuple[str, bytes], Array] = {}
_SHARING = Lock()


def everywhere(entry: Array, length: int) -> Array:
    """A read-only array with one entry throughout; all shards share the memory of the longest."""
    key = (entry.dtype.str, entry.tobytes())
    with _SHARING:
        known = _SHARED.get(key)
        if known is None or len(known) < length:
            known = _SHARED[key] = _read_only(np.full(length, entry))
        return known[:length]


def _mapped(path: Path, *, absent: np.dtype[Any] | None = None, one_for_all: bool = False) -> Array:
    """The array in ``path``, mapped read-only; no file and ``absent`` given: empty.

    Without dimension, one entry standing for all, it may only be where that is said.
    """
    try:
        return mapped_array(path, dimensions=(0, 1) if one_for_all else (1,))
    except FileNotFoundError as error:
        if absent is not None:
            return _read_only(np.empty(0, dtype=absent))
        raise DamagedError(
            f"{_name(path)} is missing.",
            hint="If a newer snapshot was built meanwhile, open the current one; "
            "else run `waypost build` again.",
            path=path,
        ) from error
    except (ValueError, OSError) as error:
        raise DamagedError(
            f"{_name(path)} cannot be read: {error}.",
            hint="Run `waypost build` again.",
            path=path,
        ) from error


def _read_only(array: Array) -> Array:
    array.flags.writeable = False
    return array


def _name(path: Path) -> str:
    return "/".join(path.parts[-3:])


class EventArrays:
    """Events as parallel arrays in one folder; every array is mapped on its first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def at(self) -> NDArray[np.signedinteger[Any]]:
        """Ticks since the snapshot's epoch: ``int32`` or ``int64``."""
        return _mapped(self.folder / "at.npy")

    @cached_property
    def event(self) -> NDArray[np.unsignedinteger[Any]]:
        """Codes of event names: ``uint8`` or ``uint16``, as all codes."""
        return _mapped(self.folder / "event.npy")

    @cached_property
    def channel(self) -> NDArray[np.unsignedinteger[Any]]:
        """Codes of channels."""
        return _mapped(self.folder / "channel.npy")

    @cached_property
    def touchpoint(self) -> NDArray[np.unsignedinteger[Any]]:
        """Codes of touchpoints; 0 is unbound."""
        return _mapped(self.folder / "touchpoint.npy")

    @cached_property
    def stage(self) -> NDArray[np.unsignedinteger[Any]]:
        """Codes of stages; 0 is unbound."""
        return _mapped(self.folder / "stage.npy")

    @cached_property
    def source(self) -> NDArray[np.unsignedinteger[Any]]:
        """Codes of sources."""
        return _mapped(self.folder / "source.npy")

    @cached_property
    def value(self) -> NDArray[np.int64]:
        """Money in minor units; −2^63 is none."""
        return self._of_events("value")

    @cached_property
    def rating(self) -> NDArray[np.float32]:
        """Ratings from −2 to +2; NaN is none."""
        return self._of_events("rating")

    @cached_property
    def row(self) -> NDArray[np.integer[Any]]:
        """Row numbers in the event log."""
        return _mapped(self.folder / "row.npy")

    def _of_events(self, name: str) -> Array:
        """An array of which one entry may stand for all events."""
        array = _mapped(self.folder / f"{name}.npy", one_for_all=True)
        return array if array.ndim else everywhere(array, len(self.at))


class Shard(EventArrays):
    """Some persons' whole journeys: person ``first_person + i`` at ``offsets[i:i + 2]``."""

    def __init__(self, folder: Path, *, first_person: int = 0, overlay: bool = False) -> None:
        super().__init__(folder)
        self.first_person = first_person
        self.overlay = overlay
        self._postings: dict[str, Postings | None] = {}

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Where each person's events begin: ``int64[persons + 1]``."""
        return _mapped(self.folder / "offsets.npy")

    @cached_property
    def hidden(self) -> NDArray[np.uint8]:
        """1 = the overlay shard has this person's journey; empty = nobody is hidden."""
        return _mapped(self.folder / "hidden.npy", absent=np.dtype(np.uint8))

    def postings(self, axis: str) -> Postings | None:
        """Where each code of ``touchpoint`` or ``event`` occurs; None where it was not laid."""
        if axis not in self._postings:
            self._postings[axis] = self._mapped_postings(axis)
        return self._postings[axis]

    def _mapped_postings(self, axis: str) -> Postings | None:
        starts = _mapped(self.folder / f"{axis}.starts.npy", absent=np.dtype(np.int64))
        if not len(starts):
            return None
        return Postings(starts, _mapped(self.folder / f"{axis}.postings.npy"), self._bounds)

    @cached_property
    def _bounds(self) -> PersonBounds:
        return PersonBounds(self.offsets)

    def visible_events(self) -> NDArray[np.bool_]:
        """Per event whether its person is not hidden."""
        if not len(self.hidden):
            return np.ones(int(self.offsets[-1]), dtype=np.bool_)
        return np.repeat(self.hidden == 0, np.diff(self.offsets))

    def of_visible(self, values: Array) -> Array:
        """What ``values``, one per event, has for persons not hidden; itself where nobody is."""
        return values[self.visible_events()] if len(self.hidden) else values

    @property
    def persons(self) -> int:
        """Number of person numbers in this shard, hidden ones included."""
        return len(self.offsets) - 1
