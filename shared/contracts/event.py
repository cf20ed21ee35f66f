"""The base of every integration event, and the registry that knows them all.

An integration event is what one service tells the others and what operators see; it is a type of its own, not a
domain object. Extras are forbidden when producing and ignored when consuming, so that a consumer survives a newer
producer. Nothing personal is in an event: people are references.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import ContractError


class IntegrationEvent(BaseModel):
    """One event. Subclasses set `TYPE` (with its version as last part) and `TOPIC`, and say what the stream key is."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]

    def stream_key(self) -> str:
        """The Kafka key: events of one key keep their order."""
        raise NotImplementedError

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read an event from the wire. Raises ContractError with field paths, never with values."""
        try:
            return cls.model_validate_json(data, extra="ignore")
        except ValidationError as error:
            paths = tuple(".".join(str(part) for part in item["loc"]) for item in error.errors(include_input=False))
            raise ContractError("contract_broken", paths) from None

    def to_json(self) -> bytes:
        return self.model_dump_json().encode()


class FieldText(BaseModel):
    """A text about one field of a person's: the text itself is sealed in the vault."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    field: str
    text_id: str


@dataclass(frozen=True)
class Topic:
    """A topic: who publishes it, what its key is. Every topic has 12 partitions, for ever.

    `others` publish to it too, each to keys that begin with its own name: a stream has one writer.
    """

    name: str
    publisher: str
    key: str
    description: str
    others: tuple[str, ...] = ()


@dataclass
class Registry:
    """Every event type and topic by name. A collision of names is an error at import, not a warning."""

    events: dict[str, type[IntegrationEvent]] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)

    def topic(self, topic: Topic) -> Topic:
        if topic.name in self.topics:
            raise ValueError(f"topic {topic.name} is declared twice")
        self.topics[topic.name] = topic
        return topic

    def event(self, cls: type[Any]) -> type[Any]:
        """Class decorator: register an event under its TYPE."""
        if cls.TYPE in self.events or cls.__name__ in {other.__name__ for other in self.events.values()}:
            raise ValueError(f"event {cls.TYPE} ({cls.__name__}) is declared twice")
        if cls.TOPIC not in self.topics:
            raise ValueError(f"event {cls.TYPE} names the undeclared topic {cls.TOPIC}")
        self.events[cls.TYPE] = cls
        return cls


REGISTRY = Registry()
