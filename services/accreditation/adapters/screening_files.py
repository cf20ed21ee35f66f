"""Files to and from the outside authority, sealed for it and signed: JSON inside."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.accreditation.domain.screening_errors import NoAuthorityError, ScreeningFileRefusedError
from services.accreditation.domain.screening_request import PEOPLE_MAX, Answered, Asked
from shared.security.key_files import KeyFileError
from shared.security.sealed_exchange import (
    ExchangeRefusedError,
    OwnKeys,
    TheirKeys,
    open_file,
    read_keys,
    seal_file,
)

OWN_FILE, THEIR_FILE = "own-keys", "authority-card"
REQUESTS: Final = "screening requests"
ANSWERS: Final = "screening answers"


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    revision: Annotated[int, Field(ge=1, le=1_000_000)]
    clear: bool

    def answered(self) -> Answered:
        return Answered(self.reference, self.revision, self.clear)


class Answers(BaseModel):
    """What the authority's file holds."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    answers: list[Answer] = Field(min_length=1, max_length=PEOPLE_MAX)


class SealedScreeningFiles:
    """`folder` has our own keys and the authority's card, read with each file: a card can be changed at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def requests(self, people: list[Asked]) -> bytes:
        own, theirs = self._keys()
        return seal_file(json.dumps({"people": [asdict(person) for person in people]}).encode(), REQUESTS, own, theirs)

    def answers(self, file: bytes) -> list[Answered]:
        own, theirs = self._keys()
        try:
            found = Answers.model_validate_json(open_file(file, ANSWERS, own, theirs))
        except (ExchangeRefusedError, ValidationError):
            raise ScreeningFileRefusedError from None
        return [answer.answered() for answer in found.answers]

    def _keys(self) -> tuple[OwnKeys, TheirKeys]:
        try:
            card = (self._folder / THEIR_FILE).read_text(encoding="ascii")
            return read_keys(self._folder / OWN_FILE), TheirKeys.from_card(card)
        except (OSError, KeyFileError, ValueError):
            raise NoAuthorityError from None
