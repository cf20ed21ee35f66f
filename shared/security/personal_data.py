"""The port to personal data: what services other than the vault's owner may fetch, hold in memory and not keep."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol

import httpx

from shared.errors import InfrastructureError
from shared.security.service_identity import ServiceIdentity

READ_PATH: Final = "/internal/registration/v1/personal-data/read"
FACES_PATH: Final = "/api/registration/v1/personal-data/faces"
"""The same for a face check alone, for the entrance: it may run in a process of its own, where no internal path is."""
AUDIENCE: Final = "registration"
PEOPLE_MAX: Final = 200
_DATES: Final = ("birth_date", "document_expires")


class Purpose(StrEnum):
    """Why personal data is read; grants are by service, field and purpose."""

    AUTOMATIC_CHECKS = "automatic_checks"
    REVIEW = "review"
    SCREENING = "screening"
    BADGE = "badge"
    SEATING = "seating"
    FACE_CHECK = "face_check"
    DESK_SEARCH = "desk_search"


@dataclass(frozen=True)
class PersonalRecord:
    """What is known of a person, as written by the delegation. A field that is absent or not granted is None.

    Names are kept in each script as they were given; neither is ever made from the other. `photo` is JPEG.
    """

    name_arabic: str | None = None
    name_latin: str | None = None
    rank: str | None = None
    title: str | None = None
    nationality: str | None = None
    nationality_reason: str | None = None
    birth_date: date | None = None
    document_type: str | None = None
    document_number: str | None = None
    document_issuer: str | None = None
    document_expires: date | None = None
    mrz: str | None = None
    email: str | None = None
    phone: str | None = None
    photo: bytes | None = None

    def to_json(self) -> dict[str, str]:
        """The fields that are there, as strings; bytes in base64."""
        found: dict[str, str] = {}
        for name in FIELDS:
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bytes):
                found[name] = base64.b64encode(value).decode()
            else:
                found[name] = value.isoformat() if isinstance(value, date) else value
        return found

    @classmethod
    def from_json(cls, values: Mapping[str, str]) -> PersonalRecord:
        read: dict[str, Any] = dict(values)
        for name in _DATES:
            if name in read:
                read[name] = date.fromisoformat(read[name])
        if "photo" in read:
            read["photo"] = base64.b64decode(read["photo"])
        return cls(**read)


FIELDS: Final = tuple(field.name for field in fields(PersonalRecord))


class Erased:
    """The tombstone of an erased person."""


class Missing:
    """Nobody of that id is known."""


Answer = PersonalRecord | Erased | Missing


class PersonalData(Protocol):
    async def read(self, participant_ids: Sequence[str], *, purpose: Purpose) -> Mapping[str, Answer]:
        """What is granted to this service for this purpose, for each id. Raises InfrastructureError."""
        ...


class HttpPersonalData:
    """The port over the vault's API, in chunks of 200 people."""

    def __init__(self, http: httpx.AsyncClient, identity: ServiceIdentity, *, path: str = READ_PATH) -> None:
        self._http = http
        self._identity = identity
        self._path = path

    async def read(self, participant_ids: Sequence[str], *, purpose: Purpose) -> Mapping[str, Answer]:
        found: dict[str, Answer] = {}
        for start in range(0, len(participant_ids), PEOPLE_MAX):
            found.update(await self._read_chunk(participant_ids[start : start + PEOPLE_MAX], purpose))
        return found

    async def _read_chunk(self, participant_ids: Sequence[str], purpose: Purpose) -> dict[str, Answer]:
        try:
            response = await self._http.post(
                self._path,
                json={"participant_ids": list(participant_ids), "purpose": purpose.value},
                headers=self._identity.headers(AUDIENCE),
            )
        except httpx.HTTPError as error:
            raise InfrastructureError(f"vault: {type(error).__name__}") from error
        if response.status_code != 200:
            # Even a refusal of ours here is a matter of grants and keys, an operator's to mend, never the person's.
            raise InfrastructureError(f"vault: {response.status_code}")
        return {person: _answer(item) for person, item in response.json()["people"].items()}


def _answer(item: Mapping[str, Any]) -> Answer:
    match item["state"]:
        case "known":
            return PersonalRecord.from_json(item["fields"])
        case "erased":
            return Erased()
        case _:
            return Missing()
