"""The pictures of the README: the demo company's map in both languages."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.browser import chromium  # noqa: E402 - found only with the root on the path
from waypost.exports import render_html  # noqa: E402 - imports stay together
from waypost.maps.document import load_map  # noqa: E402 - as above

WIDTH, HEIGHT = 1760, 1700


def main() -> None:
    """Draw ``docs/images/map.de.png`` and ``map.en.png`` from a map document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("map", type=Path, help="a map as JSON, such as demo/map.json")
    document = load_map(parser.parse_args().map.read_bytes())
    with chromium() as browser:
        for language in ("de", "en"):
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.set_content(render_html(document, language=language).decode())
            page.evaluate("document.fonts.ready")
            page.screenshot(path=ROOT / "docs" / "images" / f"map.{language}.png")
            page.close()


if __name__ == "__main__":
    main()
