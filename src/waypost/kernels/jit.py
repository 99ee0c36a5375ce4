"""How kernels are compiled: without the interpreter lock, cached on disk, bounds unchecked."""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
import os
import platform
import re
import sys
import tempfile
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["kept_code", "kernel", "sealed"]

F = TypeVar("F", bound=Callable[..., Any])

_COMPILING = threading.Lock()
_IMPORTED = re.compile(r"^from (waypost\.kernels\.\w+) import", re.MULTILINE)


@functools.cache
def _source(module: str) -> str:
    there = sys.modules.get(module)
    known = importlib.util.find_spec(module) if there is None else there.__spec__
    loader: Any = None if known is None else known.loader
    return (loader.get_source(module) if hasattr(loader, "get_source") else None) or ""


@functools.cache
def _digest(module: str) -> str:
    """Of the sources of a module and of all kernels that it imports, and these import."""
    found, left = {module}, [module]
    while left:
        new = set(_IMPORTED.findall(_source(left.pop()))) - found
        found |= new
        left += new
    texts = "\0".join(_source(name) for name in sorted(found))
    return hashlib.sha256(texts.encode()).hexdigest()


class _Kernel:
    """A function that Numba compiles when it is first called, by Python or by another kernel.

    Importing Numba takes about half a second, so a program that asks no question never does.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._compiled: Any = None
        self._nested: Any = None

    def __call__(self, *arguments: Any) -> Any:
        compiled = self._compiled
        return (self._dispatcher() if compiled is None else compiled)(*arguments)

    @property
    def _numba_type_(self) -> Any:
        """What Numba asks for when one kernel calls another."""
        with _COMPILING:
            if self._nested is None:
                self._nested = _nested(self._function)
        return self._nested._numba_type_

    @property
    def py_func(self) -> Callable[..., Any]:
        """The plain Python function, for tests and debuggers."""
        return self._function

    def _dispatcher(self) -> Any:
        with _COMPILING:
            if self._compiled is None:
                self._compiled = _compiled(self._function)
        return self._compiled


def kept_code() -> Path:
    """A folder of this user for notes on machine code of these very kernels and this machine.

    It changes with the source of any kernel, with Numba, LLVM, Python and the processor.
    """
    here = Path(__file__).parent
    texts = [file.read_bytes() for file in sorted(here.glob("*.py"))]
    made_with = (str(here), version("numba"), version("llvmlite"), sys.version, _processor())
    digest = hashlib.sha256(b"\0".join([*texts, *(text.encode() for text in made_with)]))
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    if not base:
        home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where there is none
        base = f"{home}/.cache" if home != "~" else tempfile.gettempdir()
    return Path(base) / "waypost" / f"kernels-{digest.hexdigest()[:16]}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return "".join(sorted({line for line in lines if line.startswith(("model name", "flags"))}))


def _compiled(function: Callable[..., Any], **options: bool) -> Any:
    numba = importlib.import_module("numba")
    same = {"nogil": True, "cache": True, "boundscheck": False, "no_cfunc_wrapper": True}
    try:
        return _stamped(numba.njit(**same, **options)(function))
    except RuntimeError:  # no folder that machine code could be kept in
        return numba.njit(**(same | {"cache": False}), **options)(function)


def _nested(function: Callable[..., Any]) -> Any:
    """The function as other kernels call it: no way in from Python, and numbers of one type.

    Numba would compile a function anew for every number that is written out in a call.
    """
    compiled = _compiled(function, no_cpython_wrapper=True)
    file = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if file is not None:
        name = file._index_name.removesuffix(".nbi") + ".nested"  # noqa: SLF001 - as below
        file.__init__(file._cache_path, name, file._source_stamp)  # noqa: SLF001 - as below
    template_of = compiled.get_call_template

    def of_plain_types(arguments: Any, named: Any) -> Any:
        plain = {name: _plain_type(kind) for name, kind in dict(named).items()}
        return template_of(tuple(map(_plain_type, arguments)), plain)

    compiled.get_call_template = of_plain_types
    return compiled


def _plain_type(kind: Any) -> Any:
    """The type without the values that Numba keeps in it."""
    types = importlib.import_module("numba").types
    if isinstance(kind, types.BaseTuple) and not isinstance(kind, types.BaseNamedTuple):
        return types.Tuple([_plain_type(part) for part in kind])
    return types.unliteral(kind)


def _stamped(compiled: Any) -> Any:
    """The same, cached for these sources of all modules that its machine code is made of.

    Numba looks at the source of one module alone, and would keep what was inlined from others.
    """
    file = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if file is not None:
        own = file._source_stamp  # noqa: SLF001 - Numba has no other place for a stamp
        file._source_stamp = (own, _digest(compiled.py_func.__module__))  # noqa: SLF001 - as above
    return compiled


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
