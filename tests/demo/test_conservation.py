"""Every record has its truth, and every truth that names a record finds it."""

import re
from collections import Counter, defaultdict


def traced(company):
    found = defaultdict(set)
    for row in company.truth("identifiers"):
        found[row["file"]].add(row["record"])
    return found


def test_every_record_is_traced_and_every_trace_has_its_record(company, keys):
    traces = traced(company)
    for name, mine in keys.items():
        assert set(mine) == traces[name], name


def test_every_recorded_event_is_in_its_file(company, keys):
    sets = {name: set(mine) for name, mine in keys.items()}
    recorded = [row for row in company.truth("events") if row["file"]]
    assert len(recorded) > 10_000
    assert all(row["record"] in sets[row["file"]] for row in recorded)


def test_the_summary_counts_the_records_of_the_files(company, keys):
    for name, mine in keys.items():
        assert company.summary.records[name] == len(mine) + company.summary.torn.get(name, 0), name


def test_repeated_message_ids_are_exactly_the_declared_retries(company, keys):
    name = company.path("segment").name
    surplus = sum(count - 1 for count in Counter(keys[name]).values())
    assert surplus == company.summary.repeats[name] > 0


def test_torn_lines_are_exactly_the_declared_ones(company):
    name = company.path("segment").name
    lines = company.raw("segment").splitlines()
    assert len(lines) - len(company.lines("segment")) == company.summary.torn[name] > 0


def test_order_numbers_run_without_gap_in_time_order(company):
    rows = [row for row in company.table("orders_export") if row["Id"]]
    numbers = [int(row["Name"][1:]) for row in rows]
    assert numbers == list(range(numbers[0], numbers[-1] - 1, -1))
    moments = [row["Created at"] for row in rows]
    assert len({moment[-5:] for moment in moments}) == 2  # summer and winter time


def test_money_of_true_orders_equals_the_export(company):
    exported = sum(
        round(float(row["Total"]) * 100) for row in company.table("orders_export") if row["Total"]
    )
    true = sum(
        row["value"]
        for row in company.truth("events")
        if row["event"] == "Order Placed" and row["order"]
    )
    assert exported == true


def test_events_without_a_system_exist(company):
    unseen = [row for row in company.truth("events") if not row["file"]]
    assert {"Store Visited", "Product Viewed"} <= {row["event"] for row in unseen}


def test_files_are_in_time_order(company):
    received = [line["receivedAt"] for line in company.lines("segment")]
    assert received == sorted(received)
    started = [call["started_at"] for call in company.document("aircall")["calls"]]
    assert started == sorted(started)


def test_no_truth_leaks_into_the_exports(company):
    assert re.fullmatch(r"P\d{7}", company.truth("persons")[0]["person"])
    for path in (company.folder / "exports").iterdir():
        raw = path.read_bytes()
        assert not re.search(rb"\bP\d{7}\b", raw), path.name
        assert b"persona" not in raw, path.name
        assert b"mixture" not in raw, path.name
