"""Session allocation's composition root."""

from __future__ import annotations

from services.session_allocation.adapters.flow import OrToolsFlow
from services.session_allocation.adapters.http import routes
from services.session_allocation.adapters.kafka import subscriptions
from services.session_allocation.adapters.mongo import ENTITLEMENTS, INDEXES, books_in, books_of
from services.session_allocation.adapters.pages import pages_of
from services.session_allocation.application import Application
from services.session_allocation.application.list_entitled import ListEntitled
from services.session_allocation.application.publish_allocation import PublishAllocationHandler
from services.session_allocation.application.run_allocation import RunAllocationHandler
from services.session_allocation.application.set_preferences import SetPreferencesHandler
from services.session_allocation.application.show_allocation import ShowAllocation
from services.session_allocation.application.swap_seat import SwapSeatHandler
from services.session_allocation.domain.ports import Books
from services.session_allocation.settings import SessionAllocationSettings
from shared import conference
from shared.conference import ConferenceCopy
from shared.messaging.kernel import Kernel
from shared.messaging.rebuild import ReadModel
from shared.messaging.unit_of_work import Transaction
from shared.security.personal_data import HttpPersonalData
from shared.security.service_identity import ServiceIdentity
from shared.service import Parts, Service
from shared.web.application import create_app, service_pages, service_texts

SERVICE = "session_allocation"


async def build(settings: SessionAllocationSettings, parts: Parts) -> Service:
    """Raises KeyFileError when a secret of the service is missing."""
    kernel = Kernel(settings, parts.world, service=SERVICE)
    copy = ConferenceCopy(kernel.database)
    views = books_of(kernel.database, copy, parts.world)

    def bind(tx: Transaction) -> Books:
        return books_in(tx, copy, parts.world)

    identity = ServiceIdentity.open(settings.secrets_folder / "services", SERVICE, parts.world)
    work = kernel.unit_of_work
    application = Application(
        set_preferences=SetPreferencesHandler(work, bind),
        run_allocation=RunAllocationHandler(work, bind, views, OrToolsFlow(parts.pool), parts.world),
        publish_allocation=PublishAllocationHandler(work, bind),
        swap_seat=SwapSeatHandler(work, bind),
        show_allocation=ShowAllocation(views, HttpPersonalData(parts.client("registration"), identity)),
        list_entitled=ListEntitled(views),
    )
    texts = service_texts(__file__)
    pages = service_pages(settings, texts, __file__)
    app = create_app(settings, parts, service=SERVICE, texts=texts, pages=pages)
    app.include_router(routes(application, texts))
    app.include_router(pages_of(application, pages, texts))
    return Service(
        SERVICE,
        app,
        kernel,
        indexes=(*conference.INDEXES, *INDEXES),
        subscriptions=subscriptions(bind),
        read_models=(ReadModel("entitlements", "entitlements", (ENTITLEMENTS,)),),
        application=application,
    )
