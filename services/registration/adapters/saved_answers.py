"""What the API answers when somebody was written on a list, with what is to be looked at of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel

from services.registration.adapters.import_answers import fault_sentence
from services.registration.domain.participant import State
from services.registration.domain.roster_row import Fault
from shared.web.texts import Texts


class DoubtAnswer(BaseModel):
    """`field` is where it is to be looked at, `sentence` in the caller's language."""

    field: str
    code: str
    sentence: str


class WrittenAnswer(BaseModel):
    participant_id: str
    state: State
    revision: int
    edition: int


class SavedAnswer(WrittenAnswer):
    """`doubts` are what the machine-readable zone says otherwise than the rest: to be looked at, and no refusal."""

    doubts: list[DoubtAnswer]

    @classmethod
    def of(cls, saved: Mapping[str, Any], texts: Texts, language: str) -> Self:
        return cls(**{**saved, "doubts": doubts_said(saved["doubts"], texts, language)})


class SubstitutedAnswer(BaseModel):
    gone: WrittenAnswer
    come: SavedAnswer

    @classmethod
    def of(cls, done: Mapping[str, Any], texts: Texts, language: str) -> Self:
        return cls(gone=WrittenAnswer(**done["gone"]), come=SavedAnswer.of(done["come"], texts, language))


class ReconciledAnswer(BaseModel):
    """Everybody of the plan, in its order."""

    added: list[SavedAnswer]
    dropped: list[WrittenAnswer]
    swapped: list[SubstitutedAnswer]

    @classmethod
    def of(cls, done: Mapping[str, Any], texts: Texts, language: str) -> Self:
        return cls(
            added=[SavedAnswer.of(each, texts, language) for each in done["added"]],
            dropped=[WrittenAnswer(**each) for each in done["dropped"]],
            swapped=[SubstitutedAnswer.of(each, texts, language) for each in done["swapped"]],
        )


def doubts_said(doubts: Iterable[Fault], texts: Texts, language: str) -> list[DoubtAnswer]:
    return [
        DoubtAnswer(field=each.column or "", code=each.code, sentence=fault_sentence(texts, each, language))
        for each in doubts
    ]
