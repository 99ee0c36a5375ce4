"""Write ``docs/map.schema.json``: ``python -m tests.docs.map_schema``."""

from __future__ import annotations

import json

from tests.docs.pages import DOCS
from waypost.maps.document import JourneyMap

PATH = DOCS / "map.schema.json"


def schema_text():
    """The JSON Schema of a map document, the same bytes for the same models."""
    schema = JourneyMap.model_json_schema()
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | schema, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(schema_text(), encoding="utf-8")
