"""What is compiled once is compiled anew when anything that it is made of has changed."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from waypost.kernels import jit

NESTED = """
from waypost.kernels.jit import kernel

@kernel
def added(number):
    return number + {amount}
"""

CALLER = """
from waypost.kernels.nested_for_test import added
from waypost.kernels.jit import kernel

@kernel
def doubled(number):
    return 2 * added(number)
"""

ASK = """
import sys
import waypost.kernels as package
package.__path__.insert(0, sys.argv[1])
from waypost.kernels.caller_for_test import doubled
print(doubled(1))
"""


def _asked(folder: Path) -> int:
    command = [sys.executable, "-c", textwrap.dedent(ASK), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_a_changed_nested_kernel_is_compiled_anew(tmp_path: Path) -> None:
    (tmp_path / "caller_for_test.py").write_text(CALLER)
    (tmp_path / "nested_for_test.py").write_text(NESTED.format(amount=1))
    assert _asked(tmp_path) == 4
    assert list((tmp_path / "__pycache__").glob("*.nbi"))
    (tmp_path / "nested_for_test.py").write_text(NESTED.format(amount=10))
    assert _asked(tmp_path) == 22


@pytest.mark.parametrize("module", ["funnel_common", "transitions", "paths"])
def test_a_digest_reaches_what_is_imported_by_imports(module: str, monkeypatch) -> None:
    name = f"waypost.kernels.{module}"
    before = jit._digest(name)
    plain = jit._source
    monkeypatch.setattr(
        jit, "_source", lambda one: plain(one) + "#" * one.endswith("kernels.histograms")
    )
    jit._digest.cache_clear()
    changed = jit._digest(name)
    jit._digest.cache_clear()
    assert (changed != before) is (module != "paths")


def test_numbers_written_out_in_calls_are_one_type() -> None:
    numba = pytest.importorskip("numba")
    zero, many = numba.types.literal(0), numba.types.int64
    assert jit._plain_type(numba.types.Tuple([zero, many])) == numba.types.UniTuple(many, 2)
