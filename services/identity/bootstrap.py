"""Identity's composition root."""

from __future__ import annotations

from services.identity.adapters import internal_http, named_http
from services.identity.adapters.http import Application, Web, routes
from services.identity.adapters.mongo import INDEXES, MongoAccounts
from services.identity.adapters.passwords import Argon2Passwords
from services.identity.application import tell_failed_sign_ins
from services.identity.application.check_sign_in import CheckSignIn
from services.identity.application.choose_password import ChoosePasswordHandler
from services.identity.application.disable_account import DisableAccountHandler
from services.identity.application.disable_again import DisableAgain
from services.identity.application.draw_password import DrawPasswordHandler
from services.identity.application.end_sessions import EndSessions
from services.identity.application.list_ended_sessions import ListEndedSessions
from services.identity.application.named_parts import NamedParts
from services.identity.application.open_account import OpenAccountHandler
from services.identity.application.open_named_account import OpenNamedAccountHandler
from services.identity.application.refresh_session import RefreshSessionHandler
from services.identity.application.show_delegation_accounts import ShowDelegationAccounts
from services.identity.application.sign_in import SignInHandler
from services.identity.application.sign_out import SignOutHandler
from services.identity.application.tell_addresses import TellAddresses
from services.identity.application.tell_failed_sign_ins import FAILED_EVERY_S, FailedSignIns
from services.identity.settings import IdentitySettings
from shared.contracts.audit import AuditFactRecorded
from shared.contracts.topics import AUDIT
from shared.messaging.kernel import Kernel
from shared.messaging.repeat import Repeat
from shared.messaging.subscription import Subscription
from shared.security.key_files import raw_public_key, read_private_key
from shared.security.sealed_texts import HttpSealedTexts
from shared.security.service_identity import ServiceDirectory, ServiceIdentity
from shared.security.tokens import TokenIssuer
from shared.service import Parts, Service
from shared.web.application import AUDIENCE, create_app, service_pages, service_texts, token_verifier

TOKEN_KEY_FILE = "tokens.pem"  # noqa: S105  a file's name
SERVICES_FOLDER = "services"


async def build(settings: IdentitySettings, parts: Parts) -> Service:
    kernel = Kernel(settings, parts.world, service="identity")
    accounts, passwords = MongoAccounts(kernel.database), Argon2Passwords()
    key = read_private_key(settings.secrets_folder / TOKEN_KEY_FILE)
    key_id = raw_public_key(key.public_key()).hex()[:16]
    issuer = TokenIssuer(settings.public_url, AUDIENCE, key, key_id, parts.world, settings.token_lifetime_s)
    failures = FailedSignIns(kernel.database, kernel.unit_of_work, parts.world)
    check = CheckSignIn(accounts, passwords, failures, parts.world)
    verifier = token_verifier(settings, parts)
    application = Application(
        sign_in=SignInHandler(check, issuer, kernel.unit_of_work, parts.world),
        sign_out=SignOutHandler(verifier, kernel.unit_of_work, parts.world),
        refresh_session=RefreshSessionHandler(accounts, issuer, verifier),
        open_account=OpenAccountHandler(accounts, passwords, kernel.unit_of_work, parts.world),
        disable_account=DisableAccountHandler(accounts, kernel.unit_of_work, parts.world),
        choose_password=ChoosePasswordHandler(check, accounts, passwords, issuer, kernel.unit_of_work, parts.world),
        list_ended_sessions=ListEndedSessions(accounts, parts.world, settings.token_lifetime_s),
    )
    own = ServiceIdentity.open(settings.secrets_folder / SERVICES_FOLDER, "identity", parts.world)
    sealed_texts = HttpSealedTexts(parts.client("registration"), own)
    named_parts = NamedParts(accounts, passwords, sealed_texts, kernel.unit_of_work, parts.world)
    named = named_http.NamedApplication(
        open=OpenNamedAccountHandler(named_parts),
        draw_password=DrawPasswordHandler(named_parts),
        show=ShowDelegationAccounts(named_parts),
    )
    texts = service_texts(__file__)
    pages = service_pages(settings, texts, __file__)
    app = create_app(settings, parts, service="identity", texts=texts, pages=pages)
    web = Web(pages, issuer, settings.public_url, settings.entrance_public_url, settings.secure_cookies)
    app.include_router(routes(application, web))
    app.include_router(named_http.routes(named, pages))
    directory = ServiceDirectory.open(settings.secrets_folder / SERVICES_FOLDER, parts.world)
    app.include_router(internal_http.routes(TellAddresses(accounts), directory))
    return Service(
        "identity",
        app,
        kernel,
        indexes=(*INDEXES, *tell_failed_sign_ins.INDEXES),
        application=application,
        repeats=(Repeat("identity.failed_sign_ins", failures, every_s=FAILED_EVERY_S),),
        after_restore=EndSessions(accounts, parts.world),
        told_again=[Subscription(AUDIT, "told_again", {AuditFactRecorded: DisableAgain(accounts)})],
    )
