"""A delegation's roster in MongoDB: filtered, counted and put in order by the database, a page at a time."""

from __future__ import annotations

from typing import Any, Final

from services.registration.adapters.mongo import PARTICIPANTS
from services.registration.domain.participant import BadgeStatus, State
from services.registration.domain.registration_form import NAMES, Form, Rule
from services.registration.domain.roster_query import RosterQuery
from services.registration.domain.standing import Turn
from shared.storage import Database

PRECEDENCE_LAST: Final = 1_000
_GROUPS_MAX: Final = 100
_IDS_MAX: Final = 20_000
_WITH_DELEGATION: Final = [State.DRAFT.value, State.RETURNED.value]
_OVER: Final = [State.REJECTED.value, State.WITHDRAWN.value, State.SUBSTITUTED.value]
_NOBODY: Final[dict[str, Any]] = {"_id": {"$in": []}}


class MongoRosters:
    def __init__(self, database: Database) -> None:
        self._participants = database.collection(PARTICIPANTS)

    async def count(self, query: RosterQuery) -> int:
        return await self._participants.count(_filter(query))

    async def ids(self, query: RosterQuery) -> list[str]:
        found = await self._participants.find(_filter(query), projection={"_id": 1}, limit=_IDS_MAX)
        return [item["_id"] for item in found]

    async def ordered(self, query: RosterQuery, *, skip: int, limit: int) -> list[str]:
        """Ids by the delegation's own precedence, then category, then id. Only these are sorted, not whole records."""
        place = {"$indexOfArray": [list(query.categories), "$category"]}
        keys = {
            "precedence": {"$ifNull": ["$precedence", PRECEDENCE_LAST]},
            "place": {"$cond": [{"$lt": [place, 0]}, len(query.categories), place]},
        }
        pipeline: list[dict[str, Any]] = [
            {"$match": _filter(query)},
            {"$project": keys},
            {"$sort": {"precedence": 1, "place": 1, "_id": 1}},
            {"$skip": skip},
        ]
        return [item["_id"] for item in await self._participants.aggregate(pipeline, limit=limit)]

    async def states(self, query: RosterQuery) -> list[tuple[State, BadgeStatus, int]]:
        """How many are in each state with each badge."""
        group = {"$group": {"_id": {"state": "$state", "badge": "$badge"}, "count": {"$sum": 1}}}
        found = await self._participants.aggregate([{"$match": _filter(query)}, group], limit=_GROUPS_MAX)
        return [(State(item["_id"]["state"]), BadgeStatus(item["_id"]["badge"]), item["count"]) for item in found]


def _filter(query: RosterQuery) -> dict[str, Any]:
    conditions: list[dict[str, Any]] = [{"delegation": query.delegation}]
    if query.of_categories:
        conditions.append({"category": {"$in": list(query.of_categories)}})
    if query.states:
        conditions.append({"state": {"$in": list(query.states)}})
    if not query.drafts:
        conditions.append({"state": {"$ne": State.DRAFT.value}})
    if query.among is not None:
        conditions.append({"_id": {"$in": list(query.among)}})
    if query.turn is not None:
        conditions.append(_of_turn(query.turn, _lacking(query.forms.values())))
    return {"$and": conditions}


def _of_turn(turn: Turn, lacking: dict[str, Any]) -> dict[str, Any]:
    """The same as `Standing.turn`, said to the database; a test compares the two."""
    accepted = {"state": State.ACCEPTED.value}
    active = {"badge": BadgeStatus.ACTIVE.value}
    match turn:
        case Turn.DELEGATION:
            return {"$or": [{"state": {"$in": _WITH_DELEGATION}}, {"$and": [accepted, lacking]}]}
        case Turn.OFFICER:
            return {"state": State.SUBMITTED.value}
        case Turn.DESK:
            return {"$and": [accepted, {"$nor": [active, lacking]}]}
        case Turn.NOBODY:
            return {"$or": [{"state": {"$in": _OVER}}, {"$and": [accepted, active, {"$nor": [lacking]}]}]}


def _lacking(forms: Any) -> dict[str, Any]:
    """Who lacks something that the present form of their category asks."""
    return {"$or": [_lacking_of(form) for form in forms]} if forms else _NOBODY


def _lacking_of(form: Form) -> dict[str, Any]:
    absent = [
        {f"fingerprints.{field}": {"$exists": False}} for field, rule in form.rules.items() if rule is Rule.REQUIRED
    ]
    nameless = {"$and": [{f"fingerprints.{name}": {"$exists": False}} for name in NAMES]}
    return {"category": form.category, "$or": [*absent, nameless]}
