"""The side-by-side figures as sections of ``docs/benchmarks.md``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.side.measured import Sides

__all__ = ["draw_growth", "sections"]

OURS, ONE = "Waypost, 2 threads", "Waypost, 1 thread"
ASKED = {
    "transitions": 12,
    "funnel": 12,
    "paths": 12,
    "sessions": 15,
    "filtered transitions": 15,
    "filtered funnel": 15,
}
"""How many times as long the best peer is asked to take."""

READ_BYTES = {"transitions": (1, 12), "funnel": (5, 6)}
"""Bytes an event that must be read (codes; codes and instants), and within how many times that."""

SESSION_BYTES = 5
"""Bytes an event that sessions by event read: an instant and a code."""

PERSONS_A_EVENT = 1 / 20


def sections(found: Sides) -> Iterator[str]:
    """Lines of Markdown."""
    for events, tasks in found.beside.items():
        yield from _beside(events, tasks)
    if found.others:
        yield from _others(found)
    yield from _growth(found)
    yield from _limits(found)


def _beside(events: int, tasks: dict) -> Iterator[str]:
    yield from ["", f"## Questions on {events:,} events, beside other engines", ""]
    yield "One process, round robin, two threads each; every engine has the log prepared in its best layout (sorted by person and time: our store mapped from disk, a DuckDB file, a MergeTree table, a Polars frame in memory)."
    yield "Milliseconds of wall time, median; ratio = the best peer's formulation ÷ ours on two threads, in wall and in CPU time. Every formulation is asked twice in a row; these are of the second time. *At once* is the ratio of the first times, when caches are full of what other engines read and threads are asleep. What is asked is in `benchmarks/side/tasks.py`."
    yield from [
        "",
        "| question | ours | one thread | best peer | ms | wall ratio | CPU ratio | at once | asked | equal |",
    ]
    yield "|---|--:|--:|---|--:|--:|--:|--:|--:|---|"
    for task, by_name in tasks.items():
        peers = {name: row for name, row in by_name.items() if ":" in name}
        best = min(peers, key=lambda name: peers[name]["wall"])
        ours, peer = by_name[OURS], peers[best]
        cold = min(row["cold"] for row in peers.values())
        equal = all(row["equal"] for row in by_name.values())
        asked = f"{ASKED[task]}" if task in ASKED else "–"
        yield (
            f"| {task} | {_ms(ours)} | {_ms(by_name[ONE])} | {best} | {_ms(peer)} "
            f"| {peer['wall'] / ours['wall']:.1f} | {peer['cpu'] / ours['cpu']:.1f} "
            f"| {cold / ours['cold']:.1f} | {asked} "
            f"| {'all' if equal else 'NO'} |"
        )
    yield from ["", "<details><summary>All formulations</summary>", ""]
    yield "| question | formulation | wall ms | CPU ms | at once ms | equal |"
    yield "|---|---|--:|--:|--:|---|"
    for task, by_name in tasks.items():
        for name, row in by_name.items():
            cpu = 1e3 * row["cpu"]
            cold = _ms({"wall": row["cold"]})
            equal = "yes" if row["equal"] else "NO"
            yield f"| {task} | {name} | {_ms(row)} | {cpu:,.1f} | {cold} | {equal} |"
    yield from ["", "</details>"]


def _ms(row: dict) -> str:
    wall = 1e3 * row["wall"]
    return f"{wall:,.2f}" if wall < 10 else f"{wall:,.1f}" if wall < 100 else f"{wall:,.0f}"


def _others(found: Sides) -> Iterator[str]:
    yield from ["", f"## Engines that prepare or hold objects, {found.others_events:,} events", ""]
    yield "Each in a process of its own; seconds; *prepare* is reading and formatting once."
    yield from ["", "| engine | prepare | question | seconds | ours | ratio | peak MiB |"]
    yield "|---|--:|---|--:|--:|--:|--:|"
    ours = found.beside[found.others_events]
    for engine, told in found.others.items():
        for task in [name for name in told if name not in ("prepare", "peak")]:
            mine = ours[task][OURS]["wall"]
            wall = told[task]["wall"]
            yield (
                f"| {engine} | {told['prepare']['wall']:.2f} | {task} | {wall:.3f} "
                f"| {mine:.4f} | {wall / mine:,.0f} | {told['peak']:,.0f} |"
            )
    yield from [
        "",
        "Peak memory of one process that asks every formulation once (mapped files count):",
    ]
    yield ", ".join(f"{engine} {mib:,.0f} MiB" for engine, mib in found.peaks.items()) + "."


def _growth(found: Sides) -> Iterator[str]:
    sizes = list(found.growth)
    yield from ["", "## Every question of ours as the log grows, two threads", ""]
    yield "Median milliseconds, warm; the last columns: how many times as long as at the smallest size for each time that the log is larger (1 = linear), and MiB taken beyond the mapped store."
    yield from ["", "![Time by size of the log](images/benchmarks-growth.svg)", ""]
    head = " | ".join(f"{size // 1_000_000} M" for size in sizes)
    yield f"| question | {head} | growth | MiB at {found.memory_events // 1_000_000} M |"
    yield "|---|" + "--:|" * (len(sizes) + 2)
    for name in found.growth[sizes[0]]:
        walls = [found.growth[size][name]["wall"] for size in sizes]
        cells = " | ".join(_ms({"wall": wall}) for wall in walls)
        share = walls[-1] / walls[0] / (sizes[-1] / sizes[0])
        yield f"| {name} | {cells} | {share:.2f} | {found.memory.get(name, 0):,.0f} |"


def _limits(found: Sides) -> Iterator[str]:
    yield from ["", "## Beside the memory's own speed", ""]
    one, two = found.bandwidth["one thread"], found.bandwidth["two threads"]
    yield f"Reading memory ran at {one} GB/s on one thread and {two} GB/s on two (numpy's sum)."
    for events, tasks in found.beside.items():
        for task, (bytes_an_event, asked) in READ_BYTES.items():
            size = events * (bytes_an_event + 8 * PERSONS_A_EVENT)
            least = size / (two * 1e9)
            took = tasks[task][OURS]["wall"]
            yield f"- {task} of {events:,} events: {size / 1e6:,.0f} MB take {1e3 * least:.2f} ms to read; we took {_ms({'wall': took})} ms, {took / least:.0f} times that (asked: {asked})."
        yield _begins_beside(events, tasks["session begins"], two)


def _begins_beside(events: int, by_name: dict, bandwidth: float) -> str:
    """What many times as fast would mean, as this is less than we answer and the bytes are the same."""
    size = events * (SESSION_BYTES + 8 * PERSONS_A_EVENT)
    best = min(row["wall"] for name, row in by_name.items() if ":" in name)
    return f"- where sessions begin, of {events:,} events: {size / 1e6:,.0f} MB take {size / (bandwidth * 1e6):.2f} ms to read, and {ASKED['sessions']} times as fast as the best peer would be {1e3 * best / ASKED['sessions']:.2f} ms; ours also tells ends, lengths, sizes, persons and every event that a session contains."


def draw_growth(found: Sides, path: Path) -> None:
    """A line per question over the size of the log, both axes logarithmic."""
    import altair as alt

    rows = [
        {"events": size, "milliseconds": 1e3 * row["wall"], "question": name}
        for size, by_name in found.growth.items()
        for name, row in by_name.items()
    ]
    chart = (
        alt.Chart(alt.Data(values=rows), width=560, height=420)
        .mark_line(point=True)
        .encode(
            x=alt.X("events:Q", scale=alt.Scale(type="log"), title="events"),
            y=alt.Y(
                "milliseconds:Q", scale=alt.Scale(type="log"), title="milliseconds, two threads"
            ),
            color=alt.Color("question:N", title=None),
        )
    )
    chart.save(str(path))
