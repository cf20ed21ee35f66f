"""Erasing a person: who may not be erased yet, and the certificate of what was destroyed, tried and out of reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from shared.errors import ConflictError, InvalidError


class HoldReason(StrEnum):
    """Why somebody's data may not be erased."""

    COURT_ORDER = "court_order"
    INVESTIGATION = "investigation"
    DISPUTE = "dispute"


class LiftReason(StrEnum):
    """Why a hold stands no longer."""

    ORDER_LIFTED = "order_lifted"
    INVESTIGATION_CLOSED = "investigation_closed"
    DISPUTE_SETTLED = "dispute_settled"
    PUT_BY_MISTAKE = "put_by_mistake"


class Destroyed(StrEnum):
    PERSON_KEY = "person_key"
    SEALED_FIELDS = "sealed_fields"
    SEALED_TEXTS = "sealed_texts"
    DOCUMENT_FINGERPRINT = "document_fingerprint"
    FIELD_FINGERPRINTS = "field_fingerprints"
    IMPORTED_FILES = "imported_files"
    NAMES_IN_MEMORY = "names_in_memory"


class OutOfReach(StrEnum):
    """What no program of ours can take back; the certificate says so."""

    PRINTED = "printed_badges_and_lists"
    EXPORTED = "exported_and_downloaded_files"
    DEVICES = "devices_not_seen_since"
    SENT = "mail_and_files_sent_to_others"
    KEY_BACKUPS = "backups_of_the_person_keys_until_the_ledger_is_applied_again"
    FLASH = "what_a_storage_device_keeps_of_overwritten_keys"
    SIGHT = "what_people_saw"


@dataclass(eq=False)
class HeldError(ConflictError):
    """A legal hold stands against erasing these participants."""

    code: ClassVar[str] = "erasure.held"

    participant_ids: tuple[str, ...] = ()


@dataclass(eq=False)
class StillTakesPartError(ConflictError):
    """These participants hold a place at a conference that is not over: withdraw them first."""

    code: ClassVar[str] = "erasure.still_takes_part"

    participant_ids: tuple[str, ...] = ()


@dataclass(eq=False)
class ErasureIncompleteError(ConflictError):
    """Something of the persons could still be read after erasing; `found` says what, and no certificate is given."""

    code: ClassVar[str] = "erasure.incomplete"

    found: tuple[str, ...] = ()


@dataclass(eq=False)
class LiftReasonMissingError(InvalidError):
    """A hold is lifted for a reason, as it was put for one."""

    code: ClassVar[str] = "erasure.lift_reason_missing"


NAME_CHARS_MIN: Final = 3


@dataclass(eq=False)
class NameTooShortError(InvalidError):
    """Fewer letters would show many people who are not meant."""

    code: ClassVar[str] = "erasure.name_too_short"

    minimum: int = NAME_CHARS_MIN
    field: str = "name"


@dataclass(frozen=True)
class PeopleSought:
    """Somebody looked for people by name, and the names of these were shown; what was looked for is told nowhere."""

    participant_ids: tuple[str, ...]
    by: str
    person: str


@dataclass(frozen=True)
class LegalHold:
    participant_id: str
    reason: HoldReason
    by: str
    at: datetime


@dataclass(frozen=True)
class HoldPut:
    """A legal hold was put, or its reason changed; `person` is whose account did it."""

    hold: LegalHold
    person: str


@dataclass(frozen=True)
class HoldLifted:
    """A legal hold that stood for `hold.reason` was lifted."""

    hold: LegalHold
    reason: LiftReason
    by: str
    person: str


@dataclass(frozen=True)
class Tried:
    """An attempt to read what was erased: how, and whether something was found."""

    way: Destroyed
    found: bool


@dataclass(frozen=True)
class Erasure:
    """An erasure from its beginning to its certificate: a signed note, empty until everything was tried."""

    erasure_id: str
    conference_id: str
    participant_ids: tuple[str, ...]
    by: str
    at: datetime
    certificate: str = ""

    @property
    def is_done(self) -> bool:
        return bool(self.certificate)

    def certified(self, note: str) -> Erasure:
        return replace(self, certificate=note)


def certificate_text(erasure: Erasure, *, epoch: int, tried: tuple[Tried, ...]) -> str:
    """The certificate's text, one fact a line, for signing. Raises ErasureIncompleteError when a trial found something.

    It holds references only: who is meant is known to nobody who was not told before.
    """
    found = tuple(trial.way.value for trial in tried if trial.found)
    if found:
        raise ErasureIncompleteError(found)
    lines = [
        "Bawaba certificate of erasure, version 1",
        f"erasure: {erasure.erasure_id}",
        f"conference: {erasure.conference_id}",
        f"asked by: {erasure.by}",
        f"at: {erasure.at.isoformat()}",
        f"key epoch since: {epoch}",
        *(f"participant: {participant_id}" for participant_id in erasure.participant_ids),
        *(f"destroyed, and tried to read without success: {trial.way.value}" for trial in tried),
        *(f"out of reach: {place.value}" for place in OutOfReach),
    ]
    return "\n".join(lines) + "\n"
