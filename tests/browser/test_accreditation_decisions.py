"""Every way of deciding that an officer has on the queue and on a dossier, and the review of a broken glass."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from deploy.demo.office import Office
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands
from tests.browser.others import API, badge_states, dossier, in_hands, prepared_badge, registered, state_of
from tests.browser.pressing import pressed_again

pytestmark = pytest.mark.browser


def on_dossier(venue: Venue, participant_id: str, *, language: str = "en", width: int = 1280) -> Page:
    page = venue.page("officer", language=language, width=width)
    page.goto(f"{venue.main}/accreditation/dossiers/{participant_id}")
    return page


def broken_glass(office: Office, name: str) -> str:
    """Somebody of Italy whom the second officer approved in an emergency, with a badge that is prepared."""
    participant_id = registered(office, "italy", name)
    url = office.url(f"{API}/dossiers/{participant_id}/break-glass")
    office.sign_in("second_officer").send(url, json={"internal_code": "emergency"})
    prepared_badge(office, participant_id)
    return participant_id


def test_an_emergency_approval_is_upheld_by_another_officer(venue: Venue, office: Office) -> None:
    who = broken_glass(office, "Ottavio Brandolese")
    page = on_dossier(venue, who)
    page.wait_for_selector("#emergency")
    assert "person-second_officer" in page.inner_text("#emergency")
    assert_clean_as_it_stands(page)
    page.focus("[data-glass-review]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#emergency", state="detached")
    assert "Approved" in page.inner_text("#dossier")
    assert "upheld the emergency approval" in page.inner_text(".steps")
    found = dossier(office, who)["dossier"]
    assert (found["state"], found["break_glass_by"]) == ("approved", None)
    assert badge_states(office, who) == ["prepared"]


def test_an_emergency_approval_is_overruled_after_a_question_and_its_badge_ends(venue: Venue, office: Office) -> None:
    who = broken_glass(office, "Fiorenzo Quartararo")
    page = on_dossier(venue, who, language="ar", width=360)
    page.focus("[data-asks-again=overrule] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-asks-again=overrule] [role=alertdialog]:not([hidden])")
    assert page.evaluate("document.activeElement.dataset.no") == ""
    assert "Fiorenzo Quartararo" in page.inner_text("#overrule-ask")
    assert_clean_as_it_stands(page)
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-asks-again=overrule] [role=alertdialog]", state="hidden")
    assert state_of(office, who) == "approved"
    page.keyboard.press("Enter")
    page.click("[data-asks-again=overrule] [data-yes]")
    page.wait_for_selector("#emergency", state="detached")
    assert "ألغى الاعتماد الطارئ" in page.inner_text(".steps")
    found = dossier(office, who)["dossier"]
    assert (found["state"], found["releasable_code"]) == ("rejected", "not_accredited")
    assert badge_states(office, who) == ["revoked"]


def test_a_dossier_is_returned_for_two_fields_each_with_its_remark(venue: Venue, office: Office) -> None:
    who = registered(office, "italy", "Leopoldo Vannucchi")
    page = on_dossier(venue, who, language="fr")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("m")
    assert page.evaluate("document.activeElement.dataset.keyFocus") == "m"
    page.click("button[value=return]")
    page.wait_for_selector("#message.mark-bad")
    page.select_option("[data-return] [data-field]", "photo")
    page.fill("[data-return] [data-remark]", "Visage coupé")
    page.click("#another-field")
    assert page.locator("[data-return]").count() == 2
    second = page.locator("[data-return]").nth(1)
    second.locator("[data-field]").select_option("document_number")
    assert_clean_as_it_stands(page)
    second.locator("[data-remark]").fill("Un chiffre manque")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: who not in url)
    found = dossier(office, who)["dossier"]
    assert (found["state"], set(found["returned_fields"])) == ("returned", {"photo", "document_number"})
    theirs = str(office.sign_in("italy").get(office.url(f"/api/registration/v1/participants/{who}/registration")))
    assert "Visage coupé" in theirs
    assert "Un chiffre manque" in theirs


def refused_where_the_keyboard_is(page: Page, text: str) -> str:
    """What the refusal of the text that has the focus says: it stands at the text, and the text says so itself."""
    page.wait_for_selector(f"{text}[aria-invalid=true]:focus")
    described = page.evaluate("document.activeElement.getAttribute('aria-describedby')")
    assert page.inner_text("#message") == ""
    return page.inner_text(f"#{described}.fault")


def typed_anew(page: Page, text: str) -> None:
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_a_text_that_misleads_is_refused_where_it_was_typed_and_the_keyboard_is_there(
    venue: Venue, office: Office
) -> None:
    who = registered(office, "italy", "Evaristo Malipiero")
    page = on_dossier(venue, who, language="fr", width=360)
    page.wait_for_load_state("networkidle")
    page.focus("#decide [name=note]")
    page.keyboard.type("Vu\u202euV")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert "marque de direction" in refused_where_the_keyboard_is(page, "[name=note]")
    assert_clean_as_it_stands(page)
    typed_anew(page, "Vu")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Ph\u043eto sombre")
    page.keyboard.press("Enter")
    assert "alphabets" in refused_where_the_keyboard_is(page, "[data-remark]")
    assert page.locator("#decide [name=note]").get_attribute("aria-invalid") is None
    typed_anew(page, "Photo sombre")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-return] ~ [data-return] select:focus")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Nom\u200b")
    page.keyboard.press("Enter")
    assert refused_where_the_keyboard_is(page, "[data-return] ~ [data-return] [data-remark]")
    assert page.locator("[aria-invalid]").count() == 1
    assert_clean_as_it_stands(page)
    assert state_of(office, who) == "in_review"
    typed_anew(page, "Nom")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: who not in url)
    found = dossier(office, who)["dossier"]
    assert (found["state"], len(found["returned_fields"])) == ("returned", 2)


def test_a_note_that_misleads_is_refused_at_its_field_on_the_queue_and_when_somebody_is_rejected_after_all(
    venue: Venue, office: Office
) -> None:
    who = registered(office, "italy", "Ermenegildo Tagliapietra")
    page = venue.page("officer", language="ar")
    page.goto(f"{venue.main}/accreditation/queue?delegation=italy")
    page.check(f"tr[data-participant='{who}'] [data-select]")
    page.fill("#decisions [name=note]", "Vu\u202euV")
    page.focus("#decisions button[value=approve]")
    page.keyboard.press("Enter")
    assert "اتجاه" in refused_where_the_keyboard_is(page, "[name=note]")
    assert_clean_as_it_stands(page)
    typed_anew(page, "Vu")
    pressed_again(page, "#decisions button[value=approve]")
    page.wait_for_selector(f"tr[data-participant='{who}'] [data-result] .mark-good")
    assert page.locator("[aria-invalid], .fault:visible").count() == 0
    page.goto(f"{venue.main}/accreditation/dossiers/{who}")
    page.click("#reject-later summary")
    page.locator("#reject-later select").nth(0).select_option("not_accredited")
    page.locator("#reject-later select").nth(1).select_option("document")
    page.fill("#reject-later [name=note]", "Vu\u202euV")
    page.focus("#reject-later button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reject-later [data-no]:focus")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert "اتجاه" in refused_where_the_keyboard_is(page, "#reject-later [name=note]")
    assert_clean_as_it_stands(page)
    assert state_of(office, who) == "approved"


def test_a_dossier_is_rejected_with_both_its_reasons_and_never_without(venue: Venue, office: Office) -> None:
    who = registered(office, "italy", "Saverio Benintende")
    page = on_dossier(venue, who)
    page.click("button[value=reject]")
    page.wait_for_selector("#message.mark-bad")
    page.select_option("#releasable", "document_not_valid")
    page.click("button[value=reject]")
    page.wait_for_selector("#message:has-text('internal reason')")
    assert state_of(office, who) == "in_review"
    page.select_option("#decide [name=internal_code]", "document")
    page.fill("#decide [name=note]", "A stamp from elsewhere")
    page.click("button[value=reject]")
    page.wait_for_url(lambda url: who not in url)
    found = dossier(office, who)["dossier"]
    assert (found["state"], found["releasable_code"]) == ("rejected", "document_not_valid")
    page.goto(f"{venue.main}/accreditation/dossiers/{who}")
    assert "A stamp from elsewhere" in page.inner_text(".steps")


def test_letter_keys_are_switched_off_and_stay_off(venue: Venue, office: Office) -> None:
    who = registered(office, "italy", "Giacinto Scorrano")
    page = on_dossier(venue, who)
    page.wait_for_load_state("networkidle")
    page.uncheck("#keys-on")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert not page.is_checked("#keys-on")
    page.keyboard.press("a")
    assert state_of(office, who) == "in_review"
    page.check("#keys-on")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("q")
    page.wait_for_url("**/accreditation/queue")


def test_everybody_of_a_delegation_is_rejected_together_after_one_look(venue: Venue, office: Office) -> None:
    everybody = [registered(office, "turkiye", name) for name in ("Kemalettin Yurdabak", "Zeyneddin Okurgan")]
    page = venue.page("officer", language="ar")
    page.goto(f"{venue.main}/accreditation/queue")
    page.select_option("#delegation", "turkiye")
    page.click("form[method=get] button")
    page.wait_for_url("**delegation=turkiye*")
    page.click("button[value=reject]")
    page.wait_for_selector("#message.mark-bad")
    page.check("#select-all")
    assert page.inner_text("#selection").count("2") == 1
    page.select_option("[name=releasable_code]", "category_not_met")
    page.select_option("[name=internal_code]", "entitlement")
    page.focus("button[value=reject]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#preview:not([hidden])")
    assert page.evaluate("document.activeElement.id") == "preview-yes"
    assert sorted(page.locator("#preview-people bdi").all_inner_texts()) == ["Kemalettin Yurdabak", "Zeyneddin Okurgan"]
    assert page.inner_text("#message") == "", "what was lacking is lacking no more"
    assert_clean_as_it_stands(page)
    page.click("#preview-no")
    page.wait_for_selector("#preview", state="hidden")
    assert [state_of(office, who) for who in everybody] == ["in_review", "in_review"]
    page.click("button[value=reject]")
    page.wait_for_selector("#preview:not([hidden])")
    page.keyboard.press("Enter")
    page.locator("[data-result]", has_text="سُجّل القرار").nth(1).wait_for()
    assert_clean_as_it_stands(page)
    found = [dossier(office, who)["dossier"] for who in everybody]
    assert [(each["state"], each["releasable_code"]) for each in found] == [("rejected", "category_not_met")] * 2
    page.reload()
    assert page.locator("#queue tbody tr").count() == 0


def test_one_is_returned_from_the_queue_for_a_field(venue: Venue, office: Office) -> None:
    who = registered(office, "turkiye", "Feridun Karagozlu")
    page = venue.page("officer")
    page.goto(f"{venue.main}/accreditation/queue?delegation=turkiye")
    page.locator(f"tr[data-participant='{who}'] [data-select]").check()
    page.click("button[value=return]")
    page.wait_for_selector("#message.mark-bad")
    page.select_option("[name=field]", "birth_date")
    page.click("button[value=return]")
    page.locator("[data-result]", has_text="Decided").wait_for()
    found = dossier(office, who)["dossier"]
    assert (found["state"], found["returned_fields"]) == ("returned", ["birth_date"])


def test_an_upgrade_of_what_a_badge_opens_stands_in_its_table(venue: Venue, office: Office) -> None:
    badge = in_hands(office, "italy", "Ermenegildo Tassinari")
    page = venue.page("officer", language="fr", width=360)
    page.goto(f"{venue.main}/accreditation/access/{badge['participant_id']}")
    grant = page.locator("[data-upgrade]").first
    grant.locator("[name=zone]").select_option("media")
    grant.locator("[name=days]").fill("1, 3")
    grant.locator("[name=opens]").fill("09:00")
    grant.locator("[name=closes]").fill("11:30")
    page.focus("#change button")
    page.keyboard.press("Enter")
    page.locator("#access .fw-bold", has_text="09:00–11:30").nth(1).wait_for()
    assert page.locator("#access .fw-bold").count() == 2
    assert_clean_as_it_stands(page)
    page.locator("[data-upgrade]").first.locator("[name=zone]").select_option("")
    page.click("#change button")
    page.locator("#access .fw-bold").first.wait_for(state="detached")
    found = office.sign_in("officer").get(office.url(f"{API}/dossiers/{badge['participant_id']}/access"))
    assert "09:00" not in str(found)
