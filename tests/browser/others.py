"""What other people did before a test's own person presses a button: through the public API, each in the own name."""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta
from typing import Any, Final

from deploy.demo.accounts import ACCOUNTS, OTHERS
from deploy.demo.client import RefusedError, wait_until
from deploy.demo.office import Office
from deploy.demo.portraits import portrait
from shared.world import SYSTEM

API: Final = "/api/accreditation/v1"
_SECONDS: Final = 60.0


def registered(office: Office, delegation: str, name: str, category: str = "delegate", **fields: str) -> str:
    """The participant id of somebody new, whose dossier was checked and waits for somebody."""
    account = next(each for each in (*ACCOUNTS, *OTHERS) if each.name == delegation)
    office.open_account(office.sign_in("administrator"), account)
    rules = office.conference.delegation(delegation)
    assert rules is not None, "a delegation of the conference"
    answers = {
        "name_latin": name,
        "nationality": rules.nationality,
        "birth_date": date(1971, 4, 5).isoformat(),
        "document_number": f"X{uuid.uuid4().int % 10**8:08d}",
        "document_expires": (SYSTEM.now().date() + timedelta(days=900)).isoformat(),
    }
    form = {"category": category, "fields": {**answers, **fields}, "submit": True}
    url = office.url(f"/api/registration/v1/delegations/{delegation}/participants")
    photo = ("face.jpg", portrait(name), "image/jpeg")
    done = office.sign_in(delegation).send(url, data={"form": json.dumps(form)}, files={"photo": photo})
    participant_id: str = done["participant_id"]
    wait_until(f"the dossier of {name}", lambda: _is_checked(office, participant_id), seconds=_SECONDS)
    return participant_id


def approved(office: Office, delegation: str, name: str) -> dict[str, Any]:
    """The prepared badge of somebody new, whom an officer approved."""
    participant_id = registered(office, delegation, name)
    body = {"decision": "approve", "participant_ids": [participant_id]}
    (row,) = office.sign_in("officer").send(office.url(f"{API}/decisions"), json=body)["rows"]
    assert row["outcome"] == "decided"
    return prepared_badge(office, participant_id)


def in_hands(office: Office, delegation: str, name: str) -> dict[str, Any]:
    """The active badge of somebody new."""
    badge = approved(office, delegation, name)
    office.issue([badge])
    return badge


def prepared_badge(office: Office, participant_id: str) -> dict[str, Any]:
    """The badge that is prepared for somebody, once it is."""

    def look() -> Any:
        return next((each for each in dossier(office, participant_id)["badges"] if each["state"] == "prepared"), None)

    found: dict[str, Any] = wait_until("a prepared badge", look, seconds=_SECONDS)
    return found


def dossier(office: Office, participant_id: str) -> dict[str, Any]:
    """The dossier and the badges of somebody, as an officer's API tells them."""
    found: dict[str, Any] = office.sign_in("officer").get(office.url(f"{API}/dossiers/{participant_id}"))
    return found


def state_of(office: Office, participant_id: str) -> str:
    return str(dossier(office, participant_id)["dossier"]["state"])


def badge_states(office: Office, participant_id: str) -> list[str]:
    return sorted(each["state"] for each in dossier(office, participant_id)["badges"])


def _is_checked(office: Office, participant_id: str) -> bool:
    try:
        return state_of(office, participant_id) != "checking"
    except RefusedError as refused:
        if refused.status != 404:
            raise
        return False
