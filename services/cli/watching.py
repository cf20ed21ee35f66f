"""Wait for something that the installation does in the background, and tell standard error how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Final

from services.cli.plain import plain
from services.cli.signed_in import AwayError, SignedIn

LOOK_S: Final = 0.5
QUIET_S: Final = 1.0
AWAY_S_MAX: Final = 60.0


def watched(
    by: SignedIn, path: str, is_over: Callable[[dict[str, Any]], bool], far: Callable[[dict[str, Any]], str]
) -> dict[str, Any]:
    """What is at `path` when it is over; after a second each change of how `far` it is is told.

    An installation that is away for a minute is waited for. Raises CallRefusedError.
    """
    begun = answered = time.monotonic()
    told = ""
    while True:
        try:
            found = by.get(path)
            answered, line = time.monotonic(), far(found)
            if is_over(found):
                return found
        except AwayError as error:
            if time.monotonic() - answered > AWAY_S_MAX:
                raise
            line = f"{error}: looking again"
        if line != told and time.monotonic() - begun > QUIET_S:
            print(plain(line), file=sys.stderr)
            told = line
        time.sleep(LOOK_S)
