"""Devices as web analytics sees them: cookie ids that do not last, user agents, addresses."""

from __future__ import annotations

import functools
import random
from typing import Any

from waypost.demo.pains import periods
from waypost.demo.people import Device, Person
from waypost.demo.scribes.text import uuid_text

__all__ = ["Track", "app_context", "app_version", "epoch_of", "web_context"]

_DAY = 86_400_000
_AGENTS = {
    "iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{v} like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.{v} Mobile/15E148 Safari/604.1",
    "Android": "Mozilla/5.0 (Linux; Android 15; Pixel {v}) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/14{v}.0.0.0 Mobile Safari/537.36",
    "Windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/14{v}.0.0.0 Safari/537.36",
    "macOS": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.{v} Safari/605.1.15",
    "iPad": "Mozilla/5.0 (iPad; CPU OS 18_{v} like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.{v} Mobile/15E148 Safari/604.1",
}
_TYPES = {"iPhone": "mobile", "Android": "mobile", "iPad": "tablet"}
_FORGETFUL = frozenset({"iPhone", "iPad", "macOS"})


class Track:
    """The cookie of one device at one time, and what the page's script knows about the visitor."""

    __slots__ = ("anonymous_id", "known", "skew", "user_id")

    def __init__(self, device: Device, epoch: int, *, app: bool) -> None:
        dice = random.Random(device.token * 1009 + epoch * 2 + app)
        self.anonymous_id = uuid_text(dice.getrandbits(128))
        self.user_id = ""
        self.known = False
        wrong = random.Random(device.token).random()
        self.skew = 0
        if wrong < 0.012:
            self.skew = int((wrong / 0.012 - 0.4) * 6 * _DAY / 2)


def epoch_of(device: Device, at: int, *, app: bool) -> int:
    """Which of its cookies a device has: Safari's last a fortnight, others for months."""
    life = 240 if app else (14 if device.system in _FORGETFUL else 300)
    return (at + device.token % (life * _DAY)) // (life * _DAY)


@functools.cache
def _releases() -> tuple[int, int]:
    begin, end = periods()["app_cart_lost"]
    return begin * 1000, end * 1000


def app_version(at: int) -> str:
    """The app's version at an instant in milliseconds; 4.2.0 is the one that empties carts."""
    begin, end = _releases()
    if at >= end:
        return "4.2.1"
    return "4.2.0" if at >= begin else "4.1.3"


def web_context(person: Person, device: Device) -> dict[str, Any]:
    """What is the same on every page of one device."""
    kind = _TYPES.get(device.system, "desktop")
    return {
        "device": {"type": kind},
        "ip": _address(device),
        "library": {"name": "analytics.js", "version": "npm:next-1.81.0"},
        "locale": "en-GB" if person.seed % 23 == 0 else "de-DE",
        "timezone": "Europe/Berlin",
        "userAgent": _AGENTS[device.system].replace("{v}", str(device.token % 5 + 1)),
        "userAgentData": {"mobile": kind == "mobile", "platform": device.system},
    }


def app_context(device: Device, at: int) -> dict[str, Any]:
    """The same in the app."""
    apple = device.system == "iPhone"
    return {
        "app": {"name": "Alpenrad", "version": app_version(at), "namespace": "de.alpenrad.shop"},
        "device": {
            "id": uuid_text(random.Random(device.token + 5).getrandbits(128)).upper(),
            "manufacturer": "Apple" if apple else "Google",
            "model": "iPhone16,2" if apple else "Pixel 9",
            "type": "ios" if apple else "android",
        },
        "ip": _address(device),
        "library": {"name": "analytics-ios" if apple else "analytics-android", "version": "4.1.8"},
        "locale": "de-DE",
        "os": {"name": "iOS" if apple else "Android", "version": "18.2" if apple else "15"},
        "timezone": "Europe/Berlin",
    }


def _address(device: Device) -> str:
    # 100.64.0.0/10 is nobody's public address.
    token = device.token
    return f"100.{64 + token % 64}.{token // 64 % 256}.{token // 16384 % 254 + 1}"
