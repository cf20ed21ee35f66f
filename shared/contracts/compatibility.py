"""Full, transitive compatibility of event schemas: any version reads what any other version wrote.

A required field may neither come nor go, and the type, the bounds and the set of values of a field that two versions
share may not change; an optional field may come and may go. What must break is a new event type with a higher version.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from shared.contracts.event import IntegrationEvent

SNAPSHOTS: Final = Path(__file__).parent / "snapshots"
_WORDS_ONLY: Final = frozenset({"title", "description", "examples", "default", "$defs"})

Schema = dict[str, Any]


def schema_of(event: type[IntegrationEvent]) -> Schema:
    """The JSON Schema (2020-12) of an event's data."""
    return event.model_json_schema()


def breaks(old: Schema, new: Schema) -> list[str]:
    """Where two schemas of one event cannot read each other, as paths with the reason; empty when they can."""
    return list(_differences(old, new, old.get("$defs", {}), new.get("$defs", {}), "$"))


def history_of(event_type: str) -> list[Schema]:
    """The checked-in schemas of an event type, oldest first."""
    path = SNAPSHOTS / f"{event_type}.json"
    return list(json.loads(path.read_text())) if path.exists() else []


def record(event: type[IntegrationEvent]) -> bool:
    """Check in the event's present schema when it is new. Raises ValueError when it breaks an earlier one."""
    history, present = history_of(event.TYPE), schema_of(event)
    if present in history:
        return False
    for number, earlier in enumerate(history, start=1):
        if found := breaks(earlier, present):
            raise ValueError(f"{event.TYPE} breaks its snapshot {number}: {'; '.join(found)}")
    text = json.dumps([*history, present], indent=1, ensure_ascii=False, sort_keys=True)
    (SNAPSHOTS / f"{event.TYPE}.json").write_text(text + "\n")
    return True


def _differences(old: Schema, new: Schema, old_defs: Schema, new_defs: Schema, path: str) -> Iterator[str]:
    old, new = _resolved(old, old_defs), _resolved(new, new_defs)
    if "properties" in old and "properties" in new:
        for name in sorted(set(old.get("required", ())) ^ set(new.get("required", ()))):
            yield f"{path}.{name} is required in one version only"
        for name in sorted(set(old["properties"]) & set(new["properties"])):
            yield from _differences(
                old["properties"][name], new["properties"][name], old_defs, new_defs, f"{path}.{name}"
            )
        return
    for keyword in sorted((set(old) | set(new)) - _WORDS_ONLY - {"items", "anyOf", "additionalProperties"}):
        if old.get(keyword) != new.get(keyword):
            yield f"{path}: {keyword} differs"
    if ("items" in old) != ("items" in new) or len(old.get("anyOf", ())) != len(new.get("anyOf", ())):
        yield f"{path}: its shape differs"
        return
    if "items" in old:
        yield from _differences(old["items"], new["items"], old_defs, new_defs, f"{path}[]")
    for first, second in zip(old.get("anyOf", ()), new.get("anyOf", ()), strict=True):
        yield from _differences(first, second, old_defs, new_defs, path)


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[-1]]
    return schema
