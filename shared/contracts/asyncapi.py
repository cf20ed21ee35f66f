"""The AsyncAPI 3.0 document of every topic and event, from the registry: the one place that knows them all."""

from __future__ import annotations

from typing import Any, Final

from shared.contracts.event import REGISTRY, IntegrationEvent
from shared.contracts.topics import DEAD_LETTER_SUFFIX, PARTITIONS

_HEADERS: Final = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_sequence", "ce_correlationid"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_source": {"type": "string", "examples": ["/bawaba/registration"]},
        "ce_type": {"type": "string"},
        "ce_subject": {"type": "string", "description": "the stream's key"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_sequence": {"type": "string", "pattern": "^[0-9]{20}$", "description": "gap-free in each stream and epoch"},
        "ce_predecessor": {
            "type": "string",
            "pattern": "^[0-9]{20}$",
            "description": "the sequence before it, where a restore has begun an epoch",
        },
        "ce_correlationid": {"type": "string"},
        "ce_causationid": {"type": "string"},
        "ce_traceparent": {"type": "string"},
        "ce_actor": {"type": "string"},
        "ce_dataclassification": {"const": "internal"},
    },
}


def document(*, version: str, topic_prefix: str = "") -> dict[str, Any]:
    """The whole document. Messages are told apart by the header `ce_type`."""
    messages = {cls.__name__: _message(cls) for cls in REGISTRY.events.values()}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for topic in REGISTRY.topics.values():
        carried = [cls.__name__ for cls in REGISTRY.events.values() if topic.name == cls.TOPIC]
        channels[topic.name] = {
            "address": topic_prefix + topic.name,
            "description": f"{topic.description} Keyed by {topic.key}. Dead letters: {topic.name}{DEAD_LETTER_SUFFIX}.",
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in carried},
            "bindings": {"kafka": {"partitions": PARTITIONS, "bindingVersion": "0.5.0"}},
        }
        for publisher in (topic.publisher, *topic.others):
            operations[f"{publisher}.publishes.{topic.name}"] = {
                "action": "send",
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "summary": f"{publisher} publishes, through its outbox.",
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Bawaba's events",
            "version": version,
            "description": "CloudEvents 1.0 in binary mode on Kafka. No event carries personal data.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _message(event: type[IntegrationEvent]) -> dict[str, Any]:
    schema = event.model_json_schema(ref_template=f"#/components/messages/{event.__name__}/payload/$defs/{{model}}")
    return {
        "name": event.TYPE,
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().split("\n")[0],
        "headers": {**_HEADERS, "properties": {**_HEADERS["properties"], "ce_type": {"const": event.TYPE}}},  # type: ignore[dict-item]
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "payload": schema,
    }
