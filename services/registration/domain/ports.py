"""What registration's use cases need from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.registration.domain.alike_rows import Alike, NamedRow, Somebody
from services.registration.domain.erasure import Erasure, LegalHold
from services.registration.domain.list_change import ListChange, NoteVerbale
from services.registration.domain.notice import Mail, Notice
from services.registration.domain.participant import BadgeStatus, Participant, State
from services.registration.domain.permit_request import PermitRequest
from services.registration.domain.quota import Quota
from services.registration.domain.registration_form import Form
from services.registration.domain.retention import Sweep
from services.registration.domain.roster_import import RosterImport
from services.registration.domain.roster_query import RosterQuery
from services.registration.domain.roster_row import RosterRow, RosterRules
from services.registration.domain.waiver import Waiver


@dataclass(frozen=True)
class ReadRoster:
    """A file as read and checked; `sheet` is the reader's own, `photos` the names of those that came along."""

    rows: tuple[RosterRow, ...]
    unknown_columns: tuple[str, ...]
    places: Mapping[str, int]
    sheet: Any
    photos: frozenset[str] = frozenset()


class PhotoArchive(Protocol):
    """The photos that came with a file, made ready one by one: only one is in memory at a time."""

    @property
    def names(self) -> frozenset[str]: ...

    async def portrait(self, name: str) -> bytes:
        """Raises the refusals of a photo."""
        ...


class Readings(Protocol):
    """Files read and checked row by row, off the event loop."""

    async def read(self, workbook: bytes, rules: RosterRules) -> ReadRoster:
        """Raises the refusals of reading a sheet."""
        ...


class RosterReader(Protocol):
    """Works on what comes with a file and of it, off the event loop."""

    async def photos(self, archive: bytes | None) -> PhotoArchive:
        """Raises the refusals of an archive."""
        ...

    async def alike(self, rows: Sequence[NamedRow], people: Sequence[Somebody]) -> dict[int, Alike]:
        """Whom rows sound like, by row."""
        ...

    async def annotate(
        self,
        workbook: bytes,
        roster: ReadRoster,
        sentences: Mapping[int, Sequence[str]],
        changes: Mapping[int, Mapping[str, str]],
        language: str,
    ) -> bytes:
        """`sentences` by row, one for each of its faults; `changes` by row and field."""
        ...


class KeptInMemory(Protocol):
    """What holds people's data in memory for a while, beside the index of names."""

    def forget(self) -> None:
        """Let go of everything: somebody was erased who may be in it."""
        ...


class Participants(Protocol):
    async def by_id(self, participant_id: str) -> Participant | None: ...

    async def by_ids(self, participant_ids: Sequence[str]) -> dict[str, Participant]: ...

    async def of_delegation(
        self, delegation: str, *, after: str, limit: int, drafts: bool = True
    ) -> list[Participant]: ...

    async def by_identities(self, delegation: str, identities: Sequence[str]) -> dict[str, Participant]: ...

    async def by_document_numbers(self, delegation: str, fingerprints: Sequence[str]) -> list[Participant]:
        """Whoever was submitted, and whose document's number as it was written has one of these fingerprints."""
        ...

    async def born_and_named(self, delegation: str, births: Iterable[str], names: Iterable[str]) -> list[Participant]:
        """Whoever is on the list and not gone, with a birth date and a name of these fingerprints, in any pairing."""
        ...

    async def in_transaction(self, tx: Any, delegation: str, identities: Sequence[str]) -> dict[str, Participant]: ...

    async def one_in_transaction(self, tx: Any, participant_id: str) -> Participant | None: ...

    async def many_in_transaction(self, tx: Any, participant_ids: Sequence[str]) -> dict[str, Participant]: ...

    async def add(self, tx: Any, participant: Participant) -> None: ...

    async def add_many(self, tx: Any, participants: Sequence[Participant]) -> None: ...

    async def save(self, tx: Any, participant: Participant) -> None: ...

    async def remove(self, tx: Any, participant: Participant) -> None: ...


class Rosters(Protocol):
    """A delegation's people as they are looked at: filtered, counted and put in order where they are kept."""

    async def count(self, query: RosterQuery) -> int: ...

    async def ids(self, query: RosterQuery) -> list[str]:
        """In no order, 20,000 at most."""
        ...

    async def ordered(self, query: RosterQuery, *, skip: int, limit: int) -> list[str]:
        """Ids by precedence, category and id."""
        ...

    async def states(self, query: RosterQuery) -> list[tuple[State, BadgeStatus, int]]:
        """How many are in each state with each badge."""
        ...


class Quotas(Protocol):
    async def of_delegation(self, delegation: str) -> dict[str, Quota]:
        """By category."""
        ...

    async def within(self, tx: Any, delegation: str) -> dict[str, Quota]:
        """By category, as the transaction sees them."""
        ...

    async def take(self, tx: Any, delegation: str, category: str, places: int = 1) -> bool:
        """Take places by one conditional update; False when there are not so many left."""
        ...

    async def take_anyway(self, tx: Any, delegation: str, category: str) -> None:
        """Count somebody in whom an officer brought back, whatever is left."""
        ...

    async def give_back(self, tx: Any, delegation: str, category: str, places: int = 1) -> None: ...

    async def waive(self, tx: Any, delegation: str, category: str, places: int) -> None:
        """Add places that a waiver granted; they stay when the conference file changes."""
        ...


class Forms(Protocol):
    async def current(self, category: str) -> Form | None: ...

    async def current_of(self, categories: Collection[str]) -> dict[str, Form]:
        """By category, those that have a form, in one request."""
        ...

    async def version(self, category: str, version: int) -> Form | None: ...


