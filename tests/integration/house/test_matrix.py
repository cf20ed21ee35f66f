"""Who may do what: every operation of every service, by every role, for the own and for another delegation.

The operations come from the services' OpenAPI documents, so that a new one is tested by being there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

import pytest
from fastapi.routing import APIRoute

from shared.messaging.dead_letters import letter_id
from shared.security.principal import Role
from tests.integration.house.house import CONFERENCE, House, person, photos, workbook
from tests.integration.house.shared.test_named_accounts import head_of, person_of

PEOPLE = [role for role in Role if role is not Role.SERVICE]
CANARY = "Canary Tenant"
BIRTHS = iter(("1971-03-07", "1986-11-21"))  # nobody is the double of the one before
NOBODY = "00000000-0000-7000-8000-000000000000"
STREAMS = {"/api/operations/v1/stream"}


def content(method: str, path: str) -> dict[str, Any]:
    """A request body that is right in form, so that only the caller's rights can refuse it."""
    bodies: dict[str, dict[str, Any]] = {
        "/api/identity/v1/accounts": {
            "email": f"{NOBODY}@example.org",
            "password": "a long enough password",
            "person_id": "p",
            "roles": ["guard"],
        },
        "/api/identity/v1/delegations/{delegation}/accounts": {
            "full_name": "Amina Farouk",
            "sign_in_name": "matrix",
            "email": "matrix@example.org",
        },
        "/api/operations/v1/conference": CONFERENCE.model_dump(mode="json"),
        "/api/accreditation/v1/decisions": {"decision": "approve", "participant_ids": [NOBODY]},
        "/api/accreditation/v1/decisions/preview": {"decision": "approve", "participant_ids": [NOBODY]},
        "/api/accreditation/v1/dossiers/{participant_id}/claim": {},
        "/api/accreditation/v1/dossiers/{participant_id}/break-glass": {"internal_code": "emergency"},
        "/api/accreditation/v1/dossiers/{participant_id}/break-glass/review": {"upheld": True},
        "/api/accreditation/v1/dossiers/{participant_id}/alerts/{alert_id}/disposition": {
            "disposition": "false_positive",
            "version": 1,
        },
        "/api/accreditation/v1/screening/answers": {"answers": [{"reference": NOBODY, "revision": 1, "clear": True}]},
        "/api/accreditation/v1/badges/activations": {"participant_ids": [NOBODY]},
        "/api/accreditation/v1/badges/{badge_id}/revocation": {"reason": "lost"},
        "/api/accreditation/v1/badges/{badge_id}/replacement": {"reason": "lost"},
        "/api/entrance/v1/gates/{gate}/scans": {"device": "matrix", "device_sequence": 1, "number": "0000-0"},
        "/api/entrance/v1/gates/{gate}/faces": {"device": "matrix", "device_sequence": 1},
        "/api/accreditation/v1/desk/searches": {"delegation": "egypt", "text": "nobody"},
        "/api/accreditation/v1/desk/lookups": {"read": "0000-0"},
        "/api/accreditation/v1/card-stock": {"first": "A001", "last": "A100"},
        "/api/accreditation/v1/cards": {"cards": [{"badge_number": "0000-0", "card": "A001", "outcome": "printed"}]},
        "/api/accreditation/v1/cards/ranges": {"first": "A001", "last": "A002", "outcome": "confirmed"},
        "/api/accreditation/v1/print-jobs/{job_id}/cards": {"first": "A001"},
        "/api/accreditation/v1/receipts": {"delegation": "egypt"},
        "/api/accreditation/v1/delegations/{delegation}/receipts/{receipt_id}/signature": {},
        "/api/accreditation/v1/blanks": {"category": "delegate", "count": 1},
        "/api/accreditation/v1/blanks/{number}/binding": {"participant_id": NOBODY},
        "/api/accreditation/v1/dossiers/{participant_id}/access": {},
        "/api/accreditation/v1/tokens": {"kind": "floater", "delegation": "egypt"},
        "/api/accreditation/v1/tokens/{token_id}/ending": {"state": "lost"},
        "/api/accreditation/v1/tokens/{token_id}/custody": {"custody": "armoury"},
        "/api/accreditation/v1/tokens/{token_id}/manifest": {"manifest": [NOBODY]},
        "/api/accreditation/v1/permit-requests/{request_id}/decision": {"decision": "approve"},
        "/api/accreditation/v1/print-jobs": {},
        "/api/accreditation/v1/print-jobs/{job_id}/resumption": {"key": "A" * 43 + "="},
        "/api/accreditation/v1/print-jobs/{job_id}/file": {"key": "A" * 43 + "="},
        "/api/session-allocation/v1/versions": {"draft_id": NOBODY},
        "/api/session-allocation/v1/delegations/{delegation}/preferences": {"default": []},
        "/api/session-allocation/v1/delegations/{delegation}/seat-swaps": {
            "session": "alpha",
            "giver": NOBODY,
            "taker": NOBODY,
        },
        "/api/registration/v1/participants/{participant_id}/substitution": {"comes": NOBODY},
        "/api/registration/v1/delegations/{delegation}/reconciliation": {"drop": [NOBODY]},
        "/api/registration/v1/delegations/{delegation}/reconciliation/preview": {"drop": [NOBODY]},
        "/api/registration/v1/delegations/{delegation}/waivers": {"category": "head", "places": 1},
        "/api/registration/v1/delegations/{delegation}/notice-addresses": {"addresses": ["a@example.org"]},
        "/api/registration/v1/participants/{participant_id}/permit-requests": {"kind": "radio_permit", "mark": "R1"},
        "/api/registration/v1/waivers/{waiver_id}/decision": {"places": 1},
        "/api/registration/v1/delegations/{delegation}/roster/search": {"text": "nobody"},
        "/api/registration/v1/zone-readings": {"zone": "P<"},
        "/internal/registration/v1/texts": {"participant_id": NOBODY, "text_id": NOBODY, "text": "x"},
        "/internal/registration/v1/texts/read": {"text_ids": [NOBODY]},
        "/api/registration/v1/erasures": {"participant_ids": [NOBODY]},
        "/api/registration/v1/people/search": {"name": "nobody"},
        "/internal/identity/v1/officer-addresses": {"person_id": "p"},
        "/api/registration/v1/participants/{participant_id}/legal-hold": {
            "reason": None,
            "lifted_because": "put_by_mistake",
        },
        "/internal/registration/v1/same-people": {"participant_id": NOBODY},
        "/api/registration/v1/personal-data/faces": {"participant_ids": [NOBODY], "purpose": "face_check"},
        "/internal/registration/v1/personal-data/read": {"participant_ids": [NOBODY], "purpose": "badge"},
    }
    if path.endswith("/screening/file/answers"):
        return {"files": {"file": ("answers.bwbx", b"no file of the authority's")}}
    if "/layouts/{code}/" in path and method in ("PUT", "POST"):
        return {"files": {"file": ("layout.toml", b"[a6]")}}
    if path.endswith("/watchlists/{code}/content"):
        return {"files": {"file": ("list.csv", b"reference,name\nX-1,Tarek Ben Salah\n")}}
    if path.endswith("/imports"):
        return {"files": {"workbook": ("a.xlsx", workbook(person())), "photos": ("p.zip", photos("a.jpg"))}}
    if method != "GET" and path.endswith(("{delegation}/participants", "{participant_id}/registration", "/walk-ups")):
        return {"data": {"form": '{"category": "delegate", "fields": {"name_latin": "Amina Farouk"}}'}}
    if method != "GET" and path.endswith("/notes-verbales"):
        return {"data": {"number": "MFA/2027/114", "dated": str(CONFERENCE.first_day)}}
    if path.endswith("/{model}/rebuild"):
        return {"json": {"swap": False}}
    if path.endswith("/retries"):
        return {"json": {"group": "no.group", "code": "no_code"}}
    if path.endswith("/discards"):
        return {"json": {"group": "no.group", "code": "no_code", "reason": "test_record"}}
    if path.endswith("/settlements"):
        return {"json": {"epoch": 1, "topic": "audit", "key": NOBODY, "outcome": "not_needed"}}
    if path.endswith("/mendings"):
        return {"json": {"kind": "retry", "reason": "cause_mended"}}
    return {"json": bodies[path]} if method != "GET" and path in bodies else {}


