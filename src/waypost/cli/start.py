"""Start of the command line: choose the language, run the command, print our errors."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping, Sequence

from waypost.cli.session import Session
from waypost.errors import CancelledError, WaypostError
from waypost.kit.translation import LANGUAGES

__all__ = ["main", "wanted_language"]


def main() -> None:
    """Run one command and leave with its exit code."""
    session = Session(
        language=wanted_language(sys.argv[1:], os.environ), as_json="--json" in sys.argv
    )
    try:
        from waypost.cli.commands import build_app  # noqa: PLC0415 - the language comes first

        build_app(session)()
    except WaypostError as error:
        _fail(session, error)
    except KeyboardInterrupt:
        _fail(session, CancelledError(session.text("Stopped. Nothing is half done.")))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def wanted_language(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """``--language X``, else WAYPOST_LANGUAGE, else the machine's locale, else English."""
    given = environment.get("WAYPOST_LANGUAGE", "")
    for index, word in enumerate(words):
        if word == "--language" and index + 1 < len(words):
            given = words[index + 1]
        elif word.startswith("--language="):
            given = word.partition("=")[2]
    if not given:
        names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        given = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    short = given[:2].lower()
    return short if short in LANGUAGES else "en"


def _fail(session: Session, error: WaypostError) -> None:
    session.output.error(error, session.text("What to do"))
    sys.exit(error.exit_code)
