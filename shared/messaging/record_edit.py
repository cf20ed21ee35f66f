"""Edits of a record's value by field path, and the difference they make: paths, never values."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from shared.errors import InvalidError

EDITS_MAX: Final = 20
PATH_PARTS_MAX: Final = 8
FIELDS_SHOWN_MAX: Final = 200
# A name that is none of ours may be a value in the wrong place, so it is not shown.
_NAME: Final = re.compile(r"^[a-z0-9_]{1,40}$")
_HIDDEN: Final = "(unknown)"


@dataclass(eq=False)
class EditInvalidError(InvalidError):
    """An edit that cannot be made at this path."""

    code: ClassVar[str] = "dead_letter.edit_invalid"

    path: str = ""


@dataclass(frozen=True)
class Edit:
    """Put `value` at the path (`access.0.zone`), or remove what is there."""

    path: str
    value: Any = None
    remove: bool = False


@dataclass(frozen=True)
class Change:
    """What became of one path: added, changed or removed."""

    kind: str
    path: str


def edited(value: bytes | None, edits: Sequence[Edit]) -> bytes:
    """The record's value after the edits; what is no JSON object is taken as an empty one. Raises EditInvalidError."""
    data = _object(value)
    for edit in edits:
        _put(data, edit)
    return json.dumps(data, separators=(",", ":")).encode()


def difference(before: bytes | None, after: bytes | None) -> list[Change]:
    """Every path of a scalar that was added, changed or removed, in order."""
    old, new = _scalars(_object(before)), _scalars(_object(after))
    changes = [Change("removed", path) for path in old if path not in new]
    changes += [Change("added", path) for path in new if path not in old]
    changes += [Change("changed", path) for path in new if path in old and _differ(old[path], new[path])]
    return sorted(changes, key=lambda change: (change.path, change.kind))


def shape(value: bytes | None) -> dict[str, str]:
    """Each path with the JSON type of what is there, at most 200 of them: what a person may see of a record."""
    found = _scalars(_object(value))
    return {path: _type(item) for path, item in list(found.items())[:FIELDS_SHOWN_MAX]}


def is_object(value: bytes | None) -> bool:
    try:
        return isinstance(json.loads(value or b""), dict)
    except (ValueError, RecursionError):
        return False


def _object(value: bytes | None) -> dict[str, Any]:
    if not is_object(value):
        return {}
    data: dict[str, Any] = json.loads(value or b"")
    return data


def _put(data: dict[str, Any], edit: Edit) -> None:
    parts = edit.path.split(".")
    if not all(parts) or len(parts) > PATH_PARTS_MAX:
        raise EditInvalidError(edit.path[:80])
    place: Any = data
    for part in parts[:-1]:
        place = _step(place, part, edit)
    last = parts[-1]
    if isinstance(place, dict):
        if edit.remove:
            place.pop(last, None)
        else:
            place[last] = copy.deepcopy(edit.value)
    elif isinstance(place, list) and last.isdecimal() and int(last) <= len(place):
        at = int(last)
        place[at : at + 1] = [] if edit.remove else [copy.deepcopy(edit.value)]
    else:
        raise EditInvalidError(edit.path[:80])


def _step(place: Any, part: str, edit: Edit) -> Any:
    if isinstance(place, dict):
        return place.setdefault(part, {})
    if isinstance(place, list) and part.isdecimal() and int(part) < len(place):
        return place[int(part)]
    raise EditInvalidError(edit.path[:80])


def _scalars(data: Any, path: str = "") -> dict[str, Any]:
    if isinstance(data, Mapping) and data:
        items = [(name if _NAME.match(name) else _HIDDEN, item) for name, item in data.items()]
    elif isinstance(data, list) and data:
        items = [(str(place), item) for place, item in enumerate(data)]
    else:
        return {path: data} if path else {}
    found: dict[str, Any] = {}
    for name, item in items:
        found |= _scalars(item, f"{path}.{name}" if path else name)
    return found


def _differ(one: Any, other: Any) -> bool:
    return type(one) is not type(other) or bool(one != other)


def _type(item: Any) -> str:
    names = {str: "text", bool: "boolean", int: "integer", float: "number", list: "list", dict: "object"}
    return names.get(type(item), "nothing")
