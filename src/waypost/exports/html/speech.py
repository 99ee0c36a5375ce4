"""A language as the page speaks it: translated messages and printed figures."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import NullTranslations

from waypost.kit.translation import translator

__all__ = ["Speech", "Words", "speech_for", "words_in"]

_LOCALES = {"de": "de", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Speech:
    """What a page needs to put a figure or a message into words."""

    language: str
    locale: str
    currency: str
    translations: NullTranslations

    def gettext(self, message: str) -> str:
        """The message in this language."""
        return self.translations.gettext(message)

    def ngettext(self, one: str, many: str, count: float) -> str:
        """The form that fits ``count``; a broken number takes the plural."""
        whole = int(count) if count == int(count) else 2
        return self.translations.ngettext(one, many, whole)

    def pgettext(self, context: str, message: str) -> str:
        """The message in this language, told from others by ``context``."""
        return self.translations.pgettext(context, message)


@dataclass(frozen=True, slots=True)
class Words:
    """Text that somebody wrote; ``lang`` is set where it differs from the page's language."""

    text: str
    lang: str = ""


def speech_for(language: str, currency: str) -> Speech:
    """The speech of a page; raises ``InputError`` for a language Waypost does not speak."""
    return Speech(language, _LOCALES.get(language, language), currency, translator(language))


def words_in(label: dict[str, str], speech: Speech, otherwise: str = "") -> Words:
    """The name in the page's language, else in English, else in whatever there is."""
    for language in (speech.language, "en", *label):
        if label.get(language):
            foreign = language if language != speech.language and _is_tag(language) else ""
            return Words(label[language], foreign)
    return Words(otherwise)


def _is_tag(language: str) -> bool:
    """True for what HTML takes as a language; an unknown tag would be announced wrongly."""
    return language.replace("-", "").isalnum() and language.isascii() and language != "und"
