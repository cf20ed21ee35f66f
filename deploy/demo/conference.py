"""The demonstration's conference: the same programme, from today on and at any hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from shared.contracts.conference import Conference

_RELEASED_EVERY_MINUTES_MAX: Final = 5


def demonstration(conference: Conference, first_day: date) -> Conference:
    """The same conference from this day on, its lists open and its gates at any hour: it can always be tried.

    Rejections are told at full periods, as the file has it, of five minutes at most: somebody may wait for one.
    """
    open_all_day = [
        category.model_copy(
            update={
                "access": tuple(
                    rule.model_copy(update={"opens": datetime.min.time(), "closes": datetime.min.time()})
                    for rule in category.access
                )
            }
        )
        for category in conference.categories
    ]
    released = min(conference.rejections_released_every_minutes, _RELEASED_EVERY_MINUTES_MAX)
    deadlines = ("registration_closes", "substitutions_close", "preferences_close")
    return conference.model_copy(
        update={
            "first_day": first_day,
            "categories": tuple(open_all_day),
            "rejections_released_every_minutes": released,
            **dict.fromkeys(deadlines, first_day + timedelta(days=conference.days)),
        }
    )
