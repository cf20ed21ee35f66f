"""Operators' and programme officers' pages in the states in which they have work: a dead letter, a story, a draft."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaProducer

from shared.contracts.envelope import Envelope
from shared.contracts.registration import ParticipantSubmitted
from shared.contracts.topics import REGISTRATION_PARTICIPANTS
from tests.browser.conftest import Venue
from tests.browser.looking import assert_clean_as_it_stands, assert_clean_in_each_language

pytestmark = pytest.mark.browser


def broken_record(venue: Venue) -> str:
    """The key of a record on the log that breaks its contract."""
    key = str(uuid.uuid4())
    broken = Envelope(
        id=str(uuid.uuid4()),
        source="registration",
        type=ParticipantSubmitted.TYPE,
        subject="",
        time=datetime.now(UTC),
        sequence=1,
        correlation_id=key,
        causation_id=None,
        traceparent=None,
        actor="service:registration",
    )
    headers = broken.headers()

    async def send() -> None:
        async with AIOKafkaProducer(**venue.registrations_kafka) as producer:
            await producer.send_and_wait(REGISTRATION_PARTICIPANTS, b'{"category": 7}', key.encode(), headers=headers)

    with ThreadPoolExecutor(1) as elsewhere:  # Playwright's loop runs in this thread
        elsewhere.submit(asyncio.run, send()).result()
    return key


def test_a_dead_letter_is_looked_at_and_skipped_by_two_people_on_pages_that_are_clean(venue: Venue) -> None:
    key = broken_record(venue)
    operator, second = venue.page("operator"), venue.page("administrator", language="fr", width=360)
    everything = f"{venue.main}/operations/dead-letters"
    letters = operator.locator("tbody a", has_text=key)
    operator.goto(everything)
    for _ in range(100):
        if letters.count():
            break
        operator.wait_for_timeout(300)
        operator.reload()
    assert_clean_in_each_language(operator, everything)
    letter = f"{everything}{letters.first.get_attribute('href')}"
    operator.goto(letter)
    operator.select_option("#kind", "edit")
    operator.locator("#edits").wait_for(state="visible")
    operator.fill("#path-0", "participant_id")
    assert_clean_as_it_stands(operator)
    operator.click("#mending button")
    proposals = operator.locator("#proposals + table tbody tr")
    proposals.first.wait_for()
    operator.select_option("#kind", "skip")
    operator.select_option("#reason", "test_record")
    operator.click("#mending button")
    proposals.nth(1).wait_for()
    assert_clean_in_each_language(operator, letter)
    second.goto(letter)
    second.locator("#proposals + table tbody tr", has_text="Sauter sans effet").locator("[data-apply]").click()
    second.locator("main .mark-good", has_text="ne l'est plus").wait_for()
    assert_clean_as_it_stands(second)


def test_a_persons_story_is_clean(venue: Venue) -> None:
    page = venue.page("operator")
    rows = venue.page("officer").request.get(f"{venue.main}/api/accreditation/v1/badges?state=active").json()["rows"]
    story = f"{venue.main}/operations/story?participant={rows[0]['participant_id']}"
    assert_clean_in_each_language(page, story)
    assert page.locator("main table tbody tr").count() > 3
    page.reload()
    page.locator("main details summary").first.click()
    assert_clean_as_it_stands(page)
    page.goto(f"{venue.main}/operations/story?participant=nobody")
    assert page.locator("[role=alert]").count() == 1
    assert_clean_as_it_stands(page)


def test_a_draft_beside_what_is_in_force_is_clean(venue: Venue) -> None:
    page = venue.page("programme")
    page.goto(f"{venue.main}/session-allocation/programme")
    page.click("#run")
    page.wait_for_url("**/session-allocation/programme?draft=*")
    page.locator("#publish").wait_for()
    assert_clean_in_each_language(page, page.url)
    page.goto(f"{venue.main}/session-allocation/programme?draft=gone")
    assert page.locator(".mark-bad").count() == 1
    assert_clean_as_it_stands(page)
