"""The main job's last part: at the gate, admitted once and refused for every reason there is."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from deploy.demo.client import Person, wait_until
from deploy.demo.report import Places, Report
from shared.contracts.conference import Conference
from shared.security.credential import Credential, KeyId, encode

# A scanner at a gate looks for QR symbols alone: among their modules other readers see a bar code now and then.
_QR: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


class AtTheGate:
    """Credentials are read from the badges' drawn pages; `sign_in` signs a demonstration account in by its name."""

    def __init__(
        self, places: Places, report: Report, conference: Conference, sign_in: Callable[[str], Person]
    ) -> None:
        self._places = places
        self._report = report
        self._conference = conference
        self._sign_in = sign_in
        self._device = f"demo-{uuid.uuid4().hex[:8]}"
        self._scans = 0

    def __call__(self, badges: list[dict[str, Any]], kept_back: dict[str, Any], people: dict[str, Person]) -> None:
        officer, guard = self._sign_in("officer"), self._sign_in("guard")
        delegates = [each for each in badges if each["category"] == "delegate" and each is not kept_back]
        one, revoked = delegates[0], delegates[1]
        press = next(each for each in badges if each["category"] == "press")
        credential = self._from_page(officer, one)
        wait_until("the badge at the gate", lambda: self._scan(guard, "north", credential)["reason"] != "not_activated")
        answers = {
            "admitted": self._scan(guard, "plenary-east", credential),
            "the same gate again": self._scan(guard, "plenary-east", credential),
            "already_inside": self._scan(guard, "plenary-west", credential),
            "not_activated": self._scan(guard, "north", self._from_page(officer, kept_back)),
            "wrong_zone": self._scan(guard, "operations", credential),
            "wrong_day": self._scan(guard, "plenary-east", self._from_page(officer, press)),
            "forged": self._scan(guard, "north", self._forged()),
            "other_conference": self._scan(guard, "north", self._forged(conference=1)),
            "not_ours": self._scan(guard, "north", "https://example.org/ticket/1"),
        }
        revoked_credential = self._from_page(officer, revoked)
        self._revoke(officer, revoked)
        answers["revoked"] = wait_until(
            "the revocation at the gate", lambda: self._when_refused(guard, "south", revoked_credential, "revoked")
        )
        self._check_answers(answers)
        self._check_words(guard, credential)
        left = self._scan(guard, "plenary-east", credential, direction="out")
        self._report.check("the way out is free", left["decision"] == "admit" and left["reason"] == "left")
        self._check_roster(people[one["delegation"]], one)
        self._report.say("at the gate: admitted once, refused for every reason in its own words")

    def _check_answers(self, answers: dict[str, dict[str, Any]]) -> None:
        admitted, again = answers.pop("admitted"), answers.pop("the same gate again")
        self._report.check("a badge read from its page is admitted", admitted["decision"] == "admit")
        repeated = again["decision"] == "admit" and again["repeated"]
        self._report.check("the same gate within 15 s gives the same answer", repeated)
        for reason, answer in answers.items():
            refused = answer["decision"] == "refuse" and answer["reason"] == reason
            self._report.check(f"refused at the gate: {reason.replace('_', ' ')}", refused)

    def _check_words(self, guard: Person, credential: str) -> None:
        said = {
            language: self._scan(guard, "plenary-west", credential, language=language)["headline"]
            for language in ("ar", "fr", "en")
        }
        self._report.check("the gate speaks Arabic, French and English", len(set(said.values())) == 3)

    def _check_roster(self, focal_point: Person, badge: dict[str, Any]) -> None:
        url = self._url(f"/api/registration/v1/participants/{badge['participant_id']}")
        active = wait_until("the status at registration", lambda: focal_point.get(url)["badge"] == "active")
        self._report.check("the delegation sees its person's badge is active", active)

    def _from_page(self, officer: Person, badge: dict[str, Any]) -> str:
        """The credential, read by an independent decoder from the page as it is drawn."""
        page = f"/api/accreditation/v1/badges/{badge['badge_id']}/page.png"
        picture = Image.open(io.BytesIO(officer.get_bytes(self._url(page))))
        found = zxingcpp.read_barcodes(picture, formats=_QR)
        self._report.check("a badge's symbol reads back from its page", len(found) == 1)
        return str(found[0].text)

    def _forged(self, *, conference: int | None = None) -> str:
        now = datetime.now(UTC)
        credential = Credential(uuid.uuid4().bytes, 1, 0, 63, 7, 1, now, now + timedelta(days=9))
        number = self._conference.number if conference is None else conference
        return encode(credential, KeyId(number, 1), Ed25519PrivateKey.generate().sign)

    def _revoke(self, officer: Person, badge: dict[str, Any]) -> None:
        url = self._url(f"/api/accreditation/v1/badges/{badge['badge_id']}/revocation")
        officer.send(url, json={"reason": "withdrawn"})

    def _when_refused(self, guard: Person, gate: str, credential: str, reason: str) -> dict[str, Any] | None:
        answer = self._scan(guard, gate, credential)
        return answer if answer["reason"] == reason else None

    def _scan(
        self, guard: Person, gate: str, credential: str, *, direction: str = "in", language: str = ""
    ) -> dict[str, Any]:
        self._scans += 1
        body = {
            "direction": direction,
            "device": self._device,
            "device_sequence": self._scans,
            "credential": credential,
        }
        url = f"{self._places.entrance}/api/entrance/v1/gates/{gate}/scans"
        answer: dict[str, Any] = guard.send(url, json=body, language=language)
        return answer

    def _url(self, path: str) -> str:
        return self._places.main + path
