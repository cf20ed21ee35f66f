"""The workbook's own words are the ones by which it is known again."""

from __future__ import annotations

from services.registration.bootstrap import __file__ as SERVICE_FILE
from services.registration.domain.roster_columns import OWN_REMARKS
from shared.web.application import service_texts


def test_our_column_of_remarks_has_the_heading_that_is_not_read() -> None:
    texts = service_texts(SERVICE_FILE)
    assert {texts.say("roster.remarks", language) for language in ("ar", "fr", "en")} == OWN_REMARKS
