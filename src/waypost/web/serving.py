"""Serve a site: one listening socket, and a clean end."""

from __future__ import annotations

import errno
import ipaddress
import socket
import threading
from collections.abc import Callable

import uvicorn

from waypost.app.studio.asking import warm
from waypost.app.studio.journey_overview import usual_questions
from waypost.app.studio.map_numbers import read_ahead
from waypost.app.studio.site import Site
from waypost.errors import ConflictError, InputError
from waypost.questions.charts import written
from waypost.web.application import create_app

__all__ = ["address_of", "is_loopback", "listen", "serve"]

_GRACE_SECONDS = 3
_ANY_CHART = {
    "data": {"values": [{"x": 1, "words": "a"}]},
    "mark": "bar",
    "encoding": {
        "x": {"field": "x", "type": "quantitative"},
        "y": {"field": "words", "type": "nominal"},
    },
}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one.

    Raises ``ConflictError`` for a port in use, ``InputError`` for a host that this machine is not.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=256)
    except PermissionError as error:
        raise InputError(
            f"Port {port} is reserved for the system.", hint="Choose one from 1024 on with --port."
        ) from error
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise ConflictError(
                f"Port {port} is in use already.",
                hint="Perhaps the studio runs already. Or choose another one with --port.",
            ) from error
        raise InputError(
            f"{host}:{port} is no address of this machine.",
            hint="Use 127.0.0.1 for this machine only, 0.0.0.0 for everybody in the network.",
        ) from error


def address_of(listener: socket.socket, host: str) -> str:
    """Where a browser on this machine finds what listens."""
    port = listener.getsockname()[1]
    name = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def is_loopback(host: str) -> bool:
    """True for a host that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(site: Site, listener: socket.socket, *, on_ready: Callable[[], None]) -> None:
    """Serve until somebody stops it; ``on_ready`` is called once requests are answered.

    The usual questions are asked and the latest maps read in the background meanwhile, so that
    kernels are compiled and answers at hand when somebody looks. Open requests get three seconds
    to end. Raises ``KeyboardInterrupt`` after Ctrl-C, when everything is closed.
    """
    config = uvicorn.Config(
        create_app(site),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=30,
    )
    server = _Announcing(config, on_ready)
    threading.Thread(target=_draw_anything, name="waypost-draw", daemon=True).start()
    warm(site, usual_questions, read_ahead)
    server.run(sockets=[listener])


def _draw_anything() -> None:
    """Load what draws charts, so that the first picture takes no longer than the next."""
    written(_ANY_CHART, "any.svg")


class _Announcing(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()
