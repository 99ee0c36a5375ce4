"""Words of 64 bits: how many are set, and the bytes of a word that a mask keeps."""

from __future__ import annotations

import functools
import importlib
from typing import Any

import numpy as np

from waypost.kernels.jit import kernel

__all__ = ["kept_bytes", "ones"]


@kernel
def ones(word: Any) -> Any:
    """How many bits of a word are set."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    low = np.uint64(0x3333333333333333)
    word = (word & low) + ((word >> np.uint64(2)) & low)
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)


@kernel
def _moved_together(word: Any, mask: Any) -> Any:
    """``kept_bytes`` on processors without an instruction for it."""
    kept, to, byte, eight = np.uint64(0), np.uint64(0), np.uint64(255), np.uint64(8)
    place = np.uint64(0)
    while place < np.uint64(64):
        one = (mask >> place) & byte
        kept |= ((word >> place) & one) << to
        to += eight & one
        place += eight
    return kept


@functools.cache
def _as_one_instruction() -> Any:
    """PEXT (BMI2), compiled; Numba's own way to call an instruction by name."""
    numba, ir = importlib.import_module("numba"), importlib.import_module("llvmlite.ir")
    types = numba.types

    def extracted(context: Any, word: Any, mask: Any) -> Any:  # noqa: ARG001 - as Numba calls it
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            wide = ir.IntType(64)
            kind = ir.FunctionType(wide, [wide, wide])
            named = importlib.import_module("numba.core.cgutils").get_or_insert_function
            return builder.call(named(builder.module, kind, "llvm.x86.bmi.pext.64"), arguments)

        return types.uint64(types.uint64, types.uint64), generate

    pext = importlib.import_module("numba.extending").intrinsic(extracted)
    return numba.njit(nogil=True)(lambda word, mask: pext(word, mask))  # noqa: PLW0108 - an intrinsic cannot be jitted itself


class _KeptBytes:
    """Compiled as one instruction where the processor has it."""

    def __call__(self, word: Any, mask: Any) -> Any:
        return _moved_together(word, mask)

    @property
    def _numba_type_(self) -> Any:
        """What Numba asks for when a kernel calls it."""
        binding = importlib.import_module("llvmlite.binding")
        if binding.get_host_cpu_features().get("bmi2"):
            return _as_one_instruction()._numba_type_
        return _moved_together._numba_type_  # type: ignore[attr-defined]  # a kernel has it


kept_bytes = _KeptBytes()
"""The bytes of ``word: uint64`` where ``mask: uint64`` has 255 (else it has 0), moved together.

The first kept byte becomes the lowest; above the kept ones are zeros.
"""
