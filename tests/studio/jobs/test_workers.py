"""Jobs run in processes of their own: they finish, stop, break off and go on, told in words."""

import json
import os
import signal
import subprocess
import sys
import time
import zlib

import pytest

from waypost.app.studio import data, identity_view, uploads
from waypost.app.studio.files_in import uploads_folder
from waypost.app.studio.job_house import JobHouse
from waypost.app.studio.job_store import take_job
from waypost.app.studio.job_worker import lane_lock
from waypost.app.studio.jobs import (
    JobState,
    cancel_job,
    job_now,
    jobs_at_work,
    jobs_of,
    run_again,
    start_job,
)
from waypost.app.studio.mapping_keeping import accept_proposals, keep_mapping, shared_numbers
from waypost.app.studio.permissions import Role
from waypost.app.studio.timeline import find_persons
from waypost.errors import ConflictError, ForbiddenError, NotFoundError
from waypost.kit import exclusive_lock

ROWS = "\n".join(f"{1 + n % 28:02d}.10.2026 10:{n % 60:02d};K-{n % 7};{n},50" for n in range(400))
TILL = f"Zeitpunkt;Kundennummer;Betrag\n{ROWS}\n31.02.2026 09:00;K-1;1,00\n"


def bring(studio, name="till.csv", text=TILL):
    """Upload a text as a file."""
    raw = text.encode()
    actor = studio.actor()
    one = uploads.begin_uploads(studio.site, actor, [uploads.NewFile(name, len(raw))])[0]
    return uploads.put_piece(
        studio.site, actor, one.id, offset=0, checksum=zlib.crc32(raw), piece=raw
    )


