"""Which tests run in one lane of `make test`: those that share something costly to make."""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadScopeScheduling

_TOGETHER: Final = ("tests/browser/", "tests/e2e/")


class Lanes(LoadScopeScheduling):  # type: ignore[misc]  # the plugin ships no types
    """A folder that shares an installation is one piece of work, and so is every other file with its fixtures.

    The plugin's own groups rename tests, which this pytest does not let it do.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in _TOGETHER if file.startswith(folder)), file)
