"""A build that is broken on purpose, and how its history is held against what its checker must find."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import pytest

from shared.testing.history import History
from shared.testing.invariants import violations

Scenario = TypeVar("Scenario", bound=Callable[..., Awaitable[object]])


@dataclass(frozen=True)
class Build(Generic[Scenario]):
    """What it breaks, the scenario that shows it, and the invariant with words that its checker must say."""

    breaks: Callable[[pytest.MonkeyPatch], None]
    scenario: Scenario
    invariant: str
    says: str

    def assert_found_in(self, history: History) -> None:
        found = violations(history)
        assert [each for each in found if each.invariant == self.invariant and self.says in each.says], found
