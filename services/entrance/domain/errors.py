"""What the entrance refuses to do; a refusal to admit somebody is an answer, not one of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError


@dataclass(eq=False)
class UnknownGateError(NotFoundError):
    code: ClassVar[str] = "entrance.unknown_gate"

    gate: str = ""


@dataclass(eq=False)
class ExitsNotReadError(InvalidError):
    """This gate reads nobody who leaves, so there is no way out to record."""

    code: ClassVar[str] = "entrance.exits_not_read"

    gate: str = ""


@dataclass(eq=False)
class UnknownTokenError(NotFoundError):
    """No token has this number, or it is no token's number."""

    code: ClassVar[str] = "entrance.unknown_token"


@dataclass(eq=False)
class NoFaceAskedError(NotFoundError):
    """No scan of this number asked for a face at this gate in the last minutes."""

    code: ClassVar[str] = "entrance.no_face_asked"


@dataclass(eq=False)
class NoConferenceError(ConflictError):
    """No conference is loaded yet, so no gate can decide."""

    code: ClassVar[str] = "entrance.no_conference"


@dataclass(eq=False)
class ScanNumberReusedError(ConflictError):
    """The device sent another scan under a number that it used before."""

    code: ClassVar[str] = "entrance.scan_number_reused"

    device: str = ""
    device_sequence: int = 0
