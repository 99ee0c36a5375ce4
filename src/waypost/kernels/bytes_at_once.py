"""Sixty-four bytes at once: which of them are in a range, and those that bits keep, moved together.

As instructions for vectors, which Numba does not find by itself.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from waypost.kernels.bits import kept_bytes, ones
from waypost.kernels.coded import Array
from waypost.kernels.jit import kernel

__all__ = ["AT_ONCE", "move_kept", "within"]

AT_ONCE = 64

_EACH = 0x0101010101010101
_A_BIT_EACH = 0x8040201008040201
_LOW_BITS = 0x7F7F7F7F7F7F7F7F
_HIGH_BITS = 0x8080808080808080


@kernel
def _within_one_by_one(codes: Array, at: Any, first: Any, more: Any) -> Any:
    """``within`` as Python calls it."""
    found = np.uint64(0)
    for place in range(AT_ONCE):
        is_within = np.uint8(codes[at + place] - first) <= more
        found |= np.uint64(is_within) << np.uint64(place)
    return found


@kernel
def _move_words(codes: Array, at: Any, bits: Any, kept: Array, to: Any) -> None:
    """``move_kept`` eight bytes at a time, on processors without an instruction for it."""
    source, target, rest = np.uint64(at), np.uint64(to), np.uint64(bits)
    seven, eight = np.uint64(7), np.uint64(8)
    for _ in range(AT_ONCE // 8):
        some = rest & np.uint64(255)
        spread = (some * np.uint64(_EACH)) & np.uint64(_A_BIT_EACH)
        high = (spread + np.uint64(_LOW_BITS)) & np.uint64(_HIGH_BITS)
        kept[target] = kept_bytes(codes[source], (high - (high >> seven)) | high)
        target += ones(some)
        source += eight
        rest >>= eight


def _vector_at(context: Any, builder: Any, array: Any, place: Any) -> Any:
    """Where 64 bytes begin; ``array``: its type and what Numba has of it."""
    ir = importlib.import_module("llvmlite.ir")
    byte = ir.IntType(8)
    data = context.make_array(array[0])(context, builder, array[1]).data
    begin = builder.gep(builder.bitcast(data, byte.as_pointer()), [place])
    return builder.bitcast(begin, ir.VectorType(byte, AT_ONCE).as_pointer())


def _bits_in_range(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """Instructions of ``within``."""
    ir = importlib.import_module("llvmlite.ir")
    kind = ir.VectorType(ir.IntType(8), AT_ONCE)
    codes = builder.load(_vector_at(context, builder, (signature.args[0], given[0]), given[1]))
    codes.align = 1
    first, more = (
        builder.shuffle_vector(
            builder.insert_element(ir.Constant(kind, ir.Undefined), one, ir.IntType(32)(0)),
            ir.Constant(kind, ir.Undefined),
            ir.Constant(ir.VectorType(ir.IntType(32), AT_ONCE), [0] * AT_ONCE),
        )
        for one in given[2:]
    )
    is_within = builder.icmp_unsigned("<=", builder.sub(codes, first), more)
    return builder.bitcast(is_within, ir.IntType(64))


def _compressed(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """Instructions of ``move_kept``: VPCOMPRESSB (AVX-512 VBMI2)."""
    ir = importlib.import_module("llvmlite.ir")
    kind, bits = (ir.VectorType(ir.IntType(wide), AT_ONCE) for wide in (8, 1))
    codes = builder.load(_vector_at(context, builder, (signature.args[0], given[0]), given[1]))
    codes.align = 1
    compress = importlib.import_module("numba.core.cgutils").get_or_insert_function(
        builder.module,
        ir.FunctionType(kind, [kind, bits, kind]),
        f"llvm.experimental.vector.compress.v{AT_ONCE}i8",
    )
    mask = builder.bitcast(given[2], bits)
    kept = builder.call(compress, [codes, mask, ir.Constant(kind, ir.Undefined)])
    place = _vector_at(context, builder, (signature.args[3], given[3]), given[4])
    builder.store(kept, place).align = 1
    return context.get_dummy_value()


@functools.cache
def _within_at_once() -> Any:
    numba = importlib.import_module("numba")
    types = numba.types

    def typed(context: Any, codes: Any, at: Any, first: Any, more: Any) -> Any:  # noqa: ARG001 - as Numba calls it
        return types.uint64(codes, types.int64, types.uint8, types.uint8), _bits_in_range

    within_ = numba.extending.intrinsic(typed)
    return numba.njit(nogil=True)(lambda codes, at, first, more: within_(codes, at, first, more))  # noqa: PLW0108 - an intrinsic cannot be jitted itself


@functools.cache
def _move_at_once() -> Any:
    numba = importlib.import_module("numba")
    types = numba.types

    def typed(context: Any, codes: Any, at: Any, bits: Any, kept: Any, to: Any) -> Any:  # noqa: ARG001 - as Numba calls it
        return types.void(codes, types.int64, types.uint64, kept, types.int64), _compressed

    move = numba.extending.intrinsic(typed)
    return numba.njit(nogil=True)(lambda codes, at, bits, kept, to: move(codes, at, bits, kept, to))  # noqa: PLW0108 - as above


def _has(feature: str) -> bool:
    features = importlib.import_module("llvmlite.binding").get_host_cpu_features()
    return bool(features.get(feature))


class _AsInstructions:
    """A kernel, and the instructions that other kernels have in its place."""

    def __init__(self, plain: Any, at_once: Callable[[], Any], feature: str = "") -> None:
        self._plain = plain
        self._at_once = at_once
        self._feature = feature

    def __call__(self, *arguments: Any) -> Any:
        return self._plain(*arguments)

    @property
    def _numba_type_(self) -> Any:
        """What Numba asks for when a kernel calls it."""
        if self._feature and not _has(self._feature):
            return self._plain._numba_type_
        return self._at_once()._numba_type_


within = _AsInstructions(_within_one_by_one, _within_at_once)
"""Which of the 64 bytes from ``codes[at]`` on are ``first`` or up to ``more`` above, as bits."""

move_kept = _AsInstructions(_move_words, _move_at_once, "avx512vbmi2")
"""Those of 64 bytes whose bit is 1, moved together to ``kept`` from byte ``to`` on.

``codes`` and ``kept``: ``uint64``, a word from every byte on; the 64 bytes of ``kept`` are written.
"""
