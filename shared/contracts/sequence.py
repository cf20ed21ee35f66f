"""The numbers of a stream: 1, 2, 3 … without a gap, in epochs. A restore from a backup begins the next epoch.

What was told between a backup and its restore is on the log, and nobody can call it back; the restored service does not
know of it. So it never gives those numbers again: it goes on with number 1 of a newer epoch, and that first event names
its predecessor, the last number that the restored service knows. Who has the predecessor, or what came after it in the
lost window, has missed nothing; who has not yet waits for it.

A sequence is epoch × 10^9 + number, so that sequences only grow. All of them stay below 2^53, which JSON keeps exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NUMBERS: Final = 10**9
EPOCH_MAX: Final = 2**53 // NUMBERS - 1
RESTORED: Final = "database.restored"
"""The action by which a service tells the audit log that it was restored."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a stream. `predecessor` is set where an epoch begins, and only there; 0 when nothing came before."""

    sequence: int
    predecessor: int | None = None

    def follows(self, last: int) -> bool:
        """Whether who has had everything up to `last` may have this next: nothing is missing in between."""
        return self.before() <= last < self.sequence

    def before(self) -> int:
        """The last that must have been had before this; 0 when nothing must."""
        return self.sequence - 1 if self.predecessor is None else self.predecessor


def epoch_of(sequence: int) -> int:
    return sequence // NUMBERS


def place_after(last: int, epoch: int) -> Place:
    """The place after `last` in an installation that is in `epoch`; one in an older epoch goes on in its own."""
    if epoch > epoch_of(last):
        return Place(epoch * NUMBERS + 1, last)
    return Place(last + 1)
