"""A part of `make bench-screening`: 2,000 people screened anew when a list changes, on real Kafka and MongoDB."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime

import pytest

from services.accreditation.adapters.dossier_documents import dossier_document
from services.accreditation.adapters.mongo import DOSSIERS
from services.accreditation.adapters.watchlists import ALERTS, LISTS, MongoWatchlists
from services.accreditation.application import Application
from services.accreditation.domain.dossier import Dossier
from services.accreditation.domain.dossier_facts import Submission
from services.accreditation.domain.events import Subject
from services.accreditation.domain.hits import NO_HITS
from services.accreditation.domain.watchlist import ListVersion
from services.accreditation.domain.workflow import Review, Workflow
from shared.security.personal_data import PersonalRecord
from tests.benchmarks.names import invented_people
from tests.benchmarks.screening import entries
from tests.integration.accreditation.conftest import own_desk  # noqa: F401  a fixture
from tests.integration.accreditation.desk import Desk

PEOPLE = 2_000
WITHIN_S = 30.0


@pytest.mark.parametrize("listed", [10_000, 100_000])
async def test_everybody_is_screened_anew(own_desk: Desk, listed: int) -> None:  # noqa: F811
    desk = own_desk
    application = desk.service.application
    assert isinstance(application, Application)
    people = invented_people(listed + PEOPLE)[-PEOPLE:]
    now = datetime.now(UTC)
    documents = []
    for person_id, names, about in people:
        opened = Dossier.open(Subject("small", person_id, "egypt"), Submission("delegate", 1, True), now)
        documents.append(dossier_document(opened.checked((), NO_HITS, Workflow(Review.ONE_OFFICER), now)[0]))
        desk.outside.people[person_id] = PersonalRecord(
            name_arabic=names[0], name_latin=names[-1], birth_date=about.birth_date, nationality=about.nationality
        )
    await desk.service.kernel.database.collection(DOSSIERS).insert_many(documents)
    content = entries(listed)
    step = application.screening._step
    lists = step.lists._watchlists
    assert isinstance(lists, MongoWatchlists)
    await lists.put_entries("bench", 1, content)
    began, began_cpu = time.perf_counter(), time.process_time()
    version = ListVersion("bench", 1, "digest", len(content), now, "bench")
    await desk.service.kernel.database.collection(LISTS).insert_one({"_id": version.stamp, **vars(version)})
    await step.lists.refresh()
    built_s = time.perf_counter() - began
    # The service's own loop does the work; a second one here would do it twice.
    late_ms = [0.0]
    ticking = asyncio.create_task(_tick(late_ms))
    while await application.screening._views.count_to_screen(step.lists.stamp):  # noqa: ASYNC110  what a database holds
        await asyncio.sleep(0.2)
    ticking.cancel()
    whole_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
    alerts = await desk.service.kernel.database.collection(ALERTS).count({})
    late_ms.sort()
    print(
        f"\n{PEOPLE:,} people against {listed:,} entries, load {os.getloadavg()[0]:.1f}: {whole_s:.1f} s by the clock,"
        f" {built_s:.1f} s of it to read and build the list; {cpu_s:.1f} s of this process; {alerts} alerts; while"
        f" people were screened the event loop was late by p99 {late_ms[len(late_ms) * 99 // 100]:.0f} ms, at most"
        f" {late_ms[-1]:.0f} ms"
    )
    assert whole_s <= WITHIN_S, f"everybody anew takes more than {WITHIN_S:.0f} s"


async def _tick(late_ms: list[float]) -> None:
    """Wake every 5 ms, noting how late."""
    while True:
        due = time.perf_counter() + 0.005
        await asyncio.sleep(0.005)
        late_ms.append((time.perf_counter() - due) * 1000)
