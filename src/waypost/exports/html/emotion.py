"""The emotion cell: ratings (reported), words and behaviour (estimated), never mixed."""

from __future__ import annotations

from collections.abc import Sequence

from waypost.exports.html import formats
from waypost.exports.html.evidence import Draft, panel
from waypost.exports.html.privacy import LEAST_GROUP, hidden_parts, hidden_word
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Words
from waypost.exports.html.views import Bar, NoteItem, Pair, Panel, Point, RowItem
from waypost.exports.html.vocabulary import READINGS, mark_of
from waypost.maps.document import Card, EmotionCard

__all__ = ["SCALE", "emotion_items", "emotion_points", "top_of"]

SCALE = 2.0
"""Emotion lies between −SCALE and +SCALE."""
PLOT_MARGIN = 7.0
_BANDS = ((-1.0, "n2"), (-0.15, "n1"), (0.15, "0"), (1.0, "p1"))


def top_of(mean: float) -> float:
    """Where the plot's dot lies from above, in percent; beyond the scale it stays at the edge."""
    bounded = min(max(mean, -SCALE), SCALE)
    return round(50 - bounded / SCALE * (50 - PLOT_MARGIN), 2)


def emotion_items(
    scene: Scene, place: Place, card: EmotionCard
) -> tuple[Sequence[RowItem | NoteItem], Sequence[Panel]]:
    """A line with the mean and its n; under five voices only the words for it."""
    speech = scene.speech
    key, name = READINGS[card.reading]
    if card.n < LEAST_GROUP:
        words = speech.gettext("Too few ratings to show (under 5).")
        return [NoteItem(Words(words))], []
    value = formats.signed(speech, card.mean)
    item = RowItem(
        name=Words(speech.gettext(name)),
        value=value,
        figure=place.id,
        key=f"pt-{key}",
        note=speech.gettext("n {n}").format(n=formats.count(speech, card.n)),
        mark=mark_of(speech, card.provenance),
    )
    return [item], [panel(scene, place, _draft(scene, card, value), card.evidence)]


def emotion_points(scene: Scene, place: Place, cards: Sequence[Card]) -> tuple[Point, ...]:
    """The dots of one step; only one is labelled, ratings before words before behaviour."""
    told = [
        (place.nth(index).id, card)
        for index, card in enumerate(cards)
        if card.kind == "emotion" and card.n >= LEAST_GROUP
    ]
    order = list(READINGS)
    told.sort(key=lambda entry: order.index(entry[1].reading))
    return tuple(
        Point(
            key=READINGS[card.reading][0],
            top=top_of(card.mean),
            value=formats.signed(scene.speech, card.mean),
            band=_band(card.mean),
            figure=figure,
            is_labelled=index == 0,
        )
        for index, (figure, card) in enumerate(told)
    )


def _band(mean: float) -> str:
    return next((name for bound, name in _BANDS if mean < bound), "p2")


def _draft(scene: Scene, card: EmotionCard, value: str) -> Draft:
    speech = scene.speech
    title = {
        "ratings": speech.gettext("How people rated this step"),
        "text": speech.gettext("How their words sound"),
        "behaviour": speech.gettext("What their behaviour suggests"),
    }[card.reading]
    return Draft(
        title=Words(title),
        figure=value,
        unit=speech.gettext("from −2 to +2"),
        interval=_interval(scene, card),
        definition=f"emotion_{card.reading}",
        provenance=card.provenance,
        tone="neg" if card.mean < 0 else "pos",
        numbers=(Pair(Words(speech.gettext("Sample size (n)")), formats.count(speech, card.n)),),
        bars_title=speech.gettext("How the ratings are spread") if card.histogram else "",
        bars=_histogram(scene, card),
    )


def _interval(scene: Scene, card: EmotionCard) -> str:
    if card.low is None or card.high is None:
        return ""
    speech = scene.speech
    low, high = formats.signed(speech, card.low), formats.signed(speech, card.high)
    bounds = formats.interval(speech, low, high)
    return speech.gettext("interval {bounds} ({level})").format(
        bounds=bounds, level=formats.share(speech, 0.95, places=0)
    )


def _histogram(scene: Scene, card: EmotionCard) -> tuple[Bar, ...]:
    """One bar per rating from the best down; small groups keep their bar's place but no number."""
    if not card.histogram:
        return ()
    speech, largest = scene.speech, max(card.histogram) or 1
    step = 2 * SCALE / max(len(card.histogram) - 1, 1)
    hidden = hidden_parts({str(place): n for place, n in enumerate(card.histogram)})
    bars = []
    for place in reversed(range(len(card.histogram))):
        ratings, mean = card.histogram[place], -SCALE + step * place
        is_hidden = str(place) in hidden
        bars.append(
            Bar(
                Words(formats.signed(speech, mean)),
                hidden_word(speech, ratings) if is_hidden else formats.count(speech, ratings),
                0.0 if is_hidden else 100 * ratings / largest,
                f"d-{_band(mean)}",
            )
        )
    return tuple(bars)
