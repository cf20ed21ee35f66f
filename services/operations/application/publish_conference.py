"""Put a version of the conference file into force, for every service."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError

from services.operations.domain.errors import AnotherConferenceError, ConferenceFileInvalidError, NoConferenceError
from shared.contracts.conference import Conference, ConferencePublished
from shared.messaging.unit_of_work import Cause, CommandKey, Transaction, UnitOfWork
from shared.security.principal import Principal, Role
from shared.storage import Database

PUBLISHED: Final = "published_conference"
_ID: Final = "current"
_FAULTS_MAX: Final = 50


class PublishConferenceHandler:
    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(
        self, principal: Principal, file: dict[str, Any], cause: Cause, key: CommandKey
    ) -> dict[str, Any]:
        """The version in force; it grows only when something changed.

        Raises ConferenceFileInvalidError with every fault's place, AnotherConferenceError.
        """
        principal.require(Role.ADMINISTRATOR)
        conference = parse_conference(file)
        content = conference.model_dump(mode="json")

        async def work(tx: Transaction) -> dict[str, Any]:
            published = tx.collection(PUBLISHED)
            present = await published.find_one({"_id": _ID})
            if present and present["content"]["id"] != conference.id:
                raise AnotherConferenceError(present["content"]["id"])
            if present and present["content"] == content:
                return {"version": present["version"], "changed": False}
            version = present["version"] + 1 if present else 1
            document = {"_id": _ID, "version": version, "content": content}
            await published.replace_one({"_id": _ID}, document, upsert=True)
            tx.emit(ConferencePublished(version=version, conference=conference))
            return {"version": version, "changed": True}

        return await self._unit_of_work.run_command(work, cause=cause, command=key, serialise="conference")


class GetConference:
    def __init__(self, database: Database) -> None:
        self._published = database.collection(PUBLISHED)

    async def __call__(self, _principal: Principal) -> dict[str, Any]:
        """The file in force, for anybody who is signed in. Raises NoConferenceError."""
        document = await self._published.find_one({"_id": _ID})
        if document is None:
            raise NoConferenceError
        return {"version": document["version"], "conference": document["content"]}


def parse_conference(file: dict[str, Any]) -> Conference:
    """Raises ConferenceFileInvalidError. The file is the administrator's own text, so faults may quote its codes."""
    try:
        return Conference.model_validate(file)
    except ValidationError as error:
        faults = [
            {"path": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
            for item in error.errors(include_input=False, include_url=False)[:_FAULTS_MAX]
        ]
        raise ConferenceFileInvalidError(faults) from None
