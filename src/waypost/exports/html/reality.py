"""How reality differs from what is drawn, in sentences with their evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from waypost.exports.html import formats
from waypost.exports.html.evidence import Draft, panel, share_interval
from waypost.exports.html.phrases import phrase
from waypost.exports.html.privacy import is_small
from waypost.exports.html.scene import Place, Scene
from waypost.exports.html.speech import Words, words_in
from waypost.exports.html.views import GapItem, GapView, Pair, StepNote
from waypost.exports.html.vocabulary import channel_name, mark_of
from waypost.kit.translation import N_
from waypost.maps.document import RealityNote
from waypost.model import Provenance

__all__ = ["REALITY", "notes_at", "reality_views"]

REALITY = {
    "nobody": ("users", N_("Nobody whom the filter leaves was at a step of this map")),
    "broken": ("triangle-alert", N_("What “{step}” stands for cannot be read: {why}")),
    "unbound": ("link-2-off", N_("“{step}” stands for nothing yet, so nobody is counted there")),
    "unvisited": ("ghost", N_("Nobody came to “{step}”")),
    "undrawn": ("unplug", N_("{n} persons met “{label}”, which no step stands for")),
    "skipped": ("skip-forward", N_("{share} of those who came this far passed “{step}” by")),
    "jumped_back": ("undo-2", N_("{share} of those at “{step}” went back to “{to}” next")),
    "looped": ("repeat", N_("{share} of those at “{step}” came back to it from elsewhere")),
    "channel": ("route", N_("{share} of those at “{step}” went on there from {from} to {into}")),
    "unanswered": ("circle-help", N_("{n} persons at “{label}” met no answer")),
    "silent": ("hourglass", N_("After “{step}”, half of them wait longer than {time}")),
}
"""Icon and sentence by kind of note."""

_BRIEF = {
    "skipped": N_("{n} skip this step"),
    "jumped_back": N_("{n} jump back to “{to}”"),
    "looped": N_("{n} come here again"),
    "channel": N_("{n} change the channel here"),
    "undrawn": N_("Not drawn: “{label}”, {n} persons"),
    "unvisited": N_("Nobody came here"),
    "unanswered": N_("{n} without an answer"),
    "silent": N_("Half of them wait longer than {time}"),
    "broken": N_("The rule cannot be read"),
}
"""The same under the head of a step, which need not be named there."""

_MOST_AT_A_STEP = 2
_WORDS = frozenset({"step", "to", "label", "from", "into", "why"})
_MOST_OF_A_KIND = 5
_LEAST_SHARE = 0.05


def reality_views(scene: Scene) -> tuple[GapView, ...]:
    """At most five notes of a kind, those with most persons; groups under five are not told."""
    seen: Counter[str] = Counter()
    views: list[GapView] = []
    for note in scene.document.reality:
        if not _is_told(note) or seen[note.kind] >= _MOST_OF_A_KIND:
            continue
        seen[note.kind] += 1
        views.append(_view(scene, note, len(views) + 1))
    return tuple(views)


def notes_at(scene: Scene, step: str) -> tuple[StepNote, ...]:
    """The notes of a step for its head: two, those with most persons, and how many more."""
    told = [
        note
        for note in scene.document.reality
        if note.step == step and note.kind in _BRIEF and _is_told(note)
    ]
    told.sort(key=lambda note: -note.persons)
    speech, more = scene.speech, len(told) - _MOST_AT_A_STEP
    notes = [_brief(scene, note) for note in told[:_MOST_AT_A_STEP]]
    if more > 0:
        words = speech.ngettext("and {n} more", "and {n} more", more)
        notes.append(StepNote("", words.format(n=formats.count(speech, more))))
    return tuple(notes)


def _brief(scene: Scene, note: RealityNote) -> StepNote:
    share = note.share.share if note.share else None
    return StepNote(
        icon=REALITY[note.kind][0],
        words=scene.speech.gettext(_BRIEF[note.kind]).format(**_values(scene, note)),
        share="" if share is None else formats.share(scene.speech, share, places=0),
    )


def _is_told(note: RealityNote) -> bool:
    if not note.persons:
        return True
    share = note.share
    if is_small(note.persons) or (share and is_small(share.whole - share.part)):
        return False
    return share is None or share.share is None or share.share >= _LEAST_SHARE


def _view(scene: Scene, note: RealityNote, number: int) -> GapView:
    speech = scene.speech
    icon, template = REALITY[note.kind]
    spans = phrase(speech.gettext(template), _values(scene, note), _WORDS)
    place = Place(f"reality-{number}", None, 0, "", 0)
    draft = Draft(
        title=Words("".join(span.text for span in spans)),
        figure=next((span.text for span in spans if span.is_figure), ""),
        definition=note.kind,
        provenance=Provenance.OBSERVED,
        interval=share_interval(speech, note.share) if note.share else "",
        numbers=tuple(_numbers(scene, note)),
    )
    item = GapItem(icon, spans, mark_of(speech, Provenance.OBSERVED), place.id)
    return GapView(item, panel(scene, place, draft, note.evidence))


def _values(scene: Scene, note: RealityNote) -> Mapping[str, str]:
    speech = scene.speech
    share = note.share.share if note.share else None
    seconds = note.values.get("median_seconds")
    channels = [channel_name(speech, channel) for channel in note.channels if channel]
    why = note.label.get("", "") or note.touchpoint
    return {
        "step": scene.step_name(note.step).text or note.persona,
        "to": scene.step_name(note.to_step).text,
        "label": words_in(note.label, speech, note.touchpoint).text,
        "n": formats.count(speech, note.persons),
        "share": "" if share is None else formats.share(speech, share, places=0),
        "time": "" if seconds is None else formats.duration(speech, seconds),
        "from": channels[0] if channels else "",
        "into": channels[-1] if channels else "",
        "why": why,
    }


def _numbers(scene: Scene, note: RealityNote) -> Iterable[Pair]:
    speech = scene.speech
    if note.share is not None:
        words = speech.gettext("{part} of {whole} persons").format(
            part=formats.count(speech, note.share.part),
            whole=formats.count(speech, note.share.whole),
        )
        yield Pair(Words(speech.gettext("Affected")), words)
    between = int(note.values.get("between", 0))
    if note.kind == "undrawn" and note.step and note.to_step and not is_small(between):
        words = speech.gettext("“{before}” and “{after}”").format(
            before=scene.step_name(note.step).text, after=scene.step_name(note.to_step).text
        )
        yield Pair(Words(speech.gettext("Mostly between")), words)
