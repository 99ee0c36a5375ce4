"""Records that no customer caused: spam, test runs, other people's posts."""

from __future__ import annotations

import random

from waypost.demo.ledger import Ledger
from waypost.demo.scribes.brandwatch import strange_mention
from waypost.demo.scribes.qualtrics import preview
from waypost.demo.scribes.zendesk import spam_ticket
from waypost.demo.seasons import Seasons

__all__ = ["write_strangers"]


def write_strangers(ledger: Ledger, persons: int, seed: int, seasons: Seasons) -> None:
    """Write them over the year, in proportion to the size of the company."""
    dice = random.Random(seed * 11 + 5)
    span = seasons.last - seasons.first
    for number in range(persons // 400 + 2):
        spam_ticket(ledger, (seasons.first + int(dice.random() * span)) * 1000, number, dice)
    for _ in range(min(persons // 2_000, 40) + 3):
        preview(ledger, (seasons.first + int(dice.random() * span * 0.1)) * 1000, dice)
    for _ in range(persons // 60 + 5):
        strange_mention(ledger, (seasons.first + int(dice.random() * span)) * 1000, dice)
