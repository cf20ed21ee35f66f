"""Session allocation's books in MongoDB."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Any, Final

from services.session_allocation.adapters.conference import rules_of
from services.session_allocation.domain.allocation import Allocation, Sums
from services.session_allocation.domain.entitlement import Entitlement
from services.session_allocation.domain.ports import Books, Conference, Draft, Preferences, Published
from services.session_allocation.domain.reasons import Outcome, Unmet
from services.session_allocation.domain.standing import Claim, Standing
from shared.conference import ConferenceCopy
from shared.contracts.conference import Conference as ConferenceFile
from shared.messaging.unit_of_work import Transaction
from shared.storage import Collection, Database, Document, Index
from shared.world import World

ENTITLEMENTS: Final = "entitlements"
PREFERENCES: Final = "preferences"
DRAFTS: Final = "drafts"
DRAFT_STANDINGS: Final = "draft_standings"
VERSIONS: Final = "versions"
STANDINGS: Final = "standings"
PEOPLE_MAX: Final = 20_000
_PENDING: Final = {"published": False}

INDEXES: Final = (
    Index(ENTITLEMENTS, (("sessions", 1), ("_id", 1))),
    Index(ENTITLEMENTS, (("delegation", 1), ("_id", 1))),
    Index(PREFERENCES, ()),
    Index(DRAFTS, (("published", 1),)),
    Index(DRAFT_STANDINGS, (("draft_id", 1), ("participant_id", 1)), unique=True),
    Index(VERSIONS, ()),
    Index(STANDINGS, (("seats", 1),)),
    Index(STANDINGS, (("waiting.session", 1),)),
    Index(STANDINGS, (("delegation", 1),)),
)


class MongoBooks(Books):
    """The books; `collection` opens them inside a transaction or outside any."""

    def __init__(
        self,
        collection: Callable[[str], Collection],
        current: Callable[[], Awaitable[ConferenceFile | None]],
        world: World,
    ) -> None:
        self._entitlements = collection(ENTITLEMENTS)
        self._preferences = collection(PREFERENCES)
        self._drafts = collection(DRAFTS)
        self._draft_standings = collection(DRAFT_STANDINGS)
        self._versions = collection(VERSIONS)
        self._standings = collection(STANDINGS)
        self._current = current
        self._world = world

    async def conference(self) -> Conference | None:
        file = await self._current()
        return rules_of(file, self._world.now()) if file else None

    async def claims(self) -> list[Claim]:
        wishes = {item.delegation: item for item in await self._all_preferences()}
        claims = (
            wishes.get(each.delegation, Preferences(each.delegation)).claim(each) for each in await self.accredited()
        )
        return [claim for claim in claims if claim is not None]

    async def claim(self, participant_id: str) -> Claim | None:
        entitlement = await self.entitlement(participant_id)
        return (await self.preferences(entitlement.delegation)).claim(entitlement) if entitlement else None

    async def entitlements_of(self, delegation: str) -> list[Entitlement]:
        query = {"delegation": delegation, "accredited": True}
        found = await self._entitlements.find(query, sort=[("_id", 1)], limit=PEOPLE_MAX)
        return [entitlement_from(item) for item in found]

    async def entitlement(self, participant_id: str) -> Entitlement | None:
        found = await self._entitlements.find_one({"_id": participant_id})
        return entitlement_from(found) if found else None

    async def accredited(self) -> Sequence[Entitlement]:
        found = await self._entitlements.find({"accredited": True}, sort=[("_id", 1)], limit=PEOPLE_MAX)
        return [entitlement_from(item) for item in found]

    async def entitled_to(self, session: str, *, after: str, limit: int) -> Sequence[Entitlement]:
        query = {"sessions": session, "_id": {"$gt": after}}
        found = await self._entitlements.find(query, sort=[("_id", 1)], limit=limit)
        return [entitlement_from(item) for item in found]

    async def save_entitlement(self, entitlement: Entitlement) -> None:
        document = {
            "_id": entitlement.participant_id,
            "delegation": entitlement.delegation,
            "category": entitlement.category,
            "accredited": entitlement.accredited,
            "sessions": list(entitlement.sessions),
        }
        await self._entitlements.replace_one({"_id": entitlement.participant_id}, document, upsert=True)

    async def preferences(self, delegation: str) -> Preferences:
        found = await self._preferences.find_one({"_id": delegation})
        return _preferences_from(found) if found else Preferences(delegation)

    async def save_preferences(self, preferences: Preferences) -> None:
        document = {
            "_id": preferences.delegation,
            "default": list(preferences.default),
            "participants": {who: list(wishes) for who, wishes in preferences.participants.items()},
        }
        await self._preferences.replace_one({"_id": preferences.delegation}, document, upsert=True)

    async def save_draft(self, draft: Draft, allocation: Allocation) -> None:
        for old in await self._drafts.find(_PENDING, limit=100):
            await self._draft_standings.delete_many({"draft_id": old["_id"]})
        await self._drafts.delete_many(_PENDING)
        await self._drafts.insert_one(
            {
                "_id": draft.draft_id,
                "made_at": draft.made_at,
                "digest": draft.digest,
                "people": draft.people,
                "sums": [asdict(item) for item in draft.sums],
                "published": False,
            }
        )
        rows = [
            {"_id": {"draft": draft.draft_id, "who": who}, "draft_id": draft.draft_id, **_outcome_fields(outcome)}
            for who, outcome in allocation.outcomes.items()
        ]
        if rows:
            await self._draft_standings.insert_many(rows)

    async def draft(self, draft_id: str) -> Draft | None:
        found = await self._drafts.find_one({"_id": draft_id})
        if found is None:
            return None
        sums = tuple(Sums(**item) for item in found["sums"])
        return Draft(found["_id"], found["made_at"], found["digest"], found["people"], sums)

    async def draft_outcomes(self, draft_id: str, *, after: str, limit: int) -> Sequence[Outcome]:
        query = {"draft_id": draft_id, "participant_id": {"$gt": after}}
        found = await self._draft_standings.find(query, sort=[("participant_id", 1)], limit=limit)
        return [_outcome_from(item) for item in found]

    async def published(self) -> Published | None:
        found = await self._versions.find_one({}, sort=[("_id", -1)])
        return Published(found["_id"], found["published_at"], found["changed"]) if found else None

    async def publish(self, published: Published, draft: Draft) -> None:
        await self._drafts.update_one({"_id": draft.draft_id}, {"$set": {"published": True}})
        await self._versions.insert_one(
            {
                "_id": published.version,
                "published_at": published.published_at,
                "changed": published.changed,
                "draft_id": draft.draft_id,
            }
        )

    async def standing(self, participant_id: str) -> Standing | None:
        found = await self._standings.find_one({"_id": participant_id})
        return _standing_from(found) if found else None

    async def standings(self) -> Sequence[Standing]:
        return [_standing_from(item) for item in await self._standings.find({}, limit=PEOPLE_MAX)]

    async def standings_of(self, delegation: str) -> Sequence[Standing]:
        return [
            _standing_from(item) for item in await self._standings.find({"delegation": delegation}, limit=PEOPLE_MAX)
        ]

    async def save_standings(self, standings: Sequence[Standing]) -> None:
        if not standings:
            return
        await self._standings.delete_many({"_id": {"$in": [item.participant_id for item in standings]}})
        await self._standings.insert_many(
            [{"_id": item.participant_id, **_standing_fields(item)} for item in standings]
        )

    async def waiting_for(self, session: str) -> Sequence[Standing]:
        found = await self._standings.find({"waiting.session": session}, limit=PEOPLE_MAX)
        return sorted((_standing_from(item) for item in found), key=lambda item: item.waiting[session])

    async def lines(self, sessions: AbstractSet[str]) -> Mapping[str, Sequence[str]]:
        on_them = {"waiting.session": {"$in": sorted(sessions)}}
        pipeline: list[Document] = [
            {"$match": on_them},
            {"$unwind": "$waiting"},
            {"$match": on_them},
            {"$sort": {"waiting.place": 1, "_id": 1}},
            {"$group": {"_id": "$waiting.session", "line": {"$push": "$_id"}}},
        ]
        found = await self._standings.aggregate(pipeline, limit=len(sessions)) if sessions else []
        return {item["_id"]: item["line"] for item in found}

    async def wished(self, sessions: AbstractSet[str]) -> Mapping[str, int]:
        preferences = await self._all_preferences() if sessions else []
        return {code: await self._entitlements.count(_who_wishes(code, preferences)) for code in sessions}

    async def seated_in(self, session: str) -> Sequence[Standing]:
        found = await self._standings.find({"seats": session}, sort=[("_id", 1)], limit=PEOPLE_MAX)
        return [_standing_from(item) for item in found]

    async def counts(self, session: str) -> tuple[int, int]:
        seated = await self._standings.count({"seats": session})
        return seated, await self._standings.count({"waiting.session": session})

    async def _all_preferences(self) -> list[Preferences]:
        return [_preferences_from(item) for item in await self._preferences.find({}, limit=1_000)]


def books_in(tx: Transaction, copy: ConferenceCopy, world: World) -> MongoBooks:
    return MongoBooks(tx.collection, lambda: copy.within(tx), world)


def books_of(database: Database, copy: ConferenceCopy, world: World) -> MongoBooks:
    return MongoBooks(database.collection, copy.current, world)


def entitlement_from(document: Document) -> Entitlement:
    return Entitlement(
        document["_id"],
        document["delegation"],
        document["category"],
        document["accredited"],
        tuple(document["sessions"]),
    )


def _preferences_from(document: Document) -> Preferences:
    participants = {who: tuple(wishes) for who, wishes in document["participants"].items()}
    return Preferences(document["_id"], tuple(document["default"]), participants)


def _standing_fields(standing: Standing) -> dict[str, Any]:
    return {
        "participant_id": standing.participant_id,
        "delegation": standing.delegation,
        "seats": list(standing.seats),
        "waiting": [{"session": session, "place": place} for session, place in standing.waiting.items()],
        "given": list(standing.given),
    }


def _outcome_fields(outcome: Outcome) -> dict[str, Any]:
    unmet = [{"session": item.session, "code": item.code, "data": dict(item.data)} for item in outcome.unmet]
    return {**_standing_fields(outcome.standing), "unmet": unmet}


def _standing_from(document: Document) -> Standing:
    return Standing(
        document["participant_id"],
        document["delegation"],
        tuple(document["seats"]),
        {item["session"]: item["place"] for item in document["waiting"]},
        tuple(document.get("given", ())),
    )


def _outcome_from(document: Document) -> Outcome:
    unmet = tuple(Unmet(item["session"], item["code"], item["data"]) for item in document["unmet"])
    return Outcome(_standing_from(document), unmet)


def _who_wishes(code: str, preferences: Sequence[Preferences]) -> Document:
    """The entitled who wish the session: by their own wishes, or by their delegation's when they have none."""
    own = {who: wishes for item in preferences for who, wishes in item.participants.items()}
    by_own = sorted(who for who, wishes in own.items() if code in wishes)
    by_default = [item.delegation for item in preferences if code in item.default]
    as_delegation = {"delegation": {"$in": by_default}, "_id": {"$nin": sorted(own)}}
    return {"sessions": code, "$or": [{"_id": {"$in": by_own}}, as_delegation]}
