"""How kernels are compiled: without the interpreter lock, cached on disk, bounds unchecked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile ``function`` on its first call; every argument is an array or a number."""
    return cast("F", numba.njit(nogil=True, cache=True, boundscheck=False)(function))
