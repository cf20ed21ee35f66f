"""Registration's composition root; the vault is a part of it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from services.registration.adapters import (
    desk_http,
    erasure_http,
    list_http,
    list_pages,
    notices_http,
    same_people_http,
)
from services.registration.adapters.desk_http import UPLOADS as DESK_UPLOADS
from services.registration.adapters.desk_http import DeskApplication
from services.registration.adapters.erasure_http import ErasureApplication
from services.registration.adapters.erasure_mongo import INDEXES as ERASURE_INDEXES
from services.registration.adapters.erasure_mongo import MongoErasures
from services.registration.adapters.http import UPLOADS, Application, routes
from services.registration.adapters.import_answers import change_sentence, fault_sentence
from services.registration.adapters.imports_mongo import INDEXES as IMPORT_INDEXES
from services.registration.adapters.imports_mongo import MongoImports
from services.registration.adapters.kafka import subscriptions, to_contract, told_again
from services.registration.adapters.kept_readings import KeptReadings
from services.registration.adapters.list_http import UPLOADS as LIST_UPLOADS
from services.registration.adapters.list_http import ListApplication
from services.registration.adapters.list_mongo import INDEXES as LIST_INDEXES
from services.registration.adapters.list_mongo import MongoChanges, MongoForms, MongoNotes, MongoWaivers
from services.registration.adapters.mail import SmtpMail
from services.registration.adapters.mongo import INDEXES, MongoParticipants, MongoQuotas
from services.registration.adapters.notices_http import NoticesApplication
from services.registration.adapters.notices_mongo import INDEXES as NOTICE_INDEXES
from services.registration.adapters.notices_mongo import MongoNotices
from services.registration.adapters.permits_mongo import INDEXES as PERMIT_INDEXES
from services.registration.adapters.permits_mongo import MongoPermitRequests
from services.registration.adapters.photo import prepare_photo
from services.registration.adapters.retention_mongo import INDEXES as RETENTION_INDEXES
from services.registration.adapters.retention_mongo import MongoSweeps
from services.registration.adapters.roster_mongo import MongoRosters
from services.registration.adapters.roster_reader import PooledRosterReader
from services.registration.application.add_note_verbale import AddNoteVerbaleHandler
from services.registration.application.apply_retention import ApplyRetention, RetentionParts, ShowRetention
from services.registration.application.ask_waiver import AskWaiverHandler
from services.registration.application.check_import import CheckImport
from services.registration.application.check_roster import RosterCheck
from services.registration.application.commit_import import CommitImportHandler
from services.registration.application.decide_waiver import DecideWaiverHandler
from services.registration.application.discard_draft import DiscardDraftHandler
from services.registration.application.erase_again import EraseAgain
from services.registration.application.erase_people import ErasePeopleHandler, ErasureParts, ShowErasure
from services.registration.application.export_roster import ExportRoster
from services.registration.application.fill_form import FillForm
from services.registration.application.find_alike import FindAlike
from services.registration.application.find_people import FindPeople
from services.registration.application.find_same_people import FindSamePeople
from services.registration.application.follow_accreditation import FollowAccreditation
from services.registration.application.follow_permits import FollowPermits
from services.registration.application.hold_erasure import HoldErasureHandler, ShowHolds
from services.registration.application.list_parts import ListParts
from services.registration.application.notice_addresses import NoticeAddresses
from services.registration.application.queries import GetImport, GetParticipant, GetQuota, ListParticipants
from services.registration.application.read_zone import ReadZone
from services.registration.application.reconcile_list import ReconcileListHandler
from services.registration.application.register_rows import RegisterRows
from services.registration.application.register_walk_up import RegisterWalkUpHandler
from services.registration.application.request_permit import RequestPermitHandler
from services.registration.application.run_imports import RunImports
from services.registration.application.save_registration import SaveRegistrationHandler
from services.registration.application.send_notices import SendNotices
from services.registration.application.show_list import ShowList
from services.registration.application.show_notices import ShowNotices
from services.registration.application.show_person import ShowPerson
from services.registration.application.show_roster import ShowRoster
from services.registration.application.start_import import StartImportHandler
from services.registration.application.substitute_participant import SubstituteParticipantHandler
from services.registration.application.tell_vault_reads import INDEXES as VAULT_READ_INDEXES
from services.registration.application.tell_vault_reads import READS_EVERY_S, TellVaultReads
from services.registration.application.warn_alike import WarnAlike
from services.registration.application.withdraw_participant import WithdrawParticipantHandler
from services.registration.application.write_list import WriteList
from services.registration.settings import RegistrationSettings
from services.registration.vault import http as vault_http
from services.registration.vault import store, texts_http
from services.registration.vault.files import SealedFiles
from services.registration.vault.people_index import PeopleIndex
from services.registration.vault.read import ReadPersonalData
from services.registration.vault.retention import VaultRetention
from services.registration.vault.store import Vault
from services.registration.vault.texts import SealedTexts
from shared import conference
from shared.conference import ConferenceCopy
from shared.messaging.kernel import Kernel
from shared.messaging.repeat import Repeat
from shared.security.key_files import raw_public_key, read_private_key, read_secret
from shared.security.person_keys import PersonKeys
from shared.security.personal_data import AUDIENCE
from shared.security.service_identity import ServiceDirectory
from shared.security.signed_note import NoteSigner
from shared.service import Parts, Service
from shared.web.application import create_app, service_pages, service_texts
from shared.web.service_caller import install_services

HMAC_FILE, PERSONS_FOLDER, SERVICES_FOLDER = "vault-hmac", "persons", "services"
CERTIFICATES_KEY = "certificates.pem"
LOOK_EVERY_S = 2.0
RETENTION_EVERY_S = 60.0
# So that nobody who looks for a name waits while thousands are opened, as after a start or a large import.
NAMES_EVERY_S = 5.0


async def build(settings: RegistrationSettings, parts: Parts) -> Service:
    kernel = Kernel(settings, parts.world, service="registration", translate=to_contract)
    texts = service_texts(__file__)
    vault_database = kernel.store.database(settings.vault_database)
    keys = PersonKeys.open(settings.secrets_folder / PERSONS_FOLDER, parts.world)
    hmac_key = bytes.fromhex(read_secret(settings.secrets_folder / HMAC_FILE).decode())
    vault = Vault(vault_database, keys, hmac_key, parts.world)
    participants, quotas = MongoParticipants(kernel.database), MongoQuotas(kernel.database)
    forms = MongoForms(kernel.database)
    imports, files = MongoImports(kernel.database), SealedFiles(vault_database, vault)
    copy = ConferenceCopy(kernel.database)
    reader = PooledRosterReader(parts.pool, texts)
    readings = KeptReadings(reader)
    check = RosterCheck(readings, reader, participants, quotas, forms, vault, parts.world)
    sealed_texts = SealedTexts(vault_database, vault, parts.world)
    list_parts = _list_parts(kernel, parts, copy, check, files, sealed_texts)
    rosters, index = MongoRosters(kernel.database), PeopleIndex(vault)
    roster = ShowRoster(list_parts, rosters, index)
    lists = _lists(list_parts, roster, FindAlike(rosters, index, parts.world), index)
    run_imports = RunImports(
        imports,
        CheckImport(
            list_parts,
            imports,
            WarnAlike(rosters, index, reader, parts.world),
            lambda fault, language: fault_sentence(texts, fault, language),
            lambda change, named, language: change_sentence(texts, change, named, language),
        ),
        RegisterRows(list_parts, imports),
        kernel.unit_of_work,
    )
    application = Application(
        start_import=StartImportHandler(list_parts, imports, run_imports),
        commit_import=CommitImportHandler(list_parts, imports, run_imports),
        get_import=GetImport(imports, copy, files),
        list_participants=ListParticipants(participants, copy, vault),
        get_participant=GetParticipant(participants),
        get_quota=GetQuota(quotas, copy),
        show_list=lists.show_list,
    )
    desk = _desk(list_parts, lists)
    addresses = NoticeAddresses(copy, vault, sealed_texts, kernel.unit_of_work)
    notices = ShowNotices(list_parts.notices, copy, kernel.unit_of_work)
    pages = service_pages(settings, texts, __file__)
    app = create_app(
        settings,
        parts,
        service="registration",
        texts=texts,
        pages=pages,
        larger_bodies=UPLOADS | LIST_UPLOADS | DESK_UPLOADS,
    )
    app.include_router(routes(application, pages, texts))
    app.include_router(list_http.routes(lists, texts))
    app.include_router(list_pages.routes(lists, desk, pages))
    app.include_router(desk_http.routes(desk, pages, texts, parts.pool))
    app.include_router(notices_http.routes(NoticesApplication(notices, addresses, lists.show_list), pages))
    directory = ServiceDirectory.open(settings.secrets_folder / SERVICES_FOLDER, parts.world)
    install_services(app, directory, audience=AUDIENCE)
    app.include_router(vault_http.routes(ReadPersonalData(vault_database, vault, parts.world), directory))
    same = FindSamePeople(participants, vault, index, parts.world)
    signer = certificate_signer(settings.secrets_folder)
    erasure_parts = ErasureParts(
        participants,
        MongoErasures(kernel.database),
        vault,
        index,
        readings,
        copy,
        signer,
        kernel.unit_of_work,
        parts.world,
    )
    erase = ErasePeopleHandler(erasure_parts)
    retention = RetentionParts(
        copy,
        erasure_parts.erasures,
        MongoSweeps(kernel.database),
        VaultRetention(vault_database),
        index,
        readings,
        kernel.unit_of_work,
        parts.world,
    )
    again = EraseAgain(erasure_parts.erasures, vault)
    erasure = ErasureApplication(
        FindPeople(erasure_parts),
        erase,
        ShowErasure(erasure_parts),
        HoldErasureHandler(erasure_parts, retention.sweeps),
        ShowHolds(erasure_parts),
        ShowRetention(retention),
        str(signer.verifier),
    )
    app.include_router(erasure_http.routes(erasure, pages, texts))
    app.include_router(same_people_http.routes(same, directory))
    app.include_router(texts_http.routes(sealed_texts, kernel.unit_of_work, directory))

    async def vault_indexes() -> None:
        await vault_database.ensure_indexes([*store.INDEXES, *VAULT_READ_INDEXES])

    @contextlib.asynccontextmanager
    async def imports_end() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await run_imports.stop()

    tell_reads = TellVaultReads(vault_database, kernel.unit_of_work, parts.world)

    async def know_names() -> None:
        await index.follow(parts.world.now())

    repeats = [
        Repeat("registration.names", know_names, every_s=NAMES_EVERY_S),
        Repeat("registration.imports", run_imports, every_s=LOOK_EVERY_S),
        Repeat("registration.retention", ApplyRetention(retention), every_s=RETENTION_EVERY_S),
        Repeat("registration.vault_reads", tell_reads, every_s=READS_EVERY_S),
    ]
    if settings.mail_host is not None:
        deliver = SmtpMail(settings, texts)
        unit_of_work = kernel.unit_of_work
        by_mail = SendNotices(list_parts.notices, addresses, copy, unit_of_work, deliver, parts.world)

        async def send_notices() -> None:
            await by_mail()

        repeats.append(Repeat("registration.notices", send_notices, every_s=5.0))

    return Service(
        "registration",
        app,
        kernel,
        indexes=(
            *INDEXES,
            *IMPORT_INDEXES,
            *LIST_INDEXES,
            *ERASURE_INDEXES,
            *RETENTION_INDEXES,
            *NOTICE_INDEXES,
            *PERMIT_INDEXES,
            *conference.INDEXES,
        ),
        subscriptions=subscriptions(
            FollowAccreditation(participants, quotas, list_parts.changes, list_parts.notices),
            FollowPermits(list_parts.permits, list_parts.changes, list_parts.notices),
        ),
        application=application,
        before=(
            vault_indexes,
            erase.go_on,
        ),
        repeats=repeats,
        beside=(imports_end,),
        close=keys.close,
        after_restore=again.as_in_books,
        told_again=told_again(again),
    )


def _list_parts(
    kernel: Kernel, parts: Parts, copy: ConferenceCopy, check: RosterCheck, files: SealedFiles, texts: SealedTexts
) -> ListParts:
    async def prepared(photo: bytes) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(parts.pool, prepare_photo, photo)

    return ListParts(
        conference=copy,
        check=check,
        participants=check.participants,
        quotas=check.quotas,
        forms=check.forms,
        waivers=MongoWaivers(kernel.database),
        notes=MongoNotes(kernel.database),
        changes=MongoChanges(kernel.database),
        notices=MongoNotices(kernel.database),
        permits=MongoPermitRequests(kernel.database),
        texts=texts,
        files=files,
        vault=check.vault,
        unit_of_work=kernel.unit_of_work,
        prepare_photo=prepared,
        world=parts.world,
    )


def certificate_signer(secrets_folder: Path) -> NoteSigner:
    """Signs certificates of erasure, under a name that no two installations share. Raises KeyFileError."""
    key = read_private_key(secrets_folder / CERTIFICATES_KEY)
    fingerprint = hashlib.sha256(raw_public_key(key.public_key())).hexdigest()[:12]
    return NoteSigner(f"bawaba.erasure.{fingerprint}", key)


def _lists(shared: ListParts, roster: ShowRoster, alike: FindAlike, index: PeopleIndex) -> ListApplication:
    """The use cases around a delegation's list."""
    fill, write = FillForm(shared), WriteList(shared)
    return ListApplication(
        save_registration=SaveRegistrationHandler(shared, fill, write),
        withdraw_participant=WithdrawParticipantHandler(shared, write),
        discard_draft=DiscardDraftHandler(shared, write, index),
        substitute_participant=SubstituteParticipantHandler(shared, fill, write),
        reconcile_list=ReconcileListHandler(shared, fill, write),
        ask_waiver=AskWaiverHandler(shared),
        decide_waiver=DecideWaiverHandler(shared),
        add_note_verbale=AddNoteVerbaleHandler(shared),
        show_list=ShowList(shared, roster),
        show_roster=roster,
        show_person=ShowPerson(shared, alike),
    )


def _desk(shared: ListParts, lists: ListApplication) -> DeskApplication:
    """Permit requests, the roster as a file, and who comes unannounced."""
    return DeskApplication(
        request_permit=RequestPermitHandler(shared, shared.permits),
        register_walk_up=RegisterWalkUpHandler(shared, FillForm(shared), WriteList(shared)),
        export_roster=ExportRoster(shared, lists.show_roster),
        read_zone=ReadZone(shared.world),
        lists=lists,
    )
