"""How kernels are compiled: without the interpreter lock, cached on disk, bounds unchecked."""

from __future__ import annotations

import functools
import importlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["kernel", "sealed"]

F = TypeVar("F", bound=Callable[..., Any])

_COMPILING = threading.Lock()


class _Kernel:
    """A function that Numba compiles when it is first called, by Python or by another kernel.

    Importing Numba takes about half a second, so a program that asks no question never does.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._compiled: Any = None

    def __call__(self, *arguments: Any) -> Any:
        compiled = self._compiled
        return (self._dispatcher() if compiled is None else compiled)(*arguments)

    @property
    def _numba_type_(self) -> Any:
        """What Numba asks for when one kernel calls another."""
        return self._dispatcher()._numba_type_

    @property
    def py_func(self) -> Callable[..., Any]:
        """The plain Python function, for tests and debuggers."""
        return self._function

    def _dispatcher(self) -> Any:
        with _COMPILING:
            if self._compiled is None:
                numba = importlib.import_module("numba")
                options = {"nogil": True, "cache": True, "boundscheck": False}
                self._compiled = numba.njit(**options)(self._function)
        return self._compiled


def kernel(function: F) -> F:
    """Compile ``function`` on its first call; every argument is an array or a number."""
    return cast("F", _Kernel(function))


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """The same numbers as a contiguous, read-only plain array.

    Numba compiles anew for writable, read-only and memory-mapped arrays; sealed ones are one type.
    """
    plain = np.ascontiguousarray(array).view(np.ndarray)
    if plain.flags.writeable:
        plain = plain.view()
        plain.flags.writeable = False
    return plain
