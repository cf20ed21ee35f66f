"""The inbox: a position per stream, advanced in the effect's transaction.

For each (consumer group, topic, key) the inbox keeps the last sequence whose effect is committed. Lower: already done.
The next: apply and advance in one transaction. Higher: a gap, and the record is held until its predecessor comes.
Nothing expires, and what is kept grows with the number of streams, not of events.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from shared.contracts.envelope import Envelope, parse_headers
from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.errors import BusyError, ContractError, InfrastructureError
from shared.messaging.blocked_keys import BLOCKED_KEYS, BlockedKeys, Gap
from shared.messaging.cause import Cause
from shared.messaging.dead_letter import Failure
from shared.messaging.locks import Turnstile
from shared.messaging.record import RawRecord
from shared.messaging.subscription import Reaction, Received, Subscription, handler_version
from shared.messaging.unit_of_work import Transaction, UnitOfWork
from shared.storage import Collection, Database, DuplicateKeyError, Index

Within = Callable[[Transaction], Awaitable[None]]
POSITIONS: Final = "positions"
INDEXES: Final = (Index(POSITIONS, ()),)


class _KeyBlockedError(Exception):
    """The key became blocked between a look and the transaction; the record is to be held."""


class _DryRun(Exception):
    """Ends a dry run where its commit would be."""


@dataclass(frozen=True)
class _Readable:
    record: RawRecord
    key: str
    envelope: Envelope


def _read(record: RawRecord) -> _Readable:
    """Raises whatever key or attributes are unreadable with."""
    return _Readable(record, record.stream_key(), parse_headers(record.headers))


class Replay:
    """A record's reaction, to be run on another transaction. It is read and prepared once, however often it is run:

    what is in no event is asked for again. Positions are not touched.
    """

    __slots__ = ("_is_prepared", "_prepared", "_reaction", "received")

    def __init__(self, reaction: Reaction[Any, Any], received: Received[Any]) -> None:
        self.received = received
        self._reaction = reaction
        self._is_prepared = not reaction.prepares()
        self._prepared: Any = None

    async def run(self, transaction: Transaction) -> None:
        """Raises InfrastructureError while a service that is asked is away, and whatever the reaction raises."""
        if not self._is_prepared:
            self._prepared = await self._reaction.prepare(self.received)
            self._is_prepared = True
        await self._reaction.apply(transaction, self.received, self._prepared)


class Inbox:
    """One consumer group of one service: `receive` answers when the record's fate is committed."""

    def __init__(
        self, database: Database, unit_of_work: UnitOfWork, blocked: BlockedKeys, subscriptions: Sequence[Subscription]
    ) -> None:
        purposes = {subscription.purpose for subscription in subscriptions}
        assert len(purposes) == 1, "an inbox is one consumer group"
        self.group = blocked.group
        self._turnstile = Turnstile()
        self._positions = database.collection(POSITIONS)
        self._unit_of_work = unit_of_work
        self._blocked = blocked
        self._reactions: Mapping[str, Mapping[str, Reaction[Any, Any]]] = {
            subscription.topic: {event.TYPE: reaction for event, reaction in subscription.reactions.items()}
            for subscription in subscriptions
        }

    async def receive(self, record: RawRecord) -> None:
        """Apply, pass over, hold, block or quarantine the record; each is durable when this returns.

        Raises InfrastructureError when the database or another service is away: the record is then untouched.
        """
        try:
            readable = _read(record)
        except Exception as error:  # whatever is unreadable in whatever way
            await self._blocked.quarantine(record, Failure.of(error))
            return
        reaction = self._reaction(record.topic, readable.envelope.type)
        if reaction is None and await self._pass_over(readable):
            return
        # The transaction looks again: a look before it only spares what prepares. It also tells a failure from the
        # second coming of a record whose fate was committed long ago.
        looks = reaction is not None and reaction.prepares()
        while True:
            if looks and await self._is_over(readable):
                return
            try:
                await self._apply(readable)
            except (InfrastructureError, BusyError):
                raise
            except _KeyBlockedError:
                looks = True
                continue
            except Gap:
                await self._blocked.block_gap(record, readable.key)
            except Exception as error:  # a refusal that cannot be, a broken contract, a bug: all block the key
                if not looks:
                    looks = True
                    continue
                await self._blocked.block(record, readable.key, self._failure(readable, error))
            return

    def unreadable(self, record: RawRecord) -> Exception | None:
        """Why key or attributes cannot be read, in whatever way; None when they can."""
        try:
            _read(record)
        except Exception as error:
            return error
        return None

    async def drain(self, key: str) -> bool:
        """Apply what is held of a blocked key, in order, as far as it goes; True when nothing is left.

        Stops at the first record that fails, so that nothing overtakes it. A record whose predecessor has not come is
        left held; a predecessor that came later is applied before it.
        """
        while True:
            progressed = False
            async for held in self._blocked.held(key):
                readable = _Readable(held, key, parse_headers(held.headers))
                try:
                    await self._apply(readable, release=True)
                except Gap:
                    continue
                except (InfrastructureError, BusyError):
                    raise
                except Exception as error:
                    await self._blocked.failed_again(held, key, self._failure(readable, error))
                    return False
                progressed = True
            if not await self._blocked.is_blocked(key):
                return True
            if not progressed:
                await self._blocked.wait_for_predecessor(key)
                return False

    async def mend(
        self,
        record: RawRecord,
        key: str,
        *,
        without_effect: bool,
        without_predecessor: bool = False,
        within: Within | None = None,
        dry: bool = False,
    ) -> None:
        """Apply a held record as a person mended it, or pass it over, and release it, in one commit with `within`.

        `within` runs first, so that it can refuse. `without_predecessor` leaps over what never came: should it come
        after all, it is passed over. A dry run does it all and commits nothing. Raises Gap, ContractError, and
        whatever the reaction raises.
        """
        readable = _Readable(record, key, parse_headers(record.headers))
        try:
            await self._apply(
                readable,
                release=True,
                within=within,
                without_effect=without_effect,
                leaps=without_predecessor,
                dry=dry,
            )
        except _DryRun:
            pass

    def replay(self, record: RawRecord, key: str, envelope: Envelope) -> Replay | None:
        """The record's reaction, for building a model again; None if none reacts. Raises ContractError."""
        reaction = self._reaction(record.topic, envelope.type)
        return None if reaction is None else Replay(reaction, received_of(record, key, envelope))

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Nothing of this group is applied in this process while entered; what comes waits, unrefused."""
        async with self._turnstile.closed():
            yield

    @property
    def topics(self) -> list[str]:
        return list(self._reactions)

    def handler_of(self, record: RawRecord) -> str:
        """The reaction that this record goes to, with the version of its code; empty when none does."""
        try:
            event_type = parse_headers(record.headers).type
        except ContractError:
            return ""
        reaction = self._reaction(record.topic, event_type)
        return handler_version(type(reaction)) if reaction else ""

    def _failure(self, readable: _Readable, error: Exception) -> Failure:
        return Failure.of(error, handler=self.handler_of(readable.record))

    def _reaction(self, topic: str, event_type: str) -> Reaction[Any, Any] | None:
        return self._reactions.get(topic, {}).get(event_type)

    async def _pass_over(self, readable: _Readable) -> bool:
        """Advance over a record that nobody reacts to; False when that wants a closer look.

        A commit of its own, by the majority like every other. A blocked key does not matter: there is no effect that
        could overtake a held one, and a held record of this very stream would be a gap.
        """
        async with self._turnstile.passed():
            if readable.envelope.place.before() > 0:
                return await self._follow(self._positions, readable)
            try:
                await self._positions.insert_one(self._position(readable))
            except DuplicateKeyError:
                return False
            return True

    async def _is_over(self, readable: _Readable) -> bool:
        """Whether the record was applied before, or waits behind its blocked key, where this puts it."""
        is_done, is_blocked = await asyncio.gather(self._is_done(readable), self._blocked.is_blocked(readable.key))
        if is_done or not is_blocked or not await self._blocked.hold(readable.record, readable.key):
            return is_done
        if await self._blocked.awaits_predecessor(readable.key):
            await self.drain(readable.key)
        return True

    async def _is_done(self, readable: _Readable) -> bool:
        position = await self._positions.find_one({"_id": self._position_id(readable)})
        return position is not None and readable.envelope.sequence <= position["sequence"]

    async def _apply(
        self,
        readable: _Readable,
        *,
        release: bool = False,
        within: Within | None = None,
        without_effect: bool = False,
        leaps: bool = False,
        dry: bool = False,
    ) -> None:
        reaction = None if without_effect else self._reaction(readable.record.topic, readable.envelope.type)
        received = received_of(readable.record, readable.key, readable.envelope) if reaction else None
        prepared = await reaction.prepare(received) if reaction and received else None
        cause = received.cause() if received else Cause(readable.envelope.correlation_id, None, None, "")

        async def work(tx: Transaction) -> None:
            if within is not None:
                await within(tx)
            if release:
                await self._blocked.release(tx, readable.record, readable.key)
            elif await tx.collection(BLOCKED_KEYS).find_one({"_id": self._blocked.id_of(readable.key)}):
                raise _KeyBlockedError
            positions = tx.collection(POSITIONS)
            if await self._advance(positions, readable, leaps=leaps) and reaction and received:
                await reaction.apply(tx, received, prepared)
            if dry:
                raise _DryRun

        async with self._turnstile.passed():
            await self._unit_of_work.run(work, cause=cause)

    async def _advance(self, positions: Collection, readable: _Readable, *, leaps: bool) -> bool:
        """Move the stream's position to this record; False when it was there already. Raises Gap unless it leaps.

        `before` in the document is what this request finds, and means nothing afterwards.
        """
        if await self._follow(positions, readable):
            return True
        sequence, place = readable.envelope.sequence, readable.envelope.place
        moved = await positions.find_one_and_update(
            {"_id": self._position_id(readable)},
            [{"$set": {"before": {"$ifNull": ["$sequence", 0]}, "sequence": {"$max": ["$sequence", sequence]}}}],
            upsert=True,
        )
        assert moved is not None, "an upsert answers the document"
        if sequence <= moved["before"]:
            return False
        if not leaps and not place.follows(moved["before"]):
            raise Gap  # and the transaction undoes the move
        return True

    async def _follow(self, positions: Collection, readable: _Readable) -> bool:
        """Move the position of a stream that has begun, in one request; False when it is not where it can follow."""
        before, sequence = readable.envelope.place.before(), readable.envelope.sequence
        here = {"_id": self._position_id(readable), "sequence": {"$gte": before, "$lt": sequence}}
        return before > 0 and await positions.update_one(here, {"$set": {"sequence": sequence}}) == 1

    def _position(self, readable: _Readable) -> dict[str, object]:
        return {"_id": self._position_id(readable), "sequence": readable.envelope.sequence}

    def _position_id(self, readable: _Readable) -> dict[str, str]:
        return {"group": self.group, "topic": readable.record.topic, "key": readable.key}


def received_of(record: RawRecord, key: str, envelope: Envelope) -> Received[IntegrationEvent]:
    """The record as a reaction takes it. Raises ContractError; KeyError for a type that is not registered."""
    contract = REGISTRY.events[envelope.type]
    return Received(
        data=contract.parse(record.value or b""),
        id=envelope.id,
        time=envelope.time,
        recorded=datetime.fromtimestamp(record.timestamp_ms / 1000, UTC),
        key=key,
        sequence=envelope.sequence,
        envelope=envelope,
        value=record.value or b"",
    )
