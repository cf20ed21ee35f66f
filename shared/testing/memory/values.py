"""Values as MongoDB compares them: one total order over types, and nothing that it would compare otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

Rank = tuple[Any, ...]


class UnsupportedError(NotImplementedError):
    """The database in memory does not know this, and does not guess what a real one would answer."""


class _Missing:
    """No such field."""


MISSING: Final = _Missing()


def rank(value: object) -> Rank:
    """The value's place in the server's order (BSON comparison order): equal ranks are equal values.

    A missing field sorts as null. Raises UnsupportedError for a type that is not ordered here.
    """
    kind = type(value)
    if kind is str:
        return (2, value)
    if kind is bool:
        return (7, value)
    if kind is int or kind is float:
        return (1, value)
    if value is None or value is MISSING:
        return (0,)
    if isinstance(value, Mapping):
        return (3, tuple((rank(item)[0], name, rank(item)) for name, item in value.items()))
    if isinstance(value, list | tuple):
        return (4, tuple(rank(item) for item in value))
    if isinstance(value, bytes):
        return (5, len(value), bytes(value))
    if isinstance(value, UUID):
        return (5, 16, value.bytes)
    if isinstance(value, datetime):
        return (8, value.timestamp())
    if isinstance(value, str):  # an enumeration's member is stored as its text
        return (2, str(value))
    if isinstance(value, int):
        return (1, int(value))
    raise UnsupportedError(f"a value of {kind.__name__}")


def at_path(document: Mapping[str, Any], path: str) -> Any:
    """What the dotted path leads to, or MISSING. Raises UnsupportedError for a path through an array."""
    if "." not in path:
        return document.get(path, MISSING)
    found: Any = document
    for name in path.split("."):
        if isinstance(found, list):
            raise UnsupportedError(f"the path {path} through an array")
        found = found.get(name, MISSING) if isinstance(found, Mapping) else MISSING
    return found
