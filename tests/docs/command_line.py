"""Commands as the documentation shows them."""

from __future__ import annotations

import re
import shlex

from tests.docs.pages import blocks, prose
from waypost.cli.commands import build_app
from waypost.cli.session import Session

INLINE = re.compile(r"`(waypost [^`]+)`")


def commands():
    """The commands by name."""
    return build_app(Session(language="en", as_json=False)).commands


def shown(page):
    """Every command line that a page shows, in blocks and in the text, split into words."""
    lines = [line for kind in ("sh", "") for block in blocks(page, kind) for line in joined(block)]
    lines = [line for line in lines if line.startswith("waypost ")]
    for line in (*lines, *INLINE.findall(prose(page))):
        yield shlex.split(line, comments=True)[1:]


def joined(block):
    """The lines of a block; a line that ends in a backslash goes on."""
    return block.code.replace("\\\n", " ").splitlines()
