"""The entrance's composition root."""

from __future__ import annotations

from typing import Final

from services.entrance.adapters import mongo, scan_log, status_list
from services.entrance.adapters.http import SESSION_PATH, Application, routes
from services.entrance.adapters.kafka import subscriptions
from services.entrance.adapters.mongo import MongoBadges, MongoTokens
from services.entrance.adapters.reference import MongoReference
from services.entrance.adapters.scan_log import SCANS, MongoScanLog
from services.entrance.adapters.status_list import HttpStatusList, MongoStatusList
from services.entrance.adapters.token_marks import HttpTokenMarks
from services.entrance.application.fold_tokens import FoldTokens
from services.entrance.application.follow_status_list import FollowStatusList
from services.entrance.application.queries import CountOccupancy, ListGates, ListRecentScans, NameThings
from services.entrance.application.scan_badge import ScanBadgeHandler
from services.entrance.application.show_face import ShowFace
from services.entrance.application.show_token import ShowToken
from services.entrance.settings import EntranceSettings
from shared import conference
from shared.conference import ConferenceCopy
from shared.messaging.kernel import Kernel
from shared.messaging.rebuild import ReadModel
from shared.messaging.repeat import Repeat
from shared.security.personal_data import FACES_PATH, HttpPersonalData
from shared.security.service_identity import ServiceIdentity
from shared.service import Parts, Service
from shared.web.application import create_app, service_pages, service_texts
from shared.web.session_renewal import renewal_route

SERVICE: Final = "entrance"
SERVICES_FOLDER: Final = "services"
LIST_EVERY_S: Final = 5.0


async def build(settings: EntranceSettings, parts: Parts) -> Service:
    """Raises KeyFileError when a secret of the service is missing."""
    kernel = Kernel(settings, parts.world, service=SERVICE, outboxes=(SCANS,))
    badges = MongoBadges(kernel.database)
    reference = MongoReference(kernel.database, ConferenceCopy(kernel.database))
    log = MongoScanLog(kernel.database, parts.world)
    tokens = MongoTokens(kernel.database)
    accreditation = parts.client("accreditation")
    identity = ServiceIdentity.open(settings.secrets_folder / SERVICES_FOLDER, SERVICE, parts.world)
    faces = HttpPersonalData(parts.client("registration"), identity, path=FACES_PATH)
    follow = FollowStatusList(HttpStatusList(accreditation), MongoStatusList(kernel.database), reference, parts.world)
    application = Application(
        scan_badge=ScanBadgeHandler(log, badges, tokens, follow, reference, parts.world),
        show_face=ShowFace(log, faces, parts.world),
        show_token=ShowToken(tokens, badges, follow),
        follow_status_list=follow,
        list_gates=ListGates(reference),
        name_things=NameThings(reference),
        list_recent_scans=ListRecentScans(log, reference),
        count_occupancy=CountOccupancy(log, reference, parts.world),
    )
    texts = service_texts(__file__)
    pages = service_pages(settings, texts, __file__)
    app = create_app(settings, parts, service=SERVICE, texts=texts, pages=pages)
    app.include_router(routes(application, pages, texts))
    renewal = renewal_route(SESSION_PATH, parts.client("identity"), secure=settings.secure_cookies)
    app.include_router(renewal)
    return Service(
        SERVICE,
        app,
        kernel,
        indexes=(*mongo.INDEXES, *scan_log.INDEXES, *status_list.INDEXES, *conference.INDEXES),
        subscriptions=subscriptions(badges, FoldTokens(tokens, HttpTokenMarks(accreditation, identity)), follow),
        read_models=(
            ReadModel("badges", "badges", (mongo.BADGES,)),
            ReadModel("tokens", "tokens", (mongo.TOKENS,)),
        ),
        repeats=(Repeat("entrance.status_list", follow.look, LIST_EVERY_S),),
        application=application,
        beside=(log.writing,),
    )
