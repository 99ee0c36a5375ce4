"""Pictures: recognised by content, kept once, without what a camera says about its owner."""

import struct
import zlib

import pytest

from waypost.app.studio.image_reading import MOST_BYTES, read_picture
from waypost.app.studio.images import add_image, image_of
from waypost.errors import ForbiddenError, NotFoundError, UnreadableFileError


def png(width=3, height=2, *chunks):
    def chunk(name, content):
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * 3 * width for _ in range(height)))
    extra = b"".join(chunk(name, content) for name, content in chunks)
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width=4, height=3, orientation=1):
    def segment(marker, content):
        return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content

    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + b"\0\0\0\0GPS 48.137 11.575"
    size = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    return (
        b"\xff\xd8"
        + segment(0xE1, exif)
        + segment(0xFE, b"taken by somebody")
        + segment(0xC0, size)
        + b"\xff\xda\0\x02data\xff\xd9"
    )


def webp(width=5, height=4):
    def chunk(name, content):
        return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    flags = bytes([0x0C]) + b"\0\0\0"
    head = flags + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + chunk(b"VP8X", head) + chunk(b"EXIF", b"GPS here") + chunk(b"VP8 ", b"data")
    return b"RIFF" + struct.pack("<I", len(body)) + body


GIF = b"GIF89a" + struct.pack("<HH", 7, 6) + b"\0\0\0;"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 12"><path d="M0 0"/></svg>'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (png(), ("image/png", 3, 2)),
        (jpeg(), ("image/jpeg", 4, 3)),
        (webp(), ("image/webp", 5, 4)),
        (GIF, ("image/gif", 7, 6)),
        (SVG, ("image/svg+xml", 24, 12)),
        (SVG.replace(b"viewBox", b'width="10px" height="20" x'), ("image/svg+xml", 10, 20)),
    ],
)
def test_a_picture_is_recognised_by_its_content(content, told):
    found = read_picture(content)
    assert (found.media_type, found.width, found.height) == told


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (png(3, 2, (b"tEXt", b"Author\0Somebody"), (b"eXIf", b"GPS here")), b"Somebody"),
        (png(3, 2, (b"eXIf", b"GPS here")), b"GPS"),
        (jpeg(), b"GPS"),
        (jpeg(), b"somebody"),
        (webp(), b"GPS"),
    ],
)
def test_where_and_by_whom_a_picture_was_taken_is_not_kept(content, secret):
    assert secret in content
    assert secret not in read_picture(content).content


def test_a_photo_that_lies_on_its_side_still_says_so():
    found = read_picture(jpeg(4, 3, orientation=6))
    assert (found.width, found.height) == (3, 4)
    again = read_picture(found.content)
    assert (again.width, again.height, again.content) == (3, 4, found.content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe1",
        b"RIFF\0\0\0\0WEBP",
        b"GIF89a",
        png(width=0),
        png(width=20_001),
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        b"<svg",
        b"<g><svg/></g>",
        b"\0" * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(UnreadableFileError):
        read_picture(content)


def test_the_same_picture_is_kept_once_and_seen_by_who_may_see_the_map(house):
    shop = house.new_map()
    first, second = (add_image(house.site, house.emil, shop, png()) for _ in range(2))
    assert first.id == second.id
    assert image_of(house.site, house.vito, shop, first.id).content == first.content
    op = {"op": "add", "kind": "images", "id": first.id}
    told = {"media_type": first.media_type, "width": first.width, "height": first.height}
    house.change(shop, {**op, "value": told})
    assert first.id in house.open(shop).document.images


def test_who_may_not_edit_adds_no_picture_and_none_is_found_that_is_not_there(house):
    shop = house.new_map()
    with pytest.raises(ForbiddenError):
        add_image(house.site, house.cora, shop, png())
    with pytest.raises(NotFoundError):
        image_of(house.site, house.vito, shop, "i_aaaaaaaaaaaa")
