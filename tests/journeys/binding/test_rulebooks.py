"""Shipped rulebooks: every canonical event is bound, in two languages, and an order counts once."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest

from waypost.errors import RuleError
from waypost.journeys.binding import RULEBOOKS, bind
from waypost.model.conditions import Condition

FORMATS = Path(__file__).resolve().parents[3] / "docs" / "formats.md"
CHANNELS = {
    "email": ("email_", "newsletter_"),
    "phone": ("call_", "voicemail_"),
    "crm": ("contact_", "became_", "deal_"),
    "survey": ("nps_", "csat_", "ces_", "survey_"),
    "review": ("review_",),
    "social": ("brand_",),
    "support": ("ticket_",),
    "store": ("purchase_",),
    "app": ("app_", "screen_"),
}


def canonical_events():
    """The events that the page about formats names in its table."""
    section = FORMATS.read_text(encoding="utf-8").split("## Canonical events")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return sorted({name for cell in cells for name in re.findall(r"`([a-z_]+)`", cell)})


def channel_of(event):
    return next((c for c, starts in CHANNELS.items() if event.startswith(starts)), "web")


def touchpoint(binding, event, channel):
    (code,) = binding.combo_codes([(event, channel, "any")])
    return binding.touchpoints[code]


def test_the_page_about_formats_names_the_events_we_test():
    assert {"order_placed", "nps_answered", "call_missed"} < set(canonical_events())
    assert len(canonical_events()) > 60


@pytest.mark.parametrize("name", RULEBOOKS)
def test_every_canonical_event_is_bound_and_has_a_stage(name):
    binding = bind(stages=name)
    codes = binding.combo_codes([(e, channel_of(e), "any") for e in canonical_events()])
    stages = [binding.touchpoints[code].stage for code in codes]
    assert [e for e, s in zip(canonical_events(), stages, strict=True) if not s] == []


@pytest.mark.parametrize("name", RULEBOOKS)
def test_everything_has_a_name_in_english_and_german(name):
    binding = bind(stages=name)
    entries = [*binding.touchpoints[1:], *binding.stages[1:], *binding.steps[1:]]
    assert [entry.id for entry in entries if set(entry.label) != {"en", "de"}] == []


@pytest.mark.parametrize("name", RULEBOOKS)
def test_every_step_has_a_touchpoint_and_lies_in_the_order_of_stages(name):
    binding = bind(stages=name)
    used = {contact.step for contact in binding.touchpoints}
    assert [step.id for step in binding.steps[1:] if step.id not in used] == []
    stages = [stage.id for stage in binding.stages]
    places = [stages.index(step.stage) for step in binding.steps[1:]]
    assert places == sorted(places)
    assert {step.stage for step in binding.steps[1:]} == set(stages[1:])


def test_labels_of_touchpoints_are_not_mistaken_for_one_another():
    for name in RULEBOOKS:
        for language in ("en", "de"):
            labels = [contact.label[language] for contact in bind(stages=name).touchpoints[1:]]
            assert len(labels) == len(set(labels))


def test_the_shop_has_five_stages_in_german():
    labels = [stage.label["de"] for stage in bind().stages[1:]]
    assert labels == ["Entdecken", "Abwägen", "Kaufen", "Nutzen", "Dabeibleiben"]


@pytest.mark.parametrize("channel", ["web", "", None])
def test_an_order_seen_by_shop_and_tracking_is_one_step(channel):
    both = bind(seen=[("order_placed", channel, "shop"), ("order_completed", "web", "segment")])
    assert touchpoint(both, "order_placed", "web").step == "order"
    thanks = touchpoint(both, "order_completed", "web")
    assert (thanks.id, thanks.step, thanks.facts) == (
        "thank_you_page",
        "",
        {"repeats": "order_placed"},
    )


def test_an_order_seen_by_the_tracking_alone_is_an_order():
    alone = bind(seen=[("order_completed", "web", "segment"), ("page_viewed", "web", "segment")])
    assert touchpoint(alone, "order_completed", "web").step == "order"


def test_orders_at_the_till_do_not_silence_the_tracking_on_the_web():
    till = bind(seen=[("order_placed", "store", "shopify")])
    assert touchpoint(till, "order_completed", "web").step == "order"
    assert touchpoint(till, "order_placed", "store").step == "order"


def test_a_payment_is_an_order_only_where_nothing_else_tells_of_orders():
    assert touchpoint(bind(), "payment_succeeded", "web").step == "order"
    shop = bind(seen=[("order_placed", "web", "shopify")])
    assert touchpoint(shop, "payment_succeeded", "web").step == ""


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"a.utm_medium": "cpc"}, "ad_click"),
        ({"a.gclid": "x"}, "ad_click"),
        ({"a.utm_medium": "newsletter"}, "mail_visit"),
        ({"a.referrer": "https://www.google.com/"}, "search_visit"),
        ({"a.referrer": "https://m.facebook.com/x"}, "social_visit"),
        ({"a.referrer": "https://shop.example/notgoogle"}, "page"),
        ({"a.path": "/pages/size-guide"}, "advice_page"),
        ({"a.path": "/hilfe/groessentabelle"}, "advice_page"),
        ({"a.page": "https://shop.example/versand/"}, "delivery_page"),
        ({"a.path": "/retoure"}, "returns_page"),
        ({"a.path": "/faq"}, "help_page"),
        ({"a.path": "/sendungsverfolgung/123"}, "order_status_page"),
        ({"a.path": "/products/helmet"}, "product_page"),
        ({"a.path": "/cart"}, "cart"),
        ({"a.path": "/kasse"}, "checkout"),
        ({"a.path": "/ueber-uns"}, "page"),
        ({}, "page"),
    ],
)
def test_pages_are_told_apart_by_how_one_came_and_what_they_are_about(attributes, expected):
    row = {"event": "page_viewed", "channel": "web", "source": "segment", **attributes}
    batch = pa.RecordBatch.from_pylist([row])
    (code,) = bind().touchpoint_codes(batch)
    assert bind().touchpoints[code].id == expected


def test_a_shop_that_tracks_products_does_not_count_their_pages_twice():
    binding = bind(seen=[("product_viewed", "web", "segment")])
    row = {"event": "page_viewed", "channel": "web", "source": "segment", "a.path": "/products/x"}
    (code,) = binding.touchpoint_codes(pa.RecordBatch.from_pylist([row]))
    assert binding.touchpoints[code].id == "page"


def test_an_unknown_rulebook_is_refused_with_those_there_are():
    with pytest.raises(RuleError, match="Allowed: b2c, b2b, saas, none"):
        bind(stages="shop")


def test_without_a_rulebook_nothing_is_bound():
    empty = bind(stages="none")
    assert len(empty.touchpoints) == 1
    assert empty.combo_codes([("order_placed", "web", "x")]).tolist() == [0]


@pytest.mark.parametrize("name", RULEBOOKS)
def test_every_rule_can_be_written_out_as_a_condition(name):
    for rule in bind(stages=name).rules:
        assert Condition.parse(rule.condition.written()) == rule.condition


def touchpoint_of(binding, event, **attributes):
    row = {"event": event, "channel": "survey", "source": "qualtrics"}
    row |= {f"a.{name}": value for name, value in attributes.items()}
    (code,) = binding.touchpoint_codes(pa.RecordBatch.from_pylist([row]))
    return binding.touchpoints[code]


@pytest.mark.parametrize(
    ("question", "step"),
    [
        ("Wie zufrieden sind Sie mit der Lieferung?", "receive"),
        ("How satisfied are you with the delivery time?", "receive"),
        ("Wie zufrieden waren Sie mit der Abholung in der Filiale?", "receive"),
        ("Wie bewerten Sie die Verpackung Ihres Pakets?", "receive"),
        ("How satisfied were you with click & collect?", "receive"),
        ("Wie einfach war die Bezahlung?", "checkout"),
        ("How easy was it to check out and pay?", "checkout"),
        ("Wie leicht war es, die Bestellung abzuschließen?", "checkout"),
        ("How easy was it to complete your order on our website?", "checkout"),
        ("Wie zufrieden sind Sie mit der Rücksendung?", "return"),
        ("How easy was it to return your item?", "return"),
        ("Wie schnell kam die Rückerstattung der Zahlung?", "return"),
        ("Wie zufrieden sind Sie mit der Abholung Ihrer Retoure?", "return"),
        ("Wie zufrieden waren Sie mit der Beratung durch unseren Service?", "advice"),
        ("How satisfied are you with our sizing advice?", "advice"),
        ("Hat Ihnen die Größentabelle geholfen?", "advice"),
        ("Wie leicht konnten Sie das passende Produkt finden?", "browse"),
        ("How easy was it to find what you were looking for?", "browse"),
        ("Wie zufrieden sind Sie mit unserem Sortiment?", "browse"),
        ("Wie zufrieden sind Sie mit unserem Kundenservice?", "help"),
        ("How satisfied are you with the support you received?", "help"),
        ("Wie zufrieden sind Sie mit Ihrem letzten Einkauf?", "review"),
        ("How satisfied are you with us overall?", "review"),
        ("Wie zufrieden sind Sie mit uns als Lieferant?", "review"),
        ("Wie war Ihr letzter Besuch?", "review"),
        ("", "review"),
    ],
)
@pytest.mark.parametrize("event", ["csat_answered", "ces_answered"])
def test_a_rating_lies_where_its_question_points(question, step, event):
    assert touchpoint_of(bind(), event, question=question).step == step


def test_a_rating_without_a_question_lies_at_the_opinions():
    assert touchpoint_of(bind(), "csat_answered", score="4").step == "review"


def test_whether_somebody_recommends_us_is_about_everything():
    question = "Würden Sie uns nach dieser Lieferung weiterempfehlen?"
    assert touchpoint_of(bind(), "nps_answered", question=question).step == "review"


@pytest.mark.parametrize("name", RULEBOOKS)
def test_ratings_of_a_part_have_a_step_in_every_rulebook(name):
    ids = ("return", "delivery", "checkout", "advice", "browse", "service")
    steps = {contact.id: contact.step for contact in bind(stages=name).touchpoints}
    assert [one for one in ids if not steps[f"{one}_rating"]] == []


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("size_guide_viewed", "size_advice"),
        ("groessenberater_geoeffnet", "size_advice"),
        ("store_availability_checked", "store_stock"),
        ("test_ride_booked", "appointment"),
        ("probefahrt_gebucht", "appointment"),
        ("termin_vereinbart", "appointment"),
        ("showroom_visit_booked", "appointment"),
        ("video_played", "video"),
        ("products_compared", "comparison"),
        ("produktvergleich_geoeffnet", "comparison"),
        ("faq_opened", "help_read"),
        ("help_opened", "help_read"),
        ("ready_for_pickup", "delivery_notice"),
        ("return_requested", "return_started"),
    ],
)
@pytest.mark.parametrize("name", RULEBOOKS)
def test_names_that_shops_often_invent_have_a_step(name, event, expected):
    found = touchpoint(bind(stages=name), event, "web")
    assert (found.id, bool(found.step)) == (expected, True)


@pytest.mark.parametrize(
    "event",
    ["subscription_terminated", "review_marked_helpful", "trip_booked", "$availability", "resized"],
)
def test_names_that_only_look_alike_stay_unbound(event):
    assert touchpoint(bind(), event, "web").id == ""
