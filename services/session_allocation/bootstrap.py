"""Session allocation's composition root."""

from __future__ import annotations

from services.session_allocation.adapters.http import routes
from services.session_allocation.adapters.kafka import subscriptions
from services.session_allocation.application import follow_accreditation
from services.session_allocation.application.list_entitled import ListEntitled
from services.session_allocation.settings import SessionAllocationSettings
from shared import conference
from shared.conference import ConferenceCopy
from shared.messaging.kernel import Kernel
from shared.service import Parts, Service
from shared.web.application import create_app, service_texts


async def build(settings: SessionAllocationSettings, parts: Parts) -> Service:
    kernel = Kernel(settings, parts.world, service="session_allocation")
    list_entitled = ListEntitled(kernel.database, ConferenceCopy(kernel.database))
    app = create_app(settings, parts, service="session_allocation", texts=service_texts(__file__))
    app.include_router(routes(list_entitled))
    return Service(
        "session_allocation",
        app,
        kernel,
        indexes=(*conference.INDEXES, *follow_accreditation.INDEXES),
        subscriptions=subscriptions(),
        application=list_entitled,
    )
