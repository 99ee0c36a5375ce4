"""Keys that were written are found again, and others are not, whatever the filter thinks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.journeys.log.key_runs import KeyRun
from waypost.journeys.log.settled_keys import SettledKeys
from waypost.kernels.keys_match import keys_match, keys_maybe, keys_note

HALF = st.integers(0, 2**64 - 1)
KEYS = st.lists(st.tuples(HALF | st.integers(0, 3), HALF | st.integers(0, 3)), unique=True)


def halves(keys: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    ordered = sorted(keys)
    hi = np.array([hi for hi, _ in ordered], np.uint64)
    return hi, np.array([lo for _, lo in ordered], np.uint64)


def random_keys(count: int, seed: int) -> list[tuple[int, int]]:
    drawn = np.random.default_rng(seed).integers(0, 2**64 - 1, (count, 2), np.uint64, endpoint=True)
    return [(int(hi), int(lo)) for hi, lo in drawn]


def written(folder: Path, name: str, keys: list[tuple[int, int]]) -> Path:
    hi, lo = halves(keys)
    row = np.arange(hi.size, dtype=np.uint64)
    path = folder / f"{name}.keys.npy"
    KeyRun(hi, lo, hi ^ lo, row).save(path, first_row=0)
    return path


@given(KEYS, KEYS, st.integers(1, 40))
def test_the_filter_never_forgets(noted: list, others: list, blocks: int) -> None:
    words = np.zeros(8 * blocks, np.uint32)
    keys_note(words, *halves(noted))
    maybe = keys_maybe(words, *halves(sorted({*noted, *others})))

    asked = sorted({*noted, *others})
    assert all(maybe[asked.index(key)] for key in noted)


def test_the_filter_lets_few_strangers_through() -> None:
    words = np.zeros(20_000 * 14 // 256 * 8, np.uint32)
    keys_note(words, *halves(random_keys(20_000, 1)))

    assert keys_maybe(words, *halves(random_keys(100_000, 2))).mean() < 0.01


@given(KEYS, KEYS)
def test_few_keys_are_found_where_they_stand(known: list, wanted: list) -> None:
    known = sorted({*known, *random_keys(600, 3)})
    wanted = sorted({*wanted[:2], *known[::400]})
    found = keys_match(*halves(known), *halves(wanted))

    assert found.tolist() == [known.index(key) if key in known else -1 for key in wanted]


@pytest.mark.parametrize("sizes", [(0,), (5, 1, 900), (400, 400, 400, 400)])
def test_every_written_key_is_found_with_its_row(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    settled = SettledKeys()
    expected: dict[tuple[int, int], int] = {}
    first = 100
    for number, size in enumerate(sizes):
        keys = sorted(random_keys(size, number + 10))
        settled.push(written(tmp_path, str(number), keys), first_row=first)
        expected |= {key: first + place for place, key in enumerate(keys)}
        first += size

    asked = sorted([*expected, *random_keys(300, 99)])
    hi, lo = halves(asked)
    position, content, row = settled.find(hi, lo)

    assert {asked[p]: int(r) for p, r in zip(position, row, strict=True)} == expected
    assert content.tolist() == (hi ^ lo)[position].tolist()


def test_the_newest_version_of_a_key_is_found(tmp_path: Path) -> None:
    settled = SettledKeys()
    for number in range(3):
        path = written(tmp_path, str(number), [(7, 7)])
        settled.push(path, first_row=10 * number)

    assert settled.find(*halves([(7, 7)]))[2].tolist() == [20]


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="tells resident pages of files")
def test_pages_of_key_files_are_given_back(tmp_path: Path) -> None:
    settled = SettledKeys()
    keys = random_keys(2_000, 5)
    path = written(tmp_path, "0", keys)
    settled.push(path, first_row=0)
    settled.find(*halves(keys))

    mapped = Path("/proc/self/smaps").read_text().split(str(path))[1]
    assert "Rss:                   0 kB" in mapped[:200]
