"""Erase people: keys destroyed, everything made from their data removed, tried by reading, certified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.registration.domain.erasure import (
    Destroyed,
    Erasure,
    HeldError,
    StillTakesPartError,
    Tried,
    certificate_text,
)
from services.registration.domain.errors import UnknownErasureError, UnknownParticipantError
from services.registration.domain.participant import Erased, Participant
from services.registration.domain.ports import Erasures, KeptInMemory, Participants
from services.registration.vault.people_index import PeopleIndex
from services.registration.vault.store import Vault
from shared.conference import ConferenceCopy
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.security.signed_note import NoteSigner
from shared.world import World

ERASERS: Final = (Role.AUDITOR, Role.ADMINISTRATOR)
PEOPLE_MAX: Final = 200
CERTIFICATES_MAX: Final = 200


@dataclass(frozen=True)
class ErasureParts:
    participants: Participants
    erasures: Erasures
    vault: Vault
    index: PeopleIndex
    in_memory: KeptInMemory
    conference: ConferenceCopy
    signer: NoteSigner
    unit_of_work: UnitOfWork
    world: World


class ErasePeopleHandler:
    def __init__(self, parts: ErasureParts) -> None:
        self._parts = parts

    async def __call__(
        self, principal: Principal, participant_ids: Sequence[str], cause: Cause, key: CommandKey
    ) -> Erasure:
        """The erasure with its certificate; at most 200 people at once.

        The decision, the event and the removal of fingerprints are one commit; then keys and sealed data go. A crash
        in between is gone on from at the next start. Raises UnknownParticipantError, HeldError, StillTakesPartError,
        ErasureIncompleteError.
        """
        principal.require(*ERASERS)
        asked = tuple(dict.fromkeys(participant_ids))[:PEOPLE_MAX]
        people = await self._may_be_erased(asked)
        begun = Erasure(
            erasure_id=self._parts.world.new_id(),
            conference_id=next(iter(people.values())).conference_id,
            participant_ids=asked,
            by=principal.account_id,
            at=self._parts.world.now(),
        )

        async def work(tx: Transaction) -> dict[str, Any]:
            now = await self._parts.participants.many_in_transaction(tx, asked)
            for participant in now.values():
                erased = participant.erased()
                await self._parts.participants.save(tx, erased)
                tx.emit(Erased(erased, begun.erasure_id))
            await self._parts.erasures.save(tx, begun)
            return {"erasure_id": begun.erasure_id}

        done = await self._parts.unit_of_work.run_command(work, cause=cause, command=key)
        erasure = await self._parts.erasures.by_id(done["erasure_id"]) or begun
        return erasure if erasure.is_done else await self._finish(erasure, cause)

    async def go_on(self) -> None:
        """At the start: finish what a crash broke off, and forget again what a restored database remembers."""
        await self._parts.vault.apply_ledger()
        await self._forget_restored()
        for erasure in await self._parts.erasures.unfinished():
            await self._finish(erasure, Cause(erasure.erasure_id, None, None, erasure.by))

    async def _forget_restored(self) -> None:
        """Fingerprints of the erased that a restored database brought back; their events are told already."""
        erased = sorted(self._parts.vault.erased)
        for start in range(0, len(erased), PEOPLE_MAX):
            some = erased[start : start + PEOPLE_MAX]
            back = {each for each, who in (await self._parts.participants.by_ids(some)).items() if who.fingerprints}

            async def work(tx: Transaction, back: frozenset[str] = frozenset(back)) -> None:
                for participant in (await self._parts.participants.many_in_transaction(tx, sorted(back))).values():
                    await self._parts.participants.save(tx, participant.erased())

            if back:
                cause = self._parts.world.new_id()
                await self._parts.unit_of_work.run(work, cause=Cause(cause, None, None, "service:registration"))

    async def _may_be_erased(self, asked: Sequence[str]) -> dict[str, Participant]:
        people = await self._parts.participants.by_ids(asked)
        if not asked or len(people) < len(asked):
            raise UnknownParticipantError
        if held := await self._parts.erasures.holds_on(asked):
            raise HeldError(tuple(sorted(hold.participant_id for hold in held)))
        conference = await self._parts.conference.current()
        is_over = conference is not None and conference.last_day < self._parts.world.now().date()
        taking_part = sorted(each.participant_id for each in people.values() if each.holds_place)
        if taking_part and not is_over:
            raise StillTakesPartError(tuple(taking_part))
        return people

    async def _finish(self, erasure: Erasure, cause: Cause) -> Erasure:
        parts = self._parts
        people = await parts.participants.by_ids(erasure.participant_ids)
        imports = await parts.erasures.imports_of(sorted({each.delegation for each in people.values()}))
        epoch = await parts.vault.destroy([*erasure.participant_ids, *imports])
        await parts.index.forget(erasure.participant_ids)
        parts.in_memory.forget()
        tried = await self._tried(erasure, imports)
        certified = erasure.certified(parts.signer.sign(certificate_text(erasure, epoch=epoch, tried=tried)))

        async def work(tx: Transaction) -> None:
            await parts.erasures.save(tx, certified)

        await parts.unit_of_work.run(work, cause=cause)
        return certified

    async def _tried(self, erasure: Erasure, imports: Sequence[str]) -> tuple[Tried, ...]:
        """Look for each person in every place where something of a person may be."""
        vault, asked = self._parts.vault, erasure.participant_ids
        remains = [await vault.remains(participant_id) for participant_id in asked]
        files = [await vault.remains(import_id) for import_id in imports]
        people = await self._parts.participants.by_ids(asked)
        documents = [await vault.with_document_of(participant_id) for participant_id in asked]
        found = {
            Destroyed.PERSON_KEY: any(each["key"] for each in remains),
            Destroyed.SEALED_FIELDS: any(each["fields"] for each in remains),
            Destroyed.SEALED_TEXTS: any(each["texts"] for each in remains),
            Destroyed.DOCUMENT_FINGERPRINT: any(documents),
            Destroyed.FIELD_FINGERPRINTS: any(each.fingerprints for each in people.values()),
            Destroyed.IMPORTED_FILES: any(each["files"] or each["key"] for each in files),
            Destroyed.NAMES_IN_MEMORY: any(self._parts.index.holds(each) for each in asked),
        }
        return tuple(Tried(way, is_there) for way, is_there in found.items())


class ShowErasure:
    def __init__(self, parts: ErasureParts) -> None:
        self._parts = parts

    async def __call__(self, principal: Principal, erasure_id: str) -> Erasure:
        """Raises UnknownErasureError."""
        principal.require(*ERASERS)
        found = await self._parts.erasures.by_id(erasure_id)
        if found is None:
            raise UnknownErasureError
        return found

    async def certified(self, principal: Principal) -> list[Erasure]:
        """The erasures that have their certificate, the latest first, 200 at most."""
        principal.require(*ERASERS)
        return await self._parts.erasures.certified(limit=CERTIFICATES_MAX)
