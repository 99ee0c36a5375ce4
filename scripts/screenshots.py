"""Pictures of the journey map: both languages, light and dark, phone to wall, and the A3 sheet.

Without argument the test suite's bicycle shop is drawn, else the map in the given JSON file.
"""

from __future__ import annotations

import argparse
import sys
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.browser import chromium  # noqa: E402 - found only with the root on the path
from waypost.exports import render_html  # noqa: E402 - imports stay together
from waypost.maps.document import JourneyMap, load_map  # noqa: E402 - as above

FIXTURE = ROOT / "tests" / "exports" / "bicycle.json"
WIDTHS = (390, 1440, 2560)
HEIGHT = 900


def draw(document: JourneyMap, directory: Path) -> list[Path]:
    """All pictures of one map; returns the files written."""
    directory.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    with chromium() as browser:
        for language in ("de", "en"):
            page_file = directory / f"map.{language}.html"
            page_file.write_bytes(render_html(document, language=language))
            for scheme, width in product(("light", "dark"), WIDTHS):
                page = browser.new_page(
                    viewport={"width": width, "height": HEIGHT}, color_scheme=scheme
                )
                page.goto(page_file.as_uri())
                picture = directory / f"map.{language}-{scheme}-{width}.png"
                page.screenshot(path=picture, full_page=True)
                written.append(picture)
                page.close()
            page = browser.new_page()
            page.goto(page_file.as_uri())
            sheet = directory / f"map.{language}-a3.pdf"
            page.pdf(path=sheet, prefer_css_page_size=True, print_background=True)
            written += [page_file, sheet]
            page.close()
    return written


def main() -> None:
    """Draw and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("map", nargs="?", type=Path, default=FIXTURE, help="a map as JSON")
    parser.add_argument("--to", type=Path, default=ROOT / "screenshots", help="directory")
    told = parser.parse_args()
    for path in draw(load_map(told.map.read_bytes()), told.to):
        print(path)


if __name__ == "__main__":
    main()
