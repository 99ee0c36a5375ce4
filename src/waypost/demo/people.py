"""Persons: who they are, what identifies them, and which of it they share with others.

A block of persons is drawn at once from the block's own generator, so a person does not depend on
how many blocks there are or in which order they are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waypost.demo.names import (
    CITIES,
    COMPANY_WORDS,
    FAMILY_NAMES,
    FEMALE_NAMES,
    MAILBOXES,
    MALE_NAMES,
    STREETS,
    ascii_of,
)
from waypost.demo.personas import PERSONAS, TRAITS, trait_table

__all__ = ["BLOCK", "Device", "Person", "draw_people", "generator"]

BLOCK = 500
"""Persons drawn together; part of what a seed means."""

_SYSTEMS = {
    "phone": (("iPhone", 0.42), ("Android", 0.58)),
    "desktop": (("Windows", 0.68), ("macOS", 0.24), ("iPad", 0.08)),
}


@dataclass(frozen=True, slots=True)
class Device:
    """A device; ``token`` seeds its cookie ids, equal tokens are one shared device."""

    kind: str
    system: str
    token: int


@dataclass(frozen=True, slots=True)
class Person:
    """One human; traits are this person's own means, a missing identifier is empty text."""

    number: int
    persona: int
    mixture: tuple[float, ...]
    traits: dict[str, float]
    bouncer: bool
    consents: bool
    seed: int
    first_name: str
    last_name: str
    street: str
    zip_code: str
    city: str
    email: str
    second_email: str
    phone: str
    customer_id: str
    loyalty_card: str
    till_id: str
    network: str
    handle: str
    company: str
    household: int
    phone_device: Device
    desk_device: Device

    @property
    def id(self) -> str:
        """The person's id in the truth."""
        return f"P{self.number:07d}"

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