def filled(path: str, *, delegation: str = "egypt") -> str:
    values = {
        "delegation": delegation,
        "gate": "perimeter",
        "session": "opening",
        "page_format": "png",
        "import_id": NOBODY,
        "participant_id": NOBODY,
        "alert_id": "0" * 32,
        "code": "matrix",
        "participant": NOBODY,
        "badge_id": NOBODY,
        "account_id": NOBODY,
        "draft_id": NOBODY,
        "job_id": NOBODY,
        "event_id": NOBODY,
        "receipt_id": NOBODY,
        "token_id": NOBODY,
        "key_id": "07eb99",
        "number": "0000-0",
        "waiver_id": NOBODY,
        "request_id": NOBODY,
        "note_id": NOBODY,
        "erasure_id": NOBODY,
        "letter_id": letter_id("no.group", NOBODY),
        "mending_id": NOBODY,
        "discard_id": NOBODY,
        "model": "nothing",
        "service": "entrance",
        "topic": "audit",
        "key": NOBODY,
    }
    return path.format(**values)


def operations(house: House) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for document in house.openapi().values()
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


async def test_every_operation_says_who_may_call_it(house: House) -> None:
    found = operations(house)
    assert len(found) > 25
    silent = [f"{m} {path}" for m, path, op in found if "x-roles" not in op and not op.get("x-public")]
    assert silent == []


