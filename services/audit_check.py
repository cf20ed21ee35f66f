"""The audit log checked where it lies, by whoever holds operations' secrets."""

from __future__ import annotations

from services.operations.application.verify_audit import AuditReport, VerifyAudit
from services.operations.bootstrap import tree_head_signer
from services.operations.settings import OperationsSettings
from shared.security.principal import Principal, Role
from shared.storage import Store


async def verify_audit(kept: str) -> AuditReport:
    """Check the audit log in operations' database, with its settings from the environment. Raises NoteBrokenError."""
    settings = OperationsSettings()
    store = Store(settings.mongo_url.get_secret_value(), driver=settings.mongo_driver)
    machine = Principal("machine", "machine", frozenset({Role.AUDITOR}))
    try:
        verifier = tree_head_signer(settings.secrets_folder).verifier
        return await VerifyAudit(store.database(settings.database), verifier)(machine, kept)
    finally:
        await store.close()
