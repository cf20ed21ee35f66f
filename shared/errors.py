"""The error tree.

BawabaError
├── Refusal                      the request cannot be done as asked; the person can act on it
│   ├── InvalidError             422  the input itself is wrong
│   ├── TooLargeError            413  the input is over a stated bound
│   ├── NotSignedInError         401
│   ├── NotPermittedError        403
│   ├── NotFoundError            404  absent, or outside the caller's data scope: the answer is the same
│   ├── ConflictError            409  right in itself, but not in the present state
│   └── BusyError                429  waited as long as is bounded; trying again is right
├── ContractError                a record or event that breaks its contract; never right to retry as it is
└── InfrastructureError          503  the database or the broker is away; retried for as long as it takes

A refusal carries a stable `code` and its data; sentences in the person's language are made at the edge from
both (`shared.web.texts`). Data never holds personal data: a refusal may be logged.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


class BawabaError(Exception):
    """Root of everything that this project raises on purpose."""


@dataclass(eq=False)
class Refusal(BawabaError):
    """A typed "no". Subclasses are dataclasses; their fields are the data a person needs to act."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    @property
    def data(self) -> dict[str, Any]:
        """The refusal's fields, JSON-able, as the text's placeholders and the problem document show them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        return f"{self.code} {self.data}"


@dataclass(eq=False)
class InvalidError(Refusal):
    code: ClassVar[str] = "invalid"
    status: ClassVar[int] = 422


@dataclass(eq=False)
class TooLargeError(Refusal):
    code: ClassVar[str] = "too_large"
    status: ClassVar[int] = 413


@dataclass(eq=False)
class NotSignedInError(Refusal):
    code: ClassVar[str] = "not_signed_in"
    status: ClassVar[int] = 401


@dataclass(eq=False)
class NotPermittedError(Refusal):
    code: ClassVar[str] = "not_permitted"
    status: ClassVar[int] = 403


@dataclass(eq=False)
class NotFoundError(Refusal):
    code: ClassVar[str] = "not_found"
    status: ClassVar[int] = 404


@dataclass(eq=False)
class ConflictError(Refusal):
    code: ClassVar[str] = "conflict"
    status: ClassVar[int] = 409


@dataclass(eq=False)
class BusyError(Refusal):
    code: ClassVar[str] = "busy"
    status: ClassVar[int] = 429

    retry_after_s: int = 1


class ContractError(BawabaError):
    """A record or event that breaks its contract. The message names codes and field paths, never values."""

    def __init__(self, code: str, paths: tuple[str, ...] = ()) -> None:
        super().__init__(code, *paths)
        self.code = code
        self.paths = paths


class InfrastructureError(BawabaError):
    """The database, the broker or another service is away. Waiting is right; a dead letter is not."""
