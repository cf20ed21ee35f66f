"""What identity tells the audit log: who opened, disabled or changed whose account, who signed in, in references."""

from __future__ import annotations

from datetime import datetime

from services.identity.domain.account import Account
from shared.contracts.audit import AuditFactRecorded, Detail
from shared.security.principal import Principal
from shared.security.tokens import Session

OPENED = "account.opened"
DISABLED = "account.disabled"
PASSWORD_DRAWN = "account.password_drawn"  # noqa: S105  an action's name
PASSWORD_CHOSEN = "account.password_chosen"  # noqa: S105
SIGNED_IN = "account.signed_in"
SIGNED_OUT = "account.signed_out"
SIGN_IN_FAILED = "account.sign_in_failed"
_ENDS_SESSIONS = (DISABLED, PASSWORD_DRAWN, PASSWORD_CHOSEN)


def account_fact(action: str, account: Account, by: Principal) -> AuditFactRecorded:
    roles = (*sorted(account.roles), *(("head_focal_point",) if account.is_head else ()))
    details = [Detail(name="person", value=account.person_id), Detail(name="roles", value=" ".join(roles))]
    if account.delegation_id is not None:
        details.append(Detail(name="delegation", value=account.delegation_id))
    if action in _ENDS_SESSIONS:
        details.append(Detail(name="sessions_ended", value=f"before epoch {account.epoch}"))
    return AuditFactRecorded(
        service="identity",
        action=action,
        subject=account.account_id,
        actor=by.account_id,
        person=by.person_id,
        details=tuple(details),
    )


def session_fact(action: str, principal: Principal, session: Session) -> AuditFactRecorded:
    return AuditFactRecorded(
        service="identity",
        action=action,
        subject=principal.account_id,
        actor=principal.account_id,
        person=principal.person_id,
        details=(Detail(name="session", value=session.session_id),),
    )


def failed_fact(subject: str, failures: int, since: datetime, until: datetime, held_off: bool) -> AuditFactRecorded:
    """Nobody is named as who tried: a wrong password proves no one."""
    return AuditFactRecorded(
        service="identity",
        action=SIGN_IN_FAILED,
        subject=subject,
        actor="nobody",
        person="",
        reason="held_off" if held_off else "",
        details=(
            Detail(name="failures", value=str(failures)),
            Detail(name="since", value=since.isoformat()),
            Detail(name="until", value=until.isoformat()),
        ),
    )
