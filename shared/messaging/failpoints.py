"""Named places where a test can kill the process; in the product nothing happens there.

A commit is a use case's or a reaction's; a publication is the relay's, of a chunk; an acknowledgement is a consumer's,
of a batch. "After an acknowledgement" is when the next batch arrives, which is not before it was committed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Failpoint = Callable[[str], None]

BEFORE_COMMIT: Final = "before_commit"
AFTER_COMMIT: Final = "after_commit"
BEFORE_PUBLISH: Final = "before_publish"
AFTER_PUBLISH: Final = "after_publish"
BEFORE_ACKNOWLEDGE: Final = "before_acknowledge"
AFTER_ACKNOWLEDGE: Final = "after_acknowledge"

ALL: Final = (BEFORE_COMMIT, AFTER_COMMIT, BEFORE_PUBLISH, AFTER_PUBLISH, BEFORE_ACKNOWLEDGE, AFTER_ACKNOWLEDGE)


def no_failpoint(_name: str) -> None:
    """Nothing happens."""