async def test_nobody_who_is_not_signed_in_may_call_anything_but_what_is_public(house: House) -> None:
    for method, path, operation in operations(house):
        if operation.get("x-public") or path.startswith("/internal/"):
            continue
        answer = await house.call(None, method, filled(path), **content(method, path))
        assert answer.status_code == 401, (method, path, answer.text)
        assert answer.json()["code"] == "not_signed_in"


@pytest.mark.parametrize("role", PEOPLE)
async def test_each_role_may_call_its_operations_and_no_other(house: House, role: Role) -> None:
    for method, path, operation in operations(house):
        if operation.get("x-public") or path.startswith("/internal/"):
            continue
        is_allowed = role.value in operation["x-roles"]
        if is_allowed and path in STREAMS:
            continue  # an answer without end; test_stream reads it
        answer = await house.call(role, method, filled(path), **content(method, path))
        assert answer.status_code < 500, (method, path, answer.text)
        if is_allowed:
            assert answer.status_code != 403, (method, path, answer.text)
        else:
            assert answer.status_code == 403, (method, path, answer.status_code, answer.text)
            assert answer.json()["code"] == "role_required"


async def test_the_internal_paths_are_not_there_for_the_world(house: House) -> None:
    for method, path, _ in operations(house):
        if path.startswith("/internal/"):
            answer = await house.call(Role.ADMINISTRATOR, method, path, **content(method, path))
            assert answer.status_code == 404


async def belongings(house: House) -> dict[str, str]:
    """One thing of Egypt's for each id that a path may have, by the id's name."""
    (who,) = await house.newcomers(
        "egypt", person(Category="staff", **{"Full name": CANARY, "Date of birth": next(BIRTHS)})
    )
    files = {"workbook": ("a.xlsx", workbook(person())), "photos": ("p.zip", photos("a.jpg"))}
    registration, accreditation = "/api/registration/v1", "/api/accreditation/v1"
    imported = await house.call("egypt", "POST", f"{registration}/delegations/egypt/imports", files=files)
    asked = {"kind": "radio_permit", "mark": CANARY}
    request = await house.call("egypt", "POST", f"{registration}/participants/{who}/permit-requests", json=asked)
    assert request.status_code == 201, request.text
    data = {"number": CANARY, "dated": str(CONFERENCE.first_day)}
    scan = {"scan": ("n.pdf", b"%PDF-1.7")}
    note = await house.call("egypt", "POST", f"{registration}/delegations/egypt/notes-verbales", data=data, files=scan)
    _, head = await head_of(house, "egypt")
    badges: list[dict[str, Any]] = []

    async def has_badge() -> bool:
        answer = await house.call(Role.ACCREDITATION_OFFICER, "GET", f"{accreditation}/badges?delegation=egypt")
        badges[:] = [each for each in answer.json()["rows"] if each["participant_id"] == who]
        return bool(badges)

    await house.until(has_badge)
    active = {"participant_ids": [who]}
    await house.call(Role.ACCREDITATION_OFFICER, "POST", f"{accreditation}/badges/activations", json=active)
    receipt = await house.call(
        Role.ACCREDITATION_OFFICER, "POST", f"{accreditation}/receipts", json={"delegation": "egypt"}
    )
    return {
        "delegation": "egypt",
        "participant_id": who,
        "import_id": imported.json()["import_id"],
        "request_id": request.json()["request_id"],
        "note_id": note.json()["note_id"],
        "badge_id": badges[0]["badge_id"],
        "account_id": (await person_of(house, head, "egypt", "canary"))["account_id"],
        "receipt_id": receipt.json().get("receipt_id", NOBODY),
        "page_format": "png",
    }


