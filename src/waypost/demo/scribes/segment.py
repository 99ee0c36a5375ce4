"""Segment's lines of web shop and app: anonymous ids, identify calls, retries, wrong clocks."""

from __future__ import annotations

import random
from typing import Any

import orjson

from waypost.demo.company import SHOPS, Product
from waypost.demo.happenings import Happening, Life
from waypost.demo.ledger import Ledger, spoken_email
from waypost.demo.people import Device, Person
from waypost.demo.scribes.agents import Track, app_context, epoch_of, web_context
from waypost.demo.scribes.text import iso_millis, uuid_text
from waypost.demo.scribes.wording import search_words

__all__ = ["FILE", "SegmentScribe"]

FILE = "segment_events.jsonl"
_HOST = "https://www.alpenrad.example"
_PAGES = {"home": ("/", "Startseite"), "order_status": ("/account/orders", "Bestellstatus")}
_CAMPAIGNS = {
    "google_ads": ("google", "cpc", "shopping-de"),
    "meta_ads": ("facebook", "paid_social", "remarketing-raeder"),
    "instagram": ("instagram", "social", "story"),
}
_REFERRERS = {
    "organic": "https://www.google.com/",
    "google_ads": "https://www.google.com/",
    "meta_ads": "https://m.facebook.com/",
    "instagram": "https://l.instagram.com/",
    "referral": "https://www.radforum.example/",
}


