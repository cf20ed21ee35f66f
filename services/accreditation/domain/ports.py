"""What accreditation's use cases need from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, Protocol, TypeVar

from services.accreditation.domain.access import AccessGrant, AccessMasks, KeptAccess, PersonalAccess
from services.accreditation.domain.badge import Badge, Badges, BadgeState
from services.accreditation.domain.badge_layout import Layout
from services.accreditation.domain.conference_rules import ConferenceRules, Words
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.print_job import PrintJob, Sheet
from services.accreditation.domain.signing_key import SigningKeyLife
from shared.security.status_list import StatusList

T = TypeVar("T")

PAGE_ROWS: Final = 50


class Records(Protocol):
    """The books of accreditation, bound to one transaction."""

    async def conference(self) -> ConferenceRules | None: ...

    async def dossier(self, participant_id: str) -> Dossier | None: ...

    async def save_dossier(self, dossier: Dossier) -> None:
        """Write the next version. Raises BusyError when another writer was faster."""
        ...

    async def badge(self, badge_id: str) -> Badge | None: ...

    async def live_badges(self, participant_id: str) -> Badges: ...

    async def personal_access(self, participant_id: str) -> PersonalAccess: ...

    async def kept_access(self, participant_id: str) -> KeptAccess: ...

    async def save_access(self, participant_id: str, kept: KeptAccess) -> None: ...

    async def save_badges(self, badges: Sequence[Badge]) -> None:
        """Write the next version of each, in this order. Raises BusyError when another writer was faster."""
        ...

    async def count_prints(self, badge_ids: Sequence[str]) -> None:
        """One more print of each; whoever writes one of them at this moment has to do it again."""
        ...

    async def signing_keys(self) -> Sequence[SigningKeyLife]:
        """Every key that was ever told of."""
        ...

    async def save_signing_key(self, key: SigningKeyLife) -> None: ...


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a longer list; pages count from 1 and have 50 rows at most."""

    rows: Sequence[T]
    page: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_ROWS))


class Views(Protocol):
    """Reads outside any transaction."""

    async def conference(self) -> ConferenceRules | None: ...

    async def queue(self, *, delegation: str | None, page: int) -> Page[Dossier]:
        """Dossiers that wait for an officer: those with findings first, then the longest waiting, by delegation."""
        ...

    async def dossier(self, participant_id: str) -> Dossier | None: ...

    async def badge(self, badge_id: str) -> Badge | None: ...

    async def kept_access(self, participant_id: str) -> KeptAccess: ...

    async def badges_of(self, participant_id: str) -> Sequence[Badge]:
        """All badges that the participant ever had, the newest first."""
        ...

    async def badges(
        self, *, delegation: str | None, state: BadgeState | None, page: int, unprinted: bool = False
    ) -> Page[Badge]: ...

    async def to_print(
        self, *, delegation: str | None, state: BadgeState | None = None, unprinted: bool = False
    ) -> Sequence[str]:
        """The ids of the badges that are in use or will be, by delegation and number; one a participant.

        Of these only those in the state, and only those that were never printed.
        """
        ...

    async def badges_by_id(self, badge_ids: Sequence[str]) -> Sequence[Badge]:
        """Those of them that are there, in the order asked."""
        ...


class Serials(Protocol):
    """Gives each badge a serial of its own that tells nothing about how many there are."""

    async def take(self) -> int:
        """A serial that was never given before. Raises SerialsExhaustedError."""
        ...

    def number_of(self, serial: int) -> str:
        """The serial as it is printed, with its check character."""
        ...


class GivenNumbers(Protocol):
    """Every number that accreditation counts: serials, tokens' numbers, versions of the status list."""

    async def skip(self, restores: int) -> None:
        """Go on where none was given since the backup, once for each restore. Raises SerialsExhaustedError."""
        ...


@dataclass(frozen=True)
class CredentialFacts:
    """What the credential says; whose it is, is not in it."""

    badge_id: str
    serial: int
    category_index: int
    masks: AccessMasks
    profile_version: int
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True)
class SignedText:
    """A credential's text and the key that signed it."""

    text: str
    key_id: str


class Signer(Protocol):
    """The signing keys of this conference. Raises InfrastructureError while the key files cannot be read."""

    @property
    def in_use(self) -> str | None:
        """The id of the key that signs now."""
        ...

    def use(self, key_id: str) -> None:
        """Sign with this key from now on."""
        ...

    def sign(self, facts: CredentialFacts, conference_number: int, *, key_id: str | None = None) -> SignedText:
        """By the key in use, or by the named one."""
        ...

    def sign_status_list(self, found: StatusList, conference_number: int) -> tuple[bytes, str]:
        """The signed list, and the id of the key that signed it."""
        ...

    def badge_id_of(self, text: str, conference_number: int) -> str:
        """The badge that a credential of ours names. Raises CredentialError when it does not hold."""
        ...

    def public_keys(self, conference_number: int) -> Mapping[str, str]:
        """Each key's 32 public bytes in hex, by key id."""
        ...


class PageFormat(StrEnum):
    PDF = "pdf"
    PNG = "png"


@dataclass(frozen=True)
class BadgeFace:
    """All that a printed badge shows. `photo` is JPEG, None where the category prints none.

    `category_index` tells categories apart where colour cannot; `only_days` are the days of a badge that does not open
    on all.
    """

    layout: Layout
    conference: Words
    motto: Words
    name_arabic: str | None
    name_latin: str | None
    rank: str | None
    title: str | None
    delegation: Words
    category: Words
    category_index: int
    colour: str
    grants: tuple[tuple[Words, AccessGrant], ...]
    days: int
    number: str
    photo: bytes | None
    credential: str
    is_blank: bool = False
    only_days: tuple[int, ...] = ()


class BadgePrinter(Protocol):
    """Draws badges; a symbol that does not read back is never answered.

    Raises BadgeUndrawableError when a badge cannot be drawn, whatever else is in the file.
    """

    async def front(self, face: BadgeFace) -> bytes:
        """A badge's front as PNG."""
        ...

    async def file(self, faces: Sequence[BadgeFace], *, sample: int, sheet: Sheet = Sheet.A6) -> bytes:
        """One PDF with front and back of each; `sample` of them are read again from the finished pages."""
        ...

    async def proof(self, face: BadgeFace) -> bytes:
        """Every side of the badge and of the card beside each other, as PNG."""
        ...

    async def rest(self, file: bytes, from_page: int) -> bytes | None:
        """The file from this page on, counted from 1; None when it has fewer."""
        ...

    def joined(self, files: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Several PDFs as one, in order, written while they are read: no more than one is in memory."""
        ...


class PrintJobs(Protocol):
    """Print jobs and what is drawn of them so far, sealed, for 24 hours."""

    async def add(self, job: PrintJob) -> None: ...

    async def by_id(self, job_id: str) -> PrintJob | None: ...

    async def recent(self, account_id: str) -> Sequence[PrintJob]:
        """The account's jobs, the newest first."""
        ...

    async def progress(self, job: PrintJob) -> None:
        """Write how far it is."""
        ...

    async def add_part(self, job: PrintJob, number: int, sealed: bytes, *, pages: int) -> None: ...

    async def parts(self, job_id: str) -> Mapping[int, int]:
        """How many pages each part has, by its number, in order."""
        ...

    async def part(self, job_id: str, number: int) -> bytes | None:
        """A part, sealed."""
        ...
