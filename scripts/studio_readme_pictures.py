"""The README's pictures of the studio, cut from those that studio_pictures.py drew.

python scripts/studio_pictures.py editor journeys persona opportunities --persons 3000
python scripts/studio_readme_pictures.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("editor", "journeys", "persona", "opportunities")
TALLEST, COLOURS = 1_000, 128


def main() -> None:
    """Write ``docs/images/studio-<name>.<language>.png``, cut to one screen and few colours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, default=ROOT / "screenshots" / "studio")
    folder = parser.parse_args().folder
    for name in NAMES:
        for language in ("de", "en"):
            picture = Image.open(folder / f"{name}.{language}-light-1440.png").convert("RGB")
            cut = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
            target = ROOT / "docs" / "images" / f"studio-{name}.{language}.png"
            cut.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
            print(target)


if __name__ == "__main__":
    main()
