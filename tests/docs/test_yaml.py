"""YAML and TOML in the documentation are read by what reads them in a workspace."""

from __future__ import annotations

import pytest
import yaml

from tests.docs.pages import DOCS, blocks
from waypost.identity import load_settings
from waypost.intake import read_mapping
from waypost.journeys.binding import read_rules

READERS = {"mappings": read_mapping, "rules": read_rules, "identity": load_settings}
BLOCKS = [block for page in sorted(DOCS.rglob("*.md")) for block in blocks(page, "yaml")]


def test_every_kind_of_file_has_an_example():
    assert {block.page.stem for block in BLOCKS} >= set(READERS)


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_an_example_is_read_by_the_reader_of_its_file(block, tmp_path):
    read = READERS[block.page.stem]
    path = tmp_path / "example.yaml"
    path.write_text(block.code, encoding="utf-8")
    found = read(path)
    named = yaml.safe_load(block.code)
    assert named
    assert set(named) <= set(type(found).model_fields)
