"""Accreditation's books in MongoDB: dossiers, badges, and the keys that were told of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from services.accreditation.adapters import print_jobs
from services.accreditation.adapters.conference import CurrentRules
from services.accreditation.adapters.documents import access_from, access_list, badge_document, badge_from
from services.accreditation.adapters.dossier_documents import dossier_document, dossier_from
from services.accreditation.adapters.serials import COUNTERS
from services.accreditation.domain.access import KeptAccess, PersonalAccess
from services.accreditation.domain.badge import Badge, Badges, BadgeState
from services.accreditation.domain.conference_rules import ConferenceRules
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_facts import LastStep
from services.accreditation.domain.ports import PAGE_ROWS, Page
from services.accreditation.domain.signing_key import SigningKeyLife
from shared.errors import BusyError
from shared.messaging.unit_of_work import Transaction
from shared.storage import Collection, Database, Index
from shared.storage.errors import DuplicateKeyError

DOSSIERS: Final = "dossiers"
BADGES: Final = "badges"
PUBLISHED_KEYS: Final = "published_keys"
PERSONAL_ACCESS: Final = "personal_access"
KEYS_MAX: Final = 256
BADGES_OF_ONE_MAX: Final = 100
BADGES_EVER_MAX: Final = 1_000
BADGES_TO_PRINT_MAX: Final = 20_000

QUEUE_ORDER: Final = (("risk", -1), ("due", 1), ("delegation", 1), ("_id", 1))
WAITING: Final = {"waiting": True}
_LIVE: Final = {"live": True}

INDEXES: Final = (
    Index(DOSSIERS, (("waiting", 1), *QUEUE_ORDER), partial=WAITING),
    Index(DOSSIERS, (("state", 1), ("due", 1), ("_id", 1))),
    Index(DOSSIERS, (("wakes_at", 1),), partial={"wakes_at": {"$exists": True}}),
    # At most one badge to come and one in force a participant, whatever the code above it does.
    Index(BADGES, (("participant_id", 1), ("place", 1)), unique=True, partial=_LIVE),
    Index(BADGES, (("serial", 1),), unique=True),
    Index(BADGES, (("key_id", 1),), partial=_LIVE),
    Index(BADGES, (("participant_id", 1), ("profile_version", -1))),
    Index(BADGES, (("delegation", 1), ("state", 1), ("number", 1))),
    Index(PUBLISHED_KEYS, ()),
    Index(PERSONAL_ACCESS, ()),
    Index(COUNTERS, ()),
    *print_jobs.INDEXES,
)


class MongoRecords:
    """The books inside a transaction."""

    def __init__(self, tx: Transaction, rules: CurrentRules) -> None:
        self._dossiers = tx.collection(DOSSIERS)
        self._badges = tx.collection(BADGES)
        self._personal = tx.collection(PERSONAL_ACCESS)
        self._keys = tx.collection(PUBLISHED_KEYS)
        self._rules = rules

    async def conference(self) -> ConferenceRules | None:
        return await self._rules.current()

    async def dossier(self, participant_id: str) -> Dossier | None:
        return await _dossier(self._dossiers, participant_id)

    async def save_dossier(self, dossier: Dossier) -> None:
        await save_version(self._dossiers, dossier_document(dossier))

    async def badge(self, badge_id: str) -> Badge | None:
        return await _badge(self._badges, badge_id)

    async def live_badges(self, participant_id: str) -> Badges:
        # The ended ones with them: one request tells the newest profile too, and few people have more than three.
        found = await self._badges.find(
            {"participant_id": participant_id}, sort=[("profile_version", -1)], limit=BADGES_EVER_MAX
        )
        newest = int(found[0]["profile_version"]) if found else 0
        return Badges([badge_from(document) for document in found if document["live"]], newest)

    async def personal_access(self, participant_id: str) -> PersonalAccess:
        return (await self.kept_access(participant_id)).personal

    async def kept_access(self, participant_id: str) -> KeptAccess:
        return await _kept_access(self._personal, participant_id)

    async def save_access(self, participant_id: str, kept: KeptAccess) -> None:
        personal, last = kept.personal, kept.last
        document = {
            "_id": participant_id,
            "upgrades": access_list(personal.upgrades),
            "only_days": list(personal.only_days) if personal.only_days is not None else None,
            "version": kept.version,
            "last": {"action": last.action, "by": last.by, "at": last.at} if last is not None else None,
        }
        await self._personal.replace_one({"_id": participant_id}, document, upsert=True)

    async def save_badges(self, badges: Sequence[Badge]) -> None:
        for badge in badges:
            await save_version(self._badges, badge_document(badge))

    async def count_prints(self, badge_ids: Sequence[str]) -> None:
        await self._badges.update_many({"_id": {"$in": list(badge_ids)}}, {"$inc": {"prints": 1, "version": 1}})

    async def signing_keys(self) -> Sequence[SigningKeyLife]:
        return await signing_keys_in(self._keys)

    async def save_signing_key(self, key: SigningKeyLife) -> None:
        document = {"_id": key.key_id, "published_at": key.published_at, "revoked_at": key.revoked_at}
        await self._keys.replace_one({"_id": key.key_id}, document, upsert=True)


class MongoViews:
    """Reads outside any transaction."""

    def __init__(self, database: Database, rules: CurrentRules) -> None:
        self._dossiers = database.collection(DOSSIERS)
        self._badges = database.collection(BADGES)
        self._personal = database.collection(PERSONAL_ACCESS)
        self._rules = rules

    async def conference(self) -> ConferenceRules | None:
        return await self._rules.current()

    async def queue(self, *, delegation: str | None, page: int) -> Page[Dossier]:
        query: dict[str, Any] = dict(WAITING)
        if delegation is not None:
            query["delegation"] = delegation
        found, total = await page_of(self._dossiers, query, QUEUE_ORDER, page)
        return Page([dossier_from(document) for document in found], page, total)

    async def dossier(self, participant_id: str) -> Dossier | None:
        return await _dossier(self._dossiers, participant_id)

    async def badge(self, badge_id: str) -> Badge | None:
        return await _badge(self._badges, badge_id)

    async def kept_access(self, participant_id: str) -> KeptAccess:
        return await _kept_access(self._personal, participant_id)

    async def badges_of(self, participant_id: str) -> Sequence[Badge]:
        found = await self._badges.find(
            {"participant_id": participant_id}, sort=[("profile_version", -1)], limit=BADGES_OF_ONE_MAX
        )
        return [badge_from(document) for document in found]

    async def badges(
        self, *, delegation: str | None, state: BadgeState | None, page: int, unprinted: bool = False
    ) -> Page[Badge]:
        query: dict[str, Any] = {**_LIVE, "prints": 0} if unprinted else {}
        if delegation is not None:
            query["delegation"] = delegation
        if state is not None:
            query["state"] = state.value
        order = (("delegation", 1), ("state", 1), ("number", 1))
        found, total = await page_of(self._badges, query, order, page)
        return Page([badge_from(document) for document in found], page, total)

    async def to_print(
        self, *, delegation: str | None, state: BadgeState | None = None, unprinted: bool = False
    ) -> Sequence[str]:
        query: dict[str, Any] = dict(_LIVE) if delegation is None else {**_LIVE, "delegation": delegation}
        found = await self._badges.find(
            query,
            sort=[("delegation", 1), ("number", 1)],
            projection={"participant_id": 1, "place": 1, "state": 1, "prints": 1},
            limit=BADGES_TO_PRINT_MAX,
        )
        # A replacement that waits for its issuance is what is printed, not the badge that it will end.
        replaced = {item["participant_id"] for item in found if item["place"] == "coming"}
        return [
            item["_id"]
            for item in found
            if (item["place"] == "coming" or item["participant_id"] not in replaced)
            and (state is None or item["state"] == state.value)
            and not (unprinted and item["prints"])
        ]

    async def badges_by_id(self, badge_ids: Sequence[str]) -> Sequence[Badge]:
        found = await self._badges.find({"_id": {"$in": list(badge_ids)}}, limit=max(1, len(badge_ids)))
        by_id = {item["_id"]: badge_from(item) for item in found}
        return [by_id[badge_id] for badge_id in badge_ids if badge_id in by_id]


async def _kept_access(collection: Collection, participant_id: str) -> KeptAccess:
    found = await collection.find_one({"_id": participant_id})
    if found is None:
        return KeptAccess()
    days, last = found["only_days"], found.get("last")
    personal = PersonalAccess(access_from(found["upgrades"]), tuple(days) if days is not None else None)
    return KeptAccess(personal, found.get("version", 1), LastStep(**last) if last else None)


async def signing_keys_in(collection: Collection) -> Sequence[SigningKeyLife]:
    found = await collection.find({}, sort=[("_id", 1)], limit=KEYS_MAX)
    return [SigningKeyLife(item["_id"], item["published_at"], item["revoked_at"]) for item in found]


async def _dossier(collection: Collection, participant_id: str) -> Dossier | None:
    found = await collection.find_one({"_id": participant_id})
    return dossier_from(found) if found else None


async def _badge(collection: Collection, badge_id: str) -> Badge | None:
    found = await collection.find_one({"_id": badge_id})
    return badge_from(found) if found else None


async def save_version(collection: Collection, document: dict[str, Any]) -> None:
    """Write a document's next version; the first is an insertion. Raises BusyError when another writer was faster."""
    if document["version"] == 1:
        try:
            await collection.insert_one(document)
        except DuplicateKeyError:
            raise BusyError from None
        return
    earlier = {"_id": document["_id"], "version": document["version"] - 1}
    if not await collection.replace_one(earlier, document):
        raise BusyError


async def page_of(
    collection: Collection, query: dict[str, Any], order: Sequence[tuple[str, int]], page: int
) -> tuple[list[dict[str, Any]], int]:
    found = await collection.find(query, sort=order, skip=(page - 1) * PAGE_ROWS, limit=PAGE_ROWS)
    return found, await collection.count(query)
