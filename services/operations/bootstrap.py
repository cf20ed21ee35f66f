"""Operations' composition root."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from services.operations.adapters import audit_http, dead_letter_http, lost_window_http, rebuild_http
from services.operations.adapters.http import Application, routes
from services.operations.application import append_audit, keep_audit, keep_story
from services.operations.application.append_audit import AppendAudit
from services.operations.application.ask_services import AskServices
from services.operations.application.measure_restored_audit import MeasureRestoredAudit
from services.operations.application.mend_dead_letter import MendDeadLetterThere
from services.operations.application.publish_conference import PUBLISHED, GetConference, PublishConferenceHandler
from services.operations.application.rebuild_read_models import RebuildReadModels
from services.operations.application.show_audit import ShowAudit
from services.operations.application.show_dead_letters import ShowDeadLetters
from services.operations.application.show_health import ShowHealth
from services.operations.application.show_story import ShowStory
from services.operations.application.verify_audit import VerifyAudit
from services.operations.application.watch_stream import FollowTopics, WatchStream
from services.operations.application.work_through_lost_window import WorkThroughLostWindow
from services.operations.domain.live_stream import LiveStream
from services.operations.settings import OperationsSettings
from shared.contracts import REGISTRY
from shared.messaging.kernel import Kernel
from shared.messaging.rebuild import ReadModel
from shared.messaging.repeat import Repeat
from shared.messaging.tail import Tail
from shared.security.key_files import raw_public_key, read_private_key
from shared.security.signed_note import NoteSigner
from shared.service import Parts, Service
from shared.storage import Index
from shared.web.application import create_app, service_pages, service_texts

TREE_HEADS_KEY: Final = "audit/tree-heads.pem"
SERVICES: Final = tuple(dict.fromkeys([*(topic.publisher for topic in REGISTRY.topics.values()), "identity"]))


async def build(settings: OperationsSettings, parts: Parts) -> Service:
    """Raises KeyFileError when the key of the tree heads is missing."""
    kernel = Kernel(settings, parts.world, service="operations")
    stream = LiveStream(parts.world.new_id())
    ask = AskServices({name: parts.client(name) for name in SERVICES})
    application = Application(
        publish_conference=PublishConferenceHandler(kernel.unit_of_work),
        get_conference=GetConference(kernel.database),
        watch_stream=WatchStream(stream),
        show_story=ShowStory(kernel.database, parts.world),
        show_health=ShowHealth(kernel.database, ask, parts.world),
    )
    signer = tree_head_signer(settings.secrets_folder)
    audit = audit_http.Audit(ShowAudit(kernel.database, signer.verifier), VerifyAudit(kernel.database, signer.verifier))
    texts = service_texts(__file__)
    pages = service_pages(settings, texts, __file__)
    app = create_app(settings, parts, service="operations", texts=texts, pages=pages)
    app.include_router(routes(application, pages, texts))
    app.include_router(audit_http.routes(audit, pages))
    desk = dead_letter_http.DeadLetterDesk(ShowDeadLetters(ask), MendDeadLetterThere(ask))
    app.include_router(dead_letter_http.routes(desk, pages))
    app.include_router(rebuild_http.routes(RebuildReadModels(ask), pages))
    app.include_router(lost_window_http.routes(WorkThroughLostWindow(ask), pages, texts))
    follow = FollowTopics(stream, Tail(kernel.access, list(REGISTRY.topics)))
    return Service(
        "operations",
        app,
        kernel,
        indexes=(Index(PUBLISHED, ()), *keep_story.INDEXES, *keep_audit.INDEXES, *append_audit.INDEXES),
        subscriptions=[*keep_story.subscriptions(), *keep_audit.subscriptions()],
        read_models=(ReadModel("story", "story", (keep_story.CHAPTERS, keep_story.GATES)),),
        application=application,
        repeats=(
            Repeat("operations.audit", AppendAudit(kernel.unit_of_work, signer, parts.world), every_s=0.5),
            Repeat("operations.tail", follow.follow, every_s=1.0),
        ),
        after_restore=MeasureRestoredAudit(kernel.database),
    )


def tree_head_signer(secrets_folder: Path) -> NoteSigner:
    """Signs the audit log's heads, under a name that no two installations share. Raises KeyFileError."""
    key = read_private_key(secrets_folder / TREE_HEADS_KEY)
    fingerprint = hashlib.sha256(raw_public_key(key.public_key())).hexdigest()[:12]
    return NoteSigner(f"bawaba.audit.{fingerprint}", key)
