"""Make the demo company: live every life, write what the systems saw, and the truth beside it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from waypost.demo.being import World
from waypost.demo.figures import Figures
from waypost.demo.ledger import Ledger
from waypost.demo.life import build_world, live
from waypost.demo.numbering import Register
from waypost.demo.people import BLOCK, Person, draw_people
from waypost.demo.plans import Plan, draw_plans
from waypost.demo.scribes.adverts import write_costs
from waypost.demo.scribes.files import FILES
from waypost.demo.scribes.office import write_down
from waypost.demo.scribes.strangers import write_strangers
from waypost.demo.truth import TruthTables
from waypost.errors import InputError
from waypost.kit import SILENT, Progress

__all__ = ["DemoSummary", "write_demo"]


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What was written under ``exports``, by file.

    ``records`` counts every record a file holds, among them ``repeats`` (the same record again) and
    ``torn`` (broken off, unreadable).
    """

    folder: Path
    persons: int
    seed: int
    records: dict[str, int]
    repeats: dict[str, int]
    torn: dict[str, int]


def write_demo(
    folder: Path, *, persons: int, seed: int = 7, progress: Progress = SILENT
) -> DemoSummary:
    """Write ``folder/exports`` (what systems export) and ``folder/truth`` (what is so).

    The same ``persons`` and ``seed`` give the same bytes. Earlier content of both folders is
    replaced. Memory stays bounded: persons live in blocks, files are put in order day by day.
    Raises ``InputError`` for fewer than 1 person.
    """
    if persons < 1:
        raise InputError(f"A company needs customers, not {persons}.", hint="Ask for 500 or more.")
    exports, truth, aside = folder / "exports", folder / "truth", folder / ".aside"
    for place in (exports, truth, aside):
        if place.exists():
            shutil.rmtree(place)
        place.mkdir(parents=True)
    world = build_world(seed)
    numbers, figures = _first_pass(seed, persons, world, progress)
    figures.write(truth)
    ledger = Ledger(aside)
    tables = TruthTables(truth)
    progress.start("persons", persons)
    for block, (people, plans) in enumerate(_blocks(seed, persons, world)):
        ledger.numbers = numbers.of_block(block)
        ledger.members.clear()
        dice = random.Random(seed * 1_000_003 + block)
        for person, plan in zip(people, plans, strict=True):
            life = live(person, plan, world)
            write_down(ledger, person, life, dice, world=world)
            tables.add_person(person, life, world.seasons.last * 1000)
        tables.take(ledger)
        progress.advance(len(people))
    write_strangers(ledger, persons, seed, world.seasons)
    write_costs(ledger, ledger.clicks, seed)
    tables.take(ledger, everything=True)
    tables.close()
    progress.finish()
    records = _write_files(ledger, exports, progress)
    shutil.rmtree(aside)
    return DemoSummary(folder, persons, seed, records, dict(ledger.repeats), dict(ledger.torn))


def _blocks(seed: int, persons: int, world: World) -> Iterator[tuple[list[Person], list[Plan]]]:
    for block in range((persons + BLOCK - 1) // BLOCK):
        people = draw_people(seed, block, min(BLOCK, persons - block * BLOCK))
        yield people, draw_plans(people, seed, block, world.seasons)


def _first_pass(
    seed: int, persons: int, world: World, progress: Progress
) -> tuple[Register, Figures]:
    register, figures = Register(), Figures()
    progress.start("lives", persons)
    for people, plans in _blocks(seed, persons, world):
        for person, plan in zip(people, plans, strict=True):
            life = live(person, plan, world)
            register.add(person.number, life)
            figures.add(person, plan, life, world)
        progress.advance(len(people))
    progress.finish()
    return register, figures


def _write_files(ledger: Ledger, exports: Path, progress: Progress) -> dict[str, int]:
    progress.start("files", len(FILES))
    records: dict[str, int] = {}
    for form in FILES:
        spool = ledger.spool(form.name)
        with (exports / form.name).open("wb") as file:
            file.write(form.head)
            between = b""
            for record in spool.records(newest_first=form.newest_first):
                file.write(between + record)
                between = form.between
            file.write(form.tail)
        records[form.name] = spool.count
        progress.advance(1)
    progress.finish()
    return records
