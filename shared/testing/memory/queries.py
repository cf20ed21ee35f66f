"""Queries on documents in memory: filters, projections, sorts and the few stages of an aggregation that are used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from shared.testing.memory.values import MISSING, Rank, UnsupportedError, at_path, rank

Document = dict[str, Any]
Sort = Sequence[tuple[str, int]]


def matches(document: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    """Whether the document is one that the filter means."""
    for name, wanted in query.items():
        if name == "$expr":
            if evaluated(document, wanted) is not True:
                return False
        elif name == "$or":
            if not any(matches(document, each) for each in wanted):
                return False
        elif name.startswith("$"):
            raise UnsupportedError(f"the filter operator {name}")
        elif not _matches_field(at_path(document, name), wanted):
            return False
    return True


def _matches_field(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping) and any(name.startswith("$") for name in wanted):
        return all(_operator(name)(found, operand) for name, operand in wanted.items())
    return _equal(found, wanted)


def _equal(found: Any, wanted: Any) -> bool:
    if isinstance(found, list) and not isinstance(wanted, list):
        raise UnsupportedError("a filter on the items of an array")
    return rank(found) == rank(wanted)


def _compared(decide: Callable[[Rank, Rank], bool]) -> Callable[[Any, Any], bool]:
    """A comparison answers only for values of one type; a missing field is of none."""

    def compare(found: Any, operand: Any) -> bool:
        if isinstance(found, list) or operand is None:
            raise UnsupportedError("a comparison with an array or null")
        first, second = rank(found), rank(operand)
        return first[0] == second[0] and decide(first, second)

    return compare


def _modulo(found: Any, operand: Any) -> bool:
    divisor, remainder = operand
    return isinstance(found, int) and not isinstance(found, bool) and found % divisor == remainder


_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "$eq": _equal,
    "$ne": lambda found, operand: not _equal(found, operand),
    "$in": lambda found, operand: any(_equal(found, each) for each in operand),
    "$lt": _compared(lambda first, second: first < second),
    "$lte": _compared(lambda first, second: first <= second),
    "$gt": _compared(lambda first, second: first > second),
    "$gte": _compared(lambda first, second: first >= second),
    "$exists": lambda found, operand: (found is not MISSING) == bool(operand),
    "$mod": _modulo,
}


def _operator(name: str) -> Callable[[Any, Any], bool]:
    try:
        return _OPERATORS[name]
    except KeyError:
        raise UnsupportedError(f"the filter operator {name}") from None


def evaluated(document: Mapping[str, Any], expression: Any) -> Any:
    """An aggregation expression's value for this document."""
    if isinstance(expression, str):
        if not expression.startswith("$") or expression.startswith("$$"):
            raise UnsupportedError(f"the expression {expression}")
        return at_path(document, expression[1:])
    if isinstance(expression, int | float):
        return expression
    if not isinstance(expression, Mapping) or len(expression) != 1:
        raise UnsupportedError(f"the expression {expression!r}")
    ((name, operands),) = expression.items()
    values = [evaluated(document, each) for each in operands]
    if name == "$max":
        there = [each for each in values if each is not MISSING and each is not None]
        return max(there, key=rank) if there else None
    if name == "$add" and all(isinstance(each, int | float) for each in values):
        return sum(values)
    if name == "$ifNull" and len(values) == 2:
        return values[1] if values[0] is None or values[0] is MISSING else values[0]
    if name in ("$lt", "$lte") and len(values) == 2:
        first, second = rank(values[0]), rank(values[1])
        return first < second or (name == "$lte" and first == second)
    raise UnsupportedError(f"the expression {name} of {len(values)}")


def projected(document: Document, projection: Mapping[str, Any] | None) -> Document:
    """The fields that are asked for, and the id unless it is refused."""
    if projection is None:
        return document
    fields = {name: wanted for name, wanted in projection.items() if name != "_id"}
    if not (fields or projection.get("_id")) or any(wanted != 1 or "." in name for name, wanted in fields.items()):
        raise UnsupportedError(f"the projection {projection}")
    shown = fields.keys() | ({"_id"} if projection.get("_id", 1) else set())
    return {name: value for name, value in document.items() if name in shown}


def sort_key(document: Mapping[str, Any], sort: Sort) -> tuple[Any, ...]:
    """Documents in the order of these keys are in the order of the sort."""
    return tuple(_Reversed(rank(at_path(document, n))) if way < 0 else rank(at_path(document, n)) for n, way in sort)


class _Reversed:
    def __init__(self, value: Rank) -> None:
        self.value = value

    def __lt__(self, other: _Reversed) -> bool:
        return other.value < self.value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and other.value == self.value

    __hash__ = None  # type: ignore[assignment]  # a key of a sort is never one of a dict


def aggregated(documents: Iterable[Document], pipeline: Sequence[Mapping[str, Any]]) -> list[Document]:
    """What the pipeline makes of the documents: `$match`, `$group` with sums and minima, `$sort` and `$limit`."""
    found = list(documents)
    for stage in pipeline:
        ((name, what),) = stage.items()
        if name == "$match":
            found = [each for each in found if matches(each, what)]
        elif name == "$group":
            found = _grouped(found, what)
        elif name == "$sort":
            found = _sorted(found, tuple(what.items()))
        elif name == "$limit":
            found = found[:what]
        else:
            raise UnsupportedError(f"the stage {name}")
    return found


def _sorted(documents: list[Document], sort: Sort) -> list[Document]:
    return sorted(documents, key=lambda each: sort_key(each, sort))


def _grouped(documents: list[Document], group: Mapping[str, Any]) -> list[Document]:
    made = {name: how for name, how in group.items() if name != "_id"}
    if any(len(how) != 1 or not how.keys() <= {"$sum", "$min"} for how in made.values()):
        raise UnsupportedError(f"the group {group}")
    groups: dict[Rank, Document] = {}
    for document in documents:
        by = group["_id"]
        if isinstance(by, Mapping):
            identity: Any = {name: evaluated(document, each) for name, each in by.items()}
            identity = {name: value for name, value in identity.items() if value is not MISSING}
        else:
            identity = None if by is None or (value := evaluated(document, by)) is MISSING else value
        of_group = groups.setdefault(rank(identity), {"_id": identity, **_empty(made)})
        for name, how in made.items():
            ((operator, expression),) = how.items()
            of_group[name] = _gathered(operator, of_group[name], evaluated(document, expression))
    return list(groups.values())


def _empty(made: Mapping[str, Mapping[str, Any]]) -> Document:
    return {name: 0 if "$sum" in how else None for name, how in made.items()}


def _gathered(operator: str, so_far: Any, value: Any) -> Any:
    if operator == "$sum":
        return so_far + value if isinstance(value, int | float) else so_far
    if value is MISSING or value is None:
        return so_far
    return value if so_far is None or rank(value) < rank(so_far) else so_far
