"""What is refused about watchlists, their alerts, and the outside authority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.errors import ConflictError, InvalidError, NotFoundError, TooLargeError


@dataclass(eq=False)
class AlertsOpenError(ConflictError):
    """Watchlist alerts have no disposition yet."""

    code: ClassVar[str] = "accreditation.alerts_open"

    alerts: int = 0


@dataclass(eq=False)
class WatchlistedError(ConflictError):
    """A true match with a watchlist was confirmed: the participant can be rejected and nothing else."""

    code: ClassVar[str] = "accreditation.watchlisted"


@dataclass(eq=False)
class AlertNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.alert_not_found"


@dataclass(eq=False)
class AlertChangedError(ConflictError):
    """The alert is another than the officer saw: `by`, a person, made it so, or one side of it changed."""

    code: ClassVar[str] = "accreditation.alert_changed"

    by: str = ""
    state: str = ""


@dataclass(eq=False)
class AlertStateError(ConflictError):
    """The two are no longer alike, or the entry left its list."""

    code: ClassVar[str] = "accreditation.alert_state"

    state: str = ""


@dataclass(eq=False)
class WatchlistNotFoundError(NotFoundError):
    code: ClassVar[str] = "accreditation.watchlist_not_found"


@dataclass(eq=False)
class WatchlistInvalidError(InvalidError):
    """The file is no list, or parts of it are not: nothing of it was loaded.

    `faults` holds places in the file with the code of what is wrong there, 50 at most; no value of the file.
    """

    code: ClassVar[str] = "accreditation.watchlist_invalid"

    count: int = 0
    faults: tuple[tuple[int, str], ...] = ()


@dataclass(eq=False)
class WatchlistTooLargeError(TooLargeError):
    """More entries than are taken."""

    code: ClassVar[str] = "accreditation.watchlist_too_large"

    entries_max: int = 0


@dataclass(eq=False)
class NoAuthorityError(ConflictError):
    """No outside authority's keys are there, so no file can be sealed for it or believed."""

    code: ClassVar[str] = "accreditation.no_authority"


@dataclass(eq=False)
class ScreeningFileRefusedError(InvalidError):
    """Not the authority's file, or not for us, or altered; nothing of it was taken."""

    code: ClassVar[str] = "accreditation.screening_file_refused"
