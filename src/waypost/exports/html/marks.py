"""Marks: what stands out at a step, each in a box of its own."""

from __future__ import annotations

from collections.abc import Sequence

from waypost.exports.html import formats
from waypost.exports.html.evidence import Draft, panel, share_interval
from waypost.exports.html.privacy import is_small
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Words
from waypost.exports.html.views import Bar, MarkItem, Pair, Panel
from waypost.exports.html.vocabulary import mark_of
from waypost.kit.translation import N_
from waypost.maps.document import MarkCard, Share

__all__ = ["MARKS", "mark_item"]

MARKS = {
    "drop_off": ("log-out", "neg", N_("Many leave here")),
    "abandonment": ("shopping-cart", "neg", N_("Many stop before ordering")),
    "wait": ("hourglass", "sign", N_("A long wait")),
    "loop": ("repeat", "sign", N_("Many go round in circles")),
    "jump_back": ("undo-2", "sign", N_("Many jump back")),
    "skip": ("redo-2", "sign", N_("Many skip ahead")),
}


def mark_item(
    scene: Scene, place: Place, card: MarkCard
) -> tuple[Sequence[MarkItem], Sequence[Panel]]:
    """The box; nothing for a group too small to show."""
    speech = scene.speech
    if is_small(card.persons) or (card.share is not None and is_small(card.share.part)):
        return [], []
    icon, tone, title = MARKS[card.mark]
    value, note = _figure(scene, card)
    item = MarkItem(
        icon=icon,
        title=_title(scene, card, speech.gettext(title)),
        value=value,
        note=note,
        persons=_persons(scene, card.persons),
        tone=tone,
        mark=mark_of(speech, card.provenance),
        figure=place.id,
    )
    return [item], [panel(scene, place, _draft(scene, card, item), card.evidence)]


def _title(scene: Scene, card: MarkCard, title: str) -> str:
    if not card.to_step:
        return title
    step = scene.step_name(card.to_step).text
    if card.mark == "skip":
        return scene.speech.gettext("Many skip ahead to “{step}”").format(step=step)
    if card.mark == "jump_back":
        return scene.speech.gettext("Many jump back to “{step}”").format(step=step)
    return title


def _figure(scene: Scene, card: MarkCard) -> tuple[str, str]:
    """The figure that says most, and what stands beside it: money, then time, then the share."""
    speech = scene.speech
    share, bounds = _share(scene, card.share)
    if card.value_minor is not None:
        about = speech.gettext("about {amount}")
        amount = formats.money(speech, formats.rounded(card.value_minor))
        told = speech.gettext("{share} of attempts").format(share=share) if share else ""
        return about.format(amount=amount), told
    if card.median_seconds is not None and card.mark == "wait":
        return formats.duration(speech, card.median_seconds), speech.gettext("median")
    return share or _persons(scene, card.persons), bounds


def _share(scene: Scene, share: Share | None) -> tuple[str, str]:
    if share is None or share.share is None:
        return "", ""
    speech, bounds = scene.speech, ""
    if share.low is not None and share.high is not None:
        low, high = (formats.share(speech, bound) for bound in (share.low, share.high))
        bounds = formats.interval(speech, low, high, bare=True)
    return formats.share(speech, share.share), bounds


def _persons(scene: Scene, persons: int) -> str:
    if not persons:
        return ""
    words = scene.speech.ngettext("{n} person", "{n} persons", persons)
    return words.format(n=formats.count(scene.speech, persons))


def _draft(scene: Scene, card: MarkCard, item: MarkItem) -> Draft:
    speech = scene.speech
    share, bounds = _share(scene, card.share)
    numbers = []
    if card.share is not None and share:
        counted = N_("{part} of {whole} persons")
        if card.mark == "abandonment":
            counted = N_("{part} of {whole} attempts")
        words = speech.gettext(counted).format(
            part=formats.count(speech, card.share.part),
            whole=formats.count(speech, card.share.whole),
        )
        numbers.append(Pair(Words(speech.gettext("Affected")), words, share))
    elif item.persons:
        numbers.append(Pair(Words(speech.gettext("Affected")), item.persons))
    if card.median_seconds is not None:
        span = formats.duration(speech, card.median_seconds)
        numbers.append(Pair(Words(speech.gettext("Median time")), span))
    if card.value_minor is not None:
        amount = formats.money(speech, card.value_minor)
        numbers.append(Pair(Words(speech.gettext("Value in the data")), amount))
    return Draft(
        title=Words(item.title),
        figure=item.value,
        definition=card.mark,
        provenance=card.provenance,
        interval=share_interval(speech, card.share) if card.share else "",
        tone="neg" if item.tone == "neg" else "",
        numbers=tuple(numbers),
        bars_title=speech.gettext("Share with its interval") if bounds else "",
        bars=_bar(card.share, share) if bounds else (),
    )


def _bar(share: Share | None, printed: str) -> tuple[Bar, ...]:
    assert share is not None
    assert share.share is not None
    assert share.low is not None
    assert share.high is not None
    return (
        Bar(
            Words(""),
            printed,
            100 * share.share,
            "neg",
            low=100 * share.low,
            spread=100 * (share.high - share.low),
        ),
    )
