"""The pictures on the pages of questions: each question's chart, of one small shop."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.picture_shop import every_question, picture_shop  # noqa: E402 - found with the root
from waypost.engines import LocalEngine  # noqa: E402 - imports stay together
from waypost.questions.charts import chart_spec, node_names, written  # noqa: E402 - as above

PICTURES = ROOT / "docs" / "images" / "questions"
WIDTH = 680


def main() -> None:
    """Draw ``docs/images/questions/<name>.svg`` for every question."""
    shop, engine = picture_shop(), LocalEngine(threads=1)
    PICTURES.mkdir(parents=True, exist_ok=True)
    names = node_names(shop, "en")
    for name, question in every_question().items():
        spec = chart_spec(engine.run(question, shop), "en", width=WIDTH, names=names)
        (PICTURES / f"{name}.svg").write_bytes(written(spec, f"{name}.svg"))


if __name__ == "__main__":
    main()
