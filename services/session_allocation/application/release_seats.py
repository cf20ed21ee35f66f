"""Somebody's seats are free again: who waits first moves in, in the same commit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from services.session_allocation.application.publish_allocation import seats_changed
from services.session_allocation.domain.allocation import BETTER_WISH_MET, Standing, Unmet
from services.session_allocation.domain.ports import Books, Conference
from shared.messaging.unit_of_work import Transaction


async def release_seats(
    tx: Transaction, books: Books, conference: Conference, participant_id: str, sessions: Iterable[str] | None = None
) -> None:
    """Give up the participant's seats and waiting places (in these sessions, or all), and let others move in.

    Who moves in gives up a less dear seat of the same slot, which frees that one in turn.
    """
    published = await books.published()
    standing = await books.standing(participant_id)
    if published is None or standing is None:
        return
    wanted = set(sessions) if sessions is not None else {*standing.seats, *standing.waiting}
    freed = deque(code for code in standing.seats if code in wanted)
    left = replace(
        standing,
        seats=tuple(code for code in standing.seats if code not in wanted),
        waiting={code: place for code, place in standing.waiting.items() if code not in wanted},
        unmet=tuple(item for item in standing.unmet if item.session not in wanted),
    )
    if left == standing:
        return
    changed = {participant_id: left}
    await books.save_standings([left])
    while freed:
        code = freed.popleft()
        capacity = conference.programme.sessions[code].capacity if code in conference.programme.sessions else 0
        seated, _ = await books.counts(code)
        if seated >= (capacity or 0):
            continue
        waiting = await books.waiting_for(code)
        if not waiting:
            continue
        moved, given_up = _moved_in(waiting[0], code, conference.programme.slot_of(code))
        await books.save_standings([moved])
        changed[moved.participant_id] = moved
        freed.extend(given_up)
    for item in changed.values():
        tx.emit(seats_changed(item, conference.id, published.version))


def _moved_in(standing: Standing, code: str, slot: tuple[str, ...]) -> tuple[Standing, list[str]]:
    """The standing with the seat, and the seats of the same slot that it gives up for it.

    A waiting list holds only those who wish the session more than what they have, so the move is never for the worse.
    Places for sessions less dear than the new seat end with it.
    """
    given_up = [other for other in standing.seats if other in slot]
    dearer = _dearer_waits(standing, code, slot)
    unmet = [item for item in standing.unmet if item.session != code and item.session not in given_up]
    unmet = [
        Unmet(item.session, BETTER_WISH_MET, {"instead": code})
        if item.session in slot and item.session not in dearer
        else item
        for item in unmet
    ]
    waiting = {other: place for other, place in standing.waiting.items() if other not in slot or other in dearer}
    seats = tuple(other for other in (*standing.seats, code) if other not in given_up)
    lost = [Unmet(other, BETTER_WISH_MET, {"instead": code}) for other in given_up]
    return replace(standing, seats=seats, waiting=waiting, unmet=(*unmet, *lost)), given_up


def _dearer_waits(standing: Standing, code: str, slot: tuple[str, ...]) -> set[str]:
    """Waiting places in the slot that are dearer than this session: unmet wishes stand in the order of the wishes."""
    order = [item.session for item in standing.unmet]
    before = order[: order.index(code)] if code in order else []
    return {other for other in standing.waiting if other in slot and other in before}
