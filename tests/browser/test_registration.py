"""What focal points, the desk and the auditor do on registration's pages: by keyboard, each refusal at its field."""

from __future__ import annotations

import json
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from deploy.demo.people import passport_zone
from deploy.demo.portraits import portrait
from tests.browser.conftest import Venue
from tests.browser.looking import TOO_WIDE, assert_clean_as_it_stands, in_field, said_there, violations
from tests.browser.pressing import meant_by_keyboard

pytestmark = pytest.mark.browser
COLD_BYTES_MAX = 150_000


def test_somebody_unannounced_is_registered_at_the_desk_by_what_the_passport_says(venue: Venue, tmp_path: Path) -> None:
    (tmp_path / "face.jpg").write_bytes(portrait("walked up"))
    number = f"X{uuid.uuid4().int % 10**8:08d}"
    zone = passport_zone("TCD", ("Petros", "Ioannou"), number, date(1971, 4, 5), date(2034, 5, 6))
    page = venue.page("officer", language="fr")
    page.goto(f"{venue.main}/registration/walk-up?delegation=chad")
    category = page.locator("#field-category")
    category.select_option("delegate")
    assert page.locator("#field-title").is_hidden()
    category.select_option("organisation")  # Chad has no place for one
    for name in ("title", "email"):
        assert page.locator(f"[data-field={name}] [data-required]").is_visible()
    assert page.locator("#field-rank").is_hidden()
    page.fill("#field-name_latin", "Idriss Mahamat Déby")
    page.focus("#field-mrz")
    # As a wedge reader types, a line at a time, each with an Enter behind it.
    for line in zone.split("\n"):
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    page.locator("#zone-said:not(:empty)").wait_for()
    read = {each: page.input_value(f"#field-{each}") for each in ("document_number", "birth_date", "nationality")}
    assert read == {"document_number": number, "birth_date": "1971-04-05", "nationality": "TCD"}
    assert page.input_value("#field-document_expires") == "2034-05-06"
    assert page.input_value("#field-name_latin") == "Idriss Mahamat Déby", "what was typed stays"
    assert violations(page) == []
    page.set_input_files("#field-photo", tmp_path / "face.jpg")
    page.click("#walk-up button:not([type=button])")
    page.wait_for_selector("#fault-title:not([hidden])")
    assert page.locator("#fault-email").is_visible()
    page.fill("#field-title", "Observateur")
    page.fill("#field-email", "walked@example.org")
    page.click("#walk-up button:not([type=button])")
    page.wait_for_selector("#refusal:not([hidden])")
    assert "quota" in page.inner_text("#refusal").casefold() or "place" in page.inner_text("#refusal").casefold()
    page.check("#over-quota")
    page.click("#walk-up button:not([type=button])")
    page.wait_for_url("**/registration/walk-up?*done=*")
    doubts = page.locator("#doubts")
    doubts.wait_for(state="visible")
    assert "vérifiez qu'il s'agit de la même personne" in doubts.inner_text(), "said, and registered all the same"
    assert doubts.inner_text().strip() in (page.locator("#announcer").text_content() or "")
    assert violations(page) == []
    dossier = page.get_by_role("link", name="Ouvrir le dossier").get_attribute("href") or ""
    who = dossier.rpartition("/")[2]
    for _ in range(50):
        answer = page.goto(f"{venue.main}{dossier}")
        if answer and answer.ok:
            break
        page.wait_for_timeout(200)
    assert "Idriss Mahamat Déby" in page.inner_text("main")
    theirs = venue.page("chad", language="fr")
    theirs.goto(f"{venue.main}/registration/notices")
    row = theirs.locator("tbody tr", has_text="Inscrit au guichet d'accréditation").first
    row.get_by_role("link").click()
    theirs.wait_for_url(f"**/registration/person?id={who}")
    history = theirs.inner_text("section[aria-labelledby=history]")
    assert "Guichet d'accréditation" in history
    assert "collègue" not in history


