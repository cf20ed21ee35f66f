"""What the gates decide by: the conference's gates and calendar, and the public keys, looked at every second."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.entrance.adapters.mongo import KEYS
from services.entrance.domain.access_decision import GateRules, Passback
from services.entrance.domain.errors import NoConferenceError, UnknownGateError
from services.entrance.domain.ports import GateView, Names
from shared.conference import ConferenceCopy
from shared.contracts.conference import Conference, Gate
from shared.security.credential import KeyId, verify
from shared.security.status_list import StatusList, verify_status_list
from shared.storage import Database

FRESH_S: Final = 1.0
KEYS_MAX: Final = 256


class MongoReference:
    def __init__(self, database: Database, conference: ConferenceCopy) -> None:
        self._keys_collection = database.collection(KEYS)
        self._conference = conference
        self._keys: Mapping[KeyId, Ed25519PublicKey] = {}
        self._looked_at = -FRESH_S

    async def gates(self) -> list[GateView]:
        """Raises NoConferenceError."""
        conference = await self.conference()
        return [_view(conference, gate) for gate in conference.gates]

    async def gate(self, code: str) -> tuple[GateView, GateRules]:
        """A gate with its rules. Raises NoConferenceError, UnknownGateError."""
        conference = await self.conference()
        gate = conference.gate(code)
        if gate is None:
            raise UnknownGateError(code[:60])
        rules = GateRules(
            gate=gate.code,
            zone=gate.zone,
            passback=Passback(gate.passback.value),
            passback_within=timedelta(minutes=gate.passback_minutes),
            timezone=ZoneInfo(conference.timezone),
            first_day=conference.first_day,
            second_token=next((zone.second_token for zone in conference.zones if zone.code == gate.zone), None),
        )
        return _view(conference, gate), rules

    async def names(self, language: str) -> Names:
        """Raises NoConferenceError."""
        conference = await self.conference()
        return Names(
            {each.code: each.name.in_language(language) for each in conference.delegations},
            {each.code: each.name.in_language(language) for each in conference.categories},
        )

    async def conference(self) -> Conference:
        conference = await self._conference.current()
        if conference is None:
            raise NoConferenceError
        return conference

    async def verify(self, text: str) -> str:
        """The badge id of a credential that holds. Raises CredentialError, NoConferenceError."""
        conference = await self.conference()
        credential = verify(text, await self._public_keys(), conference.number)
        return str(uuid.UUID(bytes=credential.badge_id))

    async def verify_list(self, token: bytes, *, now: datetime, known_version: int) -> StatusList:
        """A signed status list that holds. Raises StatusListError, NoConferenceError."""
        conference = await self.conference()
        keys = await self._public_keys()
        return verify_status_list(token, keys, conference.number, now=now, known_version=known_version)

    async def _public_keys(self) -> Mapping[KeyId, Ed25519PublicKey]:
        if time.monotonic() - self._looked_at >= FRESH_S:
            documents = await self._keys_collection.find({}, limit=KEYS_MAX)
            self._keys = {
                KeyId.parse(item["_id"]): Ed25519PublicKey.from_public_bytes(bytes.fromhex(item["public_key"]))
                for item in documents
            }
            self._looked_at = time.monotonic()
        return self._keys


def _view(conference: Conference, gate: Gate) -> GateView:
    return GateView(conference.id, gate.code, gate.zone, gate.reads_exits, gate.name.model_dump())
