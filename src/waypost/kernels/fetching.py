"""Ask memory for what is read soon, so that scattered places are waited for together."""

from __future__ import annotations

import functools
import importlib
from typing import Any

from waypost.kernels.coded import Array

__all__ = ["fetch"]


@functools.cache
def _as_instruction() -> Any:
    numba, ir = importlib.import_module("numba"), importlib.import_module("llvmlite.ir")
    types = numba.types

    def asked(_context: Any, array: Any, place: Any) -> Any:  # noqa: ARG001 - as Numba calls it
        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            data = context.make_array(signature.args[0])(context, builder, given[0]).data
            byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
            begin = builder.bitcast(builder.gep(data, [given[1]]), byte)
            kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
            named = importlib.import_module("numba.core.cgutils").get_or_insert_function
            prefetch = named(builder.module, kind, "llvm.prefetch.p0")
            builder.call(prefetch, [begin, number(0), number(3), number(1)])
            return context.get_dummy_value()

        return types.void(array, types.int64), generate

    prefetch = importlib.import_module("numba.extending").intrinsic(asked)
    return numba.njit(nogil=True)(lambda array, place: prefetch(array, place))  # noqa: PLW0108 - an intrinsic cannot be jitted itself


class _Fetch:
    """Compiled as one instruction; Python has nothing to do."""

    def __call__(self, array: Array, place: Any) -> None:
        """Nothing changes."""

    @property
    def _numba_type_(self) -> Any:
        """What Numba asks for when a kernel calls it."""
        return _as_instruction()._numba_type_


fetch = _Fetch()
"""``array[place]`` is read soon; nothing happens for a place that does not exist."""
