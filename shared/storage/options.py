"""What both drivers are told alike: how long to wait, and that a write is done when the majority's journal has it."""

from __future__ import annotations

from typing import Any, Final

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import ReadPreference, WriteConcern
from pymongo.read_concern import ReadConcern

# A client answers or fails within 5 s; it connects when it is first used.
CLIENT: Final[dict[str, Any]] = {
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 60_000,
    "waitQueueTimeoutMS": 10_000,
    "retryWrites": True,
    "retryReads": True,
    "tz_aware": True,
    "appname": "bawaba",
}

_MAJORITY: Final = WriteConcern(w="majority", j=True, wtimeout=30_000)
_CODEC: Final[CodecOptions[dict[str, Any]]] = CodecOptions(tz_aware=True)

# Writes are acknowledged by the majority's journal, and reads see only such writes.
COLLECTION: Final[dict[str, Any]] = {
    "codec_options": _CODEC,
    "write_concern": _MAJORITY,
    "read_concern": ReadConcern("majority"),
    "read_preference": ReadPreference.PRIMARY,
}

# Documents as they lie in the database, undecoded: for backups.
RAW_COLLECTION: Final[dict[str, Any]] = COLLECTION | {"codec_options": CodecOptions(document_class=RawBSONDocument)}

TRANSACTION: Final[dict[str, Any]] = {
    "read_concern": ReadConcern("snapshot"),
    "write_concern": _MAJORITY,
    "read_preference": ReadPreference.PRIMARY,
}
