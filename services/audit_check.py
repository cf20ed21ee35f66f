"""The audit log checked where it lies, by whoever holds operations' secrets."""

from __future__ import annotations

from services.operations.application.verify_audit import AuditReport, VerifyAudit
from services.operations.bootstrap import tree_head_signer
from services.operations.settings import OperationsSettings
from shared.security.principal import Principal, Role


async def verify_audit(kept: str) -> AuditReport:
    """Check the audit log in operations' database, with its settings from the environment. Raises NoteBrokenError."""
    settings = OperationsSettings()
    machine = Principal("machine", "machine", frozenset({Role.AUDITOR}))
    verifier = tree_head_signer(settings.secrets_folder).verifier
    async with settings.store() as store:
        return await VerifyAudit(store.database(settings.database), verifier)(machine, kept)
