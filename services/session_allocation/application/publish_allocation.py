"""Put a draft into force as the next version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from services.session_allocation.application.run_allocation import digest_of
from services.session_allocation.application.scope import conference_of
from services.session_allocation.domain.errors import DraftGoneError, DraftStaleError
from services.session_allocation.domain.ports import Books, Draft, Published
from services.session_allocation.domain.standing import Standing
from shared.contracts.session_allocation import AllocationPublished, SeatsChanged, SessionSums
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role

Bind = Callable[[Transaction], Books]
PEOPLE_MAX: Final = 20_000


class PublishAllocationHandler:
    def __init__(self, unit_of_work: UnitOfWork, bind: Bind) -> None:
        self._unit_of_work = unit_of_work
        self._bind = bind

    async def __call__(self, principal: Principal, draft_id: str, cause: Cause, key: CommandKey) -> dict[str, Any]:
        """One commit: everybody's seats, the version, and an event for each participant whose seats changed.

        Raises DraftGoneError, and DraftStaleError when people, wishes or the programme changed since the run.
        """
        principal.require(Role.PROGRAMME_OFFICER)

        async def work(tx: Transaction) -> dict[str, Any]:
            books = self._bind(tx)
            conference = await conference_of(books)
            draft = await books.draft(draft_id)
            if draft is None:
                raise DraftGoneError
            if draft.digest != digest_of(conference, await books.claims()):
                raise DraftStaleError
            before = {item.participant_id: item for item in await books.standings()}
            outcomes = await books.draft_outcomes(draft_id, after="", limit=PEOPLE_MAX)
            after = [item.standing for item in outcomes]
            changed = _changed(before, after)
            last = await books.published()
            published = Published((last.version if last else 0) + 1, tx.now, len(changed))
            await books.save_standings([*after, *_gone(before, after)])
            await books.publish(published, draft)
            for standing in changed:
                tx.emit(seats_changed(standing, conference.id, published.version))
            tx.emit(_published_event(draft, published, conference.id))
            return {"version": published.version, "changed": published.changed}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise="allocation")


def seats_changed(standing: Standing, conference_id: str, version: int) -> SeatsChanged:
    seats, waiting = standing.told
    return SeatsChanged(
        conference_id=conference_id,
        participant_id=standing.participant_id,
        delegation=standing.delegation,
        allocation_version=version,
        seats=seats,
        waiting=waiting,
    )


def _changed(before: dict[str, Standing], after: Sequence[Standing]) -> list[Standing]:
    now = [*after, *_gone(before, after)]
    nothing = Standing("", "")
    return [item for item in now if before.get(item.participant_id, nothing).told != item.told]


def _gone(before: dict[str, Standing], after: Sequence[Standing]) -> list[Standing]:
    """Who is accredited no longer, left without seats."""
    present = {item.participant_id for item in after}
    return [
        Standing(item.participant_id, item.delegation) for item in before.values() if item.participant_id not in present
    ]


def _published_event(draft: Draft, published: Published, conference_id: str) -> AllocationPublished:
    return AllocationPublished(
        conference_id=conference_id,
        version=published.version,
        changed=published.changed,
        sessions=tuple(
            SessionSums(
                session=item.session,
                capacity=item.capacity,
                wished=item.wished,
                seated=item.seated,
                waiting=item.waiting,
            )
            for item in draft.sums
        ),
    )
