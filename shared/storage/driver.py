"""The driver.

Motor (asked for). A swap to PyMongo's own async client replaces this file; see docs/adr/0001-motor.md.
"""

from __future__ import annotations

from typing import Any

from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import ReadPreference, WriteConcern
from pymongo.read_concern import ReadConcern

Client = AsyncIOMotorClient[dict[str, Any]]
DriverCollection = AsyncIOMotorCollection[dict[str, Any]]
Session = AsyncIOMotorClientSession

_MAJORITY = WriteConcern(w="majority", j=True, wtimeout=30_000)


def open_client(url: str, *, pool_size_max: int) -> Client:
    """A client that answers or fails within 5 s; it connects when it is first used."""
    return AsyncIOMotorClient(
        url,
        maxPoolSize=pool_size_max,
        serverSelectionTimeoutMS=5_000,
        connectTimeoutMS=5_000,
        socketTimeoutMS=60_000,
        waitQueueTimeoutMS=10_000,
        retryWrites=True,
        retryReads=True,
        tz_aware=True,
        appname="bawaba",
    )


def open_collection(client: Client, database: str, name: str) -> DriverCollection:
    """A collection whose writes are acknowledged by the majority's journal and whose reads see only such writes."""
    options: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
    return client.get_database(database).get_collection(
        name,
        codec_options=options,
        write_concern=_MAJORITY,
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


async def open_session(client: Client) -> Session:
    return await client.start_session()


def start_transaction(session: Session) -> None:
    session.start_transaction(
        read_concern=ReadConcern("snapshot"), write_concern=_MAJORITY, read_preference=ReadPreference.PRIMARY
    )


def in_transaction(session: Session) -> bool:
    return bool(session.in_transaction)
