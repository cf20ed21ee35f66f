"""Operations' composition root."""

from __future__ import annotations

from typing import Final

from services.operations.adapters.http import Application, routes
from services.operations.application import keep_story
from services.operations.application.publish_conference import PUBLISHED, GetConference, PublishConferenceHandler
from services.operations.application.show_health import ShowHealth
from services.operations.application.show_story import ShowStory
from services.operations.application.watch_stream import FollowTopics, WatchStream
from services.operations.domain.live_stream import LiveStream
from services.operations.settings import OperationsSettings
from shared.contracts import REGISTRY
from shared.messaging.kernel import Kernel
from shared.messaging.tail import Tail
from shared.service import Parts, Service
from shared.storage import Index
from shared.web.application import create_app, service_pages, service_texts

SERVICES: Final = tuple(dict.fromkeys([*(topic.publisher for topic in REGISTRY.topics.values()), "identity"]))


async def build(settings: OperationsSettings, parts: Parts) -> Service:
    kernel = Kernel(settings, parts.world, service="operations")
    stream = LiveStream()
    application = Application(
        publish_conference=PublishConferenceHandler(kernel.unit_of_work),
        get_conference=GetConference(kernel.database),
        watch_stream=WatchStream(stream),
        show_story=ShowStory(kernel.database, parts.world),
        show_health=ShowHealth(kernel.database, {name: parts.client(name) for name in SERVICES}, parts.world),
    )
    texts = service_texts(__file__)
    pages = service_pages(settings, texts, __file__)
    app = create_app(settings, parts, service="operations", texts=texts, pages=pages)
    app.include_router(routes(application, pages))
    follow = FollowTopics(stream, Tail(kernel.access, list(REGISTRY.topics)))
    return Service(
        "operations",
        app,
        kernel,
        indexes=(Index(PUBLISHED, ()), *keep_story.INDEXES),
        subscriptions=keep_story.subscriptions(),
        application=application,
        beside=(follow.running,),
    )
