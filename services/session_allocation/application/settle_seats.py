"""Seats in force stay in step with people, wishes and the programme; whoever waits first gets what becomes free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from services.session_allocation.application.publish_allocation import seats_changed
from services.session_allocation.domain.ports import Books, Conference
from services.session_allocation.domain.standing import Claim, Standing, in_step, moved_in
from shared.messaging.unit_of_work import Transaction

_NOBODY_KNOWN: Final[Mapping[str, Claim]] = {}


async def settle_seats(
    tx: Transaction,
    books: Books,
    conference: Conference,
    changes: Iterable[tuple[Standing, Standing]],
    *,
    offered: Iterable[str] = (),
    claims: Mapping[str, Claim | None] = _NOBODY_KNOWN,
) -> None:
    """Put standings in place of others, each with only what holds now, and let who waits first move in.

    A change is the standing that is kept and the one wanted, the same where only people, wishes or the programme
    changed. Seats that are given up, and those empty in `offered` sessions, go to who waits first; who moves in gives
    up a less dear seat of the same slot, which frees that one in turn. Nobody loses a seat that they wish more.
    `claims` are those known already. All in this commit, with an event for each whose seats or waiting changed;
    nothing while no allocation is in force.
    """
    published = await books.published()
    if published is None:
        return
    settling = _Settling(books, conference, claims)
    for kept, wanted in changes:
        await settling.change(kept, wanted)
    await settling.let_move_in(offered)
    await books.save_standings([now for kept, now in settling.changed if now != kept])
    for kept, now in settling.changed:
        if now.told != kept.told:
            tx.emit(seats_changed(now, conference.id, published.version))


class _Settling:
    """Reads what is kept, and writes nothing: what comes to be is in `changed`, as pairs of then and now."""

    def __init__(self, books: Books, conference: Conference, claims: Mapping[str, Claim | None]) -> None:
        self._books = books
        self._programme = conference.programme
        self._claims = claims
        self._changed: dict[str, tuple[Standing, Standing]] = {}
        self._moves: Counter[str] = Counter()
        self._freed: dict[str, None] = {}

    @property
    def changed(self) -> Sequence[tuple[Standing, Standing]]:
        return list(self._changed.values())

    async def change(self, kept: Standing, wanted: Standing) -> None:
        self._put(kept, in_step(self._programme, await self._claim(kept.participant_id), wanted))

    async def let_move_in(self, offered: Iterable[str]) -> None:
        self._freed |= dict.fromkeys(offered)
        while self._freed:
            code = next(iter(self._freed))
            del self._freed[code]
            session = self._programme.sessions.get(code)
            if session is None or session.capacity is None:
                continue
            seated, waiting = await self._books.counts(code)
            empty = session.capacity - seated - self._moves[code]
            if empty > 0 and waiting:
                await self._fill(code, empty)

    async def _fill(self, code: str, empty: int) -> None:
        for kept in await self._books.waiting_for(code):
            _, now = self._changed.get(kept.participant_id, (kept, kept))
            if code not in now.waiting:
                continue
            after = moved_in(self._programme, await self._claim(kept.participant_id), now, code)
            self._put(now, after)
            empty -= code in after.seats
            if not empty:
                return

    def _put(self, before: Standing, now: Standing) -> None:
        kept, _ = self._changed.get(before.participant_id, (before, before))
        self._changed[before.participant_id] = (kept, now)
        self._moves.update(now.seats)
        self._moves.subtract(before.seats)
        self._freed |= dict.fromkeys(code for code in before.seats if code not in now.seats)

    async def _claim(self, participant_id: str) -> Claim | None:
        return self._claims.get(participant_id) or await self._books.claim(participant_id)
