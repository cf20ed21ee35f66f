"""Sealed texts for other services, by their own signed tokens: who keeps texts about people, and reads them again."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from services.registration.vault.grants import NotGrantedError
from services.registration.vault.texts import SealedTexts
from shared.messaging.unit_of_work import Cause, Transaction, UnitOfWork
from shared.security.personal_data import AUDIENCE
from shared.security.principal import Principal, Role
from shared.security.sealed_texts import ACCOUNT_OWNER_PREFIX, KEEP_PATH, READ_PATH, TEXT_CHARS_MAX, TEXTS_MAX
from shared.security.service_identity import ServiceDirectory
from shared.web.requests import roles

# Who keeps texts, and how the owners of theirs are called: accreditation's are participants, by their plain id.
KEEPERS: Final = {"service:accreditation": "", "service:identity": ACCOUNT_OWNER_PREFIX}

Id = Annotated[str, Field(min_length=1, max_length=60)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class TextToKeep(_Asked):
    participant_id: Id
    text_id: Id
    text: str = Field(min_length=1, max_length=TEXT_CHARS_MAX)


class TextsToRead(_Asked):
    text_ids: list[Id] = Field(min_length=1, max_length=TEXTS_MAX)


def routes(texts: SealedTexts, unit_of_work: UnitOfWork, directory: ServiceDirectory) -> APIRouter:
    router = APIRouter()

    @router.post(KEEP_PATH, openapi_extra=roles(Role.SERVICE))
    async def keep(asked: TextToKeep, request: Request) -> dict[str, Any]:
        """Seal a text under a person's key. The text of an id is kept once and never replaced."""
        principal = _keeper(request, directory)
        if _require_own(principal, asked.participant_id) == ACCOUNT_OWNER_PREFIX:
            await texts.ensure_owner(asked.participant_id)

        async def work(tx: Transaction) -> None:
            await texts.keep_once(tx, asked.participant_id, asked.text_id, asked.text)

        await unit_of_work.run(work, cause=Cause(asked.text_id, None, None, principal.account_id))
        return {"text_id": asked.text_id}

    @router.post(READ_PATH, openapi_extra=roles(Role.SERVICE))
    async def read(asked: TextsToRead, request: Request) -> dict[str, Any]:
        """The texts that are there; an erased person's are not."""
        prefix = KEEPERS[_keeper(request, directory).account_id]
        return {"texts": dict(await texts.read(asked.text_ids, owned_by=prefix))}

    return router


def _require_own(principal: Principal, owner: str) -> str:
    """The prefix of the keeper's owners. Raises NotGrantedError for an owner who is another keeper's."""
    prefix = KEEPERS[principal.account_id]
    if owner.startswith(ACCOUNT_OWNER_PREFIX) != (prefix == ACCOUNT_OWNER_PREFIX):
        raise NotGrantedError
    return prefix


def _keeper(request: Request, directory: ServiceDirectory) -> Principal:
    """Raises TokenInvalidError, NotGrantedError."""
    principal = directory.verify(request.headers.get("authorization", "").partition(" ")[2], AUDIENCE)
    if principal.account_id not in KEEPERS:
        raise NotGrantedError
    return principal
