"""What identity tells the audit log: who opened, disabled or changed whose account, in references alone."""

from __future__ import annotations

from services.identity.domain.account import Account
from shared.contracts.audit import AuditFactRecorded, Detail
from shared.security.principal import Principal

OPENED = "account.opened"
DISABLED = "account.disabled"
PASSWORD_DRAWN = "account.password_drawn"  # noqa: S105  an action's name
PASSWORD_CHOSEN = "account.password_chosen"  # noqa: S105


def account_fact(action: str, account: Account, by: Principal) -> AuditFactRecorded:
    roles = (*sorted(account.roles), *(("head_focal_point",) if account.is_head else ()))
    details = [Detail(name="person", value=account.person_id), Detail(name="roles", value=" ".join(roles))]
    if account.delegation_id is not None:
        details.append(Detail(name="delegation", value=account.delegation_id))
    return AuditFactRecorded(
        service="identity",
        action=action,
        subject=account.account_id,
        actor=by.account_id,
        person=by.person_id,
        details=tuple(details),
    )
