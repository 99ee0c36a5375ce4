"""Start of the command line: choose the language, run the command, print our errors."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from waypost.cli.phrases import said
from waypost.cli.session import Session, guessed_language, session_for
from waypost.cli.usage import UsageError, usage_error
from waypost.errors import CancelledError, ConflictError, InputError, WaypostError

__all__ = ["main", "run"]

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main() -> NoReturn:
    """Run the command of this process and leave with its exit code."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """Run one command; returns its exit code, after an error has been told."""
    session = Session(language=guessed_language(os.environ), as_json="--json" in words)
    try:
        session = session_for(words, os.environ)
        return _run(session, list(words))
    except WaypostError as error:
        return _told(session, error)
    except UsageError as error:
        return _told(session, usage_error(session, error))
    except (KeyboardInterrupt, typer.Abort):
        return _told(session, CancelledError("Stopped. Nothing is half done."))
    except BrokenPipeError:
        raise
    except OSError as error:
        told = _disk_error(error)
        if told is None:
            raise
        return _told(session, told)


def _run(session: Session, words: list[str]) -> int:
    from waypost.cli.commands import build_app  # noqa: PLC0415 - errors above come without them

    app = build_app(session)
    code = app.main(words, prog_name="waypost", standalone_mode=False, obj=session)
    return code if isinstance(code, int) else 0


def _disk_error(error: OSError) -> WaypostError | None:
    """What the machine refused, in words; None where nothing is known of it."""
    if error.errno in _FULL:
        return ConflictError(
            "There is no room left on the disk.",
            hint="Nothing is half done. Make room, then run the same command again.",
        )
    if error.filename is None:
        return None
    return InputError(f"{error.filename}: {error.strerror}.")


def _told(session: Session, error: WaypostError) -> int:
    message, hint = said(session.gettext, error.message), said(session.gettext, error.hint)
    session.output.error(error.as_dict() | {"message": message, "hint": hint})
    return error.exit_code
