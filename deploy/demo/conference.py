"""The demonstration's conference: the same programme, from today on and at any hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from shared.contracts.conference import Conference


def demonstration(conference: Conference, first_day: date) -> Conference:
    """The same conference from this day on, its lists open and its gates at any hour: it can always be tried."""
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
    deadlines = ("registration_closes", "substitutions_close", "preferences_close")
    return conference.model_copy(
        update={
            "first_day": first_day,
            "categories": tuple(open_all_day),
            **dict.fromkeys(deadlines, first_day + timedelta(days=conference.days)),
        }
    )