class SegmentScribe:
    """Writes one person's online events; remembers what each cookie already knows."""

    def __init__(self, ledger: Ledger, person: Person, life: Life, dice: random.Random) -> None:
        self._ledger = ledger
        self._person = person
        self._life = life
        self._dice = dice
        self._tracks: dict[tuple[int, int], Track] = {}
        self._contexts: dict[int, dict[str, Any]] = {}
        self._page: dict[str, Any] = {}
        self._campaign: tuple[str, str, str] | None = None

    def write(self, happening: Happening) -> None:
        """Write what the tracking sees of a happening; nothing without consent."""
        person = self._person
        if not person.consents or self._lost(happening):
            self._ledger.happened(person, happening)
            return
        device = self._device(happening)
        track = self._track(device, happening)
        call = self._call(happening)
        self._identify(happening, device, track)
        key = self._send(happening.at, device, track, happening.trail, call)
        self._ledger.happened(person, happening, file=FILE, record=key)

    def _lost(self, happening: Happening) -> bool:
        """Payment providers do not always lead back to the page that counts the order."""
        return happening.event == "Order Placed" and self._dice.random() < 0.07

    def _device(self, happening: Happening) -> Device:
        way = happening.data.get("way")
        return self._person.desk_device if way == "desktop" else self._person.phone_device

    def _track(self, device: Device, happening: Happening) -> Track:
        app = happening.trail == "app"
        epoch = epoch_of(device, happening.at, app=app)
        place = (device.token + app, epoch)
        if place not in self._tracks:
            self._tracks[place] = Track(device, epoch, app=app)
        return self._tracks[place]

    def _identify(self, happening: Happening, device: Device, track: Track) -> None:
        """Log-in, guest checkout, newsletter and test ride say who it is."""
        person, event, data = self._person, happening.event, happening.data
        login = bool(data.get("login")) and event == "Checkout Started"
        login = login or (happening.trail == "app" and bool(person.customer_id))
        if login and not track.user_id:
            if happening.trail == "app" and self._dice.random() < 0.3:
                alias = {"type": "alias", "previousId": track.anonymous_id}
                track.user_id = person.customer_id
                self._send(happening.at - 350, device, track, happening.trail, alias)
            track.user_id = person.customer_id
            self._send_traits(happening, device, track, person.email)
        elif self._gives_email(event, data) and not (track.known or track.user_id):
            email = person.second_email if event == "Newsletter Subscribed" else ""
            typed = spoken_email(email or person.email, self._dice)
            self._send_traits(happening, device, track, typed)

    @staticmethod
    def _gives_email(event: str, data: dict[str, Any]) -> bool:
        first_step = event == "Checkout Step Completed" and data.get("step") == 1
        return first_step or event in {"Newsletter Subscribed", "Test Ride Booked"}

    def _send_traits(self, happening: Happening, device: Device, track: Track, email: str) -> None:
        person = self._person
        traits: dict[str, Any] = {"email": email}
        phone = self._dice.random() < (0.8 if happening.event == "Test Ride Booked" else 0.15)
        if phone:
            traits["phone"] = person.phone
        if track.user_id:
            traits |= {"firstName": person.first_name, "lastName": person.last_name}
        track.known = True
        call = {"type": "identify", "traits": traits}
        key = self._send(happening.at - 120, device, track, happening.trail, call)
        shown = [("email", email.strip().lower()), ("phone", person.phone if phone else "")]
        self._ledger.trace(FILE, key, person.id, shown)

    def _call(self, happening: Happening) -> dict[str, Any]:
        event, data = happening.event, happening.data
        if event == "Page Viewed":
            self._arrive(data)
            title = _PAGES[data["page"]][1]
            kind = "screen" if happening.trail == "app" else "page"
            return {"type": kind, "name": title, "properties": {"title": title}}
        name = "Order Completed" if event == "Order Placed" else event
        return {"type": "track", "event": name, "properties": self._properties(happening)}

    def _arrive(self, data: dict[str, Any]) -> None:
        path, title = _PAGES[data["page"]]
        entry = data.get("entry", "")
        self._page = {"path": path, "title": title, "url": _HOST + path, "search": ""}
        self._page["referrer"] = _REFERRERS.get(entry, "")
        known = _CAMPAIGNS.get(entry)
        letter = entry and entry not in _REFERRERS and entry != "direct"
        if "page" in data and data["page"] == "home":
            self._campaign = ("newsletter", "email", entry) if letter else known

    def _properties(self, happening: Happening) -> dict[str, Any]:
        data, found = happening.data, {}
        product = data.get("product")
        if product is not None:
            found = _product(product)
            self._page = {"path": f"/products/{product.sku.lower()}", "title": product.name}
            self._page["url"] = _HOST + self._page["path"]
        if "shop" in data:
            found["store"] = SHOPS[data["shop"]].name
        if happening.event == "Products Searched":
            found["query"] = search_words(data["category"], self._dice, found=data["results"] > 0)
            found["results"] = data["results"]
        if happening.event == "Order Placed":
            return self._order(happening)
        for source, target in (
            ("step", "step"),
            ("payment", "payment_method"),
            ("reason", "reason"),
        ):
            if source in data:
                found[target] = data[source]
        found |= _amounts(happening)
        return found

    def _order(self, happening: Happening) -> dict[str, Any]:
        order = self._life.orders[happening.order]
        number = self._ledger.numbers.orders[self._person.number, happening.order]
        return {
            "order_id": number,
            "total": order.total / 100,
            "revenue": (order.subtotal - order.discount) / 100,
            "shipping": order.shipping / 100,
            "discount": order.discount / 100,
            "coupon": order.code,
            "currency": "EUR",
            "products": [
                _product(line.product) | {"quantity": line.quantity} for line in order.lines
            ],
        }

    def _context(self, device: Device, trail: str, at: int) -> dict[str, Any]:
        if trail == "app":
            return app_context(device, at)
        if device.token not in self._contexts:
            self._contexts[device.token] = web_context(self._person, device)
        context = self._contexts[device.token] | {"page": self._page}
        if self._campaign:
            source, medium, name = self._campaign
            context["campaign"] = {"source": source, "medium": medium, "name": name}
        return context

    def _send(self, at: int, device: Device, track: Track, trail: str, call: dict[str, Any]) -> str:
        """Write the line, perhaps late, perhaps twice; the message id is returned."""
        dice = self._dice
        chance = dice.random()
        app = trail == "app"
        delay = int(180 + 1400 * dice.random())
        if chance < (0.03 if app else 0.004):
            delay += int(36 * 3_600_000 * dice.random())
        sent = at + delay
        received = sent + int(40 + 300 * dice.random())
        key = uuid_text(dice.getrandbits(128))
        key = key.upper() if app else f"ajs-next-{at}-{key}"
        line: dict[str, Any] = {"messageId": key, **call, "anonymousId": track.anonymous_id}
        if track.user_id:
            line["userId"] = track.user_id
        line |= {
            "channel": "mobile" if app else "browser",
            "context": self._context(device, trail, at),
            "integrations": {},
            "originalTimestamp": iso_millis(at + track.skew),
            "sentAt": iso_millis(sent + track.skew),
            "receivedAt": iso_millis(received),
            "timestamp": iso_millis(received - (sent - at)),
            "version": "2",
        }
        text = orjson.dumps(line) + b"\n"
        if dice.random() < 1 / 2_500:
            self._ledger.tear(FILE, received, text)
        self._ledger.write(FILE, received, text)
        if dice.random() < 0.018:
            again = received + int(2_000 + 60_000 * dice.random())
            line["receivedAt"] = iso_millis(again)
            line["sentAt"] = iso_millis(again - received + sent + track.skew)
            self._ledger.repeat(FILE, again, orjson.dumps(line) + b"\n")
        self._trace(key, track, call, device if app else None)
        return key

    def _trace(self, key: str, track: Track, call: dict[str, Any], phone: Device | None) -> None:
        shown = [("anonymous_id", track.anonymous_id), ("user_id", track.user_id)]
        if phone is not None:
            token = random.Random(phone.token + 5).getrandbits(128)
            shown.append(("device_id", uuid_text(token).upper()))
        number = call.get("properties", {}).get("order_id", "")
        shown.append(("order_id", number))
        self._ledger.trace(FILE, key, self._person.id, shown)


def _product(product: Product) -> dict[str, Any]:
    return {
        "product_id": product.sku,
        "sku": product.sku,
        "name": product.name,
        "category": product.category,
        "brand": product.vendor,
        "price": product.price / 100,
        "currency": "EUR",
    }


def _amounts(happening: Happening) -> dict[str, Any]:
    data = happening.data
    found: dict[str, Any] = {}
    if "value" in data:
        found |= {"value": data["value"] / 100, "currency": "EUR"}
    if "quantity" in data:
        found["quantity"] = data["quantity"]
    if "products" in data:
        found["products_count"] = data["products"]
    if "category" in data:
        found["category"] = data["category"]
    if "method" in data:
        found["shipping_method"] = data["method"]
    return found
