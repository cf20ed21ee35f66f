"""What the layouts of badges need from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.accreditation.domain.badge_layout import Layout, LayoutVersion


class LayoutBooks(Protocol):
    """Bound to one transaction."""

    async def version(self, code: str) -> LayoutVersion | None:
        """The version in force or the removal, None when there never was one of this code."""
        ...

    async def save_version(self, version: LayoutVersion) -> None: ...


class Layouts(Protocol):
    """Reads outside any transaction."""

    async def in_force(self) -> Mapping[str, Layout]:
        """Every category's own layout by its code, and `default` always."""
        ...

    async def versions(self) -> Sequence[LayoutVersion]:
        """What is loaded and in force, by code."""
        ...
