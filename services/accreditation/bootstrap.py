"""Accreditation's composition root."""

from __future__ import annotations

from services.accreditation.adapters.badge_page import BadgePage, BadgePageRenderer
from services.accreditation.adapters.http import Application, routes
from services.accreditation.adapters.kafka import subscriptions, to_contract
from services.accreditation.adapters.mongo import INDEXES, MongoBadges, MongoDossiers
from services.accreditation.application.activate_badges import ActivateBadgesHandler
from services.accreditation.application.decide_dossiers import DecideDossiersHandler
from services.accreditation.application.issue_badge import IssueBadge
from services.accreditation.application.open_dossier import OpenDossier
from services.accreditation.application.publish_signing_keys import PUBLISHED_KEYS, PublishSigningKeys
from services.accreditation.application.queries import GetDossier, ListBadges, ListQueue
from services.accreditation.application.render_badge import Format, RenderBadge
from services.accreditation.application.revoke_badge import RevokeBadgeHandler
from services.accreditation.application.withdraw_dossier import WithdrawDossier
from services.accreditation.domain.badge import Badge
from services.accreditation.settings import AccreditationSettings
from shared import conference
from shared.conference import ConferenceCopy
from shared.contracts.conference import Conference
from shared.messaging.kernel import Kernel
from shared.security.key_files import read_secret
from shared.security.personal_data import HttpPersonalData, PersonalRecord
from shared.security.service_identity import ServiceIdentity
from shared.security.signing_keys import SigningKeyRing
from shared.service import Parts, Service
from shared.storage import Index
from shared.web.application import create_app, service_pages, service_texts

CREDENTIALS_FOLDER, SERIALS_FILE, SERVICES_FOLDER = "credentials", "serials", "services"


async def build(settings: AccreditationSettings, parts: Parts) -> Service:
    kernel = Kernel(settings, parts.world, service="accreditation", translate=to_contract)
    dossiers, badges = MongoDossiers(kernel.database), MongoBadges(kernel.database)
    copy = ConferenceCopy(kernel.database)
    identity = ServiceIdentity.open(settings.secrets_folder / SERVICES_FOLDER, "accreditation", parts.world)
    personal_data = HttpPersonalData(parts.client("registration"), identity)
    keys = SigningKeyRing.open(settings.secrets_folder / CREDENTIALS_FOLDER, settings.conference_number)
    serial_key = bytes.fromhex(read_secret(settings.secrets_folder / SERIALS_FILE).decode())
    issue_badge = IssueBadge(badges, keys, serial_key, parts.world)
    application = Application(
        list_queue=ListQueue(dossiers, personal_data),
        get_dossier=GetDossier(dossiers),
        decide_dossiers=DecideDossiersHandler(dossiers, badges, issue_badge, kernel.unit_of_work),
        activate_badges=ActivateBadgesHandler(badges, kernel.unit_of_work),
        revoke_badge=RevokeBadgeHandler(badges, dossiers, issue_badge, kernel.unit_of_work),
        list_badges=ListBadges(badges),
        render_badge=RenderBadge(badges, copy, personal_data, drawing(BadgePageRenderer(parts.pool))),
    )
    texts = service_texts(__file__)
    pages = service_pages(settings, texts, __file__)
    app = create_app(settings, parts, service="accreditation", texts=texts, pages=pages)
    app.include_router(routes(application, pages, texts))
    open_dossier = OpenDossier(dossiers, badges, copy, personal_data, issue_badge)
    publish = PublishSigningKeys(keys, kernel.unit_of_work, parts.world, settings.conference_id)
    return Service(
        "accreditation",
        app,
        kernel,
        indexes=(*INDEXES, *conference.INDEXES, Index(PUBLISHED_KEYS, ())),
        subscriptions=subscriptions(open_dossier, WithdrawDossier(dossiers, badges)),
        application=application,
        before=(publish,),
    )


class drawing:
    """Puts a badge, its holder and the conference together into the page that the renderer draws."""

    def __init__(self, renderer: BadgePageRenderer) -> None:
        self._renderer = renderer

    async def __call__(self, badge: Badge, person: PersonalRecord, conference: Conference, format: Format) -> bytes:
        category, delegation = conference.category(badge.category), conference.delegation(badge.delegation)
        assert category is not None, "a badge's category stays in the conference file"
        assert delegation is not None, "a badge's delegation stays in the conference file"
        zones = {zone.code: zone.name for zone in conference.zones}
        page = BadgePage(
            conference_ar=conference.name.ar,
            conference_en=conference.name.en,
            motto_ar=conference.motto.ar,
            name_arabic=person.name_arabic or "",
            name_latin=person.name_latin or "",
            rank=person.rank or "",
            title=person.title or "",
            delegation_ar=delegation.name.ar,
            delegation_en=delegation.name.en,
            category_ar=category.name.ar,
            category_en=category.name.en,
            colour=category.colour,
            pattern=[item.code for item in conference.categories].index(category.code),
            zones=" · ".join(zones[zone].en for zone in dict.fromkeys(grant.zone for grant in badge.access)),
            number=badge.number,
            photo=person.photo if category.photo_printed else None,
            credential=badge.credential,
        )
        return await self._renderer.render(page, format=format)
