"""Where the workers see what this machine sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

__all__ = ["Mounts"]


@dataclass(frozen=True, slots=True)
class Mounts:
    """Folders of this machine, and under which path the workers have them."""

    pairs: tuple[tuple[Path, Path], ...] = ()

    @classmethod
    def of(cls, mounts: Mapping[str, str]) -> Self:
        """Longer paths first, so that the nearest mount decides."""
        pairs = [(Path(here).resolve(), Path(there)) for here, there in mounts.items()]
        return cls(tuple(sorted(pairs, key=lambda pair: -len(pair[0].parts))))

    def there(self, path: Path) -> Path:
        """The workers' path of an absolute path; the same where no mount has it."""
        for here, there in self.pairs:
            if path.is_relative_to(here):
                return there / path.relative_to(here)
        return path