class Waivers(Protocol):
    async def by_id(self, waiver_id: str) -> Waiver | None: ...

    async def of_delegation(self, delegation: str, *, limit: int) -> list[Waiver]: ...

    async def asked(self, *, limit: int) -> list[Waiver]:
        """Those that wait for a decision, the oldest first."""
        ...

    async def decided(self, *, limit: int) -> list[Waiver]:
        """Every delegation's that were granted or refused, the latest decision first."""
        ...

    async def in_transaction(self, tx: Any, waiver_id: str) -> Waiver | None: ...

    async def save(self, tx: Any, waiver: Waiver) -> None: ...


class Notes(Protocol):
    async def by_id(self, note_id: str) -> NoteVerbale | None: ...

    async def by_ids(self, note_ids: Collection[str]) -> dict[str, NoteVerbale]: ...

    async def of_delegation(self, delegation: str, *, limit: int) -> list[NoteVerbale]:
        """The latest first."""
        ...

    async def add(self, tx: Any, note: NoteVerbale) -> None: ...


class Changes(Protocol):
    async def add(self, tx: Any, change: ListChange) -> None:
        """Adding a change of the same id again has no effect."""
        ...

    async def add_many(self, tx: Any, changes: Sequence[ListChange]) -> None: ...

    async def of_participant(self, participant_id: str, *, limit: int) -> list[ListChange]:
        """The latest first."""
        ...

    async def of_delegation(self, delegation: str, *, limit: int) -> list[ListChange]:
        """The latest first."""
        ...


class Notices(Protocol):
    async def add(self, tx: Any, notice: Notice) -> None:
        """Adding a notice of the same id again has no effect."""
        ...

    async def one(self, delegation: str, notice_id: str) -> Notice | None: ...

    async def older(self, delegation: str, than: Notice | None, *, limit: int) -> list[Notice]:
        """The latest first; all of them for None."""
        ...

    async def newer(self, delegation: str, than: Notice, *, limit: int) -> list[Notice]:
        """Those next to it, the earliest first."""
        ...

    async def seen_until(self, delegation: str, account_id: str) -> datetime | None: ...

    async def mark_seen(self, tx: Any, delegation: str, account_id: str) -> None: ...

    async def unmailed(self, before: datetime, *, limit: int) -> list[str]:
        """Delegations with notices from before then that no message carries yet."""
        ...

    async def gather(self, tx: Any, delegation: str, mail_id: str | None) -> None:
        """Put what waits into a message of that id; None: it is not sent by e-mail."""
        ...

    async def due(self, now: datetime, *, limit: int) -> list[Mail]:
        """Messages to send now, the longest due first."""
        ...

    async def save_mail(self, tx: Any, mail: Mail) -> None: ...


class PermitRequests(Protocol):
    async def of_bearer(self, participant_id: str, *, limit: int) -> list[PermitRequest]:
        """The latest first."""
        ...

    async def in_transaction(self, tx: Any, request_id: str) -> PermitRequest | None: ...

    async def open_of(self, tx: Any, participant_id: str) -> list[PermitRequest]:
        """Those of a bearer that were not withdrawn."""
        ...

    async def save(self, tx: Any, request: PermitRequest) -> None: ...


class Imports(Protocol):
    async def by_id(self, import_id: str) -> RosterImport | None: ...

    async def in_transaction(self, tx: Any, import_id: str) -> RosterImport | None: ...

    async def of_delegation(self, delegation: str, *, limit: int) -> list[RosterImport]:
        """The latest first, without their faults."""
        ...

    async def under_way(self, *, limit: int) -> list[str]:
        """Those that are being checked or registered, the oldest first."""
        ...

    async def save(self, tx: Any, roster_import: RosterImport) -> None: ...

    async def go_on(self, tx: Any, roster_import: RosterImport, *, from_row: int) -> bool:
        """Keep how far a commit has come; False when it does not stand at that row any more."""
        ...


class Sweeps(Protocol):
    """How far each kind of data whose date came was destroyed."""

    async def all(self) -> dict[str, Sweep]: ...

    async def within(self, tx: Any, kind: str) -> Sweep: ...

    async def save(self, tx: Any, sweep: Sweep) -> None: ...

    async def look_at_everything_again(self, tx: Any) -> None:
        """Because a legal hold was lifted: what it kept has to be found."""
        ...

    async def forget_made_from(self, tx: Any, kind: str, participant_ids: Sequence[str]) -> None: ...


class Erasures(Protocol):
    async def by_id(self, erasure_id: str) -> Erasure | None: ...

    async def unfinished(self) -> list[Erasure]: ...

    async def certified(self, *, limit: int) -> list[Erasure]:
        """Those with a certificate, the latest first."""
        ...

    def erased(self) -> AsyncIterator[list[str]]:
        """The ids of everybody who was ever erased, some at a time."""
        ...

    async def save(self, tx: Any, erasure: Erasure) -> None: ...

    async def holds_on(self, participant_ids: Sequence[str]) -> list[LegalHold]: ...

    async def all_held(self, tx: Any) -> list[str]:
        """Everybody on whom a legal hold stands; as the transaction sees it, where there is one."""
        ...

    async def holds(self, *, limit: int) -> list[LegalHold]:
        """The latest first."""
        ...

    async def hold_on(self, tx: Any, participant_id: str) -> LegalHold | None: ...

    async def hold(self, tx: Any, hold: LegalHold) -> None: ...

    async def release(self, tx: Any, participant_id: str) -> None: ...

    async def imports_of(self, delegations: Sequence[str]) -> list[str]:
        """The imports that may hold the data of these delegations' people."""
        ...
