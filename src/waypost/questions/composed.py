"""Questions made of questions: they ask others and put the answers together."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from waypost.questions.json_values import as_json
from waypost.questions.question import Question
from waypost.questions.result import Result

__all__ = ["Ask", "Composed"]

Ask = Callable[[Question], Result]
"""What an engine hands to a composed question: the answer to a plain one."""


@dataclass(frozen=True, slots=True)
class Composed(ABC):
    """``question`` asked for several groups. Filters belong to the question inside."""

    name: ClassVar[str] = ""

    question: Question

    @abstractmethod
    def answer(self, ask: Ask) -> Result:
        """All groups' answers in one table."""

    @abstractmethod
    def inside(self, cell: Mapping[str, Any]) -> tuple[Question, dict[str, Any]]:
        """The plain question and cell that a cell of the table stands for."""

    @abstractmethod
    def explain(self, language: str = "en") -> str:
        """The question as a sentence, in ``en`` or ``de``."""

    def to_dict(self) -> dict[str, Any]:
        """The question as JSON values; ``question_from_dict`` is the way back."""
        own = {
            item.name: as_json(getattr(self, item.name))
            for item in dataclasses.fields(self)
            if item.name != "question"
        }
        given = {name: value for name, value in own.items() if value is not None}
        return {"question": type(self).name, "of_question": self.question.to_dict(), **given}
