"""The composition root: settings and parts to a running accreditation."""

from __future__ import annotations

from services.accreditation.adapters import (
    badge_books,
    dossier_books,
    layouts,
    permits,
    reminders,
    status_lists,
    tokens,
    watchlists,
)
from services.accreditation.adapters.access_http import access_routes
from services.accreditation.adapters.desk_http import desk_routes
from services.accreditation.adapters.desk_pages import desk_pages
from services.accreditation.adapters.dossier_http import dossier_routes
from services.accreditation.adapters.dossier_pages import dossier_pages
from services.accreditation.adapters.http import routes
from services.accreditation.adapters.kafka import subscriptions
from services.accreditation.adapters.keys_http import keys_routes
from services.accreditation.adapters.layout_http import layout_routes
from services.accreditation.adapters.mongo import INDEXES
from services.accreditation.adapters.pages import pages_of
from services.accreditation.adapters.permit_http import permit_routes
from services.accreditation.adapters.printer import RenderedPages
from services.accreditation.adapters.screening_http import screening_pages, screening_routes
from services.accreditation.adapters.status_http import status_routes
from services.accreditation.adapters.token_http import token_routes
from services.accreditation.adapters.token_pages import token_pages
from services.accreditation.adapters.token_printer import PrintedTokens
from services.accreditation.adapters.told_again import told_again
from services.accreditation.adapters.told_events import to_contract
from services.accreditation.adapters.wallet_http import wallet_routes
from services.accreditation.adapters.watchlist_http import UPLOADS, watchlist_routes
from services.accreditation.settings import AccreditationSettings
from services.accreditation.use_cases import Makers, compose, send_reminders, wallet_passes
from shared import conference
from shared.messaging.kernel import Kernel
from shared.messaging.rebuild import ReadModel
from shared.messaging.repeat import Repeat
from shared.security.officer_addresses import HttpOfficerAddresses
from shared.security.personal_data import HttpPersonalData
from shared.security.same_people import HttpSamePeople
from shared.security.sealed_texts import HttpSealedTexts
from shared.security.service_identity import ServiceDirectory, ServiceIdentity
from shared.service import Parts, Service
from shared.web.application import create_app, service_pages, service_texts
from shared.web.service_caller import install_services
from shared.worker_pool import RestingPool

SERVICE = "accreditation"
SERVICES_FOLDER = "services"


async def build(settings: AccreditationSettings, parts: Parts) -> Service:
    """Raises KeyFileError when a secret of the service is missing."""
    identity = ServiceIdentity.open(settings.secrets_folder / SERVICES_FOLDER, SERVICE, parts.world)
    personal_data = HttpPersonalData(parts.client("registration"), identity)
    sealed_texts = HttpSealedTexts(parts.client("registration"), identity)
    kernel = Kernel(settings, parts.world, service=SERVICE, translate=to_contract)
    texts = service_texts(__file__)
    printer = RenderedPages(parts.pool, texts)
    matching = RestingPool(workers=1)
    same_people = HttpSamePeople(parts.client("registration"), identity)
    makers = Makers(printer, PrintedTokens(parts.pool, texts), wallet_passes(settings, parts, texts))
    application = compose(settings, parts, kernel, personal_data, same_people, sealed_texts, makers, matching)
    pages = service_pages(settings, texts, __file__)
    app = create_app(settings, parts, service=SERVICE, texts=texts, pages=pages, larger_bodies=UPLOADS)
    app.include_router(routes(application, texts))
    app.include_router(dossier_routes(application, texts))
    app.include_router(watchlist_routes(application))
    app.include_router(screening_routes(application, texts))
    app.include_router(desk_routes(application, texts))
    app.include_router(status_routes(application))
    app.include_router(pages_of(application, pages))
    app.include_router(dossier_pages(application, pages))
    app.include_router(screening_pages(application, pages))
    app.include_router(desk_pages(application, pages))
    app.include_router(keys_routes(application, pages))
    app.include_router(layout_routes(application, pages))
    app.include_router(access_routes(application, pages))
    directory = ServiceDirectory.open(settings.secrets_folder / SERVICES_FOLDER, parts.world)
    install_services(app, directory, audience=SERVICE)
    app.include_router(token_routes(application))
    app.include_router(token_pages(application, pages))
    app.include_router(permit_routes(application, pages))
    app.include_router(wallet_routes(application, pages))

    repeats = [
        Repeat("accreditation.status_list", application.publish_status_list.look, every_s=0.5),
        Repeat("accreditation.deadlines", application.follow_deadlines.once, every_s=5.0),
        Repeat("accreditation.signing_keys", application.publish_signing_keys.look, every_s=2.0),
        Repeat("accreditation.reissue", application.reissue_badges.look, every_s=2.0),
        Repeat("accreditation.screening", application.screening.once, every_s=2.0),
    ]
    if settings.mail_host is not None:
        officers = HttpOfficerAddresses(parts.client("identity"), identity)
        by_mail = send_reminders(settings, parts, kernel, texts, officers)
        repeats.append(Repeat("accreditation.reminders", by_mail.once, every_s=5.0))

    return Service(
        name=SERVICE,
        app=app,
        kernel=kernel,
        indexes=(
            *INDEXES,
            *badge_books.INDEXES,
            *dossier_books.INDEXES,
            *watchlists.INDEXES,
            *layouts.INDEXES,
            *status_lists.INDEXES,
            *tokens.INDEXES,
            *permits.INDEXES,
            *reminders.INDEXES,
            *conference.INDEXES,
        ),
        subscriptions=subscriptions(application),
        read_models=(ReadModel("conference", "conference", (conference.CONFERENCE,)),),
        before=(application.publish_signing_keys.look,),
        application=application,
        repeats=repeats,
        beside=(application.print_badges.running, matching.running),
        after_restore=application.go_on_after_restore,
        told_again=told_again(application),
    )