def test_a_wrong_digit_of_a_zone_is_said_at_the_zone_and_fills_nothing_and_another_name_is_a_warning_there(
    venue: Venue,
) -> None:
    zone = passport_zone("TCD", ("Amina", "Deby"), "X12345678", date(1971, 4, 5), date(2034, 5, 6))
    page = venue.page("chad", language="ar", width=360)
    page.goto(f"{venue.main}/registration/person?category=delegate")
    page.fill("#field-mrz", zone[:-1] + str((int(zone[-1]) + 1) % 10))
    page.locator("#fault-mrz").wait_for(state="visible")
    assert "رقم التحقق" in page.inner_text("#fault-mrz")
    assert page.input_value("#field-document_number") == ""
    assert page.evaluate(TOO_WIDE) == []
    page.fill("#field-mrz", zone)
    page.locator("#zone-said:not(:empty)").wait_for()
    assert page.locator("#fault-mrz").is_hidden()
    assert page.input_value("#field-document_number") == "X12345678"
    assert page.input_value("#field-name_latin") == "AMINA DEBY"
    assert violations(page) == []
    page.fill("#field-name_latin", "Petros Ioannou")
    page.click("button[value=draft]")
    page.wait_for_url("**/registration/person?id=*")
    doubt = page.locator("#doubt-mrz")
    doubt.wait_for(state="visible")
    assert "لشخص واحد" in doubt.inner_text()
    assert doubt.inner_text().strip() in (page.locator("#announcer").text_content() or "")
    assert "doubt-mrz" in (page.get_attribute("#field-mrz", "aria-describedby") or "")
    assert page.get_attribute("#field-mrz", "aria-invalid") is None
    assert page.locator("#refusal").is_hidden()
    assert page.evaluate(TOO_WIDE) == []
    assert violations(page) == []
    page.reload()
    assert doubt.is_visible()
    assert page.locator("#announcer").text_content() == ""
    page.fill("#field-name_latin", "Amina Deby")
    with page.expect_navigation():
        page.click("button[value=draft]")
    assert doubt.count() == 0
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    who = page.url.partition("id=")[2]
    assert page.request.delete(f"{venue.main}/api/registration/v1/participants/{who}/registration", headers=headers).ok


