"""The entrance's composition root."""

from __future__ import annotations

from services.entrance.adapters import mongo, scan_log
from services.entrance.adapters.http import SESSION_PATH, Application, routes
from services.entrance.adapters.kafka import subscriptions
from services.entrance.adapters.mongo import MongoBadges
from services.entrance.adapters.reference import MongoReference
from services.entrance.adapters.scan_log import SCANS, MongoScanLog
from services.entrance.application.queries import CountOccupancy, ListGates, ListRecentScans, NameThings
from services.entrance.application.scan_badge import ScanBadgeHandler
from services.entrance.settings import EntranceSettings
from shared import conference
from shared.conference import ConferenceCopy
from shared.messaging.kernel import Kernel
from shared.messaging.rebuild import ReadModel
from shared.service import Parts, Service
from shared.web.application import create_app, service_pages, service_texts
from shared.web.session_renewal import renewal_route


async def build(settings: EntranceSettings, parts: Parts) -> Service:
    kernel = Kernel(settings, parts.world, service="entrance", outboxes=(SCANS,))
    badges = MongoBadges(kernel.database)
    reference = MongoReference(kernel.database, ConferenceCopy(kernel.database))
    log = MongoScanLog(kernel.database, parts.world)
    application = Application(
        scan_badge=ScanBadgeHandler(log, badges, reference, parts.world),
        list_gates=ListGates(reference),
        name_things=NameThings(reference),
        list_recent_scans=ListRecentScans(log, reference),
        count_occupancy=CountOccupancy(log, reference, parts.world),
    )
    texts = service_texts(__file__)
    pages = service_pages(settings, texts, __file__)
    app = create_app(settings, parts, service="entrance", texts=texts, pages=pages)
    app.include_router(routes(application, pages, texts))
    renewal = renewal_route(SESSION_PATH, parts.client("identity"), secure=settings.secure_cookies)
    app.include_router(renewal)
    return Service(
        "entrance",
        app,
        kernel,
        indexes=(*mongo.INDEXES, *scan_log.INDEXES, *conference.INDEXES),
        subscriptions=subscriptions(badges),
        read_models=(ReadModel("badges", "badges", (mongo.BADGES,)),),
        application=application,
        beside=(log.writing,),
    )
