"""The studio is started: where it is, how the first person gets in, how it is stopped."""

from __future__ import annotations

import os
import shlex
import sys
import threading
import webbrowser
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Literal
from urllib.parse import urlsplit

from waypost.app.studio.accounts import NewAccount, has_users
from waypost.app.studio.map_making import NewMap, create_map
from waypost.app.studio.members import actor_of
from waypost.app.studio.secret_keys import new_secret
from waypost.app.studio.signing_in import (
    Place,
    first_owner_link,
    make_first_owner,
    sign_in_link,
)
from waypost.app.studio.site import Site, open_site
from waypost.cli.session import Session
from waypost.errors import InputError, MissingExtraError
from waypost.web.serving import address_of, is_loopback, listen, serve
from waypost.web.statics import FOLDER

__all__ = ["Serving", "run"]

_DEMO_EMAIL = "demo@example.org"


@dataclass(frozen=True, slots=True)
class Serving:
    """What was asked for on the command line."""

    shops: tuple[Path, ...]
    host: str
    port: int
    database: str
    address: str
    opens_browser: bool
    sign_in: str
    is_demo: bool


def run(session: Session, wishes: Serving) -> None:
    """Serve until Ctrl-C; a demo that nobody watches only says how to start it."""
    _check_front_end()
    if wishes.is_demo and not _is_watched():
        session.next("serve", wishes.shops[0], "--demo")
        return
    address = _checked(wishes.address)
    with listen(wishes.host, wishes.port) as listener:
        shown = address or address_of(listener, wishes.host)
        with closing(open_site(wishes.shops, database=wishes.database, address=shown)) as site:
            _serve(session, wishes, site, listener)


def _serve(session: Session, wishes: Serving, site: Site, listener: socket) -> None:
    entrance = _entrance(site, wishes)
    _warn(session, wishes)
    with suppress(KeyboardInterrupt):
        serve(site, listener, on_ready=lambda: _tell(session, site, wishes, entrance))
    session.output.line()
    session.output.line(session.gettext("The studio has stopped."))
    sys.stdout.flush()


def _entrance(site: Site, wishes: Serving) -> str:
    """The path by which somebody comes in for the first time; empty where none is needed."""
    if wishes.is_demo and not has_users(site):
        _make_demo_account(site, wishes)
    if wishes.is_demo or wishes.sign_in:
        return f"/enter/{sign_in_link(site, wishes.sign_in or _DEMO_EMAIL)}"
    return "" if has_users(site) else f"/welcome/{first_owner_link(site)}"


def _make_demo_account(site: Site, wishes: Serving) -> None:
    """An account that owns everything, with the map that the events show."""
    settings = site.workspace(next(iter(site.workspaces))).settings
    language: Literal["de", "en"] = "en" if settings.language == "en" else "de"
    account = NewAccount(_DEMO_EMAIL, "Demo", new_secret(), language)
    place = Place(wishes.host, "waypost serve")
    owner = make_first_owner(site, first_owner_link(site), account, place).user
    for workspace in site.workspaces:
        create_map(site, actor_of(site, owner, workspace), NewMap("data", language=language))


def _tell(session: Session, site: Site, wishes: Serving, entrance: str) -> None:
    _, output = session.gettext, session.output
    target = f"{site.address}{entrance}"
    if output.as_json:
        output.value({"address": site.address, "entrance": entrance})
        sys.stdout.flush()
    output.heading(_("The studio is open: %s") % site.address)
    if entrance.startswith("/welcome/"):
        output.line(_("Make the first account here (works once, for 24 hours):"))
        output.line(target, style="bold")
    elif entrance:
        output.line(_("This link signs in (works once, for 15 minutes):"))
        output.line(target, style="bold")
    output.faint(_("Stop it with Ctrl-C."))
    sys.stdout.flush()
    if wishes.opens_browser and not output.as_json and _has_browser():
        threading.Thread(target=webbrowser.open, args=(target,), daemon=True).start()


def _warn(session: Session, wishes: Serving) -> None:
    if not is_loopback(wishes.host) and not wishes.address.startswith("https:"):
        session.output.mind(
            session.gettext(
                "Others in the network can reach the studio, and nothing on the way is encrypted. "
                "Put a proxy with https before it and name it with --address."
            )
        )


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if address and (
        parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")
    ):
        raise InputError(
            f"{address} is not an address of a studio.",
            hint="Write it like https://maps.example.org, without a path.",
        )
    return address.rstrip("/")


def _check_front_end() -> None:
    if not (FOLDER / "studio.js").is_file():
        raise MissingExtraError(
            "The studio's pages have not been built in this checkout.",
            hint=f"Run: {shlex.quote(sys.executable)} scripts/frontend.py",
        )


def _is_watched() -> bool:
    return sys.stdout.isatty() and os.environ.get("WAYPOST_DEMO_SERVE", "") != "no"


def _has_browser() -> bool:
    """False on a machine without a screen, where a text browser would take over the terminal."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