def generator(seed: int, *key: int) -> np.random.Generator:
    """The stream of one part of the world; parts do not disturb each other."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def draw_people(seed: int, block: int, count: int) -> list[Person]:
    """The ``count`` persons of a block (at most ``BLOCK``)."""
    rng = generator(seed, 1, block)
    columns = _traits(rng, count) | _identity(rng, count)
    households = _households(rng, count)
    people: list[Person] = []
    for index in range(count):
        row = {name: column[index] for name, column in columns.items()}
        partner = people[index - 1] if households[index] else None
        people.append(_person(block * BLOCK + index, row, partner))
    return people


def _traits(rng: np.random.Generator, count: int) -> dict[str, list[Any]]:
    shares = np.array([persona.share for persona in PERSONAS])
    main = rng.choice(len(PERSONAS), count, p=shares)
    strength = np.full((count, len(PERSONAS)), 0.55)
    strength[np.arange(count), main] = 3.0
    drawn = rng.standard_gamma(strength)
    mixture = drawn / drawn.sum(axis=1, keepdims=True)
    traits = mixture @ trait_table()
    traits[:, TRAITS.index("intent")] += rng.normal(0.0, 0.8, count)
    traits[:, TRAITS.index("patience")] += rng.normal(0.0, 0.15, count)
    bouncer = rng.random(count) < 0.40
    traits[bouncer, TRAITS.index("intent")] -= 1.4
    return {
        "persona": main.tolist(),
        "mixture": mixture.round(4).tolist(),
        "traits": traits.tolist(),
        "bouncer": bouncer.tolist(),
        "consents": (rng.random(count) < traits[:, TRAITS.index("consent")]).tolist(),
        "has_account": (rng.random(count) < traits[:, TRAITS.index("account")]).tolist(),
        "has_app": (rng.random(count) < traits[:, TRAITS.index("app")]).tolist(),
        "has_card": (rng.random(count) < traits[:, TRAITS.index("loyalty")]).tolist(),
        "is_social": (rng.random(count) < 0.12 + traits[:, TRAITS.index("social")]).tolist(),
    }


def _identity(rng: np.random.Generator, count: int) -> dict[str, list[Any]]:
    boxes = np.array([share for _, share in MAILBOXES])
    return {
        "chance": rng.random((count, 12)).tolist(),
        "box": rng.choice(len(MAILBOXES), count, p=boxes / boxes.sum()).tolist(),
        "digits": rng.integers(0, 10**9, (count, 6)).tolist(),
        "seed": rng.integers(0, 2**62, count).tolist(),
        "tokens": rng.integers(0, 2**62, (count, 2)).tolist(),
    }


def _households(rng: np.random.Generator, count: int) -> list[bool]:
    shared: NDArray[np.bool_] = rng.random(count) < 0.22
    shared[0::2] = False
    return [bool(flag) for flag in shared]


def _person(number: int, row: dict[str, Any], partner: Person | None) -> Person:
    chance, digits = row["chance"], row["digits"]
    first = _pick(FEMALE_NAMES if chance[0] < 0.5 else MALE_NAMES, chance[1])
    last = partner.last_name if partner else _pick(FAMILY_NAMES, chance[2]).replace("_", " ")
    place = CITIES[int(chance[3] ** 1.6 * len(CITIES))]
    email = _email(first, last, row, number)
    company = ""
    if chance[5] < 0.02:
        firm = f"{_pick(COMPANY_WORDS, chance[2])} {FAMILY_NAMES[number // 100 % 90]}"
        company = f"{firm} GmbH"
        email = f"info@{ascii_of(firm.replace(' ', '-'))}{number // 100}.example"
    elif partner and chance[6] < 0.45:
        email = partner.email
    desk = Device("desktop", _system("desktop", chance[8]), row["tokens"][1])
    return Person(
        number=number,
        persona=row["persona"],
        mixture=tuple(row["mixture"]),
        traits=dict(zip(TRAITS, row["traits"], strict=True)) | {"has_app": float(row["has_app"])},
        bouncer=row["bouncer"],
        consents=row["consents"],
        seed=row["seed"],
        first_name=first,
        last_name=last,
        street=partner.street
        if partner
        else f"{_pick(STREETS, chance[4]).replace('_', ' ')} {digits[0] % 120 + 1}",
        zip_code=partner.zip_code if partner else place[0],
        city=partner.city if partner else place[1],
        email=email,
        second_email=_email(last, first, row, number, box=1) if chance[7] < 0.12 else "",
        phone=_phone(number),
        customer_id=str(7_000_000_000_000 + number * 9973 + digits[2] % 9973)
        if row["has_account"]
        else "",
        loyalty_card=f"AK{2_000_000 + number:08d}" if row["has_card"] else "",
        till_id=f"{digits[3]:09X}"[:8] + f"{number:07X}" if row["has_card"] else "",
        network=_network(chance[9]),
        handle=f"{ascii_of(first)}_{ascii_of(last)[:3]}{number % 10_000}"
        if row["is_social"]
        else "",
        company=company,
        household=partner.number if partner else number,
        phone_device=Device("phone", _system("phone", chance[10]), row["tokens"][0]),
        desk_device=partner.desk_device if partner and chance[11] < 0.85 else desk,
    )


def _pick(words: Sequence[str], chance: float) -> str:
    return words[int(chance * len(words))]


def _email(first: str, last: str, row: dict[str, Any], number: int, *, box: int = 0) -> str:
    provider = MAILBOXES[(row["box"] + box) % len(MAILBOXES)][0]
    left, right = ascii_of(first), ascii_of(last)
    style = row["digits"][4] % 5
    tail = f"{number:x}"
    local = (
        f"{left}.{right}{tail}",
        f"{left[0]}.{right}{tail}",
        f"{left}{right}{tail}",
        f"{right}.{left}.{tail}",
        f"{left}_{tail}",
    )[style]
    return f"{local}@{provider}"


def _system(kind: str, chance: float) -> str:
    for system, share in _SYSTEMS[kind]:
        if chance < share:
            return system
        chance -= share
    return _SYSTEMS[kind][-1][0]


def _network(chance: float) -> str:
    if chance < 0.5:
        return "instagram"
    return "twitter" if chance < 0.8 else "facebook"


def _phone(number: int) -> str:
    # The block 0156 is assigned to nobody; the step is coprime to 10^8, so numbers are unique.
    return f"+49156{(number * 48_271_939 + 20_260_713) % 100_000_000:08d}"
