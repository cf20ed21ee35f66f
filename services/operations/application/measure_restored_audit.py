"""After a restore: how long the audit log is that came back. Heads signed later are of a history that is lost."""

from __future__ import annotations

from collections.abc import Mapping

from services.operations.application.append_audit import TREE, TREE_ID
from services.operations.domain.audit_log import AUDIT_SIZE
from shared.storage import Database


class MeasureRestoredAudit:
    def __init__(self, database: Database) -> None:
        self._trees = database.collection(TREE)

    async def __call__(self, _restores: int) -> Mapping[str, str]:
        """What the audit log is to say of it."""
        tree = await self._trees.find_one(TREE_ID)
        return {AUDIT_SIZE: str(tree["size"] if tree else 0)}
