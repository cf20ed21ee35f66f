"""The transaction that is none: what a reaction puts counts once, however often it has to begin again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.contracts.envelope import Envelope
from shared.errors import InfrastructureError
from shared.messaging.shadow import (
    SHADOW_SUFFIX,
    NeedDocumentError,
    RebuildUnsupportedError,
    ShadowDocuments,
    ShadowTransaction,
)
from shared.messaging.subscription import Received
from shared.storage import Collection, Database, Document
from shared.testing.delivery import submitted
from shared.testing.memory.broker import MemoryBroker
from shared.testing.memory.kernels import memory_kernel
from shared.testing.memory.server import Server

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ENVELOPE = Envelope("e-1", "/bawaba/registration", "type", "p-1", NOW, 1, "c-1", None, None, "account")
RECEIVED: Received[Any] = Received(submitted("p-1", 1), "e-1", NOW, NOW, "p-1", 1, ENVELOPE)


def stage() -> tuple[Database, ShadowDocuments, ShadowTransaction]:
    database = memory_kernel(Server(), MemoryBroker(now_ms=lambda: 0), "accreditation").database
    documents = ShadowDocuments(database, ("sums", "people"))
    return database, documents, ShadowTransaction(database, documents, RECEIVED)


async def counts_then_looks(tx: ShadowTransaction) -> None:
    """A reaction that changes one document before it reads another."""
    await tx.collection("sums").update_one({"_id": "all"}, {"$inc": {"count": 1}}, upsert=True)
    await tx.collection("people").find_one({"_id": "p-1"})


async def once(documents: ShadowDocuments, tx: ShadowTransaction) -> int:
    """As a rebuild runs a reaction; answers how often it had to begin."""
    began = 0
    while True:
        began += 1
        documents.begin()
        try:
            await counts_then_looks(tx)
        except NeedDocumentError as need:
            documents.undo()
            await documents.fetch([need])
        else:
            return began


async def test_what_was_put_before_a_document_was_missing_is_not_counted_twice() -> None:
    database, documents, tx = stage()
    assert await once(documents, tx) == 3, "neither document was in memory"
    assert await once(documents, tx) == 1
    await documents.flush()
    await documents.written()
    assert await database.collection("sums" + SHADOW_SUFFIX).find_one({"_id": "all"}) == {"_id": "all", "count": 2}


async def test_what_is_undone_is_as_it_was_and_not_written() -> None:
    database, documents, tx = stage()
    people = tx.collection("people")
    documents.begin()
    await people.insert_one({"_id": "p-1", "seat": 1})
    documents.begin()
    await people.replace_one({"_id": "p-1"}, {"seat": 2}, upsert=True)
    await people.insert_one({"_id": "p-2", "seat": 3})
    documents.undo()
    assert await people.find_one({"_id": "p-1"}) == {"_id": "p-1", "seat": 1}
    await documents.flush()
    await documents.written()
    stored = await database.collection("people" + SHADOW_SUFFIX).find({}, limit=10)
    assert stored == [{"_id": "p-1", "seat": 1}]


async def test_what_is_still_being_written_is_waited_for_before_it_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.messaging.shadow.CACHED_MAX", 0)
    _, documents, tx = stage()
    people = tx.collection("people")
    store, go_on = documents._stored["people"], asyncio.Event()
    write = store.put_many

    async def slowly(changed: list[Document]) -> None:
        await go_on.wait()
        await write(changed)

    monkeypatch.setattr(store, "put_many", slowly)
    await people.insert_one({"_id": "p-1", "seat": 1})
    await documents.flush()
    with pytest.raises(NeedDocumentError) as need:
        await people.find_one({"_id": "p-1"})
    fetching = asyncio.create_task(documents.fetch([need.value]))
    await asyncio.sleep(0)
    go_on.set()
    await fetching
    assert await people.find_one({"_id": "p-1"}) == {"_id": "p-1", "seat": 1}


async def test_what_could_not_be_written_is_told_by_the_next_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    _, documents, tx = stage()

    async def away(_changed: list[Document]) -> None:
        raise InfrastructureError("away")

    monkeypatch.setattr(documents._stored["people"], "put_many", away)
    await tx.collection("people").insert_one({"_id": "p-1"})
    await documents.flush()
    with pytest.raises(InfrastructureError):
        await documents.flush()


OTHERS = {name for name in vars(Collection) if not name.startswith("_")} - {
    "find_one",
    "insert_one",
    "replace_one",
    "update_one",
    "delete_one",
}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_a_models_own_documents_are_asked_for_nothing_but_one_by_its_id(name: str) -> None:
    _, _, tx = stage()
    with pytest.raises(RebuildUnsupportedError):
        getattr(tx.collection("people"), name)({})


async def test_a_models_own_document_is_found_by_nothing_but_its_id() -> None:
    _, _, tx = stage()
    with pytest.raises(RebuildUnsupportedError):
        await tx.collection("people").find_one({"seat": 1})


async def test_an_event_that_is_read_again_causes_nothing_and_still_says_what_caused_it() -> None:
    database, documents, tx = stage()
    tx.emit(submitted("p-2", 1))
    await tx.collection("elsewhere").insert_one({"_id": "x"})
    assert await database.collection("elsewhere").count({}) == 0
    assert (tx.cause.correlation_id, tx.cause.causation_id, tx.now) == ("c-1", "e-1", NOW)
    await documents.flush()
