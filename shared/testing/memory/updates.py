"""Updates of a document in memory: the modifiers that are used, on fields at its top."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from shared.testing.memory.queries import evaluated
from shared.testing.memory.values import MISSING, UnsupportedError, rank

Document = dict[str, Any]


Update = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def updated(document: Document, update: Update, *, is_new: bool) -> Document:
    """The document after the update; `is_new` when an upsert makes it."""
    if not isinstance(update, Mapping):
        return _piped(document, update)
    after = dict(document)
    for modifier, fields in update.items():
        if modifier == "$setOnInsert":
            if is_new:
                after |= _plain(fields)
        elif modifier == "$unset":
            for name in _plain(fields):
                after.pop(name, None)
        else:
            change = _change(modifier)
            for name, operand in _plain(fields).items():
                after[name] = change(after.get(name, MISSING), operand)
    if rank(after.get("_id", MISSING)) != rank(document.get("_id", MISSING)) and not is_new:
        raise UnsupportedError("a change of _id")
    return after


def _piped(document: Document, stages: Sequence[Mapping[str, Any]]) -> Document:
    """An update by a pipeline: each `$set` computes all its fields from the document as the stage before left it."""
    for stage in stages:
        if set(stage) != {"$set"}:
            raise UnsupportedError(f"the stage {sorted(stage)}")
        values = {name: evaluated(document, expression) for name, expression in _plain(stage["$set"]).items()}
        document = document | {name: value for name, value in values.items() if value is not MISSING}
    return document


def check(update: Update) -> None:
    """Raises UnsupportedError for what is no update that is known, whether or not there is anything to update."""
    updated({"_id": 0}, update if not isinstance(update, Mapping) else {name: {} for name in update}, is_new=True)


def of_filter(query: Mapping[str, Any]) -> Document:
    """The document that an upsert begins with: the fields that the filter says are equal to something."""
    fields = {name: value for name, value in query.items() if not name.startswith("$")}
    found: Document = {}
    for name, value in fields.items():
        if not (isinstance(value, Mapping) and any(each.startswith("$") for each in value)):
            if "." in name:
                raise UnsupportedError(f"an upsert by {name}")
            found[name] = value
    return found


def _plain(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if dotted := [name for name in fields if "." in name or name.startswith("$")]:
        raise UnsupportedError(f"an update of {dotted[0]}")
    return fields


def _added(value: Any, operand: Any) -> Any:
    if value is MISSING:
        return operand
    if not isinstance(value, int | float):
        raise UnsupportedError("$inc of what is no number")
    return value + operand


def _in_set(value: Any, operand: Any) -> Any:
    if isinstance(operand, Mapping):
        raise UnsupportedError("$addToSet of more than one value")
    if value is MISSING:
        return [operand]
    if not isinstance(value, list):
        raise UnsupportedError("$addToSet to what is no array")
    return value if rank(operand) in map(rank, value) else [*value, operand]


_CHANGES: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "$set": lambda _value, operand: operand,
    "$inc": _added,
    "$addToSet": _in_set,
    "$min": lambda value, operand: operand if value is MISSING or rank(operand) < rank(value) else value,
    "$max": lambda value, operand: operand if value is MISSING or rank(operand) > rank(value) else value,
}


def _change(modifier: str) -> Callable[[Any, Any], Any]:
    try:
        return _CHANGES[modifier]
    except KeyError:
        raise UnsupportedError(f"the modifier {modifier}") from None