NOTHING = {
    "delegation": "nowhere",
    "participant_id": NOBODY,
    "import_id": NOBODY,
    "request_id": NOBODY,
    "note_id": NOBODY,
    "badge_id": NOBODY,
    "account_id": NOBODY,
    "receipt_id": NOBODY,
    "page_format": "png",
}


async def test_another_delegations_data_answers_as_data_that_is_not_there(
    house: House, record_property: Callable[[str, object], None]
) -> None:
    theirs_all = await belongings(house)
    _, head = await head_of(house, "chad")
    tried: Counter[str] = Counter()
    for method, path, operation in operations(house):
        names = {name for _, name, _, _ in Formatter().parse(path) if name}
        if Role.FOCAL_POINT.value not in operation.get("x-roles", []) or not names - {"page_format"}:
            continue
        assert names <= theirs_all.keys(), f"{path}: nothing of Egypt's is made for it"
        tried.update(names - {"page_format"})
        by_whom = {"headers": {"Authorization": f"Bearer {head}"}} if "account_id" in names else {}
        caller = None if by_whom else "chad"
        of_theirs = await house.call(caller, method, path.format(**theirs_all), **by_whom, **content(method, path))
        of_absent = await house.call(caller, method, path.format(**NOTHING), **by_whom, **content(method, path))
        assert of_theirs.status_code == of_absent.status_code == 404, (method, path, of_theirs.text)
        assert of_theirs.json() == of_absent.json()
    assert set(tried) == theirs_all.keys() - {"page_format"}
    sizes = ", ".join(f"{count} by {name}" for name, count in sorted(tried.items()))
    record_property("says", f"tenancy matrix, operations: {sizes}; 404 with one answer in each")


async def test_a_page_shows_nothing_of_another_delegation_whatever_is_asked_of_it(
    house: House, record_property: Callable[[str, object], None]
) -> None:
    theirs_all = await belongings(house)
    opened, tried = 0, 0
    for path in page_paths(house):
        as_page = {"headers": {"Accept": "text/html"}}
        own = await house.call("chad", "GET", at(path, NOTHING), **as_page)
        opened += own.status_code == 200
        for name in ("participant_id", "import_id"):  # what `id` means on a page; every other id is in a path
            answers = []
            for things in (theirs_all, NOTHING):
                query = {"id": things[name], "delegation": things["delegation"], "older": things[name]}
                answer = await house.call("chad", "GET", at(path, things), params=query, **as_page)
                text = answer.text
                for value in {*theirs_all.values(), *NOTHING.values()} - {"png"}:
                    text = text.replace(f"/{value}", "/…").replace(f"={value}", "=…")
                answers.append((answer.status_code, text))
            tried += 1
            assert answers[0] == answers[1], (path, name)
            assert CANARY not in answers[0][1], path
            assert answers[0][0] < 500, path
    assert opened >= 10, "pages that a focal point may open"
    record_property("says", f"tenancy matrix, pages: {tried} questions, {opened} pages open to a focal point")


def at(path: str, things: Mapping[str, str]) -> str:
    """The page's path with these ids in it; what is no id, as a language, is the same whoever asks."""
    names = [name for _, name, _, _ in Formatter().parse(path) if name]
    return path.format(**{**dict.fromkeys(names, "en"), **things})


def page_paths(house: House) -> list[str]:
    """Every page of every service, found where it is routed."""
    found = {path for service in house.app.services.values() for path in routed(service.app.routes)}
    return sorted(each for each in found if not each.startswith(("/api/", "/internal/", "/health", "/static")))


def routed(routes: Sequence[Any], prefix: str = "") -> Iterator[str]:
    """The paths that answer GET and are in no OpenAPI document; a router that was included keeps its own routes."""
    for route in routes:
        if isinstance(route, APIRoute):
            if "GET" in (route.methods or ()) and not route.include_in_schema:
                yield prefix + route.path
        elif (included := getattr(route, "original_router", None)) is not None:
            yield from routed(included.routes, prefix + route.include_context.prefix)


async def test_a_page_of_another_role_is_refused_in_words(house: House) -> None:
    for path in ("/registration/import", "/accreditation/queue", "/entrance/gate", "/operations/stream"):
        answer = await house.call(
            Role.AUDITOR if "stream" not in path else Role.GUARD, "GET", path, headers={"Accept": "text/html"}
        )
        assert answer.status_code == 403
        assert "another role" in answer.text
