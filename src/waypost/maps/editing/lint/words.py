"""Words that give a map away: departments as stages, solutions as opportunities, our view."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

__all__ = ["department_in", "is_customers_view", "solution_in"]

_DEPARTMENTS = {
    "de": """
        abrechnung abteilung außendienst buchhaltung callcenter controlling disposition einkauf
        entwicklung finanzen fuhrpark geschäftsführung innendienst it kundenbetreuung kundendienst
        kundenservice kundensupport lager logistik marketing öffentlichkeitsarbeit personal pr
        produktion produktmanagement projektleitung qualitätssicherung rechnungswesen recht
        rechtsabteilung support technik verkauf versand vertrieb verwaltung warenwirtschaft werbung
        zentrale
        """,
    "en": """
        accounting accounts administration back-office billing compliance controlling crm
        customer-care customer-service customer-success development dispatch e-commerce engineering
        field-service finance fulfilment fulfillment hr human-resources it legal logistics marketing
        operations pr procurement product-management production purchasing quality-assurance sales
        support warehouse
        """,
}
_BESIDE = {"de": r"abteilung|team|bereich|prozess", "en": r"department|dept|team|unit|process"}

_SOLUTIONS = {
    "de": r"einführen|einbauen|bauen|entwickeln|programmieren|umsetzen|anschaffen|schulen|ausrollen"
    r"|chatbot|app|newsletter|button|dashboard|gutschein(?:e|code)?",
    "en": r"introduce|build|develop|implement|buy|launch|roll out|train|chatbot|app|newsletter"
    r"|button|dashboard|voucher",
}
_QUESTION = re.compile(r"^(wie|was|warum|how|what|why)\b", re.IGNORECASE)

_OWN_VIEW = re.compile(r"\b(ich|mich|mir|mein\w*|wir|I|me|my|we)\b", re.IGNORECASE)


def department_in(label: Mapping[str, str]) -> str:
    """The department that a stage is called after; empty for a name from the customer's view."""
    for language, text in label.items():
        name = _bare(text, language)
        if name in _departments(language):
            return text
    return ""


def solution_in(label: Mapping[str, str]) -> str:
    """The word by which an opportunity is a solution already; empty for a problem or a question."""
    for language, text in label.items():
        if _QUESTION.search(text) or text.rstrip().endswith("?"):
            continue
        found = re.search(rf"\b({_SOLUTIONS.get(language, r'(?!)')})\b", text, re.IGNORECASE)
        if found:
            return found[0]
    return ""


def is_customers_view(texts: Iterable[str]) -> bool:
    """Whether one of the titles speaks as the customer would: I, my, we; ich, mein, wir."""
    return any(_OWN_VIEW.search(text) for text in texts)


def _departments(language: str) -> set[str]:
    return set(_DEPARTMENTS.get(language, "").split())


def _bare(text: str, language: str) -> str:
    words = re.sub(r"[^\w-]+", " ", text.casefold()).strip()
    beside = _BESIDE.get(language)
    if beside:
        words = re.sub(rf"[\s-]*\b({beside})$", "", words) or words
        words = re.sub(rf"^({beside})\s+", "", words)
    return words.replace(" ", "-")
