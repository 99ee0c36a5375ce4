"""Events are counted by their tags, whatever stands between and wherever the bytes are cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from waypost.intake.formats import xes

LOG = b"""<?xml version="1.0"?><log><!-- <trace><event></event></trace> -->
<trace><string key="a" value="1"/><event><date key="b"/></event><event/></trace><event/>
<trace><event></event><!-- - <event/> --></trace><trace/><event></event>
<trace><string key="event" value="&lt;event>"/><eventual/><event a="1"><![CDATA[ <event> ]]></event>
<?pi <event/> ?></trace></log>"""


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 10_000])
def test_tags_are_counted_wherever_the_pieces_are_cut(size: int) -> None:
    pieces = (LOG[at : at + size] for at in range(0, len(LOG), size))

    assert xes._count_tags(pieces) == 4


def test_a_parser_counts_the_same(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_bytes(LOG)

    assert xes._count_wide(path) == xes.XES.count(path) == 4


def test_a_log_in_utf_16_is_counted_too(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_bytes(LOG.decode().replace("<?xml version", "<?xml version", 1).encode("utf-16"))

    assert xes.XES.count(path) == 4