def drafted(page: Page, url: str, name: str) -> str:
    """A delegate of Chad whose zone has another name than the one that is typed, ready to be submitted."""
    number = f"X{uuid.uuid4().int % 10**8:08d}"
    fields = {
        "name_latin": name,
        "nationality": "TCD",
        "birth_date": "1971-04-05",
        "document_number": number,
        "document_expires": "2034-05-06",
        "mrz": passport_zone("TCD", ("Amina", "Deby"), number, date(1971, 4, 5), date(2034, 5, 6)),
    }
    form = json.dumps({"category": "delegate", "fields": fields})
    photo = {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": portrait(name)}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    path = "/api/registration/v1/delegations/chad/participants"
    saved = page.request.post(url + path, multipart={"form": form, "photo": photo}, headers=headers)
    assert saved.ok, saved.text()
    return str(saved.json()["participant_id"])


def test_what_the_zone_says_of_who_takes_a_place_is_read_by_who_gave_it(venue: Venue) -> None:
    page = venue.page("chad", language="fr", width=360)
    first, second = (drafted(page, venue.main, name) for name in ("Petros Ioannou", "Stavros Niarchos"))
    search = f"{venue.main}/api/registration/v1/delegations/chad/roster/search"
    rows = page.request.post(search, data={"category": "delegate"}).json()["rows"]
    goes = [each["participant_id"] for each in rows if each["state"] in ("submitted", "accepted")][-1]
    doubt = "vérifiez qu'il s'agit de la même personne"
    page.goto(f"{venue.main}/registration/person?id={goes}")
    page.select_option("#comes", first)
    page.focus("#substitute button")
    meant_by_keyboard(page)
    page.wait_for_url(f"**/registration/person?id={first}")
    said_there(page, "Soumis au bureau d'accréditation.")
    page.locator("#doubt-mrz").wait_for(state="visible")
    assert doubt in page.inner_text("#doubt-mrz")
    assert doubt in (page.locator("#announcer").text_content() or "")
    assert violations(page) == []
    # Twice: whoever looks with axe takes rows away.
    for looks in (True, False):
        page.goto(f"{venue.main}/registration/reconciliation")
        page.select_option(f"[data-person='{first}']", second)
        page.focus("button[value=look]")
        page.keyboard.press("Enter")
        page.wait_for_selector("#plan-state.mark-good")
        warned = page.locator("[data-doubts]:visible")
        assert (warned.count(), warned.get_attribute("data-doubts")) == (1, second)
        assert doubt in warned.inner_text()
        if looks:
            assert_clean_as_it_stands(page)
    page.focus("button[value=commit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    said_there(page, "Le plan est exécuté.")
    page.locator("#doubts").wait_for(state="visible")
    place = page.locator("#doubts").bounding_box()
    assert place is not None
    assert 0 <= place["y"] < 900, "in view, though the button was far below"
    assert page.inner_text("#doubts a") == "Stavros Niarchos"
    assert page.inner_text("#doubts").strip() in (page.locator("#announcer").text_content() or "")
    assert_clean_as_it_stands(page)
    page.click("#doubts a")
    page.wait_for_url(f"**/registration/person?id={second}")
    assert doubt in page.inner_text("#doubt-mrz")
    page.goto(f"{venue.main}/registration/reconciliation")
    assert page.locator("#doubts").is_hidden(), "said once"


def test_what_is_wrong_with_a_note_is_said_at_its_field_and_a_new_one_is_offered_where_it_is_needed(
    venue: Venue, tmp_path: Path
) -> None:
    (tmp_path / "note.pdf").write_bytes(b"MZ no letter")
    form = venue.page("chad", language="en")
    form.goto(f"{venue.main}/registration/person?category=delegate")
    form.fill("#field-name_latin", "Half Typed")
    with form.context.expect_page() as opened:
        form.get_by_role("link", name="Add a note verbale").click()
    page = opened.value
    page.fill("#note-number", "MFA/2027/\u200b9")
    page.fill("#note-dated", date.today().isoformat())
    page.click("#add-note button")
    assert "hidden" in in_field(page, "#fault-number")
    assert page.locator("#refusal").is_hidden()
    page.fill("#note-number", "MFA/2027/9")
    page.fill("#note-dated", "2001-01-01")
    page.click("#add-note button")
    in_field(page, "#fault-dated")
    page.fill("#note-dated", date.today().isoformat())
    page.set_input_files("#note-scan", tmp_path / "note.pdf")
    page.click("#add-note button")
    assert "PDF" in in_field(page, "#fault-scan")
    assert violations(page) == []
    (tmp_path / "note.pdf").write_bytes(b"%PDF-1.4 a letter")
    page.set_input_files("#note-scan", tmp_path / "note.pdf")
    with page.expect_navigation():
        page.click("#add-note button")
    form.evaluate("window.dispatchEvent(new Event('focus'))")
    option = form.locator("#note option", has_text="MFA/2027/9")
    option.wait_for(state="attached")
    assert form.input_value("#field-name_latin") == "Half Typed"
    waiver = page.locator("#waiver")
    waiver.locator("[name=note]").select_option(label=option.inner_text())
    with page.expect_navigation():
        waiver.locator("button").click()
    page.goto(f"{venue.main}/registration/overview")
    latest = page.locator(".changes li").first
    assert "MFA/2027/9" in latest.inner_text()
    assert latest.get_by_role("link").count() == 1


def test_what_is_wrong_with_a_permit_or_an_address_is_said_at_its_field(venue: Venue) -> None:
    page = venue.page("egypt", language="fr")
    page.goto(f"{venue.main}/registration/roster?state=accepted")
    page.locator("a[href*='/registration/person?id=']").first.click()
    page.fill("#permit-mark", "AK\u200b47")
    page.click("#permit button")
    in_field(page, "#fault-mark")
    assert page.locator("#permit-refusal").is_hidden()
    assert violations(page) == []
    page.goto(f"{venue.main}/registration/notices")
    page.fill("#address-lines", "no address")
    page.click("#addresses button")
    assert "Ligne 1 : écrivez une adresse valable" in in_field(page, "#fault-addresses")
    assert page.locator("#addresses-refusal").is_hidden()


def test_what_is_wrong_with_a_decision_on_a_waiver_is_said_at_its_field_and_no_place_is_no_refusal(
    venue: Venue,
) -> None:
    theirs = venue.page("chad")
    asked = {"category": "press", "places": 2, "reason": f"Two cameras {uuid.uuid4().hex[:6]}"}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    waivers = f"{venue.main}/api/registration/v1/delegations/chad/waivers"
    assert theirs.request.post(waivers, data=asked, headers=headers).ok
    page = venue.page("officer", language="fr", width=360)
    page.goto(f"{venue.main}/registration/waivers")
    form = page.locator("form[data-waiver]", has_text=str(asked["reason"]))
    which = form.get_attribute("data-waiver")
    places, answer, grant = (form.locator(each) for each in ("[name=places]", "[name=answer]", "[value=grant]"))
    for wrong in ("3", "0", ""):
        places.fill(wrong)
        grant.click()
        assert "de 1 à 2 places" in in_field(page, f"#fault-places{which}")
        assert page.locator("#refusal").is_hidden()
    places.fill("1")
    answer.fill("Une\u200b place")
    grant.click()
    assert "invisible" in in_field(page, f"#fault-answer{which}")
    assert page.locator(f"#fault-places{which}").is_hidden()
    assert page.evaluate(TOO_WIDE) == []
    assert violations(page) == []
    places.fill("")
    answer.fill("Aucune")
    with page.expect_navigation():
        form.locator("[value=refuse]").click()
    assert page.locator("form[data-waiver]", has_text=str(asked["reason"])).count() == 0
    (decided,) = [each for each in theirs.request.get(waivers).json()["waivers"] if each["reason"] == asked["reason"]]
    assert (decided["state"], decided["answer"]) == ("refused", "Aucune")


def test_wishes_are_saved_and_are_there_again(venue: Venue) -> None:
    page = venue.page("chad", language="ar")
    page.goto(f"{venue.main}/session-allocation/delegation")
    wish = page.locator("[data-default] select").first
    chosen = wish.locator("option").nth(1).get_attribute("value") or ""
    assert chosen
    wish.select_option(chosen)
    page.focus("#wishes button")
    page.keyboard.press("Enter")
    page.locator("#refusal.mark-good").wait_for()
    page.reload()
    assert page.locator("[data-default] select").first.input_value() == chosen
    assert violations(page) == []


def test_an_auditor_finds_somebody_by_name_erases_them_and_finds_the_certificate_again(
    venue: Venue, tmp_path: Path
) -> None:
    (tmp_path / "face.jpg").write_bytes(portrait("to be erased"))
    name = f"Erasable {uuid.uuid4().hex[:6].translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    theirs = venue.page("egypt", language="en")
    theirs.goto(f"{venue.main}/registration/person?category=delegate")
    for field, value in (("name_latin", name), ("nationality", "EGY"), ("document_number", f"E{uuid.uuid4().hex[:7]}")):
        theirs.fill(f"#field-{field}", value)
    theirs.click("button[value=draft]")
    theirs.wait_for_url("**/registration/person?id=*")
    who = theirs.url.partition("id=")[2]
    page = venue.page("auditor", language="en")
    page.goto(f"{venue.main}/registration/erasure")
    page.fill("#name", name.upper())
    page.focus("#find button")
    page.keyboard.press("Enter")
    row = page.locator("#found tbody tr", has_text=name)
    row.wait_for()
    assert name not in page.url
    assert violations(page) == []
    row.get_by_role("button", name="Choose for erasing").click()
    assert page.input_value("#participants").split() == [who]
    page.check("#sure")
    page.click("#erase button")
    page.locator("#done").wait_for(state="visible")
    certificate = page.inner_text("#certificate")
    assert who in certificate
    assert name not in certificate
    page.reload()
    listed = page.locator("#certificates tbody tr").first
    assert who in listed.inner_text()
    with page.expect_download() as download:
        listed.get_by_role("link").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").strip() == certificate.strip()
    assert violations(page) == []


def transferred(venue: Venue, account: str, language: str, path: str) -> dict[str, int]:
    """Bytes over the wire by kind for a page that was never seen before, as Chromium counts them; without photos."""
    signed_in = venue.page(account, language=language)
    context = venue.browser.new_context(storage_state=signed_in.context.storage_state(), locale=language)
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def responded(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def loaded(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        sizes[kind] = sizes.get(kind, 0) + int(event["encodedDataLength"])

    protocol.on("Network.responseReceived", responded)
    protocol.on("Network.loadingFinished", loaded)
    page.goto(venue.main + path, wait_until="networkidle")
    sizes.pop("Image", None)
    context.close()
    return sizes


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_page_that_was_never_seen_is_small_enough_for_a_slow_line(venue: Venue, language: str) -> None:
    measured = {}
    for path in ("overview", "roster", "person", "import", "quota", "notices", "reconciliation"):
        sizes = transferred(venue, "egypt", language, f"/registration/{path}")
        assert {"Document", "Stylesheet", "Font", "Script"} <= sizes.keys(), (path, sizes)
        measured[path] = sizes
    over = {path: sizes for path, sizes in measured.items() if sum(sizes.values()) > COLD_BYTES_MAX}
    assert over == {}, measured