def until(ask, what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ask()
        if what(found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"still {found}")


def over(studio, job, seconds=60):
    actor = studio.actor()
    return until(lambda: job_now(studio.site, actor, job.id), lambda one: one.is_over, seconds)


def looked(studio, one):
    actor = studio.actor()
    return until(
        lambda: uploads.upload_now(studio.site, actor, one.id),
        lambda found: found.state not in ("receiving", "complete"),
    )


@pytest.fixture
def house(empty_studio):
    with JobHouse(empty_studio.site.database, workspaces=empty_studio.site.workspaces) as open_:
        yield open_


def worker_of(house, lane):
    return house._workers[("shop", lane)].process


def test_a_file_is_pointed_at_imported_mended_and_taken_back(empty_studio, house):
    studio, actor = empty_studio, empty_studio.actor()
    one = looked(studio, bring(studio))
    assert one.unknown_tables
    assert one.proposed_tables[0]["proposed"]["events"][0]["event"]
    names = accept_proposals(studio.site, actor, [one.id])
    assert names == [path.stem for path in (studio.path / "mappings").iterdir()]
    known = looked(studio, one)
    assert known.is_ready
    with pytest.raises(NotFoundError):
        accept_proposals(studio.site, actor, [one.id])

    done = over(studio, uploads.import_uploads(studio.site, actor, [one.id]))
    assert done.state is JobState.DONE
    report = done.result["files"][one.id]["reports"][0]
    assert (report["records"], report["stored"], report["quarantined"]) == (401, 400, 1)
    assert done.result["build"]["persons"] == 7
    assert (uploads_folder(studio.path) / one.id).exists()

    delivery = data.deliveries_of(studio.site, actor)[0]
    assert (delivery.by_name, delivery.held) == (actor.name, 1)
    line = data.held_records(studio.site, actor, delivery.batch).records[0].line
    told = {line: {"Zeitpunkt": "28.02.2026 09:00"}}
    mended = over(studio, data.mend(studio.site, actor, delivery.batch, told))
    assert mended.result["report"]["stored"] == 1
    assert data.held_records(studio.site, actor, delivery.batch).count == 0

    undone = over(studio, start_job(studio.site, actor, "undo", {"batch": delivery.batch}))
    assert undone.state is JobState.DONE
    assert not (uploads_folder(studio.path) / one.id).exists()


def test_a_bomb_is_refused_in_words(empty_studio, house):
    import gzip  # noqa: PLC0415 - only here

    raw = gzip.compress(b"a;b\n" + b"0;0\n" * 60_000_000, 9)
    actor = empty_studio.actor()
    one = uploads.begin_uploads(
        empty_studio.site, actor, [uploads.NewFile("bomb.csv.gz", len(raw))]
    )[0]
    uploads.put_piece(
        empty_studio.site, actor, one.id, offset=0, checksum=zlib.crc32(raw), piece=raw
    )
    found = looked(empty_studio, one)
    assert "unpack" in json.dumps(dict(found.look))


def test_a_worker_that_dies_leaves_its_job_interrupted_and_it_can_run_again(empty_studio, house):
    studio, actor = empty_studio, empty_studio.actor()
    with exclusive_lock(studio.path / ".lock"):
        job = start_job(studio.site, actor, "undo", {"batch": "none"})
        build = start_job(studio.site, actor, "build")
        until(
            lambda: job_now(studio.site, actor, job.id),
            lambda one: one.task.startswith("waiting"),
        )
        os.kill(worker_of(house, "write").pid, signal.SIGKILL)
        ended = over(studio, job)
    assert ended.state is JobState.INTERRUPTED
    assert "ended from outside" in ended.error["message"]
    assert over(studio, build).state is JobState.FAILED  # nothing was imported: told in words
    again = over(studio, run_again(studio.site, actor, build.id))
    assert again.error["message"] == "Nothing has been imported yet."


def test_a_job_that_waits_for_another_process_can_be_stopped(empty_studio, house):
    studio, actor = empty_studio, empty_studio.actor()
    with exclusive_lock(studio.path / ".lock"):
        job = start_job(studio.site, actor, "undo", {"batch": "none"})
        until(lambda: job_now(studio.site, actor, job.id), lambda one: one.step == 1)
        cancel_job(studio.site, actor, job.id)
        assert over(studio, job, 20).state is JobState.CANCELLED


def test_a_worker_that_hangs_is_ended_when_its_job_is_cancelled(empty_studio, house):
    studio, actor = empty_studio, empty_studio.actor()
    with exclusive_lock(studio.path / ".lock"):
        job = start_job(studio.site, actor, "undo", {"batch": "none"})
        until(lambda: job_now(studio.site, actor, job.id), lambda one: one.step == 1)
        os.kill(worker_of(house, "write").pid, signal.SIGSTOP)
        cancel_job(studio.site, actor, job.id)
        assert over(studio, job, 20).state is JobState.CANCELLED


def test_a_restart_finds_what_was_running_and_says_it_was_interrupted(empty_studio):
    studio, actor = empty_studio, empty_studio.actor()
    job = start_job(studio.site, actor, "build")
    with studio.site.database.session() as session:
        take_job(session, studio.slug, "write", studio.clock())
    assert job_now(studio.site, actor, job.id).state is JobState.RUNNING
    with JobHouse(studio.site.database, workspaces=studio.site.workspaces):
        assert over(studio, job).state is JobState.INTERRUPTED


def test_when_the_house_closes_its_workers_stop(empty_studio):
    studio, actor = empty_studio, empty_studio.actor()
    with JobHouse(studio.site.database, workspaces=studio.site.workspaces) as house:
        over(studio, start_job(studio.site, actor, "build"))
        process = worker_of(house, "write")
    assert process.poll() is not None
    with exclusive_lock(lane_lock(studio.path, "write")):
        pass


def test_jobs_end_in_words_where_no_worker_can_even_start(empty_studio, capfd):
    studio, actor = empty_studio, empty_studio.actor()
    mebibyte = 1024**2
    with JobHouse(studio.site.database, workspaces=studio.site.workspaces, memory_bytes=mebibyte):
        job = over(studio, start_job(studio.site, actor, "coverage"), 90)
    assert job.state is JobState.INTERRUPTED
    assert "Run it again." in job.error["hint"]


def test_a_worker_may_own_no_more_memory_than_it_was_given():
    program = (
        "from waypost.app.studio.job_worker import limit_memory\n"
        "limit_memory(1024**3)\n"
        "kept = bytearray(64 * 1024**2)\n"
        "try:\n    bytearray(2 * 1024**3)\n"
        "except MemoryError:\n    print('refused')\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert told.stdout == "refused\n", told.stderr


def test_a_job_in_line_is_cancelled_at_once(empty_studio):
    studio, actor = empty_studio, empty_studio.actor()
    job = start_job(studio.site, actor, "build")
    assert [one.id for one in jobs_at_work(studio.site, actor)] == [job.id]
    assert cancel_job(studio.site, actor, job.id).state is JobState.CANCELLED
    assert jobs_at_work(studio.site, actor) == []
    assert jobs_of(studio.site, actor)[0].state is JobState.CANCELLED


def test_only_what_is_over_runs_again(empty_studio):
    job = start_job(empty_studio.site, empty_studio.actor(), "build")
    with pytest.raises(ConflictError):
        run_again(empty_studio.site, empty_studio.actor(), job.id)


def test_jobs_need_their_right_and_their_kind(empty_studio):
    with pytest.raises(ForbiddenError):
        start_job(empty_studio.site, empty_studio.actor(Role.COMMENTER), "build")
    with pytest.raises(NotFoundError):
        start_job(empty_studio.site, empty_studio.actor(), "biuld")


ANNA = """Zeitpunkt;E-Mail;Telefon
01.10.2026 09:00;anna@example.org;
01.10.2026 10:00;anna@example.org;+49 89 123456
01.10.2026 11:00;;+49 89 123456
"""


def test_customers_of_one_system_are_joined_by_a_tick(empty_studio, house):
    studio, actor = empty_studio, empty_studio.actor()
    head, ones = "Datum;Kundennummer;Betrag", []
    for name, first in (("orders.csv", 1), ("complaints.csv", 6)):
        rows = [f"{number:02}.03.2026;K{number:03};{number},50" for number in range(first, 26)]
        ones.append(looked(studio, bring(studio, name, "\n".join([head, *rows]))))
        head += ";Notiz"
    (shared,) = shared_numbers(studio.site, actor)
    assert (shared.column, shared.common, shared.fewest) == ("Kundennummer", 20, 20)
    assert shared.is_likely
    assert set(shared.tables) == {"orders.csv", "complaints.csv"}
    accept_proposals(studio.site, actor, [one.id for one in ones], same=["Kundennummer"])
    assert not shared_numbers(studio.site, actor)
    known = [looked(studio, one) for one in ones]
    done = over(studio, uploads.import_uploads(studio.site, actor, [one.id for one in known]))
    assert done.result["build"]["persons"] == 25


def test_what_is_decided_about_identifiers_holds_until_it_is_undone(empty_studio, house):
    studio, actor = empty_studio, empty_studio.actor()
    one = looked(studio, bring(studio, "anrufe.csv", ANNA))
    keep_mapping(studio.site, actor, one.unknown_tables[0]["pointing"])
    looked(studio, one)
    assert over(studio, uploads.import_uploads(studio.site, actor, [one.id])).state is JobState.DONE
    for act, persons in ((identity_view.keep_apart, 2), (identity_view.let_join, 1)):
        person = find_persons(studio.site, actor)[0][0].person
        told = over(studio, identity_view.ask_who(studio.site, actor, person)).result
        edge = told["edges"][0]
        assert edge["kept_apart"] == (persons == 1)
        pair = (edge["one"]["reference"], edge["other"]["reference"])
        done = over(studio, act(studio.site, actor, person, pair))
        assert done.result["build"]["persons"] == persons
    person = find_persons(studio.site, actor)[0][0].person
    phone = next(one for one in told["identifiers"] if one["kind"] == "phone")
    over(studio, identity_view.block(studio.site, actor, person, phone["reference"]))
    line = find_persons(studio.site, actor)[0][0]
    assert line.events == 2
    decided = over(studio, identity_view.ask_merges(studio.site, actor)).result["decisions"]
    number = next(one["number"] for one in decided if one["act"] == "block")
    done = over(studio, identity_view.undo_decision(studio.site, actor, number))
    assert find_persons(studio.site, actor)[0][0].events == 3
