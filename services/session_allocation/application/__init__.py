"""All that session allocation does.

Commands: `set_preferences`, `run_allocation` (a draft), `publish_allocation`, `swap_seat`.
Reactions: `follow_accreditation` keeps who may attend what. `settle_seats` is the part of commands and reactions that
keeps the seats in force in step, and lets others move in.
Queries: `show_allocation` (programme, draft, one session, one delegation), `list_entitled`.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.session_allocation.application.list_entitled import ListEntitled
from services.session_allocation.application.publish_allocation import PublishAllocationHandler
from services.session_allocation.application.run_allocation import RunAllocationHandler
from services.session_allocation.application.set_preferences import SetPreferencesHandler
from services.session_allocation.application.show_allocation import ShowAllocation
from services.session_allocation.application.swap_seat import SwapSeatHandler


@dataclass(frozen=True)
class Application:
    set_preferences: SetPreferencesHandler
    run_allocation: RunAllocationHandler
    publish_allocation: PublishAllocationHandler
    swap_seat: SwapSeatHandler
    show_allocation: ShowAllocation
    list_entitled: ListEntitled
