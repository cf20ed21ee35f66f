"""A small conference for tests: two days, three categories, two delegations, two sessions at the same time."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from shared.contracts.conference import Conference


def _text(word: str) -> dict[str, str]:
    return {"ar": f"{word} ع", "fr": f"{word} f", "en": word}


def small_conference(conference_id: str = "small", **changes: Any) -> Conference:
    """A whole, valid conference; `changes` replaces top-level fields."""
    everywhere = [{"zone": "venue", "days": [1, 2]}, {"zone": "hall", "days": [1, 2]}]
    values: dict[str, Any] = {
        "id": conference_id,
        "number": 2027,
        "name": _text("Small conference"),
        "motto": _text("Together"),
        "place": _text("Somewhere"),
        "timezone": "Africa/Tripoli",
        "first_day": date(2027, 2, 10),
        "days": 2,
        "registration_closes": date(2027, 2, 1),
        "zones": [
            {"code": "venue", "name": _text("venue")},
            {"code": "hall", "name": _text("hall")},
            {"code": "lounge", "name": _text("lounge"), "second_token": "floater"},
        ],
        "gates": [
            {"code": "perimeter", "name": _text("Perimeter"), "zone": "venue", "passback": "soft"},
            {"code": "hall-a", "name": _text("Hall A"), "zone": "hall", "passback": "hard", "reads_exits": True},
            {"code": "hall-b", "name": _text("Hall B"), "zone": "hall", "passback": "hard", "reads_exits": True},
            {"code": "lounge", "name": _text("Lounge"), "zone": "lounge", "passback": "off"},
        ],
        "categories": [
            {"code": "delegate", "name": _text("Delegate"), "colour": "#1b4965", "access": everywhere},
            {
                "code": "head",
                "name": _text("Head"),
                "colour": "#7a1f2b",
                "review": "two_officers",
                "access": [*everywhere, {"zone": "lounge", "days": [1], "opens": time(8), "closes": time(18)}],
            },
            {
                "code": "staff",
                "name": _text("Staff"),
                "colour": "#5b6b2f",
                "review": "automatic",
                "passport_required": False,
                "access": [{"zone": "venue", "days": [1, 2]}],
            },
        ],
        "delegations": [
            {
                "code": code,
                "name": _text(code),
                "nationality": nationality,
                "language": "ar",
                "quotas": [
                    {"category": "delegate", "places": 50},
                    {"category": "head", "places": 1},
                    {"category": "staff", "places": 5},
                ],
            }
            for code, nationality in (("egypt", "EGY"), ("chad", "TCD"))
        ],
        "sessions": [
            {
                "code": "opening",
                "title": _text("Opening"),
                "day": 1,
                "starts": time(9),
                "ends": time(10),
                "zone": "hall",
                "categories": ["delegate", "head"],
            },
            *(
                {
                    "code": code,
                    "title": _text(code),
                    "day": 2,
                    "starts": time(9),
                    "ends": time(11),
                    "zone": "hall",
                    "categories": ["head", "delegate"],
                    "room": f"room-{code}",
                    "held_seats": held,
                }
                for code, held in (("alpha", 1), ("beta", 0))
            ),
        ],
        "rooms": [
            {"code": f"room-{code}", "name": _text(code), "zone": "hall", "capacity": 3} for code in ("alpha", "beta")
        ],
    }
    return Conference.model_validate(values | changes)
