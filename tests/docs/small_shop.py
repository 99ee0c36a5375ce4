"""Workspaces of a few events, so that examples in the documentation run through every part."""

from __future__ import annotations

import csv
from itertools import count
from pathlib import Path

import yaml

import waypost

MAPPING = {
    "name": "example",
    "time": {"column": "time", "style": "iso", "zone": "UTC"},
    "event": {"column": "event"},
    "identifiers": {"user_id": "customer"},
    "value": {"column": "value", "currency": "EUR"},
}


def journeys_in(folder: Path):
    """``journeys``: text to a built workspace in a new directory below ``folder``.

    A line has a person (``-`` for nobody) and their events: ``ann 01T09:00=cart:20`` is a cart of
    20 euros on 1 January 2026 at nine, UTC. Every event is touchpoint and step of its name, in the
    order of ``steps``, else of the alphabet.
    """
    number = count(1)

    def journeys(text: str, steps: str = ""):
        shop = folder / f"shop{next(number)}"
        workspace = waypost.create(shop, waypost.Settings(name="Shop", zone="UTC", stages="none"))
        rows = [row for line in text.strip().splitlines() for row in _rows(line)]
        _write(shop, rows)
        _bind(shop, steps.split() or sorted({row[2] for row in rows}))
        workspace.add(shop / "events.csv", mappings=[shop / "example.yaml"])
        workspace.build()
        return workspace

    return journeys


def _rows(line):
    person, *happened = line.split()
    for word in happened:
        moment, _, act = word.partition("=")
        event, _, value = act.partition(":")
        yield f"2026-01-{moment}:00", "" if person == "-" else person, event, value


def _write(shop, rows):
    with (shop / "events.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "customer", "event", "value"])
        writer.writerows(rows)
    (shop / "example.yaml").write_text(yaml.safe_dump(MAPPING), encoding="utf-8")


def _bind(shop, names):
    rules = {
        "extends": "none",
        "stages": [{"id": "all", "label": "All"}],
        "steps": [{"id": name, "label": name, "stage": "all"} for name in names],
        "touchpoints": [{"id": n, "label": n, "step": n, "when": n} for n in names],
    }
    (shop / "rules.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
