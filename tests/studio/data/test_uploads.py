"""Files come in pieces: resumed, checked, never outside of their own folder."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.app.studio import uploads
from waypost.app.studio.files_in import safe_name, uploads_folder
from waypost.app.studio.jobs import jobs_of
from waypost.app.studio.permissions import Role
from waypost.errors import ConflictError, ForbiddenError, InputError, NotFoundError

BYTES = bytes(range(256)) * 40


def piece(studio, upload, offset, data, checksum=None):
    checksum = zlib.crc32(data) if checksum is None else checksum
    return uploads.put_piece(
        studio.site, studio.actor(), upload.id, offset=offset, checksum=checksum, piece=data
    )


def begun(studio, name="orders.csv", size=10_240, stamp="1"):
    file = uploads.NewFile(name, size, stamp=stamp)
    return uploads.begin_uploads(studio.site, studio.actor(), [file])[0]


def content(studio, upload):
    return (uploads_folder(studio.path) / upload.id / "content").read_bytes()


def test_pieces_make_the_file(empty_studio):
    one = begun(empty_studio)
    piece(empty_studio, one, 0, BYTES[:4000])
    done = piece(empty_studio, one, 4000, BYTES[4000:])
    assert done.state == "complete"
    assert content(empty_studio, one) == BYTES


def test_a_file_that_broke_off_goes_on_where_it_was(empty_studio):
    one = begun(empty_studio)
    piece(empty_studio, one, 0, BYTES[:4000])
    again = begun(empty_studio)
    assert (again.id, again.received) == (one.id, 4000)


def test_another_file_of_the_same_name_is_another_upload(empty_studio):
    assert begun(empty_studio, stamp="1").id != begun(empty_studio, stamp="2").id


def test_a_piece_of_another_place_is_told_where_to_go_on(empty_studio):
    one = begun(empty_studio)
    piece(empty_studio, one, 0, BYTES[:4000])
    with pytest.raises(ConflictError) as caught:
        piece(empty_studio, one, 8000, BYTES[8000:])
    assert caught.value.facts["received"] == 4000


def test_the_same_piece_twice_changes_nothing(empty_studio):
    one = begun(empty_studio)
    piece(empty_studio, one, 0, BYTES[:4000])
    assert piece(empty_studio, one, 0, BYTES[:4000]).received == 4000


def test_a_damaged_piece_is_refused(empty_studio):
    one = begun(empty_studio)
    with pytest.raises(InputError, match="damaged"):
        piece(empty_studio, one, 0, BYTES[:10], checksum=1)


def test_an_empty_file_is_refused_at_once(empty_studio):
    with pytest.raises(InputError, match="empty"):
        begun(empty_studio, size=0)


def test_a_file_larger_than_the_disk_is_refused_at_once(empty_studio):
    with pytest.raises(InputError, match="free on the disk"):
        begun(empty_studio, size=2**40)


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\boot.ini", "/etc/x", "a/../b.csv"])
def test_a_name_is_never_a_path(empty_studio, name):
    one = begun(empty_studio, name=name)
    assert "/" not in one.name
    assert "\\" not in one.name
    assert one.name not in ("", ".", "..")


@given(st.text(max_size=300))
def test_any_name_becomes_one_plain_component(name):
    safe = safe_name(name)
    assert safe == safe_name(safe)
    assert len(safe.encode()) <= 240
    assert not safe.startswith(".")
    assert not set(safe) & set('/\\\0<>:"|?*\n')


def test_a_complete_file_is_looked_at_by_a_job_that_no_history_shows(empty_studio):
    one = begun(empty_studio)
    done = piece(empty_studio, one, 0, BYTES)
    assert done.job is not None
    assert jobs_of(empty_studio.site, empty_studio.actor()) == []


def test_what_was_discarded_is_gone(empty_studio):
    one = begun(empty_studio)
    piece(empty_studio, one, 0, BYTES[:10])
    uploads.discard_upload(empty_studio.site, empty_studio.actor(), one.id)
    assert not (uploads_folder(empty_studio.path) / one.id).exists()
    with pytest.raises(NotFoundError):
        uploads.upload_now(empty_studio.site, empty_studio.actor(), one.id)


def test_the_sweep_removes_bytes_that_no_upload_needs_and_old_uploads(empty_studio):
    stray = uploads_folder(empty_studio.path) / "stray"
    stray.mkdir(parents=True)
    one = begun(empty_studio)
    piece(empty_studio, one, 0, BYTES[:10])
    assert uploads.sweep_uploads(empty_studio.site, empty_studio.slug) == 1
    assert not stray.exists()
    empty_studio.clock.ahead += empty_studio.clock.ahead.__class__(days=8)
    assert uploads.sweep_uploads(empty_studio.site, empty_studio.slug) == 1
    assert uploads.open_uploads(empty_studio.site, empty_studio.actor()) == []


def test_a_viewer_brings_nothing_in(empty_studio):
    with pytest.raises(ForbiddenError):
        uploads.begin_uploads(
            empty_studio.site, empty_studio.actor(Role.VIEWER), [uploads.NewFile("a.csv", 1)]
        )
