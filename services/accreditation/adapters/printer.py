"""Badge pages by the page renderer, from accreditation's own idea of what a badge shows."""

from __future__ import annotations

from services.accreditation.adapters.badge_page import BadgePage, BadgePageRenderer
from services.accreditation.domain.ports import BadgeFace, PageFormat


class RenderedPages:
    def __init__(self, renderer: BadgePageRenderer) -> None:
        self._renderer = renderer

    async def page(self, face: BadgeFace, page_format: PageFormat) -> bytes:
        badge = BadgePage(
            conference_ar=face.conference["ar"],
            conference_en=face.conference["en"],
            motto_ar=face.motto["ar"],
            name_arabic=face.name_arabic or "",
            name_latin=face.name_latin or "",
            rank=face.rank or "",
            title=face.title or "",
            delegation_ar=face.delegation["ar"],
            delegation_en=face.delegation["en"],
            category_ar=face.category["ar"],
            category_en=face.category["en"],
            colour=face.colour,
            pattern=face.category_index,
            zones=" · ".join(zone["en"] for zone in face.zones),
            number=face.number,
            photo=face.photo,
            credential=face.credential,
        )
        return await self._renderer.render(badge, format="pdf" if page_format is PageFormat.PDF else "png")
